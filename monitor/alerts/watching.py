"""The weekly word that quiet is real: what is watched, since when nothing moved, and what could not be read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.alerts.coverage import Coverage
from monitor.model import (
    Alert,
    AlertKind,
    Body,
    EventKind,
    Instrument,
    Item,
    LifecycleEvent,
    PartialDate,
    State,
    Status,
)
from monitor.status.ladder import Step
from monitor.status.register import fold
from monitor.status.words import date_words, deadline_words, moment_words, sentence, stage_words

_MOVEMENTS = frozenset({EventKind.MOVED, EventKind.CONFIRMED, EventKind.BASELINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a watched instrument stands; `moved_at` is when the register last moved it (UTC; None: never)."""

    instrument: Instrument
    status: Status
    moved_at: datetime | None = None


def standings(
    instruments: Sequence[Instrument], events: Mapping[str, Sequence[LifecycleEvent]]
) -> tuple[Standing, ...]:
    """Where each of `instruments` stands by its `events` (by instrument id, in order of recording)."""
    return tuple(_standing(instrument, events.get(instrument.id, ())) for instrument in instruments)


def watching_alert(
    standing: Sequence[Standing],
    coverage: Coverage,
    *,
    since: datetime,
    created_at: datetime,
    bodies: Mapping[str, Body],
    local_timezone: str = "UTC",
    channel_id: str = "",
    text_changes: int = 0,
) -> Alert:
    """One message about all that is watched, moved or quiet, from `since` to `created_at` (UTC).

    Its key holds `channel_id` and the readers' day, so that there is one a day for each channel; `text_changes` counts
    the changed texts that name an instrument and moved nothing.
    """
    zone = ZoneInfo(local_timezone)
    today, first = created_at.astimezone(zone).date(), since.astimezone(zone).date()
    moved = [one for one in standing if one.moved_at is not None and one.moved_at >= since]
    quiet = [one for one in standing if one not in moved]
    counted = f"{len(moved)} of {len(standing)} instruments moved" if moved else f"{_count(len(standing))}, none moved"
    span = f"{date_words(PartialDate.of(first))} – {date_words(PartialDate.of(today))}"
    ordered = sorted(moved, key=_last, reverse=True) + sorted(quiet, key=_last, reverse=True)
    return Alert(
        key="-".join(filter(None, ("watching", channel_id, today.isoformat()))),
        kind=AlertKind.WATCHING,
        created_at=created_at,
        subject=f"[Watching] {counted}, {span}",
        bottom_line=sentence(f"still watching: {counted} since {date_words(PartialDate.of(first))}. {coverage.line}"),
        items=tuple(_item(one, one in moved, today, zone, bodies) for one in ordered),
        caveats=(
            "Quiet means that no page read said anything new; what stands on pages nobody reads is not seen.",
            "Days are counted from the last step the register holds, which may be older than the day it was read.",
        ),
        reason=_changes(text_changes),
        how_to="The register: monitor status\nWhat is unread: monitor sources",
        local_timezone=local_timezone,
    )


def _standing(instrument: Instrument, events: Sequence[LifecycleEvent]) -> Standing:
    status = fold(instrument, events)
    made = next((event for event in events if event.id == status.event_id and event.kind in _MOVEMENTS), None)
    return Standing(instrument=instrument, status=status, moved_at=made.recorded_at if made else None)


def _last(one: Standing) -> tuple[date, str]:
    return one.status.since.earliest, one.instrument.id


def _item(one: Standing, moved: bool, today: date, zone: ZoneInfo, bodies: Mapping[str, Body]) -> Item:
    status, instrument = one.status, one.instrument
    stands = sentence(stage_words(Step(status.stage, status.target), instrument.type, bodies))
    doubt = {State.PROVISIONAL: " (not confirmed)", State.DISPUTED: " (disputed)"}.get(status.state, "")
    since = "by the baseline of" if status.state is State.BASELINE else "since"
    lines = [f"{stands}{doubt} {since} {date_words(status.since)}: {_days(one, today, moved)}"]
    if status.target_date is not None:
        past = ", which has passed" if status.target_date.latest < today else ""
        lines.append(f"Next step announced {deadline_words(status.target_date)}{past}")
    if moved and one.moved_at is not None:
        lines.append(f"Moved in this time; read {moment_words(one.moved_at, zone.key)}")
    return Item(title=f"{'● ' if moved else ''}{instrument.title}", lines=tuple(lines), note=instrument.id)


def _days(one: Standing, today: date, moved: bool) -> str:
    """Days since the last movement; at least so many where only a month or year is known."""
    days = (today - one.status.since.latest).days
    if days <= 0:
        return "moved today" if one.status.since.day else "days unknown"
    exact = "" if one.status.since.day else "more than "
    return f"{exact}{days} day{'s' if days != 1 else ''} {'ago' if moved else 'without movement'}"


def _count(number: int) -> str:
    return f"{number} instrument{'s' if number != 1 else ''}"


def _changes(number: int) -> str:
    if not number:
        return "No text that names an instrument changed."
    return f"{number} changed text{'s' if number != 1 else ''} named an instrument and moved nothing."
