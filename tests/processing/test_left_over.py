"""What our own hourly budget had no room for: left for the next run, told, and no failure while anything was read."""

from datetime import timedelta

from monitor.model import SPENT_HOUR, Health, KnownDocument, Problem, ProblemKind
from monitor.processing import Intake
from monitor.processing.intake import SourceReport
from tests.processing.desk import SOURCE, START, Desk

SPENT = Problem(
    kind=ProblemKind.UNREACHABLE,
    detail="our hourly budget of 60 requests to ministry.example is used up until 2026-11-21T12:00:00Z",
    signals=("retry-after", (START + timedelta(hours=9)).isoformat(), SPENT_HOUR),
)
DEAD = Problem(kind=ProblemKind.GONE, detail="HTTP 404")
INDEX = "index:" + SOURCE.url


def known(desk: Desk, key: str) -> KnownDocument:
    with desk.store.read() as uow:
        found = uow.documents.get(SOURCE.id, key)
    assert found is not None
    return found


def reading(desk: Desk, *failed: tuple[str, Problem], indexed: bool = True) -> SourceReport:
    def tell(intake: Intake) -> None:
        if indexed:
            index = KnownDocument(source_id=SOURCE.id, key=INDEX, url=SOURCE.url)
            intake.indexed(index, (), at=desk.now)
        for key, problem in failed:
            intake.failed(SOURCE.id, key, key, problem, at=desk.now)

    return desk.reading(tell)


def test_pages_left_for_the_next_run_are_counted_beside_a_good_reading() -> None:
    report = reading(Desk(), ("https://a/1", SPENT), ("https://a/2", SPENT))
    assert (report.read, report.health) == (True, Health.OK)
    assert report.detail == f"2 pages are left for the next run: {SPENT.detail}"


def test_they_are_told_beside_what_could_not_be_read() -> None:
    report = reading(Desk(), ("https://a/1", DEAD), ("https://a/2", SPENT))
    assert (
        report.detail
        == f"1 of 1 documents unread, first https://a/1: HTTP 404; 1 page is left for the next run: {SPENT.detail}"
    )


def test_a_page_that_is_left_is_as_due_and_as_well_as_before() -> None:
    desk = Desk()
    reading(desk, (INDEX, DEAD))
    before = known(desk, INDEX)
    reading(desk, (INDEX, SPENT), indexed=False)
    assert known(desk, INDEX) == before


def test_a_further_index_page_that_is_left_is_no_blindness() -> None:
    assert reading(Desk(), (INDEX + "#2", SPENT)).health is Health.OK


def test_a_reading_for_which_there_was_no_room_at_all_is_a_failed_one_and_waits_for_room() -> None:
    desk = Desk()
    report = reading(desk, (INDEX, SPENT), indexed=False)
    with desk.store.read() as uow:
        ledger = uow.sources.all()[SOURCE.id]
    assert (report.read, report.health, ledger.failures) == (False, Health.UNREACHABLE, 1)
    assert "our hourly budget" in report.detail
    assert ledger.next_due_at == START + timedelta(hours=9)
