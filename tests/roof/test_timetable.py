"""When a source is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.model import Source
from monitor.timetable import check_cron, next_due, spread

SATURDAY = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def source(**when: object) -> Source:
    return Source(id="a", url="https://a.example/", **when)  # type: ignore[arg-type]


def test_an_interval_counts_from_the_last_reading() -> None:
    assert next_due("UTC")(source(every=timedelta(hours=6)), SATURDAY) == SATURDAY + timedelta(hours=6)


def test_a_cron_line_is_read_in_the_configured_zone() -> None:
    due = next_due("Asia/Phnom_Penh")(source(cron="0 8 * * mon-fri"), SATURDAY)

    assert due == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_the_next_moment_is_strictly_later() -> None:
    after = next_due("Asia/Phnom_Penh")
    first = after(source(cron="0 8 * * mon-fri"), SATURDAY)

    assert after(source(cron="0 8 * * mon-fri"), first) == first + timedelta(days=1)


ZONES = [
    ("Europe/Paris", datetime(2026, 10, 25, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 3, 29, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 5, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, tzinfo=UTC)),
    ("Asia/Phnom_Penh", datetime(2026, 11, 21, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "change"), ZONES)
@pytest.mark.parametrize("cron", ["30 2 * * *", "0 0 * * *", "30 1 * * *"])
def test_a_daily_slot_comes_once_a_day_through_every_change_of_the_clock(
    zone: str, change: datetime, cron: str
) -> None:
    after, daily = next_due(zone), source(cron=cron)
    moment, end, days = change - timedelta(days=3), change + timedelta(days=4), []
    while (moment := after(daily, moment)) < end:
        days.append(moment.astimezone(ZoneInfo(zone)).date())

    assert len(days) >= 6
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


def test_a_date_that_never_comes_is_never_due() -> None:
    assert next_due("UTC")(source(cron="0 0 30 feb *"), SATURDAY).year == 9999


@pytest.mark.parametrize("text", ["0 8 * * 1-5", "0 8 * * 0", "0 8 * *", "61 8 * * *", "hourly", ""])
def test_a_cron_line_that_cannot_be_read_alike_by_all_is_refused(text: str) -> None:
    assert check_cron(text)


def test_days_by_name_are_accepted() -> None:
    assert check_cron("15 7 * * mon-fri") is None


# Jitter --------------------------------------------------------------------------------------------------------------


def jittery(name: str, **when: object) -> Source:
    return replace(source(**when), id=name, jitter=timedelta(minutes=10))


def test_a_spread_is_a_part_of_the_jitter_and_stays_the_same() -> None:
    spreads = {name: spread(jittery(name, cron="0 * * * *")) for name in map(str, range(200))}
    assert all(timedelta() <= each < timedelta(minutes=10) for each in spreads.values())
    assert len(set(spreads.values())) > 150
    assert spreads == {name: spread(jittery(name, every=timedelta(hours=1))) for name in spreads}


def test_every_cron_slot_is_put_off_by_the_same_spread() -> None:
    plain, late = source(cron="*/5 * * * *"), jittery("b", cron="*/5 * * * *")
    after, start = next_due("Europe/Paris"), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    slots, put_off = [after(plain, start)], [after(late, start + spread(late))]
    for _ in range(40):
        slots.append(after(plain, slots[-1]))
        put_off.append(after(late, put_off[-1]))
    assert [moment - spread(late) for moment in put_off] == slots
    assert spread(late)


def test_an_interval_is_put_off_once_when_its_count_begins() -> None:
    late, noon = jittery("a", every=timedelta(hours=1)), datetime(2027, 6, 10, 12, tzinfo=UTC)
    assert next_due("UTC")(late, noon) == noon + timedelta(hours=1) + spread(late)
