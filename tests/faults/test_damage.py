"""Damaged bodies move nothing: they are unreadable, or read the same as before (rows P1, P4, P5, P6, P7, P9, P11)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice, product

import pytest

from tests.faults.cases import cases
from tests.faults.pages.desk import Desk, source_at
from tests.faults.pages.files import bases, locked, packed, scanned, whole
from tests.faults.pages.law import law_page, paragraphs
from tests.faults.pages.mutants import Mutant, html_mutants, pdf_mutants

SEED = 20261123
URL = "https://ministry.example/laws/17"
FILE = "https://ministry.example/files/17.pdf"
PDF = (("Content-Type", "application/pdf"),)
HTML_CASES = cases(300, 5_000)
PDF_CASES = cases(40, 5_000)
FILES = {name: whole()[name] for name in (*bases(), "Khmer", "updated twice", "locked by AES-128")}


def broken_by(desk: Desk, mutants: Iterable[Mutant], **options: object) -> list[str]:
    """What went wrong while `desk` read `mutants`: a crash, a move of the baseline, a change, an alert about law."""
    held, broken = desk.believed(), []
    for mutant in mutants:
        report = desk.read(mutant.body, **options)  # type: ignore[arg-type]
        if "could not be processed" in report.detail:
            broken.append(f"{mutant.name}: crashed: {report.detail}")
        elif desk.believed() != held:
            broken.append(f"{mutant.name}: {held} became {desk.believed()}")
            held = desk.believed()
    return broken


@pytest.mark.promise("G4")
@pytest.mark.parametrize("language", ["en", "fr", "km"])
def test_a_damaged_page_moves_nothing(language: str, figure: Callable[..., None]) -> None:
    desk, base, count = Desk(source_at(URL, language)), law_page(language), HTML_CASES // 3 + 1
    assert desk.read(base).read
    broken = broken_by(desk, islice(html_mutants(base, SEED), count))
    figure("G4", cases=count, broken=len(broken), note=f"damaged HTML, {language} (P4)")
    assert broken == []


@pytest.mark.promise("G4")
@pytest.mark.parametrize("name", list(FILES))
def test_a_damaged_file_moves_nothing(name: str, figure: Callable[..., None]) -> None:
    desk, base, count = Desk(source_at(FILE, "en", "fr", "km")), FILES[name], PDF_CASES // len(FILES)
    assert desk.read(base, headers=PDF).read
    broken = broken_by(desk, islice(pdf_mutants(base, SEED), count), headers=PDF)
    figure("G4", cases=count, broken=len(broken), note=f"damaged PDF, {name} (P5)")
    assert broken == []


ENCODINGS = ("utf-8", "windows-1252", "utf-16-le", "iso-8859-1", "cp874", "shift_jis", "gb18030", "koi8-r")
LABELS = (*ENCODINGS, "us-ascii", "utf-16", "x-unknown", "")
LINE = {"en": "The minister’s “note” – § 4 – costs 5 €.", "fr": "L’accès coûte 5 €.", "km": "ថ្លៃ ៥ €។"}


def lies() -> Iterator[tuple[str, bytes, str]]:
    """(what, body, content type): pages in one encoding that declare another, in the header, the page or both."""
    for language, real, told, where in product(("en", "fr", "km"), ENCODINGS, LABELS, ("header", "page", "both")):
        if real == told or (language == "km" and not real.startswith("utf")):
            continue
        text = law_page(language, text=[*paragraphs(language), LINE[language]]).decode()
        meta = told if where in ("page", "both") and told else ""
        text = text.replace('charset="utf-8"', f'charset="{meta}"' if meta else 'name="x"')
        header = f"text/html; charset={told}" if where in ("header", "both") and told else "text/html"
        yield f"{language}, {real} as {told or 'nothing'} in {where}", text.encode(real, "xmlcharrefreplace"), header


@pytest.mark.promise("G4")
def test_a_page_that_lies_about_its_encoding_moves_nothing(figure: Callable[..., None]) -> None:
    found = list(lies())
    chosen = found[:: max(1, len(found) // cases(80, len(found)))]
    broken = []
    for what, body, declared in chosen:
        language = what[:2]
        desk = Desk(source_at(URL, language))
        good = law_page(language, text=[*paragraphs(language), LINE[language]])
        assert desk.read(good).read
        broken += broken_by(desk, [Mutant(name=what, body=body)], headers=(("Content-Type", declared),))
    figure("G4", cases=len(chosen), broken=len(broken), note="declared encodings that are not the page's own (P1)")
    assert broken == []


@pytest.mark.promise("G4")
def test_another_kind_of_body_moves_nothing(figure: Callable[..., None]) -> None:
    """Scans, locked files, office files, archives and pictures, under any declared type."""
    office = b"PK\x03\x04\x14\x00\x06\x00" + bytes(400)
    bodies = {
        "scan": scanned(),
        "locked file": locked(),
        "page in place of a file": law_page("en"),
        "office file": office,
        "old office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "packed": b"\x1f\x8b\x08" + bytes(64),
        "XML": b"<?xml version='1.0'?><r>x</r>",
        "script": b'{"status": "ok", "file": null}',
        "empty": b"",
    }
    broken, count = [], 0
    for declared in ("application/pdf", "text/html", "application/octet-stream", ""):
        desk = Desk(source_at(FILE, "en"))
        assert desk.read(bases()["packed, one page"], headers=PDF).read
        mutants = [Mutant(name=f"{name} as {declared!r}", body=body) for name, body in bodies.items()]
        count += len(mutants)
        broken += broken_by(desk, mutants, headers=(("Content-Type", declared),))
    figure("G4", cases=count, broken=len(broken), note="scans, locks, office files, archives (P6, P7, P9, P11)")
    assert broken == []


@pytest.mark.promise("G5")
def test_a_file_served_under_a_wrong_type_is_read_all_the_same() -> None:
    desk = Desk(source_at(FILE, "en"))
    for declared in ("text/html", "application/octet-stream", "text/plain", ""):
        assert desk.read(bases()["packed, one page"], headers=(("Content-Type", declared),)).read


@pytest.mark.promise("G5")
def test_a_new_issue_of_a_file_is_a_change_at_the_next_reading() -> None:
    """Same address, new dates and numbers in the file: no near copy, however little was edited."""
    law = paragraphs("en", 8)
    desk = Desk(source_at(FILE, "en"))
    desk.read(packed(law), headers=PDF)
    issue = packed([law[0].replace("month", "quarter"), *law[1:]], made=datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert desk.read(issue, headers=PDF).tally.changed == 1
