"""Denser checks: in windows of the week, and around announced dates."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.announced import Announcements, announced_dates
from monitor.app import App, load_config
from monitor.errors import ConfigError
from monitor.model import (
    EventKind,
    Instrument,
    InstrumentType,
    LifecycleEvent,
    PartialDate,
    Problem,
    ProblemKind,
    Source,
    SourceHealth,
    Stage,
    Window,
)
from monitor.processing.health import Tally, after_reading, stale_at
from monitor.timetable import next_due
from storage.memory import MemoryStore
from tests.faults.simulated import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
CABINET = Window(days=frozenset({4}), begins=8 * HOUR, ends=20 * HOUR)
"""Fridays from eight to eight."""
THURSDAY = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
"""Friday 20 November in Phnom Penh, midnight."""


def source(**more: object) -> Source:
    values = {"every": 6 * HOUR, "denser": HOUR, "denser_on": (CABINET,), "jurisdiction": "KH"} | more
    return Source(id="cabinet", url="https://a.example/", **values)  # type: ignore[arg-type]


def slots(
    one: Source,
    start: datetime,
    end: datetime,
    *,
    zone: str = "Asia/Phnom_Penh",
    dates: Sequence[str] = (),
    at: str = "KH",
) -> list[datetime]:
    """The slots after `start` and before `end`, each counted from the one before."""
    after = next_due(zone, {at: frozenset(map(PartialDate.parse, dates))})
    found = []
    while (start := after(one, start)) < end:
        found.append(start)
    return found


def by_clock(moments: Sequence[datetime], zone: ZoneInfo = PHNOM_PENH) -> list[str]:
    return [f"{moment.astimezone(zone):%a %H:%M}" for moment in moments]


# Windows -------------------------------------------------------------------------------------------------------------


def test_within_a_window_every_hour_and_outside_as_ever() -> None:
    found = by_clock(slots(source(), THURSDAY + 5 * HOUR, THURSDAY + 32 * HOUR))
    assert found == [*(f"Fri {hour:02d}:00" for hour in range(8, 20)), "Sat 01:00", "Sat 07:00"]


def test_a_slot_shortly_before_a_window_keeps_its_distance() -> None:
    found = by_clock(slots(source(), THURSDAY + 7.5 * HOUR, THURSDAY + 10 * HOUR))
    assert found == ["Fri 08:30", "Fri 09:30"]


def test_a_cron_line_keeps_its_own_slots_beside_the_denser_ones() -> None:
    daily = source(every=None, cron="30 9 * * *", denser=4 * HOUR)
    found = by_clock(slots(daily, THURSDAY, THURSDAY + 2 * DAY))
    assert found == ["Fri 08:00", "Fri 09:30", "Fri 13:30", "Fri 17:30", "Sat 09:30"]


def test_a_date_that_never_comes_leaves_the_windows() -> None:
    never = source(every=None, cron="0 0 30 feb *")
    assert by_clock([next_due("Asia/Phnom_Penh")(never, THURSDAY)]) == ["Fri 08:00"]


def test_jitter_puts_the_beginning_of_a_window_off_but_never_out_of_it() -> None:
    begins = set()
    for number in range(60):
        one = Source(
            id=f"s{number}",
            url="https://a.example/",
            every=DAY,
            denser=HOUR,
            denser_on=(Window(days=frozenset({4}), begins=8 * HOUR, ends=8.5 * HOUR),),
            jitter=5 * HOUR,
        )
        first = next_due("Asia/Phnom_Penh")(one, THURSDAY)
        assert THURSDAY + 8 * HOUR <= first < THURSDAY + 8.5 * HOUR
        begins.add(first)
    assert len(begins) > 40


# Announced dates -----------------------------------------------------------------------------------------------------


def dense_days(date_text: str, **more: str) -> list[str]:
    """The days on which a daily source is read more than twice."""
    one = source(every=DAY, denser_on=(), denser=3 * HOUR)
    last = PartialDate.parse(date_text).latest
    start = datetime(last.year, last.month, last.day, tzinfo=UTC) - 40 * DAY
    days = [
        moment.astimezone(PHNOM_PENH).date()
        for moment in slots(one, start, start + 60 * DAY, dates=[date_text], **more)
    ]  # type: ignore[arg-type]
    return [str(day) for day in sorted(set(days)) if days.count(day) > 2]


def test_a_day_counts_from_the_day_before_to_two_days_after() -> None:
    assert dense_days("2027-02-01") == ["2027-01-31", "2027-02-01", "2027-02-02", "2027-02-03"]


@pytest.mark.parametrize(
    ("announced", "expected"),
    [
        ("2026-12", ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"]),
        ("2028-02", ["2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01"]),
        ("2026", ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"]),
    ],
)
def test_of_a_month_its_last_three_days_count_and_the_day_after(announced: str, expected: list[str]) -> None:
    assert dense_days(announced) == expected


def test_a_date_of_another_jurisdiction_changes_nothing() -> None:
    assert dense_days("2027-02-01", at="VN") == []


@pytest.mark.parametrize("absurd", ["9999-12-31", "9999-12", "0001-01-01"])
def test_a_date_at_the_end_of_time_is_no_error(absurd: str) -> None:
    assert len(slots(source(denser_on=()), THURSDAY, THURSDAY + DAY, dates=[absurd])) == 3


def test_a_source_without_denser_checks_does_not_mind_dates() -> None:
    plain = source(denser=None, denser_on=())
    assert len(slots(plain, THURSDAY, THURSDAY + DAY, dates=["2026-11-20"])) == 3


# The clock -----------------------------------------------------------------------------------------------------------

CHANGES = [
    ("Europe/Paris", datetime(2026, 10, 25, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 3, 29, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 5, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("hours", [(0, 24), (1, 4), (2, 3), (0, 1), (23, 24)])
def test_through_every_change_of_the_clock_slots_rise_by_at_least_the_denser_interval(
    zone: str, change: datetime, hours: tuple[int, int]
) -> None:
    window = Window(days=frozenset(range(7)), begins=hours[0] * HOUR, ends=hours[1] * HOUR)
    found = slots(source(denser=HOUR / 3, denser_on=(window,)), change - 3 * DAY, change + 4 * DAY, zone=zone)
    gaps = [later - earlier for earlier, later in pairwise(found)]
    assert min(gaps) >= HOUR / 3
    assert max(gaps) <= 6 * HOUR
    local = [moment.astimezone(ZoneInfo(zone)) for moment in found]
    within = {moment.date() for moment in local if hours[0] <= moment.hour < hours[1]}
    assert len(within) >= 6, "it opens on each of the days, but for an hour that a day does not have"


# What is announced ---------------------------------------------------------------------------------------------------


def instrument(name: str, jurisdiction: str, party: str = "") -> Instrument:
    return Instrument(
        id=name,
        title=name,
        type=InstrumentType.LAW,
        jurisdiction=jurisdiction,
        stage=Stage.DRAFTING,
        as_of=date(2026, 6, 1),
        party=party,
    )


def told(name: str, text: str) -> LifecycleEvent:
    return LifecycleEvent(
        instrument=name,
        kind=EventKind.TARGET_DATE,
        recorded_at=THURSDAY,
        stage=Stage.APPROVED,
        target_date=PartialDate.parse(text),
    )


INSTRUMENTS = {
    "kh-law": instrument("kh-law", "KH"),
    "vn-law": instrument("vn-law", "VN"),
    "treaty": instrument("treaty", "INT", party="KH"),
}


def test_the_register_tells_the_dates_of_each_jurisdiction_the_latest_of_an_instrument_alone() -> None:
    events: Mapping[str, Sequence[LifecycleEvent]] = {
        "kh-law": [told("kh-law", "2026-12-01"), told("kh-law", "2027-01-15")],
        "vn-law": [told("vn-law", "2026-12")],
        "treaty": [told("treaty", "2027-03-01")],
        "dropped": [told("dropped", "2026-11-30")],
    }
    assert announced_dates(INSTRUMENTS, events) == {
        "KH": {PartialDate(2027, 1, 15), PartialDate(2027, 3, 1)},
        "VN": {PartialDate(2026, 12)},
        "INT": {PartialDate(2027, 3, 1)},
    }


class Hands:
    """A clock with hands."""

    def __init__(self) -> None:
        self.moment = THURSDAY

    def now(self) -> datetime:
        return self.moment


@pytest.mark.parametrize(("passed", "seen"), [(9, 0), (10, 1), (-1, 1)])
def test_what_is_announced_meanwhile_is_seen_after_ten_minutes_or_when_the_clock_was_set_back(
    passed: int, seen: int
) -> None:
    store, clock = MemoryStore(), Hands()
    announcements = Announcements(lambda: store, INSTRUMENTS, clock)
    assert announcements.dates() == {}
    with store.begin() as unit:
        unit.events.add(told("kh-law", "2026-12-01"))
    clock.moment += timedelta(minutes=passed)
    assert len(announcements.dates()) == seen


# The ledger ----------------------------------------------------------------------------------------------------------


def read(ledger: SourceHealth, one: Source, at: datetime) -> SourceHealth:
    due = next_due("Asia/Phnom_Penh")
    return after_reading(ledger, Tally(indexed=1), one, at, alert_after=3, next_due=due)[0]


@pytest.mark.parametrize("cron", ["", "30 9 * * *"])
def test_hourly_slots_do_not_drift_by_what_a_reading_takes(cron: str) -> None:
    one = source(every=None, cron=cron) if cron else source()
    ledger = SourceHealth(source_id=one.id, next_due_at=THURSDAY + 10 * HOUR)
    for hour in range(11, 15):
        ledger = read(ledger, one, (ledger.next_due_at or THURSDAY) + timedelta(seconds=90))
        assert ledger.next_due_at == THURSDAY + hour * HOUR


@pytest.mark.parametrize("late", [90, 3600, 7000, 86_400, 400_000])
def test_a_late_reading_leaves_out_the_slots_that_passed(late: int) -> None:
    at = THURSDAY + 10 * HOUR + timedelta(seconds=late)
    following = read(SourceHealth(source_id="cabinet", next_due_at=THURSDAY + 10 * HOUR), source(), at).next_due_at
    assert following is not None
    assert at < following <= at + 6 * HOUR


def test_who_misses_denser_checks_is_not_blind() -> None:
    due, ledger = next_due("Asia/Phnom_Penh"), SourceHealth(source_id="cabinet", last_ok_at=THURSDAY)
    assert stale_at(ledger, source(), next_due=due) == THURSDAY + 13 * HOUR


def test_a_source_that_asks_to_wait_is_left_alone_in_a_window_as_well() -> None:
    until = THURSDAY + 15 * HOUR
    asked = Problem(
        kind=ProblemKind.BLOCKED, detail="wait", signals=("retry-after", until.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    )
    ledger, _ = after_reading(
        SourceHealth(source_id="cabinet", next_due_at=THURSDAY + 9 * HOUR),
        Tally(index=asked),
        source(),
        THURSDAY + 9 * HOUR,
        alert_after=3,
        next_due=next_due("Asia/Phnom_Penh"),
    )
    assert ledger.next_due_at == until


# The agenda ----------------------------------------------------------------------------------------------------------


def test_a_fortnight_of_the_daemon_serves_every_slot_once() -> None:
    world = World(began=THURSDAY - 4 * DAY, sources=[source()], timezone="Asia/Phnom_Penh")
    world.live(14 * DAY)
    served = world.served()["cabinet"]
    due = [slot for slot, _ in served]
    assert len(set(due)) == len(due)
    assert max(read_at - slot for slot, read_at in served) < timedelta(minutes=2)
    fridays = [slot for slot in due if slot.astimezone(PHNOM_PENH).weekday() == 4]
    windows = [slot for slot in fridays if 8 <= slot.astimezone(PHNOM_PENH).hour < 20]
    assert len(windows) in (24, 23, 22), "twelve in each of two windows, or eleven when it is entered late"
    assert len(due) - len(windows) < 14 * 5


# The configuration ---------------------------------------------------------------------------------------------------


CONFIG = """
[monitor]
contact = "mailto:desk@example.org"
{top}
[[source]]
id = "cabinet"
url = "https://a.example/"
{keys}
"""


def faults(tmp_path: Path, keys: str, top: str = "") -> list[str]:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(keys=keys, top=top), encoding="utf-8")
    try:
        load_config(path, {})
    except ConfigError as error:
        return list(error.faults)
    return []


GOOD = 'every = "6h"\ndenser = "1h"\n'


@pytest.mark.parametrize(
    ("keys", "named", "mending"),
    [
        ('every = "1h"\ndenser = "1h"\ndenser_on = ["fri 08:00-20:00"]', ".denser:", "shorter than every"),
        ('every = "6h"\ndenser = "hourly"', ".denser:", "such as 6h"),
        ('every = "6h"\ndenser = "0m"', ".denser:", "longer than zero"),
        ('every = "6h"\ndenser = "1h"', ".denser:", "give denser_on, or a jurisdiction"),
        ('every = "6h"\ndenser_on = ["fri 08:00-20:00"]', ".denser_on:", "give denser as well"),
        (GOOD + 'denser_on = "fri 08:00-20:00"', ".denser_on:", "must be a list"),
        (GOOD + 'denser_on = ["5 08:00-20:00"]', ".denser_on:", "write days and from and to"),
        (GOOD + 'denser_on = ["friday 8-20"]', ".denser_on:", "write days and from and to"),
        (GOOD + 'denser_on = ["fri 08:60-20:00"]', ".denser_on:", "a day ends at 24:00"),
        (GOOD + 'denser_on = ["fri 08:00-24:01"]', ".denser_on:", "a day ends at 24:00"),
        (GOOD + 'denser_on = ["fri 20:00-02:00"]', ".denser_on:", "for a night write two"),
        (GOOD + 'denser_on = ["fri 08:00-08:00"]', ".denser_on:", "for a night write two"),
        (GOOD + "denser_on = [5]", ".denser_on:", "write days and from and to"),
    ],
)
def test_denser_checks_that_cannot_be_are_named_with_key_and_mending(
    tmp_path: Path, keys: str, named: str, mending: str
) -> None:
    (fault,) = faults(tmp_path, keys)
    assert "source[1] (cabinet)" + named in fault
    assert mending in fault


@pytest.mark.parametrize("value", ["-1", '"60"', "1.5"])
def test_an_hourly_budget_is_a_whole_number(tmp_path: Path, value: str) -> None:
    (fault,) = faults(tmp_path, 'every = "6h"', f"hourly = {value}")
    assert "monitor.hourly:" in fault


def test_days_may_run_over_the_end_of_a_week_and_a_window_to_its_midnight(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD + 'denser_on = ["sat-mon 07:00-24:00", "fri 08:00-20:00"]') == []
    config = load_config(tmp_path / "config.toml", {})
    assert config.sources[0].denser_on == (
        Window(days=frozenset({5, 6, 0}), begins=7 * HOUR, ends=24 * HOUR),
        CABINET,
    )


def test_a_date_that_enters_the_register_brings_the_next_check_forward(tmp_path: Path) -> None:
    keys = 'every = "7d"\ndenser = "1h"\njurisdiction = "KH"'
    assert faults(tmp_path, keys) == []
    clock = Hands()
    app = App(load_config(tmp_path / "config.toml", {}), clock)
    (one,) = app.config.sources
    assert app.next_due(one, clock.now()) == THURSDAY + 7 * DAY
    with app.store.begin() as unit:
        name = next(each.id for each in app.config.packs.instruments.values() if each.jurisdiction == "KH")
        unit.events.add(told(name, "2026-11-21"))
    clock.moment += HOUR
    assert app.next_due(one, clock.now()) == THURSDAY + 2 * HOUR
    app.close()
