"""How much of an earlier text is still there: by runs of three words, so that a changed word costs little."""

from monitor.model import Document
from monitor.text.normal import match_key
from monitor.text.words import tokens

_RUN = 3
_CHARACTERS = 60_000  # of either text; an error page is told from a law long before


def runs(document: Document) -> frozenset[tuple[str, ...]]:
    """The runs of three neighbouring words (in Khmer: syllables) in the text of `document`."""
    text = match_key(" ".join(block.text for block in document.blocks)[:_CHARACTERS])
    words = [word for word in tokens(text) if not word.isspace()]
    return frozenset(zip(*(words[start:] for start in range(_RUN)), strict=False))


def kept(before: Document, now: Document) -> float | None:
    """The share (0 to 1) of the text of `before` that stands in `now`; None if `before` is too short to tell."""
    old = runs(before)
    return len(old & runs(now)) / len(old) if len(old) >= _ENOUGH else None


_ENOUGH = 20
"""Runs from which a share means something: about two lines of text."""
