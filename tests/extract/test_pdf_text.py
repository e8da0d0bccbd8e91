"""The text layer of PDFs, in a child process, and every way it can fail."""

import random
import subprocess
import zlib
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from fpdf import FPDF

from monitor.extract import pdf, pdf_child
from monitor.extract.confined import Limits
from monitor.model import Document, Problem, ProblemKind, Source
from tests.faults.pages.files import lettered, locked

PDF = "application/pdf"
SOURCE = Source(id="s", url="https://a.test/x.pdf", spider="document")
NOISE = "c,ab; sþIBI karRKb;RKg dMeNIrkar nigkic©karBar TinñyfðalxøÜn RBHraCaNacRkkm<úCa Cati sasna RBHmhakSRt "


@cache
def kram(pages: int = 2) -> bytes:
    """A small law in English, with running page numbers."""
    made = FPDF()
    made.set_font("Helvetica", size=11)
    made.set_auto_page_break(False)
    for page in range(1, pages + 1):
        made.add_page()
        made.multi_cell(0, 6, "Phnom Penh, 9 June 2026" if page == 1 else f"Chapter {page}")
        made.ln(6)
        made.multi_cell(
            0,
            6,
            "Article 1. This law sets rules for the processing of personal data by persons and bodies in the Kingdom, "
            "and names the authority that watches over them.\n\nArticle 2. It applies from the day it is promulgated.",
        )
        made.set_y(-25)
        made.cell(0, 6, f"Page {page}", align="C")
    return bytes(made.output())


def test_each_paragraph_is_a_block_with_its_page(document: Callable[..., Document]) -> None:
    found = document(kram(), content_type=PDF)
    article = (
        "Article 1. This law sets rules for the processing of personal data by persons and bodies in the Kingdom, and "
        "names the authority that watches over them."
    )
    second = "Article 2. It applies from the day it is promulgated."
    assert [(block.text, block.path) for block in found.blocks] == [
        ("Phnom Penh, 9 June 2026", ("page 1",)),
        (article, ("page 1",)),
        (second, ("page 1",)),
        ("Chapter 2", ("page 2",)),
        (article, ("page 2",)),
        (second, ("page 2",)),
    ]


def test_the_dateline_dates_the_file(document: Callable[..., Document]) -> None:
    assert document(kram(), content_type=PDF).published_on == date(2026, 6, 9)


def test_a_pdf_is_known_by_its_bytes_whatever_is_declared(document: Callable[..., Document]) -> None:
    assert document(kram(), content_type="text/html").blocks


def test_khmer_letters_come_out_as_khmer(document: Callable[..., Document]) -> None:
    text = "ព្រះរាជក្រមប្រកាសឱ្យប្រើច្បាប់"
    found = document(lettered(text), content_type=PDF, languages=("km",))
    assert "".join(found.blocks[0].text.split()) == text
    assert found.language == "km"


def test_pages_without_a_character_are_a_scan(problem: Callable[..., Problem]) -> None:
    made = FPDF()
    made.add_page()
    made.rect(10, 10, 50, 50)
    assert problem(bytes(made.output()), content_type=PDF).kind is ProblemKind.NO_TEXT_LAYER


def test_a_file_locked_with_a_password_is_not_read(problem: Callable[..., Problem]) -> None:
    assert problem(locked(), content_type=PDF).kind is ProblemKind.DAMAGED


def test_a_file_locked_only_against_editing_is_read(document: Callable[..., Document]) -> None:
    assert document(locked(None), content_type=PDF).blocks[0].text == "Text behind a lock"


def test_latin_noise_on_a_khmer_source_is_a_legacy_font(problem: Callable[..., Problem]) -> None:
    body = lettered((NOISE * 4)[:320])
    assert problem(body, content_type=PDF, languages=("km",)).kind is ProblemKind.LEGACY_FONT


def test_an_english_file_on_a_khmer_source_is_no_legacy_font(document: Callable[..., Document]) -> None:
    assert document(kram(), content_type=PDF, languages=("km",)).blocks


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.95, 0.99])
def test_a_cut_file_is_damaged(problem: Callable[..., Problem], share: float) -> None:
    body = kram()
    assert problem(body[: int(len(body) * share)], content_type=PDF).kind is ProblemKind.DAMAGED


def test_bytes_after_the_end_mark_are_forgiven(document: Callable[..., Document]) -> None:
    assert document(kram() + b"\n\n", content_type=PDF).blocks


def test_damaged_copies_are_refused_or_read_the_same() -> None:
    """Mutants of one file: none may give another text without a word (a parser alone gives many)."""
    chance = random.Random(20261121)
    body = kram()
    said = [block.text for block in _read(body).blocks]
    for number in range(24):
        mutant = bytearray(body)
        at = chance.randrange(len(mutant) - 40)
        match number % 4:
            case 0:
                for _ in range(3):
                    mutant[chance.randrange(len(mutant))] = chance.randrange(256)
            case 1:
                del mutant[at : at + chance.randrange(1, 40)]
            case 2:
                mutant[at:at] = chance.randbytes(10)
            case _:
                mutant[at : at + 30] = bytes(30)
        found = pdf.read(bytes(mutant), SOURCE, "e")
        assert isinstance(found, Problem) or [block.text for block in found.blocks] == said, number


def _read(body: bytes) -> Document:
    found = pdf.read(body, SOURCE, "e")
    assert isinstance(found, Document)
    return found


def test_a_flipped_byte_inside_a_deflated_stream_is_seen() -> None:
    packed = bytearray(zlib.compress(b"BT (text) Tj ET" * 20))
    packed[len(packed) // 2] ^= 0x55
    body = b"5 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream\nendobj" % (len(packed), bytes(packed))
    assert pdf_child.fault(body)


def test_a_whole_deflated_stream_is_accepted() -> None:
    packed = zlib.compress(b"BT (text) Tj ET" * 20)
    body = b"5 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream\nendobj" % (len(packed), packed)
    assert pdf_child.fault(body) == ""


def test_a_stream_that_is_not_as_long_as_it_says_is_seen() -> None:
    assert pdf_child.fault(b"5 0 obj\n<</Length 4>>\nstream\n0123456789abcdefghij\nendstream\nendobj")


def test_a_parser_that_needs_too_long_is_stopped() -> None:
    found = pdf.read(kram(), SOURCE, "e", limits=Limits(wall=0.001))
    assert isinstance(found, Problem)
    assert found.kind is ProblemKind.DAMAGED
    assert "stopped" in found.detail


def test_a_parser_that_needs_too_much_memory_is_stopped() -> None:
    found = pdf.read(kram(), SOURCE, "e", limits=Limits(memory=24 << 20))
    assert isinstance(found, Problem)
    assert found.kind is ProblemKind.DAMAGED


def test_the_child_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets of the parent's environment must not reach the process that reads hostile files."""
    seen: dict[str, object] = {}
    run = subprocess.run

    def recording(command: list[str], **options: Any) -> object:
        seen.update(options)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", recording)
    _read(kram())
    assert seen["env"] == {}
