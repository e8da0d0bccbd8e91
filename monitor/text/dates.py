"""Dates in running English and Khmer text.

Read on the match key, so that digits, zero-width spaces and spellings of month names do not matter, and reported with
spans of the raw text. What is no date of the civil calendar is left alone: Kram and decree numbers, year ranges in
the titles of policies, lunar dates, years outside 1900 to 2100 (a typed "2925"), and Buddhist-era years unless the
text marks them as such.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitor.model import PartialDate
from monitor.text.normal import has_khmer, keyed, match_key

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_UNAMBIGUOUS_DAYS: Final = 120
"""A date without a year is taken for the nearest one if that is no further than this from the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date at `text[start:end]`.

    `kind` is `day`, `month`, `year`, `quarter` or `year_end`, or `buddhist_year` for a marked Buddhist-era year
    without a month. `value` is the first day or month meant (of a range, of a quarter; December for a year's end)
    and `until` the last one of a range or quarter. `inferred` marks a year taken from the reference.
    """

    value: PartialDate
    start: int
    end: int
    kind: str
    until: PartialDate | None = None
    inferred: bool = False


def find_dates(text: str, *, reference: date | None = None) -> tuple[FoundDate, ...]:
    """The dates `text` names, in reading order, never overlapping.

    `reference` (usually the day of publication) gives the year to a day or month without one, where only one year
    is plausible, and to "year end" and the like; without it they are not reported. In figures the day comes first
    (12/03/2026 is in March), as Cambodia writes it, unless the second number can be no month.
    """
    found = keyed(text)
    key = found.key
    hits: list[tuple[int, int, _Reading]] = []
    taken = [match.span() for match in _LUNAR.finditer(key)] if has_khmer(key) else []
    for rule in (*_KHMER_RULES, *_RULES) if has_khmer(key) else _RULES:
        for match in rule.pattern.finditer(key):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            reading = _checked(rule, match, reference)
            if reading is not None:
                taken.append((start, end))
                hits.append((start, end, reading))
    hits.sort(key=lambda hit: hit[:2])
    return tuple(_located(reading, *found.raw_span(start, end)) for start, end, reading in hits)


@dataclass(frozen=True, slots=True)
class _Reading:
    value: PartialDate
    kind: str
    until: PartialDate | None = None
    inferred: bool = False


_Reader = Callable[[re.Match[str], date | None], _Reading | None]


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    read: _Reader


def _located(reading: _Reading, start: int, end: int) -> FoundDate:
    return FoundDate(
        value=reading.value,
        start=start,
        end=end,
        kind=reading.kind,
        until=reading.until,
        inferred=reading.inferred,
    )


def _checked(rule: _Rule, match: re.Match[str], reference: date | None) -> _Reading | None:
    """The reading of a match, or None if there is no such day or the year is not plausible."""
    reading = rule.read(match, reference)
    if reading is None:
        return None
    try:
        ends = [day.earliest for day in (reading.value, reading.until) if day is not None]
    except ValueError:
        return None
    plausible = all(_FIRST_YEAR <= day.year <= _LAST_YEAR for day in ends) and ends == sorted(ends)
    return reading if plausible else None


def _nearest(month: int, day: int, reference: date | None) -> PartialDate | None:
    """The date without a year that is nearest to `reference`, if no other year comes into question."""
    if reference is None:
        return None
    candidates: list[tuple[int, int]] = []
    for year in (reference.year - 1, reference.year, reference.year + 1):
        try:
            candidates.append((abs((date(year, month, day or 15) - reference).days), year))
        except ValueError:
            continue
    if not candidates or min(candidates)[0] > _UNAMBIGUOUS_DAYS:
        return None
    return PartialDate(min(candidates)[1], month, day)


# --- English -------------------------------------------------------------------------------------------------------

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_MONTH: Final = r"(?P<{}>(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b)\.?"
_DAY: Final = r"(?P<{}>0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>[12][0-9]{3})(?![0-9])"
_TO: Final = r"\s?(?:-|to|until|till|and)\s?(?:the\s)?"
_START: Final = r"(?<![\w/.-])"
_QUARTERS: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_BEFORE_YEAR: Final = (
    r"(?:in|by|since|during|until|till|before|after|from|of|for|to|year|early|mid|late|around|circa|throughout|within)"
)


def _month(match: re.Match[str], group: str = "month") -> int:
    return _MONTHS[match[group].lower()]


def _read_day(match: re.Match[str], _: date | None) -> _Reading:
    return _Reading(PartialDate(int(match["year"]), _month(match), int(match["day"])), "day")


def _read_day_range(match: re.Match[str], _: date | None) -> _Reading:
    year, last_month = int(match["year"]), _month(match, "last_month")
    groups = match.groupdict()
    month = _month(match) if groups.get("month") else last_month
    first = PartialDate(year - (month > last_month), month, int(match["day"]))
    return _Reading(first, "day", PartialDate(year, last_month, int(match["last_day"])))


def _read_month_range(match: re.Match[str], _: date | None) -> _Reading:
    year, month, last_month = int(match["year"]), _month(match), _month(match, "last_month")
    return _Reading(PartialDate(year - (month > last_month), month), "month", PartialDate(year, last_month))


def _read_figures(match: re.Match[str], _: date | None) -> _Reading:
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if month > 12 >= day:
        day, month = month, day
    return _Reading(PartialDate(year, month, day), "day")


def _read_iso(match: re.Match[str], _: date | None) -> _Reading:
    return _Reading(PartialDate(int(match["year"]), int(match["month"]), int(match["day"])), "day")


def _quarter(year: int, number: int) -> _Reading:
    return _Reading(PartialDate(year, 3 * number - 2), "quarter", PartialDate(year, 3 * number))


def _read_quarter(match: re.Match[str], _: date | None) -> _Reading:
    number = match["quarter"].lower()
    return _quarter(int(match["year"]), _QUARTERS.get(number) or int(number))


def _read_month(match: re.Match[str], _: date | None) -> _Reading | None:
    if match["month"] == "may":
        return None
    return _Reading(PartialDate(int(match["year"]), _month(match)), "month")


def _read_year(match: re.Match[str], _: date | None) -> _Reading:
    return _Reading(PartialDate(int(match["year"])), "year")


def _read_year_end(match: re.Match[str], _: date | None) -> _Reading:
    return _Reading(PartialDate(int(match["year"]), 12), "year_end")


def _read_this_year_end(match: re.Match[str], reference: date | None) -> _Reading | None:
    if reference is None:
        return None
    year = reference.year + {"next": 1, "last": -1}.get((match.groupdict().get("which") or "").lower(), 0)
    return _Reading(PartialDate(year, 12), "year_end", inferred=True)


def _read_without_year(match: re.Match[str], reference: date | None) -> _Reading | None:
    name = match["month"]
    if not name[0].isupper():
        return None
    day = int(match.groupdict().get("day") or 0)
    value = _nearest(_MONTHS[name.lower()], day, reference)
    return value and _Reading(value, "day" if day else "month", inferred=True)


def _rule(pattern: str, read: _Reader) -> _Rule:
    return _Rule(re.compile(pattern, re.IGNORECASE), read)


_D, _LAST_D = _DAY.format("day"), _DAY.format("last_day")
_M, _LAST_M = _MONTH.format("month"), _MONTH.format("last_month")
_NO_YEAR: Final = r"(?!\w|,?\s?[12][0-9]{3}|[/.-][0-9])"

_RULES: Final = (
    _rule(rf"{_START}(?P<year>[12][0-9]{{3}})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9])", _read_iso),
    _rule(rf"{_START}{_D}(?:\s(?:of\s)?{_M})?{_TO}{_LAST_D}\s(?:of\s)?{_LAST_M},?\s{_YEAR}", _read_day_range),
    _rule(rf"\b{_LAST_M}\s{_D}{_TO}{_LAST_D},?\s{_YEAR}", _read_day_range),
    _rule(rf"\b{_M}\s{_D}{_TO}{_LAST_M}\s{_LAST_D},?\s{_YEAR}", _read_day_range),
    _rule(rf"{_START}{_D}(?:\s(?:of\s)?|-){_M}(?:,?\s(?:of\s)?|-){_YEAR}", _read_day),
    _rule(rf"\b{_M}\s{_D},?\s{_YEAR}", _read_day),
    _rule(
        rf"{_START}(?P<day>[0-3]?[0-9])(?P<mark>[/.-])(?P<month>[0-3]?[0-9])(?P=mark){_YEAR}(?![/.-][0-9])", _read_figures
    ),
    _rule(rf"\bQ(?P<quarter>[1-4])(?:\sof|,)?[\s-]?{_YEAR}", _read_quarter),
    _rule(rf"{_START}(?P<quarter>[1-4])Q\s?{_YEAR}", _read_quarter),
    _rule(rf"\b(?P<quarter>{'|'.join(_QUARTERS)})\squarter\s(?:of\s)?{_YEAR}", _read_quarter),
    _rule(rf"\b(?:end[\s-](?:of\s)?(?:the\syear\s)?|year[\s-]?end\s(?:of\s)?|close\sof\s){_YEAR}(?!-[0-9])", _read_year_end),
    _rule(rf"\b{_M}{_TO}{_LAST_M},?\s{_YEAR}", _read_month_range),
    _rule(rf"\b{_M},?\s(?:of\s)?{_YEAR}", _read_month),
    _rule(
        r"\b(?:end\sof\s(?:(?P<which>this|the|next|last)\s)(?:calendar\s)?year|(?:the\s)?year(?:'s)?[\s-]end)\b(?!\sof\s[12])",
        _read_this_year_end,
    ),
    _rule(rf"{_START}{_D}\s(?:of\s)?{_M}{_NO_YEAR}", _read_without_year),
    _rule(rf"\b{_M}\s{_D}{_NO_YEAR}", _read_without_year),
    _rule(rf"(?<=\b(?:in|by|of)\s){_M}{_NO_YEAR}(?!\s[0-9])", _read_without_year),
    _rule(rf"(?<=\b(?:since|until|early)\s)".replace("(?:since|until|early)", "(?:since|until|early)")[:0] + rf"\b(?:since|until|during|before|after|from|late|early|mid)[\s-]{_M}{_NO_YEAR}(?!\s[0-9])", _read_without_year),
    _rule(rf"\b{_BEFORE_YEAR}[\s-]{_YEAR}(?![/-][0-9])", _read_year),
)
