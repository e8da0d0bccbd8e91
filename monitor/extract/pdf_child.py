"""The child process that opens a PDF: body on stdin, JSON on stdout, limits set before the first byte is read.

Run by `pdf.py` as `python -I -B pdf_child.py MEMORY CPU` (bytes, seconds). It imports nothing of ours, so that a
hostile file meets as little as possible. Output: `{"pages": [text, …]}` or `{"damaged": reason}`.
"""

import json
import re
import resource
import sys
import zlib

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FILTER = re.compile(rb"/Filter\s*\[?\s*/(\w+)")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)")
_DICTIONARY = 4096  # bytes before `stream` in which its dictionary is looked for
_CHUNK = 1 << 20


def broken_stream(body: bytes) -> str:
    """Why a stream of `body` is not whole, or an empty string.

    Parsers decode as much as they can and keep silent about the rest; half a page without an error is what this is
    here to find, with the length each stream declares and the checksum zlib puts at the end of a deflated one.
    """
    for word in _STREAM.finditer(body):
        start = word.end()
        head = body[max(0, word.start() - _DICTIONARY) : word.start()].rpartition(b" obj")[2]
        length = _LENGTH.search(head)
        if length is not None and b"endstream" not in body[start + int(length[1]) : start + int(length[1]) + 12]:
            return f"the stream at byte {start} is not as long as it says"
        named = _FILTER.search(head)
        if named is not None and named[1] in {b"FlateDecode", b"Fl"} and (fault := _deflate_fault(body, start)):
            return f"the stream at byte {start} {fault}"
    return ""


def _deflate_fault(body: bytes, start: int) -> str:
    decoder = zlib.decompressobj()
    try:
        at = start
        while not decoder.eof and at < len(body):
            rest = body[at : at + _CHUNK]
            at += len(rest)
            while rest and not decoder.eof:
                decoder.decompress(rest, _CHUNK)
                rest = decoder.unconsumed_tail
    except zlib.error as error:
        return f"cannot be inflated ({error})"
    return "" if decoder.eof else "ends too early"


def _answer(body: bytes) -> dict[str, object]:
    if b"/Encrypt" not in body and (fault := broken_stream(body)):
        return {"damaged": fault}
    import pdf_oxide  # only now: a broken file never meets the parser

    try:
        document = pdf_oxide.PdfDocument.from_bytes(body)
        return {"pages": [document.extract_text(page) for page in range(int(document.page_count()))]}
    except Exception as error:  # whatever the parser raises, the parent must hear of it as damage
        return {"damaged": f"{type(error).__name__}: {error}"[:300]}


def main() -> None:
    """Set the limits, read the body, write the answer."""
    memory, cpu = (int(value) for value in sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(_answer(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
