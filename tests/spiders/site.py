"""A local web site for crawl tests: it says what it is told to say, and remembers who asked what and when."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from types import TracebackType
from typing import Any, Self

Headers = Mapping[str, str]


@dataclass
class Asked:
    """One request the site has received."""

    path: str
    headers: Headers
    began: float
    ended: float = 0.0
    status: int = 0


@dataclass
class Answer:
    """What to say. `hold` is waited for before anything is said; `cut` breaks off after so many bytes of the body."""

    body: bytes = b""
    status: int = 200
    headers: Headers = field(default_factory=dict)
    hold: threading.Event | None = None
    length: bool = True
    cut: int | None = None


Route = Answer | Callable[[Asked], Answer]


def page(text: str, **headers: str) -> Answer:
    """A page of HTML."""
    return Answer(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8", **_dashed(headers)})


def xml(text: str, **headers: str) -> Answer:
    """A feed or sitemap."""
    return Answer(body=text.encode(), headers={"Content-Type": "application/xml", **_dashed(headers)})


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Site:
    """A server on a port of its own. `routes` maps path and query to an answer; anything else gets `otherwise`."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.otherwise: Route = Answer(status=404, body=b"not here")
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for route in self.routes.values():
            if isinstance(route, Answer) and route.hold is not None:
                route.hold.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def host(self) -> str:
        """`127.0.0.1:port`."""
        return f"127.0.0.1:{self._server.server_port}"

    def url(self, path: str = "/") -> str:
        """The address of `path` here."""
        return f"http://{self.host}{path}"

    def paths(self, *, robots: bool = False) -> list[str]:
        """What was asked for, in order, without robots.txt."""
        return [asked.path for asked in self.asked if robots or asked.path != "/robots.txt"]

    def forget(self) -> None:
        """Start the list of requests anew."""
        self.asked.clear()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            asked = Asked(path=self.path, headers=dict(self.headers.items()), began=monotonic())
            site.asked.append(asked)
            route = site.routes.get(self.path, site.otherwise)
            answer = route(asked) if callable(route) else route
            answer = _conditional(asked, answer)
            if answer.hold is not None:
                answer.hold.wait()
            try:
                self._send(answer)
            except OSError:
                self.close_connection = True
            asked.ended, asked.status = monotonic(), answer.status

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.length and answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            if not answer.length or answer.cut is not None:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(answer.body[: answer.cut])

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Tests read `site.asked` instead."""

    return Handler


def _conditional(asked: Asked, answer: Answer) -> Answer:
    """304 where the visitor names the ETag or Last-Modified that the answer carries."""
    etag, day = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
    same = (etag and asked.headers.get("If-None-Match") == etag) or (
        day and not etag and asked.headers.get("If-Modified-Since") == day
    )
    return Answer(status=304, headers=answer.headers) if same and answer.status == 200 else answer
