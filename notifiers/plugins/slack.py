"""`slack://` incoming webhooks: blocks of our own in which page text can neither mention, link nor format.

Text of the page stands in `plain_text` objects, where Slack reads no markup, and is escaped all the same, or in the
text runs of `rich_text`, which are taken letter by letter; the only `mrkdwn` is the link to the page, which `safe_link`
has checked. Limits: 3,000 characters a section, 150 a header.
"""

import json
from collections.abc import Iterator, Sequence

from apprise.plugins.slack import NotifySlack, SlackMode

from monitor.model import Alert
from monitor.ports import SendResult
from notifiers.changed import ShownBlock
from notifiers.plugins import http
from notifiers.plugins.guard import Guard
from notifiers.render import Message, View, shorten, view

SECTION_LIMIT = 3_000
HEADER_LIMIT = 150
_MOST_CHANGED = 8
"""A message takes 50 blocks; nobody reads more changed passages than this in a chat."""
_FINAL_WORDS = ("invalid_payload", "invalid_blocks", "no_text", "no_service", "channel_", "action_prohibited")
"""Starts of the plain-text answers that mean: the same again will be refused again, whatever the HTTP status."""


class SlackPlugin(NotifySlack):
    """Apprise's Slack service for incoming webhooks with our blocks and the answer read."""

    def suits(self) -> bool:
        """Whether this is an incoming webhook; bots and workflows are left to the stock service."""
        return self.mode in (SlackMode.WEBHOOK, SlackMode.WEBHOOK_GOV) and not self.template

    def deliver(self, message: Message, alert: Alert, *, timeout: float, guard: Guard | None = None) -> SendResult:
        """Post `alert`. `timeout` is in seconds."""
        answer = http.send(
            http.Request(
                url=f"{self._base()}/{self.token_a}/{self.token_b}/{self.token_c}",
                content=json.dumps(self._document(message, alert), ensure_ascii=False).encode(),
                headers={"User-Agent": self.app_id, "Content-Type": "application/json; charset=utf-8"},
                timeout=timeout,
                verify=self.verify_certificate,
                guard=guard,
            )
        )
        return answer if isinstance(answer, SendResult) else _judge(answer)

    def form(self, message: Message, alert: Alert) -> str:
        """The document as it is posted."""
        return json.dumps(self._document(message, alert), ensure_ascii=False, indent=2)

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
    """The Block Kit blocks of one message in reading order, every text within Slack's limits."""
    link = _link(shown.link)
    note = "\n… [shortened; follow the link for the rest]" if link else "\n… [shortened; see `monitor alerts`]"
    changed = [shown.rest] if shown.rest else []
    if not shown.blocks:
        changed = [*(f"{sign} {text}" for sign, text in shown.diff), *changed]
    proof = [f"{label}: {value}" for label, value in shown.proof if not (link and label == "Link")]
    entries = ["\n".join(item.plain) for item in shown.items]
    before = [
        "\n".join(f"{label}: {value}" for label, value in shown.standing),
        f"“{shown.quote}”" if shown.quote else "",
        _listed("In English, word by word (a gloss, no translation)", [" · ".join(shown.gloss)] if shown.gloss else []),
        _listed(shown.items_heading, ["\n\n".join(entries)] if entries else []),
        shown.diff_heading if shown.blocks else _listed(shown.diff_heading, changed),
    ]
    after = [
        _listed("", changed) if shown.blocks else "",
        _listed("What this does not mean", [f"• {caveat}" for caveat in shown.caveats]),
        _listed("Who must still act", [shown.next_act] if shown.next_act else []),
        _listed("Where it was read", proof),
    ]
    last = [
        _listed(shown.because, shown.reason or ([""] if shown.confidence else [])),
        _listed("What you can do", shown.how_to),
    ]
    linked: list[dict[str, object]] = [{"type": "section", "text": link}] if link else []
    return [
        {"type": "header", "text": _plain(shown.subject, HEADER_LIMIT, " …")},
        _rich([_words(shown.bottom_line, bold=True)]),
        *(_section(text, note) for text in before if text),
        *_changed(shown.blocks),
        *(_section(text, note) for text in after if text),
        *linked,
        *(_section(text, note) for text in last if text),
        {"type": "context", "elements": [_plain(f"Alert key: {shown.key}", SECTION_LIMIT, "")]},
    ]


def _changed(changed: Sequence[ShownBlock]) -> Iterator[dict[str, object]]:
    """Changed blocks word by word: gone words struck through, new ones bold."""
    for block in changed[:_MOST_CHANGED]:
        path = [_words(f"{block.path}\n", italic=True)] if block.path else []
        room = SECTION_LIMIT - len(block.path)
        words = []
        for sign, text in block.words:
            words.append(_words(shorten(text, max(room, 0)), strike=sign == "-", bold=sign == "+"))
            room -= len(text)
            if room <= 0:
                break
        yield _rich([*path, *words])
    if len(changed) > _MOST_CHANGED:
        yield _section(f"… {len(changed) - _MOST_CHANGED} more changed passages; see `monitor changes`", "")


def _rich(elements: list[dict[str, object]]) -> dict[str, object]:
    """A block of text runs. Slack reads no markup in them, so they are not escaped either."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _words(text: str, **style: bool) -> dict[str, object]:
    worn = {name: True for name, on in style.items() if on}
    run: dict[str, object] = {"type": "text", "text": shorten(text, SECTION_LIMIT)}
    return {**run, "style": worn} if worn else run


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
    return "\n".join(filter(None, (heading, *lines))) if lines else ""


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
