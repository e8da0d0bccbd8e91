"""One capture of one document: screened, extracted, compared with what stood before. Nothing is judged here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from monitor import diff
from monitor.extract import dispatch
from monitor.extract.region import region
from monitor.model import (
    Block,
    Capture,
    Cause,
    Change,
    Claim,
    Document,
    Edit,
    KnownDocument,
    Passage,
    Problem,
    ProblemKind,
    Snapshot,
    Source,
    Way,
)
from monitor.ports import UnitOfWork
from monitor.processing import doubts
from monitor.processing.health import day_words
from monitor.screening import by_ways, check, damage, kept, screen, unfinished, with_likeness
from monitor.text.mementos import address_of

_SURPRISES = frozenset({ProblemKind.SHRUNKEN, ProblemKind.UNLIKE})
"""What a second reading may confirm."""
_SEEN_BY_SIGNS = frozenset(
    {
        ProblemKind.BLOCKED,
        ProblemKind.MAINTENANCE,
        ProblemKind.LOGIN,
        ProblemKind.SHELL,
        ProblemKind.SOFT_ERROR,
        ProblemKind.SOFT_404,
    }
)
_MOST = 0.6  # share of the last good text that makes a page the same page, whatever else stands on it


class Finder(Protocol):
    """What is asked of the claims engine (`monitor.status.claims.ClaimFinder`)."""

    def mentions(self, text: str, jurisdiction: str = "") -> frozenset[str]:
        """Ids of the instruments named in `text`, a page of `jurisdiction`."""
        ...

    def find(self, passage: Passage, *, quick: bool = False) -> tuple[Claim, ...]:
        """Every statement of `passage` about a tracked instrument; `quick` by rules alone, for what raises no alert."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of a capture.

    Exactly one of these holds: `problem` is set (nothing may be concluded); `snapshot` is None (nothing changed); or
    `snapshot` is new, `fresh` being the blocks that were not there before (all of them for a first reading) and
    `before` the snapshot it is compared with. `withdrawn`: this reading confirmed that the page is gone.
    `quiet`: the difference may be our own extractor's, or was told within the last seven days by a page that turns
    back and forth; what it says may go to review and raises no alert. `doubt`: what a second reading confirmed and is
    still too surprising to move a status by itself.
    """

    known: KnownDocument
    problem: Problem | None = None
    snapshot: Snapshot | None = None
    before: Snapshot | None = None
    change: Change | None = None
    fresh: tuple[Block, ...] = ()
    withdrawn: bool = False
    quiet: bool = False
    doubt: Problem | None = None


def read(uow: UnitOfWork, capture: Capture, source: Source, known: KnownDocument, finder: Finder) -> Read:
    """Read `capture` and store what is new in it: raw body, snapshot, change. Its document must have been saved.

    An unchanged document leaves no trace but its updated memory, and an archive's copy that is no newer than what was
    read before is not looked at. A capture that cannot be used is archived with its
    problem, and the last good snapshot stands; so it does until a second reading agrees with one that surprises.
    """
    if _is_older(uow, capture, known):
        return Read(known=replace(known, last_attempt_at=capture.fetched_at, checks=known.checks + 1, failures=0))
    if _same_region(capture, source, known):
        return Read(known=_good(known, capture, known.region))
    refusal = screen(capture, source)
    before = uow.snapshots.get(known.snapshot_id) if known.snapshot_id else None
    if refusal is not None and not _may_be_overruled(refusal, capture, before):
        return _refused(uow, capture, known, refusal)
    document = dispatch.extract(capture, source)
    if isinstance(document, Problem):
        return _refused(uow, capture, known, refusal or document)
    cut_short = refusal if refusal is not None and refusal.kind is ProblemKind.TRUNCATED else None
    if refusal is not None and cut_short is None:
        share = kept(before.document, document) if before is not None else None
        if share is None or share < _MOST:
            return _refused(uow, capture, known, with_likeness(refusal, share))
    refusal = check(document, source, before)
    if refusal is not None and refusal.kind not in _SURPRISES:
        return _refused(uow, capture, known, refusal)
    return _compared(uow, capture, source, known, document, before, finder, surprise=cut_short or refusal)


def _is_older(uow: UnitOfWork, capture: Capture, known: KnownDocument) -> bool:
    """Whether `capture` is an archive's copy that is no newer than what was read of the page: it says nothing new, and
    comparing with it would take the page back in time."""
    if capture.memento_at is None:
        return False
    if known.last_ok_at is not None and capture.memento_at <= known.last_ok_at:
        return True
    return bool(known.snapshot_id) and capture.memento_at <= uow.snapshots.get(known.snapshot_id).captured_at


def _same_region(capture: Capture, source: Source, known: KnownDocument) -> bool:
    """True when the fast fingerprint shows the text of the last good reading, without building a document."""
    if not known.region or capture.status != 200 or capture.flags or capture.part:
        return False
    return _region_of(capture, source) == known.region


def _good(known: KnownDocument, capture: Capture, fingerprint: str) -> KnownDocument:
    # An archive's validators mean nothing to the site, and its copy is no live answer to compare one with.
    copied = capture.way is Way.ARCHIVE
    return replace(
        known,
        title=known.title or capture.title,
        published_on=known.published_on or capture.published_on,
        last_attempt_at=capture.fetched_at,
        last_ok_at=capture.captured_at,
        etag="" if copied else capture.header("etag"),
        last_modified="" if copied else capture.header("last-modified"),
        sha256="" if copied or capture.part else capture.sha256,
        region=fingerprint,
        checks=known.checks + 1,
        failures=0,
        suspect="",
        suspect_at=None,
    )


def _refused(uow: UnitOfWork, capture: Capture, known: KnownDocument, problem: Problem) -> Read:
    told = by_ways(_of_copy(problem, capture), capture.way, capture.met)
    gone = doubts.missing(known, told, capture.captured_at)
    failed = replace(gone.known, last_attempt_at=capture.fetched_at, failures=known.failures + 1)
    uow.captures.add(capture, outcome=problem.kind, detail=gone.problem.detail)
    # Whatever is wrong with an archive's copy, the site itself is still closed to us.
    kind = gone.problem.kind if capture.memento_at is None else ProblemKind.BLOCKED
    return Read(known=failed, problem=replace(gone.problem, kind=kind), withdrawn=gone.withdrawn)


def _of_copy(problem: Problem, capture: Capture) -> Problem:
    """`problem`, saying so where it is an archive's copy that has it."""
    if capture.memento_at is None:
        return problem
    return replace(problem, detail=f"the archived copy of {day_words(capture.memento_at)}: {problem.detail}")


def _may_be_overruled(refusal: Problem, capture: Capture, before: Snapshot | None) -> bool:
    """Whether a look at the text may still show that the capture is the page it was fetched for."""
    if refusal.kind is ProblemKind.TRUNCATED:
        return True
    return before is not None and capture.status == 200 and refusal.kind in _SEEN_BY_SIGNS


def _compared(
    uow: UnitOfWork,
    capture: Capture,
    source: Source,
    known: KnownDocument,
    document: Document,
    before: Snapshot | None,
    finder: Finder,
    *,
    surprise: Problem | None,
) -> Read:
    good = _good(known, capture, _region_of(capture, source))
    good = replace(
        good,
        title=document.title or known.title or capture.title,
        published_on=document.published_on or capture.published_on or known.published_on,
    )
    if before is not None and before.document.extractor != document.extractor:
        before = _rebased(uow, before, source, finder)
        known, good = (replace(each, snapshot_id=before.id) for each in (known, good))
    ours = before is not None and before.document.extractor != document.extractor
    edits = tuple(diff.compare(before.document.blocks, document.blocks).edits) if before else ()
    if before is not None and not edits:
        return Read(known=good)
    back = doubts.returned(uow.snapshots, before, document, capture.captured_at) if before else None
    if surprise is None and not ours:
        surprise = _surprise(uow, capture, document, before, edits, back)
    if surprise is not None and not doubts.confirmed(known, document, capture.captured_at):
        return _suspected(uow, capture, known, document, surprise)
    capture_id = uow.captures.add(capture, outcome="ok")
    snapshot = uow.snapshots.add(capture=capture, capture_id=capture_id, document=document)
    good = replace(good, snapshot_id=snapshot.id)
    if before is None:
        return Read(known=good, snapshot=snapshot, fresh=document.blocks)
    change = uow.changes.add(
        before=before,
        after=snapshot,
        cause=Cause.EXTRACTION if ours else Cause.REVERSION if back is not None else Cause.CONTENT,
        edits=edits,
        instruments=sorted(_mentioned(edits, finder, source)),
    )
    return Read(
        known=good if ours else replace(good, changed_at=capture.captured_at),
        snapshot=snapshot,
        before=before,
        change=change,
        fresh=tuple(edit.after for edit in edits if edit.after is not None),
        quiet=ours or (back is not None and back.told),
        doubt=surprise if surprise is not None and surprise.kind in _SURPRISES else None,
    )


def _region_of(capture: Capture, source: Source) -> str:
    if capture.part:
        return ""
    return region(capture.body, capture.header("content-type"), source, address_of(capture))


def _surprise(
    uow: UnitOfWork,
    capture: Capture,
    document: Document,
    before: Snapshot | None,
    edits: tuple[Edit, ...],
    back: doubts.Return | None,
) -> Problem | None:
    """Why what `capture` says must be seen twice before it is believed; None if nothing speaks against it."""
    if before is None:
        return unfinished(capture)
    then = uow.captures.get(before.capture_id).capture
    if found := damage(capture, then, edits, document, before.document):
        return found
    return doubts.flapping(back) if back is not None and back.told else None


def _suspected(uow: UnitOfWork, capture: Capture, known: KnownDocument, document: Document, surprise: Problem) -> Read:
    """Nothing is believed yet: the text is remembered for a second reading to confirm."""
    at = capture.captured_at  # the same copy read again is no second reading
    waiting = doubts.suspecting(known, document, at)
    return _refused(uow, capture, waiting, doubts.in_words(surprise, waiting.suspect_at or at))


def _rebased(uow: UnitOfWork, before: Snapshot, source: Source, finder: Finder) -> Snapshot:
    """`before` extracted anew from its archived bytes, so that like is compared with like.

    A difference that our own extractor makes is recorded as such and is never news. Where the old bytes can no
    longer be extracted the old snapshot must serve, and nobody can tell whose difference it is.
    """
    archived = uow.captures.get(before.capture_id)
    again = dispatch.extract(archived.capture, source)
    if isinstance(again, Problem) or again.extractor == before.document.extractor:
        return before
    snapshot = uow.snapshots.add(capture=archived.capture, capture_id=archived.id, document=again)
    edits = diff.compare(before.document.blocks, again.blocks).edits
    if edits:
        uow.changes.add(
            before=before,
            after=snapshot,
            cause=Cause.EXTRACTION,
            edits=edits,
            instruments=sorted(_mentioned(edits, finder, source)),
        )
    return snapshot


def _mentioned(edits: Sequence[Edit], finder: Finder, source: Source) -> set[str]:
    """The instruments that the edited blocks name, or stand under: a date in a chart belongs to the treaty above it."""
    blocks = (block for edit in edits for block in (edit.before, edit.after) if block is not None)
    texts = ("\n".join((*block.path, block.text)) for block in blocks)
    return {instrument for text in texts for instrument in finder.mentions(text, source.jurisdiction)}
