"""What becomes of captures: from the archive to alerts, on the in-memory store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from monitor.errors import StorageError
from monitor.model import (
    AlertKind,
    Capture,
    Cause,
    DocumentRef,
    Health,
    KnownDocument,
    Outcome,
    Problem,
    ProblemKind,
    Source,
    Stage,
)
from monitor.ports import Opinion
from monitor.processing import Intake
from monitor.processing.intake import SourceReport
from tests.processing.desk import APPROVED, DENIED, INTRODUCTION, PLANNED, SOURCE, Desk, page


@pytest.fixture
def desk() -> Desk:
    return Desk()


def outcomes(report: SourceReport) -> Sequence[Outcome]:
    return [stored.verdict.outcome for stored in report.verdicts]


def test_the_first_reading_of_a_source_is_silent_whatever_it_says(desk: Desk) -> None:
    desk.read(page(APPROVED))

    assert desk.kinds() == []


def test_a_statement_ahead_of_the_register_at_the_first_reading_waits_for_a_person(desk: Desk) -> None:
    desk.read(page(APPROVED))

    with desk.store.read() as uow:
        assert [stored.verdict.outcome for stored in uow.verdicts.all()] == [Outcome.REVIEW]


def test_an_added_statement_moves_the_register_and_is_told(desk: Desk) -> None:
    desk.read(page())
    report = desk.read(page(APPROVED))

    assert outcomes(report) == [Outcome.MOVED]
    assert desk.kinds() == [AlertKind.STATUS]


@pytest.mark.parametrize("text", [DENIED, "Has the Law on Personal Data Protection been approved?"])
def test_a_denial_or_a_question_is_kept_and_never_told_as_status(desk: Desk, text: str) -> None:
    desk.read(page())
    report = desk.read(page(text))

    assert outcomes(report) == [Outcome.NOTED]
    assert desk.kinds() == [AlertKind.CHANGE]


def test_a_planned_step_is_told_as_a_target_date(desk: Desk) -> None:
    desk.read(page())
    desk.read(page(PLANNED))

    assert desk.kinds() == [AlertKind.TARGET_DATE]


def test_words_that_only_move_make_no_claim(desk: Desk) -> None:
    desk.read(page(APPROVED, "A workshop was held."))
    desk.read(page("A workshop was held.", APPROVED, "Another one follows."))

    assert AlertKind.STATUS not in desk.kinds()


def test_a_block_page_leaves_the_last_good_snapshot_and_makes_no_change(desk: Desk) -> None:
    desk.read(page())
    report = desk.read(
        b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>", status=403
    )

    assert (report.read, report.health) == (False, Health.BLOCKED)
    with desk.store.read() as uow:
        assert list(uow.changes.all()) == []


def test_after_an_outage_the_page_is_compared_with_the_last_good_one(desk: Desk) -> None:
    desk.read(page())
    desk.read(b"", status=503)
    report = desk.read(page(APPROVED))

    assert outcomes(report) == [Outcome.MOVED]


def test_a_sudden_loss_of_most_text_is_believed_only_at_the_second_reading(desk: Desk) -> None:
    desk.read(page(*(f"Paragraph {number}: {INTRODUCTION}" for number in range(8))))
    first = desk.read(page())
    second = desk.read(page())

    assert (first.read, first.detail.split(":")[0]) == (False, ProblemKind.SHRUNKEN)
    assert (second.read, second.tally.changed) == (True, 1)


def test_a_difference_of_our_own_selection_is_recorded_as_such_and_silent(desk: Desk) -> None:
    body = page().replace(b"</main>", b"</main><section><p>" + APPROVED.encode() + b"</p></section>")
    desk.read(body)
    desk.source = replace(SOURCE, select="body")
    desk.read(body + b"<!-- another byte -->")

    with desk.store.read() as uow:
        assert [change.cause for change in uow.changes.all()] == [Cause.EXTRACTION]
    assert desk.kinds() == []


def test_a_capture_that_breaks_our_own_code_is_a_problem_of_its_document_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(capture: Capture, source: Source) -> object:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("monitor.extract.dispatch.extract", breaks)
    report = desk.read(page())

    assert (report.read, report.health) == (False, Health.UNREADABLE)
    assert "RuntimeError" in report.detail


def test_a_storage_error_is_not_swallowed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> object:
        raise StorageError("the disk is full")

    monkeypatch.setattr("monitor.extract.dispatch.extract", full)
    with pytest.raises(StorageError, match="disk is full"):
        desk.read(page())


def test_a_run_that_ended_before_anything_was_asked_is_neither_good_nor_bad(desk: Desk) -> None:
    report = desk.reading(lambda intake: None)

    assert not report.read
    with desk.store.read() as uow:
        assert uow.sources.get(SOURCE.id).baseline_at is None
        assert uow.sources.get(SOURCE.id).last_attempt_at is None


def index(desk: Desk, *refs: DocumentRef) -> Callable[[Intake], None]:
    head = KnownDocument(source_id=SOURCE.id, key="index:list", url=SOURCE.url)
    return lambda intake: intake.indexed(head, refs, at=desk.now)


def test_documents_of_the_first_list_are_baseline_even_if_read_later(desk: Desk) -> None:
    ref = DocumentRef(key="https://ministry.example/a", url="https://ministry.example/a")
    desk.reading(index(desk, ref))
    desk.read(page(APPROVED), document_key=ref.key, url=ref.url)

    assert desk.kinds() == []


def test_a_document_that_appears_on_a_known_list_is_news(desk: Desk) -> None:
    desk.reading(index(desk))
    desk.read(page(APPROVED), document_key="https://ministry.example/new", url="https://ministry.example/new")

    assert desk.kinds() == [AlertKind.STATUS]


def test_a_document_named_in_a_new_version_is_unread_until_it_was_read(desk: Desk) -> None:
    old = DocumentRef(key="https://m.example/a", url="https://m.example/a", version="1")
    desk.reading(index(desk, old))
    desk.read(page(), document_key=old.key, url=old.url)
    desk.reading(index(desk, replace(old, version="2")))

    with desk.store.read() as uow:
        known = uow.documents.get(SOURCE.id, old.key)
    assert known is not None
    assert (known.version, known.last_ok_at) == ("2", None)


def test_of_several_steps_in_one_text_only_the_latest_is_told(desk: Desk) -> None:
    desk.read(page())
    desk.read(
        page(
            "The ministry submitted the draft Law on Personal Data Protection to the Council of Ministers in May 2026. "
            + APPROVED
        )
    )

    with desk.store.read() as uow:
        told = [delivery.alert.to_stage for delivery in uow.outbox.all() if delivery.alert.kind is AlertKind.STATUS]
    assert told == ["approved"]


def test_a_failed_request_is_named_in_the_health_of_its_source(desk: Desk) -> None:
    problem = Problem(kind=ProblemKind.UNREACHABLE, detail="the connection was refused")
    report = desk.reading(lambda intake: intake.failed(SOURCE.id, SOURCE.url, SOURCE.url, problem, at=desk.now))

    assert (report.health, report.detail) == (Health.UNREACHABLE, "unreachable: the connection was refused")


@dataclass
class Fixed:
    """A second reader that always says the same."""

    opinion: Opinion | None

    def read(self, passage: str, instrument: str, stage: Stage) -> Opinion | None:
        return self.opinion


def test_a_second_reader_that_doubts_sends_the_verdict_to_review_and_nobody_is_alerted(desk: Desk) -> None:
    desk.second_reader = Fixed(Opinion(agrees=False, said="it reads no stage in “approved”."))
    desk.read(page())
    report = desk.read(page(APPROVED))

    assert outcomes(report) == [Outcome.REVIEW]
    assert AlertKind.STATUS not in desk.kinds()


@pytest.mark.parametrize("opinion", [None, Opinion(agrees=True, said="so does it.")])
def test_a_second_reader_never_raises_a_verdict(desk: Desk, opinion: Opinion | None) -> None:
    desk.second_reader = Fixed(opinion)
    desk.read(page())
    report = desk.read(page("It has been approved.", DENIED))

    assert Outcome.MOVED not in outcomes(report)
