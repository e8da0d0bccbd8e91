"""Writers killed at any moment lose nothing they had committed and leave nothing half."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.blobs import FileBlobs
from storage.sql import SqlStore
from tests.storage.crash_writer import CHANNELS

ROOT = Path(__file__).parents[2]
KILLS = 20

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start writers quickly"),
]


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, "-m", "tests.storage.crash_writer", str(tmp_path)]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
    ) as process:
        yield process


def kill_one(writers: subprocess.Popen[str], steps: int) -> list[str]:
    """Start a writer, kill it once it has said `steps` things, and return all it said to have kept."""
    assert writers.stdin is not None
    assert writers.stdout is not None
    writers.stdin.write("next\n")
    pid = int(writers.stdout.readline())
    said = [writers.stdout.readline().split() for _ in range(steps)]
    assert ["dead"] not in said
    os.kill(pid, signal.SIGKILL)
    said += [line.split() for line in iter(writers.stdout.readline, "dead\n")]
    return [words[1] for words in said if words[0] == "kept" and words[1] != "baseline"]


def check(directory: Path, kept: list[str]) -> None:
    """The database is whole, every row's body is there, and changes and alerts belong to each other one to one."""
    path = directory / "monitor.sqlite"
    if not path.exists():
        assert kept == []
        return
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    store = SqlStore(f"sqlite:///{path}", FileBlobs(directory / "blobs"))
    with store.read() as unit:
        changes = list(unit.changes.all())
        deliveries = unit.outbox.all()
        assert {delivery.alert.key for delivery in deliveries} == {
            f"mptc-{sequence}-change-{change.id}" for sequence, change in enumerate(reversed(changes), 1)
        }
        assert len(deliveries) == len(changes) * len(CHANNELS)
        assert set(kept) <= {delivery.alert.key for delivery in deliveries}
        for number in unit.captures.numbers():
            record = unit.captures.get(number)
            assert record.capture.body.startswith(b"<p>")
        for change in changes:
            assert unit.snapshots.get(change.after_id).document.blocks[0] == change.edits[0].after
    store.close()


def test_killed_writers_leave_whole_transactions_only(writers: subprocess.Popen[str], tmp_path: Path) -> None:
    chance = random.Random(20260608)
    kept: list[str] = []
    for _ in range(KILLS):
        kept += kill_one(writers, chance.randrange(0, 25))
        check(tmp_path, kept)
    assert len(kept) >= KILLS
