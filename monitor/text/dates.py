"""Dates in running English and Khmer text.

Read on the match key, so that digits, zero-width spaces and spellings of month names do not matter, and reported with
spans of the raw text. What is no date of the civil calendar is left alone: Kram and decree numbers, year ranges in
the titles of policies, lunar dates, years outside 1900 to 2100 (a typed "2925"), and Buddhist-era years unless the
text marks them as such.
"""

from dataclasses import dataclass
from datetime import date

from monitor.model import PartialDate
from monitor.text.daterules import ENGLISH, KHMER, LUNAR, Need, Reading
from monitor.text.normal import has_khmer, keyed

_FIRST_YEAR, _LAST_YEAR = 1900, 2100


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
    hits: list[tuple[int, int, Reading]] = []
    khmer = has_khmer(key)
    taken = bytearray(len(key))
    for match in LUNAR.finditer(key) if khmer else ():
        _take(taken, *match.span())
    met = {need for need in Need if need.value.search(key)}
    for rule in (*KHMER, *ENGLISH) if khmer else ENGLISH:
        if rule.needs not in met:
            continue
        for match in rule.pattern.finditer(key):
            start, end = match.span("at" if "at" in rule.pattern.groupindex else 0)
            if any(taken[start:end]):
                continue
            reading = rule.read(match, reference)
            if reading is not None:
                _take(taken, start, end)  # also if it is impossible: "31 February 2026" is no month either
                if _possible(reading):
                    hits.append((start, end, reading))
    hits.sort(key=lambda hit: hit[:2])
    return tuple(_located(reading, *found.raw_span(start, end)) for start, end, reading in hits)


def _take(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\x01" * (end - start)


def _located(reading: Reading, start: int, end: int) -> FoundDate:
    return FoundDate(
        value=reading.value,
        start=start,
        end=end,
        kind=reading.kind,
        until=reading.until,
        inferred=reading.inferred,
    )


def _possible(reading: Reading) -> bool:
    """Whether there is such a day, in a plausible year."""
    try:
        ends = [day.earliest for day in (reading.value, reading.until) if day is not None]
    except ValueError:
        return False
    return ends == sorted(ends) and all(_FIRST_YEAR <= day.year <= _LAST_YEAR for day in ends)
