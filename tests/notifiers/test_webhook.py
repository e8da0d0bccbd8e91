"""JSON webhooks against a real HTTP server on loopback."""

import json
import time
from base64 import b64encode
from dataclasses import replace

import pytest

from monitor.ports import SendResult
from notifiers.apprise import AppriseNotifier
from notifiers.plugins.http import Answer, judge, retry_after
from notifiers.render import payload
from tests.notifiers.receivers import Reply, Webhook
from tests.notifiers.samples import ENGLISH, KHMER, channel


def _send(hook: Webhook, *, options: str = "", user: str = "", timeout: float = 5.0) -> SendResult:
    url = f"json://{user}127.0.0.1:{hook.port}/hook/path{options}"
    return AppriseNotifier([channel("team", url)], timeout=timeout).send(ENGLISH, "team")


def test_webhook_gets_the_whole_alert_as_json() -> None:
    with Webhook() as hook:
        assert _send(hook) == SendResult(ok=True)
    assert [json.loads(post.body) for post in hook.posts] == [payload(ENGLISH)]


def test_webhook_gets_the_key_as_idempotency_key() -> None:
    with Webhook() as hook:
        _send(hook)
    assert hook.posts[0].headers["Idempotency-Key"] == ENGLISH.key


def test_webhook_gets_khmer_as_utf8() -> None:
    with Webhook() as hook:
        AppriseNotifier([channel("team", f"json://127.0.0.1:{hook.port}/")]).send(KHMER, "team")
    assert KHMER.evidence is not None
    assert KHMER.evidence.quote.encode() in hook.posts[0].body


def test_repeat_is_the_same_request() -> None:
    with Webhook() as hook:
        _send(hook)
        _send(hook)
    assert hook.posts[0] == hook.posts[1]


def test_options_of_an_apprise_address_are_kept() -> None:
    with Webhook() as hook:
        _send(hook, options="?+X-Team=law&-tag=a%20b&:team=law&:key=forged&method=put", user="bot:pa%40ss@")
    post = hook.posts[0]
    assert (post.method, post.path, post.headers["X-Team"]) == ("PUT", "/hook/path?tag=a+b", "law")
    assert post.headers["Authorization"] == "Basic Ym90OnBhQHNz"
    assert json.loads(post.body)["team"] == "law"


def test_options_of_an_address_cannot_replace_the_key() -> None:
    with Webhook() as hook:
        _send(hook, options="?:key=forged&+Idempotency-Key=forged")
    assert json.loads(hook.posts[0].body)["key"] == hook.posts[0].headers["Idempotency-Key"] == ENGLISH.key


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_sent(status: int) -> None:
    with Webhook(Reply(status, b"")) as hook:
        assert _send(hook).ok


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 422, 301, 308])
def test_lasting_refusal_is_permanent(status: int) -> None:
    with Webhook(Reply(status)) as hook:
        result = _send(hook)
    assert (result.ok, result.permanent) == (False, True)
    assert str(status) in result.error


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 302, 307])
def test_passing_refusal_is_worth_another_try(status: int) -> None:
    with Webhook(Reply(status)) as hook:
        result = _send(hook)
    assert (result.ok, result.permanent) == (False, False)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_handed_on(status: int) -> None:
    with Webhook(Reply(status, headers={"Retry-After": "120"})) as hook:
        assert _send(hook).retry_after == 120.0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(status: int) -> None:
    with Webhook() as other, Webhook(Reply(status, headers={"Location": f"http://127.0.0.1:{other.port}/"})) as hook:
        assert not _send(hook).ok
    assert other.posts == []


def test_silent_server_is_left_after_the_time_limit() -> None:
    with Webhook(Reply(delay=30)) as hook:
        began = time.monotonic()
        result = _send(hook, timeout=0.2)
        assert time.monotonic() - began < 2
    assert result == SendResult(ok=False, error="no answer within 0.2 s")


def test_endless_answer_is_cut_off() -> None:
    with Webhook(Reply(body=b"x" * 3_000_000)) as hook:
        assert _send(hook).ok


def test_dead_server_is_worth_another_try() -> None:
    with Webhook() as hook:
        pass
    result = _send(hook)
    assert (result.ok, result.permanent) == (False, False)


@pytest.mark.parametrize("reply", [Reply(500), Reply(404), Reply(302), Reply(delay=5), None])
def test_no_part_of_the_address_is_in_an_error(reply: Reply | None) -> None:
    with Webhook(reply or Reply()) as hook:
        port = hook.port
        if reply:
            result = _send(
                hook, user="canaryuser:canarypass@", options="?+X-Token=canaryheader&-t=canaryparam", timeout=0.2
            )
    if not reply:
        url = f"json://canaryuser:canarypass@127.0.0.1:{port}/canarypath?+X-Token=canaryheader"
        result = AppriseNotifier([channel("team", url)]).send(ENGLISH, "team")
    assert not result.ok
    assert "canary" not in result.error
    assert "hook/path" not in result.error


def test_key_that_is_no_header_fails_without_an_exception() -> None:
    with Webhook() as hook:
        url = f"json://127.0.0.1:{hook.port}/"
        result = AppriseNotifier([channel("team", url)]).send(replace(ENGLISH, key="a\r\nX: b"), "team")
    assert (result.ok, result.permanent, hook.posts) == (False, True, [])


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("30", "", 30.0),
        (" 0 ", "", 0.0),
        ("Wed, 10 Jun 2026 10:00:30 GMT", "Wed, 10 Jun 2026 10:00:00 GMT", 30.0),
        ("Wed, 10 Jun 2026 09:00:00 GMT", "Wed, 10 Jun 2026 10:00:00 GMT", 0.0),
        ("Wed, 10 Jun 2026 10:00:30 GMT", "", None),
        ("soon", "Wed, 10 Jun 2026 10:00:00 GMT", None),
        ("-5", "", None),
        ("1.5", "", None),
        ("٣٠", "", None),
        ("", "", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value: str, date: str, seconds: float | None) -> None:
    assert retry_after(value, date) == seconds


def test_final_refusal_still_says_how_long_to_wait() -> None:
    assert judge(Answer(status=404, body="", retry_after=9.0)).retry_after == 9.0


def test_password_with_khmer_letters_is_sent_as_utf_8() -> None:
    with Webhook() as hook:
        assert _send(hook, user="user:%E1%9E%81%E1%9F%92@") == SendResult(ok=True)
    assert hook.posts[0].headers["Authorization"] == f"Basic {b64encode('user:ខ្'.encode()).decode()}"


def test_header_no_header_can_carry_is_a_lasting_fault_of_the_address() -> None:
    with Webhook() as hook:
        result = _send(hook, options="?+X-Token=%E1%9E%81")
    assert (result.ok, result.permanent, hook.posts) == (False, True, [])
