"""Alerts about an instrument: it appears to have moved, sources disagree, a date was announced. Pure.

Every alert names its key, what appears to have changed, the words it rests on, where and when they were read, how sure
we are and why, what it does not mean, and what a person can do about it.
"""

from collections.abc import Mapping

from monitor.alerts.caveats import caveats, target_caveats
from monitor.alerts.glossary import gloss
from monitor.alerts.telling import READ_BY_PROGRAM, Telling, key_of
from monitor.model import (
    Alert,
    AlertKind,
    Body,
    Claim,
    Evidence,
    Instrument,
    Outcome,
    PartialDate,
    Stage,
    Verdict,
)
from monitor.status import weight
from monitor.status.ladder import Step, between, following
from monitor.status.words import (
    appears_words,
    body_words,
    date_words,
    deadline_words,
    future_words,
    milestone_words,
    past_words,
    sentence,
    stage_words,
    titled,
)

_QUOTE_LIMIT = 200
_MAJOR = frozenset({Stage.ADOPTED, Stage.PROMULGATED, Stage.IN_FORCE, Stage.AMENDED, Stage.WITHDRAWN})
_IMPORTANT = frozenset({Stage.SUBMITTED, Stage.APPROVED})
_BY_NAME = {Stage.APPROVED: "approved", Stage.ADOPTED: "adopted", Stage.AMENDED: "amended"}
_SECOND_HAND = "This source lags or reports at second hand: look for the deciding body's own page."


def status_alert(
    verdict: Verdict,
    instrument: Instrument,
    telling: Telling,
    *,
    verdict_id: int = 0,
    held: Evidence | None = None,
    diff: tuple[tuple[str, str], ...] = (),
) -> Alert:
    """An alert that an instrument appears to have moved, or that sources disagree about it.

    `verdict` is one that moved, confirmed or disputed; `held` is the evidence of the stage it disputes; `verdict_id`
    is the number a person confirms or rejects it by.
    """
    disputed = verdict.outcome is Outcome.DISPUTED
    before = Step(verdict.from_stage, verdict.from_target)
    after = before if disputed else Step(verdict.to_stage or verdict.from_stage, verdict.claim.target)
    subject, line = (
        _disagreement(verdict, instrument, telling, before, held)
        if disputed
        else _movement(verdict, instrument, telling, before, after)
    )
    return _about(
        AlertKind.STATUS,
        instrument,
        telling,
        claim=verdict.claim,
        subject=subject,
        bottom_line=line,
        from_stage=before.stage.value,
        to_stage=after.stage.value,
        caveats=_status_caveats(verdict, instrument, telling, after),
        reason=_reason(verdict),
        confidence=verdict.confidence,
        diff=diff,
        how_to=_review_how_to(verdict, instrument, verdict_id),
    )


def target_date_alert(
    verdict: Verdict,
    instrument: Instrument,
    telling: Telling,
    *,
    previous: PartialDate | None = None,
    verdict_id: int = 0,
    diff: tuple[tuple[str, str], ...] = (),
) -> Alert:
    """An alert that a date was announced for a next step; the stage is unchanged. `previous` is the date held before.

    Raises ValueError if the verdict's claim has no target date.
    """
    claim = verdict.claim
    if claim.target_date is None:
        raise ValueError("a target date alert needs a claim with a target date")
    held = Step(verdict.from_stage, verdict.from_target)
    stands = stage_words(held, instrument.type, telling.bodies)
    deadline = deadline_words(claim.target_date)
    hedges = ", ".join(f"‘{hedge.text}’" for hedge in claim.hedges) or "it is a plan"
    instead = f" instead of {deadline_words(previous)}" if previous else ""
    step = Step(claim.stage, claim.target) if claim.stage else None
    aim = (
        f"that {titled(instrument)} {future_words(step, instrument.type, telling.bodies)}"
        if step
        else (f"a next step for {titled(instrument)}")
    )
    expects = f"{telling.speaker} expects {aim} {deadline}"
    return _about(
        AlertKind.TARGET_DATE,
        instrument,
        telling,
        claim=claim,
        subject=(
            f"[Notice] {instrument.title}: a date appears to be planned, {deadline}{instead}; "
            f"still {stands}, says {telling.speaker}"
        ),
        bottom_line=sentence(
            f"{expects}{instead}. Status unchanged ({stands}). Not counted as a step because: {hedges}."
        ),
        from_stage=held.stage.value,
        to_stage=held.stage.value,
        caveats=(*target_caveats(instrument, held, telling.bodies), READ_BY_PROGRAM),
        reason=_reason(verdict),
        confidence=verdict.confidence,
        diff=diff,
        how_to=_review_how_to(verdict, instrument, verdict_id),
    )


def _about(
    kind: AlertKind,
    instrument: Instrument,
    telling: Telling,
    *,
    claim: Claim,
    subject: str,
    bottom_line: str,
    from_stage: str,
    to_stage: str,
    caveats: tuple[str, ...],
    reason: str,
    confidence: float,
    diff: tuple[tuple[str, str], ...],
    how_to: str,
) -> Alert:
    return Alert(
        key=key_of(telling.source.id, telling.sequence, kind, instrument.id),
        kind=kind,
        created_at=telling.created_at,
        subject=subject,
        bottom_line=bottom_line,
        source_id=telling.source.id,
        instrument=instrument.id,
        instrument_title=instrument.title,
        from_stage=from_stage,
        to_stage=to_stage,
        jurisdiction=instrument.jurisdiction,
        evidence=telling.evidence,
        language=claim.language,
        gloss=gloss(claim),
        caveats=caveats,
        reason=reason,
        confidence=confidence,
        diff=diff,
        how_to=how_to,
        local_timezone=telling.local_timezone,
    )


def _movement(verdict: Verdict, instrument: Instrument, telling: Telling, before: Step, after: Step) -> tuple[str, str]:
    """Subject and bottom line of a move."""
    bodies, title = telling.bodies, instrument.title
    words = (stage_words(step, instrument.type, bodies) for step in (before, after))
    appears = f"{title} appears {appears_words(after, instrument.type, bodies)}"
    subject = f"[{_importance(instrument, after)}] {appears} ({' → '.join(words)}), says {telling.speaker}"
    finer = f" [{milestone_words(verdict.claim.milestone)}]" if verdict.claim.milestone else ""
    ahead = following(after, instrument.type)
    yet = f" Not yet {stage_words(ahead, instrument.type, bodies)}." if ahead else ""
    if after.stage is Stage.PROMULGATED:
        yet = " Entry into force not seen yet."
    if verdict.outcome is Outcome.CONFIRMED:
        return (
            subject,
            f"{_plainly(verdict.claim, instrument, after, bodies)}{finer}, says {telling.speaker}.{yet}",
        )
    return subject, f"{appears}{finer}: {telling.speaker} says {_quoted(telling.evidence)} Not confirmed.{yet}"


def _plainly(claim: Claim, instrument: Instrument, after: Step, bodies: Mapping[str, Body]) -> str:
    when = f" ({date_words(claim.event_date)})" if claim.event_date else ""
    if claim.actor and after.stage in _BY_NAME and not claim.milestone:
        return sentence(f"{body_words(claim.actor, bodies)} {_BY_NAME[after.stage]} {titled(instrument)}{when}")
    return sentence(f"{titled(instrument)} {past_words(after, instrument.type, bodies)}{when}")


def _disagreement(
    verdict: Verdict, instrument: Instrument, telling: Telling, before: Step, held: Evidence | None
) -> tuple[str, str]:
    """Subject and bottom line of a conflict."""
    stands = stage_words(before, instrument.type, telling.bodies)
    against = f"Source {held.source_id} says {_quoted(held)}" if held else f"The register's baseline says {stands}."
    now = f"{telling.speaker} says {_quoted(telling.evidence)}"
    return (
        f"[Important] {instrument.title}: sources appear to disagree; the register keeps: {stands}",
        f"Sources disagree on {titled(instrument)}. {against} {now} Register keeps: {stands}, marked as disputed.",
    )


def _status_caveats(verdict: Verdict, instrument: Instrument, telling: Telling, after: Step) -> tuple[str, ...]:
    own = list(caveats(instrument, after, telling.bodies, on=verdict.claim.event_date))
    if verdict.steps_skipped:
        unseen = between(Step(verdict.from_stage, verdict.from_target), after, instrument.type)
        skipped = ", ".join(stage_words(step, instrument.type, telling.bodies) for step in unseen)
        own.append(f"Step not seen on any page so far: {skipped}.")
    if weight.tier(verdict.claim, instrument, telling.source) >= 3:
        own.append(_SECOND_HAND)
    return (*own, READ_BY_PROGRAM)


def _reason(verdict: Verdict) -> str:
    cues = ", ".join(f"‘{cue.text}’ ({cue.rule})" for cue in (*verdict.claim.cues, *verdict.claim.hedges))
    return f"{verdict.reason}\nRead from: {cues}." if cues else verdict.reason


def _review_how_to(verdict: Verdict, instrument: Instrument, verdict_id: int) -> str:
    look = f"See the register: monitor status {instrument.id}"
    if not verdict_id or verdict.outcome not in (Outcome.MOVED, Outcome.DISPUTED):
        return look
    return (
        f"Confirm: monitor review confirm {verdict_id} --by NAME\n"
        f"Reject: monitor review reject {verdict_id} --by NAME\n{look}"
    )


def _importance(instrument: Instrument, after: Step) -> str:
    if after.stage in _MAJOR and instrument.binding is not False:
        return "Major"
    return "Important" if after.stage in _MAJOR | _IMPORTANT else "Notice"


def _quoted(evidence: Evidence) -> str:
    """The quotation in quotation marks, shortened, with exactly one full stop at its end."""
    flat = " ".join(evidence.quote.split())
    if len(flat) > _QUOTE_LIMIT:
        return f"‘{flat[:_QUOTE_LIMIT].rstrip()} …’."
    return f"‘{flat}’" if flat.endswith((".", "!", "?", "។", "៕")) else f"‘{flat}’."
