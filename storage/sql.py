"""The store on SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from monitor.errors import StorageError
from monitor.ports import BlobStore, UnitOfWork
from storage.engine import READING, REFUSED, sqlite_path
from storage.migrate import open_engine
from storage.repositories.archive import SqlCaptures, SqlChanges, SqlSnapshots
from storage.repositories.ledger import SqlDocuments, SqlSources
from storage.repositories.outbox import SqlOutbox
from storage.repositories.register import SqlEvents, SqlVerdicts
from storage.sqlite_file import check
from storage.unit import Unit


class SqlStore:
    """A `Store` on the database at `url`: a SQLite file (`sqlite:////var/lib/monitor.sqlite3`) or PostgreSQL
    (`postgresql+psycopg://user:password@host/name`), with bodies and documents in `blobs`.

    What is missing is made when the store is opened if `may_create`, an older schema is upgraded. Raises StorageError
    when the database cannot be reached, is damaged, or was written by a newer version: it is never recreated. May be
    used by many threads and processes; a unit of work belongs to one thread.
    """

    def __init__(self, url: str, blobs: BlobStore, *, may_create: bool = True) -> None:
        self._blobs = blobs
        self._engine = open_engine(url, may_create=may_create)
        self._file = sqlite_path(url)
        self._reader = _reader(self._engine)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """See `Store.begin`. Once a write was refused the unit cannot be committed any more, whoever caught that
        error: ending it raises StorageError and keeps nothing."""
        # Bodies are durable before the rows that name them are committed: the inner block ends first.
        with _connected(self._engine) as connection, connection.begin(), self._blobs.together() as blobs:
            yield self._unit(connection, blobs)
            if connection.info[REFUSED]:
                raise StorageError("A write of this transaction was refused, so nothing of it was kept.")

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """See `Store.read`. Writing through it raises StorageError."""
        with _connected(self._reader) as connection, connection.begin() as transaction:
            yield self._unit(connection, self._blobs)
            transaction.rollback()

    def verify(self) -> None:
        """See `Store.verify`. PostgreSQL checks its pages itself when it was set up to (`initdb --data-checksums`)."""
        if self._file is not None:
            check(self._file)

    def close(self) -> None:
        """Give every connection back; the store must not be used afterwards."""
        self._engine.dispose()

    def _unit(self, connection: Connection, blobs: BlobStore) -> Unit:
        return Unit(
            sources=SqlSources(connection),
            documents=SqlDocuments(connection),
            captures=SqlCaptures(connection, blobs),
            snapshots=SqlSnapshots(connection, blobs),
            changes=SqlChanges(connection),
            events=SqlEvents(connection),
            verdicts=SqlVerdicts(connection),
            outbox=SqlOutbox(connection),
        )


def _reader(engine: Engine) -> Engine:
    if engine.dialect.name == "postgresql":
        return engine.execution_options(**{READING: True}, isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(**{READING: True})


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A connection; what goes wrong in the pool itself (none free in time) is put into words too."""
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise StorageError(f"No connection to the database could be had: {error}.") from error
    with connection:
        yield connection
