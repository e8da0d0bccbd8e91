"""A second opinion on the text of a PDF: pypdf reads the same bytes, and what both see is compared page by page.

Parsers repair what they are given and keep silent about it, each in its own way; a page that two of them read alike
was not repaired. Only letters and digits are compared, as a multiset: where a word ends, in which order columns are
read and how a ligature is spelled are matters of opinion. Like `pdf_child`, it runs in the confined child.

Measured on 66 whole files (columns, tables, stamps, notes, incremental updates, four ways of locking, rotated, spaced,
invisible and overprinted text, English, French and Khmer): the two agree to the last letter on every page, with two
exceptions. Text drawn twice on one spot, as some programs do for bold, is read once by one and twice by the other. And
pypdf does not know the text that Chromium writes beside Khmer glyphs, so it sees about three quarters of the letters.
"""

import re
import signal
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from io import BytesIO
from types import FrameType
from typing import TYPE_CHECKING, Any

from monitor.extract.pdf_child import fault

if TYPE_CHECKING:
    from pypdf import PdfReader

SECONDS = 10.0
"""Processor time given to the second parser. What it has not read by then is not compared: it is the slower one."""

_ALIKE = 0.95  # share of the letters of either reading that the other must have
_KHMER_SEEN = 0.5  # share of the Khmer letters that the second reading must have
_KHMER_KNOWN = 0.8  # share of the Khmer letters of the second reading that the first must have
_SPARE = 8  # letters that may differ whatever their share: a page number, a sign drawn as a letter
_KHMER = ("\u1780", "\u17ff")


class _Late(BaseException):
    """No `Exception`, so that no parser takes it for a fault of the file."""


def second(pages: Sequence[str], body: bytes) -> dict[str, str]:
    """What the second parser says of `body`, in which the first one read `pages`.

    `{"doubt": reason}` if they disagree, `{"unshown": reason}` if its pages are not its text, else nothing.
    """
    compared = 0
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, 0.1)  # again and again, lest one is swallowed
    try:
        import pypdf  # slow to load, and only needed for a file that is sound so far

        reader = pypdf.PdfReader(BytesIO(body))
        if reason := _unshown(reader.root_object):
            return {"unshown": reason}
        if reason := _misplaced(reader, body):
            return _doubt(reason)
        if reader.is_encrypted and (reason := fault(_unlocked(reader))):
            return _doubt(f"behind its lock, {reason}")
        others = reader.pages
        if len(others) != len(pages):
            return _doubt(f"one parser finds {len(pages)} pages and another {len(others)}")
        for number in _far_apart(len(pages)):
            if shares := _differ(pages[number], others[number].extract_text()):
                return _doubt(f"two parsers disagree about page {number + 1}: {shares}")
            compared += 1
    except _Late:
        return {} if compared else _doubt(f"the second parser did not finish a page in {SECONDS:g} s")
    except Exception as error:  # whatever it raises, it could not read what the other one did
        return _doubt(f"the second parser cannot read it ({type(error).__name__}: {error})"[:300])
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return {}


def _misplaced(reader: "PdfReader", body: bytes) -> str:
    """Which object is not where the tables of the file say, packed tables among them; empty if all are."""
    header = max(0, body.find(b"%PDF-"))
    for places in reader.xref.values():
        for number, offset in places.items():
            if not any(
                re.match(rb"\s*%d\s+\d+\s+obj\b" % number, body[at : at + 40]) for at in (offset, offset + header)
            ):
                return f"object {number} is not where the cross-reference table says"
    return ""


def _unlocked(reader: "PdfReader") -> bytes:
    """The file without its lock, its streams as they are: only then can be told whether they are whole."""
    from pypdf import PdfWriter

    out = BytesIO()
    PdfWriter(clone_from=reader).write(out)
    return out.getvalue()


def _doubt(reason: str) -> dict[str, str]:
    return {"doubt": reason}


def _unshown(catalogue: Mapping[str, Any]) -> str:
    """Why the pages of a file are not what it is about (ISO 32000-2, 12.3.5 and 12.7.8); empty for other files."""
    if "/Collection" in catalogue:
        return "the file is a portfolio: what it is about is packed inside as other files"
    drawn = getattr(catalogue.get("/NeedsRendering"), "value", False)  # pypdf's false is true to Python
    if drawn and "/AcroForm" in catalogue and "/XFA" in catalogue["/AcroForm"]:
        return "the file is an XFA form: its text is drawn by one program only"
    return ""


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Late


def _far_apart(count: int) -> list[int]:
    """The numbers below `count`, so ordered that any first few of them are spread over all."""
    return sorted(range(count), key=lambda number: f"{number:032b}"[::-1])


def _differ(first: str, second: str) -> str:
    """How much two readings of a page have in common, in words; empty if that is enough."""
    said = _differ_by_letters(first, second)
    return said if said and _differ_by_letters(_once(first), _once(second)) else ""


def _once(text: str) -> str:
    """`text` without spaces, the lines that say the same two to four times over said once: bold is drawn that way."""
    return "\n".join(_part("".join(line.split())) for line in text.splitlines())


def _part(line: str) -> str:
    parts = (line[: len(line) // times] for times in (4, 3, 2) if line[: len(line) // times] * times == line)
    return next(parts, line)


def _differ_by_letters(first: str, second: str) -> str:
    letters, letters_seen = _letters(first), _letters(second)
    khmer, khmer_seen = _khmer(letters), _khmer(letters_seen)
    others, others_seen = letters - khmer, letters_seen - khmer_seen
    if not (_in(others, others_seen, _ALIKE) and _in(others_seen, others, _ALIKE)):
        return _shares(others, others_seen)
    if not (_in(khmer, khmer_seen, _KHMER_SEEN) and _in(khmer_seen, khmer, _KHMER_KNOWN)):
        return f"{_shares(khmer, khmer_seen)} (Khmer)"
    return ""


def _letters(text: str) -> Counter[str]:
    """How often each letter and digit stands in `text`, upper or lower, ligatures taken apart."""
    counted = Counter(unicodedata.normalize("NFKC", text).casefold())
    return Counter({sign: count for sign, count in counted.items() if sign.isalnum()})


def _khmer(letters: Counter[str]) -> Counter[str]:
    first, last = _KHMER
    return Counter({sign: count for sign, count in letters.items() if first <= sign <= last})


def _in(some: Counter[str], all_: Counter[str], share: float) -> bool:
    """Whether `share` of the letters in `some` stand in `all_` as well, or all but a few."""
    missing = (some - all_).total()
    return missing <= max(_SPARE, (1 - share) * some.total())


def _shares(one: Counter[str], other: Counter[str]) -> str:
    both = (one & other).total()
    return f"{both} letters in common, {one.total()} in one and {other.total()} in the other"
