"""A write-ahead log that a bad disk tore: what is left is a beginning of what was committed, or it is refused.

With an honest disk nothing committed is in a torn log, since every commit is flushed. These are the others.
"""

import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.errors import StorageError
from storage.blobs import FileBlobs
from storage.sql import SqlStore
from tests.faults.cases import cases
from tests.faults.invariants import broken, counts
from tests.faults.world import AFTER, Place, Runner, serving
from tests.storage.samples import alert, kept_change

SEED = 20260608
HEADER, FRAME = 32, 24 + 4096
"""The form of SQLite's log: a header, then one frame for each page that was written."""
SOME_READ = 1
Figure = Callable[..., None]
Tear = Callable[[bytes, bytes, random.Random], bytes]


class Written(NamedTuple):
    """A data directory as it lies on the disk while its writer is at work, and the keys it committed, in order.

    `reused` is what the log held before it was begun anew: bytes that a write which never reached the disk leaves.
    """

    data: Path
    keys: list[str]
    reused: bytes


def opened(data: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{data / 'monitor.sqlite'}", FileBlobs(data / "blobs"))


def work(store: SqlStore, keys: list[str], *, transactions: int) -> None:
    """Each transaction: two captures with their snapshots, a change, and its alert."""
    for _ in range(transactions):
        keys.append(f"mptc-{len(keys):06d}-change")
        with store.begin() as unit:
            kept_change(unit, minutes=len(keys))
            unit.outbox.add(alert(keys[-1]), ("legal", "team"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Ten transactions of which the last six are in the log, in front of what is left of an earlier one."""
    home, keys = tmp_path_factory.mktemp("torn"), list[str]()
    store = opened(home / "data")
    work(store, keys, transactions=4)
    reused = (home / "data" / "monitor.sqlite-wal").read_bytes()
    with closing(sqlite3.connect(home / "data" / "monitor.sqlite")) as other:
        assert other.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()[0] == 0
    work(store, keys, transactions=6)
    shutil.copytree(home / "data", home / "lying")
    store.close()
    return Written(home / "lying", keys, reused)


def cut(log: bytes, _old: bytes, chance: random.Random) -> bytes:
    return log[: chance.randrange(len(log))]


def cut_between_frames(log: bytes, _old: bytes, chance: random.Random) -> bytes:
    return log[: HEADER + FRAME * chance.randrange(len(log) // FRAME)]


def flipped(log: bytes, _old: bytes, chance: random.Random) -> bytes:
    torn = bytearray(log)
    torn[chance.randrange(len(torn))] ^= chance.randrange(1, 256)
    return bytes(torn)


def dropped(log: bytes, _old: bytes, chance: random.Random) -> bytes:
    start = HEADER + FRAME * chance.randrange(len(log) // FRAME)
    return log[:start] + log[start + FRAME :]


def blank(log: bytes, _old: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(log) // 512) * 512
    return log[:start] + bytes(min(512, len(log) - start)) + log[start + 512 :]


def never_written(log: bytes, old: bytes, chance: random.Random) -> bytes:
    """Some sectors, here and there, still hold what they held before."""
    torn = bytearray(log)
    for sector in range(len(old) // 512):
        if chance.random() < 0.05:
            torn[sector * 512 : (sector + 1) * 512] = old[sector * 512 : (sector + 1) * 512]
    return bytes(torn)


TEARS: tuple[Tear, ...] = (cut, cut_between_frames, flipped, dropped, blank, never_written)


def held(data: Path) -> list[str]:
    """The keys in the database at `data` as the product reads them, oldest first. Raises StorageError."""
    store = SqlStore(f"sqlite:///{data / 'monitor.sqlite'}", FileBlobs(data / "blobs"), may_create=False)
    try:
        store.verify()
        with store.read() as unit:
            return sorted({delivery.alert.key for delivery in unit.outbox.all()})
    finally:
        store.close()


@pytest.mark.promise("G14")
@pytest.mark.timeout(1200)
def test_a_torn_log_leaves_a_beginning_of_what_was_committed(written: Written, tmp_path: Path, figure: Figure) -> None:
    chance, wrong, lost, refused = random.Random(SEED), {}, 0, 0
    log = (written.data / "monitor.sqlite-wal").read_bytes()
    number = cases(30, 600)
    for case in range(number):
        data, tear = tmp_path / f"{case}", TEARS[case % len(TEARS)]
        data.mkdir()
        (data / "blobs").symlink_to(written.data / "blobs")
        for name in ("monitor.sqlite", "monitor.sqlite-shm"):
            shutil.copyfile(written.data / name, data / name)
        (data / "monitor.sqlite-wal").write_bytes(tear(log, written.reused, chance))
        before = (data / "monitor.sqlite").read_bytes()
        try:
            keys = held(data)
        except StorageError as error:
            refused += 1
            if "monitor restore FILE" not in str(error) or (data / "monitor.sqlite").read_bytes() != before:
                wrong[case] = [tear.__name__, str(error)]
            continue
        lost += len(keys) < len(written.keys)
        rows, whole = counts(data), len(keys)
        found = [fault for fault in broken(data) if not fault.startswith("I3")]
        if keys != written.keys[:whole] or whole < 4:
            found.append(f"no beginning: {keys}")
        if (rows["changes"], rows["snapshots"], rows["deliveries"]) != (whole, 2 * whole, 2 * whole):
            found.append(f"a part of a transaction: {rows}")
        if found:
            wrong[case] = [tear.__name__, *found]
    note = f"torn logs: {lost} lost the last transactions, {refused} refused, seed {SEED}"
    figure("G14", cases=number, broken=len(wrong), note=note)
    assert not wrong, wrong
    assert lost >= number // 2
    assert held(written.data) == written.keys, "a log that is whole is read whole"


@pytest.mark.promise("G14")
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start runs quickly")
def test_what_a_torn_log_lost_is_fetched_and_told_again(tmp_path: Path, runner: Runner, figure: Figure) -> None:
    with serving() as site:
        place = Place(tmp_path / "torn", site, runner)
        assert place.call("run", "--once").code == 0
        site.pages = dict(AFTER)
        assert place.call("run", "--once", kill_at="after commit 1").code == -signal.SIGKILL
        log = Path(f"{place.database}-wal")
        os.truncate(log, log.stat().st_size - FRAME)
        ended = place.call("run", "--once")
        told = place.told()
    figure("G14", cases=1, broken=int(len(told) != 7), note="a run whose last commit a torn log lost")
    assert ended.code == SOME_READ, ended
    assert set(told.values()) == {1}
    assert len(told) == 7
    assert broken(place.data) == []
