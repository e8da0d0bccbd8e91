"""Time and aspect of a Khmer sentence, which its verbs do not show: what was done, goes on, or lies ahead."""

import re

from monitor.status.khmer.cues import Part, Piece
from monitor.status.khmer.line import BOUNDARIES, Line

_TICKED = re.compile("[^|;]{0,6}[✔✓☑✅]")
_AHEAD = frozenset(("future", "modal", "plan", "soon", "condition", "call"))
_MARKED = frozenset((Part.DONE, Part.PASSIVE, Part.PROGRESSIVE, Part.AFTER, Part.SINCE))
"""Signs that something took place or goes on."""
_YEARS = ("ឆ្នាំ", "ខែ", "សប្តាហ៍", "ថ្ងៃ")
"""Before "after": "five years after it came into force", which a number makes a fact."""
ACTIVITY = frozenset(("draft", "review", "consult"))
"""Acts that are work on a text rather than steps it takes."""


class Times:
    """The signs of time around the cues of one line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def goes_on(self, index: int) -> bool:
        """Whether the cue is told as going on now."""
        near = self._line.pieces[max(0, index - 3) : index]
        return self._line.text(index).startswith(("នៅ", "កំពុង", "ស្ថិត")) or any(
            piece.part is Part.PROGRESSIVE for piece in near
        )

    def completed(self, index: int) -> bool:
        """Whether "already", "since", "on (past day)" or a tick follows in the clause."""
        line = self._line
        if _TICKED.match(line.key, line.pieces[index].end):
            return True
        for position in range(index + 1, len(line.pieces)):
            part = line.part(position)
            if part in (Part.AFTER, Part.SINCE) or (part is Part.DONE and line.text(position) in ("ហើយ", "រួច")):
                return True
            if part is Part.CELL:
                break
            if part in (*BOUNDARIES, Part.ACT, Part.GUARD, Part.RELATIVE):
                break
        return False

    def past_day(self, index: int) -> bool:
        """ "Before the assembly adopted X this very morning": a past day behind the cue makes it a fact."""
        for piece in self._line.pieces[index + 1 :]:
            if piece.part is Part.AFTER:
                return True
            if piece.part in (*BOUNDARIES, Part.ACT):
                break
        return False

    def told(self, position: int, index: int) -> bool:
        """Whether a clause opened by "after", "when", "although" tells a fact: nothing in the sentence looks ahead.

        "After it had adopted X, the assembly adopted Y" tells both; "after X is adopted, firms must …" neither.
        """
        pieces = self._line.pieces
        dated = any(piece.part in (Part.AFTER, Part.SINCE) for piece in pieces[position + 1 :])
        ahead = self.looks_ahead()
        if self._line.text(position).startswith(_YEARS):
            return not ahead
        if self._line.pieces[position].value == "although":
            marks = _MARKED - {Part.PASSIVE} if ahead else _MARKED
            between = self._line.between(position, index)
            return dated or self.goes_on(index) or any(self._marks(piece, marks) for piece in between)
        return dated or (not ahead and any(self._marks(piece, _MARKED) for piece in pieces[index + 1 :]))

    def _marks(self, piece: Piece, marks: frozenset[Part]) -> bool:
        """Whether `piece` is one of `marks`, or a conjunction that ends in one."""
        return piece.part in marks or (
            piece.part is Part.CLAUSE and self._line.key.endswith("បាន", piece.start, piece.end)
        )

    def looks_ahead(self) -> bool:
        return any(piece.part is Part.GUARD and piece.value in _AHEAD for piece in self._line.pieces)

    def done_before(self, index: int) -> bool:
        """Whether any sign of the past stands before the cue."""
        return any(piece.part in (Part.DONE, Part.PASSIVE) for piece in self._line.pieces[:index])
