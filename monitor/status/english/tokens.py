"""Tokens of an English sentence."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.status.names import Name


class Kind(StrEnum):
    """What a token is to the grammar."""

    INSTRUMENT = "instrument"
    STEM = "stem"
    BODY = "body"
    COUNTRY = "country"
    VERB = "verb"
    AUXILIARY = "auxiliary"
    MODAL = "modal"
    NEGATOR = "negator"
    TO = "to"
    PREPOSITION = "preposition"
    DETERMINER = "determiner"
    PRONOUN = "pronoun"
    RELATIVE = "relative"
    THAT = "that"
    SUBORDINATOR = "subordinator"
    COORDINATOR = "coordinator"
    CONTRAST = "contrast"
    ADVERB = "adverb"
    NOMINAL = "nominal"
    TRANSPARENT = "transparent"
    OTHER_OBJECT = "other_object"
    HEDGE = "hedge"
    NUMBER = "number"
    WORD = "word"
    POINT = "point"
    POSSESSIVE = "possessive"


@dataclass(frozen=True, slots=True)
class VerbWord:
    """One form of a verb: its lemma, the acts it can be, its classes, which forms it is (`bsdng`) and what follows.

    Forms: b base, s third person, d past, n past participle, g -ing. `theme` is "subject" where the instrument is the
    subject of the active verb.
    """

    lemma: str
    acts: tuple[str, ...]
    classes: frozenset[str]
    forms: str
    theme: str = "object"

    @property
    def act(self) -> str:
        """The first act, or an empty string."""
        return self.acts[0] if self.acts else ""


@dataclass(slots=True)
class Token:
    """A word, a name or a mark; `start` and `end` are offsets in the sentence's match key."""

    kind: Kind
    low: str
    start: int
    end: int
    upper: bool = False
    value: str = ""
    verb: VerbWord | None = None
    name: Name | None = None
    guard: str = ""
    draft: bool = False
    transparent: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids its name may stand for; none for a plain word."""
        return self.name.ids if self.name is not None else ()
