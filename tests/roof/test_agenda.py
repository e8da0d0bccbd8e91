"""What the daemon reads next, in which portions, and who is held back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.agenda import LONGEST_SLEEP, Agenda, Batch, End
from monitor.model import Health, Source, SourceHealth
from monitor.timetable import next_due
from storage.memory import MemoryStore

NOON = datetime(2027, 6, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Desk = Callable[..., "_Desk"]


def source(name: str, host: str = "", **when: Any) -> Source:
    return Source(id=name, url=f"https://{host or name + '.example'}/", **(when or {"every": timedelta(hours=1)}))


class _Desk:
    """An agenda and the store it looks into."""

    def __init__(self, *sources: Source, children: int = 2, gap: timedelta = timedelta()) -> None:
        self.store = MemoryStore()
        self.agenda = Agenda(self.store, sources, children=children, gap=gap, next_due=next_due("UTC"))

    def begin(self, now: datetime = NOON) -> list[Batch]:
        """Begin everything that may be begun."""
        batches = self.agenda.batches(now)
        for batch in batches:
            self.agenda.begin(batch)
        return batches

    def read(self, *names: str, at: datetime = NOON, **ledger: Any) -> None:
        """Note good readings, as a child does."""
        whole = {"health": Health.OK, "last_attempt_at": at, "next_due_at": at + timedelta(hours=1)} | ledger
        with self.store.begin() as uow:
            uow.sources.save(SourceHealth(source_id=name, **whole) for name in names)


def ids(batches: list[Batch]) -> list[list[str]]:
    return [[source.id for source in batch.sources] for batch in batches]


def crowd(count: int) -> list[Source]:
    return [source(f"s{number:02}") for number in range(count)]


# Portions ------------------------------------------------------------------------------------------------------------


def test_a_few_sources_are_worth_one_child() -> None:
    assert ids(_Desk(*crowd(10)).begin()) == [[f"s{number:02}" for number in range(10)]]


def test_many_sources_are_divided_among_the_children() -> None:
    assert [len(batch) for batch in ids(_Desk(*crowd(30), children=3).begin())] == [10, 10, 10]


def test_sources_of_one_host_are_read_by_one_child() -> None:
    shared = [source(f"a{number}", "one.example") for number in range(12)]
    batches = ids(_Desk(*shared, *crowd(12)).begin())
    assert sorted(map(len, batches)) == [12, 12]
    assert [name[0] for name in batches[0]] == ["a"] * 12


def test_while_all_children_read_nothing_else_is_begun() -> None:
    desk = _Desk(*crowd(2), children=1)
    desk.begin()
    assert desk.begin() == []
    assert desk.agenda.next_look(NOON) == NOON + LONGEST_SLEEP


def test_a_source_waits_for_the_child_that_asks_its_host() -> None:
    desk = _Desk(source("first", "one.example"), source("second", "one.example"))
    desk.read("second", next_due_at=NOON + MINUTE)
    assert ids(desk.begin()) == [["first"]]
    assert desk.begin(NOON + MINUTE) == []


def test_a_source_of_another_host_does_not_wait() -> None:
    desk = _Desk(source("first"), source("second"))
    desk.read("second", next_due_at=NOON + MINUTE)
    desk.begin()
    assert ids(desk.begin(NOON + MINUTE)) == [["second"]]


def test_who_is_finished_need_not_wait_for_the_others_of_its_batch() -> None:
    desk = _Desk(source("quick", every=MINUTE), source("slow"))
    (batch,) = desk.begin()
    desk.read("quick", next_due_at=NOON + MINUTE)
    desk.agenda.finished(batch, "quick", NOON)
    assert desk.agenda.next_look(NOON) == NOON + MINUTE
    assert ids(desk.begin(NOON + MINUTE)) == [["quick"]]


def test_who_was_read_again_meanwhile_is_not_judged_by_the_end_of_its_first_batch() -> None:
    desk = _Desk(source("quick", every=MINUTE), source("slow"))
    (first,) = desk.begin()
    desk.read("quick", next_due_at=NOON + MINUTE)
    desk.agenda.finished(first, "quick", NOON)
    (again,) = desk.begin(NOON + MINUTE)
    desk.read("slow", at=NOON + MINUTE)
    desk.agenda.ended(first, NOON + MINUTE, End.ORDERLY)
    desk.read("quick", at=NOON + MINUTE, next_due_at=NOON + 2 * MINUTE)
    desk.agenda.ended(again, NOON + MINUTE, End.ORDERLY)
    assert ids(desk.begin(NOON + 2 * MINUTE)) == [["quick"]]


# Politeness between two children --------------------------------------------------------------------------------------


def test_the_next_child_asks_a_host_only_after_the_gap() -> None:
    gap = timedelta(seconds=5)
    desk = _Desk(source("first", "one.example"), source("second", "one.example"), gap=gap)
    desk.read("second", next_due_at=NOON + timedelta(seconds=1))
    (batch,) = desk.begin()
    desk.read("first")
    desk.agenda.finished(batch, "first", NOON)
    assert desk.begin(NOON + timedelta(seconds=4)) == []
    assert desk.agenda.next_look(NOON + timedelta(seconds=4)) == NOON + gap
    assert ids(desk.begin(NOON + gap)) == [["second"]]


def test_a_child_that_died_may_have_asked_its_hosts_a_moment_ago() -> None:
    gap = timedelta(seconds=5)
    desk = _Desk(source("bad"), source("good"), gap=gap)
    (batch,) = desk.begin()
    desk.agenda.ended(batch, NOON, End.DIED, at_work_on="bad")
    assert desk.begin(NOON) == []
    assert ids(desk.begin(NOON + gap)) == [["good"]]


# Who is held back -----------------------------------------------------------------------------------------------------


def test_the_source_in_hand_is_suspected_and_the_others_are_read_at_once() -> None:
    desk = _Desk(*crowd(5))
    (batch,) = desk.begin()
    desk.agenda.ended(batch, NOON, End.DIED, at_work_on="s03")
    assert ids(desk.begin()) == [["s00", "s01", "s02", "s04"]]


def test_where_nobody_was_named_each_is_read_by_itself() -> None:
    desk = _Desk(*crowd(3))
    (batch,) = desk.begin()
    desk.agenda.ended(batch, NOON, End.DIED)
    assert ids(desk.begin(NOON + MINUTE)) == [["s00"]]
    assert desk.begin(NOON + MINUTE) == [], "one suspect at a time: the other child is for those who are well"


def test_a_suspect_waits_until_nothing_else_is_due() -> None:
    desk = _Desk(source("bad"), source("good"), children=1)
    (batch,) = desk.begin()
    desk.agenda.ended(batch, NOON, End.DIED, at_work_on="bad")
    assert ids(desk.begin(NOON + MINUTE)) == [["good"]]


def test_a_suspect_that_is_read_well_is_one_of_the_others_again() -> None:
    desk = _Desk(source("bad"), source("good"))
    (batch,) = desk.begin()
    desk.read("good", next_due_at=NOON + MINUTE)
    desk.agenda.ended(batch, NOON, End.DIED, at_work_on="bad")
    (good,) = desk.begin(NOON + MINUTE)
    desk.read("good", at=NOON + MINUTE)
    desk.agenda.ended(good, NOON + MINUTE, End.ORDERLY)
    (alone,) = desk.begin(NOON + MINUTE)
    desk.read("bad", "good", at=NOON + MINUTE, next_due_at=NOON + 2 * MINUTE)
    desk.agenda.ended(alone, NOON + MINUTE, End.ORDERLY)
    assert ids([good, alone, *desk.begin(NOON + 2 * MINUTE)]) == [["good"], ["bad"], ["bad", "good"]]


@pytest.mark.parametrize(("times", "patience"), [(1, 1), (2, 2), (3, 4), (6, 32), (9, 60)])
def test_each_time_it_is_held_back_for_longer_up_to_an_hour(times: int, patience: int) -> None:
    desk, now = _Desk(source("bad")), NOON
    for _ in range(times):
        now = max(now, desk.agenda.next_look(now))
        while not (begun := desk.begin(now)):
            now = desk.agenda.next_look(now)
        desk.agenda.ended(begun[0], now, End.DIED, at_work_on="bad")
    assert desk.begin(now + patience * MINUTE - timedelta(seconds=1)) == []
    assert ids(desk.begin(now + patience * MINUTE)) == [["bad"]]


def test_a_child_that_could_not_work_makes_nobody_a_suspect() -> None:
    desk = _Desk(*crowd(3))
    (batch,) = desk.begin()
    desk.agenda.ended(batch, NOON, End.REFUSED)
    assert desk.begin(NOON) == []
    assert ids(desk.begin(NOON + MINUTE)) == [["s00", "s01", "s02"]]


def test_a_clock_set_back_does_not_hold_back_for_longer() -> None:
    desk = _Desk(source("bad"))
    (batch,) = desk.begin()
    desk.agenda.ended(batch, NOON, End.DIED, at_work_on="bad")
    assert ids(desk.begin(NOON - timedelta(days=1))) == [["bad"]]


# Another configuration ------------------------------------------------------------------------------------------------


def test_a_shorter_interval_counts_from_the_last_reading_on() -> None:
    desk = _Desk(source("a", every=timedelta(days=7)))
    desk.read("a", next_due_at=NOON + timedelta(days=7))
    desk.agenda.renew([source("a", every=timedelta(hours=1))], children=2, gap=MINUTE, next_due=next_due("UTC"))
    assert desk.agenda.next_look(NOON + timedelta(minutes=50)) == NOON + timedelta(hours=1)


def test_a_timetable_that_became_denser_makes_a_source_due_sooner() -> None:
    desk = _Desk(source("a", every=timedelta(days=7)))
    desk.read("a", next_due_at=NOON + timedelta(days=7))
    desk.agenda.count_by(lambda source, moment: moment + timedelta(hours=2))
    assert ids(desk.begin(NOON + timedelta(hours=2))) == [["a"]]


def test_a_site_that_asked_to_be_left_alone_is() -> None:
    desk = _Desk(source("a"))
    desk.read("a", health=Health.BLOCKED, failures=1, next_due_at=NOON + timedelta(hours=9))
    assert desk.begin(NOON + timedelta(hours=8)) == []


def test_a_source_that_is_gone_from_the_configuration_is_not_read() -> None:
    desk = _Desk(source("a"), source("b"))
    desk.agenda.renew([source("b")], children=2, gap=MINUTE, next_due=next_due("UTC"))
    assert ids(desk.begin()) == [["b"]]


def test_what_is_in_hand_stays_so_through_a_change_of_configuration() -> None:
    desk = _Desk(source("a"))
    (batch,) = desk.begin()
    moved = replace(source("a"), url="https://elsewhere.example/")
    desk.agenda.renew([moved, source("b", "a.example")], children=2, gap=timedelta(), next_due=next_due("UTC"))
    assert desk.begin() == [], "the same source, and another on the host it is still read from"
    desk.read("a")
    desk.agenda.ended(batch, NOON, End.ORDERLY)
    assert ids(desk.begin()) == [["b"]]
