"""What the data directory takes on the disk, how fast that grows, and how long there is room."""

import shutil
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from glob import escape
from pathlib import Path

from monitor.errors import StorageError
from storage.blobs import FileBlobs

_WINDOW = timedelta(days=30)
_BASELINE = timedelta(days=1)
"""What is read on the first day is the beginning of the archive, not its growth."""
_BLOCK = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Bytes on the disk: the database with its log, the bodies, copies of the database that an upgrade or a restore
    set aside, what is remembered of sites' manners, and what is free.

    `per_day` is the growth in bytes a day, measured over `measured_days`; None while less than a day can be measured.
    The database counts there in proportion to the bodies that its rows name.
    """

    database: int
    bodies: int
    bodies_count: int
    copies: int
    manners: int
    free: int
    per_day: float | None
    measured_days: float

    @property
    def days_left(self) -> float | None:
        """Days until the disk is full if it goes on like this; None if that is not known or never."""
        return self.free / self.per_day if self.per_day else None


def measure(data_dir: Path, database: Path | None, blobs: FileBlobs, *, now: datetime) -> Usage:
    """Measure `data_dir` with its `database` file (None: PostgreSQL's own) and its archive at the moment `now` (aware).

    Raises StorageError when it cannot be read.
    """
    try:
        kept = [] if database is None else [*database.parent.glob(f"{escape(database.name)}*")]
        own = {database, *(Path(f"{database}{suffix}") for suffix in ("-wal", "-shm"))}
        base = _size([path for path in kept if path in own])
        copies = _size([path for path in kept if path not in own])
        manners = _size([*(data_dir / "manners").rglob("*")])
        free = shutil.disk_usage(data_dir).free
    except OSError as error:
        raise StorageError(f"{data_dir} cannot be measured: {error.strerror}.") from error
    written = list(blobs.usage())
    bodies = sum(size for _, size in written)
    begin = max(now - _WINDOW, min((moment for moment, _ in written), default=now) + _BASELINE)
    fresh = [size for moment, size in written if moment >= begin]
    days = (now - begin) / timedelta(days=1)
    grown = sum(fresh) + (base * len(fresh) / len(written) if written else 0)
    return Usage(
        database=base,
        bodies=bodies,
        bodies_count=len(written),
        copies=copies,
        manners=manners,
        free=free,
        per_day=grown / days if days >= 1 else None,
        measured_days=max(days, 0.0),
    )


def _size(paths: list[Path]) -> int:
    return sum(map(_weight, paths))


def _weight(path: Path) -> int:
    """The bytes a file takes; 0 for one that went meanwhile, as logs of a database do, and for what is no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    return found.st_blocks * _BLOCK if stat.S_ISREG(found.st_mode) else 0
