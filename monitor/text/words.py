"""Cutting text into the pieces a reader sees as changed or unchanged."""

from typing import Final

import regex

from monitor.text import khmer

_JOINERS: Final = "\u200c\u200d\u17b4\u17b5"
_SYLLABLE: Final = (
    rf"[{khmer.BASES}][{khmer.MARKS}\u17d3\u17dd{_JOINERS}]*+"
    rf"(?:{khmer.COENG}[{khmer.COENG}{_JOINERS}]*+[{khmer.BASES}]?+[{khmer.MARKS}\u17d3\u17dd{_JOINERS}]*+)*+"
)
_UNSPACED: Final = r"\p{Thai}\p{Lao}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}\p{Khmer}"
_TOKEN: Final = regex.compile(
    rf"{_SYLLABLE}"
    r"|[\s\u200b]++"
    rf"|[[\p{{L}}\p{{N}}_]--[{_UNSPACED}]][[\p{{L}}\p{{N}}\p{{M}}_]--[{_UNSPACED}]]*+"
    r"|[\u17e0-\u17e9]++"
    r"|\X",
    regex.VERSION1,
)


def tokens(text: str) -> tuple[str, ...]:
    """Words, spaces and single marks; nothing is lost: `"".join(tokens(text)) == text`.

    Khmer and other scripts without spaces are cut into grapheme clusters (UAX #29), Khmer ones widened to the whole
    orthographic syllable: a cluster boundary between a coeng and its letter would tear a written character apart.

    >>> tokens("Art. 5 ស្តីពី")
    ('Art', '.', ' ', '5', ' ', 'ស្តី', 'ពី')
    """
    return tuple(_TOKEN.findall(text))
