"""Bytes of a page → text, in the order of the WHATWG Encoding and HTML standards.

A byte-order mark wins over the HTTP header, the header over a `<meta>` in the first 1024 bytes
(https://html.spec.whatwg.org/#determining-the-character-encoding). Where nothing is declared we try UTF-8 and then
windows-1252; a guess never overrides a declaration.
"""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_PRESCAN = 1024
# Labels browsers read as another encoding than Python does (https://encoding.spec.whatwg.org/#names-and-labels).
_LABELS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf-16": "utf-16-le",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "tis-620": "cp874",
}
_READABLE = re.compile(r"utf-(8|16)|iso8859|cp(125|874|866|93|94)|koi8|mac-|gb|big5|euc|shift_jis|tis")


def encoding(body: bytes, content_type: str) -> str:
    """The Python codec name that reads `body`, served with the header value `content_type`."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    if (found := _HEADER.search(content_type)) and (name := _codec(found[1])):
        return name
    if (meta := _META.search(body[:_PRESCAN])) and (name := _codec(meta[1].decode("ascii", "ignore"))):
        # A page whose <meta> can be read byte by byte is not UTF-16, whatever it says.
        return "utf-8" if name.startswith("utf-16") else name
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(body: bytes, content_type: str) -> str:
    """`body` as text; bytes that mean nothing become U+FFFD, a leading byte-order mark and NULs go."""
    text = body.decode(encoding(body, content_type), "replace").removeprefix("\ufeff")
    return text.replace("\x00", "") if "\x00" in text else text


def _codec(label: str) -> str:
    """The codec for a declared label; empty if there is none that reads text."""
    label = label.strip().lower()
    if label in _LABELS:
        return _LABELS[label]
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return ""
    return name if _READABLE.match(name) else ""
