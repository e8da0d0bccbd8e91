"""A monitor without a network whose time is ours: days pass in milliseconds, clocks jump, machines sleep.

Everything that decides is the product's: agenda, lookout, plan, intake, health, timetable. Only what a site answers,
and how the time of day relates to the time that passes, is made here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.agenda import Agenda, End
from monitor.model import (
    AlertKind,
    Channel,
    Claim,
    Delivery,
    KnownDocument,
    Packs,
    Passage,
    Problem,
    ProblemKind,
    Source,
)
from monitor.ports import Store
from monitor.processing import Intake, Judgement, Lookout, Plan
from monitor.timetable import next_due
from storage.memory import MemoryStore

OPERATORS = Channel(id="operators", url="json://localhost/", kinds=(AlertKind.HEALTH, AlertKind.RECOVERED))
PULSE = timedelta(minutes=1)
BLOCKED = Problem(kind=ProblemKind.BLOCKED, detail="a challenge page")


class NoFinder:
    """Nothing is claimed in a world without text."""

    def mentions(self, text: str, jurisdiction: str = "") -> frozenset[str]:
        return frozenset()

    def find(self, passage: Passage) -> tuple[Claim, ...]:
        return ()


@dataclass
class World:
    """`passed` is the time that really passed since `began`; `ahead` is how far the machine's clock is wrong.

    `answers(source id, passed)` says what a reading meets: None for a good page, a Problem, the text `dies` for a
    source the child never gets through with, or `kills` for one that ends the child and all it has in hand.
    `looks` is how often the daemon looks over the ledgers.
    """

    began: datetime
    sources: Sequence[Source]
    timezone: str = "UTC"
    store: Store = field(default_factory=MemoryStore)
    answers: Callable[[str, timedelta], Problem | str | None] = lambda source_id, passed: None
    takes: timedelta = timedelta(seconds=20)
    looks: timedelta = PULSE
    alert_after: int = 3
    passed: timedelta = timedelta()
    ahead: timedelta = timedelta()
    readings: dict[str, list[timedelta]] = field(default_factory=dict)
    batches: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.due = next_due(self.timezone)
        self.judgement = Judgement(
            packs=Packs(instruments={}, bodies={}, stage_rules={}),
            sources={source.id: source for source in self.sources},
            finder=NoFinder(),
            channels=[OPERATORS],
            timezone=self.timezone,
        )
        self.restart()

    @property
    def now(self) -> datetime:
        """What the machine's clock says."""
        return self.began + self.passed + self.ahead

    def restart(self) -> None:
        """A new daemon on the same store."""
        enabled = [source for source in self.sources if source.enabled]
        self.agenda = Agenda(self.store, enabled, children=1, gap=timedelta(), next_due=self.due)

    def look(self) -> tuple[str, ...]:
        watch = Lookout(store=self.store, judgement=self.judgement, next_due=self.due, timezone=self.timezone)
        return watch.look(self.sources, self.now)

    def live(self, span: timedelta) -> None:
        """Let the daemon work while `span` of real time passes. It is noticed within a pulse that the clock was set."""
        end = self.passed + span
        while self.passed < end:
            self.look()
            for batch in self.agenda.batches(self.now):
                self.agenda.begin(batch)
                lived = self.read(batch.sources)
                self.agenda.ended(batch, self.now, End.ORDERLY if lived else End.DIED)
            wait = max(self.agenda.next_look(self.now) - self.now, timedelta(seconds=1))
            self.passed = min(self.passed + min(wait, self.looks), max(end, self.passed))

    def sleep(self, span: timedelta) -> None:
        """The machine is off or asleep."""
        self.passed += span

    def read(self, due: Sequence[Source]) -> bool:
        """One run over `due`, as the child of the daemon does it; whether the child lived to its end."""
        self.batches.append(tuple(source.id for source in due))
        self.look()
        plan = Plan(self.store, due, self.now)
        intake = Intake(
            store=self.store,
            plan=plan,
            sources={source.id: source for source in self.sources},
            judgement=self.judgement,
            alert_after=self.alert_after,
            next_due=self.due,
        )
        handed = list(plan)
        self.passed += self.takes
        if any(self.answers(each.source.id, self.passed) == "kills" for each in handed):
            return False
        for each in handed:
            self._answer(intake, each.source)
        intake.flush()
        return True

    def _answer(self, intake: Intake, source: Source) -> None:
        answer = self.answers(source.id, self.passed)
        if answer == "dies":
            return
        self.readings.setdefault(source.id, []).append(self.passed)
        index = KnownDocument(source_id=source.id, key="index:main", url=source.url)
        if isinstance(answer, Problem):
            intake.failed(source.id, index.key, source.url, answer, at=self.now)
        else:
            intake.indexed(index, (), at=self.now)
        intake.finished(source.id, at=self.now)

    # What was told -----------------------------------------------------------------------------------------------

    def told(self, kind: AlertKind, source_id: str | None = None) -> list[Delivery]:
        """The alerts of `kind`, oldest first; about one source, or ("") about none in particular."""
        with self.store.read() as uow:
            found = reversed(uow.outbox.all())
            return [row for row in found if row.alert.kind is kind and source_id in (None, row.alert.source_id)]

    def served(self) -> Mapping[str, list[tuple[datetime, datetime]]]:
        """source id → (due, read) of its slots in order."""
        slots: dict[str, list[tuple[datetime, datetime]]] = {}
        with self.store.read() as uow:
            for slot in uow.sources.served(since=datetime.min.replace(tzinfo=self.began.tzinfo)):
                slots.setdefault(slot.source_id, []).append((slot.due_at, slot.read_at))
        return slots


def source(name: str, **when: object) -> Source:
    """A source called `name`; `when` is `every` or `cron`, and anything else of a source."""
    return Source(id=name, url=f"https://{name}.example/", **when)  # type: ignore[arg-type]
