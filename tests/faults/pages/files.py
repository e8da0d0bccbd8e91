"""PDF files of our own making: packed and plain, one page and many, Western and Khmer letters."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO

from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, TextStringObject

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


def locked(user: str | None = "user") -> bytes:
    """A file that opens with a password only; without `user` anybody may read it, and only its owner may edit."""
    file = FPDF()
    file.set_encryption(owner_password="owner", user_password=user)
    file.set_font("Helvetica")
    file.add_page()
    file.cell(text="Text behind a lock")
    return bytes(file.output())


def lettered(text: str) -> bytes:
    """A file whose text layer says `text`, letter by letter through a ToUnicode map (needs no font of that script)."""
    letters = sorted(set(text))
    codes = {letter: number for number, letter in enumerate(letters, start=33)}
    mapped = "\n".join(f"<{codes[letter]:02x}> <{ord(letter):04x}>" for letter in letters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(letters)} beginbfchar\n{mapped}\nendbfchar\n"
        "endcmap end end"
    ).encode()
    content = f"BT /F1 12 Tf 50 700 Td <{''.join(f'{codes[letter]:02x}' for letter in text)}> Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def updated(body: bytes) -> bytes:
    """`body` with an update written behind it, as editors do that leave the old part as it is."""
    writer = PdfWriter(BytesIO(body), incremental=True)
    writer.add_metadata({"/Title": "Law, with its title mended"})
    return _written(writer)


def form(body: bytes) -> bytes:
    """`body` as the page that stands in for a form which one program only can draw."""
    writer = PdfWriter(clone_from=BytesIO(body))
    described = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>"), NameObject("/Fields"): ArrayObject()})
    writer.root_object[NameObject("/AcroForm")] = described
    writer.root_object[NameObject("/NeedsRendering")] = BooleanObject(True)
    return _written(writer)


def portfolio(body: bytes) -> bytes:
    """`body` as the cover of a portfolio of files."""
    writer = PdfWriter(clone_from=BytesIO(body))
    writer.add_attachment("law.txt", b"Article 1. The law itself.")
    writer.root_object[NameObject("/Collection")] = DictionaryObject({NameObject("/View"): NameObject("/D")})
    return _written(writer)


def _locked_by(body: bytes, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(body))
    writer.encrypt("", "owner", algorithm=algorithm)
    return _written(writer)


def _stamped(body: bytes, stamp: bytes) -> bytes:
    writer, mark = PdfWriter(clone_from=BytesIO(body)), PdfReader(BytesIO(stamp)).pages[0]
    for page in writer.pages:
        page.merge_page(mark)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _drawn(draw: Callable[[FPDF], None]) -> bytes:
    file = FPDF()
    file.set_creation_date(_MADE)
    file.set_font("Helvetica", size=11)
    file.add_page()
    draw(file)
    return bytes(file.output())


def _in_columns(file: FPDF) -> None:
    with file.text_columns(ncols=2, gutter=6, text_align="JUSTIFY") as columns:
        for line in paragraphs("en", 40):
            columns.write(f"{line}\n\n")


def _as_table(file: FPDF) -> None:
    with file.table(first_row_as_headings=False) as table:
        for number, line in enumerate(paragraphs("fr", 30)):
            row = table.row()
            for cell in (str(number), line[:50], line[50:]):
                row.cell(cell)


def _twice(file: FPDF) -> None:
    """Bold as some programs make it: drawn again, a hair further on."""
    for number, line in enumerate(paragraphs("en", 20)):
        for shift in (0.0, 0.1) if number % 3 else (0.0,):
            file.text(10 + shift, 20 + 12 * number, line[:90])


def _turned(file: FPDF) -> None:
    for number, line in enumerate(paragraphs("en", 20)):
        with file.rotation(angle=number * 9, x=100, y=150):
            file.text(20, 20 + number * 10, line)


@cache
def whole() -> Mapping[str, bytes]:
    """Sound files of many makes, every one of which must be read."""
    plain = packed(paragraphs("en", 40))
    return {
        **bases(),
        "columns": _drawn(_in_columns),
        "table": _drawn(_as_table),
        "drawn twice": _drawn(_twice),
        "turned": _drawn(_turned),
        "Khmer": lettered("".join(paragraphs("km", 8)).replace(" ", "")),
        "updated": updated(plain),
        "updated twice": updated(updated(plain)),
        "stamped": _stamped(plain, packed(["CERTIFIED COPY 12/2026"])),
        **{f"locked by {name}": _locked_by(plain, name) for name in ("RC4-40", "RC4-128", "AES-128", "AES-256")},
    }


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
