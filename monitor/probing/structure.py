"""Selectors found in a page's own structure: where its text stands, what in it is furniture, where its links are.

Deterministic and without a model of any site: the places that content management systems use, the class names by
which they mark furniture, and the repeated cards of a list. What is found here is a proposal that the caller verifies
by extracting with it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract import noise, page, trial
from monitor.extract.links import links
from monitor.model import DocumentRef, Source

_PLACES = (
    ".entry-content",
    ".post-content",
    ".article-content",
    ".article-body",
    ".td-post-content",
    ".journal-content-article",
    ".field--name-body",
    ".elementor-widget-theme-post-content",
    ".page-content",
    "#main-content",
    "article",
    "main",
    "[role=main]",
    "#content",
    ".content",
)
"""Where a text stands, the closest round it first."""

_CHROME = "nav,header,footer,aside,[role=navigation],[role=contentinfo],[role=banner]"
_LEAST_TEXT = 40  # characters below which a place holds no text worth naming
_MOST_OF_IT = 0.6  # share of the text outside menus that a place must hold
_FURNITURE = re.compile(
    r"(?:^|[-_])(?:share|sharing|social|related|recommended|also-like|comments?|respond|breadcrumbs?|newsletter|subscribe|"
    r"post-nav(?:igation)?|prev-next|views-count|view-count|post-views|counter|author-box|about-author|cookies?|banner|"
    r"advert(?:isement)?|ads|print|toolbar|rating|reactions?|entry-footer|post-tags|tag-list|tags-links)(?:$|[-_])",
    re.IGNORECASE,
)
_MOST_FURNITURE = 0.4  # share of the text from which something is no mere furniture, whatever its class
_MOST_REMOVED = 8
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]*", re.ASCII)  # no digits: numbers in class names are of one post or one build
_LONG_NAME = 40
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LEVELS = 4  # how far round a link the class that marks its card may stand
_CANDIDATES = 16
_FEWEST_CARDS = 3
_TITLE = 12  # characters of a link that is called something, rather than "Home" or "News"
_NO_DOCUMENTS = re.compile(
    r"/(?:category|categories|tag|tags|author|page|search|login|wp-admin|feed)(?:/|$)|[?&](?:s|page|paged)=",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"property=[\"']article:published_time|property=[\"']og:type[\"']\s+content=[\"']article|"
    r"\"@type\"\s*:\s*\"(?:NewsArticle|Article|BlogPosting)\"|<body[^>]*class=[\"'][^\"']*\bsingle(?:-post)?\b"
)
_PROSE = 80  # characters of a paragraph that is read rather than clicked


def text_selector(markup: str) -> str:
    """CSS of the one place that holds most of the text of the page `markup`; empty if there is no such place."""
    if trial.verdict(markup) is not None:
        return ""
    tree = LexborHTMLParser(markup)
    _drop(tree, f"{noise.NOT_TEXT},{noise.FURNITURE},{_CHROME}")
    whole = _length(tree.body)
    for place in _PLACES:
        nodes = page.outermost(tree.css(place))
        if len(nodes) == 1 and _length(nodes[0]) >= max(_LEAST_TEXT, _MOST_OF_IT * whole):
            return place
    return ""


def furniture(markup: str, select: str) -> tuple[str, ...]:
    """CSS of share bars, comments and the like inside `select`, beyond those that are left out of every page."""
    if trial.verdict(markup) is not None:
        return ()
    tree = LexborHTMLParser(markup)
    _drop(tree, f"{noise.NOT_TEXT},{noise.FURNITURE}")
    region = tree.css_first(select) if select else tree.body
    if region is None:
        return ()
    most = _MOST_FURNITURE * _length(region)
    found: dict[str, None] = {}
    covered: set[int] = {region.mem_id}
    for node in region.css("[class],[id]"):
        name = next((each for each in _names(node) if _FURNITURE.search(each)), "")
        if name and node.mem_id not in covered and _length(node) <= most:
            covered.update(inner.mem_id for inner in node.css("*"))
            found[name] = None
    return tuple(found)[:_MOST_REMOVED]


def link_selector(body: bytes, content_type: str, base_url: str, markup: str, source: Source) -> str:
    """CSS of the links to documents on a list page: those of its repeated cards; empty if it has none.

    Candidates come from the tags and classes round its links; the best one names the most documents, those with a
    title and a day before others.
    """
    weighed = _weighed(body, content_type, base_url, markup, source)
    return max(weighed, key=_preference, default=(0.0, ""))[1]


def _preference(entry: tuple[float, str]) -> tuple[float, bool, bool, int]:
    """The most documents; then a heading's link with a class, which outlives new links elsewhere; then the shortest."""
    weight, selector = entry
    return weight, selector.startswith(_HEADINGS), "." in selector, -len(selector)


def is_article(markup: str) -> bool:
    """Whether the page declares itself a single article."""
    return _ARTICLE.search(markup) is not None


def prose(markup: str) -> int:
    """Characters of the page's paragraphs that are read rather than clicked."""
    if trial.verdict(markup) is not None:
        return 0
    tree = LexborHTMLParser(markup)
    _drop(tree, f"{noise.NOT_TEXT},{noise.FURNITURE},{_CHROME}")
    paragraphs = [node for node in tree.css("p") if not _in_link(node)]
    return sum(length for node in paragraphs if (length := _length(node)) >= _PROSE)


def named_by(body: bytes, content_type: str, base_url: str, source: Source) -> list[DocumentRef]:
    """The documents that the list page `body` names, as `source` would read it."""
    return documents(links(body, content_type, base_url, source))


def documents(refs: Sequence[DocumentRef]) -> list[DocumentRef]:
    """Those of `refs` that look like documents: they are called something and are no list themselves."""
    return [ref for ref in refs if len(ref.title) >= _TITLE and not _NO_DOCUMENTS.search(ref.url)]


def _weighed(body: bytes, content_type: str, base_url: str, markup: str, source: Source) -> Iterator[tuple[float, str]]:
    """(weight, selector) of every candidate that names enough documents."""
    for selector in _link_candidates(markup):
        refs = links(body, content_type, base_url, replace(source, links=selector, match=()))
        good = documents(refs)
        if len(good) < _FEWEST_CARDS or len(good) < 0.7 * len(refs):
            continue
        dated = sum(ref.published_on is not None for ref in good)
        yield len(good) + dated, selector


def _link_candidates(markup: str) -> list[str]:
    """Selectors that fit several links, the commonest first."""
    if trial.verdict(markup) is not None:
        return []
    tree = LexborHTMLParser(markup)
    _drop(tree, f"{noise.NOT_TEXT},{noise.FURNITURE},{_CHROME}")
    counted: Counter[str] = Counter()
    for anchor in tree.css("a[href]"):
        counted.update(set(_round(anchor)))
    return [selector for selector, count in counted.most_common(_CANDIDATES) if count >= _FEWEST_CARDS]


def _round(anchor: LexborNode) -> Iterator[str]:
    """Selectors of `anchor` by its own class, by a heading it stands in or holds, and by the card round it."""
    for name in _names(anchor)[:2]:
        yield f"a{name}"
    heading = anchor.css_first(",".join(_HEADINGS))
    node = anchor.parent
    for _ in range(_LEVELS):
        if node is None or node.tag in ("body", "html", None):
            return
        if node.tag in _HEADINGS:
            for name in ("", *_names(node)[:2]):
                yield f"{node.tag}{name} a"
        elif heading is not None or node.tag in ("li", "td"):
            for name in _names(node)[:2]:
                yield f"{node.tag}{name} a"
            if node.tag == "li" and (holder := node.parent) is not None:
                for name in _names(holder)[:2]:
                    yield f"{holder.tag}{name} li a"
        elif node.tag in ("div", "article", "section", "main"):
            for name in _names(node)[:2]:
                yield f"{node.tag}{name} a"
            if node.tag in ("main", "article"):
                yield f"{node.tag} a"
        node = node.parent


def _names(node: LexborNode) -> list[str]:
    """`.class` and `#id` of a node, as far as they read like names and not like numbers of one post or one build."""
    classes = (node.attributes.get("class") or "").split()
    identity = (node.attributes.get("id") or "").strip()
    named = [f".{name}" for name in classes if _usable(name)]
    return [*named, f"#{identity}"] if _usable(identity) else named


def _usable(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and len(name) <= _LONG_NAME


def _in_link(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == "a":
            return True
        parent = parent.parent
    return False


def _drop(tree: LexborHTMLParser, selector: str) -> None:
    for victim in page.outermost(tree.css(selector)):
        victim.decompose()


def _length(node: LexborNode | None) -> int:
    """Characters of text in `node`, white space collapsed."""
    return len(" ".join(node.text(separator=" ").split())) if node is not None else 0
