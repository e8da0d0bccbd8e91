"""A source, its store and the readings made of it, through the real intake."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from monitor import packs
from monitor.model import AlertKind, Authority, Capture, Channel, KnownDocument, Packs, Source
from monitor.processing import Intake, Judgement, Plan
from monitor.processing.intake import SourceReport
from monitor.status.claims import ClaimFinder
from storage.memory import MemoryStore

START = datetime(2026, 11, 16, 2, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
LEGAL = frozenset({AlertKind.STATUS, AlertKind.CHANGE, AlertKind.TARGET_DATE})
_CHANNEL = Channel(id="all", url="json://localhost/", kinds=tuple(AlertKind))


@cache
def known_packs() -> tuple[Packs, ClaimFinder]:
    """The packs and the finder of claims, loaded once."""
    loaded, faults = packs.load(["kh", "asean", "coe"])
    assert faults == ()
    return loaded, ClaimFinder(loaded)


def due(source: Source, moment: datetime) -> datetime:
    """The next reading: `every` after the last."""
    assert source.every is not None
    return moment + source.every


def source_at(url: str, *languages: str) -> Source:
    """A ministry's page at `url`, read every six hours."""
    return Source(
        id="progress",
        url=url,
        jurisdiction="KH",
        languages=languages or ("en",),
        authority=Authority.MINISTRY,
        publisher="mptc",
        every=timedelta(hours=6),
    )


@dataclass
class Desk:
    """One source and its readings, `step` apart; a reading gets the time that `now` shows."""

    source: Source
    store: MemoryStore = field(default_factory=MemoryStore)
    now: datetime = START
    step: timedelta = timedelta(hours=6)

    def read(
        self,
        body: bytes,
        *,
        status: int = 200,
        headers: Sequence[tuple[str, str]] = HTML,
        final_url: str = "",
        flags: tuple[str, ...] = (),
        key: str = "",
    ) -> SourceReport:
        """One reading that was answered with `body`; `key` is the address of another document than the source's own."""
        capture = Capture(
            source_id=self.source.id,
            document_key=key or self.source.url,
            url=key or self.source.url,
            final_url=final_url or key or self.source.url,
            status=status,
            headers=tuple(headers),
            body=body,
            fetched_at=self.now,
            tls="verified",
            flags=flags,
        )
        return self._reading(capture)

    def _reading(self, capture: Capture) -> SourceReport:
        loaded, finder = known_packs()
        plan = Plan(self.store, [self.source], self.now)
        for _ in plan:
            pass
        sources = {self.source.id: self.source}
        intake = Intake(
            store=self.store,
            plan=plan,
            sources=sources,
            judgement=Judgement(
                packs=loaded, sources=sources, finder=finder, channels=[_CHANNEL], timezone="Asia/Phnom_Penh"
            ),
            alert_after=3,
            next_due=due,
        )
        intake.captured(capture)
        intake.finished(self.source.id, at=self.now)
        intake.flush()
        self.now += self.step
        return intake.reports[0]

    @property
    def known(self) -> KnownDocument | None:
        """What is remembered of the page."""
        with self.store.read() as uow:
            return uow.documents.get(self.source.id, self.source.url)

    @property
    def baseline(self) -> int:
        """The number of the snapshot the next reading is compared with; 0 for none."""
        return self.known.snapshot_id if self.known is not None else 0

    @property
    def changes(self) -> int:
        """How many changes were recorded."""
        with self.store.read() as uow:
            return len(uow.changes.all())

    def alerts(self, *kinds: AlertKind) -> int:
        """How many alerts of `kinds` were raised."""
        with self.store.read() as uow:
            return sum(delivery.alert.kind in kinds for delivery in uow.outbox.all())

    def believed(self) -> tuple[int, int, int]:
        """What damage may not move: baseline, number of changes, number of alerts about law."""
        return self.baseline, self.changes, self.alerts(*LEGAL)

    def at(self, url: str) -> "Desk":
        """A fresh desk for the same source at `url`."""
        return Desk(source=replace(self.source, url=url))
