"""Statements both databases understand but SQLAlchemy spells per dialect."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Executable, RowMapping, Table

from storage.mapping import Row, unreadable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def read_all(connection: Connection, query: Executable) -> Sequence[RowMapping]:
    """All rows of a query. Raises StorageError for one whose columns do not hold what they must."""
    try:
        return connection.execute(query).mappings().all()
    except ValueError as error:
        raise unreadable(error) from error


def read_each(connection: Connection, query: Executable) -> Iterator[RowMapping]:
    """The rows of a query, one at a time, for those who need not hold them all. Raises StorageError like `read_all`."""
    try:
        yield from connection.execute(query).mappings()
    except ValueError as error:
        raise unreadable(error) from error


def read_one(connection: Connection, query: Executable) -> RowMapping | None:
    """The only row of a query, or None. Raises StorageError like `read_all`."""
    found = read_all(connection, query)
    return found[0] if found else None


def insert(connection: Connection, table: Table[Any]) -> "postgresql.Insert | sqlite.Insert":
    """An insert that can say what to do on a conflict."""
    # Each dialect is loaded where it is used, for a short run notices that of PostgreSQL at its start.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def insert_missing(connection: Connection, table: Table[Any], values: Sequence[Row]) -> None:
    """Insert the rows whose primary key is not there yet."""
    if values:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), values)


def upsert(connection: Connection, table: Table[Any], values: Sequence[Row], *, keep: frozenset[str]) -> None:
    """Insert the rows, or replace all columns but the primary key and `keep` of those that are there.

    Rows go in the order of their keys, so that two writers lock them in the same order.
    """
    if not values:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert(connection, table)
    replaced = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in {*keys, *keep}
    }
    ordered = sorted(values, key=lambda each: tuple(each[key] for key in keys))
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced), ordered)


def add(connection: Connection, table: Table[Any], values: Row) -> int:
    """Insert one row and return its number."""
    number: int = connection.execute(table.insert().returning(table.c.id), values).scalar_one()
    return number
