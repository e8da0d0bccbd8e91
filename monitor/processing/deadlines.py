"""Watches announced dates: one that has passed without its step is told once, on the morning after.

Nothing on any page says so, hence it is looked at from time to time and not when something is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor import alerts
from monitor.model import Instrument, LifecycleEvent, Source
from monitor.ports import Store, UnitOfWork
from monitor.processing.judgement import Judgement
from monitor.status.register import fold


@dataclass(slots=True, kw_only=True)
class Deadlines:
    """Looks over the dates the register shows. `timezone` is the readers' IANA zone.

    `coverage` gives the line that says how much is being read; it is asked only when there is something to tell.
    """

    store: Store
    judgement: Judgement
    sources: Mapping[str, Source]
    timezone: str
    coverage: Callable[[], str]
    _looked_on: date | None = field(default=None, init=False)

    def look(self, now: datetime) -> tuple[str, ...]:
        """Tell what slipped by `now` (UTC); returns the ids of the instruments told. Looks once a local morning.

        Raises StorageError.
        """
        local = now.astimezone(ZoneInfo(self.timezone))
        if local.time() < alerts.TOLD_FROM or local.date() == self._looked_on:
            return ()
        with self.store.read() as uow:
            late = [*self._late(uow, now)]
        if late:
            line = self.coverage()
            with self.store.begin() as uow:
                # Read anew: a step may have been read since, or another process may have told it.
                late = [*self._late(uow, now)]
                for instrument, events, expected in late:
                    self._tell(uow, instrument, events, expected, line, now)
        self._looked_on = local.date()
        return tuple(instrument.id for instrument, _, _ in late)

    def _late(
        self, uow: UnitOfWork, now: datetime
    ) -> list[tuple[Instrument, tuple[LifecycleEvent, ...], alerts.Announced]]:
        found = []
        for name, events in uow.events.all().items():
            instrument = self.judgement.packs.instruments.get(name)
            if instrument is None or not any(event.target_date for event in events):
                continue
            expected = alerts.announced(fold(instrument, events), events)
            if expected is None or not alerts.has_slipped(expected, now, self.timezone):
                continue
            if not uow.outbox.get(alerts.slipped_key(name, expected)):
                found.append((instrument, tuple(events), expected))
        return found

    def _tell(
        self,
        uow: UnitOfWork,
        instrument: Instrument,
        events: tuple[LifecycleEvent, ...],
        expected: alerts.Announced,
        coverage: str,
        now: datetime,
    ) -> None:
        alert = alerts.slipped_alert(
            instrument,
            fold(instrument, events),
            expected,
            now,
            bodies=self.judgement.packs.bodies,
            sources=self.sources,
            coverage=coverage,
            local_timezone=self.timezone,
        )
        self.judgement.post(uow, alert)
