"""Posts of the WordPress REST interface (`wp-json/wp/v2/posts`): one body carries a list, a document is one of them.

Field names follow the REST API handbook (https://developer.wordpress.org/rest-api/reference/posts/).
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from html import unescape

from monitor.extract import blocks, html
from monitor.extract.cleaners import Cleaner
from monitor.model import Document, Problem, ProblemKind, Source

PART = "post:"
_TAG = re.compile(r"<[^>]*>")


def read(body: bytes, part: str, source: Source, cleaner: Cleaner, extractor: str) -> Document | Problem:
    """The post named by `part` (`post:<id>`) in the JSON `body`."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return Problem(kind=ProblemKind.DAMAGED, detail="the answer is not valid JSON", signals=("json:syntax",))
    posts = answer if isinstance(answer, list) else [answer]
    wanted = part.removeprefix(PART)
    post = next((each for each in posts if isinstance(each, dict) and str(each.get("id")) == wanted), None)
    if post is None:
        return _absent(answer, wanted)
    content = _field(post, "content")
    if (
        isinstance(content_field := post.get("content"), dict)
        and content_field.get("protected") is True
        and not content
    ):
        return Problem(
            kind=ProblemKind.LOGIN, detail=f"post {wanted} is protected by a password", signals=("json:protected",)
        )
    title = blocks.collapse(unescape(_TAG.sub("", _field(post, "title"))))
    return html.read(
        content,
        source,
        cleaner,
        extractor,
        title=title,
        published_on=_day(post),
        canonical=str(post.get("link") or ""),
    )


def _absent(answer: object, wanted: str) -> Problem:
    """Why the post is not there: the interface answered with an error, or with other posts."""
    if isinstance(answer, dict) and "code" in answer and "message" in answer:
        return Problem(
            kind=ProblemKind.SOFT_ERROR,
            detail=f"the interface answered {answer['code']!s:.80}",
            signals=("json:error",),
        )
    return Problem(kind=ProblemKind.SELECTOR, detail=f"the answer holds no post {wanted}", signals=("json:no-post",))


def _field(post: Mapping[str, object], name: str) -> str:
    """`title` and `content` come as `{"rendered": …}`; some sites trim them to plain strings."""
    value = post.get(name)
    rendered = value.get("rendered") if isinstance(value, dict) else value
    if not isinstance(rendered, str):
        return ""
    return rendered.encode("utf-8", "replace").decode()  # JSON can spell half a surrogate pair, text cannot


def _day(post: Mapping[str, object]) -> date | None:
    """The day of publication in the site's own time zone, as the page prints it; else in GMT."""
    for name in ("date", "date_gmt"):
        value = post.get(name)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value[:10])
            except ValueError:
                continue
    return None
