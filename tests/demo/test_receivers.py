"""The demonstration's webhook and mail server keep what they are sent."""

import smtplib
from email.message import EmailMessage
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from monitor.demo.receivers import MailServer, Webhook


def post(url: str, content: bytes) -> int:
    with urlopen(Request(url.replace("json://", "http://"), data=content, method="POST"), timeout=5) as answer:  # noqa: S310
        return int(answer.status)


def test_the_webhook_keeps_json() -> None:
    with Webhook() as webhook:
        assert post(webhook.channel_url, '{"key": "a-1", "title": "ច្បាប់"}'.encode()) == 204
    assert webhook.bodies == [{"key": "a-1", "title": "ច្បាប់"}]


def test_the_webhook_refuses_what_is_no_json() -> None:
    with Webhook() as webhook:
        with pytest.raises(HTTPError) as refused:
            post(webhook.channel_url, b"key=a-1")
        refused.value.close()
    assert refused.value.code == 400
    assert webhook.bodies == []


def test_the_mail_server_keeps_a_message_with_its_envelope() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "monitor@example.org", "counsel@example.org", "ច្បាប់"
    message["Message-ID"] = "<a-1@example.org>"
    message.set_content("សេចក្តីព្រាងច្បាប់ a-1")
    with MailServer() as server, smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        client.send_message(message)
    [mail] = server.mails
    assert (mail.sender, mail.recipients) == ("monitor@example.org", ("counsel@example.org",))
    assert mail.message["Message-ID"] == "<a-1@example.org>"
    assert mail.text.strip() == "សេចក្តីព្រាងច្បាប់ a-1"


def test_two_mail_servers_have_two_ports() -> None:
    with MailServer() as first, MailServer() as second:
        assert first.port != second.port
