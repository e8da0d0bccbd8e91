"""The reading side of the daemon: takes what is due from the agenda to child processes, and notes what came of it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from monitor.agenda import Agenda, Batch, End
from monitor.app import App
from monitor.aside import aside
from monitor.batch import Job
from monitor.children import Outcome
from monitor.errors import BusyError
from monitor.model import Source
from monitor.ops.meter import Meter

log = logging.getLogger(__name__)

_NAMED = 5
"""Sources named in the log; more are counted."""
_LULL = timedelta(seconds=5)
"""Sources finish in bursts, as a child stores what it has read every few seconds."""
_AFTER_BUSY = timedelta(minutes=1)


class Readers(Protocol):
    """Those who read (see `children.Children`)."""

    async def read(self, job: Job, lent: int, on_finished: Callable[[Mapping[str, Any]], None]) -> Outcome: ...


class Rounds:
    """Reads what is due, several batches at a time.

    `app` gives the app of now, whose configuration goes with each new batch. `on_news` is called when there may be
    something to deliver, `on_room` with the span after which something else may be begun.
    """

    def __init__(
        self,
        app: Callable[[], App],
        readers: Readers,
        meter: Meter,
        *,
        silence: timedelta,
        on_news: Callable[[], None],
        on_room: Callable[[timedelta], None],
    ) -> None:
        self._app, self._readers, self._meter = app, readers, meter
        self._silence, self._on_news, self._on_room = silence, on_news, on_room
        config = app().config
        self._agenda = Agenda(
            app().store, app().chosen(()), children=config.children, gap=config.min_gap, next_due=self._next_due
        )
        self._running: set[asyncio.Task[None]] = set()
        self._lent = ExitStack()
        self._descriptor = -1
        self._finishing = False

    def renew(self) -> None:
        """Take the configuration of now for what is begun from now on."""
        app = self._app()
        config = app.config
        self._agenda.renew(app.chosen(()), children=config.children, gap=config.min_gap, next_due=self._next_due)

    def _next_due(self, source: Source, moment: datetime) -> datetime:
        """When `source` is due, by the dates that are announced at the time it is asked."""
        return self._app().next_due(source, moment)

    def check(self) -> None:
        """Raise StorageError when the due times cannot be read."""
        self._agenda.next_look(self._app().clock.now())

    async def begin(self) -> timedelta:
        """Begin what is due; the span until something is due next. Raises StorageError."""
        app = self._app()
        now = app.clock.now()
        self._agenda.count_by(app.next_due)
        for batch in self._agenda.batches(now):
            try:
                self._hold()
            except BusyError as error:
                log.info("%s; trying again in %s", error, _AFTER_BUSY)
                return _AFTER_BUSY
            self._agenda.begin(batch)
            task = asyncio.create_task(self._read(batch))
            self._running.add(task)
            task.add_done_callback(self._over)
        return self._agenda.next_look(now) - now

    async def finish(self) -> None:
        """Wait until nothing is being read. That a child was ended with the daemon is no source's fault."""
        self._finishing = True
        while self._running:
            await asyncio.wait(self._running)

    async def _read(self, batch: Batch) -> None:
        """One batch from its beginning to what follows from its end."""
        app, loop = self._app(), asyncio.get_running_loop()
        began = loop.time()
        well: list[bool] = []
        job = Job(
            config=app.config.text,
            sources=tuple(source.id for source in batch.sources),
            silence=int(self._silence.total_seconds()),
        )
        log.info("reading %s", ", ".join(job.sources) if len(job.sources) <= _NAMED else f"{len(job.sources)} sources")
        outcome = Outcome(end=End.REFUSED)
        try:
            outcome = await self._readers.read(job, self._descriptor, partial(self._finished, batch, well.append))
        except OSError as error:
            log.error("no process can be started: %s", error)
        finally:
            self._meter.batch(outcome.end, loop.time() - began)
            if not self._finishing:
                self._agenda.ended(batch, app.clock.now(), outcome.end, at_work_on=outcome.at_work_on)
        if any(well):
            await aside(app.ping)

    def _finished(self, batch: Batch, note: Callable[[bool], None], report: Mapping[str, Any]) -> None:
        """A source of `batch` is read and stored."""
        note(bool(report["read"]))
        self._agenda.finished(batch, str(report["source"]), self._app().clock.now())
        self._meter.reading(report)
        self._on_room(_LULL)
        if not report["read"] or report["changed"] or report["fresh"]:
            self._on_news()

    def _over(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not self._running:
            self._lent.close()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the end of a batch could not be noted", exc_info=error)
        self._on_news()
        self._on_room(timedelta())

    def _hold(self) -> None:
        """Hold the sources for as long as anything is being read. Raises BusyError when another run has them."""
        if not self._running:
            self._descriptor = self._lent.enter_context(self._app().lend_sources())
