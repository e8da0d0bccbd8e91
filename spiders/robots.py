"""Respect for robots.txt (RFC 9309), stricter than Scrapy's own: where the rules cannot be read, we stay out."""

import asyncio
from dataclasses import dataclass
from typing import Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from monitor.model import Problem, ProblemKind
from spiders.problems import Declined, problem_of
from spiders.reading import ASK

ROBOTS = "robots"
"""Marks the request for robots.txt itself (`Request.meta`)."""

_SIZE_LIMIT = 1024 * 1024
_LONGEST_DELAY = 120.0
"""Seconds; a longer Crawl-delay is taken as this, or a site with ten pages would take all day."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What robots.txt of one origin says: rules, or none (everything is allowed), or a reason to stay out."""

    parser: Protego | None = None
    problem: Problem | None = None


def rules_of(status: int, body: bytes) -> Rules:
    """The rules in an answer to `/robots.txt`.

    2xx with rules: those. 4xx but 429: there are none (RFC 9309, 2.3.1.3). Server errors, 429 and pages of HTML (a
    maintenance or refusal page, an application's shell) mean that the rules are not known: stay out.
    """
    if 400 <= status < 500 and status != 429:
        return Rules()
    if not 200 <= status < 300:
        return _stay_out(f"robots.txt was answered with {status}")
    text = body.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return _stay_out("robots.txt is a page of HTML")
    return Rules(parser=Protego.parse(text))


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

    async def _wait(self, request: Request, origin: str) -> None:
        coming = self._coming.get(origin)
        if coming is None:
            coming = self._coming[origin] = asyncio.ensure_future(self._fetch(request, origin))
        self._rules[origin] = await coming
        self._check(request, self._rules[origin])

    def _check(self, request: Request, rules: Rules) -> None:
        if rules.problem is not None:
            raise Declined(rules.problem)
        if rules.parser is not None and not rules.parser.can_fetch(request.url, self._agent):
            raise Declined(Problem(kind=ProblemKind.ROBOTS, detail="robots.txt forbids this address"))

    async def _fetch(self, request: Request, origin: str) -> Rules:
        slot = request.meta["download_slot"]
        question = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            meta={
                ROBOTS: True,
                ASK: request.meta[ASK],
                "download_slot": slot,
                "download_maxsize": _SIZE_LIMIT,
                "max_retry_times": 1,
            },
        )
        try:
            answer: Response = await self._crawler.engine.download_async(question)
        except Exception as error:
            problem = problem_of(error, limit=_SIZE_LIMIT)
            if problem.kind is ProblemKind.UNREACHABLE:  # the host is down, not only its rules
                return Rules(problem=problem)
            return _stay_out(f"robots.txt could not be read ({problem.detail})")
        rules = rules_of(answer.status, answer.body)
        if rules.parser is not None:
            self._slow_down(slot, rules.parser.crawl_delay(self._agent) or 0.0)
        return rules

    def _slow_down(self, slot: str, delay: float) -> None:
        """Keep the host's Crawl-delay where it is longer than our own gap."""
        wanted = min(delay, _LONGEST_DELAY)
        if wanted <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[slot] = {"delay": wanted}
        if slot in downloader.slots:
            downloader.slots[slot].delay = wanted
