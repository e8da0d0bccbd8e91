"""A store and the readings made of it, for tests of what becomes of captures."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from monitor import packs
from monitor.model import AlertKind, Authority, Capture, Channel, Packs, Source
from monitor.ports import SecondReader
from monitor.processing import Intake, Judgement, Plan
from monitor.processing.intake import SourceReport
from monitor.processing.reading import Finder
from monitor.status.claims import ClaimFinder
from storage.memory import MemoryStore

START = datetime(2026, 11, 16, 2, tzinfo=UTC)
INTRODUCTION = (
    "The ministry prepares the digital laws of the kingdom together with other institutions. This page says, for "
    "everybody who works with data, what has been done so far and where to write with questions. It is kept up to "
    "date by the department of legal affairs of the ministry. "
) * 4
APPROVED = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."
DENIED = "The draft Law on Personal Data Protection has not yet been approved by the Council of Ministers."
PLANNED = "The Law on Personal Data Protection is expected to be adopted by the end of 2027."
SOURCE = Source(
    id="progress",
    url="https://ministry.example/progress",
    jurisdiction="KH",
    authority=Authority.MINISTRY,
    publisher="mptc",
    select="main",
    every=timedelta(hours=6),
)
CHANNEL = Channel(id="all", url="json://localhost/", kinds=tuple(AlertKind))


@cache
def known_packs() -> tuple[Packs, ClaimFinder]:
    loaded, faults = packs.load(["kh", "asean", "coe"])
    assert faults == ()
    return loaded, ClaimFinder(loaded)


def page(*paragraphs: str) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in (INTRODUCTION, *paragraphs))
    return f"<html lang='en'><head><title>Progress</title></head><body><main>{body}</main></body></html>".encode()


def due(source: Source, moment: datetime) -> datetime:
    assert source.every is not None
    return moment + source.every


@dataclass
class Desk:
    """A store and the readings made of it, six hours apart."""

    store: MemoryStore = field(default_factory=MemoryStore)
    source: Source = SOURCE
    now: datetime = START
    second_reader: SecondReader | None = None
    finder: Finder | None = None

    def reading(self, told: Callable[[Intake], None], *, finish: bool = True) -> SourceReport:
        loaded, finder = known_packs()
        plan = Plan(self.store, [self.source], self.now)
        for _ in plan:
            pass
        intake = Intake(
            store=self.store,
            plan=plan,
            sources={self.source.id: self.source},
            judgement=Judgement(
                packs=loaded,
                sources={self.source.id: self.source},
                finder=self.finder or finder,
                channels=[CHANNEL],
                timezone="Asia/Phnom_Penh",
                second_reader=self.second_reader,
            ),
            alert_after=3,
            next_due=due,
        )
        told(intake)
        intake.finished(self.source.id, at=self.now)
        intake.flush()
        self.now += timedelta(hours=6)
        return intake.reports[0]

    def capture(self, body: bytes, **more: object) -> Capture:
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        made = Capture(
            source_id=self.source.id,
            document_key=self.source.url,
            url=self.source.url,
            final_url=self.source.url,
            status=200,
            headers=headers,
            body=body,
            fetched_at=self.now,
            tls="verified",
        )
        return replace(made, **more)  # type: ignore[arg-type]

    def read(self, body: bytes, **more: object) -> SourceReport:
        return self.reading(lambda intake: intake.captured(self.capture(body, **more)))

    def kinds(self) -> list[AlertKind]:
        with self.store.read() as uow:
            return [delivery.alert.kind for delivery in reversed(uow.outbox.all())]
