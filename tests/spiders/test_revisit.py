"""How often a known document is read again, and whose turn it is."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.model import KnownDocument
from spiders.reading import Budget
from spiders.revisit import LONGEST, due, due_at, interval, turn
from tests.spiders.crawls import NOW

DAY = timedelta(days=1)


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
        (91, timedelta(days=7)),
        (92, timedelta(days=30)),
        (3000, timedelta(days=30)),
    ],
)
def test_the_interval_grows_with_age(age: int, expected: timedelta) -> None:
    assert interval(known(discovered_at=NOW - timedelta(days=age)), NOW) == expected


@pytest.mark.parametrize(("ago", "expected"), [(1, timedelta(0)), (20, DAY), (60, 7 * DAY), (100, 30 * DAY)])
def test_a_page_that_has_changed_is_young_again(ago: int, expected: timedelta) -> None:
    assert interval(known(changed_at=NOW - timedelta(days=ago)), NOW) == expected


def test_an_old_change_does_not_make_a_new_page_old() -> None:
    """An archive's copy may have been taken before the page was discovered here."""
    assert interval(known(discovered_at=NOW, changed_at=NOW - 400 * DAY), NOW) == timedelta(0)


def test_the_day_of_publication_counts_before_that_of_discovery() -> None:
    document = known(published_on=date(2020, 1, 1), discovered_at=NOW)
    assert interval(document, NOW) == LONGEST


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


# Whose turn it is ----------------------------------------------------------------------------------------------------


def test_the_unread_come_first_and_then_who_has_been_due_for_longest() -> None:
    unread = known(key="unread", last_ok_at=None)
    young = known(key="young", discovered_at=NOW - DAY, last_attempt_at=NOW - timedelta(hours=6))
    old = known(key="old", last_attempt_at=NOW - 40 * DAY)
    assert [each.key for each in sorted([young, old, unread], key=lambda each: turn(each, NOW))] == [
        "unread",
        "old",
        "young",
    ]


def test_of_two_that_are_due_alike_the_newer_goes_first() -> None:
    """Both of one key, so that they are due at one moment."""
    older, newer = known(last_ok_at=None), known(last_ok_at=None, published_on=NOW.date())
    assert turn(newer, NOW) < turn(older, NOW)


# A year --------------------------------------------------------------------------------------------------------------


class Year:
    """A site of 600 old pages that puts up two a day, read every six hours within a budget."""

    def __init__(self, budget: int, *, old: int = 600, fresh_a_day: int = 2, days: int = 365) -> None:
        self.pages = {f"old-{n}": self.page(f"old-{n}", NOW - (100 + n) * DAY) for n in range(old)}
        self.read: dict[str, list[datetime]] = {}
        self.by_day: list[int] = []
        for day in range(days):
            for n in range(fresh_a_day):
                self.pages[f"new-{day}-{n}"] = self.page(f"new-{day}-{n}", NOW + day * DAY)
            self.by_day.append(
                sum(self.run(NOW + day * DAY + timedelta(hours=hour), budget) for hour in (0, 6, 12, 18))
            )

    @staticmethod
    def page(key: str, published: datetime) -> KnownDocument:
        return KnownDocument(source_id="s", key=key, url=key, published_on=published.date(), discovered_at=NOW)

    def run(self, now: datetime, budget: int) -> int:
        waiting = [page for page in self.pages.values() if due(page, now)]
        taken = sorted(waiting, key=lambda page: turn(page, now))[:budget]
        for page in taken:
            self.pages[page.key] = replace(page, last_attempt_at=now, last_ok_at=now)
            self.read.setdefault(page.key, []).append(now)
        return len(taken)

    def late(self, *, slack: timedelta) -> list[tuple[str, datetime]]:
        """The readings that came later after the one before than the page's interval then, and `slack`."""
        return [
            (key, later)
            for key, moments in self.read.items()
            for earlier, later in pairwise(moments)
            if later - earlier > interval(self.pages[key], later) + slack
        ]

    def early(self) -> list[tuple[str, datetime]]:
        """The readings that came before seven tenths of the page's interval were over."""
        return [
            (key, later)
            for key, moments in self.read.items()
            for earlier, later in pairwise(moments)
            if later - earlier < interval(self.pages[key], later) * 0.7
        ]


@pytest.fixture(scope="module")
def year() -> Year:
    return Year(Budget().requests)


def test_in_a_year_no_page_waits_longer_than_its_interval_and_a_run(year: Year) -> None:
    assert year.late(slack=timedelta(hours=6)) == []
    assert all(NOW + 365 * DAY - moments[-1] <= LONGEST + DAY for moments in year.read.values())


def test_in_a_year_no_page_is_read_sooner_than_its_interval_allows(year: Year) -> None:
    """When a page grows out of a step, the shorter interval before may have brought it in: the longer one counts on."""
    assert year.early() == []


def test_the_pages_of_a_year_cost_a_bounded_number_of_requests_a_day(year: Year) -> None:
    """Two a day: 16 young in each of four runs, 46 daily, 122 weekly; 1,300 others at most monthly; seven tenths."""
    assert max(year.by_day[30:]) <= 4 * 16 + (46 + 122 / 7 + 1300 / 30) / 0.7 + 40


def test_pages_found_on_one_day_do_not_come_back_on_one_day_for_ever() -> None:
    quiet = Year(600, old=600, fresh_a_day=0, days=365)
    assert quiet.by_day[0] == 600
    assert max(quiet.by_day[180:]) < 600 / 4


def test_a_budget_that_is_too_small_starves_nobody() -> None:
    """A tenth of what is due can be read: all fall behind alike, none is forgotten."""
    poor = Year(8, days=200)
    assert max(poor.by_day) == 4 * 8
    behind = [NOW + 200 * DAY - due_at(page, NOW + 200 * DAY) for page in poor.pages.values() if page.last_ok_at]
    assert max(behind) < 30 * DAY
    assert set(poor.read) == set(poor.pages)
