"""By which way a page was reached is kept with what was read, on every store."""

from dataclasses import replace

import pytest

from monitor.model import Capture, Snapshot, Way
from monitor.ports import Store
from tests.storage.samples import alert, capture, document, event, evidence, known, later

COPY = "https://archive.example/web/20260501000000id_/https://mptc.example/news/1"


def copied() -> Capture:
    return replace(capture(), way=Way.ARCHIVE, memento_at=later(-600), final_url=COPY)


def kept(store: Store, served: Capture) -> tuple[Capture, Snapshot, Snapshot]:
    """What the store gives back: the capture, and the snapshot as it was made and as it is read."""
    with store.begin() as unit:
        unit.documents.save([known()])
        number = unit.captures.add(served, outcome="ok")
        made = unit.snapshots.add(capture=served, capture_id=number, document=document())
    with store.read() as unit:
        return unit.captures.get(number).capture, made, unit.snapshots.get(made.id)


@pytest.mark.parametrize("way", [Way.DIRECT, Way.BROWSER])
def test_the_way_of_a_capture_and_its_snapshot_comes_back(store: Store, way: Way) -> None:
    back, made, read = kept(store, replace(capture(), way=way))
    assert (back.way, made.way, read.way) == (way, way, way)
    assert (back.memento_at, read.archived_copy, read.captured_at) == (None, "", later(0))


def test_an_archives_copy_comes_back_with_its_own_moment(store: Store) -> None:
    back, _, _ = kept(store, copied())
    assert (back.memento_at, back.fetched_at) == (later(-600), later(0))


def test_the_snapshot_of_a_copy_is_as_old_as_the_copy_and_names_it(store: Store) -> None:
    _, made, read = kept(store, copied())
    assert made == read
    assert (read.captured_at, read.archived_copy, read.url) == (later(-600), COPY, capture().url)


def test_what_the_ways_before_met_is_told_and_not_kept(store: Store) -> None:
    back, _, _ = kept(store, replace(copied(), met=("direct: HTTP 403",)))
    assert back.met == ()


def test_captures_are_ordered_by_fetching_whatever_their_copies_age(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([known()])
        first = unit.captures.add(capture(minutes=1), outcome="ok")
        second = unit.captures.add(replace(copied(), fetched_at=later(2)), outcome="ok")
        assert list(unit.captures.numbers()) == [first, second]
        assert list(unit.captures.numbers(since=later(2))) == [second]


def test_evidence_of_events_and_alerts_names_the_copy(store: Store) -> None:
    proof = replace(evidence(), way=Way.ARCHIVE, archived_copy=COPY)
    with store.begin() as unit:
        unit.events.add(event(evidence=proof))
        unit.outbox.add(replace(alert(), evidence=proof), ["team"])
    with store.read() as unit:
        (kept_event,), (row,) = unit.events.of("kh-pdpl"), unit.outbox.all()
    assert (kept_event.evidence, row.alert.evidence) == (proof, proof)
