"""The register: where an instrument stands is a fold over its lifecycle events. Pure, never stored.

What each kind of event does:

- `moved` takes the instrument to a stage, provisionally; while a dispute is open it is kept as evidence only.
- `confirmed` that decides an event settles it: a move becomes firm, a dispute is upheld. One that decides none (a
  first-tier source, or a person who accepted a proposal) holds its own stage firmly, moving there if need be.
- `rejected` undoes the event it decides, as if it had never been recorded; later events stand on their own. Of several
  decisions about one event the last holds.
- `corroborated` adds evidence, and the finer milestone if it names one, to the stage it agrees with.
- `disputed` keeps the stage and marks it, until a person or a first-tier source decides.
- `target_date` sets the announced date; it stays visible until a newer one, or until the step it was for is reached.
- `history` changes nothing. `baseline` starts again from what it says.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model import (
    EventKind,
    Evidence,
    Instrument,
    LifecycleEvent,
    PartialDate,
    Stage,
    State,
    Status,
)
from monitor.status.ladder import rank

__all__ = ["fold", "fold_as_of", "rank"]

_DECISIONS = frozenset({EventKind.CONFIRMED, EventKind.REJECTED})


def fold(instrument: Instrument, events: Sequence[LifecycleEvent]) -> Status:
    """Where `instrument` stands after `events`, which must be its own, in order of recording."""
    decisions = {event.decides: event.kind for event in events if event.decides and event.kind in _DECISIONS}
    folding = _Folding(instrument, {number for number, kind in decisions.items() if kind is EventKind.CONFIRMED})
    for event in events:
        if event.decides:
            folding.decided(event)
        elif decisions.get(event.id) is not EventKind.REJECTED:
            folding.apply(event)
    return folding.status


def fold_as_of(instrument: Instrument, events: Sequence[LifecycleEvent], moment: datetime) -> Status:
    """What the register held at `moment` (aware): only what had been recorded by then counts.

    Before anything was recorded that is the baseline, even for a moment before the baseline's own date.
    """
    return fold(instrument, [event for event in events if event.recorded_at <= moment])


class _Folding:
    """The status so far. `confirmed` holds the numbers of the events a person confirmed."""

    def __init__(self, instrument: Instrument, confirmed: set[int]) -> None:
        self._instrument = instrument
        self._confirmed = confirmed
        self._aim: Stage | None = None
        self.status = Status(
            instrument=instrument.id,
            stage=instrument.stage,
            state=State.BASELINE,
            since=PartialDate.of(instrument.as_of),
            target=instrument.target,
            milestone=instrument.milestone,
        )

    def decided(self, decision: LifecycleEvent) -> None:
        """A person's word on the very event that made the held stage ends a dispute about it."""
        if decision.decides == self.status.event_id and self.status.state is State.DISPUTED:
            self.status = replace(self.status, state=State.CONFIRMED)

    def apply(self, event: LifecycleEvent) -> None:
        match event.kind:
            case EventKind.MOVED:
                self._moved(event, firm=event.id in self._confirmed)
            case EventKind.CONFIRMED:
                self._moved(event, firm=True)
            case EventKind.CORROBORATED:
                self._corroborated(event)
            case EventKind.DISPUTED:
                self._disputed(event)
            case EventKind.TARGET_DATE:
                self.status = replace(self.status, target_date=event.target_date)
                self._aim = event.stage
            case EventKind.BASELINE:
                self._moved(event, firm=True)
                self.status = replace(self.status, state=State.BASELINE)
            case EventKind.HISTORY | EventKind.REJECTED:
                pass

    def _moved(self, event: LifecycleEvent, *, firm: bool) -> None:
        if event.stage is None:
            return
        if self.status.state is State.DISPUTED and not firm:
            self._add(event.evidence)
            return
        if firm and event.kind is EventKind.CONFIRMED and self._holds(event):
            self._firm_up(event)
            return
        self.status = replace(
            self.status,
            stage=event.stage,
            state=State.CONFIRMED if firm else State.PROVISIONAL,
            since=event.event_date or _recorded_on(event),
            dated=event.event_date is not None,
            target=event.target,
            milestone=event.milestone,
            evidence=(event.evidence,) if event.evidence else (),
            event_id=event.id,
        )
        self._replace_target_date(event)

    def _holds(self, event: LifecycleEvent) -> bool:
        return event.stage is self.status.stage and (event.target in ("", self.status.target) or not self.status.target)

    def _firm_up(self, event: LifecycleEvent) -> None:
        since = self._better_date(event)
        self.status = replace(
            self.status,
            state=State.CONFIRMED,
            since=since or self.status.since,
            dated=self.status.dated or since is not None,
            milestone=event.milestone or self.status.milestone,
        )
        self._add(event.evidence)

    def _better_date(self, event: LifecycleEvent) -> PartialDate | None:
        """The day given by whoever may say so, unless it is the day of a finer step within the stage."""
        if event.event_date is None or event.milestone not in ("", self.status.milestone):
            return None
        return event.event_date if event.event_date.day or not self.status.dated else None

    def _corroborated(self, event: LifecycleEvent) -> None:
        if not self._holds(event):
            return
        self.status = replace(self.status, milestone=event.milestone or self.status.milestone)
        self._add(event.evidence)

    def _disputed(self, event: LifecycleEvent) -> None:
        if event.id in self._confirmed and event.stage is not None:
            self._moved(event, firm=True)
            return
        self.status = replace(self.status, state=State.DISPUTED)
        self._add(event.evidence)

    def _replace_target_date(self, event: LifecycleEvent) -> None:
        if event.target_date is not None:
            self.status = replace(self.status, target_date=event.target_date)
            self._aim = None
            return
        aim = self._aim or Stage.ADOPTED
        reached = rank(self.status.stage, self.status.target, self._instrument.type)
        if reached >= rank(aim, type=self._instrument.type) or self.status.stage is Stage.WITHDRAWN:
            self.status = replace(self.status, target_date=None)

    def _add(self, evidence: Evidence | None) -> None:
        if evidence is not None and evidence not in self.status.evidence:
            self.status = replace(self.status, evidence=(*self.status.evidence, evidence))


def _recorded_on(event: LifecycleEvent) -> PartialDate:
    seen = event.evidence.captured_at if event.evidence else event.recorded_at
    return PartialDate.of(seen.date())
