"""A sitemap (sitemaps.org): addresses with the day they were last modified, perhaps spread over several files."""

import gzip
import zlib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from io import BytesIO
from urllib.parse import unquote, urlsplit

from lxml import etree

from monitor.model import Capture, DocumentRef, KnownDocument, Problem, ProblemKind
from monitor.text.urls import canonical_url
from spiders import xml
from spiders.index import INDEX, Entries, IndexSpider, index_key
from spiders.problems import too_large
from spiders.reading import PAGE_LIMIT, Ask, Reading

MAX_FILES = 50
"""Files read of one sitemap index in one run, the most recently modified first."""

_GZIP = b"\x1f\x8b"


class SitemapSpider(IndexSpider):
    """Follows a sitemap and the files it is split into; `match` of the source chooses among the addresses."""

    name = "sitemap"
    xml = True

    def entries(self, reading: Reading, capture: Capture) -> Entries | Problem:
        """The addresses of a `urlset`, or the files of a `sitemapindex`."""
        body = _plain(capture.body)
        root = body if isinstance(body, Problem) else xml.parse(body)
        if isinstance(root, Problem):
            return root
        kind = etree.QName(root).localname
        if kind == "urlset":
            wanted = (entry for entry in _locations(root, "url") if _matches(entry.url, reading.source.match))
            # One file of several may well hold nothing that `match` asks for.
            return Entries(refs=tuple(wanted), may_be_empty=capture.url != reading.source.url)
        if kind == "sitemapindex":
            files = sorted(_locations(root, "sitemap"), key=lambda entry: entry.version, reverse=True)
            return Entries(further=tuple(files[:MAX_FILES]))
        return Problem(kind=ProblemKind.WRONG_MEDIA_TYPE, detail=f"<{kind}> is not a sitemap")

    def follow(
        self,
        reading: Reading,
        index: KnownDocument,
        refs: tuple[DocumentRef, ...],
        found: Entries,
        *,
        news: bool,
    ) -> Iterable[Ask]:
        """Ask for every file that is new or was modified since it was last read."""
        reading.sink.indexed(index, refs, at=reading.clock.now())
        for file in found.further:
            known = reading.known(index_key(file.url))
            unread = known is None or not file.version or known.version != file.version
            if unread and reading.site.holds(file.url):
                yield from self.index(reading, file.url, version=file.version)

    def same(self, reading: Reading) -> Iterable[Ask]:
        """Also ask for the known files that an index names without a date: it does not change when they do."""
        root = index_key(reading.source.url)
        files = [known for key, known in reading.plan.documents.items() if key.startswith(INDEX) and key != root]
        for file in files:
            if not file.version:
                yield from self.index(reading, file.url)
        yield from super().same(reading)


def _plain(body: bytes) -> bytes | Problem:
    """The XML of a sitemap that may be a gzip file."""
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.open(BytesIO(body)) as file:
            plain = file.read(PAGE_LIMIT + 1)
    except (OSError, EOFError, zlib.error):
        return Problem(kind=ProblemKind.DAMAGED, detail="the gzip file is damaged")
    return too_large(PAGE_LIMIT) if len(plain) > PAGE_LIMIT else plain


def _locations(root: etree._Element, tag: str) -> Iterable[DocumentRef]:
    """The `loc` and `lastmod` of each `tag` below `root`, whatever namespace the file declares."""
    for entry in root.iterchildren(f"{{*}}{tag}"):
        url = (entry.findtext("{*}loc") or "").strip()
        if url:
            yield DocumentRef(key=canonical_url(url), url=url, version=(entry.findtext("{*}lastmod") or "").strip())


def _matches(url: str, globs: tuple[str, ...]) -> bool:
    """Whether the path of `url` (decoded, with or without its query) fits one of `globs`; no globs: always."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    return not globs or any(fnmatchcase(path, glob) or fnmatchcase(f"{path}?{parts.query}", glob) for glob in globs)
