"""The daemon's alarm clock: APScheduler, with alarms that are set as spans."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger


class _After(BaseTrigger):  # type: ignore[misc]
    """Fires once, a span after it is set; so no moment of ours depends on what the scheduler takes the time to be."""

    def __init__(self, span: timedelta) -> None:
        self._span = span

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        return now + self._span if previous is None else None


class Alarms:
    """Calls the `jobs`, each when its alarm goes off, one at a time of each.

    Each has one alarm: of two, the sooner one counts. One that goes off while its job is in hand lets that be called
    again at its end. A job must not raise.
    """

    def __init__(self, jobs: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        self._jobs = jobs
        self._set_for: dict[str, float] = {}
        self._in_hand: dict[str, asyncio.Future[None]] = {}
        self._again: set[str] = set()
        self._over = False
        # What the scheduler runs only starts a job and is over at once; were it to count them, it would drop alarms.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1000, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Go off from now on; to be called in the event loop."""
        self._scheduler.start()

    async def finish(self) -> None:
        """Go off no more, and wait for the jobs in hand."""
        self._over = True
        self._scheduler.pause()
        while self._in_hand:
            await asyncio.wait(self._in_hand.values())

    def stop(self) -> None:
        """The end, whatever is in hand."""
        self._over = True
        self._scheduler.shutdown(wait=False)

    def set(self, name: str, span: timedelta = timedelta()) -> None:
        """Let job `name` be called in `span` from now, if it is not to be called sooner."""
        span = max(span, timedelta())
        at = asyncio.get_running_loop().time() + span.total_seconds()
        if self._over or self._set_for.get(name, at + 1) <= at:
            return
        self._set_for[name] = at
        self._scheduler.add_job(self._ring, _After(span), args=[name, at], id=name, replace_existing=True)

    def set_all(self) -> None:
        """Let every job be called now, whatever its alarm was set for by a clock that is no longer believed."""
        self._set_for.clear()
        for name in self._jobs:
            self.set(name)

    async def _ring(self, name: str, at: float) -> None:
        if self._set_for.get(name) == at:
            del self._set_for[name]
        if name in self._in_hand:
            self._again.add(name)
        elif not self._over:
            self._in_hand[name] = job = asyncio.ensure_future(self._jobs[name]())
            job.add_done_callback(lambda _: self._done(name))

    def _done(self, name: str) -> None:
        del self._in_hand[name]
        if name in self._again:
            self._again.remove(name)
            self.set(name)
