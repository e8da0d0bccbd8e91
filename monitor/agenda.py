"""What the daemon does next: which sources are due now, and when to look again.

Due times are in the database. Kept here is only who is held back, because a child process did not read it to its end;
after a restart that is learnt anew.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.model import Source, SourceHealth
from monitor.ports import Store

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(minutes=15)
"""The clock may be set and other processes may change what is due: look again at least this often."""
_BATCH = 200
_FIRST_PATIENCE, _LAST_PATIENCE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _HeldBack:
    """A source that was not read to its end is tried again after `patience`, at `until`."""

    until: datetime
    patience: timedelta

    def ends(self, now: datetime) -> datetime:
        """`until`, unless the clock was set back: then now."""
        return self.until if self.until <= now + self.patience else now


class Agenda:
    """The due times of the enabled `sources`. Every method raises StorageError when the database cannot be read."""

    def __init__(self, store: Store, sources: Sequence[Source]) -> None:
        self._store = store
        self._sources = {source.id: source for source in sources}
        self._held_back: dict[str, _HeldBack] = {}

    def due(self, now: datetime) -> tuple[Source, ...]:
        """The sources to read now, the longest due first; at most 200.

        A source that is held back is read by itself, when nothing else is due: whatever it does to the process that
        reads it, it does to that process alone.
        """
        waiting = [
            name for due, name in sorted((due, name) for name, due in self._due_times(now).items()) if due <= now
        ]
        well = [name for name in waiting if name not in self._held_back]
        return tuple(self._sources[name] for name in (well[:_BATCH] or waiting[:1]))

    def next_look(self, now: datetime) -> datetime:
        """When the next source is due, and never later than `LONGEST_SLEEP` from `now`."""
        earliest = min(self._due_times(now).values(), default=now + LONGEST_SLEEP)
        return min(max(earliest, now), now + LONGEST_SLEEP)

    def attempts(self) -> Mapping[str, datetime | None]:
        """source id → when it was last read, well or not: what `read` is to compare with."""
        return {name: ledger.last_attempt_at for name, ledger in self._ledgers().items()}

    def read(self, batch: Sequence[Source], before: Mapping[str, datetime | None], now: datetime) -> None:
        """Note the end of a batch: whoever's last attempt is still what it was `before` is held back."""
        after = self.attempts()
        for source in batch:
            if after.get(source.id) != before.get(source.id):
                self._held_back.pop(source.id, None)
                continue
            held = self._held_back.get(source.id)
            patience = min(held.patience * 2, _LAST_PATIENCE) if held else _FIRST_PATIENCE
            self._held_back[source.id] = _HeldBack(now + patience, patience)
            log.warning("%s was not read to its end; trying again in %s", source.id, patience)

    def _ledgers(self) -> Mapping[str, SourceHealth]:
        with self._store.read() as uow:
            return uow.sources.all()

    def _due_times(self, now: datetime) -> dict[str, datetime]:
        """source id → when it is due; a source never read is due at once."""
        ledgers = self._ledgers()
        times = {}
        for name in self._sources:
            ledger, held = ledgers.get(name), self._held_back.get(name)
            due = (ledger.next_due_at if ledger else None) or datetime.min.replace(tzinfo=UTC)
            times[name] = max(due, held.ends(now)) if held else due
        return times
