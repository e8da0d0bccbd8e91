"""What WordPress's REST interface (`wp-json/wp/v2`) is asked and answers; no network here."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.model import Capture, Problem, ProblemKind

PER_PAGE = 20

_REST = "/wp-json/wp/v2/"
_FIELDS = "id,date,date_gmt,modified_gmt,link,title,content"
_LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the three ways of a site begin. `category` is the slug of the category that is followed, if any."""

    rest: str
    feed: str
    html: str
    category: str = ""

    @property
    def all(self) -> tuple[str, str, str]:
        """The three, the best first."""
        return self.rest, self.feed, self.html


def addresses(url: str) -> Addresses:
    """The ways to the site (or category) at `url`: a site root, a REST list of posts, a feed, or a category page.

    >>> addresses("https://example.org/en/category/news/").rest
    'https://example.org/en/wp-json/wp/v2/posts'
    """
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    if _REST in parts.path:
        root = base + parts.path.partition(_REST)[0]
        return Addresses(rest=url, feed=f"{root}/feed/", html=f"{root}/")
    path = parts.path.rstrip("/")
    of_feed = path.endswith("/feed")
    page = base + path.removesuffix("/feed")
    feed, url = (url, f"{page}/") if of_feed else (f"{page}/feed/", url)
    segments = [segment for segment in urlsplit(page).path.split("/") if segment]
    if "category" not in segments:
        return Addresses(rest=f"{page}{_REST}posts", feed=feed, html=url)
    # A category may stand below an archive folder, REST only below the site's root or its language.
    language = f"/{segments[0]}" if _LANGUAGE.fullmatch(segments[0]) else ""
    return Addresses(rest=f"{base}{language}{_REST}posts", feed=feed, html=url, category=segments[-1])


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a REST list. `modified` is the site's text for the moment (GMT) it was last saved."""

    id: int
    link: str
    title: str
    published_on: date | None
    modified: str

    @property
    def part(self) -> str:
        """The name of this piece of the REST answer, and the post's key unless it is known by another."""
        return f"post:{self.id}"


def posts(body: bytes) -> tuple[Post, ...] | None:
    """The posts of a REST answer; None if `body` is not a list of posts."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, list):
        return None
    try:
        return tuple(_post(entry) for entry in answer)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _post(entry: Mapping[str, Any]) -> Post:
    title = re.sub(r"<[^>]*>", "", html.unescape(entry["title"]["rendered"]))
    day = entry.get("date") or entry.get("date_gmt")
    return Post(
        id=int(entry["id"]),
        link=str(entry["link"]),
        title=" ".join(title.split()),
        published_on=datetime.fromisoformat(day).date() if day else None,
        modified=str(entry["modified_gmt"]),
    )


def posts_url(rest: str, narrow: Mapping[str, str], since: str, page: int) -> str:
    """The address of one page of the list; what the configured address asks for already is kept."""
    parts = urlsplit(rest)
    query = dict(parse_qsl(parts.query)) | dict(narrow)
    query |= {"per_page": str(PER_PAGE), "orderby": "modified", "order": "desc", "_fields": _FIELDS}
    if since:
        query["modified_after"] = since
    if page > 1:
        query["page"] = str(page)
    return urlunsplit(parts._replace(query=urlencode(query, safe=",:")))


def page_count(capture: Capture, count: int, page: int) -> int:
    """How many pages the list has, as far as the answer tells."""
    total = capture.header("x-wp-totalpages")
    if total.isascii() and total.isdigit():
        return int(total)
    has_next = 'rel="next"' in capture.header("link") or (not capture.header("link") and count >= PER_PAGE)
    return page + 1 if has_next else page


def category_number(capture: Capture, slug: str) -> int | None:
    """The number of the category `slug` in the answer of the list of categories; None if it is not there."""
    try:
        answer = json.loads(capture.body) if capture.status == 200 else None
        return next((int(entry["id"]) for entry in answer or () if entry.get("slug") == slug), None)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def not_rest(capture: Capture) -> Problem:
    """Why the answer in `capture` is not a REST list."""
    if capture.status >= 500:
        return Problem(kind=ProblemKind.HTTP_ERROR, detail=f"answered {capture.status}")
    if capture.status in (401, 403, 429):
        return Problem(kind=ProblemKind.BLOCKED, detail=f"answered {capture.status}")
    if capture.status != 200:
        return Problem(kind=ProblemKind.GONE, detail=f"answered {capture.status}")
    return Problem(kind=ProblemKind.WRONG_MEDIA_TYPE, detail="the answer is not a REST list of posts")
