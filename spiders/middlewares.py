"""Manners and rules on the wire, as Scrapy downloader middlewares. (Robots and addresses have their own modules.)"""

import asyncio
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from monitor.model import Problem, ProblemKind
from spiders.addresses import AddressGuard
from spiders.decoding import decode
from spiders.hosts import host_key
from spiders.hourly import HourlyBudget
from spiders.manners import Rest, manners_of
from spiders.problems import TOO_MANY_REDIRECTS, Declined
from spiders.reading import ASK, Ask, Site
from spiders.waits import retry_after
from spiders.ways import RETRY_AFTER
from spiders.wire import SPENT


class Courtesy:
    """Says who we are, and keeps away from a host for as long as it asks (`Retry-After` with 429 and 503).

    A short wait is waited out. A host that asks for more than `MONITOR_PATIENCE` seconds, or still refuses after the
    last retry, is not asked again before that time, in this run or the next: its requests end as blocked, with the
    time it named. The gap between two requests is kept across runs in the same way.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._agent: str = settings["USER_AGENT"]
        self._accept: str = settings["DEFAULT_REQUEST_HEADERS"]["Accept"]
        self._gap = settings.getfloat("DOWNLOAD_DELAY")
        self._patience = settings.getfloat("MONITOR_PATIENCE")
        self._floor = settings.getfloat("MONITOR_REST_FLOOR")
        self._retries = settings.getint("RETRY_TIMES")
        self._manners = manners_of(settings)
        self._rests: dict[str, float] = {}
        self._closed: dict[str, Problem] = {}
        self._answered: dict[str, float] = {}
        self._met: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build it."""
        courtesy = cls(crawler)
        crawler.signals.connect(courtesy.part, signal=signals.spider_closed)
        return courtesy

    def process_request(self, request: Request) -> object:
        """Set what every request carries; wait or decline while its host rests."""
        request.headers.setdefault("User-Agent", self._agent)
        request.headers.setdefault("Accept", self._accept)
        host = request.meta["download_slot"]
        if host not in self._met:
            self._met.add(host)
            self._remember(host)
        if host in self._closed:
            raise Declined(self._closed[host])
        budget = self._crawler.get_extension(HourlyBudget)
        if budget is not None:
            budget.check(host)  # at once, before it waits for the gap to pass; it is counted when it goes out
        return self._wait(host) if host in self._rests else None

    def _now(self) -> datetime:
        now: datetime = self._crawler.spider.clock.now()  # type: ignore[union-attr]
        return now

    def _remember(self, host: str) -> None:
        """What is left of a rest from an earlier run."""
        now = self._now()
        rest = self._manners.rest(host, now)
        if rest is None:
            return
        left = (rest.until - now).total_seconds()
        if rest.asked and left > self._patience:
            self._closed[host] = _resting(rest.until, "has not been asked since")
        else:
            self._rests[host] = monotonic() + left

    async def _wait(self, host: str) -> None:
        while (left := self._rests.get(host, 0.0) - monotonic()) > 0:
            if not self._crawler.engine.running:
                raise Declined(Problem(kind=ProblemKind.BLOCKED, detail="the run ended while the host asked to wait"))
            await asyncio.sleep(min(left, 1.0))
        self._rests.pop(host, None)
        if host in self._closed:
            raise Declined(self._closed[host])

    def process_response(self, request: Request, response: Response) -> Response:
        """Note how long the host wants to be left alone."""
        host = request.meta["download_slot"]
        self._answered[host] = monotonic()
        delay = self._crawler.engine.downloader.per_slot_settings.get(host, {}).get("delay")
        if delay and host not in self._closed:  # its own delay is long, and this process may be ended before it is over
            self._manners.keep_rest(host, Rest(until=self._now() + timedelta(seconds=delay), asked=False))
        asked = response.headers.get("Retry-After")
        if response.status == 429 or (response.status == 503 and asked is not None):
            self._rest(request, (asked or b"").decode("latin-1"))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """A request that failed was a request, too."""
        if not isinstance(exception, Declined):
            self._answered[request.meta["download_slot"]] = monotonic()

    def _rest(self, request: Request, asked: str) -> None:
        now = self._now()
        wait = retry_after(asked, now, floor=self._floor)
        host = request.meta["download_slot"]
        if wait <= self._patience and request.meta.get("retry_times", 0) < self._retries:
            self._rests[host] = monotonic() + wait
            return
        request.meta["dont_retry"] = True
        until = now + timedelta(seconds=wait)
        self._closed[host] = _resting(until, "was not asked again in this run", wait)
        self._manners.keep_rest(host, Rest(until=until, asked=True))

    def part(self) -> None:
        """Remember the hosts whose gap is not over when the crawl ends: the next run may begin at once."""
        now, clock = self._now(), monotonic()
        slots = self._crawler.engine.downloader.per_slot_settings
        for host, answered in self._answered.items():
            left = slots.get(host, {}).get("delay", self._gap) - (clock - answered)
            if left > 0 and host not in self._closed:
                self._manners.keep_rest(host, Rest(until=now + timedelta(seconds=left), asked=False))


def _resting(until: datetime, what: str, wait: float | None = None) -> Problem:
    moment = until.strftime("%Y-%m-%dT%H:%M:%SZ")
    length = f"for {wait:.0f} s, " if wait is not None else ""
    detail = f"the host asked to be left alone {length}until {moment}; it {what}"
    return Problem(kind=ProblemKind.BLOCKED, detail=detail, signals=(RETRY_AFTER, moment))


class BoundedRetry(RetryMiddleware):
    """Scrapy's retries, within `MONITOR_DEADLINE` seconds for one question, and not where a retry cannot help."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build it."""
        retry = super().from_crawler(crawler)
        retry.deadline = crawler.settings.getfloat("MONITOR_DEADLINE")
        return retry

    deadline: float

    def process_exception(
        self, request: Request, exception: Exception, spider: Any = None
    ) -> Request | Response | None:
        """Retry what may pass; name a refused address as what it is.

        Who was silent for the whole time of an attempt is not given another: that would keep its neighbours waiting.
        """
        if isinstance(exception, CannotResolveHostError):
            self._explain(request)
        if isinstance(exception, DownloadTimeoutError):
            return None
        return super().process_exception(request, exception)

    def _explain(self, request: Request) -> None:
        parts = urlparse_cached(request)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        guard = self.crawler.get_extension(AddressGuard)
        address = guard.refused(parts.hostname or "", port) if guard is not None else ""
        if address:
            detail = f"{parts.hostname} is at {address}, which is no public address and not in allow_hosts"
            raise Declined(Problem(kind=ProblemKind.UNREACHABLE, detail=detail, signals=("address",)))

    def _retry(self, request: Request, reason: str | Exception | type[Exception]) -> Request | None:
        if request.meta.get(SPENT, 0.0) > self.deadline:
            return None
        return super()._retry(request, reason)


class OwnSiteRedirects(RedirectMiddleware):
    """Follows redirects inside the source's own site only, and never from https to http."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Official sites need not know the way we came."""

    def _engine_started(self) -> None:
        """The stock class looks for a middleware here that would set a Referer."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Scrapy's redirect, unless it leads away."""
        try:
            result = super().process_response(request, response)
        except IgnoreRequest as error:
            detail = f"redirected more than {self.max_redirect_times} times"
            raise Declined(
                Problem(kind=ProblemKind.UNREACHABLE, detail=detail, signals=(TOO_MANY_REDIRECTS,))
            ) from error
        if isinstance(result, Request):
            ask: Ask = request.meta[ASK]
            check_redirect(ask.site, request.url, result.url)
            result.meta["download_slot"] = host_key(result.url)
        return result


def check_redirect(site: Site, url: str, target: str) -> None:
    """Raise Declined for a redirect from `url` to `target` that leads off `site`, or from https to plain http."""
    if url.startswith("https:") and not target.startswith("https:"):
        detail = f"redirected from https to plain http: {target}"
    elif not site.holds(target):
        detail = f"redirected to another site: {target}"
    else:
        return
    raise Declined(Problem(kind=ProblemKind.OFF_SITE, detail=detail))


class StrictDecoding:
    """Decodes the body within the size limit of the request; one that ends early is an error, whatever its coding."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build it."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Offer gzip alone: every server has it."""
        request.headers.setdefault("Accept-Encoding", b"gzip")

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer as its content. Raises Declined for a coding that is too large, damaged or unknown."""
        codings = response.headers.getlist("Content-Encoding")
        if not codings:
            return response
        if response.body:
            limit = request.meta.get("download_maxsize", self._limit)
            response = response.replace(body=decode(response.body, codings, limit=limit))
        del response.headers["Content-Encoding"]
        return response
