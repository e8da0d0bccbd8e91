"""What spiders share that follow an index: a list page, a feed, a sitemap.

The index says which documents exist. New ones are read at once; known ones again when the index names another
version, or when their age says so (`spiders.revisit`). A document that was named but could not be read yet is
remembered by the sink and tried again in the next run, even if the index is answered 304 then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from monitor.model import Capture, DocumentRef, KnownDocument, Problem, ProblemKind, Way
from monitor.screening import by_ways, screen
from monitor.text.urls import canonical_url
from spiders.base import SourceSpider
from spiders.reading import Ask, Reading
from spiders.revisit import due, turn

INDEX = "index:"
"""Prefix of the keys of indexes, which live beside the documents of their source."""

MAX_REFS = 5000
"""Documents taken from one index page; a site that names more is not meant for a monitor of acts."""

Failed = Callable[[Problem], Iterable[Ask]]


def index_key(url: str, presses: int = 0) -> str:
    """The key of the index at `url`, or of its page that shows there after so many `presses`."""
    return INDEX + canonical_url(url) + (f"#{presses}" if presses else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What one index page names: documents, and further index pages. `may_be_empty`: naming none is no fault.

    `presses`: the next page has no address, but shows in a browser after so many presses of a control.
    """

    refs: tuple[DocumentRef, ...] = ()
    further: tuple[DocumentRef, ...] = ()
    presses: int = 0
    may_be_empty: bool = False


def remembered(reading: Reading, capture: Capture, key: str, *, version: str = "") -> KnownDocument:
    """What to remember of an index that was read well from `capture`; `last_ok_at` only for an archive's copy."""
    known = reading.known(key) or KnownDocument(source_id=reading.source.id, key=key, url=capture.url)
    copied = capture.way is Way.ARCHIVE
    return replace(
        known,
        version=version,
        last_ok_at=capture.memento_at,
        # An archive's validators mean nothing to the site, and its copy is no live answer to compare one with.
        etag="" if copied else capture.header("etag"),
        last_modified="" if copied else capture.header("last-modified"),
        sha256="" if copied else capture.sha256,
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
        self,
        reading: Reading,
        url: str,
        *,
        version: str = "",
        afresh: bool = False,
        failed: Failed | None = None,
        ways: tuple[Way, ...] = (),
        presses: int = 0,
    ) -> Iterable[Ask]:
        """Ask for the index page at `url`; `afresh` asks for its text even if it is unchanged.

        `version` is what is remembered with it. `failed` is called instead of the sink when it cannot be used. `ways`
        are the source's unless given. `presses` asks for the page that shows at `url` after so many presses.
        """
        key = index_key(url, presses)
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
                ways=ways or self.ways(reading),
                judge=lambda capture: _fault(self._believed(reading, capture)),
                presses=presses,
            ),
        )

    def _indexed(self, reading: Reading, capture: Capture, key: str, *, version: str, failed: Failed) -> Iterable[Ask]:
        found = self._believed(reading, capture)
        if isinstance(found, Problem):
            yield from failed(by_ways(found, capture.way, capture.met))
            return
        refs = found.refs
        reading.pages += 1
        news = any(self.wanted(reading, ref) for ref in refs)
        yield from self.follow(reading, remembered(reading, capture, key, version=version), refs, found, news=news)
        for ref in refs:
            if self.wanted(reading, ref):
                yield from self.document(reading, ref)
        yield from self.frontier(reading)

    def _believed(self, reading: Reading, capture: Capture) -> Entries | Problem:
        """What the index page names on the source's own site, or why it cannot be used."""
        problem = screen(capture, reading.source)
        if problem is not None and self.xml and problem.kind is ProblemKind.WRONG_MEDIA_TYPE:
            problem = None
        found = problem or self.entries(reading, capture)
        if isinstance(found, Problem):
            return found
        refs = self.own(reading, found.refs)
        if not (refs or found.further or found.may_be_empty):
            return _nothing(len(found.refs))
        return replace(found, refs=refs)

    def ways(self, reading: Reading) -> tuple[Way, ...]:
        """The ways an index is asked by: those of the source, but no browser draws XML."""
        ways = reading.source.fetch
        return tuple(way for way in ways if way is not Way.BROWSER) or (Way.DIRECT,) if self.xml else ways

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
        """Ask for every known document that is unread or due again, in its turn; once per reading."""
        if reading.frontier_asked:
            return
        reading.frontier_asked = True
        candidates = [
            known
            for key, known in reading.plan.documents.items()
            if not key.startswith(INDEX) and not _from_rest(known) and due(known, reading.now)
        ]
        for known in sorted(candidates, key=lambda known: turn(known, reading.now)):
            ref = DocumentRef(key=known.key, url=known.url, title=known.title, published_on=known.published_on)
            yield from self.document(reading, ref)


def _from_rest(known: KnownDocument) -> bool:
    """A post read from a REST list is not read again as a page: the two differ in everything but their words."""
    return known.key.startswith("post:") and known.last_ok_at is not None


def _fault(found: Entries | Problem) -> Problem | None:
    return found if isinstance(found, Problem) else None


def _nothing(off_site: int) -> Problem:
    """An index without a single link of its own site: an empty result is never success."""
    away = f"all {off_site} links of the index lead to other sites"
    detail = away if off_site else "the index names no document"
    return Problem(kind=ProblemKind.SELECTOR, detail=detail)
