"""Captures, snapshots and changes, on every store."""

import pytest

from monitor.model import Cause, Edit, EditKind
from monitor.ports import CaptureRecord, Store
from tests.storage.samples import KEY, block, capture, document, kept_change, kept_snapshot, known, later, refused

OTHER_KEY = "https://mptc.example/news/2"


def test_capture_comes_back_with_its_body_and_outcome(store: Store) -> None:
    served = capture(body=b"\x00\xff <p>" + "ច្បាប់".encode())
    with store.begin() as unit:
        unit.documents.save([known()])
        number = unit.captures.add(served, outcome="shell", detail="only a script")
    with store.read() as unit:
        record = unit.captures.get(number)
    assert record == CaptureRecord(id=number, capture=served, outcome="shell", detail="only a script")
    assert record.capture.sha256 == served.sha256


def test_same_body_served_twice_is_two_captures(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([known()])
        numbers = [unit.captures.add(capture(minutes=minutes), outcome="ok") for minutes in (0, 5)]
        assert [unit.captures.get(number).capture.fetched_at for number in numbers] == [later(0), later(5)]


def test_capture_numbers_are_in_order_of_fetching(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([known()])
        third, first, second = (unit.captures.add(capture(minutes=minutes), outcome="ok") for minutes in (9, 1, 5))
        assert list(unit.captures.numbers()) == [first, second, third]
        assert list(unit.captures.numbers(since=later(5))) == [second, third]
        assert list(unit.captures.numbers(since=later(10))) == []


def test_unknown_numbers_raise_key_error(store: Store) -> None:
    with store.read() as unit:
        for repository in (unit.captures, unit.snapshots, unit.changes, unit.events, unit.verdicts):
            with pytest.raises(KeyError):
                repository.get(1)


def test_capture_of_a_document_never_saved_is_refused(store: Store) -> None:
    with refused(store) as unit:
        unit.documents.save([known()])
        unit.captures.add(capture(key=OTHER_KEY), outcome="ok")


def test_capture_under_another_source_with_the_same_key_is_refused(store: Store) -> None:
    with refused(store) as unit:
        unit.documents.save([known("mptc"), known("coe", OTHER_KEY)])
        unit.captures.add(capture("coe", KEY), outcome="ok")


def test_snapshot_comes_back_as_it_was_returned(store: Store) -> None:
    with store.begin() as unit:
        made = kept_snapshot(unit, texts=("One.", "ពីរ \u200b។", "lone \ud800 surrogate"))
    with store.read() as unit:
        assert unit.snapshots.get(made.id) == made
    assert made.document == document("One.", "ពីរ \u200b។", "lone \ud800 surrogate")
    assert (made.source_id, made.document_key, made.url, made.captured_at) == ("mptc", KEY, KEY, later(0))


def test_latest_snapshot_is_that_of_the_same_document_only(store: Store) -> None:
    with store.begin() as unit:
        kept_snapshot(unit, texts=("old",))
        newest = kept_snapshot(unit, texts=("new",), minutes=1)
        kept_snapshot(unit, "mptc", OTHER_KEY, minutes=2)
        kept_snapshot(unit, "coe", KEY, minutes=3)
        assert unit.snapshots.latest("mptc", KEY) == newest
        assert unit.snapshots.latest("mptc", "https://mptc.example/news/3") is None


def test_history_lists_the_snapshots_of_one_document_oldest_first(store: Store) -> None:
    with store.begin() as unit:
        made = [
            kept_snapshot(unit, "mptc", key, minutes=minutes).id
            for minutes, key in enumerate((KEY, OTHER_KEY, KEY, OTHER_KEY, KEY))
        ]
        assert list(unit.snapshots.history("mptc", KEY)) == made[::2]


def test_one_capture_may_be_extracted_twice(store: Store) -> None:
    served = capture()
    with store.begin() as unit:
        unit.documents.save([known()])
        number = unit.captures.add(served, outcome="ok")
        first = unit.snapshots.add(capture=served, capture_id=number, document=document("by the old rules"))
        second = unit.snapshots.add(capture=served, capture_id=number, document=document("by the new rules"))
        assert list(unit.snapshots.history("mptc", KEY)) == [first.id, second.id]


@pytest.mark.parametrize(("source_id", "key"), [("coe", KEY), ("mptc", OTHER_KEY)])
def test_snapshot_of_another_documents_capture_is_refused(store: Store, source_id: str, key: str) -> None:
    with refused(store) as unit:
        unit.documents.save([known(), known(source_id, key)])
        number = unit.captures.add(capture(), outcome="ok")
        unit.snapshots.add(capture=capture(source_id, key), capture_id=number, document=document())


def test_snapshot_without_its_capture_is_refused(store: Store) -> None:
    with refused(store) as unit:
        unit.documents.save([known()])
        unit.snapshots.add(capture=capture(), capture_id=5, document=document())


def test_change_comes_back_as_it_was_returned(store: Store) -> None:
    with store.begin() as unit:
        made = kept_change(unit)
    with store.read() as unit:
        assert unit.changes.get(made.id) == made
    assert (made.source_id, made.url, made.captured_at, len(made.edits)) == ("mptc", KEY, later(1), 1)


def test_change_keeps_every_kind_of_edit_in_order(store: Store) -> None:
    edits = (
        Edit(kind=EditKind.ADDED, after=block(0, "ថ្មី")),
        Edit(kind=EditKind.REMOVED, before=block(3, "gone")),
        Edit(kind=EditKind.CHANGED, before=block(4, "a"), after=block(5, "b")),
    )
    with store.begin() as unit:
        before, after = kept_snapshot(unit, texts=("a",)), kept_snapshot(unit, texts=("b",), minutes=1)
        made = unit.changes.add(before=before, after=after, cause=Cause.EXTRACTION, edits=edits, instruments=())
        assert unit.changes.get(made.id).edits == edits


def test_changes_are_listed_newest_first(store: Store) -> None:
    with store.begin() as unit:
        late, early = (kept_change(unit, source, minutes=minutes) for source, minutes in (("mptc", 9), ("coe", 4)))
        assert list(unit.changes.all()) == [late, early]
        assert list(unit.changes.all(limit=1)) == [late]
        assert list(unit.changes.all(since=later(5))) == [late]
        assert list(unit.changes.all(since=later(9))) == [late]


@pytest.mark.parametrize(("source_id", "key"), [("coe", KEY), ("mptc", OTHER_KEY)])
def test_change_between_two_sources_or_documents_is_refused(store: Store, source_id: str, key: str) -> None:
    with store.begin() as unit:
        mine = kept_snapshot(unit)
        foreign = kept_snapshot(unit, source_id, key, minutes=1)
    for before, after in ((mine, foreign), (foreign, mine)):
        with refused(store) as unit:
            unit.changes.add(before=before, after=after, cause=Cause.CONTENT, edits=(), instruments=())
    with store.read() as unit:
        assert unit.changes.all() == []


def test_change_from_a_snapshot_to_itself_is_refused(store: Store) -> None:
    with refused(store) as unit:
        made = kept_snapshot(unit)
        unit.changes.add(before=made, after=made, cause=Cause.CONTENT, edits=(), instruments=())
