"""Who acts, who receives, and which country is meant in a Khmer sentence."""

from monitor.status.khmer.cues import ITEM, Part
from monitor.status.khmer.line import Line

_TARGET_MARKS = frozenset((Part.TOWARDS, Part.BACK, Part.FROM))
_PLACES = frozenset((Part.OPENER, Part.OWNER, Part.CEREMONY, Part.FROM))
_COMMITTEES = ("គណៈកម្ម", "អនុគណៈ", "ក្រុមការងារ")
_OWNER_REACH = 14


class Actors:
    """Finds bodies and countries around a cue of one line."""

    def __init__(self, line: Line, home: str) -> None:
        self._line = line
        self._home = home

    def subject(self, index: int, theme: int, *, passive: bool) -> int | None:
        """The position of the body that acts: "by …" behind the cue, else the nearest fitting one before it."""
        line = self._line
        if line.pieces[index].value == "pass" and (house := self._passed(index)) is not None:
            return house
        received = "ទទួល" in line.text(index)
        for position in range(index + 1, len(line.pieces)):
            part = line.part(position)
            if part is Part.BY and line.part(position + 1) is Part.BODY and line.gap(position + 1) <= 8:
                return position + 1
            if (passive or received) and part is Part.BODY and line.part(position - 1) in _PLACES:
                return position
            if part in (Part.CLAUSE, Part.ACT, Part.CELL, Part.RELATIVE):
                break
        for position in range(index - 1, -1, -1):
            part = line.part(position)
            if passive and theme < index and position <= theme:
                return self._place(theme)
            if part is Part.BODY and not self.receives(position):
                return self.head(position)
            if part is Part.CELL:
                return self._cell(position)
            if part is Part.CLAUSE and line.pieces[position].value not in ("same", ITEM):
                return None
        return None

    def _passed(self, index: int) -> int | None:
        """The house a text got through: "passed (the desk of) the Cabinet"; or the one that "let X pass"."""
        line = self._line
        for position in (index + 1, index + 2, index + 3):
            if line.part(position) is Part.BODY and line.loose(index, position) <= 4:
                return self.head(position)
            if line.part(position) not in (Part.FROM, Part.OWNER, Part.DONE, Part.ADVERB, Part.OPENER, Part.CEREMONY):
                break
        return next((self.head(place) for place in range(index - 1, -1, -1) if line.part(place) is Part.BODY), None)

    def _cell(self, border: int) -> int | None:
        """The body that fills a cell left of the one the cue is in: "X | National Assembly | adopted"."""
        line = self._line
        for position in range(border - 1, 0, -1):
            alone = line.part(position - 1) is Part.CELL and line.part(position + 1) is Part.CELL
            if line.part(position) is Part.BODY and alone and not line.gap(position) and not line.gap(position + 1):
                return position
        return None

    def _place(self, theme: int) -> int | None:
        """ "At the meeting of the Cabinet, X was approved": the body named before the subject of a passive."""
        line = self._line
        for position in range(theme - 1, -1, -1):
            part = line.part(position)
            if part is Part.BODY:
                return self.head(position)
            if part in (Part.THAT, Part.CLAUSE, Part.CELL, Part.RELATIVE, Part.ACT, Part.DONE):
                break
        return None

    def receives(self, position: int) -> bool:
        """Whether the body is only who something goes to or comes from."""
        line = self._line
        before = position - 1
        while line.part(before) in (Part.CEREMONY, Part.LINK) and before:
            before -= 1
        if line.gap(position) > 1:
            return False
        if line.part(before) is Part.GUARD and line.pieces[before].value == "causative":
            return any(piece.part is Part.ACT and piece.value == "submit" for piece in line.pieces[:before])
        return line.part(before) in _TARGET_MARKS or (
            line.part(before) is Part.ACT and line.pieces[before].value in ("submit", "return")
        )

    def head(self, position: int) -> int | None:
        """The body itself: the committee in "the committee of the assembly"; None for a mere office of it."""
        line = self._line
        before = position - 1
        if line.part(before) is Part.OWNER and line.gap(position) == 0:
            before -= 1
            if line.gap(before + 1) > 2:
                return None
        if line.part(before) is Part.OFFICE and line.gap(before + 1) <= 10:
            return None
        owned = before < position - 1 or line.text(max(before, 0)).startswith(_COMMITTEES)
        if line.part(before) is Part.BODY and owned and line.gap(before + 1) <= 10 and line.gap(position) == 0:
            return self.head(before)
        return position

    def receiver(self, index: int) -> int | None:
        """The body before the cue that received; its secretariat receives for it."""
        line = self._line
        return next((place for place in range(index - 1, -1, -1) if line.part(place) is Part.BODY), None)

    def ids(self, position: int | None) -> tuple[str, ...]:
        """The ids of the name at `position`."""
        name = self._line.pieces[position].name if position is not None else None
        return name.ids if name is not None else ()

    def targets(self, index: int) -> tuple[str, ...]:
        """Whom a submission goes to."""
        line = self._line
        for position in range(index + 1, len(line.pieces)):
            part = line.part(position)
            if part is Part.BODY and line.part(position - 1) is Part.OFFICE and line.pieces[index].value == "arrive":
                return self.ids(position)
            if part is Part.BODY and (self.receives(position) or (position == index + 1 and line.gap(position) == 0)):
                return self.ids(position)
            if part in (Part.CLAUSE, Part.CELL) or (part is Part.ACT and line.pieces[position].value != "submit"):
                break
        return ()

    def unknown(self, index: int, *, passive: bool) -> str:
        """Words that stand where the actor should, but name nobody known; empty if there are none."""
        line = self._line
        first = index
        while first and line.part(first - 1) in (
            Part.DONE,
            Part.ACT,
            Part.AND,
            Part.ADVERB,
            Part.NEUTRAL,
            Part.NOMINAL,
        ):
            if passive and line.gap(first) > 2:
                return line.key[line.pieces[first - 1].end : line.pieces[first].start]
            first -= 1
        if line.part(first - 1) in (Part.OFFICE, Part.BODY):
            return line.text(first - 1)
        if line.part(first - 1) is Part.CEREMONY and line.gap(first) <= 8:
            return line.text(first - 1)
        if passive and line.part(first - 1) is not Part.PASSIVE:
            return ""
        if line.part(first - 1) is Part.COUNTRY and self._owned(first - 1):
            return line.text(first - 1)
        begin = line.pieces[first - 1].end if first else 0
        return line.key[begin : line.pieces[first].start] if line.gap(first) > 2 else ""

    # ------------------------------------------------------------ countries

    def _owned(self, country: int) -> bool:
        """Whether the country only says whose somebody is: unknown words stand before it."""
        line = self._line
        before = country - 1 if line.part(country - 1) is Part.OWNER else country
        return line.gap(before) > 2 or line.part(before - 1) in (Part.NEUTRAL, Part.OFFICE, Part.BODY)

    def country_of_body(self, body: int) -> str:
        """The country named as the owner of a body."""
        line = self._line
        for position in (body + 1, body + 2, body + 3):
            if line.part(position) is Part.COUNTRY:
                between = sum(piece.end - piece.start for piece in line.between(body, position))
                near = line.pieces[position].start - line.pieces[body].end - between
                return self._code(position) if near <= _OWNER_REACH else ""
            if line.part(position) not in (Part.OWNER, Part.NEUTRAL):
                break
        return ""

    def country_subject(self, index: int) -> str:
        """The country that acts itself ("Cambodia signed …")."""
        line = self._line
        for position in range(index - 1, -1, -1):
            part = line.part(position)
            if part is Part.COUNTRY and line.part(position - 1) is not Part.FROM:
                code = self._code(position)
                return "" if code == self._home and self._owned(position) else code
            if part is Part.CLAUSE and position < index - 1 and line.text(position) not in ("បច្ចុប្បន្ន", "ឥឡូវនេះ", "តែ"):
                break
            if part in (Part.INSTRUMENT, Part.CELL, Part.THAT):
                break
        return ""

    def country_of_theme(self, theme: int) -> str:
        """The country an instrument is said to be of: "X of Thailand", "in Thailand" before it."""
        line = self._line
        for position in range(theme + 1, min(theme + 3, len(line.pieces))):
            if line.part(position) is Part.COUNTRY and line.pieces[position].start - line.pieces[theme].end <= 20:
                return self._code(position)
            if line.part(position) is not Part.OWNER:
                break
        if line.part(theme - 1) is Part.CELL and line.part(theme - 2) is Part.COUNTRY and not line.gap(theme - 1):
            return self._code(theme - 2)
        if line.part(theme + 1) is Part.CELL and line.part(theme + 2) is Part.COUNTRY and not line.gap(theme + 2):
            return self._code(theme + 2)
        if line.part(theme - 1) is Part.RELATIVE and line.part(theme - 2) is Part.COUNTRY:
            return self._code(theme - 2)
        if line.part(theme - 1) is Part.COUNTRY and line.text(theme - 1).isascii() and line.gap(theme) <= 1:
            return self._code(theme - 1)
        first = 0
        while line.part(first) in (Part.OWNER, Part.NEUTRAL, Part.OPENER):
            first += 1
        if first and line.part(first) is Part.COUNTRY and line.pieces[0].start == 0 and line.loose(0, first) == 0:
            return self._code(first)
        return ""

    def _code(self, position: int) -> str:
        ids = self.ids(position)
        return ids[0] if ids else ""
