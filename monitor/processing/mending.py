"""Whether a sentence only had its spelling mended: an old statement in better letters is no news. Pure.

A page that wrote "adoptd" for a year and now writes "adopted" has said nothing new, yet only the mended word can be
read as a cue. Such a statement goes to a person at most. A sentence is mended only if every word that differs became
one that is spelled almost alike and begins alike, no figure differs, and (for the caller to see to) the old sentence
made no statement of its own: "approved" that became "adopted", or "not" that became "now", was read before.
"""

import re
from collections.abc import Iterator
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from monitor.diff import word_diff
from monitor.text.normal import match_key
from monitor.text.script import has_khmer
from monitor.text.sentences import sentences

_ALIKE: Final = 90.0
"""Score (0 to 100) from which two sentences are the same one."""
_LETTERS_PER_SLIP: Final = 4
"""A word of eight letters may have two slips of the pen, a shorter one has one."""
_SHORTEST: Final = 4
"""Letters from which on a word can be misspelt and still be known; "be" and "been" are two words."""
_DIGITS: Final = re.compile(r"[0-9]+")


def mended_from(sentence: str, before: str) -> str:
    """The sentence of the old block `before` that `sentence` is, but for its spelling; empty if there is none."""
    return next((old for old in _sentences(before) if is_respelled(old, sentence)), "")


def is_respelled(old: str, new: str) -> bool:
    """Whether `new` is the sentence `old` with nothing but its spelling changed."""
    old, new = match_key(old), match_key(new)
    if fuzz.ratio(old, new) < _ALIKE or _DIGITS.findall(old) != _DIGITS.findall(new):
        return False
    pairs = list(_replaced(old, new))
    return bool(pairs) and all(_is_slip(gone, come) for gone, come in pairs)


def _sentences(text: str) -> Iterator[str]:
    return (text[start:end] for start, end in sentences(text))


def _replaced(old: str, new: str) -> Iterator[tuple[str, str]]:
    """What was replaced by what; an empty string stands for nothing."""
    gone = ""
    for sign, text in word_diff(old, new):
        if sign == "-":
            gone = text
        elif sign == "+":
            yield gone, text
            gone = ""
        elif gone:
            yield gone, ""
            gone = ""
    if gone:
        yield gone, ""


def _is_slip(gone: str, come: str) -> bool:
    old, new = gone.split(), come.split()
    if not old or len(old) != len(new):
        return False
    return all(_is_misspelling(before, after) for before, after in zip(old, new, strict=True))


def _is_misspelling(before: str, after: str) -> bool:
    if before[0] != after[0]:
        return False  # a prefix can turn a word round, and few slips are in the first letter
    if has_khmer(before) or has_khmer(after):
        return OSA.distance(before, after) <= 1  # a word is cut into syllables, so this is a part of one
    if min(len(before), len(after)) < _SHORTEST:
        return False
    return OSA.distance(before, after) <= max(len(after) // _LETTERS_PER_SLIP, 1)
