"""The receiving ends of the demonstration's channels: a JSON webhook and a mail server, both on loopback.

The mail server is aiosmtpd's: a hand-written one would prove only that two of our own mistakes agree.
"""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session


class Webhook:
    """Takes JSON by POST on a port of its own while used as a context manager; `bodies` holds what came."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self._httpd = _HookServer(("127.0.0.1", 0), _HookHandler)
        self._httpd.keep = self.bodies.append
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)

    @property
    def channel_url(self) -> str:
        """The address as a channel's Apprise URL."""
        return f"json://127.0.0.1:{self._httpd.server_address[1]}/alerts"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._httpd.shutdown()
        self._thread.join()
        self._httpd.server_close()


class _HookServer(ThreadingHTTPServer):
    daemon_threads = True
    keep: Callable[[dict[str, Any]], None]


class _HookHandler(BaseHTTPRequestHandler):
    server: _HookServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            self.server.keep(json.loads(body))
            self.send_response(204)
        except ValueError:
            self.send_response(400)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
        """Silent: `bodies` is the record."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One delivered message with the envelope it came in."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain text part, decoded; empty if there is none."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""


class MailServer:
    """Takes mail on a port of its own while used as a context manager; `mails` holds what came."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True, loop=self._loop), "127.0.0.1", 0)
        )
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def channel_url(self) -> str:
        """The address as a channel's Apprise URL."""
        return f"mailto://127.0.0.1:{self.port}/?from=monitor@example.org&to=counsel@example.org&mode=insecure"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Keep a message; the name and the answer are what aiosmtpd asks for."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.mails.append(
            Mail(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                message=message_from_bytes(raw, policy=policy.default),
            )
        )
        return "250 Message accepted"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
