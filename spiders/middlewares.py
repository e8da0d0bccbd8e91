"""Manners and rules on the wire, as Scrapy downloader middlewares. (Robots and addresses have their own modules.)"""

import asyncio
import zlib
from datetime import timedelta
from time import monotonic
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from monitor.model import Problem, ProblemKind
from spiders.addresses import AddressGuard
from spiders.hosts import host_key
from spiders.problems import Declined, too_large
from spiders.reading import ASK, Ask
from spiders.waits import retry_after

_ASKED_AT = "asked_at"
"""When a question was first sent (`Request.meta`, monotonic seconds); its retries and redirects keep it."""


class Courtesy:
    """Says who we are, and keeps away from a host for as long as it asks (`Retry-After` with 429 and 503).

    A short wait is waited out. A host that asks for more than `MONITOR_PATIENCE` seconds, or still refuses after the
    last retry, is not asked again in this run: its other requests end as blocked, with the time it named.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._agent: str = settings["USER_AGENT"]
        self._accept: str = settings["DEFAULT_REQUEST_HEADERS"]["Accept"]
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._patience = settings.getfloat("MONITOR_PATIENCE")
        self._floor = settings.getfloat("MONITOR_REST_FLOOR")
        self._retries = settings.getint("RETRY_TIMES")
        self._rests: dict[str, float] = {}
        self._closed: dict[str, Problem] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build it."""
        return cls(crawler)

    def process_request(self, request: Request) -> object:
        """Set what every request carries; wait or decline while its host rests."""
        meta, headers = request.meta, request.headers
        meta.setdefault(_ASKED_AT, monotonic())
        meta.setdefault("download_timeout", self._timeout)
        headers.setdefault("User-Agent", self._agent)
        headers.setdefault("Accept", self._accept)
        host = meta["download_slot"]
        if host in self._closed:
            raise Declined(self._closed[host])
        return self._wait(host) if host in self._rests else None

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
        asked = response.headers.get("Retry-After")
        if response.status == 429 or (response.status == 503 and asked is not None):
            self._rest(request, (asked or b"").decode("latin-1"))
        return response

    def _rest(self, request: Request, asked: str) -> None:
        now = self._crawler.spider.clock.now()  # type: ignore[union-attr]
        wait = retry_after(asked, now, floor=self._floor)
        host = request.meta["download_slot"]
        if wait <= self._patience and request.meta.get("retry_times", 0) < self._retries:
            self._rests[host] = monotonic() + wait
            return
        request.meta["dont_retry"] = True
        until = (now + timedelta(seconds=wait)).strftime("%Y-%m-%dT%H:%M:%SZ")
        detail = f"the host asked to be left alone for {wait:.0f} s, until {until}; it was not asked again in this run"
        self._closed[host] = Problem(kind=ProblemKind.BLOCKED, detail=detail, signals=("retry-after", until))


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
        """Retry what may pass; name a refused address as what it is."""
        if isinstance(exception, CannotResolveHostError):
            self._explain(request)
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
        if monotonic() - request.meta[_ASKED_AT] > self.deadline:
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
            raise Declined(Problem(kind=ProblemKind.UNREACHABLE, detail=detail)) from error
        if isinstance(result, Request):
            self._check(request, result)
            result.meta["download_slot"] = host_key(result.url)
        return result

    def _check(self, request: Request, target: Request) -> None:
        ask: Ask = request.meta[ASK]
        if request.url.startswith("https:") and not target.url.startswith("https:"):
            detail = f"redirected from https to plain http: {target.url}"
        elif not ask.reading.site.holds(target.url):
            detail = f"redirected to another site: {target.url}"
        else:
            return
        raise Declined(Problem(kind=ProblemKind.OFF_SITE, detail=detail))


class StrictDecoding(HttpCompressionMiddleware):
    """Scrapy's content decoding, but a compressed body that ends early is an error, as it is without compression."""

    def process_request(self, request: Request, spider: Any = None) -> None:
        """Offer gzip alone: every server has it, and it is the coding whose end we can verify."""
        request.headers.setdefault("Accept-Encoding", b"gzip")

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Decode the body, within the size limit of the request."""
        coding = response.headers.get("Content-Encoding")
        if coding is None:
            return response
        limit = request.meta.get("download_maxsize", self._max_size)
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise Declined(too_large(limit)) from error
        except (OSError, EOFError, ValueError, zlib.error) as error:
            detail = f"the {coding.decode('latin-1')} coding of the answer is damaged"
            raise Declined(Problem(kind=ProblemKind.DAMAGED, detail=detail)) from error

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if encoding in (b"gzip", b"x-gzip"):
            return gunzip(body, limit=max_size)
        return HttpCompressionMiddleware._decode(body, encoding, max_size)


def gunzip(body: bytes, *, limit: int) -> bytes:
    """The content of a gzip `body` of one or more members, at most `limit` bytes.

    Raises Declined when it is larger, ResponseDataLossError when it breaks off, zlib.error when it is damaged.
    """
    parts: list[bytes] = []
    left = limit
    while body:
        member = zlib.decompressobj(wbits=31)
        parts.append(member.decompress(body, left + 1))
        left -= len(parts[-1])
        if left < 0:
            raise Declined(too_large(limit))
        if not member.eof:
            raise ResponseDataLossError("the gzip coding breaks off")
        body = member.unused_data.lstrip(b"\0")
    return b"".join(parts)
