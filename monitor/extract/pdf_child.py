"""What is done with a PDF in the child process: body in, text of each page out.

It imports nothing of ours, so that a hostile file meets as little as possible (`confined.py` runs it).
"""

import re
import zlib

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FILTER = re.compile(rb"/Filter\s*\[?\s*/(\w+)")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)")
_DICTIONARY = 4096  # bytes before `stream` in which its dictionary is looked for
_INDIRECT_LENGTH = re.compile(rb"/Length\s+\d+\s+\d+\s+R")
_FLATE = frozenset({b"FlateDecode", b"Fl"})
_FILTERS = _FLATE | {
    b"", b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85", b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL",
    b"CCITTFaxDecode", b"CCF", b"JBIG2Decode", b"DCTDecode", b"DCT", b"JPXDecode", b"Crypt",
}  # fmt: skip
_DEFLATED = (b"x\x9c", b"x\xda", b"x\x01", b"h\xde", b"H\x89")  # how zlib's output begins
_BEGIN = re.compile(rb"\d\s+\d+\s+obj\b")
_END = re.compile(rb"\bendobj\b")
_HOLE = bytes(16)
_SHOWS_TEXT = re.compile(rb"[)>\]]\s?T[jJ]\s")
_CHUNK = 1 << 20
_MOST_TEXT = 20_000_000  # characters; a thousand pages of law have three million


def fault(body: bytes, *, locked: bool = False) -> str:
    """Why the objects of `body` are not whole, or an empty string. What is packed in a `locked` file is not looked at.

    Parsers decode as much as they can and keep silent about the rest; half a page without an error is what this is
    here to find: with the length each stream declares, the checksum zlib puts at the end of a deflated one, and the
    runs of zeros that a hole in a file leaves where only words should be.
    """
    outside = 0
    for word in _STREAM.finditer(body):
        start = word.end()
        if start < outside:
            continue
        if _HOLE in body[outside:start]:
            return f"there is a hole before byte {start}"
        head = body[max(0, word.start() - _DICTIONARY) : word.start()].rpartition(b" obj")[2]
        length = _LENGTH.search(head)
        outside = start + int(length[1]) if length is not None else body.find(b"endstream", start)
        if outside < start or b"endstream" not in body[outside : outside + 12]:
            return f"the stream at byte {start} is not as long as it says"
        named = _FILTER.search(head)
        name = named[1] if named is not None else b""
        if length is None and _INDIRECT_LENGTH.search(head) is None:
            return f"the stream at byte {start} does not say how long it is"
        if name not in _FILTERS or (not name and not locked and body.startswith(_DEFLATED, start)):
            return f"the stream at byte {start} is packed in an unknown way"
        if not name and _SHOWS_TEXT.search(body, start, outside) and _HOLE in body[start:outside]:
            return f"there is a hole in the text at byte {start}"
        if name in _FLATE and not locked and (reason := _deflate_fault(body, start)):
            return f"the stream at byte {start} {reason}"
    if _HOLE in body[outside:]:
        return "there is a hole near the end"
    if len(_BEGIN.findall(body)) != len(_END.findall(body)):
        return "an object does not end"
    return "" if len(_STREAM.findall(body)) == body.count(b"endstream") else "a stream does not begin"


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


def answer(body: bytes) -> dict[str, object]:
    """`{"damaged": reason}`, or `{"pages": [text, …]}` with what the second parser says (see `pdf_crosscheck`)."""
    locked = b"/Encrypt" in body
    if reason := fault(body, locked=locked):
        return {"damaged": reason}
    import pdf_oxide  # only now: a broken file never meets the parser

    try:
        document = pdf_oxide.PdfDocument.from_bytes(body)
        pages = [document.extract_text(page) for page in range(int(document.page_count()))]
        del document  # the second parser needs the memory
    except Exception as error:  # whatever the parser raises, the parent must hear of it as damage
        return {"damaged": f"{type(error).__name__}: {error}"[:300]}
    if sum(map(len, pages)) > _MOST_TEXT:
        return {"damaged": f"its text has more than {_MOST_TEXT:,} characters"}
    if locked and not any(map(str.strip, pages)):
        return {"pages": []}
    from monitor.extract import pdf_crosscheck

    return {"pages": pages, **pdf_crosscheck.second(pages, body)}
