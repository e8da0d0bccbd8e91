"""A quick local site of many 60 KB pages, half English and half Khmer, in a process of its own.

Even pages carry an `ETag` and answer 304. Odd pages have no validator and differ on every fetch in what does not
matter: a nonce in a script, a view counter, and a block of related links. `POST /generation/N` puts the site into
generation N, in which every twentieth page says something new.
"""

import asyncio
import multiprocessing
import random
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

PAGE_BYTES = 60_000
CHANGED_EVERY = 20

_ENGLISH = (
    "The ministry met with representatives of the private sector to discuss the progress of digital government. "
    "Participants exchanged views on data exchange, skills and public services and thanked the organisers. "
)
_KHMER = (
    "ក្រសួងបានរៀបចំកិច្ចប្រជុំជាមួយតំណាងវិស័យឯកជន ដើម្បីពិភាក្សាអំពីវឌ្ឍនភាពនៃសេវាសាធារណៈឌីជីថល។ "
    "អង្គប្រជុំបានផ្លាស់ប្តូរយោបល់អំពីការអភិវឌ្ឍធនធានមនុស្ស និងការតភ្ជាប់ទិន្នន័យរវាងស្ថាប័ន។ "
)
_NEWS = "<p>The Council of Ministers approved the draft Law on Personal Data Protection, generation {}.</p>"
_counter = count(1)


def page(number: int, generation: int) -> bytes:
    """Page `number` as served in `generation`, without what changes on every fetch."""
    khmer = number % 4 >= 2
    paragraph = _KHMER if khmer else _ENGLISH
    rng = random.Random(number)
    parts: list[str] = []
    size = 0
    while size < PAGE_BYTES - 9_000:
        text = paragraph * rng.randint(1, 3) + f"({number}.{len(parts)})"
        element = f'<p class="entry-text">{text}</p>'
        parts.append(element)
        size += len(element.encode())
    if generation and number % CHANGED_EVERY == 0:
        parts.insert(2, _NEWS.format(generation))
    language = "km" if khmer else "en"
    furniture = "".join(
        f'<li class="menu-item menu-item-{n}"><a href="/menu/{n}/">Menu {n}</a></li>' for n in range(60)
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Page {number}</title></head><body>'
        f'<nav><ul>{furniture}</ul></nav><main><article class="post"><h1>Page {number}</h1>{"".join(parts)}</article>'
        f"<!--moving--></main><footer>{furniture}</footer></body></html>"
    ).encode()


def moving() -> bytes:
    """What an odd page shows anew each time."""
    turn = next(_counter)
    related = "".join(f'<li><a href="/post/{turn + n}/">Other news {turn + n}</a></li>' for n in range(3))
    return (
        f'<script nonce="n{turn:08x}">var t={turn};</script><span class="post-views">{turn} views</span>'
        f'<div class="related-posts"><h3>Related Post</h3><ul>{related}</ul></div>'
    ).encode()


class _Site(asyncio.Protocol):
    generation = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        request, *lines = head.split(b"\r\n")
        path = request.split(b" ")[1].decode()
        if path.startswith("/generation/"):
            _Site.generation = int(path.rpartition("/")[2])
            self._send(b"200 OK", b"ok", b"")
        elif path.startswith("/p/"):
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
            self._page(int(path.rpartition("/")[2]), headers)
        elif path == "/robots.txt":
            self._send(b"200 OK", b"User-agent: *\nAllow: /\n", b"Content-Type: text/plain\r\n")
        else:
            self._send(b"404 Not Found", b"", b"")

    def _page(self, number: int, headers: dict[bytes, bytes]) -> None:
        changed = _Site.generation if number % CHANGED_EVERY == 0 else 0
        body = _cached(number, changed)
        extra = b"Content-Type: text/html; charset=utf-8\r\n"
        if number % 2:
            self._send(b"200 OK", body.replace(b"<!--moving-->", moving()), extra)
            return
        tag = f'"{number}-{changed}"'.encode()
        extra += b"ETag: " + tag + b"\r\n"
        if headers.get(b"if-none-match") == tag:
            self._send(b"304 Not Modified", None, extra)
        else:
            self._send(b"200 OK", body, extra)

    def _send(self, status: bytes, body: bytes | None, extra: bytes) -> None:
        length = b"" if body is None else b"Content-Length: %d\r\n" % len(body)
        self.transport.write(  # type: ignore[attr-defined]
            b"HTTP/1.1 " + status + b"\r\n" + extra + length + b"\r\n" + (body or b"")
        )


_CACHE: dict[tuple[int, int], bytes] = {}


def _cached(number: int, generation: int) -> bytes:
    """Pages are made once while they fit into memory, so that the server is not what is measured."""
    key = (number, generation)
    if key not in _CACHE:
        if len(_CACHE) > 12_000:
            _CACHE.clear()
        _CACHE[key] = page(number, generation)
    return _CACHE[key]


def _serve(hosts: list[str], port: int, ready: "multiprocessing.synchronize.Event", warm: int) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for host in hosts:
            await loop.create_server(_Site, host, port)
        for number in range(warm):
            _cached(number, 0)
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(main())


@contextmanager
def serving(pages: int, hosts: int = 20) -> Iterator[list[str]]:
    """Serve on `hosts` loopback addresses; gives the address of every page."""
    names = [f"127.0.0.{n + 1}" for n in range(hosts)]
    with socket.create_server((names[-1], 0)) as probe:
        port = probe.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_serve, args=(names, port, ready, pages), daemon=True)
    process.start()
    if not ready.wait(120):
        sys.exit("the benchmark's server did not start")
    try:
        yield [f"http://{names[number % hosts]}:{port}/p/{number}" for number in range(pages)]
    finally:
        process.terminate()
        process.join()


def set_generation(address: str, generation: int) -> None:
    """Put the site at `address` (of any page) into a generation."""
    root = address.partition("/p/")[0]
    urllib.request.urlopen(f"{root}/generation/{generation}", timeout=10).read()
