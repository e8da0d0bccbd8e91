"""Whole stories, told step by step: what each claim leads to and where the register stands after it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from monitor.model import (
    Authority,
    Claim,
    Cue,
    Evidence,
    Flag,
    Instrument,
    InstrumentType,
    LifecycleEvent,
    Modality,
    PartialDate,
    Polarity,
    Quotation,
    ReviewState,
    Source,
    Stage,
    Status,
    StoredVerdict,
)
from monitor.status.judge import Context, decision_of, event_of, judge
from monitor.status.register import fold, fold_as_of

TIMELINES = sorted((Path(__file__).parents[2] / "data" / "timelines").glob("*.toml"))


@dataclass
class Story:
    """A timeline being played: what was recorded so far."""

    told: Mapping[str, Any]
    instrument: Instrument
    sources: Mapping[str, Source]
    events: list[LifecycleEvent]
    verdicts: dict[int, StoredVerdict]

    @classmethod
    def of(cls, path: Path) -> "Story":
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(told, _instrument(told["instrument"]), _sources(told["sources"]), [], {})

    def play(self, number: int, step: Mapping[str, Any]) -> dict[str, object]:
        """What came of one step, in the words of the timeline's `expect`."""
        outcome: dict[str, object] = {}
        if "claim" in step:
            outcome = self._said(number, step)
        else:
            self._reviewed(step)
        return {**outcome, **_shown(fold(self.instrument, self.events))}

    def _said(self, number: int, step: Mapping[str, Any]) -> dict[str, object]:
        source, at = self.sources[step["source"]], _noon(step["on"])
        claim = _claim(self.instrument.id, step["claim"])
        context = Context(
            source=source,
            today=step["on"],
            published_on=step.get("published_on"),
            news=step.get("news", True),
            sources=self.sources,
        )
        verdict = judge(claim, fold(self.instrument, self.events), self.instrument, context)
        evidence = Evidence(
            source_id=source.id, url=source.url, quote=claim.quotation.text, captured_at=at, sha256=f"{number:064d}"
        )
        event = self._record(event_of(verdict, evidence, at))
        self.verdicts[number] = StoredVerdict(
            id=number,
            verdict=verdict,
            evidence=evidence,
            recorded_at=at,
            review=ReviewState.OPEN,
            event_id=event.id if event else None,
        )
        skipped = {"skipped": [stage.value for stage in verdict.steps_skipped]} if verdict.steps_skipped else {}
        return {"outcome": verdict.outcome.value, **(skipped if "skipped" in step["expect"] else {})}

    def _reviewed(self, step: Mapping[str, Any]) -> None:
        accepted = "accept" in step
        stored = self.verdicts[step["accept"] if accepted else step["reject"]]
        self._record(decision_of(stored, accepted=accepted, reviewer=step["by"], at=_noon(step["on"])))

    def _record(self, event: LifecycleEvent | None) -> LifecycleEvent | None:
        if event is None:
            return None
        stored = replace(event, id=len(self.events) + 1)
        self.events.append(stored)
        return stored


def _instrument(told: Mapping[str, Any]) -> Instrument:
    typed = {"type": InstrumentType(told["type"]), "stage": Stage(told["stage"])}
    return Instrument(**{**told, **typed})


def _sources(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Source]:
    return {
        name: Source(id=name, **{"jurisdiction": "KH", **keys, "authority": Authority(keys["authority"])})
        for name, keys in told.items()
    }


def _claim(instrument: str, told: Mapping[str, Any]) -> Claim:
    quote = told["quote"]
    return Claim(
        instrument=instrument,
        act=told["act"],
        stage=Stage(told["stage"]),
        quotation=Quotation(text=quote, position=0, start=0, end=len(quote)),
        asserted=told.get("asserted", True),
        polarity=Polarity(told.get("polarity", "positive")),
        modality=Modality(told.get("modality", "asserted")),
        actor=told.get("actor", ""),
        target=told.get("target", ""),
        milestone=told.get("milestone", ""),
        event_date=_day(told, "event_date"),
        target_date=_day(told, "target_date"),
        flags=tuple(Flag(flag) for flag in told.get("flags", ())),
        hedges=tuple(Cue(text=hedge, rule="en.guard.hedge") for hedge in told.get("hedges", ())),
    )


def _day(told: Mapping[str, Any], key: str) -> PartialDate | None:
    return PartialDate.parse(told[key]) if key in told else None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _shown(status: Status) -> dict[str, object]:
    shown = {
        "stage": status.stage.value,
        "state": status.state.value,
        "since": str(status.since),
        "target": status.target,
        "milestone": status.milestone,
        "target_date": str(status.target_date) if status.target_date else "",
    }
    return {key: value for key, value in shown.items() if value}


@pytest.mark.parametrize("path", TIMELINES, ids=lambda path: path.stem)
def test_the_timeline_goes_as_told(path: Path) -> None:
    story = Story.of(path)
    happened = [story.play(number, step) for number, step in enumerate(story.told["step"], 1)]
    assert happened == [step["expect"] for step in story.told["step"]]


@pytest.mark.parametrize("path", TIMELINES, ids=lambda path: path.stem)
def test_the_register_as_of_each_day_is_what_it_held_then(path: Path) -> None:
    story = Story.of(path)
    held = []
    for number, step in enumerate(story.told["step"], 1):
        story.play(number, step)
        held.append((_noon(step["on"]), fold(story.instrument, story.events)))
    assert [fold_as_of(story.instrument, story.events, moment) for moment, _ in held] == [then for _, then in held]


def test_there_are_ten_timelines_or_more() -> None:
    assert len(TIMELINES) >= 10
