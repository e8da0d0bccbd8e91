"""What all source spiders share. A source spider knows which questions a kind of source needs, and nothing of queues.

It is a `scrapy.Spider`, but it never crawls alone: `spiders.fleet.Fleet` holds one of each kind, asks `read` for the
first questions of a source, and brings every answer back to the question's own callbacks.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import scrapy

from monitor.model import Capture, DocumentRef, Problem
from spiders.reading import FILE_LIMIT, PAGE_LIMIT, Ask, Reading
from spiders.ways import unreadable


class SourceSpider(scrapy.Spider):
    """Reads one kind of source."""

    def read(self, reading: Reading) -> Iterable[Ask]:
        """The first questions of a reading; their callbacks may ask more."""
        raise NotImplementedError

    def document(self, reading: Reading, ref: DocumentRef, *, limit: int = 0) -> Iterable[Ask]:
        """Ask for the document `ref` and pass whatever comes to the sink. Nothing if it was asked for already."""
        if not reading.claim(ref.key):
            return ()

        def read(capture: Capture) -> Iterable[Ask]:
            reading.sink.captured(replace(capture, title=ref.title, published_on=ref.published_on))
            return ()

        def unchanged() -> Iterable[Ask]:
            reading.unchanged(ref.key)
            return ()

        def failed(problem: Problem) -> Iterable[Ask]:
            reading.failed(ref.key, ref.url, problem)
            return ()

        known = reading.known(ref.key)
        ask = Ask(
            reading=reading,
            key=ref.key,
            url=ref.url,
            read=read,
            unchanged=unchanged,
            failed=failed,
            known=known,
            judge=partial(unreadable, source=reading.source),
            limit=limit or (FILE_LIMIT if ref.url.lower().partition("?")[0].endswith(".pdf") else PAGE_LIMIT),
        )
        return (ask,)
