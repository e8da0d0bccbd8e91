"""The tables, for SQLite and PostgreSQL alike.

Every row that belongs to a document names it by source and document key, and whatever points at such a row points at
all three: source, key and number. So the database itself refuses a change between two documents or two sources, a
snapshot of another document's capture, a verdict on another source's change or another instrument's event.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Named,
    Table,
    TypedColumns,
    TypeDecorator,
    UniqueConstraint,
)

from storage.codec import require_utc

# SQLite needs names for constraints it may one day have to rebuild; both databases get the same ones.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: refuses naive values when written, gives aware UTC when read (SQLite itself gives naive ones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """`value` in UTC. Raises ValueError for a naive one."""
        return None if value is None else require_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored moment, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JSON_VALUE = JSON(none_as_null=True)


class _SourceColumns(TypedColumns):
    source_id: Named[str] = Column(primary_key=True)
    health: Named[str]
    detail: Named[str]
    last_attempt_at: Named[datetime | None] = Column(UtcDateTime())
    last_ok_at: Named[datetime | None] = Column(UtcDateTime())
    next_due_at: Named[datetime | None] = Column(UtcDateTime())
    baseline_at: Named[datetime | None] = Column(UtcDateTime())
    failures: Named[int]
    told_at: Named[datetime | None] = Column(UtcDateTime())
    watched_since: Named[datetime | None] = Column(UtcDateTime())
    sequence: Named[int]


sources = Table("sources", metadata, _SourceColumns)


class _SlotColumns(TypedColumns):
    source_id: Named[str] = Column(ForeignKey("sources.source_id"), primary_key=True)
    due_at: Named[datetime] = Column(UtcDateTime(), primary_key=True, index=True)
    read_at: Named[datetime] = Column(UtcDateTime())


slots = Table("slots", metadata, _SlotColumns)


class _DocumentColumns(TypedColumns):
    source_id: Named[str] = Column(ForeignKey("sources.source_id"), primary_key=True)
    key: Named[str] = Column(primary_key=True)
    url: Named[str]
    title: Named[str]
    published_on: Named[date | None]
    version: Named[str]
    baseline: Named[bool]
    discovered_at: Named[datetime | None] = Column(UtcDateTime())
    last_attempt_at: Named[datetime | None] = Column(UtcDateTime())
    last_ok_at: Named[datetime | None] = Column(UtcDateTime())
    changed_at: Named[datetime | None] = Column(UtcDateTime())
    etag: Named[str]
    last_modified: Named[str]
    sha256: Named[str]
    region: Named[str]
    checks: Named[int]
    failures: Named[int]
    snapshot_id: Named[int]
    """The number of its last snapshot, 0 for none; what may be compared is decided by the keys of `changes`."""
    suspect: Named[str]
    suspect_at: Named[datetime | None] = Column(UtcDateTime())


documents = Table("documents", metadata, _DocumentColumns)


class _CaptureColumns(TypedColumns):
    id: Named[int] = Column(primary_key=True)
    source_id: Named[str]
    document_key: Named[str]
    url: Named[str]
    final_url: Named[str]
    status: Named[int]
    headers: Named[Any] = Column(JSON_VALUE, nullable=False)
    redirects: Named[Any] = Column(JSON_VALUE, nullable=False)
    tls: Named[str]
    flags: Named[Any] = Column(JSON_VALUE, nullable=False)
    part: Named[str]
    title: Named[str]
    published_on: Named[date | None]
    sha256: Named[str]
    fetched_at: Named[datetime] = Column(UtcDateTime(), index=True)
    way: Named[str]
    memento_at: Named[datetime | None] = Column(UtcDateTime())
    outcome: Named[str]
    detail: Named[str]


captures = Table(
    "captures",
    metadata,
    _CaptureColumns,
    UniqueConstraint("source_id", "document_key", "id"),
    ForeignKeyConstraint(["source_id", "document_key"], ["documents.source_id", "documents.key"]),
    sqlite_autoincrement=True,
)


class _SnapshotColumns(TypedColumns):
    id: Named[int] = Column(primary_key=True)
    source_id: Named[str]
    document_key: Named[str]
    capture_id: Named[int]
    extractor: Named[str]
    document_sha256: Named[str]
    """Digest of the document's JSON in the archive; address, time and body digest are the capture's."""


snapshots = Table(
    "snapshots",
    metadata,
    _SnapshotColumns,
    UniqueConstraint("source_id", "document_key", "id"),
    ForeignKeyConstraint(
        ["source_id", "document_key", "capture_id"],
        ["captures.source_id", "captures.document_key", "captures.id"],
    ),
    sqlite_autoincrement=True,
)


class _ChangeColumns(TypedColumns):
    id: Named[int] = Column(primary_key=True)
    source_id: Named[str]
    document_key: Named[str]
    url: Named[str]
    before_id: Named[int]
    after_id: Named[int]
    cause: Named[str]
    captured_at: Named[datetime] = Column(UtcDateTime(), index=True)
    edits: Named[Any] = Column(JSON_VALUE, nullable=False)
    instruments: Named[Any] = Column(JSON_VALUE, nullable=False)


changes = Table(
    "changes",
    metadata,
    _ChangeColumns,
    UniqueConstraint("source_id", "id"),
    CheckConstraint("before_id <> after_id", name="two_snapshots"),
    ForeignKeyConstraint(
        ["source_id", "document_key", "before_id"],
        ["snapshots.source_id", "snapshots.document_key", "snapshots.id"],
    ),
    ForeignKeyConstraint(
        ["source_id", "document_key", "after_id"],
        ["snapshots.source_id", "snapshots.document_key", "snapshots.id"],
    ),
    sqlite_autoincrement=True,
)


class _EventColumns(TypedColumns):
    id: Named[int] = Column(primary_key=True)
    instrument: Named[str]
    kind: Named[str]
    recorded_at: Named[datetime] = Column(UtcDateTime())
    stage: Named[str | None]
    target: Named[str]
    milestone: Named[str]
    event_date: Named[str | None]
    target_date: Named[str | None]
    evidence: Named[Any] = Column(JSON_VALUE, nullable=True)
    verdict_id: Named[int]
    """The verdict's number or 0. The foreign key is on the other side: the two rows name each other."""
    decides: Named[int | None]
    reviewer: Named[str]
    note: Named[str]


events = Table(
    "events",
    metadata,
    _EventColumns,
    UniqueConstraint("instrument", "id"),
    ForeignKeyConstraint(["instrument", "decides"], ["events.instrument", "events.id"]),
    sqlite_autoincrement=True,
)


class _VerdictColumns(TypedColumns):
    id: Named[int] = Column(primary_key=True)
    instrument: Named[str] = Column(index=True)
    review: Named[str] = Column(index=True)
    recorded_at: Named[datetime] = Column(UtcDateTime())
    source_id: Named[str]
    change_id: Named[int | None]
    event_id: Named[int | None]
    verdict: Named[Any] = Column(JSON_VALUE, nullable=False)
    evidence: Named[Any] = Column(JSON_VALUE, nullable=False)


verdicts = Table(
    "verdicts",
    metadata,
    _VerdictColumns,
    ForeignKeyConstraint(["source_id", "change_id"], ["changes.source_id", "changes.id"]),
    ForeignKeyConstraint(["instrument", "event_id"], ["events.instrument", "events.id"]),
    sqlite_autoincrement=True,
)


class _AlertColumns(TypedColumns):
    id: Named[int] = Column(primary_key=True)
    key: Named[str] = Column(unique=True)
    created_at: Named[datetime] = Column(UtcDateTime())
    alert: Named[Any] = Column(JSON_VALUE, nullable=False)


alerts = Table("alerts", metadata, _AlertColumns, sqlite_autoincrement=True)


class _DeliveryColumns(TypedColumns):
    alert_key: Named[str] = Column(ForeignKey("alerts.key"), primary_key=True)
    channel: Named[str] = Column(primary_key=True)
    state: Named[str]
    attempts: Named[int]
    next_attempt_at: Named[datetime] = Column(UtcDateTime())
    sent_at: Named[datetime | None] = Column(UtcDateTime())
    error: Named[str]


deliveries = Table("deliveries", metadata, _DeliveryColumns, Index(None, "state", "next_attempt_at"))
