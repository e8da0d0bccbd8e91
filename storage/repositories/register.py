"""Lifecycle events and verdicts: what we hold to be so, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from monitor.model import Evidence, LifecycleEvent, ReviewState, StoredVerdict, Verdict
from storage.codec import storable
from storage.mapping import event_row, lifecycle_event, stored_verdict, verdict_row
from storage.repositories.statements import add, read_all, read_one
from storage.tables import events, verdicts


class SqlEvents:
    """`EventRepository` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: LifecycleEvent) -> LifecycleEvent:
        """See `EventRepository.add`. Raises StorageError when it decides about another instrument's event."""
        return replace(event, id=add(self._connection, events, event_row(event)))

    def get(self, event_id: int) -> LifecycleEvent:
        """See `EventRepository.get`."""
        row = read_one(self._connection, select(events).where(events.c.id == event_id))
        if row is None:
            raise KeyError(event_id)
        return lifecycle_event(row)

    def hold(self) -> None:
        """See `EventRepository.hold`."""
        if self._connection.dialect.name == "postgresql":  # SQLite has one writer at a time
            self._connection.execute(text("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE"))

    def of(self, instrument: str) -> Sequence[LifecycleEvent]:
        """See `EventRepository.of`."""
        query = select(events).where(events.c.instrument == storable(instrument)).order_by(events.c.id)
        return [lifecycle_event(row) for row in read_all(self._connection, query)]

    def all(self) -> Mapping[str, Sequence[LifecycleEvent]]:
        """See `EventRepository.all`."""
        found: dict[str, list[LifecycleEvent]] = {}
        for row in read_all(self._connection, select(events).order_by(events.c.id)):
            found.setdefault(row["instrument"], []).append(lifecycle_event(row))
        return found


class SqlVerdicts:
    """`VerdictRepository` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        verdict: Verdict,
        *,
        evidence: Evidence,
        recorded_at: datetime,
        review: ReviewState,
        change_id: int | None = None,
        event_id: int | None = None,
    ) -> StoredVerdict:
        """See `VerdictRepository.add`. Raises StorageError for another source's change or another instrument's
        event."""
        stored = StoredVerdict(
            id=0,
            verdict=verdict,
            evidence=evidence,
            recorded_at=recorded_at,
            review=review,
            change_id=change_id,
            event_id=event_id,
        )
        return replace(stored, id=add(self._connection, verdicts, verdict_row(stored)))

    def get(self, verdict_id: int) -> StoredVerdict:
        """See `VerdictRepository.get`."""
        row = read_one(self._connection, select(verdicts).where(verdicts.c.id == verdict_id))
        if row is None:
            raise KeyError(verdict_id)
        return stored_verdict(row)

    def all(
        self, *, review: ReviewState | None = None, instrument: str | None = None, limit: int | None = None
    ) -> Sequence[StoredVerdict]:
        """See `VerdictRepository.all`."""
        query = select(verdicts).order_by(verdicts.c.id.desc()).limit(limit)
        if review is not None:
            query = query.where(verdicts.c.review == review.value)
        if instrument is not None:
            query = query.where(verdicts.c.instrument == storable(instrument))
        return [stored_verdict(row) for row in read_all(self._connection, query)]

    def decide(self, verdict_id: int, review: ReviewState) -> bool:
        """See `VerdictRepository.decide`."""
        still_open = (verdicts.c.id == verdict_id, verdicts.c.review == ReviewState.OPEN.value)
        closed = self._connection.execute(update(verdicts).where(*still_open).values(review=review.value))
        return closed.rowcount == 1
