"""The store in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from monitor.errors import StorageError
from monitor.ports import BlobStore, UnitOfWork
from storage.memory.blobs import MemoryBlobs
from storage.memory.outbox import MemoryOutbox
from storage.memory.repositories import (
    MemoryCaptures,
    MemoryChanges,
    MemoryDocuments,
    MemoryEvents,
    MemorySnapshots,
    MemorySources,
    MemoryVerdicts,
)
from storage.memory.tables import Tables
from storage.unit import Unit

_BUSY_SECONDS = 15


class MemoryStore:
    """A `Store` in memory, with bodies and documents in `blobs` (its own if none is given)."""

    def __init__(self, blobs: BlobStore | None = None) -> None:
        self._blobs = MemoryBlobs() if blobs is None else blobs
        self._committed = Tables()
        self._writing = Lock()

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """See `Store.begin`. Once a write was refused the unit cannot be committed any more."""
        if not self._writing.acquire(timeout=_BUSY_SECONDS):
            raise StorageError(f"The store is locked by another writer and stayed so for {_BUSY_SECONDS} s.")
        try:
            tables = self._committed.opened()
            yield self._unit(tables)
            if tables.refused:
                raise StorageError("A write of this transaction was refused, so nothing of it was kept.")
            tables.writable = False
            self._committed = tables
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """See `Store.read`. Writing through it raises StorageError."""
        yield self._unit(self._committed)

    def verify(self) -> None:
        """Memory is never damaged."""

    def close(self) -> None:
        """Nothing is held that must be given back."""

    def _unit(self, tables: Tables) -> Unit:
        return Unit(
            sources=MemorySources(tables),
            documents=MemoryDocuments(tables),
            captures=MemoryCaptures(tables, self._blobs),
            snapshots=MemorySnapshots(tables, self._blobs),
            changes=MemoryChanges(tables),
            events=MemoryEvents(tables),
            verdicts=MemoryVerdicts(tables),
            outbox=MemoryOutbox(tables),
        )
