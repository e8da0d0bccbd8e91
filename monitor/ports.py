"""What the use cases need from the world, as Protocols. Each has two real implementations and one contract suite.

Writes happen inside `Store.begin()`, which is one transaction: it commits when the block ends cleanly and rolls back
on any exception. `Store.read()` gives the same repositories on a read-only view. All times are aware UTC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.model import (
    Alert,
    Capture,
    Cause,
    Change,
    Delivery,
    DeliveryState,
    Document,
    DocumentRef,
    Edit,
    Evidence,
    KnownDocument,
    LifecycleEvent,
    Problem,
    ReviewState,
    Slot,
    Snapshot,
    Source,
    SourceHealth,
    Stage,
    StoredVerdict,
    Verdict,
)


class Clock(Protocol):
    """The only way the time of day enters."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class BlobStore(Protocol):
    """Content-addressed bodies, kept for ever."""

    def put(self, body: bytes, *, base: str | None = None) -> str:
        """Keep `body` durably and return its SHA-256. `base` is the digest of a similar body to compress against.

        Putting the same body twice keeps one. Raises StorageError when it cannot be written.
        """
        ...

    def get(self, sha256: str) -> bytes:
        """The body with this digest. Raises BlobMissingError if absent or no longer the bytes it was."""
        ...

    def together(self) -> AbstractContextManager["BlobStore"]:
        """The same store, for many bodies: what is put through it is durable when the block ends, not before.

        A block that fails need not keep them. Raises StorageError at its end when they cannot be written.
        """
        ...

    def __contains__(self, sha256: object) -> bool: ...


class SourceRepository(Protocol):
    """The health ledger of every source."""

    def get(self, source_id: str) -> SourceHealth:
        """The ledger of `source_id`; a fresh one (`Health.NEW`) if it was never seen."""
        ...

    def all(self) -> Mapping[str, SourceHealth]:
        """Every ledger by source id."""
        ...

    def save(self, ledgers: Iterable[SourceHealth]) -> None:
        """Insert or replace (all columns but `sequence`)."""
        ...

    def hold(self, source_ids: Sequence[str]) -> Mapping[str, SourceHealth]:
        """The ledgers of `source_ids` that exist, as they stand now; nobody else changes them before this transaction
        ends."""
        ...

    def serve(self, slots: Iterable[Slot]) -> None:
        """Record slots that were served. A (source, due time) recorded before stays as it is; sources must exist."""
        ...

    def served(self, *, since: datetime) -> Sequence[Slot]:
        """Slots due at or after `since`, in order of (due time, source)."""
        ...

    def forget_slots(self, *, before: datetime | None = None, after: datetime | None = None) -> int:
        """Remove the slots due before `before` and those due after `after`; returns how many."""
        ...

    def next_sequence(self, source_id: str) -> int:
        """Give out the next number of `source_id`, in this transaction (1 for the first)."""
        ...


class DocumentRepository(Protocol):
    """What is known of each document of each source."""

    def of(self, source_ids: Sequence[str]) -> Mapping[str, Mapping[str, KnownDocument]]:
        """source id → document key → what is known. Every asked-for source has an entry."""
        ...

    def get(self, source_id: str, key: str) -> KnownDocument | None: ...

    def save(self, documents: Iterable[KnownDocument]) -> None:
        """Insert or replace; the source's ledger row must exist or is made (Health.NEW)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRecord:
    """A stored capture: its number, the capture with its body, and what screening said (`ok` or a problem kind)."""

    id: int
    capture: Capture
    outcome: str
    detail: str = ""


class CaptureRepository(Protocol):
    """Every archived answer, raw."""

    def add(self, capture: Capture, *, outcome: str, detail: str = "") -> int:
        """Archive body and row; return the capture's number. The document must have been saved."""
        ...

    def get(self, capture_id: int) -> CaptureRecord:
        """Raises KeyError for an unknown number, BlobMissingError when its body is gone."""
        ...

    def numbers(self, *, since: datetime | None = None) -> Sequence[int]:
        """The numbers of all captures fetched at or after `since`, oldest first."""
        ...


class SnapshotRepository(Protocol):
    """Stored documents."""

    def add(self, *, capture: Capture, capture_id: int, document: Document) -> Snapshot: ...

    def get(self, snapshot_id: int) -> Snapshot:
        """Raises KeyError for an unknown number."""
        ...

    def latest(self, source_id: str, document_key: str) -> Snapshot | None: ...

    def history(self, source_id: str, document_key: str) -> Sequence[int]:
        """Snapshot numbers of one document, oldest first."""
        ...


class ChangeRepository(Protocol):
    """Differences between two snapshots of one document; the database refuses any other pair."""

    def add(
        self, *, before: Snapshot, after: Snapshot, cause: Cause, edits: Sequence[Edit], instruments: Sequence[str]
    ) -> Change: ...

    def get(self, change_id: int) -> Change:
        """Raises KeyError for an unknown number."""
        ...

    def all(self, *, since: datetime | None = None, limit: int | None = None) -> Sequence[Change]:
        """Newest first."""
        ...


class EventRepository(Protocol):
    """The register's lifecycle events; append-only."""

    def add(self, event: LifecycleEvent) -> LifecycleEvent:
        """Append and return it with its number."""
        ...

    def get(self, event_id: int) -> LifecycleEvent:
        """Raises KeyError for an unknown number."""
        ...

    def hold(self) -> None:
        """Nobody else adds events before this transaction ends, so that what is judged by them still holds then."""
        ...

    def of(self, instrument: str) -> Sequence[LifecycleEvent]:
        """In order of recording."""
        ...

    def all(self) -> Mapping[str, Sequence[LifecycleEvent]]:
        """instrument → events in order of recording."""
        ...


class VerdictRepository(Protocol):
    """Every judged claim with its evidence, and the review queue."""

    def add(
        self,
        verdict: Verdict,
        *,
        evidence: Evidence,
        recorded_at: datetime,
        review: ReviewState,
        change_id: int | None = None,
        event_id: int | None = None,
    ) -> StoredVerdict: ...

    def get(self, verdict_id: int) -> StoredVerdict:
        """Raises KeyError for an unknown number."""
        ...

    def all(
        self, *, review: ReviewState | None = None, instrument: str | None = None, limit: int | None = None
    ) -> Sequence[StoredVerdict]:
        """Newest first."""
        ...

    def decide(self, verdict_id: int, review: ReviewState) -> bool:
        """Close an open verdict; False if it was not open any more (someone else was faster)."""
        ...


class Outbox(Protocol):
    """Alerts and their deliveries: written with the change, sent later, marked after."""

    def add(self, alert: Alert, channels: Sequence[str], *, due_at: Mapping[str, datetime] | None = None) -> None:
        """One alert and one pending delivery per channel, due at `due_at[channel]` or at once.

        A key that is already there is left as it is: adding twice is adding once.
        """
        ...

    def due(self, now: datetime, *, limit: int = 100) -> Sequence[Delivery]:
        """Pending deliveries whose time has come, oldest alert first."""
        ...

    def next_due_at(self) -> datetime | None:
        """When the next pending delivery is due; None if nothing is pending."""
        ...

    def oldest_pending(self) -> datetime | None:
        """When the oldest alert came up that waits on a channel; None if nothing is pending."""
        ...

    def counts(self) -> Mapping[tuple[str, DeliveryState], int]:
        """(channel, state) → how many deliveries there are; those routed to no channel under an empty one."""
        ...

    def all(
        self, *, state: DeliveryState | None = None, since: datetime | None = None, limit: int | None = None
    ) -> Sequence[Delivery]:
        """Newest first; of alerts made at or after `since`.

        An alert that was routed to no channel has one row with an empty channel, state `sent`.
        """
        ...

    def get(self, key: str) -> Sequence[Delivery]:
        """The deliveries of one alert; empty if the key is unknown."""
        ...

    def sent_since(self, channel: str, moment: datetime) -> Sequence[Delivery]:
        """What was sent on `channel` at or after `moment`, in the order of sending."""
        ...

    def sent(self, key: str, channel: str, at: datetime) -> None: ...

    def failed(self, key: str, channel: str, *, error: str, retry_at: datetime | None) -> None:
        """Count an attempt; `retry_at` None makes the delivery dead."""
        ...

    def postpone(self, key: str, channel: str, until: datetime) -> None:
        """Not before `until`: the delivery stays pending and no attempt is counted (it waits behind another)."""
        ...

    def retry(self, key: str, now: datetime) -> int:
        """Make the unsent deliveries of `key` pending and due now; returns how many."""
        ...


class UnitOfWork(Protocol):
    """All repositories on one transaction."""

    sources: SourceRepository
    documents: DocumentRepository
    captures: CaptureRepository
    snapshots: SnapshotRepository
    changes: ChangeRepository
    events: EventRepository
    verdicts: VerdictRepository
    outbox: Outbox


class Store(Protocol):
    """Where everything is kept."""

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """One write transaction. Raises StorageError when the database cannot be used."""
        ...

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A consistent read-only view."""
        ...

    def verify(self) -> None:
        """Read everything but the bodies once. Raises StorageError when it is damaged anywhere."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePlan:
    """What a spider may know before it reads a source: the source, what is known of its documents, and the time."""

    source: Source
    documents: Mapping[str, KnownDocument]
    now: datetime


class CrawlPlan(Protocol):
    """Gives spiders their work, lazily, so that ten thousand sources need not be in memory at once."""

    def __iter__(self) -> Iterator[SourcePlan]: ...

    def __len__(self) -> int: ...


class CrawlSink(Protocol):
    """What a crawl tells, in this order per source: any number of the first five, then `finished` once.

    The sink owns judgement and storage; spiders own the network. No call may block on the network.
    """

    def captured(self, capture: Capture) -> None:
        """A document's body arrived (any HTTP status; screening is the sink's)."""
        ...

    def unchanged(self, source_id: str, document_key: str, *, at: datetime) -> None:
        """A document was answered 304, or its body has the digest already known."""
        ...

    def indexed(self, index: KnownDocument, refs: Sequence[DocumentRef], *, at: datetime) -> None:
        """An index (feed, list, sitemap, REST list) was read well and named `refs`.

        `index` carries key, url, validators and digest to remember, and `last_ok_at` only if it was read from an
        archive's copy: the moment of that. `refs` may repeat what is known already.
        """
        ...

    def failed(self, source_id: str, document_key: str, url: str, problem: Problem, *, at: datetime) -> None:
        """A request ended without a usable answer. `document_key` is the index's key for an index."""
        ...

    def progress(self, source_id: str, requests: int) -> None:
        """For people who watch: `requests` more have been answered."""
        ...

    def finished(self, source_id: str, *, at: datetime) -> None:
        """Every request of this source has been answered or given up."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """How a delivery attempt ended.

    `permanent`: trying again cannot help. `retry_after`: seconds to wait, if the other side said so. `settle` is there
    when nobody got the message because some of its recipients were refused for now: calling it sends to the others
    and ends the delivery for good, whatever becomes of the refused ones.
    """

    ok: bool
    error: str = ""
    permanent: bool = False
    retry_after: float | None = None
    settle: "Callable[[], SendResult] | None" = field(default=None, compare=False, repr=False)


class Notifier(Protocol):
    """Sends one alert to one channel."""

    def send(self, alert: Alert, channel: str) -> SendResult:
        """Never raises for what the network or the other side does; the error text holds no secret."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a second reader makes of a passage. `agrees` is False when it reads another stage, or none, as done."""

    agrees: bool
    said: str
    """One sentence for the verdict's reason."""


class SecondReader(Protocol):
    """Reads a passage again, knowing nothing but the passage. It may cast doubt on a verdict, never strengthen one."""

    def read(self, passage: str, instrument: str, stage: Stage) -> Opinion | None:
        """Whether `passage` states that `instrument` (its title) has reached `stage`; None if there is no opinion.

        Never raises for what the network or the other side does.
        """
        ...
