"""An RSS or Atom feed: its entries are read at the addresses they link to."""

from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from time import struct_time
from typing import Any

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
            response_headers={"content-type": capture.header("content-type"), "content-location": capture.final_url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        if not parsed.get("version"):
            return Problem(kind=ProblemKind.WRONG_MEDIA_TYPE, detail="the answer is not an RSS or Atom feed")
        if not parsed.entries:
            return Problem(kind=ProblemKind.EMPTY, detail="the feed holds no entry")
        latest = reading.now.year + 1
        return Entries(refs=tuple(_ref(entry, latest) for entry in parsed.entries if entry.get("link")))


def _ref(entry: Mapping[str, Any], latest: int) -> DocumentRef:
    # Not `entry.get("updated")`: where there is none, feedparser answers with the date of publication.
    updated = dict.get(entry, "updated", "") if isinstance(entry, dict) else ""
    return DocumentRef(
        key=canonical_url(entry["link"]),
        url=entry["link"],
        title=" ".join(str(entry.get("title") or "").split()),
        published_on=_day(entry.get("published_parsed"), latest),
        version=str(updated or ""),
    )


def _day(moment: struct_time | None, latest: int) -> date | None:
    """The day of `moment`; None for the slips of the pen that feeds are full of (the year 2925, the year 1)."""
    if moment is None or not _FIRST_YEAR <= moment.tm_year <= latest:
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)
