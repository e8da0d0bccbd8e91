"""One invented alert of every kind, for previews: each is made like a real one and marked as a sample. Pure.

Country, law, bodies, pages and words are made up; only the wording around them is what people will get.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.alerts.build import disagreement_alert, status_alert
from monitor.alerts.coverage import Coverage, Watched, coverage
from monitor.alerts.dates import target_date_alert
from monitor.alerts.differences import differences
from monitor.alerts.digest import digest
from monitor.alerts.notices import change_alert, document_alert, health_alert, recovered_alert, test_alert
from monitor.alerts.telling import Telling
from monitor.alerts.watching import standings, watching_alert
from monitor.model import (
    Alert,
    AlertKind,
    Authority,
    Block,
    BlockKind,
    Body,
    Cause,
    Change,
    Claim,
    Cue,
    Edit,
    EditKind,
    EventKind,
    Evidence,
    Health,
    Instrument,
    InstrumentType,
    LifecycleEvent,
    Modality,
    Outcome,
    PartialDate,
    Quotation,
    Source,
    SourceHealth,
    Stage,
    Verdict,
)

_QUOTE = "The Council of Ministers today approved the draft Law on Sound Archives."
_BEFORE = "The draft Law on Sound Archives is being prepared for the Council of Ministers."
_PLAN = "The draft Law on Sound Archives is expected to go to the Council of Ministers by the end of 2027."
_DENIAL = "The draft Law on Sound Archives has not been submitted to the Council of Ministers."
_ADDRESS = "https://culture.example/en/news/sound-archives"
_LAW = Instrument(
    id="sample-sound-archives",
    title="Law on Sound Archives",
    type=InstrumentType.LAW,
    jurisdiction="SAMPLE",
    stage=Stage.DRAFTING,
    as_of=date(2026, 1, 5),
    binding=True,
)
_SOURCE = Source(
    id="sample-ministry",
    url="https://culture.example/en/news",
    jurisdiction="SAMPLE",
    authority=Authority.MINISTRY,
    publisher="sample-ministry-of-culture",
    every=timedelta(hours=6),
)
_BODIES = {
    body.id: body
    for body in (
        Body(id="sample-ministry-of-culture", title="Ministry of Culture", role="lead_ministry", jurisdiction="SAMPLE"),
        Body(id="com", title="Council of Ministers", role="cabinet", jurisdiction="SAMPLE"),
        Body(id="na", title="National Assembly", role="lower_house", jurisdiction="SAMPLE"),
        Body(id="sample-senate", title="Senate", role="upper_house", jurisdiction="SAMPLE"),
        Body(id="sample-head", title="Head of State", role="head_of_state", jurisdiction="SAMPLE"),
    )
}


_REASONS = {
    Outcome.MOVED: "A second-tier source says so; the register moves provisionally.",
    Outcome.TARGET_DATE: "The source expects a next step; a target date is not the step itself.",
    Outcome.DISPUTED: "The source denies what the register holds; the stage is kept until somebody decides.",
}


def sample(kind: AlertKind, created_at: datetime, *, local_timezone: str = "UTC") -> Alert:
    """An invented alert of `kind`, as if made at `created_at` (UTC) for readers in `local_timezone`."""
    made = _MAKERS[kind](created_at, local_timezone)
    return replace(
        made,
        key=f"sample-{kind}",
        subject=f"[SAMPLE] {made.subject}",
        bottom_line=f"SAMPLE, nothing of this is real. {made.bottom_line}",
    )


def _status(now: datetime, zone: str) -> Alert:
    return status_alert(
        _verdict(_QUOTE, Stage.APPROVED, Outcome.MOVED),
        _LAW,
        _telling(_QUOTE, now, zone),
        verdict_id=7,
        differences=differences(_change(now), quote=_QUOTE),
    )


def _target_date(now: datetime, zone: str) -> Alert:
    return target_date_alert(
        _verdict(_PLAN, Stage.SUBMITTED, Outcome.TARGET_DATE, planned=PartialDate(2027)),
        _LAW,
        _telling(_PLAN, now, zone),
        previous=PartialDate(2027, 6),
        verdict_id=8,
    )


def _disagreement(now: datetime, zone: str) -> Alert:
    return disagreement_alert(
        _verdict(_DENIAL, Stage.SUBMITTED, Outcome.DISPUTED),
        _LAW,
        _telling(_DENIAL, now, zone),
        held=replace(_evidence(_QUOTE, now - timedelta(days=9)), source_id="sample-gazette"),
        verdict_id=9,
    )


def _document(now: datetime, zone: str) -> Alert:
    return document_alert(
        "Questions and answers about the draft",
        [_LAW],
        _telling(_BEFORE, now, zone),
        language="en",
        published_on=_day(now),
    )


def _change_of_text(now: datetime, zone: str) -> Alert:
    return change_alert(_change(now), [_LAW], _telling(_BEFORE, now, zone))


def _health(now: datetime, zone: str) -> Alert:
    return health_alert(_SOURCE, _blind(now), sequence=12, created_at=now, local_timezone=zone)


def _recovered(now: datetime, zone: str) -> Alert:
    return recovered_alert(_SOURCE, _blind(now), sequence=13, created_at=now, local_timezone=zone)


def _digest(now: datetime, zone: str) -> Alert:
    parts = [make(now, zone) for make in (_status, _target_date, _change_of_text)]
    return digest(parts, "sample", now, local_timezone=zone, coverage=_coverage(now).line)


def _watching(now: datetime, zone: str) -> Alert:
    moved = LifecycleEvent(
        instrument=_LAW.id, kind=EventKind.MOVED, recorded_at=now - timedelta(days=3), id=1, stage=Stage.APPROVED
    )
    quiet = replace(_LAW, id="sample-sheet-music", title="Sheet Music Strategy", type=InstrumentType.STRATEGY)
    return watching_alert(
        standings([_LAW, quiet], {_LAW.id: [moved]}),
        _coverage(now),
        since=now - timedelta(days=7),
        created_at=now,
        bodies=_BODIES,
        local_timezone=zone,
        text_changes=2,
    )


def _test(now: datetime, zone: str) -> Alert:
    return test_alert("sample", now, local_timezone=zone)


_MAKERS: Mapping[AlertKind, Callable[[datetime, str], Alert]] = {
    AlertKind.STATUS: _status,
    AlertKind.TARGET_DATE: _target_date,
    AlertKind.DISAGREEMENT: _disagreement,
    AlertKind.DOCUMENT: _document,
    AlertKind.CHANGE: _change_of_text,
    AlertKind.HEALTH: _health,
    AlertKind.RECOVERED: _recovered,
    AlertKind.DIGEST: _digest,
    AlertKind.WATCHING: _watching,
    AlertKind.TEST: _test,
}


def _verdict(quote: str, stage: Stage, outcome: Outcome, *, planned: PartialDate | None = None) -> Verdict:
    word = next(word for word in ("approved", "expected", "not been submitted") if word in quote)
    cue = Cue(text=word, rule="en.sample")
    claim = Claim(
        instrument=_LAW.id,
        act="sample",
        stage=stage,
        quotation=Quotation(text=quote, position=0, start=0, end=len(quote)),
        asserted=planned is None,
        modality=Modality.FUTURE if planned else Modality.ASSERTED,
        actor="com" if outcome is Outcome.MOVED else "",
        target="com" if stage is Stage.SUBMITTED else "",
        target_date=planned,
        cues=() if planned else (cue,),
        hedges=(cue,) if planned else (),
    )
    return Verdict(
        claim=claim,
        outcome=outcome,
        reason=f"{_REASONS[outcome]} This is a sample.",
        confidence=0.82,
        from_stage=Stage.APPROVED if outcome is Outcome.DISPUTED else Stage.DRAFTING,
        to_stage=stage if outcome is Outcome.MOVED else None,
    )


def _telling(quote: str, now: datetime, zone: str) -> Telling:
    return Telling(
        source=_SOURCE,
        evidence=_evidence(quote, now),
        sequence=12,
        created_at=now,
        local_timezone=zone,
        bodies=_BODIES,
    )


def _evidence(quote: str, at: datetime) -> Evidence:
    return Evidence(source_id=_SOURCE.id, url=_ADDRESS, quote=quote, captured_at=at, sha256="5a" * 32, snapshot_id=42)


def _change(now: datetime) -> Change:
    before, after = (
        Block(position=1, kind=BlockKind.PARAGRAPH, text=text, fingerprint=mark, path=("News of the ministry",))
        for text, mark in ((_BEFORE, "a"), (_QUOTE, "b"))
    )
    return Change(
        id=5,
        source_id=_SOURCE.id,
        document_key=_ADDRESS,
        url=_ADDRESS,
        before_id=41,
        after_id=42,
        cause=Cause.CONTENT,
        captured_at=now,
        edits=(Edit(kind=EditKind.CHANGED, before=before, after=after),),
        instruments=(_LAW.id,),
    )


def _blind(now: datetime) -> SourceHealth:
    return SourceHealth(
        source_id=_SOURCE.id,
        health=Health.BLOCKED,
        detail="a page that asks whether we are human stands where the content should be",
        last_attempt_at=now,
        last_ok_at=now - timedelta(hours=19),
        failures=3,
    )


def _coverage(now: datetime) -> Coverage:
    return coverage(
        [
            Watched(source_id=_SOURCE.id, health=Health.BLOCKED, last_ok_at=now - timedelta(hours=19)),
            Watched(source_id="sample-gazette", health=Health.OK, last_ok_at=now - timedelta(hours=2)),
        ],
        now,
    )


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
