"""Provisional steps that need no review any more, because a later or the same step is confirmed."""

from monitor.model import Instrument, Outcome, ReviewState
from monitor.ports import UnitOfWork
from monitor.status.ladder import Step, rank


def close_overtaken(uow: UnitOfWork, instrument: Instrument, confirmed: Step) -> str:
    """Close the provisional verdicts about `instrument` at or before `confirmed`; a note naming them, or nothing.

    Whether an instrument was approved provisionally is no question any more once it is known to be adopted. What asks
    a person for something else (a denial, a step back) stays open.
    """
    place = rank(confirmed.stage, confirmed.target, instrument.type)
    closed = []
    for stored in uow.verdicts.all(review=ReviewState.OPEN, instrument=instrument.id):
        verdict = stored.verdict
        if verdict.outcome is not Outcome.MOVED or verdict.to_stage is None:
            continue
        if 0 <= rank(verdict.to_stage, verdict.claim.target, instrument.type) <= place:
            uow.verdicts.decide(stored.id, ReviewState.CLOSED)
            closed.append(stored.id)
    named = ", ".join(str(number) for number in sorted(closed))
    return f"overtakes provisional verdict{'s' if len(closed) > 1 else ''} {named}, closed" if closed else ""
