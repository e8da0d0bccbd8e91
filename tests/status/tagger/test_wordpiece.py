"""WordPiece tokens."""

import pytest

from monitor.status.tagger.wordpiece import WordPieces

PIECES = WordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "law", "promul", "##gated", "was", ".", "e", "##t", "_"])


def test_known_words_are_one_piece_each() -> None:
    assert PIECES.ids("law was", limit=10) == [2, 4, 7, 3]


def test_an_unknown_word_is_split_longest_piece_first() -> None:
    assert PIECES.ids("promulgated", limit=10) == [2, 5, 6, 3]


def test_a_word_that_cannot_be_split_is_one_unknown_piece() -> None:
    assert PIECES.ids("lawx", limit=10) == [2, 1, 3]


def test_marks_are_pieces_of_their_own() -> None:
    assert PIECES.ids("law.", limit=10) == [2, 4, 8, 3]


def test_accents_and_case_are_dropped() -> None:
    assert PIECES.ids("Été", limit=10) == [2, 1, 3]
    assert PIECES.ids("Ét", limit=10) == [2, 9, 10, 3]


def test_a_long_text_is_cut_and_still_ended() -> None:
    assert PIECES.ids("law " * 50, limit=5) == [2, 4, 4, 4, 3]


def test_a_piece_that_is_not_known_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError):
        PIECES["treaty"]
