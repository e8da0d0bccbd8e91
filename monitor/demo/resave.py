"""Writes Khmer text as another editor's keyboard would: the same words to a reader, other code points in the file."""

import re

_SUBSCRIPT_TA_OR_DA = {"្ត": "្ដ", "្ដ": "្ត"}
# ZERO WIDTH SPACE (U+200B) is what Khmer editors put between words so that lines can break.
_AFTER_VOWEL = re.compile("([\u17b6-\u17c8])(?=[\u1780-\u17a2])")
_RO_LAST = re.compile("\u17d2([\u1780-\u17a2])\u17d2\u179a")


def resaved(text: str) -> str:
    """`text` with moved zero-width spaces, subscript TA written as DA, RO before the other subscript, and ឱ្យ as ឲ្យ.

    Each is a way of writing that Khmer fonts show alike, or that writers hold to be one word.
    """
    text = text.replace("\u200b", "")
    text = text.replace("ឱ្យ", "ឲ្យ")
    text = _RO_LAST.sub("\u17d2\u179a\u17d2\\1", text)
    text = re.sub("្[តដ]", lambda match: _SUBSCRIPT_TA_OR_DA[match[0]], text)
    return _AFTER_VOWEL.sub("\\1\u200b", text)
