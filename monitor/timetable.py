"""When a source is due. Every moment is UTC; a cron line is read in the configured zone."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.model import Source

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger


NEVER = datetime.max.replace(tzinfo=UTC)
"""When a cron line is due whose date never comes, such as 30 February."""


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
        _trigger(text)
    except ValueError as error:
        return f'"{text}" is not a cron line: {error}'
    return None


@lru_cache(maxsize=1024)
def _trigger(text: str) -> "CronTrigger":
    # Loaded when first needed: a run whose sources all say `every` should not pay for it at the start.
    from apscheduler.triggers.cron import CronTrigger

    return CronTrigger.from_crontab(text, timezone=UTC)


def next_due(timezone: str) -> Callable[[Source, datetime], datetime]:
    """The function that gives the next moment a source is due strictly after a given one."""
    zone = ZoneInfo(timezone)

    def after(source: Source, moment: datetime) -> datetime:
        if moment.year == NEVER.year:
            return NEVER
        return moment + source.every if source.every is not None else _next_slot(source.cron, moment, zone)

    return after


# The daemon asks every minute from the same last reading on.
@lru_cache(maxsize=4096)
def _next_slot(cron: str, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first slot of a cron line after `moment`, in UTC.

    The line is matched against the clock on the wall, and only then put into the zone: where the clock goes back a
    slot comes at the first of the two moments with its name, where it goes forward over one it comes as much later.
    Matching in the zone itself gave such a slot twice, or for ever.
    """
    wall = moment.astimezone(zone).replace(tzinfo=UTC)
    while (following := _trigger(cron).get_next_fire_time(wall, wall)) is not None:
        due: datetime = following.replace(tzinfo=zone).astimezone(UTC)
        if due > moment:
            return due
        wall = following
    return NEVER
