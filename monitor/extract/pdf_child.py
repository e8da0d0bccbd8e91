"""The child process that opens a PDF: body on stdin, JSON on stdout, limits set before the first byte is read.

Run by `pdf.py` as `python -I pdf_child.py MEMORY CPU` (bytes, seconds). It imports nothing of ours, so that a hostile
file meets as little as possible. Output: `{"pages": [text, …]}` or `{"damaged": reason}`.
"""

import json
import os
import re
import resource
import sys
import zlib

_STREAM = re.compile(rb"<<((?:[^<>]|<<[^<>]*>>|<[^<>]*>)*)>>\s*stream\r?\n")
_FIRST_FILTER = re.compile(rb"/Filter\s*\[?\s*/(\w+)")
_CHUNK = 1 << 20


def broken_stream(body: bytes) -> str:
    """Why a deflated stream of `body` is not whole (zlib's own checksum), or an empty string.

    Parsers decode as much as they can and keep silent; half a page without an error is what this is here to find.
    """
    for head in _STREAM.finditer(body):
        named = _FIRST_FILTER.search(head[1])
        if named is None or named[1] not in {b"FlateDecode", b"Fl"} or b"/DecodeParms" in head[1] and b"/Crypt" in head[1]:
            continue
        decoder = zlib.decompressobj()
        rest = body[head.end() :] if len(body) < _CHUNK else body[head.end() : head.end() + 64 * _CHUNK]
        try:
            while rest and not decoder.eof:
                decoder.decompress(rest, _CHUNK)
                rest = decoder.unconsumed_tail
        except zlib.error as error:
            return f"the stream at byte {head.end()} cannot be inflated ({error})"
        if not decoder.eof:
            return f"the stream at byte {head.end()} ends too early"
    return ""


def main() -> None:
    memory, cpu = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)) if not os.environ.get("_") else None
    body = sys.stdin.buffer.read()
    if b"/Encrypt" not in body and (reason := broken_stream(body)):
        print(json.dumps({"damaged": reason}))
        return
    import pdf_oxide

    try:
        document = pdf_oxide.PdfDocument.from_bytes(body)
        pages = [document.extract_text(page) for page in range(document.page_count())]
    except Exception as error:  # whatever the parser raises, the parent must hear of it as damage
        print(json.dumps({"damaged": f"{type(error).__name__}: {error}"[:300]}))
        return
    print(json.dumps({"pages": pages}))


if __name__ == "__main__":
    main()
