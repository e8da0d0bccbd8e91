"""What is too surprising to be believed at once, and when a second reading settles it.

A document remembers the fingerprint of the surprising text and when it was first seen (`KnownDocument.suspect`). A
later reading that shows the same is believed, any other reading forgets it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from monitor.model import Document, KnownDocument, Problem, ProblemKind, Snapshot
from monitor.ports import SnapshotRepository

CONFIRM_AFTER: Final = timedelta(minutes=10)
"""A surprising text is believed when a second reading at least this much later shows the same."""
WITHDRAWN_AFTER: Final = timedelta(hours=24)
"""A missing page is held to be withdrawn or moved when a reading at least this much later misses it too."""
_FLAPPING_WITHIN: Final = timedelta(days=7)
_STATES: Final = 12  # earlier texts of a document that are looked at
_MISSING: Final = "missing"
_WITHDRAWN: Final = "withdrawn"
_MISSING_KINDS: Final = frozenset({ProblemKind.GONE, ProblemKind.SOFT_404})


def text_fingerprint(document: Document) -> str:
    """Hex digest of what `document` says, cosmetic differences aside."""
    return blake2b("".join(block.fingerprint for block in document.blocks).encode(), digest_size=16).hexdigest()


def confirmed(known: KnownDocument, document: Document, at: datetime) -> bool:
    """Whether an earlier reading showed the surprising text of `document`, long enough before `at`."""
    return (
        known.suspect == text_fingerprint(document)
        and known.suspect_at is not None
        and at - known.suspect_at >= CONFIRM_AFTER
    )


def suspecting(known: KnownDocument, document: Document, at: datetime) -> KnownDocument:
    """`known`, remembering that `document` waits for a second reading."""
    fingerprint = text_fingerprint(document)
    return known if known.suspect == fingerprint else replace(known, suspect=fingerprint, suspect_at=at)


def in_words(problem: Problem, at: datetime) -> Problem:
    """`problem` with what will settle it."""
    moment = f"{at + CONFIRM_AFTER:%d %b %H:%M} UTC"
    return replace(problem, detail=f"{problem.detail}; believed only if a reading after {moment} shows the same")


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A page that is not there. `withdrawn` is True once: when a reading a day later has confirmed it."""

    known: KnownDocument
    problem: Problem
    withdrawn: bool = False


def missing(known: KnownDocument, problem: Problem, at: datetime) -> Missing:
    """What to remember and say of a page that a good reading knew and that `problem` says is gone."""
    if problem.kind not in _MISSING_KINDS or known.last_ok_at is None:
        return Missing(known=known, problem=problem)
    if known.suspect not in (_MISSING, _WITHDRAWN) or known.suspect_at is None:
        waits = f"{problem.detail}; not held to be withdrawn until a reading a day later misses it too"
        return Missing(known=replace(known, suspect=_MISSING, suspect_at=at), problem=replace(problem, detail=waits))
    since = f"{known.suspect_at:%d %b %Y %H:%M} UTC"
    if known.suspect == _MISSING and at - known.suspect_at < WITHDRAWN_AFTER:
        return Missing(known=known, problem=replace(problem, detail=f"{problem.detail}; missing since {since}"))
    said = replace(problem, detail=f"{problem.detail}; missing since {since}: withdrawn or moved, a person should look")
    return Missing(known=replace(known, suspect=_WITHDRAWN), problem=said, withdrawn=known.suspect == _MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A text that stood here before. `told` says that this very turn was already told within seven days."""

    since: datetime
    told: bool


def returned(snapshots: SnapshotRepository, before: Snapshot, document: Document, at: datetime) -> Return | None:
    """When the text of `document` was what the page said earlier, before it said `before`; None if it never was.

    Looked for among the last twelve texts of the document.
    """
    numbers = snapshots.history(before.source_id, before.document_key)[-_STATES:]
    states = [snapshots.get(number) for number in numbers]
    texts = [text_fingerprint(state.document) for state in states]
    new, old = text_fingerprint(document), text_fingerprint(before.document)
    earlier = [state for state, text in zip(states, texts, strict=True) if text == new]
    if not earlier:
        return None
    turns = [
        later.captured_at
        for (_, later), turn in zip(pairwise(states), pairwise(texts), strict=True)
        if turn == (old, new)
    ]
    return Return(since=earlier[-1].captured_at, told=any(at - turn <= _FLAPPING_WITHIN for turn in turns))


def flapping(found: Return) -> Problem:
    """The problem of a page that turns back and forth between texts."""
    return Problem(
        kind=ProblemKind.FLAPPING,
        detail=f"the page turns back and forth: the text of {found.since:%d %b %Y %H:%M} UTC is back again",
        signals=("text:returned", "text:turned-before"),
    )
