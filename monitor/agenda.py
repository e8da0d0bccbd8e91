"""What the daemon does next: which sources are due now, in which portions to read them, and when to look again.

Due times are in the database. Kept here is only what is in hand, and who is held back because a child process did not
read it to its end; after a restart that is learnt anew.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil

from monitor.model import Source, SourceHealth
from monitor.neighbours import dealt, neighbourhoods, places
from monitor.ports import Store
from monitor.processing.health import NextDue

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(minutes=15)
"""The clock may be set and other processes may change what is due: look again at least this often."""
_LARGEST = 200
_WORTH_A_CHILD = 10
"""Sources: fewer are not divided among several children, for a process costs more than it wins."""
_FIRST_PATIENCE, _LAST_PATIENCE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Sources that one child is to read. A `suspect` is read by itself: what it does, it does to that child alone."""

    sources: tuple[Source, ...]
    suspect: bool = False
    before: dict[str, datetime | None] = field(default_factory=dict)
    """source id → when it was last read before, for those that are still in hand."""

    def unfinished(self) -> tuple[Source, ...]:
        """The sources still in hand."""
        return tuple(source for source in self.sources if source.id in self.before)


class End(StrEnum):
    """How a child ended: in order, by a crash or because it was stuck, or without having worked at all."""

    ORDERLY = "orderly"
    DIED = "died"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class _HeldBack:
    """A source that was not read to its end is tried again after `patience`, at `until`."""

    until: datetime
    patience: timedelta
    suspect: bool


class Agenda:
    """The due times of the enabled `sources`, read by at most `children` processes at a time.

    Two batches in hand at a time have no host in common, and between one and the next that asks the same host `gap`
    passes. Methods raise StorageError when the database cannot be read.
    """

    def __init__(
        self, store: Store, sources: Iterable[Source], *, children: int, gap: timedelta, next_due: NextDue
    ) -> None:
        self._store = store
        self._held_back: dict[str, _HeldBack] = {}
        self._in_hand: list[Batch] = []
        self._rests: dict[str, datetime] = {}
        self.renew(sources, children=children, gap=gap, next_due=next_due)

    def renew(self, sources: Iterable[Source], *, children: int, gap: timedelta, next_due: NextDue) -> None:
        """Take another configuration; what is in hand stays so."""
        self._sources = {source.id: source for source in sources}
        self._places = {source.id: places(source) for source in self._sources.values()}
        self._children, self._gap, self._next_due = children, gap, next_due
        self._held_back = {name: held for name, held in self._held_back.items() if name in self._sources}

    def count_by(self, next_due: NextDue) -> None:
        """Take another timetable for the same sources: a date announced meanwhile makes some of them due sooner."""
        self._next_due = next_due

    # Now -------------------------------------------------------------------------------------------------------------

    def batches(self, now: datetime) -> list[Batch]:
        """What to begin now, the longest due first: at most one batch for each child that is free.

        A suspect goes when nothing else is due, and only one at a time.
        """
        if len(self._in_hand) >= self._children:
            return []
        ledgers = self._ledgers()
        waiting = sorted((due, name) for name, due in self._startable(ledgers, now).items() if due <= now)
        well = {name: self._places[name] for _, name in waiting if not self._is_suspect(name)}
        if well:
            hands = min(self._children - len(self._in_hand), ceil(len(well) / _WORTH_A_CHILD))
            portions = dealt(neighbourhoods(well), hands, most=_LARGEST)
            return [self._batch(portion, ledgers) for portion in portions]
        return [self._batch((name,), ledgers, suspect=True) for _, name in waiting[:1]]

    def next_look(self, now: datetime) -> datetime:
        """When the next source is due that could be begun, and never later than `LONGEST_SLEEP` from `now`.

        What waits for something in hand is not counted: look again whenever that ends.
        """
        if len(self._in_hand) >= self._children:
            return now + LONGEST_SLEEP
        earliest = min(self._startable(self._ledgers(), now).values(), default=now + LONGEST_SLEEP)
        return min(max(earliest, now), now + LONGEST_SLEEP)

    def _startable(self, ledgers: Mapping[str, SourceHealth], now: datetime) -> dict[str, datetime]:
        """source id → when it is due, of those that nothing in hand keeps from being begun."""
        read = [source for batch in self._in_hand for source in batch.unfinished()]
        names, busy = {source.id for source in read}, {place for source in read for place in places(source)}
        suspected = any(batch.suspect for batch in self._in_hand)
        return {
            name: self._due(ledgers.get(name), source, now)
            for name, source in self._sources.items()
            if name not in names and busy.isdisjoint(self._places[name]) and not (suspected and self._is_suspect(name))
        }

    def _due(self, ledger: SourceHealth | None, source: Source, now: datetime) -> datetime:
        """When `source` may be read; one that was never read is due at once."""
        due = (ledger.next_due_at if ledger else None) or datetime.min.replace(tzinfo=UTC)
        if ledger is not None and ledger.last_attempt_at is not None and not ledger.failures:
            # Its slot was counted by the timetable of then. Only a site that was not read well asks to wait longer.
            due = min(due, self._next_due(source, ledger.last_attempt_at))
        waits = [_over(self._rests[place], self._gap, now) for place in self._places[source.id] & self._rests.keys()]
        if held := self._held_back.get(source.id):
            waits.append(_over(held.until, held.patience, now))
        return max([due, *waits])

    def _is_suspect(self, name: str) -> bool:
        held = self._held_back.get(name)
        return held is not None and held.suspect

    def _batch(self, names: Sequence[str], ledgers: Mapping[str, SourceHealth], *, suspect: bool = False) -> Batch:
        before = {name: _attempt(ledgers.get(name)) for name in names}
        return Batch(tuple(self._sources[name] for name in names), suspect, before)

    # In hand ---------------------------------------------------------------------------------------------------------

    def begin(self, batch: Batch) -> None:
        """A child reads `batch` from now on."""
        self._in_hand.append(batch)

    def finished(self, batch: Batch, source_id: str, now: datetime) -> None:
        """One source of `batch` is read and stored: it need not wait for the others to be read again."""
        self._rest([source for source in batch.unfinished() if source.id == source_id], now)
        batch.before.pop(source_id, None)
        self._held_back.pop(source_id, None)

    def ended(self, batch: Batch, now: datetime, end: End, *, at_work_on: str = "") -> None:
        """The child of `batch` is gone. Who was not read since is held back, each time for longer.

        `at_work_on` is the source in hand when the child died: it alone is suspected then, and the others are due as
        before. A child that refused to work is no source's fault.
        """
        if end is End.DIED:
            self._rest(batch.unfinished(), now)
        left = dict(batch.before)
        batch.before.clear()
        self._in_hand = [each for each in self._in_hand if each is not batch]
        after = self._ledgers()
        unread = [name for name, before in left.items() if _attempt(after.get(name)) == before]
        for name in left.keys() - set(unread):
            self._held_back.pop(name, None)
        for name in [at_work_on] if end is End.DIED and at_work_on in unread else unread:
            self._hold_back(name, now, suspect=end is not End.REFUSED)

    def _hold_back(self, name: str, now: datetime, *, suspect: bool) -> None:
        held = self._held_back.get(name)
        patience = min(held.patience * 2, _LAST_PATIENCE) if held else _FIRST_PATIENCE
        self._held_back[name] = _HeldBack(now + patience, patience, suspect or (held is not None and held.suspect))
        log.warning("%s was not read to its end; trying again in %s", name, patience)

    def _rest(self, sources: Iterable[Source], now: datetime) -> None:
        """Leave their hosts alone for the gap: the child that asked them last may not have written down when."""
        self._rests = {place: until for place, until in self._rests.items() if until > now}
        self._rests |= {place: now + self._gap for source in sources for place in places(source)}

    def _ledgers(self) -> Mapping[str, SourceHealth]:
        with self._store.read() as uow:
            return uow.sources.all()


def _attempt(ledger: SourceHealth | None) -> datetime | None:
    return ledger.last_attempt_at if ledger is not None else None


def _over(until: datetime, span: timedelta, now: datetime) -> datetime:
    """The end of a wait of `span`: `until`, unless the clock was set back, then now."""
    return until if until <= now + span else now
