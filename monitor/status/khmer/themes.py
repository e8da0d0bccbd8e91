"""Which instruments a Khmer cue is about: its object behind it, or the subject of a passive before it."""

from monitor.status.khmer.cues import Part
from monitor.status.khmer.line import BOUNDARIES, Line

INTRANSITIVE = frozenset(("enter_force", "gazette", "constitutional", "arrive"))
"""Acts whose subject is the instrument."""
_NOT_JOINED = INTRANSITIVE | {"absent", "announce"}
_SLACK = 2
"""Base letters of unknown words allowed between a verb and its object."""
_SUBJECT_SLACK = 10
_PARTNERS = 25
_DISCUSSED = frozenset(("consult", "review"))
_TRANSPARENT = frozenset((Part.LINK, Part.ADVERB, Part.DRAFT, Part.NEUTRAL, Part.DONE, Part.AFTER, Part.PROGRESSIVE))
_PREPOSITIONS = frozenset((Part.OPENER, Part.FROM, Part.OWNER, Part.TOWARDS, Part.OTHER_OBJECT, Part.NOMINAL))
_PASSED = _TRANSPARENT | {
    Part.BODY,
    Part.OPENER,
    Part.BY,
    Part.TOWARDS,
    Part.BACK,
    Part.FROM,
    Part.OWNER,
    Part.COUNTRY,
    Part.AND,
}
_IN_LISTS = frozenset((Part.AND, Part.DRAFT, Part.NEUTRAL, Part.LINK, Part.OWNER, Part.COUNTRY))


class Themes:
    """Finds the themes of the cues of one line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def of(self, index: int, act: str) -> list[int]:
        """Positions of the instruments that the cue at `index` is about; empty if its object is something else."""
        if act == "absent":
            return self._absent(index)
        if act not in INTRANSITIVE and not self.passive(index):
            behind = self.behind(index)
            if behind:
                return behind
            joined = self._joined(index)
            if joined is not None:
                return self.of(joined, self._line.pieces[joined].value)
            if self._has_object(index):
                return []
        elif act == "enter_force" and (
            self._line.part(index + 1) is Part.LINK or self._line.text(index).endswith("អនុវត្ត")
        ):
            return self.behind(index) or self.before(index)
        return self.before(index)

    def passive(self, index: int) -> bool:
        """Whether the cue is passive: the agent may stand between the auxiliary and the verb."""
        if self._line.text(index).startswith("ត្រូវបាន"):
            return True
        for position in range(index - 1, -1, -1):
            part = self._line.part(position)
            if part is Part.PASSIVE or (
                part in (Part.GUARD, Part.CLAUSE) and self._line.text(position).endswith("ត្រូវបាន")
            ):
                return True
            if part is Part.GUARD and self._line.text(position) in ("ត្រូវ", "នឹងត្រូវ"):
                return not self.behind(index)
            if part is Part.ACT or (part is Part.AND and self._line.part(position - 1) is Part.ACT):
                continue
            if part not in (Part.BODY, Part.NEUTRAL, Part.DONE, Part.ADVERB, Part.OWNER, Part.COUNTRY, Part.OPENER):
                return False
        return False

    def behind(self, index: int) -> list[int]:
        """The instruments that are the object of the verb at `index`."""
        line, found, last = self._line, list[int](), index
        for position in range(index + 1, len(line.pieces)):
            piece = line.pieces[position]
            if piece.part is Part.INSTRUMENT:
                if line.loose(last, position) > self._slack(index, position) and not self._after_a_sister(
                    last, position
                ):
                    break
                found.append(position)
                last = position
            elif self._stops(position, listing=bool(found)):
                break
        return found

    def _stops(self, position: int, *, listing: bool) -> bool:
        """Whether the search for objects ends at the piece: it is no part of a noun phrase, or of a list of them."""
        line = self._line
        piece = line.pieces[position]
        if listing and piece.part not in _IN_LISTS:
            return True
        if piece.part is Part.OPENER and line.adjacent(position, position + 1) and self._named_next(position):
            return True
        return not (piece.part in _PASSED or (piece.part is Part.GUARD and piece.value == "tail"))

    def _slack(self, index: int, position: int) -> int:
        """A discussion may name partners before "on X"; a decision may not skip a word."""
        line = self._line
        head = position - 1 if line.part(position - 1) is Part.DRAFT else position
        linked = line.part(head - 1) is Part.LINK and line.gap(head) == 0
        return _PARTNERS if linked and line.pieces[index].value in _DISCUSSED else _SLACK

    def _named_next(self, position: int) -> bool:
        """A preposition directly before the name: "under the law", "according to the law"."""
        following = self._line.part(position + 1)
        if following is Part.DRAFT:
            following = self._line.part(position + 2)
        return following is Part.INSTRUMENT

    def _after_a_sister(self, last: int, position: int) -> bool:
        """ "The draft law on traffic and the draft law on X": an unknown title of the same kind comes first."""
        line = self._line
        head = position - 1 if line.part(position - 1) is Part.DRAFT else position
        return (
            line.part(head - 1) is Part.AND
            and line.gap(head) == 0
            and "ស្តីពី" in line.key[line.pieces[last].end : line.pieces[head].start]
        )

    def _joined(self, index: int) -> int | None:
        """The next verb in "reviewed and approved X"."""
        line = self._line
        position = index + 1
        if line.part(position) is Part.ACT and line.pieces[index].value == "approve":
            return position if line.pieces[position].value in ("approve", "adopt") else None
        while line.part(position) in (Part.AND, Part.ADVERB, Part.LINK, Part.DONE) and line.gap(position) == 0:
            position += 1
        if line.part(position) is Part.CLAUSE and line.pieces[position].value == "same":
            position += 1
        if line.part(position) is not Part.ACT or line.gap(position) > 1:
            return None
        return None if line.pieces[position].value in _NOT_JOINED else position

    def _has_object(self, index: int) -> bool:
        """Whether something else than an instrument stands directly behind the verb."""
        line = self._line
        following = line.part(index + 1)
        if following is Part.DRAFT:
            return "(" not in line.key[line.pieces[index].end : line.pieces[index + 1].start]
        if (
            following in (Part.OTHER_OBJECT, Part.NOMINAL, Part.LINK, Part.CEREMONY)
            or (following is Part.ACT and line.gap(index + 1) == 0)
            or (following is Part.GUARD and line.pieces[index + 1].value == "agenda")
        ):
            return True
        return line.gap(index + 1) > _SLACK

    def before(self, index: int) -> list[int]:
        """The instruments that are the subject of the passive or intransitive verb at `index`."""
        line, found = self._line, list[int]()
        for position in range(index - 1, -1, -1):
            piece = line.pieces[position]
            if piece.part is Part.INSTRUMENT:
                if found and not self._listed(position, found[-1]):
                    break
                if not found and not self._reaches(position, index):
                    return []
                found.append(position)
            elif found and piece.part in (Part.AND, Part.DRAFT, Part.LINK):
                continue
            elif found or self._cut(position):
                break
        found.reverse()
        return found if found and self._is_subject(found[0]) else []

    def _cut(self, position: int) -> bool:
        """Whether the search for a subject ends here: a clause of another subject, or an aim."""
        piece = self._line.pieces[position]
        if piece.part is Part.GUARD:
            return piece.value == "purpose"
        return piece.part is Part.CLAUSE and not self._continues(position)

    def _continues(self, position: int) -> bool:
        """ "… and was then …": the subject stays."""
        return self._line.pieces[position].value == "same"

    def _listed(self, position: int, following: int) -> bool:
        return self._line.loose(position, following) <= _SLACK and all(
            piece.part in (Part.AND, Part.DRAFT, Part.LINK) for piece in self._line.between(position, following)
        )

    def _reaches(self, position: int, index: int) -> bool:
        """Whether nothing unknown parts subject and verb."""
        line = self._line
        if any(
            piece.part in (Part.CELL, Part.ACT, Part.CLAUSE, Part.RELATIVE) for piece in line.between(position, index)
        ):
            return True
        for place in range(position + 1, index):
            if line.part(place) is Part.OTHER_OBJECT or (line.part(place) is Part.AND and self._adds(place)):
                return False
        return line.loose(position, index) <= _SUBJECT_SLACK

    def _adds(self, position: int) -> bool:
        """Whether "and" adds another noun to the subject, not another verb."""
        return self._line.gap(position + 1) > 0 or self._line.part(position + 1) in (Part.LINK, Part.NEUTRAL)

    def _is_subject(self, position: int) -> bool:
        """Not behind a preposition, and not the tail of a longer noun ("the chapter of the law")."""
        line = self._line
        head = position - 1 if line.part(position - 1) is Part.DRAFT and line.gap(position) <= 4 else position
        if head == 0 or line.part(head - 1) in BOUNDARIES:
            return True
        previous = line.part(head - 1)
        if line.gap(head) == 0:
            if previous is Part.ACT and line.pieces[head - 1].value in ("review", "draft", "launch"):
                return True
            return previous not in _PREPOSITIONS
        if previous is Part.OTHER_OBJECT:
            return False
        return not line.key[: line.pieces[head].start].endswith(("អនុវត្ត", "ស្តីពី", "មាត្រា"))

    def _absent(self, index: int) -> list[int]:
        line = self._line
        following = index + 1
        while line.part(following) in (Part.LINK, Part.DRAFT, Part.COUNTRY) and line.gap(following) <= 3:
            following += 1
        if line.part(following) is Part.INSTRUMENT and line.gap(following) <= 3:
            return [following] if not self._done_about(following) else []
        if index and line.part(index - 1) is Part.INSTRUMENT and line.gap(index) == 0 and self._ends(index + 1):
            return [index - 1] if self._is_subject(index - 1) else []
        return []

    def _done_about(self, position: int) -> bool:
        """ "No X has been adopted" says nothing of its being absent."""
        return self._line.part(position + 1) in (Part.PASSIVE, Part.ACT, Part.RELATIVE)

    def _ends(self, position: int) -> bool:
        line = self._line
        if line.gap(position) > _SLACK:
            return False
        part = line.part(position)
        return part is None or part in BOUNDARIES or (part is Part.GUARD and line.pieces[position].value == "tail")
