"""The browser way: a page is drawn by a real Chromium, and what it then holds is the body.

One browser serves a crawl: it is started by the first question that needs it and ends with the crawl. Each question is
a *visit* of its own (`spiders.visit`), with a fresh context, so that nothing is remembered from one to the next, and a
proxy of its own, which is the only way out (`spiders.browser_proxy`). It says who we are, as the direct way does, and
accepts no certificate that the direct way would not.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse, Response

from monitor.model import Problem, ProblemKind
from spiders import chromium
from spiders.browser_proxy import GuardedProxy
from spiders.problems import Declined, too_large
from spiders.reading import ASK, Ask
from spiders.ways import UNAVAILABLE

if TYPE_CHECKING:
    from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

    from spiders.visit import Visit

log = logging.getLogger(__name__)

PAGES = 2
"""Pages open at a time: each is a process with memory of its own, and most of its time a page waits for the network."""

_OF_THE_SERVED_BYTES = (b"Content-Encoding", b"Content-Length", b"Transfer-Encoding", b"Etag", b"Last-Modified")
"""Headers that describe, or identify, what was served and not what was drawn from it."""

_GRACE = 5.0
"""Seconds a page under way is given when the run is told to end."""

_CLOSING = 10.0
"""Seconds after which a browser that does not close is left to its driver, which ends it."""


class Browser:
    """Scrapy extension that lends a browser to the download handler.

    Settings: `MONITOR_BROWSER` (the program's path; by default it is looked for), `MONITOR_ALLOW_HOSTS`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._allowed = frozenset(entry.lower() for entry in crawler.settings.getlist("MONITOR_ALLOW_HOSTS"))
        self._turns = asyncio.Semaphore(PAGES)
        self._starting = asyncio.Lock()
        self._handler: ScrapyPlaywrightDownloadHandler | None = None
        self._numbers = count(1)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it and let it end with the crawl."""
        browser = cls(crawler)
        crawler.signals.connect(browser.close, signal=signals.spider_closed)
        return browser

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a free page, and for the browser where it is not running yet.

        Raises Declined where there is no browser, or the run has ended meanwhile.
        """
        async with self._turns:
            if not self._running:
                raise Declined(_unavailable("the run ended before a page of the browser was free"))
            async with self._starting:
                self._handler = self._handler or await self._started()
            yield

    async def close(self) -> None:
        """End the browser, if one was started."""
        handler, self._handler = self._handler, None
        if handler is not None:
            try:
                async with asyncio.timeout(_CLOSING):
                    await handler.close()
            except Exception as error:  # whatever it is, the crawl is over and its results are kept
                log.warning("the browser did not close: %s", type(error).__name__)

    @property
    def _running(self) -> bool:
        return self._crawler.engine is not None and self._crawler.engine.running

    async def _run_over(self) -> None:
        """Return when the run has been told to end, and a page under way has had a little time yet."""
        while self._running:
            await asyncio.sleep(0.5)
        await asyncio.sleep(_GRACE)

    async def _started(self) -> "ScrapyPlaywrightDownloadHandler":
        configured: str = self._crawler.settings["MONITOR_BROWSER"]
        if why := chromium.fault(configured):
            raise Declined(_unavailable(why))
        from playwright.async_api import Error
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

        from spiders.visit import Unwanted

        logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)
        handler = ScrapyPlaywrightDownloadHandler(self._crawler)
        handler.config.launch_options = chromium.launch_options(
            chromium.executable(configured), self._agent, os.environ
        )
        handler.config.download_timeout_secs = 1.0
        handler.config.target_closed_max_retries = 0
        handler.process_request_headers = None
        handler.abort_request = Unwanted(self._crawler)
        # The handler does this when the engine starts; it is long started.
        handler.browser_provider = handler.browser_provider_cls(handler.config)
        try:
            await handler.browser_provider.start()
            await handler._maybe_launch_browser()
        except Error as error:
            with suppress(Exception):
                await handler.close()
            raise Declined(_unavailable(f"the browser could not be started: {_first_line(error)}")) from error
        return handler

    # One page ----------------------------------------------------------------------------------------------------

    async def load(self, request: Request) -> Response:
        """The page at the address of `request` as the browser has drawn it, in UTF-8.

        Takes at most `download_timeout` seconds and `download_maxsize` bytes of its meta. Raises Declined for what is
        no page or cannot be had, DownloadTimeoutError when the time is over.
        """
        from spiders.visit import Visit

        ask: Ask = request.meta[ASK]
        limit: int = request.meta["download_maxsize"]
        seconds: float = request.meta["download_timeout"]
        async with GuardedProxy(home=ask.home, allow_hosts=self._allowed, limit=limit) as proxy:
            visit = Visit(request, limit=limit, seconds=seconds)
            return await self._visited(request, visit, proxy, seconds)

    async def _visited(self, request: Request, visit: "Visit", proxy: GuardedProxy, seconds: float) -> Response:
        from playwright.async_api import Error

        handler = self._handler
        if handler is None:
            raise Declined(_unavailable("the browser was closed"))
        name = f"visit-{next(self._numbers)}"
        asked = request.replace(headers={}, meta=visit.meta(name, self._context(request, proxy)))
        loading = asyncio.ensure_future(_drawn(handler, asked, visit))
        ends = {asyncio.ensure_future(proxy.exceeded.wait()), asyncio.ensure_future(self._run_over())}
        try:
            await asyncio.wait({loading, *ends}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if proxy.exceeded.is_set():
                raise Declined(too_large(visit.limit))
            if not loading.done() and not self._running:
                raise Declined(_unavailable("the run ended before the page was drawn"))
            if not loading.done():
                raise DownloadTimeoutError(f"{request.url} took longer than {seconds:g} s")
            return _answer(request, *loading.result(), visit)
        except Error as error:
            if visit.redirect:
                return Response(request.url, status=302, headers={"Location": visit.redirect}, request=request)
            raise Declined(_failed(error, proxy.refusal(request.url))) from error
        finally:
            for task in (loading, *ends):
                task.cancel()
            await asyncio.gather(loading, *ends, return_exceptions=True)
            wrapper = handler.context_wrappers.get(name)
            if wrapper is not None:
                with suppress(Error):
                    await wrapper.context.close()
            self._rest(request.meta["download_slot"])

    def _rest(self, host: str) -> None:
        """Let the gap of `host` begin now: a visit asks for the last of its parts long after it was sent out."""
        slot = self._crawler.engine.downloader.slots.get(host)
        if slot is not None:
            slot.lastseen = monotonic()

    def _context(self, request: Request, proxy: GuardedProxy) -> dict[str, Any]:
        """A context that knows nothing of earlier ones, and cannot keep anything."""
        languages = request.headers["Accept-Language"].decode("ascii")  # type: ignore[union-attr]
        return {
            "proxy": {"server": proxy.url, "bypass": "<-loopback>"},
            "locale": languages.partition(",")[0],
            "extra_http_headers": {"Accept-Language": languages},
            "accept_downloads": False,
            "service_workers": "block",
            "ignore_https_errors": False,
            "permissions": [],
        }


async def _drawn(handler: "ScrapyPlaywrightDownloadHandler", request: Request, visit: "Visit") -> tuple[Response, str]:
    """The answer of the server, and what the page then holds."""
    response = await handler.download_request(request)
    return response, await visit.drawn(request.meta["playwright_page"])


def _answer(request: Request, served: Response, text: str, visit: "Visit") -> Response:
    """What the browser has drawn as an answer to `request`: UTF-8, under headers that fit it."""
    media = (served.headers.get("Content-Type") or b"text/html").partition(b";")[0].strip().lower().decode("latin-1")
    if media not in ("text/html", "application/xhtml+xml"):
        detail = f"a browser is asked for pages, and the address answers with {media}"
        raise Declined(Problem(kind=ProblemKind.WRONG_MEDIA_TYPE, detail=detail, signals=(f"media:{media}",)))
    body = text.encode("utf-8", "replace")
    if len(body) > visit.limit:
        raise Declined(too_large(visit.limit))
    headers = served.headers.copy()
    for name in _OF_THE_SERVED_BYTES:
        headers.pop(name, None)
    headers["Content-Type"] = "text/html; charset=utf-8"
    return HtmlResponse(
        served.url,
        status=served.status,
        headers=headers,
        body=body,
        flags=visit.flags,
        request=request,
        encoding="utf-8",
    )


def _unavailable(why: str) -> Problem:
    return Problem(kind=ProblemKind.UNREACHABLE, detail=why, signals=(UNAVAILABLE,))


def _failed(error: Exception, refusal: str) -> Problem:
    """Why a page did not come: what our proxy refused, else the browser's own word for it."""
    if refusal:
        return Problem(kind=ProblemKind.UNREACHABLE, detail=refusal, signals=("address",))
    said = _first_line(error)
    if "ERR_CERT" in said:
        return Problem(kind=ProblemKind.UNREACHABLE, detail=f"the server's certificate was not accepted: {said}")
    if "ERR_ABORTED" in said or "Download" in said:
        detail = "a browser is asked for pages, and the address answers with a file or nothing"
        return Problem(kind=ProblemKind.WRONG_MEDIA_TYPE, detail=detail, signals=("media:file",))
    return Problem(kind=ProblemKind.UNREACHABLE, detail=f"the browser could not load the page: {said}")


def _first_line(error: Exception) -> str:
    """What went wrong, without the address and the browser's call log."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].removeprefix("Page.goto: ")[:200]
