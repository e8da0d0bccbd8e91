"""Content codings (RFC 9110, 8.4), read strictly: bounded output, bounded layers, and an end that must be there.

Scrapy's own decoders return what they have when the data breaks off, which would make half a page of a whole one.
"""

import zlib
from collections.abc import Iterable, Iterator

from scrapy.exceptions import ResponseDataLossError

from monitor.model import Problem, ProblemKind
from spiders.problems import Declined, too_large

MAX_LAYERS = 3
"""Codings on top of one another; honest servers use one, or two by mistake."""

_CHUNK = 1 << 16
_ZSTD_INPUT = 1 << 10  # bytes: what they can grow to (a block of four gives 128 KiB) stays bounded
_ZSTD_WINDOW = 8 << 20  # the greatest window of the web's zstd (RFC 9659)


def decode(body: bytes, codings: Iterable[bytes], *, limit: int) -> bytes:
    """`body` without its `codings` (values of Content-Encoding, in the order they were applied).

    No layer is decoded to more than `limit` bytes. Raises Declined when it is larger, damaged, or coded in a way that
    is not known; ResponseDataLossError when it breaks off.
    """
    layers = [name.strip().lower() for value in codings for name in value.split(b",") if name.strip()]
    layers = [name for name in layers if name != b"identity"]
    if len(layers) > MAX_LAYERS:
        raise _damaged(f"the answer is coded {len(layers)} times over")
    for name in reversed(layers):
        body = _one(body, name, limit)
    return body


def _one(body: bytes, name: bytes, limit: int) -> bytes:
    if name in (b"gzip", b"x-gzip"):
        pieces = _gzip(body, limit)
    elif name == b"deflate":
        pieces = _deflate(body)
    elif name == b"br":
        pieces = _brotli(body)
    elif name == b"zstd":
        pieces = _zstd(body)
    else:
        raise _damaged(f"the answer has an unknown coding: {name.decode('latin-1')[:40]}")
    try:
        return _joined(pieces, limit)
    except (zlib.error, ValueError) as error:
        raise _damaged(f"the {name.decode('latin-1')} coding of the answer is damaged") from error


def gunzip(body: bytes, *, limit: int) -> bytes:
    """The content of a gzip `body` of one or more members, at most `limit` bytes.

    Raises Declined when it is larger, ResponseDataLossError when it breaks off, zlib.error when it is damaged.
    """
    return _joined(_gzip(body, limit), limit)


def _joined(pieces: Iterator[bytes], limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise Declined(too_large(limit))
        parts.append(piece)
    return b"".join(parts)


def _gzip(body: bytes, limit: int) -> Iterator[bytes]:
    while body:
        member = zlib.decompressobj(wbits=31)
        yield member.decompress(body, limit + 1)
        if not member.eof:
            # Either it goes on past the limit, which the caller has noticed by now, or there is nothing left to read.
            raise _broken_off("gzip")
        body = member.unused_data.lstrip(b"\0")


def _deflate(body: bytes) -> Iterator[bytes]:
    """Zlib's format, as the standard says, or the bare one that some servers send."""
    decoder = zlib.decompressobj()
    try:
        piece = decoder.decompress(body, _CHUNK)
    except zlib.error:
        decoder = zlib.decompressobj(wbits=-15)
        piece = decoder.decompress(body, _CHUNK)
    yield piece
    while not decoder.eof:
        piece = decoder.decompress(decoder.unconsumed_tail, _CHUNK)
        if not piece and not decoder.eof:
            raise _broken_off("deflate")
        yield piece


def _brotli(body: bytes) -> Iterator[bytes]:
    import brotli  # no server is asked for it, so hardly any run needs it

    decoder = brotli.Decompressor()
    try:
        yield decoder.process(body, output_buffer_limit=_CHUNK)
        while not decoder.is_finished():
            piece = decoder.process(b"", output_buffer_limit=_CHUNK)
            if not piece and not decoder.is_finished():
                raise _broken_off("br")
            yield piece
    except brotli.error as error:
        raise ValueError(str(error)) from error


def _zstd(body: bytes) -> Iterator[bytes]:
    import zstandard  # as above

    unpack = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    frame = unpack.decompressobj()
    at = 0
    try:
        while at < len(body):
            taken = body[at : at + _ZSTD_INPUT]
            at += len(taken)
            yield frame.decompress(taken)
            if frame.eof:
                at -= len(frame.unused_data)
                frame = unpack.decompressobj() if at < len(body) else frame
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    if not frame.eof:
        raise _broken_off("zstd")


def _broken_off(coding: str) -> ResponseDataLossError:
    return ResponseDataLossError(f"the {coding} coding breaks off")


def _damaged(detail: str) -> Declined:
    return Declined(Problem(kind=ProblemKind.DAMAGED, detail=detail, signals=("coding",)))
