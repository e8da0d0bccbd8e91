"""How readings move the health ledger of a source. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from monitor.model import Health, PartialDate, Problem, ProblemKind, Source, SourceHealth
from monitor.status.words import date_words

NextDue = Callable[[Source, datetime], datetime]
"""Gives the next moment (UTC) a source is due after the given one."""

_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
SKEW = timedelta(minutes=1)
"""How far ahead a stamp may be and still be believed: clocks are corrected by seconds all the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one reading of one source met so far: documents read well, and of those changed, unchanged or fresh
    (never read before); index pages read well; and what could not be read, as (address, problem). `copies` and
    `index_copies` are the moments (UTC) of those documents and index pages, in order, that were read from an archive,
    and `met` what the ways tried before met (see `Capture.met`). `left` counts what was left for the next run for lack
    of room in our own budget, of which `shortage` tells.
    """

    good: int = 0
    indexed: int = 0
    changed: int = 0
    unchanged: int = 0
    fresh: int = 0
    index: Problem | None = None
    problems: tuple[tuple[str, Problem], ...] = field(default=())
    copies: tuple[datetime, ...] = ()
    index_copies: tuple[datetime, ...] = ()
    met: tuple[str, ...] = ()
    left: int = 0
    shortage: Problem | None = None

    @property
    def problem(self) -> Problem | None:
        """The problem that makes the whole reading a failed one; None for a good or partly good reading.

        An index that cannot be read hides everything behind it. Otherwise a reading fails only if no document at all
        could be read: one dead link in a list of twenty is a detail, not blindness. So is what is left for the next
        run.
        """
        if self.index is not None:
            return self.index
        if self.good or self.indexed:
            return None
        return self.problems[0][1] if self.problems else self.shortage

    @property
    def copied_at(self) -> datetime | None:
        """Up to when this reading knows its source, if nothing but an archive's copies told; None if the site did.

        With an index that is the first page of it, where new documents are named; else the newest copy of a document.
        """
        if self.indexed:
            return self.index_copies[0] if len(self.index_copies) == self.indexed else None
        return max(self.copies) if self.copies and len(self.copies) == self.good else None

    @property
    def detail(self) -> str:
        """What an operator should know beside the health."""
        if self.problem is not None:
            return f"{self.problem.kind}: {self.problem.detail}"
        return "; ".join(filter(None, (self._unread, self._shortage)))

    @property
    def _shortage(self) -> str:
        if self.shortage is None:
            return ""
        pages = "page is" if self.left == 1 else "pages are"
        return f"{self.left} {pages} left for the next run: {self.shortage.detail}"

    @property
    def _unread(self) -> str:
        """What could not be read of a reading that is good otherwise, or how it was read."""
        if self.problems:
            key, first = self.problems[0]
            total = self.good + len(self.problems)
            return f"{len(self.problems)} of {total} documents unread, first {key}: {first.detail}"
        if self.copied_at is not None:
            return "; ".join((*self.met, f"read from an archived copy of {day_words(self.copied_at)}"))
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
    problem = tally.problem or outdated(ledger, tally, source, at, next_due)
    due = max(_following(source, ledger.next_due_at, at, next_due), _asked_to_wait(problem) or at)
    following = replace(ledger, last_attempt_at=at, next_due_at=due, detail=tally.detail)
    if tally.problem is None:
        known_to = max(filter(None, (ledger.last_ok_at, tally.copied_at))) if tally.copied_at else at
        following = replace(following, last_ok_at=known_to, baseline_at=ledger.baseline_at or at)
    if problem is None:
        turn = Turn.RECOVERED if ledger.told_at else Turn.NOTHING
        return replace(following, health=Health.OK, failures=0, told_at=None), turn
    following = replace(
        following,
        health=problem.kind.health,
        failures=ledger.failures + 1,
        detail=tally.detail if tally.problem is not None else f"{problem.kind}: {problem.detail}",
    )
    tell = ledger.told_at is None and (
        following.failures >= alert_after or is_stale(following, source, at, next_due=next_due)
    )
    return (replace(following, told_at=at), Turn.BLIND) if tell else (following, Turn.NOTHING)


def outdated(ledger: SourceHealth, tally: Tally, source: Source, at: datetime, next_due: NextDue) -> Problem | None:
    """The problem of a reading from nothing but archived copies that were stale themselves at `at`.

    What they say is taken, but a site that is only seen as it was weeks ago is not being watched.
    """
    copied_at = tally.copied_at
    if copied_at is None:
        return None
    as_copied = replace(ledger, last_ok_at=copied_at, watched_since=None)
    if not is_stale(as_copied, source, at, next_due=next_due):
        return None
    older = ", older than the last reading," if ledger.last_ok_at and copied_at < ledger.last_ok_at else ""
    detail = "; ".join((*tally.met, f"only an archived copy of {day_words(copied_at)}{older} can be read"))
    return Problem(kind=ProblemKind.BLOCKED, detail=detail, signals=("archive",))


def day_words(moment: datetime) -> str:
    """The day of `moment` in UTC, as people write it: 3 Sep 2026."""
    return date_words(PartialDate.of(moment.astimezone(UTC).date()))


def _following(source: Source, slot: datetime | None, at: datetime, next_due: NextDue) -> datetime:
    """The slot after a reading that served `slot` and ended at `at`; those that passed meanwhile are left out.

    Intervals are counted from the slot, not from the end of the reading, or a source would be read a little less often
    than was asked for. A reading ahead of its slot starts the count anew.
    """
    if slot is None or slot > at:
        return next_due(source, at)
    every, denser = source.every, source.denser
    ordinary = next_due(source, at) if every is None else slot + ((at - slot) // every + 1) * every
    if denser is None:
        return ordinary
    counted = next_due(source, slot + (at - slot) // denser * denser)
    return min(ordinary, counted) if counted > at else ordinary


def _asked_to_wait(problem: Problem | None) -> datetime | None:
    """Until when the site asked us to stay away (a `retry-after` signal carries the moment), if it did."""
    if problem is None or problem.signals[:1] != ("retry-after",):
        return None
    return datetime.fromisoformat(problem.signals[1])


def stale_at(ledger: SourceHealth, source: Source, *, next_due: NextDue) -> datetime | None:
    """When two intervals and an hour will have passed without a good reading.

    Counted from the last good reading or from when the source came under watch, whichever is later; None for a source
    that is not under watch and was never read well. Denser checks are extra ones: who misses them is not blind.
    """
    since = max(filter(None, (ledger.last_ok_at, ledger.watched_since)), default=None)
    if since is None:
        return None
    plain = source if source.denser is None else replace(source, denser=None)
    second = next_due(plain, next_due(plain, since))
    return min(second, _LATEST) + timedelta(hours=1)


def is_stale(ledger: SourceHealth, source: Source, now: datetime, *, next_due: NextDue) -> bool:
    """True when two intervals and an hour have passed without a good reading (see `stale_at`)."""
    limit = stale_at(ledger, source, next_due=next_due)
    return limit is not None and now > limit


def shown_health(ledger: SourceHealth, source: Source, now: datetime, *, next_due: NextDue) -> Health:
    """The health to show: a good one that has grown old is stale, and so is one that never came."""
    if ledger.health in (Health.OK, Health.NEW) and is_stale(ledger, source, now, next_due=next_due):
        return Health.STALE
    return ledger.health


def believed(ledger: SourceHealth, source: Source, now: datetime, *, next_due: NextDue) -> SourceHealth:
    """`ledger` without stamps from a clock that was ahead.

    A stamp later than `now` names a moment that has not come, so `now` is the latest it can mean. If the last attempt
    carries one, the next slot was counted on that clock as well and is counted anew; what a site asked for beyond its
    slot is kept as a span.
    """
    stamps = (ledger.last_attempt_at, ledger.last_ok_at, ledger.baseline_at, ledger.told_at, ledger.watched_since)
    if all(stamp is None or stamp <= now + SKEW for stamp in stamps):
        return ledger
    last_attempt_at, last_ok_at, baseline_at, told_at, watched_since = (
        None if stamp is None else min(stamp, now) for stamp in stamps
    )
    due = ledger.next_due_at
    if due is not None and ledger.last_attempt_at is not None and ledger.last_attempt_at > now + SKEW:
        ahead = ledger.last_attempt_at - now
        ordinary = due <= next_due(source, ledger.last_attempt_at)
        due = next_due(source, now) if ordinary else due - ahead
    return replace(
        ledger,
        last_attempt_at=last_attempt_at,
        last_ok_at=last_ok_at,
        baseline_at=baseline_at,
        told_at=told_at,
        watched_since=watched_since,
        next_due_at=due,
    )
