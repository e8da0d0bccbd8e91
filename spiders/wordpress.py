"""A WordPress site: its REST list of posts if it is open, else its feed, else its pages' links.

REST gives each post a number and the moment it was last modified, so one request tells all that is new; but many
official sites close it, and some close the feed too. Which way worked last is known from what is remembered of each
way's index, and now and then a better one is tried again.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scrapy.crawler import Crawler

from monitor.model import Capture, DocumentRef, KnownDocument, Problem, ProblemKind
from spiders.base import SourceSpider
from spiders.feed import FeedSpider
from spiders.index import INDEX, index_key, remembered
from spiders.listing import ListingSpider
from spiders.reading import Ask, Reading
from spiders.revisit import due

PER_PAGE = 20

_REST = "/wp-json/wp/v2/"
_FIELDS = "id,date,date_gmt,modified_gmt,link,title,content"
_LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?", re.ASCII)
_RETRY_BETTER_EVERY = 10

_WALKED = "walked"
"""Version of the REST index once all its pages (up to `max_pages`) have been read at least once."""

_OVERLAP = timedelta(days=1)
"""Asked for twice, so that neither a site's idea of its time zone nor a post saved during a run makes a gap."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the three ways of a site begin. `category` is the slug of the category that is followed, if any."""

    rest: str
    feed: str
    html: str
    category: str = ""


def addresses(url: str) -> Addresses:
    """The ways to the site (or category) at `url`: a site root, a REST list of posts, or a category page.

    >>> addresses("https://example.org/en/category/news/").rest
    'https://example.org/en/wp-json/wp/v2/posts'
    """
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    if _REST in parts.path:
        root = base + parts.path.partition(_REST)[0]
        return Addresses(rest=url, feed=f"{root}/feed/", html=f"{root}/")
    page = base + parts.path.rstrip("/")
    segments = [segment for segment in parts.path.split("/") if segment]
    if "category" not in segments:
        return Addresses(rest=f"{page}{_REST}posts", feed=f"{page}/feed/", html=url)
    # A category may stand below an archive folder, REST only below the site's root or its language.
    language = f"/{segments[0]}" if _LANGUAGE.fullmatch(segments[0]) else ""
    return Addresses(rest=f"{base}{language}{_REST}posts", feed=f"{page}/feed/", html=url, category=segments[-1])


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a REST list. `modified` is the site's text for the moment (GMT) it was last saved."""

    id: int
    link: str
    title: str
    published_on: date | None
    modified: str

    @property
    def part(self) -> str:
        """The name of this piece of the REST answer, and the post's key unless it is known by another."""
        return f"post:{self.id}"


def posts(body: bytes) -> tuple[Post, ...] | None:
    """The posts of a REST answer; None if `body` is not a list of posts."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, list):
        return None
    try:
        return tuple(_post(entry) for entry in answer)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _post(entry: Mapping[str, Any]) -> Post:
    title = re.sub(r"<[^>]*>", "", html.unescape(entry["title"]["rendered"]))
    day = entry.get("date") or entry.get("date_gmt")
    return Post(
        id=int(entry["id"]),
        link=str(entry["link"]),
        title=" ".join(title.split()),
        published_on=datetime.fromisoformat(day).date() if day else None,
        modified=str(entry["modified_gmt"]),
    )


class WordPressSpider(SourceSpider):
    """Reads a WordPress site by the best way it offers."""

    name = "wordpress"
    feeds: FeedSpider
    lists: ListingSpider

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build it with the two spiders it falls back on."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.feeds = FeedSpider.from_crawler(crawler)
        spider.lists = ListingSpider.from_crawler(crawler)
        return spider

    def read(self, reading: Reading) -> Iterable[Ask]:
        """Start with the way that worked last; with the first way on a first reading, and again now and then."""
        where = addresses(reading.source.url)
        return self._try(reading, where, _begin_with(reading, where), ())

    def _try(self, reading: Reading, where: Addresses, way: int, before: tuple[str, ...]) -> Iterable[Ask]:
        """Ask by way number `way`; if it is closed, by the next. `before` says how the earlier ones ended."""

        def closed(problem: Problem) -> Iterable[Ask]:
            ended = (*before, f"{_WAYS[way]}: {problem.detail}")
            if way + 1 < len(_WAYS) and problem.kind not in _HOPELESS:
                return self._try(reading, where, way + 1, ended)
            url = (where.rest, where.feed, where.html)[way]
            reading.failed(index_key(url), url, replace(problem, detail="; ".join(ended)))
            return ()

        if way == 0:
            return self._rest(reading, where, closed)
        if way == 1:
            return self.feeds.feed(reading, where.feed, failed=closed)
        return self.lists.listing(reading, where.html, failed=closed)

    # REST --------------------------------------------------------------------------------------------------------

    def _rest(self, reading: Reading, where: Addresses, closed: Callable[[Problem], Iterable[Ask]]) -> Iterable[Ask]:
        """The list of posts, after finding the number of the category if one is followed."""
        if not where.category:
            return self._posts(reading, where, {}, 1, closed)

        def read(capture: Capture) -> Iterable[Ask]:
            number = _category_number(capture, where.category)
            if number is None:
                return closed(_not_rest(capture))
            return self._posts(reading, where, {"categories": str(number)}, 1, closed)

        url = (
            where.rest.removesuffix("posts")
            + "categories?"
            + urlencode({"slug": where.category, "_fields": "id,slug"}, safe=",")
        )
        return (self._question(reading, url, read, closed),)

    def _posts(
        self,
        reading: Reading,
        where: Addresses,
        narrow: Mapping[str, str],
        page: int,
        closed: Callable[[Problem], Iterable[Ask]],
    ) -> Iterable[Ask]:
        """Ask for one page of the list of posts, latest modification first."""
        walked = _walked(reading, where)
        behind = _unread_posts(reading)
        since = _since(reading, behind) if walked else ""

        def read(capture: Capture) -> Iterable[Ask]:
            found = posts(capture.body) if capture.status == 200 else None
            if found is None or not (found or since or page > 1):
                return closed(_not_rest(capture))
            fresh = _fresh(reading, found)
            last = page >= min(reading.source.max_pages, _pages(capture, len(found), page))
            more = not last and bool(fresh or behind or not walked)
            index = remembered(reading, capture, index_key(where.rest), version="" if more and not walked else _WALKED)
            self._take(reading, capture, replace(index, url=where.rest), found, fresh)
            return self._posts(reading, where, narrow, page + 1, broken) if more else ()

        def broken(problem: Problem) -> Iterable[Ask]:
            # Not another way now: it would read the posts that are already told of, under other names.
            reading.failed(index_key(where.rest), where.rest, problem)
            return ()

        return (self._question(reading, _posts_url(where.rest, narrow, since, page), read, closed),)

    def _question(
        self,
        reading: Reading,
        url: str,
        read: Callable[[Capture], Iterable[Ask]],
        closed: Callable[[Problem], Iterable[Ask]],
    ) -> Ask:
        """A REST question. It is never conditional: `modified_after` already says what is wanted."""
        return Ask(reading=reading, key=index_key(url), url=url, read=read, unchanged=tuple, failed=closed, first=True)

    def _take(
        self,
        reading: Reading,
        capture: Capture,
        index: KnownDocument,
        found: Sequence[Post],
        fresh: Mapping[Post, DocumentRef],
    ) -> None:
        """Tell the sink of the posts found, and pass on the fresh ones."""
        refs = tuple(_ref(reading, post) for post in found if reading.site.holds(post.link))
        reading.sink.indexed(index, refs, at=capture.fetched_at)
        for post, ref in fresh.items():
            if reading.claim(ref.key):
                reading.sink.captured(
                    replace(
                        capture,
                        document_key=ref.key,
                        url=post.link,
                        part=post.part,
                        title=post.title,
                        published_on=post.published_on,
                    )
                )


_WAYS = ("REST", "feed", "page")

_HOPELESS = frozenset({ProblemKind.UNREACHABLE, ProblemKind.MAINTENANCE})
"""What lies with the host and not with the way: another way would only ask a struggling server again."""


def _begin_with(reading: Reading, where: Addresses) -> int:
    """The way whose index was read last; the best one if none was, and on every tenth check of a lesser one."""
    indexes = [reading.known(index_key(url)) for url in (where.rest, where.feed, where.html)]
    read = [(index.last_ok_at, way, index) for way, index in enumerate(indexes) if index and index.last_ok_at]
    if not read:
        return 0
    _, way, index = max(read, key=lambda entry: (entry[0], -entry[1]))
    return 0 if index.checks % _RETRY_BETTER_EVERY == _RETRY_BETTER_EVERY - 1 else way


def _ref(reading: Reading, post: Post) -> DocumentRef:
    return DocumentRef(
        key=reading.key_of(post.link, post.part),
        url=post.link,
        title=post.title,
        published_on=post.published_on,
        version=post.modified,
    )


def _fresh(reading: Reading, found: Sequence[Post]) -> dict[Post, DocumentRef]:
    """Those posts, with their references, that have not been read in this version."""
    fresh = {}
    for post in found:
        ref = _ref(reading, post)
        known = reading.known(ref.key)
        read = known is not None and known.last_ok_at is not None and known.version == ref.version
        if not read and reading.site.holds(post.link):
            fresh[post] = ref
    return fresh


def _walked(reading: Reading, where: Addresses) -> bool:
    known = reading.known(index_key(where.rest))
    return known is not None and known.version == _WALKED


def _unread_posts(reading: Reading) -> list[datetime]:
    """When the posts were modified that are known but could not be read yet and are due again."""
    documents = reading.plan.documents.values()
    unread = (known for known in documents if known.last_ok_at is None and due(known, reading.now))
    return [moment for known in unread if (moment := _moment(known)) is not None]


def _since(reading: Reading, unread: Sequence[datetime]) -> str:
    """The `modified_after` to ask for: a day before the last modification read, or before an older unread post."""
    documents = reading.plan.documents.values()
    read = [moment for known in documents if known.last_ok_at and (moment := _moment(known)) is not None]
    if not read:
        return ""
    return (min([max(read), *unread]) - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(known: KnownDocument) -> datetime | None:
    """When a post was modified, from the version that REST gave it (GMT without saying so); None for anything else."""
    if known.key.startswith(INDEX):
        return None
    try:
        moment = datetime.fromisoformat(known.version)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _posts_url(rest: str, narrow: Mapping[str, str], since: str, page: int) -> str:
    """The address of one page of the list; what the configured address asks for already is kept."""
    parts = urlsplit(rest)
    query = dict(parse_qsl(parts.query)) | dict(narrow)
    query |= {"per_page": str(PER_PAGE), "orderby": "modified", "order": "desc", "_fields": _FIELDS}
    if since:
        query["modified_after"] = since
    if page > 1:
        query["page"] = str(page)
    return urlunsplit(parts._replace(query=urlencode(query, safe=",:")))


def _pages(capture: Capture, count: int, page: int) -> int:
    """How many pages the list has, as far as the answer tells."""
    total = capture.header("x-wp-totalpages")
    if total.isascii() and total.isdigit():
        return int(total)
    has_next = 'rel="next"' in capture.header("link") or (not capture.header("link") and count >= PER_PAGE)
    return page + 1 if has_next else page


def _category_number(capture: Capture, slug: str) -> int | None:
    """The number of the category `slug` in the answer of the list of categories; None if it is not there."""
    try:
        answer = json.loads(capture.body) if capture.status == 200 else None
        return next((int(entry["id"]) for entry in answer or () if entry.get("slug") == slug), None)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _not_rest(capture: Capture) -> Problem:
    """Why the answer in `capture` is not a REST list."""
    if capture.status >= 500:
        return Problem(kind=ProblemKind.HTTP_ERROR, detail=f"answered {capture.status}")
    if capture.status in (401, 403, 429):
        return Problem(kind=ProblemKind.BLOCKED, detail=f"answered {capture.status}")
    if capture.status != 200:
        return Problem(kind=ProblemKind.GONE, detail=f"answered {capture.status}")
    return Problem(kind=ProblemKind.WRONG_MEDIA_TYPE, detail="the answer is not a REST list of posts")
