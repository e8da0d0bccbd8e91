"""The repositories of the store in memory, all but the outbox; each method does what its port says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import (
    Capture,
    Cause,
    Change,
    Document,
    Edit,
    Evidence,
    KnownDocument,
    LifecycleEvent,
    ReviewState,
    Slot,
    Snapshot,
    SourceHealth,
    StoredVerdict,
    Verdict,
)
from monitor.ports import BlobStore, CaptureRecord
from storage import mapping
from storage.codec import require_utc, storable
from storage.mapping import Row
from storage.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemorySources:
    """`SourceRepository` on the rows of one unit of work."""

    tables: Tables

    def get(self, source_id: str) -> SourceHealth:
        row = self.tables.sources.get(storable(source_id))
        return SourceHealth(source_id=source_id) if row is None else mapping.source_health(row)

    def all(self) -> Mapping[str, SourceHealth]:
        return {source_id: mapping.source_health(row) for source_id, row in sorted(self.tables.sources.items())}

    def save(self, ledgers: Iterable[SourceHealth]) -> None:
        self.tables.require_writable()
        for ledger in ledgers:
            self.tables.put_source(mapping.source_row(ledger))

    def hold(self, source_ids: Sequence[str]) -> Mapping[str, SourceHealth]:
        found = ((source_id, self.tables.sources.get(storable(source_id))) for source_id in source_ids)
        return {source_id: mapping.source_health(row) for source_id, row in found if row is not None}

    def serve(self, slots: Iterable[Slot]) -> None:
        self.tables.require_writable()
        for row in map(mapping.slot_row, slots):
            if row["source_id"] not in self.tables.sources:
                self.tables.refuse("a slot of a source that does not exist")
            self.tables.slots.setdefault((row["source_id"], row["due_at"]), row)

    def served(self, *, since: datetime) -> Sequence[Slot]:
        kept = [mapping.served_slot(row) for row in self.tables.slots.values() if row["due_at"] >= since]
        return sorted(kept, key=lambda slot: (slot.due_at, slot.source_id))

    def forget_slots(self, *, before: datetime | None = None, after: datetime | None = None) -> int:
        self.tables.require_writable()
        gone = [
            key
            for key in self.tables.slots
            if (before is not None and key[1] < before) or (after is not None and key[1] > after)
        ]
        for key in gone:
            del self.tables.slots[key]
        return len(gone)

    def next_sequence(self, source_id: str) -> int:
        self.tables.require_writable()
        row = self.tables.sources.get(storable(source_id)) or mapping.fresh_source_row(source_id)
        self.tables.sources[row["source_id"]] = {**row, "sequence": row["sequence"] + 1}
        number: int = row["sequence"] + 1
        return number


@dataclass(frozen=True, slots=True)
class MemoryDocuments:
    """`DocumentRepository` on the rows of one unit of work."""

    tables: Tables

    def of(self, source_ids: Sequence[str]) -> Mapping[str, Mapping[str, KnownDocument]]:
        return {
            source_id: {
                key: mapping.known_document(row) for key, row in self.tables.documents.get(source_id, {}).items()
            }
            for source_id in source_ids
        }

    def get(self, source_id: str, key: str) -> KnownDocument | None:
        row = self.tables.documents.get(storable(source_id), {}).get(storable(key))
        return None if row is None else mapping.known_document(row)

    def save(self, documents: Iterable[KnownDocument]) -> None:
        self.tables.require_writable()
        for row in map(mapping.document_row, documents):
            self.tables.put_document(row)


@dataclass(frozen=True, slots=True)
class MemoryCaptures:
    """`CaptureRepository` on the rows of one unit of work."""

    tables: Tables
    blobs: BlobStore

    def add(self, capture: Capture, *, outcome: str, detail: str = "") -> int:
        self.tables.require_writable()
        row = mapping.capture_row(capture, sha256=self.blobs.put(capture.body), outcome=outcome, detail=detail)
        if row["document_key"] not in self.tables.documents.get(row["source_id"], {}):
            self.tables.refuse("a capture of a document that was not saved")
        return self.tables.add(self.tables.captures, row)

    def get(self, capture_id: int) -> CaptureRecord:
        row = self.tables.captures[capture_id]
        return mapping.capture_record(row, self.blobs.get(row["sha256"]))

    def numbers(self, *, since: datetime | None = None) -> Sequence[int]:
        earliest = None if since is None else require_utc(since)
        rows = (row for row in self.tables.captures.values() if earliest is None or row["fetched_at"] >= earliest)
        return [row["id"] for row in sorted(rows, key=lambda row: (row["fetched_at"], row["id"]))]


@dataclass(frozen=True, slots=True)
class MemorySnapshots:
    """`SnapshotRepository` on the rows of one unit of work."""

    tables: Tables
    blobs: BlobStore

    def add(self, *, capture: Capture, capture_id: int, document: Document) -> Snapshot:
        self.tables.require_writable()
        body = mapping.document_body(document)
        row = mapping.snapshot_row(capture, capture_id, document, self.blobs.put(body, base=capture.sha256))
        served = self.tables.captures.get(capture_id)
        if served is None or _document_of(served) != _document_of(row):
            self.tables.refuse("a snapshot of another document's capture")
        number = self.tables.add(self.tables.snapshots, row)
        self.tables.histories[_document_of(row)] = (*self.history(*_document_of(row)), number)
        return self.get(number)

    def get(self, snapshot_id: int) -> Snapshot:
        row = self.tables.snapshots[snapshot_id]
        served = self.tables.captures[row["capture_id"]]
        joined = {**row, **{name: served[name] for name in mapping.OF_CAPTURE}}
        return mapping.snapshot(joined, mapping.archived_document(self.blobs.get(row["document_sha256"])))

    def latest(self, source_id: str, document_key: str) -> Snapshot | None:
        numbers = self.history(source_id, document_key)
        return self.get(numbers[-1]) if numbers else None

    def history(self, source_id: str, document_key: str) -> Sequence[int]:
        return self.tables.histories.get((storable(source_id), storable(document_key)), ())


@dataclass(frozen=True, slots=True)
class MemoryChanges:
    """`ChangeRepository` on the rows of one unit of work."""

    tables: Tables

    def add(
        self, *, before: Snapshot, after: Snapshot, cause: Cause, edits: Sequence[Edit], instruments: Sequence[str]
    ) -> Change:
        self.tables.require_writable()
        made = mapping.change_between(before, after, cause=cause, edits=edits, instruments=instruments)
        numbers = self.tables.histories.get(_document_of(mapping.change_row(made)), ())
        if before.id not in numbers or after.id not in numbers or before.id == after.id:
            self.tables.refuse("a change that is not between two snapshots of one document")
        return replace(made, id=self.tables.add(self.tables.changes, mapping.change_row(made)))

    def get(self, change_id: int) -> Change:
        return mapping.change(self.tables.changes[change_id])

    def all(self, *, since: datetime | None = None, limit: int | None = None) -> Sequence[Change]:
        earliest = None if since is None else require_utc(since)
        rows = (row for row in self.tables.changes.values() if earliest is None or row["captured_at"] >= earliest)
        newest = sorted(rows, key=lambda row: (row["captured_at"], row["id"]), reverse=True)
        return [mapping.change(row) for row in newest[:limit]]


@dataclass(frozen=True, slots=True)
class MemoryEvents:
    """`EventRepository` on the rows of one unit of work."""

    tables: Tables

    def add(self, event: LifecycleEvent) -> LifecycleEvent:
        self.tables.require_writable()
        row = mapping.event_row(event)
        if row["decides"] is not None and not self.tables.is_event_of(row["decides"], row["instrument"]):
            self.tables.refuse("a decision about another instrument's event")
        return replace(event, id=self.tables.add(self.tables.events, row))

    def get(self, event_id: int) -> LifecycleEvent:
        return mapping.lifecycle_event(self.tables.events[event_id])

    def hold(self) -> None:
        """There is one writer at a time."""

    def of(self, instrument: str) -> Sequence[LifecycleEvent]:
        rows = self.tables.events.values()
        return [mapping.lifecycle_event(row) for row in rows if row["instrument"] == storable(instrument)]

    def all(self) -> Mapping[str, Sequence[LifecycleEvent]]:
        found: dict[str, list[LifecycleEvent]] = {}
        for row in self.tables.events.values():
            found.setdefault(row["instrument"], []).append(mapping.lifecycle_event(row))
        return found


@dataclass(frozen=True, slots=True)
class MemoryVerdicts:
    """`VerdictRepository` on the rows of one unit of work."""

    tables: Tables

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
        self.tables.require_writable()
        stored = StoredVerdict(
            id=0,
            verdict=verdict,
            evidence=evidence,
            recorded_at=recorded_at,
            review=review,
            change_id=change_id,
            event_id=event_id,
        )
        row = mapping.verdict_row(stored)
        changed = self.tables.changes.get(change_id or 0)
        if change_id is not None and (changed is None or changed["source_id"] != row["source_id"]):
            self.tables.refuse("a verdict on another source's change")
        if event_id is not None and not self.tables.is_event_of(event_id, row["instrument"]):
            self.tables.refuse("a verdict with another instrument's event")
        return replace(stored, id=self.tables.add(self.tables.verdicts, row))

    def get(self, verdict_id: int) -> StoredVerdict:
        return mapping.stored_verdict(self.tables.verdicts[verdict_id])

    def all(
        self, *, review: ReviewState | None = None, instrument: str | None = None, limit: int | None = None
    ) -> Sequence[StoredVerdict]:
        rows = [
            row
            for row in reversed(self.tables.verdicts.values())
            if (review is None or row["review"] == review) and (instrument is None or row["instrument"] == instrument)
        ]
        return [mapping.stored_verdict(row) for row in rows[:limit]]

    def decide(self, verdict_id: int, review: ReviewState) -> bool:
        self.tables.require_writable()
        row = self.tables.verdicts.get(verdict_id)
        if row is None or row["review"] != ReviewState.OPEN:
            return False
        self.tables.verdicts[verdict_id] = {**row, "review": review.value}
        return True


def _document_of(row: Row) -> tuple[str, str]:
    return row["source_id"], row["document_key"]
