"""REST, feed and page of a WordPress site are one family: what worked is remembered, and a document keeps its name."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from monitor.model import KnownDocument, ProblemKind, Source
from spiders.wordpress_rest import Addresses, addresses
from tests.spiders.crawls import Crawls, Told, remember
from tests.spiders.site import Answer, Asked, Site, page, xml

REST, FEED, PAGE = "/wp-json/wp/v2/posts", "/feed/", "/"
CLOSED = Answer(status=401, body=b'{"code":"rest_login_required"}', headers={"Content-Type": "application/json"})
DEAD = Answer(status=404, body=b"<h1>Not found</h1>", headers={"Content-Type": "text/html"})


@dataclass
class Ministry:
    """A site whose doors open and close; `shut` says what each closed one answers."""

    site: Site
    posts: dict[int, str] = field(default_factory=lambda: {1: "first", 2: "second"})
    shut: dict[str, Answer] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Answer:
        path = urlsplit(asked.path).path
        if path in self.shut:
            return self.shut[path]
        if path == REST:
            body = json.dumps([self._post(number) for number in sorted(self.posts, reverse=True)]).encode()
            return Answer(body=body, headers={"Content-Type": "application/json"})
        if path == FEED:
            items = "".join(
                f"<item><title>{slug}</title><link>{self.site.url(f'/{slug}/')}</link></item>"
                for slug in self.posts.values()
            )
            return xml(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>")
        if path == PAGE:
            links = "".join(f"<h3><a href='/{slug}/'>{slug}</a></h3>" for slug in self.posts.values())
            return page(f"<html><body><main>{links}</main></body></html>")
        return page(f"<html><body><article><h1>{path}</h1><p>The ministry met today.</p></article></body></html>")

    def _post(self, number: int) -> dict[str, object]:
        return {
            "id": number,
            "date": "2026-06-05T10:00:00",
            "modified_gmt": "2026-06-05T03:00:00",
            "link": self.site.url(f"/{self.posts[number]}/"),
            "title": {"rendered": self.posts[number]},
            "content": {"rendered": "<p>The ministry met today.</p>"},
        }


@dataclass
class Runs:
    """Run after run over one site, with what is remembered between them."""

    crawl: Crawls
    site: Site
    known: dict[str, KnownDocument] = field(default_factory=dict)

    def run(self) -> Told:
        self.site.forget()
        told = self.crawl(Source(id="s", url=self.site.url(), spider="wordpress"), documents=self.known)
        self.known = remember(self.known, told)
        return told

    def doors(self) -> list[str]:
        """The lists that were asked for in the last run, in order."""
        paths = [urlsplit(path).path for path in self.site.paths()]
        return [path for path in paths if path in (REST, FEED, PAGE)]

    def documents(self) -> set[str]:
        return {key for key in self.known if not key.startswith("index:")}


@pytest.fixture
def ministry(site: Site) -> Ministry:
    site.routes["/robots.txt"] = Answer(status=404)
    site.otherwise = ministry = Ministry(site)
    return ministry


@pytest.fixture
def runs(crawl: Crawls, site: Site, ministry: Ministry) -> Runs:
    return Runs(crawl, site)


def test_what_worked_last_is_asked_first(runs: Runs, ministry: Ministry) -> None:
    ministry.shut = {REST: CLOSED}
    runs.run()
    runs.run()
    assert runs.doors() == [FEED]


def test_a_dead_feed_is_replaced_by_the_page_in_the_same_run(runs: Runs, ministry: Ministry) -> None:
    ministry.shut = {REST: CLOSED}
    runs.run()
    ministry.shut[FEED] = DEAD
    ministry.posts[3] = "third"
    told = runs.run()
    assert (runs.doors(), told.problems) == ([FEED, REST, PAGE], [])
    assert told.captured_urls[0] == ministry.site.url("/third/")


def test_a_better_way_that_has_opened_meanwhile_is_found_when_the_usual_one_dies(
    runs: Runs, ministry: Ministry
) -> None:
    ministry.shut = {REST: CLOSED}
    runs.run()
    ministry.shut = {FEED: DEAD}
    told = runs.run()
    assert (runs.doors(), told.problems) == ([FEED, REST], [])


def test_a_feed_that_returns_is_read_again_in_time(runs: Runs, ministry: Ministry) -> None:
    ministry.shut = {REST: CLOSED, FEED: DEAD}
    runs.run()
    del ministry.shut[FEED]
    asked = []
    for _ in range(10):
        runs.run()
        asked.append(runs.doors())
    assert asked[0] == [PAGE]
    assert [REST, FEED] in asked
    assert asked[-1] == [FEED]


def test_a_document_keeps_its_name_whichever_way_names_it(runs: Runs, ministry: Ministry) -> None:
    runs.run()
    by_rest = runs.documents()
    for shut in ({REST: CLOSED}, {REST: CLOSED, FEED: DEAD}, {FEED: DEAD}):
        ministry.shut = dict(shut)
        runs.run()
        assert runs.documents() == by_rest


def test_while_a_lesser_way_serves_nothing_is_wrong(runs: Runs, ministry: Ministry) -> None:
    runs.run()
    ministry.shut = {REST: CLOSED, FEED: DEAD}
    assert runs.run().problems == []


def test_where_every_way_is_closed_the_reading_fails_once_and_names_each(runs: Runs, ministry: Ministry) -> None:
    ministry.shut = {REST: CLOSED}
    runs.run()
    ministry.shut = {REST: CLOSED, FEED: DEAD, PAGE: Answer(status=403, body=b"<h1>Forbidden</h1>")}
    told = runs.run()
    assert told.kinds == [ProblemKind.BLOCKED]
    assert [part.partition(":")[0] for part in told.problem.detail.split("; ")][:3] == ["feed", "REST", "page"]


def test_when_all_doors_were_shut_the_usual_one_is_tried_first_again(runs: Runs, ministry: Ministry) -> None:
    ministry.shut = {REST: CLOSED}
    runs.run()
    ministry.shut = {REST: CLOSED, FEED: DEAD, PAGE: Answer(status=403)}
    runs.run()
    ministry.shut = {REST: CLOSED}
    told = runs.run()
    assert (runs.doors(), told.problems) == ([FEED], [])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://pressocm.gov.kh/feed",
            Addresses(
                rest="https://pressocm.gov.kh/wp-json/wp/v2/posts",
                feed="https://pressocm.gov.kh/feed",
                html="https://pressocm.gov.kh/",
            ),
        ),
        (
            "https://pressocm.gov.kh/en/archives/category/news/feed/",
            Addresses(
                rest="https://pressocm.gov.kh/en/wp-json/wp/v2/posts",
                feed="https://pressocm.gov.kh/en/archives/category/news/feed/",
                html="https://pressocm.gov.kh/en/archives/category/news/",
                category="news",
            ),
        ),
    ],
)
def test_the_family_is_known_by_its_feed_too(url: str, expected: Addresses) -> None:
    assert addresses(url) == expected
