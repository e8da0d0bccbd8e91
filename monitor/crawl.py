"""Runs spiders: the one place where a Scrapy process is started.

A reactor can live once in a process, so a crawl is the last network work of its process; the daemon starts a child
for each batch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.config import Config
from monitor.errors import MonitorError
from monitor.logs import quiet_libraries
from monitor.model import Capture, DocumentRef, KnownDocument, Problem, Source
from monitor.ports import Clock, CrawlPlan, CrawlSink, SourcePlan


def crawl(plan: CrawlPlan, sink: CrawlSink, *, config: Config, clock: Clock, requests: int | None = None) -> None:
    """Read every source of `plan`, telling `sink`; returns when all are finished or a stop signal has been served.

    `requests` bounds what may be asked of each source. Raises the first error that `sink` or `plan` raised; the crawl
    is stopped at once then.
    """
    import scrapy.core.downloader.handlers.http11  # noqa: F401 - walks the stack while it loads, so while that is low
    from scrapy.crawler import AsyncCrawlerProcess

    from spiders.fleet import Fleet
    from spiders.reading import Budget
    from spiders.settings import crawl_settings

    process = AsyncCrawlerProcess(
        crawl_settings(
            contact=config.contact,
            min_gap=config.min_gap,
            allow_hosts=config.allow_hosts,
            manners=str(config.data_dir / "manners"),
        )
    )
    quiet_libraries()
    crawler = process.create_crawler(Fleet)
    guard = _Guard(sink, stop=lambda: _stop(crawler))
    process.crawl(crawler, plan=plan, sink=guard, clock=clock, budget=Budget(requests=requests) if requests else None)
    process.start()
    error = guard.error or getattr(crawler.spider, "error", None)
    if error is not None:
        raise error


def _stop(crawler: Any) -> None:
    import asyncio

    if crawler.engine is not None:
        task = asyncio.ensure_future(crawler.engine.close_spider_async(reason="sink_failed"))
        _STOPPING.add(task)
        task.add_done_callback(_STOPPING.discard)


_STOPPING: set[Any] = set()
"""Keeps the closing task alive: the event loop itself holds only weak references."""


class _Guard:
    """Passes everything to `sink` until that fails; then keeps the error and stops the crawl.

    Scrapy logs an exception of a callback and goes on, which would turn a full disk into silence.
    """

    def __init__(self, sink: CrawlSink, stop: Callable[[], None]) -> None:
        self._sink, self._stop = sink, stop
        self.error: Exception | None = None

    def _call(self, method: Callable[..., None], *arguments: Any, **named: Any) -> None:
        if self.error is not None:
            return
        try:
            method(*arguments, **named)
        except Exception as error:
            self.error = error
            self._stop()

    def captured(self, capture: Capture) -> None:
        self._call(self._sink.captured, capture)

    def unchanged(self, source_id: str, document_key: str, *, at: datetime) -> None:
        self._call(self._sink.unchanged, source_id, document_key, at=at)

    def indexed(self, index: KnownDocument, refs: Sequence[DocumentRef], *, at: datetime) -> None:
        self._call(self._sink.indexed, index, refs, at=at)

    def failed(self, source_id: str, document_key: str, url: str, problem: Problem, *, at: datetime) -> None:
        self._call(self._sink.failed, source_id, document_key, url, problem, at=at)

    def progress(self, source_id: str, requests: int) -> None:
        self._call(self._sink.progress, source_id, requests)

    def finished(self, source_id: str, *, at: datetime) -> None:
        self._call(self._sink.finished, source_id, at=at)


@dataclass(slots=True)
class Preview:
    """A `CrawlPlan` and `CrawlSink` for looking at one source without storing anything."""

    source: Source
    now: datetime
    captures: list[Capture] = field(default_factory=list)
    refs: list[DocumentRef] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)

    def __iter__(self) -> Iterator[SourcePlan]:
        yield SourcePlan(source=self.source, documents={}, now=self.now)

    def __len__(self) -> int:
        return 1

    def captured(self, capture: Capture) -> None:
        self.captures.append(capture)

    def unchanged(self, source_id: str, document_key: str, *, at: datetime) -> None:
        raise MonitorError(f"{source_id}: {document_key} was answered as unchanged, though nothing is known of it")

    def indexed(self, index: KnownDocument, refs: Sequence[DocumentRef], *, at: datetime) -> None:
        self.refs.extend(refs)

    def failed(self, source_id: str, document_key: str, url: str, problem: Problem, *, at: datetime) -> None:
        self.problems.append((url, problem))

    def progress(self, source_id: str, requests: int) -> None:
        pass

    def finished(self, source_id: str, *, at: datetime) -> None:
        pass
