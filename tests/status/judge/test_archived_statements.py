"""An archive's copy is a weaker word: it may move the register provisionally, and it settles nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.model import Claim, Evidence, Outcome, PartialDate, Source, Stage, State, Status, Verdict, Way
from monitor.status.judge import Context, judge
from tests.status.judge.test_judge import ADOPTED, AGENCY, ASSEMBLY, LAW, MINISTRY, TODAY, claim, held

DRAFTED = claim(Stage.DRAFTING, event_date=None)


def judged(
    what: Claim, source: Source, status: Status, way: Way = Way.ARCHIVE, today: date = TODAY, **more: object
) -> Verdict:
    context = Context(source=source, today=today, way=way, sources={MINISTRY.id: MINISTRY, AGENCY.id: AGENCY})
    return judge(what, status, LAW, replace(context, **more))  # type: ignore[arg-type]


def approved(state: State = State.PROVISIONAL, **fields: object) -> Status:
    proof = Evidence(
        source_id=MINISTRY.id,
        url=MINISTRY.url,
        quote="…",
        captured_at=datetime(2026, 7, 1, 5, tzinfo=UTC),
        sha256="0" * 64,
    )
    return replace(held(Stage.APPROVED, state), since=PartialDate(2026, 7, 1), evidence=(proof,), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("way", "outcome"),
    [(Way.DIRECT, Outcome.CONFIRMED), (Way.BROWSER, Outcome.CONFIRMED), (Way.ARCHIVE, Outcome.MOVED)],
)
def test_the_deciding_body_confirms_only_on_its_own_page(way: Way, outcome: Outcome) -> None:
    assert judged(ADOPTED, ASSEMBLY, held(), way).outcome is outcome


def test_the_reason_says_that_it_was_read_from_a_copy_and_of_which_day() -> None:
    assert "an archive's copy of 10 Jul 2026, not from the page itself" in judged(ADOPTED, ASSEMBLY, held()).reason


def test_the_reason_of_what_was_read_from_the_page_does_not() -> None:
    assert "archive" not in judged(ADOPTED, ASSEMBLY, held(), Way.DIRECT).reason


def test_a_copy_weighs_a_small_doubt_less() -> None:
    page, copy = (judged(ADOPTED, ASSEMBLY, held(), way).confidence for way in (Way.DIRECT, Way.ARCHIVE))
    assert page - copy == pytest.approx(0.1)


def test_a_copy_that_gives_no_date_asks_a_person() -> None:
    assert judged(replace(ADOPTED, event_date=None), ASSEMBLY, held()).outcome is Outcome.REVIEW


@pytest.mark.parametrize("way", [Way.DIRECT, Way.ARCHIVE])
def test_only_the_page_of_a_second_source_settles_what_is_held_provisionally(way: Way) -> None:
    said = claim(Stage.APPROVED, event_date=PartialDate(2026, 7, 1), actor="com")
    verdict = judged(said, AGENCY, approved(), way)
    assert (verdict.outcome, verdict.confirms) == (Outcome.CORROBORATED, way is Way.DIRECT)


@pytest.mark.parametrize(("way", "outcome"), [(Way.DIRECT, Outcome.CONFIRMED), (Way.ARCHIVE, Outcome.REVIEW)])
def test_a_copy_ends_no_dispute(way: Way, outcome: Outcome) -> None:
    assert judged(ADOPTED, ASSEMBLY, approved(State.DISPUTED), way).outcome is outcome


def test_a_copy_from_before_the_held_step_contradicts_nothing() -> None:
    verdict = judged(DRAFTED, MINISTRY, approved(), today=date(2026, 6, 20))
    assert verdict.outcome is Outcome.HISTORY


def test_a_copy_from_after_the_held_step_may_contradict_it() -> None:
    assert judged(DRAFTED, MINISTRY, approved(), published_on=TODAY).outcome is Outcome.DISPUTED


def test_an_undated_copy_from_before_the_registers_baseline_is_history() -> None:
    undated = replace(ADOPTED, event_date=None)
    assert judged(undated, ASSEMBLY, held(), today=date(2026, 3, 1)).outcome is Outcome.HISTORY
