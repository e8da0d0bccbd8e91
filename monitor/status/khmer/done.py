"""Whether a Khmer cue says that the act took place: a verb that is done, a noun that only speaks of it."""

import re
from collections.abc import Sequence

from monitor.model import Modality
from monitor.status.khmer.actors import Actors
from monitor.status.khmer.cues import Part
from monitor.status.khmer.line import Line
from monitor.status.khmer.themes import INTRANSITIVE
from monitor.status.khmer.times import ACTIVITY, Times
from monitor.status.reading import Hedge, Span

_STATES = frozenset(("absent", "announce"))
_KRAM = re.compile("(?:នស/រកម|NS/RKM)/[0-9]{4}/[0-9]{3}")
_SLACK = 2
_CROSSED = frozenset(
    {
        *(Part.ADVERB, Part.NEUTRAL, Part.LINK, Part.OPENER, Part.BY, Part.TOWARDS, Part.BACK, Part.FROM, Part.OWNER),
        *(Part.CEREMONY, Part.COUNTRY, Part.DRAFT, Part.ACT, Part.AND, Part.PROGRESSIVE, Part.GUARD, Part.AFTER),
        *(Part.SINCE, Part.TODAY, Part.ASPECT, Part.NOMINAL, Part.FACTIVE, Part.OFFICE),
    }
)
"""What may stand between an auxiliary and its verb."""

_AGENTS = frozenset((Part.BODY, Part.INSTRUMENT, Part.COUNTRY))
_WHEN = re.compile("ក្រោយ|បន្ទាប់|ទន្ទឹម|ស្រប|ភ្លាម|តាមរយៈ")
"""Factives of time: "after the adoption of X, firms will …" tells nothing done."""


class Done:
    """The want of any sign that the act of a cue of one line was done."""

    def __init__(self, line: Line, actors: Actors, times: Times) -> None:
        self._line = line
        self._actors = actors
        self._times = times

    def undone(self, index: int, act: str, themes: Sequence[int]) -> Hedge | None:
        """A hedge if nothing says that the act of the cue at `index` took place, or if it is only under way."""
        if act in ACTIVITY or act in _STATES:
            return None
        cue = self._line.pieces[index]
        before = index - 1
        while self._line.part(before) in (Part.ACT, Part.AND, Part.ADVERB, Part.NEUTRAL):
            before -= 1
        if self._line.part(before) is Part.PROGRESSIVE and act not in ("enter_force", "launch", "arrive"):
            why = f"it is under way, not done (“{self._line.text(before)}”)"
        elif self._line.part(index - 1) is Part.ACT and self._agreed(index):
            why = "it was only agreed that it should be done"
        elif self._handed_over(index):
            why = "it is what the text was handed over for"
        elif self._realised(index, act, themes):
            return None
        else:
            why = "nothing says that it was done"
        return Hedge(Span(cue.start, cue.end, "km.guard.undone"), Modality.POSSIBLE, why)

    def _agreed(self, index: int) -> bool:
        """ "Agreed to send X" does not send it."""
        cues = self._line.pieces
        agreed = cues[index - 1].value == "approve" and self._line.gap(index) == 0
        return agreed and cues[index].value not in ("approve", "adopt", "constitutional") and not self.on_agenda(index)

    def on_agenda(self, index: int) -> bool:
        """ "Put X on the agenda" of the house: that hands it to the house."""
        line = self._line
        if line.pieces[index].value != "submit":
            return False
        for position in range(index + 1, len(line.pieces)):
            if line.part(position) is Part.GUARD and line.pieces[position].value == "agenda":
                return True
            if line.part(position) not in (Part.DRAFT, Part.INSTRUMENT, Part.OPENER, Part.LINK, Part.TOWARDS, Part.AND):
                return False
        return False

    def _handed_over(self, index: int) -> bool:
        """ "Sent X to the assembly to examine and adopt": no verb behind the receiver is told as done."""
        line = self._line
        for position in range(index - 1, -1, -1):
            piece = line.pieces[position]
            if piece.part in (Part.DONE, Part.PASSIVE, Part.CLAUSE, Part.CELL, Part.THAT):
                return False
            if piece.part is Part.ACT and piece.value in ("submit", "return", "receive"):
                return any(item.part in (Part.BODY, Part.INSTRUMENT) for item in line.between(position, index))
        return False

    def _realised(self, index: int, act: str, themes: Sequence[int]) -> bool:
        line = self._line
        cue = line.text(index)
        if self._times.completed(index) or act in INTRANSITIVE or cue.startswith(("បាន", "ត្រូវបាន")) or cue.isascii():
            return True
        if act == "promulgate" and _KRAM.search(line.key):
            return True
        crossed = False
        for position in range(index - 1, -1, -1):
            part = line.part(position)
            if part is Part.GUARD and line.pieces[position].value == "after" and line.loose(position, index) <= _SLACK:
                return self._times.told(position, index)
            if part in (Part.DONE, Part.PASSIVE) or (
                part in (Part.CLAUSE, Part.GUARD) and line.text(position).endswith("បាន")
            ):
                return self._near(position, index) or part is Part.PASSIVE
            if part is Part.CELL:
                return line.loose(position, index) <= _SLACK
            if part is Part.BODY:
                if not crossed and self._is_headline(position, index):
                    return True
                continue
            if part is Part.OTHER_OBJECT and line.part(index - 1) is Part.AND:
                continue
            if part is Part.COUNTRY and not position and not crossed and line.loose(position, index) <= _SLACK:
                return True
            if part is Part.ACT:
                crossed = crossed or line.part(position + 1) is not Part.ACT
            if part is Part.INSTRUMENT and line.part(index - 1) not in (Part.AND, Part.BY) and act != "amend":
                first = position in themes and line.loose(position, index) == 0 and not line.part(position - 1)
                return first or self._plainly_told(index)
            if part not in _CROSSED and part is not Part.INSTRUMENT:
                return self._plainly_told(index)
        return (self._line.part(index - 1) is None and line.gap(index) == 0) or self._plainly_told(index)

    def _plainly_told(self, index: int) -> bool:
        """A verb without any auxiliary in a sentence that hedges nothing, as headlines tell what was done."""
        line = self._line
        before = {piece.part for piece in line.pieces[:index]}
        if before & {Part.GUARD, Part.CELL, Part.THAT, Part.NOMINAL} or not before & _AGENTS:
            return False
        return not any(piece.part is Part.OTHER_OBJECT for piece in line.pieces[:index])

    def _is_headline(self, body: int, index: int) -> bool:
        """ "Cabinet approves X": body and verb side by side, the body being the subject itself."""
        line = self._line
        if self._actors.receives(body) or self._actors.head(body) is None or line.loose(body, index) > _SLACK:
            return False
        if any(piece.part is Part.LINK for piece in line.between(body, index)):
            return False
        between = line.key[line.pieces[body].end : line.pieces[index].start]
        return line.part(body - 1) is not Part.RELATIVE and "៖" not in between.lstrip("៖ ")

    def _near(self, done: int, index: int) -> bool:
        """Whether the verb belongs to the auxiliary: nothing unknown between, or coordinated with what is."""
        line = self._line
        start = index
        while start - 1 > done and line.part(start - 1) in (Part.ACT, Part.AND, Part.ADVERB):
            start -= 1
        if line.part(start) is Part.AND or line.part(index - 1) in (Part.AND, Part.BY):
            return True
        return line.loose(done, index) <= _SLACK

    def nominal(self, index: int, act: str) -> list[Hedge] | None:
        """None for a verb; for "the adoption of" what keeps it from counting (nothing under "welcomed")."""
        line = self._line
        first = index
        while line.gap(first) == 0 and (
            line.part(first - 1) is Part.ACT or (line.part(first - 1) is Part.AND and line.part(first - 2) is Part.ACT)
        ):
            first -= 1
        previous = line.part(first - 1)
        if line.text(first).startswith(("បាន", "ត្រូវបាន")):
            return None
        if self._inside_another(first):
            return [self._unsaid(index)]
        if line.gap(first) == 0 and previous is Part.OTHER_OBJECT:
            return [self._unsaid(index)]
        if line.gap(first) or previous not in (Part.NOMINAL, Part.FACTIVE, Part.CEREMONY):
            return None
        if act in ACTIVITY:
            return self._nominal_activity(first, index, act)
        if previous is Part.FACTIVE and _WHEN.match(line.text(first - 1)) and self._times.looks_ahead():
            return [self._unsaid(index)]
        if previous is Part.FACTIVE or any(piece.part is Part.FACTIVE for piece in line.pieces[: first - 1]):
            return []
        if (
            previous is Part.CEREMONY
            and line.text(first - 1) == "ពិធី"
            and not (self._times.goes_on(first - 1) or self._times.goes_on(max(first - 2, 0)))
        ):
            return []
        if previous is Part.NOMINAL and self._times.past_day(index) and not self._times.looks_ahead():
            return []
        return [self._unsaid(index)]

    def _inside_another(self, first: int) -> bool:
        """ "The minutes of the meeting on the drafting of X": the act is what something else is about."""
        line = self._line
        crossed = False
        for place in range(first - 1, -1, -1):
            part = line.part(place)
            if part is Part.OTHER_OBJECT:
                return crossed
            if part not in (Part.LINK, Part.NOMINAL, Part.ASPECT, Part.CEREMONY, Part.OWNER, Part.OPENER):
                return False
            crossed = crossed or part in (Part.LINK, Part.NOMINAL, Part.OWNER, Part.ASPECT)
        return False

    def _nominal_activity(self, first: int, index: int, act: str) -> list[Hedge] | None:
        """Drafting as a noun counts under "began", "finished", "goes on"; a meeting to discuss is an event itself."""
        line = self._line
        if line.part(first - 1) is Part.CEREMONY or act == "consult":
            return None
        around = [*line.pieces[max(0, first - 4) : first], *line.pieces[index + 1 : index + 6]]
        if any(piece.part is Part.ASPECT for piece in around):
            return None
        if line.part(first - 2) is Part.OPENER and self._times.done_before(index):
            return None
        return [self._unsaid(index)]

    def _unsaid(self, index: int) -> Hedge:
        cue = self._line.pieces[index]
        why = "the text speaks of it without saying that it took place"
        return Hedge(Span(cue.start, cue.end, "km.guard.nominal"), Modality.POSSIBLE, why)
