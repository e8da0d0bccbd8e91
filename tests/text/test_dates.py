from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.dates import find_dates

PUBLISHED = date(2026, 3, 13)


def values(text: str, reference: date | None = None) -> list[str]:
    return [str(hit.value) for hit in find_dates(text, reference=reference)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("adopted on 12 March 2026.", "2026-03-12"),
        ("adopted on 12 Mar. 2026.", "2026-03-12"),
        ("on the 2nd of March, 2026", "2026-03-02"),
        ("on March 12, 2026", "2026-03-12"),
        ("PHNOM PENH, MARCH 12, 2026", "2026-03-12"),
        ("on 12\u00a0March 2026", "2026-03-12"),
        ("12-Mar-2026", "2026-03-12"),
        ("dated 2026-03-12", "2026-03-12"),
        ("dated 12/03/2026", "2026-03-12"),
        ("dated 12.03.2026", "2026-03-12"),
        ("dated 03/15/2026", "2026-03-15"),
        ("in March 2026", "2026-03"),
        ("early March 2026", "2026-03"),
        ("by 2026", "2026"),
        ("in the fourth quarter of 2026", "2026-10"),
        ("Q4 2026", "2026-10"),
        ("by the end of 2026", "2026-12"),
        ("by year-end 2026", "2026-12"),
        ("នៅថ្ងៃទី១២ ខែមីនា ឆ្នាំ២០២៦", "2026-03-12"),
        ("ថ្ងៃព្រហស្បតិ៍ ទី១២ ខែមីនា ឆ្នាំ២០២៦", "2026-03-12"),
        ("ថ្ងៃទី 12 ខែ មីនា ឆ្នាំ 2026", "2026-03-12"),
        ("ថ្ងៃទី១២\u200bខែ\u200bមីនា\u200bឆ្នាំ\u200b២០២៦", "2026-03-12"),
        ("ថ្ងៃទី១២ ខែ៣ ឆ្នាំ២០២៦", "2026-03-12"),
        ("១២ មីនា ២០២៦", "2026-03-12"),
        ("ខែកុម្ភៈ ឆ្នាំ២០២៦", "2026-02"),
        ("ក្នុងឆ្នាំ២០២៦", "2026"),
        ("ត្រីមាសទី៤ ឆ្នាំ២០២៦", "2026-10"),
        ("ចុងឆ្នាំ២០២៦", "2026-12"),
        ("ថ្ងៃទី១២ ខែមីនា ព.ស.២៥៦៩", "2026-03-12"),
        ("ថ្ងៃទី១២ ខែវិច្ឆិកា ព.ស.២៥៦៩", "2025-11-12"),
        ("ព.ស. ២៥៦៩", "2026"),
    ],
)
def test_a_full_date_is_read(text: str, expected: str) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Royal Kram No. NS/RKM/0326/004",
        "ព្រះរាជក្រមលេខ នស/រកម/០៣២៦/០០៤",
        "Digital Government Policy 2022-2035",
        "គោលនយោបាយរដ្ឋាភិបាលឌីជីថល ២០២២-២០៣៥",
        "on 12 March 2925",
        "on 31 February 2026",
        "Sub-decree No. 252",
        "call 012 345 678",
        "adopted by 111 votes",
        "ឆ្នាំ២៥៦៩",
        "ថ្ងៃ ៨រោច ខែផល្គុន ឆ្នាំម្សាញ់ សប្តស័ក ព.ស. ២៥៦៩",
        "ថ្ងៃទី១២ ខែឧសភា ព.ស.២៥៦៩",
        "version 1.2.2026.4",
    ],
)
def test_what_is_no_civil_date_is_left_alone(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("from 12–14 March 2026", "2026-03-12", "2026-03-14"),
        ("28 February to 3 March 2026", "2026-02-28", "2026-03-03"),
        ("December 30 to January 2, 2026", "2025-12-30", "2026-01-02"),
        ("June-July 2026", "2026-06", "2026-07"),
        ("ថ្ងៃទី១២-១៤ ខែមីនា ឆ្នាំ២០២៦", "2026-03-12", "2026-03-14"),
        ("ថ្ងៃទី១២ ដល់ថ្ងៃទី១៤ ខែមីនា ឆ្នាំ២០២៦", "2026-03-12", "2026-03-14"),
    ],
)
def test_a_range_has_its_first_and_last_day(text: str, first: str, last: str) -> None:
    assert [(str(hit.value), str(hit.until)) for hit in find_dates(text)] == [(first, last)]


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("on 12 March", PUBLISHED, "2026-03-12"),
        ("ថ្ងៃទី១២ ខែមីនា", PUBLISHED, "2026-03-12"),
        ("until 15 January", date(2025, 12, 28), "2026-01-15"),
        ("adopted in February", PUBLISHED, "2026-02"),
        ("by the year end", PUBLISHED, "2026-12"),
        ("by the end of next year", PUBLISHED, "2027-12"),
        ("នៅដំណាច់ឆ្នាំនេះ", PUBLISHED, "2026-12"),
    ],
)
def test_a_missing_year_comes_from_the_reference(text: str, reference: date, expected: str) -> None:
    assert [(str(hit.value), hit.inferred) for hit in find_dates(text, reference=reference)] == [(expected, True)]


@pytest.mark.parametrize("text", ["on 12 March", "by the year end", "in May", "ថ្ងៃទី១២ ខែមីនា"])
def test_without_a_reference_a_missing_year_stays_missing(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize("text", ["on 12 September", "Article 12 may apply", "They march 2 abreast", "in may"])
def test_an_ambiguous_or_mere_word_is_no_date(text: str) -> None:
    assert values(text, PUBLISHED) == []


def test_the_civil_date_beside_a_lunar_one_is_read() -> None:
    text = "ថ្ងៃ៨រោច ខែផល្គុន ព.ស. ២៥៦៩ ត្រូវនឹងថ្ងៃទី១២ ខែមីនា ឆ្នាំ២០២៦"
    assert values(text) == ["2026-03-12"]


def test_the_span_is_that_of_the_raw_text() -> None:
    text = "នៅថ្ងៃទី​១២  ខែមីនា ឆ្នាំ២០២៦។"
    (hit,) = find_dates(text)
    assert text[hit.start : hit.end] == "ថ្ងៃទី​១២  ខែមីនា ឆ្នាំ២០២៦"


@given(st.lists(st.sampled_from(["12", " ", "March", "2026", "/", "-", ",", "ខែ", "មីនា", "ឆ្នាំ", "២០២៦", "ទី", "of"])))
def test_dates_are_ordered_and_never_overlap(words: list[str]) -> None:
    hits = find_dates("".join(words), reference=PUBLISHED)
    assert all(one.end <= other.start for one, other in pairwise(hits))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["12 " * 20_000, "12-" * 20_000, "ថ្ងៃទី១២ ខែ" * 5_000, "ព.ស." * 20_000])
def test_hostile_text_takes_linear_time(text: str) -> None:
    assert find_dates(text, reference=PUBLISHED) == ()
