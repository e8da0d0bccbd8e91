"""The schema and its history agree, on both databases."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from monitor.errors import StorageError
from storage import migrate
from storage.engine import parse_url, postgres_engine, sqlite_engine
from storage.memory import MemoryBlobs
from storage.sql import SqlStore
from storage.tables import metadata
from tests.storage.samples import kept_change


def bare_engine(url: str) -> Engine:
    """An engine on an empty database, before this program has made anything in it."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "postgresql":
        return postgres_engine(parsed)
    return sqlite_engine(Path(str(parsed.database)), url=parsed, create=True)


def differences(engine: Engine) -> object:
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), metadata)


def shape(engine: Engine) -> dict[str, object]:
    """Everything the database says of its tables, as made."""
    inspector = inspect(engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            inspector.get_pk_constraint(table),
            sorted(inspector.get_foreign_keys(table), key=str),
            sorted(inspector.get_unique_constraints(table), key=str),
            sorted(inspector.get_check_constraints(table), key=str),
            sorted(inspector.get_indexes(table), key=str),
        )
        for table in inspector.get_table_names()
    }


def test_migrations_make_the_schema_the_program_works_with(database_url: str) -> None:
    engine = bare_engine(database_url)
    migrate.upgrade(engine)
    assert differences(engine) == []
    assert migrate.current(engine) == migrate.head()
    engine.dispose()


def test_database_made_at_once_is_the_one_migrations_make(database_url: str, tmp_path: Path) -> None:
    engine = migrate.open_engine(database_url)
    at_once = shape(engine)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for table in at_once:
                connection.execute(text(f'DROP TABLE "{table}" CASCADE'))
        migrated = engine
    else:
        migrated = bare_engine(f"sqlite:///{tmp_path / 'migrated.sqlite'}")
    migrate.upgrade(migrated)
    assert shape(migrated) == at_once
    migrated.dispose()
    engine.dispose()


def test_upgrading_an_up_to_date_database_changes_nothing(database_url: str) -> None:
    store = SqlStore(database_url, MemoryBlobs())
    with store.begin() as unit:
        made = kept_change(unit)
    engine = migrate.open_engine(database_url)
    migrate.upgrade(engine)
    engine.dispose()
    with store.read() as unit:
        assert unit.changes.all() == [made]
    store.close()


def test_revisions_are_those_of_the_migrations_directory() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(script.revision for script in walked)[::-1] == migrate.REVISIONS


def test_older_schema_is_brought_forward(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate.open_engine(database_url).dispose()
    upgraded: list[Engine] = []
    monkeypatch.setattr(migrate, "REVISIONS", (*migrate.REVISIONS, "9999"))
    monkeypatch.setattr(migrate, "upgrade", upgraded.append)
    migrate.open_engine(database_url).dispose()
    assert len(upgraded) == 1


def test_newer_schema_is_refused_and_left_alone(database_url: str) -> None:
    engine = migrate.open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2099'"))
    with pytest.raises(StorageError, match=r"newer version .*2099"):
        SqlStore(database_url, MemoryBlobs())
    assert migrate.current(engine) == "2099"
    engine.dispose()


def test_migration_that_fails_leaves_the_database_as_it_was(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = bare_engine(database_url)

    def fail(_connection: object) -> None:
        raise StorageError("stopped half-way")

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises((StorageError, TypeError)):
        migrate.upgrade(engine)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_many_processes_opening_a_new_database_make_one(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        engines = list(pool.map(lambda _: migrate.open_engine(database_url), range(6)))
    assert {migrate.current(engine) for engine in engines} == {migrate.head()}
    for engine in engines:
        engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("again", [False, True])
def test_opening_a_database_that_is_new_or_up_to_date_imports_no_alembic(tmp_path: Path, again: bool) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.sqlite'}"
    if again:
        migrate.open_engine(url).dispose()
    program = (
        "import sys; from storage.sql import SqlStore; from storage.memory import MemoryBlobs\n"
        f"SqlStore({url!r}, MemoryBlobs()).close()\n"
        "sys.exit(any(name.partition('.')[0] in ('alembic', 'mako', 'psycopg') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_schema_compiles_for_both_databases_without_native_enums() -> None:
    assert not [column for table in metadata.tables.values() for column in table.c if "ENUM" in str(column.type)]
