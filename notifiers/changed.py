"""Changed blocks as people see them: word by word, near what changed, or as old and new where little stayed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Difference
from notifiers.inert import clean, clean_piece, shorten, tail

_PATH_LIMIT = 600
_BLOCK_LIMIT = 2_400
_CONTEXT = 90
"""Unchanged letters shown on either side of changed ones; what lies further away is left out."""
_KEPT = 0.4
"""Share of a block that must have stayed for it to be shown word by word; else it is shown as old and new."""
_MARKS = {"-": "[-{}-]", "+": "{{+{}+}}", " ": "{}"}

Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlock:
    """A changed block: its words as (sign, text), under the headings in `path` (empty: those of the block before)."""

    path: str
    words: Words

    @property
    def line(self) -> str:
        """The block on one line of plain text: `The law was [-approved-]{+adopted+}.`"""
        return "".join(_MARKS[sign].format(text) for sign, text in self.words)


def shown_block(difference: Difference, *, with_path: bool) -> ShownBlock:
    """`difference` made inert and short, with its headings if `with_path`."""
    words = difference.words
    before = "".join(text for sign, text in words if sign != "+")
    after = "".join(text for sign, text in words if sign != "-")
    kept = sum(len(text) for sign, text in words if sign == " ")
    if before and after and kept < _KEPT * max(len(before), len(after)):
        words = (("-", before), (" ", " "), ("+", after))
    path = shorten(clean(" › ".join(difference.path)), _PATH_LIMIT) if with_path else ""
    return ShownBlock(path=path, words=tuple(_shortened(words)))


def _shortened(words: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """`words` made inert, long unchanged stretches left out, and no more than a block may take."""
    room = _BLOCK_LIMIT
    for number, (sign, text) in enumerate(words):
        piece = clean_piece(text)
        if sign not in "+-":
            sign, piece = " ", _context(piece, first=number == 0, last=number == len(words) - 1)
        if not piece:
            continue
        yield sign, shorten(piece, max(room, 0))
        room -= len(piece)
        if room <= 0:
            return


def _context(text: str, *, first: bool, last: bool) -> str:
    """What stayed, near what changed."""
    if (first and last) or len(text) <= 2 * _CONTEXT + 10:
        return text
    left = "" if first else shorten(text, _CONTEXT, " …")
    right = "" if last else f"… {tail(text, _CONTEXT)}"
    return f"{left} {right}".strip() if left and right else left or right


def plain_lines(blocks: Sequence[ShownBlock]) -> Iterator[tuple[str, str]]:
    """Changed blocks as (sign, text) lines: what is wholly new or gone carries its sign, the rest has marks inside."""
    for block in blocks:
        if block.path:
            yield " ", f"§ {block.path}"
        signs = {sign for sign, text in block.words if text.strip()}
        if signs <= {"+"} or signs <= {"-"}:
            yield next(iter(signs), " "), "".join(text for _, text in block.words).strip()
        elif " " not in signs:
            yield from ((sign, text.strip()) for sign, text in block.words if sign != " ")
        else:
            yield " ", block.line.strip()
