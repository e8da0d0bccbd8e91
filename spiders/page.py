"""A single page that is watched at its own address."""

from collections.abc import Iterable

from monitor.model import DocumentRef
from monitor.text.urls import canonical_url
from spiders.base import SourceSpider
from spiders.reading import Ask, Reading


class PageSpider(SourceSpider):
    """One source, one document: the page at the source's address."""

    name = "page"

    def read(self, reading: Reading) -> Iterable[Ask]:
        """Ask for the page."""
        url = reading.source.url
        return self.document(reading, DocumentRef(key=canonical_url(url), url=url))
