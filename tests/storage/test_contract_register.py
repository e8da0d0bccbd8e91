"""Lifecycle events and verdicts, on every store."""

from monitor.model import EventKind, LifecycleEvent, ReviewState, Stage
from monitor.ports import Store
from tests.storage.samples import NOON, event, evidence, kept_change, later, refused, verdict


def test_event_comes_back_with_its_number(store: Store) -> None:
    with store.begin() as unit:
        made = unit.events.add(event())
    with store.read() as unit:
        assert unit.events.get(made.id) == made == event(id=made.id)


def test_event_with_nothing_but_the_least_comes_back(store: Store) -> None:
    bare = LifecycleEvent(instrument="kh-pdpl", kind=EventKind.HISTORY, recorded_at=NOON)
    with store.begin() as unit:
        made = unit.events.add(bare)
        assert unit.events.get(made.id) == made
        assert (made.stage, made.evidence, made.event_date, made.decides) == (None, None, None, 0)


def test_events_are_in_order_of_recording_not_of_happening(store: Store) -> None:
    with store.begin() as unit:
        first = unit.events.add(event(recorded_at=later(5), stage=Stage.ADOPTED))
        other = unit.events.add(event("kh-cybercrime"))
        second = unit.events.add(event(recorded_at=later(1), stage=Stage.DRAFTING))
        assert list(unit.events.of("kh-pdpl")) == [first, second]
        assert {name: list(events) for name, events in unit.events.all().items()} == {
            "kh-pdpl": [first, second],
            "kh-cybercrime": [other],
        }
        assert list(unit.events.of("kh-unheard-of")) == []


def test_decision_names_the_event_it_decides(store: Store) -> None:
    with store.begin() as unit:
        machine = unit.events.add(event())
        decision = unit.events.add(event(kind=EventKind.CONFIRMED, decides=machine.id))
        assert unit.events.get(decision.id).decides == machine.id


def test_decision_about_another_instruments_event_is_refused(store: Store) -> None:
    with refused(store) as unit:
        foreign = unit.events.add(event("kh-cybercrime"))
        unit.events.add(event("kh-pdpl", decides=foreign.id))


def test_verdict_comes_back_with_its_evidence(store: Store) -> None:
    with store.begin() as unit:
        change, recorded = kept_change(unit), unit.events.add(event())
        made = unit.verdicts.add(
            verdict(),
            evidence=evidence(),
            recorded_at=NOON,
            review=ReviewState.OPEN,
            change_id=change.id,
            event_id=recorded.id,
        )
    with store.read() as unit:
        assert unit.verdicts.get(made.id) == made
    assert (made.verdict, made.evidence, made.change_id, made.event_id) == (
        verdict(),
        evidence(),
        change.id,
        recorded.id,
    )


def test_verdicts_are_listed_newest_first_and_by_choice(store: Store) -> None:
    with store.begin() as unit:
        first, second, third = (
            unit.verdicts.add(verdict(instrument), evidence=evidence(), recorded_at=NOON, review=review)
            for instrument, review in (
                ("kh-pdpl", ReviewState.OPEN),
                ("kh-cybercrime", ReviewState.OPEN),
                ("kh-pdpl", ReviewState.CLOSED),
            )
        )
        assert list(unit.verdicts.all()) == [third, second, first]
        assert list(unit.verdicts.all(review=ReviewState.OPEN)) == [second, first]
        assert list(unit.verdicts.all(instrument="kh-pdpl")) == [third, first]
        assert list(unit.verdicts.all(review=ReviewState.OPEN, limit=1)) == [second]


def test_only_the_first_decision_on_a_verdict_counts(store: Store) -> None:
    with store.begin() as unit:
        made = unit.verdicts.add(verdict(), evidence=evidence(), recorded_at=NOON, review=ReviewState.OPEN)
        assert unit.verdicts.decide(made.id, ReviewState.CONFIRMED)
        assert not unit.verdicts.decide(made.id, ReviewState.REJECTED)
        assert unit.verdicts.get(made.id).review is ReviewState.CONFIRMED


def test_verdict_that_needs_no_review_cannot_be_decided(store: Store) -> None:
    with store.begin() as unit:
        made = unit.verdicts.add(verdict(), evidence=evidence(), recorded_at=NOON, review=ReviewState.CLOSED)
        assert not unit.verdicts.decide(made.id, ReviewState.CONFIRMED)
        assert not unit.verdicts.decide(made.id + 1, ReviewState.CONFIRMED)


def test_verdict_on_another_sources_change_is_refused(store: Store) -> None:
    with refused(store) as unit:
        change = kept_change(unit, "coe")
        unit.verdicts.add(
            verdict(), evidence=evidence("mptc"), recorded_at=NOON, review=ReviewState.OPEN, change_id=change.id
        )


def test_verdict_with_another_instruments_event_is_refused(store: Store) -> None:
    with refused(store) as unit:
        foreign = unit.events.add(event("kh-cybercrime"))
        unit.verdicts.add(
            verdict("kh-pdpl"), evidence=evidence(), recorded_at=NOON, review=ReviewState.OPEN, event_id=foreign.id
        )
