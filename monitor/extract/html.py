"""Markup → Document: the page cut down, walked, cleaned and dated."""

import re
from collections.abc import Sequence
from datetime import date

from monitor.extract import blocks, page
from monitor.extract.cleaners import Cleaner
from monitor.extract.noise import is_noise
from monitor.model import Block, BlockKind, Document, Problem, ProblemKind, Source
from monitor.text.dates import find_dates
from monitor.text.normal import khmer_share

_GARBLED = 0.005  # share of U+FFFD above which a text was read with the wrong encoding
_DEEPEST = 200  # libxml2 refuses to go much deeper
_DATELINE_BLOCKS = 4
_DATELINE_REACH = 60  # characters from the start of a block within which a dateline names its day
# What may stand before the day: names of agency, place and weekday, or Khmer.
_PLACE = re.compile(r"\W*(?:[A-ZÀ-Þ][\w.'’-]*\W*|[\u1780-\u17ff]+\W*){0,6}")
_KHMER = 0.3
_SAMPLE = 4_000  # characters that tell the language of a text


def read(
    text: str,
    source: Source,
    cleaner: Cleaner,
    extractor: str,
    *,
    title: str = "",
    published_on: date | None = None,
    canonical: str = "",
) -> Document | Problem:
    """The document in the markup `text`; what the caller knows already (from a REST answer) goes before the page's."""
    cut = page.cut(text, cleaner.selection(source))
    if isinstance(cut, Problem):
        return cut
    if page.depth(cut.html) > _DEEPEST:
        return Problem(kind=ProblemKind.DAMAGED, detail=f"the page nests elements more than {_DEEPEST} deep")
    heading = title or cut.heading
    from monitor.extract import walk  # and with it BeautifulSoup, slow to load: where nothing changed it is not needed

    found = walk.pieces(cut.html)
    if not found and not (heading and "<img" in cut.html):  # a notice put up as a picture still has its title
        return _no_text(cut)
    published_on = published_on or cut.published_on or dateline(found)
    cleaned = cleaner.clean(found, source)
    if isinstance(cleaned, Problem):
        return cleaned
    numbered = blocks.number(_headed(cleaned, heading))
    return document(
        numbered,
        title=title or cut.title,
        source=source,
        extractor=extractor,
        canonical=canonical or cut.canonical,
        declared=cut.language,
        published_on=published_on,
    )


def document(
    numbered: tuple[Block, ...],
    *,
    title: str,
    source: Source,
    extractor: str,
    canonical: str = "",
    declared: str = "",
    published_on: date | None = None,
) -> Document | Problem:
    """A document of `numbered` blocks; Problem GARBLED if too much of it could not be decoded."""
    text = " ".join(block.text for block in numbered)
    lost = text.count("\ufffd")
    if lost > _GARBLED * len(text):
        return Problem(
            kind=ProblemKind.GARBLED,
            detail=f"{lost} of {len(text)} characters could not be decoded",
            signals=("text:U+FFFD",),
        )
    return Document(
        title=title,
        blocks=numbered,
        extractor=extractor,
        canonical_url=canonical,
        language=_language(text, declared, source.languages),
        published_on=published_on,
    )


def dateline(found: Sequence[blocks.Piece]) -> date | None:
    """The day named at the start of one of the first blocks of text ("Phnom Penh, 24 November 2020 – …")."""
    texts = [piece.text for piece in found if piece.kind is BlockKind.PARAGRAPH and not is_noise(piece.text)]
    for text in texts[:_DATELINE_BLOCKS]:
        for hit in find_dates(text[: 2 * _DATELINE_REACH]):
            if hit.start <= _DATELINE_REACH and hit.value.day and _PLACE.fullmatch(text[: hit.start]):
                return hit.value.earliest
    return None


def _headed(found: Sequence[blocks.Piece], heading: str) -> list[blocks.Piece]:
    """`found` under its title, where the title stands outside the text and is not said in it."""
    if not heading or any(piece.text == heading for piece in found[:6]):
        return list(found)
    head = blocks.Piece(BlockKind.HEADING, heading, level=1)
    return [head, *(blocks.under(piece, heading) for piece in found)]


def _no_text(cut: page.Page) -> Problem:
    if cut.app:
        return Problem(
            kind=ProblemKind.SHELL,
            detail="the page is filled in by scripts and holds no text",
            signals=("html:app-root",),
        )
    return Problem(
        kind=ProblemKind.EMPTY, detail="the selected part of the page holds no text", signals=("html:no-text",)
    )


def _language(text: str, declared: str, expected: tuple[str, ...]) -> str:
    """`km` where Khmer letters say so, else what the page declares, else the source's first other language."""
    if khmer_share(text[:_SAMPLE]) >= _KHMER:
        return "km"
    if declared and declared not in {"km", "kh"}:
        return declared
    return next((language for language in expected if language != "km"), declared or "en")
