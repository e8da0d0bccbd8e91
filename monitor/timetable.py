"""When a source is due. Every moment is UTC; cron lines, windows and announced days are of the configured zone."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.model import PartialDate, Source

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


def next_due(
    timezone: str, announced: Mapping[str, Collection[PartialDate]] = MappingProxyType({})
) -> Callable[[Source, datetime], datetime]:
    """The function that gives the next moment a source is due strictly after a given one.

    `announced` are the dates announced for each jurisdiction. In the spans that they and its windows make (see
    `dense_spans`) a source with `denser` is due so long after the given moment, or when the next such span begins;
    but never later than it would be without.
    """
    zone = ZoneInfo(timezone)

    def after(source: Source, moment: datetime) -> datetime:
        if moment.year == NEVER.year:
            return NEVER
        ordinary = _ordinary(source, moment, zone)
        if source.denser is None:
            return ordinary
        spans = dense_spans(source, moment + source.denser, announced.get(source.jurisdiction, ()), zone)
        return min(ordinary, _first_within(spans, moment + source.denser, spread(source) % source.denser))

    return after


def _ordinary(source: Source, moment: datetime, zone: ZoneInfo) -> datetime:
    put_off = spread(source)
    if source.every is not None:
        return moment + source.every + put_off
    slot = _next_slot(source.cron, moment - put_off, zone)
    return slot + put_off if slot != NEVER else NEVER


def _first_within(spans: Iterable[tuple[datetime, datetime]], earliest: datetime, put_off: timedelta) -> datetime:
    """The first moment from `earliest` on that lies in one of `spans`; NEVER if all are over.

    The beginning of a span is put off like other slots, so that not all sources are due when a window opens.
    """
    within = (max(begins + put_off % (ends - begins), earliest) for begins, ends in spans if earliest < ends)
    return min(within, default=NEVER)


_BEFORE, _AFTER = timedelta(days=1), timedelta(days=2)
"""Days checked more often before and after a full date: what was announced for it may come early, and appear late."""
_LAST_DAYS = timedelta(days=3)
"""Of a month, quarter or year that was announced, these count, and the day after it."""


def dense_spans(
    source: Source, near: datetime, dates: Collection[PartialDate], zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The spans (from, until) in which `source` is checked more often: its windows in the week from `near` on, and the
    days around `dates`.

    Days begin and windows open by the clock of `zone`, and only then are put into UTC: through a change of the clock
    a window is as much longer or shorter as that day is, and one that falls into the hour left out does not open.
    """
    today = near.astimezone(zone).date()
    for number in range(8):
        day = today + timedelta(days=number)
        for window in source.denser_on:
            if day.weekday() in window.days:
                begins, ends = _moment(day, window.begins, zone), _moment(day, window.ends, zone)
                if begins < ends:
                    yield begins, ends
    for announced in dates:
        if abs(announced.year - today.year) > 1:
            continue
        last = announced.latest
        first, over = (last - _BEFORE, last + _AFTER) if announced.day else (last - _LAST_DAYS + _A_DAY, last + _A_DAY)
        yield _moment(first, timedelta(), zone), _moment(over, _A_DAY, zone)


_A_DAY = timedelta(days=1)


def _moment(day: date, span: timedelta, zone: ZoneInfo) -> datetime:
    """So long after midnight of `day` by the clock on the wall, in UTC; the first of two moments with one name."""
    return (datetime.combine(day, time()) + span).replace(tzinfo=zone).astimezone(UTC)


def spread(source: Source) -> timedelta:
    """By how much all slots of `source` are put off: a part of its `jitter`, to the second, that follows from its id.

    Being the same for every slot, it can neither skip one nor bring two together, and a restart does not move it. An
    interval is counted on from the slot before, so it is put off once, when its count begins.
    """
    return _part(source.id, source.jitter) if source.jitter else source.jitter


@lru_cache(maxsize=4096)
def _part(name: str, whole: timedelta) -> timedelta:
    drawn = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
    return timedelta(seconds=drawn % int(whole.total_seconds()))


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
