"""What the alarm clock does by itself, and what we set otherwise: read again when the library changes."""

import ast
import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger


async def rung(late: timedelta, **defaults: Any) -> list[int]:
    """The events of one alarm that goes off so late."""
    seen: list[int] = []
    over = asyncio.Event()
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
    scheduler.add_listener(lambda event: (seen.append(event.code), over.set()), EVENT_JOB_EXECUTED | EVENT_JOB_MISSED)
    scheduler.start(paused=True)
    scheduler.add_job(lambda: None, DateTrigger(datetime.now(UTC) - late))
    scheduler.resume()
    await asyncio.wait_for(over.wait(), 10)
    scheduler.shutdown(wait=False)
    return seen


def test_by_itself_it_drops_an_alarm_that_is_two_seconds_late() -> None:
    assert asyncio.run(rung(timedelta(seconds=2))) == [EVENT_JOB_MISSED]


@pytest.mark.parametrize("late", [timedelta(seconds=2), timedelta(days=3)], ids=str)
def test_set_as_the_daemon_sets_it_no_alarm_is_too_late(late: timedelta) -> None:
    assert asyncio.run(rung(late, misfire_grace_time=None, coalesce=True)) == [EVENT_JOB_EXECUTED]


def test_the_daemon_sets_it_so() -> None:
    tree = ast.parse((Path(__file__).parents[2] / "monitor" / "alarms.py").read_text(encoding="utf-8"))
    (defaults,) = (
        ast.literal_eval(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "job_defaults"
    )
    assert defaults["misfire_grace_time"] is None
    assert defaults["coalesce"] is True
