"""A reading: what one sentence says about one named instrument, before the stage table has been asked."""

from dataclasses import dataclass, field

from monitor.model import Flag, Modality
from monitor.status.names import Name


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the sentence's match key that made rule `rule` fire."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Hedge:
    """What keeps a reading from being asserted: the words, how they put it, and why in words for a reader."""

    span: Span
    modality: Modality
    why: str
    negative: bool = False


@dataclass(slots=True)
class Reading:
    """One act on one instrument as the grammar gives it. All offsets are in the sentence's match key.

    `actors` are the bodies that act and `targets` those that receive (ids, best guess first); `actor_country` is the
    country that acts or whose body acts, `country` the one the instrument is said to be of. `background` marks what is
    told in passing (a participle, a relative clause), so that the main statement wins. `clause` is where its dates are.
    """

    name: Name
    act: str
    cue: Span
    clause: tuple[int, int]
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    actor_country: str = ""
    country: str = ""
    draft: bool = False
    nominal: bool = False
    background: bool = False
    anaphora: bool = False
    present: bool = False
    object_words: str = ""
    hedges: list[Hedge] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)
    cues: list[Span] = field(default_factory=list)
    confidence: float = 1.0
