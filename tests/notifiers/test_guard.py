"""With the guard, our own connections go to public addresses and allowed ones only, whatever a name answers."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from monitor.ports import SendResult
from notifiers.apprise import AppriseNotifier
from notifiers.plugins.guard import REFUSAL, Guard, RefusedAddressError
from notifiers.plugins.slack import SlackPlugin
from notifiers.plugins.teams import TeamsPlugin
from tests.notifiers.receivers import Mailbox, Reply, Webhook
from tests.notifiers.samples import ENGLISH, channel

REFUSED = SendResult(ok=False, error=REFUSAL, permanent=True)
PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.9",
    "172.16.5.5",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address nobody may be sent to
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
)


def _send(url: str, *, allow: tuple[str, ...] = ()) -> SendResult:
    return AppriseNotifier([channel("team", url)], timeout=3.0, allow_hosts=allow).send(ENGLISH, "team")


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as made:
        yield made


Answers = Callable[..., None]


def _found(addresses: tuple[str, ...], port: int) -> list[Any]:
    """What a look-up gives for them."""
    families = {each: socket.AF_INET6 if ":" in each else socket.AF_INET for each in addresses}
    return [(family, socket.SOCK_STREAM, 6, "", (each, port)) for each, family in families.items()]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Makes every name answer with the given addresses, in turn; the last answer stays."""

    def script(*turns: tuple[str, ...]) -> None:
        left = list(turns)

        def getaddrinfo(host: str, port: Any, *rest: Any, **more: Any) -> list[Any]:
            try:
                socket.inet_pton(socket.AF_INET, host)
                addresses: tuple[str, ...] = (host,)
            except OSError:
                addresses = left.pop(0) if len(left) > 1 else left[0]
            families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in addresses]
            return [
                (family, socket.SOCK_STREAM, 6, "", (each, port))
                for family, each in zip(families, addresses, strict=True)
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return script


def test_webhook_on_loopback_is_refused_and_gets_nothing(hook: Webhook) -> None:
    assert _send(f"json://127.0.0.1:{hook.port}/hook") == REFUSED
    assert hook.posts == []


def test_exact_host_and_port_may_be_allowed(hook: Webhook) -> None:
    assert _send(f"json://127.0.0.1:{hook.port}/hook", allow=(f"127.0.0.1:{hook.port}",)).ok
    assert len(hook.posts) == 1


def test_other_port_of_an_allowed_host_is_refused(hook: Webhook) -> None:
    assert _send(f"json://127.0.0.1:{hook.port}/hook", allow=(f"127.0.0.1:{hook.port + 1}",)) == REFUSED


def test_without_the_guard_loopback_is_reached(hook: Webhook) -> None:
    assert AppriseNotifier([channel("team", f"json://127.0.0.1:{hook.port}/")]).send(ENGLISH, "team").ok


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.1", "2130706433", "0x7f000001", "017700000001"])
def test_other_spellings_of_loopback_are_refused(hook: Webhook, host: str) -> None:
    result = _send(f"json://{host}:{hook.port}/hook")
    assert not result.ok
    assert hook.posts == []


@pytest.mark.parametrize("address", PRIVATE)
def test_name_with_a_private_address_is_refused(answers: Answers, hook: Webhook, address: str) -> None:
    answers((address,))
    assert _send(f"json://hooks.example:{hook.port}/") == REFUSED


def test_one_private_address_among_public_ones_refuses_the_name(answers: Answers, hook: Webhook) -> None:
    answers(("93.184.216.34", "127.0.0.1"))
    assert _send(f"json://hooks.example:{hook.port}/") == REFUSED
    assert hook.posts == []


def test_connection_goes_to_the_address_that_was_checked(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a public address first and with ours next is never asked a second time."""
    asked = list[str]()

    def connect(self: socket.socket, address: Any) -> None:
        asked.append(address[0])
        raise ConnectionRefusedError

    answers(("93.184.216.34",), ("127.0.0.1",))
    monkeypatch.setattr(socket.socket, "connect", connect)
    result = _send("json://rebinding.example/")
    assert (result.ok, result.permanent) == (False, False)
    assert asked == ["93.184.216.34"]


def test_next_address_of_a_name_is_tried_when_the_first_cannot_be_reached() -> None:
    tried = list[str]()

    def to(address: str) -> str:
        tried.append(address)
        if len(tried) == 1:
            raise OSError
        return address

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (each, 1)) for each in ("1.1.1.1", "8.8.8.8")]
        )
        assert Guard(()).connect("both.example", 443, to) == "8.8.8.8"
    assert tried == ["1.1.1.1", "8.8.8.8"]


def test_mail_server_on_loopback_is_refused() -> None:
    with Mailbox() as mailbox:
        url = f"mailto://127.0.0.1:{mailbox.port}?from=a@example.org&to=b@example.org&mode=insecure"
        assert _send(url) == REFUSED
        assert _send(url, allow=(f"127.0.0.1:{mailbox.port}",)).ok
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("mode", ["ssl", "starttls", "insecure"])
def test_mail_server_is_refused_in_every_mode(answers: Answers, mode: str) -> None:
    answers(("10.0.0.7",))
    assert _send(f"mailtos://mail.example:465?from=a@example.org&to=b@example.org&mode={mode}") == REFUSED


def test_slack_and_teams_are_guarded_too(hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SlackPlugin, "webhook_url", f"http://127.0.0.1:{hook.port}/services")
    monkeypatch.setattr(TeamsPlugin, "scheme", "http")
    assert _send("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7") == REFUSED
    assert _send(f"workflows://127.0.0.1:{hook.port}/flow/sig") == REFUSED
    assert hook.posts == []


def test_refusal_names_no_address_and_says_what_to_mend() -> None:
    with pytest.raises(RefusedAddressError) as refused:
        Guard(()).connect("127.0.0.1", 9, lambda address: address)
    assert "127" not in str(refused.value)
    assert "allow_hosts" in str(refused.value)


def test_redirect_leads_nowhere_else() -> None:
    with Webhook() as inner, Webhook(Reply(302, b"", {"Location": f"http://127.0.0.1:{inner.port}/"})) as outer:
        result = _send(f"json://127.0.0.1:{outer.port}/", allow=(f"127.0.0.1:{outer.port}",))
    assert not result.ok
    assert inner.posts == []
