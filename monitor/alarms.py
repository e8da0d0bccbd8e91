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
    """Calls the `jobs`, each when its alarm goes off. Each has one alarm: of two, the sooner one counts."""

    def __init__(self, jobs: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        self._jobs = jobs
        self._set_for: dict[str, float] = {}
        # A job has a lock of its own, so a second instance only waits. With one allowed, the scheduler drops an alarm
        # that goes off while the job that set it is still returning, and with it the loop.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 4, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Go off from now on; to be called in the event loop."""
        self._scheduler.start()

    def pause(self) -> None:
        """Go off no more; a job in hand comes to its end."""
        self._scheduler.pause()

    def stop(self) -> None:
        """The end; a job in hand is cancelled."""
        self._scheduler.shutdown(wait=False)

    def set(self, name: str, span: timedelta) -> None:
        """Let job `name` be called in `span` from now, if it is not to be called sooner."""
        at = asyncio.get_running_loop().time() + max(span, timedelta()).total_seconds()
        if self._set_for.get(name, at + 1) <= at:
            return
        self._set_for[name] = at
        self._scheduler.add_job(
            self._ring, _After(max(span, timedelta())), args=[name, at], id=name, replace_existing=True
        )

    def set_all(self) -> None:
        """Let every job be called now, whatever its alarm was set for by a clock that is no longer believed."""
        self._set_for.clear()
        for name in self._jobs:
            self.set(name, timedelta())

    async def _ring(self, name: str, at: float) -> None:
        if self._set_for.get(name) == at:
            del self._set_for[name]
        await self._jobs[name]()
