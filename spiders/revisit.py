"""When a known document of an index is read again: the longer it has been quiet, the seldomer. Pure.

A page's changes are modelled as a Poisson process (Cho and Garcia-Molina, "Estimating Frequency of Change", ACM TOIT 3,
2003; "Effective Page Refresh Policies for Web Crawlers", ACM TODS 28, 2003). Of a page that has been quiet for a time
the best estimate of the time to its next change is that same time; we read it a few times in between. So a news page
is read in every run of its first week, when it is corrected, and once a month when nobody touches it any more; and one
that has changed is young again. The steps have a floor and a ceiling, for the same authors show that to chase what
changes all the time costs more freshness than it wins.
"""

from datetime import UTC, datetime, time, timedelta
from zlib import crc32

from monitor.model import KnownDocument

_BY_QUIET: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(days=7), timedelta(0)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=91), timedelta(days=7)),
)
LONGEST = timedelta(days=30)
"""The interval of a document that has been quiet for longer than a quarter."""

_PATIENT_AFTER = 3
"""Failures in a row after which a document is no longer tried in every run."""

_EARLIEST, _LATEST = 0.7, 0.9
"""Shares of its interval after which a document is due. Nine tenths, for runs never come exactly an interval apart; and
less for some, or a hundred pages that were found on one day would come back on one day for ever."""


def interval(known: KnownDocument, now: datetime) -> timedelta:
    """How long a good reading of `known` holds at `now` (aware UTC); zero means: read it in every run.

    It has been quiet since it last changed, or else since the day it was published, or else since its discovery; a
    document with none of them counts as new.
    """
    if known.published_on is not None:
        born = datetime.combine(known.published_on, time(), tzinfo=UTC)
    else:
        born = known.discovered_at or now
    quiet = now - max(born, known.changed_at or born)
    return next((every for limit, every in _BY_QUIET if quiet <= limit), LONGEST)


def due_at(known: KnownDocument, now: datetime) -> datetime:
    """From when on a document is to be read again, as it looks at `now` (both aware UTC).

    A document that was never read, or whose last reading failed, is tried in every run until it has failed three
    times in a row; from then on at its interval, and at least a day apart.
    """
    if known.last_attempt_at is None:
        return datetime.min.replace(tzinfo=UTC)
    struggling = known.last_ok_at is None or known.failures > 0
    if struggling and known.failures < _PATIENT_AFTER:
        return known.last_attempt_at
    wait = interval(known, now)
    if struggling:
        wait = max(wait, timedelta(days=1))
    return known.last_attempt_at + wait * _share(known.key)


def due(known: KnownDocument | None, now: datetime) -> bool:
    """Whether a document is to be read at `now` (aware UTC). None: it has just been discovered, so yes."""
    return known is None or due_at(known, now) <= now


def turn(known: KnownDocument, now: datetime) -> tuple[bool, datetime, float]:
    """Sorts documents that are due: first the unread, which are news; then who has been due for longest.

    Among equals the newest goes first. However little of what is due a run can read, nobody waits for ever: what is
    left over has been due for longer the next time.
    """
    if known.published_on is not None:
        born = datetime.combine(known.published_on, time(), tzinfo=UTC).timestamp()
    else:
        born = known.discovered_at.timestamp() if known.discovered_at else 0.0
    return known.last_ok_at is not None, due_at(known, now), -born


def _share(key: str) -> float:
    """The share of its interval after which the document called `key` is due, always the same."""
    return _EARLIEST + (_LATEST - _EARLIEST) * (crc32(key.encode()) % 1000) / 1000
