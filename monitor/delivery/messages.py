"""Which messages the due alerts of one channel become. Pure.

A channel with a timetable gets one digest. A channel that wants alerts at once gets each status alert by itself; of the
other kinds it gets a few by themselves, and a flood of them (500 pages changed, all sources unreachable because our own
line is down) as one message with their number, at most one in ten minutes. That we are still watching is always told by
itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.routing import breaks_quiet
from monitor.delivery.policy import is_obituary
from monitor.model import Alert, AlertKind, Channel, Delivery

FLOOD = 5
FLOOD_WINDOW = timedelta(minutes=10)
"""So many alerts that are not urgent may each come by themselves within that time; more come together, after it."""

Combine = Callable[[Sequence[Alert], Channel, datetime], Alert]

_COLLECTED = frozenset({AlertKind.CHANGE, AlertKind.DOCUMENT, AlertKind.HEALTH, AlertKind.RECOVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One message to one channel: the alert to send and the outbox rows it stands for."""

    alert: Alert
    rows: tuple[Delivery, ...]

    @property
    def topics(self) -> frozenset[tuple[str, str]]:
        """What this message must not overtake another one about."""
        alerts = [row.alert for row in self.rows]
        about = {("instrument", alert.instrument) for alert in alerts} | {
            ("source", alert.source_id) for alert in alerts
        }
        return frozenset(pair for pair in about if pair[1])

    @property
    def attempt(self) -> int:
        """The number of the attempt that sending it now would be, from 1."""
        return max(row.attempts for row in self.rows) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """What to send now, in order, and rows that wait until `wait_until` so that a channel is not flooded."""

    jobs: tuple[Job, ...]
    waiting: tuple[Delivery, ...] = ()
    wait_until: datetime | None = None


def is_collected(alert: Alert) -> bool:
    """Whether alerts of this sort may be told together; news of a dead delivery comes once a day and never waits."""
    return alert.kind in _COLLECTED and not is_obituary(alert)


def messages(
    channel: Channel, rows: Sequence[Delivery], now: datetime, combine: Combine, *, recent: Sequence[datetime] = ()
) -> Messages:
    """The messages that `rows` (due, oldest first) become.

    `combine` makes one alert of several; `recent` is when collected alerts were sent on this channel within
    `FLOOD_WINDOW` before `now`. What was tried before does not wait again.
    """
    if channel.when != "now":
        alone = tuple(Job(alert=row.alert, rows=(row,)) for row in rows if row.alert.kind is AlertKind.WATCHING)
        others = [row for row in rows if row.alert.kind is not AlertKind.WATCHING]
        return Messages(jobs=((_together(channel, others, now, combine),) if others else ()) + alone)
    collected = [row for row in rows if is_collected(row.alert)]
    if len(collected) + len(recent) <= FLOOD:
        return Messages(jobs=tuple(Job(alert=row.alert, rows=(row,)) for row in rows))
    single = tuple(Job(alert=row.alert, rows=(row,)) for row in rows if not is_collected(row.alert))
    if not collected:
        return Messages(jobs=single)
    if recent and not any(row.attempts for row in collected):
        return Messages(jobs=single, waiting=tuple(collected), wait_until=max(recent) + FLOOD_WINDOW)
    return Messages(jobs=(*single, _together(channel, collected, now, combine)))


def through_the_night(rows: Sequence[Delivery], now: datetime, until: datetime) -> list[Delivery]:
    """The rows of `rows` (pending, oldest first) to send in quiet hours that last `until`.

    News of a final step is sent; so is what was held back about the same instrument before it, so that nobody reads the
    end of a story first.
    """
    last = {
        row.alert.instrument: number
        for number, row in enumerate(rows)
        if row.next_attempt_at <= now and breaks_quiet(row.alert)
    }
    return [
        row
        for number, row in enumerate(rows)
        if number <= last.get(row.alert.instrument, -1) and (row.next_attempt_at <= now or row.next_attempt_at == until)
    ]


def _together(channel: Channel, rows: Sequence[Delivery], now: datetime, combine: Combine) -> Job:
    return Job(alert=combine([row.alert for row in rows], channel, now), rows=tuple(rows))
