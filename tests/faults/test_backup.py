"""Backups that are made while a writer works: every one restores to something whole that has all it must have."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from monitor.errors import StorageError
from storage.backup import back_up
from storage.blobs import FileBlobs
from storage.restore import restore
from storage.sql import SqlStore
from tests.faults.cases import cases
from tests.faults.invariants import broken, counts
from tests.faults.world import AFTER, ROOT, Place, Runner, serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start runs quickly")]

SEED = 20260608
NOW = datetime(2026, 6, 8, 12, tzinfo=UTC)
SOME_READ, MISUSED, BUSY, STORAGE_FAILED = 1, 2, 4, 5
Figure = Callable[..., None]


def url_of(data: Path) -> str:
    return f"sqlite:///{data / 'monitor.sqlite'}"


class Writer:
    """A process that writes changes with their alerts into `data` without end; `kept` are the keys it committed."""

    def __init__(self, data: Path) -> None:
        program = [sys.executable, "-m", "tests.storage.crash_writer", str(data)]
        self._process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
        )
        assert self._process.stdin is not None
        self._process.stdin.write("next\n")
        self._writer = int(self._line())
        self.kept: list[str] = []

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def work(self, changes: int) -> None:
        """Take note of what it keeps until that are so many more; it goes on working afterwards."""
        wanted = len(self.kept) + changes
        while len(self.kept) < wanted:
            words = self._line().split()
            if words[0] == "kept" and words[1] != "baseline":
                self.kept.append(words[1])

    def end(self) -> None:
        os.kill(self._writer, signal.SIGKILL)
        self._process.communicate()


@pytest.mark.promise("G14")
@pytest.mark.timeout(1200)
def test_backups_taken_while_a_daemon_writes_all_restore(tmp_path: Path, figure: Figure) -> None:
    data, number, wrong = tmp_path / "data", cases(3, 50), {}
    writer = Writer(data)
    try:
        for case in range(number):
            writer.work(2)
            already = list(writer.kept)
            file, target = tmp_path / "backup.tar", tmp_path / f"restored-{case}"
            made = back_up(url_of(data), FileBlobs(data / "blobs"), file, now=NOW)
            restore(file, url=url_of(target), blobs=FileBlobs(target / "blobs"), force=False, now=NOW)
            store = SqlStore(url_of(target), FileBlobs(target / "blobs"), may_create=False)
            with store.read() as unit:
                keys = {delivery.alert.key for delivery in unit.outbox.all()}
            store.close()
            found = [fault for fault in broken(target) if not fault.startswith("I3")]
            if found or made.missing or not set(already) <= keys:
                wrong[case] = [*found, *made.missing, *(set(already) - keys)]
    finally:
        writer.end()
    figure("G14", cases=number, broken=len(wrong), note="backups taken while a writer works, all restored")
    assert not wrong, wrong


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Iterator[Place]:
    """A place whose sources were read once, before the site changed, with its backup beside its data."""
    with serving() as site:
        place = Place(tmp_path_factory.mktemp("backup") / "first", site, runner)
        assert place.call("run", "--once").code == 0
        assert place.call("backup", str(backup_of(place))).code == 0
        site.pages = dict(AFTER)
        yield place


def backup_of(place: Place) -> Path:
    return place.directory.parent / "first.tar"


@pytest.mark.promise("G14")
def test_a_restored_place_goes_on_where_the_backup_was_made(first: Place, figure: Figure) -> None:
    place = Place(first.directory.parent / "elsewhere", first.site, first.runner)
    assert place.call("restore", str(backup_of(first))).code == 0
    assert broken(place.data) == []
    assert {name: rows for name, rows in counts(place.data).items() if name != "alembic_version"}.keys() <= counts(
        first.data
    ).keys()
    assert place.call("run", "--once").code == SOME_READ
    assert len(place.told()) == 7
    figure("G14", cases=1, broken=0, note="a restored place tells what happened since")


@pytest.mark.promise("G2")
def test_keys_given_out_after_the_backup_never_name_anything_else(first: Place, figure: Figure) -> None:
    place = first.like("rewound")
    assert place.call("run", "--once").code == SOME_READ
    told = set(place.told())
    assert place.call("restore", "--force", str(backup_of(first))).code == 0
    assert place.call("run", "--once").code == SOME_READ
    assert len(set(place.told()) - told) == len(told), "told again under new keys, so that nobody drops them as repeats"
    figure("G2", cases=len(told), broken=0, note="keys after a restore")


@pytest.mark.promise("G14")
def test_a_database_that_is_there_is_set_aside_only_on_demand(first: Place, figure: Figure) -> None:
    place = first.like("kept")
    place.call("run", "--once")
    before = counts(place.data)
    refused = place.call("restore", str(backup_of(first)))
    assert refused.code == MISUSED
    assert "--force" in refused.stderr
    assert counts(place.data) == before
    assert place.call("restore", "--force", str(backup_of(first))).code == 0
    (aside,) = (path for path in place.data.glob("monitor.sqlite.replaced-*") if path.suffix not in ("-wal", "-shm"))
    aside.rename(place.data / "monitor.sqlite")
    assert counts(place.data) == before
    figure("G14", cases=2, broken=0, note="restores over a database")


@pytest.mark.promise("G14")
@pytest.mark.parametrize("lock", ["daemon.lock", "run.lock", "delivery.lock"])
def test_nothing_is_restored_while_somebody_works(first: Place, lock: str) -> None:
    place = first.like(f"busy-{lock}")
    with FileLock(place.data / lock):
        assert place.call("restore", "--force", str(backup_of(first))).code == BUSY


@pytest.mark.promise("G14")
@pytest.mark.timeout(600)
def test_a_restore_killed_anywhere_leaves_the_old_or_the_new(first: Place, figure: Figure) -> None:
    whole = first.like("restored")
    assert whole.call("run", "--once").code == SOME_READ
    new, old = counts(first.data), counts(whole.data)
    points = whole.like("restored-counted").call("restore", "--force", str(backup_of(first))).points
    chosen, wrong = random.Random(SEED).sample(points, cases(5, len(points))), {}
    for number, point in enumerate(chosen):
        place = whole.like(f"restored-{number}")
        place.call("restore", "--force", str(backup_of(first)), kill_at=point)
        found = broken(place.data)
        if not place.database.exists() or counts(place.data) not in (old, new):
            found.append("neither the old nor the new")
        if place.call("restore", "--force", str(backup_of(first))).code or counts(place.data) != new:
            found.append("cannot be restored afterwards")
        if found:
            wrong[point] = found
    figure("G14", cases=len(chosen), broken=len(wrong), note=f"restores killed at each of {len(points)} points")
    assert not wrong, wrong


@pytest.mark.promise("G14")
def test_a_damaged_backup_is_refused_and_changes_nothing(first: Place, tmp_path: Path, figure: Figure) -> None:
    chance, content, wrong = random.Random(SEED), backup_of(first).read_bytes(), {}
    number = cases(20, 100)
    for case in range(number):
        hurt = bytearray(content)
        at = chance.randrange(len(hurt))
        if case % 3 == 0:
            hurt = hurt[:at]
        else:
            hurt[at] ^= chance.randrange(1, 256)
        file, target = tmp_path / f"{case}.tar", tmp_path / f"data-{case}"
        file.write_bytes(hurt)
        try:
            restore(file, url=url_of(target), blobs=FileBlobs(target / "blobs"), force=False, now=NOW)
        except StorageError:
            if (target / "monitor.sqlite").exists():
                wrong[case] = ["refused, but something was restored"]
        else:  # what was altered means nothing: padding, or the stamp of a member
            if found := broken(target):
                wrong[case] = found
    figure("G14", cases=number, broken=len(wrong), note=f"damaged backups, seed {SEED}")
    assert not wrong, wrong


@pytest.mark.promise("G14")
def test_a_backup_never_replaces_what_is_none(first: Place) -> None:
    for file in (first.config, first.database):
        before = file.read_bytes()
        ended = first.call("backup", str(file))
        assert (ended.code, file.read_bytes()) == (MISUSED, before), ended
    assert first.call("backup", str(first.directory / "no" / "such" / "b.tar")).code == MISUSED
    assert first.call("restore", str(first.directory / "none.tar"), "--force").code == MISUSED


@pytest.mark.promise("G14")
def test_a_backup_of_an_archive_with_a_hole_says_so_and_keeps_the_rest(first: Place, figure: Figure) -> None:
    place = first.like("hole")
    lost = next(path for path in sorted((place.data / "blobs").rglob("*")) if path.is_file())
    lost.unlink()
    ended = place.call("backup", str(place.directory / "hole.tar"))
    assert ended.code == STORAGE_FAILED
    assert lost.parent.name + lost.name in ended.stderr or "bodies are gone" in ended.stderr
    other = Place(place.directory.parent / "holey", place.site, place.runner)
    assert other.call("restore", str(place.directory / "hole.tar")).code == STORAGE_FAILED
    assert not other.database.exists()
    assert other.call("restore", "--force", str(place.directory / "hole.tar")).code == STORAGE_FAILED
    assert counts(other.data) == counts(place.data)
    figure("G14", cases=1, broken=0, note="a backup of an archive with a hole")
