"""`mailto://` and `mailtos://`: text and HTML in one message, its Message-ID made from the alert key.

A repeat of an alert is the very same message, so mail programs recognise it. What is about one instrument, or about the
health of one source, is one thread. All recipients of one address share one
SMTP transaction: if any of them is refused for the moment, nobody gets the message and all get it later, once; if
some are refused for good, the others get it now and the delivery ends as refused, naming how many. A refusal "for the
moment" that lasts (a full mailbox) can be settled: then the others get the message, as if it were for good.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from apprise.plugins.email.base import NotifyEmail, PGPMode
from apprise.plugins.email.common import SecureMailMode

from monitor.model import Alert, AlertKind
from monitor.ports import SendResult
from monitor.text.normal import visible
from notifiers.inert import shorten
from notifiers.plugins.guard import Guard, RefusedAddressError
from notifiers.render import Message

_DOT_ATOM = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/?^_`{|}~.")
_LOOSE_DOT = re.compile(r"^\.|\.$|(?<=\.)\.")
_POLICY = SMTP.clone(cte_type="7bit")
"""CRLF line ends, and ASCII only on the way: servers without 8BITMIME garble Khmer."""
_FAREWELL = 1.0
"""Seconds to wait for the answer to QUIT; by then the message has its answer."""
_OURS = frozenset({"message-id", "subject", "from", "to", "cc", "bcc", "date", "reply-to", "mime-version", "sender"})


class EmailPlugin(NotifyEmail):
    """Apprise's e-mail service with the message and the SMTP conversation in our hands.

    The stock service makes a new Message-ID each time, sends HTML or text but not both, waits 5.5 s between messages
    and hides the server's answer.
    """

    from_addr: Any
    port: Any

    def suits(self) -> bool:
        """Whether we can send for this address; signing and encryption are left to the stock service."""
        return bool(self.pgp_mode == PGPMode.NONE)

    def composes(self) -> bool:
        """Whether the names, addresses and headers of this address can stand in an e-mail at all."""
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        alert = Alert(key="k", kind=AlertKind.TEST, created_at=moment, subject="s", bottom_line="b")
        try:
            compose(self, Message(key="k", subject="s", text="t", html="h"), alert).as_bytes()
        except ValueError:
            return False
        return True

    def deliver(self, message: Message, alert: Alert, *, timeout: float, guard: Guard | None = None) -> SendResult:
        """Send `alert` in one SMTP conversation that lasts at most `timeout` seconds in all."""
        try:
            content = compose(self, message, alert).as_bytes()
        except ValueError:
            return SendResult(
                ok=False, error="the message or its addresses cannot be put into an e-mail", permanent=True
            )
        recipients = list(dict.fromkeys([*(address for _, address in self.targets), *self.cc, *self.bcc]))
        converse = partial(self._converse, content, recipients, timeout, guard)
        result, some_are_taken = converse(settle=False)
        if not some_are_taken:
            return result
        return replace(result, settle=lambda: converse(settle=True)[0])

    def form(self, message: Message, alert: Alert) -> str:
        """The headers people see and the plain text; the HTML says the same. Raises ValueError if there is no mail."""
        mail = compose(self, message, alert)
        named = (name for name in mail if name.lower() not in ("mime-version", "content-type"))
        headers = "\n".join(f"{name}: {mail[name]}" for name in named)
        return f"{headers}\n\n{message.text}"

    def _converse(
        self, content: bytes, recipients: list[str], timeout: float, guard: Guard | None, *, settle: bool
    ) -> tuple[SendResult, bool]:
        """One conversation: how it ended, and whether nobody got the message though some recipients were taken."""
        try:
            with _Session(self, timeout, guard) as session:
                return session.hand_over(content, recipients, settle=settle)
        except RefusedAddressError as error:
            result = SendResult(ok=False, error=str(error), permanent=True)
        except smtplib.SMTPResponseException as error:
            return _refused(self, error.smtp_code, error.smtp_error), False
        except smtplib.SMTPNotSupportedError:
            result = SendResult(ok=False, error="the server lacks the security mode or login asked for", permanent=True)
        except ssl.SSLError:
            result = SendResult(ok=False, error="no secure connection (TLS) to the mail server")
        except UnicodeError:
            result = SendResult(ok=False, error="user name or password hold letters no login can carry", permanent=True)
        except TimeoutError:
            result = SendResult(ok=False, error=f"no answer from the mail server within {timeout:g} s")
        except (OSError, smtplib.SMTPException) as error:
            kind = type(error).__name__
            result = SendResult(ok=False, error=f"the conversation with the mail server failed ({kind})")
        return result, False


def compose(plugin: EmailPlugin, message: Message, alert: Alert) -> EmailMessage:
    """The e-mail for `alert`: the same bytes every time but for the MIME boundary. Raises ValueError if it can't be."""
    name, sender = plugin.from_addr
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = message.subject
    mail["From"] = _address(name, sender)
    mail["To"] = tuple(_address(display, address) for display, address in plugin.targets)
    if plugin.cc:
        mail["Cc"] = tuple(_address(plugin.names.get(address), address) for address in sorted(plugin.cc))
    if plugin.reply_to:
        mail["Reply-To"] = tuple(_address(plugin.names.get(address), address) for address in sorted(plugin.reply_to))
    mail["Date"] = format_datetime(alert.created_at)
    mail["Message-ID"] = message_id(alert.key, domain)
    if thread := _thread(alert):
        # Nobody got the message that both name; mail programs put all that name it into one thread.
        mail["In-Reply-To"] = mail["References"] = message_id(thread, domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Id"] = f"<lex-monitor.{domain}>"
    mail["X-Alert-Key"] = message.key
    mail["X-Alert-Kind"] = alert.kind.value
    for header, value in plugin.headers.items():
        if header.strip().lower() not in _OURS and header.strip().lower() not in mail:
            mail[header.strip()] = value
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


def message_id(key: str, domain: str) -> str:
    """The Message-ID of an alert: its key at the sender's domain; what RFC 5322 bars there becomes `=` code `=`."""
    local = "".join(letter if letter in _DOT_ATOM else f"={ord(letter):X}=" for letter in key)
    return f"<{_LOOSE_DOT.sub('=2E=', local)}@{domain}>"


def _thread(alert: Alert) -> str:
    """What `alert` continues: the story of its instrument, or that of its source; empty if it stands alone."""
    if alert.instrument:
        return f"instrument-{alert.instrument}"
    return f"source-{alert.source_id}" if alert.source_id else ""


class _Session:
    """One SMTP conversation with a deadline over all of it: connecting, TLS, login and the message.

    Time limits on single reads do not stop a server that drips, so a timer shuts the connection down.
    """

    def __init__(self, plugin: EmailPlugin, timeout: float, guard: Guard | None) -> None:
        self._plugin = plugin
        self._timeout = timeout
        self._smtp = _client(plugin, timeout)
        self._smtp.guard = guard
        self._late = threading.Event()
        self._timer = threading.Timer(timeout, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        try:
            with self._deadline():
                self._open()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self._smtp.sock is not None and not self._late.is_set():
                self._smtp.sock.settimeout(_FAREWELL)
                self._smtp.quit()
        self._close()

    def hand_over(self, content: bytes, recipients: list[str], *, settle: bool) -> tuple[SendResult, bool]:
        """MAIL, one RCPT each, DATA, each answer judged; see the module's text for several recipients.

        With `settle` a refusal for the moment counts as one for good. The second value: whether this could be settled.
        """
        with self._deadline():
            _expect(self._smtp.mail(self._plugin.from_addr[1], [f"size={len(content)}"] if self._takes_size() else []))
            answers = [self._smtp.rcpt(recipient) for recipient in recipients]
            refused = [(code, said) for code, said in answers if code not in (250, 251, 252)]
            transient = next((answer for answer in refused if 400 <= answer[0] < 500), None)
            nobody = len(refused) == len(answers)
            if nobody or (transient and not settle):
                self._smtp.rset()
                return _refused(self._plugin, *(transient or refused[0])), not nobody
            _expect(self._smtp.data(content))
        if refused:
            ending = _refused(self._plugin, *refused[0])
            error = f"{len(refused)} of {len(answers)} recipients refused, the others have it: {ending.error}"
            return SendResult(ok=False, error=error, permanent=True), False
        return SendResult(ok=True), False

    def _open(self) -> None:
        plugin, smtp = self._plugin, self._smtp
        _expect(smtp.connect(plugin.smtp_host, plugin.port))
        if plugin.secure_mode == SecureMailMode.STARTTLS:
            _expect(smtp.starttls(context=_tls(plugin)))
        smtp.ehlo_or_helo_if_needed()
        if plugin.user and plugin.password:
            smtp.login(plugin.user, plugin.password)

    def _takes_size(self) -> bool:
        return self._smtp.does_esmtp and self._smtp.has_extn("size")

    @contextlib.contextmanager
    def _deadline(self) -> Iterator[None]:
        """Whatever fails after the connection was cut off, or in a wait that ran out, failed because time was up."""
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            if self._late.is_set() or isinstance(error.__context__, TimeoutError):
                raise TimeoutError from error
            raise

    def _cut(self) -> None:
        self._late.set()
        if self._smtp.sock is not None:
            with contextlib.suppress(OSError):
                # Below the TLS layer on purpose: the other thread may be reading through it.
                socket.socket.shutdown(self._smtp.sock, socket.SHUT_RDWR)

    def _close(self) -> None:
        self._timer.cancel()
        self._smtp.close()


class _Client(smtplib.SMTP):
    """A client that connects only where its guard lets it."""

    guard: Guard | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        if self.guard is None:
            return socket.create_connection((host, port), timeout)
        return self.guard.connect(host, port, lambda address: socket.create_connection((address, port), timeout))


class _TlsClient(smtplib.SMTP_SSL, _Client):
    """The same with TLS from the first letter: the standard class wraps the socket that ours makes."""


def _client(plugin: EmailPlugin, timeout: float) -> _Client:
    """A client that has not connected yet, so that its socket is in reach before the first wait."""
    client: _Client
    if plugin.secure_mode == SecureMailMode.SSL:
        client = _TlsClient(timeout=timeout, context=_tls(plugin))
    else:
        client = _Client(timeout=timeout)
    # The name certificates are checked against; the library sets it only when it connects while being built.
    client._host = plugin.smtp_host  # type: ignore[attr-defined]
    return client


def _tls(plugin: EmailPlugin) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not plugin.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _expect(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)


def _refused(plugin: EmailPlugin, code: int, said: bytes | str) -> SendResult:
    """A refusal in the server's words, without the addresses and the password it may repeat. 5xx is final."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    private = [plugin.user, plugin.password, *(address for _, address in plugin.targets), *plugin.cc, *plugin.bcc]
    for secret in filter(None, private):
        words = words.replace(secret, "…")
    shown = shorten(visible(" ".join(words.split())), 200, " …")
    return SendResult(ok=False, error=f"the mail server answered {code} {shown}".rstrip(), permanent=code >= 500)


def _address(name: str | bool | None, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(display_name=name if isinstance(name, str) else "", username=user, domain=domain)
