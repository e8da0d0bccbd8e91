"""When a known document of an index is read again: the older it is, the seldomer.

News pages are corrected in their first days and hardly ever after a year, so the effort goes where changes are.
"""

from datetime import UTC, datetime, time, timedelta

from monitor.model import KnownDocument

_BY_AGE: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(days=7), timedelta(0)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=365), timedelta(days=7)),
)
_OLDEST = timedelta(days=90)

_PATIENT_AFTER = 3
"""Failures in a row after which a document is no longer tried in every run."""

_EARLY = 0.9
"""A document whose interval is nine tenths over is due: runs never come exactly an interval apart."""


def interval(known: KnownDocument, now: datetime) -> timedelta:
    """How long a good reading of `known` holds at `now` (aware UTC); zero means: read it in every run.

    Its age counts from the day it was published, else from its discovery; a document with neither counts as new.
    """
    if known.published_on is not None:
        born = datetime.combine(known.published_on, time(), tzinfo=UTC)
    else:
        born = known.discovered_at or now
    age = now - born
    return next((every for limit, every in _BY_AGE if age <= limit), _OLDEST)


def due(known: KnownDocument | None, now: datetime) -> bool:
    """Whether a document is to be read at `now` (aware UTC). None: it has just been discovered, so yes.

    A document that was never read, or whose last reading failed, is tried in every run until it has failed three
    times in a row; from then on at its age's interval, and at least a day apart.
    """
    if known is None or known.last_attempt_at is None:
        return True
    struggling = known.last_ok_at is None or known.failures > 0
    if struggling and known.failures < _PATIENT_AFTER:
        return True
    wait = interval(known, now)
    if struggling:
        wait = max(wait, timedelta(days=1))
    return now - known.last_attempt_at >= wait * _EARLY
