"""The receiving end of a crawl: gathers what spiders tell and writes it in transactions of bounded size.

A capture and everything that follows from it commit together. What is lost in a crash is only what was not yet
committed, and of that no validator was remembered either, so the next run fetches it again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.errors import BlobMissingError, StorageError
from monitor.model import (
    SPENT_HOUR,
    Capture,
    DocumentRef,
    Health,
    KnownDocument,
    Problem,
    ProblemKind,
    Slot,
    Source,
    SourceHealth,
    StoredVerdict,
)
from monitor.ports import Store, UnitOfWork
from monitor.processing.health import NextDue, Tally, after_reading
from monitor.processing.judgement import Judgement
from monitor.processing.plan import Plan
from monitor.processing.reading import read

log = logging.getLogger(__name__)

_SLOTS_KEPT = timedelta(days=90)
_BATCH_ITEMS = 64
_BATCH_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How the reading of one source ended. `read` is False for a failed reading, and for one that never began."""

    source_id: str
    read: bool
    health: Health
    detail: str
    tally: Tally
    verdicts: tuple[StoredVerdict, ...]


@dataclass(frozen=True, slots=True)
class _Captured:
    capture: Capture


@dataclass(frozen=True, slots=True)
class _Unchanged:
    source_id: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Indexed:
    index: KnownDocument
    refs: tuple[DocumentRef, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class _Failed:
    source_id: str
    key: str
    url: str
    problem: Problem
    at: datetime


@dataclass(frozen=True, slots=True)
class _Finished:
    source_id: str
    at: datetime


_Item = _Captured | _Unchanged | _Indexed | _Failed | _Finished


@dataclass(slots=True)
class _Memory:
    """What the run knows beyond the store; copied for each transaction so that a failed one leaves no trace."""

    known: dict[tuple[str, str], KnownDocument] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    verdicts: dict[str, tuple[StoredVerdict, ...]] = field(default_factory=dict)
    unsaved: dict[tuple[str, str], KnownDocument] = field(default_factory=dict)
    held: Mapping[str, SourceHealth] = field(default_factory=dict)
    ledgers: dict[str, SourceHealth] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    reports: list[SourceReport] = field(default_factory=list)

    def copy(self) -> "_Memory":
        return _Memory(known=dict(self.known), tallies=dict(self.tallies), verdicts=dict(self.verdicts))


class Intake:
    """A `CrawlSink` that processes what it is told.

    `reports` grows by one per finished source. `on_progress(source_id, requests)` is for those who watch:
    so many more requests of a source were answered, or (0) one of its answers is worked on next. A
    StorageError is raised to the caller, who must stop the crawl.
    """

    def __init__(
        self,
        *,
        store: Store,
        plan: Plan,
        sources: Mapping[str, Source],
        judgement: Judgement,
        alert_after: int,
        next_due: NextDue,
        on_progress: Callable[[str, int], None] = lambda source_id, requests: None,
        on_finished: Callable[[SourceReport], None] = lambda report: None,
    ) -> None:
        self.reports: list[SourceReport] = []
        self._store, self._plan, self._sources, self._judgement = store, plan, sources, judgement
        self._alert_after, self._next_due = alert_after, next_due
        self._on_progress, self._on_finished = on_progress, on_finished
        self._queue: list[_Item] = []
        self._queued_bytes = 0
        self._memory = _Memory()

    @property
    def tallies(self) -> Sequence[Tally]:
        """What has been processed of sources that are not finished."""
        return tuple(self._memory.tallies.values())

    # What spiders tell -------------------------------------------------------------------------------------------

    def captured(self, capture: Capture) -> None:
        self._queued_bytes += len(capture.body)
        self._put(_Captured(capture))

    def unchanged(self, source_id: str, document_key: str, *, at: datetime) -> None:
        self._put(_Unchanged(source_id, document_key, at))

    def indexed(self, index: KnownDocument, refs: Sequence[DocumentRef], *, at: datetime) -> None:
        self._put(_Indexed(index, tuple(refs), at))

    def failed(self, source_id: str, document_key: str, url: str, problem: Problem, *, at: datetime) -> None:
        self._put(_Failed(source_id, document_key, url, problem, at))

    def progress(self, source_id: str, requests: int) -> None:
        self._on_progress(source_id, requests)

    def finished(self, source_id: str, *, at: datetime) -> None:
        self._put(_Finished(source_id, at))

    def flush(self) -> None:
        """Process everything told so far. Raises StorageError when it cannot be kept."""
        items, self._queue, self._queued_bytes = self._queue, [], 0
        if not items:
            return
        try:
            self._commit(items)
        except StorageError:
            raise
        except Exception:
            log.exception("a batch of %d could not be processed; taking it one by one", len(items))
            for item in items:
                self._commit_alone(item)

    # Transactions ------------------------------------------------------------------------------------------------

    def _put(self, item: _Item) -> None:
        self._queue.append(item)
        if len(self._queue) >= _BATCH_ITEMS or self._queued_bytes >= _BATCH_BYTES:
            self.flush()

    def _commit(self, items: Sequence[_Item]) -> None:
        memory = self._memory.copy()
        with self._store.begin() as uow:
            # What finishes moves the ledger as it stands now: the daemon may have told operators meanwhile.
            memory.held = uow.sources.hold([item.source_id for item in items if isinstance(item, _Finished)])
            uow.documents.save(self._unheard_of(memory, items))
            for item in items:
                self._on_progress(_source_of(item), 0)
                self._apply(uow, memory, item)
            uow.documents.save(memory.unsaved.values())
            uow.sources.save(memory.ledgers.values())
            if memory.slots:
                uow.sources.serve(memory.slots)
                uow.sources.forget_slots(before=memory.slots[-1].read_at - _SLOTS_KEPT)
        self._memory = memory
        self.reports += memory.reports
        for report in memory.reports:
            self._plan.close(report.source_id)
            self._on_finished(report)
        memory.reports, memory.unsaved, memory.ledgers, memory.slots = [], {}, {}, []

    def _commit_alone(self, item: _Item) -> None:
        """One bad capture must not take the others with it: it becomes a problem of its own document."""
        try:
            self._commit([item])
        except StorageError:
            raise
        except Exception as error:
            log.exception("could not process %r", item)
            if isinstance(item, _Captured):
                problem = Problem(kind=ProblemKind.DAMAGED, detail=f"could not be processed: {type(error).__name__}")
                capture = item.capture
                self._commit(
                    [_Failed(capture.source_id, capture.document_key, capture.url, problem, capture.fetched_at)]
                )
            else:
                raise

    # One item at a time ------------------------------------------------------------------------------------------

    def _apply(self, uow: UnitOfWork, memory: _Memory, item: _Item) -> None:
        match item:
            case _Captured(capture):
                self._apply_capture(uow, memory, capture)
            case _Unchanged(source_id, key, at):
                known = self._known(memory, source_id, key)
                if known is not None:
                    self._remember(
                        memory,
                        replace(
                            known,
                            last_attempt_at=at,
                            last_ok_at=at,
                            checks=known.checks + 1,
                            failures=0,
                            suspect="",
                            suspect_at=None,
                        ),
                    )
                if key.startswith("index:"):
                    self._count(memory, source_id, indexed=1)
                else:
                    self._count(memory, source_id, good=1, unchanged=1)
            case _Indexed(index, refs, at):
                self._apply_index(memory, index, refs, at)
            case _Failed():
                self._apply_failure(memory, item)
            case _Finished(source_id, at):
                self._finish(uow, memory, source_id, at)

    def _apply_capture(self, uow: UnitOfWork, memory: _Memory, capture: Capture) -> None:
        source = self._sources[capture.source_id]
        known = self._known(memory, source.id, capture.document_key) or self._captured(capture)
        try:
            result = read(uow, capture, source, known, self._judgement.finder)
        except BlobMissingError as error:
            # One damaged body of the archive must not blind every source; it is named until somebody mends it.
            problem = Problem(kind=ProblemKind.DAMAGED, detail=f"the archive is damaged: {error}")
            self._problem(memory, source.id, capture.url, problem)
            return
        self._remember(memory, result.known)
        if result.problem is None and capture.memento_at is not None:
            self._copied(memory, source.id, copies=capture.memento_at)
            memory.tallies[source.id] = replace(memory.tallies[source.id], met=capture.met)
        if result.withdrawn:
            self._judgement.tell_withdrawn(uow, source, result.known)
        if result.problem is not None:
            self._problem(memory, source.id, capture.url, result.problem)
            return
        if result.snapshot is None:
            self._count(memory, source.id, good=1, unchanged=1)
            return
        news = (result.before is not None or not result.known.baseline) and not result.quiet
        if news and result.before is None and self._stands_elsewhere(memory, capture):
            news = False  # a file put up at a second address says nothing new
        if result.doubt is not None:
            self._judgement.tell_doubtful(uow, source, result.known, result.doubt)
        verdicts = self._judgement.judge_reading(uow, source, result, news=news, at=capture.fetched_at)
        memory.verdicts[source.id] = memory.verdicts.get(source.id, ()) + (verdicts if news else ())
        first = result.before is None
        self._count(memory, source.id, good=1, fresh=int(first), changed=int(not first))

    def _apply_index(self, memory: _Memory, index: KnownDocument, refs: Sequence[DocumentRef], at: datetime) -> None:
        before = self._known(memory, index.source_id, index.key)
        discovered_at = before.discovered_at if before is not None else at
        copied_at, known_to = index.last_ok_at, before.last_ok_at if before is not None else None
        self._count(memory, index.source_id, indexed=1)
        if copied_at is not None:
            self._copied(memory, index.source_id, index_copies=copied_at)
            if known_to is not None and copied_at <= known_to:
                # A copy no newer than what was read of it names nothing new, and would take versions back.
                index, refs = replace(index, last_ok_at=known_to), ()
        read_at = index.last_ok_at or at
        self._remember(memory, replace(index, discovered_at=discovered_at, last_attempt_at=at, last_ok_at=read_at))
        for ref in refs:
            known = self._known(memory, index.source_id, ref.key)
            if known is None:
                self._remember(memory, self._discovered(index.source_id, ref, at))
            elif ref.version and ref.version != known.version:
                # Unread until it has been read in this version, even if that only succeeds in a later run.
                self._remember(memory, replace(known, version=ref.version, url=ref.url, last_ok_at=None))

    def _apply_failure(self, memory: _Memory, failure: _Failed) -> None:
        if SPENT_HOUR in failure.problem.signals:
            # Nothing was asked, so nothing is known of it that was not known before: it is as due as it was.
            tally = memory.tallies.get(failure.source_id, Tally())
            memory.tallies[failure.source_id] = replace(tally, left=tally.left + 1, shortage=failure.problem)
            return
        known = self._known(memory, failure.source_id, failure.key)
        if known is not None:
            self._remember(memory, replace(known, last_attempt_at=failure.at, failures=known.failures + 1))
        self._problem(memory, failure.source_id, failure.url, failure.problem, index=failure.key.startswith("index:"))

    def _finish(self, uow: UnitOfWork, memory: _Memory, source_id: str, at: datetime) -> None:
        source = self._sources[source_id]
        tally = memory.tallies.pop(source_id, Tally())
        before = memory.held.get(source_id) or self._plan.ledger(source_id)
        if tally == Tally():
            # The run ended before anything was asked: neither good nor bad, and still due.
            memory.reports.append(_report(source_id, before, tally, (), read=False))
            return
        ledger, turn = after_reading(
            before,
            tally,
            source,
            at,
            alert_after=self._alert_after,
            next_due=self._next_due,
        )
        memory.ledgers[source_id] = ledger
        if before.next_due_at is not None and before.next_due_at <= at:
            memory.slots.append(Slot(source_id=source_id, due_at=before.next_due_at, read_at=at))
        self._judgement.tell_health(uow, source, before, ledger, turn, at=at)
        verdicts = memory.verdicts.pop(source_id, ())
        memory.reports.append(_report(source_id, ledger, tally, verdicts, read=ledger.health is Health.OK))
        for key in [key for key in memory.known if key[0] == source_id]:
            del memory.known[key]

    def _stands_elsewhere(self, memory: _Memory, capture: Capture) -> bool:
        """Whether another document of the source was last read in these very bytes."""
        if capture.part:
            return False  # one body carries many posts, and the list that it is bears the same digest
        plan = self._plan.open.get(capture.source_id)
        others = {**(plan.documents if plan is not None else {})}
        others |= {key: known for (source_id, key), known in memory.known.items() if source_id == capture.source_id}
        digest = capture.sha256
        return any(known.sha256 == digest and key != capture.document_key for key, known in others.items())

    # Small steps -------------------------------------------------------------------------------------------------

    def _known(self, memory: _Memory, source_id: str, key: str) -> KnownDocument | None:
        if (source_id, key) in memory.known:
            return memory.known[source_id, key]
        plan = self._plan.open.get(source_id)
        return plan.documents.get(key) if plan is not None else None

    def _unheard_of(self, memory: _Memory, items: Sequence[_Item]) -> Sequence[KnownDocument]:
        """The documents of `items` that the store does not hold yet, for their captures to refer to."""
        captures = [item.capture for item in items if isinstance(item, _Captured)]
        return [
            self._captured(capture)
            for capture in captures
            if self._known(memory, capture.source_id, capture.document_key) is None
        ]

    def _captured(self, capture: Capture) -> KnownDocument:
        return self._discovered(
            capture.source_id, DocumentRef(key=capture.document_key, url=capture.url), capture.fetched_at
        )

    def _discovered(self, source_id: str, ref: DocumentRef, at: datetime) -> KnownDocument:
        return KnownDocument(
            source_id=source_id,
            key=ref.key,
            url=ref.url,
            title=ref.title,
            published_on=ref.published_on,
            version=ref.version,
            baseline=self._plan.ledger(source_id).baseline_at is None,
            discovered_at=at,
        )

    def _remember(self, memory: _Memory, document: KnownDocument) -> None:
        memory.known[document.source_id, document.key] = document
        memory.unsaved[document.source_id, document.key] = document

    def _count(self, memory: _Memory, source_id: str, **more: int) -> None:
        tally = memory.tallies.get(source_id, Tally())
        grown: dict[str, Any] = {name: getattr(tally, name) + count for name, count in more.items()}
        memory.tallies[source_id] = replace(tally, **grown)

    def _copied(self, memory: _Memory, source_id: str, **moments: datetime) -> None:
        tally = memory.tallies.get(source_id, Tally())
        grown: dict[str, Any] = {name: (*getattr(tally, name), moment) for name, moment in moments.items()}
        memory.tallies[source_id] = replace(tally, **grown)

    def _problem(self, memory: _Memory, source_id: str, url: str, problem: Problem, *, index: bool = False) -> None:
        tally = memory.tallies.get(source_id, Tally())
        memory.tallies[source_id] = (
            replace(tally, index=problem) if index else replace(tally, problems=(*tally.problems, (url, problem)))
        )


def _source_of(item: _Item) -> str:
    match item:
        case _Captured(capture):
            return capture.source_id
        case _Indexed(index):
            return index.source_id
        case _:
            return item.source_id


def _report(
    source_id: str, ledger: SourceHealth, tally: Tally, verdicts: tuple[StoredVerdict, ...], *, read: bool
) -> SourceReport:
    return SourceReport(
        source_id=source_id, read=read, health=ledger.health, detail=ledger.detail, tally=tally, verdicts=verdicts
    )
