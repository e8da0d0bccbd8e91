"""Captures, snapshots and changes: what was served, what it said, and what differs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from monitor.model import Capture, Cause, Change, Document, Edit, Snapshot
from monitor.ports import BlobStore, CaptureRecord
from storage.codec import require_utc, storable
from storage.mapping import (
    OF_CAPTURE,
    archived_document,
    capture_record,
    capture_row,
    change,
    change_between,
    change_row,
    document_body,
    snapshot,
    snapshot_row,
)
from storage.repositories.statements import add, read_all, read_one
from storage.tables import captures, changes, snapshots


class SqlCaptures:
    """`CaptureRepository` on a connection, with the bodies in a blob store."""

    def __init__(self, connection: Connection, blobs: BlobStore) -> None:
        self._connection, self._blobs = connection, blobs

    def add(self, capture: Capture, *, outcome: str, detail: str = "") -> int:
        """See `CaptureRepository.add`."""
        # Like with like: a page resembles the page before it, an error page the error page before it.
        base = self._connection.scalar(_ALIKE, {**_document(capture), "outcome": storable(outcome)})
        sha256 = self._blobs.put(capture.body, base=base)
        return add(self._connection, captures, capture_row(capture, sha256=sha256, outcome=outcome, detail=detail))

    def get(self, capture_id: int) -> CaptureRecord:
        """See `CaptureRepository.get`."""
        row = read_one(self._connection, select(captures).where(captures.c.id == capture_id))
        if row is None:
            raise KeyError(capture_id)
        return capture_record(row, self._blobs.get(row["sha256"]))

    def numbers(self, *, since: datetime | None = None) -> Sequence[int]:
        """See `CaptureRepository.numbers`."""
        query = select(captures.c.id).order_by(captures.c.fetched_at, captures.c.id)
        if since is not None:
            query = query.where(captures.c.fetched_at >= require_utc(since))
        return self._connection.scalars(query).all()


class SqlSnapshots:
    """`SnapshotRepository` on a connection, with the documents in a blob store."""

    def __init__(self, connection: Connection, blobs: BlobStore) -> None:
        self._connection, self._blobs = connection, blobs

    def add(self, *, capture: Capture, capture_id: int, document: Document) -> Snapshot:
        """See `SnapshotRepository.add`. Raises StorageError when `capture_id` is not this document's capture."""
        # The words are those of the document before, or else they stand in the body they were taken from.
        base = self._connection.scalar(_BEFORE, _document(capture)) or capture.sha256
        row = snapshot_row(capture, capture_id, document, self._blobs.put(document_body(document), base=base))
        served = capture_row(capture, sha256=capture.sha256, outcome="", detail="")
        made = {name: served[name] for name in OF_CAPTURE}
        return snapshot({**row, **made, "id": add(self._connection, snapshots, row)}, document)

    def get(self, snapshot_id: int) -> Snapshot:
        """See `SnapshotRepository.get`. Raises BlobMissingError when its document is gone from the archive."""
        row = read_one(self._connection, _with_capture().where(snapshots.c.id == snapshot_id))
        if row is None:
            raise KeyError(snapshot_id)
        return self._snapshot(row)

    def latest(self, source_id: str, document_key: str) -> Snapshot | None:
        """See `SnapshotRepository.latest`."""
        query = _with_capture().where(*_is_of(snapshots, source_id, document_key))
        row = read_one(self._connection, query.order_by(snapshots.c.id.desc()).limit(1))
        return None if row is None else self._snapshot(row)

    def history(self, source_id: str, document_key: str) -> Sequence[int]:
        """See `SnapshotRepository.history`."""
        query = select(snapshots.c.id).where(*_is_of(snapshots, source_id, document_key)).order_by(snapshots.c.id)
        return self._connection.scalars(query).all()

    def _snapshot(self, row: Any) -> Snapshot:
        return snapshot(row, archived_document(self._blobs.get(row["document_sha256"])))


class SqlChanges:
    """`ChangeRepository` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, *, before: Snapshot, after: Snapshot, cause: Cause, edits: Sequence[Edit], instruments: Sequence[str]
    ) -> Change:
        """See `ChangeRepository.add`. Raises StorageError for snapshots of two documents or two sources."""
        # Both numbers go in under the document of `after`: the foreign keys find a `before` of another one missing.
        made = change_between(before, after, cause=cause, edits=edits, instruments=instruments)
        return replace(made, id=add(self._connection, changes, change_row(made)))

    def get(self, change_id: int) -> Change:
        """See `ChangeRepository.get`."""
        row = read_one(self._connection, select(changes).where(changes.c.id == change_id))
        if row is None:
            raise KeyError(change_id)
        return change(row)

    def all(self, *, since: datetime | None = None, limit: int | None = None) -> Sequence[Change]:
        """See `ChangeRepository.all`."""
        query = select(changes).order_by(changes.c.captured_at.desc(), changes.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(changes.c.captured_at >= require_utc(since))
        return [change(row) for row in read_all(self._connection, query)]


# Built once, as two of them run for every page of a first crawl.
_ALIKE = (
    select(captures.c.sha256)
    .where(
        captures.c.source_id == bindparam("source_id"),
        captures.c.document_key == bindparam("document_key"),
        captures.c.outcome == bindparam("outcome"),
    )
    .order_by(captures.c.id.desc())
    .limit(1)
)
_BEFORE = (
    select(snapshots.c.document_sha256)
    .where(snapshots.c.source_id == bindparam("source_id"), snapshots.c.document_key == bindparam("document_key"))
    .order_by(snapshots.c.id.desc())
    .limit(1)
)


def _document(capture: Capture) -> dict[str, str]:
    return {"source_id": storable(capture.source_id), "document_key": storable(capture.document_key)}


def _is_of(table: Any, source_id: str, document_key: str) -> tuple[Any, Any]:
    return table.c.source_id == storable(source_id), table.c.document_key == storable(document_key)


def _with_capture() -> Select[Any]:
    return select(snapshots, *(captures.c[name] for name in OF_CAPTURE)).join(
        captures, captures.c.id == snapshots.c.capture_id
    )
