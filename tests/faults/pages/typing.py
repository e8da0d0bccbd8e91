"""One Khmer text in the ways people and programs type it: they look alike, and say the same."""

import random
import re
import unicodedata

from monitor.text.words import tokens

_COENG = "\u17d2"
_JOINERS = ("\u200b", "\u200c", "\u200d")
_PARTS = re.compile(f"{_COENG}[\u1780-\u17a2]|[\u17b6-\u17d1]")
_TWO_KEYS = {"\u17be": "\u17c1\u17b8", "\u17c4": "\u17c1\u17b6"}  # vowels that old keyboards made with two keys


def typed(text: str, chance: random.Random) -> str:
    """`text` as somebody else would have typed it."""
    written = "".join(_syllable(piece, chance) for piece in tokens(text))
    return unicodedata.normalize(chance.choice(("NFC", "NFD")), written)


def _syllable(piece: str, chance: random.Random) -> str:
    """A syllable with its subscripts and vowels in another order, and something invisible after it."""
    if not "\u1780" <= piece[0] <= "\u17a2":
        return piece
    parts = _PARTS.findall(piece[1:])
    if len(parts) > 1 and "".join(parts) == piece[1:] and chance.random() < 0.3:
        piece = piece[0] + "".join(chance.sample(parts, len(parts)))
    if chance.random() < 0.3:
        piece = "".join(_TWO_KEYS.get(sign, sign) for sign in piece)
    return piece + chance.choice(_JOINERS) if chance.random() < 0.3 else piece
