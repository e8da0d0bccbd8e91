"""Bare markup → pieces in reading order: headings, paragraphs, list items, table rows, key-value pairs.

One walk over a BeautifulSoup tree. Inline text gathers in a buffer that every block boundary empties, so no text is
lost and none is said twice. Attributes play no part, but for the mark that `page` leaves on label-and-value cards.
"""

import re
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from monitor.extract.blocks import Piece, collapse, key_value
from monitor.model import BlockKind
from monitor.text.normal import has_khmer

_BREAK = "\x1e"  # stands for <br> until a line is finished
_LINK = re.compile(r"</?(?:a|font)>")  # a tree without them is a third smaller
_INVISIBLE = " \u200b\u200c\u200d\u2060\ufeff\u00ad"
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "main",
        "p",
        "pre",
        "section",
        "summary",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
    ]
)
_LONG_CELL = 600  # characters from which a table cell is laid-out text and no longer a value
_LONG_LABEL = 60
_LONG_VALUE = 160
_CARD_PARTS = frozenset({"span", "div", "strong", "b", "p", "small", "em", "label", "time", "i"})
_SENTENCE_END = re.compile(r"[.!?។៕,;]$")
_DASH_OR_NUMBER = re.compile(r"[-–—]+|.*\d.*", re.DOTALL)


def pieces(markup: str) -> list[Piece]:
    """The pieces of bare `markup` in reading order."""
    walker = _Walker()
    walker.walk(BeautifulSoup(_LINK.sub("", markup), "lxml"))
    walker.flush()
    return walker.pieces


class _Walker:
    """The state of one walk."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._buffer: list[str] = []
        self._kind = BlockKind.PARAGRAPH
        self._headings: list[tuple[int, str]] = []
        self._parents: list[str] = []
        self._first_of_item = 0
        self._preformatted = False

    def walk(self, node: Tag) -> None:
        for child in node.children:
            self._visit(child)

    def flush(self) -> None:
        """End the line: what the buffer holds becomes pieces, one per `<br>`-separated line outside list items."""
        if not self._buffer:
            return
        text = "".join(self._buffer)
        self._buffer.clear()
        lines = [collapse(line) for line in text.split(_BREAK)]
        if self._kind is not BlockKind.PARAGRAPH:
            lines = [" ".join(line for line in lines if line)]
        for line in _rejoined(lines):
            self._emit(self._kind, line)

    def _visit(self, child: PageElement) -> None:
        if isinstance(child, NavigableString):
            if not isinstance(child, PreformattedString):
                self._buffer.append(child.replace("\n", _BREAK) if self._preformatted else str(child))
            return
        if not isinstance(child, Tag):
            return
        name = child.name
        if name == "br":
            self._buffer.append(_BREAK)
        elif name in _HEADINGS:
            self._heading(child)
        elif name in _LISTS:
            self._list(child)
        elif name == "li":
            self._item(child)
        elif name == "table":
            self._table(child)
        elif name == "tr":
            self._row(child)
        elif name == "dl":
            self._definitions(child)
        elif name in _BLOCKS:
            self._block(child)
        else:
            self.walk(child)

    def _emit(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text.strip(_INVISIBLE):
            path = tuple(heading for _, heading in self._headings)
            self.pieces.append(Piece(kind, text, path, tuple(self._parents), level))

    def _block(self, tag: Tag) -> None:
        self.flush()
        if pair := _pair(tag):
            self._emit(BlockKind.KEY_VALUE, key_value(*pair))
            return
        before, self._preformatted = self._preformatted, self._preformatted or tag.name == "pre"
        self.walk(tag)
        self.flush()
        self._preformatted = before

    def _heading(self, tag: Tag) -> None:
        self.flush()
        level = _HEADINGS[tag.name]
        text = _flat(tag)
        if not text.strip(_INVISIBLE):
            return
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._emit(BlockKind.HEADING, text, level)
        self._headings.append((level, text))

    def _list(self, tag: Tag) -> None:
        """A list; inside an item, the item's own text so far joins the path of what it holds."""
        self.flush()
        own = self._kind is BlockKind.LIST_ITEM and len(self.pieces) > self._first_of_item
        if own:
            self._parents.append(self.pieces[self._first_of_item].text)
        first = self._first_of_item
        self.walk(tag)
        self.flush()
        self._first_of_item = first
        if own:
            self._parents.pop()

    def _item(self, tag: Tag) -> None:
        """A list item: a heading inside it reigns only to its end."""
        self.flush()
        if pair := _pair(tag):
            self._emit(BlockKind.KEY_VALUE, key_value(*pair))
            return
        kind, headings = self._kind, list(self._headings)
        self._kind, self._first_of_item = BlockKind.LIST_ITEM, len(self.pieces)
        self.walk(tag)
        self.flush()
        self._kind, self._headings = kind, headings

    def _table(self, tag: Tag) -> None:
        self.flush()
        kind, headings = self._kind, list(self._headings)
        self._kind = BlockKind.PARAGRAPH
        self.walk(tag)
        self.flush()
        self._kind, self._headings = kind, headings

    def _row(self, tag: Tag) -> None:
        """A row of values is one piece; a row that lays out text is as many as its cells hold."""
        self.flush()
        cells = [cell for cell in tag.find_all(["td", "th"], recursive=False) if isinstance(cell, Tag)]
        texts = [_flat(cell) for cell in cells]
        if len(cells) < 2 or any(
            len(text) > _LONG_CELL or cell.find("table") for cell, text in zip(cells, texts, strict=True)
        ):
            self.walk(tag)
            self.flush()
        elif not any(texts):
            return
        elif len(cells) == 2 and texts[0] and len(texts[0]) <= 2 * _LONG_LABEL and cells[1].name == "td":
            self._emit(BlockKind.KEY_VALUE, key_value(texts[0], texts[1]))
        else:
            self._emit(BlockKind.TABLE_ROW, " | ".join(texts).rstrip())

    def _definitions(self, tag: Tag) -> None:
        """`<dl>`: each value with its keys; a value that holds blocks of its own stands under its key."""
        self.flush()
        keys: list[str] = []
        answered = False
        for part in _definition_parts(tag):
            text = _flat(part)
            if part.name == "dt":
                if answered:
                    keys, answered = [], False
                keys.append(text)
                continue
            key, answered = " / ".join(key for key in keys if key), True
            if part.find([*_LISTS, "table", "dl", *_HEADINGS]):
                self._emit(BlockKind.PARAGRAPH, key)
                self._parents += [key] if key else []
                self._block(part)
                self._parents = self._parents[:-1] if key else self._parents
            else:
                self._emit(BlockKind.KEY_VALUE if key else BlockKind.PARAGRAPH, key_value(key, text) if key else text)
        if keys and not answered:
            self._emit(BlockKind.PARAGRAPH, " / ".join(keys))


def _definition_parts(tag: Tag) -> Iterator[Tag]:
    """The `dt` and `dd` of a list, also those grouped in `div`s; anything else counts as a value."""
    for child in tag.children:
        if isinstance(child, Tag):
            if child.name == "div" and child.find(["dt", "dd"]):
                yield from _definition_parts(child)
            else:
                yield child


def _flat(tag: Tag) -> str:
    """All text of `tag` on one line, its blocks set apart by spaces."""
    inner = _Walker()
    inner.walk(tag)
    inner.flush()
    return " ".join(piece.text for piece in inner.pieces)


def _rejoined(lines: Sequence[str]) -> list[str]:
    """Lines, with those a line break cut in mid-sentence made whole: what follows starts with a small letter."""
    out: list[str] = []
    for line in lines:
        if out and line and line[0].islower() and out[-1] and not _SENTENCE_END.search(out[-1].rstrip(",")):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
    return out


def _pair(tag: Tag) -> tuple[str, str] | None:
    """Label and value if `tag` is a card of just these two, else None.

    Two leaf elements alone are no proof (editors wrap words, and parts of Khmer words, in spans), so something else
    must speak for a card: a class the site gave it or, under a Latin label, a value that is a dash or holds a number,
    or another card of the same build beside it.
    """
    parts = _two_leaves(tag)
    if parts is None:
        return None
    label, value = (collapse(part.get_text(" ")) for part in parts)
    if not label or not value or len(label) > _LONG_LABEL or len(value) > _LONG_VALUE or _SENTENCE_END.search(label):
        return None
    if tag.attrs or parts[0].attrs or parts[1].attrs:
        return label, value
    if tag.name != "div" or parts[1].name == "p" or has_khmer(label):
        return None
    return (label, value) if _DASH_OR_NUMBER.fullmatch(value) or _has_twin(tag, parts) else None


def _two_leaves(tag: Tag) -> tuple[Tag, Tag] | None:
    """The two text-only children of `tag` if it holds nothing else."""
    found: list[Tag] = []
    if tag.name not in {"div", "li", "section", "article"}:
        return None
    for child in tag.children:
        if isinstance(child, Tag):
            if len(found) == 2 or child.name not in _CARD_PARTS or child.find(True) is not None:
                return None
            found.append(child)
        elif str(child).strip():
            return None
    return (found[0], found[1]) if len(found) == 2 else None


def _has_twin(tag: Tag, parts: tuple[Tag, Tag]) -> bool:
    """Whether a neighbour of `tag` is built of the same two parts."""
    names = (parts[0].name, parts[1].name)
    for sibling in (tag.find_next_sibling(), tag.find_previous_sibling()):
        if not isinstance(sibling, Tag) or sibling.name != tag.name:
            continue
        other = _two_leaves(sibling)
        if other is not None and (other[0].name, other[1].name) == names:
            return True
    return False
