"""Whose instrument is it? The page's jurisdiction first, the words second."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.model import Instrument, Packs, Passage
from monitor.packs.language import Language
from monitor.status.names import Name, NameKind, Names, folded
from monitor.status.reading import Reading
from monitor.text.normal import keyed

ELSEWHERE = "XX"
"""The code of "some other country than the watched one", for words several countries share ("House of Commons")."""

_INSIDE = re.compile(
    r"[\s,]*(?:(?:there|here|also|both|already|fully|formally|recently|back|last (?:year|month|week))\s+)?"
    r"(?:in|across|of|throughout|over in)\s+(?:the\s+)?(?:(?:neighbou?ring|nearby|next[ -]door|republic of)\s+)?"
)
"""What may stand between a verb, body or title and the country it is said of: "came into force in neighbouring …"."""
_OWNS = re.compile(r"(?:'s)?\s+(?:(?!the\b|an?\b)\w+\s+){0,3}")
"""What may stand between a country and its instrument: "Thailand's new …", "the Thai draft …"."""
_OPENS = re.compile(r"(?:'s)?\s+(?:has|had|have|\w*\s*(?:parliament|senate|national assembly|cabinet|government))\b")
"""What follows a country at the head of a sentence that is about its own instrument."""
_PRESIDENT = re.compile(r"(?<!vice )\bpresident\b(?! of (?:the )?(?:senate|national assembly|assembly|council|house))")
_OF_A_HOUSE = re.compile(r"(?:senate|assembly|council|house|cpp|party|bank)(?:'s)? $")
_SIGNED = frozenset({"sign", "promulgate", "issue"})
_OWN_ROLES = frozenset({"lead_ministry", "council", "gazette", "regulator", "agency", "proposed"})
_NAMED = (NameKind.INSTRUMENT, NameKind.STEM)


@dataclass(frozen=True, slots=True)
class PlaceContext:
    """Countries named by the headings and the title of a passage."""

    heading: frozenset[str]
    around: frozenset[str]


class Places:
    """Chooses among the instruments a name may stand for, and tells when it is another country's."""

    def __init__(self, packs: Packs, vocabulary: Mapping[str, Language]) -> None:
        self._packs = packs
        self._body_home = {identifier: body.jurisdiction for identifier, body in packs.bodies.items()}
        self._abroad = {
            folded(keyed(name).key): code
            for language in vocabulary.values()
            for code, names in language.abroad.items()
            for name in names
        }
        self._heads: dict[str, set[str]] = defaultdict(set)
        for body in packs.bodies.values():
            if body.role == "head_of_state":
                self._heads[body.jurisdiction] |= {folded(name) for names in body.names.values() for name in names}
        self._telling = {**_told_by_bodies(packs, vocabulary), **self._abroad}

    def context(self, passage: Passage, names: Names) -> PlaceContext:
        """The countries the headings and the title name."""
        heading: set[str] = set()
        for text in (*passage.path, passage.title):
            if text:
                key = keyed(text).key
                heading |= countries(names.find(key, folded(key)))
        return PlaceContext(frozenset(heading), frozenset(heading))

    def spoken_of(self, names: Sequence[Name], key: str) -> frozenset[str]:
        """The countries that `names` in `key` name, alone or as part of a body ("National Assembly of Laos")."""
        bodies = (folded(key[name.start : name.end]) for name in names if name.kind is NameKind.BODY)
        return countries(names) | {self._telling[body] for body in bodies if body in self._telling}

    def narrowed(self, names: list[Name], passage: Passage, context: PlaceContext, home: str) -> list[Name]:
        """`names` with only the page's own instruments where several countries' share one and no other is spoken of.

        A page of no known jurisdiction is read as one of `home`.
        """
        own = passage.jurisdiction or home
        if not any(name.kind in _NAMED and len(name.ids) > 1 for name in names):
            return names
        if not own or (countries(names) | context.around) - {own} or any(self._foreign_body(n, own) for n in names):
            return names
        return [
            replace(name, ids=kept)
            if name.kind in _NAMED and len(name.ids) > 1 and (kept := self._of(name.ids, {own}))
            else name
            for name in names
        ]

    def owner(self, names: Sequence[Name], key: str) -> str:
        """The one country whose instrument the sentence `key` names, by words beside the name; else empty."""
        found = set()
        for country in names:
            if country.kind is not NameKind.COUNTRY:
                continue
            opens = _OPENS.match(folded(key), country.end) is not None and not key[: country.start].strip()
            for name in names:
                if name.kind is NameKind.INSTRUMENT and (
                    opens
                    or _OWNS.fullmatch(folded(key[country.end : name.start]))
                    or (name.end <= country.start and _INSIDE.fullmatch(folded(key[name.end : country.start])))
                ):
                    found.add(country.ids[0])
        return next(iter(found)) if len(found) == 1 else ""

    def meant(self, ids: Iterable[str], jurisdiction: str, spoken_of: frozenset[str], home: str) -> tuple[str, ...]:
        """Those of `ids` that a text of `jurisdiction` means that names the countries `spoken_of`; all if none fits."""
        listed = tuple(ids)
        if len(listed) < 2:
            return listed
        return self._of(listed, {jurisdiction, *spoken_of}) or (self._of(listed, {home}) if home else ()) or listed

    def choose(
        self, reading: Reading, passage: Passage, context: PlaceContext, names: Sequence[Name], home: str, key: str
    ) -> list[tuple[Instrument, str]]:
        """Pairs of instrument and why the statement is not about it (empty if it is); a fitting one ousts others.

        `key` is the match key of the sentence, in which `reading` and `names` have their places.
        """
        candidates = [
            self._packs.instruments[identifier]
            for identifier in reading.name.ids
            if identifier in self._packs.instruments
        ]
        judged = [
            (instrument, self._foreign(instrument, reading, passage, context, names, home, key))
            for instrument in candidates
        ]
        fitting: list[tuple[Instrument, str]] = [pair for pair in judged if not pair[1]]
        if len(fitting) > 1:
            wanted = (
                reading.country
                or reading.actor_country
                or (passage.jurisdiction if len(passage.jurisdiction) == 2 else home)
            )
            exact = [pair for pair in fitting if pair[0].jurisdiction == wanted]
            fitting = exact or fitting[:1]
        return fitting or _nearest(judged, passage.jurisdiction, home)

    def _foreign(
        self,
        instrument: Instrument,
        reading: Reading,
        passage: Passage,
        context: PlaceContext,
        names: Sequence[Name],
        home: str,
        key: str,
    ) -> str:
        own = instrument.party or instrument.jurisdiction
        told = self._told(reading, own, home)
        if len(own) != 2:
            if told and len(told) == 2 and told != own and not reading.actors:
                return "it is said of one country, not of the body that decides"
            return ""
        if instrument.party:
            return "it is said of another country" if told and told != own else ""
        if told:
            return "" if told == own else "it is said of another country"
        if elsewhere := self._elsewhere(reading, names, own, home, key):
            return elsewhere
        if own in self.spoken_of(names, key) | context.around:
            return ""
        if context.heading and own not in context.heading and passage.jurisdiction in ("", own):
            return "the heading names another country"
        if passage.jurisdiction in ("", own) and (passage.jurisdiction or own == home or not home):
            return ""
        if any(self._distinctive(name, own) for name in names):
            return ""
        if not passage.jurisdiction:
            return "the text does not name the country of this instrument"
        return "the page is about another jurisdiction and the text does not name this country"

    def _told(self, reading: Reading, own: str, home: str) -> str:
        """The country the grammar gives the statement; "some other country" says nothing against one not at home."""
        told = reading.actor_country or reading.country
        if reading.country and not (reading.actor_country and reading.country == reading.actor_country):
            told = reading.country
        return "" if told == ELSEWHERE and own != home else told

    def _elsewhere(self, reading: Reading, names: Sequence[Name], own: str, home: str, key: str) -> str:
        """Why the sentence speaks of another country, though the grammar does not say so; empty if it does not."""
        if self._others(reading.actors, own) or (not reading.actors and self._others(reading.targets, own)):
            return "it is said of another country's body"
        if own in self.spoken_of(names, key) or any(self._distinctive(name, own) for name in names):
            return ""
        for name in names:
            if self._foreign_body(name, own) or self._seat_abroad(name, own, home, key):
                return f"the sentence speaks of another country (“{key[name.start : name.end]}”)"
        if reading.act in _SIGNED and not reading.actors and self._foreign_president(own, folded(key)):
            return "a president signs, and this country has none"
        ends = [reading.cue.end, reading.name.end, *(name.end for name in names if name.kind is NameKind.BODY)]
        for name in names:
            if name.kind is not NameKind.COUNTRY or not self._other(name.ids[0], own, home):
                continue
            if any(end <= name.start and _INSIDE.fullmatch(folded(key[end : name.start])) for end in ends):
                return f"it is said of another country (“{key[name.start : name.end]}”)"
        return ""

    def _foreign_president(self, own: str, low: str) -> bool:
        """Whether `low` names a president of state, though the head of state of `own` is none."""
        if not self._heads.get(own) or any("president" in head for head in self._heads[own]):
            return False
        return any(not _OF_A_HOUSE.search(low[: found.start()]) for found in _PRESIDENT.finditer(low))

    def _others(self, bodies: Sequence[str], own: str) -> bool:
        """Whether all of `bodies`, being states' bodies, are those of other states."""
        homes = {self._body_home.get(identifier, "") for identifier in bodies}
        return bool(homes) and own not in homes and all(len(home) == 2 for home in homes)

    def _foreign_body(self, name: Name, own: str) -> bool:
        return name.kind is NameKind.BODY and self._others(name.ids, own)

    def _seat_abroad(self, name: Name, own: str, home: str, key: str) -> bool:
        """Whether `name` is a house, a palace or a leader that only another country has."""
        return (
            name.kind is NameKind.COUNTRY
            and self._other(name.ids[0], own, home)
            and folded(key[name.start : name.end]) in self._abroad
        )

    def _other(self, code: str, own: str, home: str) -> bool:
        return code != own and not (code == ELSEWHERE and own != home)

    def _distinctive(self, name: Name, own: str) -> bool:
        """Whether `name` is a body only that country has (not "National Assembly", which several have)."""
        if name.kind is not NameKind.BODY:
            return False
        homes = {self._body_home.get(identifier) for identifier in name.ids}
        roles = {self._packs.bodies[identifier].role for identifier in name.ids if identifier in self._packs.bodies}
        return homes == {own} and bool(roles & _OWN_ROLES)

    def _of(self, ids: Iterable[str], jurisdictions: set[str]) -> tuple[str, ...]:
        return tuple(
            identifier for identifier in ids if self._packs.instruments[identifier].jurisdiction in jurisdictions
        )


def _nearest(judged: list[tuple[Instrument, str]], *jurisdictions: str) -> list[tuple[Instrument, str]]:
    """Of instruments that share a name and are none of them meant, those of the first jurisdiction that has any."""
    for jurisdiction in jurisdictions:
        if kept := [pair for pair in judged if pair[0].jurisdiction == jurisdiction]:
            return kept
    return judged


def countries(names: Iterable[Name]) -> frozenset[str]:
    """The codes of the countries among `names`."""
    return frozenset(name.ids[0] for name in names if name.kind is NameKind.COUNTRY)


def _told_by_bodies(packs: Packs, vocabulary: Mapping[str, Language]) -> dict[str, str]:
    """Names of bodies that have their country, its adjective or its leader in them, and that country's code."""
    told = {}
    for body in packs.bodies.values():
        home = body.jurisdiction
        known = [(*each.countries.get(home, ()), *each.abroad.get(home, ())) for each in vocabulary.values()]
        words = [f" {folded(name)} " for names in known for name in names]
        for name in (name for names in body.names.values() for name in names):
            low = folded(keyed(name).key)
            if any(word in f" {low} " for word in words):
                told[low] = home
    return told
