"""When a failed delivery is tried again."""

from datetime import timedelta

import pytest

from monitor.delivery import retry_at
from tests.delivery.fakes import START


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 15), (6, 15), (500, 15)])
def test_wait_doubles_from_one_minute_up_to_fifteen(attempts: int, minutes: int) -> None:
    wait = retry_at("k", attempts, START, None) - START
    assert 0.8 * timedelta(minutes=minutes) <= wait <= timedelta(minutes=minutes)


def test_same_alert_waits_the_same_each_time() -> None:
    assert retry_at("k", 3, START, None) == retry_at("k", 3, START, None)


def test_alerts_that_failed_together_come_back_apart() -> None:
    assert len({retry_at(f"k{n}", 5, START, None) for n in range(50)}) == 50


@pytest.mark.parametrize(
    ("asked", "seconds"), [(120.0, 120), (3600.0, 3600), (10.0**9, 86_400)], ids=["minutes", "hour", "for ever"]
)
def test_longer_wait_that_was_asked_for_is_kept(asked: float, seconds: int) -> None:
    assert retry_at("k", 1, START, asked) - START == timedelta(seconds=seconds)


@pytest.mark.parametrize("asked", [0.0, 1.0, 15.0, 40.0])
def test_shorter_wait_that_was_asked_for_does_not_shorten_ours(asked: float) -> None:
    assert retry_at("k", 1, START, asked) == retry_at("k", 1, START, None)
