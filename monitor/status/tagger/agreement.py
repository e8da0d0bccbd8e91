"""What comes of the rules' claims and the trained reader's probabilities about one instrument in one stretch of text.

Both agree: the claim stands. They differ: nothing is asserted unless the trained reader is very sure, and a person is
asked. The thresholds were chosen on the validation part of the corpus, never on the locked one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.model import Claim, Flag, Polarity, Stage
from monitor.status.tagger.network import Probabilities


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability on the trained reader: does not contradict a stage that the rules read (`agrees`); makes
    one stand that the rules did not read (`alone`), or that they read and found a reason against (`against_a_guard`).
    """

    agrees: float
    alone: float
    against_a_guard: float


USUAL = Thresholds(agrees=0.4, alone=0.7, against_a_guard=0.9)
STRICT = Thresholds(agrees=0.7, alone=0.85, against_a_guard=0.95)
"""For the stages that nobody may be told by mistake."""
STRONG = frozenset({Stage.ADOPTED, Stage.PROMULGATED, Stage.IN_FORCE, Stage.WITHDRAWN})
WORTH_ASKING = 0.5
"""From this probability on a person is asked."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A stage that only the trained reader reads. `sure` is False for one that a person must look at."""

    stage: Stage
    probability: float
    sure: bool


def settle(
    claims: Sequence[Claim], probabilities: Probabilities, *, may_doubt: bool = True, anaphoric: bool = False
) -> tuple[tuple[Claim, ...], Addition | None]:
    """The rules' `claims` on one instrument, doubted where the trained reader differs, and what it adds to them.

    `may_doubt` is False for kinds of instrument the reader has seen little of; `anaphoric` tells that the text points
    to the instrument without naming it, which takes a surer reader.
    """
    stage, probability = max(probabilities.items(), key=lambda item: item[1])
    settled = tuple(
        _doubted(claim, stage, probability)
        if claim.asserted
        and (may_doubt or claim.stage in STRONG)
        and probabilities.get(claim.stage, 0.0) < _thresholds(claim.stage).agrees
        else claim
        for claim in claims
    )
    if stage is None or any(claim.asserted for claim in settled) or probability < WORTH_ASKING:
        return settled, None
    wanted = _thresholds(stage)
    against = [claim for claim in claims if not claim.asserted and claim.stage is stage]
    denied = any(claim.polarity is Polarity.NEGATIVE for claim in against)
    needed = wanted.against_a_guard if against or anaphoric else wanted.alone
    return settled, Addition(stage, probability, sure=probability >= needed and not denied)


def confidence_of(addition: Addition) -> float:
    """How sure a reading is that no rule shares: at a strong stage a person should look unless all else is proven."""
    if not addition.sure:
        return 0.6
    return 0.85 if addition.stage in STRONG else 0.95


def _thresholds(stage: Stage | None) -> Thresholds:
    return STRICT if stage in STRONG else USUAL


def _doubted(claim: Claim, stage: Stage | None, probability: float) -> Claim:
    other = f"“{stage}”" if stage is not None else "no stage"
    return replace(
        claim,
        asserted=False,
        event_date=None,
        flags=tuple(sorted({*claim.flags, Flag.DOUBTED})),
        why_not=f"the trained reader does not read it so: it reads {other} (probability {probability:.2f})",
    )
