"""An alert as people read it: subject, plain text and HTML, and the JSON document webhooks get.

Everything a channel prints is prepared once, in `view`: page text becomes single lines in which control characters and
direction overrides are shown instead of obeyed, and only http(s) addresses become links. The templates and the Slack
blocks then only arrange. In the plain text every line that can hold page words is indented or carries a sign, so
that no page can forge a line of ours.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model import Alert, AlertKind, Evidence
from monitor.text.normal import visible

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECT_LIMIT = 200
QUOTE_LIMIT = 4_000
LINE_LIMIT = 600
DIFF_LIMIT = 80
DIGEST_LIMIT = 2_000
LINES_LIMIT = 300_000
"""Longest subject, quotation and line in characters, most lines of a difference and of a digest in one message, and
most characters of all those lines together: mail servers take 10 MB, and a Khmer letter needs 8 bytes of it."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}]")
_COENG = "\u17d2"  # the Khmer sign that ties the next consonant to the one before
_SIGN_NAMES = {"+": "added", "-": "removed"}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The parts of a message in reading order, each safe to print as text and none of them markup.

    `facts` are (label, value); `diff` is (sign, text), under `diff_heading`; `rest` says how many lines were left out
    and where they are (empty if none were).
    """

    key: str
    subject: str
    bottom_line: str
    facts: tuple[tuple[str, str], ...]
    link: str
    language: str
    quote: str
    gloss: tuple[str, ...]
    diff_heading: str
    diff: tuple[tuple[str, str], ...]
    rest: str
    caveats: tuple[str, ...]
    reason: tuple[str, ...]
    confidence: str
    how_to: tuple[str, ...]


def render(alert: Alert) -> Message:
    """The message people get for `alert`; the same alert always gives the same message."""
    shown = view(alert)
    environment = _environment()
    return Message(
        key=shown.key,
        subject=shown.subject,
        text=environment.get_template("alert.txt").render(v=shown),
        html=environment.get_template("alert.html").render(v=shown, sign_names=_SIGN_NAMES),
        link=shown.link,
    )


def view(alert: Alert) -> View:
    """`alert` made safe to show; what is too long is shortened and says so."""
    is_digest = alert.kind is AlertKind.DIGEST
    kept = _within(alert.diff[: DIGEST_LIMIT if is_digest else DIFF_LIMIT])
    left_out = len(alert.diff) - len(kept)
    quotation = alert.evidence.quote if alert.evidence else ""
    return View(
        key=clean(alert.key),
        subject=_subject(alert),
        bottom_line=clean(alert.bottom_line),
        facts=tuple(_facts(alert)),
        link=safe_link(alert.evidence.url) if alert.evidence else "",
        language=re.sub(r"[^A-Za-z0-9-]", "", alert.language),
        quote=shorten(clean(quotation), QUOTE_LIMIT),
        gloss=_lines(alert.gloss),
        diff_heading="In this digest" if is_digest else "What changed on the page",
        diff=kept,
        rest=f"… {left_out} more lines; see `monitor {'alerts' if is_digest else 'changes'}`" if left_out else "",
        caveats=tuple(clean(caveat) for caveat in alert.caveats),
        reason=_lines(alert.reason),
        confidence="" if alert.confidence is None else f"{alert.confidence:.0%}",
        how_to=_lines(alert.how_to),
    )


def _within(lines: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The first of `lines` made safe to show, as many as fit into `LINES_LIMIT`."""
    kept: list[tuple[str, str]] = []
    room = LINES_LIMIT
    for sign, text in lines:
        line = shorten(clean(text), LINE_LIMIT)
        room -= len(line)
        if room < 0:
            break
        kept.append((sign if sign in "+-" else " ", line))
    return tuple(kept)


def payload(alert: Alert) -> dict[str, object]:
    """The JSON document a webhook gets: every field, times as RFC 3339, quotations and page text untouched.

    The receiver must escape what it shows. `text` is the plain-text message, for receivers that only pass it on.
    """
    evidence = alert.evidence
    return {
        "key": alert.key,
        "kind": str(alert.kind),
        "created_at": _rfc3339(alert.created_at),
        "subject": _subject(alert),
        "bottom_line": alert.bottom_line,
        "instrument": alert.instrument,
        "instrument_title": alert.instrument_title,
        "from": alert.from_stage,
        "to": alert.to_stage,
        "jurisdiction": alert.jurisdiction,
        "source": alert.source_id,
        "url": evidence.url if evidence else "",
        "quote": evidence.quote if evidence else "",
        "captured_at": _rfc3339(evidence.captured_at) if evidence else None,
        "captured_at_local": evidence.captured_at.astimezone(_zone(alert)).isoformat() if evidence else None,
        "timezone": alert.local_timezone,
        "evidence": [_evidence(evidence)] if evidence else [],
        "language": alert.language,
        "gloss": alert.gloss,
        "caveats": list(alert.caveats),
        "reason": alert.reason,
        "confidence": alert.confidence,
        "diff": [[sign, text] for sign, text in alert.diff],
        "how_to": alert.how_to,
        "text": render(alert).text,
    }


def clean(text: str) -> str:
    """`text` on one line, with control characters and direction overrides shown (`[U+202E]`) instead of obeyed."""
    one_line = " ".join(text.split())
    return visible(_CONTROL.sub(lambda found: f"[U+{ord(found[0]):04X}]", one_line))


def safe_link(url: str) -> str:
    """`url` as a link people may follow, its host in ASCII so that look-alike letters show; empty if it is none.

    Only http and https with a host and without a user name (`https://official.example@other.example/` deceives).
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    if _UNSAFE_IN_URL.search(host):
        return ""
    host = f"[{host}]" if ":" in host else host
    rest = (quote(part, safe="/%:=&?@!$'()*+,;~[]") for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme.lower(), host + port, *rest))


def shorten(text: str, limit: int, note: str = " … [shortened]") -> str:
    """`text` in at most `limit` characters, ending in `note` if anything was cut; never inside a letter cluster."""
    if len(text) <= limit:
        return text
    end = max(limit - len(note), 0)
    while end > 0 and (unicodedata.category(text[end])[0] in "MC" or text[end - 1] == _COENG):
        end -= 1
    return (text[:end].rstrip() + note)[:limit]


def fit(message: Message, limit: int) -> str:
    """The plain text of `message` in at most `limit` characters; a shortened one keeps the link and the key."""
    if len(message.text) <= limit:
        return message.text
    link = f"\nShortened. Read on: {message.link}" if message.link else "\nShortened."
    tail = f"{link}\nAlert key: {message.key}\n"
    if len(tail) >= limit:
        tail = f"\nAlert key: {message.key}\n"
    return shorten(message.text, max(limit - len(tail), 0), " …") + tail[:limit]


def _subject(alert: Alert) -> str:
    subject = clean(alert.subject) or clean(alert.bottom_line)
    if alert.kind is AlertKind.TEST and "[TEST]" not in subject:
        subject = f"[TEST] {subject}"
    return shorten(subject, SUBJECT_LIMIT, " …")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(cleaned for line in text.splitlines() if (cleaned := clean(line)))


def _facts(alert: Alert) -> list[tuple[str, str]]:
    evidence = alert.evidence
    named = [part for part in (alert.instrument, alert.jurisdiction) if part]
    title = alert.instrument_title or alert.instrument
    facts = [
        ("Instrument", f"{title} ({', '.join(named)})" if named else title),
        ("Stage", _movement(alert)),
        ("Source", alert.source_id),
        ("Link", (safe_link(evidence.url) or f"{evidence.url} (not a web link)") if evidence and evidence.url else ""),
        ("Captured", _captured(alert, evidence) if evidence else ""),
        ("SHA-256", evidence.sha256 if evidence else ""),
    ]
    return [(label, clean(value)) for label, value in facts if value]


def _movement(alert: Alert) -> str:
    before, after = (stage.replace("_", " ") for stage in (alert.from_stage, alert.to_stage))
    if before and after and before != after:
        return f"appears to have moved: {before} → {after}"
    if before:
        return f"{before} (unchanged)"
    return f"appears to be: {after}" if after else ""


def _captured(alert: Alert, evidence: Evidence) -> str:
    utc = evidence.captured_at.astimezone(UTC)
    zone = _zone(alert)
    if zone.key == "UTC":
        return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    return f"{utc:%Y-%m-%d %H:%M:%S} UTC, {utc.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone.key}"


def _zone(alert: Alert) -> ZoneInfo:
    try:
        return ZoneInfo(alert.local_timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _evidence(evidence: Evidence) -> Mapping[str, object]:
    return {
        "source": evidence.source_id,
        "url": evidence.url,
        "quote": evidence.quote,
        "captured_at": _rfc3339(evidence.captured_at),
        "sha256": evidence.sha256,
        "snapshot": evidence.snapshot_id,
    }


@cache
def _environment() -> "Environment":
    """Jinja2 is loaded with the first message, not with the program."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("notifiers"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
