"""Khmer cues found in one pass: acts, guards and small words, longest first, never cutting a syllable."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import ahocorasick

from monitor.packs.language import Language
from monitor.status.names import Name, NameKind
from monitor.text.normal import match_key

_MARKS = frozenset(chr(code) for code in range(0x17B6, 0x17D4))
"""Vowel signs, diacritics and the coeng: what follows a base letter inside its syllable."""

_LABEL = "label"
"""The one class of words that is no part of a sentence: names of the fields of a card."""


class Part(StrEnum):
    """What a stretch of the sentence is. The value is the key of its words in `lang/km.toml`."""

    INSTRUMENT = "instrument"
    BODY = "body"
    COUNTRY = "country"
    ACT = "act"
    GUARD = "guard"
    ANAPHOR = "anaphor"
    DONE = "done"
    AFTER = "after"
    SINCE = "since"
    TODAY = "today"
    PASSIVE = "passive"
    PROGRESSIVE = "progressive"
    BY = "by"
    TOWARDS = "towards"
    BACK = "back"
    FROM = "from"
    OPENER = "opener"
    LINK = "link"
    ADVERB = "adverb"
    RELATIVE = "relative"
    THAT = "that"
    AND = "and"
    CLAUSE = "clause"
    CELL = "cell"
    DRAFT = "draft"
    NOMINAL = "nominal"
    FACTIVE = "factive"
    ASPECT = "aspect"
    CEREMONY = "ceremony"
    OWNER = "owner"
    OFFICE = "office"
    OTHER_OBJECT = "other_object"
    NEUTRAL = "neutral"


@dataclass(slots=True)
class Piece:
    """A stretch `start` to `end` of the match key; `value` is an act or guard id, or the kind of an anaphor."""

    part: Part
    start: int
    end: int
    value: str = ""
    name: Name | None = None
    anaphora: bool = False


class KhmerCues:
    """The vocabulary of `lang/km.toml` as one automaton."""

    def __init__(self, language: Language) -> None:
        self.guards = {guard.id: guard for guard in language.guards}
        entries: dict[str, tuple[Part, str]] = {}
        for name, words in language.words.items():
            kind, _, value = name.partition("__")
            if kind == _LABEL:
                continue
            for word in words:
                entries[match_key(word)] = (Part(kind), value)
        for act in language.acts:
            for cue in act.cues:
                entries[match_key(cue)] = (Part.ACT, act.id)
        for guard in language.guards:
            for word in guard.words:
                entries[match_key(word)] = (Part.GUARD, guard.id)
        self._automaton = ahocorasick.Automaton()
        for pattern, (part, value) in entries.items():
            if pattern:
                self._automaton.add_word(pattern, (len(pattern), part, value))
        self._automaton.make_automaton()

    def pieces(self, key: str, names: Sequence[Name]) -> list[Piece]:
        """Names and cues of `key` in order; names win, then the longest, then the leftmost."""
        occupied = bytearray(len(key) + 1)
        kept: list[Piece] = []
        rivals: list[Piece] = []
        for name in names:
            if name.kind is NameKind.STEM:
                continue
            piece = Piece(_NAME_PART[name.kind], name.start, name.end, name=name)
            following = key[piece.end : piece.end + 1]
            if piece.part is Part.INSTRUMENT and following != "\u17d2":
                kept.append(piece)
                occupied[piece.start : piece.end] = b"\x01" * (piece.end - piece.start)
            elif piece.part is not Part.INSTRUMENT and following not in _MARKS:
                rivals.append(piece)
        rivals += self._hits(key)
        for piece in sorted(rivals, key=lambda item: (item.part is Part.OWNER, item.start - item.end, item.start)):
            if not any(occupied[piece.start : piece.end]):
                kept.append(piece)
                occupied[piece.start : piece.end] = b"\x01" * (piece.end - piece.start)
        kept.sort(key=lambda item: item.start)
        return kept

    def _hits(self, key: str) -> Iterator[Piece]:
        for last, (length, part, value) in self._automaton.iter(key):
            end = last + 1
            if end < len(key) and key[end] in _MARKS:
                continue
            start = end - length
            if part is Part.ACT and key.startswith("បាន", start) and key.endswith("ត្រូវ", 0, start):
                continue
            yield Piece(part, start, end, value)


_NAME_PART = {NameKind.INSTRUMENT: Part.INSTRUMENT, NameKind.BODY: Part.BODY, NameKind.COUNTRY: Part.COUNTRY}
