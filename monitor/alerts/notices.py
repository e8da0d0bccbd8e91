"""Alerts that make no statement about a status: documents, changed text, the health of sources, tests. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.alerts.coverage import span_words
from monitor.alerts.differences import differences
from monitor.alerts.telling import READ_BY_PROGRAM, Telling, key_of
from monitor.model import (
    Alert,
    AlertKind,
    Change,
    EditKind,
    Instrument,
    KnownDocument,
    PartialDate,
    Problem,
    Source,
    SourceHealth,
)
from monitor.status.words import date_words

_NO_CONCLUSION = "Blocked, unreadable or damaged is not changed: no legal conclusion follows, and the register stands."


def change_alert(change: Change, instruments: Sequence[Instrument], telling: Telling) -> Alert:
    """A change of text in a document that names tracked instruments: for digests, no statement about status."""
    named = _named(instruments)
    return replace(
        telling.draft(AlertKind.CHANGE, _only(instruments)),
        subject=f"[Text] {named}: wording changed, no step read ({telling.short_speaker})",
        bottom_line=(
            f"The text of a page that names {named} appears to have changed: {_counted(change)}. "
            "No change of status was read from it."
        ),
        caveats=("A changed page is not a changed law: wording moves for many reasons.", READ_BY_PROGRAM),
        differences=differences(change),
        how_to=f"See it in full: monitor changes show {change.id}",
    )


def document_alert(
    title: str,
    instruments: Sequence[Instrument],
    telling: Telling,
    *,
    language: str = "",
    published_on: date | None = None,
) -> Alert:
    """A new page or file that names tracked instruments and states no step: for digests, no statement about status.

    `title` is what the document calls itself, in its own words; the evidence quotes where it names an instrument.
    """
    named = _named(instruments)
    dated = f", dated {date_words(PartialDate.of(published_on))}," if published_on else ""
    called = f" (‘{title}’)" if title else ""
    return replace(
        telling.draft(AlertKind.DOCUMENT, _only(instruments)),
        subject=f"[Document] {named}: named in a new document, no step read ({telling.short_speaker})",
        bottom_line=(
            f"A new document of {telling.speaker}{called}{dated} appears to speak of {named}. "
            "No change of status was read from it."
        ),
        language=language,
        caveats=(
            "A document that names a law is no step of it: it may be news, a comment or an older text.",
            READ_BY_PROGRAM,
        ),
        reason="It is the first reading of this document, and it names what is tracked.",
        how_to=f"Read it: {telling.evidence.url}",
    )


def health_alert(
    source: Source, ledger: SourceHealth, *, sequence: int, created_at: datetime, local_timezone: str = "UTC"
) -> Alert:
    """An alert that a source cannot be read any more, or was not read for too long; sent once per outage."""
    since = _moment_words(ledger.last_ok_at, local_timezone) if ledger.last_ok_at else "it was first tried"
    return replace(
        _of_source(AlertKind.HEALTH, source, sequence, created_at, local_timezone),
        subject=f"[Health] {source.id} appears to be unreadable: {ledger.health.value}",
        bottom_line=f"No readable copy of {source.id} since {since}; this is not evidence of no change.",
        caveats=(
            _NO_CONCLUSION,
            "Whatever changes meanwhile is compared with the last good reading as soon as the source can be read.",
        ),
        reason=_blind_reason(ledger, created_at),
        how_to=f"Try it: monitor sources test {source.id}\nAddress: {source.url}",
    )


def recovered_alert(
    source: Source, before: SourceHealth, *, sequence: int, created_at: datetime, local_timezone: str = "UTC"
) -> Alert:
    """An alert that a source can be read again. `before` is its ledger as it was during the outage."""
    since = _moment_words(before.last_ok_at, local_timezone) if before.last_ok_at else "it was first tried"
    return replace(
        _of_source(AlertKind.RECOVERED, source, sequence, created_at, local_timezone),
        subject=f"[Health] {source.id} can be read again",
        bottom_line=f"{source.id} can be read again; no good copy was had since {since}.",
        caveats=(
            "That a page can be read again says nothing about any law.",
            "What came and went on the page in between was not seen.",
        ),
        reason=(
            f"{before.failures} readings in a row had failed ({before.detail or before.health.value})."
            if before.failures
            else "It had not been read to its end for more than two intervals and an hour."
        ),
        how_to=f"Its state: monitor sources test {source.id}",
    )


def missing_alert(
    source: Source, document: KnownDocument, *, sequence: int, created_at: datetime, local_timezone: str = "UTC"
) -> Alert:
    """An alert that one page of a source is gone, as two readings a day apart say; a person should look."""
    seen = _moment_words(document.last_ok_at, local_timezone) if document.last_ok_at else "an unknown day"
    return replace(
        _of_source(AlertKind.HEALTH, source, sequence, created_at, local_timezone),
        subject=f"[Health] {source.id}: a page appears to be withdrawn or moved",
        bottom_line=f"{document.title or document.url} is no longer found; it was last read on {seen}.",
        caveats=("A page that is gone is not a law withdrawn: no legal conclusion follows, and the register stands.",),
        reason="Two readings at least a day apart were told that there is no such page.",
        how_to=f"Look for it: {document.url}",
    )


def doubtful_alert(
    source: Source,
    document: KnownDocument,
    doubt: Problem,
    *,
    sequence: int,
    created_at: datetime,
    local_timezone: str = "UTC",
) -> Alert:
    """An alert that a page lost most of its text or became another, as two readings show; a person should look."""
    return replace(
        _of_source(AlertKind.HEALTH, source, sequence, created_at, local_timezone),
        subject=f"[Health] {source.id}: a page is hardly the one it was",
        bottom_line=f"{document.title or document.url}: {doubt.detail}. Two readings at least ten minutes apart agree.",
        caveats=("Lost text is no law withdrawn: what the page says now moves no status until a person agrees.",),
        reason="So large a loss is mostly a mishap of the site, seldom the work of an editor.",
        how_to=f"Look at it: {document.url} and see what waits for a person: monitor review",
    )


def reminder_key(day: date) -> str:
    """The key of the reminder of `day` (operators' local day): there is one a day, whoever makes it."""
    return f"reminder-{day.isoformat()}"


def reminder_alert(
    blind: Sequence[SourceHealth], enabled: int, created_at: datetime, *, local_timezone: str = "UTC"
) -> Alert:
    """One message a day about all sources that operators were told of and that still cannot be read.

    `blind` (at least one) carry the health to show; `enabled` counts all sources that should be read.
    """
    count = f"{len(blind)} of {enabled} sources"
    return Alert(
        key=reminder_key(created_at.astimezone(ZoneInfo(local_timezone)).date()),
        kind=AlertKind.HEALTH,
        created_at=created_at,
        subject=f"[Health] Reminder: {count} still unread",
        bottom_line=f"{count} cannot be read, as told before; this is not evidence of no change.",
        caveats=(_NO_CONCLUSION,),
        diff=tuple((" ", _blind_line(ledger, local_timezone)) for ledger in blind),
        reason="A day has passed since operators were told; said at most once a day, for all such sources together.",
        how_to="See them all: monitor sources",
        local_timezone=local_timezone,
    )


def test_alert(channel_id: str, created_at: datetime, *, local_timezone: str) -> Alert:
    """A marked test message for one channel; it says nothing about any source or law."""
    return Alert(
        key=f"test-{channel_id}-{created_at:%Y%m%dT%H%M%SZ}",
        kind=AlertKind.TEST,
        created_at=created_at,
        subject=f"[TEST] Message for channel {channel_id}",
        bottom_line="This is a test of the channel. Nothing has changed anywhere.",
        caveats=("A test says nothing about any law, page or source.",),
        reason="Somebody asked for it: monitor notify test.",
        local_timezone=local_timezone,
    )


def _of_source(kind: AlertKind, source: Source, sequence: int, created_at: datetime, local_timezone: str) -> Alert:
    """An alert about the health of `source`; subject, bottom line and the rest are to come."""
    return Alert(
        key=key_of(source.id, sequence, kind),
        kind=kind,
        created_at=created_at,
        subject="",
        bottom_line="",
        source_id=source.id,
        jurisdiction=source.jurisdiction,
        local_timezone=local_timezone,
    )


def _only(instruments: Sequence[Instrument]) -> Instrument | None:
    """The instrument, where there is one; an alert that names several belongs to none of them."""
    return instruments[0] if len(instruments) == 1 else None


def _named(instruments: Sequence[Instrument]) -> str:
    return ", ".join(instrument.title for instrument in instruments) or "no tracked instrument"


def _counted(change: Change) -> str:
    """How many passages were reworded, are new, are gone: `2 passages reworded, 1 new`."""
    words = {EditKind.CHANGED: "reworded", EditKind.ADDED: "new", EditKind.REMOVED: "gone"}
    counted = Counter(edit.kind for edit in change.edits)
    told = [f"{counted[kind]} {word}" for kind, word in words.items() if counted[kind]] or ["0 new"]
    first, _, rest = told[0].partition(" ")
    return ", ".join((f"{first} passage{'s' if first != '1' else ''} {rest}", *told[1:]))


def _blind_reason(ledger: SourceHealth, now: datetime) -> str:
    if ledger.failures:
        return f"{ledger.failures} readings in a row failed; the last one: {ledger.detail or ledger.health.value}"
    if ledger.last_attempt_at is None:
        return "It is under watch and was never read to its end: the monitor was off, or its reading breaks off."
    return (
        f"It was last asked {span_words(now - ledger.last_attempt_at)} ago, more than two intervals and an hour: "
        "the monitor was off or asleep, or its readings break off."
    )


def _blind_line(ledger: SourceHealth, zone: str) -> str:
    since = _moment_words(ledger.last_ok_at, zone) if ledger.last_ok_at else "the beginning"
    return f"{ledger.source_id}: {ledger.detail or ledger.health.value}; no good reading since {since}"


def _moment_words(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%d %b %Y %H:%M} {zone}"
