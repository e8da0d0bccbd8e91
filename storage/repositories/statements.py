"""Statements both databases understand but SQLAlchemy spells per dialect."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.mapping import Row


def insert(connection: Connection, table: Table[Any]) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what to do on a conflict."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_missing(connection: Connection, table: Table[Any], rows: Sequence[Row]) -> None:
    """Insert the rows whose primary key is not there yet."""
    if rows:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)


def upsert(connection: Connection, table: Table[Any], rows: Sequence[Row], *, keep: frozenset[str]) -> None:
    """Insert the rows, or replace all columns but the primary key and `keep` of those that are there.

    Rows go in the order of their keys, so that two writers lock them in the same order.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert(connection, table)
    replaced = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in {*keys, *keep}
    }
    ordered = sorted(rows, key=lambda row: tuple(row[key] for key in keys))
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced), ordered)


def add(connection: Connection, table: Table[Any], row: Row) -> int:
    """Insert one row and return its number."""
    number: int = connection.execute(table.insert().returning(table.c.id), row).scalar_one()
    return number
