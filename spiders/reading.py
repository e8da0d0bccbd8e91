"""One source's turn in a crawl: what it asks, what is still open, and when it is over."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

from monitor.model import Capture, KnownDocument, Problem, Source, Way
from monitor.ports import Clock, CrawlSink, SourcePlan
from monitor.text.urls import canonical_url, registrable_domain
from spiders.hosts import host_key
from spiders.ways import fitting

PAGE_LIMIT = 32 * 1024 * 1024
"""Bytes of a page after decoding."""

FILE_LIMIT = 100 * 1024 * 1024
"""Bytes of a PDF file."""

ASK = "ask"
"""Where a Scrapy request carries its `Ask` (`Request.meta`); retries and redirects keep it."""

WAY = "way"
"""Where it carries the `Way` it goes; without one it goes directly, as a question for robots.txt does."""

_FULL_CHECK_EVERY = 10

_AMBIGUOUS = re.compile(r"\\|[\x00-\x1f\x7f]")
"""Signs that one reader of an address takes for a part of the host and another does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one source may cost in one run. What is left over is read in the next run: it is remembered as unread.

    `requests` and `seconds` bound the whole reading. `delay` bounds what its slow answers may take from the others, in
    seconds on the wire beyond the `ordinary` ones that any answer may take.
    """

    requests: int = 400
    seconds: float = 1800.0
    delay: float = 50.0
    ordinary: float = 10.0


@dataclass(frozen=True, slots=True)
class Site:
    """The domains that a source may be read from."""

    domains: frozenset[str]

    @classmethod
    def of(cls, source: Source) -> "Site":
        """The registrable domain of the source's address, and its `allowed_domains`."""
        return cls(frozenset({registrable_domain(source.url), *(name.lower() for name in source.allowed_domains)}))

    @classmethod
    def around(cls, url: str) -> "Site":
        """The registrable domain of `url`."""
        return cls(frozenset({registrable_domain(url)}))

    def holds(self, url: str) -> bool:
        """Whether `url` belongs here: same registrable domain, or a listed domain or a subdomain of one."""
        try:
            parts = urlsplit(url)
            host, _ = (parts.hostname or "").lower(), parts.port
        except ValueError:  # a malformed address, as pages have them
            return False
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or _AMBIGUOUS.search(url):
            return False
        domain = registrable_domain(url)
        if domain and domain in self.domains:
            return True
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)


def _believed(capture: Capture) -> None:
    """For an `Ask` with one way: what it brings is judged by whoever reads it."""


@dataclass(slots=True, kw_only=True, eq=False)
class Ask:
    """One question to a server, with what to do about each end it can have. Retries and redirects are part of it.

    `key` is the document's (or index's) key; `known` what is remembered of it, whose validators go along. Exactly one
    of the three is called, once, and may ask more: `read` with the capture, whatever its status; `unchanged` after a
    304 or when the body is the one already known; `failed` when there is no answer to use. `limit` is the greatest
    number of bytes; `first` lets it pass the other questions of its source (an index before its pages);
    `confirms` tells that it asks once more what was answered without a mark of its end.

    `ways` is the way it is asked by and those left to try after it (by default the source's); `judge` says why the
    next of them is needed, and is asked only where there is one; `met` is what the earlier ones met. `address` is what
    is really asked for where that is not `url`: an archive's address, and `asked` the archive's addresses before it.
    `presses` is how often a browser presses what the source's `next_page` selects before the page is read.
    """

    reading: "Reading"
    key: str
    url: str
    read: Callable[[Capture], Iterable["Ask"]]
    unchanged: Callable[[], Iterable["Ask"]]
    failed: Callable[[Problem], Iterable["Ask"]]
    known: KnownDocument | None = None
    limit: int = PAGE_LIMIT
    first: bool = False
    confirms: bool = False
    host: str = ""
    ways: tuple[Way, ...] = ()
    judge: Callable[[Capture], Problem | None] = _believed
    met: tuple[tuple[Way, Problem], ...] = ()
    address: str = ""
    asked: tuple[str, ...] = ()
    presses: int = 0

    def __post_init__(self) -> None:
        self.ways = self.ways or fitting(self.reading.source.fetch, self.url)
        self.address = self.address or self.url
        self.host = self.host or host_key(self.address)

    @property
    def way(self) -> Way:
        """The way it is asked by."""
        return self.ways[0]

    @property
    def site(self) -> Site:
        """Where its answer may come from: the source's own site, or the archive's."""
        return Site.around(self.address) if self.way is Way.ARCHIVE else self.reading.site

    @property
    def home(self) -> str:
        """The configured address whose port is as good as the usual ones."""
        return self.address if self.way is Way.ARCHIVE else self.reading.source.url

    @property
    def validators(self) -> dict[str, str]:
        """The conditional headers to send; none on every tenth check: a server's 304 is not trusted for ever.

        Nor does any way but the direct one set conditions: they are about what the site itself serves.
        """
        known = self.known
        if self.way is not Way.DIRECT or known is None or known.checks % _FULL_CHECK_EVERY == _FULL_CHECK_EVERY - 1:
            return {}
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in headers.items() if value}


@dataclass(slots=True, eq=False)
class Reading:
    """The session of one source in one crawl.

    `asked` holds the keys already asked for, so that a page linked twice is read once; `open` counts the questions
    not settled yet, and with the last one the reading is over; `pages` counts index pages read, and `head` is what
    is to be remembered of the first; `refused` is what the ways met that a host has closed. Its time runs from the
    first request that is really sent, not from its place in a queue.
    """

    plan: SourcePlan
    sink: CrawlSink
    clock: Clock
    budget: Budget = Budget()
    asked: set[str] = field(default_factory=set)
    open: int = 0
    sent: int = 0
    delay: float = 0.0
    pages: int = 0
    head: KnownDocument | None = None
    frontier_asked: bool = False
    refused: dict[tuple[str, Way], Problem] = field(default_factory=dict)
    _began: float = 0.0
    _site: Site | None = None
    _keys: dict[str, str] | None = None

    @property
    def source(self) -> Source:
        """The source that is read."""
        return self.plan.source

    @property
    def site(self) -> Site:
        """Where it may be read from."""
        if self._site is None:
            self._site = Site.of(self.source)
        return self._site

    @property
    def now(self) -> datetime:
        """The time of the run, by which it is decided what is due."""
        return self.plan.now

    def known(self, key: str) -> KnownDocument | None:
        """What is remembered of document or index `key`."""
        return self.plan.documents.get(key)

    def key_of(self, url: str, otherwise: str = "") -> str:
        """The key of the document at `url`: that of a known document with this address, else `otherwise`, else the URL.

        A post known by its number keeps that key when a feed or a list names its address, and a document known by
        its address keeps it when the site starts to give numbers: one document whatever way leads to it.
        """
        address = canonical_url(url)
        if otherwise in self.plan.documents or address in self.plan.documents:
            return otherwise if otherwise in self.plan.documents else address
        if self._keys is None:
            numbered = (known for key, known in self.plan.documents.items() if key.startswith("post:"))
            self._keys = {canonical_url(known.url): known.key for known in numbered}
        return self._keys.get(address) or otherwise or address

    def claim(self, key: str) -> bool:
        """Whether `key` has not been asked for in this reading; from now on it has."""
        if key in self.asked:
            return False
        self.asked.add(key)
        return True

    def send(self) -> None:
        """Count a request that goes out now."""
        self._began = self._began or monotonic()
        self.sent += 1

    def spent(self, seconds: float) -> None:
        """Count what a question has cost on the wire."""
        self.delay += max(seconds - self.budget.ordinary, 0.0)

    @property
    def exhausted(self) -> bool:
        """Whether the budget of requests or time is used up."""
        if self.sent >= self.budget.requests or self.delay >= self.budget.delay:
            return True
        return bool(self._began) and monotonic() - self._began > self.budget.seconds

    # Telling the sink --------------------------------------------------------------------------------------------

    def unchanged(self, key: str) -> None:
        """Tell that document or index `key` is as it was."""
        self.sink.unchanged(self.source.id, key, at=self.clock.now())

    def failed(self, key: str, url: str, problem: Problem) -> None:
        """Tell that `url` gave no usable answer."""
        self.sink.failed(self.source.id, key, url, problem, at=self.clock.now())
