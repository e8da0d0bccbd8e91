"""Scoring of labelled statements."""

from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.evaluation import Labelled, evaluate, read_labelled, wilson
from monitor.model import Claim, Quotation, Stage

ADOPTED, DRAFTING = ("kh-pdpl", "adopted"), ("kh-pdpl", "drafting")


def statement(*asserted: tuple[str, str], accepted: tuple[tuple[str, str], ...] = ()) -> Labelled:
    return Labelled(id="1", text="…", asserted=frozenset(asserted), accepted=frozenset(accepted))


def claim(stage: Stage, *, asserted: bool = True) -> Claim:
    quotation = Quotation(text="…", position=0, start=0, end=1)
    return Claim(instrument="kh-pdpl", act="x", stage=stage, quotation=quotation, asserted=asserted, rules=("r",))


def test_a_pair_that_is_labelled_and_read_is_right() -> None:
    total = evaluate([statement(ADOPTED)], lambda _: [claim(Stage.ADOPTED)]).total

    assert (total.precision, total.recall, total.false_assertions) == (1.0, 1.0, 0)


def test_an_accepted_reading_counts_neither_for_nor_against() -> None:
    total = evaluate([statement(accepted=(DRAFTING,))], lambda _: [claim(Stage.DRAFTING)]).total

    assert (total.right, total.wrong, total.false_assertions) == (0, 0, 0)


def test_an_assertion_where_nothing_is_said_is_a_false_one_and_grave_at_a_strong_stage() -> None:
    result = evaluate([statement()], lambda _: [claim(Stage.ADOPTED)])

    assert (result.total.false_assertions, result.false_strong) == (1, 1)


def test_a_claim_that_is_not_asserted_is_not_scored() -> None:
    assert evaluate([statement()], lambda _: [claim(Stage.ADOPTED, asserted=False)]).total.wrong == 0


def test_a_stage_read_for_another_is_in_the_confusion() -> None:
    result = evaluate([statement(ADOPTED)], lambda _: [claim(Stage.DRAFTING)])

    assert result.confusion == {("adopted", "drafting"): 1}


def test_the_interval_of_nineteen_in_twenty_is_the_published_one() -> None:
    assert wilson(19, 20) == pytest.approx((0.7639, 0.9911), abs=1e-4)


@pytest.mark.parametrize(
    "line",
    ['{"text": 1', '["x"]', '{"id": "1"}', '{"text": "x", "asserted": [{"instrument": "kh-pdpl", "stage": "done"}]}',
     '{"text": "x", "asserted": [{"instrument": "kh-none", "stage": "adopted"}]}'],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_named_with_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "statements.jsonl"
    file.write_text('{"text": "fine", "asserted": []}\n' + line + "\n", encoding="utf-8")

    with pytest.raises(UsageError, match=r"statements.jsonl:2"):
        read_labelled(file, {"kh-pdpl": None})
