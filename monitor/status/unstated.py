"""The rules for what a page does not state as done: announced dates, denials, plans, conditions, calls, myths."""

from monitor.model import Flag, Modality, Outcome, PartialDate, Polarity, Stage, Verdict
from monitor.status.case import Case
from monitor.status.ladder import Relation
from monitor.status.words import date_words, deadline_words, past_words

UNFIT: dict[Flag, str] = {
    Flag.THIRD_PARTY: "the words are a third party's, not the source's own statement.",
    Flag.OTHER_COUNTRY: "the words are about another country's law.",
    Flag.OTHER_OBJECT: "what was decided is something else than the instrument itself.",
    Flag.LEAKED: "the words go back to a leaked text.",
    Flag.DERIVED: "the date was computed, not stated; a computed date never moves the register.",
    Flag.STALLED: "the source says that the work stands still, which is no step.",
    Flag.POSTPONED: "the source says that the step was put off, which is no step.",
}
"""Flags with which a claim is about something else, or from someone else, and why each stops it."""

_CONDITIONS = frozenset({Stage.ABSENT, Stage.DRAFTING})
"""Stages that no act brings about. Work that is not finished, was halted or lacks an opinion undoes no draft."""


def target_date(case: Case) -> Verdict | None:
    """A date announced for a step still to come."""
    claim = case.claim
    if claim.target_date is None or claim.polarity is Polarity.NEGATIVE or any(flag in UNFIT for flag in claim.flags):
        return None
    if claim.modality not in (Modality.FUTURE, Modality.POSSIBLE, Modality.ASSERTED):
        return None
    said = f"the source expects a next step {deadline_words(claim.target_date)}; a target date is not the step itself."
    outcome, because = _date_news(case, claim.target_date)
    if claim.asserted:
        # The passage also states where the text stands; only if that is nothing new is the date what it is about.
        new_date = outcome is Outcome.TARGET_DATE and claim.stage is not None and case.relation is Relation.SAME
        return case.verdict(outcome, said, because) if new_date and case.may_act else None
    if outcome is Outcome.TARGET_DATE and not case.may_act:
        return case.ask_or_note(said)
    return case.verdict(outcome, said, because)


def _date_news(case: Case, announced: PartialDate) -> tuple[Outcome, str]:
    """What an announced date is, and why."""
    claim, status, published = case.claim, case.status, case.context.published_on
    if announced.latest < case.context.today:
        return Outcome.NOTED, "that date has passed, so it is no news."
    if not claim.asserted and claim.stage is not None and case.relation in (Relation.SAME, Relation.BEHIND):
        return Outcome.NOTED, "the register holds that step as reached already."
    if status.target_date == announced:
        return Outcome.NOTED, "the register shows that date already."
    if published is not None and published < status.since.earliest:
        return Outcome.HISTORY, "it was said before what the register holds came about."
    if not case.context.news:
        return Outcome.NOTED, "this is the first reading of the source, which is no news."
    before = f" instead of {date_words(status.target_date)}" if status.target_date else ""
    return Outcome.TARGET_DATE, f"it is kept as the announced date{before}; the stage is unchanged."


def negated(case: Case) -> Verdict | None:
    """A statement that a step has not been taken."""
    claim = case.claim
    if claim.polarity is not Polarity.NEGATIVE:
        return None
    guards = {hedge.rule for hedge in claim.hedges}
    plain = claim.modality is Modality.ASSERTED and len(guards) <= 1 and not any(flag in UNFIT for flag in claim.flags)
    if claim.stage is None or not plain:
        return case.verdict(Outcome.NOTED, _why_not(case))
    said = f"the source denies that it {past_words(case.claimed, case.instrument.type, case.context.bodies)}."
    if case.relation not in (Relation.SAME, Relation.BEHIND):
        return case.verdict(Outcome.NOTED, said, "that agrees with the register; the status is unchanged.")
    if case.is_older:
        return case.verdict(Outcome.HISTORY, said, "it was said before what the register holds came about.")
    if not case.context.news:
        return case.verdict(Outcome.NOTED, said, "this is the first reading of the source, which may be out of date.")
    if case.second_hand:
        return case.verdict(Outcome.NOTED, said, "only a body with a part in the procedure can put that in doubt.")
    if claim.stage in _CONDITIONS and case.relation is Relation.BEHIND:
        return case.verdict(Outcome.NOTED, said, "the register is further than that.")
    if claim.stage in _CONDITIONS or not case.may_act:
        return case.ask_or_note(said)
    return case.verdict(
        Outcome.DISPUTED, said, "that contradicts the register, which keeps its stage, marked as disputed."
    )


def not_asserted(case: Case) -> Verdict | None:
    """Plans, conditions, questions, calls, myths: shown, never counted."""
    if case.claim.asserted or _lacks_only_a_stage(case):
        return None
    if _is_open(case):
        return case.ask_or_note(_why_not(case))
    return case.verdict(Outcome.NOTED, _why_not(case))


def _is_open(case: Case) -> bool:
    """Whether the readers differ about what would be a step ahead: a person should look."""
    flags = case.claim.flags
    doubted = Flag.DOUBTED in flags and case.claim.stage is not None and not any(flag in UNFIT for flag in flags)
    return doubted and case.relation is Relation.AHEAD and not case.is_older


def _lacks_only_a_stage(case: Case) -> bool:
    return case.claim.stage is None and Flag.NO_STAGE in case.claim.flags and not case.claim.hedges


def _why_not(case: Case) -> str:
    if case.claim.why_not:
        return f"not counted because: {case.claim.why_not.rstrip('.')}."
    hedges = ", ".join(f"‘{hedge.text}’" for hedge in case.claim.hedges)
    return f"not counted because it is not stated as done{f': {hedges}' if hedges else ''}."
