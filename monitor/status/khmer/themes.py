"""Which instruments a Khmer cue is about: its object behind it, or the subject of a passive before it."""

from monitor.status.khmer.cues import ITEM, Part
from monitor.status.khmer.line import BOUNDARIES, Line
from monitor.status.khmer.remote import ARTICLES, IN_LISTS, SLACK, Remote

INTRANSITIVE = frozenset(("enter_force", "gazette", "constitutional", "arrive", "pass"))
"""Acts whose subject is the instrument."""
_NOT_JOINED = INTRANSITIVE | {"absent", "announce"}
_SUBJECT_SLACK = 10
_PARTNERS = 25
_PLANS = ("គម្រោង",)
_DISCUSSED = frozenset(("consult", "review"))
_TALKED = _DISCUSSED | {"draft", "absent", "announce"}
_ABOUT = ("អំពី", "ពាក់ព័ន្ធនឹង")
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


class Themes:
    """Finds the themes of the cues of one line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._remote = Remote(line)

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
                return self._remote.enumerated(index) or self._remote.of_a_part(index)
        elif self._line.part(index - 1) in (Part.NOMINAL, Part.FACTIVE) and (named := self.behind(index)):
            return named
        elif act == "enter_force" and self._transitive(index):
            return self.behind(index) or self.before(index)
        elif act == "pass" and self._line.part(index - 1) is Part.INSTRUMENT:
            return [index - 1]
        found = self.before(index) or self._remote.enumerated(index)
        if not found and act == "enter_force" and self._line.part(index - 1) is Part.GUARD:
            return self.behind(index) if self._line.part(index + 1) in (Part.INSTRUMENT, Part.DRAFT) else []
        if found or act not in ("consult", "review", "draft"):
            return found or self._remote.elided(index)
        return self.behind(index) or self._remote.of_a_part(index)

    def _transitive(self, index: int) -> bool:
        """ "Applies X", against "X applies"."""
        line = self._line
        if line.part(index - 1) is Part.INSTRUMENT and not line.gap(index):
            return False
        return line.part(index + 1) is Part.LINK or line.text(index).endswith("អនុវត្ត")

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
        value = line.pieces[index].value
        for position in range(index + 1, len(line.pieces)):
            piece = line.pieces[position]
            if piece.part is Part.INSTRUMENT:
                if line.loose(last, position) > self._slack(index, position) and not self._after_a_sister(
                    last, position
                ):
                    break
                found.append(position)
                last = position
            elif self._part_of_it(position, value):
                last = position
            elif self._stops(position, listing=bool(found), discussed=value in _TALKED):
                break
        return found

    def _stops(self, position: int, *, listing: bool, discussed: bool) -> bool:
        """Whether the search for objects ends at the piece: it is no part of a noun phrase, or of a list of them."""
        line = self._line
        piece = line.pieces[position]
        if listing and piece.part not in IN_LISTS and piece.value != ITEM and not self._goes_on_listing(position):
            return True
        if piece.value == ITEM or (listing and self._goes_on_listing(position)):
            return False
        if piece.part is Part.OPENER and line.text(position) in _ABOUT and not discussed:
            return True
        if piece.part is Part.OPENER and line.adjacent(position, position + 1) and self._named_next(position):
            return True
        return not (piece.part in _PASSED or (piece.part is Part.GUARD and piece.value == "tail"))

    def _goes_on_listing(self, position: int) -> bool:
        """ "X; Y; Z": another title behind the semicolon, with nothing said of it."""
        line = self._line
        title = position + 2 if line.part(position + 1) is Part.DRAFT else position + 1
        if line.text(position) != ";" or line.part(title) is not Part.INSTRUMENT:
            return False
        return not line.gap(title + 1) and (line.part(title + 1) is None or line.text(title + 1) == ";")

    def _part_of_it(self, position: int, act: str) -> bool:
        """ "Amended articles 14 and 39 of X", "discussed chapter 3 of draft X", "dropped the plan for X"."""
        heads = ARTICLES if act in ("amend", "review", "draft") else _PLANS if act in ("withdraw", "announce") else ()
        line = self._line
        return bool(heads) and line.part(position) is Part.OTHER_OBJECT and line.text(position).startswith(heads)

    def _slack(self, index: int, position: int) -> int:
        """A discussion may name partners before "on X"; a decision may not skip a word."""
        line = self._line
        head = position - 1 if line.part(position - 1) is Part.DRAFT else position
        linked = line.part(head - 1) is Part.LINK and line.gap(head) == 0
        return _PARTNERS if linked and line.pieces[index].value in _DISCUSSED else SLACK

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
        return line.gap(index + 1) > SLACK and not line.key[line.pieces[index].end :].lstrip()[:1].isdigit()

    def before(self, index: int) -> list[int]:
        """The instruments that are the subject of the passive or intransitive verb at `index`."""
        line, found = self._line, list[int]()
        if self.as_attribute(index):
            return [index - 1]
        consulted = line.pieces[index].value == "consult"
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
            elif found or (self._cut(position) and not consulted):
                break
        found.reverse()
        if not found:
            return []
        told_of = line.part(found[-1] + 1) is Part.RELATIVE and found[-1] + 1 < index
        if found[0] and line.text(found[0] - 1) in _ABOUT:
            told_of = False
        amending = line.pieces[index].value == "amend"
        return found if told_of or self._is_subject(found[0], amending=amending) else []

    def as_attribute(self, index: int) -> bool:
        """ "The provisions of X in force": the state of X itself, wherever X stands in the sentence."""
        line = self._line
        stated = line.text(index) in ("ជាធរមាន", "មានជាធរមាន", "ដែលមានជាធរមាន", "ដែលនៅជាធរមាន")
        return stated and line.part(index - 1) is Part.INSTRUMENT and line.gap(index) == 0

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
        return self._line.loose(position, following) <= SLACK and all(
            piece.part in (Part.AND, Part.DRAFT, Part.LINK) for piece in self._line.between(position, following)
        )

    def _reaches(self, position: int, index: int) -> bool:
        """Whether nothing unknown parts subject and verb."""
        line = self._line
        for place in range(position + 1, index):
            if line.part(place) in (Part.CELL, Part.ACT, Part.CLAUSE):
                return True
            if line.part(place) is Part.RELATIVE and line.part(place - 1) is Part.LINK:
                return False
            if line.part(place) is Part.RELATIVE:
                return line.gap(place) <= _SUBJECT_SLACK and line.part(place - 1) is not Part.OTHER_OBJECT
        for place in range(position + 1, index):
            if line.part(place) is Part.OTHER_OBJECT or (line.part(place) is Part.AND and self._adds(place)):
                return False
        return line.loose(position, index) <= _SUBJECT_SLACK

    def _adds(self, position: int) -> bool:
        """Whether "and" adds another noun to the subject, not another verb."""
        return self._line.gap(position + 1) > 0 or self._line.part(position + 1) in (Part.LINK, Part.NEUTRAL)

    def _is_subject(self, position: int, *, amending: bool = False) -> bool:
        """Not behind a preposition, and not the tail of a longer noun ("the chapter of the law")."""
        line = self._line
        head = position - 1 if line.part(position - 1) is Part.DRAFT and line.gap(position) <= 4 else position
        if head == 0 or line.part(head - 1) in BOUNDARIES:
            return True
        previous = line.part(head - 1)
        if self._inside_another(head):
            return False
        if previous is Part.OWNER and amending:
            return any(self._part_of_it(place, "amend") for place in range(head - 1))
        touching = not line.key[line.pieces[head - 1].end : line.pieces[head].start].strip()
        if self._topic_of_colon(position):
            return True
        if line.gap(head) == 0 and (touching or previous not in _PREPOSITIONS):
            if previous is Part.ACT and line.pieces[head - 1].value in ("review", "draft", "launch"):
                return True
            return previous not in _PREPOSITIONS
        if previous is Part.OTHER_OBJECT:
            return False
        return not line.key[: line.pieces[head].start].endswith(("អនុវត្ត", "ស្តីពី", "មាត្រា"))

    def _topic_of_colon(self, position: int) -> bool:
        """ "The end of the draft law X: the ministry withdraws": the title before the colon is what it is about."""
        return self._line.key[self._line.pieces[position].end :].lstrip(" )»").startswith(("៖", ":"))

    def _inside_another(self, head: int) -> bool:
        """ "The proposal to repeal X was …", "the decree on the committee that drafts X was …"."""
        line = self._line
        if line.part(head - 1) not in (Part.ACT, Part.GUARD, Part.LINK, Part.DRAFT):
            return False
        for place in range(head - 1, -1, -1):
            part = line.part(place)
            if part is Part.OTHER_OBJECT or (part is Part.OFFICE and line.part(place + 1) is Part.ACT):
                return line.part(place - 1) is not Part.OPENER
            if part not in (
                Part.ACT,
                Part.GUARD,
                Part.LINK,
                Part.DRAFT,
                Part.AND,
                Part.NOMINAL,
                Part.OFFICE,
                Part.ADVERB,
            ):
                return False
        return False

    def _absent(self, index: int) -> list[int]:
        line = self._line
        following = index + 1
        while line.part(following) in (Part.LINK, Part.DRAFT, Part.COUNTRY) and line.gap(following) <= 3:
            following += 1
        if line.part(following) is Part.INSTRUMENT and line.gap(following) <= 3:
            return [following] if not self._done_about(following) else []
        if not index or line.gap(index) or not self._ends(index + 1):
            return []
        if line.part(index - 1) is Part.CELL and line.part(0) is Part.INSTRUMENT:
            return [0]
        if line.part(index - 1) is Part.INSTRUMENT:
            return [index - 1] if self._is_subject(index - 1) else []
        return []

    def _done_about(self, position: int) -> bool:
        """ "No X has been adopted" says nothing of its being absent."""
        line = self._line
        if line.part(position + 1) is Part.RELATIVE:
            return line.part(position + 2) in (Part.PASSIVE, Part.ACT, Part.DONE, Part.BODY)
        return line.part(position + 1) in (Part.PASSIVE, Part.ACT)

    def _ends(self, position: int) -> bool:
        line = self._line
        if line.gap(position) > SLACK:
            return False
        part = line.part(position)
        return part is None or part in BOUNDARIES or (part is Part.GUARD and line.pieces[position].value == "tail")
