"""The schema's version: made whole when new, brought forward when older, refused when newer or strange.

Opening an up-to-date database reads one row and imports no Alembic. A new database gets the tables straight from
`storage.tables` and is marked with the newest revision; a test holds tables and migrations to each other. Nothing
here ever drops, empties or recreates a database.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    Named,
    String,
    Table,
    TypedColumns,
    inspect,
    select,
    text,
)

from monitor.errors import StorageError
from storage.engine import READING, RESTORE, parse_url, place, postgres_engine, sqlite_engine
from storage.sqlite_file import copy, driver, refuse_network_drive, sync
from storage.tables import metadata

REVISIONS = ("0001",)
"""Every revision of the schema, oldest first; `storage/migrations/versions` has one file for each."""

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number that nobody else locks in the same database will do: "lexm" in ASCII.
_POSTGRES_LOCK = 0x6C65786D


class _VersionColumns(TypedColumns):
    version_num: Named[str] = Column(String(32), primary_key=True)


# Alembic's own bookkeeping, in its own shape; not in `metadata`, which is compared with what migrations make.
_versions = Table("alembic_version", MetaData(naming_convention={"pk": "alembic_version_pkc"}), _VersionColumns)


def open_engine(url: str, *, may_create: bool = True) -> Engine:
    """An engine on the database at `url`, whose schema is this version's.

    A SQLite file (and its directory) or the tables in an empty PostgreSQL schema are made on first use if `may_create`,
    an older schema is upgraded, a copy of a SQLite file being kept beside it. Raises StorageError when the database
    cannot be reached, is damaged, is of a newer version, holds something else, or is missing and may not be made.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = postgres_engine(parsed)
        prepare = _prepare_postgres
    else:
        path = Path(str(parsed.database))
        _require_file(path, parsed, may_create=may_create)
        engine = sqlite_engine(path, url=parsed)
        prepare = _prepare_sqlite
    try:
        prepare(engine, parsed, may_create=may_create)
    except BaseException:
        engine.dispose()
        raise
    return engine


def head() -> str:
    """The revision this version of the program works with."""
    return REVISIONS[-1]


def current(engine: Engine) -> str | None:
    """The revision the database is at; None if it has no schema of ours. Raises StorageError."""
    with engine.connect().execution_options(**{READING: True}) as connection:
        return _revision(connection)


def upgrade(engine: Engine) -> None:
    """Run every migration that is still due, in one transaction: all of them or none. Raises StorageError."""
    from alembic import command  # imported here because a database that is up to date does without
    from alembic.config import Config

    with _changing_schema(engine) as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_versions.name):
        return None
    return connection.scalar(select(_versions.c.version_num))


def require_known(revision: str, named: str) -> None:
    """Raise StorageError for a database, called `named`, of a revision that this version has never heard of."""
    if revision not in REVISIONS:
        raise StorageError(
            f"{named} was written by a newer version of this program (schema {revision}, this one knows up to "
            f"{head()}); it was left as it is. Install that version, or go back with a backup made by this one: "
            "monitor restore FILE."
        )


def _prepare_sqlite(engine: Engine, url: URL, *, may_create: bool) -> None:
    revision = current(engine)
    if revision is None:
        raise StorageError(f"{place(url)} holds no data of this program; it was left as it is. Name another file.")
    require_known(revision, place(url))
    if revision != head():
        _keep_a_copy(Path(str(url.database)), revision)
        upgrade(engine)


def _prepare_postgres(engine: Engine, url: URL, *, may_create: bool) -> None:
    revision = current(engine)
    if revision is None:
        _require_permission(url, may_create=may_create)
        with _changing_schema(engine) as connection:
            _create_in_postgres(connection, url)
        return
    require_known(revision, place(url))
    if revision != head():
        upgrade(engine)


def _keep_a_copy(path: Path, revision: str) -> None:
    """Copy the SQLite file to `FILE.schema-REVISION` before its schema changes, unless an earlier attempt has.

    Only a copy that is still of the old schema counts: another process may bring the file forward meanwhile.
    """
    kept = path.with_name(f"{path.name}.schema-{revision}")
    if kept.exists():
        return
    fresh = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.copy")
    copy(path, fresh)
    try:
        if revision_of(fresh) == revision:
            with suppress(FileExistsError):  # another process was faster
                os.link(fresh, kept)
        sync(path.parent)
    except OSError as error:
        raise StorageError(f"The copy {kept} cannot be made before the upgrade: {error.strerror}.") from error
    finally:
        fresh.unlink(missing_ok=True)


def revision_of(path: Path) -> str | None:
    """The revision of the SQLite file `path`; None if it holds no schema of ours. Raises StorageError."""
    with driver(path) as connection:
        named = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_versions.name,)).fetchone()
        found = connection.execute(f"SELECT version_num FROM {_versions.name}").fetchone() if named else None  # noqa: S608
    return None if found is None else str(found[0])


def _require_permission(url: URL, *, may_create: bool) -> None:
    if not may_create:
        raise StorageError(
            f"{place(url)} is gone, though the archive beside it holds bodies. Nothing was made in its place: "
            f"{RESTORE}. To begin anew, move the archive away."
        )


def _create(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)
    _versions.create(connection)
    connection.execute(_versions.insert().values(version_num=head()))


def _create_in_postgres(connection: Connection, url: URL) -> None:
    if _revision(connection) is not None:
        return  # another process was faster
    strangers = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
    if strangers:
        raise StorageError(
            f"{place(url)} has tables named {', '.join(strangers)} that are not of this program; it was left as it "
            "is. Name an empty database."
        )
    if connection.scalar(text("SHOW server_encoding")) != "UTF8":
        raise StorageError(f"{place(url)} is not in UTF-8 and cannot hold Khmer; create it WITH ENCODING 'UTF8'.")
    _create(connection)


def _require_file(path: Path, url: URL, *, may_create: bool) -> None:
    """Make the database file if there is none. It appears whole or not at all, so an empty one was damaged."""
    refuse_network_drive(path)
    try:
        if path.exists():
            if path.stat().st_size == 0:
                raise StorageError(f"{place(url)} is empty: it was damaged; {RESTORE}.")
            return
        _require_permission(url, may_create=may_create)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.new")
        try:
            _create_file(fresh, url)
            with suppress(FileExistsError):  # another process was faster
                os.link(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
        sync(path.parent)
    except OSError as error:
        raise StorageError(f"{place(url)} cannot be created: {error.strerror} ({path.parent}).") from error


def _create_file(path: Path, url: URL) -> None:
    engine = sqlite_engine(path, url=url, create=True)
    with engine.connect() as connection, connection.begin():
        _create(connection)
    engine.dispose()
    sync(path)


@contextmanager
def _changing_schema(engine: Engine) -> Iterator[Connection]:
    """One transaction for a change of the schema, alone in it."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRES_LOCK})
                yield connection
            return
        # SQLite alters a table by rebuilding it, which must not run foreign key actions; the pragma does nothing
        # inside a transaction, so it goes to the driver before one begins.
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise StorageError("The migration would have left rows without their parents; nothing was changed.")
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
