"""Announced dates: one was set or moved, it was met, it slipped. Pure.

A date that somebody announced is an expectation of theirs. None of these alerts says that an instrument moved; that a
date was met comes beside the alert of the step itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from monitor.alerts.build import reason_words, review_how_to
from monitor.alerts.caveats import caveats, next_act, target_caveats
from monitor.alerts.glossary import gloss
from monitor.alerts.telling import READ_BY_PROGRAM, Telling, short_speaker, speaker
from monitor.model import (
    Alert,
    AlertKind,
    Body,
    Difference,
    EventKind,
    Evidence,
    Instrument,
    LifecycleEvent,
    Outcome,
    PartialDate,
    Source,
    Status,
    Verdict,
)
from monitor.status.ladder import Step
from monitor.status.words import (
    date_words,
    deadline_words,
    future_words,
    past_words,
    sentence,
    stage_words,
    titled,
)

TOLD_FROM = time(8)
"""Readers' local time on the day after: a date that slipped is no reason to wake anybody."""
_DATED = frozenset({EventKind.TARGET_DATE, EventKind.MOVED, EventKind.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A date the register shows: for which step (None: the next one), and who said so (None: not known)."""

    day: PartialDate
    step: Step | None = None
    evidence: Evidence | None = None


def announced(status: Status, events: Sequence[LifecycleEvent]) -> Announced | None:
    """The date that `status` shows, with what `events` (those it is the fold of) know of it; None if it shows none."""
    if status.target_date is None:
        return None
    undone = {event.decides for event in events if event.kind is EventKind.REJECTED}
    for event in reversed(events):
        if event.kind in _DATED and event.target_date == status.target_date and event.id not in undone:
            # A step that was reached may carry the date of another one, which it does not name.
            aim = event.stage if event.kind is EventKind.TARGET_DATE else None
            step = Step(aim, event.target) if aim else None
            return Announced(day=status.target_date, step=step, evidence=event.evidence)
    return Announced(day=status.target_date)


def target_date_alert(
    verdict: Verdict,
    instrument: Instrument,
    telling: Telling,
    *,
    previous: PartialDate | None = None,
    verdict_id: int = 0,
    differences: tuple[Difference, ...] = (),
) -> Alert:
    """An alert that a date was announced for a next step; the stage is unchanged. `previous` is the date held before.

    Raises ValueError if the verdict's claim has no target date.
    """
    claim, bodies = verdict.claim, telling.bodies
    if claim.target_date is None:
        raise ValueError("a target date alert needs a claim with a target date")
    held = Step(verdict.from_stage, verdict.from_target)
    stands = stage_words(held, instrument.type, bodies)
    step = Step(claim.stage, claim.target) if claim.stage and not claim.asserted else None
    expected = (
        f"that {titled(instrument)} {future_words(step, instrument.type, bodies)}"
        if step
        else f"a next step for {titled(instrument)}"
    )
    deadline = deadline_words(claim.target_date)
    tag, dates, moved = "Date set", deadline, ""
    if previous is not None and previous != claim.target_date:
        direction = "later" if claim.target_date.latest >= previous.latest else "earlier"
        tag, dates = "Date moved", f"{deadline_words(previous)} → {deadline}"
        moved = f", {direction} than the date held before ({deadline_words(previous)})"
    hedges = ", ".join(f"‘{hedge.text}’" for hedge in claim.hedges) or "it is a plan"
    return replace(
        telling.draft(AlertKind.TARGET_DATE, instrument),
        subject=f"[{tag}] {instrument.title}: {_aim(step, instrument, bodies)} {dates} ({telling.short_speaker})",
        bottom_line=sentence(
            f"{telling.speaker} expects {expected} {deadline}{moved}; where it stands appears unchanged ({stands})."
        ),
        from_stage=held.stage.value,
        to_stage=held.stage.value,
        movement=stands,
        language=claim.language,
        gloss=gloss(claim, instrument, bodies),
        caveats=(*target_caveats(instrument, held, bodies), READ_BY_PROGRAM),
        next_act=next_act(instrument, held, bodies),
        reason=f"Not counted as a step because: {hedges}.\n{reason_words(verdict)}",
        confidence=verdict.confidence,
        differences=differences,
        how_to=review_how_to(verdict, instrument, verdict_id),
    )


def met_alert(
    verdict: Verdict, instrument: Instrument, telling: Telling, expected: Announced, *, verdict_id: int = 0
) -> Alert:
    """An alert that the step for which a date was announced appears to be reached, in time or late.

    `verdict` is the one that moved the register there; without a date of its own the day of the reading counts.
    """
    before = Step(verdict.from_stage, verdict.from_target)
    after = Step(verdict.to_stage or verdict.from_stage, verdict.claim.target)
    read_on = telling.evidence.captured_at.astimezone(ZoneInfo(telling.local_timezone)).date()
    happened = verdict.claim.event_date or PartialDate.of(read_on)
    late = happened.earliest > expected.day.latest
    tag, kept = ("Date met late", "later than announced") if late else ("Date met", "in time")
    stands = stage_words(after, instrument.type, telling.bodies)
    deadline = deadline_words(expected.day)
    doubt = ", unconfirmed" if verdict.outcome is Outcome.MOVED else ""
    when = date_words(happened) if verdict.claim.event_date else f"no later than {date_words(happened)}"
    draft = telling.draft(AlertKind.TARGET_DATE, instrument)
    return replace(
        draft,
        key=f"{draft.key}-met",
        subject=f"[{tag}] {instrument.title}: {stands}, expected {deadline} ({telling.short_speaker}{doubt})",
        bottom_line=sentence(
            f"{titled(instrument)} appears to have reached, {kept}, the step announced {deadline}: "
            f"{stands}, {when}, says {telling.speaker}."
        ),
        from_stage=verdict.from_stage.value,
        to_stage=after.stage.value,
        movement=f"{stage_words(before, instrument.type, telling.bodies)} → {stands}",
        language=verdict.claim.language,
        gloss=gloss(verdict.claim, instrument, telling.bodies),
        caveats=(
            "The alert about the step itself says how sure that is, and what changed on the page.",
            *caveats(instrument, after, telling.bodies, on=verdict.claim.event_date),
            READ_BY_PROGRAM,
        ),
        next_act=next_act(instrument, after, telling.bodies),
        reason=f"The register held the date {deadline}{_by(expected)}; with this step it is settled.",
        confidence=verdict.confidence,
        how_to=review_how_to(verdict, instrument, verdict_id),
    )


def has_slipped(expected: Announced, now: datetime, zone: str) -> bool:
    """Whether the announced date has passed by the morning of `now` (UTC) in `zone`: from eight on the day after."""
    local = now.astimezone(ZoneInfo(zone))
    return local.date() > expected.day.latest and local.time() >= TOLD_FROM


def slipped_key(instrument: str, expected: Announced) -> str:
    """The key of the alert that this date slipped: each announced date of an instrument slips once."""
    return f"slipped-{instrument}-{expected.day}"


def slipped_alert(
    instrument: Instrument,
    status: Status,
    expected: Announced,
    created_at: datetime,
    *,
    bodies: Mapping[str, Body],
    sources: Mapping[str, Source],
    coverage: str = "",
    local_timezone: str = "UTC",
) -> Alert:
    """An alert that an announced date has passed and no source said that the step was reached.

    `status` is what the register holds; `sources` (by id) tell who announced the date; `coverage` is the line that
    says how much was read, without which silence means nothing.
    """
    evidence = expected.evidence
    source = sources.get(evidence.source_id) if evidence else None
    who = speaker(source, bodies) if source else evidence.source_id if evidence else "a reviewer"
    short = short_speaker(source, bodies) if source else who
    held = Step(status.stage, status.target)
    stands = stage_words(held, instrument.type, bodies)
    step = expected.step
    reached = past_words(step, instrument.type, bodies) if step else "took its next step"
    deadline = deadline_words(expected.day)
    return Alert(
        key=slipped_key(instrument.id, expected),
        kind=AlertKind.TARGET_DATE,
        created_at=created_at,
        subject=(
            f"[Date slipped] {instrument.title}: not seen {_reached(step, instrument, bodies)} {deadline}; "
            f"still {stands} ({short})"
        ),
        bottom_line=sentence(
            f"{titled(instrument)} appears to have missed its date: no source read says that it {reached}, "
            f"expected {deadline} by {who}. The register holds: {stands}, since {date_words(status.since)}."
        ),
        source_id=evidence.source_id if evidence else "",
        instrument=instrument.id,
        instrument_title=instrument.title,
        from_stage=held.stage.value,
        to_stage=held.stage.value,
        movement=stands,
        jurisdiction=instrument.jurisdiction,
        evidence=evidence,
        caveats=(
            "A date that passed is no refusal: nothing was withdrawn, and another date may be announced.",
            "That no source says so is no proof that it did not happen: pages may lag or be unread.",
            *caveats(instrument, held, bodies),
        ),
        next_act=next_act(instrument, held, bodies),
        reason=f"The date is told once, on the morning after its last day.\n{coverage}".rstrip(),
        how_to=f"See the register: monitor status {instrument.id}\nSee what is unread: monitor sources",
        local_timezone=local_timezone,
    )


def _aim(step: Step | None, instrument: Instrument, bodies: Mapping[str, Body]) -> str:
    return f"to be {stage_words(step, instrument.type, bodies)}" if step else "a next step"


def _reached(step: Step | None, instrument: Instrument, bodies: Mapping[str, Body]) -> str:
    return stage_words(step, instrument.type, bodies) if step else "at its next step"


def _by(expected: Announced) -> str:
    return f", announced by source {expected.evidence.source_id}" if expected.evidence else ""
