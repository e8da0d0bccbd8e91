"""The daemon: wakes when a source is due, reads due sources in a child process, delivers alerts apart from that.

The database holds every due time; APScheduler is only the alarm clock, so a restart repeats nothing and forgets
nothing. The daemon itself never crawls: a batch runs in a child with a deadline, which contains hung parsers, leaks
and crashes.

Alarms are set as spans, and once a minute the machine's clock is compared with the one that cannot be set: when they
differ, because somebody set the clock or the machine slept, both loops look at once. Nothing that goes wrong in a loop
ends it: a daemon that lives and does nothing would be the worst silence.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.agenda import LONGEST_SLEEP, Agenda
from monitor.app import App
from monitor.errors import MonitorError, StorageError
from monitor.model import Source

log = logging.getLogger(__name__)

_DEADLINE = timedelta(minutes=30)
_GRACE = timedelta(seconds=20)
_BREATH = timedelta(seconds=1)
_PULSE = timedelta(minutes=1)
_AFTER_TROUBLE = timedelta(minutes=1)
_STEP = timedelta(seconds=30)
"""A difference between the two clocks, within a pulse, that is no mere correction."""
_STORAGE_PATIENCE = timedelta(minutes=15)
"""A lock or a full disk may pass. What lasts longer must be seen by whoever looks after the process: exit 5."""
_GOOD_RUN = (0, 1)
"""Exit codes of a batch that read at least one source."""


class _After(BaseTrigger):  # type: ignore[misc]
    """Fires once, a span after it is set; so no moment of ours depends on what the scheduler takes the time to be."""

    def __init__(self, span: timedelta) -> None:
        self._span = span

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        return now + self._span if previous is None else None


class Daemon:
    """One daemon per data directory. `run` returns after SIGTERM or SIGINT has been served."""

    def __init__(self, app: App, *, verbosity: int = 0) -> None:
        self._app, self._verbosity = app, verbosity
        self._child: asyncio.subprocess.Process | None = None
        self._reading, self._delivering = asyncio.Lock(), asyncio.Lock()
        self._stopping = asyncio.Event()
        self._broken: StorageError | None = None

    def run(self) -> None:
        """Work until told to stop. Raises BusyError if another daemon works here, StorageError if the database cannot
        be used at the start or for a quarter of an hour."""
        with self._app.hold("daemon.lock", "another daemon works here"):
            asyncio.run(self._serve())
        if self._broken is not None:
            raise self._broken

    async def _serve(self) -> None:
        self._agenda = Agenda(self._app.store, self._app.chosen(()))
        self._agenda.due(self._app.clock.now())  # what cannot be used must stop the start, not the first batch
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        # Each loop has a lock, so a second instance only waits. With one allowed, the scheduler drops an alarm that
        # goes off while the job that set it is still returning, and with it the loop.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 4, "misfire_grace_time": None}
        )
        self._scheduler.start()
        self._set_alarms()
        watch = asyncio.create_task(self._watch())
        log.info("started; %d sources enabled", len(self._app.chosen(())))
        await self._stopping.wait()
        log.info("stopping")
        self._scheduler.pause()
        await self._end_child()
        try:
            # What is in hand comes to its end by itself; a cancelled job would be logged as a failed one.
            async with asyncio.timeout(_GRACE.total_seconds() / 2), self._reading, self._delivering:
                await watch
        except TimeoutError:
            log.warning("alerts are still being sent; what is not marked as sent is sent again after the next start")
        self._scheduler.shutdown(wait=False)
        self._app.store.close()

    def _set_alarms(self) -> None:
        """Let both loops look at once."""
        self._alarm("wake", self._wake, timedelta())
        self._alarm("deliver", self._deliver, timedelta())

    def _alarm(self, name: str, job: Callable[[], Awaitable[None]], span: timedelta) -> None:
        self._scheduler.add_job(job, _After(max(span, timedelta())), id=name, replace_existing=True)

    async def _guarded(self, step: Callable[[], Awaitable[timedelta]]) -> timedelta:
        """The span `step` wants to wait, or a minute when it failed: whatever it was, the loop goes on."""
        try:
            return await step()
        except MonitorError as error:
            log.error("%s", error)
        except Exception:
            log.exception("an error in the monitor itself; trying again in %s", _AFTER_TROUBLE)
        return _AFTER_TROUBLE

    # Watching ----------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Once a minute: has the clock been set, has any source gone unread for too long?"""
        loop = asyncio.get_running_loop()
        usable = loop.time()
        while not self._stopping.is_set():
            told = False
            try:
                told = await asyncio.to_thread(self._app.look)
                usable = loop.time()
            except StorageError as error:
                log.error("%s", error)
                if loop.time() - usable > _STORAGE_PATIENCE.total_seconds():
                    self._broken = error
                    self._stopping.set()
            except Exception as error:
                log.log(logging.ERROR, "%s", error, exc_info=not isinstance(error, MonitorError))
            if told:
                self._alarm("deliver", self._deliver, timedelta())
            step = await self._pulse()
            if abs(step) > _STEP:
                log.warning("the clock went %s against the time that passed: set, or the machine slept", step)
                self._set_alarms()

    async def _pulse(self) -> timedelta:
        """Wait for a minute, or for the end; how far the clock went beyond the time that passed."""
        loop = asyncio.get_running_loop()
        began, ticks = self._app.clock.now(), loop.time()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), _PULSE.total_seconds())
        return (self._app.clock.now() - began) - timedelta(seconds=loop.time() - ticks)

    # Reading -----------------------------------------------------------------------------------------------------

    async def _wake(self) -> None:
        async with self._reading:
            if self._stopping.is_set():
                return
            span = await self._guarded(self._read_due)
        if not self._stopping.is_set():
            self._alarm("deliver", self._deliver, timedelta())
            self._alarm("wake", self._wake, span)

    async def _read_due(self) -> timedelta:
        """Read what is due; the span until something is due next."""
        due = self._agenda.due(self._app.clock.now())
        if due:
            before = self._agenda.attempts()
            code = await self._read(due)
            self._agenda.read(due, before, self._app.clock.now())
            if code in _GOOD_RUN:
                await asyncio.to_thread(self._app.ping)
        now = self._app.clock.now()
        return self._agenda.next_look(now) - now

    async def _read(self, due: Sequence[Source]) -> int | None:
        """Read `due` in a child process; its exit code, None when it was ended at its deadline."""
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
        return code

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

    async def _deliver(self) -> None:
        async with self._delivering:
            span = await self._guarded(self._deliver_due)
        if not self._stopping.is_set():
            self._alarm("deliver", self._deliver, span)

    async def _deliver_due(self) -> timedelta:
        """Send what is due; the span until something is due next."""
        delivered = await asyncio.to_thread(self._app.deliver)
        if any(delivered.values()):
            log.info("alerts: %s", delivered)
        now = self._app.clock.now()
        with self._app.store.read() as uow:
            due = uow.outbox.next_due_at()
        return min(max(due - now, _BREATH), LONGEST_SLEEP) if due is not None else LONGEST_SLEEP
