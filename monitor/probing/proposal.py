"""From an address to a `[[source]]` table: which kind of source is cheapest and complete there, and how it is read.

Asks the network only through the `Looker` it is given: for the page, for what else the site may offer, for a few
documents of the best list, and, where the page cannot be read plainly, by the other ways. What it concludes is pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from monitor.errors import MonitorError
from monitor.extract.charset import decode
from monitor.model import Body as ActingBody
from monitor.model import Problem, ProblemKind, Source, Way
from monitor.probing import candidates, naming, structure
from monitor.probing.advice import ALLOW_LISTING, DRAWN_BY_SCRIPT, better_ways
from monitor.probing.candidates import Body
from monitor.probing.looks import Looker, Preview, applicable
from monitor.probing.reports import SeenDocument, WayReport, report, seen_document
from monitor.screening import phrase

_ANY = ("en", "km", "fr")
_EVERY = {
    "feed": timedelta(hours=6),
    "wordpress": timedelta(hours=6),
    "listing": timedelta(days=1),
    "sitemap": timedelta(days=1),
    "document": timedelta(days=7),
}
_PAGE_EVERY, _ARTICLE_EVERY = timedelta(days=1), timedelta(days=7)
_LIST = 4  # requests: a list and a few of its documents, or the ways of a WordPress site until one is open
_LIST_OF = 4  # documents a page must name to be a list rather than a page with some links
_KINDS: Mapping[Body, tuple[str, str]] = {
    Body.FEED: ("feed", "the address is a feed"),
    Body.SITEMAP: ("sitemap", "the address is a sitemap"),
    Body.PDF: ("document", "the address is a PDF file"),
    Body.POSTS: ("wordpress", "the address is the REST list of a WordPress site"),
}


_NOTHING_THERE = frozenset(
    {
        ProblemKind.UNREACHABLE,
        ProblemKind.HTTP_ERROR,
        ProblemKind.GONE,
        ProblemKind.SOFT_404,
        ProblemKind.OFF_SITE,
        ProblemKind.MAINTENANCE,
    }
)
"""What no other way or kind of source mends: the address is wrong, or it is to be tried another day."""
_THROUGH: Mapping[Way, str] = {Way.BROWSER: "through a browser", Way.ARCHIVE: "as an archive's copy"}
_REFUSED = frozenset({ProblemKind.BLOCKED, ProblemKind.LOGIN, ProblemKind.ROBOTS})


class NothingThereError(MonitorError):
    """The address does not lead to anything that could become a source."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A source as it should be configured, why, and what its first reading shows.

    `reasons` say how the kind was chosen, `remarks` what a person should know or decide; both go into the file as
    comments. `shown` are documents extracted with the proposed selectors; `readable` is whether one of them could be
    read. `authority_known` is False where it could not be told who speaks.
    """

    source: Source
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    shown: tuple[SeenDocument, ...]
    authority_known: bool

    @property
    def readable(self) -> bool:
        """Whether a document could be read as it would be configured."""
        return any(seen.problem is None for seen in self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """A kind of source that was tried: where it is, why it was chosen, and what it brought."""

    spider: str
    url: str
    reason: str
    documents: tuple[SeenDocument, ...]
    links: str = ""
    fetch: tuple[Way, ...] = (Way.DIRECT,)
    every: timedelta = _PAGE_EVERY


def propose(
    url: str,
    *,
    look: Looker,
    known: Sequence[Source],
    bodies: Mapping[str, ActingBody],
    archive: str,
    identity: str = "",
) -> Proposal:
    """The source that should be configured for the page, list or site at `url`. Raises NothingThereError.

    `known` are the sources that are configured already: one of the same site says whose it is; `bodies` are those of
    the packs; `archive` is the address of a web archive, empty for none. `identity` is the id to give it, by default
    one made from the address.
    """
    remarks: list[str] = []
    choice = _choose(url, look, archive, remarks)
    site = naming.speaker(choice.url, known, bodies)
    languages = naming.languages(choice.documents, choice.url)
    source = Source(
        id=identity or naming.identity(choice.url, {source.id for source in known}),
        url=choice.url,
        spider=choice.spider,
        jurisdiction=site.jurisdiction,
        languages=languages,
        authority=site.authority,
        publisher=site.publisher,
        links=choice.links,
        fetch=choice.fetch,
        every=choice.every,
    )
    source = _with_selectors(source, choice.documents)
    shown = tuple(seen_document(seen.capture, source) for seen in choice.documents)
    if not any(seen.problem is None for seen in shown):
        source = replace(source, enabled=False, note="could not be read when it was added")
        remarks.append(
            "nothing could be read, so it is not enabled; look again with: monitor sources test " + source.id
        )
    if not site.jurisdiction:
        remarks.append("jurisdiction is not known: whose law does it speak of? KH, ASEAN, INT …")
    remarks += site.remarks
    return Proposal(
        source=source,
        reasons=(choice.reason,),
        remarks=tuple(remarks),
        shown=shown,
        authority_known=site.authority_known,
    )


def _choose(url: str, look: Looker, archive: str, remarks: list[str]) -> _Choice:
    (preview,) = look([_probe("page", url, "page")], 2)
    front = report(preview, Way.DIRECT)
    body = candidates.body_of(front.documents[0].capture) if front.documents else Body.PAGE
    if body in _KINDS:
        return _named_by_its_body(url, body, look)
    if body is Body.OTHER and not front.readable:
        raise NothingThereError(f"{url}: {_first_problem(front).detail}; nothing is proposed")
    hopeless = next((problem for problem in front.problems if problem.kind in _NOTHING_THERE), None)
    if hopeless is not None and not front.readable:
        raise NothingThereError(f"{url}: {hopeless.detail}; nothing is proposed")
    markup = _markup(front)
    if front.readable and structure.is_article(markup) and not candidates.follows_whole_site(url):
        return _page(front, "the page declares itself an article", every=_ARTICLE_EVERY)
    if (best := _best_list(url, front, markup, look)) is not None:
        return best
    if front.readable:
        return _page(front, "the page names no list of documents, so it is watched itself")
    return _by_another_way(front, look, archive, remarks)


def _probe(name: str, url: str, spider: str, **more: object) -> Source:
    return replace(Source(id=name, url=url, spider=spider, languages=_ANY), **more)  # type: ignore[arg-type]


def _named_by_its_body(url: str, body: Body, look: Looker) -> _Choice:
    spider, reason = _KINDS[body]
    (preview,) = look([_probe(spider, url, spider)], _LIST)
    seen = report(preview)
    if not seen.readable:
        problem = next(iter(seen.problems), None)
        reason += f"; {problem.detail}" if problem is not None else "; it names no document at this moment"
    return _Choice(spider=spider, url=url, reason=reason, documents=seen.documents, every=_EVERY[spider])


def _page(front: WayReport, reason: str, *, every: timedelta = _PAGE_EVERY) -> _Choice:
    return _Choice(spider="page", url=front.preview.source.url, reason=reason, documents=front.documents, every=every)


# Lists ------------------------------------------------------------------------------------------------------------


def _best_list(url: str, front: WayReport, markup: str, look: Looker) -> _Choice | None:
    """The cheapest complete list that names documents which can be read; None if there is none."""
    for source in _list_probes(url, front, markup):
        (preview,) = look([source], _LIST)
        seen = report(preview)
        if seen.readable and (reason := _reason(preview)):
            return _Choice(
                spider=source.spider,
                url=source.url,
                reason=f"{reason}; it names {len(preview.refs)} documents",
                documents=seen.documents,
                links=source.links,
                every=_EVERY[source.spider],
            )
    return None


def _list_probes(url: str, front: WayReport, markup: str) -> list[Source]:
    """What the site may offer besides the page, in order of preference; asked one after the other until one serves."""
    probes: list[Source] = []
    if candidates.follows_whole_site(url) and (candidates.is_wordpress(markup) or not front.readable):
        probes.append(_probe("wordpress", url, "wordpress"))
    named = candidates.feeds(markup, url) or (() if probes else (candidates.guessed_feed(url),))
    probes += [_probe("feed", feed, "feed") for feed in named]
    if not front.readable:  # complete, but it says nothing of what is new: only where there is nothing else
        probes.append(_probe("sitemap", candidates.sitemap(url, front.preview.sitemaps), "sitemap"))
    elif links := _links(front, markup):
        probes.append(_probe("listing", url, "listing", links=links))
    return probes


def _reason(preview: Preview) -> str:
    """Why the list in `preview` serves, in words; empty for a WordPress site that only has links, as any site has."""
    if preview.source.spider == "listing":
        return "a list page without a feed of its own"
    if preview.source.spider != "wordpress":
        return f"its {preview.source.spider} can be read"
    if any(capture.part for capture in preview.captures):
        return "WordPress, whose REST interface is open"
    if any(urlsplit(index.url).path.rstrip("/").endswith("/feed") for index in preview.indexes):
        return "WordPress, whose REST interface is closed and whose feed can be read"
    return ""


def _links(front: WayReport, markup: str) -> str:
    """The selector of the page's links to documents, if the page is a list; empty if it is a text with links."""
    capture = front.documents[0].capture
    content_type, source = capture.header("content-type"), front.preview.source
    selector = structure.link_selector(capture.body, content_type, capture.final_url, markup, source)
    if not selector:
        return ""
    named = structure.named_by(capture.body, content_type, capture.final_url, replace(source, links=selector))
    written = sum(len(ref.title) for ref in named)
    return selector if len(named) >= _LIST_OF and structure.prose(markup) <= 3 * written else ""


# Where a plain request does not read the page ----------------------------------------------------------------------


def _by_another_way(front: WayReport, look: Looker, archive: str, remarks: list[str]) -> _Choice:
    """The page by browser or archive; where none of them reads it either, the ways to try when things change."""
    page = front.preview.source
    probes = [
        _probe(f"page-{way}", page.url, "page", fetch=(way,))
        for way in applicable(page, archive=archive)
        if way is not Way.DIRECT
    ]
    tried = {preview.source.fetch[0]: report(preview, preview.source.fetch[0]) for preview in look(probes, 2)}
    by_way = {Way.DIRECT: front, **tried}
    kinds = {problem.kind for problem in front.problems}
    reason = "; ".join(dict.fromkeys(problem.detail for problem in front.problems)) or "nothing was answered"
    if kinds & _REFUSED:
        remarks.append(ALLOW_LISTING)
    fetch = better_ways(by_way)
    way = next((way for way in fetch if by_way[way].readable), None)
    if way is None:
        remarks.append("; ".join(phrase(tried_way, _first_problem(seen)) for tried_way, seen in tried.items()))
        return _Choice(
            spider="page",
            url=page.url,
            reason=f"asked plainly: {reason}",
            documents=front.documents,
            fetch=_worth_trying(kinds, archive),
        )
    serving = by_way[way]
    links = _links(serving, _markup(serving))
    return _Choice(
        spider="listing" if links else "page",
        url=page.url,
        reason=f"asked plainly: {reason}; {_THROUGH[way]} it can be read",
        documents=serving.documents,
        links=links,
        fetch=fetch,
    )


def _worth_trying(kinds: Collection[ProblemKind], archive: str) -> tuple[Way, ...]:
    """The ways for a page that none of them reads at this moment."""
    if DRAWN_BY_SCRIPT.intersection(kinds):
        return (Way.BROWSER,)
    if {ProblemKind.BLOCKED, ProblemKind.LOGIN}.intersection(kinds) and archive:
        return (Way.DIRECT, Way.ARCHIVE)
    return (Way.DIRECT,)


def _first_problem(seen: WayReport) -> Problem:
    unanswered = Problem(kind=ProblemKind.UNREACHABLE, detail="nothing was answered")
    return next(iter(seen.problems), unanswered)


# Selectors --------------------------------------------------------------------------------------------------------


def _with_selectors(source: Source, documents: Sequence[SeenDocument]) -> Source:
    """`source` with `select` and `remove` from its documents, where extracting with them reads every one of them."""
    pages = [seen for seen in documents if seen.problem is None and not seen.capture.part and _is_page(seen)]
    if not pages:
        return source
    markups = [_markup_of(seen) for seen in pages]
    selects = {structure.text_selector(markup) for markup in markups}
    if len(selects) != 1:
        return source
    (select,) = selects
    removed = dict.fromkeys(name for markup in markups for name in structure.furniture(markup, select))
    for tried in (replace(source, select=select, remove=tuple(removed)), replace(source, select=select)):
        if all(seen_document(seen.capture, tried).problem is None for seen in pages):
            return tried
    return source


def _is_page(seen: SeenDocument) -> bool:
    return candidates.body_of(seen.capture) is Body.PAGE


def _markup(seen: WayReport) -> str:
    return _markup_of(seen.documents[0]) if seen.documents else ""


def _markup_of(seen: SeenDocument) -> str:
    return decode(seen.capture.body, seen.capture.header("content-type"))
