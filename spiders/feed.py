"""An RSS or Atom feed: its entries are read at the addresses they link to."""

from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from monitor.model import Capture, DocumentRef, Problem, ProblemKind
from monitor.text.urls import canonical_url
from spiders import xml
from spiders.index import Entries, Failed, IndexSpider
from spiders.reading import Ask, Reading

_FIRST_YEAR = 1990


class FeedSpider(IndexSpider):
    """Follows a feed."""

    name = "feed"
    xml = True

    def feed(self, reading: Reading, url: str, *, failed: Failed | None = None) -> Iterable[Ask]:
        """Ask for the feed at `url`; `failed` is called instead of the sink if it is no use."""
        return self.index(reading, url, failed=failed)

    def entries(self, reading: Reading, capture: Capture) -> Entries | Problem:
        """The entries of the feed, in its order."""
        refused = xml.refusal(capture.body)
        if refused is not None:
            return refused
        # From bytes, so that nothing is fetched; the markup of summaries is not used, so it is not cleaned either.
        parsed = feedparser.parse(
            BytesIO(capture.body),
            response_headers={
                "content-type": xml.known_charset(capture.header("content-type")),
                "content-location": capture.final_url,
            },
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        if not parsed.get("version"):
            return Problem(kind=ProblemKind.WRONG_MEDIA_TYPE, detail="the answer is not an RSS or Atom feed")
        if not parsed.entries:
            return Problem(kind=ProblemKind.EMPTY, detail="the feed holds no entry")
        latest = reading.now.year + 1
        named = [entry for entry in parsed.entries if entry.get("link")]
        return Entries(refs=tuple(_ref(entry, capture.final_url, latest) for entry in named))


def _ref(entry: Mapping[str, Any], base: str, latest: int) -> DocumentRef:
    try:
        url = urljoin(base, entry["link"])
    except ValueError:  # a malformed address; it will be found to lead nowhere
        url = entry["link"]
    # Not `entry.get("updated")`: where there is none, feedparser answers with the date of publication.
    updated = dict.get(entry, "updated", "") if isinstance(entry, dict) else ""
    return DocumentRef(
        key=canonical_url(url),
        url=url,
        title=" ".join(str(entry.get("title") or "").split()),
        published_on=_day(entry.get("published_parsed"), latest),
        version=str(updated or ""),
    )


def _day(moment: struct_time | None, latest: int) -> date | None:
    """The day of `moment`; None for the slips of the pen that feeds are full of (the year 2925, the year 1)."""
    if moment is None or not _FIRST_YEAR <= moment.tm_year <= latest:
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)
