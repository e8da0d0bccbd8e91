"""Which script a text is in, and what in it the eye cannot see."""

import re
from typing import Final

from monitor.text import khmer

_KHMER: Final = re.compile(f"[{khmer.KHMER}]")
_KHMER_LETTERS: Final = re.compile(f"[{khmer.BASES}{khmer.MARKS}{khmer.COENG}\u17d3\u17d7\u17dc\u17dd]+")
_OTHER_LETTERS: Final = re.compile(r"[A-Za-z]+|[^\W\d_\u1780-\u17ff]+")  # the first is merely faster
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_TYPING_AIDS: Final = "\u200b\u200c\u200d\u17b4\u17b5"
_SEEN_KHMER: Final = f"{khmer.BASES}{khmer.MARKS}{khmer.COENG}\u17d3-\u17dd"
_TYPING_AID_IN_KHMER: Final = re.compile(
    f"(?<=[{_SEEN_KHMER}])[{_TYPING_AIDS}]++|[{_TYPING_AIDS}]++(?=[{_SEEN_KHMER}])|({_UNSEEN.pattern})"
)

# Cyrillic and Greek letters that are drawn like a Latin one (Unicode confusables.txt); beside a Latin letter they are
# no foreign word but a Latin one that is not what it looks like.
_LIKE_LATIN: Final = "АВЕКМНОРСТУХІЈЅаеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυ"
_LOOKALIKE: Final = re.compile(f"(?<=[A-Za-z])[{_LIKE_LATIN}]+|[{_LIKE_LATIN}]+(?=[A-Za-z])")
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def has_khmer(text: str) -> bool:
    """Whether `text` contains a Khmer letter, sign or punctuation mark (digits alone do not count)."""
    return not text.isascii() and _KHMER.search(text) is not None


def khmer_share(text: str) -> float:
    """How much of the letters and vowel signs in `text` is Khmer, 0 to 1; 0 where there are none.

    Digits, spaces, punctuation and invisible characters do not count.
    """
    if not has_khmer(text):
        return 0.0
    ours = sum(map(len, _KHMER_LETTERS.findall(text)))
    others = sum(map(len, _OTHER_LETTERS.findall(text)))
    return ours / (ours + others) if ours else 0.0


def visible(text: str) -> str:
    """`text` for human eyes: invisible and direction-changing characters are shown by number, as `[U+202E]`, and so are
    letters of another script inside a Latin word that look like Latin ones.

    Zero-width spaces, joiners and inherent vowels next to a Khmer letter are ordinary Khmer typing and stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return _LOOKALIKE.sub(_numbers, _TYPING_AID_IN_KHMER.sub(_shown, text))


def misleading(text: str) -> tuple[str, ...]:
    """The characters of `text`, as `U+202E`, by which it reads otherwise than it is written, each once.

    Those that turn its direction, and those that look like Latin letters inside a Latin word. Merely invisible ones
    mislead nobody: they are left out wherever texts are compared.
    """
    if text.isascii():
        return ()
    found = "".join((*_TURNING.findall(text), *_LOOKALIKE.findall(text)))
    return tuple(f"U+{ord(sign):04X}" for sign in dict.fromkeys(found))


def escaped_unseen(document: str) -> str:
    """A JSON document with its invisible and direction-changing characters written as `\\u202e`.

    It says the same to a program, and does nothing to the terminal of a person who looks at it.
    """
    if document.isascii():
        return document.replace("\x7f", "\\u007f")
    return _TYPING_AID_IN_KHMER.sub(_as_json, document)


def _as_json(match: re.Match[str]) -> str:
    unseen: str | None = match[1]
    if unseen is None or unseen == "\x00":
        return match[0]
    units = unseen.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _numbers(match: re.Match[str]) -> str:
    return "".join(f"[U+{ord(sign):04X}]" for sign in match[0])


def _shown(match: re.Match[str]) -> str:
    unseen: str | None = match[1]
    return match[0] if unseen is None else f"[U+{ord(unseen):04X}]"
