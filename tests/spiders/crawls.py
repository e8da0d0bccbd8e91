"""Real crawls for tests. A reactor lives once in a process: one child process holds it and runs crawl after crawl."""

import asyncio
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from monitor.model import Capture, DocumentRef, KnownDocument, Problem, Source
from monitor.ports import SourcePlan
from spiders.reading import Budget

NOW = datetime(2026, 6, 8, 5, 0, tzinfo=UTC)


class Clock:
    """It is always the same moment."""

    def __init__(self, at: datetime = NOW) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


@dataclass
class Told:
    """A `CrawlSink` that writes down what it is told, in order and by kind."""

    order: list[tuple[str, str]] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    indexes: list[tuple[KnownDocument, tuple[DocumentRef, ...]]] = field(default_factory=list)
    problems: list[tuple[str, str, str, Problem]] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    requests: int = 0
    error: str = ""

    def captured(self, capture: Capture) -> None:
        self.order.append(("captured", capture.document_key))
        self.captures.append(capture)

    def unchanged(self, source_id: str, document_key: str, *, at: datetime) -> None:
        self.order.append(("unchanged", document_key))
        self.same.append((source_id, document_key))

    def indexed(self, index: KnownDocument, refs: Sequence[DocumentRef], *, at: datetime) -> None:
        self.order.append(("indexed", index.key))
        self.indexes.append((index, tuple(refs)))

    def failed(self, source_id: str, document_key: str, url: str, problem: Problem, *, at: datetime) -> None:
        self.order.append(("failed", document_key))
        self.problems.append((source_id, document_key, url, problem))

    def progress(self, source_id: str, requests: int) -> None:
        self.requests += requests

    def finished(self, source_id: str, *, at: datetime) -> None:
        self.order.append(("finished", source_id))
        self.over.append(source_id)

    # What tests ask ----------------------------------------------------------------------------------------------

    @property
    def captured_urls(self) -> list[str]:
        return [capture.url for capture in self.captures]

    @property
    def kinds(self) -> list[str]:
        return [str(problem.kind) for _, _, _, problem in self.problems]

    @property
    def problem(self) -> Problem:
        """The only problem there was."""
        ((_, _, _, problem),) = self.problems
        return problem

    @property
    def refs(self) -> list[DocumentRef]:
        return [ref for _, refs in self.indexes for ref in refs]


def remember(
    documents: Mapping[str, KnownDocument], told: Told, *, now: datetime = NOW, source_id: str = "s"
) -> dict[str, KnownDocument]:
    """What a monitor knows after a run: good captures read, indexes and their documents noted, failures counted."""
    known = dict(documents)
    for index, refs in told.indexes:
        known[index.key] = replace(index, last_attempt_at=now, last_ok_at=now)
        for ref in refs:
            before = known.get(ref.key)
            if before is None:
                known[ref.key] = KnownDocument(
                    source_id=source_id,
                    key=ref.key,
                    url=ref.url,
                    title=ref.title,
                    published_on=ref.published_on,
                    version=ref.version,
                    discovered_at=now,
                )
            elif ref.version and ref.version != before.version:
                known[ref.key] = replace(before, version=ref.version, last_ok_at=None)
    for capture in told.captures:
        if capture.status == 200:
            fresh = KnownDocument(source_id=source_id, key=capture.document_key, url=capture.url, discovered_at=now)
            before = known.get(capture.document_key, fresh)
            known[capture.document_key] = replace(
                before,
                last_attempt_at=now,
                last_ok_at=now,
                etag=capture.header("etag"),
                last_modified=capture.header("last-modified"),
                sha256=capture.sha256,
                checks=before.checks + 1,
            )
    for _, key in told.same:
        known[key] = replace(known[key], last_attempt_at=now, last_ok_at=now, checks=known[key].checks + 1)
    for _, key, _, _ in told.problems:
        if key in known:
            known[key] = replace(known[key], last_attempt_at=now, failures=known[key].failures + 1)
    return known


@dataclass(frozen=True)
class Job:
    """One crawl to run."""

    plans: tuple[SourcePlan, ...]
    now: datetime
    settings: dict[str, Any]
    budget: Budget | None
    stop_after: float | None


class Crawls:
    """Runs crawls in its child."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._child.start()
        theirs.close()

    def close(self) -> None:
        self._pipe.send(None)
        self._child.join(10)
        self._pipe.close()

    def __call__(
        self,
        *sources: Source,
        documents: Mapping[str, KnownDocument] | None = None,
        allow: Iterable[str] = (),
        now: datetime = NOW,
        gap: float = 0.0,
        budget: Budget | None = None,
        stop_after: float | None = None,
        **settings: Any,
    ) -> Told:
        """Read `sources`, of which `documents` are known.

        `allow` adds to the sources' own addresses; `stop_after` seconds the run is told to stop.
        """
        from urllib.parse import urlsplit

        from spiders.settings import crawl_settings

        hosts = {urlsplit(source.url).netloc for source in sources} | set(allow)
        values = crawl_settings(
            contact="mailto:desk@example.org",
            min_gap=timedelta(seconds=gap),
            allow_hosts=sorted(hosts),
            version="9.9",
        )
        plans = tuple(SourcePlan(source=source, documents=documents or {}, now=now) for source in sources)
        self._pipe.send(
            Job(plans=plans, now=now, settings={**values, **settings}, budget=budget, stop_after=stop_after)
        )
        told: Told = self._pipe.recv()
        if told.error:
            raise RuntimeError(told.error)
        return told


class _Plans:
    def __init__(self, plans: tuple[SourcePlan, ...]) -> None:
        self._plans = plans

    def __len__(self) -> int:
        return len(self._plans)

    def __iter__(self) -> Iterator[SourcePlan]:
        return iter(self._plans)


def _serve(pipe: Connection) -> None:
    """The child: a reactor on the main thread, jobs from the pipe on another."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor: Any = import_module("twisted.internet.asyncioreactor")
    asyncioreactor.install(loop)
    reactor: Any = import_module("twisted.internet.reactor")
    logging.getLogger("scrapy").setLevel(logging.WARNING)

    def work() -> None:
        while (job := pipe.recv()) is not None:
            pipe.send(asyncio.run_coroutine_threadsafe(_crawl(job), loop).result())
        reactor.callFromThread(reactor.stop)

    reactor.callWhenRunning(threading.Thread(target=work, daemon=True).start)
    reactor.run(installSignalHandlers=False)


async def _crawl(job: Job) -> Told:
    from scrapy.crawler import AsyncCrawlerRunner

    from spiders.fleet import Fleet

    told = Told()
    runner = AsyncCrawlerRunner(job.settings)
    stopping: list[asyncio.Task[None]] = []
    if job.stop_after is not None:
        loop = asyncio.get_running_loop()
        loop.call_later(job.stop_after, lambda: stopping.append(asyncio.ensure_future(runner.stop())))
    try:
        await runner.crawl(Fleet, plan=_Plans(job.plans), sink=told, clock=Clock(job.now), budget=job.budget)
    except Exception as error:
        told.error = repr(error)
    return told
