"""The daemon: wakes when a source is due, reads due sources in a child process, delivers alerts apart from that.

The database holds every due time; APScheduler is only the alarm clock, so a restart repeats nothing and forgets
nothing. The daemon itself never crawls: a batch runs in a child with a deadline, which contains hung parsers, leaks
and crashes.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.app import App
from monitor.errors import MonitorError
from monitor.model import Source

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

_BATCH = 200
_DEADLINE = timedelta(minutes=30)
_GRACE = timedelta(seconds=20)
_LONGEST_SLEEP = timedelta(minutes=15)
"""The clock may be set and configuration of the outbox may change: look again at least this often."""
_BREATH = timedelta(seconds=1)
_FIRST_PATIENCE, _LAST_PATIENCE = timedelta(minutes=1), timedelta(hours=1)


class Daemon:
    """One daemon per data directory. `run` returns after SIGTERM or SIGINT has been served."""

    def __init__(self, app: App, *, verbosity: int = 0) -> None:
        self._app, self._verbosity = app, verbosity
        self._child: asyncio.subprocess.Process | None = None
        self._reading, self._delivering = asyncio.Lock(), asyncio.Lock()
        self._stopping = asyncio.Event()
        self._patience: dict[str, tuple[datetime, timedelta]] = {}

    def run(self) -> None:
        """Work until told to stop. Raises BusyError if another daemon works here, StorageError if it cannot start."""
        with self._app.hold("daemon.lock", "another daemon works here"):
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        with self._app.store.read() as uow:
            uow.sources.all()  # a database that cannot be used must stop the start, not the first batch
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        scheduler.start()
        self._wake_at(scheduler, self._app.clock.now())
        self._deliver_at(scheduler, self._app.clock.now())
        log.info("started; %d sources enabled", len(self._app.chosen(())))
        await self._stopping.wait()
        log.info("stopping")
        scheduler.pause()
        await self._end_child()
        try:
            # What is in hand comes to its end by itself; a cancelled job would be logged as a failed one.
            async with asyncio.timeout(_GRACE.total_seconds() / 2), self._reading, self._delivering:
                pass
        except TimeoutError:
            log.warning("alerts are still being sent; what is not marked as sent is sent again after the next start")
        scheduler.shutdown(wait=False)
        self._app.store.close()

    # Reading -----------------------------------------------------------------------------------------------------

    def _wake_at(self, scheduler: "AsyncIOScheduler", moment: datetime) -> None:
        scheduler.add_job(self._wake, "date", run_date=moment, args=[scheduler], id="wake", replace_existing=True)

    async def _wake(self, scheduler: "AsyncIOScheduler") -> None:
        async with self._reading:
            due = self._due(self._app.clock.now())
            if due and not self._stopping.is_set():
                await self._read(due)
            if not self._stopping.is_set():
                self._deliver_at(scheduler, self._app.clock.now())
                self._wake_at(scheduler, self._next_wake(self._app.clock.now()))

    def _due_times(self) -> dict[str, datetime]:
        """source id → when it is due; a source never read is due at once, one whose child died after a while."""
        with self._app.store.read() as uow:
            ledgers = uow.sources.all()
        times = {}
        for source in self._app.chosen(()):
            ledger = ledgers.get(source.id)
            due = (ledger.next_due_at if ledger else None) or datetime.min.replace(tzinfo=UTC)
            held_back = self._patience.get(source.id)
            times[source.id] = max(due, held_back[0]) if held_back else due
        return times

    def _due(self, now: datetime) -> Sequence[Source]:
        waiting = sorted((due, name) for name, due in self._due_times().items() if due <= now)
        return [self._app.sources[name] for _, name in waiting[:_BATCH]]

    def _next_wake(self, now: datetime) -> datetime:
        earliest = min(self._due_times().values(), default=now + _LONGEST_SLEEP)
        return min(max(earliest, now), now + _LONGEST_SLEEP)

    async def _read(self, due: Sequence[Source]) -> None:
        """Read `due` in a child process; a source the child did not get to is held back before it is tried again."""
        started = self._app.clock.now()
        command = [sys.executable, "-m", "monitor", "--config", str(self._app.config.path)]
        command += ["-v"] * self._verbosity + ["run", "--once", "--no-deliver", "--json"]
        for source in due:
            command += ["--source", source.id]
        log.info("reading %d sources", len(due))
        self._child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
        try:
            code: int | None = await asyncio.wait_for(self._child.wait(), _DEADLINE.total_seconds())
        except TimeoutError:
            log.warning("a batch of %d sources passed its deadline and is ended", len(due))
            code = None
            await self._end_child()
        self._child = None
        log.info("batch ended with code %s", code)
        with self._app.store.read() as uow:
            ledgers = uow.sources.all()
        for source in due:
            ledger = ledgers.get(source.id)
            if ledger is not None and ledger.last_attempt_at is not None and ledger.last_attempt_at >= started:
                self._patience.pop(source.id, None)
            else:
                self._hold_back(source)

    def _hold_back(self, source: Source) -> None:
        _, patience = self._patience.get(source.id, (None, _FIRST_PATIENCE / 2))
        patience = min(patience * 2, _LAST_PATIENCE)
        self._patience[source.id] = (self._app.clock.now() + patience, patience)
        log.warning("%s was not read to its end; trying again in %s", source.id, patience)

    async def _end_child(self) -> None:
        """Ask the child to finish what it has in hand; end it when it does not."""
        child = self._child
        if child is None or child.returncode is not None:
            return
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), _GRACE.total_seconds())
        except TimeoutError:
            child.kill()
            await child.wait()

    # Delivering --------------------------------------------------------------------------------------------------

    def _deliver_at(self, scheduler: "AsyncIOScheduler", moment: datetime) -> None:
        scheduler.add_job(self._deliver, "date", run_date=moment, args=[scheduler], id="deliver", replace_existing=True)

    async def _deliver(self, scheduler: "AsyncIOScheduler") -> None:
        async with self._delivering:
            await self._deliver_once()
        if self._stopping.is_set():
            return
        now = self._app.clock.now()
        with self._app.store.read() as uow:
            due = uow.outbox.next_due_at()
        self._deliver_at(scheduler, min(max(due or now + _LONGEST_SLEEP, now + _BREATH), now + _LONGEST_SLEEP))

    async def _deliver_once(self) -> None:
        try:
            delivered = await asyncio.to_thread(self._app.deliver)
        except MonitorError:
            log.exception("alerts could not be delivered; they stay in the outbox")
            return
        if any(delivered.values()):
            log.info("alerts: %s", delivered)
