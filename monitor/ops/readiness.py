"""Whether the daemon can do its work: one answer for tools, a sentence each for people. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts import Coverage
from monitor.model import Health

_OVERDUE = timedelta(minutes=15)
"""An alert that was due so long ago should have been tried."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is in order, or not. The sentence holds nothing of a page, an address or an error."""

    name: str
    ok: bool
    text: str


def storage(trouble: bool) -> Check:
    """Whether the database takes a write."""
    return Check("storage", not trouble, "cannot be used; see the log" if trouble else "usable")


def configuration(faults: Sequence[str]) -> Check:
    """Whether the configuration read last was taken, or refused for `faults`."""
    count = len(faults)
    refused = f"refused for {count} {'fault' if count == 1 else 'faults'}, see the log; the one before stays in force"
    return Check("configuration", not faults, refused if faults else "accepted")


def delivery(due_at: datetime | None, waiting_since: datetime | None, now: datetime) -> Check:
    """Whether alerts go out when they are due.

    `due_at` is when the next delivery is due, `waiting_since` when the oldest alert that waits came up (UTC; None if
    none waits: a digest waits for its hour, and what failed for its next try).
    """
    if waiting_since is None:
        return Check("delivery", True, "no alert waits")
    text = f"the oldest alert waits for {(now - waiting_since).total_seconds():.0f} s"
    return Check("delivery", due_at is None or now - due_at < _OVERDUE, text)


def coverage(of_sources: Coverage) -> Check:
    """Whether anything is being read. That one source is not is told by a health alert, not by this."""
    tried = [source for source in of_sources.unread if source.health is not Health.NEW]
    return Check("coverage", not 0 < of_sources.total == len(tried), of_sources.line)
