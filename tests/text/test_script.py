import pytest

from monitor.text.normal import has_khmer, khmer_share, visible
from monitor.text.script import misleading


@pytest.mark.parametrize(("text", "expected"), [("AI Act", False), ("២០២៦", False), ("é “x”", False), ("Law ។", True)])
def test_khmer_is_letters_and_punctuation_but_not_digits(text: str, expected: bool) -> None:
    assert has_khmer(text) is expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("2026 – 2035", 0, 0),
        ("c,ab; sþIBI", 0, 0),
        ("ច្បាប់\u200bស្តីពី ២០២៦ (252)", 1, 1),
        ("ច្បាប់ law", 0.5, 0.8),
    ],
)
def test_the_share_of_khmer_counts_letters_only(text: str, low: float, high: float) -> None:
    assert low <= khmer_share(text) <= high


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay\u202eerised", "pay[U+202E]erised"),
        ("a\u200bb", "a[U+200B]b"),
        ("soft\u00adhyphen", "soft[U+00AD]hyphen"),
        ("\ufeffLaw", "[U+FEFF]Law"),
        ("bell\x07", "bell[U+0007]"),
        ("tag\U000e0041", "tag[U+E0041]"),
        ("ច្បាប់\u202eថ្មី", "ច្បាប់[U+202E]ថ្មី"),
        ("ច្បាប់\u2060ថ្មី", "ច្បាប់[U+2060]ថ្មី"),
        ("\u041baw, L\u0430w", "\u041baw, L[U+0430]w"),
        ("appr\u03bfved", "appr[U+03BF]ved"),
    ],
)
def test_what_the_eye_cannot_see_is_shown_by_number(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("The Council \u202edevorppa", ("U+202E",)),
        ("appr\u043eved the dr\u0430ft L\u0430w", ("U+043E", "U+0430")),
        ("app\u200broved", ()),
        ("Закон о данных, \u03b2-carotene, 5 \u03bcm, né", ()),
        ("plain", ()),
    ],
)
def test_what_misleads_the_eye_is_named(text: str, signs: tuple[str, ...]) -> None:
    assert misleading(text) == signs


@pytest.mark.parametrize("text", ["ច្បាប់\u200bស្តីពី", "ក៊\u200cី", "ច្បាប់\u200b AI", "line\nand\ttab", "“né”\u00a0–"])
def test_ordinary_typing_is_left_alone(text: str) -> None:
    assert visible(text) == text
