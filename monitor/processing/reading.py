"""One capture of one document: screened, extracted, compared with what stood before. Nothing is judged here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
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
)
from monitor.ports import UnitOfWork
from monitor.screening import check, screen

_CONFIRM_AFTER = timedelta(minutes=10)
"""A sudden loss of most of the text is believed when a second reading at least this much later shows the same."""


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
    `before` the snapshot it is compared with.
    """

    known: KnownDocument
    problem: Problem | None = None
    snapshot: Snapshot | None = None
    before: Snapshot | None = None
    change: Change | None = None
    fresh: tuple[Block, ...] = ()


def read(uow: UnitOfWork, capture: Capture, source: Source, known: KnownDocument, finder: Finder) -> Read:
    """Read `capture` and store what is new in it: raw body, snapshot, change. Its document must have been saved.

    An unchanged document leaves no trace but its updated memory. A capture that cannot be used is archived with its
    problem, and the last good snapshot stands.
    """
    if _same_region(capture, source, known):
        return Read(known=_good(known, capture, known.region))
    refusal = screen(capture, source)
    if refusal is not None:
        return _refused(uow, capture, known, refusal)
    document = dispatch.extract(capture, source)
    if isinstance(document, Problem):
        return _refused(uow, capture, known, document)
    before = uow.snapshots.get(known.snapshot_id) if known.snapshot_id else None
    refusal = check(document, source, before)
    if refusal is not None and not _confirmed_loss(refusal, document, known, capture.fetched_at):
        return _refused(uow, capture, _suspecting(known, refusal, document, capture.fetched_at), refusal)
    return _compared(uow, capture, source, known, document, before, finder)


def _same_region(capture: Capture, source: Source, known: KnownDocument) -> bool:
    """True when the fast fingerprint shows the text of the last good reading, without building a document."""
    if not known.region or capture.status != 200 or capture.flags or capture.part:
        return False
    return region(capture.body, capture.header("content-type"), source, capture.final_url) == known.region


def _good(known: KnownDocument, capture: Capture, fingerprint: str) -> KnownDocument:
    return replace(
        known,
        title=known.title or capture.title,
        published_on=known.published_on or capture.published_on,
        last_attempt_at=capture.fetched_at,
        last_ok_at=capture.fetched_at,
        etag=capture.header("etag"),
        last_modified=capture.header("last-modified"),
        sha256="" if capture.part else capture.sha256,
        region=fingerprint,
        checks=known.checks + 1,
        failures=0,
        suspect="",
        suspect_at=None,
    )


def _refused(uow: UnitOfWork, capture: Capture, known: KnownDocument, problem: Problem) -> Read:
    failed = replace(known, last_attempt_at=capture.fetched_at, failures=known.failures + 1)
    uow.captures.add(capture, outcome=problem.kind, detail=problem.detail)
    return Read(known=failed, problem=problem)


def _confirmed_loss(problem: Problem, document: Document, known: KnownDocument, at: datetime) -> bool:
    return (
        problem.kind is ProblemKind.SHRUNKEN
        and known.suspect == _text_fingerprint(document)
        and known.suspect_at is not None
        and at - known.suspect_at >= _CONFIRM_AFTER
    )


def _suspecting(known: KnownDocument, problem: Problem, document: Document, at: datetime) -> KnownDocument:
    if problem.kind is not ProblemKind.SHRUNKEN:
        return known
    fingerprint = _text_fingerprint(document)
    if known.suspect == fingerprint:
        return known
    return replace(known, suspect=fingerprint, suspect_at=at)


def _text_fingerprint(document: Document) -> str:
    return blake2b("".join(block.fingerprint for block in document.blocks).encode(), digest_size=16).hexdigest()


def _compared(
    uow: UnitOfWork,
    capture: Capture,
    source: Source,
    known: KnownDocument,
    document: Document,
    before: Snapshot | None,
    finder: Finder,
) -> Read:
    fingerprint = (
        "" if capture.part else region(capture.body, capture.header("content-type"), source, capture.final_url)
    )
    good = replace(
        _good(known, capture, fingerprint),
        title=document.title or known.title or capture.title,
        published_on=document.published_on or capture.published_on or known.published_on,
    )
    if before is not None and before.document.extractor != document.extractor:
        before = _rebased(uow, before, source, finder)
        good = replace(good, snapshot_id=before.id)
    edits: Sequence[Edit] = diff.compare(before.document.blocks, document.blocks).edits if before else ()
    if before is not None and not edits:
        return Read(known=good)
    capture_id = uow.captures.add(capture, outcome="ok")
    snapshot = uow.snapshots.add(capture=capture, capture_id=capture_id, document=document)
    good = replace(good, snapshot_id=snapshot.id, changed_at=capture.fetched_at)
    if before is None:
        return Read(known=good, snapshot=snapshot, fresh=document.blocks)
    change = uow.changes.add(
        before=before,
        after=snapshot,
        cause=Cause.CONTENT,
        edits=edits,
        instruments=sorted(_mentioned(edits, finder, source)),
    )
    fresh = tuple(edit.after for edit in edits if edit.after is not None)
    return Read(known=good, snapshot=snapshot, before=before, change=change, fresh=fresh)


def _rebased(uow: UnitOfWork, before: Snapshot, source: Source, finder: Finder) -> Snapshot:
    """`before` extracted anew from its archived bytes, so that like is compared with like.

    A difference that our own extractor makes is recorded as such and is never news. Where the old bytes can no
    longer be extracted the old snapshot must serve.
    """
    archived = uow.captures.get(before.capture_id)
    again = dispatch.extract(archived.capture, source)
    if isinstance(again, Problem):
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
