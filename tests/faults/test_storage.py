"""Disks that are full, locked, read-only or damaged: it is said, nothing is made anew, and it goes on by itself."""

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from monitor.errors import BlobMissingError, StorageError
from storage.blobs import FileBlobs
from storage.sqlite_file import refuse_network_drive
from tests.faults.cases import cases
from tests.faults.invariants import broken, counts
from tests.faults.power import Disk
from tests.faults.world import AFTER, Place, Runner, serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start runs quickly")]

SEED = 20260608
SOME_READ, STORAGE_FAILED = 1, 5
TOLD_OF_STORAGE = Counter({("team", "health"): 1, ("legal", "health"): 1, ("team", "recovered"): 1})
"""Once on every channel for operators that it fails, and that it is over."""
Figure = Callable[..., None]


@pytest.fixture(scope="module")
def first(runner: Runner) -> Iterator[Place]:
    """A place whose sources were read once, before the site changed; what it holds is copied by each test."""
    with serving() as site, tempfile.TemporaryDirectory(prefix="monitor-faults-") as directory:
        place = Place(Path(directory) / "first", site, runner)
        assert place.call("run", "--once").code == 0
        place.checkpoint()
        site.pages = dict(AFTER)
        yield place


def fault_of(place: Place, code: int, errors: str) -> list[str]:
    """What is not as it must be after a run that may have failed for want of storage."""
    found = broken(place.data)
    if code not in (SOME_READ, STORAGE_FAILED) or "Traceback" in errors:
        found.append(f"ended with {code}: {errors}")
    if code == STORAGE_FAILED and not errors.startswith("monitor: "):
        found.append(f"does not say what is wrong: {errors!r}")
    return found


def resumed(place: Place) -> list[str]:
    """What is not as it must be after the next run, with nothing in its way any more."""
    ended = place.call("run", "--once")
    found = fault_of(place, ended.code, ended.stderr)
    if ended.code != SOME_READ:
        found.append(f"did not resume: {ended.stderr}")
    if len(place.told()) != 7:
        found.append(f"told {sorted(place.told())}")
    if place.cries() not in (Counter(), TOLD_OF_STORAGE):
        found.append(f"told of the storage: {place.cries()}")
    return found


# A disk that is full ------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(at: Path, *, kilobytes: int) -> Iterator[None]:
    at.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(at)], check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


@pytest.mark.promise("G14")
@pytest.mark.timeout(3600)
@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk can be mounted by root only")
def test_a_full_disk_stops_the_run_and_the_next_one_catches_up(first: Place, figure: Figure) -> None:
    chance, wrong, refused = random.Random(SEED), {}, 0
    number = cases(2, 100)
    for case in range(number):
        disk = first.directory.with_name(f"disk-{case}")
        with small_disk(disk, kilobytes=4096):
            place = first.like(f"disk-{case}/full-{case}")
            before = counts(place.data)
            room = shutil.disk_usage(disk).free
            (disk / "ballast").write_bytes(bytes(room - chance.randrange(0, 700_000 if case % 2 else 12_000)))
            ended = place.call("run", "--once")
            refused += ended.code == STORAGE_FAILED
            again = place.call("run", "--once") if ended.code == STORAGE_FAILED else ended
            cried = place.cries()
            (disk / "ballast").unlink()
            found = fault_of(place, ended.code, ended.stderr)
            if again.code == STORAGE_FAILED and cried != {("team", "health"): 1, ("legal", "health"): 1}:
                found.append(f"told of the full disk: {cried}")
            found += [f"lost {name}" for name, rows in counts(place.data).items() if rows < before[name]]
            if found := found + resumed(place):
                wrong[case] = found
    figure("G14", cases=number, broken=len(wrong), note=f"disk full, {refused} runs refused, seed {SEED}")
    assert not wrong, wrong
    assert refused


@pytest.mark.promise("G14")
@pytest.mark.timeout(3600)
def test_files_that_cannot_grow_stop_the_run_and_the_next_one_catches_up(first: Place, figure: Figure) -> None:
    chance, wrong, refused = random.Random(SEED), {}, 0
    number = cases(1, 40)
    for case in range(number):
        place = first.like(f"short-{case}")
        ended = place.call("run", "--once", largest_file=chance.randrange(1_000, 150_000))
        refused += ended.code == STORAGE_FAILED
        if found := fault_of(place, ended.code, ended.stderr) + resumed(place):
            wrong[case] = found
    figure("G14", cases=number, broken=len(wrong), note=f"files that cannot grow, {refused} runs refused")
    assert not wrong, wrong


# A database that is locked ------------------------------------------------------------------------------------------


@pytest.mark.promise("G14")
@pytest.mark.timeout(1200)
def test_a_locked_database_is_waited_for_and_then_said_to_be_locked(first: Place, figure: Figure) -> None:
    chance, wrong, refused = random.Random(SEED), {}, 0
    number = cases(2, 60)
    for case in range(number):
        place = first.like(f"locked-{case}")
        other = sqlite3.connect(place.database, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        # Either it gives way while the run waits, or it does not give way before the run is over.
        patience = chance.uniform(0.1, 3) if case % 2 else 0
        timer = threading.Timer(patience, other.execute, ["ROLLBACK"])
        if patience:
            timer.start()
        ended = place.call("run", "--once", busy_seconds=30 if patience else 0.3)
        if patience:
            timer.join()
        else:
            other.execute("ROLLBACK")
        other.close()
        found = fault_of(place, ended.code, ended.stderr)
        refused += ended.code == STORAGE_FAILED
        if ended.code != (SOME_READ if patience else STORAGE_FAILED) or (not patience and "locked" not in ended.stderr):
            found.append(f"{ended.code} after {patience} s: {ended.stderr}")
        if found := found + resumed(place):
            wrong[case] = found
    figure("G14", cases=number, broken=len(wrong), note=f"database locked, {refused} runs refused, seed {SEED}")
    assert not wrong, wrong


# A directory that is read-only --------------------------------------------------------------------------------------

CLOSED: dict[str, Callable[[Place], list[tuple[Path, int]]]] = {
    "data": lambda place: [(place.data, 0o555)],
    "hidden": lambda place: [(place.data, 0o000)],
    "database": lambda place: [(place.database, 0o444)],
    "archive": lambda place: (
        [(path, 0o555) for path in (place.data / "blobs").rglob("*") if path.is_dir()] + [(place.data / "blobs", 0o555)]
    ),
    "lock": lambda place: [(place.data / "run.lock", 0o444)],
    "home": lambda place: [(place.directory, 0o555)],
}


@pytest.mark.promise("G14")
@pytest.mark.parametrize("what", CLOSED if cases(0, 1) else ["data", "database"])
def test_what_may_not_be_written_is_named(first: Place, what: str, figure: Figure) -> None:
    place = first.like(f"closed-{what}")
    if what == "home":
        shutil.rmtree(place.data)
    modes = [(path, path.stat().st_mode, mode) for path, mode in CLOSED[what](place)]
    for path, _, mode in modes:
        path.chmod(mode)
    ended = place.call("run", "--once", bound=True)
    for path, mode, _ in modes:
        path.chmod(mode)
    figure("G14", cases=1, broken=int(ended.code != STORAGE_FAILED), note=f"read-only: {what}")
    assert fault_of(place, ended.code, ended.stderr) == []
    assert ended.code == STORAGE_FAILED, ended
    assert str(place.directory) in ended.stderr
    assert place.call("run", "--once", bound=True).code == SOME_READ


# A database that is damaged or gone ---------------------------------------------------------------------------------


def damaged(content: bytes, chance: random.Random, kind: int) -> bytes:
    """`content` with a wrong header, cut short, or with some bytes in it changed."""
    if kind == 0:
        return chance.randbytes(16) + content[16:]
    if kind == 1:
        return content[: chance.randrange(1, len(content))]
    result = bytearray(content)
    start = chance.randrange(len(content))
    length = min(chance.choice((1, 16, 100, 4096)), len(content) - start)
    result[start : start + length] = chance.randbytes(length)
    return bytes(result)


@pytest.mark.promise("G14")
@pytest.mark.timeout(1200)
def test_a_damaged_database_is_refused_and_left_as_it_is(first: Place, figure: Figure) -> None:
    chance, wrong, refused = random.Random(SEED), {}, 0
    number, content, cried = cases(5, 100), first.database.read_bytes(), 0
    before = counts(first.data)
    for case in range(number):
        place = first.like(f"damaged-{case}")
        hurt = damaged(content, chance, case % 5)
        place.database.write_bytes(hurt)
        ended = place.call("run", "--once")
        if ended.code == STORAGE_FAILED:
            refused += 1
            if "monitor restore FILE" not in ended.stderr or place.database.read_bytes() != hurt:
                wrong[case] = [ended.stderr]
            cried += place.cries() == {("team", "health"): 1, ("legal", "health"): 1}
        elif ended.code not in (SOME_READ, 3) or "Traceback" in ended.stderr:
            wrong[case] = [ended.code, ended.stderr]
        elif lost := [name for name, rows in counts(place.data).items() if rows < before[name]]:
            wrong[case] = ["lost", *lost]
    figure("G14", cases=number, broken=len(wrong), note=f"damaged databases, {refused} refused, seed {SEED}")
    assert not wrong, wrong
    assert refused >= number * 2 // 5, "a wrong header and a missing end are always noticed"
    assert cried == refused, "each is told past the database"


@pytest.mark.promise("G14")
def test_a_database_that_is_gone_is_not_made_anew(first: Place, figure: Figure) -> None:
    place = first.like("gone")
    place.database.unlink()
    for verb in (("run", "--once"), ("status",), ("doctor",)):
        ended = place.call(*verb)
        assert ended.code == (1 if verb == ("doctor",) else STORAGE_FAILED), ended
        assert "monitor restore FILE" in ended.stderr + ended.stdout
        assert not place.database.exists()
    figure("G14", cases=3, broken=0, note="a database that is gone")


# A database that is given back -------------------------------------------------------------------------------------

VERBS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("run", "--once"), SOME_READ),
    (("status",), 0),
    (("disk", "--json"), 0),
    (("thin", "--dry-run"), 0),
    (("changes", "show", "999"), 2),
    (("alerts", "retry", "no-such-key"), 2),
    (("thin", "--older-than", "3"), 2),
    (("thin", "--older-than", "99999999"), 2),
)


@pytest.mark.promise("G14")
def test_every_command_gives_the_database_back_whole(first: Place, figure: Figure) -> None:
    place, left = first.like("given-back"), []
    for verb, code in VERBS:
        ended = place.call(*verb)
        assert ended.code == code, ended
        left += [(verb, path.name) for path in place.data.glob("monitor.sqlite-*")]
    figure("G14", cases=len(VERBS), broken=len(left), note="commands after which the database is its file alone")
    assert left == []


@pytest.mark.promise("G14")
@pytest.mark.parametrize("lock", ["run.lock", "keeping.lock"])
def test_nothing_is_thinned_while_somebody_reads_or_keeps(first: Place, lock: str) -> None:
    place = first.like(f"thinned-{lock}")
    with FileLock(place.data / lock):
        assert place.call("thin").code == 4
        assert place.call("disk").code == 0


# Bodies -------------------------------------------------------------------------------------------------------------


@pytest.mark.promise("G1")
def test_a_power_cut_never_takes_a_body_that_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    chance, data = random.Random(SEED), tmp_path / "data"
    data.mkdir()
    disk = Disk(data)
    disk.watch(monkeypatch)
    blobs, kept = FileBlobs(data / "blobs"), dict[str, bytes]()
    cuts = 0
    for _ in range(cases(10, 60)):
        bodies = [chance.randbytes(chance.randrange(1, 3000)) for _ in range(chance.choice((1, 1, 5)))]
        with blobs.together() as together:
            digests = [together.put(body) for body in bodies]
        kept |= dict(zip(digests, bodies, strict=True))
        after = disk.after_power_cut(tmp_path / f"cut-{cuts}")
        cuts += 1
        left = FileBlobs(after / "blobs")
        assert {digest: left.get(digest) for digest in kept} == kept
    figure("G1", cases=cuts, broken=0, note="power cuts, on a disk that forgets what was not synced")


@pytest.mark.promise("G14")
def test_a_body_that_was_altered_or_lost_is_noticed(first: Place, figure: Figure) -> None:
    place, chance = first.like("altered"), random.Random(SEED)
    files = sorted(path for path in (place.data / "blobs").rglob("*") if path.is_file())
    number = 100
    for _ in range(number):
        path = chance.choice(files)
        digest, content = path.parent.name + path.name, path.read_bytes()
        way = chance.randrange(3)
        if way == 0:
            path.unlink()
        elif way == 1:
            path.write_bytes(content[: chance.randrange(len(content))])
        else:
            at = chance.randrange(len(content))
            path.write_bytes(content[:at] + bytes([content[at] ^ chance.randrange(1, 256)]) + content[at + 1 :])
        try:
            body = FileBlobs(place.data / "blobs").get(digest)
            assert hashlib.sha256(body).hexdigest() == digest
        except BlobMissingError:
            pass
        path.write_bytes(content)
    figure("G14", cases=number, broken=0, note=f"altered and lost bodies, seed {SEED}")


@pytest.mark.promise("G14")
def test_a_source_whose_last_text_is_lost_is_unreadable_and_no_news(first: Place, figure: Figure) -> None:
    place = first.like("forgotten")
    with sqlite3.connect(place.database) as database:
        query = "SELECT document_sha256 FROM snapshots WHERE source_id = 'progress'"
        (digest,) = database.execute(query).fetchone()
    database.close()
    (place.data / "blobs" / digest[:2] / digest[2:]).unlink()
    ended = place.call("run", "--once")
    assert ended.code == SOME_READ
    assert "archive is damaged" in ended.stdout
    assert ("team", "progress-000001-health") in place.told()
    assert not [key for _, key in place.told() if "pdpl" in key]
    figure("G14", cases=1, broken=0, note="a lost text")


# Where it lies ------------------------------------------------------------------------------------------------------

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:50 / /srv/shared\\040files rw - {kind} server:/export rw
41 40 8:2 / /srv/shared\\040files/local rw - xfs /dev/sdb1 rw
"""


@pytest.mark.promise("G14")
@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_database_on_a_network_drive_is_refused(kind: str) -> None:
    mounts = MOUNTS.format(kind=kind)
    with pytest.raises(StorageError, match=rf"network drive \({kind}\)"):
        refuse_network_drive(Path("/srv/shared files/data/monitor.sqlite"), mounts=mounts)
    for good in ("/srv/shared files/local/monitor.sqlite", "/srv/shared", "/var/lib/monitor.sqlite"):
        refuse_network_drive(Path(good), mounts=mounts)
