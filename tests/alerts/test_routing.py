"""Which channels get an alert, and when their turn comes."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts import When, due_at, parse_when, route
from monitor.alerts.routing import breaks_quiet, quiet_until, unfit, weekly_turn
from monitor.model import Alert, AlertKind, Channel

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def alert(kind: AlertKind = AlertKind.STATUS, instrument: str = "kh-pdpl", jurisdiction: str = "KH") -> Alert:
    return Alert(
        key="k",
        kind=kind,
        created_at=NOON,
        subject="s",
        bottom_line="b",
        instrument=instrument,
        jurisdiction=jurisdiction,
    )


def channel(
    name: str = "team",
    *,
    kinds: tuple[AlertKind, ...] = (AlertKind.STATUS,),
    instruments: tuple[str, ...] = ("*",),
    jurisdictions: tuple[str, ...] = (),
    when: str = "now",
    timezone: str = "UTC",
) -> Channel:
    return Channel(
        id=name,
        url="json://localhost/",
        kinds=kinds,
        instruments=instruments,
        jurisdictions=jurisdictions,
        when=when,
        timezone=timezone,
    )


def test_a_channel_gets_the_kinds_it_asked_for() -> None:
    channels = [channel("law"), channel("ops", kinds=(AlertKind.HEALTH, AlertKind.RECOVERED))]
    assert route(alert(), channels) == ("law",)
    assert route(alert(AlertKind.HEALTH, instrument=""), channels) == ("ops",)


@pytest.mark.parametrize(
    ("globs", "gets"),
    [(("*",), True), (("kh-*",), True), (("kh-pdpl",), True), (("asean-*", "kh-p*"), True), (("asean-*",), False)],
)
def test_a_channel_gets_the_instruments_it_asked_for(globs: tuple[str, ...], gets: bool) -> None:
    assert bool(route(alert(), [channel(instruments=globs)])) is gets


def test_instrument_ids_are_matched_in_their_own_case() -> None:
    assert route(alert(), [channel(instruments=("KH-*",))]) == ()


@pytest.mark.parametrize(("wanted", "gets"), [((), True), (("KH",), True), (("kh", "ASEAN"), True), (("FR",), False)])
def test_a_channel_gets_the_jurisdictions_it_asked_for(wanted: tuple[str, ...], gets: bool) -> None:
    assert bool(route(alert(), [channel(jurisdictions=wanted)])) is gets


def test_health_reaches_a_channel_that_follows_one_instrument_only() -> None:
    ops = channel(kinds=(AlertKind.HEALTH,), instruments=("kh-pdpl",))
    assert route(alert(AlertKind.HEALTH, instrument=""), [ops]) == ("team",)


def test_a_page_that_names_several_instruments_reaches_whoever_follows_one_of_them() -> None:
    changes = channel(kinds=(AlertKind.CHANGE,), instruments=("kh-cybersec",))
    several = alert(AlertKind.CHANGE, instrument="")
    assert route(several, [changes], instruments=("kh-pdpl", "kh-cybersec")) == ("team",)
    assert route(several, [changes], instruments=("kh-pdpl", "kh-ecom")) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", When()),
        ("daily 08:00", When(time(8))),
        ("daily 23:59", When(time(23, 59))),
        ("weekly mon 08:30", When(time(8, 30), 0)),
        ("weekly sun 00:00", When(time(0), 6)),
    ],
)
def test_a_timetable_is_read(text: str, expected: When) -> None:
    assert parse_when(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not understood"),
        ("Now", "not understood"),
        ("daily", "not understood"),
        ("daily 8:00", "not understood"),
        ("daily 08:00 ", "not understood"),
        ("daily 24:00", "no time of day"),
        ("weekly mon 12:60", "no time of day"),
        ("weekly 08:00", "not understood"),
        ("weekly moon 08:00", "not understood"),
        ("weekly foo 08:00", "no day of the week"),
        ("hourly", "not understood"),
        ("daily ٠٨:00", "not understood"),
    ],
)
def test_a_timetable_that_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_when(text)


def test_now_is_now() -> None:
    local = NOON.astimezone(ZoneInfo("Asia/Phnom_Penh"))
    assert due_at(channel(), local) == NOON


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("daily 20:00", datetime(2026, 7, 1, 13, tzinfo=UTC)),
        ("daily 19:00", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        ("daily 18:59", datetime(2026, 7, 2, 11, 59, tzinfo=UTC)),
        ("weekly wed 20:00", datetime(2026, 7, 1, 13, tzinfo=UTC)),
        ("weekly wed 08:00", datetime(2026, 7, 8, 1, tzinfo=UTC)),
        ("weekly mon 08:00", datetime(2026, 7, 6, 1, tzinfo=UTC)),
    ],
)
def test_the_next_turn_is_counted_in_the_channels_zone(when: str, expected: datetime) -> None:
    assert due_at(channel(when=when, timezone="Asia/Phnom_Penh"), NOON) == expected


def test_a_day_that_has_begun_in_the_channels_zone_is_that_day() -> None:
    evening = datetime(2026, 6, 30, 20, tzinfo=UTC)  # already Wednesday 03:00 in Phnom Penh
    turn = due_at(channel(when="weekly wed 08:00", timezone="Asia/Phnom_Penh"), evening)
    assert turn == datetime(2026, 7, 1, 1, tzinfo=UTC)


ZONES = ("Asia/Phnom_Penh", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", ["00:00", "01:30", "02:00", "02:30", "03:00", "08:00"])
def test_a_daily_turn_comes_once_a_day_through_a_year_of_clock_changes(zone: str, clock: str) -> None:
    daily = channel(when=f"daily {clock}", timezone=zone)
    turns, moment = [], datetime(2026, 1, 1, tzinfo=UTC)
    while moment < datetime(2027, 1, 1, tzinfo=UTC):
        turns.append(due_at(daily, moment))
        moment = turns[-1] + timedelta(seconds=1)
    days = [turn.astimezone(ZoneInfo(zone)).date() for turn in turns]
    assert len(days) == len(set(days))
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=1)}


def test_where_the_clock_jumps_over_the_time_the_turn_comes_as_much_later() -> None:
    paris = channel(when="daily 02:30", timezone="Europe/Paris")
    assert due_at(paris, datetime(2026, 3, 29, 0, tzinfo=UTC)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_where_the_clock_repeats_the_time_the_turn_is_the_first_of_the_two() -> None:
    paris = channel(when="daily 02:30", timezone="Europe/Paris")
    assert due_at(paris, datetime(2026, 10, 25, 0, tzinfo=UTC)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert due_at(paris, datetime(2026, 10, 25, 0, 31, tzinfo=UTC)) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


# Languages and confidence ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "language", "gets"), [((), "km", True), (("km",), "km", True), (("en",), "km", False)]
)
def test_a_channel_gets_evidence_in_its_languages(wanted: tuple[str, ...], language: str, gets: bool) -> None:
    told = replace(alert(), language=language)
    assert bool(route(told, [replace(channel(), languages=wanted)])) is gets


def test_what_quotes_nothing_is_of_no_language_and_comes_all_the_same() -> None:
    assert route(alert(), [replace(channel(), languages=("km",))]) == ("team",)


@pytest.mark.parametrize(("confidence", "gets"), [(0.69, False), (0.7, True), (None, True)])
def test_a_channel_gets_what_is_at_least_as_sure_as_it_asks(confidence: float | None, gets: bool) -> None:
    told = replace(alert(), confidence=confidence)
    assert bool(route(told, [replace(channel(), min_confidence=0.7)])) is gets


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("kinds", {"kinds": (AlertKind.HEALTH,)}),
        ("jurisdictions", {"jurisdictions": ("VN",)}),
        ("instruments", {"instruments": ("asean-*",)}),
        ("languages", {"languages": ("en",)}),
        ("min_confidence", {"min_confidence": 0.9}),
        ("", {}),
    ],
)
def test_the_key_that_keeps_an_alert_away_can_be_named(key: str, changes: dict[str, Any]) -> None:
    told = replace(alert(), language="km", confidence=0.8)
    assert unfit(replace(channel(), **changes), told, ("kh-pdpl",)) == key


# Quiet hours -------------------------------------------------------------------------------------------------------


def quiet(begins: str, ends: str, zone: str = "UTC") -> Channel:
    return replace(channel(timezone=zone), quiet=(time.fromisoformat(begins), time.fromisoformat(ends)))


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("21:59", None),
        ("22:00", "2026-07-02T07:00"),
        ("23:30", "2026-07-02T07:00"),
        ("06:59", "2026-07-01T07:00"),
        ("07:00", None),
        ("12:00", None),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(clock: str, until: str | None) -> None:
    moment = datetime.fromisoformat(f"2026-07-01T{clock}+00:00")
    assert quiet_until(quiet("22:00", "07:00"), moment) == (datetime.fromisoformat(f"{until}+00:00") if until else None)


def test_quiet_hours_of_one_day_end_on_it() -> None:
    siesta = quiet("12:00", "14:00", "Asia/Phnom_Penh")
    assert quiet_until(siesta, datetime(2026, 7, 1, 5, 30, tzinfo=UTC)) == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert quiet_until(siesta, datetime(2026, 7, 1, 12, 30, tzinfo=UTC)) is None


def test_a_channel_without_quiet_hours_never_rests() -> None:
    assert quiet_until(channel(), NOON) is None


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("begins", "ends"), [("22:00", "07:00"), ("01:30", "02:30"), ("02:30", "06:00"), ("23:00", "02:00")]
)
def test_quiet_hours_come_once_a_night_through_a_year_of_clock_changes(zone: str, begins: str, ends: str) -> None:
    rests = quiet(begins, ends, zone)
    moment, spans = datetime(2026, 1, 1, tzinfo=UTC), list[tuple[datetime, datetime]]()
    while moment < datetime(2027, 1, 1, tzinfo=UTC):
        until = quiet_until(rests, moment)
        if until is not None:
            assert until > moment
            spans.append((moment, until))
            moment = until
            assert quiet_until(rests, moment) is None
            moment += timedelta(hours=12)
        moment += timedelta(minutes=10)
    assert 364 <= len(spans) <= 367
    assert all(timedelta(hours=18) < later[0] - sooner[0] < timedelta(hours=30) for sooner, later in pairwise(spans))


@pytest.mark.parametrize(
    ("kind", "stage", "breaks"),
    [
        (AlertKind.STATUS, "adopted", True),
        (AlertKind.STATUS, "promulgated", True),
        (AlertKind.STATUS, "in_force", True),
        (AlertKind.STATUS, "withdrawn", True),
        (AlertKind.STATUS, "approved", False),
        (AlertKind.STATUS, "submitted", False),
        (AlertKind.TARGET_DATE, "adopted", False),
        (AlertKind.DISAGREEMENT, "in_force", False),
        (AlertKind.CHANGE, "", False),
        (AlertKind.HEALTH, "", False),
    ],
)
def test_only_news_of_a_final_step_breaks_quiet_hours(kind: AlertKind, stage: str, breaks: bool) -> None:
    assert breaks_quiet(replace(alert(kind), to_stage=stage)) is breaks


# The weekly turn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("now", datetime(2026, 6, 29, 1, tzinfo=UTC)),
        ("daily 09:30", datetime(2026, 6, 29, 2, 30, tzinfo=UTC)),
        ("weekly wed 19:00", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        ("weekly wed 19:01", datetime(2026, 6, 24, 12, 1, tzinfo=UTC)),
        ("weekly fri 08:00", datetime(2026, 6, 26, 1, tzinfo=UTC)),
    ],
)
def test_the_last_weekly_turn_is_counted_in_the_channels_zone(when: str, expected: datetime) -> None:
    assert weekly_turn(channel(when=when, timezone="Asia/Phnom_Penh"), NOON) == expected


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", ["00:00", "02:30", "08:00"])
def test_a_weekly_turn_comes_once_a_week_through_a_year_of_clock_changes(zone: str, clock: str) -> None:
    weekly = channel(when=f"weekly sun {clock}", timezone=zone)
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(24 * 365))
    turns = sorted({weekly_turn(weekly, hour) for hour in hours})
    days = [turn.astimezone(ZoneInfo(zone)).date() for turn in turns]
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=7)}
