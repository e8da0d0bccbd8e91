"""What keeps a Khmer cue from counting: guards by their scope, and the want of any sign that it was done."""

import re
from collections.abc import Iterator, Sequence

from monitor.model import Modality
from monitor.status.khmer.actors import Actors
from monitor.status.khmer.cues import KhmerCues, Part, Piece
from monitor.status.khmer.line import BOUNDARIES, Line
from monitor.status.khmer.themes import INTRANSITIVE, Themes
from monitor.status.reading import Hedge, Span

_MODALITY = {
    "negative": Modality.ASSERTED,
    "future": Modality.FUTURE,
    "possible": Modality.POSSIBLE,
    "conditional": Modality.CONDITIONAL,
    "purpose": Modality.PURPOSE,
    "question": Modality.QUESTION,
    "call": Modality.CALL,
}
ACTIVITY = frozenset(("draft", "review", "consult"))
_STATES = frozenset(("absent", "announce"))
_WISHES = frozenset(("call", "invitation", "plan"))
_NEAR = frozenset(("future", "modal"))
_WIDE = frozenset(("question", "hearsay", "untrue"))
_SENTENCE = frozenset(("tail", "agenda", "soon", *_WIDE))
_KRAM = re.compile("នស/រកម/[0-9]{4}/[0-9]{3}")
_ASIDE = _SENTENCE - {"soon"}
_REACH = 24
_SLACK = 2
_CROSSED = frozenset(
    {
        *(Part.ADVERB, Part.NEUTRAL, Part.LINK, Part.OPENER, Part.BY, Part.TOWARDS, Part.BACK, Part.FROM, Part.OWNER),
        *(Part.CEREMONY, Part.COUNTRY, Part.DRAFT, Part.ACT, Part.AND, Part.PROGRESSIVE, Part.GUARD, Part.AFTER),
        *(Part.SINCE, Part.TODAY, Part.ASPECT, Part.NOMINAL, Part.FACTIVE, Part.OFFICE),
    }
)
"""What may stand between an auxiliary and its verb."""


class Scopes:
    """The hedges of the cues of one line."""

    def __init__(self, line: Line, themes: Themes, actors: Actors, cues: KhmerCues) -> None:
        self._line = line
        self._themes = themes
        self._actors = actors
        self._cues = cues

    def hedges(self, index: int, act: str) -> Iterator[Hedge]:
        """Every guard that reaches the cue at `index`."""
        yield from self._before(index, act)
        line = self._line
        negated = any(line.part(p) is Part.GUARD and line.pieces[p].value == "negation" for p in range(index))
        done = self._done_before(index)
        for position, piece in enumerate(line.pieces):
            if piece.part is not Part.GUARD or piece.value not in _SENTENCE:
                if piece.part is Part.GUARD and piece.value == "fail" and self._follows(index, position, act):
                    yield self._hedge(piece)
            elif (
                piece.value in _WIDE
                or (piece.value == "agenda" and line.pieces[index].start >= piece.start and not done)
                or (piece.value == "soon" and self._follows(index, position, act))
                or (
                    piece.value == "tail"
                    and self._follows(index, position, act)
                    and self._not_yet(index, act, negated=negated)
                )
            ):
                yield self._hedge(piece)

    def _follows(self, index: int, position: int, act: str) -> bool:
        """Whether a guard behind the cue belongs to it."""
        concession = any(
            piece.part is Part.GUARD and piece.value == "condition" for piece in self._line.between(index, position)
        )
        return position > index and act != "absent" and not concession and self._same_clause(index, position)

    def _not_yet(self, index: int, act: str, *, negated: bool) -> bool:
        """Whether នៅឡើយ is "not yet" rather than "still"."""
        return negated or not (act in ACTIVITY or self._still(index))

    def _before(self, index: int, act: str) -> Iterator[Hedge]:
        line = self._line
        for position in range(index - 1, -1, -1):
            piece = line.pieces[position]
            if piece.part in BOUNDARIES or self._because(position):
                break
            if (
                piece.part is Part.ACT
                and piece.value == "absent"
                and act != "absent"
                and not self._themes.of(position, "absent")
            ):
                why = f"the text says that nobody did (“{line.text(position)}”)"
                yield Hedge(Span(piece.start, piece.end, "km.guard.nobody"), Modality.ASSERTED, why, True)
            if piece.part is not Part.GUARD or piece.value in _ASIDE or not self._governs(position, index):
                continue
            if piece.value == "purpose" and act in ACTIVITY and self._done_before(index):
                continue
            if act == "absent" and piece.value == "negation":
                continue
            if act == "consult" and piece.value == "invitation" and line.part(position - 1) is not Part.RELATIVE:
                continue
            if self._past_passive(position, index):
                continue
            yield self._hedge(piece)

    def _because(self, position: int) -> bool:
        """ "… , for the draft law is …": ដោយ before a name opens a clause of its own."""
        line = self._line
        following = line.part(position + 1)
        opens = line.part(position) is Part.BY and following in (Part.DRAFT, Part.INSTRUMENT)
        return opens and line.gap(position + 1) == 0

    def _done_before(self, index: int) -> bool:
        return any(piece.part in (Part.DONE, Part.PASSIVE) for piece in self._line.pieces[:index])

    def _still(self, index: int) -> bool:
        """ "… is still being drafted": the tail is no negation under a progressive."""
        if self._line.text(index).startswith(("នៅ", "កំពុង", "ស្ថិត")):
            return True
        return any(piece.part is Part.PROGRESSIVE for piece in self._line.pieces[max(0, index - 4) : index])

    def _past_passive(self, position: int, index: int) -> bool:
        """ត្រូវ is "must", but a passive of the past with "already" or "on (past day)" behind it."""
        return self._line.text(position) == "ត្រូវ" and self.completed(index)

    def _same_clause(self, first: int, last: int) -> bool:
        return not any(piece.part in (*BOUNDARIES, Part.ACT) for piece in self._line.between(first, last))

    def _governs(self, position: int, index: int) -> bool:
        """Whether the guard at `position` reaches the cue at `index`."""
        line = self._line
        guard, cue = line.pieces[position], line.pieces[index]
        between = line.between(position, index)
        if guard.value in _NEAR:
            if any(piece.part in (*BOUNDARIES, Part.RELATIVE, Part.INSTRUMENT) for piece in between):
                return self._still_ahead(between)
            return cue.start - guard.end - sum(piece.end - piece.start for piece in between) <= _REACH
        if guard.value in ("negation", "fail"):
            if any(piece.part is Part.RELATIVE for piece in between):
                return False
            return self._negates(guard, between)
        if guard.value in _WISHES and self._told_in_passing(position, index):
            return False
        if guard.value == "condition":
            return not self._closed(position, index)
        if guard.value == "before":
            return not self._main_clause(position, index)
        if guard.value == "causative":
            return self._made_to(position)
        return not (guard.value == "purpose" and any(piece.part is Part.RELATIVE for piece in between))

    def _made_to(self, position: int) -> bool:
        """ "Told the ministry to …": ឱ្យ with somebody behind it; not "sent back to the ministry"."""
        line = self._line
        if line.part(position + 1) is not Part.BODY or line.gap(position + 1) > _SLACK:
            return False
        return not any(piece.part is Part.ACT and piece.value == "return" for piece in line.pieces[:position])

    def _told_in_passing(self, position: int, index: int) -> bool:
        """ "Thanked the assembly that has adopted X": a relative clause with a past of its own."""
        line = self._line
        return any(
            line.part(place) is Part.RELATIVE and line.part(place + 1) in (Part.DONE, Part.PASSIVE)
            for place in range(position + 1, index)
        )

    def _still_ahead(self, between: Sequence[Piece]) -> bool:
        """ "Will take X and adopt it": the future lasts until something is told as done, or another clause begins."""
        ends = (*BOUNDARIES, Part.RELATIVE, Part.THAT, Part.DONE, Part.PASSIVE, Part.PROGRESSIVE, Part.SINCE)
        return not any(piece.part in ends for piece in between)

    def _negates(self, guard: Piece, between: Sequence[Piece]) -> bool:
        acts = [piece for piece in between if piece.part is Part.ACT]
        chain = (Part.ACT, Part.AND, Part.NOMINAL, Part.NEUTRAL, Part.DONE, Part.LINK, Part.ADVERB)
        if acts and not all(piece.part in chain for piece in between):
            return False
        return guard.value == "fail" or not any(piece.part is Part.INSTRUMENT for piece in between)

    def _closed(self, position: int, index: int) -> bool:
        """ "After two years of work, …" and "after the Cabinet had agreed, the assembly adopted …"."""
        line = self._line
        if line.text(position) not in ("បន្ទាប់ពី", "ក្រោយពី", "ក្រោយពេល", "បន្ទាប់ពីបាន", "នៅពេល", "ក្រោយ"):
            return False
        between = line.between(position, index)
        for number, piece in enumerate(between):
            if piece.part is Part.BODY and not any(
                item.part in (Part.ACT, Part.INSTRUMENT) for item in between[:number]
            ):
                if any(item.part is Part.ACT for item in between[number:]):
                    continue
                return any(item.part is Part.DONE for item in between[number:]) and number > 0
        return self._main_clause(position, index)

    def _main_clause(self, position: int, index: int) -> bool:
        """Whether a subordinate clause begun at `position` had its verb, and a body with its own verb follows."""
        line = self._line
        acted = False
        for place in range(position + 1, index):
            part = line.part(place)
            if part is Part.ACT:
                acted = True
            elif (
                acted and part is Part.BODY and not self._actors.receives(place) and line.part(place - 1) is not Part.BY
            ):
                return any(item.part in (Part.DONE, Part.PROGRESSIVE) for item in line.between(place, index))
        return False

    # ------------------------------------------------------------ was it done?

    def completed(self, index: int) -> bool:
        """Whether "already", "since" or "on (past day)" follows in the clause."""
        line = self._line
        for position in range(index + 1, len(line.pieces)):
            part = line.part(position)
            if part in (Part.AFTER, Part.SINCE) or (part is Part.DONE and line.text(position) in ("ហើយ", "រួច")):
                return True
            if part in (*BOUNDARIES, Part.ACT, Part.GUARD, Part.RELATIVE):
                break
        return False

    def undone(self, index: int, act: str, themes: Sequence[int]) -> Hedge | None:
        """A hedge if nothing says that the act of the cue at `index` took place, or if it is only under way."""
        if act in ACTIVITY or act in _STATES:
            return None
        cue = self._line.pieces[index]
        before = index - 1
        while self._line.part(before) in (Part.ACT, Part.AND, Part.ADVERB, Part.NEUTRAL):
            before -= 1
        if self._line.part(before) is Part.PROGRESSIVE and act not in ("enter_force",):
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
        return agreed and cues[index].value not in ("approve", "adopt", "constitutional")

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
        if self.completed(index) or act in INTRANSITIVE or line.text(index).startswith(("បាន", "ត្រូវបាន")):
            return True
        if act == "promulgate" and _KRAM.search(line.key):
            return True
        crossed = False
        for position in range(index - 1, -1, -1):
            part = line.part(position)
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
                return position in themes and line.loose(position, index) == 0 and not line.part(position - 1)
            if part not in _CROSSED and part is not Part.INSTRUMENT:
                return False
        return self._line.part(index - 1) is None and line.gap(index) == 0

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

    # ------------------------------------------------------------ nominal forms

    def nominal(self, index: int, act: str) -> list[Hedge] | None:
        """None for a verb; for "the adoption of" what keeps it from counting (nothing under "welcomed")."""
        line = self._line
        first = index
        while line.gap(first) == 0 and (
            line.part(first - 1) is Part.ACT or (line.part(first - 1) is Part.AND and line.part(first - 2) is Part.ACT)
        ):
            first -= 1
        previous = line.part(first - 1)
        if line.gap(first) == 0 and previous is Part.OTHER_OBJECT:
            return [self._unsaid(index)]
        if line.gap(first) or previous not in (Part.NOMINAL, Part.FACTIVE, Part.CEREMONY):
            return None
        if act in ACTIVITY:
            return self._nominal_activity(first, index, act)
        if previous is Part.FACTIVE or any(piece.part is Part.FACTIVE for piece in line.pieces[: first - 1]):
            return []
        if previous is Part.CEREMONY and line.text(first - 1) == "ពិធី":
            return []
        return [self._unsaid(index)]

    def _nominal_activity(self, first: int, index: int, act: str) -> list[Hedge] | None:
        """Drafting as a noun counts under "began", "finished", "goes on"; a meeting to discuss is an event itself."""
        line = self._line
        if line.part(first - 1) is Part.CEREMONY or act == "consult":
            return None
        around = [*line.pieces[max(0, first - 4) : first], *line.pieces[index + 1 : index + 6]]
        if any(piece.part is Part.ASPECT for piece in around):
            return None
        if line.part(first - 2) is Part.OPENER and self._done_before(index):
            return None
        return [self._unsaid(index)]

    def _unsaid(self, index: int) -> Hedge:
        cue = self._line.pieces[index]
        why = "the text speaks of it without saying that it took place"
        return Hedge(Span(cue.start, cue.end, "km.guard.nominal"), Modality.POSSIBLE, why)

    def _hedge(self, piece: Piece) -> Hedge:
        guard = self._cues.guards[piece.value]
        return Hedge(
            Span(piece.start, piece.end, f"km.guard.{piece.value}"),
            _MODALITY[guard.kind],
            f"{guard.why} (“{self._line.key[piece.start : piece.end]}”)",
            guard.kind == "negative",
        )
