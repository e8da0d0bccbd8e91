"""Sources and documents: what is remembered between readings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, delete, or_, select

from monitor.model import KnownDocument, Slot, SourceHealth
from storage.codec import storable
from storage.mapping import (
    document_row,
    fresh_source_row,
    known_document,
    served_slot,
    slot_row,
    source_health,
    source_row,
)
from storage.repositories.statements import insert, insert_missing, read_all, read_each, read_one, upsert
from storage.tables import documents, slots, sources

# Databases limit the parameters of one statement (SQLite to 32,766).
_MANY = 10_000


class SqlSources:
    """`SourceRepository` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, source_id: str) -> SourceHealth:
        """See `SourceRepository.get`."""
        query = select(sources).where(sources.c.source_id == storable(source_id))
        row = read_one(self._connection, query)
        return SourceHealth(source_id=source_id) if row is None else source_health(row)

    def all(self) -> Mapping[str, SourceHealth]:
        """See `SourceRepository.all`."""
        rows = read_each(self._connection, select(sources).order_by(sources.c.source_id))
        return {row["source_id"]: source_health(row) for row in rows}

    def save(self, ledgers: Iterable[SourceHealth]) -> None:
        """See `SourceRepository.save`."""
        rows = {ledger.source_id: {**source_row(ledger), "sequence": 0} for ledger in ledgers}
        upsert(self._connection, sources, list(rows.values()), keep=frozenset({"sequence"}))

    def hold(self, source_ids: Sequence[str]) -> Mapping[str, SourceHealth]:
        """See `SourceRepository.hold`."""
        held: dict[str, SourceHealth] = {}
        for some in _portions(storable(source_id) for source_id in source_ids):
            # SQLite has one writer at a time and leaves the lock out of the statement.
            query = select(sources).where(sources.c.source_id.in_(some)).order_by(sources.c.source_id)
            rows = read_all(self._connection, query.with_for_update())
            held |= {row["source_id"]: source_health(row) for row in rows}
        return held

    def serve(self, slots_: Iterable[Slot]) -> None:
        """See `SourceRepository.serve`."""
        insert_missing(self._connection, slots, [slot_row(slot) for slot in slots_])

    def served(self, *, since: datetime) -> Sequence[Slot]:
        """See `SourceRepository.served`."""
        query = select(slots).where(slots.c.due_at >= since).order_by(slots.c.due_at, slots.c.source_id)
        return [served_slot(row) for row in read_all(self._connection, query)]

    def forget_slots(self, *, before: datetime | None = None, after: datetime | None = None) -> int:
        """See `SourceRepository.forget_slots`."""
        bounds = [slots.c.due_at < before] if before is not None else []
        bounds += [slots.c.due_at > after] if after is not None else []
        return self._connection.execute(delete(slots).where(or_(*bounds))).rowcount if bounds else 0

    def next_sequence(self, source_id: str) -> int:
        """See `SourceRepository.next_sequence`."""
        statement = insert(self._connection, sources).values({**fresh_source_row(source_id), "sequence": 1})
        given_out = statement.on_conflict_do_update(
            index_elements=["source_id"], set_={"sequence": sources.c.sequence + 1}
        ).returning(sources.c.sequence)
        return self._connection.execute(given_out).scalar_one()


class SqlDocuments:
    """`DocumentRepository` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, source_ids: Sequence[str]) -> Mapping[str, Mapping[str, KnownDocument]]:
        """See `DocumentRepository.of`."""
        found: dict[str, dict[str, KnownDocument]] = {source_id: {} for source_id in source_ids}
        for some in _portions(found):
            rows = read_all(self._connection, select(documents).where(documents.c.source_id.in_(some)))
            for row in rows:
                found[row["source_id"]][row["key"]] = known_document(row)
        return found

    def get(self, source_id: str, key: str) -> KnownDocument | None:
        """See `DocumentRepository.get`."""
        query = select(documents).where(documents.c.source_id == storable(source_id), documents.c.key == storable(key))
        row = read_one(self._connection, query)
        return None if row is None else known_document(row)

    def save(self, documents_: Iterable[KnownDocument]) -> None:
        """See `DocumentRepository.save`."""
        rows = {(row["source_id"], row["key"]): row for row in map(document_row, documents_)}
        owners = sorted({source_id for source_id, _ in rows})
        insert_missing(self._connection, sources, [fresh_source_row(owner) for owner in owners])
        upsert(self._connection, documents, list(rows.values()), keep=frozenset())


def _portions(names: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while some := list(islice(rest, _MANY)):
        yield some
