"""When a failed delivery is tried again, when it is given up, and what operators are told then. Pure."""

import hashlib
from datetime import UTC, datetime, timedelta

from monitor.model import Alert, AlertKind, Channel, Delivery

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
JITTER = 0.2
"""Share of a wait that may be taken off it, so that alerts that failed together do not all return together."""
SHORTEST_ASKED = timedelta(seconds=15)
LONGEST_ASKED = timedelta(hours=24)
GIVE_UP_AFTER = timedelta(days=7)
FEWEST_TRIES = 6
"""Nothing is given up before so many tries, however old it is: the monitor itself may have been off for a week."""

SETTLE_AT = 5
"""From this attempt on (about a quarter of an hour after the first) a message goes to those of its recipients who are
not refused, so that one full mailbox does not keep it from the whole team for a week."""

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_OBITUARY = "undelivered-"


def retry_at(key: str, attempts: int, now: datetime, asked: float | None) -> datetime:
    """When to try again after failed attempt number `attempts` (from 1).

    One minute, doubled each time up to 15, less a share that `key` fixes; or what the other side asked for in seconds
    (kept between 15 s and 24 h), if that is later.
    """
    wait = min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)
    digest = hashlib.blake2b(f"{key} {attempts}".encode(), digest_size=4).digest()
    wait *= 1 - JITTER * int.from_bytes(digest) / 2**32
    if asked is not None:
        seconds = min(max(asked, SHORTEST_ASKED.total_seconds()), LONGEST_ASKED.total_seconds())
        wait = max(wait, timedelta(seconds=seconds))
    return now + wait


def given_up(delivery: Delivery, channel: Channel, now: datetime) -> bool:
    """Whether a delivery that just failed again has been tried for 7 days (not counting its wait for a digest)."""
    collected = timedelta() if channel.when == "now" else _WEEK if channel.when.startswith("weekly") else _DAY
    old = now - delivery.alert.created_at >= GIVE_UP_AFTER + collected
    return old and delivery.attempts + 1 >= FEWEST_TRIES


def is_obituary(alert: Alert) -> bool:
    """Whether `alert` is itself news of a dead delivery: its own death is not told again, or two dead channels would
    go on telling each other."""
    return alert.kind is AlertKind.HEALTH and alert.key.startswith(_OBITUARY)


def obituary(channel: str, lost: Alert, error: str, now: datetime) -> Alert:
    """News for operators that `channel` did not get an alert. One key a day, so that a dead address is told once."""
    return Alert(
        key=f"{_OBITUARY}{channel}-{now.astimezone(UTC):%Y-%m-%d}",
        kind=AlertKind.HEALTH,
        created_at=now,
        subject=f"[Health] Alerts to channel {channel} are not being delivered",
        bottom_line=f"Channel {channel} did not get the alert “{lost.subject}” and will not be tried again for it.",
        reason=f"{error}\nFirst alert lost today: {lost.key}",
        how_to="See `monitor alerts` for every alert marked dead.\n"
        "After mending the channel send one again with `monitor alerts retry KEY`.",
        local_timezone=lost.local_timezone,
    )
