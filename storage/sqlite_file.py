"""A SQLite database as a file: copied while others write, checked through and through, and put on a good disk.

These go past the engine: they are about the file itself, and the tables in it may be those of another version.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from monitor.errors import StorageError
from storage.engine import BUSY_SECONDS, RESTORE, sqlite_trouble

_NETWORKED = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "davfs", "fuse.sshfs", "fuse.davfs2"})
"""File systems on which several machines can have one file open and SQLite's locks and shared memory do not hold."""

_MOUNTS = Path("/proc/self/mountinfo")


@contextmanager
def driver(path: Path, *, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """The driver's own connection to the file, each statement its own transaction. Never makes a file unless `mode`
    is `rwc`. Raises StorageError for whatever goes wrong in the block."""
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    try:
        connection = sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
        with closing(connection):
            yield connection
    except sqlite3.Error as error:
        raise sqlite_trouble(error, path) from error


def copy(source: Path, target: Path) -> None:
    """Make `target` the database that `source` is at this moment: one file, durable, checked.

    Others may write to `source` meanwhile and are not kept waiting. Raises StorageError, and leaves no `target`, when
    `source` is damaged or `target` cannot be written.
    """
    try:
        with driver(source) as original, driver(target, mode="rwc") as made:
            original.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")
        check(target, name=source)
        sync(target)
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StorageError(f"{target} cannot be written: {error.strerror}.") from error
        raise


def check(path: Path, *, name: Path | None = None) -> None:
    """Read the whole file. Raises StorageError when it, called `name` in the message, is damaged anywhere."""
    with driver(path) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()
        orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
    _judge(name or path, found, orphans)


def _judge(name: Path, found: Sequence[object], orphans: Sequence[object] | None) -> None:
    if tuple(found) != ("ok",):
        raise StorageError(f"The database {name} is damaged; it was left as it is, {RESTORE}.")
    if orphans is not None:
        raise StorageError(f"The database {name} has rows without their parents; it was left as it is, {RESTORE}.")


def settle(path: Path) -> bool:
    """Bring what stands in the write-ahead log into the file, so that the file alone is the database.

    False when the database is too damaged for that. Raises StorageError when it is open elsewhere.
    """
    try:
        with driver(path) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except StorageError as error:
        if getattr(error.__cause__, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        return False
    return True


def sync(path: Path) -> None:
    """Make the bytes of a file, or the entries of a directory, durable. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_network_drive(path: Path, *, mounts: str | None = None) -> None:
    """Raise StorageError when `path` is on a file system shared over a network (Linux; `mounts` is a mountinfo)."""
    if mounts is None:
        with suppress(OSError):
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    kind = _file_system(path.resolve(), mounts or "")
    if kind in _NETWORKED:
        raise StorageError(
            f"The database {path} is on a network drive ({kind}), where two machines could write to it at once and "
            "ruin it. Put data_dir on a local disk, or use PostgreSQL (database_url)."
        )


def _file_system(path: Path, mounts: str) -> str:
    """The type of the file system `path` is on, by a Linux mountinfo; empty if that does not say."""
    deepest, kind = -1, ""
    for line in mounts.splitlines():
        place, _, rest = line.partition(" - ")
        point = Path(place.split(" ")[4].replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), rest.partition(" ")[0]
    return kind
