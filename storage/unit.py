"""All repositories on one transaction."""

from dataclasses import dataclass

from monitor.ports import (
    CaptureRepository,
    ChangeRepository,
    DocumentRepository,
    EventRepository,
    Outbox,
    SnapshotRepository,
    SourceRepository,
    VerdictRepository,
)


@dataclass(slots=True, kw_only=True)
class Unit:
    """The `UnitOfWork` of both stores."""

    sources: SourceRepository
    documents: DocumentRepository
    captures: CaptureRepository
    snapshots: SnapshotRepository
    changes: ChangeRepository
    events: EventRepository
    verdicts: VerdictRepository
    outbox: Outbox
