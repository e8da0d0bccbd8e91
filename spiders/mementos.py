"""The archive way: the latest copy of a page that a public web archive holds, asked for by RFC 7089 ("Memento"). Pure.

A *TimeGate* is asked for the page, and redirects to (or is) its latest *memento*: a copy with the moment it was taken
at in `Memento-Datetime`. Where the gate names none, the *TimeMap* it links to, a list of all copies, may. `taken` says
after each answer what to do next; whoever calls it does the asking.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urljoin

from monitor.model import Capture, Problem, ProblemKind, Way
from monitor.text.httpdates import http_date
from monitor.text.mementos import original_url, raw_url
from monitor.text.urls import registrable_domain
from spiders.reading import Site

__all__ = ["Further", "latest_memento", "memento_at", "raw_url", "taken", "timegate_url", "timemap_url"]

_AHEAD = timedelta(minutes=1)
"""How far ahead of our clock an archive's may be."""

_LINK_FORMAT = "application/link-format"
_NO_COPY = frozenset({404, 410})
_UNTOLD = "the archive's answer does not say when the copy was taken (Memento-Datetime is missing)"

_LINK = re.compile(r'<([^<>]*)>((?:[^",<]|"[^"]*")*)')
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))')


@dataclass(frozen=True, slots=True)
class Further:
    """The archive is to be asked for `url` next."""

    url: str


def timegate_url(archive: str, url: str) -> str:
    """The address to ask for the latest copy of the page at `url`; `archive` is the TimeGate's prefix.

    >>> timegate_url("https://web.archive.org/web/", "https://mptc.gov.kh/en/#news")
    'https://web.archive.org/web/https://mptc.gov.kh/en/'
    """
    return f"{archive.rstrip('/')}/{urldefrag(url).url}"


def memento_at(headers: Iterable[tuple[str, str]]) -> datetime | Problem:
    """When the archive took the copy it served with `headers` (names in any case), in UTC; a Problem if it is not told.

    The moment is `Memento-Datetime`, an HTTP date (RFC 7089, 2.1.1).
    """
    value = next((value for name, value in headers if name.lower() == "memento-datetime"), "")
    if not value:
        return _undated(_UNTOLD)
    moment = http_date(value)
    if moment is None:
        return _undated(
            f"the archive does not say readably when the copy was taken: Memento-Datetime is {value[:80]!r}"
        )
    return moment


def timemap_url(headers: Iterable[tuple[str, str]], base: str) -> str:
    """The TimeMap that the `Link` headers of an answer from `base` name; empty if they name none."""
    fields = ", ".join(value for name, value in headers if name.lower() == "link")
    named = next((target for target, given in _links(fields) if "timemap" in _relations(given)), "")
    return urljoin(base, named) if named else ""


def latest_memento(timemap: str, base: str, now: datetime) -> str:
    """The latest copy up to `now` (aware UTC) that a TimeMap in link format from `base` lists; empty if none."""
    listed = (
        (moment, target)
        for target, given in _links(timemap)
        if "memento" in _relations(given) and (moment := http_date(given.get("datetime", ""))) is not None
    )
    latest = max((one for one in listed if one[0] <= now + _AHEAD), default=None)
    return urljoin(base, latest[1]) if latest else ""


def taken(
    answer: Capture, *, url: str, archive: str, site: Site, asked: Sequence[str] = ()
) -> Capture | Further | Problem:
    """What an archive's `answer` is in the search for the latest copy of the page at `url`.

    The copy itself, as a capture by the archive way (its status is that of the archived page); or what to ask the
    archive for next; or why there is no copy to be had. `archive` is the TimeGate's prefix, and nothing beyond its
    domain is asked for. `site` is where the source may be read from, in a copy too. `asked` are the addresses asked for
    so far: no archive leads us in a circle.
    """
    if not answer.header("memento-datetime"):
        return _search(answer, archive=archive, asked=asked)
    moment = memento_at(answer.headers)
    if isinstance(moment, Problem):
        return moment
    if moment > answer.fetched_at + _AHEAD:
        return _undated(f"the archive dates its copy {moment:%d %b %Y %H:%M} UTC, which is still to come")
    here = _cited(answer)
    if raw_url(here) != here:
        return _next(raw_url(here), archive=archive, asked=asked)
    original = original_url(here)
    if original and not site.holds(original):
        return Problem(kind=ProblemKind.OFF_SITE, detail=f"the archive's copy is one of another site: {original}")
    return replace(answer, url=url, final_url=here, way=Way.ARCHIVE, memento_at=moment)


def _cited(answer: Capture) -> str:
    """The copy's own address: a gate that answers with the copy itself names it in `Content-Location`."""
    location = answer.header("content-location")
    if not location or original_url(answer.final_url):
        return answer.final_url
    return urljoin(answer.final_url, location)


def _search(answer: Capture, *, archive: str, asked: Sequence[str]) -> Further | Problem:
    """Where to look after an answer that is no copy."""
    if answer.status == 200 and answer.media_type == _LINK_FORMAT:
        listed = answer.body.decode("utf-8", errors="replace")
        latest = latest_memento(listed, answer.final_url, answer.fetched_at)
        return _next(raw_url(latest), archive=archive, asked=asked) if latest else _none(answer)
    timemap = timemap_url(answer.headers, answer.final_url)
    if answer.status in _NO_COPY and timemap and timemap not in asked:
        return _next(timemap, archive=archive, asked=asked)
    return _none(answer)


def _next(url: str, *, archive: str, asked: Sequence[str]) -> Further | Problem:
    if registrable_domain(url) != registrable_domain(archive):
        return Problem(kind=ProblemKind.OFF_SITE, detail=f"the archive names a copy on another site: {url}")
    if url in asked:
        return Problem(kind=ProblemKind.HTTP_ERROR, detail="the archive leads in a circle instead of to a copy")
    return Further(url)


def _none(answer: Capture) -> Problem:
    if answer.status in _NO_COPY or answer.media_type == _LINK_FORMAT:
        return Problem(kind=ProblemKind.HTTP_ERROR, detail="the archive holds no copy of this page")
    if answer.status != 200:
        return Problem(kind=ProblemKind.HTTP_ERROR, detail=f"the archive answered HTTP {answer.status}")
    return _undated(_UNTOLD)


def _undated(detail: str) -> Problem:
    return Problem(kind=ProblemKind.DAMAGED, detail=detail, signals=("memento-datetime",))


def _links(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(target, parameters) of every link of a `Link` field or a document in link format (RFC 8288, RFC 6690)."""
    for found in _LINK.finditer(text):
        given = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(found[2])}
        yield found[1].strip(), given


def _relations(given: Mapping[str, str]) -> frozenset[str]:
    return frozenset(given.get("rel", "").lower().split())
