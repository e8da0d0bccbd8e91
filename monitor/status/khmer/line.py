"""A Khmer sentence as pieces and the words between them that nobody knows.

Khmer writes no word boundaries, so what is not in the vocabulary cannot be told apart: it is *loose* text. A reading
is only as good as the loose text it skips; that is measured here, and phrases that a preposition opens are let pass.
"""

import re
from collections.abc import Sequence

from monitor.status.khmer.cues import Part, Piece
from monitor.status.names import folded
from monitor.text.normal import match_key

_OPENERS = frozenset(
    (Part.OPENER, Part.BY, Part.TOWARDS, Part.BACK, Part.FROM, Part.OWNER, Part.CEREMONY, Part.AFTER, Part.TODAY)
)
_CLOSERS = frozenset(
    {
        *(Part.DONE, Part.PASSIVE, Part.BODY, Part.ACT, Part.INSTRUMENT, Part.AND, Part.CLAUSE, Part.CELL, Part.THAT),
        *(Part.LINK, Part.ADVERB, Part.GUARD, Part.OTHER_OBJECT, Part.NEUTRAL, Part.NOMINAL, Part.RELATIVE),
    }
)
"""Where the phrase a preposition opened is over."""
_NO_WORDS = re.compile(r"\([^()]*\)|[^\u1780-\u17b3A-Za-z]+")
"""What is no loose text: signs, digits, vowel marks, and an aside in brackets that holds no piece."""
_EMPTY = re.compile(
    r"\s*[☐□]|\s*[:៖]\s*(?:[☐□✗✘×❌?.-]+|n/a|no|none|tbd|គ្មាន|ទេ|មិនទាន់\w*|ពុំទាន់\w*)\s*(?:[|;,)។]|$)", re.IGNORECASE
)
_HEADS = frozenset(
    match_key(word)
    for word in (
        "ល.រ",
        "ល.រ.",
        "លរ",
        "ប្រទេស",
        "ឈ្មោះ",
        "ឈ្មោះច្បាប់",
        "ឯកសារ",
        "លិខិតបទដ្ឋាន",
        "ចំណងជើង",
        "no",
        "country",
        "title",
        "name",
    )
)
BOUNDARIES = frozenset((Part.CLAUSE, Part.CELL))


class Line:
    """The pieces of one sentence, in order, over its match key."""

    def __init__(self, key: str, pieces: Sequence[Piece]) -> None:
        self.key = key
        self.pieces = pieces

    def text(self, position: int) -> str:
        """The words of the piece at `position`."""
        piece = self.pieces[position]
        return self.key[piece.start : piece.end]

    def part(self, position: int) -> Part | None:
        """The part of the piece at `position`; None outside the sentence."""
        return self.pieces[position].part if 0 <= position < len(self.pieces) else None

    def between(self, first: int, last: int) -> Sequence[Piece]:
        """The pieces strictly between two positions."""
        return self.pieces[first + 1 : last]

    def gap(self, position: int) -> int:
        """How many base letters of loose text stand directly before the piece at `position` (from the start if 0)."""
        begin = self.pieces[position - 1].end if position else 0
        finish = self.pieces[position].start if position < len(self.pieces) else len(self.key)
        return len(_NO_WORDS.sub("", self.key[begin:finish]))

    def loose(self, first: int, last: int) -> int:
        """Base letters of loose text between two pieces, phrases opened by a preposition not counted."""
        total, free = 0, False
        for position in range(first + 1, last + 1):
            before = self.pieces[position - 1].part
            if before in _OPENERS:
                free = True
            elif before in _CLOSERS:
                free = False
            if not free:
                total += self.gap(position)
        return total

    def header(self) -> bool:
        """Whether this is the head row of a table: its first cell is "No.", "country", "title"."""
        first, bar, _ = self.key.partition("|")
        return bool(bar) and folded(first.strip(" .៖:")) in _HEADS

    def empty_field(self, index: int) -> bool:
        """Whether the cue at `index` is the label of a field that is not filled in: "adopted: ☐", "in force: -"."""
        return _EMPTY.match(self.key, self.pieces[index].end) is not None

    def adjacent(self, first: int, last: int) -> bool:
        """Whether nothing but spaces and signs stands between two neighbouring pieces."""
        return last == first + 1 and self.gap(last) == 0
