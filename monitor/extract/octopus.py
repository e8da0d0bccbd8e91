"""The Council of Europe's country profile on cybercrime (Octopus), keyed by heading text.

All profiles share one template whose sections are kept or dropped per country and set as headings, bold lines or
plain lines; so the text of a heading, never its place or tag, says which section begins. The block on the Budapest
Convention is the one with legal meaning: it is read as key-value pairs, and a profile without it is not used.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.extract.blocks import Piece, key_value
from monitor.model import BlockKind, Problem, ProblemKind, Source

_STATUS = "status regarding budapest convention"
_SECTIONS = (
    _STATUS,
    "cybercrime policies/strategies",
    "cybercrime legislation",
    "specialised institutions",
    "international cooperation",
    "sources and links",
)
_SUBSECTIONS = (
    "state of cybercrime legislation",
    "substantive law",
    "procedural law",
    "safeguards",
    "related laws and regulations",
    "competent authorities and channels",
    "competent authorities",
    "jurisprudence/case law",
    "practical guides, templates and best practices",
)
_LEVELS = dict.fromkeys(_SECTIONS, 2) | dict.fromkeys(_SUBSECTIONS, 3)
_BACK = re.compile(r"back\b.{0,60}", re.IGNORECASE)
_DISCLAIMER = re.compile(r"these\s+profiles\s+do\s+not\s+necessarily\s+reflect", re.IGNORECASE)
_LABEL = re.compile(r"(status|declarations\s+and\s+reservations)\s*:\s*", re.IGNORECASE)
_LEGAL_PROFILE = re.compile(r"see\s+(?:the\s+)?legal\s+profile\.?", re.IGNORECASE)


def profile(pieces: list[Piece], source: Source) -> list[Piece] | Problem:
    """The sections of a profile; a Problem if the status block is missing."""
    sections = _sections(_body(pieces))
    start = next((at for at, piece in enumerate(sections) if piece.text.casefold() == _STATUS), None)
    if start is None:
        return _missing("the profile has no section on the Budapest Convention")
    end = next((at for at in range(start + 1, len(sections)) if sections[at].kind is BlockKind.HEADING), len(sections))
    status = _status(sections[start + 1 : end], (*sections[start].path, sections[start].text))
    if not status:
        return _missing("the section on the Budapest Convention holds no status")
    return [*sections[: start + 1], *status, *sections[end:]]


def _missing(detail: str) -> Problem:
    return Problem(kind=ProblemKind.SELECTOR, detail=detail, signals=("octopus:status",))


def _body(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the "Back <country>" lines at the top and the disclaimer with all that follows it."""
    kept: list[Piece] = []
    for position, piece in enumerate(pieces):
        if found := _DISCLAIMER.search(piece.text):
            before = piece.text[: found.start()].strip()
            return [*kept, replace(piece, text=before)] if before else kept
        if position < 4 and _BACK.fullmatch(piece.text):
            continue
        kept.append(piece)
    return kept


def _sections(pieces: Sequence[Piece]) -> list[Piece]:
    """Known headings made headings whatever their tag, and every path counted from them."""
    out: list[Piece] = []
    above: list[tuple[int, str]] = []
    for piece in pieces:
        name = re.sub(r"\s*/\s*", "/", piece.text).strip(" :").casefold()
        level = _LEVELS.get(name, piece.level if piece.kind is BlockKind.HEADING else 0)
        if glued := _glued_status(piece):
            level, heading, rest = 2, *glued
        else:
            heading, rest = piece.text.strip(" :"), ""
        if not level:
            out.append(replace(piece, path=tuple(text for _, text in above)))
            continue
        while above and above[-1][0] >= level:
            above.pop()
        out.append(Piece(BlockKind.HEADING, heading, tuple(text for _, text in above), level=level))
        above.append((level, heading))
        if rest:
            out.append(Piece(BlockKind.PARAGRAPH, rest, tuple(text for _, text in above)))
    return out


def _glued_status(piece: Piece) -> tuple[str, str] | None:
    """Heading and rest of a line that runs the status heading and its content together."""
    if piece.text.casefold().startswith(_STATUS) and len(piece.text) > len(_STATUS) + 2:
        return piece.text[: len(_STATUS)], piece.text[len(_STATUS) :].strip(" :–-")
    return None


def _status(pieces: Sequence[Piece], path: tuple[str, ...]) -> list[Piece]:
    """`Status : NA Declarations and reservations : N/A See legal profile` → one key-value piece per label."""
    text = _LEGAL_PROFILE.sub(" ", " ".join(piece.text for piece in pieces))
    labels = list(_LABEL.finditer(text))
    out = []
    for at, label in enumerate(labels):
        end = labels[at + 1].start() if at + 1 < len(labels) else len(text)
        key = " ".join(label[1].split()).capitalize()
        out.append(Piece(BlockKind.KEY_VALUE, key_value(key, " ".join(text[label.end() : end].split()) or "–"), path))
    return out if any(piece.text.startswith("Status:") for piece in out) else []
