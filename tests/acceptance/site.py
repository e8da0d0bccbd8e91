"""A small web site on loopback whose pages a test can change, and a webhook that keeps what it is sent."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    """One address. `status` other than 200 is served as it is; pages with `etag` answer 304 when nothing changed."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    etag: bool = True
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """What is served and what was asked. `log` holds (path, status) in order."""

    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    log: list[tuple[str, int]] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def put(self, path: str, body: str | bytes, **options: Any) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(raw, **options)

    def statuses(self, path: str) -> list[int]:
        return [status for asked, status in self.log if asked == path]


@contextmanager
def serving() -> Iterator[Site]:
    """A site on an ephemeral loopback port; POST requests are kept as JSON in `received`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = site.pages.get(self.path) or site.pages.get(self.path.partition("?")[0])
            if page is None:
                self._answer(404, b"<html><body><h1>Not Found</h1></body></html>", {"Content-Type": "text/html"})
                return
            headers = {"Content-Type": page.content_type, **page.headers}
            tag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
            if page.etag and page.status == 200:
                headers["ETag"] = tag
                if self.headers.get("If-None-Match") == tag:
                    self._answer(304, b"", headers)
                    return
            self._answer(page.status, page.body, headers)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with site.lock:
                site.received.append(json.loads(body))
            self._answer(200, b"{}", {"Content-Type": "application/json"})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            with site.lock:
                site.log.append((self.path, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status != 304:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(address=f"127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
