"""One Khmer sentence: pieces to themes, actors and guards, and these to readings."""

from collections.abc import Iterator, Sequence

from monitor.model import Flag, Instrument, InstrumentType, Modality, Packs
from monitor.packs.language import Language
from monitor.status.khmer.actors import Actors
from monitor.status.khmer.context import Context
from monitor.status.khmer.cues import KhmerCues, Part, Piece
from monitor.status.khmer.line import BOUNDARIES, Line
from monitor.status.khmer.scopes import ACTIVITY, Scopes
from monitor.status.khmer.themes import INTRANSITIVE, Themes
from monitor.status.names import Name
from monitor.status.reading import Hedge, Reading, Span

_ACT_OF = {"receive": "submit", "arrive": "submit", "constitutional": "approve"}
"""Cues with a grammar of their own, and the act they tell."""
_LAWMAKERS = frozenset(("lower_house", "upper_house", "head_of_state", "parliament", "country", "constitutional"))
_AMENDABLE = frozenset(("adopt", "approve", "promulgate", "sign", "launch", "issue"))
_STUDIED = ("សិក្សា", "វាយតម្លៃ", "ត្រួតពិនិត្យ")
_OPENED = ("(", "|", "៖", ":", "-")
"""What may stand between a title and its state."""
_DRAFTED = "សេចក្តីព្រាង"


class Khmer:
    """Reads Khmer sentences with the vocabulary of `lang/km.toml`."""

    def __init__(self, language: Language, packs: Packs) -> None:
        self._cues = KhmerCues(language)
        self._context = Context(language, packs.instruments)
        self._packs = packs
        self._home = next((item.jurisdiction for item in packs.instruments.values() if len(item.jurisdiction) == 2), "")

    def names_another(self, key: str, names: Sequence[Name]) -> bool:
        """Whether `key` names an instrument that is not tracked."""
        return self._context.names_another(key, names)

    def readings(self, key: str, names: Sequence[Name], topic: tuple[str, ...] | None) -> list[Reading]:
        """The readings of the sentence `key`; `topic` is what "this law" or the field of a card may stand for."""
        pieces = self._context.resolve(self._cues.pieces(key, names), topic)
        dated = ""
        if not any(piece.part is Part.INSTRUMENT for piece in pieces):
            field = self._context.field(key, topic) if topic else None
            if field is None:
                return []
            subject, dated = field
            pieces = [subject, *(piece for piece in pieces if piece.start >= subject.start)]
        sentence = _Sentence(Line(key, pieces), self._cues, self._packs, self._home)
        return list(sentence.dated(dated) if dated else sentence.readings())


class _Sentence:
    def __init__(self, line: Line, cues: KhmerCues, packs: Packs, home: str) -> None:
        self._line = line
        self._packs = packs
        self._themes = Themes(line)
        self._actors = Actors(line, home)
        self._scopes = Scopes(line, self._themes, self._actors, cues)

    def readings(self) -> Iterator[Reading]:
        for index, piece in enumerate(self._line.pieces):
            if piece.part is Part.ACT:
                yield from self._of(index, piece.value)
        yield from self._drafts()

    def dated(self, act: str) -> Iterator[Reading]:
        """A card field such as "Adopted: 2 April 2026"."""
        yield self._reading(act, 0, 0, [], nominal=False)

    # ------------------------------------------------------------ one cue

    def _of(self, index: int, act: str) -> Iterator[Reading]:
        themes = self._themes.of(index, act)
        if act == "submit" and self._back(index):
            act = "return"
        if not themes or not self._complete(index, act, themes):
            return
        hedges = list(self._scopes.hedges(index, act))
        nominal = self._scopes.nominal(index, act)
        if nominal is not None:
            hedges += nominal
        elif (undone := self._scopes.undone(index, act, themes)) is not None and not hedges:
            hedges.append(undone)
        told = "amend" if act in _AMENDABLE and self._of_amendment(index, themes) else act
        for theme in themes:
            yield self._reading(told, index, theme, hedges, nominal=nominal is not None)

    def _complete(self, index: int, act: str, themes: Sequence[int]) -> bool:
        """Whether the cue has what its act needs."""
        line = self._line
        if act in ("submit", "arrive"):
            return bool(self._actors.targets(index))
        if act == "receive":
            return self._actors.subject(index, -1, passive=False) is not None and themes[0] > index
        if act == "withdraw":
            return line.text(index) != "ដក" or themes[0] > index
        if act == "issue":
            return line.text(index) != "ចេញ" or self._themes.passive(index) or themes[0] > index
        if act == "constitutional":
            return "cc" in self._actors.ids(self._actors.subject(index, -1, passive=False))
        if act == "review":
            return any(self._drafted(theme) for theme in themes) or self._under_review(index, themes)
        if act == "promulgate" and line.text(index) == "ព្រះរាជក្រម":
            return line.part(index + 1) is not Part.LINK or line.adjacent(index, index + 1)
        return True

    def _under_review(self, index: int, themes: Sequence[int]) -> bool:
        """ "X (being discussed)", "X | being discussed", "the assembly is examining X": then X is a draft still."""
        line = self._line
        if line.part(index - 1) is not Part.PROGRESSIVE:
            return False
        if themes[0] < index:
            return line.key[: line.pieces[index - 1].start].rstrip().endswith(("(", "|"))
        subject = self._actors.subject(index, -1, passive=False)
        return "na" in self._actors.ids(subject) and line.text(index) not in _STUDIED

    def _back(self, index: int) -> bool:
        """ "Sent X back": the particle stands behind the object."""
        for piece in self._line.pieces[index + 1 :]:
            if piece.part is Part.BACK:
                return True
            if piece.part in (Part.ACT, *BOUNDARIES):
                break
        return False

    def _of_amendment(self, index: int, themes: Sequence[int]) -> bool:
        """ "Adopted the amendment of X", "the amendment of X was adopted"."""
        before = themes[0] - 1
        line = self._line
        return any(
            line.part(position) is Part.ACT and line.pieces[position].value == "amend"
            for position in (before, before - 1)
            if position != index and position >= 0
        )

    # ------------------------------------------------------------ drafts without a verb

    def _drafted(self, theme: int) -> bool:
        line = self._line
        if line.pieces[theme].anaphora and line.text(theme).startswith(_DRAFTED):
            return True
        if line.part(theme - 1) is Part.DRAFT and line.pieces[theme].start - line.pieces[theme - 1].end <= 12:
            return True
        return line.part(theme + 1) is Part.CELL and line.part(theme + 2) is Part.DRAFT

    def _drafts(self) -> Iterator[Reading]:
        """A bare title with "(draft)" behind it, "draft" as the value of a cell or field."""
        line = self._line
        for index in range(len(line.pieces)):
            if line.part(index) is not Part.INSTRUMENT or line.part(index + 1) not in (Part.DRAFT, Part.CELL):
                continue
            draft = index + 1 if line.part(index + 1) is Part.DRAFT else index + 2
            if line.part(draft) is not Part.DRAFT or line.part(draft + 1) is Part.INSTRUMENT:
                continue
            opened = line.key[line.pieces[index].end : line.pieces[draft].start].strip()
            if opened in _OPENED or (line.pieces[index].start == line.pieces[index].end and not opened):
                yield self._reading("draft", draft, index, [], nominal=False)

    # ------------------------------------------------------------ the reading

    def _reading(self, act: str, index: int, theme: int, hedges: Sequence[Hedge], *, nominal: bool) -> Reading:
        line, actors = self._line, self._actors
        cue, name = line.pieces[index], line.pieces[theme].name
        assert name is not None  # noqa: S101
        passive = self._themes.passive(index) or cue.value in INTRANSITIVE
        subject = actors.subject(index, theme, passive=passive and cue.value != "constitutional")
        ids, targets = actors.ids(subject), actors.targets(index)
        if cue.value == "receive":
            ids, targets = (), ids
        reading = Reading(
            name=name,
            act=_ACT_OF.get(act, act),
            cue=Span(cue.start, cue.end, f"km.act.{act}"),
            clause=self._clause(index),
            actors=ids,
            targets=targets if act in ("submit", "arrive", "receive") else (),
            actor_country=self._country(subject, min(index, theme)),
            country=actors.country_of_theme(theme),
            draft=self._drafted(theme),
            nominal=nominal,
            anaphora=line.pieces[theme].anaphora,
            present=self._present(index, act),
            object_words="" if ids or act in ACTIVITY or index == theme else actors.unknown(index, passive=passive),
            hedges=list(hedges),
        )
        if nominal:
            reading.flags.add(Flag.NOMINAL)
        if reading.anaphora:
            reading.flags.add(Flag.ANAPHORA)
        if act == "amend" and not self._may_amend(name, ids):
            reading.hedges.append(_only_proposed(cue))
        return reading

    def _country(self, subject: int | None, first: int) -> str:
        """The country of the body that acts, or that acts itself."""
        return self._actors.country_of_body(subject) if subject is not None else self._actors.country_subject(first)

    def _may_amend(self, name: Name, actors: Sequence[str]) -> bool:
        """Only those who make a law change it; a ministry or the Cabinet proposes."""
        instrument: Instrument | None = self._packs.instruments.get(name.ids[0])
        if instrument is None or instrument.type is not InstrumentType.LAW or not actors:
            return True
        bodies = (self._packs.bodies.get(actor) for actor in actors)
        return any(body is not None and body.role in _LAWMAKERS for body in bodies)

    def _present(self, index: int, act: str) -> bool:
        """Whether the verb has no sign of the past: then a date with it may be one to come."""
        parts = (Part.DONE, Part.PASSIVE, Part.AFTER, Part.SINCE, Part.PROGRESSIVE)
        return act == "enter_force" and not any(piece.part in parts for piece in self._line.pieces)

    def _clause(self, index: int) -> tuple[int, int]:
        start, end = 0, len(self._line.key)
        for piece in self._line.pieces[:index]:
            if piece.part is Part.CLAUSE:
                start = piece.end
        for piece in self._line.pieces[index + 1 :]:
            if piece.part is Part.CLAUSE:
                end = piece.start
                break
        return start, end


def _only_proposed(cue: Piece) -> Hedge:
    why = "who is named can only propose to amend a law"
    return Hedge(Span(cue.start, cue.end, "km.guard.proposed"), Modality.POSSIBLE, why)
