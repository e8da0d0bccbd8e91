import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.words import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Art. 5, draft", ["Art", ".", " ", "5", ",", " ", "draft"]),
        ("សេចក្តីព្រាង", ["សេ", "ច", "ក្តី", "ព្រា", "ង"]),
        ("ឆ្នាំ២០២៦", ["ឆ្នាំ", "២០២៦"]),
        ("ស្តី\u200bពី", ["ស្តី", "\u200b", "ពី"]),
        ("e\u0301tat de\u0301ja\u0300", ["e\u0301tat", " ", "de\u0301ja\u0300"]),
        ("ร่าง", ["ร่", "า", "ง"]),
        ("👩‍💻!", ["👩‍💻", "!"]),
    ],
)
def test_text_is_cut_into_what_a_reader_sees_as_units(text: str, expected: list[str]) -> None:
    assert list(tokens(text)) == expected


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(st.text(st.sampled_from("កតរ្ាីំ៉ \u200b\u200c1a"), max_size=20))
def test_a_written_khmer_character_is_never_torn(text: str) -> None:
    assert not any(
        left.endswith("្") and right[0] in "កតរ" for left, right in zip(tokens(text), tokens(text)[1:], strict=False)
    )
