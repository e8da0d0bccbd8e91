"""Reading `Retry-After`."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from spiders.waits import FLOOR, retry_after
from tests.spiders.crawls import NOW


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("3600", 3600),
        ("0", 15),
        ("5", 15),
        ("86400", 86_400),
        ("1000000000", 86_400),
        ("9" * 400, 86_400),
        ("-30", 15),
        ("", 15),
        ("soon", 15),
        ("1.5", 15),
        ("១២០", 15),
        ("1e9", 15),
        ("Mon, 99 Foo 2026 99:99:99 GMT", 15),
    ],
)
def test_a_wish_is_kept_between_the_floor_and_a_day(value: str, seconds: float) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("ahead", "seconds"),
    [(timedelta(minutes=10), 600), (timedelta(days=40), 86_400), (timedelta(hours=-1), 15), (timedelta(seconds=2), 15)],
)
def test_a_date_is_counted_from_now(ahead: timedelta, seconds: float) -> None:
    assert retry_after(format_datetime(NOW + ahead, usegmt=True), NOW) == seconds


def test_a_date_without_a_zone_is_taken_as_utc() -> None:
    assert retry_after("Mon, 08 Jun 2026 05:10:00 -0000", NOW) == 600


def test_a_date_beyond_the_calendar_is_unreadable() -> None:
    assert retry_after("Mon, 08 Jun 99999999999 05:10:00 GMT", NOW) == FLOOR
