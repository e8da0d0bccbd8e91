"""What a message does not mean, and who must still act: by type of instrument and stage. Pure.

The ten and twenty days come from article 93 of Cambodia's Constitution; a law may set its own date, and an urgent one
applies at once, so they orient and never move the register.
"""

from collections.abc import Mapping
from datetime import timedelta

from monitor.model import Body, Instrument, InstrumentType, PartialDate, Stage
from monitor.status.ladder import Step, following
from monitor.status.words import POLICIES, body_words, date_words, sentence, stage_words

_LAW: Mapping[Stage, str] = {
    Stage.ABSENT: "No such instrument does not mean no rules: general laws go on to apply.",
    Stage.ANNOUNCED: "An intention is not a text: nothing follows from it for anybody.",
    Stage.DRAFTING: "A draft is not law: it may change, and no right, duty or penalty follows from it.",
    Stage.CONSULTATION: "A draft open for comment is not law, and says nothing about when it will be adopted.",
    Stage.SUBMITTED: "Submitted is not decided: the text is still a draft.",
    Stage.APPROVED: "Approved by {cabinet} is not law: it is still a draft until {lower_house} adopts it.",
    Stage.ADOPTED: "Adopted is not promulgated: {upper_house} may return the text, and {head_of_state} must sign.",
    Stage.PROMULGATED: "Promulgated is not yet in force: the day of effect comes from the text or the Constitution.",
    Stage.IN_FORCE: "In force does not mean that every duty applies already: the text may grant time for transition.",
    Stage.AMENDED: "Amended is not new: read the version now in force before relying on an older one.",
    Stage.WITHDRAWN: "Withdrawn is not repealed: the rules that applied before go on to apply.",
}
_TREATY: Mapping[Stage, str] = {
    Stage.DRAFTING: "Talks, even concluded ones, are not a signed treaty.",
    Stage.APPROVED: "Signature is not ratification: the State has not yet agreed to be bound.",
    Stage.ADOPTED: "Approval by parliament is not ratification: the instrument must still be signed and deposited.",
    Stage.PROMULGATED: "Ratified is not yet in force: the treaty itself says when it takes effect for the State.",
}
_SIGNED: Mapping[Stage, str] = {
    Stage.DRAFTING: "A draft has no effect: it may change, and no right, duty or penalty follows from it.",
    Stage.CONSULTATION: "A draft open for comment has no effect.",
    Stage.SUBMITTED: "Submitted is not decided: the text is still a draft.",
    Stage.APPROVED: "Approved is not issued: it has no effect until it is signed.",
    Stage.ADOPTED: "Adopted is not issued: it has no effect until it is signed.",
    Stage.PROMULGATED: "Issued is not yet in force: the text says from when it applies.",
}
_NOT_LAW: Mapping[InstrumentType, str] = {
    InstrumentType.POLICY: "A policy is not law: it directs the government and binds nobody outside it.",
    InstrumentType.STRATEGY: "A strategy is not law: it directs the government and binds nobody outside it.",
    InstrumentType.SOFT_LAW: "Such a guide is voluntary: it is not law and binds nobody, even once adopted.",
}
_THREE_DATES = "Approval, launch and publication of a policy are three different dates."
_TARGET = "A target date is not the step itself: announced dates are often missed, and nothing has been decided."

_ACTORS: Mapping[tuple[InstrumentType, Stage], str] = {
    (InstrumentType.LAW, Stage.APPROVED): "{cabinet}, then {lower_house}, {upper_house} and {head_of_state}",
    (InstrumentType.LAW, Stage.SUBMITTED): "{cabinet}, {lower_house}, {upper_house} and {head_of_state}",
    (InstrumentType.LAW, Stage.ADOPTED): "{lower_house}, then {upper_house} and {head_of_state}",
    (InstrumentType.LAW, Stage.PROMULGATED): "{upper_house}, then {head_of_state}",
    (InstrumentType.TREATY, Stage.APPROVED): "{cabinet}, by signing",
    (InstrumentType.TREATY, Stage.ADOPTED): "{lower_house}, by approving ratification",
    (InstrumentType.TREATY, Stage.PROMULGATED): "{head_of_state}, by signing the instrument of ratification",
    (InstrumentType.SUBDECREE, Stage.SUBMITTED): "{cabinet}, then {head_of_government}",
    (InstrumentType.SUBDECREE, Stage.ADOPTED): "{cabinet}, then {head_of_government}",
    (InstrumentType.SUBDECREE, Stage.PROMULGATED): "{head_of_government}",
    (InstrumentType.ROYAL_DECREE, Stage.PROMULGATED): "{head_of_state}",
    (InstrumentType.POLICY, Stage.APPROVED): "{council} or {cabinet}",
    (InstrumentType.POLICY, Stage.ADOPTED): "{council} or {cabinet}",
    (InstrumentType.STRATEGY, Stage.APPROVED): "{council} or {cabinet}",
    (InstrumentType.STRATEGY, Stage.ADOPTED): "{council} or {cabinet}",
    (InstrumentType.SOFT_LAW, Stage.APPROVED): "{senior_officials}, then {ministers}",
    (InstrumentType.SOFT_LAW, Stage.ADOPTED): "{ministers}",
}
"""Who takes the next steps, by type and the next stage of the usual path; roles are filled in by jurisdiction."""

_AT_THE_END: Mapping[InstrumentType, str] = {
    InstrumentType.LAW: "Nobody: the law is made; ministries may still issue rules to carry it out.",
    InstrumentType.POLICY: (
        "Nobody: the policy is in effect. It never becomes law; a law on its subject would be another text."
    ),
    InstrumentType.STRATEGY: (
        "Nobody: the strategy is in effect. It never becomes law; a law on its subject would be another text."
    ),
    InstrumentType.SOFT_LAW: "Nobody: it is final and stays voluntary. Each member decides what it makes of it.",
    InstrumentType.TREATY: "Nobody: it applies to the State; laws to carry it out are texts of their own.",
}
"""Who must act when the usual path has no further step."""

_TAKES_EFFECT: Mapping[InstrumentType, str] = {
    InstrumentType.LAW: (
        "Nobody: a promulgated law enters into force by itself, on the day that the text or the Constitution sets."
    ),
    InstrumentType.POLICY: "The government must still put it into effect. A policy never becomes law by that.",
    InstrumentType.STRATEGY: "The government must still put it into effect. A strategy never becomes law by that.",
    InstrumentType.TREATY: "Nobody here: the treaty itself says when it takes effect for the State.",
}
"""Who must act when only taking effect is left."""

_ROLES: Mapping[str, str] = {
    "cabinet": "the cabinet",
    "lower_house": "the lower house of parliament",
    "upper_house": "the upper house",
    "head_of_state": "the head of state",
    "head_of_government": "the head of government",
    "council": "the council in charge",
    "senior_officials": "the senior officials",
    "ministers": "the ministers",
}


def caveats(
    instrument: Instrument, step: Step, bodies: Mapping[str, Body], *, on: PartialDate | None = None
) -> tuple[str, ...]:
    """What it does not mean that `instrument` is at `step` since `on`."""
    parts = [_meaning(instrument.type, step.stage).format_map(_roles(instrument, bodies))]
    if instrument.type in POLICIES and step.stage in (Stage.APPROVED, Stage.ADOPTED, Stage.IN_FORCE):
        parts.append(_THREE_DATES)
    if instrument.type is InstrumentType.LAW and step.stage is Stage.PROMULGATED and instrument.jurisdiction == "KH":
        parts.append(_article_93(on))
    return tuple(parts)


def next_act(instrument: Instrument, step: Step, bodies: Mapping[str, Body]) -> str:
    """What is still to come after `step`, and who must still act; or why nobody must."""
    ahead = following(step, instrument.type)
    if step.stage is Stage.WITHDRAWN:
        return "Nobody, unless somebody takes it up again."
    if ahead is None:
        return _AT_THE_END.get(instrument.type, "Nobody: there is no further step.")
    if ahead.stage is Stage.IN_FORCE:
        return _TAKES_EFFECT.get(instrument.type, "Nobody: the day it takes effect comes by itself.")
    where = stage_words(ahead, instrument.type, bodies)
    aim = "become law" if instrument.type is InstrumentType.LAW else "take effect"
    if instrument.type is InstrumentType.SOFT_LAW:
        aim = "be adopted"
    return sentence(f"{_actors(instrument, ahead, bodies)} must still act for it to {aim}. Next step: {where}.")


def target_caveats(instrument: Instrument, held: Step, bodies: Mapping[str, Body]) -> tuple[str, ...]:
    """What an announced date does not mean while `instrument` stands at `held`."""
    return (_TARGET, *caveats(instrument, held, bodies))


def _meaning(type_: InstrumentType, stage: Stage) -> str:
    if type_ in _NOT_LAW:
        return _NOT_LAW[type_]
    table = {InstrumentType.LAW: _LAW, InstrumentType.TREATY: _TREATY}.get(type_, _SIGNED)
    return table.get(stage, _LAW[stage])


def _actors(instrument: Instrument, ahead: Step, bodies: Mapping[str, Body]) -> str:
    roles = _roles(instrument, bodies)
    if ahead.stage is Stage.SUBMITTED and ahead.target == "na":
        return "{lower_house}, then {upper_house} and {head_of_state}".format_map(roles)
    who = _ACTORS.get((instrument.type, ahead.stage), "").format_map(roles)
    return who or (body_words(instrument.lead, bodies) if instrument.lead else "the body in charge")


def _article_93(on: PartialDate | None) -> str:
    rule = "ten days after promulgation in Phnom Penh and twenty elsewhere, unless the text says otherwise or is urgent"
    if on is None or not on.day:
        return f"By art. 93 of the Constitution a law applies {rule}; computed dates are not confirmed."
    capital, country = (date_words(PartialDate.of(on.earliest + timedelta(days=days))) for days in (10, 20))
    return (
        f"Should be in force from about {capital} in Phnom Penh and {country} elsewhere by art. 93 of the Constitution "
        f"({rule}); computed, a day either way, not confirmed."
    )


def _roles(instrument: Instrument, bodies: Mapping[str, Body]) -> Mapping[str, str]:
    named = {
        body.role: body_words(body.id, bodies)
        for body in reversed(list(bodies.values()))
        if body.jurisdiction in (instrument.party or instrument.jurisdiction, "")
    }
    return {role: named.get(role, generic) for role, generic in _ROLES.items()}
