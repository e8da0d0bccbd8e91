"""Runs spiders: the one place where a Scrapy process is started.

A reactor can live once in a process, so a crawl is the last network work of its process; the daemon starts a child
for each batch.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from monitor.config import Config
from monitor.logs import quiet_libraries
from monitor.model import Capture, DocumentRef, KnownDocument, Problem
from monitor.ports import Clock, CrawlPlan, CrawlSink

_PULSE_SECONDS = 5.0


def crawl(
    plan: CrawlPlan,
    sink: CrawlSink,
    *,
    config: Config,
    clock: Clock,
    requests: int | None = None,
    pulse: Callable[[], None] | None = None,
) -> None:
    """Read every source of `plan`, telling `sink`; returns when all are finished or a stop signal has been served.

    `requests` bounds what may be asked of each source. `pulse` is called every five seconds, in the thread that calls
    `sink`, as long as the crawl moves. Raises the first error that `sink`, `pulse` or `plan`
    raised; the crawl is stopped at once then.
    """
    import scrapy.core.downloader.handlers.http11  # noqa: F401 - walks the stack while it loads, so while that is low
    from scrapy import signals
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
            hourly=config.hourly,
            browser=config.browser,
            archive=config.archive,
        )
    )
    quiet_libraries()
    crawler = process.create_crawler(Fleet)
    guard = _Guard(sink, stop=lambda: _stop(crawler))
    process.crawl(crawler, plan=plan, sink=guard, clock=clock, budget=Budget(requests=requests) if requests else None)
    if pulse is not None:
        beats = _Pulse(lambda: guard.call(pulse))
        crawler.signals.connect(beats.start, signal=signals.spider_opened)
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


class _Pulse:
    """Calls `beat` again and again while the event loop runs."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat

    def start(self) -> None:
        import asyncio

        asyncio.get_running_loop().call_later(_PULSE_SECONDS, self._again)

    def _again(self) -> None:
        self._beat()
        self.start()


_STOPPING: set[Any] = set()
"""Keeps the closing task alive: the event loop itself holds only weak references."""


class _Guard:
    """Passes everything to `sink` until that fails; then keeps the error and stops the crawl.

    Scrapy logs an exception of a callback and goes on, which would turn a full disk into silence.
    """

    def __init__(self, sink: CrawlSink, stop: Callable[[], None]) -> None:
        self._sink, self._stop = sink, stop
        self.error: Exception | None = None

    def call(self, method: Callable[..., None], *arguments: Any, **named: Any) -> None:
        if self.error is not None:
            return
        try:
            method(*arguments, **named)
        except Exception as error:
            self.error = error
            self._stop()

    def captured(self, capture: Capture) -> None:
        self.call(self._sink.captured, capture)

    def unchanged(self, source_id: str, document_key: str, *, at: datetime) -> None:
        self.call(self._sink.unchanged, source_id, document_key, at=at)

    def indexed(self, index: KnownDocument, refs: Sequence[DocumentRef], *, at: datetime) -> None:
        self.call(self._sink.indexed, index, refs, at=at)

    def failed(self, source_id: str, document_key: str, url: str, problem: Problem, *, at: datetime) -> None:
        self.call(self._sink.failed, source_id, document_key, url, problem, at=at)

    def progress(self, source_id: str, requests: int) -> None:
        self.call(self._sink.progress, source_id, requests)

    def finished(self, source_id: str, *, at: datetime) -> None:
        self.call(self._sink.finished, source_id, at=at)
