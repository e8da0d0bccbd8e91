"""The Khmer script: its syllables (orthographic clusters) and the one spelling we compare them in.

Khmer letters are typed, stored and converted in many orders that look the same on the page. `canonical` brings a
syllable into the order of the Unicode Standard (chapter 16.4): base, robat, subscripts with RO last, register
shifter, vowel before, below, above and after the base, signs, final signs. On the way it joins vowels typed in two
halves. The order and the shifter rule follow SIL's `khnormal`, which the tests use as their oracle. Deprecated
characters (`DEPRECATED`) must have been replaced and invisible ones taken out before.

The result is lossy and for keys only: never show it to a reader as a quotation.
"""

import re
from typing import Final

BASES: Final = "\u1780-\u17b3"
MARKS: Final = "\u17b6-\u17d1"
COENG: Final = "\u17d2"
KHMER: Final = "\u1780-\u17dd"
"""Letters, signs and punctuation, for use inside a character class. Khmer digits are not among them."""

_BARE: Final = f"[{BASES}](?!(?<=\u179a)[\u17b9\u17ba])"
_SUBSCRIPTS: Final = f"(?:{COENG}[\u1780-\u1789\u178b-\u1799\u179b-\u17b3])*+(?:{COENG}\u179a)?+"
_VOWEL: Final = "(?:[\u17b6-\u17ba\u17bc-\u17c5]|\u17bb(?!\u17d0))?+"
_SIGNS: Final = "[\u17c6\u17cb\u17cd-\u17d1]*+[\u17c7\u17c8]*+"
CANONICAL: Final = re.compile(
    rf"(?:{_BARE}\u17cc?+{_SUBSCRIPTS}[\u17c9\u17ca]?+{_VOWEL}{_SIGNS}(?![{MARKS}{COENG}])|[^{BASES}{MARKS}{COENG}]++)*+"
)
"""The longest run of other text and of syllables that are canonical beyond doubt; always matches, if only nothing.

Stricter than `canonical`: a syllable it passes over may still be canonical, one it accepts is.
"""

SYLLABLE: Final = rf"[{BASES}][{MARKS}]*+(?:{COENG}++[{BASES}]?+[{MARKS}]*+)*+"
"""Pattern of one syllable in text without invisible characters. Possessive: it never backtracks."""

STRAY: Final = rf"(?:[{MARKS}]|{COENG}++[{BASES}]?+)++"
"""Pattern of signs that have lost their base."""

DEPRECATED: Final = {
    "\u17a3": "\u17a2",  # independent A, a copy of the letter QA
    "\u17a4": "\u17a2\u17b6",  # independent AA
    "\u17b2": "\u17b1",  # QOO type two, which writes the same word as QOO type one
    "\u17d3": "\u17c6",  # bathamasat, meant for lunar dates
    "\u17d8": "\u17d4\u179b\u17d4",  # beyyal, "et cetera"
    "\u17dd": "\u17d1",  # atthacan, an old viriam
}
"""Characters the Unicode Standard discourages, or that have a twin, and what stands for them in a key."""

_ROBAT: Final = "\u17cc"
_SHIFTERS: Final = "\u17c9\u17ca"
_MUUSIKATOAN, _TRIISAP = _SHIFTERS
_BEFORE: Final = frozenset("\u17be\u17bf\u17c0\u17c1\u17c2\u17c3\u17c4\u17c5")
_BELOW: Final = frozenset("\u17bb\u17bc\u17bd")
_ABOVE: Final = frozenset("\u17b7\u17b8\u17b9\u17ba")
_AA, _II, _OE, _E, _OO, _U = "\u17b6", "\u17b8", "\u17be", "\u17c1", "\u17c4", "\u17bb"
_FINAL: Final = frozenset("\u17c7\u17c8")
_NIKAHIT, _SAMYOK = "\u17c6", "\u17d0"
_RO, _BA, _DA, _TA = "\u179a", "\u1794", "\u178a", "\u178f"
_STRONG: Final = frozenset(
    "\u1780\u1781\u1782\u1783\u1785\u1786\u1787\u1788\u178a\u178b\u178c\u178d\u178f\u1790\u1791\u1792"
    "\u1795\u1796\u1797\u179e\u179f\u17a0\u17a2"
)
"""Consonants whose register TRIISAP changes; all others take MUUSIKATOAN."""

_VOCALIC_R: Final = {"\u179a\u17b9": "\u17ab", "\u179a\u17ba": "\u17ac"}

_SPLIT_VOWELS: Final = ((_E, _II, _OE, ""), (_E, _AA, _OO, ""), (_OE, _AA, _OO, _II))
"""(part, other part, what they make, what is left over): េ+ី is ើ, េ+ា is ោ, ើ+ា is ោ+ី."""

_WORDS: Final = {
    "អោយ": "ឱ្យ",
    "ក្រឹត្យ": "ក្រឹត",
    "ខ័ណ្ឌ": "ខណ្ឌ",
    "ហស្ថ": "ហស្ត",
    "សម្លេង": "សំឡេង",
    "ឌីធីថល": "ឌីជីថល",
}
"""Two spellings of one word in official texts, the second kept. In canonical syllables, whole syllables only."""

WORDS: Final = re.compile(rf"(?<!{COENG})(?:{'|'.join(_WORDS)})(?![{MARKS}{COENG}])")
"""Where `fold_words` folds: one match per folded word, starting and ending between syllables."""


def folded_word(match: re.Match[str]) -> str:
    """The kept spelling of a word found by `WORDS`."""
    return _WORDS[match[0]]


def fold_words(text: str) -> str:
    """Fold the known pairs of spellings in `text`, whose syllables are canonical already."""
    for word in _WORDS:  # a substring test is ten times cheaper than the pattern, and nearly always says no
        if word in text:
            return WORDS.sub(folded_word, text)
    return text


def canonical(syllable: str) -> str:
    """The canonical spelling of one `SYLLABLE`. Idempotent.

    >>> canonical("ស្ដី") == canonical("ស្តី") == "ស្តី"
    True
    """
    subscripts, signs = _parts(syllable[1:])
    base = syllable[0]
    robat = [sign for sign in signs if sign == _ROBAT]
    shifters = [sign for sign in signs if sign in _SHIFTERS]
    before = [sign for sign in signs if sign in _BEFORE]
    below = [sign for sign in signs if sign in _BELOW]
    above = [sign for sign in signs if sign in _ABOVE]
    after = [sign for sign in signs if sign == _AA]
    final = [sign for sign in signs if sign in _FINAL]
    taken = {*robat, *shifters, *before, *below, *above, *after, *final}
    others = [sign for sign in signs if sign not in taken]
    _join_split_vowels(before, above, after)
    if not shifters and _is_shifter_typed_as_u(before, below, above, after, others):
        below.clear()
        letters = {base, *(subscript[-1] for subscript in subscripts)}
        shifters.append(_TRIISAP if letters & _STRONG and _BA not in letters else _MUUSIKATOAN)
    whole = "".join([base, *robat, *subscripts, *shifters, *before, *below, *above, *after, *others, *final])
    vocalic = _VOCALIC_R.get(whole[:2])
    return vocalic + whole[2:] if vocalic else whole


def stray(signs: str) -> str:
    """The canonical form of signs without a base (`STRAY`): in the order they came, DA below written as TA."""
    return re.sub(f"{COENG}+", COENG, signs).replace(COENG + _DA, COENG + _TA)


def _parts(tail: str) -> tuple[list[str], list[str]]:
    """Subscripts (RO last, DA written as TA, then at most one COENG without a letter) and the other signs."""
    subscripts: list[str] = []
    signs: list[str] = []
    dangling = False
    position = 0
    while position < len(tail):
        sign = tail[position]
        position += 1
        if sign != COENG:
            signs.append(sign)
            continue
        letter = tail[position : position + 1]
        if letter == COENG:
            continue
        if "\u1780" <= letter <= "\u17b3":
            subscripts.append(COENG + (_TA if letter == _DA else letter))
            position += 1
        else:
            dangling = True
    subscripts.sort(key=lambda subscript: subscript[1] == _RO)
    return [*subscripts, COENG] if dangling else subscripts, signs


def _join_split_vowels(before: list[str], above: list[str], after: list[str]) -> None:
    joined = True
    while joined:
        joined = False
        for part, other, whole, left_over in _SPLIT_VOWELS:
            side = after if other == _AA else above
            if part in before and other in side:
                before[before.index(part)] = whole
                side.remove(other)
                above.extend(left_over)
                joined = True


def _is_shifter_typed_as_u(
    before: list[str], below: list[str], above: list[str], after: list[str], others: list[str]
) -> bool:
    """Under a vowel above the base a shifter takes the shape of the vowel U, and is often typed as one."""
    if below != [_U] or len(before) > 1:
        return False
    if before == [_OE]:
        return True
    if before and before[0] < _E:
        return False
    following = [*above, *after, *others]
    return bool(above) or following[:2] == [_AA, _NIKAHIT] or following[:1] == [_SAMYOK]
