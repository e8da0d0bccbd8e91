"""Respect for robots.txt (RFC 9309), stricter than Scrapy's own.

Where the rules cannot be read, the last good ones of an earlier run hold; where there are none, we stay out.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from monitor.model import Problem, ProblemKind
from spiders.manners import manners_of
from spiders.problems import TOO_MANY_REDIRECTS, Declined, problem_of
from spiders.reading import ASK
from spiders.ways import FORBIDDEN
from spiders.wire import LONGEST_ATTEMPT

log = logging.getLogger(__name__)

ROBOTS = "robots"
"""Marks the request for robots.txt itself (`Request.meta`)."""

_SIZE_LIMIT = 1024 * 1024
_LONGEST_DELAY = 120.0
"""Seconds; a longer Crawl-delay is taken as this, or a site with ten pages would take all day."""


_LONGEST_ANSWER = 20.0
"""Seconds a robots.txt may take: it is small, and whoever waits for it waits for the page as well."""

_NOT_THE_RULES = frozenset({ProblemKind.UNREACHABLE, ProblemKind.BLOCKED})
"""Problems of the host, which its pages share."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What robots.txt of one origin says: rules, or none (everything is allowed), or a reason to stay out.

    `text` is what can be remembered of good rules; None if they are not good.
    """

    parser: Protego | None = None
    problem: Problem | None = None
    text: str | None = None


def rules_of(status: int, body: bytes) -> Rules:
    """The rules in an answer to `/robots.txt`.

    2xx with rules: those. 4xx but 429: there are none (RFC 9309, 2.3.1.3). Server errors, 429 and pages of HTML (a
    maintenance or refusal page, an application's shell) mean that the rules are not known: stay out.
    """
    if 400 <= status < 500 and status != 429:
        return Rules(text="")
    if not 200 <= status < 300:
        return _stay_out(f"robots.txt was answered with {status}")
    text = body.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return _stay_out("robots.txt is a page of HTML")
    return Rules(parser=Protego.parse(text), text=text)


def _stay_out(reason: str) -> Rules:
    detail = f"{reason}; without its rules the site is left alone"
    return Rules(problem=Problem(kind=ProblemKind.ROBOTS, detail=detail))


class RobotsGate:
    """Downloader middleware: reads robots.txt of each origin once per crawl and keeps to it, Crawl-delay included."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, Rules] = {}
        self._coming: dict[str, asyncio.Future[Rules]] = {}
        self._manners = manners_of(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build it."""
        return cls(crawler)

    def process_request(self, request: Request) -> object:
        """Raise Declined for what the rules forbid; wait for the rules where they are not there yet."""
        if ROBOTS in request.meta:
            return None
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = self._rules.get(origin)
        if rules is None:
            return self._wait(request, origin)
        self._check(request, rules)
        return None

    def forbids(self, url: str) -> bool:
        """Whether rules that have been read forbid `url`; False where no question to its origin has needed them yet."""
        parts = urlsplit(url)
        rules = self._rules.get(f"{parts.scheme}://{parts.netloc}")
        return rules is not None and (
            rules.problem is not None or (rules.parser is not None and not rules.parser.can_fetch(url, self._agent))
        )

    async def _wait(self, request: Request, origin: str) -> None:
        coming = self._coming.get(origin)
        if coming is None:
            coming = self._coming[origin] = asyncio.ensure_future(self._learn(request, origin))
        self._rules[origin] = await coming
        self._check(request, self._rules[origin])

    def _check(self, request: Request, rules: Rules) -> None:
        if rules.problem is not None:
            raise Declined(rules.problem)
        if rules.parser is not None and not rules.parser.can_fetch(request.url, self._agent):
            raise Declined(
                Problem(kind=ProblemKind.ROBOTS, detail="robots.txt forbids this address", signals=(FORBIDDEN,))
            )

    async def _learn(self, request: Request, origin: str) -> Rules:
        """The rules of `origin`: those it gives now, or the last good ones."""
        rules = await self._fetch(request, origin)
        now = self._crawler.spider.clock.now()  # type: ignore[union-attr]
        if rules.text is not None:
            self._manners.keep_rules(origin, rules.text, now)
        elif rules.problem is not None and rules.problem.kind is ProblemKind.ROBOTS:
            text = self._manners.rules(origin, now)
            if text is not None:
                log.info("%s: %s; the last good rules are kept", origin, rules.problem.detail.partition(";")[0])
                rules = Rules(parser=Protego.parse(text), text=text)
        if rules.parser is not None:
            self._slow_down(request.meta["download_slot"], rules.parser.crawl_delay(self._agent) or 0.0)
        return rules

    async def _fetch(self, request: Request, origin: str) -> Rules:
        try:
            answer = await self._ask(request, origin)
            if "partial" in answer.flags and (await self._ask(request, origin)).body != answer.body:
                return _stay_out("robots.txt breaks off")  # the missing line may be the one that forbids
        except Exception as error:
            problem = problem_of(error, limit=_SIZE_LIMIT)
            astray = isinstance(error, DownloadTimeoutError) or TOO_MANY_REDIRECTS in problem.signals
            if problem.kind in _NOT_THE_RULES and not astray:
                return Rules(problem=problem)
            return _stay_out(f"robots.txt could not be read ({problem.detail})")
        return rules_of(answer.status, answer.body)

    async def _ask(self, request: Request, origin: str) -> Response:
        question = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            meta={
                ROBOTS: True,
                ASK: request.meta[ASK],
                "download_slot": request.meta["download_slot"],
                "download_maxsize": _SIZE_LIMIT,
                LONGEST_ATTEMPT: _LONGEST_ANSWER,
                "max_retry_times": 1,
            },
        )
        answer: Response = await self._crawler.engine.download_async(question)
        return answer

    def _slow_down(self, slot: str, delay: float) -> None:
        """Keep the host's Crawl-delay where it is longer than our own gap."""
        wanted = min(delay, _LONGEST_DELAY)
        if wanted <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[slot] = {"delay": wanted}
        if slot in downloader.slots:
            downloader.slots[slot].delay = wanted
