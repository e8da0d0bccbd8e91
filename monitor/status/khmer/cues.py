"""Khmer cues found in one pass: acts, guards and small words, longest first, never cutting a syllable."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import ahocorasick

from monitor.packs.language import Language
from monitor.status.names import Name, NameKind, folded
from monitor.text.normal import has_khmer, match_key

_MARKS = frozenset(chr(code) for code in range(0x17B6, 0x17D4))
"""Vowel signs, diacritics and the coeng: what follows a base letter inside its syllable."""

_COENG = "\u17d2"
_CLOSED = "\u17cb"
"""The sign over a consonant that closes a syllable: what stands before it is no end of a word."""
_LABEL = "label"
"""The one class of words that is no part of a sentence: names of the fields of a card."""


ITEM = "item"
"""The value of the number of a list item."""
_BULLETS = re.compile("[·•]")
_ITEMS = re.compile(r"\([0-9]{1,2}\)|(?<![0-9./])[0-9]{1,2}[.)](?= ?[\u1780-\u17a2])")


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
                entries[folded(match_key(word))] = (Part(kind), value)
        for act in language.acts:
            for cue in act.cues:
                entries[folded(match_key(cue))] = (Part.ACT, act.id)
        for guard in language.guards:
            for word in guard.words:
                entries[folded(match_key(word))] = (Part.GUARD, guard.id)
        self._automaton = ahocorasick.Automaton()
        for pattern, (part, value) in entries.items():
            if pattern:
                self._automaton.add_word(pattern, (len(pattern), part, value, not has_khmer(pattern)))
        self._automaton.make_automaton()

    def is_agenda(self, heading: str) -> bool:
        """Whether `heading` stands over the items of an agenda."""
        key = match_key(heading)
        return any(match_key(word) in key for word in self.guards["agenda"].words)

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
        rivals += [Piece(Part.CELL, found.start(), found.end()) for found in _BULLETS.finditer(key) if found.start()]
        rivals += [Piece(Part.CLAUSE, found.start(), found.end(), ITEM) for found in _ITEMS.finditer(key)]
        for piece in sorted(rivals, key=lambda item: (item.part is Part.OWNER, item.start - item.end, item.start)):
            if not any(occupied[piece.start : piece.end]):
                kept.append(piece)
                occupied[piece.start : piece.end] = b"\x01" * (piece.end - piece.start)
        kept.sort(key=lambda item: item.start)
        return kept

    def _hits(self, key: str) -> Iterator[Piece]:
        for last, (length, part, value, latin) in self._automaton.iter(folded(key)):
            end = last + 1
            start = end - length
            inside = (
                key[end : end + 1] in _MARKS or key[end + 1 : end + 2] == _CLOSED or key[start - 1 : start] == _COENG
            )
            if inside or (latin and not _whole_word(key, start, end)):
                continue
            if part is Part.ACT and key.startswith("បាន", start) and key.endswith("ត្រូវ", 0, start):
                continue
            yield Piece(part, start, end, value)


def _whole_word(key: str, start: int, end: int) -> bool:
    """Whether no Latin letter or digit touches `key[start:end]`; Khmer may, which is written without spaces."""
    around = key[start - 1 : start] + key[end : end + 1]
    return not any(letter.isascii() and letter.isalnum() for letter in around)


_NAME_PART = {NameKind.INSTRUMENT: Part.INSTRUMENT, NameKind.BODY: Part.BODY, NameKind.COUNTRY: Part.COUNTRY}
