"""A list page in HTML: links to documents, and perhaps a link to the next page of the list."""

from collections.abc import Iterable
from dataclasses import replace

from monitor.extract import trial
from monitor.extract.charset import decode
from monitor.extract.links import links, next_control, next_page
from monitor.model import Capture, DocumentRef, KnownDocument, Problem, Way
from monitor.text.mementos import address_of
from spiders.index import Entries, Failed, IndexSpider, index_key
from spiders.reading import Ask, Reading

_WALKED = "walked"
"""Version of a list's first page once all its pages (up to `max_pages`) have been read at least once."""


class ListingSpider(IndexSpider):
    """Follows a list. At first through all its pages; later on only as far as they hold something new.

    A first walk that was cut short (a failing page, the budget, a stop) is taken up again from the start by the next
    reading: which pages were missed is not known.
    """

    name = "listing"

    def read(self, reading: Reading) -> Iterable[Ask]:
        """Ask for the first page of the list at the source's address."""
        return self.listing(reading, reading.source.url)

    def listing(self, reading: Reading, url: str, *, failed: Failed | None = None) -> Iterable[Ask]:
        """Ask for the first page of the list at `url`; `failed` is called instead of the sink if it is no use."""
        walked = _walked(reading, url)
        return self.index(reading, url, version=_WALKED if walked else "", afresh=not walked, failed=failed)

    def entries(self, reading: Reading, capture: Capture) -> Entries | Problem:
        """The links of the page, and the next page."""
        content_type = capture.header("content-type")
        refused = trial.verdict(decode(capture.body, content_type))
        if refused is not None:
            return refused
        refs = links(capture.body, content_type, address_of(capture), reading.source)
        following = next_page(capture.body, content_type, address_of(capture), reading.source)
        further = (DocumentRef(key=index_key(following), url=following),) if following else ()
        pressed = int(capture.document_key.rpartition("#")[2] or 0) if "#" in capture.document_key else 0
        pressable = not further and next_control(capture.body, content_type, reading.source)
        return Entries(refs=refs, further=further, presses=pressed + 1 if pressable else 0)

    def follow(
        self,
        reading: Reading,
        index: KnownDocument,
        refs: tuple[DocumentRef, ...],
        found: Entries,
        *,
        news: bool,
    ) -> Iterable[Ask]:
        """Go on to the next page on a first walk, or while pages hold new links."""
        is_head = reading.head is None
        head = reading.head = reading.head or index
        walked = head.version == _WALKED
        more = reading.pages < reading.source.max_pages and (news or not walked)
        asks = [ask for page in found.further if more for ask in self.next(reading, page.url)]
        if more and found.presses and Way.BROWSER in reading.source.fetch:
            asks = list(self.index(reading, index.url, afresh=True, ways=(Way.BROWSER,), presses=found.presses))
        if not asks:
            head = replace(head, version=_WALKED)
        at = reading.clock.now()
        reading.sink.indexed(head if is_head else index, refs, at=at)
        if not is_head and not asks and not walked:
            reading.sink.indexed(head, (), at=at)
        return asks

    def next(self, reading: Reading, url: str) -> Iterable[Ask]:
        """Ask for a further page of the list, if it is on the site."""
        return self.index(reading, url, afresh=True) if reading.site.holds(url) else ()


def _walked(reading: Reading, url: str) -> bool:
    known = reading.known(index_key(url))
    return known is not None and known.version == _WALKED
