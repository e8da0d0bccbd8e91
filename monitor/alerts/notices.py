"""Alerts that make no statement about a status: changed text, the health of sources, tests. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.alerts.coverage import span_words
from monitor.alerts.telling import READ_BY_PROGRAM, Telling, key_of
from monitor.model import Alert, AlertKind, Change, Instrument, KnownDocument, Source, SourceHealth

_NO_CONCLUSION = "Blocked, unreadable or damaged is not changed: no legal conclusion follows, and the register stands."


def change_alert(change: Change, instruments: Sequence[Instrument], telling: Telling) -> Alert:
    """A change of text in a document that names tracked instruments: for digests, no statement about status."""
    one = instruments[0] if len(instruments) == 1 else None
    named = ", ".join(instrument.title for instrument in instruments) or "no tracked instrument"
    diff = diff_lines(change)
    added, removed = (sum(sign == wanted for sign, _ in diff) for wanted in "+-")
    return Alert(
        key=key_of(telling.source.id, telling.sequence, AlertKind.CHANGE, one.id if one else ""),
        kind=AlertKind.CHANGE,
        created_at=telling.created_at,
        subject=f"[Notice] Text changed: {named} ({telling.speaker})",
        bottom_line=(
            f"The text of a page that names {named} changed: {added} passages new, {removed} gone. "
            "No change of status was read from it."
        ),
        source_id=telling.source.id,
        instrument=one.id if one else "",
        instrument_title=one.title if one else "",
        jurisdiction=one.jurisdiction if one else telling.source.jurisdiction,
        evidence=telling.evidence,
        caveats=("A changed page is not a changed law: wording moves for many reasons.", READ_BY_PROGRAM),
        diff=diff,
        how_to=f"See it in full: monitor changes show {change.id}",
        local_timezone=telling.local_timezone,
    )


def health_alert(
    source: Source, ledger: SourceHealth, *, sequence: int, created_at: datetime, local_timezone: str = "UTC"
) -> Alert:
    """An alert that a source cannot be read any more, or was not read for too long; sent once per outage."""
    since = _moment_words(ledger.last_ok_at, local_timezone) if ledger.last_ok_at else "it was first tried"
    return Alert(
        key=key_of(source.id, sequence, AlertKind.HEALTH),
        kind=AlertKind.HEALTH,
        created_at=created_at,
        subject=f"[Health] {source.id} appears to be unreadable: {ledger.health.value}",
        bottom_line=f"No readable copy of {source.id} since {since}; this is not evidence of no change.",
        source_id=source.id,
        jurisdiction=source.jurisdiction,
        caveats=(
            _NO_CONCLUSION,
            "Whatever changes meanwhile is compared with the last good reading as soon as the source can be read.",
        ),
        reason=_blind_reason(ledger, created_at),
        how_to=f"Try it: monitor sources test {source.id}\nAddress: {source.url}",
        local_timezone=local_timezone,
    )


def recovered_alert(
    source: Source, before: SourceHealth, *, sequence: int, created_at: datetime, local_timezone: str = "UTC"
) -> Alert:
    """An alert that a source can be read again. `before` is its ledger as it was during the outage."""
    since = _moment_words(before.last_ok_at, local_timezone) if before.last_ok_at else "it was first tried"
    return Alert(
        key=key_of(source.id, sequence, AlertKind.RECOVERED),
        kind=AlertKind.RECOVERED,
        created_at=created_at,
        subject=f"[Health] {source.id} can be read again",
        bottom_line=f"{source.id} can be read again; no good copy was had since {since}.",
        source_id=source.id,
        jurisdiction=source.jurisdiction,
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
        local_timezone=local_timezone,
    )


def missing_alert(
    source: Source, document: KnownDocument, *, sequence: int, created_at: datetime, local_timezone: str = "UTC"
) -> Alert:
    """An alert that one page of a source is gone, as two readings a day apart say; a person should look."""
    seen = _moment_words(document.last_ok_at, local_timezone) if document.last_ok_at else "an unknown day"
    return Alert(
        key=key_of(source.id, sequence, AlertKind.HEALTH),
        kind=AlertKind.HEALTH,
        created_at=created_at,
        subject=f"[Health] {source.id}: a page appears to be withdrawn or moved",
        bottom_line=f"{document.title or document.url} is no longer found; it was last read on {seen}.",
        source_id=source.id,
        jurisdiction=source.jurisdiction,
        caveats=("A page that is gone is not a law withdrawn: no legal conclusion follows, and the register stands.",),
        reason="Two readings at least a day apart were told that there is no such page.",
        how_to=f"Look for it: {document.url}",
        local_timezone=local_timezone,
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


def diff_lines(change: Change) -> tuple[tuple[str, str], ...]:
    """A change as (sign, text) lines: `-` for a passage that is gone, `+` for one that is new."""
    return tuple(
        (sign, block.text)
        for edit in change.edits
        for sign, block in (("-", edit.before), ("+", edit.after))
        if block is not None
    )


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
