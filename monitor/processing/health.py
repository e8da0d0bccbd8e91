"""How readings move the health ledger of a source. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Health, Problem, Source, SourceHealth

NextDue = Callable[[Source, datetime], datetime]
"""Gives the next moment (UTC) a source is due after the given one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one reading of one source met so far: documents read well, and of those changed, unchanged or fresh
    (never read before); index pages read well; and what could not be read, as (address, problem).
    """

    good: int = 0
    indexed: int = 0
    changed: int = 0
    unchanged: int = 0
    fresh: int = 0
    index: Problem | None = None
    problems: tuple[tuple[str, Problem], ...] = field(default=())

    @property
    def problem(self) -> Problem | None:
        """The problem that makes the whole reading a failed one; None for a good or partly good reading.

        An index that cannot be read hides everything behind it. Otherwise a reading fails only if no document at all
        could be read: one dead link in a list of twenty is a detail, not blindness.
        """
        if self.index is not None:
            return self.index
        return self.problems[0][1] if self.problems and not self.good and not self.indexed else None

    @property
    def detail(self) -> str:
        """What an operator should know beside the health."""
        if self.problem is not None:
            return f"{self.problem.kind}: {self.problem.detail}"
        if self.problems:
            key, first = self.problems[0]
            total = self.good + len(self.problems)
            return f"{len(self.problems)} of {total} documents unread, first {key}: {first.detail}"
        return ""


class Turn(StrEnum):
    """What operators are told when a reading ends."""

    NOTHING = "nothing"
    BLIND = "blind"
    RECOVERED = "recovered"


def after_reading(
    ledger: SourceHealth, tally: Tally, source: Source, at: datetime, *, alert_after: int, next_due: NextDue
) -> tuple[SourceHealth, Turn]:
    """The ledger after a reading that ended at `at`, and what operators must be told: each once per outage."""
    problem = tally.problem
    due = max(next_due(source, at), _asked_to_wait(problem) or at)
    following = replace(ledger, last_attempt_at=at, next_due_at=due, detail=tally.detail)
    if problem is None:
        turn = Turn.RECOVERED if ledger.told_at else Turn.NOTHING
        return (
            replace(
                following,
                health=Health.OK,
                last_ok_at=at,
                baseline_at=ledger.baseline_at or at,
                failures=0,
                told_at=None,
            ),
            turn,
        )
    following = replace(following, health=problem.kind.health, failures=ledger.failures + 1)
    tell = ledger.told_at is None and (
        following.failures >= alert_after or is_stale(following, source, at, next_due=next_due)
    )
    return (replace(following, told_at=at), Turn.BLIND) if tell else (following, Turn.NOTHING)


def _asked_to_wait(problem: Problem | None) -> datetime | None:
    """Until when the site asked us to stay away (a `retry-after` signal carries the moment), if it did."""
    if problem is None or problem.signals[:1] != ("retry-after",):
        return None
    return datetime.fromisoformat(problem.signals[1])


def is_stale(ledger: SourceHealth, source: Source, now: datetime, *, next_due: NextDue) -> bool:
    """True when two intervals and an hour have passed since the last good reading (never, for one never read)."""
    if ledger.last_ok_at is None:
        return False
    second = next_due(source, next_due(source, ledger.last_ok_at))
    return now > second + timedelta(hours=1)


def shown_health(ledger: SourceHealth, source: Source, now: datetime, *, next_due: NextDue) -> Health:
    """The health to show: a good one that has grown old is stale."""
    if ledger.health is Health.OK and is_stale(ledger, source, now, next_due=next_due):
        return Health.STALE
    return ledger.health
