"""What may be concluded from a claim: the rules by which the register moves, or does not. Pure.

Machine verdicts are provisional unless the body whose own act it is says so itself; a person has the last word.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from monitor.model import (
    Claim,
    EventKind,
    Evidence,
    Instrument,
    LifecycleEvent,
    Outcome,
    Stage,
    Status,
    StoredVerdict,
    Verdict,
)
from monitor.status.case import Case, Context
from monitor.status.rules import RULES

__all__ = ["Context", "decision_of", "event_of", "judge"]


def judge(claim: Claim, status: Status, instrument: Instrument, context: Context) -> Verdict:
    """What to conclude from `claim` about `instrument`, which the register holds at `status`.

    The answer of the first rule that has one; the order of the rules is the argument.
    """
    case = Case(claim, status, instrument, context)
    return next(verdict for rule in RULES if (verdict := rule(case)) is not None)


_EVENTS: Mapping[Outcome, EventKind] = {
    Outcome.MOVED: EventKind.MOVED,
    Outcome.CONFIRMED: EventKind.CONFIRMED,
    Outcome.CORROBORATED: EventKind.CORROBORATED,
    Outcome.HISTORY: EventKind.HISTORY,
    Outcome.TARGET_DATE: EventKind.TARGET_DATE,
    Outcome.DISPUTED: EventKind.DISPUTED,
}


def event_of(verdict: Verdict, evidence: Evidence, at: datetime) -> LifecycleEvent | None:
    """What enters the register because of `verdict`, recorded at `at` (UTC); None if it has no effect on it.

    A first-tier source makes a `confirmed` event that decides no other: it holds its stage firmly, whether that
    moves the register or settles what it held.
    """
    kind = _EVENTS.get(verdict.outcome)
    if kind is None:
        return None
    claim = verdict.claim
    stage, target = _entered(verdict)
    return LifecycleEvent(
        instrument=claim.instrument,
        kind=EventKind.CONFIRMED if verdict.confirms else kind,
        recorded_at=at,
        stage=stage,
        target=target,
        milestone=claim.milestone or _milestone_inside(claim, stage),
        event_date=claim.event_date,
        target_date=claim.target_date if verdict.outcome is Outcome.TARGET_DATE else None,
        evidence=evidence,
    )


def _entered(verdict: Verdict) -> tuple[Stage | None, str]:
    """The stage (and whom a submission goes to) that an event of `verdict` carries."""
    claim = verdict.claim
    if verdict.outcome is Outcome.CORROBORATED:
        return verdict.from_stage, verdict.from_target
    # A denial names the stage it denies, which leads to none; a date beside a stated stage is not for that stage.
    denied = verdict.outcome is Outcome.DISPUTED and not claim.asserted
    beside = verdict.outcome is Outcome.TARGET_DATE and claim.asserted
    return (None, "") if denied or beside else (claim.stage, claim.target)


def decision_of(
    stored: StoredVerdict, *, accepted: bool, reviewer: str, at: datetime, note: str = ""
) -> LifecycleEvent | None:
    """What enters the register when a person accepts or rejects a stored verdict, recorded at `at` (UTC).

    If the verdict made an event, the decision settles or undoes it. A proposal that made none becomes, accepted, an
    event of its own. None when there is nothing to enter: a rejected proposal, or one that names no stage and no date.
    """
    verdict, claim = stored.verdict, stored.verdict.claim
    decision = LifecycleEvent(
        instrument=claim.instrument,
        kind=EventKind.CONFIRMED if accepted else EventKind.REJECTED,
        recorded_at=at,
        verdict_id=stored.id,
        reviewer=reviewer,
        note=note,
    )
    if stored.event_id is not None:
        return replace(decision, decides=stored.event_id)
    if not accepted:
        return None
    if not claim.asserted and claim.target_date is not None:
        return replace(
            decision,
            kind=EventKind.TARGET_DATE,
            stage=claim.stage,
            target_date=claim.target_date,
            evidence=stored.evidence,
        )
    if verdict.to_stage is None:
        return None
    return replace(
        decision,
        stage=verdict.to_stage,
        target=claim.target if verdict.to_stage is claim.stage else "",
        milestone=claim.milestone or _milestone_inside(claim, verdict.to_stage),
        event_date=claim.event_date,
        evidence=stored.evidence,
    )


def _milestone_inside(claim: Claim, stage: Stage | None) -> str:
    """The finer step of a claim that is held as another stage: sent to the Senate is held as adopted."""
    return f"sent_to_{claim.target}" if claim.target and claim.stage is not stage and stage is not None else ""
