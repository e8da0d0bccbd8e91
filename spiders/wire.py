"""What a server may cost us on the wire: seconds for a question with its redirects and retries, bytes of headers."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, NotSupported
from scrapy.http import Response
from twisted.python.failure import Failure

from monitor.model import Problem, ProblemKind, Way
from spiders.browser import Browser
from spiders.hourly import HourlyBudget
from spiders.problems import Declined
from spiders.reading import WAY

SPENT = "wire_seconds"
"""Seconds a question has spent on the wire so far (`Request.meta`); retries and redirects carry it on."""

LONGEST_ATTEMPT = "longest_attempt"
"""Seconds for one attempt, where a question sets less than `DOWNLOAD_TIMEOUT` (`Request.meta`)."""

HEADERS_LIMIT = 256 * 1024
"""Bytes a server may send before the body begins; the big ones of real sites are below 32 KiB."""


class HeadersTooLargeError(ValueError):
    """The headers of an answer do not end."""


class _Protocol(_LenientHTTP11ClientProtocol):
    """Twisted's parser bounds a line but not the number of lines, nor of interim (1xx) answers."""

    _before_body = 0

    def request(self, request: Any) -> Any:
        self._before_body = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's interface
        """Pass `data` on while the headers have not grown beyond their limit."""
        if self._parser is not None and self._parser.state in ("STATUS", "HEADER"):
            self._before_body += len(data)
            if self._before_body > HEADERS_LIMIT + len(data):
                error = HeadersTooLargeError(f"more than {HEADERS_LIMIT // 1024} KiB of headers")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: N802 - Twisted's interface
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class TimedHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https with a total deadline and bounded headers.

    `DOWNLOAD_TIMEOUT` bounds one attempt from connecting to the last byte, `MONITOR_DEADLINE` all attempts of one
    question together. Waiting in a queue for one's turn is politeness and costs nothing here.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._pool._factory = _Factory
        self._attempt = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._question = crawler.settings.getfloat("MONITOR_DEADLINE")
        self._gap = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._ended: dict[str, float] = {}

    async def download_request(self, request: Request) -> Response:
        """Download within what is left of the deadline. Raises DownloadTimeoutError when it is used up.

        Raises Declined when the hourly budget of its host has no room for it.
        """
        if request.meta.get(WAY) is not Way.BROWSER:
            return await self._timed(request, super().download_request)
        browser = self._crawler.get_extension(Browser)
        if browser is None:
            raise NotSupported("the crawl has no browser")
        async with browser.turn():
            return await self._timed(request, browser.load)

    async def _timed(self, request: Request, download: Callable[[Request], Awaitable[Response]]) -> Response:
        meta = request.meta
        host = meta["download_slot"]
        await self._keep_apart(host)
        budget = self._crawler.get_extension(HourlyBudget)
        if budget is not None:
            budget.take(host)
        left = self._question - meta.get(SPENT, 0.0)
        if left <= 0:
            raise DownloadTimeoutError(f"{request.url} took longer than {self._question:g} s")
        meta["download_timeout"] = min(meta.get(LONGEST_ATTEMPT, self._attempt), self._attempt, left)
        began = monotonic()
        try:
            return await download(request)
        finally:
            self._ended[host] = monotonic()
            meta[SPENT] = meta.get(SPENT, 0.0) + self._ended[host] - began

    async def _keep_apart(self, host: str) -> None:
        """Wait until the gap has passed since the last attempt at `host` ended.

        Scrapy counts it from the moment it hands a request out, which on a busy loop is well before it is sent.
        """
        while (left := self._ended.get(host, -self._gap) + self._gap - monotonic()) > 0:
            if not self._crawler.engine.running:
                raise Declined(Problem(kind=ProblemKind.BLOCKED, detail="the run ended before its host's turn came"))
            await asyncio.sleep(min(left, 1.0))
