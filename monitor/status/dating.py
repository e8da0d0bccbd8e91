"""Which date of a sentence belongs to a reading, and when a date shows that it is still to come."""

import re
from datetime import date

from monitor.model import Modality, PartialDate
from monitor.status.reading import Hedge, Reading, Span
from monitor.text.dates import FoundDate, find_dates
from monitor.text.normal import Keyed

_AHEAD = re.compile(
    r"\b(?:tomorrow|next (?:week|month|year|monday|tuesday|wednesday|thursday|friday|session|sitting)|later (?:this|today)|soon"
    r"|in (?:a|an|one|two|three|four|five|six|nine|ten|twelve|\d+|a few|several|the coming) (?:days?|weeks?|months?|years?)|by (?:the )?end"
    r"|(?:days?|weeks?|months?|years?) (?:after|from|following)|when|once(?! more| again)|upon|after (?:publication|promulgation|signature|a transition))\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_RECENT = re.compile(r"\b(?:today|now|this morning|yesterday)\b", re.IGNORECASE)


class Dating:
    """Dates of one sentence; they are looked for only when asked."""

    def __init__(self, line: Keyed, published_on: date | None) -> None:
        self._line = line
        self._published_on = published_on

    def event(self, reading: Reading) -> tuple[PartialDate | None, Hedge | None]:
        """The date that belongs to the reading, and a hedge if its words or date show that it is still to come."""
        start, end = self._line.raw_span(reading.cue.start, max(reading.cue.end, reading.cue.start + 1))
        first, last = self._line.raw_span(reading.clause[0], max(reading.clause[1], reading.clause[0] + 1))
        dates = (
            find_dates(self._line.text, reference=self._published_on)
            if self._published_on or _DIGIT.search(self._line.key)
            else ()
        )
        inside = [found for found in dates if found.start >= first and found.end <= last]
        chosen = _nearest(inside, end) or (_nearest(dates, end) if len(dates) == 1 else None)
        value = chosen.value if chosen is not None else None
        late = None
        clause = re.split(r"[,;]", self._line.text[start:], maxsplit=1)[0]
        if not reading.hedges:
            late = self._late(reading, clause, value)
        return value, late

    def _late(self, reading: Reading, clause: str, value: PartialDate | None) -> Hedge | None:
        span = Span(reading.cue.start, reading.cue.end, "guard.date_ahead")
        if (
            self._published_on is not None
            and value is not None
            and value.earliest > self._published_on
            and reading.act not in ("consult",)
        ):
            return Hedge(span, Modality.FUTURE, f"the date given ({value}) is still to come")
        if not reading.present:
            return None
        match = _AHEAD.search(clause)
        if match is not None:
            return Hedge(span, Modality.FUTURE, f"it is still to come (“{match.group()}”)")
        if (
            reading.act == "enter_force"
            and value is not None
            and self._published_on is None
            and not _RECENT.search(clause)
        ):
            return Hedge(
                span, Modality.FUTURE, f"the present tense with a date ({value}) does not say that it is in force now"
            )
        return None


def _nearest(dates: "list[FoundDate] | tuple[FoundDate, ...]", position: int) -> FoundDate | None:
    return min(
        dates,
        key=lambda found: abs(found.start - position) if found.start >= position else (position - found.end) * 2,
        default=None,
    )
