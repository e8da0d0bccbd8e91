"""The dates that lie ahead, as the register holds them: announced steps, and the ends of consultations. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.dates import announced
from monitor.model import Body, EventKind, Evidence, Instrument, LifecycleEvent, PartialDate, Stage
from monitor.status.register import fold
from monitor.status.words import stage_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A date for a calendar. An instrument has at most one of each sort: a new date moves the old one.

    `closes` marks the end of a consultation; else it is a date that somebody announced for a step. `what` is in words;
    `revision` counts how often it was set before, `recorded_at` (UTC) is when it was set last; `evidence` says by whom.
    """

    instrument: Instrument
    day: PartialDate
    closes: bool
    what: str
    revision: int
    recorded_at: datetime
    evidence: Evidence | None = None


def planned(
    instrument: Instrument, events: Sequence[LifecycleEvent], bodies: Mapping[str, Body]
) -> tuple[Planned, ...]:
    """The dates the register shows for `instrument` after `events`, which must be its own, in order of recording."""
    found = (_target(instrument, events, bodies), _closing(instrument, events))
    return tuple(each for each in found if each is not None)


def _target(instrument: Instrument, events: Sequence[LifecycleEvent], bodies: Mapping[str, Body]) -> Planned | None:
    expected = announced(fold(instrument, events), events)
    if expected is None:
        return None
    changes = _changes([event for event in events if event.target_date is not None], events)
    return Planned(
        instrument=instrument,
        day=expected.day,
        closes=False,
        what=f"to be {stage_words(expected.step, instrument.type, bodies)}" if expected.step else "next step",
        revision=len(changes) - 1,
        recorded_at=changes[-1].recorded_at,
        evidence=expected.evidence,
    )


def _closing(instrument: Instrument, events: Sequence[LifecycleEvent]) -> Planned | None:
    """The last day of a consultation that is open: the page that tells of it names a day still to come."""
    if fold(instrument, events).stage is not Stage.CONSULTATION:
        return None
    setting = [
        (event, event.event_date)
        for event in events
        if event.stage is Stage.CONSULTATION and event.kind is not EventKind.HISTORY and not event.decides
        if event.event_date is not None and event.event_date.latest > event.recorded_at.date()
    ]
    undone = {event.decides for event in events if event.kind is EventKind.REJECTED}
    standing = [(event, day) for event, day in setting if event.id not in undone]
    if not standing:
        return None
    last, day = standing[-1]
    changes = _changes([event for event, _ in setting], events)
    return Planned(
        instrument=instrument,
        day=day,
        closes=True,
        what="consultation closes",
        revision=len(changes) - 1,
        recorded_at=changes[-1].recorded_at,
        evidence=last.evidence,
    )


def _changes(setting: Sequence[LifecycleEvent], events: Sequence[LifecycleEvent]) -> list[LifecycleEvent]:
    """The events that set a date and the decisions that undid one: each is a revision that calendars must notice."""
    numbers = {event.id for event in setting}
    return [
        event
        for event in events
        if event.id in numbers or (event.kind is EventKind.REJECTED and event.decides in numbers)
    ]
