"""Bytes to text in the order browsers use."""

import codecs
from collections.abc import Callable

import pytest

from monitor.extract.charset import decode, encoding
from monitor.model import Document, Problem, ProblemKind

KHMER = "សេចក្តីព្រាងច្បាប់"
FRENCH = "déjà adopté – œuvre"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (codecs.BOM_UTF8 + KHMER.encode(), "text/html; charset=windows-1252", KHMER),
        (codecs.BOM_UTF16_LE + KHMER.encode("utf-16-le"), "text/html; charset=utf-8", KHMER),
        (codecs.BOM_UTF16_BE + KHMER.encode("utf-16-be"), "", KHMER),
        (KHMER.encode(), "text/html; charset=utf-8", KHMER),
        (KHMER.encode(), 'text/html; charset="UTF-8"', KHMER),
        (b'<meta charset="utf-8">' + KHMER.encode(), "text/html", '<meta charset="utf-8">' + KHMER),
        (KHMER.encode(), "", KHMER),
        (FRENCH.encode("cp1252"), "", FRENCH),
        (FRENCH.encode("cp1252"), "text/html; charset=iso-8859-1", FRENCH),
        (FRENCH.encode("cp1252"), "text/html; charset=ISO-8859-1", FRENCH),
        (KHMER.encode(), "text/html; charset=no-such-thing", KHMER),
        (KHMER.encode(), "text/html; charset=base64", KHMER),
        ("กฎหมาย".encode("cp874"), "text/html; charset=TIS-620", "กฎหมาย"),
    ],
)
def test_the_declared_encoding_is_found(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


def test_the_header_wins_over_the_page() -> None:
    body = b'<meta charset="windows-1252">' + KHMER.encode()
    assert decode(body, "text/html; charset=utf-8").endswith(KHMER)


def test_a_meta_beyond_the_first_kilobyte_is_not_seen() -> None:
    assert encoding(b" " * 1100 + b'<meta charset="windows-1251">', "") == "utf-8"


def test_a_page_that_calls_itself_utf_16_in_a_meta_is_utf_8() -> None:
    assert encoding(b'<meta charset="utf-16">', "") == "utf-8"


def test_zero_bytes_are_no_text() -> None:
    assert decode(b"a\x00b", "") == "ab"


def test_a_text_that_could_not_be_decoded_is_garbled(problem: Callable[..., Problem]) -> None:
    body = b"<main><p>" + "déjà été".encode("cp1252") * 5 + b"</p></main>"
    assert problem(body, content_type="text/html; charset=utf-8").kind is ProblemKind.GARBLED


def test_one_stray_byte_in_a_long_text_is_forgiven(document: Callable[..., Document]) -> None:
    body = b"<main><p>" + b"The ministry met its partners. " * 20 + b"\xff</p></main>"
    assert "\ufffd" in document(body).blocks[0].text
