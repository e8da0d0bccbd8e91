"""A small web server on loopback for hand-written sites: one port per site, honest validators, a log of every hit.

A site is a function from a `Request` to an `Answer`. Whatever is the same everywhere is done here: conditional
requests (RFC 9110, section 13), HEAD, content lengths, and the log that checks read afterwards.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

HTML = "text/html; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a site sees of a request: the decoded path, the query's first values and the headers (lower-case names)."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site answers.

    With `validators` the server adds `ETag` and `Last-Modified` and answers 304 to whoever holds the same body;
    without, every request gets a full body, as most of the real pages do.
    """

    body: bytes
    media_type: str = HTML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    validators: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request as the server saw it. `conditional` says that it carried a validator."""

    method: str
    target: str
    status: int
    conditional: bool
    user_agent: str


Site = Callable[[Request], Answer]


@dataclass(slots=True)
class _Version:
    """The body last served at one address, and since when."""

    digest: str
    since: datetime


class SiteServer:
    """Serves one site on its own port of 127.0.0.1, from `start` (or `with`) to `stop`.

    `now` is the clock behind `Last-Modified`. The port is chosen by the system; `url` and `host` name it.
    """

    def __init__(self, site: Site, *, now: Callable[[], datetime]) -> None:
        self.site = site
        self._now = now
        self._hits: list[Hit] = []
        self._versions: dict[str, _Version] = {}
        self._lock = threading.Lock()
        self._httpd = _Listener(("127.0.0.1", 0), _Handler)
        self._httpd.owner = self
        self._thread: threading.Thread | None = None

    @property
    def host(self) -> str:
        """`host:port`, as `allow_hosts` wants it."""
        return f"127.0.0.1:{self._httpd.server_address[1]}"

    @property
    def url(self) -> str:
        """The site's root address, without a final slash."""
        return f"http://{self.host}"

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Every request so far, oldest first."""
        with self._lock:
            return tuple(self._hits)

    def start(self) -> None:
        """Begin to serve in a thread of its own."""
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End serving and free the port. Safe to call twice, or without a start."""
        if self._thread is not None:
            self._httpd.shutdown()
            self._thread.join()
            self._thread = None
        self._httpd.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def respond(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The complete answer to one request, validators and 304 included, noted in the log."""
        request = _request(target, headers)
        with self._lock:
            answer = self.site(request)
            if answer.validators and answer.status == HTTPStatus.OK:
                answer = self._validated(target, answer, request.headers)
            self._hits.append(
                Hit(
                    method=method,
                    target=target,
                    status=int(answer.status),
                    conditional=bool(_VALIDATORS & request.headers.keys()),
                    user_agent=request.headers.get("user-agent", ""),
                )
            )
        return answer

    def _validated(self, target: str, answer: Answer, headers: Mapping[str, str]) -> Answer:
        digest = hashlib.sha256(answer.body).hexdigest()[:20]
        version = self._versions.get(target)
        if version is None:
            version = self._versions[target] = _Version(digest, self._now().replace(microsecond=0))
        elif version.digest != digest:
            # HTTP dates count whole seconds: two versions within one second must still differ.
            since = max(self._now().replace(microsecond=0), version.since + timedelta(seconds=1))
            version = self._versions[target] = _Version(digest, since)
        modified = format_datetime(version.since.astimezone(UTC), usegmt=True)
        extra = (("ETag", f'"{digest}"'), ("Last-Modified", modified))
        if _still_current(headers, digest, version.since):
            return Answer(body=b"", status=HTTPStatus.NOT_MODIFIED, headers=(*extra, *answer.headers))
        return Answer(
            body=answer.body, media_type=answer.media_type, status=answer.status, headers=(*extra, *answer.headers)
        )


_VALIDATORS = {"if-none-match", "if-modified-since"}


def _request(target: str, headers: Mapping[str, str]) -> Request:
    parts = urlsplit(target)
    return Request(
        path=unquote(parts.path),
        query=dict(reversed(parse_qsl(parts.query, keep_blank_values=True))),
        headers={name.lower(): value for name, value in headers.items()},
    )


def _still_current(headers: Mapping[str, str], digest: str, since: datetime) -> bool:
    """Whether the asker already holds this version; an entity tag outranks a date (RFC 9110, section 13.2.2)."""
    if tags := headers.get("if-none-match"):
        held = {tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")}
        return digest in held or "*" in held
    try:
        held_since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since <= held_since


class _Listener(ThreadingHTTPServer):
    """Threads end with the process; kept-alive connections must not hold a stop up."""

    daemon_threads = True
    block_on_close = False
    owner: SiteServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one piece: with the stock settings every answer waits for a delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 30
    server: _Listener

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
        """Silent: the log is kept by the server object."""

    def _answer(self) -> None:
        answer = self.server.owner.respond(self.command, self.path, dict(self.headers.items()))
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
