"""On time, whatever the clocks do: due slots through changes of the clock, jumps, sleep, long runs and crowds."""

import ast
import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor import daemon
from monitor.children import Children
from monitor.daemon import Daemon
from monitor.model import AlertKind
from tests.faults.cases import LONG, cases
from tests.faults.simulated import World, source

pytestmark = pytest.mark.promise("G8")
ROOT = Path(__file__).parents[2]
DAYS = cases(3, 7)
QUARTER = timedelta(minutes=15)
CHANGES = {  # zone → a day shortly before each of two changes; Phnom Penh has none, so any two days
    "Asia/Phnom_Penh": (date(2027, 3, 27), date(2027, 10, 30)),
    "Europe/Paris": (date(2027, 3, 28), date(2027, 10, 31)),
    "America/New_York": (date(2027, 3, 14), date(2027, 11, 7)),
    "Australia/Lord_Howe": (date(2027, 4, 4), date(2027, 10, 3)),
    "America/Santiago": (date(2027, 4, 4), date(2027, 9, 5)),
    "Africa/Cairo": (date(2027, 4, 30), date(2027, 10, 29)),
}
CRONS: Mapping[str, tuple[range | tuple[int, ...], tuple[int, ...], range]] = {  # line → hours, minutes, weekdays
    "30 2 * * *": ((2,), (30,), range(7)),
    "0 0 * * *": ((0,), (0,), range(7)),
    "15 1,3 * * *": ((1, 3), (15,), range(7)),
    "0 8 * * mon-fri": ((8,), (0,), range(5)),
    "0 * * * *": (range(24), (0,), range(7)),
}


def slots_of(cron: str, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """The moments a cron line names between `start` and `end`, worked out from the wall clock day by day."""
    hours, minutes, weekdays = CRONS[cron]
    day, found = start.astimezone(zone).date() - timedelta(days=1), set()
    while day <= end.astimezone(zone).date() + timedelta(days=1):
        if day.weekday() in weekdays:
            walls = (datetime.combine(day, time(hour, minute), zone) for hour in hours for minute in minutes)
            found |= {wall.astimezone(UTC) for wall in walls}
        day += timedelta(days=1)
    return sorted(moment for moment in found if start < moment <= end)


@pytest.mark.parametrize("zone", CHANGES)
def test_every_slot_is_served_once_through_both_changes_of_the_clock(zone: str, figure: Callable[..., None]) -> None:
    wanted = missed = double = late = 0
    for day in CHANGES[zone]:
        start = datetime.combine(day - timedelta(days=DAYS // 2), time(12), ZoneInfo(zone)).astimezone(UTC)
        crons = {f"c{number}": cron for number, cron in enumerate(CRONS)}
        sources = [source(name, cron=cron) for name, cron in crons.items()] + [
            source("every", every=timedelta(hours=2))
        ]
        world = World(start, sources, timezone=zone, looks=QUARTER)
        world.live(timedelta(days=DAYS))
        served = world.served()
        for name, cron in crons.items():
            due = slots_of(cron, ZoneInfo(zone), start + timedelta(minutes=1), world.now - timedelta(minutes=1))
            got = [slot for slot, _ in served.get(name, [])]
            wanted += len(due)
            missed += len(set(due) - set(got))
            double += len(got) - len(set(got)) + len(set(got) - set(due))
            late += sum(read - slot > timedelta(minutes=2) for slot, read in served.get(name, []))
            # The first reading of all serves no slot: it was due at once.
            double += len(world.readings[name]) - 1 - len(got)
        spans = [after - before for (before, _), (after, _) in pairwise(served["every"])]
        assert set(spans) == {timedelta(hours=2)}, "an interval knows no zone"

    figure("G8", cases=wanted, broken=missed + double, note=f"slots through two changes of the clock, {zone}")
    assert wanted > 20 * DAYS
    assert (missed, double, late) == (0, 0, 0)


FAR = {
    "1 h ahead": timedelta(hours=1),
    "1 h back": -timedelta(hours=1),
    "1 day ahead": timedelta(days=1),
    "1 day back": -timedelta(days=1),
    "to 2038": datetime(2038, 1, 19, 3, 14, tzinfo=UTC) - datetime(2027, 3, 10, tzinfo=UTC),
    "to 2100": datetime(2100, 2, 28, tzinfo=UTC) - datetime(2027, 3, 10, tzinfo=UTC),
}
RHYTHMS = {
    "often": {"every": timedelta(minutes=30)},
    "usual": {"every": timedelta(hours=6)},
    "hourly": {"cron": "0 * * * *"},
    "morning": {"cron": "0 8 * * *"},
    "weekly": {"every": timedelta(days=7)},
}
INTERVALS = {"often": 0.5, "usual": 6, "hourly": 1, "morning": 24, "weekly": 168}
AT_MINUTES = (3, 187, 431, 600)


def excess(world: World, name: str, since: timedelta, until: timedelta) -> int:
    """Readings between `since` and `until` beyond one for each interval that fits in."""
    interval = timedelta(hours=INTERVALS[name])
    return sum(since < at <= until for at in world.readings[name]) - (until - since) // interval


@pytest.mark.parametrize("jump", FAR)
def test_a_jump_of_the_clock_costs_at_most_one_reading_and_starves_nobody(
    jump: str, figure: Callable[..., None]
) -> None:
    tried = broken = 0
    for minutes in AT_MINUTES[: cases(1, 4)]:
        sources = [source(name, **when) for name, when in RHYTHMS.items()]
        world = World(datetime(2027, 3, 10, tzinfo=UTC), sources, timezone="Europe/Paris", looks=QUARTER)
        world.live(timedelta(days=1, minutes=minutes))
        for turn in (FAR[jump], -FAR[jump]):  # there, and a day later back
            world.ahead += turn
            since = world.passed
            world.live(timedelta(days=1))
            for name in RHYTHMS:
                hours = timedelta(hours=INTERVALS[name])
                reads = [at for at in world.readings[name] if at > since - hours * 2]
                gaps = [after - before for before, after in zip(reads, [*reads[1:], world.passed], strict=True)]
                tried += 1
                # One catch-up, and one for the slot that the interval happens to end on.
                broken += excess(world, name, since, world.passed) > 2
                broken += max(gaps, default=hours) > 2 * hours + 2 * QUARTER
        assert all(len(world.told(AlertKind.HEALTH, name)) <= 2 for name in RHYTHMS), "a jump is no flood of alarms"

    figure("G8", cases=tried, broken=broken, note=f"clock set {jump} and back: one catch-up at most, nobody starved")
    assert broken == 0


@pytest.mark.parametrize("days", [0.5, 3, 40] if not LONG else [0.5, 1, 3, 8, 40])
def test_after_a_sleep_there_is_one_catch_up_per_source_and_the_gap_is_on_record(
    days: float, figure: Callable[..., None]
) -> None:
    sources = [source(name, **when) for name, when in RHYTHMS.items()]
    world = World(datetime(2027, 6, 10, 1, tzinfo=UTC), sources, timezone="Asia/Phnom_Penh", looks=QUARTER)
    world.live(timedelta(hours=26))
    asleep = world.passed
    world.sleep(timedelta(days=days))
    woke = world.passed
    world.live(timedelta(minutes=25))

    readings = {name: sum(at > woke for at in world.readings[name]) for name in RHYTHMS}
    due = {name for name in RHYTHMS if timedelta(days=days) >= timedelta(hours=INTERVALS[name])}
    broken = sum(count > 1 for count in readings.values()) + sum(not readings[name] for name in due)
    figure("G8", cases=len(RHYTHMS), broken=broken, note=f"asleep for {days:g} days: one catch-up per source")
    assert broken == 0, readings
    for name in due:
        slot, read = world.served()[name][-1]
        assert read - slot >= woke - asleep - timedelta(hours=INTERVALS[name]), "the gap can be seen in the slot"


@pytest.mark.parametrize("rhythm", [{"every": timedelta(hours=1)}, {"cron": "0 * * * *"}], ids=["every", "cron"])
@pytest.mark.parametrize("minutes", [20, 59, 61, 130, 400])
def test_a_run_longer_than_the_interval_is_followed_by_the_next_and_never_overtaken(
    minutes: int, rhythm: Mapping[str, object], figure: Callable[..., None]
) -> None:
    world = World(
        datetime(2027, 6, 10, tzinfo=UTC), [source("slow", **rhythm)], takes=timedelta(minutes=minutes), looks=QUARTER
    )
    world.live(timedelta(days=2))

    reads, slots = world.readings["slow"], world.served()["slow"]
    gaps = [after - before for before, after in pairwise(reads)]
    broken = sum(gap < timedelta(minutes=minutes) for gap in gaps)  # it overtook itself
    broken += sum(gap > timedelta(minutes=minutes + 61) for gap in gaps)  # a slot that came was not used
    broken += len(slots) - len({slot for slot, _ in slots})
    figure("G8", cases=len(reads), broken=broken, note=f"an hourly run of {minutes} minutes")
    assert broken == 0, gaps


def test_what_is_due_in_one_second_is_read_in_portions_once_each(figure: Callable[..., None]) -> None:
    crowd = cases(450, 500)
    world = World(
        datetime(2027, 6, 10, 7, 30, tzinfo=UTC), [source(f"s{n:03}", cron="0 8 * * *") for n in range(crowd)]
    )
    world.live(timedelta(minutes=50))

    broken = sum(len(reads) != 2 for reads in world.readings.values())  # the first of all, and the slot of 8 o'clock
    figure("G8", cases=crowd, broken=broken, note="due in the same second")
    assert len(world.readings) == crowd
    assert broken == 0
    assert max(len(batch) for batch in world.batches) <= 200


def test_a_source_that_kills_its_reader_is_set_aside_and_the_others_are_read(figure: Callable[..., None]) -> None:
    others = cases(5, 20)
    world = World(
        datetime(2027, 6, 10, tzinfo=UTC),
        [source(name, every=timedelta(minutes=30)) for name in ("bad", *(f"good{n}" for n in range(others)))],
        answers=lambda name, passed: "kills" if name == "bad" else None,
    )
    world.live(timedelta(hours=cases(8, 24)))

    wanted = timedelta(hours=cases(8, 24)) // timedelta(minutes=30)
    broken = sum(len(world.readings[f"good{n}"]) < wanted - 1 for n in range(others))
    tries = [batch for batch in world.batches if "bad" in batch]
    figure("G8", cases=others, broken=broken, note="read on time beside a source that kills its reader")
    assert broken == 0
    assert all(batch == ("bad",) for batch in tries[1:]), "once known it is read by itself"
    assert len(tries) <= 7 + cases(8, 24), "at most once an hour after the first few tries"


# The clock itself ------------------------------------------------------------------------------------------------

CLOCKS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
    ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("time", "ctime"),
}  # fmt: skip
LOGS = "monitor/logs.py"


def clock_reads(path: Path) -> Iterator[str]:
    """Where a module reads the time of day: `datetime.now` and its kin, however they were imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        (name.asname or name.name): (node.module, name.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in CLOCKS:
                yield f"{path.relative_to(ROOT)}:{node.lineno}"
        elif isinstance(node, ast.Name) and imported.get(node.id) in CLOCKS:
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


def test_nothing_but_the_composition_root_reads_the_time_of_day(figure: Callable[..., None]) -> None:
    modules = [path for room in ("monitor", "spiders", "storage", "notifiers") for path in (ROOT / room).rglob("*.py")]
    reads = [place for path in modules for place in clock_reads(path)]

    figure("G8", cases=len(modules), broken=len(reads) - 1, note="modules: only the composition root reads the clock")
    assert [place.partition(":")[0] for place in reads] == ["monitor/app.py"], reads


class Hand:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2027, 6, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class StandIn:
    """As much of an `App` as the daemon's watch needs."""

    def __init__(self) -> None:
        self.clock, self.looked = Hand(), 0

    def look(self) -> bool:
        self.looked += 1
        return False


@pytest.mark.parametrize("hours", [-24.0, -1.0, 1.0, 72.0])
def test_the_daemon_notices_within_a_pulse_that_the_clock_was_set(hours: float, monkeypatch: Any) -> None:
    monkeypatch.setattr(daemon, "_PULSE", timedelta(milliseconds=30))
    app: Any = StandIn()
    watched = Daemon(app, Children(()), lambda: app.config)
    rung: list[str] = []

    class Bells:
        def set_all(self) -> None:
            rung.append("all")

    async def scene() -> None:
        watched._alarms = Bells()  # type: ignore[assignment]
        watch = asyncio.create_task(watched._watch())
        while app.looked < 2:
            await asyncio.sleep(0.01)
        assert rung == [], "a clock that runs as time does rings nothing"
        app.clock.moment += timedelta(hours=hours)
        looked = app.looked
        while app.looked < looked + 2:
            await asyncio.sleep(0.01)
        watched._stopping.set()
        await watch

    asyncio.run(scene())
    assert rung == ["all"]


def test_the_long_form_is_asked_for_by_the_environment() -> None:
    assert (7 if LONG else 3) == DAYS
