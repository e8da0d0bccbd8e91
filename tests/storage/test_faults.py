"""Databases that cannot be used, and what is said about them."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from monitor.errors import StorageError
from storage import engine
from storage.engine import parse_url, sentence
from storage.memory import MemoryBlobs
from storage.sql import SqlStore
from tests.storage.samples import kept_change, known


def opened(path: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{path}", MemoryBlobs())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed database with something in it."""
    path = tmp_path / "monitor.sqlite"
    store = opened(path)
    with store.begin() as unit:
        for number in range(20):
            kept_change(unit, f"source-{number}")
    store.close()
    return path


def test_missing_directory_is_made(tmp_path: Path) -> None:
    opened(tmp_path / "a" / "b" / "monitor.sqlite").close()
    assert [entry.name for entry in (tmp_path / "a" / "b").iterdir()] == ["monitor.sqlite"]


def test_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match=r"cannot be created: .*file"):
        opened(tmp_path / "file" / "monitor.sqlite")


def test_sqlite_is_set_up_for_durability(path: Path) -> None:
    store = opened(path)
    with store.begin() as unit:
        connection = unit.sources._connection  # type: ignore[attr-defined]
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        }
    store.close()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
        "query_only": 0,
    }


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "monitor.sqlite"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"monitor\.sqlite .*backup"):
        opened(path)
    assert path.read_bytes() == content


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE sources (name)")
    connection.close()
    with pytest.raises(StorageError, match="no data of this program"):
        opened(path)


def test_truncated_database_is_refused(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:6000])
    with pytest.raises(StorageError, match="damaged"):
        opened(path)
    assert path.read_bytes() == content[:6000]


def test_damaged_pages_are_a_storage_error_and_never_a_fresh_start(path: Path, tmp_path: Path) -> None:
    chance, content = random.Random(11), path.read_bytes()
    refused = 0
    for number in range(40):
        damaged = bytearray(content)
        start = chance.randrange(0, len(content), 4096)
        damaged[start : start + 100] = chance.randbytes(100)
        copy = tmp_path / f"damaged-{number}.sqlite"
        copy.write_bytes(damaged)
        try:
            store = opened(copy)
            store.verify()
            with store.begin() as unit:
                assert len(unit.changes.all()) > 0
                unit.documents.save([known("source-1"), known("new")])
                assert unit.sources.all()
            store.close()
        except StorageError:
            refused += 1
        except (AssertionError, ValueError, TypeError) as error:
            pytest.fail(f"page {start // 4096}: {error!r}")
    assert refused >= 10


def test_database_locked_by_another_process_is_said_to_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    store = opened(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another process"), store.begin():
        pass
    other.execute("ROLLBACK")
    other.close()
    with store.begin() as unit:
        unit.documents.save([known("after")])
    store.close()


def test_reading_goes_on_while_another_process_writes(path: Path) -> None:
    store = opened(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with store.read() as unit:
        assert len(unit.sources.all()) == 20
    other.execute("ROLLBACK")
    other.close()
    store.close()


def test_database_removed_while_in_use_is_not_made_anew(path: Path) -> None:
    opened(path).close()
    store = opened(path)
    store.close()
    path.unlink()
    with pytest.raises(StorageError, match="cannot be opened"), store.begin():
        pass
    assert not path.exists()


def test_path_with_odd_letters_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "ទិន្នន័យ 100% #1?" / "a b.sqlite"
    opened(path).close()
    assert path.is_file()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d", "postgresql://u:secret@h:port/d"]
)
def test_address_that_cannot_be_used_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(StorageError, match="database_url") as caught:
        SqlStore(url, MemoryBlobs())
    assert "secret" not in str(caught.value)


def test_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StorageError, match=r"PostgreSQL database lex at 127\.0\.0\.1:9 cannot be used") as caught:
        SqlStore("postgresql://monitor:s3cret-canary@127.0.0.1:9/lex", MemoryBlobs())
    assert "s3cret-canary" not in str(caught.value)


@pytest.mark.postgres
def test_database_that_the_server_does_not_have_is_named(postgres_server: str) -> None:
    with pytest.raises(StorageError, match=r'cannot be used: .*"no_such_database" does not exist'):
        SqlStore(postgres_server.replace("/postgres?", "/no_such_database?"), MemoryBlobs())


@pytest.mark.postgres
def test_tables_of_another_program_are_refused(postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE events (name text)")
    with pytest.raises(StorageError, match="tables named events"):
        SqlStore(postgres_url, MemoryBlobs())


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("database is locked", "locked by another process"),
        ("attempt to write a readonly database", "read-only for this user"),
        ("database or disk is full", "disk is full"),
        ("disk I/O error", "check the disk"),
        ("database disk image is malformed", "restore it from a backup"),
        ("unable to open database file", "cannot be opened"),
        ("too many terms", "cannot be used: too many terms"),
    ],
)
def test_every_trouble_of_sqlite_is_put_into_words(message: str, words: str) -> None:
    error = OperationalError("SELECT 1", {}, sqlite3.OperationalError(message))
    assert words in sentence(error, parse_url("sqlite:////data/monitor.sqlite"))


def test_password_in_a_drivers_message_is_not_repeated() -> None:
    error = OperationalError("SELECT 1", {}, Exception("no entry for u with s3cret"))
    assert "s3cret" not in sentence(error, parse_url("postgresql://u:s3cret@db.example/lex"))


def _move(path: Path) -> Path:
    moved = path.with_name("restored.sqlite")
    shutil.copyfile(path, moved)
    return moved


def _without_wal(path: Path) -> Path:
    copy = path.with_name("vacuumed.sqlite")
    connection = sqlite3.connect(path)
    connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    return copy


@pytest.mark.parametrize("restore", [_move, _without_wal])
def test_copied_database_opens_with_everything_in_it(path: Path, restore: Callable[[Path], Path]) -> None:
    store = opened(restore(path))
    with store.begin() as unit:
        assert len(unit.changes.all()) == 20
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE sources SET health = 'purple'",
        "UPDATE sources SET last_ok_at = 'yesterday'",
        "UPDATE changes SET edits = '[{\"kind\":'",
        "UPDATE changes SET edits = '[{}]'",
        "UPDATE changes SET edits = '7'",
        "UPDATE changes SET captured_at = CAST(x'ff' AS TEXT)",
    ],
)
def test_row_that_makes_no_sense_is_a_storage_error(path: Path, damage: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(damage)
    connection.commit()
    connection.close()
    store = opened(path)
    with pytest.raises(StorageError, match=r"cannot be (read|used)"), store.read() as unit:
        assert len(unit.sources.all()) == len(unit.changes.all())
    store.close()
