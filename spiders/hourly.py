"""The hourly budget of a host: how many requests it may get in any 60 minutes, over all sources, ways and runs.

A request is counted when it goes out, whatever it is for: a page, its robots.txt, a redirect, another attempt, a page
that the browser draws, a question to the archive. What the budget has no room for is declined with `SPENT_HOUR`, and is
no fault of the site: it is left for the next run.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from monitor.model import SPENT_HOUR, Problem, ProblemKind
from spiders.manners import Manners, manners_of
from spiders.problems import Declined
from spiders.ways import RETRY_AFTER

log = logging.getLogger(__name__)

HOUR: Final = timedelta(hours=1)

_GRAIN: Final = timedelta(microseconds=1)


class HourlyBudget:
    """Counts requests by host. `most` is what a host may get in an hour; `now` the time of day in UTC.

    What was sent is kept in `manners`, so that the next run counts on. A moment that is still to come was written
    before the clock was set back; it is taken for now, which can only make the hour longer.
    """

    def __init__(self, most: int, manners: Manners, now: Callable[[], datetime]) -> None:
        self._most, self._manners, self._now = most, manners, now
        self._unkept: dict[str, frozenset[datetime]] = {}
        self._told: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build it, as an extension: by the setting `MONITOR_HOURLY`, where 0 is no budget."""
        most = crawler.settings.getint("MONITOR_HOURLY")
        if not most:
            raise NotConfigured
        return cls(most, manners_of(crawler.settings), lambda: crawler.spider.clock.now())  # type: ignore[union-attr]

    def check(self, host: str) -> None:
        """Raise Declined if no request to `host` may go out now."""
        self._room(host)

    def take(self, host: str) -> None:
        """Count a request to `host` that goes out now. Raises Declined if none may."""
        now, sent = self._room(host)
        self._keep(host, sent | {_free(now, sent)})

    def _room(self, host: str) -> tuple[datetime, frozenset[datetime]]:
        """Now, and what `host` got in the hour before. Other processes count in the same memory."""
        now = self._now()
        known = self._unkept.get(host) or self._manners.sent(host)
        sent = frozenset(moment for moment in known if moment <= now and now - moment < HOUR)
        ahead = sum(moment > now for moment in known)
        if ahead:
            for _ in range(ahead):
                sent |= {_free(now, sent)}
            self._keep(host, sent)  # or the hour would not begin to pass until the clock is where it was
        if len(sent) >= self._most:
            raise Declined(self._spent(host, sorted(sent)[-self._most] + HOUR))
        return now, sent

    def _keep(self, host: str, sent: frozenset[datetime]) -> None:
        if self._manners.keep_sent(host, sent):
            self._unkept.pop(host, None)
        else:
            self._unkept[host] = sent

    def _spent(self, host: str, until: datetime) -> Problem:
        moment = (until + timedelta(seconds=1) - _GRAIN).strftime("%Y-%m-%dT%H:%M:%SZ")  # the next whole second
        requests = "request" if self._most == 1 else "requests"
        detail = f"our hourly budget of {self._most} {requests} to {host} is used up until {moment}"
        if host not in self._told:
            self._told.add(host)
            log.warning("%s; what is left is read in the next run", detail)
        return Problem(kind=ProblemKind.UNREACHABLE, detail=detail, signals=(RETRY_AFTER, moment, SPENT_HOUR))


def _free(now: datetime, taken: frozenset[datetime]) -> datetime:
    """`now`, or the last moment before it that is not in `taken`: moments are counted, so each has its own."""
    while now in taken:
        now -= _GRAIN
    return now
