"""Which channels get an alert, when a channel's turn comes, and when it wants to be left alone. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from monitor.model import Alert, AlertKind, Channel, Feed, Stage

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHEN = re.compile(r"daily (?P<daily>[0-9]{2}:[0-9]{2})|weekly (?P<day>[a-z]{3}) (?P<weekly>[0-9]{2}:[0-9]{2})")
_FINAL = frozenset({Stage.ADOPTED, Stage.PROMULGATED, Stage.IN_FORCE, Stage.WITHDRAWN})
_DAY = timedelta(days=1)
_WATCH_DAY, _WATCH_TIME = 0, time(8)
"""Monday at 8: when a channel without a weekly turn of its own hears that we are still watching."""


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
    day = _local_day(channel, now)
    while True:
        turn = _moment(day, when.at, channel)
        if turn >= now and when.weekday in (None, day.weekday()):
            return turn
        day += _DAY


def weekly_turn(channel: Channel, now: datetime) -> datetime:
    """The last moment up to `now` (aware) at which the channel was to hear that we are still watching, in UTC.

    That is its weekly turn; for one with a daily turn that of Monday; for one that gets all at once Monday at 8.
    """
    when = parse_when(channel.when)
    weekday = _WATCH_DAY if when.weekday is None else when.weekday
    day = _local_day(channel, now)
    while True:
        turn = _moment(day, when.at or _WATCH_TIME, channel)
        if turn <= now and day.weekday() == weekday:
            return turn
        day -= _DAY


def quiet_until(channel: Channel, now: datetime) -> datetime | None:
    """When the quiet hours that `now` (aware) lies in end, in UTC; None outside of them.

    They come once a night whatever the clocks do: a beginning or end that the clock repeats is the first of the two,
    one that it jumps over comes as much later as it jumps.
    """
    if channel.quiet is None:
        return None
    begins, ends = channel.quiet
    today = _local_day(channel, now)
    for day in (today - _DAY, today):
        end = _moment(day if begins < ends else day + _DAY, ends, channel)
        if _moment(day, begins, channel) <= now < end:
            return end
    return None


def breaks_quiet(alert: Alert) -> bool:
    """Whether `alert` is sent in quiet hours too: a status alert about a final step."""
    return alert.kind is AlertKind.STATUS and alert.to_stage in _FINAL


def _local_day(channel: Channel, now: datetime) -> date:
    return now.astimezone(ZoneInfo(channel.timezone)).date()


def _moment(day: date, clock: time, channel: Channel) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(channel.timezone)).astimezone(UTC)


def route(alert: Alert, channels: Sequence[Channel], *, instruments: Sequence[str] = ()) -> tuple[str, ...]:
    """The ids of the channels that get `alert`, in their configured order.

    Kind, jurisdiction, instrument, language and confidence must all fit. `instruments` are those an alert is about
    besides its own (a changed page may name several). What is about no instrument, such as the health of a source, is
    chosen by the others alone; so are language and confidence of what has none.
    """
    about = tuple(dict.fromkeys(filter(None, (alert.instrument, *instruments))))
    return tuple(channel.id for channel in channels if not unfit(channel, alert, about))


def unfit(channel: Channel, alert: Alert, about: Sequence[str]) -> str:
    """The key for which `channel` does not get `alert`, which is about the instruments `about`; empty if it gets it."""
    if key := unchosen(channel, alert, about):
        return key
    if channel.languages and alert.language and alert.language not in channel.languages:
        return "languages"
    unsure = alert.confidence is not None and alert.confidence < channel.min_confidence
    return "min_confidence" if unsure else ""


def unchosen(chooser: Channel | Feed, alert: Alert, about: Sequence[str]) -> str:
    """The key by which a channel or feed has not chosen what `alert` is about; empty if it has."""
    if alert.kind not in chooser.kinds:
        return "kinds"
    if not _in_place(chooser, alert.jurisdiction):
        return "jurisdictions"
    return "" if _about(chooser, about) else "instruments"


def follows(chooser: Channel | Feed, instrument: str, jurisdiction: str) -> bool:
    """Whether a channel or feed has chosen what is about this instrument of this jurisdiction."""
    return _in_place(chooser, jurisdiction) and _about(chooser, (instrument,))


def _in_place(chooser: Channel | Feed, jurisdiction: str) -> bool:
    wanted = {each.casefold() for each in chooser.jurisdictions}
    return not wanted or jurisdiction.casefold() in wanted


def _about(chooser: Channel | Feed, about: Sequence[str]) -> bool:
    return not about or any(fnmatchcase(one, glob) for one in about for glob in chooser.instruments)
