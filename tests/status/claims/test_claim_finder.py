"""What a claim carries besides its stage: actor, dates, reasons, scope, jurisdiction, quotation."""

from collections.abc import Sequence
from datetime import date

import pytest

from monitor.model import Claim, Flag, Modality, PartialDate, Passage, Polarity, Stage
from monitor.packs import load
from monitor.status.claims import ClaimFinder

_LAO = {
    "id": "la-pdpl",
    "title": "Law on Electronic Data Protection",
    "type": "law",
    "jurisdiction": "LA",
    "stage": "drafting",
    "as_of": date(2026, 1, 1),
    "aliases": {"en": ["Personal Data Protection Law", "Law on Electronic Data Protection"]},
}


@pytest.fixture(scope="module")
def finder() -> ClaimFinder:
    return ClaimFinder(load(["kh", "asean", "coe"])[0])


def asserted(claims: Sequence[Claim]) -> set[tuple[str, Stage | None]]:
    return {(claim.instrument, claim.stage) for claim in claims if claim.asserted}


def read(finder: ClaimFinder, text: str, **more: object) -> tuple[Claim, ...]:
    return finder.find(Passage(text=text, **more))  # type: ignore[arg-type]


def test_a_claim_carries_actor_date_and_verbatim_quotation(finder: ClaimFinder) -> None:
    text = "Phnom Penh. The National Assembly adopted the Cybersecurity Law on 12 May 2026. It was raining."
    (claim,) = [item for item in read(finder, text) if item.asserted]
    assert (claim.actor, claim.event_date, claim.stage) == ("na", PartialDate(2026, 5, 12), Stage.ADOPTED)
    assert text[claim.quotation.start : claim.quotation.end] == claim.quotation.text
    assert claim.quotation.text.startswith("The National Assembly")


def test_a_submission_names_who_decides(finder: ClaimFinder) -> None:
    (claim,) = read(finder, "MPTC submitted the draft Cybersecurity Law to the Council of Ministers.")
    assert (claim.stage, claim.target, claim.actor) == (Stage.SUBMITTED, "com", "mptc")


def test_a_target_date_is_kept_apart_from_an_event(finder: ClaimFinder) -> None:
    (claim,) = read(finder, "The Cybersecurity Law is expected to be adopted in December 2026.")
    assert not claim.asserted
    assert claim.modality is Modality.FUTURE
    assert claim.event_date is None
    assert claim.target_date == PartialDate(2026, 12)
    assert Flag.TARGET_DATE in claim.flags


def test_a_target_in_a_quarter_is_held_to_its_last_month(finder: ClaimFinder) -> None:
    text = "MPTC plans to submit the Cybersecurity Law to the Council of Ministers in the third quarter of 2026."
    (claim,) = read(finder, text)
    assert claim.target_date == PartialDate(2026, 9)


def test_a_denied_step_is_negative_and_says_why(finder: ClaimFinder) -> None:
    (claim,) = read(finder, "The National Assembly has not adopted the Cybersecurity Law.")
    assert claim.polarity is Polarity.NEGATIVE
    assert "not so" in claim.why_not
    assert [hedge.text for hedge in claim.hedges] == ["not"]


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("If the National Assembly adopts the Cybersecurity Law, operators must register.", Modality.CONDITIONAL),
        ("Has the National Assembly adopted the Cybersecurity Law?", Modality.QUESTION),
        ("NGOs urged the National Assembly to adopt the Cybersecurity Law.", Modality.CALL),
        ("The National Assembly may adopt the Cybersecurity Law.", Modality.POSSIBLE),
        ('"The National Assembly adopted the Cybersecurity Law." Wrong.', Modality.MYTH),
        ("ប្រសិនបើរដ្ឋសភាអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ ក្រុមហ៊ុនត្រូវចុះបញ្ជី។", Modality.CONDITIONAL),
        ("តើរដ្ឋសភាបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រហើយឬនៅ?", Modality.QUESTION),
    ],
)
def test_what_is_not_asserted_says_how_it_is_put(finder: ClaimFinder, text: str, modality: Modality) -> None:
    found = [claim for claim in read(finder, text) if claim.stage is Stage.ADOPTED]
    assert [(claim.asserted, claim.modality) for claim in found] == [(False, modality)]
    assert all(claim.why_not for claim in found)


def test_the_latest_completed_step_stands_and_the_earlier_one_is_history(finder: ClaimFinder) -> None:
    claims = read(finder, "The Cabinet approved the cybercrime law in March and the King signed it in June.")
    assert asserted(claims) == {("kh-cybercrime", Stage.PROMULGATED)}
    assert [Flag.HISTORICAL in claim.flags for claim in claims if claim.stage is Stage.APPROVED] == [True]


def test_the_law_means_the_instrument_of_the_heading_with_little_confidence(finder: ClaimFinder) -> None:
    claims = read(finder, "The National Assembly adopted the law on Monday.", path=("Law on Cybersecurity",))
    assert asserted(claims) == {("kh-cybersec", Stage.ADOPTED)}
    assert claims[0].confidence <= 0.5
    assert Flag.ANAPHORA in claims[0].flags


def test_the_law_means_nothing_under_a_heading_with_two_instruments(finder: ClaimFinder) -> None:
    path = ("The Cybersecurity Law and the Digital Government Law",)
    assert read(finder, "The National Assembly adopted the law on Monday.", path=path) == ()


def test_an_empty_date_field_becomes_a_claim_when_it_is_filled(finder: ClaimFinder) -> None:
    path = ("Digital Government Law",)
    assert asserted(read(finder, "Enacted: –", path=path)) == set()
    assert asserted(read(finder, "Enacted: 2 April 2026", path=path)) == {("kh-dglaw", Stage.ADOPTED)}


@pytest.mark.parametrize("jurisdiction", ["", "KH"])
def test_a_cambodian_name_counts_on_a_cambodian_page(finder: ClaimFinder, jurisdiction: str) -> None:
    claims = read(finder, "The National Assembly adopted the Personal Data Protection Law.", jurisdiction=jurisdiction)
    assert asserted(claims) == {("kh-pdpl", Stage.ADOPTED)}


@pytest.mark.parametrize("jurisdiction", ["ASEAN", "INT", "TH"])
def test_a_generic_name_on_another_page_is_not_cambodian(finder: ClaimFinder, jurisdiction: str) -> None:
    (claim,) = read(
        finder, "The National Assembly adopted the Personal Data Protection Law.", jurisdiction=jurisdiction
    )
    assert not claim.asserted
    assert Flag.OTHER_COUNTRY in claim.flags


def test_a_named_country_makes_it_cambodian_on_another_page(finder: ClaimFinder) -> None:
    claims = read(finder, "Cambodia adopted its Personal Data Protection Law.", jurisdiction="ASEAN")
    assert asserted(claims) == {("kh-pdpl", Stage.ADOPTED)}


def test_the_same_name_in_two_countries_goes_to_the_one_that_is_named() -> None:
    finder = ClaimFinder(load(["kh"], [_LAO])[0])
    claims = read(finder, "Laos adopted its Personal Data Protection Law in May 2026.")
    assert asserted(claims) == {("la-pdpl", Stage.ADOPTED)}


def test_an_instrument_of_the_configuration_works_like_a_shipped_one() -> None:
    extra = {
        "id": "kh-drones",
        "title": "Law on Unmanned Aircraft",
        "type": "law",
        "jurisdiction": "KH",
        "stage": "drafting",
        "as_of": date(2026, 1, 1),
    }
    finder = ClaimFinder(load(["kh"], [extra])[0])
    assert asserted(read(finder, "The Senate approved the Unmanned Aircraft Law.")) == {("kh-drones", Stage.ADOPTED)}
    assert asserted(read(finder, "Cabinet approves unmanned aircraft bill")) == {("kh-drones", Stage.APPROVED)}


def test_zero_width_spaces_do_not_hide_a_khmer_name(finder: ClaimFinder) -> None:
    text = "រដ្ឋសភា\u200bបាន\u200bអនុម័ត\u200bច្បាប់\u200bស្ដី\u200bពី\u200bសន្តិសុខ\u200bសាយប័រ។"
    claims = read(finder, text)
    assert asserted(claims) == {("kh-cybersec", Stage.ADOPTED)}
    assert claims[0].quotation.text in text


def test_mentions_keep_similar_instruments_apart(finder: ClaimFinder) -> None:
    text = "The Cybercrime Law, the Cybersecurity Law and the Anti-Scam Law differ."
    assert finder.mentions(text) == {"kh-cybercrime", "kh-cybersec", "kh-antiscam"}


def test_a_generic_lower_case_title_is_no_mention(finder: ClaimFinder) -> None:
    assert finder.mentions("Every country needs a digital government policy.") == frozenset()


def test_a_text_without_any_name_gives_nothing(finder: ClaimFinder) -> None:
    assert read(finder, "The National Assembly adopted the budget on Monday.") == ()


def test_a_date_after_publication_is_still_to_come(finder: ClaimFinder) -> None:
    text = "The Cybersecurity Law takes effect on 1 January 2027."
    (claim,) = read(finder, text, published_on=date(2026, 11, 1))
    assert not claim.asserted
    assert claim.target_date == PartialDate(2027, 1, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12 May 2026", "3 June 2027"),
        ("The National Assembly", "The  National   Assembly"),
        ("Cybersecurity Law", "Law on Cybersecurity"),
        ("Cybersecurity Law", "cyber security law"),
        ("adopted the", "adopted \u200bthe"),
    ],
)
def test_a_cosmetic_change_keeps_the_reading(finder: ClaimFinder, before: str, after: str) -> None:
    text = "The National Assembly adopted the Cybersecurity Law on 12 May 2026."
    assert (
        asserted(read(finder, text.replace(before, after)))
        == asserted(read(finder, text))
        == {("kh-cybersec", Stage.ADOPTED)}
    )
