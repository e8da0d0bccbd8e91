"""Three hundred real edits, small as editors make them: a date, an article number, one word, a status."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from tests.faults.pages.bad import LANGUAGES
from tests.faults.pages.law import law_page, paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class RealEdit:
    """A page before and after an edit. `kind` names what was edited."""

    kind: str
    language: str
    before: bytes
    after: bytes


_DATES = {
    "en": ("The text was sent to the Council of Ministers on {d} {m} 2026.", ("March", "May", "June", "August")),
    "fr": ("Le texte a été transmis au Conseil des ministres le {d} {m} 2026.", ("mars", "mai", "juin", "août")),
    "km": ("អត្ថបទត្រូវបានផ្ញើទៅទីស្តីការគណៈរដ្ឋមន្ត្រីនៅថ្ងៃទី{d} ខែ{m} ឆ្នាំ២០២៦។", ("មីនា", "ឧសភា", "មិថុនា", "សីហា")),
}
_WORDS = {
    "en": (
        ("record", "register"),
        ("shall", "may"),
        ("authority", "ministry"),
        ("officer", "person"),
        ("loss", "leak"),
    ),
    "fr": (("registre", "journal"), ("désigne", "nomme"), ("perte", "fuite"), ("mois", "trimestre"), ("rend", "tient")),
    "km": (("កត់ត្រា", "រក្សាទុក"), ("ត្រូវ", "អាច"), ("មន្ត្រី", "បុគ្គល"), ("បាត់បង់", "លេចធ្លាយ"), ("បង្ហាញ", "ផ្ញើ")),
}
_STATES = {
    "en": ("Status: draft", "Status: under consultation", "Status: adopted", "Status: in force", "Status: withdrawn"),
    "fr": ("État : projet", "État : en consultation", "État : adopté", "État : en vigueur", "État : retiré"),
    "km": ("ស្ថានភាព៖ សេចក្តីព្រាង", "ស្ថានភាព៖ កំពុងពិគ្រោះ", "ស្ថានភាព៖ បានអនុម័ត", "ស្ថានភាព៖ ចូលជាធរមាន", "ស្ថានភាព៖ បានដកវិញ"),
}
_NUMBER = re.compile(r"(?:Article|មាត្រា) (\d+)")
_MARKS = ("<span class='n'>{}</span>", "{}", "<em>{}</em>", "{}<br>", "{}")


def real_edits(seed: int, count: int) -> Iterator[RealEdit]:
    """`count` edits of `_KINDS` in turn, in three languages in turn."""
    kinds = list(_KINDS.items())
    for number in range(count):
        kind, edit = kinds[number % len(kinds)]
        language = LANGUAGES[(number // len(kinds)) % len(LANGUAGES)]
        chance = random.Random(f"{seed}/{number}")
        text = [*paragraphs(language, chance.randrange(6, 30)), _dated(language, chance), _STATES[language][0]]
        changed = list(text)
        edit(changed, language, chance)
        mark = chance.choice(_MARKS)
        yield RealEdit(
            kind=kind, language=language, before=_page(language, text, mark), after=_page(language, changed, mark)
        )


def _page(language: str, text: list[str], mark: str) -> bytes:
    """The page, written by hand in places: an editor's own tags round a line, one of them never closed."""
    body = law_page(language, text=text).decode()
    line = escape(text[1], quote=False)
    return body.replace(line, mark.format(line)).encode()


def _dated(language: str, chance: random.Random) -> str:
    line, months = _DATES[language]
    return line.format(d=chance.randrange(1, 29), m=chance.choice(months))


def _date(text: list[str], language: str, chance: random.Random) -> None:
    while (line := _dated(language, chance)) == text[-2]:
        pass
    text[-2] = line


def _article(text: list[str], language: str, chance: random.Random) -> None:
    at = chance.randrange(len(text) - 2)
    text[at] = _NUMBER.sub(lambda found: found[0].replace(found[1], str(int(found[1]) + 100)), text[at], count=1)


def _word(text: list[str], language: str, chance: random.Random) -> None:
    old, new = chance.choice(_WORDS[language])
    at = chance.choice([at for at, line in enumerate(text) if old in line])
    text[at] = text[at].replace(old, new, 1)


def _status(text: list[str], language: str, chance: random.Random) -> None:
    text[-1] = chance.choice(_STATES[language][1:])


def _digit(text: list[str], language: str, chance: random.Random) -> None:
    """A time limit of another length."""
    at = chance.randrange(len(text) - 2)
    number = list(re.finditer(r"\d+", text[at]))[-1]
    text[at] = f"{text[at][: number.start()]}{int(number[0]) + 1}{text[at][number.end() :]}"


def _added(text: list[str], language: str, chance: random.Random) -> None:
    text.insert(chance.randrange(1, len(text)), paragraphs(language, 60)[chance.randrange(40, 60)])


def _removed(text: list[str], language: str, chance: random.Random) -> None:
    del text[chance.randrange(2, len(text) - 2)]


_KINDS: Mapping[str, Callable[[list[str], str, random.Random], None]] = {
    "a date": _date,
    "an article's number": _article,
    "one word": _word,
    "a status": _status,
    "a time limit": _digit,
    "an article more": _added,
    "an article less": _removed,
}
