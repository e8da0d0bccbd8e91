"""Markup that could choke a parser is read in a child first; only what comes out whole is read here.

Parsers of HTML and regular expressions need time that grows with the square of some inputs, and their native code
may crash. Ordinary pages are told from such inputs by a glance at their size and their angle brackets, which costs
next to nothing; the others, a few large ones among them, go through the same steps in a confined child before.
"""

from functools import lru_cache

from monitor.extract import confined
from monitor.model import Problem

_SIZE = 1 << 20  # characters
_TAGS = 10_000
_DANGLING = 16  # comments that do not end
_STRETCH = 16_384  # characters of one tag, all of whose attributes may be compared with each other
_WORK = 50_000_000  # steps of a search from every "<" to the next ">"

LIMITS = confined.Limits(cpu=8, wall=15.0)
"""A page is given less than a PDF: it is read more than once."""

_TARGET = "monitor.extract.trial:ordeal"


def risky(markup: str) -> bool:
    """Whether reading `markup` could take long or crash."""
    tags = markup.count("<")
    if len(markup) > _SIZE or tags > _TAGS:
        return True
    if markup.count("<!--") - markup.count("-->") > _DANGLING:
        return True
    stretches = [stretch for stretch in markup.split(">") if len(stretch) > _WORK // _TAGS]
    if any(len(stretch) - stretch.rfind("<") > _STRETCH for stretch in stretches if "<" in stretch):
        return True
    return sum(stretch.count("<") * len(stretch) for stretch in stretches) > _WORK


@lru_cache(maxsize=2)  # screening, fingerprint and blocks of a page ask one after the other
def verdict(markup: str) -> Problem | None:
    """Why `markup` must not be read in this process; None for an ordinary page, and for one that stood the trial."""
    if not risky(markup):
        return None
    said = confined.call(_TARGET, markup.encode("utf-8", "surrogatepass"), LIMITS, "html:stopped")
    return said if isinstance(said, Problem) else None


def ordeal(body: bytes) -> int:
    """In the child: do what screening and extraction do with markup; how many pieces of text it has."""
    from selectolax.lexbor import LexborHTMLParser

    from monitor.extract import page, walk

    markup = body.decode("utf-8", "surrogatepass")
    cut = page.cut_here(markup, page.Selection())
    tree = LexborHTMLParser(markup)
    for victim in page.outermost(tree.css("script,style,template,nav,footer,aside,[role=navigation],[hidden]")):
        victim.decompose()
    written = tree.body.text(separator=" ") if tree.body is not None else ""
    if isinstance(cut, Problem) or page.depth(cut.html) > 200:
        return len(written)
    return len(walk.pieces(cut.html))
