"""How much of a page the `remove` of its source leaves out: a change in there is seen by nobody."""

from dataclasses import dataclass, replace

from monitor.extract import dispatch
from monitor.model import Capture, Document, Problem, Source

MUCH = 0.3
"""Share of the text from which leaving it out is more than the removal of noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What is left out of one page: so many blocks of `of_blocks`, `share` (0 to 1) of its characters."""

    blocks: int
    of_blocks: int
    share: float

    @property
    def much(self) -> bool:
        """Whether so much is left out that somebody should look."""
        return self.share > MUCH


def removal(capture: Capture, source: Source) -> Removal | None:
    """What `source.remove` takes from `capture`; None where there is nothing to remove, or nothing to remove it from.

    If the page has no text without what is removed, all of it is.
    """
    if not source.remove:
        return None
    whole = dispatch.extract(capture, replace(source, remove=()))
    if isinstance(whole, Problem) or not whole.blocks:
        return None
    kept = dispatch.extract(capture, source)
    left = kept.blocks if isinstance(kept, Document) else ()
    characters = sum(len(block.text) for block in whole.blocks)
    remaining = sum(len(block.text) for block in left)
    return Removal(
        blocks=max(0, len(whole.blocks) - len(left)),
        of_blocks=len(whole.blocks),
        share=max(0.0, 1 - remaining / characters),
    )
