"""The ways English and Khmer write dates, as patterns on match keys (see `text.dates`)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from monitor.model import PartialDate
from monitor.text.normal import match_key

_UNAMBIGUOUS_DAYS: Final = 90
"""A date without a year is taken for the nearest one if that is no further than this from the reference."""


class Need(Enum):
    """What a text must contain for a rule to be worth trying: most sentences fail all of these quickly."""

    YEAR = re.compile("[12][0-9]{3}")
    MONTH = re.compile("(?i:ja|fe|ma|ap|ju|au|se|oc|no|de)[a-z]")
    YEAR_WORD = re.compile("(?i:year)")
    KHMER_DATE = re.compile("[0-9]|ខែ|ឆ្នាំ")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a date's words mean, not yet checked against the calendar."""

    value: PartialDate
    kind: str
    until: PartialDate | None = None
    inferred: bool = False


Reader = Callable[[re.Match[str], date | None], Reading | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and how to read its matches. The group `at`, if there is one, is the date without its preposition."""

    pattern: re.Pattern[str]
    read: Reader
    needs: Need


_UNDECIDABLE: Final = Reading(PartialDate(0), "day")
"""A date that cannot be told: impossible, so never reported, but its words are not read as anything else either."""


def _rule(pattern: str, read: Reader, needs: Need = Need.YEAR) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), read, needs)


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
_MONTH: Final = r"(?=[jfmasond][aepuco])(?P<{}>(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b)\.?"
_DAY: Final = r"(?P<{}>0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>[12][0-9]{3})(?![0-9])"
_TO: Final = r"\s?(?:-|to|until|till|and)\s?(?:the\s)?"
_START: Final = r"(?<![\w/.-])"
_FIGURES: Final = r"(?P<day>[0-3]?[0-9])(?P<mark>[/.-])(?P<month>[0-3]?[0-9])(?P=mark)"
_QUARTERS: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_BEFORE: Final = (
    r"(?:in|by|since|during|until|till|before|after|from|of|for|to|year|early|mid|late|around|circa|throughout|within)"
)


def _month(match: re.Match[str], group: str = "month") -> int:
    return _MONTHS[match[group].lower()]


def _read_day(match: re.Match[str], _: date | None) -> Reading:
    return Reading(PartialDate(int(match["year"]), _month(match), int(match["day"])), "day")


def _read_day_range(match: re.Match[str], _: date | None) -> Reading:
    year, last_month = int(match["year"]), _month(match, "last_month")
    groups = match.groupdict()
    month = _month(match) if groups.get("month") else last_month
    first = PartialDate(year - (month > last_month), month, int(match["day"]))
    return Reading(first, "day", PartialDate(year, last_month, int(match["last_day"])))


def _read_month_range(match: re.Match[str], _: date | None) -> Reading:
    year, month, last_month = int(match["year"]), _month(match), _month(match, "last_month")
    return Reading(PartialDate(year - (month > last_month), month), "month", PartialDate(year, last_month))


def _read_figures(match: re.Match[str], _: date | None) -> Reading:
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if month > 12 >= day:
        day, month = month, day
    return Reading(PartialDate(year, month, day), "day")


def _quarter(year: int, number: int) -> Reading:
    return Reading(PartialDate(year, 3 * number - 2), "quarter", PartialDate(year, 3 * number))


def _read_quarter(match: re.Match[str], _: date | None) -> Reading:
    number = match["quarter"].lower()
    return _quarter(int(match["year"]), _QUARTERS.get(number) or int(number))


def _read_month(match: re.Match[str], _: date | None) -> Reading | None:
    if match["month"] == "may":
        return None
    return Reading(PartialDate(int(match["year"]), _month(match)), "month")


def _read_year(match: re.Match[str], _: date | None) -> Reading:
    return Reading(PartialDate(int(match["year"])), "year")


def _read_year_end(match: re.Match[str], _: date | None) -> Reading:
    return Reading(PartialDate(int(match["year"]), 12), "year_end")


def _read_this_year_end(match: re.Match[str], reference: date | None) -> Reading | None:
    if reference is None:
        return None
    year = reference.year + {"next": 1, "last": -1}.get((match.groupdict().get("which") or "").lower(), 0)
    return Reading(PartialDate(year, 12), "year_end", inferred=True)


def _read_without_year(match: re.Match[str], reference: date | None) -> Reading | None:
    name = match["month"]
    if not name[0].isupper():
        return None
    day = int(match.groupdict().get("day") or 0)
    value = _nearest(_MONTHS[name.lower()], day, reference)
    return None if value is None else Reading(value, "day" if day else "month", inferred=True)


_D, _LAST_D = _DAY.format("day"), _DAY.format("last_day")
_M, _LAST_M = _MONTH.format("month"), _MONTH.format("last_month")
_NO_YEAR: Final = r"(?!\w|,?\s?[12][0-9]{3}|[/.-][0-9])"

_YEAR_END: Final = r"(?:end[\s-](?:of\s)?(?:the\syear\s)?|year[\s-]?end\s(?:of\s)?|close\sof\s)"
_THIS_YEAR_END: Final = r"(?:end\sof\s(?P<which>this|the|next|last)\syear|year(?:'s)?[\s-]end)"

ENGLISH: Final = (
    _rule(rf"{_START}(?P<year>[12][0-9]{{3}})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9])", _read_figures),
    _rule(rf"{_START}{_D}(?:\s(?:of\s)?{_M})?{_TO}{_LAST_D}\s(?:of\s)?{_LAST_M},?\s{_YEAR}", _read_day_range),
    _rule(rf"\b{_LAST_M}\s{_D}{_TO}{_LAST_D},?\s{_YEAR}", _read_day_range),
    _rule(rf"\b{_M}\s{_D}{_TO}{_LAST_M}\s{_LAST_D},?\s{_YEAR}", _read_day_range),
    _rule(rf"{_START}{_D}(?:\s(?:of\s)?|-){_M}(?:,?\s(?:of\s)?|-){_YEAR}", _read_day),
    _rule(rf"\b{_M}\s{_D},?\s{_YEAR}", _read_day),
    _rule(rf"{_START}{_FIGURES}{_YEAR}(?![/.-][0-9])", _read_figures),
    _rule(rf"\bQ(?P<quarter>[1-4])(?:\sof|,)?[\s-]?{_YEAR}", _read_quarter),
    _rule(rf"{_START}(?P<quarter>[1-4])Q\s?{_YEAR}", _read_quarter),
    _rule(rf"\b(?P<quarter>{'|'.join(_QUARTERS)})\squarter\s(?:of\s)?{_YEAR}", _read_quarter),
    _rule(rf"\b{_YEAR_END}{_YEAR}(?!-[0-9])", _read_year_end),
    _rule(rf"\b{_M}{_TO}{_LAST_M},?\s{_YEAR}", _read_month_range),
    _rule(rf"\b{_M},?\s(?:of\s)?{_YEAR}", _read_month),
    _rule(rf"\b{_THIS_YEAR_END}\b(?!\s(?:of\s)?[12])", _read_this_year_end, Need.YEAR_WORD),
    _rule(rf"{_START}{_D}\s(?:of\s)?{_M}{_NO_YEAR}", _read_without_year, Need.MONTH),
    _rule(rf"\b{_M}\s{_D}{_NO_YEAR}", _read_without_year, Need.MONTH),
    _rule(rf"\b{_BEFORE}[\s-](?P<at>{_M}){_NO_YEAR}(?!\s[0-9])", _read_without_year, Need.MONTH),
    _rule(rf"\b{_BEFORE}[\s-](?P<at>{_YEAR})(?![/-][0-9])", _read_year),
)
"""In order of preference: where two overlap, the earlier rule wins."""

# --- Khmer ---------------------------------------------------------------------------------------------------------

_KHMER_MONTHS: Final = {
    match_key(name): number
    for number, names in enumerate(
        (
            ("មករា",),
            ("កុម្ភៈ", "កុម្ភះ", "កុម្ភ:"),
            ("មីនា",),
            ("មេសា",),
            ("ឧសភា",),
            ("មិថុនា",),
            ("កក្កដា",),
            ("សីហា",),
            ("កញ្ញា",),
            ("តុលា",),
            ("វិច្ឆិកា", "វិចិ្ឆកា"),
            ("ធ្នូ",),
        ),
        start=1,
    )
    for name in names
}
_KHMER_QUARTERS: Final = {"មួយ": 1, "ពីរ": 2, "បី": 3, "បួន": 4, "ចុងក្រោយ": 4}
_WEEKDAY: Final = "(?:ថ្ងៃ(?:អាទិត្យ|ច័ន្ទ|ចន្ទ|អង្គារ|ពុធ|ព្រហស្បតិ៍|សុក្រ|សៅរ៍)?,? ?)?(?:ទី)?"
_GAP: Final = "[ ,/-]*"
_K_MONTH: Final = (
    f"(?:ខែ ?(?:ទី)?)?(?P<month>{'|'.join(_KHMER_MONTHS)}|(?<=ខែ)(?:1[0-2]|0?[1-9])|(?<=ខែទី)(?:1[0-2]|0?[1-9]))"
)
_ERA: Final = "(?P<era>ព\\.? ?ស\\.?|ពុទ្ធសករាជ)"
_K_YEAR: Final = f"(?:(?:ឆ្នាំ|គ\\.? ?ស\\.?|គ្រិស្តសករាជ) ?|{_ERA} ?)*{_YEAR}"
_K_NO_YEAR: Final = f"(?!{_GAP}(?:ឆ្នាំ ?[12]|{_ERA.replace('?P<era>', '?:')}|[12][0-9]{{3}}))"


def _khmer_month(name: str) -> int:
    return _KHMER_MONTHS.get(name) or int(name)


def _civil_year(match: re.Match[str], month: int) -> int | None:
    """The year of the civil calendar.

    Cambodia's Buddhist year begins in May (at Visak Bochea): it is 543 ahead before and 544 after, and in May itself
    one cannot tell.
    """
    year = int(match["year"])
    if match["era"] is None:
        return year
    return None if month == 5 else year - (543 if month < 5 else 544)


def _read_khmer_day(match: re.Match[str], _: date | None) -> Reading:
    month = _khmer_month(match["month"])
    year = _civil_year(match, month)
    if year is None:
        return _UNDECIDABLE
    day, last = (match.groupdict().get(group) for group in ("day", "last_day"))
    until = PartialDate(year, month, int(last)) if last else None
    return Reading(PartialDate(year, month, int(day or 0)), "day" if day else "month", until)


def _read_khmer_without_year(match: re.Match[str], reference: date | None) -> Reading | None:
    day = int(match.groupdict().get("day") or 0)
    value = _nearest(_khmer_month(match["month"]), day, reference)
    return None if value is None else Reading(value, "day" if day else "month", inferred=True)


def _read_khmer_quarter(match: re.Match[str], _: date | None) -> Reading:
    number = match["quarter"]
    return _quarter(int(match["year"]), _KHMER_QUARTERS.get(number) or int(number))


def _read_buddhist_year(match: re.Match[str], _: date | None) -> Reading:
    return Reading(PartialDate(int(match["year"]) - 543), "buddhist_year")


_K_D, _K_LAST_D = (f"(?P<{group}>[0-3]?[0-9])(?![0-9])" for group in ("day", "last_day"))

KHMER: Final = (
    _rule(f"{_WEEKDAY}{_K_D} ?(?:-|ដល់|និង)(?:ថ្ងៃ)?(?:ទី)? ?{_K_LAST_D}{_GAP}{_K_MONTH}{_GAP}{_K_YEAR}", _read_khmer_day),
    _rule(f"{_WEEKDAY}(?<![0-9]){_K_D}{_GAP}(?:នៃ)?{_K_MONTH}{_GAP}{_K_YEAR}", _read_khmer_day),
    _rule(f"ត្រីមាស(?:ទី)? ?(?P<quarter>[1-4]|{'|'.join(_KHMER_QUARTERS)})(?:នៃ)?{_GAP}ឆ្នាំ ?{_YEAR}", _read_khmer_quarter),
    _rule(f"(?:ចុង|ដំណាច់|បំណាច់)ឆ្នាំ ?{_YEAR}", _read_year_end),
    _rule(f"{_K_MONTH}{_GAP}{_K_YEAR}", _read_khmer_day),
    _rule("(?:ចុង|ដំណាច់|បំណាច់)ឆ្នាំ(?:នេះ|(?! ?[0-9]|មុន|ក្រោយ|ទៅ))", _read_this_year_end, Need.KHMER_DATE),
    _rule(f"{_WEEKDAY}(?<![0-9]){_K_D}{_GAP}(?:នៃ)?{_K_MONTH}{_K_NO_YEAR}", _read_khmer_without_year, Need.KHMER_DATE),
    _rule(f"ខែ(?P<month>{'|'.join(_KHMER_MONTHS)}){_K_NO_YEAR}", _read_khmer_without_year, Need.KHMER_DATE),
    _rule(f"{_ERA} ?{_YEAR}", _read_buddhist_year),
    _rule(f"ឆ្នាំ ?(?P<at>{_YEAR})(?!-[0-9])", _read_year),
)
"""Like `ENGLISH`, for keys with Khmer in them."""

LUNAR: Final = re.compile(
    f"(?:ថ្ងៃ(?:អាទិត្យ|ច័ន្ទ|ចន្ទ|អង្គារ|ពុធ|ព្រហស្បតិ៍|សុក្រ|សៅរ៍)?,? ?)?[0-9]{{1,2}} ?(?:កើត|រោច)"
    f"(?:(?:(?!ត្រូវ)[^\n។0-9]){{0,60}}{_ERA} ?[0-9]{{4}})?"
)
"""A lunar date, with its Buddhist year if that follows: not converted, and not read as anything else."""
