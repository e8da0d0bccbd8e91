"""Several steps in one passage: the latest completed one stands, the earlier ones become history."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Claim, Flag, Stage
from monitor.status.ladder import office

_ORDER = {
    Stage.ABSENT: 0,
    Stage.ANNOUNCED: 1,
    Stage.DRAFTING: 2,
    Stage.CONSULTATION: 3,
    Stage.SUBMITTED: 4,
    Stage.APPROVED: 5,
    Stage.ADOPTED: 7,
    Stage.PROMULGATED: 8,
    Stage.IN_FORCE: 9,
    Stage.AMENDED: 10,
    Stage.WITHDRAWN: 11,
}


def latest_only(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """`claims` with at most one asserted stage per instrument, doubles removed."""
    winners: dict[str, Claim] = {}
    for claim in claims:
        if claim.asserted and claim.stage is not None:
            held = winners.get(claim.instrument)
            if held is None or _later(claim, held):
                winners[claim.instrument] = claim
    found: list[Claim] = []
    seen: set[tuple[object, ...]] = set()
    for claim in claims:
        winner = winners.get(claim.instrument)
        if claim.asserted and winner is not None and claim.stage is not winner.stage:
            claim = replace(
                claim,
                asserted=False,
                flags=tuple(sorted({*claim.flags, Flag.HISTORICAL})),
                why_not=f"an earlier step; the same passage tells a later one ({winner.stage})",
            )
        elif claim.asserted and winner is not None:
            claim = winner
        identity = (
            claim.instrument,
            claim.act if not claim.asserted else "",
            claim.stage,
            claim.asserted,
            claim.why_not,
        )
        if identity not in seen:
            seen.add(identity)
            found.append(claim)
    return tuple(found)


def _later(claim: Claim, held: Claim) -> bool:
    """Whether `claim` tells a later step than `held`: by their dates, else by the order of stages."""
    if claim.stage is held.stage:
        return claim.confidence > held.confidence
    if claim.event_date and held.event_date and claim.event_date.earliest != held.event_date.earliest:
        return claim.event_date.earliest > held.event_date.earliest
    if claim.act == "return" or held.act == "return":
        return claim.act == "return"
    return _rank(claim) > _rank(held)


def _rank(claim: Claim) -> int:
    if claim.stage is Stage.SUBMITTED and office(claim.target) not in ("", "com", "cabinet"):
        return 6
    return _ORDER[claim.stage] if claim.stage is not None else -1
