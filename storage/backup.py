"""A backup: the database and every body it names, in one file that was looked through before it counts.

The file is a plain tar: `monitor.sqlite`, `blobs/ab/cd…` as they lie in the archive, and last `backup.json`, without
which it was cut short. Bodies are written once, before the rows that name them, so those a copied database names are
all there, however much is written meanwhile. A PostgreSQL database makes its own dumps; its backup here holds the
bodies alone.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import select

from monitor.errors import BlobMissingError, StorageError, UsageError
from storage.blobs import FileBlobs
from storage.engine import READING, parse_url, place, postgres_engine, sqlite_path
from storage.migrate import current, require_known, revision_of
from storage.sqlite_file import copy, driver, sync
from storage.tables import captures, snapshots

FORMAT = 1
DATABASE, MANIFEST = "monitor.sqlite", "backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself.

    `made_at` is UTC in RFC 3339; `database_sha256` is empty where the database is PostgreSQL's own to keep; `missing`
    are the digests of bodies that the rows name and the archive had lost, or held damaged, when the backup was made.
    """

    format: int
    made_at: str
    schema: str
    database_sha256: str
    bodies: int
    missing: tuple[str, ...] = ()


def back_up(url: str, blobs: FileBlobs, target: Path, *, now: datetime) -> Manifest:
    """Write a backup of the database at `url` and of `blobs` to `target`; the file appears whole or not at all.

    An earlier backup of that name is replaced. `now` is aware. Raises UsageError when `target` is something else than
    a backup, StorageError when the database is damaged or missing or anything cannot be read or written.
    """
    _refuse_to_overwrite(target)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    database = target.with_name(f".{target.name}.{os.getpid()}.sqlite")
    try:
        path = sqlite_path(url)
        if path is not None:
            copy(path, database)
        schema, digests = _named_by_sqlite(database) if path is not None else _named_by_postgres(url)
        with fresh.open("wb") as file:
            manifest = _write(file, database if path is not None else None, schema, digests, blobs, now)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
        sync(target.parent)
    except OSError as error:
        raise StorageError(f"The backup {target} cannot be written: {error.strerror}.") from error
    finally:
        for leftover in (fresh, database):
            leftover.unlink(missing_ok=True)
    return manifest


@contextmanager
def opened(source: Path) -> Iterator["Backup"]:
    """The backup in the file `source`. Raises UsageError when there is none, StorageError when it is cut short."""
    try:
        with tarfile.open(source, "r:") as tar:
            yield Backup(source, tar)
    except FileNotFoundError as error:
        raise UsageError(f"there is no backup {source}") from error
    except (tarfile.TarError, EOFError) as error:
        raise StorageError(f"{source} is no backup, or was cut short: {error}.") from error
    except OSError as error:
        raise StorageError(f"The backup {source} cannot be used: {error.strerror}.") from error


class Backup:
    """An open backup. Its members are looked up by name and written under names of ours: paths in it mean nothing."""

    def __init__(self, source: Path, tar: tarfile.TarFile) -> None:
        self.source, self._tar = source, tar
        self._members = {member.name: member for member in tar if member.isfile()}
        self.manifest = self._manifest()

    @property
    def digests(self) -> list[str]:
        """The digests of the bodies in it."""
        return sorted(name[6:].replace("/", "") for name in self._members if name.startswith("blobs/"))

    def content(self, name: str) -> bytes:
        """The member `name`. Raises FileNotFoundError."""
        with self._reader(name) as reader:
            return reader.read()

    def bodies(self) -> FileBlobs:
        """The bodies as an archive to read from."""
        return _Packed(self)

    def extract_database(self, target: Path) -> None:
        """Write the database to the file `target`. Raises StorageError when it has other bytes than were backed up."""
        with self._reader(DATABASE) as reader, target.open("wb") as file:
            shutil.copyfileobj(reader, file)
        if _digest(target) != self.manifest.database_sha256:
            raise StorageError(f"The backup {self.source} is damaged: its database has other bytes than were stored.")
        sync(target)

    def _reader(self, name: str) -> IO[bytes]:
        reader = self._tar.extractfile(self._members[name]) if name in self._members else None
        if reader is None:
            raise FileNotFoundError(f"{name} in {self.source}")
        return reader

    def _manifest(self) -> Manifest:
        try:
            values = json.loads(self.content(MANIFEST))
            found = Manifest(**{**values, "missing": tuple(values["missing"])})
        except (FileNotFoundError, ValueError, TypeError, KeyError) as error:
            raise StorageError(f"{self.source} is no backup of this program, or was cut short.") from error
        if found.format != FORMAT:
            raise StorageError(f"The backup {self.source} was made by another version of this program; use that one.")
        require_known(found.schema, f"The backup {self.source}")
        return found


class _Packed(FileBlobs):
    """The bodies inside a backup."""

    def __init__(self, backup: Backup) -> None:
        super().__init__(backup.source)
        self._backup = backup

    def _content(self, digest: str) -> bytes:
        return self._backup.content(_member(digest))


def _refuse_to_overwrite(target: Path) -> None:
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} is no directory; make it first")
    if target.exists():
        try:
            with opened(target):
                pass
        except StorageError as error:
            raise UsageError(f"{target} is there and is no backup that could be replaced; name another file") from error


def _named_by_sqlite(path: Path) -> tuple[str, list[str]]:
    revision = revision_of(path)
    if revision is None:
        raise StorageError(f"{path} holds no data of this program.")
    with driver(path) as connection:
        rows = connection.execute("SELECT sha256 FROM captures UNION SELECT document_sha256 FROM snapshots").fetchall()
    return revision, sorted(str(row[0]) for row in rows)


def _named_by_postgres(url: str) -> tuple[str, list[str]]:
    engine = postgres_engine(parse_url(url))
    try:
        revision = current(engine)
        if revision is None:
            raise StorageError(f"{place(parse_url(url))} holds no data of this program.")
        with engine.connect().execution_options(**{READING: True}) as connection:
            named = select(captures.c.sha256).union(select(snapshots.c.document_sha256))
            return revision, sorted(connection.scalars(named))
    finally:
        engine.dispose()


def _write(
    file: io.BufferedWriter, database: Path | None, schema: str, digests: Iterable[str], blobs: FileBlobs, now: datetime
) -> Manifest:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        stamp = int(now.timestamp())
        if database is not None:
            with database.open("rb") as content:
                _add(tar, DATABASE, content, database.stat().st_size, stamp)
        done, missing = _add_bodies(tar, digests, blobs, stamp)
        manifest = Manifest(
            format=FORMAT,
            made_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            schema=schema,
            database_sha256=_digest(database) if database is not None else "",
            bodies=len(done),
            missing=tuple(missing),
        )
        said = json.dumps(asdict(manifest), indent=2).encode()
        _add(tar, MANIFEST, io.BytesIO(said), len(said), stamp)
    return manifest


def _add_bodies(
    tar: tarfile.TarFile, digests: Iterable[str], blobs: FileBlobs, stamp: int
) -> tuple[set[str], list[str]]:
    """Add every body with those it was compressed against; return what was added and what could not be had."""
    done: set[str] = set()
    missing = []
    for digest in digests:
        wanted = digest
        while wanted and wanted not in done:
            try:
                packed, base = blobs.packed(wanted)
            except BlobMissingError:
                missing.append(digest)
                break
            _add(tar, _member(wanted), io.BytesIO(packed), len(packed), stamp)
            done.add(wanted)
            wanted = base
    return done, missing


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int, stamp: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, stamp, 0o600
    tar.addfile(member, content)


def _member(digest: str) -> str:
    return f"blobs/{digest[:2]}/{digest[2:]}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
