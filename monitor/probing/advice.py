"""What to put into the configuration so that a source is read better. Pure: judges reports, asks nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from monitor.extract.charset import decode
from monitor.model import ProblemKind, Source, Way
from monitor.probing import structure
from monitor.probing.candidates import Body, body_of
from monitor.probing.entry import Value
from monitor.probing.reports import SeenDocument, WayReport, seen_document, ways_of

ALLOW_LISTING = "the site refuses us: ask it to let this monitor in, see docs/reaching-sources.md"

DRAWN_BY_SCRIPT = frozenset({ProblemKind.SHELL, ProblemKind.EMPTY})
"""What a plain request will never read better, and a browser may."""

_REFUSED = frozenset({ProblemKind.BLOCKED, ProblemKind.LOGIN})
_SPIDER_OF = {Body.FEED: "feed", Body.SITEMAP: "sitemap", Body.PDF: "document", Body.POSTS: "wordpress"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Sentences for a person, and the `keys` of the source's table that would mend what they say."""

    sentences: tuple[str, ...]
    keys: dict[str, Value] = field(default_factory=dict)


def advise(source: Source, reports: Sequence[WayReport], *, possible: Sequence[Way] = tuple(Way)) -> Advice:
    """What to change in the table of `source`, judging from what each way of `reports` brought.

    `possible` are the ways there are for it, tried or not.
    """
    by_way = ways_of(reports)
    keys: dict[str, Value] = {}
    sentences = [*_about_ways(source, by_way, possible, keys), *_about_documents(source, reports, keys)]
    if not sentences:
        sentences = ["nothing needs to change"]
    return Advice(sentences=tuple(sentences), keys=keys)


def better_ways(by_way: dict[Way, WayReport]) -> tuple[Way, ...]:
    """The ways to configure, judging from what each brought; empty where none of them reads anything.

    A way that was refused stays first: it costs one request, and it is the one that comes back when the site relents. A
    way that will never read the page is left out.
    """
    readable = [way for way in Way if way in by_way and by_way[way].readable]
    if not readable:
        return ()
    first = readable[0]
    if first is not Way.DIRECT and Way.DIRECT in by_way and not _kinds(by_way[Way.DIRECT]) & DRAWN_BY_SCRIPT:
        return (Way.DIRECT, *readable)
    return tuple(readable) if first is not Way.DIRECT else (first,)


def _about_ways(
    source: Source, by_way: dict[Way, WayReport], possible: Sequence[Way], keys: dict[str, Value]
) -> Iterator[str]:
    configured = [way for way in source.fetch if way in by_way]
    if configured and by_way[configured[0]].readable:
        return
    readable = [way for way in Way if way in by_way and by_way[way].readable]
    if any(way in readable for way in configured):
        serving = next(way for way in configured if way in readable)
        yield f"{configured[0]} does not read it, {serving} does"
        if _kinds(by_way[configured[0]]) & DRAWN_BY_SCRIPT and len(configured) > 1:
            keys["fetch"] = tuple(way.value for way in source.fetch if way is not configured[0])
    elif readable:
        yield f"{readable[0]} reads it, which is not configured"
        keys["fetch"] = tuple(way.value for way in better_ways(by_way))
    else:
        yield from _unreached(source, by_way, possible)
    if any(_kinds(report) & _REFUSED for report in by_way.values()):
        yield ALLOW_LISTING


def _unreached(source: Source, by_way: dict[Way, WayReport], possible: Sequence[Way]) -> Iterator[str]:
    """Where no way reads anything."""
    if any(ProblemKind.ROBOTS in _kinds(report) for report in by_way.values()):
        yield "robots.txt keeps us out, and it is obeyed in every way: ask the site, see docs/reaching-sources.md"
    untried = [way.value for way in possible if way not in by_way]
    if untried:
        yield f"not tried: {', '.join(untried)}; try them with: monitor sources test {source.id} --all-ways"
    else:
        yield "no way reads it"


def _about_documents(source: Source, reports: Sequence[WayReport], keys: dict[str, Value]) -> Iterator[str]:
    """What the first way that brought an answer shows about the other keys."""
    report = next((each for each in reports if each.readable), None) or next(
        (each for each in reports if each.documents), None
    )
    if report is None:
        return
    for seen in report.documents:
        said = list(_about_document(source, seen, report, keys))
        if said:
            yield from said
            return


def _about_document(source: Source, seen: SeenDocument, report: WayReport, keys: dict[str, Value]) -> Iterator[str]:
    body, problem = body_of(seen.capture), seen.problem
    if problem is not None and problem.kind is ProblemKind.WRONG_MEDIA_TYPE and body in _SPIDER_OF:
        keys["spider"] = _SPIDER_OF[body]
        yield f"what is at this address is a {body.value}"
    elif problem is not None and problem.kind is ProblemKind.SELECTOR and source.select:
        yield f"select = {source.select!r} finds nothing in the page as it is now"
        select = better_select(seen, source)
        if select:
            keys["select"] = select
    elif problem is not None and problem.kind is ProblemKind.WRONG_LANGUAGE and seen.language:
        keys["language"] = tuple(dict.fromkeys(each.language for each in report.documents if each.language))
        yield f"the page is in another language than configured: {problem.detail}"


def better_select(seen: SeenDocument, source: Source) -> str:
    """A selector for the text of the page in `seen`, tried by extracting with it; empty if none was found."""
    markup = decode(seen.capture.body, seen.capture.header("content-type"))
    select = structure.text_selector(markup)
    tried = seen_document(seen.capture, replace(source, select=select)) if select else seen
    return select if tried.problem is None else ""


def _kinds(report: WayReport) -> frozenset[ProblemKind]:
    return frozenset(problem.kind for problem in report.problems)
