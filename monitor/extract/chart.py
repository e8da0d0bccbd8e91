"""A chart of signatures and ratifications: the one row that a source is about.

The row's cells are paired with the header's and become key-value pieces, so that a cell that fills up is a changed
block and other countries' rows are nothing to us. Where the chart is there and the country is not, the document says
just that: only then is the row's first appearance a change of a known document instead of a silent baseline.
"""

import re
from collections.abc import Sequence

from monitor.extract.blocks import Piece, key_value
from monitor.model import BlockKind, Problem, ProblemKind, Source

_HEADER = re.compile(r"signature", re.IGNORECASE)
_HEADER_TOO = re.compile(r"ratification|accession|entry\s+into\s+force", re.IGNORECASE)
_NOTES = re.compile(r"notes?\.?", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2}[/.]\d{1,2}[/.]\d{4})\s*(?:[a-z]{1,3}|\*+|\[\w+\])?", re.IGNORECASE)
_MARKS = re.compile(r"[\s*†‡]*(?:\[\w+\]|\(\d+\)|\d+)?[\s*†‡]*$")
_EMPTY = "–"
_ENOUGH_ROWS = 3  # dated rows that show the chart was really filled in


def row(pieces: list[Piece], source: Source) -> list[Piece] | Problem:
    """The row of `source.row`; a Problem where there is no filled chart to read it from."""
    header: list[str] = []
    dated = 0
    for piece in pieces:
        if piece.kind is not BlockKind.TABLE_ROW:
            continue
        cells = [cell.strip() for cell in piece.text.split("|")]
        if _HEADER.search(piece.text) and _HEADER_TOO.search(piece.text):
            header = cells
            continue
        label = _MARKS.sub("", cells[0])
        if header and label.casefold() == source.row.casefold():
            return _pairs(header, cells, (*piece.path, label))
        dated += any(_DAY.fullmatch(cell) for cell in cells[1:])
    if not header:
        return Problem(kind=ProblemKind.SHELL, detail="the page holds no table of signatures", signals=("chart:table",))
    if dated < _ENOUGH_ROWS:
        return Problem(kind=ProblemKind.SHELL, detail="the table of signatures holds no rows", signals=("chart:rows",))
    return [Piece(BlockKind.KEY_VALUE, key_value(source.row, "not listed"))]


def _pairs(header: Sequence[str], cells: Sequence[str], path: tuple[str, ...]) -> list[Piece]:
    """Header and cell of each column but the first and the notes; filling an empty cell, a dash, is a change."""
    out = [Piece(BlockKind.HEADING, path[-1], path[:-1], level=2)]
    for at, name in enumerate(header[1:], start=1):
        if not name or _NOTES.fullmatch(name):
            continue
        value = cells[at] if at < len(cells) else ""
        dated = _DAY.fullmatch(value)
        out.append(Piece(BlockKind.KEY_VALUE, key_value(name, dated[1] if dated else value or _EMPTY), path))
    return out
