"""Which dates are announced, as far as the register knows: around them sources are checked more often."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model import Instrument, LifecycleEvent, PartialDate
from monitor.ports import Clock, Store
from monitor.status.register import fold

_HOLDS = timedelta(minutes=10)
"""A date that was just announced is at least days away; the daemon asks many times a minute."""

Dates = Mapping[str, frozenset[PartialDate]]
"""jurisdiction → the dates announced for its instruments."""


def announced_dates(instruments: Mapping[str, Instrument], events: Mapping[str, Sequence[LifecycleEvent]]) -> Dates:
    """The dates the register shows (`events` by instrument id). That of a treaty counts for its party as well."""
    found: dict[str, set[PartialDate]] = {}
    for name, listed in events.items():
        instrument = instruments.get(name)
        if instrument is None or not any(event.target_date for event in listed):
            continue
        date = fold(instrument, listed).target_date
        if date is not None:
            for place in filter(None, (instrument.jurisdiction, instrument.party)):
                found.setdefault(place, set()).add(date)
    return {place: frozenset(dates) for place, dates in found.items()}


class Announcements:
    """The announced dates of a store, read again when they are ten minutes old."""

    def __init__(self, store: Callable[[], Store], instruments: Mapping[str, Instrument], clock: Clock) -> None:
        self._store, self._instruments, self._clock = store, instruments, clock
        self._dates: Dates = {}
        self._read_at: datetime | None = None

    def dates(self) -> Dates:
        """What is announced now. Raises StorageError; not to be called inside a transaction."""
        now = self._clock.now()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < _HOLDS:
            with self._store().read() as uow:
                events = uow.events.all()
            self._dates, self._read_at = announced_dates(self._instruments, events), now
        return self._dates
