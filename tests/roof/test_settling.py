"""What a person's decision and passing days settle, in a real database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import App, load_config
from monitor.model import (
    AlertKind,
    Claim,
    EventKind,
    Evidence,
    LifecycleEvent,
    Outcome,
    PartialDate,
    Quotation,
    ReviewState,
    Stage,
    Verdict,
)

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
QUOTE = "The Law on Personal Data Protection moved."
CONFIG = """
[monitor]
contact = "mailto:watch@ngo.example"
timezone = "Asia/Phnom_Penh"

[[source]]
id = "na"
url = "https://na.example/"
every = "6h"
"""


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def app(tmp_path: Path) -> App:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return App(config=load_config(path, {}), clock=Hand())


def _proposed(app: App, stage: Stage, outcome: Outcome = Outcome.MOVED) -> int:
    """A verdict that waits for a person; its number."""
    claim = Claim(
        instrument="kh-pdpl",
        act="act",
        stage=stage,
        quotation=Quotation(text=QUOTE, position=0, start=0, end=len(QUOTE)),
        asserted=True,
    )
    verdict = Verdict(
        claim=claim, outcome=outcome, reason="…", confidence=0.7, from_stage=Stage.DRAFTING, to_stage=stage
    )
    evidence = Evidence(source_id="na", url="https://na.example/1", quote=QUOTE, captured_at=NOW, sha256="a" * 64)
    with app.store.begin() as uow:
        event = uow.events.add(
            LifecycleEvent(instrument="kh-pdpl", kind=EventKind.MOVED, recorded_at=NOW, stage=stage, evidence=evidence)
        )
        stored = uow.verdicts.add(
            verdict, evidence=evidence, recorded_at=NOW, review=ReviewState.OPEN, event_id=event.id
        )
    return stored.id


def _waiting(app: App) -> list[int]:
    with app.store.read() as uow:
        return sorted(stored.id for stored in uow.verdicts.all(review=ReviewState.OPEN))


def test_a_step_that_a_person_confirms_closes_the_provisional_ones_before_it_with_a_note(app: App) -> None:
    earlier, later = _proposed(app, Stage.APPROVED), _proposed(app, Stage.ADOPTED)
    app.decide(later, ReviewState.CONFIRMED, by="anna", note="read the minutes")
    with app.store.read() as uow:
        note = uow.events.of("kh-pdpl")[-1].note
    assert (_waiting(app), note) == ([], f"read the minutes; overtakes provisional verdict {earlier}, closed")


def test_a_step_that_a_person_rejects_closes_nothing_else(app: App) -> None:
    earlier, later = _proposed(app, Stage.APPROVED), _proposed(app, Stage.ADOPTED)
    app.decide(later, ReviewState.REJECTED, by="anna", note="")
    assert _waiting(app) == [earlier]


def test_a_step_that_a_person_confirms_leaves_later_ones_open(app: App) -> None:
    earlier, later = _proposed(app, Stage.APPROVED), _proposed(app, Stage.ADOPTED)
    app.decide(earlier, ReviewState.CONFIRMED, by="anna", note="")
    assert _waiting(app) == [later]


def test_looking_over_the_sources_tells_a_date_that_slipped_once(app: App) -> None:
    planned = LifecycleEvent(
        instrument="kh-pdpl",
        kind=EventKind.TARGET_DATE,
        recorded_at=NOW - timedelta(days=90),
        stage=Stage.ADOPTED,
        target_date=PartialDate(2026, 11),
    )
    with app.store.begin() as uow:
        uow.events.add(planned)
    assert app.look()
    App(config=app.config, clock=app.clock).look()
    with app.store.read() as uow:
        kinds = [delivery.alert.kind for delivery in uow.outbox.all()]
    assert kinds.count(AlertKind.TARGET_DATE) == 1
