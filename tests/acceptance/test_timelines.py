"""Whole lives of instruments, replayed from the documents that told of them, through extractor, reader and judge.

Each file under `tests/data/timelines/replayed` is one instrument's story: where the register stood, who publishes, and
every document in the order in which it was read, near misses among them. A step says what must come of it and where the
instrument stands after it; `end` says where others stand that must not have moved by mistake.
"""

import html
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import (
    AlertKind,
    Authority,
    Capture,
    Channel,
    KnownDocument,
    Outcome,
    Packs,
    Source,
    Stage,
    Status,
)
from monitor.processing import Intake, Judgement, Plan
from monitor.status.claims import ClaimFinder
from monitor.status.judge import decision_of
from monitor.status.register import fold
from storage.memory import MemoryStore

TIMELINES = sorted((Path(__file__).parents[1] / "data" / "timelines" / "replayed").glob("*.toml"))
CHANNEL = Channel(id="all", url="json://localhost/", kinds=tuple(AlertKind))
#: What a reader is told of at once, by what was done with a statement.
TOLD = {
    Outcome.MOVED: AlertKind.STATUS,
    Outcome.CONFIRMED: AlertKind.STATUS,
    Outcome.TARGET_DATE: AlertKind.TARGET_DATE,
}

Happened = dict[str, object]


@dataclass
class Replay:
    """A story being read: its register lives in a store of its own, and time passes from step to step."""

    told: Mapping[str, Any]
    packs: Packs
    finder: ClaimFinder
    sources: Mapping[str, Source]
    store: MemoryStore = field(default_factory=MemoryStore)
    verdicts: dict[str, int] = field(default_factory=dict)
    alerts: int = 0

    @classmethod
    def of(cls, path: Path, packs: Packs, finder: ClaimFinder) -> "Replay":
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        replay = cls(told, _with_baseline(packs, told["baseline"]), finder, _sources(told["source"]))
        replay._open()
        return replay

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        return list(self.told["step"])

    @property
    def instrument(self) -> str:
        return str(self.told["instrument"])

    def play(self, step: Mapping[str, Any]) -> Happened:
        """What came of one step, in the words of its `expect`."""
        happened: Happened = {}
        if "text" in step:
            happened = self._read(step)
        else:
            self._decided(step)
        return {**happened, **self.register(self.instrument)}

    def register(self, instrument: str) -> Happened:
        """Where `instrument` stands."""
        with self.store.read() as uow:
            return _shown(fold(self.packs.instruments[instrument], uow.events.of(instrument)))

    def told_since(self) -> set[tuple[str, AlertKind]]:
        """Instruments and kinds of the alerts since the last call, without those that only say that a text changed."""
        with self.store.read() as uow:
            alerts = [delivery.alert for delivery in reversed(uow.outbox.all())]
        new, self.alerts = alerts[self.alerts :], len(alerts)
        return {(alert.instrument, alert.kind) for alert in new if alert.kind in TOLD.values()}

    def _open(self) -> None:
        """Read every source once while its list is empty, unless a step is the first reading of it."""
        late = {step["source"] for step in self.steps if step.get("first_reading")}
        at = _morning(min(step["on"] for step in self.steps)) - timedelta(days=1)
        for source in self.sources.values():
            if source.id not in late:
                self._crawl(source, at, lambda intake: None)

    def _crawl(self, source: Source, at: datetime, tell: Callable[[Intake], None]) -> Intake:
        plan = Plan(self.store, [source], at)
        for _ in plan:
            pass
        intake = Intake(
            store=self.store,
            plan=plan,
            sources={source.id: source},
            judgement=Judgement(
                packs=self.packs,
                sources=self.sources,
                finder=self.finder,
                channels=[CHANNEL],
                timezone="Asia/Phnom_Penh",
            ),
            alert_after=3,
            next_due=lambda _, moment: moment + timedelta(hours=6),
        )
        intake.indexed(KnownDocument(source_id=source.id, key="index:list", url=source.url), (), at=at)
        tell(intake)
        intake.finished(source.id, at=at)
        intake.flush()
        return intake

    def _read(self, step: Mapping[str, Any]) -> Happened:
        source, at = self.sources[step["source"]], _morning(step["on"])
        url = f"{source.url}{step.get('page', step['name'])}"
        capture = Capture(
            source_id=source.id,
            document_key=url,
            url=url,
            final_url=url,
            status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=_page(step).encode(),
            fetched_at=at,
            tls="verified",
        )
        with self.store.read() as uow:
            before = {stored.id for stored in uow.verdicts.all()}
        (report,) = self._crawl(source, at, lambda intake: intake.captured(capture)).reports
        assert report.read, report.detail
        with self.store.read() as uow:
            judged = [stored for stored in uow.verdicts.all() if stored.id not in before]
        counted = [stored for stored in judged if stored.verdict.outcome is not Outcome.NOTED]
        if counted:
            self.verdicts[step["name"]] = counted[0].id
        return _outcomes(
            {(stored.verdict.claim.instrument, stored.verdict.outcome.value) for stored in counted}, self.instrument
        )

    def _decided(self, step: Mapping[str, Any]) -> None:
        accepted = "accept" in step
        with self.store.begin() as uow:
            stored = uow.verdicts.get(self.verdicts[step["accept"] if accepted else step["reject"]])
            event = decision_of(stored, accepted=accepted, reviewer=step["by"], at=_morning(step["on"]))
            if event is not None:
                uow.events.add(event)


def _with_baseline(packs: Packs, told: Mapping[str, Mapping[str, Any]]) -> Packs:
    """`packs` as they would have been set up before the story began."""
    held = {
        name: replace(packs.instruments[name], **{"milestone": "", "target": "", **keys, "stage": Stage(keys["stage"])})
        for name, keys in told.items()
    }
    return replace(packs, instruments={**packs.instruments, **held})


def _sources(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Source]:
    return {
        name: Source(
            id=name,
            **{
                "jurisdiction": "KH",
                "every": timedelta(hours=6),
                **keys,
                "authority": Authority(keys["authority"]),
                "languages": tuple(keys.get("languages", ("en",))),
            },
        )
        for name, keys in told.items()
    }


def _page(step: Mapping[str, Any]) -> str:
    """A page as a site serves it: the text in its place, and around it what every page of the site has."""
    published = "" if step.get("undated") else step.get("published_on", step["on"]).isoformat()
    meta = f'<meta property="article:published_time" content="{published}T08:00:00+07:00">' if published else ""
    title = html.escape(step["title"])
    body = "".join(map(_element, step["text"]))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{meta}</head>"
        "<body><header><nav><a href='/'>Home</a> <a href='/laws'>Laws and policies</a></nav></header>"
        f"<main><h1>{title}</h1>{body}</main>"
        "<aside class='related-posts'><h3>Related posts</h3><ul>"
        "<li><a href='/1'>National Assembly adopts Law on Personal Data Protection</a></li>"
        "<li><a href='/2'>Cybercrime Law promulgated</a></li></ul></aside>"
        "<footer>All rights reserved</footer></body></html>"
    )


def _element(text: str) -> str:
    for mark, tag in (("# ", "h2"), ("- ", "li")):
        if text.startswith(mark):
            inner = f"<{tag}>{html.escape(text.removeprefix(mark))}</{tag}>"
            return f"<ul>{inner}</ul>" if tag == "li" else inner
    return f"<p>{html.escape(text)}</p>"


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(3), tzinfo=UTC)


def _outcomes(found: set[tuple[str, str]], instrument: str) -> Happened:
    """`outcome` for the instrument of the story, `also` for others, as a step's `expect` gives them."""
    own = sorted(outcome for name, outcome in found if name == instrument)
    also = {name: ", ".join(sorted(said for other, said in found if other == name)) for name, _ in found}
    others = {name: said for name, said in sorted(also.items()) if name != instrument}
    return {"outcome": ", ".join(own) or "nothing", **({"also": others} if others else {})}


def _shown(status: Status) -> Happened:
    shown = {
        "stage": status.stage.value,
        "state": status.state.value,
        "since": str(status.since),
        "target": status.target,
        "milestone": status.milestone,
        "target_date": str(status.target_date) if status.target_date else "",
    }
    return {key: value for key, value in shown.items() if value}


def _alerts_due(expect: Mapping[str, Any], before: Mapping[str, Any], instrument: str) -> set[tuple[str, AlertKind]]:
    """What is told of a step; `before` is the register as the step before it left it."""
    said = {instrument: expect.get("outcome", ""), **expect.get("also", {})}
    due = {
        (name, TOLD[Outcome(outcome)])
        for name, outcomes in said.items()
        for outcome in outcomes.split(", ")
        if outcome in [*TOLD]
    }
    said_of_it = expect.get("outcome", "").split(", ")
    settled = before.get("state") in ("provisional", "disputed") and expect.get("state") == "confirmed"
    if Outcome.CORROBORATED in said_of_it and settled:
        due.add((instrument, AlertKind.STATUS))
    if {Outcome.MOVED, Outcome.CONFIRMED} & {*said_of_it} and before.get("target_date") and "target_date" not in expect:
        due.add((instrument, AlertKind.TARGET_DATE))
    return due


@pytest.fixture(params=TIMELINES, ids=lambda path: path.stem)
def replay(request: pytest.FixtureRequest, packs: Packs, finder: ClaimFinder) -> Replay:
    return Replay.of(request.param, packs, finder)


def test_the_documents_replayed_take_the_register_through_every_step_and_no_other(replay: Replay) -> None:
    happened = {step["name"]: replay.play(step) for step in replay.steps}

    assert happened == {step["name"]: step["expect"] for step in replay.steps}


def test_only_steps_and_announced_dates_are_told_and_all_of_them(replay: Replay) -> None:
    told = {step["name"]: (replay.play(step), replay.told_since())[1] for step in replay.steps}

    registers = [{}, *(step["expect"] for step in replay.steps)]
    assert told == {
        step["name"]: _alerts_due(step["expect"], before, replay.instrument)
        for step, before in zip(replay.steps, registers, strict=False)
    }


def test_at_the_end_every_instrument_the_story_touches_stands_where_it_should(replay: Replay) -> None:
    for step in replay.steps:
        replay.play(step)

    assert {name: replay.register(name) for name in replay.told["end"]} == replay.told["end"]


@pytest.mark.parametrize("path", TIMELINES, ids=lambda path: path.stem)
def test_a_timeline_tells_every_outcome_from_real_shaped_documents(path: Path) -> None:
    steps = tomllib.loads(path.read_text(encoding="utf-8"))["step"]
    names = [step["name"] for step in steps]
    missed = [step for step in steps if step["expect"].get("outcome") in ("nothing", "review", "history")]

    assert (len(set(names)) == len(names) >= 10, len(missed) >= 3) == (True, True)


def test_the_law_against_scams_took_53_days_from_drafting_to_signature() -> None:
    (path,) = [path for path in TIMELINES if path.stem == "anti_scam_law_2026"]
    steps = tomllib.loads(path.read_text(encoding="utf-8"))["step"]
    since = {step["expect"]["stage"]: date.fromisoformat(step["expect"]["since"]) for step in steps}

    assert (since["promulgated"] - since["drafting"]).days == 53


def test_there_are_ten_timelines_or_more() -> None:
    assert len(TIMELINES) >= 10
