"""Dates for a calendar: what the register holds, how often it was set, and what somebody undid."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.alerts.planned import Planned, planned
from monitor.model import Body, EventKind, Evidence, Instrument, InstrumentType, LifecycleEvent, PartialDate, Stage

NOW = datetime(2026, 6, 9, 19, 5, 30, tzinfo=UTC)
LAW = Instrument(
    id="kh-pdpl",
    title="Personal Data Protection Law",
    type=InstrumentType.LAW,
    jurisdiction="KH",
    stage=Stage.DRAFTING,
    as_of=date(2026, 1, 1),
)
EVIDENCE = Evidence(
    source_id="mptc", url="https://mptc.example/1", quote="by the end of 2026", captured_at=NOW, sha256=""
)


def event(number: int, kind: EventKind, stage: Stage | None = None, **more: object) -> LifecycleEvent:
    made = LifecycleEvent(
        instrument=LAW.id,
        kind=kind,
        recorded_at=NOW + timedelta(days=number),
        id=number,
        stage=stage,
        evidence=EVIDENCE,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def target(number: int, day: PartialDate) -> LifecycleEvent:
    return event(number, EventKind.TARGET_DATE, Stage.SUBMITTED, target_date=day)


def consultation(number: int, day: PartialDate, kind: EventKind = EventKind.MOVED) -> LifecycleEvent:
    return event(number, kind, Stage.CONSULTATION, event_date=day)


def only(*events: LifecycleEvent) -> Planned:
    (found,) = planned(LAW, events, {})
    return found


def test_instrument_without_dates_has_none() -> None:
    assert planned(LAW, (), {}) == ()
    assert planned(LAW, [event(1, EventKind.MOVED, Stage.CONSULTATION)], {}) == ()


def test_announced_date_is_planned_with_its_step_and_evidence() -> None:
    found = only(target(1, PartialDate(2026, 12)))
    assert (found.day, found.closes, found.revision, found.evidence) == (PartialDate(2026, 12), False, 0, EVIDENCE)
    assert found.what.startswith("to be submitted")
    assert found.recorded_at == NOW + timedelta(days=1)


def test_date_that_moved_is_a_later_revision_of_the_same() -> None:
    found = only(target(1, PartialDate(2026, 12)), target(2, PartialDate(2027, 3)))
    assert (found.day, found.revision, found.recorded_at) == (PartialDate(2027, 3), 1, NOW + timedelta(days=2))


def test_date_that_was_taken_back_is_a_later_revision_with_the_older_date() -> None:
    events = (
        target(1, PartialDate(2026, 12)),
        target(2, PartialDate(2027, 3)),
        event(3, EventKind.REJECTED, decides=2),
    )
    found = only(*events)
    assert (found.day, found.revision, found.recorded_at) == (PartialDate(2026, 12), 2, NOW + timedelta(days=3))


def test_date_whose_step_is_reached_is_gone() -> None:
    assert planned(LAW, [target(1, PartialDate(2026, 12)), event(2, EventKind.MOVED, Stage.ADOPTED)], {}) == ()


def test_consultation_that_names_a_day_to_come_closes_on_it() -> None:
    found = only(consultation(1, PartialDate(2026, 9, 30)))
    assert (found.day, found.closes, found.what) == (PartialDate(2026, 9, 30), True, "consultation closes")


def test_consultation_that_names_the_day_it_opened_does_not_close_on_it() -> None:
    assert planned(LAW, [consultation(1, PartialDate(2026, 6, 1))], {}) == ()


def test_consultation_that_is_prolonged_closes_later() -> None:
    longer = consultation(2, PartialDate(2026, 10, 31), EventKind.CORROBORATED)
    found = only(consultation(1, PartialDate(2026, 9, 30)), longer)
    assert (found.day, found.revision) == (PartialDate(2026, 10, 31), 1)


def test_prolongation_that_a_person_rejected_does_not_count() -> None:
    longer = consultation(2, PartialDate(2026, 10, 31), EventKind.CORROBORATED)
    found = only(consultation(1, PartialDate(2026, 9, 30)), longer, event(3, EventKind.REJECTED, decides=2))
    assert (found.day, found.revision) == (PartialDate(2026, 9, 30), 2)


def test_consultation_that_is_over_has_no_day_any_more() -> None:
    assert (
        planned(LAW, [consultation(1, PartialDate(2026, 9, 30)), event(2, EventKind.MOVED, Stage.SUBMITTED)], {}) == ()
    )


def test_a_submission_names_the_body_it_is_announced_for() -> None:
    assembly = Body(id="na", title="National Assembly", role="lower_house", jurisdiction="KH")
    announced = replace(target(1, PartialDate(2027, 12)), target="na")
    (found,) = planned(LAW, [announced], {"na": assembly})
    assert found.what == "to be submitted to the National Assembly"
