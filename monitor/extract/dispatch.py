"""A capture → its document: the reader is chosen by what the body is, the cleaner by source and host."""

import hashlib
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version

from monitor.extract import blocks, html, pdf, wordpress
from monitor.extract.charset import decode
from monitor.extract.cleaners import cleaner_for
from monitor.extract.sniff import Media, sniff
from monitor.model import BlockKind, Capture, Document, Problem, ProblemKind, Source
from monitor.text.mementos import address_of

#: Goes up whenever the common walk or the noise rules may give another text for the same bytes.
VERSION = 1
_LIBRARIES = ("beautifulsoup4", "lxml", "selectolax", "pdf-oxide")


def identity(source: Source) -> str:
    """Extractor, version and selection of `source`: documents with different ones are never compared as content.

    The libraries that read the bytes are part of it: their upgrades change texts too.
    """
    cleaner = cleaner_for(source, source.url)
    chosen = "\x1f".join((source.select, *source.remove, "\x1e", source.row, ",".join(source.languages)))
    selection = hashlib.blake2b(f"{chosen}\x1e{_libraries()}".encode(), digest_size=4).hexdigest()
    return f"{cleaner.name}/{VERSION}.{cleaner.version}+{selection}"


def extract(capture: Capture, source: Source) -> Document | Problem:
    """The document in `capture`, or why there is none."""
    cleaner = cleaner_for(source, address_of(capture))
    # A post of a REST list and the same post as a page differ by what the page has round it: never a change of content.
    extractor = f"{identity(source)}/post" if capture.part else identity(source)
    media = sniff(capture.body, capture.media_type)
    found: Document | Problem
    if media is Media.EMPTY:
        return Problem(kind=ProblemKind.EMPTY, detail="the body is empty", signals=("body:empty",))
    if capture.part.startswith(wordpress.PART):
        if media is not Media.JSON:
            return _wrong(media, "JSON")
        found = wordpress.read(capture.body, capture.part, source, cleaner, extractor)
    elif media is Media.PDF:
        found = pdf.read(capture.body, source, extractor, title=capture.title)
    elif media is Media.HTML:
        found = html.read(decode(capture.body, capture.header("content-type")), source, cleaner, extractor)
    elif media is Media.TEXT:
        found = _plain(decode(capture.body, capture.header("content-type")), source, extractor)
    else:
        return _wrong(media, "a page or a PDF")
    if isinstance(found, Problem):
        return found
    return replace(found, title=found.title or capture.title, published_on=found.published_on or capture.published_on)


def _plain(text: str, source: Source, extractor: str) -> Document | Problem:
    """Plain text: one paragraph a line."""
    lines = (blocks.collapse(line) for line in text.splitlines())
    found = [blocks.Piece(BlockKind.PARAGRAPH, line) for line in lines if line]
    return html.document(blocks.number(found), title="", source=source, extractor=extractor)


def _wrong(media: Media, expected: str) -> Problem:
    return Problem(
        kind=ProblemKind.WRONG_MEDIA_TYPE,
        detail=f"the body is {media.value}, expected {expected}",
        signals=(f"media:{media.value}",),
    )


@lru_cache(maxsize=1)
def _libraries() -> str:
    return " ".join(f"{name}-{version(name)}" for name in _LIBRARIES)
