"""Twins of the database and the archive that live in memory, for tests, demonstrations and replays.

They keep rows made by the same mapping as the database's, refuse what its foreign keys refuse, and undo a
transaction that fails. One writer at a time; readers see the last committed state.
"""

from storage.memory.blobs import MemoryBlobs
from storage.memory.store import MemoryStore

__all__ = ["MemoryBlobs", "MemoryStore"]
