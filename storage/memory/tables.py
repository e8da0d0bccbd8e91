"""The rows of the store in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from monitor.errors import StorageError
from storage.mapping import Row, fresh_source_row

Numbered = dict[int, Row]


@dataclass(slots=True)
class Tables:
    """Every row, by primary key. Rows are replaced, never altered, so that a shallow copy is a snapshot."""

    sources: dict[str, Row] = field(default_factory=dict)
    slots: dict[tuple[str, datetime], Row] = field(default_factory=dict)
    documents: dict[str, dict[str, Row]] = field(default_factory=dict)
    captures: Numbered = field(default_factory=dict)
    snapshots: Numbered = field(default_factory=dict)
    changes: Numbered = field(default_factory=dict)
    events: Numbered = field(default_factory=dict)
    verdicts: Numbered = field(default_factory=dict)
    alerts: dict[str, Row] = field(default_factory=dict)
    deliveries: dict[tuple[str, str], Row] = field(default_factory=dict)
    histories: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    """The sources whose documents have been copied for writing."""
    writable: bool = False
    refused: bool = False

    def opened(self) -> "Tables":
        """A copy to write on."""
        return Tables(
            sources=dict(self.sources),
            slots=dict(self.slots),
            documents=dict(self.documents),
            captures=dict(self.captures),
            snapshots=dict(self.snapshots),
            changes=dict(self.changes),
            events=dict(self.events),
            verdicts=dict(self.verdicts),
            alerts=dict(self.alerts),
            deliveries=dict(self.deliveries),
            histories=dict(self.histories),
            writable=True,
        )

    def require_writable(self) -> None:
        """Raises StorageError on a read-only view."""
        if not self.writable:
            raise StorageError("The store was opened for reading only here; writing needs Store.begin().")

    def refuse(self, why: str) -> NoReturn:
        """Refuse a row; the transaction cannot be committed any more."""
        self.refused = True
        raise StorageError(f"The store refused a row that contradicts what it holds: {why}.")

    def add(self, rows: Numbered, row: Row) -> int:
        """Insert `row` under the next number."""
        self.require_writable()
        number = next(reversed(rows), 0) + 1
        rows[number] = {"id": number, **row}
        return number

    def put_source(self, row: Row) -> None:
        """Insert or replace a source, keeping its sequence."""
        before = self.sources.get(row["source_id"])
        self.sources[row["source_id"]] = {**row, "sequence": before["sequence"] if before else 0}

    def put_document(self, row: Row) -> None:
        """Insert or replace a document, and make its source if there is none."""
        source_id = row["source_id"]
        if source_id not in self.sources:
            self.put_source(fresh_source_row(source_id))
        if source_id not in self.own:
            self.own.add(source_id)
            self.documents[source_id] = dict(self.documents.get(source_id, {}))
        self.documents[source_id][row["key"]] = row

    def is_event_of(self, event_id: int, instrument: str) -> bool:
        """Whether the event exists and is about `instrument`."""
        row = self.events.get(event_id)
        return row is not None and row["instrument"] == instrument
