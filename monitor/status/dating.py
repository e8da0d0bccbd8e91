"""Which date of a sentence belongs to a reading, and when a date shows that it is still to come."""

import re
from datetime import date

from monitor.model import Modality, PartialDate
from monitor.status.reading import Hedge, Reading, Span
from monitor.text.dates import FoundDate, find_dates
from monitor.text.normal import Keyed

_PERIOD = r"(?:days?|weeks?|months?|years?)"
_COUNT = r"(?:a|an|one|two|three|four|five|six|nine|ten|twelve|\d+|a few|several|the coming)"
_WEEKDAY = r"(?:week|month|year|monday|tuesday|wednesday|thursday|friday|session|sitting)"
_AHEAD = re.compile(
    rf"\b(?:tomorrow|next {_WEEKDAY}|later (?:this|today)|soon|in {_COUNT} {_PERIOD}|by (?:the )?end"
    rf"|{_PERIOD} (?:after|from|following)|when|once(?! more| again)|upon"
    r"|after (?:publication|promulgation|signature|a transition))\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;]")
_DIGIT = re.compile(r"\d")
_RECENT = re.compile(r"\b(?:today|now|this morning|yesterday)\b", re.IGNORECASE)


class Dating:
    """Dates of one sentence; they are looked for only when asked."""

    def __init__(self, line: Keyed, published_on: date | None, known: date | None = None) -> None:
        """`known` is a day that is past whatever the page says: the one the register's baseline was held on."""
        self._line = line
        self._published_on = published_on
        self._known = known

    def event(self, reading: Reading) -> tuple[FoundDate | None, Hedge | None]:
        """The date that belongs to the reading, and a hedge if its words or date show that it is still to come."""
        start, end = self._raw(reading.cue.start, reading.cue.end)
        first, last = self._raw(*reading.clause)
        dates = (
            find_dates(self._line.text, reference=self._published_on)
            if self._published_on or _DIGIT.search(self._line.key)
            else ()
        )
        inside = [found for found in dates if found.start >= first and found.end <= last]
        chosen = _nearest(inside, end) or (_nearest(dates, end) if len(dates) == 1 else None)
        value = chosen.value if chosen is not None else None
        late = None
        if not reading.hedges and (reading.present or self._published_on is not None):
            clause = _CLAUSE_END.split(self._line.text[start:], maxsplit=1)[0]
            late = self._late(reading, clause, value)
        return chosen, late

    def _raw(self, start: int, end: int) -> tuple[int, int]:
        """A span of the match key in the raw sentence."""
        if self._line.key == self._line.text:
            return start, end
        return self._line.raw_span(start, max(end, start + 1))

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
            and not (self._known is not None and value.latest < self._known)
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
