"""The one spider of a run: it reads all sources of a plan, whatever their kind, through one queue per host.

Separate crawls would not know of each other's requests, and a host that carries a feed, a list and three watched
pages would get five visitors at a time. Here a host answers one question, then the next source's turn comes.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any, cast

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from monitor.model import Problem, ProblemKind
from monitor.ports import Clock, CrawlPlan, CrawlSink, SourcePlan
from spiders.base import SourceSpider
from spiders.captures import capture_of
from spiders.confirming import PARTIAL, confirmed
from spiders.hosts import HostQueues
from spiders.problems import problem_of
from spiders.reading import ASK, Ask, Budget, Reading
from spiders.registry import load
from spiders.wire import SPENT

log = logging.getLogger(__name__)

OPEN_READINGS = 1024
"""Sources read at the same time: enough to keep every host busy, few enough to hold in memory."""


class Fleet(scrapy.Spider):
    """Reads every source of `plan` and tells `sink`; one per crawl.

    `plan` is consumed as sources finish, so ten thousand of them need not be in memory at once. `budget` holds for
    each source. `error` is what broke the plan while it was consumed, if anything did: the caller raises it.
    """

    name = "fleet"

    def __init__(self, *, plan: CrawlPlan, sink: CrawlSink, clock: Clock, budget: Budget | None = None) -> None:
        super().__init__()
        self.plan, self.sink, self.clock = plan, sink, clock
        self.budget = budget or Budget()
        self.error: Exception | None = None
        self._open: set[Reading] = set()
        self._queues: HostQueues[Ask] = HostQueues()
        self._kinds: dict[str, SourceSpider] = {}
        self._room = asyncio.Event()

    async def start(self) -> AsyncIterator[Request]:
        """Begin one source after the other, never more than `OPEN_READINGS` at once."""
        try:
            for plan in self.plan:
                while len(self._open) >= OPEN_READINGS:
                    self._room.clear()
                    await self._room.wait()
                for request in self._begin(plan):
                    yield request
        except Exception as error:
            self.error = error
            raise

    def closed(self, reason: str) -> None:
        """However the crawl ended, every source that was begun is finished."""
        self._room.set()
        for reading in tuple(self._open):
            self._finish(reading)

    # One source --------------------------------------------------------------------------------------------------

    def _begin(self, plan: SourcePlan) -> list[Request]:
        reading = Reading(plan=plan, sink=self.sink, clock=self.clock, budget=self.budget)
        self._open.add(reading)
        source = plan.source
        asks = self._guarded(reading, "", source.url, lambda: self._kind(source.spider).read(reading))
        self._enqueue(reading, asks)
        return self._release()

    def _kind(self, name: str) -> SourceSpider:
        if name not in self._kinds:
            self._kinds[name] = load(name).from_crawler(self.crawler)
        return self._kinds[name]

    def _guarded(self, reading: Reading, key: str, url: str, step: Callable[[], Iterable[Ask]]) -> list[Ask]:
        """The questions of `step`. A fault of our own spider is this source's problem, not the end of the crawl."""
        try:
            return list(step())
        except Exception as error:
            log.exception("%s: could not be read", reading.source.id)
            detail = f"an error in the monitor itself: {type(error).__name__}"
            reading.failed(key, url, Problem(kind=ProblemKind.DAMAGED, detail=detail))
            return []

    def _enqueue(self, reading: Reading, asks: Iterable[Ask], *, settled: int = 0) -> None:
        """Queue what is asked next, after `settled` questions have ended; with the last one the reading is over."""
        for ask in asks:
            reading.open += 1
            self._queues.put(ask.host, reading, ask, first=ask.first)
        reading.open -= settled
        if reading.open == 0:
            self._finish(reading)

    def _finish(self, reading: Reading) -> None:
        if reading in self._open:
            self._open.discard(reading)
            self._room.set()
            self.sink.finished(reading.source.id, at=self.clock.now())

    # One request -------------------------------------------------------------------------------------------------

    def _release(self) -> list[Request]:
        """The requests that may go out now: the next one of every host that is free."""
        requests = []
        while (taken := self._queues.next()) is not None:
            host, ask = taken
            reading = ask.reading
            if reading.exhausted:
                dropped = self._queues.drop(reading)
                log.info("%s: %d pages are left for the next run", reading.source.id, 1 + len(dropped))
                self._queues.free(host)
                self._enqueue(reading, (), settled=1 + len(dropped))
                continue
            try:
                requests.append(self._request(ask))
            except ValueError as error:  # an address that Scrapy cannot read, as pages have them
                self._queues.free(host)
                self._enqueue(reading, self._malformed(ask, error), settled=1)
                continue
            reading.send()
        return requests

    def _malformed(self, ask: Ask, error: ValueError) -> list[Ask]:
        problem = Problem(kind=ProblemKind.OFF_SITE, detail=f"the address is malformed: {error}", signals=("address",))
        return self._guarded(ask.reading, ask.key, ask.url, lambda: ask.failed(problem))

    def _request(self, ask: Ask) -> Request:
        return Request(
            ask.url,
            callback=self._answered,
            errback=self._unanswered,
            headers={"Accept-Language": _languages(ask.reading.source.languages), **ask.validators},
            meta={ASK: ask, "download_slot": ask.host, "download_maxsize": ask.limit},
            dont_filter=True,
        )

    def _answered(self, response: Response) -> list[Request]:
        """Scrapy's callback of every request."""
        ask: Ask = response.meta[ASK]
        return self._settle(ask, response.meta, lambda: self._dispatch(ask, response))

    def _unanswered(self, failure: Failure) -> list[Request]:
        """Scrapy's errback of every request."""
        ask: Ask = failure.request.meta[ASK]  # type: ignore[attr-defined]
        problem = problem_of(cast("BaseException", failure.value), limit=ask.limit)
        return self._settle(ask, failure.request.meta, lambda: ask.failed(problem))  # type: ignore[attr-defined]

    def _dispatch(self, ask: Ask, response: Response) -> Iterable[Ask]:
        if response.status == 304:
            if ask.validators:
                return ask.unchanged()
            detail = "answered 304 (unchanged) to a request that set no condition"
            return ask.failed(Problem(kind=ProblemKind.HTTP_ERROR, detail=detail, signals=("304",)))
        capture = capture_of(ask, response, self.clock.now())
        known = ask.known
        if known is not None and response.status == 200 and known.sha256 == capture.sha256:
            return ask.unchanged()
        if PARTIAL in capture.flags and capture.status == 200 and not ask.confirms:
            return confirmed(ask, capture)
        return ask.read(capture)

    def _settle(self, ask: Ask, meta: Mapping[str, Any], step: Callable[[], Iterable[Ask]]) -> list[Request]:
        reading = ask.reading
        reading.spent(meta.get(SPENT, 0.0))
        asks = self._guarded(reading, ask.key, ask.url, step)
        self.sink.progress(reading.source.id, 1)
        self._queues.free(ask.host)
        self._enqueue(reading, asks, settled=1)
        return self._release()


def _languages(codes: tuple[str, ...]) -> str:
    """`Accept-Language` for the languages of a source, in falling order: sites that negotiate must not flap."""
    return ", ".join(code if n == 0 else f"{code};q={max(1 - n / 10, 0.1):.1f}" for n, code in enumerate(codes))
