"""An RSS or Atom feed: its entries are read at the addresses they link to."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urljoin

from monitor.model import Capture, DocumentRef, Problem, ProblemKind, Way
from monitor.text.mementos import address_of
from monitor.text.urls import canonical_url
from spiders import feed_parser, xml
from spiders.index import Entries, Failed, IndexSpider
from spiders.reading import Ask, Reading

_FIRST_YEAR = 1990


class FeedSpider(IndexSpider):
    """Follows a feed."""

    name = "feed"
    xml = True

    def feed(
        self, reading: Reading, url: str, *, failed: Failed | None = None, ways: tuple[Way, ...] = ()
    ) -> Iterable[Ask]:
        """Ask for the feed at `url` by `ways`; `failed` is called instead of the sink if it is no use."""
        return self.index(reading, url, failed=failed, ways=ways)

    def entries(self, reading: Reading, capture: Capture) -> Entries | Problem:
        """The entries of the feed, in its order."""
        refused = xml.refusal(capture.body)
        if refused is not None:
            return refused
        location = address_of(capture)
        feed = feed_parser.parse(capture.body, xml.known_charset(capture.header("content-type")), location)
        if isinstance(feed, Problem):
            return feed
        if not feed.known:
            return Problem(kind=ProblemKind.WRONG_MEDIA_TYPE, detail="the answer is not an RSS or Atom feed")
        if not feed.entries:
            return Problem(kind=ProblemKind.EMPTY, detail="the feed holds no entry")
        latest = reading.now.year + 1
        return Entries(refs=tuple(_ref(entry, location, latest) for entry in feed.entries if entry.link))


def _ref(entry: feed_parser.Entry, base: str, latest: int) -> DocumentRef:
    try:
        url = urljoin(base, entry.link)
    except ValueError:  # a malformed address; it will be found to lead nowhere
        url = entry.link
    return DocumentRef(
        key=canonical_url(url),
        url=url,
        title=entry.title,
        published_on=_day(entry.published, latest),
        version=entry.updated,
    )


def _day(day: tuple[int, int, int] | None, latest: int) -> date | None:
    """The `day`; None for the slips of the pen that feeds are full of (the year 2925, the year 1)."""
    if day is None or not _FIRST_YEAR <= day[0] <= latest:
        return None
    return date(*day)
