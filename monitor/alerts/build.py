"""Alerts about where an instrument stands: it appears to have moved, it is confirmed, sources disagree. Pure.

Every alert names its key, what appears to have changed, the words it rests on, where and when they were read, how sure
we are and why, what it does not mean, who must still act, and what a person can do about it.
"""

from collections.abc import Mapping
from dataclasses import replace

from monitor.alerts.caveats import caveats, next_act
from monitor.alerts.glossary import gloss
from monitor.alerts.telling import READ_BY_PROGRAM, Telling
from monitor.model import (
    Alert,
    AlertKind,
    Body,
    Claim,
    Difference,
    Evidence,
    Instrument,
    Item,
    Outcome,
    Stage,
    Verdict,
)
from monitor.status import weight
from monitor.status.ladder import Step, between, following
from monitor.status.words import (
    appears_words,
    body_words,
    date_words,
    milestone_words,
    moment_words,
    past_words,
    sentence,
    stage_words,
    titled,
)

_MAJOR = frozenset({Stage.ADOPTED, Stage.PROMULGATED, Stage.IN_FORCE, Stage.AMENDED, Stage.WITHDRAWN})
_BY_NAME = {Stage.APPROVED: "approved", Stage.ADOPTED: "adopted", Stage.AMENDED: "amended"}
_SECOND_HAND = "This source lags or reports at second hand: look for the deciding body's own page."


def status_alert(
    verdict: Verdict,
    instrument: Instrument,
    telling: Telling,
    *,
    verdict_id: int = 0,
    differences: tuple[Difference, ...] = (),
) -> Alert:
    """An alert that an instrument appears to have moved, or that the stage held provisionally is confirmed.

    `verdict` is one that moved, confirmed, or confirms what is held; `verdict_id` is the number by which a person
    confirms or rejects it.
    """
    bodies, type_ = telling.bodies, instrument.type
    before = Step(verdict.from_stage, verdict.from_target)
    after = before if verdict.confirms else Step(verdict.to_stage or verdict.from_stage, verdict.claim.target)
    words = (stage_words(before, type_, bodies), stage_words(after, type_, bodies))
    movement = words[1] if verdict.confirms else " → ".join(words)
    news = f"{movement}, now confirmed" if verdict.confirms else movement
    doubt = ", unconfirmed" if verdict.outcome is Outcome.MOVED else ""
    return replace(
        _judged(AlertKind.STATUS, verdict, instrument, telling, differences),
        subject=f"[{_importance(instrument, after)}] {instrument.title}: {news} ({telling.short_speaker}{doubt})",
        bottom_line=_bottom_line(verdict, instrument, telling, after),
        from_stage=before.stage.value,
        to_stage=after.stage.value,
        movement=movement,
        caveats=_status_caveats(verdict, instrument, telling, after),
        next_act=next_act(instrument, after, bodies),
        how_to=review_how_to(verdict, instrument, verdict_id),
    )


def disagreement_alert(
    verdict: Verdict,
    instrument: Instrument,
    telling: Telling,
    *,
    held: Evidence | None = None,
    verdict_id: int = 0,
    differences: tuple[Difference, ...] = (),
) -> Alert:
    """An alert that sources disagree about an instrument; the register keeps its stage.

    `held` is the evidence of the stage that `verdict` disputes, None if it is the register's baseline.
    """
    step = Step(verdict.from_stage, verdict.from_target)
    stands = stage_words(step, instrument.type, telling.bodies)
    rests_on = f"source {held.source_id}" if held else "the register's baseline"
    return replace(
        _judged(AlertKind.DISAGREEMENT, verdict, instrument, telling, differences),
        subject=f"[Disagreement] {instrument.title}: {stands}, contradicted ({telling.short_speaker})",
        bottom_line=(
            f"Sources appear to disagree on {titled(instrument)}: {telling.speaker} contradicts {rests_on}. "
            f"The register keeps: {stands}, marked as disputed."
        ),
        from_stage=step.stage.value,
        to_stage=step.stage.value,
        movement=stands,
        items=(_held_against(stands, instrument, telling, held),),
        caveats=(
            "A contradiction is no step back: only the deciding body or a person settles it.",
            *caveats(instrument, step, telling.bodies),
            READ_BY_PROGRAM,
        ),
        next_act=next_act(instrument, step, telling.bodies),
        how_to=review_how_to(verdict, instrument, verdict_id),
    )


def _held_against(stands: str, instrument: Instrument, telling: Telling, held: Evidence | None) -> Item:
    """What the register holds, and why."""
    if held is None:
        lines = (instrument.basis,) if instrument.basis else ()
        return Item(title=f"{sentence(stands)}, by the register's baseline", lines=lines)
    return Item(
        title=f"{sentence(stands)}, says source {held.source_id}",
        quote=held.quote,
        url=held.url,
        note=f"captured {moment_words(held.captured_at, telling.local_timezone)}",
    )


def _judged(
    kind: AlertKind,
    verdict: Verdict,
    instrument: Instrument,
    telling: Telling,
    differences: tuple[Difference, ...],
) -> Alert:
    return replace(
        telling.draft(kind, instrument),
        language=verdict.claim.language,
        gloss=gloss(verdict.claim, instrument, telling.bodies),
        reason=reason_words(verdict),
        confidence=verdict.confidence,
        differences=differences,
    )


def _bottom_line(verdict: Verdict, instrument: Instrument, telling: Telling, after: Step) -> str:
    bodies, claim = telling.bodies, verdict.claim
    finer = f" [{milestone_words(claim.milestone)}]" if claim.milestone else ""
    if verdict.outcome is Outcome.MOVED:
        appears = f"{titled(instrument)} appears {appears_words(after, instrument.type, bodies)}{finer}"
        said = f"{sentence(appears)}, says {telling.speaker}. Not confirmed."
    elif verdict.confirms:
        stands = past_words(after, instrument.type, bodies)
        said = f"{telling.speaker} says so too: {titled(instrument)} {stands}{finer}. It was held provisionally so far."
    else:
        said = f"{_plainly(claim, instrument, after, bodies)}{finer}, says {telling.speaker}."
    if after.stage is Stage.PROMULGATED:
        return f"{said} Entry into force not seen yet."
    ahead = following(after, instrument.type)
    return f"{said} Not yet {stage_words(ahead, instrument.type, bodies)}." if ahead else said


def _plainly(claim: Claim, instrument: Instrument, after: Step, bodies: Mapping[str, Body]) -> str:
    when = f" ({date_words(claim.event_date)})" if claim.event_date else ""
    if claim.actor and after.stage in _BY_NAME and not claim.milestone:
        return sentence(f"{body_words(claim.actor, bodies)} {_BY_NAME[after.stage]} {titled(instrument)}{when}")
    return sentence(f"{titled(instrument)} {past_words(after, instrument.type, bodies)}{when}")


def _status_caveats(verdict: Verdict, instrument: Instrument, telling: Telling, after: Step) -> tuple[str, ...]:
    own = list(caveats(instrument, after, telling.bodies, on=verdict.claim.event_date))
    if verdict.steps_skipped:
        unseen = between(Step(verdict.from_stage, verdict.from_target), after, instrument.type)
        skipped = ", ".join(stage_words(step, instrument.type, telling.bodies) for step in unseen)
        own.append(f"Step not seen on any page so far: {skipped}.")
    if weight.tier(verdict.claim, instrument, telling.source) >= 3:
        own.append(_SECOND_HAND)
    return (*own, READ_BY_PROGRAM)


def reason_words(verdict: Verdict) -> str:
    """Why `verdict` came out so, and on a second line the cues it was read from."""
    cues = ", ".join(f"‘{cue.text}’ ({cue.rule})" for cue in (*verdict.claim.cues, *verdict.claim.hedges))
    return f"{verdict.reason}\nRead from: {cues}." if cues else verdict.reason


def review_how_to(verdict: Verdict, instrument: Instrument, verdict_id: int) -> str:
    """What a person can do about `verdict`: decide it if it waits, and see the register."""
    look = f"See the register: monitor status {instrument.id}"
    if not verdict_id or verdict.outcome not in (Outcome.MOVED, Outcome.DISPUTED):
        return look
    return (
        f"Confirm: monitor review confirm {verdict_id} --by NAME\n"
        f"Reject: monitor review reject {verdict_id} --by NAME\n{look}"
    )


def _importance(instrument: Instrument, after: Step) -> str:
    return "Major" if after.stage in _MAJOR and instrument.binding is not False else "Status"
