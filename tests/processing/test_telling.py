"""Which alerts readings and passing days bring: kinds, dates, documents, and what is settled by what follows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import (
    Alert,
    AlertKind,
    Authority,
    Capture,
    DocumentRef,
    EventKind,
    KnownDocument,
    LifecycleEvent,
    Outcome,
    PartialDate,
    ReviewState,
    Source,
    Stage,
    State,
)
from monitor.processing import Deadlines, Intake, Judgement
from monitor.status.register import fold
from storage.memory import MemoryStore
from tests.processing.desk import APPROVED, CHANNEL, PLANNED, SOURCE, Desk, known_packs, page

COUNCIL = replace(
    SOURCE, id="council", url="https://council.example/news", authority=Authority.GOVERNMENT, publisher="com"
)
ADOPTED = "The National Assembly adopted the Law on Personal Data Protection on 14 November 2026."
ASSEMBLY = replace(
    SOURCE, id="assembly", url="https://assembly.example/news", authority=Authority.PARLIAMENT, publisher="na"
)
DENIED = "The Council of Ministers has not yet approved the draft Law on Personal Data Protection."


def told(desk: Desk) -> list[Alert]:
    with desk.store.read() as uow:
        return [delivery.alert for delivery in reversed(uow.outbox.all())]


def said_at(desk: Desk, source: Source, *texts: str) -> None:
    """A first reading of `source`, and one in which its page says `texts`."""
    desk.source = source
    desk.read(page())
    desk.read(page(*texts))


def test_a_denial_of_what_is_held_is_told_as_a_disagreement() -> None:
    desk = Desk()
    said_at(desk, SOURCE, APPROVED)
    said_at(desk, COUNCIL, DENIED)
    assert desk.kinds() == [AlertKind.STATUS, AlertKind.DISAGREEMENT]


def test_the_deciding_body_confirms_what_was_told_as_unconfirmed() -> None:
    desk = Desk()
    said_at(desk, SOURCE, APPROVED)
    said_at(desk, COUNCIL, APPROVED)
    first, second = told(desk)
    assert first.subject.endswith("unconfirmed)")
    assert "now confirmed" in second.subject


def test_a_confirmation_closes_what_waited_for_a_person_and_says_so() -> None:
    desk = Desk()
    said_at(desk, SOURCE, APPROVED)
    said_at(desk, COUNCIL, APPROVED)
    with desk.store.read() as uow:
        assert uow.verdicts.all(review=ReviewState.OPEN) == []
        notes = [event.note for event in uow.events.of("kh-pdpl")]
    assert notes == ["", "overtakes provisional verdict 1, closed"]


def test_a_later_step_that_is_confirmed_closes_the_provisional_one_before_it() -> None:
    desk = Desk()
    said_at(desk, SOURCE, APPROVED)
    said_at(desk, ASSEMBLY, ADOPTED)
    with desk.store.read() as uow:
        assert [stored.verdict.outcome for stored in uow.verdicts.all(review=ReviewState.OPEN)] == []
        assert fold(known_packs()[0].instruments["kh-pdpl"], uow.events.of("kh-pdpl")).state is State.CONFIRMED


def test_an_earlier_step_that_is_confirmed_leaves_a_later_provisional_one_open() -> None:
    desk = Desk()
    said_at(desk, SOURCE, ADOPTED)
    said_at(desk, COUNCIL, APPROVED)
    with desk.store.read() as uow:
        waiting = uow.verdicts.all(review=ReviewState.OPEN)
    assert [stored.verdict.to_stage for stored in waiting] == [Stage.ADOPTED]


def test_a_denial_that_waits_is_not_closed_by_a_confirmed_step() -> None:
    desk = Desk()
    said_at(desk, SOURCE, APPROVED)
    said_at(desk, COUNCIL, DENIED)
    said_at(desk, ASSEMBLY, ADOPTED)
    with desk.store.read() as uow:
        waiting = [stored.verdict.outcome for stored in uow.verdicts.all(review=ReviewState.OPEN)]
    assert waiting == [Outcome.DISPUTED]


# Dates


def test_a_date_that_is_met_is_told_beside_the_step() -> None:
    desk = Desk()
    said_at(desk, SOURCE, PLANNED)
    said_at(desk, ASSEMBLY, ADOPTED)
    assert desk.kinds() == [AlertKind.TARGET_DATE, AlertKind.STATUS, AlertKind.TARGET_DATE]
    assert told(desk)[-1].subject.startswith("[Date met]")


def test_a_step_short_of_the_announced_one_meets_no_date() -> None:
    desk = Desk()
    said_at(desk, SOURCE, PLANNED)
    said_at(desk, COUNCIL, APPROVED)
    assert desk.kinds() == [AlertKind.TARGET_DATE, AlertKind.STATUS]


def test_a_changed_date_is_told_from_and_to() -> None:
    desk = Desk()
    said_at(desk, SOURCE, PLANNED)
    desk.read(page("The Law on Personal Data Protection is expected to be adopted by June 2027."))
    assert "by Dec 2027 → by Jun 2027" in told(desk)[-1].subject


def _event(kind: EventKind, **more: object) -> LifecycleEvent:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return replace(LifecycleEvent(instrument="kh-pdpl", kind=kind, recorded_at=at), **more)  # type: ignore[arg-type]


PLAN = _event(EventKind.TARGET_DATE, stage=Stage.ADOPTED, target_date=PartialDate(2026, 11))
MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@dataclass
class Watch:
    """A register with `events`, and how it looks over its dates."""

    store: MemoryStore

    @classmethod
    def over(cls, *events: LifecycleEvent) -> "Watch":
        store = MemoryStore()
        with store.begin() as uow:
            for event in events:
                uow.events.add(event)
        return cls(store)

    def deadlines(self, coverage: Callable[[], str] = lambda: "1 of 1 sources read in the last day.") -> Deadlines:
        loaded, finder = known_packs()
        judgement = Judgement(packs=loaded, sources={}, finder=finder, channels=[CHANNEL], timezone="Asia/Phnom_Penh")
        return Deadlines(
            store=self.store, judgement=judgement, sources={}, timezone="Asia/Phnom_Penh", coverage=coverage
        )

    def subjects(self) -> list[str]:
        with self.store.read() as uow:
            return [delivery.alert.subject for delivery in uow.outbox.all()]


def test_a_date_that_slipped_is_told_on_the_morning_after_and_once() -> None:
    watch = Watch.over(PLAN)
    assert watch.deadlines().look(MORNING - timedelta(minutes=1)) == ()
    assert watch.deadlines().look(MORNING) == ("kh-pdpl",)
    assert watch.deadlines().look(MORNING + timedelta(days=1)) == ()
    assert [subject.partition("]")[0] for subject in watch.subjects()] == ["[Date slipped"]


def test_a_monitor_that_was_off_that_morning_tells_it_when_it_is_back() -> None:
    watch = Watch.over(PLAN)
    assert watch.deadlines().look(MORNING + timedelta(days=40)) == ("kh-pdpl",)


def test_another_date_that_slips_is_told_again() -> None:
    watch = Watch.over(PLAN)
    watch.deadlines().look(MORNING)
    with watch.store.begin() as uow:
        uow.events.add(replace(PLAN, recorded_at=MORNING, target_date=PartialDate(2026, 12)))
    assert watch.deadlines().look(MORNING + timedelta(days=31)) == ("kh-pdpl",)


@pytest.mark.parametrize(
    "event",
    [
        _event(EventKind.CONFIRMED, stage=Stage.ADOPTED),
        _event(EventKind.CONFIRMED, stage=Stage.WITHDRAWN),
        _event(EventKind.TARGET_DATE, stage=Stage.ADOPTED, target_date=PartialDate(2027)),
        _event(EventKind.REJECTED, decides=1, reviewer="anna"),
    ],
    ids=["reached", "withdrawn", "moved", "rejected"],
)
def test_a_date_that_is_settled_does_not_slip(event: LifecycleEvent) -> None:
    assert Watch.over(PLAN, event).deadlines().look(MORNING) == ()


def test_a_step_short_of_the_announced_one_does_not_keep_its_date() -> None:
    watch = Watch.over(PLAN, _event(EventKind.CONFIRMED, stage=Stage.APPROVED))
    assert watch.deadlines().look(MORNING) == ("kh-pdpl",)


def test_dates_are_looked_at_once_a_morning() -> None:
    watch = Watch.over()
    deadlines = watch.deadlines()
    deadlines.look(MORNING)
    with watch.store.begin() as uow:
        uow.events.add(PLAN)
    assert deadlines.look(MORNING + timedelta(hours=2)) == ()
    assert deadlines.look(MORNING + timedelta(days=1)) == ("kh-pdpl",)


def test_how_much_is_read_is_asked_only_when_there_is_something_to_tell() -> None:
    def never() -> str:
        raise AssertionError("nobody asked for it")

    assert Watch.over().deadlines(never).look(MORNING) == ()


# Documents


def read_listed(desk: Desk, *pages: tuple[str, bytes]) -> None:
    """A reading of an index that names `pages`, each read at once."""

    def tell(intake: Intake) -> None:
        index = KnownDocument(source_id=desk.source.id, key="index:news", url=desk.source.url)
        intake.indexed(index, [DocumentRef(key=key, url=key) for key, _ in pages], at=desk.now)
        for key, body in pages:
            intake.captured(listed(desk, key, body))

    desk.reading(tell)


def listed(desk: Desk, key: str, body: bytes) -> Capture:
    return desk.capture(body, document_key=key, url=key, final_url=key)


OLD = ("https://ministry.example/1", page("An old page about the Law on Personal Data Protection."))


def test_a_new_document_that_names_an_instrument_is_told_as_such() -> None:
    desk = Desk()
    read_listed(desk, OLD)
    text = "A workshop looked at the draft Law on Personal Data Protection and at small shops."
    read_listed(desk, OLD, ("https://ministry.example/2", page(text)))
    (alert,) = told(desk)
    assert (alert.kind, alert.instrument) == (AlertKind.DOCUMENT, "kh-pdpl")
    assert alert.evidence is not None
    assert alert.evidence.quote == text


def test_a_new_document_that_names_nothing_tracked_is_not_told() -> None:
    desk = Desk()
    read_listed(desk, OLD)
    read_listed(desk, OLD, ("https://ministry.example/2", page("A workshop was held on harbours.")))
    assert desk.kinds() == []


def test_a_new_document_that_states_a_step_is_told_once_and_as_status() -> None:
    desk = Desk()
    read_listed(desk, OLD)
    read_listed(desk, OLD, ("https://ministry.example/2", page(APPROVED)))
    assert desk.kinds() == [AlertKind.STATUS]


def test_documents_that_were_there_at_the_first_reading_are_not_told() -> None:
    desk = Desk()
    read_listed(desk, OLD)
    assert desk.kinds() == []
