"""What spiders share that follow an index: a list page, a feed, a sitemap.

The index says which documents exist. New ones are read at once; known ones again when the index names another
version, or when their age says so (`spiders.revisit`). A document that was named but could not be read yet is
remembered by the sink and tried again in the next run, even if the index is answered 304 then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from monitor.model import Capture, DocumentRef, KnownDocument, Problem, ProblemKind
from monitor.screening import screen
from monitor.text.urls import canonical_url
from spiders.base import SourceSpider
from spiders.reading import Ask, Reading
from spiders.revisit import due

INDEX = "index:"
"""Prefix of the keys of indexes, which live beside the documents of their source."""

MAX_REFS = 5000
"""Documents taken from one index page; a site that names more is not meant for a monitor of acts."""

Failed = Callable[[Problem], Iterable[Ask]]


def index_key(url: str) -> str:
    """The key of the index at `url`."""
    return INDEX + canonical_url(url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What one index page names: documents, and further index pages. `may_be_empty`: naming none is no fault."""

    refs: tuple[DocumentRef, ...] = ()
    further: tuple[DocumentRef, ...] = ()
    may_be_empty: bool = False


def remembered(reading: Reading, capture: Capture, key: str, *, version: str = "") -> KnownDocument:
    """What to remember of an index that was read well from `capture`."""
    known = reading.known(key) or KnownDocument(source_id=reading.source.id, key=key, url=capture.url)
    return replace(
        known,
        version=version,
        etag=capture.header("etag"),
        last_modified=capture.header("last-modified"),
        sha256=capture.sha256,
        checks=known.checks + 1,
        failures=0,
    )


class IndexSpider(SourceSpider):
    """Reads an index, then the documents it names.

    `xml`: the index is XML, which screening takes for a fault, as no document is; `entries` judges it itself.
    """

    xml = False

    def read(self, reading: Reading) -> Iterable[Ask]:
        """Ask for the index at the source's address."""
        return self.index(reading, reading.source.url)

    def entries(self, reading: Reading, capture: Capture) -> Entries | Problem:
        """What the index page in `capture` names, or why it cannot be believed."""
        raise NotImplementedError

    def index(
        self, reading: Reading, url: str, *, version: str = "", afresh: bool = False, failed: Failed | None = None
    ) -> Iterable[Ask]:
        """Ask for the index page at `url`; `afresh` asks for its text even if it is unchanged.

        `version` is what is remembered with it. `failed` is called instead of the sink when it cannot be used.
        """
        key = index_key(url)
        if not reading.claim(key):
            return ()

        def tell(problem: Problem) -> Iterable[Ask]:
            reading.failed(key, url, problem)
            return ()

        def read(capture: Capture) -> Iterable[Ask]:
            return self._indexed(reading, capture, key, version=version, failed=failed or tell)

        def unchanged() -> Iterable[Ask]:
            reading.unchanged(key)
            return self.same(reading)

        known = None if afresh else reading.known(key)
        return (
            Ask(
                reading=reading,
                key=key,
                url=url,
                read=read,
                unchanged=unchanged,
                failed=failed or tell,
                known=known,
                first=True,
            ),
        )

    def _indexed(self, reading: Reading, capture: Capture, key: str, *, version: str, failed: Failed) -> Iterable[Ask]:
        problem = screen(capture, reading.source)
        if problem is not None and self.xml and problem.kind is ProblemKind.WRONG_MEDIA_TYPE:
            problem = None
        found = problem or self.entries(reading, capture)
        if isinstance(found, Problem):
            yield from failed(found)
            return
        refs = self.own(reading, found.refs)
        if not (refs or found.further or found.may_be_empty):
            yield from failed(_nothing(len(found.refs)))
            return
        reading.pages += 1
        news = any(self.wanted(reading, ref) for ref in refs)
        yield from self.follow(reading, remembered(reading, capture, key, version=version), refs, found, news=news)
        for ref in refs:
            if self.wanted(reading, ref):
                yield from self.document(reading, ref)
        yield from self.frontier(reading)

    def follow(
        self,
        reading: Reading,
        index: KnownDocument,
        refs: tuple[DocumentRef, ...],
        found: Entries,
        *,
        news: bool,
    ) -> Iterable[Ask]:
        """Tell the sink what this index page named, and ask for the further index pages that are worth it."""
        reading.sink.indexed(index, refs, at=reading.clock.now())
        return ()

    def same(self, reading: Reading) -> Iterable[Ask]:
        """What to ask when an index was found unchanged: all it named is known already."""
        return self.frontier(reading)

    def own(self, reading: Reading, refs: Iterable[DocumentRef]) -> tuple[DocumentRef, ...]:
        """Those of `refs` that lie on the source's own site, each once and under the key it is known by."""
        own: dict[str, DocumentRef] = {}
        for ref in refs:
            if len(own) >= MAX_REFS:
                break
            if not reading.site.holds(ref.url):
                continue
            key = reading.key_of(ref.url)
            # A post known by its number has the version its REST list gave it; other indexes count differently.
            version = "" if key.startswith("post:") else ref.version
            own.setdefault(key, replace(ref, key=key, version=version))
        return tuple(own.values())

    def wanted(self, reading: Reading, ref: DocumentRef) -> bool:
        """Whether `ref` has not been read yet, or not in this version."""
        known = reading.known(ref.key)
        if known is None or bool(ref.version and ref.version != known.version):
            return True
        return known.last_ok_at is None and due(known, reading.now)

    def frontier(self, reading: Reading) -> Iterable[Ask]:
        """Ask for every known document that is unread or due again, newest first; once per reading."""
        if reading.frontier_asked:
            return
        reading.frontier_asked = True
        candidates = [
            known
            for key, known in reading.plan.documents.items()
            if not key.startswith(INDEX) and not _from_rest(known) and due(known, reading.now)
        ]
        for known in sorted(candidates, key=_newest_first):
            ref = DocumentRef(key=known.key, url=known.url, title=known.title, published_on=known.published_on)
            yield from self.document(reading, ref)


def _from_rest(known: KnownDocument) -> bool:
    """A post read from a REST list is not read again as a page: the two differ in everything but their words."""
    return known.key.startswith("post:") and known.last_ok_at is not None


def _newest_first(known: KnownDocument) -> float:
    if known.published_on is not None:
        return -datetime.combine(known.published_on, time(), tzinfo=UTC).timestamp()
    return -known.discovered_at.timestamp() if known.discovered_at else 0.0


def _nothing(off_site: int) -> Problem:
    """An index without a single link of its own site: an empty result is never success."""
    away = f"all {off_site} links of the index lead to other sites"
    detail = away if off_site else "the index names no document"
    return Problem(kind=ProblemKind.SELECTOR, detail=detail)
