"""Servers that misbehave on the wire: they say nothing, drip, never end, or send more than anyone can hold."""

import contextlib
import socket
import threading
from collections.abc import Callable
from time import sleep
from types import TracebackType
from typing import Self

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
Talk = Callable[[socket.socket, threading.Event], None]


class BadServer:
    """Answers robots.txt with 404 and everything else by `talk`, on a port of its own; counts what it was asked."""

    def __init__(self, talk: Talk) -> None:
        self._talk, self._over = talk, threading.Event()
        self.asked: list[str] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._over.set()
        self._server.close()

    def url(self, path: str = "/law") -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}{path}"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._answer, args=(self._server.accept()[0],), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            path = connection.recv(65536).split(b" ")[1].decode()
            if path == "/robots.txt":
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            self.asked.append(path)
            self._talk(connection, self._over)


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Nothing at all."""
    over.wait(60)


def dripping(before: bytes, piece: bytes, pause: float) -> Talk:
    """`before`, then `piece` again and again with a pause in seconds."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(before)
        while not over.is_set():
            connection.sendall(piece)
            if pause:
                sleep(pause)

    return talk


def late(answer: bytes, pause: float) -> Talk:
    """An answer without a body (status and headers), after a pause in seconds."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        sleep(pause)
        connection.sendall(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    return talk


def drips(pause: float) -> dict[str, Talk]:
    """Every place at which a server can drip."""
    return {
        "status": dripping(b"", b"H", pause),
        "headers": dripping(OK, b"X-A: b\r\n", pause),
        "one header": dripping(OK + b"X-A: ", b"b", pause),
        "interim answers": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause),
        "body": dripping(OK + b"Content-Length: 100000\r\n\r\n", b"x", pause),
        "body without length": dripping(OK + b"\r\n", b"x", pause),
        "chunks": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause),
        "one chunk": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", b"x", pause),
        "chunk extension": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x", pause),
    }


FLOODS: dict[str, Talk] = {
    "headers": dripping(OK, b"X-A: " + b"b" * 1000 + b"\r\n", 0),
    "one header": dripping(OK + b"X-A: ", b"b" * 1000, 0),
    "continued header": dripping(OK + b"X-A: b\r\n", b" " + b"b" * 1000 + b"\r\n", 0),
    "interim answers": dripping(b"", b"HTTP/1.1 100 Continue\r\nX-A: " + b"b" * 1000 + b"\r\n\r\n", 0),
    "body": dripping(OK + b"\r\n", b"x" * 65536, 0),
    "chunks": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b"x" * 0x8000 + b"\r\n", 0),
    "announced": dripping(OK + b"Content-Length: 99999999999\r\n\r\n", b"x" * 65536, 0),
    "trailers": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: " + b"b" * 1000 + b"\r\n", 0),
}
"""What never ends, sent as fast as it goes."""
