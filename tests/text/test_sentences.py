import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "អនុក្រឹត្យលេខ ២៥២ អ\u200bនក្រ.បក ត្រូវបានចេញ។",
        "Sub-decree No.\u200b 252 protects such data.",
        "It refers to Art. \u200b5 of the law.",
        "Ap\u00adprox. 300 sites are covered.",
    ],
)
def test_invisible_characters_make_no_end_of_a_sentence(text: str) -> None:
    assert cut(text) == [text]


def test_invisible_characters_hide_no_end_of_a_sentence() -> None:
    assert cut("It applies.\u200b It is new.") == ["It applies.\u200b", "It is new."]


@pytest.mark.parametrize(
    "text",
    [
        "Sub-decree No. 252 protects such data.",
        "It was promulgated by Royal Kram No. NS/RKM/1026/031 of 30 October 2026.",
        "It refers to Art. 5 and Arts. 7 to 9 of the law.",
        "It was chaired by H.E. Chea Vandeth at the ministry.",
        "The draft was read by Dr. Sok and Mr. J. Chan.",
        "Royal Kram NS/RKM/0326/004 was signed.",
        "Sub-decree No. 252 ANKr.BK. on personal identification data applies.",
        "It was adopted on 12 Mar. 2026 by the plenary.",
        "The share rose by 3.5 per cent.",
        "It was adopted at 9 a.m. on Friday.",
        "The U.S. Department of State sent comments.",
        "The law passed; the decree did not.",
        "Some laws, e.g. Telecommunications, apply today.",
        "1. The ministry prepares the text.",
        "See ai.gov.kh/?p=47144 for the steps.",
        "“It is in force.” said the minister.",
        "Drafts, policies, etc. are listed.",
        "អនុក្រឹត្យ ក.ប.ទ. ត្រូវបានចុះហត្ថលេខា ។",
        "ច្បាប់ អនុក្រឹត្យ ។ល។ ត្រូវបានអនុម័ត។",
        "ស្ថានភាព៖ កំពុងតាក់តែង",
        "ម៉ោង ៩៖០០ នាទីព្រឹក",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert cut(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(['"The AI law is already in force."', "No.", "The text is a draft."], id="a myth and its answer"),
        pytest.param(["Is it law?", "Wrong.", "It is not."], id="a question answered"),
        pytest.param(["It passed in 2026.", "The King signed."], id="after a year"),
        pytest.param(["See Annex A.", "The rest follows."], id="after an annex"),
        pytest.param(["Kram NS/RKM/0326/004.", "It is law."], id="after a number"),
        pytest.param(["It met at 9 a.m.", "The vote was late."], id="after a.m."),
        pytest.param(["It opened in Mar.", "The rest waits."], id="after a month"),
        pytest.param(["តើវាជាច្បាប់ឬទេ?", "មិនមែនទេ។"], id="Khmer question"),
        pytest.param(["លោកថា៖", "«ច្បាប់នេះជាសេចក្តីព្រាង។»"], id="Khmer quotation"),
        pytest.param(["The law passed.", "ច្បាប់ត្រូវបានអនុម័ត។"], id="both languages"),
    ],
)
def test_sentences_are_separated(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_a_line_break_ends_a_sentence() -> None:
    assert cut("Drafts first\nLaws second") == ["Drafts first", "Laws second"]


def test_khmer_stops_need_no_space() -> None:
    assert cut("ច្បាប់ត្រូវបានអនុម័ត។មិនទាន់ចូលជាធរមានទេ៕") == ["ច្បាប់ត្រូវបានអនុម័ត។", "មិនទាន់ចូលជាធរមានទេ៕"]


def test_no_text_has_no_sentences() -> None:
    assert sentences(" \n ") == ()


@given(st.text(st.sampled_from("aA1.?!;: \n\"'“”()«»។៕៖លក្ា"), max_size=60))
def test_every_visible_character_is_in_exactly_one_sentence(text: str) -> None:
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


@given(st.text(st.sampled_from('aA1.?! \n"“”()។៕៖ល'), max_size=60))
def test_spans_increase_and_have_no_outer_white_space(text: str) -> None:
    spans = sentences(text)
    assert spans == tuple(sorted(spans))
    assert all(part == part.strip() != "" for part in cut(text))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["a. " * 50_000, "." * 200_000, "។ល។" * 20_000, "(" * 100_000 + ".", " ។" * 50_000])
def test_hostile_text_takes_linear_time(text: str) -> None:
    assert sentences(text)
