import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from khmerspell.khnormal import khnormal

from monitor.text import khmer
from monitor.text.normal import diff_key, fingerprint, keyed, match_key

COENG = "\u17d2"
LETTERS = "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ"
VOWELS = [
    *("", "ា", "ិ", "ី", "ឹ", "ឺ", "ុ", "ូ", "ួ", "ើ", "ឿ", "ៀ", "េ", "ែ", "ៃ", "ោ", "ៅ"),
    *("ាំ", "ុំ", "ំ", "ះ", "ុះ", "េះ", "ោះ"),
]
REAL_LINES = [
    "រដ្ឋសភាបានអនុម័តសេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនដោយសំឡេងគាំទ្រ ១១១ សំឡេង។",
    "គណៈរដ្ឋមន្ត្រីបានឯកភាពលើសេចក្តីព្រាងច្បាប់ស្តីពីសន្តិសុខសាយប័រ នៅថ្ងៃទី១២ ខែមិថុនា ឆ្នាំ២០២៦។",
    "ព្រះករុណាព្រះបាទសម្តេចព្រះមហាក្សត្រ ទ្រង់ឡាយព្រះហស្តលេខាលើព្រះរាជក្រមលេខ នស/រកម/០៣២៦/០០៤",
    "ក្រសួងប្រៃសណីយ៍ និងទូរគមនាគមន៍ (MPTC) ប្រកាសដាក់ឱ្យប្រើប្រាស់ប្រព័ន្ធថ្មី",
    "អនុក្រឹត្យលេខ ២៥២ អនក្រ.បក ស្តីពីការគ្រប់គ្រងទិន្នន័យអត្តសញ្ញាណ ៕",
    "សេចក្តីព្រាងច្បាប់នេះពុំទាន់ត្រូវបានរដ្ឋសភាអនុម័តនៅឡើយទេ",
]

consonants = st.sampled_from(LETTERS)
subscripts = st.sampled_from([letter for letter in LETTERS if letter != "ដ"]).map(COENG.__add__)


@st.composite
def syllables(draw: st.DrawFn) -> str:
    """A syllable as Khmer words have them, typed in canonical order."""
    base = draw(consonants)
    below = draw(st.lists(subscripts, max_size=2, unique=True))
    below.sort(key=(COENG + "រ").__eq__)
    shifter = draw(st.sampled_from(["", "", "", "", "៉", "៊"]))
    vowel = draw(st.sampled_from(VOWELS))
    sign = draw(st.sampled_from(["", "", "", "់", "៍", "័"])) if not vowel else ""
    assume(not (base == "រ" and not below and not shifter and vowel in ("ឹ", "ឺ")))
    return base + "".join(below) + shifter + vowel + sign


khmer_words = st.lists(syllables(), min_size=1, max_size=5).map("".join)
ODDITIES = [
    *(" ", "  ", "\u200b", "\u00a0", "\n", "។", "៖ ", "u200b", "\u00ad", "–", "é", "e\u0301", "ﬁ", "\ufeff", "…"),
    *("២០២៦", "2026", "AI Act", "“Law”", "NS/RKM/0326/004"),
    *("ឲ្យ", "អោយ", "ក្រឹត្យ", "ខ័ណ្ឌ", "ហស្ថ", "សម្លេង", "ឌីធីថល", "រឹ", "រឺ", "ស្ដី"),
]
pieces = st.one_of(khmer_words, st.sampled_from(ODDITIES))
mixed_texts = st.lists(pieces, max_size=12).map("".join)
hostile_texts = st.text(
    st.one_of(
        st.characters(min_codepoint=0x1780, max_codepoint=0x17FF),
        st.sampled_from("u200b\\ aA\u0301\u200b\u200c\u00ad\u202e\u00a0\u2026ﬁ\u17d2\u17d2\u179a\u178a\u17c1\u17b6\n"),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("សេចក្ដីព្រាងច្បាប់", "សេចក្តីព្រាងច្បាប់", id="coeng DA or TA"),
        pytest.param("អន្ដរក្រសួង", "អន្តរក្រសួង", id="coeng DA or TA inside a word"),
        pytest.param("ដាក់ឲ្យប្រើ", "ដាក់ឱ្យប្រើ", id="QOO type two or one"),
        pytest.param("ដាក់អោយប្រើ", "ដាក់ឱ្យប្រើ", id="spelled with a vowel or QOO"),
        pytest.param("គេ\u17b6ល", "គោល", id="OO typed as E and AA"),
        pytest.param("លេ\u17b8", "លើ", id="OE typed as E and II"),
        pytest.param("អនុក្រឹត្យ", "អនុក្រឹត", id="kret with or without YO"),
        pytest.param("ក្របខ័ណ្ឌ", "ក្របខណ្ឌ", id="khan with or without samyok"),
        pytest.param("ព្រះហស្ថលេខា", "ព្រះហស្តលេខា", id="hast with THA or TA"),
        pytest.param("ដោយសម្លេង", "ដោយសំឡេង", id="two spellings of voice"),
        pytest.param("រដ្ឋាភិបាលឌីធីថល", "រដ្ឋាភិបាលឌីជីថល", id="digital mistyped"),
        pytest.param("រឹស", "ឫស", id="RO and Y for the vocalic RY"),
        pytest.param("រឺ", "ឬ", id="RO and YY for the vocalic RYY"),
        pytest.param("\u17a3ច", "អច", id="deprecated independent A"),
        pytest.param("\u17a4ច", "អាច", id="deprecated independent AA"),
        pytest.param("ក\u17d3", "កំ", id="deprecated bathamasat"),
        pytest.param("ក\u17dd", "ក\u17d1", id="deprecated atthacan"),
        pytest.param("ជាដើម៘", "ជាដើម។ល។", id="deprecated beyyal"),
        pytest.param("លេខ ២៥២", "លេខ 252", id="Khmer or ASCII digits"),
        pytest.param("ច្បាប់\u200bស្តីពី", "ច្បាប់ស្តីពី", id="zero-width space"),
        pytest.param("ច្បាប់\u200cស្តី\u200dពី", "ច្បាប់ស្តីពី", id="zero-width joiners"),
        pytest.param("ច្បាប់\u17b5ស្តីពី", "ច្បាប់ស្តីពី", id="invisible inherent vowel"),
        pytest.param("\ufeffច្បាប់", "ច្បាប់", id="byte order mark"),
        pytest.param("cyber\u00adsecurity", "cybersecurity", id="soft hyphen"),
        pytest.param("ច្បាប់u200bស្តីពី", "ច្បាប់ស្តីពី", id="the name of the zero-width space spelled out"),
        pytest.param("ច្បាប់\\u200bស្តីពី", "ច្បាប់ស្តីពី", id="the same as an escape"),
        pytest.param("No.\u00a0252", "No. 252", id="no-break space"),
        pytest.param("Cambodia\u2019s “Law” 2022\u20132035", 'Cambodia\'s "Law" 2022-2035', id="typographic marks"),
        pytest.param("cafe\u0301", "café", id="decomposed letters"),
        pytest.param("the \ufb01nal draft", "the final draft", id="ligature of a PDF"),
        pytest.param("ពា្រង", "ព្រាង", id="subscript typed after the vowel"),
        pytest.param("ស្រ្តី", "ស្ត្រី", id="subscript RO typed first"),
        pytest.param("ក\u17c6\u17b6", "កាំ", id="nikahit typed before the vowel"),
        pytest.param("សុី", "ស៊ី", id="shifter typed as U over a strong consonant"),
        pytest.param("មុឺន", "ម៉ឺន", id="shifter typed as U over a weak consonant"),
        pytest.param("ព ្រាង", "ព្រាង", id="space inside a syllable"),
        pytest.param("ព្ រាង", "ព្រាង", id="space between the coeng and its letter"),
        pytest.param(" ច្បាប់ \n ស្តី ", "ច្បាប់ ស្តី", id="white space"),
    ],
)
def test_spellings_that_look_or_mean_the_same_have_one_diff_key(one: str, other: str) -> None:
    assert diff_key(one) == diff_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ក្រឹត", "ក្ឫត", id="subscript RO with Y is not the vocalic"),
        pytest.param("ដី", "តី", id="DA and TA as bases"),
        pytest.param("Law", "law", id="case"),
        pytest.param("អោយុ", "ឱ្យុ", id="a longer syllable is another word"),
        pytest.param("ហស្ថាន", "ហស្តាន", id="a folded word must end there"),
        pytest.param("12 March", "13 March", id="one digit"),
        pytest.param("អនុម័ត", "មិនអនុម័ត", id="a negation"),
        pytest.param("drafted", "\u202edetfard", id="an override changes what is read"),
        pytest.param("5 2", "52", id="a space between numbers"),
        pytest.param("AI Act", "AIAct", id="a space between Latin words"),
        pytest.param("code 200base", "code base", id="a number that only resembles an escape"),
    ],
)
def test_real_differences_survive_in_the_match_key(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


def test_diff_key_keeps_a_space_between_khmer_words() -> None:
    assert diff_key("ច្បាប់  ស្តីពី") == "ច្បាប់ ស្តីពី"


def test_match_key_drops_the_spaces_between_khmer_characters_and_digits() -> None:
    assert match_key("នៅ ថ្ងៃទី ១២ ខែ មីនា AI Act ។") == "នៅថ្ងៃទី12ខែមីនា AI Act ។"


def test_match_key_folds_a_word_that_a_space_had_cut() -> None:
    assert match_key("អនុក្រឹ ត្យ") == match_key("អនុក្រឹត្យ")


@pytest.mark.parametrize("line", REAL_LINES)
def test_a_re_saved_page_has_the_same_fingerprint(line: str) -> None:
    resaved = line.replace("ក្ត", "ក្ដ").replace("ន្ត", "ន្ដ").replace("ឱ្យ", "ឲ្យ").replace("ា", "ា\u200b")
    resaved = resaved.replace("ព្រា", "ពា្រ").replace("ទេ", "ទេ ").translate({0x17E0 + n: str(n) for n in range(10)})
    assert fingerprint(resaved) == fingerprint(line)


def test_fingerprint_is_sixteen_hex_digits_even_for_broken_unicode() -> None:
    assert re.fullmatch("[0-9a-f]{16}", fingerprint("\ud800 ក"))


@given(khmer_words)
def test_syllables_come_out_in_the_order_of_khnormal(word: str) -> None:
    assert diff_key(word) == _without_word_folds(khnormal(word))


@given(syllables(), st.randoms(use_true_random=False))
def test_a_syllable_typed_in_any_order_has_one_key(syllable: str, random: object) -> None:
    parts = re.findall(f"{COENG}?.", syllable)
    tail = parts[1:]
    random.shuffle(tail)  # type: ignore[attr-defined]
    assume([p for p in tail if p[0] == COENG and p[1] != "រ"] == [p for p in parts if p[0] == COENG and p[1] != "រ"])
    assert diff_key(parts[0] + "".join(tail)) == diff_key(syllable)


@given(st.text(st.sampled_from(LETTERS + "្្្្" + "ាិីឹឺុូួើឿៀេែៃោៅំះ៉៊់៌៍័៎៏៑"), min_size=1, max_size=10))
def test_what_is_passed_over_as_canonical_is_canonical(text: str) -> None:
    passed = text[: khmer.CANONICAL.match(text).end()]  # type: ignore[union-attr]
    assert [khmer.canonical(s) for s in re.findall(khmer.SYLLABLE, passed)] == re.findall(khmer.SYLLABLE, passed)


@given(st.one_of(mixed_texts, hostile_texts))
def test_both_keys_are_idempotent(text: str) -> None:
    assert (diff_key(diff_key(text)), match_key(match_key(text))) == (diff_key(text), match_key(text))


@given(st.one_of(mixed_texts, hostile_texts))
def test_the_match_key_is_a_function_of_the_diff_key(text: str) -> None:
    assert match_key(diff_key(text)) == match_key(text)


@given(st.one_of(mixed_texts, hostile_texts), st.data())
def test_the_raw_span_of_a_hit_has_a_key_that_contains_the_hit(text: str, data: st.DataObject) -> None:
    found = keyed(text)
    assume(found.key)
    start = data.draw(st.integers(0, len(found.key) - 1))
    end = data.draw(st.integers(start + 1, len(found.key)))
    first, last = found.raw_span(start, end)
    assert found.key[start:end].strip() in match_key(text[first:last])


@given(khmer_words, st.sampled_from(["\u200b", " ", "\u200b ", ""]))
def test_a_word_is_quoted_exactly(word: str, gap: str) -> None:
    text = f"ច្បាប់{gap}{word}{gap}ថ្មី"
    start, end = len("ច្បាប់"), len(match_key("ច្បាប់" + word))
    assert text[slice(*keyed(text).raw_span(start, end))] == word


def test_a_quotation_has_no_invisible_characters_at_its_ends() -> None:
    text = "នៃ\u200bច្បាប់\u200bនេះ"
    start = keyed(text).key.index("ច្បាប់")
    assert text[slice(*keyed(text).raw_span(start, start + len("ច្បាប់")))] == "ច្បាប់"


def test_a_hit_inside_a_syllable_is_widened_to_the_syllable() -> None:
    text = "ព្រាង"
    assert keyed(text).raw_span(0, 1) == (0, 4)


def test_a_hit_in_a_folded_word_is_widened_to_the_word_as_spelled() -> None:
    text = "លេខ ២ អនុ ក្រឹត្យ ថ្មី"
    start = keyed(text).key.index("ក្រឹត")
    assert text[slice(*keyed(text).raw_span(start, start + 1))] == "ក្រឹត្យ"


def test_a_folded_word_beside_a_decomposed_letter_is_still_found() -> None:
    text = "កe\u0301អោយ ថ្មី"
    start = keyed(text).key.index("ឱ្យ")
    assert "អោយ" in text[slice(*keyed(text).raw_span(start, start + 3))]


@given(st.one_of(mixed_texts, hostile_texts))
def test_the_mapping_covers_the_whole_key(text: str) -> None:
    found = keyed(text)
    pieces = [text[slice(*found.raw_span(n, n + 1))] for n in range(len(found.key))]
    assert all(pieces)


@pytest.mark.parametrize("span", [(-1, 1), (0, 0), (2, 1), (0, 9)])
def test_a_span_outside_the_key_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no span"):
        keyed("law").raw_span(*span)


@given(st.text(max_size=40))
def test_any_text_has_keys_in_a_composed_form(text: str) -> None:
    assert unicodedata.is_normalized("NFC", match_key(text))


def _without_word_folds(text: str) -> str:
    """The word folds are not `khnormal`'s; everything else must agree."""
    return khmer.fold_words(text)
