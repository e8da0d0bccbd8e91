"""The register as a fold: what events do to a status, alone and in any order of company."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import (
    EventKind,
    Evidence,
    Instrument,
    InstrumentType,
    LifecycleEvent,
    PartialDate,
    Stage,
    State,
    Status,
)
from monitor.status.register import fold, fold_as_of

LAW = Instrument(
    id="kh-pdpl",
    title="Personal Data Protection Law",
    type=InstrumentType.LAW,
    jurisdiction="KH",
    stage=Stage.DRAFTING,
    as_of=date(2026, 6, 8),
)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def evidence(source: str = "agency", day: int = 0) -> Evidence:
    return Evidence(
        source_id=source,
        url=f"https://{source}.example/",
        quote=f"What {source} says.",
        captured_at=NOON + timedelta(days=day),
        sha256="0" * 64,
    )


def event(kind: EventKind, stage: Stage | None = None, number: int = 1, **fields: object) -> LifecycleEvent:
    base = LifecycleEvent(
        instrument=LAW.id,
        kind=kind,
        recorded_at=NOON + timedelta(days=number),
        id=number,
        stage=stage,
        evidence=evidence(day=number),
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def person(kind: EventKind, decides: int, number: int) -> LifecycleEvent:
    return event(kind, number=number, decides=decides, reviewer="Dara", evidence=None)


def test_without_events_an_instrument_stands_at_its_baseline() -> None:
    assert fold(LAW, []) == Status(
        instrument="kh-pdpl", stage=Stage.DRAFTING, state=State.BASELINE, since=PartialDate(2026, 6, 8)
    )


def test_a_move_is_provisional_and_carries_its_evidence() -> None:
    status = fold(LAW, [event(EventKind.MOVED, Stage.APPROVED, event_date=PartialDate(2026, 6, 26))])
    assert (status.stage, status.state, status.since) == (Stage.APPROVED, State.PROVISIONAL, PartialDate(2026, 6, 26))
    assert status.evidence == (evidence(day=1),)


def test_an_undated_move_holds_since_the_day_it_was_read() -> None:
    status = fold(LAW, [event(EventKind.MOVED, Stage.APPROVED)])
    assert (status.since, status.dated) == (PartialDate(2026, 7, 2), False)


def test_a_move_told_by_the_body_itself_is_confirmed() -> None:
    status = fold(LAW, [event(EventKind.CONFIRMED, Stage.APPROVED, event_date=PartialDate(2026, 6, 26))])
    assert (status.stage, status.state) == (Stage.APPROVED, State.CONFIRMED)


def test_the_body_itself_settles_a_provisional_stage_and_dates_it() -> None:
    told = event(EventKind.CONFIRMED, Stage.APPROVED, 2, event_date=PartialDate(2026, 6, 26), evidence=evidence("com"))
    status = fold(LAW, [event(EventKind.MOVED, Stage.APPROVED), told])
    assert (status.state, status.since, status.dated) == (State.CONFIRMED, PartialDate(2026, 6, 26), True)
    assert [item.source_id for item in status.evidence] == ["agency", "com"]


def test_a_vaguer_date_does_not_replace_a_day() -> None:
    moved = event(EventKind.MOVED, Stage.APPROVED, event_date=PartialDate(2026, 6, 26))
    told = event(EventKind.CONFIRMED, Stage.APPROVED, 2, event_date=PartialDate(2026, 6))
    assert fold(LAW, [moved, told]).since == PartialDate(2026, 6, 26)


def test_the_date_of_a_finer_step_does_not_become_the_date_of_the_stage() -> None:
    moved = event(EventKind.MOVED, Stage.ADOPTED, event_date=PartialDate(2026, 6, 26))
    senate = event(
        EventKind.CONFIRMED, Stage.ADOPTED, 2, event_date=PartialDate(2026, 7, 20), milestone="senate_review"
    )
    status = fold(LAW, [moved, senate])
    assert (status.since, status.milestone) == (PartialDate(2026, 6, 26), "senate_review")


def test_a_person_confirms_a_move() -> None:
    events = [event(EventKind.MOVED, Stage.ADOPTED), person(EventKind.CONFIRMED, 1, 2)]
    assert fold(LAW, events).state is State.CONFIRMED


def test_a_rejected_move_is_undone() -> None:
    events = [event(EventKind.MOVED, Stage.ADOPTED), person(EventKind.REJECTED, 1, 2)]
    assert fold(LAW, events) == fold(LAW, [])


def test_what_came_after_a_rejected_move_stands_on_its_own() -> None:
    later = event(EventKind.MOVED, Stage.PROMULGATED, 2)
    events = [event(EventKind.MOVED, Stage.ADOPTED), later, person(EventKind.REJECTED, 1, 3)]
    assert fold(LAW, events) == fold(LAW, [later])


def test_what_agreed_with_a_rejected_move_leaves_no_trace() -> None:
    agreed = event(EventKind.CORROBORATED, Stage.ADOPTED, 2, evidence=evidence("profile"))
    events = [event(EventKind.MOVED, Stage.ADOPTED), agreed, person(EventKind.REJECTED, 1, 3)]
    assert fold(LAW, events) == fold(LAW, [])


def test_the_body_itself_outlives_the_rejection_of_whoever_told_it_first() -> None:
    itself = event(EventKind.CONFIRMED, Stage.ADOPTED, 2)
    events = [event(EventKind.MOVED, Stage.ADOPTED), itself, person(EventKind.REJECTED, 1, 3)]
    assert (fold(LAW, events).stage, fold(LAW, events).state) == (Stage.ADOPTED, State.CONFIRMED)


def test_of_two_decisions_about_one_event_the_last_holds() -> None:
    moved = event(EventKind.MOVED, Stage.ADOPTED)
    events = [moved, person(EventKind.REJECTED, 1, 2), person(EventKind.CONFIRMED, 1, 3)]
    assert (fold(LAW, events).stage, fold(LAW, events).state) == (Stage.ADOPTED, State.CONFIRMED)


def test_corroboration_adds_evidence_once() -> None:
    agreed = event(EventKind.CORROBORATED, Stage.DRAFTING, evidence=evidence("profile"))
    status = fold(LAW, [agreed, replace(agreed, id=2)])
    assert [item.source_id for item in status.evidence] == ["profile"]


def test_corroboration_of_another_stage_is_ignored() -> None:
    assert fold(LAW, [event(EventKind.CORROBORATED, Stage.ADOPTED)]) == fold(LAW, [])


def test_a_dispute_keeps_the_stage_and_marks_it() -> None:
    moved = event(EventKind.MOVED, Stage.ADOPTED, event_date=PartialDate(2026, 6, 26))
    status = fold(LAW, [moved, event(EventKind.DISPUTED, number=2, evidence=evidence("ministry"))])
    assert (status.stage, status.state, status.since) == (Stage.ADOPTED, State.DISPUTED, PartialDate(2026, 6, 26))
    assert [item.source_id for item in status.evidence] == ["agency", "ministry"]


def test_under_dispute_a_further_move_is_kept_as_evidence_only() -> None:
    events = [
        event(EventKind.MOVED, Stage.ADOPTED),
        event(EventKind.DISPUTED, number=2),
        event(EventKind.MOVED, Stage.PROMULGATED, 3),
    ]
    assert (fold(LAW, events).stage, fold(LAW, events).state) == (Stage.ADOPTED, State.DISPUTED)


def test_the_deciding_body_ends_a_dispute() -> None:
    events = [
        event(EventKind.MOVED, Stage.ADOPTED),
        event(EventKind.DISPUTED, number=2),
        event(EventKind.CONFIRMED, Stage.ADOPTED, 3),
    ]
    assert fold(LAW, events).state is State.CONFIRMED


def test_a_person_who_confirms_the_held_stage_ends_a_dispute() -> None:
    events = [
        event(EventKind.MOVED, Stage.ADOPTED),
        event(EventKind.DISPUTED, number=2),
        person(EventKind.CONFIRMED, 1, 3),
    ]
    assert fold(LAW, events).state is State.CONFIRMED


def test_a_person_who_rejects_a_dispute_restores_what_was_held() -> None:
    moved = event(EventKind.MOVED, Stage.ADOPTED)
    events = [moved, event(EventKind.DISPUTED, number=2), person(EventKind.REJECTED, 2, 3)]
    assert fold(LAW, events) == fold(LAW, [moved])


def test_a_person_who_upholds_a_contrary_stage_moves_the_register_there() -> None:
    events = [
        event(EventKind.MOVED, Stage.APPROVED),
        event(EventKind.DISPUTED, Stage.DRAFTING, 2),
        person(EventKind.CONFIRMED, 2, 3),
    ]
    assert (fold(LAW, events).stage, fold(LAW, events).state) == (Stage.DRAFTING, State.CONFIRMED)


def test_a_target_date_is_shown_without_moving_the_stage() -> None:
    status = fold(LAW, [event(EventKind.TARGET_DATE, Stage.ADOPTED, target_date=PartialDate(2026))])
    assert (status.stage, status.state, status.target_date) == (Stage.DRAFTING, State.BASELINE, PartialDate(2026))


def test_a_newer_target_date_replaces_an_older_one() -> None:
    events = [
        event(EventKind.TARGET_DATE, Stage.ADOPTED, target_date=PartialDate(2026)),
        event(EventKind.TARGET_DATE, Stage.ADOPTED, 2, target_date=PartialDate(2027, 3)),
    ]
    assert fold(LAW, events).target_date == PartialDate(2027, 3)


def test_a_target_date_stays_visible_until_its_step_is_reached() -> None:
    aimed = event(EventKind.TARGET_DATE, Stage.ADOPTED, target_date=PartialDate(2026))
    approved, adopted = event(EventKind.MOVED, Stage.APPROVED, 2), event(EventKind.MOVED, Stage.ADOPTED, 3)
    assert fold(LAW, [aimed, approved]).target_date == PartialDate(2026)
    assert fold(LAW, [aimed, approved, adopted]).target_date is None


def test_a_withdrawn_text_has_no_target_date() -> None:
    aimed = event(EventKind.TARGET_DATE, Stage.ADOPTED, target_date=PartialDate(2026))
    assert fold(LAW, [aimed, event(EventKind.MOVED, Stage.WITHDRAWN, 2)]).target_date is None


def test_a_new_baseline_starts_again() -> None:
    reset = event(EventKind.BASELINE, Stage.APPROVED, 2, event_date=PartialDate(2026, 7, 3))
    status = fold(LAW, [event(EventKind.MOVED, Stage.ADOPTED), reset])
    assert (status.stage, status.state, status.since) == (Stage.APPROVED, State.BASELINE, PartialDate(2026, 7, 3))


def test_as_of_a_moment_only_what_was_recorded_by_then_counts() -> None:
    events = [event(EventKind.MOVED, Stage.APPROVED, 1), event(EventKind.MOVED, Stage.ADOPTED, 5)]
    assert fold_as_of(LAW, events, NOON + timedelta(days=4)).stage is Stage.APPROVED


def test_as_of_a_moment_a_later_rejection_is_not_known() -> None:
    events = [event(EventKind.MOVED, Stage.ADOPTED), person(EventKind.REJECTED, 1, 9)]
    assert fold_as_of(LAW, events, NOON + timedelta(days=2)).stage is Stage.ADOPTED


_MOVING = st.sampled_from([EventKind.MOVED, EventKind.CONFIRMED, EventKind.DISPUTED, EventKind.TARGET_DATE])
_DATES = st.none() | st.builds(PartialDate, st.integers(2024, 2027), st.integers(1, 12), st.integers(0, 28))


@st.composite
def histories(draw: st.DrawFn, kinds: st.SearchStrategy[EventKind] = _MOVING) -> list[LifecycleEvent]:
    size = draw(st.integers(0, 8))
    return [
        event(
            draw(kinds),
            draw(st.sampled_from(Stage)),
            number,
            event_date=draw(_DATES),
            target=draw(st.sampled_from(["", "com", "na"])),
            target_date=None,
            evidence=evidence(draw(st.sampled_from(["a", "b"])), number),
        )
        for number in range(1, size + 1)
    ]


def stands(status: Status) -> tuple[object, ...]:
    return status.stage, status.state, status.since, status.target, status.target_date


@given(events=histories(), position=st.integers(0, 8), stage=st.sampled_from(Stage))
def test_history_never_changes_a_status(events: Sequence[LifecycleEvent], position: int, stage: Stage) -> None:
    old = event(EventKind.HISTORY, stage, 99, event_date=PartialDate(2020))
    assert fold(LAW, [*events[:position], old, *events[position:]]) == fold(LAW, events)


@given(events=histories(), position=st.integers(0, 8), stage=st.sampled_from(Stage))
def test_corroboration_never_changes_where_an_instrument_stands(
    events: Sequence[LifecycleEvent], position: int, stage: Stage
) -> None:
    agreed = event(EventKind.CORROBORATED, stage, 99, event_date=PartialDate(2020))
    assert stands(fold(LAW, [*events[:position], agreed, *events[position:]])) == stands(fold(LAW, events))


@given(events=histories(), kind=_MOVING, stage=st.sampled_from(Stage))
def test_rejecting_the_last_event_gives_the_status_before_it(
    events: Sequence[LifecycleEvent], kind: EventKind, stage: Stage
) -> None:
    last = event(kind, stage, 50)
    assert fold(LAW, [*events, last, person(EventKind.REJECTED, 50, 51)]) == fold(LAW, events)


@given(events=histories(), data=st.data())
def test_rejecting_any_event_equals_never_having_recorded_it(
    events: Sequence[LifecycleEvent], data: st.DataObject
) -> None:
    if not events:
        return
    gone = data.draw(st.sampled_from(list(events)))
    without = [one for one in events if one is not gone]
    assert fold(LAW, [*events, person(EventKind.REJECTED, gone.id, 60)]) == fold(LAW, without)


@given(events=histories(st.just(EventKind.MOVED)))
def test_a_machine_alone_never_confirms_without_a_first_tier_source(events: Sequence[LifecycleEvent]) -> None:
    assert fold(LAW, events).state in (State.BASELINE, State.PROVISIONAL)
