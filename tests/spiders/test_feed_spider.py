"""An RSS or Atom feed and the documents it names."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.model import KnownDocument, ProblemKind, Source
from monitor.text.urls import canonical_url
from spiders.index import index_key
from tests.spiders.crawls import NOW, Crawls, remember
from tests.spiders.site import Answer, Site, page, xml


def source(site: Site) -> Source:
    return Source(id="s", url=site.url("/feed/"), spider="feed")


def rss(site: Site, *items: tuple[str, str], **headers: str) -> Answer:
    entries = "".join(
        f"<item><title>{path} &amp; more</title><link>{site.url(path)}</link><pubDate>{day}</pubDate>"
        f"<guid isPermaLink='false'>{site.url('/?p=1')}</guid>"
        "<description>&lt;p&gt;Short&lt;/p&gt;</description></item>"
        for path, day in items
    )
    return xml(
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{entries}</channel></rss>", **headers
    )


def atom(site: Site, updated: str) -> Answer:
    return xml(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title><entry><title>Notice</title>"
        f"<id>urn:1</id><link rel='alternate' href='{site.url('/n')}'/><published>2026-05-01T02:00:00Z</published>"
        f"<updated>{updated}</updated></entry></feed>"
    )


DAY = "Fri, 05 Jun 2026 03:00:00 +0000"


def old(documents: dict[str, KnownDocument]) -> dict[str, KnownDocument]:
    return {
        key: replace(doc, discovered_at=NOW - timedelta(days=20), published_on=None) for key, doc in documents.items()
    }


def test_the_entries_of_a_new_feed_are_read(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/feed/": rss(site, ("/a", DAY)), "/a": page("<p>text</p>")}
    told = crawl(source(site))
    (capture,) = told.captures
    assert (capture.url, capture.title, capture.published_on) == (site.url("/a"), "/a & more", date(2026, 6, 5))
    assert capture.document_key == canonical_url(site.url("/a"))


def test_a_feed_answered_304_costs_one_request(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/feed/": rss(site, ("/a", DAY), ETag='"f"'), "/a": page("<p>text</p>")}
    known = old(remember({}, crawl(source(site))))
    site.forget()
    told = crawl(source(site), documents=known)
    assert (site.paths(), told.same) == (["/feed/"], [("s", index_key(site.url("/feed/")))])


def test_only_a_new_entry_is_read_later(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/feed/": rss(site, ("/a", DAY)), "/a": page("a"), "/b": page("b")}
    known = old(remember({}, crawl(source(site))))
    site.routes["/feed/"] = rss(site, ("/b", DAY), ("/a", DAY))
    assert crawl(source(site), documents=known).captured_urls == [site.url("/b")]


def test_an_entry_updated_since_is_read_again(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/feed/": atom(site, "2026-05-01T02:00:00Z"), "/n": page("one")}
    known = old(remember({}, crawl(source(site))))
    site.routes |= {"/feed/": atom(site, "2026-05-02T02:00:00Z"), "/n": page("two")}
    told = crawl(source(site), documents=known)
    assert [capture.body for capture in told.captures] == [b"two"]
    assert [ref.version for ref in told.refs] == ["2026-05-02T02:00:00Z"]


def test_a_relative_link_belongs_to_the_site_of_the_feed(site: Site, crawl: Crawls) -> None:
    site.routes["/feed/"] = xml("<rss version='2.0'><channel><item><link>/a</link></item></channel></rss>")
    assert [ref.url for ref in crawl(source(site)).refs] == [site.url("/a")]


def test_a_malformed_link_does_not_hide_the_others(site: Site, crawl: Crawls) -> None:
    links = "".join(f"<item><link>{link}</link></item>" for link in ("http://[::1/x", "http://h:x/", "/a"))
    site.routes["/feed/"] = xml(f"<rss version='2.0'><channel>{links}</channel></rss>")
    told = crawl(source(site))
    assert ([ref.url for ref in told.refs], told.problems) == ([site.url("/a")], [])


@pytest.mark.parametrize("day", ["Fri, 05 Jun 2925 03:00:00 +0000", "Mon, 01 Jan 0001 00:00:00 +0000", "soon", ""])
def test_an_impossible_date_is_no_date(day: str, site: Site, crawl: Crawls) -> None:
    site.routes["/feed/"] = rss(site, ("/a", day))
    assert [ref.published_on for ref in crawl(source(site)).refs] == [None]


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE rss [<!ENTITY a 'x'>]>",
        "<!doctype rss SYSTEM 'http://127.0.0.1/x'>",
        "<!-- <rss> --><!DOCTYPE rss>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_with_a_document_type_is_refused(prolog: str, encoding: str, site: Site, crawl: Crawls) -> None:
    body = f"<?xml version='1.0'?>{prolog}<rss version='2.0'><channel><item><link>/a</link></item></channel></rss>"
    site.routes["/feed/"] = Answer(body=body.encode(encoding), headers={"Content-Type": "application/rss+xml"})
    told = crawl(source(site))
    assert (told.kinds, told.indexes, site.paths()) == ([ProblemKind.DAMAGED], [], ["/feed/"])


def test_a_page_of_html_is_not_a_feed(site: Site, crawl: Crawls) -> None:
    site.routes["/feed/"] = page("<html><body><h1>News of the ministry</h1><p>" + "Text. " * 100 + "</p></body></html>")
    assert crawl(source(site)).kinds == [ProblemKind.WRONG_MEDIA_TYPE]


def test_a_feed_without_entries_is_a_problem(site: Site, crawl: Crawls) -> None:
    site.routes["/feed/"] = rss(site)
    assert crawl(source(site)).kinds == [ProblemKind.EMPTY]


def test_a_feed_that_names_only_other_sites_is_a_problem(site: Site, crawl: Crawls) -> None:
    site.routes["/feed/"] = xml(
        "<rss version='2.0'><channel><item><link>https://example.org/a</link></item></channel></rss>"
    )
    told = crawl(source(site))
    assert (told.kinds, told.problem.detail) == (
        [ProblemKind.SELECTOR],
        "all 1 links of the index lead to other sites",
    )
