"""How often a known document is read again."""

from datetime import date, timedelta

import pytest

from monitor.model import KnownDocument
from spiders.revisit import due, interval
from tests.spiders.crawls import NOW


def known(**more: object) -> KnownDocument:
    values: dict[str, object] = {
        "source_id": "s",
        "key": "k",
        "url": "u",
        "discovered_at": NOW - timedelta(days=500),
        "last_attempt_at": NOW - timedelta(hours=1),
        "last_ok_at": NOW - timedelta(hours=1),
    }
    return KnownDocument(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, timedelta(0)),
        (7, timedelta(0)),
        (8, timedelta(days=1)),
        (30, timedelta(days=1)),
        (31, timedelta(days=7)),
        (365, timedelta(days=7)),
        (366, timedelta(days=90)),
        (3000, timedelta(days=90)),
    ],
)
def test_the_interval_grows_with_age(age: int, expected: timedelta) -> None:
    assert interval(known(discovered_at=NOW - timedelta(days=age)), NOW) == expected


def test_the_day_of_publication_counts_before_that_of_discovery() -> None:
    document = known(published_on=date(2020, 1, 1), discovered_at=NOW)
    assert interval(document, NOW) == timedelta(days=90)


def test_a_document_published_tomorrow_is_new() -> None:
    assert interval(known(published_on=(NOW + timedelta(days=1)).date()), NOW) == timedelta(0)


def test_what_has_just_been_discovered_is_due() -> None:
    assert due(None, NOW)
    assert due(known(last_attempt_at=None, last_ok_at=None), NOW)


def test_a_fresh_document_is_due_in_every_run() -> None:
    assert due(known(discovered_at=NOW), NOW)


@pytest.mark.parametrize(("since", "expected"), [(timedelta(hours=6), False), (timedelta(hours=23, minutes=50), True)])
def test_a_fortnight_old_document_is_due_daily_even_if_a_run_comes_a_little_early(
    since: timedelta, expected: bool
) -> None:
    document = known(
        discovered_at=NOW - timedelta(days=14), last_attempt_at=NOW - since, last_ok_at=NOW - timedelta(days=2)
    )
    assert due(document, NOW) is expected


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_a_document_never_read_is_tried_in_every_run(failures: int) -> None:
    assert due(known(last_ok_at=None, failures=failures), NOW)


def test_after_three_failures_even_a_fresh_document_waits_a_day() -> None:
    stubborn = known(discovered_at=NOW, last_ok_at=None, failures=3)
    assert not due(stubborn, NOW)
    assert due(stubborn, NOW + timedelta(days=1))


def test_an_old_document_whose_last_reading_failed_is_tried_again_at_once() -> None:
    assert due(known(failures=1), NOW)
