"""The one gate for XML from the network: no document type, no entities, no network, no huge trees."""

import re

from lxml import etree

from monitor.model import Problem, ProblemKind

_FORBIDDEN = (b"<!doctype", b"<!entity")
_DECLARATION = 200  # bytes in which the XML declaration names its encoding
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_KNOWN_ENCODING = re.compile(rb"utf-?8|utf-?16(?:[lb]e)?|utf-?32(?:[lb]e)?|us-ascii|ascii|iso-8859-\d\d?|windows-125\d")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm"


def refusal(body: bytes) -> Problem | None:
    """Why `body` must not be given to an XML parser, or None.

    Feeds and sitemaps need no document type declaration, and everything dangerous in XML begins with one. Zero bytes
    are taken out first, so that the search also sees UTF-16 and UTF-32; encodings in which the declaration could hide
    (UTF-7, EBCDIC) are refused by name, as is what does not begin like XML in any of the others.
    """
    text = body.replace(b"\0", b"").lower()
    declared = _DECLARED.match(text[:_DECLARATION])
    if declared is not None and not _KNOWN_ENCODING.fullmatch(declared[1]):
        name = declared[1].decode("ascii", "replace")
        return Problem(kind=ProblemKind.DAMAGED, detail=f"the XML is in the encoding {name}", signals=("encoding",))
    if _EBCDIC in body[:4]:
        return Problem(kind=ProblemKind.DAMAGED, detail="the XML is in EBCDIC", signals=("encoding",))
    for mark in _FORBIDDEN:
        if mark in text:
            name = mark.decode()[2:].upper()
            return Problem(kind=ProblemKind.DAMAGED, detail=f"the XML holds a {name} declaration", signals=(name,))
    return None


def known_charset(content_type: str) -> str:
    """`content_type` without a charset that could hide what `refusal` looks for."""
    charset = _CHARSET.search(content_type)
    if charset is None or _KNOWN_ENCODING.fullmatch(charset[1].lower().encode()):
        return content_type
    return content_type.partition(";")[0]


def parse(body: bytes) -> etree._Element | Problem:
    """The root element of `body`, or why it is refused."""
    refused = refusal(body)
    if refused is not None:
        return refused
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return Problem(kind=ProblemKind.DAMAGED, detail=f"the XML cannot be parsed: {error.msg}")
    if root.getroottree().docinfo.internalDTD is not None:
        return Problem(kind=ProblemKind.DAMAGED, detail="the XML holds a DOCTYPE declaration", signals=("DOCTYPE",))
    return root
