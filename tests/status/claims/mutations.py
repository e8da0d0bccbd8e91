"""Mutations of labelled statements: those under which a verdict must stay, and those under which it must go.

Each takes a statement and a source of chance and gives the mutated statement, or None where it does not apply. Whether
it applies is decided by the words alone, never by how they are read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise
from random import Random

from monitor.evaluation import Labelled
from monitor.model import Claim, Instrument, Stage
from monitor.packs import available, load
from monitor.packs.language import languages
from monitor.status.names import Name, NameKind, Names, folded
from monitor.text.dates import FoundDate, find_dates
from monitor.text.normal import has_khmer, keyed, match_key

PACKS = load(available())[0]
_BASELINE = max(item.as_of for item in PACKS.instruments.values())
_EARLY = (Stage.ABSENT, Stage.ANNOUNCED, Stage.DRAFTING, Stage.CONSULTATION, Stage.SUBMITTED)
_KHMER_DIGITS = "០១២៣៤៥៦៧៨៩"
_OTHER_DIGITS = str.maketrans("0123456789" + _KHMER_DIGITS, _KHMER_DIGITS + "0123456789")
_MONTHS = (
    (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"),
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutated statement; `renamed` says which instrument now stands for which."""

    statement: Labelled
    renamed: Mapping[str, str] = field(default_factory=dict)


Mutation = Callable[[Labelled, Random], Mutant | None]


@cache
def _names() -> Names:
    return Names(PACKS, languages())


def named(text: str) -> list[tuple[int, int, Name]]:
    """The names in `text` with their places in it, in reading order."""
    whole = keyed(text)
    return [(*whole.raw_span(name.start, name.end), name) for name in _names().find(whole.key, folded(whole.key))]


def _changed(statement: Labelled, text: str) -> Mutant | None:
    return Mutant(replace(statement, text=text)) if text != statement.text else None


def _some(pattern: str, put: Callable[[str], str], text: str, chance: Random, share: float = 0.5) -> str:
    """`text` with about `share` of what `pattern` matches replaced, at least one."""
    places = [match.span() for match in re.finditer(pattern, text)]
    chosen = [span for span in places if chance.random() < share] or places[:1]
    for start, end in reversed(chosen):
        text = text[:start] + put(text[start:end]) + text[end:]
    return text


# ---------------------------------------------------------------- dates


def another_date(statement: Labelled, chance: Random) -> Mutant | None:
    """Another date of the same form, on the same side of the day the register's baseline was held on."""
    found = find_dates(statement.text)
    if len(found) != 1 or any(start < found[0].end and found[0].start < end for start, end, _ in named(statement.text)):
        return None
    (old,) = found
    said = statement.text[old.start : old.end]
    new = _redated(said, old, chance)
    again = find_dates(new)
    if new == said or [item.kind for item in again] != [old.kind]:
        return None
    return _changed(statement, statement.text[: old.start] + new + statement.text[old.end :])


def _redated(said: str, old: FoundDate, chance: Random) -> str:
    years = chance.randint(1, 3) * (-1 if _is_past(old) else 1)
    new = said.replace(str(old.value.year), str(old.value.year + years))
    new = new.replace(_khmer(old.value.year), _khmer(old.value.year + years))
    for months in _MONTHS:
        for month in months:
            if month in new:
                new = new.replace(month, chance.choice(months))
                break
    if old.kind == "day" and any(month in new for months in _MONTHS for month in months):
        day = chance.randint(1, 28)
        new = re.sub(rf"(?<!\d){old.value.day}(?!\d)", str(day), new, count=1)
        new = re.sub(rf"(?<![០-៩]){_khmer(old.value.day)}(?![០-៩])", _khmer(day), new, count=1)
    return new


def _is_past(found: FoundDate) -> bool:
    return bool(found.value.latest < (_BASELINE or date.min))


def _khmer(number: int) -> str:
    return "".join(_KHMER_DIGITS[int(digit)] for digit in str(number))


# ---------------------------------------------------------------- instruments


def another_instrument(statement: Labelled, chance: Random) -> Mutant | None:
    """Another instrument of the same country and type, by a name of the same build."""
    return _renamed(statement, chance, lambda old, new: new.jurisdiction == old.jurisdiction)


def an_instrument_elsewhere(statement: Labelled, chance: Random) -> Mutant | None:
    """Another country's instrument of the same type on a page of that country, where nothing else is a country's."""
    if any(name.kind in (NameKind.BODY, NameKind.COUNTRY) for _, _, name in named(statement.text)):
        return None
    mutant = _renamed(
        statement, chance, lambda old, new: len(new.jurisdiction) == 2 and new.jurisdiction != old.jurisdiction
    )
    if mutant is None:
        return None
    (new,) = mutant.renamed.values()
    return replace(mutant, statement=replace(mutant.statement, jurisdiction=PACKS.instruments[new].jurisdiction))


def _renamed(statement: Labelled, chance: Random, fits: Callable[[Instrument, Instrument], bool]) -> Mutant | None:
    if statement.heading:
        return None
    places = [(start, end, name) for start, end, name in named(statement.text) if name.kind is NameKind.INSTRUMENT]
    ids = {identifier for _, _, name in places for identifier in name.ids if identifier.startswith("kh-")}
    if len(ids) != 1 or any(name.plural for _, _, name in places):
        return None
    old = PACKS.instruments[next(iter(ids))]
    rivals = [
        item
        for item in PACKS.instruments.values()
        if item.id != old.id
        and item.type is old.type
        and (item.stage in _EARLY) == (old.stage in _EARLY)
        and fits(old, item)
    ]
    chance.shuffle(rivals)
    for new in rivals:
        text = statement.text
        for start, end, _ in reversed(places):
            name = _alike(text[start:end], new)
            if name is None or re.search(r"\ban? $", text[:start], re.IGNORECASE):
                break
            text = text[:start] + name + text[end:]
        else:
            return Mutant(replace(statement, text=text), {old.id: new.id})
    return None


def _alike(said: str, instrument: Instrument) -> str | None:
    """A name of `instrument` built as `said` is: "Law on …", "… Law", "… Bill", ច្បាប់ស្តីពី…."""
    language = "km" if has_khmer(said) else "en"
    known = [
        name for name in instrument.aliases.get(language, ()) if re.fullmatch(r"[A-Za-z -]+|[\u1780-\u17ff]+", name)
    ]
    if language == "km":
        heads = [head for head in ("ច្បាប់ស្តីពី", "ច្បាប់") if match_key(said).startswith(match_key(head))]
        return next((name for name in known if heads and name.startswith(heads[0])), None)
    for opening in ("law on ", "strategy on "):
        if said.lower().startswith(opening):
            return next((name for name in known if name.lower().startswith(opening)), None)
    noun = said.rpartition(" ")[2].lower()
    if noun == "bill":
        return next((f"{name[:-4]} {said.rpartition(' ')[2]}" for name in known if name.endswith(" Law")), None)
    if noun in ("law", "strategy", "policy"):
        return next((name for name in known if name.lower().endswith(f" {noun}")), None)
    return None


def other_order(statement: Labelled, chance: Random) -> Mutant | None:
    """ "X and Y" as "Y and X": names of one kind, of which the same is said."""
    places = named(statement.text)
    for (start, end, name), (after, last, other) in pairwise(places):
        between = statement.text[end:after]
        if name.kind is not other.kind or name.ids == other.ids or name.plural or other.plural:
            continue
        if name.kind not in (NameKind.INSTRUMENT, NameKind.BODY) or not re.fullmatch(
            r"\s*,?\s*(?:and|និង)\s*(?:the )?", between
        ):
            continue
        if name.kind is NameKind.INSTRUMENT and _said(statement, name) != _said(statement, other):
            continue
        text = statement.text
        return _changed(statement, text[:start] + text[after:last] + between + text[start:end] + text[last:])
    return None


def _said(statement: Labelled, name: Name) -> set[str]:
    return {stage for instrument, stage in statement.asserted if instrument in name.ids}


# ---------------------------------------------------------------- spaces


def other_spaces(statement: Labelled, chance: Random) -> Mutant | None:
    """Doubled spaces, tabs, spaces before and behind."""
    text = _some(" ", lambda _: chance.choice(("  ", "\t", "   ")), statement.text, chance)
    return _changed(statement, f"{chance.choice((' ', '  ', chr(9)))}{text} ")


def unbreakable_spaces(statement: Labelled, chance: Random) -> Mutant | None:
    """Spaces that do not break: U+00A0, U+202F."""
    return _changed(statement, _some(" ", lambda _: chance.choice("\u00a0\u202f"), statement.text, chance))


def invisible_characters(statement: Labelled, chance: Random) -> Mutant | None:
    """Zero-width spaces between Khmer syllables and behind Latin spaces, soft hyphens inside long Latin words."""
    text = _some(
        r"(?<=[\u1780-\u17d1])(?<!\u17d2.)(?=[\u1780-\u17a2])", lambda _: "\u200b", statement.text, chance, 0.3
    )
    text = _some(r"(?<= )(?=[A-Za-z])", lambda _: chance.choice("\u200b\ufeff"), text, chance, 0.3)
    return _changed(statement, _some(r"(?<=[A-Za-z]{4})(?=[a-z]{4})", lambda _: "\u00ad", text, chance, 0.2))


def line_breaks(statement: Labelled, chance: Random) -> Mutant | None:
    """Lines broken in the source of the page, inside a paragraph."""
    return _changed(
        statement, _some(" ", lambda _: chance.choice(("\n", "\r\n", "\n    ")), statement.text, chance, 0.2)
    )


# ---------------------------------------------------------------- spelling


def other_coeng(statement: Labelled, chance: Random) -> Mutant | None:
    """Subscript TA for DA and the other way round: they look the same."""
    swap = {"្ត": "្ដ", "្ដ": "្ត"}
    return _changed(statement, _some("្[តដ]", swap.__getitem__, statement.text, chance))


def other_give(statement: Labelled, chance: Random) -> Mutant | None:
    """The word ឱ្យ in its other spellings."""
    spellings = ("ឱ្យ", "ឲ្យ", "អោយ")
    return _changed(
        statement,
        _some(
            "|".join(spellings),
            lambda now: chance.choice([it for it in spellings if it != now]),
            statement.text,
            chance,
            1,
        ),
    )


def other_digits(statement: Labelled, chance: Random) -> Mutant | None:
    """Khmer digits for Latin ones in a Khmer text, and the other way round."""
    if not has_khmer(statement.text):
        return None
    return _changed(statement, statement.text.translate(_OTHER_DIGITS))


def other_quotes(statement: Labelled, chance: Random) -> Mutant | None:
    """Typographic quotes and apostrophes for straight ones, and the other way round."""
    text = re.sub(r'"([^"]*)"', "“\\1”", statement.text)
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    if text == statement.text:
        text = text.translate(str.maketrans("“”’‘", "\"\"''"))
    return _changed(statement, text)


def other_dashes(statement: Labelled, chance: Random) -> Mutant | None:
    """Another dash between spaces, another hyphen inside words."""
    text = re.sub(r"(?<= )[-–—](?= )", lambda now: chance.choice([it for it in "-–—" if it != now[0]]), statement.text)
    return _changed(statement, re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", lambda _: chance.choice("\u2010\u2011"), text))


def heading_in_capitals(statement: Labelled, chance: Random) -> Mutant | None:
    """The heading in capitals, or every word of it with one."""
    shout = chance.random() < 0.5
    heading = statement.heading.upper() if shout else re.sub(r"\b[a-z]", lambda it: it[0].upper(), statement.heading)
    return Mutant(replace(statement, heading=heading)) if heading != statement.heading else None


# ---------------------------------------------------------------- what must change the verdict

Change = Callable[[Labelled, "Told"], Labelled | None]
_BASES = {
    f"{base}{ending}": f"{base}{rest}"
    for base, ending, rest in (
        ("adopt", "ed", ""), ("approv", "ed", "e"), ("pass", "ed", ""), ("sign", "ed", ""), ("endors", "ed", "e"),
        ("enact", "ed", ""), ("launch", "ed", ""), ("submit", "ted", ""), ("ratif", "ied", "y"), ("repeal", "ed", ""),
        ("promulgat", "ed", "e"), ("publish", "ed", ""), ("withdr", "ew", "aw"), ("amend", "ed", ""),
        ("clear", "ed", ""), ("introduc", "ed", "e"), ("draft", "ed", ""), ("forward", "ed", ""), ("finish", "ed", ""),
        ("unveil", "ed", ""),
    )
}  # fmt: skip
_PASSIVE = r"\b(?:(?P<one>was|has been)|(?P<many>were|have been)) (?=(?:\w+ly )?{cue}\b)"


@dataclass(frozen=True, slots=True)
class Told:
    """Where a statement tells what was done: `[start:end]` is what the future or a denial takes the place of."""

    start: int
    end: int
    verb: str
    language: str
    passive: bool
    many: bool = False


def told(statement: Labelled, claims: Sequence[Claim]) -> Told | None:
    """How the one asserted claim of a one-sentence statement is told, if in a plain way."""
    asserted = [claim for claim in claims if claim.asserted]
    if len(asserted) != 1 or re.search(r"[.;។?!](?! ?$)|[:៖|]", statement.text) or not asserted[0].cues:
        return None
    cue = asserted[0].cues[0].text
    if statement.text.count(cue) != 1 or not cue:
        return None
    if has_khmer(cue):
        match = re.search(f"(?P<passive>ត្រូវ)?បាន(?={re.escape(cue)})", statement.text)
        return Told(*match.span(), match[0], "km", bool(match["passive"])) if match else None
    match = re.search(_PASSIVE.format(cue=re.escape(cue)), statement.text)
    if match:
        return Told(*match.span(), cue, "en", True, bool(match["many"]))
    place = statement.text.index(cue)
    if cue in _BASES and any(end == place - 1 for _, end, name in named(statement.text) if name.kind is NameKind.BODY):
        return Told(place, place + len(cue), cue, "en", False)
    return None


def _put(statement: Labelled, place: Told, words: str) -> Labelled:
    return replace(statement, text=statement.text[: place.start] + words + statement.text[place.end :])


def not_yet(statement: Labelled, place: Told) -> Labelled:
    """ "Was adopted" as "has not yet been adopted"."""
    if place.language == "km":
        return _put(statement, place, f"មិនទាន់{place.verb}")
    if place.passive:
        return _put(statement, place, f"{'have' if place.many else 'has'} not yet been ")
    return _put(statement, place, f"has not yet {place.verb}")


def will_be(statement: Labelled, place: Told) -> Labelled:
    """ "Was adopted" as "will be adopted"."""
    if place.language == "km":
        return _put(statement, place, "នឹងត្រូវ" if place.passive else "នឹង")
    return _put(statement, place, "will be " if place.passive else f"will {_BASES[place.verb]}")


def is_expected(statement: Labelled, place: Told) -> Labelled:
    """ "Was adopted" as "is expected to be adopted"."""
    if place.language == "km":
        return _put(statement, place, "រំពឹងថានឹងត្រូវបាន" if place.passive else "រំពឹងថានឹង")
    verb = "are" if place.many else "is"
    return _put(statement, place, f"{verb} expected to {'be ' if place.passive else _BASES[place.verb]}")


_BEFORE_MAIN = re.compile(r",|\b(?:when|after|since|before|while|though|which|that|as|not)\b|មិនត្រឹម", re.IGNORECASE)


def conditional(statement: Labelled, place: Told) -> Labelled | None:
    """The statement as the condition of something else, where nothing stands before its main clause."""
    if place.language == "km":
        return replace(statement, text=f"ប្រសិនបើ{statement.text.rstrip(' ។')} ក្រុមហ៊ុនត្រូវចុះបញ្ជី។")
    if _BEFORE_MAIN.search(statement.text[: place.start]):
        return None
    text = statement.text.rstrip(" .")
    if not any(start == 0 for start, _, _ in named(text)):
        text = text[0].lower() + text[1:]
    return replace(statement, text=f"If {text}, companies must register.")


_ELSEWHERE = (("Cambodia", "Thailand"), ("Cambodian", "Thai"), ("កម្ពុជា", "ថៃ"))


_ONLY_HERE = re.compile("Phnom Penh|Royal|Kingdom|Samdech|Sub-Decree No|ភ្នំពេញ|ព្រះរាជ|សម្តេច|វ៉ាន់ដេត|អនុក្រឹត្យលេខ")


def another_country(statement: Labelled) -> Labelled | None:
    """The same of another country, where the text says whose it is and names no body that only Cambodia has."""
    homes = [
        {PACKS.bodies[identifier].jurisdiction for identifier in name.ids}
        for _, _, name in named(statement.text)
        if name.kind is NameKind.BODY
    ]
    if any(home == {"KH"} for home in homes) or _ONLY_HERE.search(statement.text):
        return None
    if [PACKS.instruments[identifier].jurisdiction for identifier, _ in statement.asserted] != ["KH"]:
        return None
    text = statement.text
    for home, other in _ELSEWHERE:
        text = re.sub(rf"\b{home}\b" if home.isascii() else home, other, text)
    return replace(statement, text=text) if text != statement.text else None
