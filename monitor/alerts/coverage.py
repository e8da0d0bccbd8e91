"""How much of what should be read is being read: one line for every screen and digest. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Health

_RECENT = timedelta(days=1)
_NAMED = 5
"""Unread sources named in the line; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One enabled source: the health shown for it and the end of its last good reading (UTC; None: never)."""

    source_id: str
    health: Health
    last_ok_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What is read and what is not at one moment.

    `recent` counts the sources read well within a day; `resting` those that are well but come round less often;
    `unread` are those that are not well (one that failed an hour ago may have been read within the day), those never
    read first, then the longest unread.
    """

    at: datetime
    total: int
    recent: int
    resting: int
    unread: tuple[Watched, ...]

    @property
    def line(self) -> str:
        """One sentence, e.g. `17 of 18 sources read in the last day; mptc-posts unread for 3 days: blocked.`"""
        if not self.total:
            return "No source is enabled, so nothing is being watched."
        said = f"{self.recent} of {self.total} sources read in the last day"
        if self.resting:
            said += f", {self.resting} not due so often"
        parts = [said, *(self._words(source) for source in self.unread[:_NAMED])]
        if len(self.unread) > _NAMED:
            parts.append(f"{len(self.unread) - _NAMED} more unread")
        return "; ".join(parts) + "."

    def _words(self, source: Watched) -> str:
        if source.last_ok_at is None:
            return f"{source.source_id} never read: {source.health}"
        return f"{source.source_id} unread for {span_words(self.at - source.last_ok_at)}: {source.health}"


def coverage(sources: Sequence[Watched], now: datetime) -> Coverage:
    """The coverage of the enabled `sources` at `now` (UTC)."""
    recent = [source for source in sources if source.last_ok_at is not None and now - source.last_ok_at <= _RECENT]
    unread = [source for source in sources if source.health is not Health.OK]
    return Coverage(
        at=now,
        total=len(sources),
        recent=len(recent),
        resting=sum(source not in recent and source not in unread for source in sources),
        unread=tuple(
            sorted(unread, key=lambda source: (source.last_ok_at is not None, source.last_ok_at, source.source_id))
        ),
    )


def span_words(span: timedelta) -> str:
    """A span in its largest whole unit: `3 days`, `1 hour`, `40 minutes`. Never less than a minute."""
    for name, unit in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if span >= unit:
            count = span // unit
            return f"{count} {name}{'s' if count > 1 else ''}"
    minutes = max(span // timedelta(minutes=1), 1)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"
