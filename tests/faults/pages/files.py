"""PDF files of our own making: packed and plain, one page and many, Western and Khmer letters."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from fpdf import FPDF

from monitor.demo.pdf import text_pdf
from tests.faults.pages.law import paragraphs

_MADE = datetime(2026, 11, 1, 8, tzinfo=UTC)


def packed(lines: list[str], *, made: datetime = _MADE) -> bytes:
    """A file as office programs write it: packed streams, dates, an identifier."""
    file = FPDF()
    file.set_creation_date(made)
    file.set_font("Helvetica", size=11)
    file.add_page()
    for line in lines:
        file.multi_cell(0, 6, line)
        file.ln(3)
    return bytes(file.output())


def scanned() -> bytes:
    """A page without a character."""
    file = FPDF()
    file.add_page()
    file.rect(10, 10, 120, 180)
    return bytes(file.output())


def locked() -> bytes:
    """A file that opens with a password only."""
    file = FPDF()
    file.set_encryption(owner_password="owner", user_password="user")
    file.set_font("Helvetica")
    file.add_page()
    file.cell(text="Text behind a lock")
    return bytes(file.output())


@cache
def bases() -> Mapping[str, bytes]:
    """The files that are damaged."""
    law = paragraphs("en", 60)
    return {
        "packed, one page": packed(law[:8]),
        "packed, many pages": packed(law),
        "plain, one page": text_pdf(law[:8], title="Law"),
        "plain, many pages": text_pdf(law, title="Law"),
        "French": text_pdf(paragraphs("fr", 20), title="Loi"),
    }
