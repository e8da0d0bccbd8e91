"""Slack incoming webhooks: blocks that hold no live page text, and every answer understood."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from monitor.ports import SendResult
from notifiers.apprise import AppriseNotifier
from notifiers.plugins.slack import HEADER_LIMIT, SECTION_LIMIT, SlackPlugin, blocks
from notifiers.render import view
from tests.notifiers.receivers import Reply, Webhook
from tests.notifiers.samples import ENGLISH, change, channel, hostile, status

TOKENS = "TCANARY1/BCANARY2/canarytoken3"


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


@pytest.fixture(autouse=True)
def _slack_is_local(hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SlackPlugin, "webhook_url", f"http://127.0.0.1:{hook.port}/services")


def _send(url: str = f"slack://{TOKENS}") -> SendResult:
    return AppriseNotifier([channel("team", url)], timeout=2.0).send(ENGLISH, "team")


def _texts(built: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every text object of the blocks, and every run of their rich text."""
    found = []
    for block in built:
        if block["type"] == "rich_text":
            assert {part["type"] for part in block["elements"]} == {"rich_text_section"}
            found += [run for part in block["elements"] for run in part["elements"]]
        else:
            found += [block["text"]] if "text" in block else block["elements"]
    return found


def test_slack_gets_our_blocks_at_the_address_of_the_tokens(hook: Webhook) -> None:
    assert _send() == SendResult(ok=True)
    assert hook.posts[0].path == f"/services/{TOKENS}"
    assert json.loads(hook.posts[0].body)["blocks"] == blocks(view(ENGLISH))


def test_slack_message_ends_with_the_key() -> None:
    last = blocks(view(ENGLISH))[-1]
    assert last["type"] == "context"
    assert ENGLISH.key in str(last)


def test_slack_unfolds_no_link(hook: Webhook) -> None:
    _send()
    document = json.loads(hook.posts[0].body)
    assert (document["unfurl_links"], document["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("target", "sent"), [("", None), ("/#law", "#law"), ("/law", "#law"), ("/@anna", "@anna"), ("/+C01AB", "C01AB")]
)
def test_slack_channel_of_the_address_is_used(hook: Webhook, target: str, sent: str | None) -> None:
    _send(f"slack://{TOKENS}{target}")
    assert json.loads(hook.posts[0].body).get("channel") == sent


LIVE = [
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<!subteam^S123>",
    "<@U012AB3CD>",
    "<#C012AB3CD|general>",
    "<https://evil.example|https://mptc.gov.kh>",
    "<mailto:a@evil.example|write>",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "<!date^1392734382^{date}|x>",
    "[gov](https://evil.example)",
    "*bold* _it_ ~gone~ `code`",
    "@channel @here #general",
    "> quote\n```x```",
    ":rotating_light:",
]


@pytest.mark.parametrize("text", LIVE)
def test_page_text_in_slack_stands_where_no_markup_is_read(text: str) -> None:
    for part in _texts(blocks(view(hostile(text)))):
        if part["type"] == "mrkdwn":
            assert part["text"] == "<https://mptc.gov.kh/en/news/4711?lang=en&amp;print=1>"
        elif part["type"] == "text":
            assert part.keys() <= {"type", "text", "style"}
            assert set(part.get("style", {})) <= {"bold", "italic", "strike"}
        else:
            assert (part["type"], part["emoji"]) == ("plain_text", False)
            assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", part["text"])


@pytest.mark.parametrize("text", LIVE)
def test_notification_line_of_slack_is_escaped(hook: Webhook, text: str) -> None:
    AppriseNotifier([channel("team", f"slack://{TOKENS}")]).send(hostile(text), "team")
    document = json.loads(hook.posts[0].body)
    assert not re.search(r"[<>]", document["text"])
    assert document["mrkdwn"] is False


@pytest.mark.parametrize("url", ["https://a.example/|evil>", "https://a.example/<!channel>", "javascript:alert(1)"])
def test_link_of_slack_cannot_be_broken_out_of(url: str) -> None:
    assert ENGLISH.evidence is not None
    built = blocks(view(replace(ENGLISH, evidence=replace(ENGLISH.evidence, url=url))))
    live = [part["text"] for part in _texts(built) if part["type"] == "mrkdwn"]
    assert all(re.fullmatch(r"<https://[^<>|]*>", text) for text in live)


@pytest.mark.parametrize("text", ["word " * 2_000, "<" * 9_000, "&" * 4_000, "ក្ក" * 4_000])
def test_long_text_is_shortened_within_slack_limits_and_says_so(text: str) -> None:
    built = blocks(view(hostile(text)))
    assert len(built) <= 50
    for block, part in [(block, block["text"]) for block in built if "text" in block]:
        assert isinstance(part, dict)
        assert 0 < len(part["text"]) <= (HEADER_LIMIT if block["type"] == "header" else SECTION_LIMIT)
    assert all(0 < len(part["text"]) <= SECTION_LIMIT for part in _texts(built))
    assert any("shortened" in part["text"] for part in _texts(built))


def test_slack_begins_with_the_bottom_line_in_bold() -> None:
    header, first, *_ = blocks(view(status()))
    assert header["type"] == "header"
    assert _texts([first]) == [{"type": "text", "text": status().bottom_line, "style": {"bold": True}}]


def test_changed_words_are_struck_through_and_bold_in_slack() -> None:
    styled = [(part["text"], part["style"]) for part in _texts(blocks(view(change()))) if "style" in part]
    assert ("May", {"strike": True}) in styled
    assert ("June", {"bold": True}) in styled


@pytest.mark.parametrize(
    "reply",
    [
        Reply(400, b"invalid_payload"),
        Reply(400, b"no_text"),
        Reply(403, b"action_prohibited"),
        Reply(404, b"no_service"),
        Reply(404, b"channel_not_found"),
        Reply(410, b"channel_is_archived"),
        Reply(200, b"invalid_payload"),
        Reply(200, b"invalid_blocks"),
        Reply(500, b"no_service"),
    ],
)
def test_refusals_of_slack_that_last_are_permanent(hook: Webhook, reply: Reply) -> None:
    hook.replies = [reply]
    result = _send()
    assert (result.ok, result.permanent) == (False, True)
    assert reply.body.decode() in result.error


@pytest.mark.parametrize("reply", [Reply(500, b"rollup_error"), Reply(503, b""), Reply(200, b"<html>Sign in</html>")])
def test_refusals_of_slack_that_pass_are_tried_again(hook: Webhook, reply: Reply) -> None:
    hook.replies = [reply]
    result = _send()
    assert (result.ok, result.permanent) == (False, False)


def test_slack_limit_hands_on_the_wait_it_asks_for(hook: Webhook) -> None:
    hook.replies = [Reply(429, b"", {"Retry-After": "30"})]
    result = _send()
    assert (result.permanent, result.retry_after) == (False, 30.0)


def test_no_token_is_in_an_error(hook: Webhook) -> None:
    hook.replies = [Reply(404, f"no_service {TOKENS}".encode())]
    assert "canary" not in _send().error.lower()
