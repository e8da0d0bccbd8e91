"""Addresses, stock services, and what we rely on Apprise to do."""

import json
import logging
import subprocess
import sys
import textwrap

import apprise
import pytest
from apprise import Apprise, AppriseResultStatus, NotifyFormat
from apprise.plugins.slack import NotifySlack

from monitor.ports import Notifier, SendResult
from notifiers.apprise import AppriseNotifier, check_url
from notifiers.console import ConsoleNotifier
from tests.notifiers.receivers import Mailbox, Reply, Webhook
from tests.notifiers.samples import ENGLISH, channel, hostile

USABLE = [
    "json://127.0.0.1:8080/hook",
    "jsons://user:pass@example.org/hook?+X-Token=abc",
    "mailto://user:pass@127.0.0.1:2525?from=a@example.org&to=b@example.org&mode=insecure",
    "mailtos://user:pass@example.org",
    "mailto://127.0.0.1:2525?from=a@example.org&to=b@example.org,c@example.org&mode=insecure",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/#law",
    "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7",
    "slack://xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d/#law",
    "ntfy://topic",
    "xml://127.0.0.1:8080/hook",
]


@pytest.mark.parametrize("url", USABLE)
def test_usable_address_has_no_fault(url: str) -> None:
    assert check_url(url) is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "no scheme"),
        ("canary", "no scheme"),
        ("${TEAM_URL}", "no scheme"),
        ("jsonn://canary.example.org/", "knows no service jsonn://"),
        ("https://canary.example.org/hook", "knows no service https://"),
        ("slack://canary", "shortest form is slack://"),
        ("slack://T1/canary!/x", "shortest form is slack://"),
        ("mailto://canary", "shortest form is mailto://"),
        ("mailto://127.0.0.1:25?from=canary&to=b@example.org", "shortest form is mailto://"),
        ("mailto://127.0.0.1:25?from=a@example.org&to=canary", "1 of the e-mail addresses"),
        ("mailto://127.0.0.1:25?from=a@example.org&to=b@example.org,canary", "1 of the e-mail addresses"),
        ("mailto://127.0.0.1:25?from=a@example.org&to=b@example.org&mode=canary", "shortest form is mailto://"),
        ("mailto://127.0.0.1:25?from=a..canary@example.org&to=b@example.org", "shortest form is mailto://"),
        ("mailto://127.0.0.1:25?from=a@example.org&to=canary.@example.org", "1 of the e-mail addresses"),
        ("mailto://127.0.0.1:25?from=a@example.org&to=b@example.org&+X-Team=a%0Acanary", "put into an e-mail"),
        ("mailto://127.0.0.1:25?from=a@example.org&to=b@example.org&name=a%0Acanary", "put into an e-mail"),
        ("json://", "shortest form is json://"),
        ("json://127.0.0.1/?method=canary", "shortest form is json://"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/#canary/#law", "names 2 targets"),
        ("tgram://123456789:canary_aaaaaaaaaaaaaaaaaaaaaaaaaaaaa/1/2", "names 2 targets"),
    ],
)
def test_unusable_address_is_explained_without_repeating_it(url: str, words: str) -> None:
    fault = check_url(url)
    assert fault is not None
    assert words in fault
    assert "canary" not in fault


PLAIN = [
    "json://127.0.0.1:8080/hook",
    "jsons://hooks.example.org/a/b-c_d.e/",
    "json://localhost:64999",
    "json://h",
    "mailto://127.0.0.1:2525?from=a@example.org&to=b@mail.example.org&mode=insecure",
    "mailtos://user:p%40ss@smtp.example.org:465/?from=a.b-c@example.org&to=b@example.org&mode=ssl",
    "MAILTOS://smtp.example.org?from=a@example.org&to=b@example.org",
]


@pytest.mark.parametrize("url", PLAIN)
def test_plain_address_is_one_apprise_takes_too(url: str) -> None:
    assert Apprise.instantiate(url) is not None


def test_plain_addresses_are_checked_without_loading_apprise() -> None:
    program = f"import sys; from notifiers.apprise import check_url; print([check_url(url) for url in {PLAIN!r}])"
    program += "; print('apprise' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n")[:2] == [str([None] * len(PLAIN)), "False"]


def test_unknown_channel_is_a_permanent_failure() -> None:
    result = AppriseNotifier([]).send(ENGLISH, "team")
    assert (result.ok, result.permanent) == (False, True)


def test_unusable_address_is_a_permanent_failure_without_an_exception() -> None:
    result = AppriseNotifier([channel("team", "slack://canary")]).send(ENGLISH, "team")
    assert (result.ok, result.permanent) == (False, True)
    assert "canary" not in result.error


def test_one_dead_target_of_three_keeps_none_from_the_others() -> None:
    with Webhook() as hook, Mailbox() as mailbox, Webhook() as gone:
        pass
    with Webhook() as hook, Mailbox() as mailbox:
        mail = f"mailto://127.0.0.1:{mailbox.port}?from=a@example.org&to=b@example.org&mode=insecure"
        channels = [
            channel("hook", f"json://127.0.0.1:{hook.port}/"),
            channel("dead", f"json://127.0.0.1:{gone.port}/"),
            channel("mail", mail),
        ]
        notifier = AppriseNotifier(channels, timeout=2.0)
        results = [notifier.send(ENGLISH, each.id).ok for each in channels]
    assert results == [True, False, True]
    assert (len(hook.posts), len(mailbox.mails)) == (1, 1)


def test_encrypted_mail_is_left_to_apprise_and_never_sent_in_the_clear() -> None:
    with Mailbox() as mailbox:
        url = f"mailto://127.0.0.1:{mailbox.port}?from=a@example.org&to=b@example.org&mode=insecure&pgp=encrypt"
        result = AppriseNotifier([channel("team", url)], timeout=2.0).send(ENGLISH, "team")
    assert (result.ok, mailbox.mails) == (False, [])


def _stock(hook: Webhook) -> AppriseNotifier:
    """`xml://` stands for the services we leave to Apprise."""
    return AppriseNotifier([channel("team", f"xml://127.0.0.1:{hook.port}/canarypath")], timeout=2.0)


def test_stock_service_gets_the_plain_text() -> None:
    with Webhook() as hook:
        assert _stock(hook).send(ENGLISH, "team") == SendResult(ok=True)
    assert f"Alert key: {ENGLISH.key}".encode() in hook.posts[0].body


def test_stock_service_gets_page_markup_escaped() -> None:
    with Webhook() as hook:
        _stock(hook).send(hostile("<script>alert(1)</script>"), "team")
    assert b"<script>" not in hook.posts[0].body


def test_stock_service_gets_a_long_alert_shortened_to_what_it_takes() -> None:
    with Webhook() as hook:
        url = f"mmost://127.0.0.1:{hook.port}/3ccdd113474722377935511fc85d3dd4"
        assert AppriseNotifier([channel("team", url)], timeout=2.0).send(hostile("words " * 5_000), "team").ok
    texts = [json.loads(post.body)["text"] for post in hook.posts]
    assert [len(text) <= 4_000 for text in texts] == [True]
    assert ENGLISH.key in texts[0]


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (401, True), (429, False), (408, False), (500, False)])
def test_answer_of_a_stock_service_is_understood_by_its_status(status: int, permanent: bool) -> None:
    with Webhook(Reply(status)) as hook:
        result = _stock(hook).send(ENGLISH, "team")
    assert result == SendResult(ok=False, error=f"the service answered {status}", permanent=permanent)


def test_stock_service_without_an_answer_is_worth_another_try() -> None:
    with Webhook() as hook:
        pass
    result = _stock(hook).send(ENGLISH, "team")
    assert (result.ok, result.permanent, "canary" in result.error) == (False, False, False)


def test_stock_service_follows_no_redirect() -> None:
    with Webhook() as other, Webhook(Reply(307, headers={"Location": f"http://127.0.0.1:{other.port}/"})) as hook:
        assert not _stock(hook).send(ENGLISH, "team").ok
    assert other.posts == []


def test_apprise_is_not_loaded_before_a_channel_is_used() -> None:
    program = """
        import sys
        import notifiers.apprise, notifiers.console, notifiers.render
        notifiers.apprise.AppriseNotifier([])
        print("apprise" in sys.modules, "requests" in sys.modules, "jinja2" in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False", "False"]


def test_libraries_write_no_address_into_our_log() -> None:
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    root, keep = logging.getLogger(), Keep()
    level = root.level
    root.addHandler(keep)
    root.setLevel("DEBUG")
    try:
        with Webhook(Reply(500)) as hook:
            _stock(hook).send(ENGLISH, "team")
            AppriseNotifier([channel("team", f"json://127.0.0.1:{hook.port}/canarypath")]).send(ENGLISH, "team")
        check_url("slack://T1/canary!/x")
    finally:
        root.removeHandler(keep)
        root.setLevel(level)
    assert not [record for record in records if "canary" in record.getMessage()]


@pytest.mark.parametrize("notifier", [AppriseNotifier([]), ConsoleNotifier()])
def test_notifiers_are_notifiers(notifier: Notifier) -> None:
    assert callable(notifier.send)


# What we rely on Apprise to do; a new version that fails one of these needs a look before it is used.


@pytest.mark.parametrize("status", list(AppriseResultStatus))
def test_apprise_result_is_true_only_for_success(status: AppriseResultStatus) -> None:
    assert bool(apprise.AppriseResult(status)) is (status is AppriseResultStatus.SUCCESS)


def test_apprise_result_has_the_five_states_we_tell_apart() -> None:
    assert {status.name for status in AppriseResultStatus} == {"SUCCESS", "FAILURE", "NOMATCH", "PARTIAL", "TIMEOUT"}


def test_apprise_without_a_service_says_no_match() -> None:
    assert Apprise().notify(body="x").status is AppriseResultStatus.NOMATCH


def test_apprise_with_one_dead_target_says_partial() -> None:
    with Webhook() as hook, Webhook(Reply(500)) as broken:
        both = Apprise()
        both.add([f"xml://127.0.0.1:{hook.port}/", f"xml://127.0.0.1:{broken.port}/"])
        assert both.notify(body="x").status is AppriseResultStatus.PARTIAL


def test_apprise_sends_once_and_ignores_retry_after() -> None:
    with Webhook(Reply(429, headers={"Retry-After": "1"})) as hook:
        one = Apprise()
        one.add(f"xml://127.0.0.1:{hook.port}/")
        assert one.notify(body="x").status is AppriseResultStatus.FAILURE
    assert len(hook.posts) == 1


def test_apprise_call_ends_at_its_time_limit() -> None:
    with Webhook(Reply(delay=3)) as hook:
        one = Apprise()
        one.add(f"xml://127.0.0.1:{hook.port}/")
        assert one.notify(body="x", timeout=0.2).status is AppriseResultStatus.TIMEOUT


def test_private_form_of_an_apprise_address_masks_the_password_but_not_headers() -> None:
    plugin = Apprise.instantiate("json://user:canarypass@127.0.0.1/?+X-Token=canaryheader")
    assert plugin is not None
    assert "canarypass" in plugin.url()
    assert "canarypass" not in plugin.url(privacy=True)
    assert "canaryheader" in plugin.url(privacy=True)


def test_apprise_escapes_text_bodies_for_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    with Webhook() as hook:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}")
        one = Apprise()
        one.add("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7")
        one.notify(body="<!channel> <https://a.example|b>", body_format=NotifyFormat.TEXT)
    assert b"<" not in hook.posts[0].body


def test_apprise_drops_unreadable_recipients_without_a_word() -> None:
    plugin = Apprise.instantiate("mailto://127.0.0.1:25?from=a@example.org&to=b@example.org,nobody&mode=insecure")
    assert plugin is not None
    assert len(plugin) == 1
