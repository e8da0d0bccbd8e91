"""Two parsers of one PDF: a file is believed when both see the same, and refused in plain words when they do not."""

import re

import pytest

from monitor.extract import pdf, pdf_child, pdf_crosscheck
from monitor.model import Document, Problem, ProblemKind, Source
from tests.faults.pages.files import bases, form, packed, portfolio, updated, whole
from tests.faults.pages.law import paragraphs

SOURCE = Source(id="s", url="https://a.test/x.pdf", spider="document", languages=("en", "km"))
LAW = packed(paragraphs("en", 40))


def said(body: bytes) -> dict[str, object]:
    return pdf_child.answer(body)


def pages(body: bytes) -> list[str]:
    found = said(body)["pages"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", list(whole()))
def test_a_sound_file_is_read_whatever_made_it(name: str) -> None:
    assert pdf.structure_fault(whole()[name]) == ""
    assert said(whole()[name]).keys() == {"pages"}


def test_the_text_that_stands_is_that_of_the_first_parser() -> None:
    (only,) = pages(bases()["packed, one page"])
    found = pdf.read(bases()["packed, one page"], SOURCE, "e")
    assert isinstance(found, Document)
    assert " ".join(block.text for block in found.blocks).split() == only.split()


@pytest.mark.parametrize(
    ("bent", "told"),
    [
        (lambda text: text[: len(text) * 9 // 10], "two parsers disagree about page 1"),
        (lambda text: text + "a fine of two million riels " * 12, "two parsers disagree about page 1"),
        (lambda text: "", "two parsers disagree about page 1"),
    ],
    ids=["a tenth lost", "words too many", "all lost"],
)
def test_a_page_that_another_parser_reads_otherwise_is_doubted(bent: object, told: str) -> None:
    first, *rest = pages(LAW)
    doubt = pdf_crosscheck.second([bent(first), *rest], LAW)["doubt"]  # type: ignore[operator]
    assert doubt.startswith(told)
    assert re.search(r"\d+ letters in common", doubt)


def test_another_number_of_pages_is_doubted() -> None:
    assert "pages" in pdf_crosscheck.second(pages(LAW)[:1], LAW)["doubt"]


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: text.replace("fi", "\ufb01"),
        lambda text: " ".join(text),
        lambda text: "\n".join(reversed(text.splitlines())),
        lambda text: text.upper(),
        lambda text: text.replace("Article 1.", "Article"),
    ],
    ids=["ligatures", "spaces", "order", "capitals", "a number of a page"],
)
def test_what_is_a_matter_of_opinion_is_no_disagreement(spelled: object) -> None:
    assert pdf_crosscheck.second([spelled(page) for page in pages(LAW)], LAW) == {}  # type: ignore[operator]


def test_khmer_that_the_second_parser_sees_in_part_is_no_disagreement() -> None:
    body = whole()["Khmer"]
    (page,) = pages(body)
    assert pdf_crosscheck.second([page + page[: len(page) // 3]], body) == {}


def test_khmer_that_only_the_second_parser_sees_is_doubted() -> None:
    body = whole()["Khmer"]
    (page,) = pages(body)
    half = re.sub("[ក-ឳ]", "", page[: len(page) // 2]) + page[len(page) // 2 :]
    assert "(Khmer)" in pdf_crosscheck.second([half], body)["doubt"]


def test_an_object_that_an_update_replaced_and_that_is_gone_is_missed() -> None:
    """Readers fall back on the older object in silence."""
    body = updated(LAW)
    at = body.rindex(b"\n3 0 obj")
    end = body.index(b"endobj", at) + len(b"endobj")
    found = pdf.read(body[:at] + b" " * (end - at) + body[end:], SOURCE, "e")
    assert isinstance(found, Problem)
    assert "object 3 is not where the cross-reference table says" in found.detail


def test_an_older_table_of_an_updated_file_is_checked_as_well() -> None:
    body = updated(LAW)
    at = body.index(b"\n4 0 obj")
    bent = body[:at] + b"\n7 0 obj" + body[at + 8 :]
    found = pdf.read(bent, SOURCE, "e")
    assert isinstance(found, Problem)
    assert "object 4 is not where the cross-reference table says" in found.detail


def test_damage_behind_a_lock_is_seen() -> None:
    body = bytearray(whole()["locked by AES-128"])
    at = body.index(b"stream", body.index(b"/Filter")) + 60
    body[at] ^= 0x10
    found = pdf.read(bytes(body), SOURCE, "e")
    assert isinstance(found, Problem)
    assert found.kind is ProblemKind.DAMAGED


@pytest.mark.parametrize(("body", "told"), [(form(LAW), "XFA form"), (portfolio(LAW), "portfolio")])
def test_a_file_whose_pages_are_not_its_text_has_no_text_layer(body: bytes, told: str) -> None:
    found = pdf.read(body, SOURCE, "e")
    assert isinstance(found, Problem)
    assert found.kind is ProblemKind.NO_TEXT_LAYER
    assert told in found.detail


def test_a_second_parser_without_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(page: object) -> str:
        while True:
            pass

    found = pages(LAW)
    monkeypatch.setattr(pdf_crosscheck, "SECONDS", 0.05)
    monkeypatch.setattr("pypdf.PageObject.extract_text", endless)
    assert "did not finish a page" in pdf_crosscheck.second(found, LAW)["doubt"]


def test_pages_that_the_second_parser_had_no_time_for_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PageObject

    found, left, read = pages(LAW), iter([True]), PageObject.extract_text

    def first_only(page: PageObject) -> str:
        while not next(left, False):
            pass
        return read(page)

    assert len(found) > 1
    monkeypatch.setattr(pdf_crosscheck, "SECONDS", 0.05)
    monkeypatch.setattr("pypdf.PageObject.extract_text", first_only)
    assert pdf_crosscheck.second(found, LAW) == {}


def test_far_apart_pages_are_compared_first() -> None:
    assert pdf_crosscheck._far_apart(8) == [0, 4, 2, 6, 1, 5, 3, 7]
