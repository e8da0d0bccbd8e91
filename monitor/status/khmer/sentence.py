"""One Khmer sentence: pieces to themes, actors and guards, and these to readings."""

import re
from collections.abc import Iterator, Sequence

from monitor.model import Flag, Instrument, InstrumentType, Modality, Packs
from monitor.packs.language import Language
from monitor.status.khmer.actors import Actors
from monitor.status.khmer.context import Context
from monitor.status.khmer.cues import KhmerCues, Part, Piece
from monitor.status.khmer.done import Done
from monitor.status.khmer.drafts import Drafts
from monitor.status.khmer.line import BOUNDARIES, Line
from monitor.status.khmer.scopes import Scopes
from monitor.status.khmer.themes import INTRANSITIVE, Themes
from monitor.status.khmer.times import ACTIVITY, Times
from monitor.status.names import Name, NameKind
from monitor.status.reading import Hedge, Reading, Span

_ACT_OF = {"receive": "submit", "arrive": "submit", "constitutional": "approve", "pass": "adopt"}
"""Cues with a grammar of their own, and the act they tell."""
_LAWMAKERS = frozenset(("lower_house", "upper_house", "head_of_state", "parliament", "country", "constitutional"))
_AMENDABLE = frozenset(("adopt", "approve", "promulgate", "sign", "launch", "issue"))
_KRAM = re.compile(r"\s*[(,|-]?\s*(?:ព្រះរាជក្រម)?(?:លេខ)?\s*(?:នស/រកម|NS/RKM)/[0-9]{4}/[0-9]{3}")
_OPENED = ("(", "|", "៖", ":", "-")
"""What may stand between a title and its state."""
_PAST = "បាន"
_MEETINGS = ("អង្គប្រជុំ", "កិច្ចប្រជុំ", "កិច្ចប្រជុំពេញអង្គ")
_OURS = ("ខ្លួន", "យើង", "ជាតិ", "ប្រទេស", "អាស៊ាន", "ASEAN")
_INTENDED = frozenset(("km.guard.plan", "km.guard.future", "km.guard.call", "km.guard.causative", "km.guard.nominal"))
"""What hedges the making of a text, but is just what an announcement says."""


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

    def readings(
        self, key: str, names: Sequence[Name], topic: tuple[str, ...] | None, path: Sequence[str] = ()
    ) -> list[Reading]:
        """The readings of the sentence `key`; `topic` is what "this law" or the field of a card may stand for.

        `path` are the headings over it: under "agenda", what has no sign of the past is only to be done.
        """
        found = self._read(key, names, topic)
        if found and _PAST not in key and any(map(self._cues.is_agenda, path)):
            for reading in found:
                if not reading.hedges:
                    reading.hedges.append(Hedge(reading.cue, Modality.PURPOSE, "it stands on an agenda"))
        return found

    def _read(self, key: str, names: Sequence[Name], topic: tuple[str, ...] | None) -> list[Reading]:
        pieces = self._context.resolve(self._context.settle(key, self._cues.pieces(key, names)), topic)
        if any(piece.part is Part.INSTRUMENT for piece in pieces):
            return list(self._sentence(key, pieces).readings())
        return list(self._fields(key, pieces, topic)) if topic else []

    def _fields(self, key: str, pieces: Sequence[Piece], topic: tuple[str, ...]) -> Iterator[Reading]:
        """What the fields of a card, or a fragment without a subject, say about the topic."""
        found = False
        for subject, dated in self._context.fields(key, topic):
            found = True
            sentence = self._sentence(key, [subject, *(piece for piece in pieces if piece.start >= subject.start)])
            yield from sentence.dated(dated) if dated else sentence.readings()
        opens = bool(pieces) and pieces[0].part is Part.ACT and not pieces[0].start
        if opens and not found and not self._context.is_field(key):
            subject = Piece(Part.INSTRUMENT, 0, 0, name=Name(0, 0, NameKind.INSTRUMENT, topic), anaphora=True)
            yield from self._sentence(key, [subject, *pieces]).fragment()

    def _sentence(self, key: str, pieces: Sequence[Piece]) -> "_Sentence":
        return _Sentence(Line(key, pieces), self._cues, self._packs, self._home)


class _Sentence:
    def __init__(self, line: Line, cues: KhmerCues, packs: Packs, home: str) -> None:
        self._line = line
        self._packs = packs
        self._themes = Themes(line)
        self._actors = Actors(line, home)
        self._times = Times(line)
        self._drafts = Drafts(line, self._actors, self._times, packs)
        self._done = Done(line, self._actors, self._times)
        self._scopes = Scopes(line, self._themes, self._actors, self._times, cues)

    def readings(self) -> Iterator[Reading]:
        line = self._line
        if line.header():
            return
        found: list[tuple[int, Reading]] = []
        for index, piece in enumerate(line.pieces):
            if piece.part is Part.ACT and not line.empty_field(index):
                found += [(index, reading) for reading in self._of(index, piece.value)]
        self._overtaken(found)
        begun = {reading.name.ids for _, reading in found if reading.act == "announce" and not reading.hedges}
        yield from (
            reading
            for index, reading in found
            if reading.act != "draft" or reading.name.ids not in begun or self._times.goes_on(index)
        )
        yield from self._verbless()
        if not found:
            yield from self._numbered()

    def _numbered(self) -> Iterator[Reading]:
        """ "X (NS/RKM/0426/007)" and nothing else: a Royal Kram with a number is a law promulgated."""
        line = self._line
        for index in range(len(line.pieces)):
            if line.part(index) is Part.INSTRUMENT and _KRAM.match(line.key, line.pieces[index].end):
                hedges = [hedge for place in range(len(line.pieces)) for hedge in self._scopes.guard(place)]
                yield self._reading("promulgate", index, index, hedges, nominal=False)

    def _overtaken(self, found: Sequence[tuple[int, Reading]]) -> None:
        """ "Has been consulted on and is now being finalised": what goes on now is where the work stands."""
        for number, (index, now) in enumerate(found):
            if now.act not in ACTIVITY or now.hedges or not self._times.goes_on(index):
                continue
            for _, earlier in found[:number]:
                if earlier.act in ACTIVITY and earlier.act != now.act and earlier.name.ids == now.name.ids:
                    earlier.hedges.append(
                        Hedge(
                            earlier.cue, Modality.POSSIBLE, "an earlier step; the sentence goes on to tell a later one"
                        )
                    )

    def dated(self, act: str) -> Iterator[Reading]:
        """A card field such as "Adopted: 2 April 2026"."""
        yield self._reading(act, 0, 0, [], nominal=False)

    def fragment(self) -> Iterator[Reading]:
        """ "Adopted by the Senate on 18 October" under the title of a law: told only with who or when."""
        if any(piece.part is Part.BODY for piece in self._line.pieces) or any(map(str.isdigit, self._line.key)):
            yield from self.readings()

    # ------------------------------------------------------------ one cue

    def _of(self, index: int, act: str) -> Iterator[Reading]:
        themes = self._themes.of(index, act)
        if act == "submit" and self._back(index):
            act = "return"
        if not themes or not self._complete(index, act, themes):
            return
        hedges = list(self._scopes.hedges(index, act))
        if (other := self._owned_elsewhere(themes)) is not None:
            hedges.append(other)
        nominal = self._done.nominal(index, act)
        if nominal is not None:
            hedges += nominal
        elif (undone := self._done.undone(index, act, themes)) is not None and not hedges:
            hedges.append(undone)
        if self._amending(themes) and act not in _AMENDABLE:
            return
        if act == "draft" and self._drafts.revised(index, themes):
            act = "amend"
        told = "amend" if act in _AMENDABLE and self._of_amendment(index, themes) else act
        announced = act == "draft" and self._drafts.announces(index, themes)
        if self._line.text(index).startswith("បង្កើត") and not announced:
            return
        if announced:
            meant = _INTENDED if self._drafts.ordered(index) else _INTENDED - {"km.guard.call", "km.guard.causative"}
            told, hedges = "announce", [hedge for hedge in hedges if hedge.span.rule not in meant]
        for theme in themes:
            yield self._reading(told, index, theme, hedges, nominal=nominal is not None)

    def _owned_elsewhere(self, themes: Sequence[int]) -> Hedge | None:
        """ "The data governance policy of the National Bank" is not the national one."""
        line = self._line
        owner = themes[-1] + 1
        if line.part(owner) is not Part.OWNER or not line.text(owner).startswith("របស់") or line.gap(owner):
            return None
        institution = line.part(owner + 1) is Part.OFFICE and not line.gap(owner + 1)
        if (line.gap(owner + 1) <= 2 and not institution) or line.key.startswith(_OURS, line.pieces[owner].end):
            return None
        piece = line.pieces[owner]
        return Hedge(
            Span(piece.start, piece.end, "km.guard.owner"), Modality.POSSIBLE, "it is somebody else's of that name"
        )

    def _complete(self, index: int, act: str, themes: Sequence[int]) -> bool:
        """Whether the cue has what its act needs."""
        line = self._line
        if act in ("submit", "arrive"):
            return bool(self._actors.targets(index)) or self._done.on_agenda(index)
        if act == "receive":
            return self._actors.receiver(index) is not None and themes[0] > index
        if act == "amend" and line.part(index - 1) is Part.DRAFT and not line.gap(index):
            return line.part(index - 2) is Part.ACT and line.pieces[index - 2].value in _AMENDABLE
        if act == "amend" and line.part(index - 1) is Part.ACT and not line.gap(index):
            return line.pieces[index - 1].value in _AMENDABLE
        if act == "withdraw":
            return line.text(index) != "ដក" or themes[0] > index
        if act == "issue":
            return line.text(index) != "ចេញ" or self._themes.passive(index) or themes[0] > index
        if act == "constitutional":
            return "cc" in self._drafts.governing(index)
        if act == "review":
            return any(self._drafts.drafted(theme) for theme in themes) or self._drafts.under_review(index, themes)
        if act == "pass":
            return bool(themes)
        if act == "promulgate" and line.text(index) == "ព្រះរាជក្រម":
            return line.part(index + 1) is not Part.LINK or line.adjacent(index, index + 1)
        return True

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
        return self._amending(themes) or any(
            line.part(position) is Part.ACT and line.pieces[position].value == "amend"
            for position in (before, before - 1)
            if position != index and position >= 0
        )

    def _amending(self, themes: Sequence[int]) -> bool:
        """ "The draft law on X (amendment)": a text that amends X, not X."""
        line = self._line
        place = themes[-1] + 1
        bracketed = line.part(place) is Part.ACT and line.pieces[place].value == "amend"
        return bracketed and line.key[line.pieces[place - 1].end : line.pieces[place].start].strip() == "("

    # ------------------------------------------------------------ drafts without a verb

    def _verbless(self) -> Iterator[Reading]:
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
            ids, targets = (), actors.ids(actors.receiver(index))
        elif cue.value == "constitutional":
            ids = ("cc",)
        elif cue.value == "submit" and not targets and self._done.on_agenda(index):
            targets = ids
        reading = Reading(
            name=name,
            act=_ACT_OF.get(act, act),
            cue=Span(cue.start, cue.end, f"km.act.{act}"),
            clause=self._clause(index),
            actors=ids,
            targets=targets if act in ("submit", "arrive", "receive") else (),
            actor_country=self._country(subject, min(index, theme)) or self._antecedent_country(theme),
            country=actors.country_of_theme(theme),
            draft=self._drafts.drafted(theme),
            nominal=nominal,
            anaphora=line.pieces[theme].anaphora,
            present=self._present(index, act),
            object_words=""
            if ids or act in ACTIVITY or index == theme
            else self._nobody_known(index, theme, passive=passive),
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

    def _nobody_known(self, index: int, theme: int, *, passive: bool) -> str:
        """Who acts, if nobody known; "the meeting" that approves is the Cabinet's, one that adopts a law may not be."""
        words = self._actors.unknown(index, passive=passive)
        name = self._line.pieces[theme].name
        instrument = self._packs.instruments.get(name.ids[0]) if name is not None else None
        law = instrument is not None and instrument.type is InstrumentType.LAW
        return "" if words in _MEETINGS and (not law or self._line.pieces[index].value == "approve") else words

    def _antecedent_country(self, theme: int) -> str:
        """For "this law" the country whose assembly was just said to have passed it."""
        line = self._line
        if not line.pieces[theme].anaphora:
            return ""
        for place in range(theme - 1, -1, -1):
            if line.part(place) is Part.BODY and (code := self._actors.country_of_body(place)):
                return code
            if line.part(place) is Part.INSTRUMENT and (code := self._actors.country_subject(place)):
                return code
        return ""

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
        ends = BOUNDARIES if self._line.pieces[index].value == "enter_force" else (Part.CLAUSE,)
        for piece in self._line.pieces[:index]:
            if piece.part in ends:
                start = piece.end
        for piece in self._line.pieces[index + 1 :]:
            if piece.part in ends:
                end = piece.start
                break
        return start, end


def _only_proposed(cue: Piece) -> Hedge:
    why = "who is named can only propose to amend a law"
    return Hedge(Span(cue.start, cue.end, "km.guard.proposed"), Modality.POSSIBLE, why)
