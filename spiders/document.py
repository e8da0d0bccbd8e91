"""A single file (PDF) that is watched at its own address."""

from collections.abc import Iterable

from monitor.model import DocumentRef
from monitor.text.urls import canonical_url
from spiders.base import SourceSpider
from spiders.reading import FILE_LIMIT, Ask, Reading


class DocumentSpider(SourceSpider):
    """One source, one file. Official PDFs run to dozens of megabytes, so its size limit is higher than a page's."""

    name = "document"

    def read(self, reading: Reading) -> Iterable[Ask]:
        """Ask for the file."""
        url = reading.source.url
        return self.document(reading, DocumentRef(key=canonical_url(url), url=url), limit=FILE_LIMIT)
