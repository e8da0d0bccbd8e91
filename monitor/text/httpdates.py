"""The dates of HTTP headers (RFC 9110, section 5.6.7). Pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(text: str) -> datetime | None:
    """The moment `text` names, in UTC; None for anything else, such as a date without a zone or beyond the calendar.

    >>> http_date("Thu, 03 Sep 2026 10:11:12 GMT")
    datetime.datetime(2026, 9, 3, 10, 11, 12, tzinfo=datetime.timezone.utc)
    """
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
