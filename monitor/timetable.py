"""When a source is due. Every moment is UTC; a cron line is read in the configured zone."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.model import Source

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger


def check_cron(text: str) -> str | None:
    """A sentence saying why `text` cannot be used as a cron line, or None.

    Numbers for days of the week are refused: APScheduler counts them from Monday as 0, cron from Sunday, and a
    reader cannot see which was meant.
    """
    fields = text.split()
    if len(fields) != 5:
        return f'"{text}" is not a cron line; write five fields, such as 0 8 * * mon-fri'
    if any(character.isdigit() for character in fields[4]):
        return f'"{text}" numbers the days of the week; write their names, such as mon-fri'
    try:
        _trigger(text, "UTC")
    except ValueError as error:
        return f'"{text}" is not a cron line: {error}'
    return None


@lru_cache(maxsize=1024)
def _trigger(text: str, zone: str) -> "CronTrigger":
    # Loaded when first needed: a run whose sources all say `every` should not pay for it at the start.
    from apscheduler.triggers.cron import CronTrigger

    return CronTrigger.from_crontab(text, timezone=ZoneInfo(zone))


def next_due(timezone: str) -> Callable[[Source, datetime], datetime]:
    """The function that gives the next moment a source is due strictly after a given one."""

    def after(source: Source, moment: datetime) -> datetime:
        if source.every is not None:
            return moment + source.every
        following = _trigger(source.cron, timezone).get_next_fire_time(moment, moment)
        if following is None:  # a date that never comes, such as 30 February
            return datetime.max.replace(tzinfo=UTC)
        due: datetime = following.astimezone(UTC)
        return due

    return after
