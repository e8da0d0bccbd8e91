"""An alert as people read it: subject, plain text and HTML, and the JSON document webhooks get.

Everything a channel prints is prepared once, in `notifiers.view`, where words of pages become inert; the templates, the
Slack blocks and the Teams card then only arrange.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from monitor.model import Alert, Difference, Evidence, Item
from notifiers.inert import clean, safe_link, shorten
from notifiers.view import View, subject_of, view, zone_of

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Message", "View", "clean", "fit", "payload", "render", "safe_link", "shorten", "view"]

_SCHEMA = 1
"""Version of the form in `docs/schema/alert.schema.json`: counts up when a key goes or changes its meaning."""
_SHOWN_LINK = 72
_PREHEADER = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered alert: one-line `subject`, complete plain `text`, and `html` with inline styles only.

    `link` is the safe address of the page (empty if there is none): what a shortened form points to.
    """

    key: str
    subject: str
    text: str
    html: str
    link: str = ""


def render(alert: Alert) -> Message:
    """The message people get for `alert`; the same alert always gives the same message."""
    shown = view(alert)
    environment = _environment()
    return Message(
        key=shown.key,
        subject=shown.subject,
        text=environment.get_template("alert.txt").render(v=shown),
        html=environment.get_template("alert.html").render(v=shown, preheader=_preheader(shown)),
        link=shown.link,
    )


def payload(alert: Alert) -> dict[str, object]:
    """The JSON document a webhook gets: every field, times as RFC 3339, quotations and page text untouched.

    The receiver must escape what it shows. `text` is the plain-text message, for receivers that only pass it on.
    """
    evidence = alert.evidence
    return {
        "schema": _SCHEMA,
        "key": alert.key,
        "kind": str(alert.kind),
        "created_at": _rfc3339(alert.created_at),
        "subject": subject_of(alert),
        "bottom_line": alert.bottom_line,
        "instrument": alert.instrument,
        "instrument_title": alert.instrument_title,
        "from": alert.from_stage,
        "to": alert.to_stage,
        "movement": alert.movement,
        "jurisdiction": alert.jurisdiction,
        "source": alert.source_id,
        "url": evidence.url if evidence else "",
        "quote": evidence.quote if evidence else "",
        "captured_at": _rfc3339(evidence.captured_at) if evidence else None,
        "captured_at_local": evidence.captured_at.astimezone(zone_of(alert)).isoformat() if evidence else None,
        "timezone": alert.local_timezone,
        "evidence": [_evidence(evidence)] if evidence else [],
        "language": alert.language,
        "gloss": alert.gloss,
        "caveats": list(alert.caveats),
        "next_act": alert.next_act,
        "reason": alert.reason,
        "confidence": alert.confidence,
        "diff": [list(line) for line in _diff(alert)],
        "differences": [_difference(each) for each in alert.differences],
        "items": [_item(item) for item in alert.items],
        "how_to": alert.how_to,
        "text": render(alert).text,
    }


def fit(message: Message, limit: int) -> str:
    """The plain text of `message` in at most `limit` characters; a shortened one keeps the link and the key."""
    if len(message.text) <= limit:
        return message.text
    link = f"\nShortened. Read on: {message.link}" if message.link else "\nShortened."
    tail = f"{link}\nAlert key: {message.key}\n"
    if len(tail) >= limit:
        tail = f"\nAlert key: {message.key}\n"
    return shorten(message.text, max(limit - len(tail), 0), " …") + tail[:limit]


def _preheader(shown: View) -> str:
    """What a list of mails shows after the subject: what the subject does not say."""
    words = f"“{shown.quote}”" if shown.quote else shown.bottom_line
    return shorten(words, _PREHEADER, " …")


def _diff(alert: Alert) -> Iterator[tuple[str, str]]:
    """What changed as whole passages: `-` for one that is gone or was reworded, `+` for what stands there now."""
    yield from alert.diff
    for difference in alert.differences:
        for sign, other in (("-", "+"), ("+", "-")):
            passage = "".join(text for mark, text in difference.words if mark != other)
            if passage:
                yield sign, passage


def _difference(difference: Difference) -> Mapping[str, object]:
    return {"path": list(difference.path), "words": [list(piece) for piece in difference.words]}


def _item(item: Item) -> Mapping[str, object]:
    return {
        "title": item.title,
        "lines": list(item.lines),
        "quote": item.quote,
        "language": item.language,
        "url": item.url,
        "note": item.note,
    }


def _evidence(evidence: Evidence) -> Mapping[str, object]:
    return {
        "source": evidence.source_id,
        "url": evidence.url,
        "quote": evidence.quote,
        "captured_at": _rfc3339(evidence.captured_at),
        "sha256": evidence.sha256,
        "snapshot": evidence.snapshot_id,
        "way": str(evidence.way),
        "archived_copy": evidence.archived_copy,
    }


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@cache
def _environment() -> "Environment":
    """Jinja2 is loaded with the first message, not with the program."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("notifiers"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["brief"] = lambda text: shorten(text, _SHOWN_LINK, "…")
    return environment
