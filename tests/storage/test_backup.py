"""What a backup of either database holds, and what is refused."""

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import StorageError, UsageError
from storage.backup import back_up, opened
from storage.blobs import FileBlobs
from storage.restore import restore
from storage.sql import SqlStore
from tests.storage.samples import kept_change

NOW = datetime(2026, 6, 8, 12, tzinfo=UTC)


def filled(url: str, blobs: FileBlobs) -> None:
    store = SqlStore(url, blobs)
    with store.begin() as unit:
        for number in range(3):
            kept_change(unit, f"source-{number}")
    store.close()


def test_bodies_are_all_there_and_those_of_a_postgres_database_alone(database_url: str, tmp_path: Path) -> None:
    blobs, file = FileBlobs(tmp_path / "blobs"), tmp_path / "backup.tar"
    filled(database_url, blobs)
    made = back_up(database_url, blobs, file, now=NOW)
    other = FileBlobs(tmp_path / "other" / "blobs")
    sqlite = database_url.startswith("sqlite")
    target = f"sqlite:///{tmp_path / 'other' / 'monitor.sqlite'}" if sqlite else database_url
    done = restore(file, url=target, blobs=other, force=False, now=NOW)
    assert (bool(made.database_sha256), done.damaged, made.missing) == (sqlite, (), ())
    with opened(file) as backup:
        assert len(backup.digests) == made.bodies == 4
        assert all(other.get(digest) == blobs.get(digest) for digest in backup.digests)
    store = SqlStore(target, other, may_create=False)
    with store.read() as unit:
        assert len(unit.changes.all()) == 3
        assert unit.snapshots.get(1).document.blocks
    store.close()


def test_bodies_of_a_postgres_database_are_not_taken_for_a_sqlite_backup(database_url: str, tmp_path: Path) -> None:
    blobs, file = FileBlobs(tmp_path / "blobs"), tmp_path / "backup.tar"
    filled(database_url, blobs)
    back_up(database_url, blobs, file, now=NOW)
    sqlite = database_url.startswith("sqlite")
    wrong = "postgresql://monitor@127.0.0.1:9/lex" if sqlite else f"sqlite:///{tmp_path / 'other.sqlite'}"
    with pytest.raises(UsageError, match="not what database_url names"):
        restore(file, url=wrong, blobs=blobs, force=True, now=NOW)


def test_names_inside_a_backup_lead_nowhere(tmp_path: Path) -> None:
    blobs, file, url = FileBlobs(tmp_path / "blobs"), tmp_path / "backup.tar", f"sqlite:///{tmp_path / 'm.sqlite'}"
    filled(url, blobs)
    back_up(url, blobs, file, now=NOW)
    (tmp_path / "evil").write_text("evil")
    with tarfile.open(file, "a") as tar:
        tar.add(tmp_path / "evil", "blobs/../../../outside")
        tar.add(tmp_path / "evil", str(tmp_path / "outside"))
    target = tmp_path / "a" / "b" / "c"
    with pytest.raises(StorageError, match=r"altered|damaged"):
        restore(file, url=f"sqlite:///{target / 'm.sqlite'}", blobs=FileBlobs(target / "blobs"), force=True, now=NOW)
    assert not list(tmp_path.rglob("outside*"))


def test_database_that_is_missing_is_neither_backed_up_nor_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        back_up(f"sqlite:///{tmp_path / 'm.sqlite'}", FileBlobs(tmp_path / "blobs"), tmp_path / "b.tar", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_database_that_is_gone_is_not_made_anew_beside_its_archive(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="monitor restore FILE"):
        SqlStore(database_url, FileBlobs(tmp_path / "blobs"), may_create=False)
    SqlStore(database_url, FileBlobs(tmp_path / "blobs"), may_create=True).close()
    SqlStore(database_url, FileBlobs(tmp_path / "blobs"), may_create=False).close()
