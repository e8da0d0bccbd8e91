"""The gate every request passes first, whoever made it: scheme, port, and the source's own site.

Spiders judge the links they find, redirects are judged where they are followed, and the address guard judges what a
name leads to. This is the place none of them can be forgotten at: an address that should not be asked for is declined
here even if a spider asks for it.
"""

from collections.abc import Collection
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from monitor.model import Problem, ProblemKind
from spiders.addresses import authority
from spiders.problems import Declined
from spiders.reading import ASK, Ask, Site

SCHEMES = {"http": 80, "https": 443}
"""What is read, with the port each has by default."""

_OTHER_SERVICES = frozenset(
    {1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6679, 6697, 10080, 11211}
    | set(range(6665, 6670))
)
"""Ports from 1024 up on which no web site lives: those that browsers refuse (Fetch standard, 2.9), and databases."""


def fault(url: str, site: Site, source_url: str, allow_hosts: Collection[str] = ()) -> Problem | None:
    """Why `url` must not be asked for on behalf of a source at `source_url` with `site`, or None.

    Ports are those of http and https, the one the source's own address names unless it is another service's, and
    those of `allow_hosts` (exact `host:port` in lower case): nothing must make us talk to a mail server or a database.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or SCHEMES.get(parts.scheme, 0)
    except ValueError:
        return Problem(kind=ProblemKind.OFF_SITE, detail="the address is malformed", signals=("address",))
    if parts.scheme not in SCHEMES:
        detail = f"only http and https addresses are read, not {parts.scheme or 'one without a scheme'}"
    elif not site.holds(url):
        detail = f"{parts.hostname} is not on the source's own site"
    elif not open_port(parts.hostname or "", port, source_url, allow_hosts):
        detail = f"port {port} of {parts.hostname} is not one that pages are read from"
    else:
        return None
    return Problem(kind=ProblemKind.OFF_SITE, detail=detail, signals=("address",))


def open_port(host: str, port: int, source_url: str, allow_hosts: Collection[str]) -> bool:
    """Whether `port` of `host` may be asked on behalf of a source at `source_url` (see `fault`)."""
    return port in {*SCHEMES.values(), _port(source_url)} or authority(host, port) in allow_hosts


def _port(url: str) -> int:
    """The port of a source's own address; 0 if no web site lives there."""
    port = urlsplit(url).port or 0
    return port if port >= 1024 and port not in _OTHER_SERVICES else 0


class AddressGate:
    """Downloader middleware, the first of all: sees questions, redirects, retries and robots.txt alike."""

    def __init__(self, allow_hosts: Collection[str]) -> None:
        self._allowed = frozenset(entry.lower() for entry in allow_hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to build it."""
        return cls(crawler.settings.getlist("MONITOR_ALLOW_HOSTS"))

    def process_request(self, request: Request) -> None:
        """Raise Declined for an address that must not be asked for."""
        ask: Ask = request.meta[ASK]
        problem = fault(request.url, ask.site, ask.home, self._allowed)
        if problem is not None:
            raise Declined(problem)
