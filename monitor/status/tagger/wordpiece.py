"""WordPiece tokens, as the network was trained on: greedy, longest piece first.

Method: Schuster and Nakajima 2012, "Japanese and Korean voice search"; the vocabulary is the model's own.
"""

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"\w+|[^\w\s]")
_LONGEST_WORD = 60
"""A longer run of letters is no word; it is one unknown piece."""


class WordPieces:
    """Splits masked text into ids of `vocabulary`, which holds `[CLS]`, `[SEP]` and `[UNK]`."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._start, self._end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._unknown = self._ids["[UNK]"]
        self._known: dict[str, tuple[int, ...]] = {}

    def __getitem__(self, piece: str) -> int:
        """The id of a piece. Raises KeyError for one that is not in the vocabulary."""
        return self._ids[piece]

    def ids(self, text: str, *, limit: int) -> list[int]:
        """The ids of `text` between start and end marks, at most `limit` of them; the end of a longer text is cut."""
        found = [self._start]
        for word in _WORD.findall(_bare(text).replace("_", " _ ")):
            found += self._pieces(word)
            if len(found) >= limit - 1:
                break
        return [*found[: limit - 1], self._end]

    def _pieces(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._split(word)
        return known

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._ids.get(prefix + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(found)


def _bare(text: str) -> str:
    """`text` in lower case without accents."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in spread if unicodedata.category(letter) != "Mn")
