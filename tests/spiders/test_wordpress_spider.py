"""A WordPress site: REST, else feed, else its pages' links; one document per post whatever way leads to it."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.model import KnownDocument, ProblemKind, Source
from monitor.text.urls import canonical_url
from spiders.index import index_key
from spiders.wordpress_rest import PER_PAGE, Addresses, addresses, posts
from tests.spiders.crawls import NOW, Crawls, Told, remember
from tests.spiders.site import Answer, Asked, Site, page, xml

_DAY = "Fri, 05 Jun 2026 03:00:00 +0000"


@dataclass
class Blog:
    """The posts of a site, by number: slug, text, and when each was modified. `closed` names ways that refuse."""

    site: Site
    posts: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    closed: dict[str, Answer] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Answer:
        parts = urlsplit(asked.path)
        for way, refusal in self.closed.items():
            if way in parts.path or parts.path == way:
                return refusal
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/wp-json/wp/v2/posts"):
            return self.rest(query)
        if parts.path.endswith("/wp-json/wp/v2/categories"):
            return as_json([{"id": 7, "slug": query["slug"]}])
        if parts.path.endswith("/feed/"):
            return self.feed()
        for number, (slug, text, _) in self.posts.items():
            if parts.path == f"/{slug}/":
                return page(f"<article id='post-{number}'><h1>{slug}</h1><p>{text}</p></article>")
        links = "".join(f"<h3><a href='/{slug}/'>{slug}</a></h3>" for slug, _, _ in self.posts.values())
        return page(f"<html><body><main>{links}</main></body></html>")

    def rest(self, query: dict[str, str]) -> Answer:
        after = query.get("modified_after", "").rstrip("Z")
        chosen = sorted(((modified, n) for n, (_, _, modified) in self.posts.items() if modified > after), reverse=True)
        size, number = int(query["per_page"]), int(query.get("page", "1"))
        pages = -(-len(chosen) // size)
        entries = [self.entry(n) for _, n in chosen[(number - 1) * size : number * size]]
        return as_json(entries, **{"X-WP-TotalPages": str(pages)})

    def entry(self, number: int) -> dict[str, object]:
        slug, text, modified = self.posts[number]
        return {
            "id": number,
            "date": "2026-06-05T10:00:00",
            "date_gmt": "2026-06-05T03:00:00",
            "modified_gmt": modified,
            "link": self.site.url(f"/{slug}/"),
            "title": {"rendered": f"Notice &#8211; <em>{slug}</em>"},
            "content": {"rendered": f"<p>{text}</p>"},
        }

    def feed(self) -> Answer:
        items = "".join(
            f"<item><title>{slug}</title><link>{self.site.url(f'/{slug}/')}</link><pubDate>{_DAY}</pubDate>"
            f"<guid isPermaLink='false'>{self.site.url(f'/?p={number}')}</guid></item>"
            for number, (slug, _, _) in self.posts.items()
        )
        return xml(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>")


def as_json(value: object, **headers: str) -> Answer:
    return Answer(body=json.dumps(value).encode(), headers={"Content-Type": "application/json", **headers})


@pytest.fixture
def blog(site: Site) -> Blog:
    blog = Blog(site)
    blog.posts = {
        1: ("first", "The draft law was discussed.", "2026-06-01T03:00:00"),
        2: ("second", "The Cabinet met.", "2026-06-05T03:00:00"),
    }
    site.otherwise = blog
    site.routes["/robots.txt"] = Answer(status=404)
    return blog


def source(site: Site, path: str = "/", **more: object) -> Source:
    return replace(Source(id="s", url=site.url(path), spider="wordpress"), **more)  # type: ignore[arg-type]


def old(documents: dict[str, KnownDocument]) -> dict[str, KnownDocument]:
    return {
        key: replace(doc, discovered_at=NOW - timedelta(days=20), published_on=None) for key, doc in documents.items()
    }


def keys(told: Told) -> list[str]:
    return [capture.document_key for capture in told.captures]


REFUSED = Answer(status=403, body=b"<h1>Forbidden</h1>", headers={"Content-Type": "text/html"})


def test_each_post_of_the_rest_list_is_a_capture_of_its_own(site: Site, blog: Blog, crawl: Crawls) -> None:
    told = crawl(source(site))
    newest, oldest = told.captures
    assert (newest.document_key, newest.part, newest.url) == ("post:2", "post:2", site.url("/second/"))
    assert (newest.title, newest.published_on) == ("Notice – second", date(2026, 6, 5))
    assert newest.final_url.startswith(site.url("/wp-json/wp/v2/posts?"))
    assert newest.body == oldest.body
    assert [ref.version for ref in told.refs] == ["2026-06-05T03:00:00", "2026-06-01T03:00:00"]
    assert len(site.paths()) == 1


def test_later_only_what_was_modified_since_is_asked_for(site: Site, blog: Blog, crawl: Crawls) -> None:
    known = remember({}, crawl(source(site)))
    told = crawl(source(site), documents=known)
    assert "modified_after=2026-06-04T03:00:00Z" in site.asked[-1].path
    assert (told.captures, told.problems) == ([], [])


def test_a_new_and_a_modified_post_are_read(site: Site, blog: Blog, crawl: Crawls) -> None:
    known = remember({}, crawl(source(site)))
    blog.posts[1] = ("first", "The draft law was approved.", "2026-06-07T03:00:00")
    blog.posts[3] = ("third", "A new notice.", "2026-06-08T03:00:00")
    assert keys(crawl(source(site), documents=known)) == ["post:3", "post:1"]


def test_no_news_is_a_good_reading(site: Site, blog: Blog, crawl: Crawls) -> None:
    known = remember({}, crawl(source(site)))
    blog.posts = {}
    told = crawl(source(site), documents=known)
    assert (len(told.indexes), told.problems) == (1, [])


def test_a_post_that_could_not_be_read_is_asked_for_again(site: Site, blog: Blog, crawl: Crawls) -> None:
    known = remember({}, crawl(source(site)))
    known["post:1"] = replace(known["post:1"], last_ok_at=None, failures=1)
    assert keys(crawl(source(site), documents=known)) == ["post:1"]


def test_the_first_reading_walks_all_pages_and_later_ones_stop_early(site: Site, blog: Blog, crawl: Crawls) -> None:
    for number in range(1, PER_PAGE * 2 + 2):
        blog.posts[number] = (f"post-{number}", "Text.", f"2026-05-01T00:{number:02d}:00")
    told = crawl(source(site, max_pages=9))
    assert (len(told.captures), len(site.paths())) == (PER_PAGE * 2 + 1, 3)
    site.forget()
    assert crawl(source(site, max_pages=9), documents=remember({}, told)).captures == []
    assert len(site.paths()) == 1


def test_a_first_walk_that_was_cut_short_is_taken_up_again(site: Site, blog: Blog, crawl: Crawls) -> None:
    for number in range(1, PER_PAGE + 3):
        blog.posts[number] = (f"post-{number}", "Text.", f"2026-05-01T00:{number:02d}:00")
    healthy = blog.rest
    blog.rest = lambda query: Answer(status=500) if query.get("page") else healthy(query)  # type: ignore[method-assign]
    told = crawl(source(site, max_pages=9))
    assert (len(told.captures), told.kinds) == (PER_PAGE, [ProblemKind.HTTP_ERROR])
    blog.rest = healthy  # type: ignore[method-assign]
    assert len(crawl(source(site, max_pages=9), documents=remember({}, told)).captures) == 2


@pytest.mark.parametrize(
    "refusal",
    [
        REFUSED,
        Answer(status=401, body=b"{}"),
        Answer(status=404),
        page("<html>A page for every address</html>"),
        as_json({"code": "rest_no_route", "message": "No route", "data": {"status": 404}}),
        as_json([]),
        as_json([{"id": "x"}]),
    ],
)
def test_where_rest_is_closed_the_feed_is_read(refusal: Answer, site: Site, blog: Blog, crawl: Crawls) -> None:
    blog.closed = {"/wp-json/": refusal}
    told = crawl(source(site))
    assert told.captured_urls == [site.url("/first/"), site.url("/second/")]
    assert (told.problems, told.indexes[0][0].key) == ([], index_key(site.url("/feed/")))


def test_where_robots_forbids_rest_the_feed_is_read(site: Site, blog: Blog, crawl: Crawls) -> None:
    site.routes["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /wp-json/")
    told = crawl(source(site))
    assert (len(told.captures), told.problems) == (2, [])
    assert not [path for path in site.paths() if "wp-json" in path]


def test_where_the_feed_is_closed_too_the_links_are_followed(site: Site, blog: Blog, crawl: Crawls) -> None:
    blog.closed = {"/wp-json/": REFUSED, "/feed/": REFUSED}
    told = crawl(source(site))
    assert told.captured_urls == [site.url("/first/"), site.url("/second/")]
    assert [path.split("?")[0] for path in site.paths()[:3]] == ["/wp-json/wp/v2/posts", "/feed/", "/"]


def test_where_all_ways_are_closed_each_is_named(site: Site, blog: Blog, crawl: Crawls) -> None:
    blog.closed = {"/": REFUSED}
    told = crawl(source(site))
    assert told.kinds == [ProblemKind.BLOCKED]
    assert told.problem.detail.startswith("REST: answered 403; feed: ")
    assert "; page: " in told.problem.detail


def test_the_way_that_worked_is_taken_again(site: Site, blog: Blog, crawl: Crawls) -> None:
    blog.closed = {"/wp-json/": REFUSED}
    known = old(remember({}, crawl(source(site))))
    site.forget()
    crawl(source(site), documents=known)
    assert site.paths() == ["/feed/"]


def test_a_better_way_is_tried_now_and_then(site: Site, blog: Blog, crawl: Crawls) -> None:
    blog.closed = {"/wp-json/": REFUSED}
    known = old(remember({}, crawl(source(site))))
    feed = index_key(site.url("/feed/"))
    known[feed] = replace(known[feed], checks=9)
    blog.closed = {}
    told = crawl(source(site), documents=known)
    assert told.indexes[0][0].key == index_key(site.url("/wp-json/wp/v2/posts"))


def test_a_post_keeps_its_key_when_the_way_changes(site: Site, blog: Blog, crawl: Crawls) -> None:
    blog.closed = {"/wp-json/": REFUSED}
    by_feed = remember({}, crawl(source(site)))
    blog.closed = {}
    by_feed = {key: doc for key, doc in by_feed.items() if not key.startswith("index:")}
    told = crawl(source(site), documents=by_feed)
    assert set(keys(told)) == {canonical_url(site.url("/first/")), canonical_url(site.url("/second/"))}
    assert {capture.part for capture in told.captures} == {"post:1", "post:2"}


def test_a_post_known_by_its_number_is_not_read_again_as_a_page(site: Site, blog: Blog, crawl: Crawls) -> None:
    known = remember({}, crawl(source(site)))
    blog.closed = {"/wp-json/": REFUSED}
    blog.posts[3] = ("third", "A new notice.", "2026-06-08T03:00:00")
    told = crawl(source(site), documents=known)
    assert told.captured_urls == [site.url("/third/")]


def test_a_host_that_is_down_is_not_asked_three_ways(site: Site, blog: Blog, crawl: Crawls) -> None:
    site.otherwise = Answer(status=302, headers={"Location": "/round"})
    site.routes["/round"] = Answer(status=302, headers={"Location": "/round"})
    assert crawl(source(site)).kinds == [ProblemKind.UNREACHABLE]
    assert not [path for path in site.paths() if path == "/feed/"]


def test_a_category_is_found_by_its_slug(site: Site, blog: Blog, crawl: Crawls) -> None:
    told = crawl(source(site, "/archives/category/general/press-release/"))
    first, second = site.paths()
    assert first == "/wp-json/wp/v2/categories?slug=press-release&_fields=id,slug"
    assert "categories=7" in second
    assert len(told.captures) == 2


def test_the_mptc_spider_reads_wordpress(site: Site, blog: Blog, crawl: Crawls) -> None:
    assert len(crawl(source(site, spider="mptc")).captures) == 2


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://mptc.gov.kh/en/",
            Addresses(
                rest="https://mptc.gov.kh/en/wp-json/wp/v2/posts",
                feed="https://mptc.gov.kh/en/feed/",
                html="https://mptc.gov.kh/en/",
            ),
        ),
        (
            "https://mptc.gov.kh/wp-json/wp/v2/posts?lang=km",
            Addresses(
                rest="https://mptc.gov.kh/wp-json/wp/v2/posts?lang=km",
                feed="https://mptc.gov.kh/feed/",
                html="https://mptc.gov.kh/",
            ),
        ),
        (
            "https://pressocm.gov.kh/en/archives/category/general-news",
            Addresses(
                rest="https://pressocm.gov.kh/en/wp-json/wp/v2/posts",
                feed="https://pressocm.gov.kh/en/archives/category/general-news/feed/",
                html="https://pressocm.gov.kh/en/archives/category/general-news",
                category="general-news",
            ),
        ),
    ],
)
def test_the_ways_to_a_site(url: str, expected: Addresses) -> None:
    assert addresses(url) == expected


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[1]", b'[{"id": 1}]', b"[" * 100_000, b'[{"title": null}]'])
def test_what_is_no_list_of_posts(body: bytes) -> None:
    assert posts(body) is None
