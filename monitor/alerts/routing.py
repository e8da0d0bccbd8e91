"""Which channels get an alert, and when a channel's turn comes. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from monitor.model import Alert, Channel

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHEN = re.compile(r"daily (?P<daily>[0-9]{2}:[0-9]{2})|weekly (?P<day>[a-z]{3}) (?P<weekly>[0-9]{2}:[0-9]{2})")


@dataclass(frozen=True, slots=True)
class When:
    """A channel's timetable: at once (`at` None), every day at `at`, or on `weekday` (0 is Monday) at `at`.

    `at` is wall-clock time in the channel's zone.
    """

    at: time | None = None
    weekday: int | None = None


def parse_when(text: str) -> When:
    """Read `now`, `daily HH:MM` or `weekly DAY HH:MM` (DAY is `mon` to `sun`). Raises ValueError with the reason."""
    if text == "now":
        return When()
    matched = _WHEN.fullmatch(text)
    if matched is None:
        raise ValueError(f'"{text}" is not understood; write "now", "daily HH:MM" or "weekly DAY HH:MM"')
    day = matched["day"]
    if day is not None and day not in _DAYS:
        raise ValueError(f'"{text}": "{day}" is no day of the week; write one of {", ".join(_DAYS)}')
    clock = matched["daily"] or matched["weekly"]
    hour, minute = (int(part) for part in clock.split(":"))
    if hour > 23 or minute > 59:
        raise ValueError(f'"{text}": {clock} is no time of day; write 00:00 to 23:59')
    return When(time(hour, minute), _DAYS.index(day) if day is not None else None)


def due_at(channel: Channel, now: datetime) -> datetime:
    """When an alert made at `now` (aware) is due on `channel`, in UTC: now, or the channel's next turn.

    Each turn comes exactly once a day or week whatever the clocks do: where they go back, at the first of the two
    moments with that name; where they go forward over it, as much later as they jump.
    Raises ValueError for a `when` that `parse_when` refuses.
    """
    when = parse_when(channel.when)
    if when.at is None:
        return now.astimezone(UTC)
    zone = ZoneInfo(channel.timezone)
    day = now.astimezone(zone).date()
    while True:
        turn = datetime.combine(day, when.at, tzinfo=zone).astimezone(UTC)
        if turn >= now and when.weekday in (None, day.weekday()):
            return turn
        day += timedelta(days=1)


def route(alert: Alert, channels: Sequence[Channel], *, instruments: Sequence[str] = ()) -> tuple[str, ...]:
    """The ids of the channels that get `alert`, in their configured order.

    Kind, jurisdiction and instrument must all fit. `instruments` are those an alert is about besides its own (a changed
    page may name several). What is about no instrument, such as the health of a source, is chosen by kind and
    jurisdiction alone.
    """
    about = tuple(dict.fromkeys(filter(None, (alert.instrument, *instruments))))
    return tuple(channel.id for channel in channels if _fits(channel, alert, about))


def _fits(channel: Channel, alert: Alert, about: tuple[str, ...]) -> bool:
    if alert.kind not in channel.kinds:
        return False
    jurisdictions = {jurisdiction.casefold() for jurisdiction in channel.jurisdictions}
    if jurisdictions and alert.jurisdiction.casefold() not in jurisdictions:
        return False
    return not about or any(fnmatchcase(one, glob) for one in about for glob in channel.instruments)
