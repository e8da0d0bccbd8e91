"""How long a server asks us to wait (`Retry-After`, RFC 9110 section 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FLOOR = 15.0
"""Seconds; a shorter, unreadable or past wish is taken as this: who asks to be left alone is left alone."""

CEILING = 86_400.0
"""Seconds; nothing that a server says by mistake may silence a source for more than a day."""


def retry_after(value: str, now: datetime, *, floor: float = FLOOR) -> float:
    """Seconds to wait according to the header's `value` (seconds or an HTTP date), between `floor` and a day.

    `now` is aware UTC. A value that is neither, or lies in the past, gives `floor`.
    """
    text = value.strip()
    seconds = float(text[:9]) if text.isascii() and text.isdigit() else _until(text, now)
    return min(max(seconds, floor), CEILING)


def _until(text: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
