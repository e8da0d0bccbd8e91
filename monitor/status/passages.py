"""A document's blocks as passages that can be read for claims."""

from collections.abc import Iterable, Iterator
from datetime import date

from monitor.model import Block, Document, Passage
from monitor.text.normal import has_khmer


def passages(
    document: Document, jurisdiction: str, blocks: Iterable[Block] | None = None, *, said_on: date | None = None
) -> Iterator[Passage]:
    """The passages of `blocks` (all of the document's when None), each with the block before it as context.

    `said_on` is the day they are known to have been written; without it, that is the day the document names itself.
    """
    texts = {block.position: block.text for block in document.blocks}
    for block in document.blocks if blocks is None else blocks:
        yield Passage(
            text=block.text,
            position=block.position,
            language="km" if has_khmer(block.text) else "en",
            path=block.path,
            title=document.title,
            previous=texts.get(block.position - 1, ""),
            jurisdiction=jurisdiction,
            published_on=said_on or document.published_on,
        )


def passages_of_text(text: str, *, heading: str = "", jurisdiction: str = "") -> Iterator[Passage]:
    """The lines of `text` as the blocks of a page, under `heading`."""
    previous = ""
    for position, block in enumerate(line for line in text.splitlines() if line.strip()):
        yield Passage(
            text=block,
            position=position,
            language="km" if has_khmer(block) else "en",
            path=(heading,) if heading else (),
            previous=previous,
            jurisdiction=jurisdiction,
        )
        previous = block
