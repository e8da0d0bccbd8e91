import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.align import align

sequences = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@given(sequences, sequences)
def test_matches_are_equal_elements_in_increasing_order(before: list[str], after: list[str]) -> None:
    matches = align(before, after)
    assert all(before[i] == after[j] for i, j in matches)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(matches))


@given(sequences)
def test_a_sequence_matches_itself_wholly(sequence: list[str]) -> None:
    assert align(sequence, sequence) == [(n, n) for n in range(len(sequence))]


@given(sequences, st.integers(0, 30), st.lists(st.sampled_from("xyz"), max_size=5))
def test_an_insertion_of_new_elements_costs_no_match(sequence: list[str], place: int, inserted: list[str]) -> None:
    assert len(align(sequence, sequence[:place] + inserted + sequence[place:])) == len(sequence)


def test_distinct_elements_are_matched_along_the_longest_common_run() -> None:
    assert align("abcdef", "dabcxf") == [(0, 1), (1, 2), (2, 3), (5, 5)]


dice = random.Random(7)
NUMBERS = [str(n) for n in range(20_000)]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(["x"] * 3000, ["y", *["x"] * 2900, "z"], id="identical lines"),
        pytest.param(["x"] * 60_000, ["y", *["x"] * 50_000, "z"], id="very many identical lines"),
        pytest.param(dice.choices("ab", k=50_000), dice.choices("ab", k=50_000), id="two lines in any order"),
        pytest.param(NUMBERS, dice.sample(NUMBERS, k=20_000), id="shuffled"),
        pytest.param(NUMBERS, NUMBERS[::-1], id="reversed"),
        pytest.param(NUMBERS, NUMBERS[10_000:] + NUMBERS[:10_000], id="halves exchanged"),
        pytest.param(NUMBERS, [n + "'" for n in NUMBERS], id="nothing in common"),
    ],
)
def test_hostile_sequences_are_aligned_in_bounded_time(before: list[str], after: list[str]) -> None:
    assert len(align(before, after)) <= min(len(before), len(after))
