"""The text layer of a PDF as blocks, one per paragraph, with the page in its path.

The file is opened in a confined child process (`confined.py`). As damage rarely raises (parsers rebuild what they
can), the file's own structure is checked first: header, end mark, cross-reference table and the objects it points to.
"""

import re
from collections.abc import Iterator

from monitor.extract import blocks, confined
from monitor.extract.confined import Limits
from monitor.extract.html import dateline, document
from monitor.model import BlockKind, Document, Problem, ProblemKind, Source
from monitor.text.normal import khmer_share

LIMITS = Limits()
"""What the parser of one file may use."""

_TARGET = "monitor.extract.pdf_child:answer"
_SIGNAL = "pdf:structure"
_MAGIC_REACH = 1024  # bytes from either end in which readers look for header and end mark (ISO 32000-1, annex H.3)
_STARTXREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_OBJECT = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
_SECTION = re.compile(rb"\s*(\d+)\s+(\d+)\s*?\r?\n")
_ENTRY = re.compile(rb"(\d{10}) \d{5} ([nf])[ \r\n]{1,2}")
_TRAILER = re.compile(rb"\s*trailer\s*<<.{0,4000}?/Root\s+\d+\s+\d+\s+R", re.DOTALL)
_TRAILER_REACH = 4_000
_ANY_TRAILER = re.compile(rb"\s*trailer\s*<<")
_BEFORE = re.compile(rb"/Prev\s+(\d+)")
_PAGE_NUMBER = re.compile(
    r"(?:page\s*|ទំព័រ(?:ទី)?\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:/|of|នៃ)\s*\d{1,4})?", re.IGNORECASE
)
_NEW_PARAGRAPH = re.compile(
    r"(?:article|section|chapter|title|annex)\s+\w+|មាត្រា|ជំពូក|ប្រការ|[•▪◦●*–-]\s|\(?\d{1,2}[.)]\s|\(?[a-z][.)]\s",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?:;។៕]\s*$")
_SHORT_LINE = 0.75  # of the page's longest line; a sentence that ends on a shorter line ends its paragraph
_FEW_KHMER = 0.05
_LEGACY_MIN = 200  # characters needed to judge the script of a text


def read(
    body: bytes, source: Source, extractor: str, *, title: str = "", limits: Limits = LIMITS
) -> Document | Problem:
    """The document in the PDF `body`.

    A Problem if the file is damaged, locked, scanned, a portfolio, a form that is drawn by one program only, set in a
    legacy font, or if two parsers do not read the same in it.
    """
    if fault := structure_fault(body):
        return _damaged(fault)
    answer = confined.call(_TARGET, body, limits, _SIGNAL)
    if isinstance(answer, Problem):
        return answer
    if "damaged" in answer:
        return _damaged(str(answer["damaged"]))
    if "unshown" in answer:
        return Problem(kind=ProblemKind.NO_TEXT_LAYER, detail=str(answer["unshown"]), signals=("pdf:packed",))
    pages = [str(page) for page in answer["pages"]]
    found = [piece for number, text in enumerate(pages, start=1) for piece in _page(number, text)]
    if not pages and b"/Encrypt" in body:
        return _damaged("the file is locked with a password", "pdf:locked")
    if is_legacy_font(" ".join(piece.text for piece in found), source):
        return Problem(
            kind=ProblemKind.LEGACY_FONT,
            detail="a Khmer file with almost no Khmer letters: set in a font from before Unicode",
            signals=("text:script",),
        )
    if "doubt" in answer:
        return _damaged(str(answer["doubt"]), "pdf:second-parser")
    if not found:
        return Problem(
            kind=ProblemKind.NO_TEXT_LAYER,
            detail=f"{len(pages)} pages without a character: a scan",
            signals=("pdf:no-characters",),
        )
    return document(
        blocks.number(found),
        title=title or found[0].text[:200],
        source=source,
        extractor=extractor,
        published_on=dateline(found),
    )


def is_legacy_font(text: str, source: Source) -> bool:
    """Whether `text`, from a source in Khmer alone, is Latin noise: letters a pre-Unicode font draws as Khmer.

    Limon and ABC text uses the Latin code points at random, so it has signs inside words (`c,ab; sþIBI`) and few
    English words; a plain English text on a Khmer source is the wrong language, not noise.
    """
    if source.languages != ("km",) or len(text) < _LEGACY_MIN or khmer_share(text) >= _FEW_KHMER:
        return False
    words = text.split()
    noisy = sum(1 for word in words if _NOISY_WORD.search(word))
    return noisy > 0.15 * len(words)


# A sign or a capital in the middle of a word, or a letter of the Latin-1 supplement that no English word has.
_NOISY_WORD = re.compile(r"[a-z][A-Z]|\w[;:,|{}\[\]<>=+@#$%^&*~]\w|[¡-¿þðÞÐßµ]|[A-Za-z][;|{}\[\]=+^~]$")


def structure_fault(body: bytes) -> str:
    """What is wrong with the outer structure of the PDF `body`, or an empty string."""
    header = body.find(b"%PDF-", 0, _MAGIC_REACH)
    if header < 0:
        return "the file does not begin with a PDF header"
    ends = list(_STARTXREF.finditer(body, max(0, len(body) - 2 * _MAGIC_REACH)))
    if not ends:
        return "the file does not end with a PDF end mark: it was cut"
    at = header + int(ends[-1][1])
    seen: set[int] = set()
    while at not in seen and body.startswith(b"xref", at):  # each update of a file adds a table and names the last
        seen.add(at)
        fault, at = _table(body, at + len(b"xref"), header, whole=len(seen) == 1)
        if fault or not at:
            return fault
    return "" if at in seen or _OBJECT.match(body, at) else "the cross-reference table is not where the file says"


def _table(body: bytes, at: int, header: int, *, whole: bool) -> tuple[str, int]:
    """What is wrong with the classic cross-reference table whose first section starts at `at`, and where the table
    before it stands (0 if there is none). The trailer of a `whole` table, the latest, names the root of the file.
    """
    while (section := _SECTION.match(body, at)) is not None:
        first, count = int(section[1]), int(section[2])
        at = section.end()
        for number in range(first, first + count):
            entry = _ENTRY.match(body, at)
            if entry is None:
                return "the cross-reference table is damaged", 0
            at = entry.end()
            if entry[2] == b"n" and not re.match(
                rb"\s*%d\s+\d+\s+obj\b" % number, body[(offset := header + int(entry[1])) : offset + 40]
            ):
                return f"object {number} is not where the cross-reference table says", 0
    if not (_TRAILER if whole else _ANY_TRAILER).match(body, at):
        return "the trailer is damaged", 0
    before = _BEFORE.search(body[at : at + _TRAILER_REACH].partition(b"startxref")[0])
    return "", header + int(before[1]) if before is not None and int(before[1]) else 0


def _damaged(detail: str, signal: str = _SIGNAL) -> Problem:
    return Problem(kind=ProblemKind.DAMAGED, detail=detail, signals=(signal,))


def _page(number: int, text: str) -> Iterator[blocks.Piece]:
    """The paragraphs of one page; running page numbers are dropped."""
    lines = [blocks.collapse(line) for line in text.splitlines()]
    longest = max((len(line) for line in lines), default=0)
    paragraph: list[str] = []

    def finished() -> Iterator[blocks.Piece]:
        joined = "".join(
            part if before.endswith("-") else f" {part}"
            for before, part in zip(["-", *paragraph], paragraph, strict=False)
        )
        paragraph.clear()
        if joined and not _PAGE_NUMBER.fullmatch(joined):
            yield blocks.Piece(BlockKind.PARAGRAPH, joined, (f"page {number}",))

    for line in lines:
        ended = paragraph and _SENTENCE_END.search(paragraph[-1]) and len(paragraph[-1]) < _SHORT_LINE * longest
        if not line or ended or _NEW_PARAGRAPH.match(line):
            yield from finished()
        if line:
            paragraph.append(line)
    yield from finished()
