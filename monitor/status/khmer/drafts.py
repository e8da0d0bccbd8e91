"""What stands before a law is handed on: is the text a draft, is one announced, is a finished one revised?"""

from collections.abc import Sequence

from monitor.model import Packs, Stage
from monitor.status.khmer.actors import Actors
from monitor.status.khmer.cues import Part
from monitor.status.khmer.line import BOUNDARIES, Line
from monitor.status.khmer.times import Times

_STUDIED = ("សិក្សា", "វាយតម្លៃ", "ត្រួតពិនិត្យ")
_DRAFTED = "សេចក្តីព្រាង"
_MAKING = ("រៀបចំ", "តាក់តែង", "បង្កើត", "ព្រាង", "កសាង")
_REVISING = ("កែសម្រួល", "ធ្វើបច្ចុប្បន្នភាព", "កែតម្រូវ", "revised")
_ORDERS = ("ណែនាំ", "បង្គាប់", "បញ្ជា", "ដាក់បទបញ្ជា", "ចាត់តាំង", "ប្រគល់ភារកិច្ច")
_PLANS = ("គម្រោង", "ផែនការ")
_HURRIED = ("ពន្លឿន", "ឱ្យពន្លឿន", "ជំរុញ", "បន្ត")
"""What is hurried on has begun already."""
_UNFINISHED = frozenset((Stage.ABSENT, Stage.ANNOUNCED, Stage.DRAFTING, Stage.CONSULTATION))
_GOVERNMENT = frozenset(("head_of_government", "government", "head_of_state"))


class Drafts:
    """Asks the words around a cue of one line, and the register's baseline, how far the text has come."""

    def __init__(self, line: Line, actors: Actors, times: Times, packs: Packs) -> None:
        self._line = line
        self._actors = actors
        self._times = times
        self._packs = packs

    def drafted(self, theme: int) -> bool:
        line = self._line
        if line.text(theme).startswith(_DRAFTED) or line.text(theme)[:6].lower() == "draft ":
            return True
        if line.part(theme - 1) is Part.DRAFT and line.pieces[theme].start - line.pieces[theme - 1].end <= 12:
            return True
        return line.part(theme + 1) is Part.CELL and line.part(theme + 2) is Part.DRAFT

    def young(self, theme: int) -> bool:
        """Whether the register never saw the instrument leave the drafters' hands: to discuss it is to draft it."""
        return self._baseline(theme) in _UNFINISHED

    def unheard_of(self, theme: int) -> bool:
        """Whether the register holds that there is no such text: then to say that one will be written announces it."""
        return self._baseline(theme) is Stage.ABSENT

    def _baseline(self, theme: int) -> Stage | None:
        name = self._line.pieces[theme].name
        instrument = self._packs.instruments.get(name.ids[0]) if name is not None else None
        return instrument.stage if instrument is not None else None

    def under_review(self, index: int, themes: Sequence[int]) -> bool:
        """ "X (being discussed)", "X | being discussed", "the assembly is examining X": then X is a draft still."""
        line = self._line
        if line.text(index) in _STUDIED:
            return False
        if self._times.goes_on(index) and all(self.young(theme) for theme in themes):
            return True
        if line.part(index - 1) is not Part.PROGRESSIVE:
            return False
        if themes[0] < index:
            return line.key[: line.pieces[index - 1].start].rstrip().endswith(("(", "|"))
        subject = self._actors.subject(index, -1, passive=False)
        return "na" in self._actors.ids(subject) and line.text(index) not in _STUDIED

    def revised(self, index: int, themes: Sequence[int]) -> bool:
        """ "X was revised", said of an instrument the register holds as finished, is an amendment; not of a draft."""
        line = self._line
        if not line.text(index).startswith(_REVISING) or any(self.drafted(theme) for theme in themes):
            return False
        return not any(self.young(theme) for theme in themes) and not self._times.goes_on(index)

    def announces(self, index: int, themes: Sequence[int]) -> bool:
        """ "Announced a plan to prepare X", "the Prime Minister told the ministry to begin X": no draft yet."""
        line = self._line
        if themes[0] < index or self.drafted(themes[0]) or not any(word in line.text(index) for word in _MAKING):
            return False
        ordered = announced = planned = False
        for position in range(index - 1, -1, -1):
            piece, text = line.pieces[position], line.text(position)
            if piece.part in BOUNDARIES:
                break
            if text.startswith(_HURRIED):
                return False
            ordered = ordered or (piece.value == "call" and text.startswith(_ORDERS))
            planned = planned or piece.value == "plan" or text in _PLANS
            planned = planned or (piece.value == "future" and self.unheard_of(themes[0]))
            announced = announced or "ប្រកាស" in line.key[line.pieces[position - 1].end if position else 0 : piece.start]
            announced = announced or text.startswith("ប្រកាស")
        said = line.key[: line.pieces[index].start].removesuffix("ការ")
        if said.endswith(("ប្រកាស", "ប្រកាសពី", "ប្រកាសអំពី")):
            return True
        return (ordered and self.ordered(index)) or (announced and planned)

    def ordered(self, index: int) -> bool:
        """Whether the government or its head is named before the cue, whose order is as good as a decision."""
        roles = {body.role for body in map(self._packs.bodies.get, self.governing(index)) if body is not None}
        return bool(roles & _GOVERNMENT)

    def governing(self, index: int) -> tuple[str, ...]:
        """Every body named before the cue."""
        line = self._line
        return tuple(
            body for place in range(index) if line.part(place) is Part.BODY for body in self._actors.ids(place)
        )
