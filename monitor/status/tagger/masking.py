"""A passage as the trained reader sees it: names, numbers and dates replaced by what they are."""

import re
from collections.abc import Sequence

from monitor.model import Instrument, InstrumentType, Packs
from monitor.status.english.tokens import Kind, Token

_NOUNS = {
    InstrumentType.LAW: "law",
    InstrumentType.POLICY: "policy",
    InstrumentType.STRATEGY: "policy",
    InstrumentType.SOFT_LAW: "guide",
    InstrumentType.TREATY: "treaty",
}
_DECREE = "decree"
_HOME, _ABROAD = "cambodia", "thailand"
"""Words that stand for "the instrument's own country" and "any other": one token each to the network."""
_YEAR, _NUMBER, _MONTH = "2025", "12", "march"
_MONTHS = re.compile(
    r"\b(?:january|february|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct"
    r"|nov|dec)\b\.?|(?<=\d )(?:march|may|mar)\b|\b(?:march|may|mar)(?= \d)"
)
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")
_DIGITS = re.compile(r"\d+(?:[.,:/-]\d+)*")


class Masking:
    """Masks passages for the instruments of `packs`; `home` is the country of the first of them that has one."""

    def __init__(self, packs: Packs, home: str) -> None:
        self._packs = packs
        self._home = home

    def masked(self, key: str, named: Sequence[Token], instrument: Instrument) -> str:
        """`key` (a match key) with the names of `named` masked as seen from `instrument`, the target. Lower case."""
        parts: list[str] = []
        position = 0
        for token in named:
            parts.append(_plain(key[position : token.start]))
            parts.append(self._label(token, instrument))
            position = token.end
        parts.append(_plain(key[position:]))
        return " ".join(" ".join(parts).split())

    def _label(self, token: Token, instrument: Instrument) -> str:
        if token.kind is Kind.INSTRUMENT:
            return self._instrument_label(token, instrument)
        own = instrument.party or instrument.jurisdiction
        if token.kind is Kind.COUNTRY:
            return _HOME if (own if len(own) == 2 else self._home) in token.ids else _ABROAD
        bodies = [self._packs.bodies[identifier] for identifier in token.ids if identifier in self._packs.bodies]
        if not bodies:
            return _plain(token.low)
        foreign = len(own) == 2 and all(len(body.jurisdiction) == 2 and body.jurisdiction != own for body in bodies)
        return f"{'foreign ' if foreign else ''}{bodies[0].role.replace('_', ' ')}"

    def _instrument_label(self, token: Token, instrument: Instrument) -> str:
        target = instrument.id in token.ids
        kind = instrument.type if target else self._packs.instruments[token.ids[0]].type
        noun = _NOUNS.get(kind, _DECREE)
        draft = "draft " if token.low.startswith("draft") else ""
        if token.low.endswith(("bill", "bills")):
            noun = "bill"
        return f"{draft}{'target' if target else 'other'} {noun}"


def _plain(text: str) -> str:
    """`text` in lower case, its dates and numbers alike; the word that marks the target is kept for the target."""
    low = _MONTHS.sub(_MONTH, text.lower()).replace("target", "goal")
    return _DIGITS.sub(_NUMBER, _YEARS.sub(_YEAR_MARK, low)).replace(_YEAR_MARK, _YEAR)


_YEAR_MARK = "\ue000"
