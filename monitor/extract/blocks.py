"""The blocks of a document before and after they are numbered, whatever they were read from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.model import Block, BlockKind
from monitor.text.normal import fingerprint


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before it is numbered.

    `path` holds the headings above it and `parents` the list items it stands under, both outermost first; `level` is
    1 to 6 for a heading, else 0.
    """

    kind: BlockKind
    text: str
    path: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    level: int = 0


def number(found: Sequence[Piece]) -> tuple[Block, ...]:
    """`found` as numbered blocks with their fingerprints."""
    return tuple(
        Block(
            position=position,
            kind=piece.kind,
            text=piece.text,
            fingerprint=fingerprint(piece.text),
            path=piece.path + piece.parents,
        )
        for position, piece in enumerate(found)
    )


def under(piece: Piece, heading: str) -> Piece:
    """`piece` with `heading` above everything else."""
    return replace(piece, path=(heading, *piece.path))


def collapse(text: str) -> str:
    """`text` on one line: runs of white space become one space, none at the ends."""
    return " ".join(text.split())


def key_value(key: str, value: str) -> str:
    """The text of a key-value block."""
    return f"{key.rstrip(' :៖')}: {value}".rstrip()
