"""What keeps a Khmer cue from counting: guards by their scope."""

from collections.abc import Iterator, Sequence

from monitor.model import Modality
from monitor.status.khmer.actors import Actors
from monitor.status.khmer.cues import KhmerCues, Part, Piece
from monitor.status.khmer.line import BOUNDARIES, Line
from monitor.status.khmer.themes import Themes
from monitor.status.khmer.times import ACTIVITY, Times
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
_WISHES = frozenset(("call", "invitation", "plan"))
_NEAR = frozenset(("future", "modal"))
_WIDE = frozenset(("question", "hearsay", "untrue"))
_SENTENCE = frozenset(("tail", "agenda", "soon", *_WIDE))
_OWN_WORDS = frozenset((("announce", "soon"), ("announce", "plan"), ("absent", "negation")))
"""Pairs of an act and the guard that its own words hold."""
_ASIDE = _SENTENCE - {"soon"}
_SUBORDINATORS = frozenset(("after", "although", "before", "condition"))
_NONE = ("គ្មាន", "ពុំមាន", "មិនមាន")
"""With a noun: "no decision on X was …"; it reaches over the name."""
_FRONTED = 24
"""Letters a fronted "after …" must at least have before the subject of the main clause."""
_REACH = 24
_SLACK = 2


class Scopes:
    """The guards that reach the cues of one line."""

    def __init__(self, line: Line, themes: Themes, actors: Actors, times: Times, cues: KhmerCues) -> None:
        self._line = line
        self._themes = themes
        self._actors = actors
        self._times = times
        self._cues = cues

    def hedges(self, index: int, act: str) -> Iterator[Hedge]:
        """Every guard that reaches the cue at `index`."""
        yield from self._before(index, act)
        line = self._line
        done = self._times.done_before(index)
        for position, piece in enumerate(line.pieces):
            if piece.part is not Part.GUARD or piece.value not in _SENTENCE:
                stopped = piece.value == "fail" and act != "withdraw"
                if piece.value == "negation" and index < position and line.key[: piece.start].endswith("("):
                    yield self._hedge(piece)
                if piece.part is Part.GUARD and stopped and self._follows(index, position, act):
                    yield self._hedge(piece)
            elif (
                (piece.value in _WIDE and not self._set_right(position, index))
                or (piece.value == "agenda" and position < index and not done)
                or (piece.value == "soon" and act != "announce" and self._follows(index, position, act))
                or (
                    piece.value == "tail"
                    and self._follows(index, position, act)
                    and self._not_yet(index, position, act)
                )
            ):
                yield self._hedge(piece)

    def _set_right(self, position: int, index: int) -> bool:
        """ "… is a misunderstanding; in fact X is in force": what is so follows."""
        return any(piece.value == "fact" for piece in self._line.between(position, index))

    def _follows(self, index: int, position: int, act: str) -> bool:
        """Whether a guard behind the cue belongs to it."""
        concession = any(
            piece.part is Part.GUARD and piece.value in ("condition", "although", "after")
            for piece in self._line.between(index, position)
        )
        return position > index and act != "absent" and not concession and self._same_clause(index, position)

    def _not_yet(self, index: int, position: int, act: str) -> bool:
        """Whether នៅឡើយ is "not yet" rather than "still", and not the end of another verb's "not … yet"."""
        line = self._line
        for place in range(position - 1, -1, -1):
            denies = line.part(place) is Part.GUARD and line.pieces[place].value == "negation"
            if denies or (line.part(place) is Part.ACT and line.pieces[place].value == "absent"):
                return denies and place < index and self._governs(place, index)
        return not (act in ACTIVITY or self._times.goes_on(index))

    def _before(self, index: int, act: str) -> Iterator[Hedge]:
        line = self._line
        subordinate = joined = False
        if self._themes.as_attribute(index):
            return
        for position in range(index - 1, -1, -1):
            piece = line.pieces[position]
            joined = joined or piece.value == "same"
            if (piece.part in BOUNDARIES and piece.value != "same") or self._because(position):
                break
            if joined and piece.value != "condition":
                continue
            subordinate = subordinate or piece.value in _SUBORDINATORS
            if (
                piece.part is Part.ACT
                and piece.value == "absent"
                and act != "absent"
                and not subordinate
                and not self._themes.of(position, "absent")
            ):
                why = f"the text says that nobody did (“{line.text(position)}”)"
                yield Hedge(Span(piece.start, piece.end, "km.guard.nobody"), Modality.ASSERTED, why, True)
            if piece.part is not Part.GUARD or piece.value in _ASIDE or not self._governs(position, index):
                continue
            if not self._exempt(position, index, act):
                yield self._hedge(piece)

    def _exempt(self, position: int, index: int, act: str) -> bool:
        """Whether the guard at `position` is part of what the act says: a plan announces, an invitation consults."""
        line = self._line
        guard = line.pieces[position].value
        if guard == "purpose" and act == "consult" and not self._themes.behind(index):
            return True
        if guard == "purpose" and act in ACTIVITY:
            return self._met(position) or (act != "draft" and self._times.done_before(index))
        if act == "consult" and guard == "invitation":
            return line.part(position - 1) is not Part.RELATIVE
        return (act, guard) in _OWN_WORDS or self._past_passive(position, index)

    def _met(self, position: int) -> bool:
        """ "Holds a meeting to discuss X": what the meeting is for is what is being done."""
        return not self._times.looks_ahead() and any(
            piece.part is Part.CEREMONY for piece in self._line.pieces[:position]
        )

    def _because(self, position: int) -> bool:
        """ "… , for the draft law is …": ដោយ before a name opens a clause of its own."""
        line = self._line
        following = line.part(position + 1)
        opens = line.part(position) is Part.BY and following in (Part.DRAFT, Part.INSTRUMENT)
        return opens and line.gap(position + 1) == 0

    def _past_passive(self, position: int, index: int) -> bool:
        """ត្រូវ is "must", but a passive of the past with "already" or "on (past day)" behind it."""
        return self._line.text(position) == "ត្រូវ" and self._times.completed(index)

    def _same_clause(self, first: int, last: int) -> bool:
        return not any(piece.part in (*BOUNDARIES, Part.ACT) for piece in self._line.between(first, last))

    def _governs(self, position: int, index: int) -> bool:
        """Whether the guard at `position` reaches the cue at `index`."""
        line = self._line
        guard, cue = line.pieces[position], line.pieces[index]
        between = line.between(position, index)
        if any(piece.value == "although" for piece in between):
            return False
        if guard.value in _NEAR:
            if any(piece.part in (*BOUNDARIES, Part.RELATIVE, Part.INSTRUMENT) for piece in between):
                return self._still_ahead(between)
            return cue.start - guard.end - sum(piece.end - piece.start for piece in between) <= _REACH
        if guard.value in ("negation", "fail"):
            if line.text(position).endswith("ថា") or self._not_said(between):
                return True
            if "៖" in line.key[guard.end : cue.start]:
                return False
            if guard.value == "fail" and self._times.goes_on(index):
                return False
            if line.text(position).startswith(_NONE) and not any(piece.part is Part.ACT for piece in between):
                return True
            if any(piece.part is Part.RELATIVE or piece.value in _SUBORDINATORS for piece in between):
                return False
            return self._negates(guard, between)
        if guard.value in _WISHES and self._told_in_passing(position, index):
            return False
        if guard.value in ("after", "although"):
            return not (self._closed(position, index) or self._times.told(position, index))
        if guard.value == "before":
            return not (self._main_clause(position, index) or self._times.past_day(index))
        if guard.value == "causative":
            return self._made_to(position)
        if guard.value == "purpose":
            return not (any(piece.part is Part.RELATIVE for piece in between) or self._main_clause(position, index))
        return True

    def _made_to(self, position: int) -> bool:
        """ "Told the ministry to …": ឱ្យ with somebody behind it; not "sent back to the ministry"."""
        line = self._line
        if line.part(position + 1) is not Part.BODY or line.gap(position + 1) > _SLACK:
            return False
        return not any(piece.part is Part.ACT and piece.value == "return" for piece in line.pieces[:position])

    def _told_in_passing(self, position: int, index: int) -> bool:
        """ "Thanked the assembly that has adopted X": a relative clause with a past of its own."""
        line = self._line
        if line.part(position - 1) is Part.RELATIVE and any(
            piece.part is Part.PASSIVE for piece in line.between(position, index)
        ):
            return True
        for place in range(position + 1, index):
            if line.part(place) is Part.RELATIVE:
                following = place + 2 if line.part(place + 1) is Part.BODY else place + 1
                return line.part(following) in (Part.DONE, Part.PASSIVE) or line.part(place + 1) is Part.BODY
        return False

    def _not_said(self, between: Sequence[Piece]) -> bool:
        """ "Never said that X was adopted": what the denied verb introduces is not told."""
        for piece in between:
            if piece.part in (Part.INSTRUMENT, Part.RELATIVE, *BOUNDARIES):
                return False
            if self._line.key[piece.start : piece.end].endswith("ថា"):
                return True
        return False

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
        between = line.between(position, index)
        for number, piece in enumerate(between):
            if piece.part is Part.BODY and not any(
                item.part in (Part.ACT, Part.INSTRUMENT) for item in between[:number]
            ):
                if any(item.part is Part.ACT for item in between[number:]):
                    continue
                if number and any(item.part is Part.DONE for item in between[number:]):
                    return True
        return self._main_clause(position, index)

    def _main_clause(self, position: int, index: int) -> bool:
        """Whether a subordinate clause begun at `position` had its verb, and a body with its own verb follows."""
        line = self._line
        acted = named = False
        for place in range(position + 1, index):
            part = line.part(place)
            if part is Part.INSTRUMENT and line.pieces[place].start - line.pieces[position].end > _FRONTED:
                named = True
            if part is Part.ACT:
                acted = True
            elif acted and part is Part.INSTRUMENT:
                named = True
            elif named and part is Part.PASSIVE:
                return True
            elif (
                acted and part is Part.BODY and not self._actors.receives(place) and line.part(place - 1) is not Part.BY
            ):
                return any(item.part in (Part.DONE, Part.PROGRESSIVE) for item in line.between(place, index))
        return False

    def guard(self, position: int) -> Iterator[Hedge]:
        """The guard at `position`, if one stands there."""
        if self._line.part(position) is Part.GUARD:
            yield self._hedge(self._line.pieces[position])

    def _hedge(self, piece: Piece) -> Hedge:
        guard = self._cues.guards[piece.value]
        return Hedge(
            Span(piece.start, piece.end, f"km.guard.{piece.value}"),
            _MODALITY[guard.kind],
            f"{guard.why} (“{self._line.key[piece.start : piece.end]}”)",
            guard.kind == "negative",
        )
