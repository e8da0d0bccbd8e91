import random
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.diff import apply, compare, word_diff
from monitor.model import Block, BlockKind, EditKind
from monitor.text.normal import fingerprint


def block(text: str, *path: str, kind: BlockKind = BlockKind.PARAGRAPH, position: int = 0) -> Block:
    return Block(position=position, kind=kind, text=text, fingerprint=fingerprint(text), path=path)


def paragraphs(*texts: str) -> list[Block]:
    return [block(text, position=position) for position, text in enumerate(texts)]


def told(before: Sequence[Block], after: Sequence[Block]) -> list[tuple[str, str | None, str | None]]:
    return [
        (edit.kind.value, edit.before and edit.before.text, edit.after and edit.after.text)
        for edit in compare(before, after).edits
    ]


SENTENCES = [
    "The draft law is under review.",
    "The draft law was approved by the Council of Ministers.",
    "សេចក្តីព្រាងច្បាប់ត្រូវបានអនុម័ត។",
    "Comments are invited until 20 June.",
    "Status: drafting",
    "x",
    "",
]
documents = st.lists(
    st.builds(
        block,
        st.sampled_from(SENTENCES),
        st.sampled_from(["Draft laws", "Laws in force"]),
        kind=st.sampled_from(BlockKind),
    ),
    max_size=12,
)


@given(documents)
def test_a_document_compared_with_itself_shows_nothing(document: list[Block]) -> None:
    comparison = compare(document, document)
    assert (comparison.edits, comparison.moved, comparison.recut) == ((), (), ())


@given(documents, documents)
def test_applying_a_comparison_gives_the_later_text(before: list[Block], after: list[Block]) -> None:
    rebuilt = apply(before, compare(before, after))
    assert [b.fingerprint for b in rebuilt] == [b.fingerprint for b in after]


@given(documents, documents)
def test_every_block_is_accounted_for_once(before: list[Block], after: list[Block]) -> None:
    comparison = compare(before, after)
    new = [entry for entry in comparison.layout if isinstance(entry, Block)]
    told_new = [edit.after for edit in comparison.edits if edit.after]
    recut = [b for _, blocks in comparison.recut for b in blocks]
    assert sorted(map(id, new)) == sorted({*map(id, told_new), *(id(b) for b in recut if id(b) in set(map(id, new)))})


def test_a_reworded_block_is_one_change() -> None:
    before = paragraphs("Intro.", "The draft law is under review by the ministry.", "End.")
    after = paragraphs("Intro.", "The draft law is under review by the Council of Ministers.", "End.")
    assert told(before, after) == [("changed", before[1].text, after[1].text)]


def test_an_unrelated_block_in_its_place_is_a_removal_and_an_addition() -> None:
    before = paragraphs("Intro.", "Office hours are from eight to five on working days.", "End.")
    after = paragraphs("Intro.", "រដ្ឋសភាបានអនុម័តសេចក្តីព្រាងច្បាប់។", "End.")
    assert sorted(kind for kind, _, _ in told(before, after)) == ["added", "removed"]


def test_a_cosmetic_difference_is_no_change() -> None:
    before = paragraphs("សេចក្តីព្រាងច្បាប់ស្តីពីទិន្នន័យ", "The ministry’s draft")
    after = paragraphs("សេចក្ដី\u200bព្រាងច្បាប់ ស្ដីពីទិន្នន័យ", "The ministry's  draft")
    assert told(before, after) == []


def test_a_moved_block_is_no_change() -> None:
    first, second, third = "The first paragraph.", "The second paragraph.", "The third paragraph."
    comparison = compare(paragraphs(first, second, third), paragraphs(third, first, second))
    assert (comparison.edits, len(comparison.moved)) == ((), 1)


def test_a_redesign_that_renames_every_heading_is_no_change_of_the_paragraphs() -> None:
    before = [block("The law is a draft.", "Legislation"), block("It is under review.", "Legislation")]
    after = [block("It is under review.", "What is new"), block("The law is a draft.", "What is new")]
    assert told(before, after) == []


def test_an_item_that_goes_from_one_standing_section_into_another_is_told() -> None:
    drafts, laws = "Draft laws", "Laws in force"
    before = [block("Data Law", drafts), block("Cyber Law", drafts), block("Telecom Law", laws)]
    after = [block("Cyber Law", drafts), block("Data Law", laws), block("Telecom Law", laws)]
    assert sorted(told(before, after), key=str) == [("added", None, "Data Law"), ("removed", "Data Law", None)]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (BlockKind.KEY_VALUE, "Status: drafting", "Status: promulgated in the Royal Gazette"),
        (BlockKind.TABLE_ROW, "Cambodia |  | ", "Cambodia | 12/03/2026 | 01/07/2026"),
    ],
)
def test_a_card_or_row_with_the_same_label_is_one_change(kind: BlockKind, before: str, after: str) -> None:
    assert told([block(before, kind=kind)], [block(after, kind=kind)]) == [("changed", before, after)]


def test_a_paragraph_cut_in_two_is_no_change() -> None:
    whole = paragraphs("Intro.", "The law passed. It is not yet in force.", "End.")
    cut = paragraphs("Intro.", "The law passed.", "It is not yet in force.", "End.")
    assert (told(whole, cut), told(cut, whole)) == ([], [])


def test_khmer_cut_between_words_is_no_change() -> None:
    assert told(paragraphs("ច្បាប់ស្តីពីទិន្នន័យ"), paragraphs("ច្បាប់ស្តី", "ពីទិន្នន័យ")) == []


def test_a_paragraph_cut_in_two_and_reworded_tells_only_the_new_words_as_new() -> None:
    before = paragraphs("The law passed in the spring of this year. It will be signed soon.")
    after = paragraphs("The law passed in the spring of this year.", "It was signed by the King on 12 March 2026.")
    kinds = {kind: new for kind, _, new in told(before, after)}
    assert kinds == {"changed": after[0].text, "added": after[1].text}


def test_two_paragraphs_joined_and_reworded_are_one_change() -> None:
    before = paragraphs("The law passed in the spring of this year.", "It will be signed soon.")
    after = paragraphs("The law passed in the spring of this year. It will be signed soon. So we hear.")
    assert told(before, after) == [("changed", before[0].text, after[0].text)]


def test_edits_come_in_reading_order() -> None:
    before = paragraphs("One stays here.", "A paragraph to go.", "Two stays here.", "Three stays here.")
    after = paragraphs(
        "A newcomer at the top.", "One stays here.", "Two stays here.", "Three stays here.", "At the end."
    )
    assert [new or old for _, old, new in told(before, after)] == [after[0].text, before[1].text, after[4].text]


@given(st.text(max_size=40), st.text(max_size=40))
def test_word_diff_loses_nothing(before: str, after: str) -> None:
    steps = word_diff(before, after)
    assert "".join(text for sign, text in steps if sign in " -") == before
    assert "".join(text for sign, text in steps if sign in " +") == after


@given(st.text(st.sampled_from("កខ្ា\u200b ab"), max_size=30), st.text(st.sampled_from("កខ្ា\u200b ab"), max_size=30))
def test_word_diff_loses_nothing_in_khmer(before: str, after: str) -> None:
    steps = word_diff(before, after)
    assert "".join(text for sign, text in steps if sign in " -") == before
    assert "".join(text for sign, text in steps if sign in " +") == after


@given(st.text(max_size=40))
def test_word_diff_of_equal_texts_is_one_kept_step(text: str) -> None:
    assert word_diff(text, text) == (((" ", text),) if text else ())


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        (
            "The draft law is being reviewed by the Council.",
            "The draft law was approved by the Council.",
            ((" ", "The draft law "), ("-", "is being reviewed"), ("+", "was approved"), (" ", " by the Council.")),
        ),
        ("on 12 March", "on 13 March", ((" ", "on "), ("-", "12"), ("+", "13"), (" ", " March"))),
    ],
)
def test_word_diff_shows_whole_words(before: str, after: str, steps: tuple[tuple[str, str], ...]) -> None:
    assert word_diff(before, after) == steps


def test_word_diff_keeps_khmer_syllables_whole() -> None:
    assert word_diff("ស្រុកថ្មី", "ស្រីថ្មី") == (("-", "ស្រុក"), ("+", "ស្រី"), (" ", "ថ្មី"))


def test_a_long_text_is_compared_by_sentences() -> None:
    before = "The same sentence stands here. " * 2500
    steps = word_diff(before, before + "A new one came.")
    assert steps == ((" ", before), ("+", "A new one came."))


dice = random.Random(3)
WORDS = ["law", "draft", "council", "minister", "review", "comment", "article", "data", "policy", "text"]


def prose(blocks: int, words: int) -> list[str]:
    return [" ".join(dice.choices(WORDS, k=words)) + f" {n}." for n in range(blocks)]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(["The same line."] * 3000, ["A.", *["The same line."] * 2900, "B."], id="identical lines"),
        pytest.param(dice.choices(["Yes.", "No."], k=3000), dice.choices(["Yes.", "No."], k=2900), id="two lines"),
        pytest.param(prose(3000, 24), prose(3000, 24), id="500 KB rewritten"),
        pytest.param(["a" * 500_000], ["b" + "a" * 499_999], id="one block of 500 KB"),
    ],
)
def test_hostile_documents_are_compared_in_bounded_memory(before: list[str], after: list[str]) -> None:
    old, new = paragraphs(*before), paragraphs(*after)
    tracemalloc.start()
    try:
        comparison = compare(old, new)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [b.fingerprint for b in apply(old, comparison)] == [b.fingerprint for b in new]
    assert peak < 64 << 20


def test_edit_kinds_carry_the_sides_they_have() -> None:
    edits = compare(paragraphs("Gone for good, this one."), paragraphs("ថ្មីទាំងស្រុង"))
    assert {edit.kind: (edit.before is None, edit.after is None) for edit in edits.edits} == {
        EditKind.REMOVED: (False, True),
        EditKind.ADDED: (True, False),
    }
