"""Sources and documents, on every store."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from monitor.model import Health, Slot, SourceHealth
from monitor.ports import Store
from tests.storage.samples import KEY, NOON, abandoned, known, later, refused

FULL_LEDGER = SourceHealth(
    source_id="mptc",
    health=Health.BLOCKED,
    detail="a challenge page",
    last_attempt_at=NOON,
    last_ok_at=later(1),
    next_due_at=later(2),
    baseline_at=later(3),
    failures=4,
    told_at=later(5),
    watched_since=later(6),
)
FULL_DOCUMENT = known(
    title="ប្រកាស",
    published_on=date(2026, 6, 7),
    version="2026-06-07T00:00:00",
    baseline=True,
    discovered_at=NOON,
    last_attempt_at=later(1),
    last_ok_at=later(2),
    changed_at=later(3),
    etag='W/"1"',
    last_modified="Sun, 07 Jun 2026 00:00:00 GMT",
    sha256="a" * 64,
    region="f" * 16,
    checks=12,
    failures=1,
    snapshot_id=9,
    suspect="b" * 16,
    suspect_at=later(4),
)


def test_source_never_seen_has_a_fresh_ledger(store: Store) -> None:
    with store.read() as unit:
        assert unit.sources.get("mptc") == SourceHealth(source_id="mptc")


def test_ledger_comes_back_as_it_was_saved(store: Store) -> None:
    with store.begin() as unit:
        unit.sources.save([FULL_LEDGER, SourceHealth(source_id="aseandse")])
    with store.read() as unit:
        assert unit.sources.get("mptc") == FULL_LEDGER
        assert unit.sources.all() == {"aseandse": SourceHealth(source_id="aseandse"), "mptc": FULL_LEDGER}


def test_saving_a_ledger_again_replaces_it(store: Store) -> None:
    with store.begin() as unit:
        unit.sources.save([FULL_LEDGER])
        unit.sources.save([SourceHealth(source_id="mptc", health=Health.OK)])
        assert unit.sources.get("mptc") == SourceHealth(source_id="mptc", health=Health.OK)


def test_one_save_may_name_a_source_twice_and_the_last_counts(store: Store) -> None:
    with store.begin() as unit:
        unit.sources.save([SourceHealth(source_id="mptc", failures=1), SourceHealth(source_id="mptc", failures=2)])
        assert unit.sources.get("mptc").failures == 2


def test_held_ledgers_are_those_that_exist_as_they_stand(store: Store) -> None:
    with store.begin() as unit:
        unit.sources.save([FULL_LEDGER])
        assert unit.sources.hold(["mptc", "unseen"]) == {"mptc": FULL_LEDGER}
        unit.sources.save([replace(FULL_LEDGER, failures=9)])
        assert unit.sources.hold(["mptc"])["mptc"].failures == 9


def slot(source_id: str, due: int, read: int) -> Slot:
    return Slot(source_id=source_id, due_at=later(due), read_at=later(read))


def test_a_slot_is_served_once_and_the_first_reading_counts(store: Store) -> None:
    with store.begin() as unit:
        unit.sources.save([FULL_LEDGER, SourceHealth(source_id="coe")])
        unit.sources.serve([slot("mptc", 10, 11), slot("coe", 10, 12), slot("mptc", 5, 6)])
    with store.begin() as unit:
        unit.sources.serve([slot("mptc", 10, 99)])
    with store.read() as unit:
        assert unit.sources.served(since=later(0)) == [slot("mptc", 5, 6), slot("coe", 10, 12), slot("mptc", 10, 11)]
        assert unit.sources.served(since=later(6)) == [slot("coe", 10, 12), slot("mptc", 10, 11)]


def test_a_slot_of_a_source_that_does_not_exist_is_refused(store: Store) -> None:
    with refused(store) as unit:
        unit.sources.serve([slot("mptc", 10, 11)])


def test_slots_outside_a_span_of_time_are_forgotten(store: Store) -> None:
    with store.begin() as unit:
        unit.sources.save([FULL_LEDGER])
        unit.sources.serve([slot("mptc", minutes, minutes) for minutes in (1, 5, 9)])
        assert unit.sources.forget_slots() == 0
        assert unit.sources.forget_slots(before=later(2), after=later(8)) == 2
        assert unit.sources.served(since=later(0)) == [slot("mptc", 5, 5)]


def test_sequence_numbers_count_up_per_source(store: Store) -> None:
    with store.begin() as unit:
        assert [unit.sources.next_sequence(source) for source in ("mptc", "mptc", "coe")] == [1, 2, 1]


def test_saving_a_ledger_does_not_touch_its_sequence(store: Store) -> None:
    with store.begin() as unit:
        unit.sources.save([replace(FULL_LEDGER, sequence=40)])
        assert unit.sources.next_sequence("mptc") == 1
        unit.sources.save([replace(FULL_LEDGER, sequence=70)])
        assert unit.sources.get("mptc") == replace(FULL_LEDGER, sequence=1)


def test_sequence_number_of_a_rolled_back_transaction_is_given_out_again(store: Store) -> None:
    with abandoned(store) as unit:
        unit.sources.next_sequence("mptc")
    with store.begin() as unit:
        assert unit.sources.next_sequence("mptc") == 1


def test_document_comes_back_as_it_was_saved(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([FULL_DOCUMENT])
    with store.read() as unit:
        assert unit.documents.get("mptc", KEY) == FULL_DOCUMENT


def test_document_never_seen_is_none(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([known(key="https://mptc.example/other")])
        assert unit.documents.get("mptc", KEY) is None


def test_documents_are_found_by_source_and_key(store: Store) -> None:
    same_key = [known("mptc"), known("coe"), known("mptc", "https://mptc.example/2"), known("na")]
    with store.begin() as unit:
        unit.documents.save(same_key)
    with store.read() as unit:
        assert unit.documents.of(["mptc", "coe", "unseen"]) == {
            "mptc": {KEY: same_key[0], "https://mptc.example/2": same_key[2]},
            "coe": {KEY: same_key[1]},
            "unseen": {},
        }


def test_saving_a_document_again_replaces_every_field(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([FULL_DOCUMENT])
        unit.documents.save([known()])
        assert unit.documents.get("mptc", KEY) == known()


def test_saving_a_document_makes_the_source_it_lacks(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([known("mptc")])
        assert unit.sources.all() == {"mptc": SourceHealth(source_id="mptc")}


def test_saving_a_document_leaves_the_ledger_of_its_source_alone(store: Store) -> None:
    with store.begin() as unit:
        unit.sources.save([FULL_LEDGER])
        unit.documents.save([known("mptc")])
        assert unit.sources.get("mptc") == FULL_LEDGER


def test_saving_nothing_is_allowed(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([])
        unit.sources.save(iter(()))
        assert unit.documents.of([]) == {}


def test_many_documents_are_saved_and_read_at_once(store: Store) -> None:
    many = [known(f"s{number % 700:03}", f"https://host.example/{number}") for number in range(2100)]
    with store.begin() as unit:
        unit.documents.save(many)
        found = unit.documents.of([f"s{number:03}" for number in range(700)])
    assert sorted(len(documents) for documents in found.values()) == [3] * 700


def test_naive_moment_is_refused(store: Store) -> None:
    with store.begin() as unit, pytest.raises(ValueError, match="naive"):
        unit.sources.save([SourceHealth(source_id="mptc", last_ok_at=datetime(2026, 6, 8))])  # noqa: DTZ001


def test_moment_of_another_zone_comes_back_in_utc(store: Store) -> None:
    phnom_penh = datetime(2026, 6, 8, 19, tzinfo=timezone(timedelta(hours=7)))
    with store.begin() as unit:
        unit.sources.save([SourceHealth(source_id="mptc", last_ok_at=phnom_penh)])
        kept = unit.sources.get("mptc").last_ok_at
    assert (kept, kept and kept.tzinfo) == (phnom_penh, UTC)


def test_what_no_text_column_can_hold_is_replaced_and_still_found(store: Store) -> None:
    with store.begin() as unit:
        unit.documents.save([known(key="a\x00b", title="half \ud83d of a pair")])
        found = unit.documents.get("mptc", "a\x00b")
    assert found is not None
    assert (found.key, found.title) == ("a\ufffdb", "half \ufffd of a pair")
