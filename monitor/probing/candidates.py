"""Where a site may keep a cheaper or completer list of its documents than the page one was pointed to. Pure."""

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from monitor.extract import trial
from monitor.extract.sniff import Media, sniff
from monitor.model import Capture
from monitor.text.urls import canonical_url, registrable_domain

_HEAD = 4_096  # bytes in which an XML document names its kind
_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|RDF|urlset|sitemapindex)\b")
_MOST_FEEDS = 2
_COMMENTS = re.compile(r"/comments/feed|comments", re.IGNORECASE)
_WORDPRESS = re.compile(
    r"/wp-(?:content|includes|json)/|rel=[\"']https://api\.w\.org/|content=[\"']WordPress\b", re.IGNORECASE
)


class Body(StrEnum):
    """What an answer is, in the words a person is told."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"
    PDF = "PDF file"
    POSTS = "REST list of posts"
    OTHER = "file of another kind"


def body_of(capture: Capture) -> Body:
    """What the body of `capture` is, by its first bytes."""
    media = sniff(capture.body, capture.media_type)
    if media in (Media.HTML, Media.TEXT, Media.EMPTY):
        return Body.PAGE
    if media is Media.PDF:
        return Body.PDF
    if media is Media.JSON:
        return Body.POSTS if _is_posts(capture.body) else Body.OTHER
    root = _ROOT.search(capture.body[:_HEAD])
    if root is None or media is Media.BINARY:
        return Body.OTHER
    return Body.SITEMAP if root[1] in (b"urlset", b"sitemapindex") else Body.FEED


def feeds(markup: str, base_url: str) -> tuple[str, ...]:
    """The feeds that a page says are its own (`link rel=alternate`), without those of comments and of other sites."""
    if trial.verdict(markup) is not None:
        return ()
    found: dict[str, str] = {}
    for node in LexborHTMLParser(markup).css("link[rel~=alternate][href]"):
        kind = (node.attributes.get("type") or "").lower()
        if kind not in ("application/rss+xml", "application/atom+xml"):
            continue
        href, title = node.attributes.get("href") or "", node.attributes.get("title") or ""
        url = _joined(base_url, href)
        if url and not _COMMENTS.search(f"{urlsplit(url).path} {title}"):
            found.setdefault(canonical_url(url), url)
    return tuple(found.values())[:_MOST_FEEDS]


def is_wordpress(markup: str) -> bool:
    """Whether the page shows that WordPress made it."""
    return _WORDPRESS.search(markup) is not None


def guessed_feed(url: str) -> str:
    """Where WordPress and its like keep the feed of the list at `url`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/feed/"


def sitemap(url: str, named: Sequence[str]) -> str:
    """The sitemap to ask for: the first on this site that robots.txt names, else the usual place."""
    own = [each for each in named if registrable_domain(each) == registrable_domain(url)]
    return own[0] if own else urljoin(url, "/sitemap.xml")


def follows_whole_site(url: str) -> bool:
    """Whether `url` is a site's root, the root of one of its languages, or a category: what WordPress lists apart."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return not segments or "category" in segments or (len(segments) == 1 and len(segments[0]) == 2)


def _joined(base: str, href: str) -> str:
    """The absolute http(s) address of `href` on the site of `base`; empty for anything else."""
    try:
        url = urljoin(base, href.strip())
        parts = urlsplit(url)
    except ValueError:
        return ""
    own = parts.scheme in ("http", "https") and registrable_domain(url) == registrable_domain(base)
    return url if own and "${" not in url else ""


def _is_posts(body: bytes) -> bool:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(answer, list)
        and all(isinstance(entry, dict) and "link" in entry for entry in answer)
        and bool(answer)
    )
