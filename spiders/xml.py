"""The one gate for XML from the network: no document type, no entities, no network, no huge trees."""

from lxml import etree

from monitor.model import Problem, ProblemKind

_FORBIDDEN = (b"<!doctype", b"<!entity")


def refusal(body: bytes) -> Problem | None:
    """Why `body` must not be given to an XML parser, or None.

    Feeds and sitemaps need no document type declaration, and everything dangerous in XML begins with one. Zero bytes
    are taken out first, so that the search also sees UTF-16 and UTF-32.
    """
    text = body.replace(b"\0", b"").lower()
    for mark in _FORBIDDEN:
        if mark in text:
            name = mark.decode()[2:].upper()
            return Problem(kind=ProblemKind.DAMAGED, detail=f"the XML holds a {name} declaration", signals=(name,))
    return None


def parse(body: bytes) -> etree._Element | Problem:
    """The root element of `body`, or why it is refused."""
    refused = refusal(body)
    if refused is not None:
        return refused
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return Problem(kind=ProblemKind.DAMAGED, detail=f"the XML cannot be parsed: {error.msg}")
