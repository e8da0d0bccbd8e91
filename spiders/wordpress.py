"""A WordPress site: its REST list of posts if it is open, else its feed, else its pages' links.

REST gives each post a number and the moment it was last modified, so one request tells all that is new; but many
official sites close it, and some close the feed too. Which way worked last is known from what is remembered of each
way's index, and now and then a better one is tried again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from scrapy.crawler import Crawler

from monitor.model import Capture, DocumentRef, KnownDocument, Problem, ProblemKind, Way
from spiders.base import SourceSpider
from spiders.feed import FeedSpider
from spiders.index import INDEX, index_key, remembered
from spiders.listing import ListingSpider
from spiders.reading import Ask, Reading
from spiders.revisit import due
from spiders.wordpress_rest import (
    Addresses,
    Post,
    addresses,
    category_number,
    not_rest,
    page_count,
    posts,
    posts_url,
)

_RETRY_BETTER_EVERY = 10

_WALKED = "walked"
"""Version of the REST index once all its pages (up to `max_pages`) have been read at least once."""

_OVERLAP = timedelta(days=1)
"""Asked for twice, so that neither a site's idea of its time zone nor a post saved during a run makes a gap."""


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
        return self._try(reading, where, _order(reading, where), ())

    def _try(
        self, reading: Reading, where: Addresses, ways: tuple[int, ...], before: tuple[tuple[int, Problem], ...]
    ) -> Iterable[Ask]:
        """Ask by the first of `ways`; if it is closed, by the next. `before` says how the earlier ones ended."""
        way = ways[0]

        def closed(problem: Problem) -> Iterable[Ask]:
            ended = (*before, (way, problem))
            if ways[1:] and problem.kind not in _HOPELESS:
                return self._try(reading, where, ways[1:], ended)
            url = where.all[ended[0][0]]  # under the way that is remembered
            reading.failed(index_key(url), url, _summed(ended))
            return ()

        if way == 0:
            return self._rest(reading, where, closed)
        if way == 1:
            return self.feeds.feed(reading, where.feed, failed=closed, ways=_PLAINLY)
        return self.lists.listing(reading, where.html, failed=closed)

    # REST --------------------------------------------------------------------------------------------------------

    def _rest(self, reading: Reading, where: Addresses, closed: Callable[[Problem], Iterable[Ask]]) -> Iterable[Ask]:
        """The list of posts, after finding the number of the category if one is followed."""
        if not where.category:
            return self._posts(reading, where, {}, 1, closed)

        def read(capture: Capture) -> Iterable[Ask]:
            number = category_number(capture, where.category)
            if number is None:
                return closed(not_rest(capture))
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
                return closed(not_rest(capture))
            fresh = _fresh(reading, found)
            last = page >= min(reading.source.max_pages, page_count(capture, len(found), page))
            more = not last and bool(fresh or behind or not walked)
            index = remembered(reading, capture, index_key(where.rest), version="" if more and not walked else _WALKED)
            self._take(reading, capture, replace(index, url=where.rest), found, fresh)
            return self._posts(reading, where, narrow, page + 1, broken) if more else ()

        def broken(problem: Problem) -> Iterable[Ask]:
            # Not another way now: it would read the posts that are already told of, under other names.
            reading.failed(index_key(where.rest), where.rest, problem)
            return ()

        return (self._question(reading, posts_url(where.rest, narrow, since, page), read, closed),)

    def _question(
        self,
        reading: Reading,
        url: str,
        read: Callable[[Capture], Iterable[Ask]],
        closed: Callable[[Problem], Iterable[Ask]],
    ) -> Ask:
        """A REST question. It is never conditional: `modified_after` already says what is wanted."""
        return Ask(
            reading=reading,
            key=index_key(url),
            url=url,
            read=read,
            unchanged=tuple,
            failed=closed,
            first=True,
            ways=_PLAINLY,
        )

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

_PLAINLY = (Way.DIRECT,)
"""How REST and the feed are asked for: what closes both leaves the page, which a browser or an archive may bring."""

_HOPELESS = frozenset({ProblemKind.UNREACHABLE, ProblemKind.MAINTENANCE})
"""What lies with the host and not with the way: another way would only ask a struggling server again."""


def _summed(ended: Sequence[tuple[int, Problem]]) -> Problem:
    """One problem for all ways that were tried: of the kind the page ended with, for that is what everybody sees."""
    kinds = dict(ended)
    shown = kinds.get(len(_WAYS) - 1, ended[-1][1])
    return replace(shown, detail="; ".join(f"{_WAYS[way]}: {problem.detail}" for way, problem in ended))


def _order(reading: Reading, where: Addresses) -> tuple[int, ...]:
    """The ways in the order to try them: the one whose index was read last, then the others, the best first.

    The best one goes first where none was read yet, and on every tenth check of a lesser one.
    """
    best_first = tuple(range(len(_WAYS)))
    if Way.DIRECT not in reading.source.fetch:
        return best_first[-1:]
    indexes = [reading.known(index_key(url)) for url in where.all]
    read = [(index.last_ok_at, -way, index) for way, index in enumerate(indexes) if index and index.last_ok_at]
    if not read:
        return best_first
    _, negative, index = max(read, key=lambda entry: entry[:2])
    if index.checks % _RETRY_BETTER_EVERY == _RETRY_BETTER_EVERY - 1:
        return best_first
    return (-negative, *(way for way in best_first if way != -negative))


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
