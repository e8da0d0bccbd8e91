"""The one spider of a run: it reads all sources of a plan, whatever their kind, through one queue per host.

Separate crawls would not know of each other's requests, and a host that carries a feed, a list and three watched
pages would get five visitors at a time. Here a host answers one question, then the next source's turn comes.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from monitor.model import SPENT_HOUR, Capture, Problem, ProblemKind, Way
from monitor.ports import Clock, CrawlPlan, CrawlSink, SourcePlan
from spiders import chromium
from spiders.base import SourceSpider
from spiders.captures import capture_of
from spiders.confirming import PARTIAL, confirmed
from spiders.hosts import HostQueues
from spiders.mementos import Further, taken, timegate_url
from spiders.problems import problem_of
from spiders.reading import ASK, WAY, Ask, Budget, Reading
from spiders.registry import load
from spiders.ways import following, phrases, summed, unfinished
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
        self._looked = False

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

    @property
    def _archive(self) -> str:
        archive: str = self.crawler.settings["MONITOR_ARCHIVE"]
        return archive

    # One source --------------------------------------------------------------------------------------------------

    def _begin(self, plan: SourcePlan) -> list[Request]:
        reading = Reading(plan=plan, sink=self.sink, clock=self.clock, budget=self.budget)
        self._open.add(reading)
        source = plan.source
        if Way.BROWSER in source.fetch:
            self._look_for_browser(source.id)
        asks = self._guarded(reading, "", source.url, lambda: self._kind(source.spider).read(reading))
        self._enqueue(reading, asks)
        return self._release()

    def _look_for_browser(self, source_id: str) -> None:
        """Say once, and before anything is asked, that there is no browser where one will be needed."""
        if self._looked:
            return
        self._looked = True
        if why := chromium.fault(self.crawler.settings["MONITOR_BROWSER"]):
            log.warning("%s: %s; until then such sources are read by their other ways only", source_id, why)

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
        for ask in map(self._turned, asks):
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
            ask.address,
            callback=self._answered,
            errback=self._unanswered,
            headers={"Accept-Language": _languages(ask.reading.source.languages), **ask.validators},
            meta={ASK: ask, WAY: ask.way, "download_slot": ask.host, "download_maxsize": ask.limit},
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
        step = partial(self._left if SPENT_HOUR in problem.signals else self._unread, ask, problem)
        return self._settle(ask, failure.request.meta, step)  # type: ignore[attr-defined]

    def _dispatch(self, ask: Ask, response: Response) -> Iterable[Ask]:
        if response.status == 304:
            if ask.validators:
                return ask.unchanged()
            detail = "answered 304 (unchanged) to a request that set no condition"
            return self._unread(ask, Problem(kind=ProblemKind.HTTP_ERROR, detail=detail, signals=("304",)))
        capture = capture_of(ask, response, self.clock.now())
        if ask.way is Way.ARCHIVE:
            found = taken(
                capture, url=ask.url, archive=self._archive, site=ask.reading.site, asked=(*ask.asked, ask.address)
            )
            if isinstance(found, Problem):
                return self._unread(ask, found)
            if isinstance(found, Further):
                return (replace(ask, address=found.url, asked=(*ask.asked, ask.address), first=True),)
            capture = found
        return self._brought(ask, capture)

    def _brought(self, ask: Ask, capture: Capture) -> Iterable[Ask]:
        known = ask.known
        # An archive's copy is never the page unchanged: only whoever knows its moment can say what it is worth.
        same = known is not None and capture.status == 200 and known.sha256 == capture.sha256
        if same and capture.way is not Way.ARCHIVE:
            return ask.unchanged()
        if PARTIAL in capture.flags and capture.status == 200 and not ask.confirms:
            return confirmed(ask, capture)
        half = unfinished(capture, ask.reading.source)
        if half is not None:
            return self._unread(ask, half)
        problem = ask.judge(capture) if ask.ways[1:] else None
        onward = self._onward(ask, problem) if problem is not None else None
        return (onward,) if onward is not None else ask.read(replace(capture, met=phrases(ask.met)))

    # Ways --------------------------------------------------------------------------------------------------------

    def _unread(self, ask: Ask, problem: Problem) -> Iterable[Ask]:
        onward = self._onward(ask, problem)
        if onward is not None:
            return (onward,)
        return ask.failed(summed((*ask.met, (ask.way, problem))))

    def _left(self, ask: Ask, problem: Problem) -> Iterable[Ask]:
        """Tell that nothing was asked, for lack of room in our own budget: no reason to try another way or address."""
        ask.reading.failed(ask.key, ask.url, problem)
        return ()

    def _onward(self, ask: Ask, problem: Problem) -> Ask | None:
        """The same question by the next way, if `problem` is a reason to leave this one."""
        left = following(ask.ways, problem, fallback=bool(ask.met))
        if not left:
            return None
        if problem.kind is ProblemKind.BLOCKED:
            ask.reading.refused[ask.host, ask.way] = problem
        log.debug("%s: %s is asked for by the way %s: %s", ask.reading.source.id, ask.url, left[0], problem.detail)
        met = (*ask.met, (ask.way, problem))
        return replace(ask, ways=left, met=met, address="", host="", asked=(), first=True)

    def _turned(self, ask: Ask) -> Ask:
        """`ask` by the first of its ways that its host has not refused in this reading, and at the right address."""
        while (problem := ask.reading.refused.get((ask.host, ask.way))) is not None:
            onward = self._onward(ask, problem)
            if onward is None:
                break
            ask = replace(onward, first=ask.first)
        if ask.way is Way.ARCHIVE and not ask.asked:
            return replace(ask, address=timegate_url(self._archive, ask.url), host="")
        return ask

    def _settle(self, ask: Ask, meta: Mapping[str, Any], step: Callable[[], Iterable[Ask]]) -> list[Request]:
        reading = ask.reading
        reading.spent(meta.get(SPENT, 0.0))
        self.sink.progress(reading.source.id, 1)  # before the work on it, which may end the process
        asks = self._guarded(reading, ask.key, ask.url, step)
        self._queues.free(ask.host)
        self._enqueue(reading, asks, settled=1)
        return self._release()


def _languages(codes: tuple[str, ...]) -> str:
    """`Accept-Language` for the languages of a source, in falling order: sites that negotiate must not flap."""
    return ", ".join(code if n == 0 else f"{code};q={max(1 - n / 10, 0.1):.1f}" for n, code in enumerate(codes))
