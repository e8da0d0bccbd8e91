"""Looks at sources through the guarded crawl of every run (limits, address guard, robots, gaps); stores nothing."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from time import monotonic
from urllib.parse import urlsplit

from monitor.config import Config
from monitor.crawl import crawl
from monitor.errors import MonitorError
from monitor.logs import configure
from monitor.model import Capture, DocumentRef, KnownDocument, Problem, ProblemKind, Source, Way
from monitor.ports import Clock, SourcePlan

Looker = Callable[[Sequence[Source], int], "Sequence[Preview]"]
"""Looks at sources (ids all different), each with so many requests at most; a preview for each, in their order."""

LOOK = 6
"""Requests that a look may make: the index and a few of its documents show enough."""

_PATIENCE = timedelta(seconds=120)
_ANSWER = timedelta(seconds=10)  # that a request may take in the mean, drawing by a browser included
_LONGEST = timedelta(minutes=15)
_NO_PAGES = frozenset({"feed", "sitemap", "document"})
_GRACE = 20.0
"""Seconds in which a crawl that is told to stop closes its connections, and a browser if it has one."""


@dataclass(slots=True)
class Preview:
    """What a look at one source brought.

    `seconds` run from the start of the crawl to the last answer, our own gaps between requests included; `robots` is
    one sentence on what robots.txt says about the source's address, as far as it could be read.
    """

    source: Source
    captures: list[Capture] = field(default_factory=list)
    indexes: list[KnownDocument] = field(default_factory=list)
    refs: list[DocumentRef] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0
    robots: str = ""
    sitemaps: tuple[str, ...] = ()


class Looking:
    """A `CrawlPlan` and `CrawlSink` for looking at sources of which nothing is known."""

    def __init__(self, sources: Sequence[Source], now: datetime) -> None:
        self.previews = {source.id: Preview(source=source) for source in sources}
        self._now = now
        self._began = 0.0

    def __iter__(self) -> Iterator[SourcePlan]:
        self._began = monotonic()
        for preview in self.previews.values():
            yield SourcePlan(source=preview.source, documents={}, now=self._now)

    def __len__(self) -> int:
        return len(self.previews)

    def captured(self, capture: Capture) -> None:
        self.previews[capture.source_id].captures.append(capture)

    def unchanged(self, source_id: str, document_key: str, *, at: datetime) -> None:
        raise MonitorError(f"{source_id}: {document_key} was answered as unchanged, though nothing is known of it")

    def indexed(self, index: KnownDocument, refs: Sequence[DocumentRef], *, at: datetime) -> None:
        preview = self.previews[index.source_id]
        preview.indexes.append(index)
        preview.refs.extend(refs)

    def failed(self, source_id: str, document_key: str, url: str, problem: Problem, *, at: datetime) -> None:
        self.previews[source_id].problems.append((url, problem))

    def progress(self, source_id: str, requests: int) -> None:
        self.previews[source_id].requests += requests

    def finished(self, source_id: str, *, at: datetime) -> None:
        self.previews[source_id].seconds = monotonic() - self._began


def look_here(
    sources: Sequence[Source], *, config: Config, clock: Clock, requests: int | None = LOOK
) -> tuple[Preview, ...]:
    """Look at `sources` (ids all different) in this process, in which nothing may crawl before or after."""
    looking = Looking(sources, clock.now())
    crawl(looking, looking, config=config, clock=clock, requests=requests)
    for preview in looking.previews.values():
        _hear_robots(preview, config, clock.now())
    return tuple(looking.previews.values())


def look(
    sources: Sequence[Source], *, config: Config, clock: Clock, requests: int = LOOK, verbosity: int = 0
) -> tuple[Preview, ...]:
    """Look at `sources` (ids all different) in a child process, so that one look can follow another.

    `requests` bounds what may be asked of each source. A look that does not end, or whose process dies, is a problem
    of its sources. Raises MonitorError for what the crawl itself raised.
    """
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sending, tuple(sources), config, clock, requests, verbosity))
    child.start()
    sending.close()
    patience = min(_PATIENCE + len(sources) * requests * (config.min_gap + _ANSWER), _LONGEST).total_seconds()
    try:
        if not receiving.poll(patience):
            return _lost(sources, f"the look did not end within {patience:.0f} s")
        brought = receiving.recv()
    except EOFError:
        child.join(_GRACE)
        return _lost(sources, f"the process that looked ended early (code {child.exitcode})")
    finally:
        _end(child)
        receiving.close()
    if isinstance(brought, MonitorError):
        raise brought
    previews: tuple[Preview, ...] = brought
    return previews


def looker(config: Config, clock: Clock, *, verbosity: int = 0) -> Looker:
    """`look` with everything but the sources and the number of requests settled."""

    def looking(sources: Sequence[Source], requests: int) -> Sequence[Preview]:
        return look(sources, config=config, clock=clock, requests=requests, verbosity=verbosity) if sources else ()

    return looking


def applicable(source: Source, *, archive: str) -> tuple[Way, ...]:
    """Every way that can bring what `source` is: the configured ones, then the others.

    A feed, a sitemap and a file are no pages for a browser; without the address of an archive there is none.
    """
    no_page = source.spider in _NO_PAGES
    others = (way for way in Way if way not in source.fetch)
    return (
        *source.fetch,
        *(way for way in others if not (way is Way.BROWSER and no_page) and not (way is Way.ARCHIVE and not archive)),
    )


def _child(
    sending: Connection, sources: tuple[Source, ...], config: Config, clock: Clock, requests: int, verbosity: int
) -> None:
    configure(verbosity)
    try:
        brought: object = look_here(sources, config=config, clock=clock, requests=requests)
    except MonitorError as error:
        plain = MonitorError(str(error))  # what any process can read, whatever the error was made of
        plain.exit_code = error.exit_code
        brought = plain
    sending.send(brought)
    sending.close()


def _end(child: multiprocessing.process.BaseProcess) -> None:
    """Let the child end by itself, then by asking, then by force."""
    child.join(_GRACE / 10)
    if child.is_alive():
        child.terminate()
        child.join(_GRACE)
    if child.is_alive():
        child.kill()
        child.join()


def _lost(sources: Sequence[Source], detail: str) -> tuple[Preview, ...]:
    problem = Problem(kind=ProblemKind.UNREACHABLE, detail=detail, signals=("look",))
    return tuple(Preview(source=source, problems=[(source.url, problem)]) for source in sources)


# Robots ----------------------------------------------------------------------------------------------------------


def _hear_robots(preview: Preview, config: Config, now: datetime) -> None:
    """Fill in what robots.txt says, from the rules that the crawl has just read and remembered."""
    from spiders.manners import Manners

    declined = next((problem for _, problem in preview.problems if problem.kind is ProblemKind.ROBOTS), None)
    parts = urlsplit(preview.source.url)
    text = Manners(config.data_dir / "manners").rules(f"{parts.scheme}://{parts.netloc}", now)
    heard = hear(text, preview.source.url)
    preview.sitemaps = heard.sitemaps
    preview.robots = declined.detail if declined is not None else heard.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a robots.txt says about an address: one sentence, and the sitemaps it names."""

    sentence: str
    sitemaps: tuple[str, ...] = ()


def hear(text: str | None, url: str) -> Heard:
    """What the robots.txt `text` says about `url`: "" stands for a site without one, None for one not read."""
    from protego import Protego

    from spiders.settings import PRODUCT

    if text is None:
        return Heard(sentence="robots.txt could not be read")
    if not text:
        return Heard(sentence="there is no robots.txt, so nothing is forbidden")
    rules = Protego.parse(text)
    if not rules.can_fetch(url, PRODUCT):
        return Heard(sentence="robots.txt forbids this address")
    delay = rules.crawl_delay(PRODUCT)
    wish = f" and asks for {delay:g} s between requests" if delay else ""
    return Heard(sentence=f"robots.txt allows this address{wish}", sitemaps=tuple(rules.sitemaps))
