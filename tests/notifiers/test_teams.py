"""Teams: an adaptive card in which page text can do nothing, sent to a receiver on loopback."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.model import Alert
from monitor.ports import SendResult
from notifiers.apprise import AppriseNotifier, check_url
from notifiers.plugins.teams import SIZE_LIMIT, TeamsPlugin, encoded
from notifiers.view import view
from tests.notifiers.receivers import Reply, Webhook
from tests.notifiers.samples import ENGLISH, KHMER, channel, hostile


@pytest.fixture
def flow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """A flow that takes everything, as Power Automate does: 202."""
    monkeypatch.setattr(TeamsPlugin, "scheme", "http")
    with Webhook(Reply(202, b"")) as hook:
        yield hook


def _send(port: int, alert: Alert = ENGLISH, *, url: str = "workflows://127.0.0.1:{port}/flow1/sig1") -> SendResult:
    return AppriseNotifier([channel("team", url.format(port=port))], timeout=5.0).send(alert, "team")


def _card(hook: Webhook) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(hook.posts[0].body)["attachments"][0]["content"]
    return card


def _texts(card: dict[str, Any]) -> list[str]:
    return [run["text"] for block in card["body"] for run in block["inlines"]]


def test_flow_gets_a_card_at_the_address_of_the_tokens(flow: Webhook) -> None:
    assert _send(flow.port) == SendResult(ok=True)
    parts = urlsplit(flow.posts[0].path)
    assert parts.path == "/workflows/flow1/triggers/manual/paths/invoke"
    assert parse_qs(parts.query)["sig"] == ["sig1"]
    assert _card(flow)["type"] == "AdaptiveCard"


def test_address_of_power_automate_is_kept(flow: Webhook) -> None:
    _send(flow.port, url="workflows://127.0.0.1:{port}/flow1/sig1?pa=yes&route=42")
    assert urlsplit(flow.posts[0].path).path == (
        "/powerautomate/automations/direct/cu/42/workflows/flow1/triggers/manual/paths/invoke"
    )


@pytest.mark.parametrize("alert", [ENGLISH, KHMER], ids=["english", "khmer"])
def test_card_has_what_every_message_must_have(flow: Webhook, alert: Alert) -> None:
    _send(flow.port, alert)
    shown, text = view(alert), "\n".join(_texts(_card(flow)))
    needed = [shown.subject, shown.bottom_line, shown.quote, shown.key, *shown.caveats, *shown.how_to]
    assert [part for part in needed if part not in text] == []


def test_only_link_of_a_card_is_the_checked_one(flow: Webhook) -> None:
    _send(flow.port)
    actions = _card(flow)["actions"]
    assert actions == [{"type": "Action.OpenUrl", "title": "Open the page", "url": view(ENGLISH).link}]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://mptc.gov.kh@evil.example/", "data:text/html,x"])
def test_address_that_is_no_web_link_is_no_action(flow: Webhook, url: str) -> None:
    assert ENGLISH.evidence is not None
    _send(flow.port, replace(ENGLISH, evidence=replace(ENGLISH.evidence, url=url)))
    assert "actions" not in _card(flow)


LIVE_ELSEWHERE = [
    "[official page](https://evil.example/)",
    "**bold** _and_ `code`",
    "<at>everyone</at>",
    "- a list\n1. of items",
    "![](https://evil.example/pixel.png)",
    "{{DATE(2026-01-01T00:00:00Z)}}",
    "${evil}",
    "\u202egnisrever\u0007",
]


@pytest.mark.parametrize("text", LIVE_ELSEWHERE)
def test_page_text_stands_in_runs_that_read_no_markdown_and_mention_nobody(flow: Webhook, text: str) -> None:
    _send(flow.port, hostile(text))
    card = _card(flow)
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert not any({"selectAction", "url"} & run.keys() for block in card["body"] for run in block["inlines"])
    assert "entities" not in card["msteams"]
    assert "\u202e" not in flow.posts[0].body.decode()


@pytest.mark.parametrize("letter", ["a", "ក", "\U0001f600", '"'])
def test_card_keeps_the_size_limit_and_says_what_it_cut(letter: str) -> None:
    long = hostile(letter * 50_000)
    content = encoded(view(replace(long, diff=tuple(("+", letter * 600) for _ in range(80)))))
    assert len(content) <= SIZE_LIMIT
    assert "shortened" in content.decode()
    assert ENGLISH.key in content.decode()


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (401, True), (404, True), (429, False), (502, False)])
def test_refusal_of_a_flow_is_permanent_when_it_lasts(
    monkeypatch: pytest.MonkeyPatch, status: int, permanent: bool
) -> None:
    monkeypatch.setattr(TeamsPlugin, "scheme", "http")
    with Webhook(Reply(status, b"no", {"Retry-After": "30"} if status == 429 else {})) as hook:
        result = _send(hook.port)
    assert (result.ok, result.permanent, result.retry_after) == (False, permanent, 30.0 if status == 429 else None)


def test_no_token_is_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TeamsPlugin, "scheme", "http")
    with Webhook(Reply(400, b"sig=canarysig flow=canaryflow")) as hook:
        result = _send(hook.port, url="workflows://127.0.0.1:{port}/canaryflow/canarysig")
    assert "canary" not in result.error


def test_address_as_teams_hands_it_out_is_taken_and_gets_our_card() -> None:
    url = (
        "https://prod-7.westeurope.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths/invoke"
        "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrN"
    )
    assert check_url(url) is None
    form = json.loads(AppriseNotifier([channel("team", url)]).form(ENGLISH, "team"))
    assert form["attachments"][0]["content"]["type"] == "AdaptiveCard"
