"""How readings move the health of a source, and when operators hear of it."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Health, Problem, ProblemKind, Source, SourceHealth
from monitor.processing.health import Tally, Turn, after_reading, is_stale, shown_health

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
SOURCE = Source(id="news", url="https://ministry.example/", every=timedelta(hours=6))
BLOCKED = Problem(kind=ProblemKind.BLOCKED, detail="a challenge page")
GONE = Problem(kind=ProblemKind.GONE, detail="HTTP 404")


def due(source: Source, moment: datetime) -> datetime:
    assert source.every is not None
    return moment + source.every


def read(ledger: SourceHealth, tally: Tally, at: datetime = NOW, alert_after: int = 3) -> tuple[SourceHealth, Turn]:
    return after_reading(ledger, tally, SOURCE, at, alert_after=alert_after, next_due=due)


def failing(times: int, ledger: SourceHealth | None = None) -> list[Turn]:
    held, turns = ledger or SourceHealth(source_id="news", last_ok_at=NOW), []
    for number in range(times):
        held, turn = read(
            held, Tally(problems=(("https://ministry.example/", BLOCKED),)), NOW + timedelta(minutes=number)
        )
        turns.append(turn)
    return turns


def test_operators_are_told_at_the_third_failure_in_a_row_and_not_before() -> None:
    assert failing(3) == [Turn.NOTHING, Turn.NOTHING, Turn.BLIND]


def test_operators_are_told_once_per_outage() -> None:
    assert failing(8).count(Turn.BLIND) == 1


def test_a_source_without_a_good_reading_for_two_intervals_and_an_hour_is_told_before_the_third_failure() -> None:
    long_ago = SourceHealth(source_id="news", last_ok_at=NOW - timedelta(hours=13, minutes=1))

    assert failing(1, long_ago) == [Turn.BLIND]


def test_recovery_is_told_once_and_only_to_those_who_heard_of_the_outage() -> None:
    told = SourceHealth(source_id="news", told_at=NOW, failures=3, health=Health.BLOCKED)
    ledger, first = read(told, Tally(good=1))
    _, second = read(ledger, Tally(good=1))

    assert (first, second) == (Turn.RECOVERED, Turn.NOTHING)


def test_an_untold_failure_ends_without_a_word() -> None:
    _, turn = read(SourceHealth(source_id="news", failures=2, health=Health.BLOCKED), Tally(good=1))

    assert turn is Turn.NOTHING


def test_the_first_good_reading_sets_the_baseline_and_later_ones_keep_it() -> None:
    ledger, _ = read(SourceHealth(source_id="news"), Tally(good=1))
    later, _ = read(ledger, Tally(good=1), NOW + timedelta(days=1))

    assert (ledger.baseline_at, later.baseline_at) == (NOW, NOW)


def test_a_failed_first_reading_sets_no_baseline() -> None:
    ledger, _ = read(SourceHealth(source_id="news"), Tally(problems=(("u", BLOCKED),)))

    assert ledger.baseline_at is None


def test_an_index_that_cannot_be_read_makes_the_reading_a_failed_one() -> None:
    ledger, _ = read(SourceHealth(source_id="news"), Tally(good=5, index=BLOCKED))

    assert ledger.health is Health.BLOCKED


def test_one_dead_link_behind_a_good_index_is_a_detail() -> None:
    ledger, _ = read(SourceHealth(source_id="news"), Tally(indexed=1, problems=(("https://m.example/a", GONE),)))

    assert (ledger.health, ledger.failures) == (Health.OK, 0)
    assert "https://m.example/a" in ledger.detail


def test_a_page_that_is_gone_is_missing_and_never_withdrawn() -> None:
    ledger, _ = read(SourceHealth(source_id="news"), Tally(problems=(("https://m.example/a", GONE),)))

    assert ledger.health is Health.MISSING


def test_a_site_that_asks_to_be_left_alone_is_not_due_before() -> None:
    until = NOW + timedelta(hours=20)
    busy = Problem(kind=ProblemKind.BLOCKED, detail="asked to wait", signals=("retry-after", until.isoformat()))
    ledger, _ = read(SourceHealth(source_id="news"), Tally(index=busy))

    assert ledger.next_due_at == until


@pytest.mark.parametrize(("hours", "stale"), [(12.9, False), (13.1, True)])
def test_a_good_source_is_stale_after_two_intervals_and_an_hour(hours: float, stale: bool) -> None:
    ledger = SourceHealth(source_id="news", health=Health.OK, last_ok_at=NOW)
    moment = NOW + timedelta(hours=hours)

    assert is_stale(ledger, SOURCE, moment, next_due=due) is stale
    assert shown_health(ledger, SOURCE, moment, next_due=due) is (Health.STALE if stale else Health.OK)


def test_a_source_never_read_is_new_and_not_stale() -> None:
    assert shown_health(SourceHealth(source_id="news"), SOURCE, NOW, next_due=due) is Health.NEW
