"""How much a claim weighs: who speaks, whether it is that body's own act, and how sure the reading is. Pure.

Tiers: 1 decides (and counts only for its own act), 2 is the lead ministry or a committee on its own act, 3 is any other
official body, a state agency or an organisation's profile (it may lag or report at second hand), 4 is the press.
"""

import re
from collections.abc import Mapping

from monitor.model import Authority, Claim, Flag, Instrument, InstrumentType, Source, Stage, State, Status
from monitor.status.ladder import AFTER_ADOPTION, office
from monitor.status.words import SIGNED_BY_ONE
from monitor.text.normal import match_key
from monitor.text.urls import registrable_domain

_START: Mapping[int, float] = {1: 0.9, 2: 0.8, 3: 0.6, 4: 0.4}
ACT: Mapping[int, float] = {1: 0.75, 2: 0.7, 3: 0.5, 4: 2.0}
"""From this confidence on a claim may move the register. Each tier bears one small doubt (such as a missing date) and
no great one; the press (tier 4) never moves anything, however well it is read."""
REVIEW: Mapping[int, float] = {1: 0.5, 2: 0.5, 3: 0.3, 4: 0.2}
"""From this confidence on a person is asked; below it a claim is only noted."""

_NO_ACTOR = 0.1
_NO_DATE = 0.1
_NOMINAL = 0.2
_COPIED = 0.1
_ANAPHORA_CAP = 0.5

DECISIVE = frozenset({Stage.APPROVED, Stage.ADOPTED, Stage.PROMULGATED, Stage.IN_FORCE, Stage.AMENDED, Stage.WITHDRAWN})
"""Stages that the deciding body makes: who acted is part of the proof."""

_KRAM = re.compile(r"(?i:royal kram|preah reach kram|\bns/rkm/[0-9]{4}/[0-9]{3})|ព្រះរាជក្រម|នស/រកម/[0-9]{4}/[0-9]{3}")
"""A Royal Kram by name or number (month, year, serial), in a match key: only the head of state signs one."""
_GAZETTED = frozenset({Stage.PROMULGATED, Stage.IN_FORCE, Stage.AMENDED})
_PARLIAMENT_ACTORS = frozenset(
    [
        *("na", "na-standing", "senate", "parliament"),
        *("lower_house", "lower_house-standing", "lower_house-committee", "upper_house"),
    ]
)
_GOVERNMENT_ACTORS = frozenset({"com", "com-standing", "rgc", "pm", "cabinet", "government"})
_POLICIES = frozenset({InstrumentType.POLICY, InstrumentType.STRATEGY})
_INTERNATIONAL = frozenset({InstrumentType.SOFT_LAW, InstrumentType.TREATY})
_MINISTERIAL = frozenset({InstrumentType.PRAKAS, InstrumentType.NOTICE})

_GOVERNMENT_ACTS: Mapping[InstrumentType, frozenset[Stage]] = {
    InstrumentType.LAW: frozenset({Stage.APPROVED}),
    InstrumentType.POLICY: frozenset({Stage.APPROVED, Stage.ADOPTED, Stage.IN_FORCE}),
    InstrumentType.STRATEGY: frozenset({Stage.APPROVED, Stage.ADOPTED, Stage.IN_FORCE}),
    InstrumentType.SUBDECREE: frozenset({Stage.ADOPTED, Stage.PROMULGATED, Stage.IN_FORCE, Stage.AMENDED}),
    InstrumentType.TREATY: frozenset({Stage.APPROVED}),
}
_PARLIAMENT_ACTS: Mapping[InstrumentType, frozenset[Stage]] = {
    InstrumentType.LAW: frozenset({Stage.ADOPTED, Stage.AMENDED}),
    InstrumentType.TREATY: frozenset({Stage.ADOPTED}),
}


def tier(claim: Claim, instrument: Instrument, source: Source) -> int:
    """1 to 4: the weight of this source for this very claim."""
    if is_own_act(claim, instrument, source):
        return 1
    if source.authority is Authority.NEWS:
        return 4
    if _of_another_state(instrument, source):
        return 3
    lead = instrument.lead in ("", source.publisher) or not source.publisher
    if source.authority is Authority.MINISTRY and (lead or _same_body(claim.actor, source.publisher)):
        return 2
    return 2 if source.publisher and source.publisher == instrument.lead else 3


def is_own_act(claim: Claim, instrument: Instrument, source: Source) -> bool:
    """Whether the source is first-tier here: it speaks for the body whose act the claim is.

    A source whose publisher is not configured is taken for the one its authority suggests.
    """
    if _of_another_state(instrument, source):
        return False
    match source.authority:
        case Authority.GAZETTE:
            return claim.stage in _GAZETTED
        case Authority.PARLIAMENT:
            return _acts(claim, instrument, _PARLIAMENT_ACTS, _PARLIAMENT_ACTORS) and _agree(claim, source)
        case Authority.GOVERNMENT:
            return _acts(claim, instrument, _GOVERNMENT_ACTS, _GOVERNMENT_ACTORS)
        case Authority.INTERGOVERNMENTAL:
            return _of_own_organisation(instrument, source) and not _of_a_parliament(claim, instrument)
    return False


def _of_another_state(instrument: Instrument, source: Source) -> bool:
    """Whether a state's page speaks of another state's instrument: official, but never of its own act."""
    own = instrument.party or instrument.jurisdiction
    return len(own) == 2 and len(source.jurisdiction) == 2 and source.jurisdiction.upper() != own


def _acts(
    claim: Claim,
    instrument: Instrument,
    acts: Mapping[InstrumentType, frozenset[Stage]],
    actors: frozenset[str],
) -> bool:
    if claim.stage is Stage.SUBMITTED:
        return office(claim.target) in actors
    mine = claim.stage in acts.get(instrument.type, frozenset())
    return mine and (not claim.actor or office(claim.actor) in actors)


def _agree(claim: Claim, source: Source) -> bool:
    """The two houses are two bodies: the Senate's site is not first-tier for a vote of the Assembly."""
    if claim.stage is Stage.SUBMITTED:
        return _same_body(claim.target, source.publisher or claim.target)
    return not source.publisher or not claim.actor or _same_body(claim.actor, source.publisher)


def _of_a_parliament(claim: Claim, instrument: Instrument) -> bool:
    """Whether it is a parliament's approval of a treaty: a depositary is told of ratifications, not of votes."""
    return bool(instrument.party) and claim.stage is Stage.ADOPTED and claim.milestone != "ratified"


def _of_own_organisation(instrument: Instrument, source: Source) -> bool:
    if source.publisher and source.publisher == instrument.lead:
        return True
    # A profile of a country is not that country: only texts the organisation makes itself are its own.
    own = source.jurisdiction.casefold() == instrument.jurisdiction.casefold()
    return own and bool(source.jurisdiction) and instrument.type in _INTERNATIONAL


def _same_body(one: str, other: str) -> bool:
    """Whether two ids name one body: a committee (`na-standing`) is a part of its body (`na`)."""
    return bool(one) and bool(other) and one.partition("-")[0] == other.partition("-")[0]


def speaks_for_itself(claim: Claim, instrument: Instrument, source: Source) -> bool:
    """Whether the source's own page is enough to know who acted, where the sentence does not name a body."""
    if is_own_act(claim, instrument, source):
        return True
    if tier(claim, instrument, source) != 2:
        return False
    match claim.stage:
        case Stage.IN_FORCE:
            return instrument.type in _POLICIES | _MINISTERIAL
        case Stage.PROMULGATED:
            return instrument.type in _MINISTERIAL
        case Stage.WITHDRAWN:
            return True
    return claim.stage not in DECISIVE


def names_who_acted(claim: Claim, instrument: Instrument, source: Source) -> bool:
    """Whether it is known who acted: a body is named (for a submission, who receives), or the source speaks of its
    own act, or a Royal Kram or another milestone stands for the act itself, or the type says who signs (a prakas)."""
    if claim.actor or claim.target or claim.milestone:
        return True
    if claim.stage is Stage.PROMULGATED and instrument.type in SIGNED_BY_ONE:
        return True
    by_kram = claim.stage in _GAZETTED and _KRAM.search(match_key(claim.quotation.text))
    return bool(by_kram) or speaks_for_itself(claim, instrument, source)


def confidence(claim: Claim, instrument: Instrument, source: Source, *, dated: bool, copied: bool = False) -> float:
    """How sure we are, 0 to 1: what the tier starts with, less what weakens the reading.

    The claim's own confidence carries the doubts of position (cue far from the name, across a comma, another
    instrument between) and of a nominal phrase or an unnamed actor, which count here at least. No date costs too, and
    "the law" or "it" is never sure. A consultation or a submission is mostly told by its noun, so that for stages which
    are no decision a nominal phrase is no doubt. That it was `copied` by an archive is one more small doubt.
    """
    reading, doubts = claim.confidence, 0.0
    announced = not claim.asserted and claim.target_date is not None
    if announced and Flag.NO_ACTOR in claim.flags:
        reading = min(1.0, reading + _NO_ACTOR)
    by_noun = claim.stage not in DECISIVE or (claim.stage is Stage.AMENDED and bool(claim.actor))
    if Flag.NOMINAL in claim.flags and not by_noun:
        doubts += _NOMINAL
    elif Flag.NOMINAL in claim.flags:
        reading = min(1.0, reading + _NOMINAL)
    if claim.stage in DECISIVE and not announced and not names_who_acted(claim, instrument, source):
        doubts += _NO_ACTOR
    weight = _START[tier(claim, instrument, source)] - max(doubts, 1 - reading)
    if not dated and not announced:
        weight -= _NO_DATE
    if copied:
        weight -= _COPIED
    if Flag.ANAPHORA in claim.flags:
        weight = min(weight, _ANAPHORA_CAP)
    return round(max(0.0, weight), 2)


def is_independent(status: Status, source: Source, sources: Mapping[str, Source]) -> bool:
    """Whether the source is another voice than those the held stage rests on: another source by another publisher.

    Publishers are compared where both are configured, registrable domains of the addresses otherwise.
    """
    return bool(status.evidence) and all(
        held.source_id != source.id and _other_voice(source, sources.get(held.source_id), held.url)
        for held in status.evidence
    )


def _other_voice(source: Source, held: Source | None, held_url: str) -> bool:
    if held is not None and held.publisher and source.publisher:
        return held.publisher != source.publisher
    return registrable_domain(held_url) != registrable_domain(source.url)


def needs_settling(status: Status) -> bool:
    """Whether the held stage still waits for a confirmation."""
    return status.state in (State.PROVISIONAL, State.DISPUTED)


def is_inside_adoption(claim: Claim, instrument: Instrument) -> bool:
    """Whether the claim speaks of a law's way from the Assembly's vote to the King: a step inside `adopted`."""
    sent = claim.stage is Stage.SUBMITTED and office(claim.target) in AFTER_ADOPTION
    return instrument.type is InstrumentType.LAW and sent
