"""The only way out for the browser: a forward proxy of our own on loopback, which connects to public addresses alone.

Chromium resolves names and follows whatever a page tells it to: redirects, frames, `fetch`, web sockets. So it is given
no network but this. Every connection is checked on the address really chosen, after DNS, as the direct way's are, and
what comes through is counted. TLS passes untouched: the browser itself verifies certificates.
"""

import asyncio
import socket
from collections.abc import Collection
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit

from spiders.addresses import AddressGuard
from spiders.gate import open_port

HEAD_LIMIT: Final = 256 * 1024
"""Bytes of a request's or an answer's headers."""

MOST_CONNECTIONS: Final = 128
"""Connections one page may hold open; a browser itself opens 32 at most, but for web sockets."""

_CHUNK: Final = 1 << 16
_PATIENCE: Final = 15.0
"""Seconds for the browser to say what it wants, and for an address to answer."""

_END: Final = b"\r\n\r\n"
_OF_ONE_HOP: Final = frozenset({"connection", "keep-alive", "proxy-connection", "proxy-authorization"})
_FAULTS = (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


class RefusedError(Exception):
    """A connection that is not made."""


class GuardedProxy:
    """Serves one visit of one page on a loopback port; an asynchronous context manager.

    `home` is the source's own address, whose port is as good as the usual ones; `allow_hosts` are exact `host:port`
    texts (lower case) that may have any port and a private address. After `limit` bytes have come in, `exceeded` is
    set and nothing comes any more.
    """

    def __init__(self, *, home: str, allow_hosts: Collection[str], limit: int) -> None:
        self.exceeded = asyncio.Event()
        self._home, self._allowed, self._left = home, frozenset(allow_hosts), limit
        self._guard = AddressGuard(allow_hosts)
        self._refusals: dict[tuple[str, int], str] = {}
        self._visitors: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visited, "127.0.0.1", 0, limit=HEAD_LIMIT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for visitor in self._visitors:
            visitor.cancel()
        await asyncio.gather(*self._visitors, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where the browser reaches it."""
        if self._server is None:
            raise RuntimeError("the proxy is not open")
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def refusal(self, url: str) -> str:
        """Why no connection was made to the host of `url` when one was asked for last; empty if one was."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme in ("https", "wss") else 80)
        return self._refusals.get(((parts.hostname or "").lower(), port), "")

    # One connection ----------------------------------------------------------------------------------------------

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._visitors) >= MOST_CONNECTIONS or self.exceeded.is_set():
            writer.close()
            return
        self._visitors.add(task)
        try:
            # Who cancels is the end of the visit; asyncio's own streams would report it as a fault.
            with suppress(asyncio.CancelledError, *_FAULTS):
                await self._serve(reader, writer)
        finally:
            self._visitors.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_PATIENCE):
            head = await reader.readuntil(_END)
        line, *fields = head.removesuffix(_END).decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        if not tunnel and parts.scheme != "http":
            return
        try:
            theirs, ours = await self._open((parts.hostname or "").lower(), parts.port or (443 if tunnel else 80))
        except RefusedError:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" if tunnel else b"")
            return
        try:
            if tunnel:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._both(reader, writer, theirs, ours)
            else:
                await self._forward(method, parts, fields, reader, writer, theirs, ours)
        finally:
            ours.close()

    async def _open(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to one of the addresses of `host`, all checked. Raises RefusedError, remembering why."""
        self._refusals.pop((host, port), None)
        if not open_port(host, port, self._home, self._allowed):
            raise self._refuse(host, port, f"port {port} of {host} is not one that pages are read from")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError):
            raise self._refuse(host, port, "the host name could not be resolved") from None
        addresses = [str(entry[4][0]) for entry in found]
        if not self._guard.admits(host, port, addresses):
            bad = self._guard.refused(host, port)
            raise self._refuse(host, port, f"{host} is at {bad}, which is no public address and not in allow_hosts")
        for address in addresses:
            with suppress(*_FAULTS):
                async with asyncio.timeout(_PATIENCE):
                    return await asyncio.open_connection(address, port, limit=HEAD_LIMIT)
        raise self._refuse(host, port, f"no connection to {host} came about")

    def _refuse(self, host: str, port: int, why: str) -> RefusedError:
        self._refusals[host, port] = why
        return RefusedError(why)

    async def _forward(
        self,
        method: str,
        parts: SplitResult,
        fields: list[str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        theirs: asyncio.StreamReader,
        ours: asyncio.StreamWriter,
    ) -> None:
        """One plain request and its answer, after which the connection ends: it leads to this host and no other."""
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        ours.write(_head(f"{method} {path} HTTP/1.1", fields))
        length = _value(fields, "content-length")
        if _value(fields, "transfer-encoding"):
            return
        if length:
            ours.write(await reader.readexactly(min(int(length), self._left)))
        await ours.drain()
        while True:
            head = await theirs.readuntil(_END)
            line, *said = head.removesuffix(_END).decode("latin-1").split("\r\n")
            if line.split(" ")[1][:1] != "1":
                break
        writer.write(_head(line, said))
        await self._pump(theirs, writer)

    async def _both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        theirs: asyncio.StreamReader,
        ours: asyncio.StreamWriter,
    ) -> None:
        """Whatever either side sends, until one of them ends."""
        flows = {asyncio.ensure_future(self._pump(theirs, writer)), asyncio.ensure_future(self._pump(reader, ours))}
        try:
            await asyncio.wait(flows, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for flow in flows:
                flow.cancel()
            await asyncio.gather(*flows, return_exceptions=True)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(_CHUNK):
            self._left -= len(data)
            if self._left < 0:
                self.exceeded.set()
                return
            sink.write(data)
            await sink.drain()


def _head(line: str, fields: list[str]) -> bytes:
    kept = [field for field in fields if field.partition(":")[0].strip().lower() not in _OF_ONE_HOP]
    return ("\r\n".join((line, *kept, "Connection: close")) + "\r\n\r\n").encode("latin-1")


def _value(fields: list[str], name: str) -> str:
    return next((field.partition(":")[2].strip() for field in fields if field.lower().startswith(f"{name}:")), "")
