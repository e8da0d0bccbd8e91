"""Bodies that are small on the wire and large in memory; run as a program, it measures what decoding them costs."""

import json
import resource
import sys
import zlib
from collections.abc import Callable, Iterator

import brotli
import zstandard

PIECE = bytes(1 << 20)


def _packed(pieces: Iterator[bytes], compress: Callable[[bytes], bytes], flush: Callable[[], bytes]) -> bytes:
    return b"".join([*(compress(piece) for piece in pieces), flush()])


def pack(coding: str, pieces: Iterator[bytes]) -> bytes:
    """`pieces` in one content coding."""
    if coding == "gzip":
        packer = zlib.compressobj(9, wbits=31)
        return _packed(pieces, packer.compress, packer.flush)
    if coding == "deflate":
        packer = zlib.compressobj(9)
        return _packed(pieces, packer.compress, packer.flush)
    if coding == "br":
        brotli_packer = brotli.Compressor(quality=5)
        return _packed(pieces, brotli_packer.process, brotli_packer.finish)
    zstd_packer = zstandard.ZstdCompressor(level=3).compressobj()
    return _packed(pieces, zstd_packer.compress, zstd_packer.flush)


CODINGS = ("gzip", "deflate", "br", "zstd")


def bomb(coding: str, layers: int, *, mebibytes: int) -> bytes:
    """So many mebibytes of zeros, packed `layers` times."""
    body = pack(coding, (PIECE for _ in range(mebibytes)))
    for _ in range(layers - 1):
        body = pack(coding, iter([body]))
    return body


def main() -> None:
    """Decode bombs of argv[1] MiB within argv[2] bytes; print what became of each, and the growth of memory in MiB."""
    from spiders.decoding import decode
    from spiders.problems import Declined

    size, limit = int(sys.argv[1]), int(sys.argv[2])
    made = [(coding, layers, bomb(coding, layers, mebibytes=size)) for coding in CODINGS for layers in (1, 2, 3)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = {}
    for coding, layers, body in made:
        try:
            decode(body, [", ".join([coding] * layers).encode()], limit=limit)
            said[f"{coding} {layers}"] = "decoded"
        except Declined as refused:
            said[f"{coding} {layers}"] = str(refused.problem.kind)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"said": said, "grown": (after - before) // 1024}))  # noqa: T201


if __name__ == "__main__":
    main()
