"""Whose instrument is it? The page's jurisdiction first, the words second."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Instrument, Packs, Passage
from monitor.status.names import Name, NameKind, Names, folded
from monitor.status.reading import Reading
from monitor.text.normal import keyed


@dataclass(frozen=True, slots=True)
class PlaceContext:
    """Countries named by the headings and the title of a passage."""

    heading: frozenset[str]
    around: frozenset[str]


class Places:
    """Chooses among the instruments a name may stand for, and tells when it is another country's."""

    def __init__(self, packs: Packs) -> None:
        self._packs = packs
        self._body_home = {identifier: body.jurisdiction for identifier, body in packs.bodies.items()}

    def context(self, passage: Passage, names: Names) -> PlaceContext:
        """The countries the headings and the title name."""
        heading: set[str] = set()
        around: set[str] = set()
        for text in (*passage.path, passage.title):
            if text:
                key = keyed(text).key
                found = {name.ids[0] for name in names.find(key, folded(key)) if name.kind is NameKind.COUNTRY}
                around |= found
                heading |= found
        return PlaceContext(frozenset(heading), frozenset(around))

    def choose(
        self, reading: Reading, passage: Passage, context: PlaceContext, names: Sequence[Name], home: str
    ) -> list[tuple[Instrument, str]]:
        """Pairs of instrument and why the statement is not about it (empty if it is); a fitting one ousts others."""
        candidates = [
            self._packs.instruments[identifier]
            for identifier in reading.name.ids
            if identifier in self._packs.instruments
        ]
        judged = [
            (instrument, self._foreign(instrument, reading, passage, context, names, home)) for instrument in candidates
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
        return fitting or judged

    def _foreign(
        self,
        instrument: Instrument,
        reading: Reading,
        passage: Passage,
        context: PlaceContext,
        names: Sequence[Name],
        home: str,
    ) -> str:
        own = instrument.party or instrument.jurisdiction
        told = reading.actor_country or reading.country
        if reading.country and not (reading.actor_country and reading.country == reading.actor_country):
            told = reading.country
        if len(own) != 2:
            if told and len(told) == 2 and told != own and not reading.actors:
                return "it is said of one country, not of the body that decides"
            return ""
        if instrument.party:
            return "it is said of another country" if told and told != own else ""
        if told:
            return "" if told == own else "it is said of another country"
        named = {name.ids[0] for name in names if name.kind is NameKind.COUNTRY} | context.around
        if own in named:
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

    def _distinctive(self, name: Name, own: str) -> bool:
        """Whether `name` is a body only that country has (not "National Assembly", which several have)."""
        if name.kind is not NameKind.BODY:
            return False
        homes = {self._body_home.get(identifier) for identifier in name.ids}
        roles = {self._packs.bodies[identifier].role for identifier in name.ids if identifier in self._packs.bodies}
        return homes == {own} and bool(
            roles & {"lead_ministry", "council", "gazette", "regulator", "agency", "proposed"}
        )
