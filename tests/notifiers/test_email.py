"""E-mail in real SMTP conversations with a server on loopback."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage

import pytest
import trustme

from monitor.model import Alert, AlertKind
from monitor.ports import SendResult
from notifiers.apprise import AppriseNotifier
from notifiers.plugins.email import message_id
from notifiers.render import render
from tests.notifiers.receivers import Mailbox
from tests.notifiers.samples import ENGLISH, KHMER, channel, hostile


def _send(port: int, alert: Alert = ENGLISH, *, more: str = "&to=team@example.org", timeout: float = 5.0) -> SendResult:
    url = f"mailto://127.0.0.1:{port}?from=monitor@example.org&mode=insecure{more}"
    return AppriseNotifier([channel("team", url)], timeout=timeout).send(alert, "team")


def _received(alert: Alert = ENGLISH, *, more: str = "&to=team@example.org") -> EmailMessage:
    with Mailbox() as mailbox:
        assert _send(mailbox.port, alert, more=more) == SendResult(ok=True)
    return mailbox.mails[0].message


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_mail_has_the_plain_text_first_and_html_as_its_alternative() -> None:
    message = _received()
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("alert", [ENGLISH, KHMER], ids=["english", "khmer"])
def test_mail_bodies_arrive_as_rendered(alert: Alert) -> None:
    message = _received(alert)
    assert _part(message, "plain") == render(alert).text
    assert _part(message, "html") == render(alert).html


def test_khmer_mail_travels_in_ascii() -> None:
    assert _received(KHMER).as_bytes().isascii()
    encodings = {str(part["Content-Transfer-Encoding"]) for part in _received(KHMER).iter_parts()}
    assert encodings <= {"base64", "quoted-printable"}


def test_khmer_subject_arrives_whole() -> None:
    assert str(_received(KHMER)["Subject"]) == KHMER.subject


def test_message_id_is_the_key() -> None:
    assert _received()["Message-ID"] == "<mptc-news.17.status@example.org>"


def test_repeat_has_the_same_message_id_and_date() -> None:
    with Mailbox() as mailbox:
        _send(mailbox.port)
        _send(mailbox.port)
    first, second = (mail.message for mail in mailbox.mails)
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


@pytest.mark.parametrize(
    ("key", "identifier"),
    [
        ("coe-octopus-kh.3.status", "<coe-octopus-kh.3.status@example.org>"),
        ("a:b/c", "<a=3A=b/c@example.org>"),
        ("a b@c>\r\n", "<a=20=b=40=c=3E==D==A=@example.org>"),
        ("ច្បាប់", "<=1785==17D2==1794==17B6==1794==17CB=@example.org>"),
        ("a..b", "<a.=2E=b@example.org>"),
    ],
)
def test_any_key_makes_a_valid_message_id(key: str, identifier: str) -> None:
    assert message_id(key, "example.org") == identifier


def test_different_keys_have_different_message_ids() -> None:
    assert len({message_id(key, "e.org") for key in ("a:b", "a=3A=b", "a b", "a.b", "a..b", "a=2E=b", ".a", "a.")}) == 8


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("From", "lex-monitor <monitor@example.org>"),
        ("To", "team@example.org"),
        ("Date", "Tue, 09 Jun 2026 19:05:31 +0000"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Alert-Key", "mptc-news.17.status"),
    ],
)
def test_mail_header_says(header: str, value: str) -> None:
    assert _received(more="&to=team@example.org&name=lex-monitor")[header] == value


def test_headers_copies_and_reply_address_of_the_url_are_kept() -> None:
    more = "&to=team@example.org&cc=boss@example.org&bcc=file@example.org&reply=desk@example.org&%2BX-Team=law"
    with Mailbox() as mailbox:
        _send(mailbox.port, more=more)
    mail = mailbox.mails[0]
    assert sorted(mail.recipients) == ["boss@example.org", "file@example.org", "team@example.org"]
    assert [mail.message[name] for name in ("Cc", "Reply-To", "X-Team", "Bcc")] == [
        "boss@example.org",
        "desk@example.org",
        "law",
        None,
    ]


def test_url_cannot_set_a_second_message_id() -> None:
    message = _received(more="&to=team@example.org&%2BMessage-ID=x&%2BSubject=y&%2Bx-alert-key=z")
    assert [len(message.get_all(name, [])) for name in ("Message-ID", "Subject", "X-Alert-Key")] == [1, 1, 1]


@pytest.mark.parametrize(
    "text",
    ["law\r\nBcc: victim@example.org", "law\nSubject: other", "law\r\n\r\n<b>body</b>", "law\u2028To: x@example.org"],
)
def test_page_text_adds_no_header(text: str) -> None:
    with Mailbox() as mailbox:
        _send(mailbox.port, hostile(text))
    mail = mailbox.mails[0]
    assert mail.recipients == ("team@example.org",)
    assert mail.message.keys() == _received().keys()
    assert mail.message["To"] == "team@example.org"


def test_very_long_lines_and_lone_dots_arrive_whole() -> None:
    assert ENGLISH.evidence is not None
    alert = replace(ENGLISH, evidence=replace(ENGLISH.evidence, quote="ច្បាប់" * 500), how_to=".\n..\nend " + "x" * 3000)
    assert _part(_received(alert), "plain") == render(alert).text


def _refuse(phase: str, answer: str, only: str = "") -> Callable[[str, str], str | None]:
    return lambda at, argument: answer if at == phase and only in argument else None


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("421 4.3.2 closing", False),
        ("450 4.2.0 greylisted", False),
        ("451 4.7.1 later", False),
        ("452 4.2.2 full", False),
        ("550 5.1.1 unknown", True),
        ("552 5.3.4 too big", True),
        ("554 5.7.1 refused", True),
    ],
)
def test_refusal_is_permanent_exactly_when_it_is_5xx(phase: str, answer: str, permanent: bool) -> None:
    with Mailbox(_refuse(phase, answer)) as mailbox:
        result = _send(mailbox.port)
    assert (result.ok, result.permanent, mailbox.mails) == (False, permanent, [])
    assert answer[:3] in result.error


TWO = "&to=good@example.org,bad@example.org"


def test_all_recipients_share_one_message() -> None:
    with Mailbox() as mailbox:
        _send(mailbox.port, more=TWO)
    assert [mail.recipients for mail in mailbox.mails] == [("good@example.org", "bad@example.org")]


def test_recipient_refused_for_good_is_shown_and_the_others_get_the_mail() -> None:
    with Mailbox(_refuse("RCPT", "550 5.1.1 unknown", only="bad@")) as mailbox:
        result = _send(mailbox.port, more=TWO)
    assert [mail.recipients for mail in mailbox.mails] == [("good@example.org",)]
    assert (result.ok, result.permanent) == (False, True)
    assert "1 of 2 recipients refused" in result.error


def test_recipient_refused_for_now_means_one_later_mail_to_all() -> None:
    answers = iter(["451 4.7.1 later", None])
    with Mailbox(lambda at, address: next(answers) if at == "RCPT" and "bad@" in address else None) as mailbox:
        first = _send(mailbox.port, more=TWO)
        second = _send(mailbox.port, more=TWO)
    assert (first.ok, first.permanent, second.ok) == (False, False, True)
    assert [mail.recipients for mail in mailbox.mails] == [("good@example.org", "bad@example.org")]


def test_answer_of_the_server_is_shown_without_addresses() -> None:
    with Mailbox(_refuse("RCPT", "550 5.1.1 <team@example.org> is \u202eunknown")) as mailbox:
        error = _send(mailbox.port).error
    assert "team@example.org" not in error
    assert "550" in error


def test_missing_mail_server_is_worth_another_try() -> None:
    with Mailbox() as mailbox:
        port = mailbox.port
    result = _send(port)
    assert (result.ok, result.permanent) == (False, False)


@contextmanager
def _script(*steps: bytes | None, drip: bool = False) -> Iterator[int]:
    """A server that sends the given lines, one after each thing it is told, then nothing (or one letter at a time)."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = listener.accept()
        with peer:
            for number, step in enumerate(steps):
                if number:
                    peer.recv(65536)
                if step is not None:
                    peer.sendall(step)
            while drip and not stop.wait(0.05):
                try:
                    peer.sendall(b"2")
                except OSError:
                    return
            stop.wait(20)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stop.set()
        listener.close()
        thread.join(5)


HELLO, GREETED, TAKEN = b"220 mail.example.org\r\n", b"250 mail.example.org\r\n", b"250 ok\r\n"


@pytest.mark.parametrize(
    "steps",
    [(), (HELLO,), (HELLO, GREETED), (HELLO, GREETED, TAKEN), (HELLO, GREETED, TAKEN, TAKEN, b"354 go\r\n")],
    ids=["connect", "EHLO", "MAIL", "RCPT", "dot"],
)
def test_server_that_falls_silent_is_left_in_time(steps: tuple[bytes, ...]) -> None:
    with _script(*steps) as port:
        began = time.monotonic()
        result = _send(port, timeout=0.3)
        assert time.monotonic() - began < 2
    assert result == SendResult(ok=False, error="no answer from the mail server within 0.3 s")


@pytest.mark.parametrize("steps", [(), (HELLO,), (HELLO, GREETED)], ids=["connect", "EHLO", "MAIL"])
def test_server_that_drips_is_left_in_time(steps: tuple[bytes, ...]) -> None:
    with _script(*steps, drip=True) as port:
        began = time.monotonic()
        result = _send(port, timeout=0.4)
        assert time.monotonic() - began < 2
    assert result == SendResult(ok=False, error="no answer from the mail server within 0.4 s")


def test_server_that_refuses_at_once_is_final() -> None:
    with _script(b"554 5.3.2 no mail here\r\n") as port:
        result = _send(port)
    assert (result.ok, result.permanent) == (False, True)


def test_mail_is_not_sent_in_the_clear_where_tls_was_asked_for() -> None:
    with Mailbox() as mailbox:
        url = f"mailtos://127.0.0.1:{mailbox.port}?from=monitor@example.org&to=team@example.org"
        result = AppriseNotifier([channel("team", url)], timeout=2.0).send(ENGLISH, "team")
    assert (result.ok, result.permanent, mailbox.mails) == (False, True, [])


def test_password_is_not_in_the_error_of_a_refused_login() -> None:
    greeting = b"250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n"
    with _script(
        HELLO, greeting, b"535 5.7.8 canarypass of canaryuser is wrong\r\n", b"535 no\r\n", b"535 no\r\n"
    ) as port:
        url = f"mailto://canaryuser:canarypass@127.0.0.1:{port}?from=m@example.org&to=t@example.org&mode=insecure"
        result = AppriseNotifier([channel("team", url)], timeout=2.0).send(ENGLISH, "team")
    assert (result.ok, result.permanent) == (False, True)
    assert "canary" not in result.error


def test_certificate_nobody_vouches_for_is_not_accepted() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = listener.accept()
        try:
            context.wrap_socket(peer, server_side=True).close()
        except OSError:
            peer.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    url = f"mailtos://127.0.0.1:{port}?from=m@example.org&to=t@example.org&mode=ssl"
    result = AppriseNotifier([channel("team", url)], timeout=3.0).send(ENGLISH, "team")
    thread.join(5)
    listener.close()
    assert result == SendResult(ok=False, error="no secure connection (TLS) to the mail server")


def test_mail_arrives_over_tls_with_a_certificate_that_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server_context)
    with authority.cert_pem.tempfile() as trusted:
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        with Mailbox(tls_context=server_context, require_starttls=True) as mailbox:
            url = f"mailtos://127.0.0.1:{mailbox.port}?from=monitor@example.org&to=team@example.org&mode=starttls"
            result = AppriseNotifier([channel("team", url)], timeout=5.0).send(ENGLISH, "team")
    assert result == SendResult(ok=True)
    assert len(mailbox.mails) == 1


# Threads -----------------------------------------------------------------------------------------------------------


def _thread(alert: Alert) -> tuple[str | None, str | None]:
    message = _received(alert)
    return message["In-Reply-To"], message["References"]


def test_all_about_one_instrument_is_one_thread_whatever_its_source_kind_or_language() -> None:
    assert _thread(ENGLISH) == _thread(KHMER) == ("<instrument-kh-pdpl@example.org>",) * 2
    assert _thread(replace(ENGLISH, kind=AlertKind.TARGET_DATE)) == _thread(ENGLISH)


def test_other_instrument_is_another_thread() -> None:
    assert _thread(replace(ENGLISH, instrument="kh-cyber")) != _thread(ENGLISH)


def test_outage_of_a_source_and_its_end_are_one_thread() -> None:
    outage = replace(ENGLISH, kind=AlertKind.HEALTH, instrument="")
    assert _thread(outage) == _thread(replace(outage, kind=AlertKind.RECOVERED, key="other"))
    assert _thread(outage)[0] == "<source-mptc-news@example.org>"


def test_digest_stands_alone() -> None:
    assert _thread(replace(ENGLISH, kind=AlertKind.DIGEST, instrument="", source_id="")) == (None, None)


def test_no_message_is_the_one_its_thread_is_named_after() -> None:
    assert _received()["Message-ID"] != _received()["References"]


def test_mail_programs_can_sort_by_list_and_kind() -> None:
    message = _received()
    assert (message["List-Id"], message["X-Alert-Kind"]) == ("<lex-monitor.example.org>", "status")
