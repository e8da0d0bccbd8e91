"""What may go: pages of old outages between the first and the last of each. Nothing else is ever deleted.

Every reading that was good is kept for ever, and so is everything that a snapshot, a change, a verdict or an alert
stands on. Of the pages that could not be used (challenges, error pages, damaged files), documents keep the first and
the last of every run of the same trouble in every calendar month.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from monitor.errors import BlobMissingError
from storage.blobs import FileBlobs
from storage.engine import READING
from storage.migrate import open_engine
from storage.tables import captures, snapshots

_MANY = 10_000
"""Databases limit the parameters of one statement (SQLite to 32,766)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinned:
    """How many captures and bodies went, and the bytes that were freed on the disk; only counted in a trial."""

    captures: int
    bodies: int
    freed: int


class _Capture(NamedTuple):
    id: int
    source_id: str
    document_key: str
    outcome: str
    fetched_at: datetime
    sha256: str


def thin(url: str, blobs: FileBlobs, *, before: datetime, trial: bool = False) -> Thinned:
    """Delete what may go of captures fetched before `before` (aware); with `trial` only count it.

    Rows go first, in one transaction, bodies afterwards: whatever ends it half-way, no row is left without its body.
    Nobody may be reading sources or making a backup meanwhile. Raises StorageError.
    """
    engine = open_engine(url, may_create=blobs.is_empty())
    try:
        with engine.connect().execution_options(**{READING: trial}) as connection, connection.begin():
            going = list(_superfluous(_all(connection), before))
            spared = set(connection.scalars(select(snapshots.c.capture_id)))
            going = [capture for capture in going if capture.id not in spared]
            if not trial:
                for some in _portions([capture.id for capture in going]):
                    connection.execute(delete(captures).where(captures.c.id.in_(some)))
            gone = {capture.id for capture in going}
            named = {each.sha256 for each in _all(connection) if each.id not in gone}
            named |= set(connection.scalars(select(snapshots.c.document_sha256)))
    finally:
        engine.dispose()
    bodies = _unneeded({capture.sha256 for capture in going} - named, blobs)
    freed = sum(map(blobs.weight, bodies))
    for digest in () if trial else sorted(bodies):
        blobs.discard(digest)
    return Thinned(captures=len(going), bodies=len(bodies), freed=freed)


def _all(connection: Connection) -> Iterator[_Capture]:
    """Every capture, those of one document together and in their order."""
    columns = [captures.c[name] for name in _Capture._fields]
    query = select(*columns).order_by(captures.c.source_id, captures.c.document_key, captures.c.id)
    for row in connection.execute(query):
        yield _Capture(*row)


def _superfluous(listed: Iterable[_Capture], before: datetime) -> Iterator[_Capture]:
    """Those between the first and the last of a run: same document, same trouble, same month, no good one between."""
    for (_, _, outcome, _), run in groupby(listed, key=_run):
        pages = list(run)
        if outcome != "ok":
            yield from (page for page in pages[1:-1] if page.fetched_at < before)


def _run(capture: _Capture) -> tuple[str, str, str, str]:
    return capture.source_id, capture.document_key, capture.outcome, f"{capture.fetched_at:%Y-%m}"


def _unneeded(digests: set[str], blobs: FileBlobs) -> set[str]:
    """Those of `digests` that no other body was compressed against."""
    unneeded = set(digests)
    for digest in blobs.digests() if unneeded else ():
        while digest and digest not in unneeded:
            try:
                digest = blobs.base(digest)
            except BlobMissingError:
                break
            unneeded.discard(digest)
    return unneeded


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _MANY] for start in range(0, len(ids), _MANY))
