"""Writes a plain text PDF: a few objects, Helvetica, one text layer. Enough for a gazette issue, and readable source.

Made at run time rather than shipped as a file, so that its words stand beside the timeline that depends on them and
a re-upload with other bytes needs no second file. Structure after ISO 32000-1, sections 7.5 and 9.
"""

import textwrap
from collections.abc import Iterator, Sequence

_PAGE = (595, 842)  # A4 in points
_MARGIN, _LEADING, _SIZE, _COLUMNS, _LINES = 64, 16, 11, 84, 44


def text_pdf(paragraphs: Sequence[str], *, title: str, producer: str = "Replica") -> bytes:
    """A PDF of `paragraphs` (Western European letters only), wrapped and paged; `producer` goes into the meta data.

    Raises UnicodeEncodeError for letters the standard fonts do not have.
    """
    pages = list(_pages(paragraphs))
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title " + _string(title) + b" /Producer " + _string(producer) + b" >>",
    ]
    for number, lines in enumerate(pages):
        content = _content(lines)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_PAGE[0]} {_PAGE[1]}] /Contents {6 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode("ascii")
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n".encode("ascii") + content + b"\nendstream")
    return _file(objects)


def _pages(paragraphs: Sequence[str]) -> Iterator[list[str]]:
    lines = [line for paragraph in paragraphs for line in [*textwrap.wrap(paragraph, _COLUMNS), ""]]
    for start in range(0, len(lines), _LINES):
        yield lines[start : start + _LINES]


def _content(lines: Sequence[str]) -> bytes:
    shown = b"\n".join(_string(line) + b" Tj T*" for line in lines)
    start = f"BT /F1 {_SIZE} Tf {_LEADING} TL {_MARGIN} {_PAGE[1] - _MARGIN} Td\n".encode("ascii")
    return start + shown + b"\nET"


def _string(text: str) -> bytes:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(" + escaped.encode("cp1252") + b")"


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects with header, cross-reference table and trailer; object 1 is the catalogue, object 4 the meta data."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode("ascii") + body + b"\nendobj\n"
    start = len(out)
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode("ascii")
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n".encode(
        "ascii"
    )
    return bytes(out)
