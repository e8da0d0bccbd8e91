"""A text that differs from the last good one, and signs that its bytes were lost or bent on the way.

Parsers repair what they are given and keep silent about it, so half a page or a bent letter reads like an edit. Here
the bytes are compared with those of the last good copy: what a real edit never does, damage mostly does. No sign
proves damage; a change that carries one must be seen a second time before it is believed.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from monitor.extract import charset
from monitor.extract.sniff import Media, sniff
from monitor.model import Capture, Document, Edit, Problem, ProblemKind

_END = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_END_REACH = 2_000  # characters from the end in which a page closes (analytics comments may follow)
_LOST = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # cp1252 leaves C1 controls where bytes were bent
_NAME = r"[A-Za-z][\w:-]*"
_ATTRIBUTE = r"\s+[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>=`]+))?"
_WHOLE_TAG = re.compile(rf"<(?:(?P<open>{_NAME})(?:{_ATTRIBUTE})*\s*(?P<void>/?)>|/(?P<close>{_NAME})\s*>|!|\?xml)")
_VALUED = re.compile(r"[^\s\"'<>/=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=`]+)|/?>")
_SCRIPT = re.compile(r"<(script|style|textarea|svg)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_OPTIONAL_END = frozenset(
    {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup", "html", "head", "body"}
)
_DEEP = 200  # elements inside one another beyond which nothing is looked up (a page that deep is refused anyway)
_SPACE = re.compile(r"\s+")
_PIECE = 24  # characters of a passage by which it is found again in the markup
_PIECES = 6  # pieces of one passage that are looked for
_NEAR = 0.98  # share of its bytes that a damaged copy of a file has in common with the whole one
_TAIL = 200  # bytes from the end: trailer, last rows of the table of objects, its address
_ISSUED = re.compile(rb"/ModDate\s*\(D:(\d{14})")
_DEFINED = re.compile(rb"\b(\d{1,8})\s+\d{1,5}\s+obj\b")
_REFERRED = re.compile(rb"\b(\d{1,8})\s+\d{1,5}\s+R\b")
_STREAMED = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)


def damage(now: Capture, then: Capture, edits: tuple[Edit, ...], document: Document, last: Document) -> Problem | None:
    """Why the change from `then` to `now`, read as `last` and `document`, may be damage; None without a sign.

    `edits` are the differences of the two documents; without any there is nothing to doubt.
    """
    if sniff(now.body, now.media_type) is Media.PDF:
        signs = list(_file_signs(now.body, then.body))
    else:
        signs = list(_page_signs(now, then, edits, document, last))
    if not signs:
        return None
    return Problem(
        kind=ProblemKind.DAMAGED,
        detail=f"the text differs from the last good one and {' and '.join(words for _, words in signs)}",
        signals=("text:differs", *(name for name, _ in signs)),
    )


def unfinished(capture: Capture) -> Problem | None:
    """Why a page that was never read before may be cut short; None if it ends like one, or need not."""
    if sniff(capture.body, capture.media_type) is not Media.HTML:
        return None
    text = charset.decode(capture.body, capture.header("content-type"))
    if re.search(r"<(?:html|body)\b", text[:_END_REACH], re.IGNORECASE) is None or _ends(text):
        return None
    return Problem(
        kind=ProblemKind.TRUNCATED,
        detail="the page begins with <html> and never closes it",
        signals=("html:opened", "html:no-end"),
    )


def _ends(text: str) -> bool:
    return _END.search(text[-_END_REACH:]) is not None


def _page_signs(
    now: Capture, then: Capture, edits: tuple[Edit, ...], document: Document, last: Document
) -> Iterator[tuple[str, str]]:
    text, old = (charset.decode(each.body, each.header("content-type")) for each in (now, then))
    if _ends(old) and not _ends(text):
        yield "html:no-end", "the page does not end where it used to"
    if (lost := len(_LOST.findall(text))) > len(_LOST.findall(old)):
        yield "text:lost-letters", f"{lost} characters of the page cannot be read"
    if (bent := _bent(edits)) > 1:
        yield "text:bent-letters", f"{bent} letters differ by one bit each"
    if now.body.count(0) > then.body.count(0):
        yield "body:nul", "there are NUL bytes in the page"
    if _contradicts(now) and not _contradicts(then):
        yield "charset:contradicted", "its bytes are UTF-8 although it declares another encoding"
    elif not now.body.isascii() and (read_as := _encoding(now)) != (before := _encoding(then)):
        yield "charset:changed", f"it is read as {read_as}, the last good one was {before}"
    if not now.part:
        markup, old_markup = (_SCRIPT.sub("", each) for each in (text, old))
        if (broken := _broken(markup)) > _broken(old_markup):
            yield "html:broken-tags", f"{broken} signs and words belong to no tag"
        if odd := _worse(_misnested(markup), _misnested(old_markup)):
            yield "html:misnested", f"<{'>, <'.join(odd[:3])}> is not opened and closed in turn"
        if _only_shown_otherwise(edits, (text, old), (document, last)):
            yield "text:hidden-or-bared", "what came or went stands in the markup as it did before"


def _encoding(capture: Capture) -> str:
    return charset.encoding(capture.body, capture.header("content-type"))


def _contradicts(capture: Capture) -> bool:
    """Whether the body is UTF-8 beyond doubt and is read as something else."""
    if capture.body.isascii() or _encoding(capture).startswith("utf"):
        return False
    try:
        capture.body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _broken(markup: str) -> int:
    """How many `<` and `>` belong to no tag that HTML knows, and how many words in tags have no value."""
    rest = _WHOLE_TAG.sub("", markup)
    stray = (len(_VALUED.sub("", tag[0]).split()) - 1 for tag in _WHOLE_TAG.finditer(markup) if tag["open"])
    return rest.count("<") + rest.count(">") + sum(stray)


def _misnested(markup: str) -> Counter[str]:
    """Element name → how often it is closed without having been opened last, or never closed."""
    faults: Counter[str] = Counter()
    opened: list[str] = []
    for tag in _WHOLE_TAG.finditer(markup):
        if tag["close"]:
            name = tag["close"].lower()
            if name not in opened[-_DEEP:]:
                faults[name] += 1
                continue
            while (last := opened.pop()) != name:
                faults[last] += 1
        elif tag["open"] and not tag["void"] and (name := tag["open"].lower()) not in _VOID:
            opened.append(name)
    return faults + Counter(opened)


def _worse(now: Counter[str], then: Counter[str]) -> list[str]:
    """The elements that nest worse than before; one whose end the page used to leave out may do so more often."""
    return sorted(name for name in now if now[name] > then[name] and not (then[name] and name in _OPTIONAL_END))


def _bent(edits: tuple[Edit, ...]) -> int:
    """How many letters differ from what they were by one bit, if that is all the difference there is."""
    bits = [
        (old, new)
        for edit in edits
        if edit.before is not None and edit.after is not None
        for old, new in zip(edit.before.text.encode(), edit.after.text.encode(), strict=False)
        if old != new and len(edit.before.text.encode()) == len(edit.after.text.encode())
    ]
    letters = [old for old, new in bits if (old ^ new).bit_count() == 1 and not chr(old).isdigit()]
    return len(letters) if len(letters) == len(bits) else 0


def _only_shown_otherwise(
    edits: tuple[Edit, ...], markups: tuple[str, str], documents: tuple[Document, Document]
) -> bool:
    """Whether a piece of what went, or of what came, stands in the markup as often as before: it was not edited."""
    now, then = (_SPACE.sub(" ", unescape(each)) for each in markups)
    shown, shown_before = (_text(each) for each in documents)
    for blocks in ([edit.before for edit in edits], [edit.after for edit in edits]):
        pieces = {piece for block in blocks if block is not None for piece in _pieces(block.text)}
        differ = [piece for piece in pieces if shown.count(piece) != shown_before.count(piece)]
        alike = [piece for piece in differ if 0 < then.count(piece) == now.count(piece)]
        if alike:
            return True
    return False


def _pieces(passage: str) -> Iterator[str]:
    """Some pieces of `passage`, its end among them; none of a short one."""
    step = max(_PIECE, len(passage) // _PIECES)
    for at in (*range(0, len(passage) - _PIECE, step), len(passage) - _PIECE):
        if at >= 0:
            yield passage[at : at + _PIECE]


def _text(document: Document) -> str:
    return "\n".join((document.title, *(block.text for block in document.blocks)))


def _file_signs(body: bytes, old: bytes) -> Iterator[tuple[str, str]]:
    """A new issue of a file has new dates, numbers and offsets; a damaged copy is the old file with a scratch."""
    if (lost := _dangling(body)) > _dangling(old):
        yield "pdf:dangling", f"{lost} of the objects it refers to are not in the file"
    if _issued_later(body, old):
        return
    if len(body) == len(old) and body[-_TAIL:] == old[-_TAIL:]:
        yield "pdf:same-table", "the file has the length and the table of objects of the last good one"
    elif (share := _shared(body, old)) >= _NEAR:
        yield "pdf:near-copy", f"the file is the last good one byte for byte but for {1 - share:.2%}"


def _dangling(body: bytes) -> int:
    """How many objects are referred to and defined nowhere; none where some are packed in object streams."""
    if b"/ObjStm" in body:
        return 0
    plain = _STREAMED.sub(b"", body)
    return len(set(_REFERRED.findall(plain)) - set(_DEFINED.findall(plain)))


def _issued_later(body: bytes, old: bytes) -> bool:
    """Whether the file says that it was modified after the old one was."""
    then, now = _ISSUED.search(old), _ISSUED.search(body)
    return then is not None and now is not None and now[1] > then[1]


def _shared(body: bytes, old: bytes) -> float:
    """The share of the longer file that both have in common, at the same place or shifted once."""
    longest = max(len(body), len(old))
    if len(body) == len(old):
        return sum(map(int.__eq__, body, old)) / longest
    shorter = min(len(body), len(old))
    head = _prefix(body[:shorter], old[:shorter])
    tail = _prefix(body[head:][::-1][: shorter - head], old[head:][::-1][: shorter - head])
    return (head + tail) / longest


def _prefix(one: bytes, other: bytes) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
