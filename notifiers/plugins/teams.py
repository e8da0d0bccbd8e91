"""`workflows://`: Microsoft Teams, as an adaptive card of ours in which page text can neither format, link nor mention.

All words stand in text runs, in which a card reads no Markdown; the one link is an action at the end, its address
checked by `safe_link`. Teams takes about 28 KB a message, so long parts are shortened, all by the same measure, until
it fits.
"""

import json
from collections.abc import Iterator, Sequence

from apprise.plugins.workflows import NotifyWorkflows

from monitor.model import Alert
from monitor.ports import SendResult
from notifiers.inert import shorten
from notifiers.plugins import http
from notifiers.plugins.guard import Guard
from notifiers.render import Message
from notifiers.view import View, view

SIZE_LIMIT = 26_000
"""Bytes of the whole document; Microsoft documents 28 KB for a message that comes through a webhook."""
_PART_LIMITS = (4_000, 2_000, 1_000, 500, 250, 120)
_CUT = " … [shortened; open the page or see `monitor alerts`]"
_Element = dict[str, object]
_LOOKS: dict[str, _Element] = {
    "-": {"strikethrough": True, "color": "Attention"},
    "+": {"weight": "Bolder", "color": "Good"},
    " ": {},
}


class TeamsPlugin(NotifyWorkflows):
    """Apprise's Workflows service with our card and the answer read.

    The stock service takes 1,000 characters in one block of Markdown, in which page text could link and mention.
    """

    scheme = "https"

    def suits(self) -> bool:
        """Whether the card is ours to make; somebody's own template is left to the stock service."""
        return not self.template

    def deliver(self, message: Message, alert: Alert, *, timeout: float, guard: Guard | None = None) -> SendResult:
        """Post `alert`. `timeout` is in seconds. Success means that the flow took it; what it does then is its own."""
        answer = http.send(
            http.Request(
                url=self._address(),
                content=encoded(view(alert)),
                headers={"User-Agent": self.app_id, "Content-Type": "application/json; charset=utf-8"},
                timeout=timeout,
                params={
                    "api-version": self.api_version,
                    "sp": "/triggers/manual/run",
                    "sv": "1.0",
                    "sig": self.signature,
                },
                verify=self.verify_certificate,
                guard=guard,
            )
        )
        return answer if isinstance(answer, SendResult) else http.judge(answer)

    def form(self, message: Message, alert: Alert) -> str:
        """The document as it is posted."""
        return json.dumps(json.loads(encoded(view(alert))), ensure_ascii=False, indent=2)

    def _address(self) -> str:
        port = f":{self.port}" if self.port else ""
        path = "/powerautomate/automations/direct" if self.power_automate else ""
        if path and self.routing_id:
            path += f"/cu/{self.routing_id}"
        return f"{self.scheme}://{self.host}{port}{path}/workflows/{self.workflow}/triggers/manual/paths/invoke"


def encoded(shown: View) -> bytes:
    """The document for one message, within `SIZE_LIMIT` bytes."""
    for limit in _PART_LIMITS:
        content = json.dumps(document(shown, limit), ensure_ascii=False, separators=(",", ":")).encode()
        if len(content) <= SIZE_LIMIT:
            break
    return content


def document(shown: View, limit: int) -> _Element:
    """The message with its card; no part longer than `limit` characters, and what was cut says so."""
    card: _Element = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": shorten(shown.subject, limit),
        "msteams": {"width": "Full"},
        "body": list(_body(shown, limit)),
    }
    if shown.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open the page", "url": shown.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _body(shown: View, limit: int) -> Iterator[_Element]:
    """The parts of the message in the order of its other forms."""
    yield _block(_run(shown.subject, limit, weight="Bolder", size="Medium"))
    yield _block(_run(shown.bottom_line, limit))
    yield from _facts("", shown.standing, limit)
    if shown.quote:
        yield _block(_run(f"“{shown.quote}”", limit, italic=True))
    gloss = [" · ".join(shown.gloss)] if shown.gloss else []
    yield from _listed("In English, word by word (a gloss, no translation)", gloss, limit)
    yield from _listed(shown.items_heading, shown.item_lines, limit)
    yield from _changed(shown, limit)
    yield from _listed("What this does not mean", [f"• {caveat}" for caveat in shown.caveats], limit)
    yield from _listed("Who must still act", [shown.next_act] if shown.next_act else [], limit)
    proof = [fact for fact in shown.proof if fact[0] != "Link" or not shown.link]
    yield from _facts("Where it was read", proof, limit)
    yield from _listed(shown.because, shown.reason, limit)
    yield from _listed("What you can do", shown.how_to, limit)
    yield _block(_run(f"Alert key: {shown.key}", limit, isSubtle=True, size="Small"))


def _changed(shown: View, limit: int) -> Iterator[_Element]:
    """What changed: word by word where that is known, gone words struck through and new ones bold, else in lines."""
    if not shown.blocks:
        lines = [f"{sign} {line}" for sign, line in shown.diff]
        yield from _listed(shown.diff_heading, [*lines, shown.rest] if shown.rest else lines, limit)
        return
    yield _block(_run(shown.diff_heading, limit, weight="Bolder"))
    room = limit
    for number, block in enumerate(shown.blocks):
        if room <= 0:
            yield _block(_run(f"… {len(shown.blocks) - number} more changed passages; see `monitor changes`", limit))
            break
        path = [_run(f"{block.path}\n", limit, isSubtle=True)] if block.path else []
        yield _block(*path, *(_run(text, max(room, 1), **_LOOKS[sign]) for sign, text in block.words), spacing="Small")
        room -= sum(len(text) for _, text in block.words)
    if shown.rest:
        yield _block(_run(shown.rest, limit, isSubtle=True))


def _facts(heading: str, facts: Sequence[tuple[str, str]], limit: int) -> Iterator[_Element]:
    if facts and heading:
        yield _block(_run(heading, limit, weight="Bolder"))
    for label, value in facts:
        yield _block(_run(f"{label}: ", limit, isSubtle=True), _run(value, limit), spacing="None")


def _listed(heading: str, lines: Sequence[str], limit: int) -> Iterator[_Element]:
    if lines:
        yield _block(_run(heading, limit, weight="Bolder"))
        yield _block(_run("\n".join(lines), limit), spacing="None")


def _block(*runs: _Element, **looks: object) -> _Element:
    return {"type": "RichTextBlock", "inlines": list(runs), **looks}


def _run(text: str, limit: int, **looks: object) -> _Element:
    return {"type": "TextRun", "text": shorten(text, limit, _CUT), **looks}
