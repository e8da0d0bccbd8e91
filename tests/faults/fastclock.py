"""The real daemon in a time of its own: a day passes in seconds, and everything happens in it when it should.

The event loop's clock moves on to the next timer whenever nothing else is left to do. The alarm clock, the database's
clock and the children, which only play reading, take their time from it.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, TypeVar

import pytest

from monitor import daemon as daemon_module
from monitor import rounds
from monitor.agenda import End
from monitor.app import App, load_config
from monitor.batch import Job, summary
from monitor.children import Outcome
from monitor.daemon import Daemon
from monitor.model import KnownDocument, Slot
from monitor.ports import Store
from monitor.processing import Intake, Plan
from storage.memory import MemoryStore

T = TypeVar("T")


class _Skipping(selectors.DefaultSelector):
    """Waits for nothing: what would be waited for is passed over."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout:
            self.passed += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.passed


async def _at_once(work: Callable[[], T]) -> T:
    """Instead of a thread, which would live in the other time."""
    return work()


@dataclass
class Hands:
    """Children that only play. `takes` says how long a source keeps its child busy; `ends` how some end it instead:
    after so long, by a crash or by being stuck. A child dies at the first of those in its batch.

    `most` children read at once; `overlaps` are sources that two of them read at once.
    """

    app: Callable[[], App]
    takes: Callable[[str], timedelta] = lambda name: timedelta(seconds=2)
    ends: Mapping[str, timedelta] = field(default_factory=dict)
    batches: list[tuple[datetime, tuple[str, ...]]] = field(default_factory=list)
    at_once: list[set[str]] = field(default_factory=list)
    most: int = 0
    overlaps: list[str] = field(default_factory=list)

    async def read(self, job: Job, lent: int, on_finished: Callable[[Mapping[str, Any]], None]) -> Outcome:
        app = self.app()
        now = app.clock.now
        self.batches.append((now(), job.sources))
        mine = set(job.sources)
        self.overlaps += [name for others in self.at_once for name in mine & others]
        self.at_once.append(mine)
        self.most = max(self.most, len(self.at_once))
        plan = Plan(app.store, app.chosen(job.sources), now())
        list(plan)
        intake = Intake(
            store=app.store,
            plan=plan,
            sources=app.sources,
            judgement=app.judgement,
            alert_after=3,
            next_due=app.next_due,
            on_finished=lambda report: on_finished(summary(report)),
        )
        try:
            for name in job.sources:
                if name in self.ends:
                    await asyncio.sleep(self.ends[name].total_seconds())
                    return Outcome(end=End.DIED, at_work_on=name)
                await asyncio.sleep(self.takes(name).total_seconds())
                index = KnownDocument(source_id=name, key="index:main", url=app.sources[name].url)
                intake.indexed(index, (), at=now())
                intake.finished(name, at=now())
                intake.flush()
            return Outcome(end=End.ORDERLY)
        finally:
            self.at_once.remove(mine)

    async def end(self, grace: float) -> None:
        """Everything in hand comes to its end by itself."""

    def kill(self) -> None:
        pass

    def __len__(self) -> int:
        return len(self.at_once)


class Life:
    """A daemon that began at `began` on the configuration in `config`."""

    def __init__(
        self, config: Path, began: datetime, monkeypatch: pytest.MonkeyPatch, store: Store | None = None
    ) -> None:
        self._runner = asyncio.Runner(loop_factory=_Loop)
        self._loop = self._runner.get_loop()
        self.began = began
        self.app = App(config=load_config(config, {}), clock=self)
        self.store = store or MemoryStore()
        vars(self.app)["store"] = self.store
        self.hands = Hands(lambda: self.app)
        clock = self

        class Now(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return clock.now().astimezone(tz)

        monkeypatch.setattr("apscheduler.schedulers.base.datetime", Now)
        monkeypatch.setattr(daemon_module, "aside", _at_once)
        monkeypatch.setattr(rounds, "aside", _at_once)

    def now(self) -> datetime:
        """What the machine's clock says."""
        return self.began + timedelta(seconds=self._loop.time())

    def live(self, span: timedelta) -> None:
        """Let a daemon work for `span` and end it in order."""

        async def scene() -> None:
            daemon = Daemon(self.app, self.hands, lambda: self.app.config)  # type: ignore[arg-type]
            working = asyncio.create_task(daemon._serve())
            await asyncio.wait([working], timeout=span.total_seconds())
            assert not working.done(), "the daemon ended by itself"
            daemon._end(15)
            await working

        self._run(scene())

    def _run(self, scene: Coroutine[Any, Any, None]) -> None:
        self._runner.run(scene)

    def close(self) -> None:
        self._runner.close()

    def slots(self) -> Mapping[str, Sequence[Slot]]:
        """source id → its slots, in order."""
        found: dict[str, list[Slot]] = {}
        with self.store.read() as uow:
            for slot in uow.sources.served(since=datetime.min.replace(tzinfo=UTC)):
                found.setdefault(slot.source_id, []).append(slot)
        return found
