"""Database engines set up the way this project needs them, and their errors put into words.

SQLite: one file in WAL mode, foreign keys enforced, every commit synced to disk, and explicit `BEGIN IMMEDIATE` for
writers (Python's driver would open the transaction late and then fail half-way for want of the write lock).
PostgreSQL: psycopg 3; reads on one repeatable-read snapshot.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError

from monitor.errors import StorageError
from storage.codec import dumps

BUSY_SECONDS = 15
_CONNECT_SECONDS = 10

RESTORE = "restore it from a backup: monitor restore FILE"
"""What to do about a database that is damaged or gone; this program never makes a new one in its place."""

READING = "monitor_reading"
"""Execution option of a connection whose transaction may not write."""
REFUSED = "monitor_refused"
"""Key in `Connection.info`: true once a statement of the present transaction has failed."""


def parse_url(url: str) -> URL:
    """`url` as SQLAlchemy's, for one of the two databases. Raises StorageError without quoting it: it may hold a
    password.

    What follows `sqlite:///` is a path to the letter, with whatever `?` and `%` are in it.
    """
    scheme, _, path = url.partition(":///")
    if scheme in ("sqlite", "sqlite+pysqlite") and path not in ("", ":memory:"):
        return URL.create("sqlite+pysqlite", database=path)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StorageError("database_url is no database address; see the manual for its form.") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise StorageError(f"database_url must name a SQLite file or a PostgreSQL database, not {backend!r}.")


def sqlite_path(url: str) -> Path | None:
    """The file behind a SQLite address, None for PostgreSQL. Raises StorageError as `parse_url` does."""
    parsed = parse_url(url)
    return Path(str(parsed.database)) if parsed.get_backend_name() == "sqlite" else None


def place(url: URL) -> str:
    """How to name the database to a person: never with a password."""
    if url.get_backend_name() == "sqlite":
        return f"The database {url.database}"
    return f"The PostgreSQL database {url.database or ''} at {url.host or 'the local socket'}:{url.port or 5432}"


def sqlite_engine(path: Path, *, url: URL, create: bool = False) -> Engine:
    """An engine on the SQLite file `path`; only with `create` is a missing file made (and connections not pooled)."""
    mode = "rwc" if create else "rw"
    target = URL.create(
        "sqlite+pysqlite", database=f"file:{quote(str(path.absolute()))}", query={"mode": mode, "uri": "true"}
    )
    engine = create_engine(
        target,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        json_serializer=dumps,
        poolclass=NullPool if create else QueuePool,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _watch(engine, url)
    return engine


def postgres_engine(url: URL) -> Engine:
    """An engine on the PostgreSQL database at `url`. Raises StorageError when its driver is not installed."""
    try:
        engine = create_engine(
            url,
            connect_args={"connect_timeout": _CONNECT_SECONDS} if "connect_timeout" not in url.query else {},
            json_serializer=dumps,
            pool_pre_ping=True,
        )
    except (ImportError, NoSuchModuleError) as error:
        raise StorageError(
            'PostgreSQL needs a driver that is not installed: pip install "lex-monitor[postgres]".'
        ) from error
    except (ArgumentError, TypeError, ValueError) as error:
        raise StorageError(f"{place(url)} cannot be used: its address has an option that is not known.") from error
    event.listen(engine, "begin", _begin_postgres)
    _watch(engine, url)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StorageError("The database is on a file system it cannot work on (a network drive?); use a local one.")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get(READING))
    connection.info[REFUSED] = False
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgres(connection: Connection) -> None:
    connection.info[REFUSED] = False


def _watch(engine: Engine, url: URL) -> None:
    """Turn every error of the driver into a StorageError that says what to do."""

    def translate(context: ExceptionContext) -> BaseException | None:
        if context.connection is not None and not context.connection.invalidated:
            context.connection.info[REFUSED] = True
        error = context.sqlalchemy_exception
        if not isinstance(error, DBAPIError) or context.is_pre_ping:
            return None
        reading = context.connection is not None and bool(context.connection.get_execution_options().get(READING))
        return StorageError(sentence(error, url, reading=reading))

    event.listen(engine, "handle_error", translate)


_SQLITE_CAUSES: Mapping[str, str] = {
    "is locked": f"is locked by another process and stayed so for {BUSY_SECONDS} s; wait for the other run or end it",
    "unable to open database file": "cannot be opened; check that the file is there and that this user may use it",
    "readonly database": "is read-only for this user; mend the permissions of the file and its directory",
    "file is not a database": f"is damaged or not a database; it was left as it is, {RESTORE}",
    "malformed": f"is damaged; it was left as it is, {RESTORE}",
    "unsupported file format": f"is damaged or not a database; it was left as it is, {RESTORE}",
    "disk is full": "cannot grow, the disk is full; free space, nothing stored before is affected",
    "disk i/o error": "cannot be read or written by the disk; check the disk",
}


def sentence(error: DBAPIError, url: URL, *, reading: bool = False) -> str:
    """What happened to the database at `url` and what to do about it; holds no password."""
    cause = " ".join(str(error.orig).split("\n")[0].split())
    if url.password:
        cause = cause.replace(str(url.password), "***")
    if isinstance(error, IntegrityError):
        return f"{place(url)} refused a row that contradicts what it holds: {cause}."
    if reading and ("readonly" in cause or "read-only" in cause):
        return f"{place(url)} was opened for reading only here; writing needs Store.begin()."
    if url.get_backend_name() == "sqlite":
        return _sqlite_sentence(cause, place(url))
    verb = "lost its connection" if error.connection_invalidated else "cannot be used"
    return f"{place(url)} {verb}: {cause}."


def sqlite_trouble(error: sqlite3.Error, path: Path) -> StorageError:
    """The error to raise for trouble that the driver itself reports with the SQLite file `path`."""
    return StorageError(_sqlite_sentence(str(error), f"The database {path}"))


def _sqlite_sentence(cause: str, named: str) -> str:
    known = (words for part, words in _SQLITE_CAUSES.items() if part in cause.lower())
    return f"{named} {next(known, f'cannot be used: {cause}')}."
