"""The daemon: wakes when a source is due, reads due sources in child processes, delivers alerts apart from that.

The database holds every due time; APScheduler is only the alarm clock, so a restart repeats nothing and forgets
nothing. The daemon itself never crawls: batches run in children, which contain hung parsers, leaks and crashes, and
which end with it, however it ends.

Alarms are set as spans, and once a minute the machine's clock is compared with the one that cannot be set: when they
differ, because somebody set the clock or the machine slept, both loops look at once. Nothing that goes wrong in a loop
ends it: a daemon that lives and does nothing would be the worst silence.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.agenda import LONGEST_SLEEP
from monitor.alarms import Alarms
from monitor.app import App
from monitor.aside import aside
from monitor.children import Children
from monitor.config import Config
from monitor.errors import ConfigError, MonitorError, StorageError
from monitor.ops.meter import Meter, NoMeter
from monitor.ops.notify import Notify
from monitor.ops.vitals import Vitals
from monitor.rounds import Rounds

if TYPE_CHECKING:
    from monitor.ops.endpoint import Endpoint

log = logging.getLogger(__name__)

_SILENCE = timedelta(minutes=5)
"""A child that says nothing for so long is stuck: no step of its work takes more than half a minute."""
_GRACE = timedelta(seconds=20)
_LAST_STEPS = timedelta(seconds=5)
_BREATH = timedelta(seconds=1)
_PULSE = timedelta(minutes=1)
_AFTER_TROUBLE = timedelta(minutes=1)
_STEP = timedelta(seconds=30)
"""A difference between the two clocks, within a pulse, that is no mere correction."""
_STORAGE_PATIENCE = timedelta(minutes=15)
"""A lock or a full disk may pass. What lasts longer must be seen by whoever looks after the process: exit 5."""
_BY_KEYBOARD = 128 + signal.SIGINT


class Daemon:
    """One daemon per data directory.

    `children` read; one that is silent for `silence` is ended. `load` reads the configuration again at SIGHUP and
    raises ConfigError for one that cannot be used.
    """

    def __init__(
        self,
        app: App,
        children: Children,
        load: Callable[[], Config],
        *,
        silence: timedelta = _SILENCE,
        notify: Notify | None = None,
    ) -> None:
        self._app = app
        self._children, self._load = children, load
        self._silence, self._notify = silence, notify or Notify()
        self._vitals = Vitals(time.monotonic)
        self._meter: Meter = NoMeter()
        self._faults: tuple[str, ...] = ()
        self._alarms = Alarms({"wake": self._wake, "deliver": self._deliver})
        self._reloading = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._ended_by = 0
        self._reloads: set[asyncio.Task[None]] = set()
        self._broken: StorageError | None = None

    def run(self) -> int:
        """Work until told to stop; the exit code: 0 after SIGTERM, 130 after SIGINT. A second signal ends at once.

        Raises BusyError if another daemon works here, UsageError if the health address cannot be used, and
        StorageError if the database cannot be used at the start or for a quarter of an hour.
        """
        with self._app.hold("daemon.lock", "another daemon works here"):
            asyncio.run(self._serve())
        if self._broken is not None:
            raise self._broken
        return _BY_KEYBOARD if self._ended_by == signal.SIGINT else 0

    async def _serve(self) -> None:
        endpoint = self._open_endpoint()
        self._rounds = Rounds(
            lambda: self._app,
            self._children,
            self._meter,
            silence=self._silence,
            on_news=partial(self._alarm, "deliver"),
            on_room=partial(self._alarm, "wake"),
        )
        self._rounds.check()  # what cannot be used must stop the start, not the first batch
        self._listen()
        self._alarms.start()
        self._set_alarms()
        watch = [asyncio.create_task(self._watch()), asyncio.create_task(self._show_life())]
        log.info("started; %s", self._status())
        self._notify.ready(self._status())
        await self._stopping.wait()
        log.info("stopping")
        self._notify.stopping()
        await self._finish(watch)
        if endpoint is not None:
            endpoint.close()

    def _open_endpoint(self) -> "Endpoint | None":
        address = self._app.config.health
        if address is None:
            return None
        from monitor.ops.desk import Desk

        desk = Desk(lambda: self._app, self._vitals, lambda: self._faults, lambda: len(self._children))
        self._meter = desk.metrics
        self._meter.configuration(accepted=True, at=self._app.clock.now().timestamp())
        return desk.open(address)

    def _status(self) -> str:
        return f"{len(self._app.chosen(()))} sources enabled"

    # Signals ---------------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end, number)
        loop.add_signal_handler(signal.SIGHUP, self._begin_reload)

    def _end(self, number: int) -> None:
        """The first time in order, the second time at once."""
        if self._stopping.is_set():
            log.warning("told to stop a second time: ending at once")
            self._children.kill()
            logging.shutdown()
            os._exit(128 + number)
        self._ended_by = number
        self._stopping.set()

    async def _finish(self, watch: list[asyncio.Task[None]]) -> None:
        """Let what is in hand come to its end by itself; a cancelled job would be logged as a failed one."""
        try:
            async with asyncio.timeout((_GRACE + _LAST_STEPS).total_seconds()):
                finished = asyncio.create_task(self._rounds.finish())
                await self._children.end(_GRACE.total_seconds())
                await finished
                await self._alarms.finish()
                async with self._reloading:
                    await asyncio.gather(*watch)
        except TimeoutError:
            log.warning("alerts are still being sent; what is not marked as sent is sent again after the next start")
        else:
            self._app.store.close()
        self._alarms.stop()

    def _begin_reload(self) -> None:
        task = asyncio.create_task(self._reload())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)

    async def _reload(self) -> None:
        """Read the configuration again. A good one counts for everything begun from now on, a bad one for nothing."""
        async with self._reloading:
            self._notify.reloading()
            try:
                self._app = self._app.reconfigured(await aside(self._load))
            except ConfigError as error:
                self._refuse(error.faults)
            except Exception as error:
                log.exception("the configuration could not be read again")
                self._refuse((type(error).__name__,))
            else:
                self._faults = ()
                self._rounds.renew()
                log.info("the configuration was read again and is in force; %s", self._status())
            self._meter.configuration(accepted=not self._faults, at=self._app.clock.now().timestamp())
            self._notify.ready(self._status() if not self._faults else "the new configuration was refused")
            if not self._stopping.is_set():
                self._set_alarms()

    def _refuse(self, faults: tuple[str, ...]) -> None:
        self._faults = faults
        for fault in faults:
            log.error("%s", fault)
        log.error("the configuration was refused for the faults above; the one before stays in force")

    # Loops -----------------------------------------------------------------------------------------------------------

    def _set_alarms(self) -> None:
        """Let both loops look at once."""
        for name in ("wake", "deliver"):
            self._vitals.expect(name)
        self._alarms.set_all()

    def _alarm(self, name: str, span: timedelta = timedelta()) -> None:
        if not self._stopping.is_set():
            self._alarms.set(name, span)

    async def _guarded(self, step: Callable[[], Awaitable[timedelta]]) -> timedelta:
        """The span `step` wants to wait, or a minute when it failed: whatever it was, the loop goes on."""
        try:
            return await step()
        except MonitorError as error:
            log.error("%s", error)
            await self._cry(error)
        except Exception:
            log.exception("an error in the monitor itself; trying again in %s", _AFTER_TROUBLE)
        return _AFTER_TROUBLE

    async def _turn(self, name: str, step: Callable[[], Awaitable[timedelta]]) -> None:
        """One turn of a loop, and the alarm for the next."""
        if self._stopping.is_set():
            return
        self._vitals.expect(name)
        span = await self._guarded(step)
        self._vitals.expect(name, span)
        self._alarm(name, span)

    async def _wake(self) -> None:
        await self._turn("wake", self._rounds.begin)

    async def _deliver(self) -> None:
        await self._turn("deliver", self._deliver_due)

    async def _deliver_due(self) -> timedelta:
        """Send what is due; the span until something is due next."""
        app = self._app
        delivered = await aside(partial(app.deliver, self._stopping.is_set))
        self._meter.delivered(delivered)
        if any(delivered.values()):
            log.info("alerts: %s", delivered)
        now = app.clock.now()
        with app.store.read() as uow:
            due = uow.outbox.next_due_at()
        return min(max(due - now, _BREATH), LONGEST_SLEEP) if due is not None else LONGEST_SLEEP

    # Watching --------------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Once a minute: has the clock been set, has any source gone unread for too long?"""
        loop = asyncio.get_running_loop()
        usable = loop.time()
        while not self._stopping.is_set():
            self._vitals.expect("watch", _PULSE)
            told = False
            try:
                told = await aside(self._app.look)
                usable = loop.time()
            except StorageError as error:
                log.error("%s", error)
                await self._cry(error)
                if loop.time() - usable > _STORAGE_PATIENCE.total_seconds():
                    self._broken = error
                    self._stopping.set()
            except Exception as error:
                log.log(logging.ERROR, "%s", error, exc_info=not isinstance(error, MonitorError))
            if told:
                self._alarm("deliver")
            step = await self._pulse()
            if abs(step) > _STEP and not self._stopping.is_set():
                log.warning("the clock went %s against the time that passed: set, or the machine slept", step)
                self._set_alarms()

    async def _cry(self, error: MonitorError) -> None:
        """Operators hear of storage that fails past the outbox, which is in it."""
        if isinstance(error, StorageError):
            await aside(partial(self._app.distress.tell, error))

    async def _pulse(self) -> timedelta:
        """Wait for a minute, or for the end; how far the clock went beyond the time that passed."""
        loop = asyncio.get_running_loop()
        began, ticks = self._app.clock.now(), loop.time()
        await self._sleep(_PULSE.total_seconds())
        return (self._app.clock.now() - began) - timedelta(seconds=loop.time() - ticks)

    async def _sleep(self, seconds: float) -> None:
        """Wait so long, or until told to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _show_life(self) -> None:
        """Tell the service manager that the loops move, as long as they do."""
        while self._notify.watchdog and not self._stopping.is_set():
            late = self._vitals.late()
            if late:
                log.error("standing still: %s", ", ".join(late))
            else:
                self._notify.alive()
            await self._sleep(self._notify.watchdog / 3)
