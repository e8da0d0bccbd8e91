"""The order of the stages, per type of instrument. Pure.

One line serves all types, each with its own meaning on it: absent < announced < drafting ~ consultation < submitted to
the executive < approved < submitted to the deciding body < adopted < promulgated < in force. Drafting and consultation
alternate, neither is behind the other. `amended` (an enacted text was changed) and `withdrawn` stand beside the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.model import InstrumentType, Stage


@dataclass(frozen=True, slots=True)
class Step:
    """A stage with, for a submission, the body it goes to (a body id, or empty if not said)."""

    stage: Stage
    target: str = ""


class Relation(StrEnum):
    """How a claimed step lies to the held one."""

    SAME = "same"
    AHEAD = "ahead"
    LATERAL = "lateral"
    BEHIND = "behind"
    BESIDE = "beside"


_RANKS: Mapping[Stage, int] = {
    Stage.WITHDRAWN: -1,
    Stage.ABSENT: 0,
    Stage.ANNOUNCED: 1,
    Stage.DRAFTING: 2,
    Stage.CONSULTATION: 2,
    Stage.SUBMITTED: 3,
    Stage.APPROVED: 4,
    Stage.ADOPTED: 6,
    Stage.PROMULGATED: 7,
    Stage.IN_FORCE: 8,
    Stage.AMENDED: 8,
}
_SUBMITTED_TO_DECIDER = 5

_PARLIAMENT = frozenset({"na", "na-standing", "parliament", "lower_house", "lower_house-standing"})
_DECIDERS: Mapping[InstrumentType, frozenset[str]] = {
    InstrumentType.LAW: _PARLIAMENT,
    InstrumentType.TREATY: _PARLIAMENT,
    InstrumentType.POLICY: frozenset({"ndesc", "com", "cabinet", "council"}),
    InstrumentType.STRATEGY: frozenset({"ndesc", "com", "cabinet", "council"}),
    InstrumentType.SUBDECREE: frozenset({"com", "cabinet"}),
    InstrumentType.SOFT_LAW: frozenset({"adgmin", "ministers", "summit", "asean-summit"}),
}
"""Who takes the decision that makes an instrument `adopted`; a submission there comes after `approved`."""

AFTER_ADOPTION = frozenset({"senate", "upper_house", "cc", "constitutional", "king", "head_of_state"})
"""Whoever a law is sent to once the lower house has adopted it: a submission there is a step inside `adopted`."""

_LAW = (
    Step(Stage.ANNOUNCED),
    Step(Stage.DRAFTING),
    Step(Stage.SUBMITTED, "com"),
    Step(Stage.APPROVED),
    Step(Stage.SUBMITTED, "na"),
    Step(Stage.ADOPTED),
    Step(Stage.PROMULGATED),
    Step(Stage.IN_FORCE),
)
_POLICY = (
    Step(Stage.ANNOUNCED),
    Step(Stage.DRAFTING),
    Step(Stage.APPROVED),
    Step(Stage.ADOPTED),
    Step(Stage.IN_FORCE),
)
_SIGNED = (Step(Stage.ANNOUNCED), Step(Stage.DRAFTING), Step(Stage.PROMULGATED), Step(Stage.IN_FORCE))
_PATHS: Mapping[InstrumentType, tuple[Step, ...]] = {
    InstrumentType.LAW: _LAW,
    InstrumentType.POLICY: _POLICY,
    InstrumentType.STRATEGY: _POLICY,
    InstrumentType.SOFT_LAW: (
        Step(Stage.ANNOUNCED),
        Step(Stage.DRAFTING),
        Step(Stage.APPROVED),
        Step(Stage.ADOPTED),
    ),
    InstrumentType.TREATY: (
        Step(Stage.ANNOUNCED),
        Step(Stage.DRAFTING),
        Step(Stage.APPROVED),
        Step(Stage.ADOPTED),
        Step(Stage.PROMULGATED),
        Step(Stage.IN_FORCE),
    ),
    InstrumentType.SUBDECREE: (
        Step(Stage.ANNOUNCED),
        Step(Stage.DRAFTING),
        Step(Stage.SUBMITTED, "com"),
        Step(Stage.ADOPTED),
        Step(Stage.PROMULGATED),
        Step(Stage.IN_FORCE),
    ),
    InstrumentType.ROYAL_DECREE: _SIGNED,
    InstrumentType.PRAKAS: _SIGNED,
    InstrumentType.NOTICE: _SIGNED,
}

_ALTERNATING = frozenset({Stage.DRAFTING, Stage.CONSULTATION})


def office(body: str) -> str:
    """What a body is, by its id: `th.lower_house` → `lower_house`; an id without a country's prefix is its own office.

    Packs of further countries call a constitutional body by their own id and its role, so that one table of deciders
    serves all countries.
    """
    return body.rpartition(".")[2]


def rank(stage: Stage, target: str = "", type: InstrumentType = InstrumentType.LAW) -> int:  # noqa: A002
    """The place of a stage on the line, 0 (`absent`) to 8 (`in_force`); more is further.

    `amended` ranks with `in_force`, `withdrawn` before everything: neither has a place of its own.
    """
    target = office(target)
    if stage is Stage.SUBMITTED and target in _DECIDERS.get(type, frozenset()):
        return _SUBMITTED_TO_DECIDER
    if stage is Stage.SUBMITTED and type is InstrumentType.LAW and target in AFTER_ADOPTION:
        return _RANKS[Stage.ADOPTED]
    return _RANKS[stage]


def relation(held: Step, claimed: Step, type: InstrumentType) -> Relation:  # noqa: A002
    """How `claimed` lies to `held` for an instrument of this type."""
    before, after = rank(held.stage, held.target, type), rank(claimed.stage, claimed.target, type)
    if held.stage is claimed.stage and (before == after or not held.target or not claimed.target):
        return Relation.SAME
    if Stage.WITHDRAWN in (held.stage, claimed.stage) or claimed.stage is Stage.AMENDED:
        return Relation.BESIDE
    if before == after:
        return _level(held, claimed)
    return Relation.AHEAD if after > before else Relation.BEHIND


def _level(held: Step, claimed: Step) -> Relation:
    if {held.stage, claimed.stage} <= _ALTERNATING:
        return Relation.LATERAL
    # An amended law is in force too, and one sent on to the Senate or the King is an adopted one.
    return Relation.BEHIND if held.stage is Stage.AMENDED else Relation.SAME


def between(held: Step, claimed: Step, type: InstrumentType) -> tuple[Step, ...]:  # noqa: A002
    """The steps of the usual path that lie strictly between the two: those nobody has seen."""
    low, high = rank(held.stage, held.target, type), rank(claimed.stage, claimed.target, type)
    return tuple(step for step in _PATHS[type] if low < rank(step.stage, step.target, type) < high)


def following(held: Step, type: InstrumentType) -> Step | None:  # noqa: A002
    """The next step of the usual path after `held`; None at its end, or for a withdrawn instrument."""
    if held.stage is Stage.WITHDRAWN:
        return None
    place = rank(held.stage, held.target, type)
    return next((step for step in _PATHS[type] if rank(step.stage, step.target, type) > place), None)


def belongs(stage: Stage, type: InstrumentType) -> bool:  # noqa: A002
    """Whether an instrument of this type can stand there: soft law is never promulgated nor in force."""
    return type is not InstrumentType.SOFT_LAW or stage not in (Stage.PROMULGATED, Stage.IN_FORCE)
