"""What the trained reader is asked: one question for each instrument and stretch of text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.model import Claim, Instrument, Stage
from monitor.status.names import Name, NameKind
from monitor.status.tagger.network import Probabilities
from monitor.text.normal import Keyed

ACTS: Mapping[Stage, str] = {
    Stage.ABSENT: "absent",
    Stage.ANNOUNCED: "announce",
    Stage.DRAFTING: "draft",
    Stage.CONSULTATION: "consult",
    Stage.SUBMITTED: "submit",
    Stage.APPROVED: "approve",
    Stage.ADOPTED: "adopt",
    Stage.PROMULGATED: "promulgate",
    Stage.IN_FORCE: "enter_force",
    Stage.AMENDED: "amend",
    Stage.WITHDRAWN: "withdraw",
}
"""The act that leads to a stage, for a claim that no rule's cue named."""
_POINTING = re.compile(
    r"\b(?:the|this|that|said|new)\s+(?:(?:draft|proposed|new|final|revised)\s+)?(?:law|bill|act|draft|strategy|policy"
    r"|framework|guide|roadmap|(?:sub-?)?decree|legislation|text|convention|agreement|treaty|masterplan|notice|statute|code)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:[^\s,]+\s+){0,3}(?:[^,]{0,60},\s)?(?:it|its)\b", re.IGNORECASE)
_CARD_WORDS = 14
_WORDS = 70
"""A passage of no more words is read as a whole; a longer one by stretches."""


class TrainedReader(Protocol):
    """Says how probable each stage is; see `monitor.status.tagger.network.Network`."""

    def read(self, texts: Sequence[str]) -> list[Probabilities]:
        """Probabilities for each masked text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a passage: its text from `offset` on, its names, and the instrument "the law" may point to.

    `about` is the text that gave `topic`, `abroad` the other country that `topic` is of, `points` whether the sentence
    speaks of `topic` at all; `myth` is why the sentence is only quoted to be denied; `answer` tells that a question
    stands before it.
    """

    keyed: Keyed
    offset: int
    names: Sequence[Name]
    topic: tuple[str, ...] | None
    about: str
    abroad: str
    points: bool
    myth: str
    answer: bool

    @property
    def names_instrument(self) -> bool:
        return any(name.kind is NameKind.INSTRUMENT for name in self.names)


@dataclass(frozen=True, slots=True)
class Question:
    """Which stage does `text` state of `instrument`, first spoken of as `name` in `line`, as reached?"""

    instrument: Instrument
    line: Line
    name: Name
    stretch: Sequence[Line]
    text: str

    def covers(self, claim: Claim) -> bool:
        """Whether `claim` is about the same instrument in the same stretch."""
        first, last = self.stretch[0], self.stretch[-1]
        end = last.offset + len(last.keyed.text)
        return claim.instrument == self.instrument.id and first.offset <= claim.quotation.start < end


def points(key: str, *, beneath: bool, behind: bool) -> bool:
    """Whether a sentence without a name speaks of what is named close by.

    It says "the law", or "it" right `behind` the name, or is a card `beneath` its title ("Status: in force", "Still a
    working paper.").
    """
    if _POINTING.search(key) or (behind and _PRONOUN.match(key)):
        return True
    return beneath and key.count(" ") < _CARD_WORDS and (":" in key or key[-1:] in ".;" or key[-1:].isdigit())


def stretches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """`lines` in stretches: all of a short passage; of a longer one each sentence that names an instrument, with the
    sentences behind it that name none (at most two), and those before the first one (at most one)."""
    if sum(line.keyed.key.count(" ") + 1 for line in lines) <= _WORDS:
        yield lines
        return
    current: list[Line] = []
    begun = False
    for line in lines:
        if line.names_instrument and begun:
            yield current
            current, begun = [], False
        if begun and len(current) > 2:
            continue
        if not begun and not line.names_instrument:
            current = []
        current.append(line)
        begun = begun or line.names_instrument
    if current:
        yield current
