"""What a body really is, by its first bytes: servers mislabel, and refusals come as HTML under any name."""

from enum import StrEnum

_SPACE = b" \t\r\n\x0c\xef\xbb\xbf"


class Media(StrEnum):
    """The kinds of body that are told apart."""

    HTML = "html"
    JSON = "json"
    PDF = "pdf"
    XML = "xml"
    TEXT = "text"
    BINARY = "binary"
    EMPTY = "empty"


_MAGIC = (
    (b"PK\x03\x04", Media.BINARY),
    (b"\xd0\xcf\x11\xe0", Media.BINARY),  # old Office files
    (b"\x89PNG", Media.BINARY),
    (b"\xff\xd8\xff", Media.BINARY),
    (b"GIF8", Media.BINARY),
    (b"RIFF", Media.BINARY),
    (b"\x1f\x8b", Media.BINARY),
    (b"Rar!", Media.BINARY),
    (b"7z\xbc\xaf", Media.BINARY),
)


def sniff(body: bytes, declared: str = "") -> Media:
    """The kind of `body`; `declared` (a media type without parameters) decides only between kinds of text."""
    start = body[:1024].lstrip(_SPACE)
    if not start:
        return Media.EMPTY if not body[1024:].strip() else Media.TEXT
    if b"%PDF-" in body[:1024] and not start.startswith(b"<"):
        return Media.PDF
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    low = start[:512].lower()
    if start[:1] in b"{[" and declared != "text/html":
        return Media.JSON
    if low.startswith(b"<?xml") and b"<html" not in low:
        return Media.XML
    if low.startswith((b"<rss", b"<feed", b"<urlset", b"<sitemapindex")):
        return Media.XML
    if (
        start.startswith(b"<")
        or b"<html" in low
        or b"<body" in low
        or declared in {"text/html", "application/xhtml+xml"}
    ):
        return Media.HTML
    if declared.endswith("json") and start[:1] in b"{[":
        return Media.JSON
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Media.HTML
    return Media.BINARY if b"\x00" in body[:1024] else Media.TEXT
