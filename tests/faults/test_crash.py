"""Runs that are killed: nothing is lost, nothing is told twice but for the message that was in hand."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from tests.faults.cases import cases
from tests.faults.invariants import broken, counts
from tests.faults.world import AFTER, Place, Runner, in_parallel, serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start runs quickly")]

SEED = 20260608
ROUTES = {
    "status": frozenset({"team", "legal"}),
    "health": frozenset({"team", "legal"}),
    "change": frozenset({"team"}),
    "recovered": frozenset({"team"}),
}
TELLING = ["after INSERT alerts 2", "before commit 1", "after send 1"]
"""Half way through the rows, all of them written and none kept, and told but not yet marked as told."""
INTERVALS = dict.fromkeys(("progress", "notes", "news", "failing"), timedelta(hours=6))
SOME_READ = 1
Figure = Callable[..., None]


class World(NamedTuple):
    """A place whose sources were read once, before the site changed, and what an undisturbed run then does.

    It passes `points`, at the one called `holding` of which it holds the sources.
    """

    first: Place
    told: Counter[tuple[str, str]]
    rows: dict[str, int]
    points: list[str]
    holding: str
    seconds: float


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Iterator[World]:
    with serving() as site:
        first = Place(tmp_path_factory.mktemp("crash") / "first", site, runner)
        ended = first.call("run", "--once")
        assert ended.code == 0, ended
        site.pages = dict(AFTER)
        whole = first.like("whole")
        started = time.monotonic()
        ended = whole.call("run", "--once")
        seconds = time.monotonic() - started
        assert ended.code == SOME_READ, ended
        assert len(whole.told()) == 7
        holding = next(name for name in ended.points if "INSERT" in name)
        yield World(first, whole.told(), counts(whole.data), ended.points, holding, seconds)


def holds(place: Place) -> list[str]:
    return broken(place.data, routes=ROUTES, intervals=INTERVALS, now=datetime.now(UTC))


def recovered(place: Place, world: World, crashes: int) -> list[str]:
    """Run to the end after `crashes`; everything that then is not as it must be, in words."""
    found = [f"after the crash: {fault}" for fault in broken(place.data, routes=ROUTES)]
    ended = place.call("run", "--once")
    if ended.code != SOME_READ or "Traceback" in ended.stderr:
        found.append(f"the next run ended with {ended.code}: {ended.stderr}")
    found += [f"after the next run: {fault}" for fault in holds(place)]
    told = place.told()
    found += [f"lost: {message}" for message in world.told.keys() - told.keys()]
    found += [f"never to be told: {message}" for message in told.keys() - world.told.keys()]
    extra = Counter(channel for (channel, _), times in told.items() for _ in range(times - 1))
    found += [f"{count} extra on {channel}" for channel, count in extra.items() if count > crashes]
    rows = counts(place.data)
    found += [f"{rows[name]} {name}, not {world.rows[name]}" for name in ROWS if rows[name] != world.rows[name]]
    return found


def repeats(wrong: Mapping[Any, list[str]]) -> int:
    """How many cases told something more often than the crashes in it allow."""
    return sum(any(" extra on " in fault for fault in found) for found in wrong.values())


ROWS = ("snapshots", "changes", "events", "verdicts", "alerts", "deliveries")


def copies(place: Place) -> int:
    return sum(times - 1 for times in place.told().values())


@pytest.mark.promise("G1")
@pytest.mark.timeout(7200)
def test_a_run_killed_at_any_write_or_send_loses_nothing(world: World, figure: Figure) -> None:
    chosen = cases(TELLING, world.points)
    assert set(chosen) <= set(world.points)
    wrong: dict[str, list[str]] = {}
    repeated = 0
    for number, point in enumerate(chosen):
        place = world.first.like(f"point-{number}")
        ended = place.call("run", "--once", kill_at=point)
        assert ended.code in (-signal.SIGKILL, SOME_READ), ended
        if found := recovered(place, world, 1):
            wrong[point] = found
        repeated += copies(place)
    figure("G1", cases=len(chosen), broken=len(wrong), note=f"killed at each of {len(world.points)} writes and sends")
    figure("G2", cases=len(chosen), broken=repeats(wrong), note=f"{repeated} repeats, each with its key")
    assert not wrong, wrong


@pytest.mark.promise("G1")
@pytest.mark.timeout(7200)
def test_a_run_killed_at_any_moment_loses_nothing(world: World, figure: Figure) -> None:
    chance = random.Random(SEED)
    wrong: dict[int, list[str]] = {}
    repeated = 0
    number = cases(2, 500)
    for case in range(number):
        place = world.first.like(f"moment-{case}")
        crashes = 0
        for _ in range(chance.choice((1, 1, 2))):
            ended = place.call("run", "--once", kill_after=chance.uniform(0.001, world.seconds))
            crashes += ended.code == -signal.SIGKILL
        if found := recovered(place, world, crashes):
            wrong[case] = found
        repeated += copies(place)
    figure("G1", cases=number, broken=len(wrong), note=f"killed at random moments, seed {SEED}")
    figure("G2", cases=number, broken=repeats(wrong), note=f"{repeated} repeats, each with its key")
    assert not wrong, wrong


@pytest.mark.promise("G2")
@pytest.mark.timeout(1200)
def test_many_runs_at_once_tell_everything_once(world: World, figure: Figure) -> None:
    place = world.first.like("crowd")
    number = cases(2, 50)
    crowd = [in_parallel(place, "run", "--once") for _ in range(number)]
    said = [(*process.communicate(timeout=600), process.returncode) for process in crowd]
    codes = Counter(code for _, _, code in said)
    figure("G2", cases=number, broken=copies(place), note=f"runs started at once, exit codes {dict(codes)}")
    assert codes[SOME_READ] >= 1, said
    assert set(codes) <= {SOME_READ, 4}, said
    assert place.told() == world.told
    assert holds(place) == []
    assert counts(place.data)["alerts"] == world.rows["alerts"]
    for _, errors, code in said:
        assert code != 4 or "another run holds the sources (process " in errors


@pytest.mark.promise("G1")
def test_the_lock_of_a_dead_process_blocks_nobody(world: World, figure: Figure) -> None:
    place = world.first.like("stale")
    number = cases(1, 20)
    for _ in range(number):
        assert place.call("run", "--once", kill_at=world.holding).code == -signal.SIGKILL
        assert "process " in (place.data / "run.lock").read_text(), "the dead process is still named in the lock"
    assert place.call("run", "--once").code == SOME_READ
    assert place.told().keys() == world.told.keys()
    figure("G1", cases=number, broken=0, note="locks of dead processes")
