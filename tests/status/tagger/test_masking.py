"""What the trained reader sees of a passage."""

import pytest

from monitor.model import Passage
from monitor.packs import load
from monitor.status.claims import ClaimFinder


@pytest.fixture(scope="module")
def finder() -> ClaimFinder:
    return ClaimFinder(load(["kh", "asean", "coe"])[0])


def asked(finder: ClaimFinder, text: str, heading: str = "") -> dict[str, str]:
    passage = Passage(text=text, path=(heading,) if heading else ())
    return {question.instrument.id: question.text for question in finder.questions(passage)}


def test_names_bodies_dates_and_numbers_are_masked(finder: ClaimFinder) -> None:
    text = "On 12 May 2026 the National Assembly passed the Personal Data Protection Law by 118 votes."
    assert asked(finder, text) == {"kh-pdpl": "on 12 march 2025 the lower house passed the target law by 12 votes."}


def test_each_instrument_of_a_sentence_is_the_target_once(finder: ClaimFinder) -> None:
    found = asked(finder, "The Cybersecurity Law was adopted while the Cybercrime Law is still a draft.")
    assert found["kh-cybersec"].startswith("the target law was adopted while the other law")
    assert found["kh-cybercrime"].startswith("the other law was adopted while the target law")


def test_the_kind_of_the_target_is_kept(finder: ClaimFinder) -> None:
    assert asked(finder, "The National AI Strategy was launched.") == {
        "kh-ai-strategy": "the target policy was launched."
    }


def test_a_title_that_says_draft_or_bill_stays_one(finder: ClaimFinder) -> None:
    (text,) = asked(finder, "MPs debated the Cybercrime Bill.").values()
    assert "target bill" in text


def test_another_country_is_masked_as_another_country(finder: ClaimFinder) -> None:
    (text,) = asked(finder, "Unlike Vietnam, Cambodia has not adopted its Cybersecurity Law.").values()
    assert text.split()[:4] == ["unlike", "thailand", ",", "cambodia"]


def test_the_word_that_marks_the_target_is_kept_for_it(finder: ClaimFinder) -> None:
    (text,) = asked(finder, "The target date for the Cybercrime Law is 2027.").values()
    assert text.count("target") == 1


def test_the_nearest_heading_stands_before_the_passage(finder: ClaimFinder) -> None:
    (text,) = asked(finder, "The Cybercrime Law", heading="Laws to be passed in 2027").values()
    assert text == "laws to be passed in 2025 : the target law"


def test_it_is_asked_with_the_text_it_points_to(finder: ClaimFinder) -> None:
    assert asked(finder, "It was adopted on Friday.", heading="Cybersecurity Law") == {
        "kh-cybersec": "target law : it was adopted on friday."
    }


def test_stems_beside_a_plural_are_names_too(finder: ClaimFinder) -> None:
    found = asked(finder, "The E-commerce and Consumer Protection Laws are in force.")
    assert found == {
        "kh-ecom": "the target law and other law are in force.",
        "kh-consumer": "the other law and target law are in force.",
    }


def test_khmer_is_not_asked_about(finder: ClaimFinder) -> None:
    assert asked(finder, "រដ្ឋសភាបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ។") == {}


def test_another_countrys_instrument_is_not_asked_about(finder: ClaimFinder) -> None:
    assert asked(finder, "Thailand's Cybersecurity Law was adopted.") == {}


def test_a_long_passage_is_asked_about_by_stretches(finder: ClaimFinder) -> None:
    padding = "Officials from twelve ministries spoke at length about many other matters of the digital economy. " * 6
    text = f"The Cybersecurity Law is a draft. {padding}The Cybercrime Law was withdrawn. Nobody objected."
    found = asked(finder, text)
    assert found["kh-cybercrime"] == "the target law was withdrawn. nobody objected."
    assert len(found["kh-cybersec"]) < len(text) / 2
