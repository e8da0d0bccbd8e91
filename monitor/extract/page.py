"""The fast half of reading a page: lexbor finds the region that holds the text and sheds everything else.

What comes out is *bare markup*: tags without attributes, no comments, no scripts, no noise. Both the blocks of a
document and the quick fingerprint of `region` are functions of this value alone, so two pages with the same one
cannot differ in their text; and as the nonces, tokens and counters of a page live in what was shed, an unchanged page
mostly keeps it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.extract import noise, trial
from monitor.model import Problem, ProblemKind

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

#: Where the text of a page usually stands, tried in this order.
MAIN_CONTENT = ("main", "article", "[role=main]", ".entry-content", "#content")
_WHOLE = "body"
_SHED = f"{noise.NOT_TEXT},{noise.FURNITURE}"
_SHED_WIDELY = f"{_SHED},{noise.SURROUNDINGS}"
_MAX_DEPTH = 200
_SUSPICIOUS_TAGS = 10_000  # below this many tags even the deepest tree is parsed in well under a second
_TEXT_BEFORE = 200  # characters that must stand before a list of other pages for it to be an appendix

_APP_ROOT = re.compile(
    r"<app-root|\bid=[\"']?(?:root|app|__next|__nuxt|___gatsby|q-app)\b|\bdata-reactroot|\bng-(?:app|version)\b"
)
_LD_KEY = '"datePublished"'
_LD_DATE = re.compile(r"\"datePublished\"\s*:\s*\"(\d{4}-\d\d-\d\d)")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# The classes by which sites mark label-and-value cards: all that is kept of the attributes, as an attribute.
_CARDS = r"class=\"[^\">]*\b(card|stat|fact|field|label|value|key|info-item|meta-item)\b"
_CARD = re.compile(_CARDS)
_OPEN = re.compile(r"(<[\w-]+) [^>]*")
_OPEN_CARD = re.compile(rf"(<[\w-]+)(?:( )(?=[^>]*{_CARDS})| )[^>]*")
_SHORT = re.compile(r">([^<]{1,90})(?=<)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ELEMENT = re.compile(r"<[^<>]*>")  # for a first look at markup of any kind: its search never runs past the next "<"
_SOME_TEXT = re.compile(r">\s*[^<\s]")
_SPACE = re.compile(r"\s+")
_NAME = re.compile(r"</?([\w-]+)")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which part of a page is its text.

    `select` holds CSS selectors tried in order, the first that yields text wins; `required` makes it a problem if
    none matches, else the usual places are tried. `remove` holds CSS selectors; `title` is the CSS of the title where
    the site has a place of its own for it.
    """

    select: tuple[str, ...] = ()
    required: bool = False
    remove: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page without its wrapping: `html` is bare markup; `published_on` is what meta data or `<time>` say.

    `heading` is the title where the markup does not hold it, `language` the declared one, `app` tells that the page is
    the shell of a script application.
    """

    html: str
    title: str = ""
    heading: str = ""
    canonical: str = ""
    published_on: date | None = None
    language: str = ""
    app: bool = False


def nested_too_deep(text: str) -> Problem | None:
    """The problem of a page that is nested so deep that parsing it would take minutes; None for any other."""
    if text.count("<") <= _SUSPICIOUS_TAGS or depth(text) <= _MAX_DEPTH:
        return None
    return Problem(
        kind=ProblemKind.DAMAGED,
        detail=f"the page nests elements more than {_MAX_DEPTH} deep",
        signals=("html:many-tags", "html:deep"),
    )


@lru_cache(maxsize=1)  # fingerprint and blocks of a page are asked for one right after the other
def cut(text: str, selection: Selection) -> Page | Problem:
    """The part of the page `text` that `selection` chooses; a Problem if it cannot be found or must not be parsed."""
    return nested_too_deep(text) or trial.verdict(text) or cut_here(text, selection)


def cut_here(text: str, selection: Selection) -> Page | Problem:
    """`cut` without asking whether the page may be parsed in this process."""
    if found := nested_too_deep(text):
        return found
    tree = LexborHTMLParser(text, scripting=True)  # else a <noscript> in the head ends it
    head = _Head(tree)
    published_on = head.published_on or (_day(_LD_DATE.search(text)) if _LD_KEY in text else None)
    title = _text(tree.css_first(selection.title)) if selection.title else ""
    headlines = [_text(node) for node in tree.css("h1")]
    markup, seen = _first_with_text(tree, text, selection)
    if markup is None:
        wanted = ", ".join(selection.select)
        return Problem(kind=ProblemKind.SELECTOR, detail=f"select {wanted!r} matches nothing on the page")
    has_own = "<h1" in markup
    named = title or head.title or next((line for line in headlines if line), "") or head.window_title
    outside = headlines[0] if len(headlines) == 1 and headlines[0] else head.title
    return Page(
        html=markup,
        title=named,
        heading="" if has_own else title or outside,
        canonical=head.canonical,
        published_on=published_on or seen,
        language=head.language,
        app=_SOME_TEXT.search(markup) is None and _APP_ROOT.search(text) is not None,
    )


def has_app_root(text: str) -> bool:
    """Whether the markup `text` is that of a script application."""
    return _APP_ROOT.search(text) is not None


def depth(markup: str) -> int:
    """How deep the elements of `markup` nest, by counting tags."""
    level = deepest = 0
    for tag in _ELEMENT.finditer(markup):
        word = tag[0]
        if word.startswith("</"):
            level = max(0, level - 1)
        elif (name := _NAME.match(word)) and name[1].lower() not in _VOID and not word.endswith("/>"):
            level += 1
            deepest = max(deepest, level)
    return deepest


class _Head:
    """What the `<head>` says about the page."""

    __slots__ = ("canonical", "language", "published_on", "title", "window_title")

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.title = self.window_title = self.canonical = ""
        self.published_on: date | None = None
        root = tree.root
        self.language = ((root.attributes.get("lang") or "") if root is not None else "").partition("-")[0].lower()
        for node in tree.head.css("title,meta[property],link[rel=canonical]") if tree.head is not None else ():
            attributes = node.attributes
            content = (attributes.get("content") or "").strip()
            match node.tag, attributes.get("property"):
                case "title", _:
                    self.window_title = self.window_title or _text(node)
                case "link", _:
                    self.canonical = self.canonical or (attributes.get("href") or "").strip()
                case _, "og:title":
                    self.title = self.title or _SPACE.sub(" ", content)
                case _, "article:published_time":
                    self.published_on = self.published_on or _day(_ISO_DAY.match(content))


def _first_with_text(tree: LexborHTMLParser, text: str, selection: Selection) -> tuple[str | None, date | None]:
    """Bare markup of the first choice that holds text (None: nothing required was found) and a day seen in it."""
    markup: str | None = None
    seen: date | None = None
    for selector, chosen in _choices(selection):
        nodes = select(tree, text, selector)
        if not nodes:
            continue
        shed = [_SHED if chosen else _SHED_WIDELY, *selection.remove]
        if selector == _WHOLE:
            shed.append("header")
        found, day = _bare(nodes, shed)
        has_text = _SOME_TEXT.search(found) is not None
        if markup is None or has_text:
            markup, seen = found, day
        if has_text:
            break
    return markup, seen


def _choices(selection: Selection) -> Iterator[tuple[str, bool]]:
    """(selector, whether it was chosen for this source) in the order they are tried."""
    yield from ((selector, True) for selector in selection.select)
    if not selection.required:
        yield from ((selector, False) for selector in MAIN_CONTENT)
        yield _WHOLE, False


def select(tree: LexborHTMLParser, text: str, selector: str) -> list[LexborNode]:
    """The outermost elements that match, in document order."""
    try:
        return outermost(tree.css(selector))
    except SelectolaxError:  # soupsieve knows selectors lexbor does not
        found = _soup(text).select(selector)
        kept = [tag for tag in found if not any(parent in found for parent in tag.parents)]
        body = LexborHTMLParser("".join(str(tag) for tag in kept)).body if kept else None
        return [body] if body is not None else []


def _soup(markup: str) -> "BeautifulSoup":
    from bs4 import BeautifulSoup  # slow to load and seldom needed

    return BeautifulSoup(markup, "lxml")


def _bare(nodes: Sequence[LexborNode], shed: Sequence[str]) -> tuple[str, date | None]:
    """Bare markup of `nodes` without what `shed` selects and the noise, and the first `<time>` left in it."""
    parts = []
    seen: date | None = None
    for node in nodes:
        whole = _remove(node, shed)
        _cut_related(whole)
        html = whole.html or ""
        if seen is None and "<time" in html:
            seen = next((day for time in whole.css("time[datetime]") if (day := _time(time))), None)
        if "<!--" in html:
            html = _COMMENT.sub("", html)
        parts.append(html)
    return noise.hide_emails(_without_noise_lines(_without_attributes("".join(parts)))), seen


def _without_attributes(markup: str) -> str:
    """`markup` as lexbor writes it (`>` is escaped inside attributes) without attributes but the card marks."""
    if _CARD.search(markup) is None:
        return "".join(_OPEN.split(markup))
    return "".join(filter(None, _OPEN_CARD.split(markup)))


def _remove(node: LexborNode, shed: Sequence[str]) -> LexborNode:
    """`node` without what `shed` selects (another node where only soupsieve could do it)."""
    for selector in shed:
        try:
            victims = node.css(selector)
        except SelectolaxError:
            soup = _soup(node.html or "")
            for tag in soup.select(selector):
                tag.extract()
            replaced = LexborHTMLParser(str(soup)).body
            if replaced is not None:
                node = replaced
            continue
        for victim in outermost([victim for victim in victims if victim.mem_id != node.mem_id]):
            victim.decompose()
    return node


def outermost(nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """`nodes` without those that stand inside another of them: a destroyed element takes its children with it."""
    if len(nodes) < 2:
        return list(nodes)
    chosen = {node.mem_id for node in nodes}
    kept = []
    for node in nodes:
        parent = node.parent
        while parent is not None and parent.mem_id not in chosen:
            parent = parent.parent
        if parent is None:
            kept.append(node)
    return kept


def _cut_related(region: LexborNode) -> None:
    """Destroy lists of other pages: their heading and what follows it up to the next heading of the page itself."""
    while (heading := _related_heading(region)) is not None:
        rank = min(_rank(heading), len(_HEADINGS))
        victims = [heading]
        after = heading.next
        while after is not None and not (_rank(after) <= rank and after.css_first("a") is None):
            victims.append(after)
            after = after.next
        for victim in victims:
            victim.decompose()


def _related_heading(region: LexborNode) -> LexborNode | None:
    """The first element that is the heading of a list of other pages."""
    for node in region.css("h1,h2,h3,h4,h5,h6,strong,b,[class*=title],[class*=heading]"):
        line = _text(node)
        if not line or len(line) > 60:
            continue
        if not noise.RELATED.fullmatch(line) and not (
            noise.OTHER_PAGES.fullmatch(line) and _SPACE.sub(" ", region.text()).find(line) >= _TEXT_BEFORE
        ):
            continue
        while (parent := node.parent) is not None and parent.mem_id != region.mem_id and _text(parent) == line:
            node = parent
        if node.mem_id != region.mem_id:
            return node
    return None


def _rank(node: LexborNode) -> int:
    """1 to 6 for a heading, 7 for anything else (and nothing but a heading ends a list of other pages)."""
    return _HEADINGS.index(node.tag) + 1 if node.tag in _HEADINGS else 7


def _without_noise_lines(markup: str) -> str:
    """Bare `markup` without the lines that are counters, share labels and the like."""
    out: list[str] = []
    done = seen = 0
    for text in noise.suspects(_SHORT.findall(markup)):
        at = markup.index(f">{text}<", seen) + 1
        seen = at + len(text)
        if at < done:
            continue
        start, end = max(done, _line_start(markup, at)), _line_end(markup, seen)
        line = markup[start:end]
        if noise.is_noise(_SPACE.sub(" ", _TAG.sub("", line).replace("&nbsp;", " ")).strip()):
            out += [markup[done:start], *_TAG.findall(line)]
            done = end
    return "".join([*out, markup[done:]]) if out else markup


def _line_start(markup: str, at: int) -> int:
    """Where the line round `at` begins: after the last tag before it that is not inline."""
    while (opening := markup.rfind("<", 0, at)) >= 0:
        name = _NAME.match(markup, opening)
        if name is None or name[1] not in _INLINE:
            return markup.find(">", opening) + 1
        at = opening
    return 0


def _line_end(markup: str, at: int) -> int:
    """Where the line round `at` ends: before the next tag that is not inline."""
    while (opening := markup.find("<", at)) >= 0:
        name = _NAME.match(markup, opening)
        if name is None or name[1] not in _INLINE:
            return opening
        at = opening + 1
    return len(markup)


def _time(node: LexborNode) -> date | None:
    return _day(_ISO_DAY.match((node.attributes.get("datetime") or "").strip()))


def _day(found: "re.Match[str] | None") -> date | None:
    """The ISO day a pattern found, as the page prints it (its own time zone); None for no day."""
    if found is None:
        return None
    try:
        return date.fromisoformat(found[found.lastindex or 0])
    except ValueError:
        return None


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node is not None else ""
