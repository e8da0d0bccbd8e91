"""A document's blocks as passages that can be read for claims."""

from collections.abc import Iterable, Iterator

from monitor.model import Block, Document, Passage
from monitor.text.normal import has_khmer


def passages(document: Document, jurisdiction: str, blocks: Iterable[Block] | None = None) -> Iterator[Passage]:
    """The passages of `blocks` (all of the document's when None), each with the block before it as context."""
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
            published_on=document.published_on,
        )
