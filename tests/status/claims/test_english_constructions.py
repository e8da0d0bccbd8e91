"""English constructions beyond plain subject, verb and object, each with the near miss it must not open."""

from datetime import date

import pytest

from monitor.model import PartialDate, Passage, Stage
from monitor.packs import load
from monitor.status.claims import ClaimFinder


@pytest.fixture(scope="module")
def finder() -> ClaimFinder:
    return ClaimFinder(load(["kh", "asean", "coe"])[0])


def asserted(finder: ClaimFinder, text: str) -> set[tuple[str, Stage | None]]:
    return {(claim.instrument, claim.stage) for claim in finder.find(Passage(text=text)) if claim.asserted}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fines are set out in the Cybersecurity Law the National Assembly passed last week.", Stage.ADOPTED),
        ("The minutes on the Cybersecurity Law the National Assembly adopted last week are online.", None),
        ("The budget, not the Cybersecurity Law, was adopted by the National Assembly.", None),
        ("Members of the National Assembly agreed to place the Cybersecurity Law last on the agenda.", None),
        ("The National Assembly has passed the Cybersecurity Law on to its expert commission.", Stage.SUBMITTED),
        ("Deputies voted in favour of postponing the Cybersecurity Law.", None),
        ("Cybersecurity Law: promulgated 12 March 2027", Stage.PROMULGATED),
        ("Cybersecurity Law: promulgated –", None),
        ("The Constitutional Council found the Cybersecurity Law consistent with the Constitution.", Stage.ADOPTED),
        ("Article 5 of the Cybersecurity Law was dropped during the talks.", None),
        ("Whoever signs the Cybersecurity Law into law will make history.", None),
    ],
)
def test_a_construction_is_read_and_its_near_miss_is_not(
    finder: ClaimFinder, text: str, expected: Stage | None
) -> None:
    assert asserted(finder, text) == ({("kh-cybersec", expected)} if expected else set())


def test_what_is_missing_ends_at_the_comma(finder: ClaimFinder) -> None:
    text = "There being no AI law, the Consumer Protection Law and the Criminal Code apply."
    assert asserted(finder, text) == {("kh-ai-act", Stage.ABSENT)}


def test_an_answer_about_the_procedure_is_no_event(finder: ClaimFinder) -> None:
    text = "Who approves the National AI Strategy? It goes first to the Digital Government Committee."
    assert asserted(finder, text) == set()


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("The Cybersecurity Law is expected for completion by December 2027.", PartialDate(2027, 12)),
        ("The ministry said the Cybersecurity Law would be complete by March 2027.", PartialDate(2027, 3)),
        ("The Cybersecurity Law is to be finalised by June 2027.", PartialDate(2027, 6)),
        ("MPTC expects to complete the Cybersecurity Law by 2027.", PartialDate(2027)),
    ],
)
def test_a_target_is_kept_with_its_date(finder: ClaimFinder, text: str, target: PartialDate) -> None:
    (claim,) = finder.find(Passage(text=text, published_on=date(2026, 6, 1)))
    assert (claim.asserted, claim.target_date) == (False, target)


def test_two_bills_named_behind_a_colon_share_the_verb(finder: ClaimFinder) -> None:
    text = "Two bills cleared the National Assembly: the Cybersecurity Law and the Digital Government Law."
    assert asserted(finder, text) == {("kh-cybersec", Stage.ADOPTED), ("kh-dglaw", Stage.ADOPTED)}
