"""Where a site may keep its lists, and what a body is."""

from datetime import UTC, datetime

import pytest

from monitor.model import Capture
from monitor.probing.candidates import Body, body_of, feeds, follows_whole_site, guessed_feed, is_wordpress, sitemap

URL = "https://www.example.gov.kh/en/"


def link(href: str, kind: str = "application/rss+xml", title: str = "") -> str:
    return f"<link rel='alternate' type='{kind}' title='{title}' href='{href}'>"


def test_the_feeds_a_page_names() -> None:
    markup = link("/feed/") + link("atom.xml", "application/atom+xml") + link("/km/", "text/html")
    assert feeds(markup, URL) == ("https://www.example.gov.kh/feed/", "https://www.example.gov.kh/en/atom.xml")


@pytest.mark.parametrize(
    "markup",
    [
        link("/comments/feed/"),
        link("/post/feed/", title="Comments on Post"),
        link("https://feeds.other.example/x"),
        link("javascript:void(0)"),
        link("http://[broken/"),
        link("/feed/${HOME}"),
        "<a rel='alternate' type='application/rss+xml' href='/feed/'>x</a>",
    ],
)
def test_feeds_that_are_not_taken(markup: str) -> None:
    assert feeds(markup, URL) == ()


@pytest.mark.parametrize(
    ("body", "media_type", "expected"),
    [
        (b"<html><body>x</body></html>", "text/html", Body.PAGE),
        (b"<?xml version='1.0'?><rss version='2.0'></rss>", "text/xml", Body.FEED),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "text/html", Body.FEED),
        (b"<?xml version='1.0'?><!-- x --><urlset></urlset>", "application/xml", Body.SITEMAP),
        (b"<sitemapindex></sitemapindex>", "application/xml", Body.SITEMAP),
        (b"<?xml version='1.0'?><note></note>", "application/xml", Body.OTHER),
        (b"%PDF-1.7", "application/pdf", Body.PDF),
        (b'[{"id": 1, "link": "x"}]', "application/json", Body.POSTS),
        (b"[]", "application/json", Body.OTHER),
        (b'{"code": "rest_no_route"}', "application/json", Body.OTHER),
        (b"[" * 100_000, "application/json", Body.OTHER),
        (b"PK\x03\x04", "application/zip", Body.OTHER),
        (b"", "text/html", Body.PAGE),
    ],
)
def test_what_a_body_is(body: bytes, media_type: str, expected: Body) -> None:
    capture = Capture(
        source_id="s",
        document_key="k",
        url=URL,
        final_url=URL,
        status=200,
        headers=(("Content-Type", media_type),),
        body=body,
        fetched_at=datetime(2026, 6, 8, tzinfo=UTC),
    )
    assert body_of(capture) is expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<link rel='stylesheet' href='/wp-content/themes/x.css'>", True),
        ("<link rel='https://api.w.org/' href='/wp-json/'>", True),
        ('<meta name="generator" content="WordPress 6.8">', True),
        ('<meta name="generator" content="Drupal 10">', False),
        ("<p>We moved from WordPress to something else.</p>", False),
    ],
)
def test_wordpress_is_known_by_its_traces(markup: str, expected: bool) -> None:
    assert is_wordpress(markup) is expected


def test_the_sitemap_robots_names_goes_before_the_usual_place() -> None:
    named = ("https://other.example/sitemap.xml", "https://example.gov.kh/map.xml")
    assert sitemap(URL, named) == "https://example.gov.kh/map.xml"
    assert sitemap(URL, ()) == "https://www.example.gov.kh/sitemap.xml"


def test_the_usual_place_of_a_feed() -> None:
    assert guessed_feed("https://example.gov.kh/news?page=2") == "https://example.gov.kh/news/feed/"


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", True), ("/en/", True), ("/archives/category/news/", True), ("/news/", False), ("/en/about/", False)],
)
def test_addresses_that_stand_for_a_whole_site(path: str, expected: bool) -> None:
    assert follows_whole_site(f"https://example.gov.kh{path}") is expected
