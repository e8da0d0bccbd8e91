"""`slack://` incoming webhooks: blocks of our own in which page text can neither mention, link nor format.

Text of the page stands in `plain_text` objects, where Slack reads no markup, and is escaped all the same; the only
`mrkdwn` is the link to the page, which `safe_link` has checked. Limits: 3,000 characters a section, 150 a header.
"""

import json
from collections.abc import Sequence

from apprise.plugins.slack import NotifySlack, SlackMode

from monitor.model import Alert
from monitor.ports import SendResult
from notifiers.plugins import http
from notifiers.render import Message, View, shorten, view

SECTION_LIMIT = 3_000
HEADER_LIMIT = 150
_FINAL_WORDS = ("invalid_payload", "invalid_blocks", "no_text", "no_service", "channel_", "action_prohibited")
"""Starts of the plain-text answers that mean: the same again will be refused again, whatever the HTTP status."""


class SlackPlugin(NotifySlack):
    """Apprise's Slack service for incoming webhooks with our blocks and the answer read."""

    def suits(self) -> bool:
        """Whether this is an incoming webhook; bots and workflows are left to the stock service."""
        return self.mode in (SlackMode.WEBHOOK, SlackMode.WEBHOOK_GOV) and not self.template

    def deliver(self, message: Message, alert: Alert, *, timeout: float) -> SendResult:
        """Post `alert`. `timeout` is in seconds."""
        answer = http.send(
            http.Request(
                url=f"{self._base()}/{self.token_a}/{self.token_b}/{self.token_c}",
                content=json.dumps(self._document(message, alert), ensure_ascii=False).encode(),
                headers={"User-Agent": self.app_id, "Content-Type": "application/json; charset=utf-8"},
                timeout=timeout,
                verify=self.verify_certificate,
            )
        )
        return answer if isinstance(answer, SendResult) else _judge(answer)

    def _base(self) -> str:
        return str(self.webhook_gov_url if self.mode == SlackMode.WEBHOOK_GOV else self.webhook_url)

    def _document(self, message: Message, alert: Alert) -> dict[str, object]:
        document: dict[str, object] = {
            "text": _escaped(message.subject, SECTION_LIMIT),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
            "blocks": blocks(view(alert)),
        }
        if self.user:
            document["username"] = self.user
        if self.channels[0]:
            target = str(self.channels[0])
            document["channel"] = target.removeprefix("+") if target[0] in "#@+" else f"#{target}"
        return document


def blocks(shown: View) -> list[dict[str, object]]:
    """The Block Kit blocks of one message, every text within Slack's limits and escaped."""
    diff = [f"{sign} {text}" for sign, text in shown.diff]
    if shown.rest:
        diff.append(shown.rest)
    heading = "Why we say so" + (f" (confidence {shown.confidence})" if shown.confidence else "")
    link = _link(shown.link)
    note = "\n… [shortened; follow the link for the rest]" if link else "\n… [shortened; see `monitor alerts`]"
    facts = "\n".join(f"{label}: {value}" for label, value in shown.facts if not (link and label == "Link"))
    texts = [
        f"“{shown.quote}”" if shown.quote else "",
        _listed("In English", shown.gloss),
        _listed(shown.diff_heading, diff),
        _listed("What this does not mean", [f"• {caveat}" for caveat in shown.caveats]),
        _listed(heading, shown.reason or ([""] if shown.confidence else [])),
        _listed("What you can do", shown.how_to),
    ]
    linked: list[dict[str, object]] = [{"type": "section", "text": link}] if link else []
    return [
        {"type": "header", "text": _plain(shown.subject, HEADER_LIMIT, " …")},
        *(_section(text, note) for text in (shown.bottom_line, facts) if text),
        *linked,
        *(_section(text, note) for text in texts if text),
        {"type": "context", "elements": [_plain(f"Alert key: {shown.key}", SECTION_LIMIT, "")]},
    ]


def _judge(answer: http.Answer) -> SendResult:
    """Slack says `ok` in words; a 200 with anything else was not delivered."""
    said = answer.body.strip()
    if answer.status == 200 and said == "ok":
        return SendResult(ok=True)
    result = http.judge(answer)
    word = said if said.replace("_", "").isalnum() and len(said) < 60 else "something else than ok"
    final = said.startswith(_FINAL_WORDS) or result.permanent
    return SendResult(
        ok=False, error=f"answered {answer.status}: {word}", permanent=final, retry_after=result.retry_after
    )


def _listed(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, *lines]).rstrip() if lines else ""


def _section(text: str, note: str) -> dict[str, object]:
    return {"type": "section", "text": _plain(text, SECTION_LIMIT, note)}


def _plain(text: str, limit: int, note: str) -> dict[str, object]:
    return {"type": "plain_text", "text": _escaped(text, limit, note), "emoji": False}


def _link(url: str) -> dict[str, object] | None:
    """The one live link. `safe_link` left no `<`, `>` or `|` in it; one too long for a section is shown by no link."""
    shown = f"<{url.replace('&', '&amp;')}>"
    return {"type": "mrkdwn", "text": shown, "verbatim": True} if url and len(shown) <= SECTION_LIMIT else None


def _escaped(text: str, limit: int, note: str = " …") -> str:
    """`text` with `&`, `<` and `>` escaped, in at most `limit` characters after escaping."""
    kept = limit
    while len(escaped := _escape(shorten(text, kept, note))) > limit:
        kept -= max((len(escaped) - limit) // 5, 1)
    return escaped


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
