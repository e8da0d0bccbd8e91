"""What a Khmer sentence leaves to its context: "this law", and the fields of a card under a heading."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.model import Instrument, InstrumentType
from monitor.packs.language import Language
from monitor.status.khmer.cues import Part, Piece
from monitor.status.names import Name, NameKind
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
_UNTRACKED = re.compile("(?:ច្បាប់|អនុក្រឹត|គោលនយោបាយ|យុទ្ធសាស្ត្រ|ក្រម)(?:ជាតិ)?ស្តីពី")
_DATE = re.compile(r"[0-9]{1,2}.*[0-9]{4}|^[^0-9]{0,8}[0-9]{4}")


class Context:
    """The words of `lang/km.toml` that point to the instrument of the sentence before or of the heading."""

    def __init__(self, language: Language, instruments: Mapping[str, Instrument]) -> None:
        self._instruments = instruments
        self._status = frozenset(match_key(word) for word in language.words.get("label", ()))
        self._dated = {match_key(phrase): state.act for state in language.states for phrase in state.phrases}

    def resolve(self, pieces: Sequence[Piece], topic: tuple[str, ...] | None) -> list[Piece]:
        """`pieces` with each "this law" as the one instrument named before it, or as the topic; else without it."""
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

    def _fits(self, ids: tuple[str, ...], kind: str) -> bool:
        instrument = self._instruments.get(ids[0])
        return instrument is not None and instrument.type in _KINDS[kind]

    def field(self, key: str, topic: tuple[str, ...]) -> tuple[Piece, str] | None:
        """A card field: the topic as a piece before the value, and the act a date label names (empty for a status)."""
        match = _LABEL.match(key)
        if match is None:
            return None
        label, start = match["label"], match.start("value")
        piece = Piece(Part.INSTRUMENT, start, start, name=Name(start, start, NameKind.INSTRUMENT, topic), anaphora=True)
        if label in self._status:
            return piece, ""
        act = self._dated.get(label)
        return (piece, act) if act and _DATE.search(match["value"]) else None

    def names_another(self, key: str, names: Sequence[Name]) -> bool:
        """Whether an instrument is named that is not tracked, so that "this law" afterwards is not the topic."""
        spans = [(name.start, name.end) for name in names if name.kind is NameKind.INSTRUMENT]
        return any(
            not any(start < match.end() and match.start() < end for start, end in spans)
            for match in _UNTRACKED.finditer(key)
        )
