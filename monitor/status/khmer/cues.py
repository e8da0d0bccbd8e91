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


class Part(StrEnum):
    """What a stretch of the sentence is."""

    INSTRUMENT = "instrument"
    BODY = "body"
    COUNTRY = "country"
    ACT = "act"
    GUARD = "guard"
    DONE = "done"
    PASSIVE = "passive"
    PROGRESSIVE = "progressive"
    BY = "by"
    TOWARDS = "towards"
    RELATIVE = "relative"
    AND = "and"
    CLAUSE = "clause"
    DRAFT = "draft"
    NOMINAL = "nominal"
    FACTIVE = "factive"
    CEREMONY = "ceremony"
    OWNER = "owner"
    OTHER_OBJECT = "other_object"
    NEUTRAL = "neutral"


@dataclass(slots=True)
class Piece:
    """A stretch `start` to `end` of the match key; `value` is an act or guard id."""

    part: Part
    start: int
    end: int
    value: str = ""
    name: Name | None = None


class KhmerCues:
    """The vocabulary of `lang/km.toml` as one automaton."""

    def __init__(self, language: Language) -> None:
        self.guards = {guard.id: guard for guard in language.guards}
        entries: dict[str, tuple[Part, str]] = {}
        for name, words in language.words.items():
            for word in words:
                entries[_pattern(word)] = (Part(name), "")
        for act in language.acts:
            for cue in act.cues:
                entries[_pattern(cue)] = (Part.ACT, act.id)
        for guard in language.guards:
            for word in guard.words:
                entries[_pattern(word)] = (Part.GUARD, guard.id)
        self._automaton = ahocorasick.Automaton()
        for pattern, (part, value) in entries.items():
            if pattern:
                self._automaton.add_word(pattern, (len(pattern), part, value))
        self._automaton.make_automaton()

    def pieces(self, key: str, names: Sequence[Name]) -> list[Piece]:
        """Names and cues of `key` in order; names win, then the longest, then the leftmost."""
        taken = [
            Piece(_NAME_PART[name.kind], name.start, name.end, name=name)
            for name in names
            if name.kind is not NameKind.STEM
        ]
        occupied = bytearray(len(key) + 1)
        kept: list[Piece] = []
        rivals = [piece for piece in taken if piece.part is not Part.INSTRUMENT]
        for piece in taken:
            if piece.part is not Part.INSTRUMENT:
                continue
            if piece.end < len(key) and key[piece.end] == "\u17d2":
                continue
            kept.append(piece)
            occupied[piece.start : piece.end] = b"\x01" * (piece.end - piece.start)
        rivals = [piece for piece in rivals if piece.end >= len(key) or key[piece.end] not in _MARKS]
        for piece in sorted(
            [*rivals, *self._hits(key)], key=lambda item: (item.part is Part.OWNER, item.start - item.end, item.start)
        ):
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
            yield Piece(part, end - length, end, value)


def _pattern(word: str) -> str:
    return match_key(word)


_NAME_PART = {NameKind.INSTRUMENT: Part.INSTRUMENT, NameKind.BODY: Part.BODY, NameKind.COUNTRY: Part.COUNTRY}
