"""A WordPress site as seen from outside: permalinks, short links, feed, and the REST list of posts.

Post pages carry what the real theme carries: no validators, credit lines, a "Related Post" block of other titles, a
nonce and a view counter. With `counting` set, nonce and counter differ on every visit.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from monitor.demo.rendering import XML, not_found, page, paragraphs, robots
from monitor.demo.server import Answer, Request
from monitor.demo.texts import Article

_LOCAL = timezone(timedelta(hours=7))  # Indochina Time has no daylight saving
_POSTS = "/wp-json/wp/v2/posts"
_RELATED = 3


@dataclass(slots=True)
class Post:
    """A published article: `body` is its HTML, `modified` (UTC) when an editor last saved it."""

    article: Article
    body: Markup
    modified: datetime

    @property
    def created(self) -> datetime:
        """When the post says it was published, in UTC."""
        return datetime.combine(self.article.date, time(9), _LOCAL).astimezone(UTC)


class WordPress:
    """One site. `root` is its address, known once its server has a port; `now` is its clock."""

    def __init__(self, name: str, *, root: Callable[[], str], now: Callable[[], datetime], template: str) -> None:
        self.name = name
        self.posts: dict[int, Post] = {}
        self.counting = False
        self.related_from = 0
        self._root, self._now, self._template = root, now, template
        self._visits = 1_204

    def publish(self, article: Article) -> None:
        """Add a post; saving it now, whatever date it bears."""
        self.posts[article.number] = Post(article, paragraphs(article.body), self._now())

    def edit(self, number: int, change: Callable[[str], str]) -> None:
        """Save post `number` again with its text put through `change`."""
        post = self.posts[number]
        post.body = paragraphs(change(text) for text in post.article.body)
        post.modified = self._now()

    def link(self, article: Article) -> str:
        """The permalink of an article; Khmer slugs are percent-encoded, and there is no `/km/`."""
        language = "/en" if article.language == "en" else ""
        return f"{self._root()}{language}/{article.date:%Y/%m}/{quote(article.slug)}/"

    def __call__(self, request: Request) -> Answer:
        if request.path == "/robots.txt":
            return robots("Disallow: /wp-admin/")
        if request.path == _POSTS:
            return self._rest(request.query)
        if request.path == "/feed/":
            return self._feed()
        if request.path == "/" and "p" in request.query:
            return self._short_link(request.query["p"])
        return self._page(request.path)

    def _page(self, path: str) -> Answer:
        for post in self.posts.values():
            if self.path(post.article) == path.rstrip("/"):
                return self.post_page(post, self.link(post.article))
        return not_found()

    def path(self, article: Article) -> str:
        """The decoded path of an article's permalink, without the final slash."""
        language = "/en" if article.language == "en" else ""
        return f"{language}/{article.date:%Y/%m}/{article.slug}"

    def post_page(self, post: Post, link: str) -> Answer:
        """The HTML page of a post."""
        if self.counting:
            self._visits += 1
        return page(
            self._template,
            article=post.article,
            body=post.body,
            link=link,
            name=self.name,
            root=self._root(),
            nonce=f"{self._visits * 2_654_435_761 % 2**40:010x}",
            views=f"{self._visits:,}",
            related=self._related(post.article),
        )

    def _related(self, current: Article) -> list[tuple[str, str]]:
        others = [post.article for post in self._newest_first() if post.article != current]
        turned = [others[(self.related_from + step) % len(others)] for step in range(min(_RELATED, len(others)))]
        return [(article.title, self.link(article)) for article in turned]

    def _short_link(self, number: str) -> Answer:
        post = self.posts.get(int(number)) if number.isdecimal() else None
        if post is None:
            return not_found()
        return Answer(body=b"", status=301, headers=(("Location", self.link(post.article)),))

    def _newest_first(self) -> list[Post]:
        return sorted(self.posts.values(), key=lambda post: (post.created, post.article.number), reverse=True)

    def _feed(self) -> Answer:
        items = [
            {
                "article": post.article,
                "link": self.link(post.article),
                "published": format_datetime(post.created),
            }
            for post in self._newest_first()[:10]
        ]
        return page(
            "feed.xml",
            validators=True,
            media_type=XML.replace("application/", "application/rss+"),
            items=items,
            name=self.name,
            root=self._root(),
        )

    def _rest(self, query: Mapping[str, str]) -> Answer:
        size, number = int(query.get("per_page", "10")), int(query.get("page", "1"))
        if not 1 <= size <= 100:
            return _rest_error("rest_invalid_param", "Invalid parameter(s): per_page")
        posts = _selected(self._newest_first(), query)
        pages = -(-len(posts) // size)
        if number > max(pages, 1):
            return _rest_error(
                "rest_post_invalid_page_number", "The page number requested is larger than the number of pages."
            )
        fields = [field for field in query.get("_fields", "").split(",") if field]
        shown = [_pruned(self._resource(post), fields) for post in posts[(number - 1) * size : number * size]]
        headers = [("X-WP-Total", str(len(posts))), ("X-WP-TotalPages", str(pages))]
        if number < pages:
            following = urlencode({**query, "page": str(number + 1)})
            headers.append(("Link", f'<{self._root()}{_POSTS}?{following}>; rel="next"'))
        return _json(shown, headers=tuple(headers))

    def _resource(self, post: Post) -> dict[str, Any]:
        article = post.article
        return {
            "id": article.number,
            "date": _plain(post.created.astimezone(_LOCAL)),
            "date_gmt": _plain(post.created),
            "guid": {"rendered": f"{self._root()}/?p={article.number}"},
            "modified": _plain(post.modified.astimezone(_LOCAL)),
            "modified_gmt": _plain(post.modified),
            "slug": quote(article.slug).lower(),
            "status": "publish",
            "type": "post",
            "link": self.link(article),
            "title": {"rendered": str(Markup.escape(article.title))},
            "content": {"rendered": f"\n{post.body}\n", "protected": False},
            "excerpt": {"rendered": f"<p>{Markup.escape(article.body[0][:80])} [&hellip;]</p>\n", "protected": False},
        }


def _selected(posts: list[Post], query: Mapping[str, str]) -> list[Post]:
    if wanted := query.get("include"):
        numbers = {int(number) for number in wanted.split(",")}
        posts = [post for post in posts if post.article.number in numbers]
    if since := query.get("modified_after"):
        posts = [post for post in posts if post.modified > _moment(since)]
    if since := query.get("after"):
        posts = [post for post in posts if post.created > _moment(since)]
    if query.get("orderby") == "modified":
        posts = sorted(posts, key=lambda post: post.modified, reverse=True)
    if query.get("orderby") == "id":
        posts = sorted(posts, key=lambda post: post.article.number, reverse=True)
    return posts[::-1] if query.get("order") == "asc" else posts


def _moment(text: str) -> datetime:
    """A date as the REST interface takes it; one without an offset is in the site's own time zone, as in WordPress."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=_LOCAL)


def _plain(moment: datetime) -> str:
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def _pruned(resource: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """What `_fields` asks for; `title.rendered` keeps only that part."""
    if not fields:
        return resource
    kept: dict[str, Any] = {}
    for field in fields:
        name, _, part = field.partition(".")
        if name in resource and not part:
            kept[name] = resource[name]
        elif name in resource and part in resource[name]:
            kept.setdefault(name, {})[part] = resource[name][part]
    return kept


def _json(value: object, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    # WordPress escapes every letter beyond ASCII, and every slash.
    body = json.dumps(value).replace("/", "\\/").encode()
    return Answer(body=body, status=status, media_type="application/json; charset=UTF-8", headers=headers)


def _rest_error(code: str, message: str) -> Answer:
    return _json({"code": code, "message": message, "data": {"status": 400}}, status=400)
