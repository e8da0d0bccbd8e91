"""What Khmer leaves to its context: "this law", card fields, table rows, who may do what."""

import pytest

from monitor.model import Claim, Flag, Modality, Passage, Stage
from monitor.packs import load
from monitor.status.claims import ClaimFinder

_LAW = "ច្បាប់ស្តីពីសន្តិសុខសាយប័រ"


@pytest.fixture(scope="module")
def finder() -> ClaimFinder:
    return ClaimFinder(load(["kh", "asean", "coe"])[0])


def read(finder: ClaimFinder, text: str, *path: str) -> tuple[Claim, ...]:
    return finder.find(Passage(text=text, language="km", path=path, jurisdiction="KH"))


def asserted(claims: tuple[Claim, ...]) -> list[tuple[str, Stage | None]]:
    return [(claim.instrument, claim.stage) for claim in claims if claim.asserted]


def test_this_law_is_the_one_of_the_heading_with_little_confidence(finder: ClaimFinder) -> None:
    (claim,) = read(finder, "ច្បាប់នេះត្រូវបានរដ្ឋសភាអនុម័ត។", _LAW)
    assert (claim.instrument, claim.stage, claim.actor) == ("kh-cybersec", Stage.ADOPTED, "na")
    assert claim.confidence <= 0.5
    assert Flag.ANAPHORA in claim.flags


def test_this_law_after_an_untracked_law_is_not_the_one_of_the_heading(finder: ClaimFinder) -> None:
    text = "រដ្ឋសភាបានពិភាក្សាច្បាប់ស្តីពីជលផល។ ច្បាប់នេះត្រូវបានព្រះមហាក្សត្រប្រកាសឱ្យប្រើ។"
    assert asserted(read(finder, text, _LAW)) == []


def test_this_strategy_is_no_law(finder: ClaimFinder) -> None:
    assert asserted(read(finder, "យុទ្ធសាស្ត្រនេះត្រូវបានរដ្ឋសភាអនុម័ត។", _LAW)) == []


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("ស្ថានភាព៖ កំពុងតាក់តែង (សេចក្តីព្រាងទី៣)", [("kh-cybersec", Stage.DRAFTING)]),
        ("ស្ថានភាព៖ បានដាក់ជូនរដ្ឋសភា", [("kh-cybersec", Stage.SUBMITTED)]),
        ("កាលបរិច្ឆេទអនុម័ត៖ ថ្ងៃទី២ ខែមេសា ឆ្នាំ២០២៦", [("kh-cybersec", Stage.ADOPTED)]),
        ("កាលបរិច្ឆេទអនុម័ត៖ –", []),
        ("ស្ថានភាព៖ មិនទាន់អនុម័ត", []),
    ],
)
def test_a_card_field_is_said_of_the_heading(
    finder: ClaimFinder, field: str, expected: list[tuple[str, Stage]]
) -> None:
    assert asserted(read(finder, field, _LAW)) == expected


def test_a_later_cell_is_said_of_the_title_in_the_row(finder: ClaimFinder) -> None:
    claims = read(finder, f"{_LAW} | គណៈរដ្ឋមន្ត្រីអនុម័តហើយ | ០៦.១១.២០២៦")
    assert asserted(claims) == [("kh-cybersec", Stage.APPROVED)]


def test_a_meeting_of_the_cabinet_named_as_a_place_is_who_decides(finder: ClaimFinder) -> None:
    claims = read(finder, f"សេចក្តីព្រាង{_LAW} ត្រូវបានអនុម័តនៅក្នុងកិច្ចប្រជុំពេញអង្គគណៈរដ្ឋមន្ត្រី។")
    assert asserted(claims) == [("kh-cybersec", Stage.APPROVED)]


def test_a_committee_of_the_assembly_is_not_the_assembly(finder: ClaimFinder) -> None:
    assert asserted(read(finder, f"អនុគណៈកម្មការបច្ចេកទេសនៃរដ្ឋសភាបានអនុម័ត{_LAW}។")) == []


def test_what_was_handed_over_for_adoption_is_not_adopted(finder: ClaimFinder) -> None:
    claims = read(finder, f"រាជរដ្ឋាភិបាលបានដាក់{_LAW} ជូនរដ្ឋសភាដើម្បីពិនិត្យ និងអនុម័ត។")
    assert asserted(claims) == [("kh-cybersec", Stage.SUBMITTED)]


def test_the_next_sentence_may_deny_it(finder: ClaimFinder) -> None:
    (claim,) = read(finder, f"រដ្ឋសភាបានអនុម័ត{_LAW}។ ព័ត៌មាននេះមិនពិតទេ។")
    assert (claim.asserted, claim.modality) == (False, Modality.MYTH)


def test_the_cabinet_only_proposes_to_amend_a_law(finder: ClaimFinder) -> None:
    assert asserted(read(finder, "គណៈរដ្ឋមន្ត្រីបានអនុម័តសេចក្តីព្រាងច្បាប់ស្តីពីវិសោធនកម្មច្បាប់ស្តីពីទូរគមនាគមន៍។")) == []


def test_the_number_of_a_decree_does_not_end_its_sentence(finder: ClaimFinder) -> None:
    claims = read(finder, "អនុក្រឹត្យលេខ ២៥២ អនក្រ.បក ត្រូវបានចេញដោយនាយករដ្ឋមន្ត្រី។")
    assert asserted(claims) == [("kh-sd252", Stage.PROMULGATED)]
