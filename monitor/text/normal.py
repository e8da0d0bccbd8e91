"""The two keys under which texts are compared and searched, and the way back from a key to the raw text.

Official pages in Khmer are re-saved with other zero-width spaces, other character orders and other spellings of the
same word; raw comparison then shows a page full of changes, and raw search misses what a reader sees. `diff_key`
brings text into one form and keeps single spaces; `match_key` also drops the spaces between Khmer characters and
between one and a digit, which some sites put after every word and others never. What vanishes under `match_key` is
cosmetic.

Both are lossy and for comparing only. Quotations come from the raw text: `keyed` leads back to it.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate
from typing import Final

from monitor.text import khmer
from monitor.text.script import has_khmer, khmer_share, visible

__all__ = ["Keyed", "diff_key", "fingerprint", "has_khmer", "keyed", "khmer_share", "match_key", "visible"]

_INVISIBLE: Final = (
    "\u00ad\u034f\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202c\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
)
"""Soft hyphen, joiners, zero-width characters, marks and isolates of direction, variation selectors, BOM.

Not the directional overrides U+202D and U+202E: they change what the reader sees, so they are text.
"""

_TYPOGRAPHIC: Final = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "\u2026": "...",
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_DIGITS: Final = {chr(0x17E0 + value): str(value) for value in range(10)}
_FOLDS: Final = {**khmer.DEPRECATED, **_DIGITS, **_TYPOGRAPHIC}
_SPECIAL: Final = re.compile(f"[{_INVISIBLE}{''.join(_FOLDS)}]+")
_INVISIBLE_CHARACTER: Final = re.compile(f"[{_INVISIBLE}]")

_LITERAL: Final = re.compile(r"(?:\\?[uU]200[bBcCdD])++")
_LITERAL_LETTERS: Final = frozenset("\\uU20bBcCdD")

_ATTACHED: Final = f"{khmer.BASES}{khmer.MARKS}{khmer.COENG}"
_DETACHED: Final = re.compile(
    f" (?:(?<=[{_ATTACHED}] )(?=[{khmer.MARKS}{khmer.COENG}])|(?<={khmer.COENG} )(?=[{khmer.BASES}]))"
)
"""A space inside a syllable, as PDF text layers put it."""
_KHMER_SPACE: Final = re.compile(f" (?:(?<=[{khmer.KHMER}] )(?=[{khmer.KHMER}0-9])|(?<=[0-9] )(?=[{khmer.KHMER}]))")
_TOKEN: Final = re.compile(f"{khmer.SYLLABLE}|{khmer.STRAY}")
_UNIT: Final = re.compile(rf"{khmer.SYLLABLE}|{khmer.STRAY}|.", re.DOTALL)
_CHUNK: Final = re.compile(r"\s+|\S+")


class _Cache(dict[str, str]):
    """What was computed for short, frequent strings. Forgets everything when full, which is rare and cheap."""

    LIMIT = 1 << 15
    LONGEST = 16

    def keep(self, key: str, value: str) -> str:
        if len(key) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[key] = value
        return value


class _Syllables(_Cache):
    def __missing__(self, key: str) -> str:
        return self.keep(key, khmer.canonical(key) if key[0] < "\u17b4" else khmer.stray(key))


class _Specials(_Cache):
    def __missing__(self, key: str) -> str:
        return self.keep(key, "".join(_folded(character) for character in key))


_SYLLABLES: Final = _Syllables()
_SPECIALS: Final = _Specials()


def diff_key(text: str) -> str:
    """The comparable form of `text`, with single spaces kept. Idempotent; never longer-lived than a comparison.

    In this order: invisible characters and their spelled-out names go; Khmer digits become ASCII, deprecated and
    typographic characters their plain twins; NFC; white space becomes single spaces; Khmer syllables come into
    canonical order; words with two official spellings get one.

    >>> diff_key("អនុក្រឹត្យលេខ ២៥២") == diff_key("អនុក្រឹត\u200bលេខ 252")
    True
    """
    if text.isascii():
        return " ".join(_without_literals(text).split())
    text = _SPECIAL.sub(_fold_run, text)
    text = " ".join(unicodedata.normalize("NFC", _without_literals(text)).split())
    if has_khmer(text):
        text = khmer.fold_words(_in_order(_DETACHED.sub("", text)))
    return text


def match_key(text: str) -> str:
    """`diff_key` without the spaces between Khmer characters, or between one and a digit. Idempotent; case is kept.

    >>> match_key("ច្បាប់ ស្ដីពី AI Act") == "ច្បាប់ស្តីពី AI Act"
    True
    """
    key = diff_key(text)
    spaceless = _KHMER_SPACE.sub("", key)
    return key if spaceless is key or spaceless == key else khmer.fold_words(spaceless)


def fingerprint(text: str) -> str:
    """16 hex digits (BLAKE2b of the match key in UTF-8): equal for texts that differ only cosmetically."""
    return blake2b(match_key(text).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Keyed:
    """A text with its match key, and the way back from the key to the text."""

    text: str
    key: str

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the raw text that `key[start:end]` stands for, widened to whole Khmer syllables and words.

        What is cut out this way has, taken by itself, a match key that contains that part of the key (up to spaces
        at its ends). The mapping is worked out at the first call. Raises ValueError unless
        0 <= start < end <= len(key).
        """
        if not 0 <= start < end <= len(self.key):
            raise ValueError(f"no span ({start}, {end}) in a key of {len(self.key)} characters")
        if self.key == self.text and self.text.isascii():
            return start, end
        starts, raw_starts, raw_ends = self._mapping
        return raw_starts[bisect_right(starts, start) - 1], raw_ends[bisect_left(starts, end) - 1]

    @cached_property
    def _mapping(self) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """Where each segment begins in the key, and where it begins and ends in the text."""
        cleaned, origins = _cleaned(self.text)
        segments = _with_words_folded(_segments(cleaned))
        starts = list(accumulate((len(piece) for piece, _, _ in segments), initial=0))[:-1]
        return starts, [origins[first] for _, first, _ in segments], [origins[last - 1] + 1 for *_, last in segments]


def keyed(text: str) -> Keyed:
    """`text` with its match key, ready to be searched and quoted."""
    return Keyed(text, match_key(text))


def _folded(character: str) -> str:
    return "" if _INVISIBLE_CHARACTER.match(character) else _FOLDS.get(character, character)


def _fold_run(match: re.Match[str]) -> str:
    return _SPECIALS[match[0]]


def _without_literals(text: str) -> str:
    """Take out "u200b" where a broken export wrote the name of an invisible character instead of the character."""
    return _LITERAL.sub(_literal_kept, text) if "200" in text else text


def _literal_kept(match: re.Match[str]) -> str:
    """Nothing, unless letters on both sides could close up into the same thing again: then what was found."""
    text = match.string
    sides = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
    return match[0] if _LITERAL_LETTERS.issuperset(sides) else ""


def _in_order(text: str) -> str:
    """`text` with every Khmer syllable canonical: runs that are canonical already are passed over in one step."""
    end = khmer.CANONICAL.match(text).end()  # type: ignore[union-attr]  # it always matches
    if end == len(text):
        return text
    parts: list[str] = []
    position = 0
    while True:
        parts.append(text[position:end])
        token = _TOKEN.match(text, end)
        if token is None:
            return "".join(parts)
        parts.append(_SYLLABLES[token[0]])
        position = token.end()
        end = khmer.CANONICAL.match(text, position).end()  # type: ignore[union-attr]


_Segment = tuple[str, int, int]


def _cleaned(text: str) -> tuple[str, list[int]]:
    """`text` as it is before syllables are put in order, without the spaces `match_key` drops.

    Second: for each of its characters, where in `text` it stood.
    """
    origins = list(range(len(text)))
    if _SPECIAL.search(text):
        pieces = [_folded(character) for character in text]
        origins = [origin for origin, piece in enumerate(pieces) for _ in piece]
        text = "".join(pieces)
    if "200" in text:
        text, origins = _drop(text, origins, (m.span() for m in _LITERAL.finditer(text) if not _literal_kept(m)))
    text = "".join(" " if character.isspace() else character for character in text)
    text, origins = _drop(text, origins, _needless_spaces(text))
    text, origins = _drop(text, origins, (m.span() for m in _DETACHED.finditer(text)))
    return _drop(text, origins, (m.span() for m in _KHMER_SPACE.finditer(text)))


def _needless_spaces(text: str) -> Iterable[tuple[int, int]]:
    """Spans of spaces at the ends, and after the first in each run."""
    for match in re.finditer(" +", text):
        start, end = match.span()
        inner = start > 0 and end < len(text)
        yield start + inner, end


def _drop(text: str, origins: list[int], spans: Iterable[tuple[int, int]]) -> tuple[str, list[int]]:
    texts: list[str] = []
    kept: list[int] = []
    position = 0
    for start, end in spans:
        texts.append(text[position:start])
        kept.extend(origins[position:start])
        position = end
    if not position:
        return text, origins
    return "".join([*texts, text[position:]]), kept + origins[position:]


def _segments(cleaned: str) -> list[_Segment]:
    """The pieces of the key with their spans in `cleaned`."""
    if unicodedata.is_normalized("NFC", cleaned):
        return [(_piece(unit[0]), *unit.span()) for unit in _UNIT.finditer(cleaned)]
    segments: list[_Segment] = []
    for chunk in _CHUNK.finditer(cleaned):
        start = chunk.start()
        if unicodedata.is_normalized("NFC", chunk[0]):
            segments += [(_piece(u[0]), start + u.start(), start + u.end()) for u in _UNIT.finditer(chunk[0])]
        else:
            segments.append((_in_order(unicodedata.normalize("NFC", chunk[0])), *chunk.span()))
    return segments


def _piece(unit: str) -> str:
    return _SYLLABLES[unit] if _TOKEN.match(unit) else unit


def _with_words_folded(segments: list[_Segment]) -> list[_Segment]:
    """The segments after `khmer.fold_words`: those a folded word touches become one."""
    key = "".join(piece for piece, _, _ in segments)
    folds = deque(khmer.WORDS.finditer(key))
    if not folds:
        return segments
    result: list[_Segment] = []
    position = reach = 0
    for piece, begin, end in segments:
        start, position = position, position + len(piece)
        folded: list[str] = []
        cut = max(start, reach)  # what a word begun earlier covers is in that word's segment already
        merged = start < reach
        while folds and folds[0].start() < position:
            fold = folds.popleft()
            folded += [key[cut : fold.start()], khmer.folded_word(fold)]
            cut = reach = fold.end()
        folded.append(key[cut:position])
        if merged:
            earlier, first, _ = result.pop()
            result.append((earlier + "".join(folded), first, end))
        else:
            result.append(("".join(folded), begin, end))
    return result
