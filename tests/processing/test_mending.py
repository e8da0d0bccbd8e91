"""An old sentence in better spelling is no news; a changed word is."""

import pytest

from monitor.model import AlertKind, Outcome, ReviewState
from monitor.processing.mending import is_respelled, mended_from
from tests.processing.desk import Desk, page

SAID = "The National Assembly {} the Law on Personal Data Protection on 13 November 2026."
KHMER = "រដ្ឋសភាបាន{}សេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួននៅថ្ងៃទី១៣ ខែវិច្ឆិកា ឆ្នាំ២០២៦"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SAID.format("adoptd"), SAID.format("adopted")),
        (SAID.format("adotped"), SAID.format("adopted")),
        (SAID.format("aproved"), SAID.format("approved")),
        (SAID.format("adopted").replace("Protection", "Protecton"), SAID.format("adopted")),
        (SAID.format("adoptd").replace("Assembly", "Asembly"), SAID.format("adopted")),
        (KHMER.format("អនុមត"), KHMER.format("អនុម័ត")),
    ],
)
def test_better_spelling_is_the_same_sentence(old: str, new: str) -> None:
    assert is_respelled(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SAID.format("approved"), SAID.format("adopted")),
        (SAID.format("rejected"), SAID.format("adopted")),
        (SAID.format("has not adopted"), SAID.format("has now adopted")),
        (SAID.format("will adopt"), SAID.format("adopted")),
        (SAID.format("unadopted"), SAID.format("adopted")),
        (SAID.format("disapproved"), SAID.format("approved")),
        (SAID.format("adoptd"), SAID.format("adopted").replace("13", "14")),
        (SAID.format("adoptd"), SAID.format("has adopted")),
        (SAID.format("adoptd"), SAID.format("adopted").replace(" on 13 November 2026", "")),
        (SAID.format("adopted"), SAID.format("adopted")),
        (SAID.format("adoptd").replace("November", "December"), SAID.format("adopted")),
        ("Law adoptd.", "Bill adopted."),
        (KHMER.format("អនុវត្ត"), KHMER.format("អនុម័ត")),
        (KHMER.format("មិនទាន់អនុម័ត"), KHMER.format("អនុម័ត")),
    ],
)
def test_another_word_is_another_sentence(old: str, new: str) -> None:
    assert not is_respelled(old, new)


def test_the_old_sentence_is_found_in_its_block() -> None:
    old = SAID.format("adoptd")
    assert mended_from(SAID.format("adopted"), f"A first sentence. {old} A last one.") == old


def _read(old: str, new: str) -> tuple[list[Outcome], list[AlertKind], list[ReviewState]]:
    desk = Desk()
    desk.read(page(old))
    report = desk.read(page(new))
    return (
        [stored.verdict.outcome for stored in report.verdicts],
        desk.kinds(),
        [stored.review for stored in report.verdicts],
    )


@pytest.mark.parametrize("typo", ["aproved", "approvd"])
def test_a_mended_cue_in_an_old_sentence_is_a_case_for_a_person_and_no_alert(typo: str) -> None:
    said = "The Council of Ministers {} the draft Law on Personal Data Protection on 13 November 2026."
    outcomes, kinds, reviews = _read(said.format(typo), said.format("approved"))
    assert outcomes == [Outcome.REVIEW]
    assert kinds == [AlertKind.CHANGE]
    assert reviews == [ReviewState.OPEN]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "The Council of Ministers has not approved the draft Law on Personal Data Protection.",
            "The Council of Ministers has now approved the draft Law on Personal Data Protection.",
        ),
        (
            "The Council of Ministers will approve the draft Law on Personal Data Protection.",
            "The Council of Ministers approved the draft Law on Personal Data Protection.",
        ),
        (
            "The Council of Ministers discussed the draft Law on Personal Data Protection on 13 November 2026.",
            "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026.",
        ),
    ],
)
def test_a_real_change_of_one_word_is_told_at_once(old: str, new: str) -> None:
    outcomes, kinds, _ = _read(old, new)
    assert outcomes[0] is Outcome.MOVED
    assert AlertKind.STATUS in kinds


def test_examined_that_became_adopted_is_told_at_once() -> None:
    outcomes, kinds, _ = _read(SAID.format("examined"), SAID.format("adopted"))
    assert Outcome.REVIEW not in outcomes
    assert AlertKind.STATUS in kinds
