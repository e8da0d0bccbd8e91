"""Where sentences begin and end, in English and Khmer mixed.

English stops are ambiguous: most of this module is about the full stops that end nothing (`No. 252`, `Art. 5`,
`H.E. Chea`, `12 Mar. 2026`, `ANKr.BK.`, `3.5`). Khmer ends sentences with ។ ៕ ៚ and borrows `?` and `!`. A semicolon
never ends a sentence, a line break always does, and ៖ ends one only where a line or a quotation follows: elsewhere it
stands between a label and its value, which must be read together.
"""

import re
from typing import Final

from monitor.text import khmer
from monitor.text.script import has_khmer

_CLOSERS: Final = "\"'”’»)\\]"
_UNSEEN: Final = "\u00ad\u200b-\u200d\u2060\ufeff"
"""Soft hyphen and zero-width characters, for use inside a character class: words and stops are as if without them."""
_UNSEEN_ONES: Final = re.compile(f"[{_UNSEEN}]+")
_STOP: Final = re.compile(
    rf"[ \t]*(?:\r?\n|[\u2028\u2029\u0085\v\f])+"
    rf"|[។៕៚]+(?:[ \u00a0\u200b]*[។៕៚])*[{_CLOSERS}]*"
    rf"|៖(?=[ \u00a0\u200b]*[«“\"\n])"
    rf"|[.!?…]+[{_CLOSERS}{_UNSEEN}]*(?=\s|$|[{khmer.KHMER}«“])"
)
_ET_CETERA: Final = "។ល។"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BEFORE_NUMBER: Final = _words(
    "no nos n° art arts sec secs para paras p pp vol ch fig ref cl reg v ann app tab tel ext nr"
)
"""Abbreviations only when a number follows (or a Roman numeral, a quoted letter, a code such as NS/RKM/0326/004): "No."
alone is an answer."""
_TITLES: Final = _words(
    "h.e dr mr mrs ms mx prof st gen lt col maj capt hon rev gov sen rep amb min sr jr messrs okhna vs cf e.g i.e "
    "viz approx esp incl inter"
)
"""Abbreviations that never end a sentence: a name or an example follows."""
_MONTHS: Final = _words("jan feb mar apr jun jul aug sep sept oct nov dec")
_MAY_END: Final = _words("etc al inc ltd co corp plc dept govt a.m p.m am pm ed eds")
_NUMBERED: Final = _words("annex appendix plan part schedule table option group phase class category type")
"""Words a single letter belongs to, so that the stop after the letter is a real one: "as set out in Annex A."""
_OPENERS: Final = _words(
    "a an the this that these those it its he she they we i you his her their our in on at by for from with after "
    "before under as if when while since although however but and or so no not yes there here all any each some "
    "meanwhile moreover also according earlier later last next who what which where why how to of"
)
"""Words that begin sentences but not names."""

_NUMBER_AHEAD: Final = re.compile(
    rf"[\s{_UNSEEN}]*[(\[\"“]?(?:[0-9០-៩]|[IVXLC]+\b|[A-Z]\b|[A-Z]{{2,}}[/-]|\w{{1,4}}/\w)"
)
_WORD_AHEAD: Final = re.compile(rf"[\s{_UNSEEN}]*[(\[\"“‘«']*([^\W\d_]+|\S)?")
_LAST_WORD: Final = re.compile(r"[^\s\"'“”‘’«»()\[\],;:]*$")
_LIST_NUMBER: Final = re.compile(r"[\s\u00a0(]*(?:[0-9០-៩]{1,3}(?:\.[0-9]{1,3})*|[A-Za-z]|[ivxlcIVXLC]{1,5})\Z")
_KHMER_INITIALS: Final = re.compile(r"(?:^|[0-9០-៩])[\u1780-\u17a2\u17d2]{2,7}\Z")
"""Letters without a vowel, as in the numbers of decrees: អនក្រ.បក"""
_NOTHING_AHEAD: Final = re.compile(r"\s*(?:\Z|[\n«])")
_LOOK_BACK: Final = 40


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans (start, end) of the sentences of `text`, in order, without outer white space.

    Every character that is not white space belongs to exactly one span. Works in linear time.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for stop in _STOP.finditer(text):
        if _ends_sentence(text, start, stop):
            _append(spans, text, start, stop.end())
            start = stop.end()
    _append(spans, text, start, len(text))
    return tuple(spans)


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    mark = stop[0][0]
    if mark in "។៕៚":
        return not _is_et_cetera(text, stop)
    if mark not in ".!?…":
        return True
    ahead = _WORD_AHEAD.match(text, stop.end())
    following = (ahead[1] if ahead else None) or ""
    lower_follows = following[:1].islower()
    marks = _UNSEEN_ONES.sub("", stop[0])
    if mark != "." or marks.startswith(".."):
        return not lower_follows
    if marks != "." and lower_follows:
        return False  # "X is in force." said the minister
    before = _UNSEEN_ONES.sub("", text[max(start, stop.start() - _LOOK_BACK) : stop.start()])
    if _LIST_NUMBER.fullmatch(before) and stop.start() - start <= _LOOK_BACK:
        return not following  # "1. The ministry", "a) …", alone on its line
    return _full_stop_ends(text, stop, before, following)


def _full_stop_ends(text: str, stop: re.Match[str], before: str, following: str) -> bool:
    """Whether a single full stop after `before` ends the sentence; `following` is the next word."""
    if not following:
        return True
    match = _LAST_WORD.search(before)
    word = match[0] if match else ""
    folded = word.lower()
    lower_follows = following[0].islower()
    if folded in _BEFORE_NUMBER:
        return not _NUMBER_AHEAD.match(text, stop.end())
    if folded in _TITLES:
        return False
    if folded in _MONTHS and word[0].isupper():
        return not (following[0].isdigit() or lower_follows)
    if folded in _MAY_END:
        return not (lower_follows or following[0].isdigit())
    if len(word) == 1 and word.isupper():
        earlier = before[: -len(word)].split()
        return (bool(earlier) and earlier[-1].lower() in _NUMBERED) or following.lower() in _OPENERS
    if _is_khmer_abbreviation(word) or (word.isdigit() and len(word) <= 2 and has_khmer(following)):
        return False  # "… two laws: 1. ច្បាប់…": Khmer sentences do not end in a full stop
    if "." in word.strip(".") and not word[-1].isdigit() and "/" not in word:
        return not lower_follows and not following[0].isdigit() and following.lower() in _OPENERS
    return True


def _is_khmer_abbreviation(word: str) -> bool:
    """Initials and institution names such as ក.ប.ទ. or អនក្រ.បក, written with stops Khmer otherwise does not use."""
    last = word.rpartition(".")[2]
    if _KHMER_INITIALS.search(last):
        return True
    return bool(re.fullmatch(khmer.SYLLABLE, last)) or ("." in word and bool(re.match(khmer.SYLLABLE, last)))


def _is_et_cetera(text: str, stop: re.Match[str]) -> bool:
    """Whether this stop is one of the two in ។ល។ and the sentence goes on."""
    start = stop.start()
    if text.startswith(_ET_CETERA, start):
        return True
    closes = text.endswith(_ET_CETERA, 0, start + 1)
    return closes and stop[0] == "។" and not _NOTHING_AHEAD.match(text, stop.end())
