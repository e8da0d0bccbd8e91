"""The parts of a message, prepared once for every form: inert, shortened, in the order in which people read them.

Words of pages become single lines in which control characters and direction overrides are shown instead of obeyed, and
only http(s) addresses become links. In the plain lines made here every line that can hold page words is to be indented
or to carry a sign, so that no page can forge a line of ours.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model import Alert, AlertKind, Difference, Evidence, Item
from notifiers.changed import ShownBlock, plain_lines, shown_block
from notifiers.inert import clean, safe_link, shorten

SUBJECT_LIMIT = 200
QUOTE_LIMIT = 4_000
LINE_LIMIT = 600
DIFF_LIMIT = 80
DIGEST_LIMIT = 2_000
LINES_LIMIT = 300_000
"""Longest subject, quotation and line in characters, most lines of a difference and of a digest in one message, and
most characters of all those lines together: mail servers take 10 MB, and a Khmer letter needs 8 bytes of it."""

BLOCKS_BESIDE = 3
"""Changed blocks shown beside a statement: the one in which it stands comes first."""
_TAG = re.compile(r"\[([^\[\]]{1,24})\] +(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """An entry of a list; `link` is empty unless its address is one people may follow."""

    title: str
    lines: tuple[str, ...]
    quote: str
    language: str
    link: str
    note: str

    @property
    def plain(self) -> tuple[str, ...]:
        """The entry as lines of plain text, the title first."""
        quoted = (f"“{self.quote}”",) if self.quote else ()
        where = " · ".join(filter(None, (self.link, self.note)))
        return (self.title, *self.lines, *quoted, *((where,) if where else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The parts of a message in reading order, each safe to print as text and none of them markup.

    `tag` and `headline` are the two parts of `subject`; `facts` are (label, value), parted into `standing` and `proof`.
    `diff` tells what changed as plain lines (sign, text), under
    `diff_heading`; `blocks` tells the same word by word, where that is known. `items` are the entries of a list,
    under `items_heading`. `rest` says how many blocks, lines or entries were left out and where they are (empty if
    none were).
    """

    key: str
    kind: AlertKind
    subject: str
    tag: str
    headline: str
    bottom_line: str
    facts: tuple[tuple[str, str], ...]
    link: str
    archived: str
    language: str
    quote_heading: str
    quote: str
    gloss: tuple[str, ...]
    diff_heading: str
    diff: tuple[tuple[str, str], ...]
    blocks: tuple[ShownBlock, ...]
    items_heading: str
    items: tuple[ShownItem, ...]
    rest: str
    caveats: tuple[str, ...]
    next_act: str
    reason: tuple[str, ...]
    confidence: str
    how_to: tuple[str, ...]

    @property
    def about(self) -> str:
        """The instrument with its id and jurisdiction; empty if the message is about none or several."""
        return next((value for label, value in self.facts if label == "Instrument"), "")

    @property
    def standing(self) -> tuple[tuple[str, str], ...]:
        """The facts about the instrument; where nothing was read, all of them."""
        proof = self.proof
        return tuple(fact for fact in self.facts if fact not in proof)

    @property
    def proof(self) -> tuple[tuple[str, str], ...]:
        """The facts about where it was read."""
        was_read = any(label == "Captured" for label, _ in self.facts)
        return tuple(fact for fact in self.facts if was_read and fact[0] not in _STANDING)

    @property
    def because(self) -> str:
        """The heading of the reasons."""
        return "Why we say so" + (f" (confidence {self.confidence})" if self.confidence else "")

    @property
    def item_lines(self) -> tuple[str, ...]:
        """The entries as plain lines."""
        return tuple(line for item in self.items for line in item.plain)


_STANDING = ("Instrument", "Stage")

_DIFF_HEADINGS = {AlertKind.DIGEST: "In this digest", AlertKind.HEALTH: "Sources"}
_ITEM_HEADINGS = {
    AlertKind.DIGEST: "In this digest",
    AlertKind.WATCHING: "Where everything stands",
    AlertKind.DISAGREEMENT: "What the register rests on",
}


def view(alert: Alert) -> View:
    """`alert` made safe to show; what is too long is shortened and says so."""
    subject = subject_of(alert)
    tagged = _TAG.fullmatch(subject)
    budget = _Budget()
    items = tuple(budget.items(alert.items))
    told = tuple(difference for difference in alert.differences if not _is_quoted(difference, alert.evidence))
    blocks = tuple(budget.blocks(told, alert.kind))
    lines = tuple(budget.lines(alert.diff, DIGEST_LIMIT if alert.kind is AlertKind.DIGEST else DIFF_LIMIT))
    return View(
        key=clean(alert.key),
        kind=alert.kind,
        subject=subject,
        tag=tagged[1] if tagged else alert.kind.value.replace("_", " ").capitalize(),
        headline=tagged[2] if tagged else subject,
        bottom_line=clean(alert.bottom_line),
        facts=tuple(_facts(alert)),
        link=safe_link(alert.evidence.url) if alert.evidence else "",
        archived=safe_link(alert.evidence.archived_copy) if alert.evidence else "",
        language=_language(alert.language),
        quote_heading=_quote_heading(alert),
        quote=shorten(clean(_quote(alert)), QUOTE_LIMIT),
        gloss=_lines(alert.gloss),
        diff_heading=_DIFF_HEADINGS.get(alert.kind, "What changed on the page"),
        diff=(*plain_lines(blocks), *lines),
        blocks=blocks,
        items_heading=_ITEM_HEADINGS.get(alert.kind, "In this message"),
        items=items,
        rest=_rest(alert, len(told) - len(blocks), len(alert.items) + len(alert.diff) - len(items) - len(lines)),
        caveats=tuple(clean(caveat) for caveat in alert.caveats),
        next_act=clean(alert.next_act),
        reason=_lines(alert.reason),
        confidence="" if alert.confidence is None else f"{alert.confidence:.0%}",
        how_to=_lines(alert.how_to),
    )


def subject_of(alert: Alert) -> str:
    """The subject on one line; a test's is marked."""
    subject = clean(alert.subject) or clean(alert.bottom_line)
    if alert.kind is AlertKind.TEST and "[TEST]" not in subject:
        subject = f"[TEST] {subject}"
    return shorten(subject, SUBJECT_LIMIT, " …")


def zone_of(alert: Alert) -> ZoneInfo:
    """The zone of the reader, or UTC where no such zone is known."""
    try:
        return ZoneInfo(alert.local_timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


class _Budget:
    """Gives out `LINES_LIMIT` characters to what is listed."""

    def __init__(self) -> None:
        self._room = LINES_LIMIT

    def lines(self, lines: Sequence[tuple[str, str]], most: int) -> Iterator[tuple[str, str]]:
        for sign, text in lines[:most]:
            line = shorten(clean(text), LINE_LIMIT)
            if not self._takes(len(line)):
                return
            yield (sign if sign in "+-" else " ", line)

    def blocks(self, differences: Sequence[Difference], kind: AlertKind) -> Iterator[ShownBlock]:
        above: tuple[str, ...] = ()
        for difference in differences[: DIFF_LIMIT if kind is AlertKind.CHANGE else BLOCKS_BESIDE]:
            block = shown_block(difference, with_path=difference.path != above)
            if not self._takes(len(block.path) + sum(len(text) for _, text in block.words)):
                return
            above = difference.path
            yield block

    def items(self, items: Sequence[Item]) -> Iterator[ShownItem]:
        for item in items[:DIGEST_LIMIT]:
            shown = ShownItem(
                title=shorten(clean(item.title), LINE_LIMIT),
                lines=tuple(shorten(clean(line), LINE_LIMIT) for line in item.lines),
                quote=shorten(clean(item.quote), LINE_LIMIT),
                language=_language(item.language),
                link=safe_link(item.url),
                note=shorten(clean(item.note), LINE_LIMIT),
            )
            if not self._takes(sum(len(line) for line in shown.plain)):
                return
            yield shown

    def _takes(self, letters: int) -> bool:
        self._room -= letters
        return self._room >= 0


def _rest(alert: Alert, passages: int, lines: int) -> str:
    """How much is not shown, and where it is."""
    if passages:
        return f"… {passages} more changed passage{'s' if passages > 1 else ''}; see `monitor changes`"
    listed = alert.kind in (AlertKind.DIGEST, AlertKind.WATCHING)
    return f"… {lines} more lines; see `monitor {'alerts' if listed else 'changes'}`" if lines else ""


def _quote_heading(alert: Alert) -> str:
    if alert.kind is AlertKind.TARGET_DATE and alert.from_stage == alert.to_stage:
        return "What was announced"
    return "What the page says now" if alert.kind is AlertKind.DISAGREEMENT else "What the page says"


def _quote(alert: Alert) -> str:
    """The words the alert rests on; a text change rests on what changed, which is shown word by word."""
    shown_anyway = alert.kind is AlertKind.CHANGE and alert.differences
    return alert.evidence.quote if alert.evidence and not shown_anyway else ""


def _is_quoted(difference: Difference, evidence: Evidence | None) -> bool:
    """Whether a block is wholly new and nothing but the quotation, which is shown already."""
    return evidence is not None and difference.words == (("+", evidence.quote),)


# Facts ---------------------------------------------------------------------------------------------------------------


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    evidence = alert.evidence
    named = [part for part in (alert.instrument, alert.jurisdiction) if part]
    title = alert.instrument_title or alert.instrument
    facts = [
        ("Instrument", f"{title} ({', '.join(named)})" if named and title else title),
        ("Stage", _movement(alert)),
        ("Source", alert.source_id),
        *(_read(alert, evidence) if evidence else ()),
    ]
    return ((label, clean(value)) for label, value in facts if value)


def _read(alert: Alert, evidence: Evidence) -> Iterator[tuple[str, str]]:
    if evidence.url:
        yield "Link", safe_link(evidence.url) or f"{evidence.url} (not a web link)"
    if evidence.archived_copy:
        yield "Archived", safe_link(evidence.archived_copy) or f"{evidence.archived_copy} (not a web link)"
    yield "Captured", _captured(alert, evidence)
    yield "SHA-256", evidence.sha256


def _movement(alert: Alert) -> str:
    before, after = (stage.replace("_", " ") for stage in (alert.from_stage, alert.to_stage))
    if before and after and before != after:
        return f"appears to have moved: {alert.movement or f'{before} → {after}'}"
    if before:
        return f"{alert.movement or before} (unchanged)"
    return f"appears to be: {after}" if after else ""


def _captured(alert: Alert, evidence: Evidence) -> str:
    utc, zone = evidence.captured_at.astimezone(UTC), zone_of(alert)
    if zone.key == "UTC":
        return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    return f"{utc:%Y-%m-%d %H:%M:%S} UTC, {utc.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone.key}"


def _language(tag: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", tag)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(cleaned for line in text.splitlines() if (cleaned := clean(line)))
