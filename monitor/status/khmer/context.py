"""What a Khmer sentence leaves to its context: "this law", and the fields of a card under a heading."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.model import Instrument, InstrumentType
from monitor.packs.language import Language
from monitor.status.khmer.cues import Part, Piece
from monitor.status.names import Name, NameKind, folded
from monitor.text.normal import match_key

_KINDS: Mapping[str, frozenset[InstrumentType]] = {
    "law": frozenset((InstrumentType.LAW,)),
    "policy": frozenset((InstrumentType.POLICY, InstrumentType.STRATEGY)),
    "decree": frozenset(
        (InstrumentType.SUBDECREE, InstrumentType.ROYAL_DECREE, InstrumentType.PRAKAS, InstrumentType.NOTICE)
    ),
    "treaty": frozenset((InstrumentType.TREATY, InstrumentType.SOFT_LAW)),
    "any": frozenset(InstrumentType),
}
_LABEL = re.compile(r"^[\s•\-*]*(?P<label>[^:៖|]{2,40}?)\s*[:៖|]\s*(?P<value>.+)$", re.DOTALL)
_COLON = re.compile("[:៖]")
_CELLS = re.compile(r"[^|;]+")
_UNTRACKED = re.compile("(?:ច្បាប់|អនុក្រឹត|គោលនយោបាយ|យុទ្ធសាស្ត្រ|ក្រម)(?:ជាតិ)?ស្តីពី")
_AHEAD = frozenset(("plan", "future", "negation", "modal"))
_WITHOUT = ("ដោយគ្មាន", "ដោយពុំមាន", "ដោយមិនមាន", "ដោយមិនទាន់មាន", "ដោយពុំទាន់មាន")
_PREDICATES = frozenset((Part.PASSIVE, Part.DONE, Part.PROGRESSIVE, Part.GUARD))
_AFTER_TITLE = frozenset(
    (Part.PASSIVE, Part.DONE, Part.GUARD, Part.CELL, Part.RELATIVE, Part.BY, Part.CLAUSE, Part.BODY, Part.INSTRUMENT)
)
"""What ends a title that goes on behind its number."""
_DATE = re.compile(r"[0-9]{1,2}.*[0-9]{4}|^[^0-9]{0,12}[0-9]{4}|[0-9]{4}.*[0-9]{1,2}")


class Context:
    """The words of `lang/km.toml` that point to the instrument of the sentence before or of the heading."""

    def __init__(self, language: Language, instruments: Mapping[str, Instrument]) -> None:
        self._ahead = tuple(match_key(word) for guard in language.guards if guard.id in _AHEAD for word in guard.words)
        self._instruments = instruments
        self._status = frozenset(folded(match_key(word)) for word in language.words.get("label", ()))
        self._dated = {match_key(phrase): state.act for state in language.states for phrase in state.phrases}

    def resolve(self, pieces: Sequence[Piece], topic: tuple[str, ...] | None) -> list[Piece]:
        """`pieces` with each "this law" as the one instrument named before it, or as the topic; else without it."""
        pieces = self._bare(pieces) if topic else pieces
        resolved: list[Piece] = []
        named: set[tuple[str, ...]] = set()
        for piece in pieces:
            if piece.part is Part.INSTRUMENT and piece.name is not None:
                named.add(piece.name.ids)
            if piece.part is not Part.ANAPHOR:
                resolved.append(piece)
                continue
            ids = next(iter(named)) if len(named) == 1 else topic if not named else None
            if ids and self._fits(ids, piece.value):
                name = Name(piece.start, piece.end, NameKind.INSTRUMENT, ids)
                resolved.append(replace(piece, part=Part.INSTRUMENT, name=name, anaphora=True))
            else:
                resolved.append(replace(piece, part=Part.OTHER_OBJECT))
        return resolved

    @staticmethod
    def _bare(pieces: Sequence[Piece]) -> Sequence[Piece]:
        """ "The draft law was …" at the head of a sentence that names no instrument: as good as "this draft law"."""
        head = next((number for number, piece in enumerate(pieces) if piece.part not in (Part.DRAFT, Part.LINK)), 0)
        if (
            not head
            or pieces[0].part is not Part.DRAFT
            or pieces[0].start
            or not _touch(pieces[head - 1], pieces[head])
        ):
            return pieces
        if pieces[head].part not in _PREDICATES or any(piece.part is Part.INSTRUMENT for piece in pieces):
            return pieces
        return [Piece(Part.ANAPHOR, 0, pieces[head - 1].end, "any"), *pieces[head:]]

    @staticmethod
    def settle(key: str, pieces: Sequence[Piece]) -> list[Piece]:
        """`pieces` with what only their neighbours decide: the tail of a title, នឹង for និង, "without" a law."""
        settled: list[Piece] = []
        tail = False
        for number, piece in enumerate(pieces):
            before = settled[-1] if settled else None
            following = pieces[number + 1] if number + 1 < len(pieces) else None
            if tail:
                tail = piece.part not in _AFTER_TITLE and not _is_done(key, piece)
                if tail:
                    continue
                settled[-1] = before = replace(settled[-1], end=piece.start)
            if (
                before is not None
                and before.part is Part.INSTRUMENT
                and _touch(before, piece)
                and _is(key, piece, "ស្តីពី")
            ):
                tail = True
                continue
            settled.append(_between(key, before, piece, following))
        return settled

    def _fits(self, ids: tuple[str, ...], kind: str) -> bool:
        instrument = self._instruments.get(ids[0])
        return instrument is not None and instrument.type in _KINDS[kind]

    def fields(self, key: str, topic: tuple[str, ...]) -> Iterator[tuple[Piece, str]]:
        """The fields of a card: the topic as a piece before each value, and the act a date label names.

        The act is empty for the value of a status label, which is then to be read as a sentence about the topic.
        """
        cells = [key] if _LABEL.match(key) and "|" in key and not _COLON.search(key) else _CELLS.findall(key)
        offset = 0
        for cell in cells:
            start = key.index(cell, offset)
            offset = start + len(cell)
            match = _LABEL.match(cell)
            if match is None:
                continue
            value = start + match.start("value")
            name = Name(value, value, NameKind.INSTRUMENT, topic)
            piece = Piece(Part.INSTRUMENT, value, value, name=name, anaphora=True)
            act = self._labelled(match["label"])
            if folded(match["label"]) in self._status:
                yield piece, ""
            elif act and _DATE.search(match["value"]):
                yield piece, act

    @staticmethod
    def is_field(key: str) -> bool:
        """Whether `key` has the form "label: value"."""
        return _LABEL.match(key) is not None

    def _labelled(self, label: str) -> str:
        """The act that a date label names, by the longest known phrase in it."""
        if any(word in label for word in self._ahead):
            return ""
        known = [phrase for phrase in self._dated if phrase in label]
        return self._dated[max(known, key=len)] if known else ""

    def names_another(self, key: str, names: Sequence[Name]) -> bool:
        """Whether an instrument is named that is not tracked, so that "this law" afterwards is not the topic."""
        spans = [(name.start, name.end) for name in names if name.kind is NameKind.INSTRUMENT]
        return any(
            not any(start < match.end() and match.start() < end for start, end in spans)
            for match in _UNTRACKED.finditer(key)
        )


def _is_done(key: str, piece: Piece) -> bool:
    return piece.part is Part.ACT and key.startswith(("បាន", "ត្រូវបាន"), piece.start)


def _touch(first: Piece, second: Piece) -> bool:
    return second.start == first.end


def _is(key: str, piece: Piece, *words: str) -> bool:
    return key[piece.start : piece.end] in words


def _between(key: str, before: Piece | None, piece: Piece, following: Piece | None) -> Piece:
    """`piece` as its neighbours make it: "without" a law is its absence, "gave way *to* X" is no "let X"."""
    if following is None or not _touch(piece, following):
        return piece
    titled = following.part in (Part.INSTRUMENT, Part.DRAFT)
    previous = before.part if before is not None else None
    if titled and piece.part is Part.OPENER and _is(key, piece, *_WITHOUT):
        return replace(piece, part=Part.ACT, value="absent")
    if titled and _is(key, piece, "ឱ្យ") and previous in (Part.ACT, Part.ADVERB, Part.DONE):
        return replace(piece, part=Part.LINK, value="")
    acted = following.part in (Part.ACT, Part.INSTRUMENT, Part.NOMINAL)
    if acted and piece.value == "soon" and key.endswith("ក្រោយ", piece.start, piece.end):
        return replace(piece, value="after")
    if (
        _is(key, piece, "នឹង")
        and following.part is previous is Part.BODY
        and before is not None
        and _touch(before, piece)
    ):
        return replace(piece, part=Part.AND, value="")
    return piece
