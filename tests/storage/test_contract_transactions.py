"""Transactions, on every store."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from monitor.errors import StorageError
from monitor.ports import Store, UnitOfWork
from tests.storage.samples import abandoned, alert, capture, event, kept_change, known, refused


def test_what_was_committed_is_read(store: Store) -> None:
    with store.begin() as unit:
        made = kept_change(unit)
    with store.read() as unit:
        assert unit.changes.get(made.id) == made


def test_exception_rolls_everything_back(store: Store) -> None:
    with abandoned(store) as unit:
        made = kept_change(unit)
        unit.events.add(event())
        unit.outbox.add(alert(), ["team"])
    with store.read() as unit:
        assert unit.sources.all() == {}
        assert unit.documents.of(["mptc"]) == {"mptc": {}}
        assert unit.captures.numbers() == []
        assert list(unit.snapshots.history("mptc", made.document_key)) == []
        assert unit.changes.all() == []
        assert unit.events.all() == {}
        assert unit.outbox.all() == []
        assert unit.outbox.next_due_at() is None


def test_rollback_restores_what_was_replaced(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([known(title="before")])
    with abandoned(store) as unit:
        unit.documents.save([known(title="after")])
    with store.read() as unit:
        assert [found.title for found in unit.documents.of(["mptc"])["mptc"].values()] == ["before"]


def test_refused_write_dooms_its_transaction_even_when_the_error_is_caught(store: Store) -> None:
    with refused(store) as unit:
        unit.documents.save([known()])
        with pytest.raises(StorageError):
            unit.captures.add(capture(key="https://mptc.example/never-saved"), outcome="ok")
    with store.read() as unit:
        assert unit.sources.all() == {}


def test_store_works_on_after_a_refused_write(store: Store) -> None:
    with pytest.raises(StorageError), store.begin() as unit:
        unit.captures.add(capture(), outcome="ok")
    with store.begin() as unit:
        made = kept_change(unit)
    with store.read() as unit:
        assert unit.changes.all() == [made]


def test_reading_view_refuses_to_write(store: Store) -> None:
    with pytest.raises(StorageError, match="reading only"), store.read() as unit:
        unit.documents.save([known()])


def test_every_repository_of_a_reading_view_refuses_to_write(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team"])
        kept_change(unit)
    writes: tuple[Callable[[UnitOfWork], object], ...] = (
        lambda unit: unit.sources.next_sequence("mptc"),
        lambda unit: unit.captures.add(capture(), outcome="ok"),
        lambda unit: unit.events.add(event()),
        lambda unit: unit.outbox.add(alert("other"), ["team"]),
        lambda unit: unit.outbox.sent(alert().key, "team", alert().created_at),
    )
    for write in writes:
        with pytest.raises(StorageError, match="reading only"), store.read() as unit:
            write(unit)


def test_store_can_write_after_it_was_read(store: Store) -> None:
    with store.read() as unit:
        assert unit.sources.all() == {}
    with store.begin() as unit:
        unit.documents.save([known()])
    with store.read() as unit:
        assert set(unit.sources.all()) == {"mptc"}


def test_reader_keeps_the_view_it_started_with(store: Store) -> None:
    with store.read() as reader:
        assert reader.sources.all() == {}
        with store.begin() as writer:
            writer.documents.save([known()])
        assert reader.sources.all() == {}


def test_writers_on_many_threads_lose_nothing(store: Store) -> None:
    def write(number: int) -> int:
        with store.begin() as unit:
            unit.documents.save([known(f"s{number}")])
            return unit.sources.next_sequence("shared")

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(write, range(40)))
    with store.read() as unit:
        assert sorted(numbers) == list(range(1, 41))
        assert len(unit.sources.all()) == 41


def test_of_two_that_hold_the_events_the_second_sees_what_the_first_added(store: Store) -> None:
    def add_if_none(number: int) -> bool:
        with store.begin() as unit:
            unit.events.hold()
            none_yet = not unit.events.of("kh-pdpl")
            if none_yet:
                sleep(0.05)  # so that the others meet us in here, if they can
                unit.events.add(event())
            return none_yet

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add_if_none, range(4))) == [False, False, False, True]
