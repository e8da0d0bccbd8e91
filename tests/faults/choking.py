"""Markup and files made to choke a parser, and functions that misbehave in a confined child."""

import os
import zlib
from collections.abc import Iterator

_START = b"<html><body><main><p>Article 1. The law on data.</p>"


def pages(size: int) -> Iterator[tuple[str, bytes]]:
    """Hostile pages of about `size` bytes, each of its own kind."""
    units = {
        "nested divisions": b"<div>",
        "nested bold": b"<b>",
        "misnested": b"<i><b></i>",
        "bold paragraphs": b"<b><p>",
        "nested links": b"<a><div>",
        "fonts in tables": b"<table><font>",
        "tables in tables": b"<table><tr><td>",
        "lists": b"<ul><li>",
        "hidden": b"<div hidden>",
        "selects": b"<select><option>",
        "comments": b"<!--",
        "brackets": b"<",
        "brackets far apart": b"<" + b"x" * 200,
        "declarations": b"<!DOCTYPE x",
        "character data": b"<![CDATA[",
        "entities": b"&#x1F600;",
        "half entities": b"&am",
        "headings": b"<h1>x</h1>",
        "zeros": b"\0",
        "spaces": b" ",
        "one word": b"x",
        "dates": b"12 May 2026 ",
        "svg": b"<svg><math>",
        "templates": b"<template>",
        "frames": b"<frameset>",
        "plain": b"<plaintext>",
    }
    for name, unit in units.items():
        yield name, _START + unit * (size // len(unit))
    yield "closed divisions", _START + b"<div>" * (size // 11) + b"</div>" * (size // 11)
    yield "one long tag", _START + b"<p " + b"".join(b"a%d=1 " % n for n in range(size // 9)) + b">x</p>"
    yield (
        "many long tags",
        _START + (b"<p " + b"".join(b"a%d=1 " % n for n in range(1500)) + b">x</p>") * (size // 12000),
    )
    yield "one long value", _START + b'<p title="' + b"x" * size + b'">x</p>'


def pdf(content: bytes, *, filters: bytes = b"/FlateDecode", kids: bytes = b"[3 0 R]", count: int = 1) -> bytes:
    """A PDF of one page with `content` as its packed stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids%s/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d/Filter %s>>\nstream\n%s\nendstream" % (len(content), filters, content),
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def files(scale: int) -> Iterator[tuple[str, bytes]]:
    """Hostile PDF files; `scale` 1 is bad, 10 is as bad as it gets."""
    zeros = zlib.compressobj(9)
    flat = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(70 * scale)) + zeros.flush()
    yield "a stream of zeros", pdf(flat)
    yield (
        "a stream packed three times",
        pdf(zlib.compress(zlib.compress(flat)), filters=b"[/FlateDecode/FlateDecode/FlateDecode]"),
    )
    operators = zlib.compress(b"BT /F1 12 Tf " + b"(a) Tj 1 0 Td " * (300_000 * scale) + b"ET", 9)
    yield "millions of words", pdf(operators)
    yield "nested arrays", pdf(zlib.compress(b"[" * (200_000 * scale)))
    yield "a page that is its own child", pdf(zlib.compress(b"BT ET"), kids=b"[2 0 R]")
    yield (
        "very many pages that are one",
        pdf(zlib.compress(b"BT (a) Tj ET"), kids=b"[" + b"3 0 R " * (100_000 * scale) + b"]", count=100_000 * scale),
    )
    yield "a count of pages that is not true", pdf(zlib.compress(b"BT (a) Tj ET"), count=2_000_000_000)


# What a child may be told to do (`confined.call("tests.faults.choking:…")`).


def crash(body: bytes) -> object:
    """As native code does."""
    os.abort()


def hang(body: bytes) -> object:
    """For ever."""
    while True:
        pass


def sleep(body: bytes) -> object:
    """For ever, and without work."""
    import time

    while True:
        time.sleep(1)


def swallow(body: bytes) -> object:
    """More memory than there is."""
    hoard = [bytearray(1 << 20)]
    while True:
        hoard.append(bytearray(hoard[-1]))


def shout(body: bytes) -> object:
    """No JSON."""
    os.write(1, b"\0" * 100)
    os._exit(0)


def escape(body: bytes) -> dict[str, str]:
    """Try every way out; what came of each."""
    import signal
    import socket
    import subprocess
    import tempfile
    from collections.abc import Callable

    def attempt(way: Callable[[], object]) -> str:
        try:
            way()
        except OSError:
            return "refused"
        return "done"

    def write() -> None:
        with tempfile.TemporaryFile() as file:
            file.write(b"x" * 10)
            file.flush()

    return {
        "connect": attempt(lambda: socket.create_connection(("127.0.0.1", int(body)), timeout=2)),
        "datagram": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "unix": attempt(lambda: socket.socket(socket.AF_UNIX)),
        "program": attempt(lambda: subprocess.run(["/bin/true"], check=False)),
        "signal": attempt(lambda: os.kill(os.getppid(), signal.SIGCONT)),
        "write": attempt(write),
        "environment": " ".join(sorted(set(os.environ) - {"LC_CTYPE"})) or "refused",
    }
