"""Announced dates and the ends of consultations as an iCalendar file (RFC 5545). The same dates give the same bytes.

Each is a whole day. Where a source names only a month or a year, the entry stands on the last day that can be meant and
says so; what somebody announced for a step is tentative, however exact its day is.
"""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from monitor.alerts.planned import Planned
from monitor.status.words import date_words
from notifiers.inert import clean, safe_link

if TYPE_CHECKING:
    from icalendar import Event

_PLAN = "A date that somebody announced, not a step: such dates are often missed, and nothing has been decided."
_CLOSE = "A consultation says nothing about when a text will be adopted. Check the day on the page."
_LEGAL = "Read by a program from an official page; this is not legal advice."


def calendar(dates: Sequence[Planned], *, authority: str) -> bytes:
    """The calendar of `dates`. `authority` is the domain whose ids these are: a date that moves keeps its id."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//lex-monitor//dates//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "Law and policy: announced dates")
    for each in sorted(dates, key=lambda one: (one.day.latest, one.instrument.id, one.closes)):
        made.add_component(_event(each, authority))
    return bytes(made.to_ical())


def _event(each: Planned, authority: str) -> "Event":
    from icalendar import Event

    event = Event()
    sort = "closing" if each.closes else "target"
    event.add("uid", f"{each.instrument.id}-{sort}@{authority}")
    event.add("sequence", each.revision)
    event.add("dtstamp", each.recorded_at.astimezone(UTC))
    event.add("dtstart", each.day.latest)
    event.add("dtend", each.day.latest + timedelta(days=1))
    event.add("summary", f"{each.instrument.title}: {each.what}{_vaguely(each)}")
    event.add("description", "\n".join(_description(each)))
    event.add("status", "CONFIRMED" if each.closes and each.day.day else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [each.instrument.jurisdiction, sort])
    if each.evidence and (link := safe_link(each.evidence.url)):
        event.add("url", link)
    return event


def _description(each: Planned) -> list[str]:
    lines = [_PLAN if not each.closes else _CLOSE]
    if not each.day.day:
        lines.append(
            f"The source names no day, only {_period(each)}: this entry stands on the last day that can be meant."
        )
    if each.evidence:
        lines += [f"“{clean(each.evidence.quote)}”", f"Source: {each.evidence.source_id}, {clean(each.evidence.url)}"]
        lines.append(f"Captured: {each.evidence.captured_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    return [*lines, _LEGAL]


def _vaguely(each: Planned) -> str:
    return "" if each.day.day else f" (by the end of {_period(each)})"


def _period(each: Planned) -> str:
    return date_words(each.day)
