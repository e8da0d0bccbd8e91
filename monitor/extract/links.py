"""The index of a list page: which documents it names, with titles and days, and where the list goes on."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract import page
from monitor.extract.blocks import collapse
from monitor.extract.charset import decode
from monitor.model import DocumentRef, Source
from monitor.text.dates import find_dates
from monitor.text.urls import canonical_url, registrable_domain

_HEADED = ",".join(
    f"{place} h{level} a[href],{place} a[href]:has(h{level})"
    for place in ("main", "article", "[role=main]", "#content", "li")
    for level in range(1, 7)
)
_INSIDE = ("main a[href]", "article a[href]", "[role=main] a[href]", "#content a[href]", "body a[href]")
_CHROME = "nav,header,footer,aside,[role=navigation],[role=contentinfo],.breadcrumb,.breadcrumbs"
_NO_DOCUMENT = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp[34]|avi|mov|zip|rar|css|js|ico)$", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"(?:read|see|view|learn)\s+(?:more|all|details?)\W*|more\W*|continue\s+reading.*|details?|download|lire\s+(?:la\s+)?suite\W*|"
    r"en\s+savoir\s+plus|អានបន្ត\W*|អានបន្ថែម\W*|លម្អិត\W*|ទាញយក|[\W\d]*",
    re.IGNORECASE,
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LEVELS_UP = 5  # how far round a link its date may stand
_NEAR = 400  # characters beyond which the text round a link is no longer about it alone


def links(body: bytes, content_type: str, base_url: str, source: Source) -> tuple[DocumentRef, ...]:
    """The documents the list page `body` (served as `content_type` from `base_url`) names, in its order, each once.

    Links are those `source.links` selects, else those in headings of the main content, else all of it; `source.match`
    keeps the addresses whose path fits one of its globs. Only http(s) on the list's own site or an allowed domain.
    """
    text = decode(body, content_type)
    tree = LexborHTMLParser(text)
    base = _base(tree, base_url)
    own = canonical_url(base_url)
    found: dict[str, DocumentRef] = {}
    anchors = [(anchor, url) for anchor in _anchors(tree, text, source) if (url := _wanted(anchor, base, source))]
    urls = [url for _, url in anchors]
    for anchor, url in anchors:
        key = canonical_url(url)
        if key == own:
            continue
        title, day = _title(anchor), None
        known = found.get(key)
        if known is None or not known.published_on:
            day = _day_near(anchor, url, urls, base, title)
        if known is not None:
            title, day, url = known.title or title, known.published_on or day, known.url
        found[key] = DocumentRef(key=key, url=url, title=title, published_on=day)
    return tuple(found.values())


def next_page(body: bytes, content_type: str, base_url: str, source: Source) -> str | None:
    """The address of the list's next page, by `source.next_page` or else `rel=next`; None if there is none."""
    text = decode(body, content_type)
    tree = LexborHTMLParser(text)
    chosen = source.next_page or "link[rel~=next],a[rel~=next]"
    for node in page.select(tree, text, chosen):
        holder = node if node.attributes.get("href") else node.css_first("a[href]")
        if holder is None:
            continue
        url = _resolved(holder, _base(tree, base_url))
        if url and _on_site(url, base_url, source) and url != base_url:
            return url
    return None


def next_control(body: bytes, content_type: str, source: Source) -> bool:
    """Whether what `source.next_page` selects is a control for scripts: no link to anywhere, and not switched off."""
    if not source.next_page:
        return False
    text = decode(body, content_type)
    nodes = page.select(LexborHTMLParser(text), text, source.next_page)
    return bool(nodes) and not any(_leads(node) or _is_off(node) for node in nodes[:1])


def _leads(node: LexborNode) -> bool:
    holder = node if node.attributes.get("href") else node.css_first("a[href]")
    href = (holder.attributes.get("href") or "").strip() if holder is not None else ""
    return bool(href) and not href.lower().startswith(("#", "javascript:"))


def _is_off(node: LexborNode) -> bool:
    off = "disabled" in node.attributes or node.attributes.get("aria-disabled") == "true"
    return off or "disabled" in (node.attributes.get("class") or "").split()


def _anchors(tree: LexborHTMLParser, text: str, source: Source) -> list[LexborNode]:
    """The links to look at, in document order."""
    if source.links:
        return list(_links_of(page.select(tree, text, source.links)))
    if source.match:
        return list(tree.css("a[href]"))
    for victim in page.outermost(tree.css(_CHROME)):
        victim.decompose()
    for selector in (_HEADED, *_INSIDE):
        if found := tree.css(selector):
            return list(found)
    return []


def _links_of(nodes: Sequence[LexborNode]) -> Iterator[LexborNode]:
    for node in nodes:
        if node.tag == "a":
            yield node
        else:
            yield from node.css("a[href]")


def _base(tree: LexborHTMLParser, base_url: str) -> str:
    node = tree.css_first("base[href]")
    return urljoin(base_url, node.attributes.get("href") or "") if node is not None else base_url


def _resolved(anchor: LexborNode, base: str) -> str:
    """The absolute http(s) address of `anchor` without its fragment; empty if it has none."""
    href = (anchor.attributes.get("href") or "").strip()
    if not href or href.startswith("#"):
        return ""
    try:
        url = urljoin(base, href).partition("#")[0]
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else ""
    except ValueError:
        return ""


def _wanted(anchor: LexborNode, base: str, source: Source) -> str:
    """The address of `anchor` if it is one the source asks for, else empty."""
    url = _resolved(anchor, base)
    if not url or not _on_site(url, base, source):
        return ""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if source.match:
        full = f"{path}?{parts.query}" if parts.query else path
        return url if any(fnmatchcase(path, glob) or fnmatchcase(full, glob) for glob in source.match) else ""
    return "" if _NO_DOCUMENT.search(path) else url


def _on_site(url: str, base: str, source: Source) -> bool:
    """Whether `url` is on the list's own registrable domain (or host, where there is none) or an allowed one."""
    host, own = (urlsplit(each).hostname or "" for each in (url, base))
    if host == own:
        return True
    domain = registrable_domain(url)
    if domain and domain == registrable_domain(base):
        return True
    return any(host == name or host.endswith(f".{name}") for name in source.allowed_domains)


def _title(anchor: LexborNode) -> str:
    """What the link is called: its text, else its title or picture; empty for "read more"."""
    picture = anchor.css_first("img[alt]")
    candidates = (
        anchor.text(),
        anchor.attributes.get("title") or "",
        anchor.attributes.get("aria-label") or "",
        (picture.attributes.get("alt") or "") if picture is not None else "",
    )
    return next((line for each in candidates if (line := collapse(each)) and not _NO_TITLE.fullmatch(line)), "")


def _day_near(anchor: LexborNode, url: str, urls: Sequence[str], base: str, title: str) -> date | None:
    """The day printed with the link: in the smallest element round it that holds a day and no other wanted link."""
    others = {each for each in urls if each != url}
    node: LexborNode | None = anchor
    for _ in range(_LEVELS_UP):
        if node is None or node.tag in {"body", "main", "html"}:
            return None
        if any(_resolved(link, base) in others for link in node.css("a[href]")):
            return None
        if day := _day_in(node, title):
            return day
        node = node.parent
    return None


def _day_in(node: LexborNode, title: str) -> date | None:
    for time in node.css("time[datetime]"):
        if found := _ISO_DAY.match((time.attributes.get("datetime") or "").strip()):
            try:
                return date.fromisoformat(found[0])
            except ValueError:
                continue
    text = collapse(node.text(separator=" ")).replace(title, " ") if title else collapse(node.text(separator=" "))
    days = (hit.value for hit in find_dates(text[:_NEAR]) if hit.value.day)
    return next((value.earliest for value in days), None)
