"""The way back from a backup: everything in it is checked first, and what it replaces is set aside, not deleted."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.errors import BlobMissingError, StorageError, UsageError
from storage.backup import Backup, Manifest, opened
from storage.blobs import FileBlobs
from storage.engine import sqlite_path
from storage.sqlite_file import check, driver, settle, sync

_NUMBERS_SKIPPED = 1000
"""Alerts are known by numbers their source gives out. Those given out after the backup was made must never name
another alert: a recipient who drops repeats would drop it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did. `damaged` are digests of bodies that the backup names and cannot give back; `aside` is where
    the database that was there is now, if there was one."""

    manifest: Manifest
    damaged: tuple[str, ...]
    aside: Path | None


def restore(source: Path, *, url: str, blobs: FileBlobs, force: bool, now: datetime) -> Restored:
    """Put what the backup `source` holds where `url` and `blobs` say. Nobody else may be writing there.

    Everything is checked before anything is changed. Bodies are added to those that are there. Without `force` raises
    UsageError when there is a database, StorageError when bodies in the backup are damaged; with it the database is
    set aside and what is whole is restored. Raises StorageError when the backup is damaged otherwise, and when
    anything cannot be written: what was there before is then still there.
    """
    path = sqlite_path(url)
    if path is not None and path.exists() and not force:
        raise UsageError(f"{path} is there; to set it aside and put the backup in its place, add --force")
    with opened(source) as backup:
        if (path is None) == bool(backup.manifest.database_sha256):
            kind = "a SQLite database" if path is None else "no database, only bodies of a PostgreSQL one"
            raise UsageError(f"{source} holds {kind}, which is not what database_url names")
        whole, damaged = _looked_through(backup)
        if damaged and not force:
            raise StorageError(
                f"{len(damaged)} of the bodies in {source} are damaged ({damaged[0]} …); nothing was changed. "
                "Use another backup, or add --force to restore what is whole."
            )
        try:
            aside = _put_back(backup, whole, path, blobs, now)
        except OSError as error:
            raise StorageError(f"The backup cannot be restored to {path or blobs}: {error.strerror}.") from error
        return Restored(manifest=backup.manifest, damaged=tuple(damaged), aside=aside)


def _looked_through(backup: Backup) -> tuple[list[str], list[str]]:
    """The digests of the bodies that are whole, and of those that are not."""
    bodies = backup.bodies()
    whole, damaged = [], list(backup.manifest.missing)
    for digest in backup.digests:
        try:
            bodies.get(digest)
        except BlobMissingError:
            damaged.append(digest)
        else:
            whole.append(digest)
    if len(backup.digests) != backup.manifest.bodies:
        raise StorageError(f"{backup.source} was altered: it does not hold the bodies it says it holds.")
    return whole, damaged


def _put_back(backup: Backup, whole: list[str], path: Path | None, blobs: FileBlobs, now: datetime) -> Path | None:
    staged = None if path is None else path.with_name(f".{path.name}.{os.getpid()}.restored")
    try:
        if path is not None and staged is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            backup.extract_database(staged)
            check(staged, name=backup.source)
            with driver(staged) as connection:
                connection.execute("UPDATE sources SET sequence = sequence + ?", (_NUMBERS_SKIPPED,))
                # Now, as it can only be done while nobody else has it open.
                connection.execute("PRAGMA journal_mode = WAL").fetchone()
            sync(staged)
        for digest in whole:
            blobs.adopt(digest, backup.bodies().packed(digest)[0])
        return None if path is None or staged is None else _swap(staged, path, now)
    finally:
        if staged is not None:
            staged.unlink(missing_ok=True)


def _swap(staged: Path, path: Path, now: datetime) -> Path | None:
    """Put `staged` in the place of `path`, so that there is a database at every moment; where the old one is now.

    A log that is left beside the old file would be played into the new one: it goes before the file does.
    """
    aside = path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%S%fZ}")
    there = path.exists()
    if there:
        settle(path)  # a damaged one is set aside as it lies, its log with it
        os.link(path, aside)
    for suffix in ("-wal", "-shm"):
        log = Path(f"{path}{suffix}")
        if log.exists():
            log.replace(f"{aside}{suffix}")
    staged.replace(path)
    sync(path.parent)
    return aside if there else None
