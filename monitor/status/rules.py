"""The rules of judgement, in the order in which they are asked. Each answers with a verdict, or with None to pass.

The order is the argument: is anything stated as done; can this instrument stand there; is it what we hold already; was
it there before we looked; is it older; does it follow on what is held; who says so; and how surely.
"""

from collections.abc import Callable

from monitor.model import Flag, InstrumentType, Outcome, Stage, State, Verdict
from monitor.status import ladder, weight
from monitor.status.case import CONTRARY_WITHIN, Case
from monitor.status.ladder import Relation
from monitor.status.unstated import UNFIT, negated, not_asserted, target_date
from monitor.status.words import date_words

_STANDING = frozenset({Stage.ABSENT, Stage.ANNOUNCED, Stage.DRAFTING, Stage.CONSULTATION})
"""Stages that describe a condition one stands in; the others are events, which stay true when later ones follow."""
_REGRESS_ACTS = frozenset({"return", "redraft", "withdraw"})
_ENACTED = frozenset({Stage.PROMULGATED, Stage.IN_FORCE, Stage.AMENDED})
_ACTS_OF_FORCE = frozenset({"enter_force", "promulgate", "gazette"})
_MAKING = frozenset({Stage.ANNOUNCED, Stage.DRAFTING, Stage.CONSULTATION})
_MINISTRIES = frozenset({"ministry", "lead_ministry"})
_NEVER_LAW = "such a text is never promulgated nor in force; at most it is adopted, and it binds nobody."


def _unfit(case: Case) -> Verdict | None:
    """Statements about something else, or from someone else."""
    reason = next((UNFIT[flag] for flag in case.claim.flags if flag in UNFIT), None)
    return case.verdict(Outcome.NOTED, f"not counted: {reason}") if reason else None


def _no_stage(case: Case) -> Verdict | None:
    """An act whose body does not say which stage it makes."""
    if case.claim.stage is not None:
        return None
    if case.instrument.type is InstrumentType.SOFT_LAW and case.claim.act in _ACTS_OF_FORCE:
        return case.verdict(Outcome.NOTED, _NEVER_LAW)
    return case.ask_or_note("the act is clear but not the stage it leads to, since no deciding body is named.")


def _impossible(case: Case) -> Verdict | None:
    """Stages this type of instrument never has, and days that have not come."""
    if not ladder.belongs(case.claimed.stage, case.instrument.type):
        return case.verdict(Outcome.NOTED, _NEVER_LAW)
    dated = case.claim.event_date
    if dated is not None and (dated.earliest - case.context.today).days > 1:
        return case.ask_or_note(f"the date given, {date_words(dated)}, has not come yet.")
    return None


def _another_author(case: Case) -> Verdict | None:
    """A ministry that makes a text of its own may call it by the name of one that another ministry leads."""
    claim, lead = case.claim, case.instrument.lead
    if claim.stage not in _MAKING or not lead or claim.actor == lead or case.context.source.publisher == lead:
        return None
    author = case.context.bodies.get(claim.actor)
    if author is None or author.role not in _MINISTRIES or author.id in _MINISTRIES:
        return None
    because = "another ministry than the one in charge is named as its author; it may be another text."
    if case.relation in (Relation.AHEAD, Relation.LATERAL):
        return case.ask_or_note(because)
    return case.verdict(Outcome.NOTED, because)


def _same(case: Case) -> Verdict | None:
    """What the register holds already: evidence, and from the right voice a confirmation."""
    if case.relation is not Relation.SAME:
        return None
    if case.claimed.stage in _STANDING and case.is_older:
        return case.verdict(Outcome.HISTORY, "it was so before the date the register holds, too.")
    if _was_before(case):
        return case.verdict(Outcome.HISTORY, "it was said of an earlier step of the same kind; it is filed as history.")
    if case.confidence < weight.REVIEW[case.tier]:
        return case.verdict(Outcome.NOTED, "it agrees with the register but is too uncertain to count as evidence.")
    gap = _days_apart(case)
    if gap > CONTRARY_WITHIN.days and case.context.news and case.claimed.stage not in _STANDING:
        return case.ask_or_note(f"it gives a date {gap} days later, which may be another event of the same kind.")
    if _settles(case, differs=bool(gap)):
        how = "by the body itself" if case.tier == 1 else "by a second, independent source"
        return case.verdict(
            Outcome.CORROBORATED, f"it confirms the held stage {how}.", to=case.status.stage, confirms=True
        )
    differs = "; it gives another date for it, so it does not confirm it" if gap else ""
    return case.verdict(
        Outcome.CORROBORATED, f"it agrees with the register and is kept as evidence{differs}.", to=case.status.stage
    )


def _was_before(case: Case) -> bool:
    """Whether an event of the same kind is meant that lies too far back to be the held one: a text may be submitted,
    sent back and submitted again."""
    if case.claimed.stage in _STANDING or case.status.state is State.BASELINE or not case.status.dated:
        return False
    happened = case.happened_on
    return happened is not None and case.status.since.earliest - happened > CONTRARY_WITHIN


def _days_apart(case: Case) -> int:
    """Days from the held date to the claimed one, both given to the day; 0 if they cannot be compared."""
    dated, since = case.claim.event_date, case.status.since
    if dated is None or not dated.day or not since.day or not case.status.dated or case.status.state is State.BASELINE:
        return 0
    if case.claimed.stage is not case.status.stage or case.claim.milestone not in ("", case.status.milestone):
        return 0  # a finer step within the stage has a day of its own
    return (dated.earliest - since.earliest).days


def _settles(case: Case, *, differs: bool) -> bool:
    if not case.may_act or case.copied:
        return False
    if case.tier == 1:
        return case.status.state in (State.PROVISIONAL, State.DISPUTED)
    independent = weight.is_independent(case.status, case.context.source, case.context.sources)
    return case.status.state is State.PROVISIONAL and independent and not differs


def _absence(case: Case) -> Verdict | None:
    """ "There is no such law": true only while nothing was begun, and never reason enough to go back."""
    if case.claimed.stage is not Stage.ABSENT:
        return None
    if case.status.stage is Stage.ANNOUNCED and not case.is_older:
        return case.ask_or_note("it says that the announced instrument does not exist.")
    return case.verdict(Outcome.NOTED, "that there is none yet says nothing against a text in the making.")


def _older(case: Case) -> Verdict | None:
    """Old articles found late."""
    if not case.is_older:
        return None
    if case.relation is Relation.AHEAD and case.status.state is not State.BASELINE:
        if not case.status.dated:
            return None
        return case.ask_or_note(
            "it is dated before the step the register holds and yet leads beyond it, so one date must be wrong."
        )
    return case.verdict(Outcome.HISTORY, "that lies before what the register holds; it is filed as history.")


def _behind(case: Case) -> Verdict | None:
    """Steps that lie before the held one."""
    if case.relation is not Relation.BEHIND:
        return None
    if case.claim.act in _REGRESS_ACTS or "return" in case.claim.milestone:
        return case.ask_or_note("it says that the text went back; only a person may take the register back.")
    if case.claimed.stage not in _STANDING:
        if case.claimed.stage is Stage.SUBMITTED and not case.claimed.target:
            return case.ask_or_note("it does not say to whom it was submitted, so the step cannot be placed.")
        return case.verdict(Outcome.HISTORY, "that step lies behind the one the register holds.")
    if case.status.stage in _ENACTED or case.second_hand or not case.context.news:
        return case.verdict(
            Outcome.NOTED, "the source may be out of date or speak of a change to the text; the register stays."
        )
    if case.status.state is State.PROVISIONAL and case.is_recent and case.may_act:
        return case.verdict(
            Outcome.DISPUTED, "two statements within 30 days contradict each other; the register keeps its stage."
        )
    return case.ask_or_note("it contradicts the register without saying that the text went back.")


def _first_reading(case: Case) -> Verdict | None:
    """What was on the page before we began to look is no news."""
    if case.context.news:
        return None
    ahead = case.relation in (Relation.AHEAD, Relation.BESIDE) and case.tier < 4
    if ahead and case.confidence >= weight.REVIEW[case.tier]:
        return case.verdict(
            Outcome.REVIEW,
            "the first reading of this source says more than the register holds; a person should look.",
            to=case.claimed.stage,
        )
    return case.verdict(Outcome.NOTED, "this is the first reading of the source; it moves nothing.")


def _withdrawn(case: Case) -> Verdict | None:
    """A text that was withdrawn does not come back by itself."""
    if case.status.stage is not Stage.WITHDRAWN:
        return None
    return case.ask_or_note("the register holds it as withdrawn; a person decides whether it is taken up again.")


def _beside(case: Case) -> Verdict | None:
    """Amendment only of what is enacted, withdrawal only of what is not."""
    stage = case.claimed.stage
    final = case.status.stage in _ENACTED or not ladder.following(case.held, case.instrument.type)
    if stage is Stage.AMENDED and not final:
        return case.verdict(Outcome.NOTED, "a draft that is changed is still a draft.")
    if stage is Stage.WITHDRAWN and final:
        return case.ask_or_note("it says that a final text was taken back; a person should look.")
    return None


def _press(case: Case) -> Verdict | None:
    """A lead."""
    return case.ask_or_note("as a lead it needs an official page.") if case.tier == 4 else None


def _inside_adoption(case: Case) -> Verdict | None:
    """On its way from the Assembly to the King: that it was adopted is implied, not stated."""
    if not weight.is_inside_adoption(case.claim, case.instrument):
        return None
    return case.ask_or_note("that implies the National Assembly's vote, which it does not state.", Stage.ADOPTED)


def _lateral(case: Case) -> Verdict | None:
    """Calling a text a draft does not end its consultation, unless those in charge say so."""
    ends = case.relation is Relation.LATERAL and case.claimed.stage is Stage.DRAFTING
    if not (ends and case.second_hand):
        return None
    return case.verdict(Outcome.NOTED, "a text in consultation is a draft, too; this does not say that it ended.")


def _unproven(case: Case) -> Verdict | None:
    """A decision needs somebody who decided; only a promulgated law enters into force by itself."""
    if case.claimed.stage not in weight.DECISIVE:
        return None
    if (case.status.stage, case.claimed.stage) == (Stage.PROMULGATED, Stage.IN_FORCE):
        return None
    if weight.names_who_acted(case.claim, case.instrument, case.context.source):
        return None
    return case.ask_or_note("no body that decided is named, and no number or date of a Royal Kram.")


def _unsure(case: Case) -> Verdict | None:
    """Too many doubts to act on."""
    return None if case.may_act else case.ask_or_note(_doubts(case))


def _doubts(case: Case) -> str:
    if Flag.ANAPHORA in case.claim.flags:
        return "it is not certain which instrument the words mean."
    return "the reading is not sure enough to move the register."


def _under_dispute(case: Case) -> Verdict | None:
    """While sources disagree, only the deciding body or a person settles it."""
    if case.status.state is not State.DISPUTED or case.decides:
        return None
    return case.ask_or_note("sources disagree about this instrument; a person or the deciding body must settle it.")


def _move(case: Case) -> Verdict:
    """A step ahead, said by someone who may say it."""
    seen = ""
    if case.unseen:
        seen = f"step not seen: {', '.join(case.words(step) for step in case.unseen)}."
    stage = case.claimed.stage
    by_rule = Flag.TRAINED not in case.claim.flags
    if case.decides and stage is not Stage.WITHDRAWN and by_rule:
        return case.verdict(Outcome.CONFIRMED, "the register moves.", seen, to=stage)
    firm = "the register moves provisionally, until the deciding body, an independent source or a person confirms it."
    return case.verdict(Outcome.MOVED, firm, seen, to=stage)


RULES: tuple[Callable[[Case], Verdict | None], ...] = (
    target_date,
    negated,
    not_asserted,
    _unfit,
    _no_stage,
    _impossible,
    _another_author,
    _same,
    _absence,
    _older,
    _behind,
    _first_reading,
    _withdrawn,
    _beside,
    _press,
    _inside_adoption,
    _lateral,
    _unproven,
    _unsure,
    _under_dispute,
    _move,
)
"""The last always answers."""
