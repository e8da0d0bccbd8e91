"""A small HTTP server on loopback: `/healthz`, `/readyz`, `/metrics`. GET and HEAD, nothing else.

It answers from threads of its own, so a loop that stands still is seen. A page in somebody's browser must not read it
through a name that leads here (DNS rebinding): only requests for this very address are answered.
"""

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from monitor.errors import MonitorError, UsageError

log = logging.getLogger(__name__)

_AT_ONCE = 8
_PATIENCE = 5.0
"""Seconds to wait for a request; and how many are answered at once."""
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path says: status, body, media type."""

    status: int
    body: bytes
    media_type: str = _JSON


def as_json(status: int, value: object) -> Answer:
    """`value` as a JSON answer."""
    return Answer(status, json.dumps(value, ensure_ascii=False).encode() + b"\n")


class Endpoint:
    """Answers the paths of `answers` at `address` (host, port) from when it is made until `close`.

    Raises UsageError when the address cannot be used.
    """

    def __init__(self, address: tuple[str, int], answers: Mapping[str, Callable[[], Answer]]) -> None:
        try:
            self._server = _Server(address, answers)
        except OSError as error:
            raise UsageError(f"monitor.health: {address[0]}:{address[1]} cannot be used: {error.strerror}") from None
        self._thread = threading.Thread(target=self._server.serve_forever, name="endpoint", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Answer nothing any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, address: tuple[str, int], answers: Mapping[str, Callable[[], Answer]]) -> None:
        self.answers = answers
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__(address, _Handler)
        port = self.server_address[1]
        names = ("127.0.0.1", "localhost", "[::1]", f"[{address[0]}]" if ":" in address[0] else address[0])
        self.own_names = frozenset(f"{name}:{port}" for name in names)

    def server_bind(self) -> None:
        """Without the look-up of our own name that the library makes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, if not too many are being answered."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """In the thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked went away."""
        log.debug("a health check was not answered", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE
    server_version = "monitor"
    sys_version = ""

    def do_GET(self) -> None:
        """A path, or nothing."""
        if self.headers.get_all("Host", []) not in [[name] for name in self.server.own_names]:
            self._give(as_json(421, {"error": "this is not the address of that host"}))
            return
        answer = self.server.answers.get(self.path.partition("?")[0])
        if answer is None:
            self._give(as_json(404, {"error": "there is /healthz, /readyz and /metrics"}))
            return
        try:
            self._give(answer())
        except MonitorError as error:
            log.error("%s: %s", self.path, error)
            self._give(as_json(503, {"error": "the storage cannot be read; see the log"}))
        except OSError:
            raise
        except Exception:
            log.exception("%s could not be answered", self.path)
            self._give(as_json(500, {"error": "an error in the monitor itself; see the log"}))

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def _give(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The library's own page repeats what was asked."""
        self.close_connection = True
        self._give(as_json(code, {"error": "only GET and HEAD of a known path are answered"}))

    def log_message(self, *_: Any) -> None:
        """One line a scrape would fill the log."""
