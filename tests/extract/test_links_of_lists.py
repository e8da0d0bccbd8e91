"""Which documents a list names, and where it goes on."""

from datetime import date

import pytest

from monitor.extract.links import links, next_page
from monitor.model import Source

BASE = "https://www.ministry.test/en/news/"
HTML = "text/html; charset=utf-8"


def source(**options: object) -> Source:
    return Source(id="s", url=BASE, spider="listing", **options)  # type: ignore[arg-type]


def urls(page: str, **options: object) -> list[str]:
    return [ref.url for ref in links(page.encode(), HTML, BASE, source(**options))]


def test_headings_of_the_main_content_hold_the_links_by_default() -> None:
    page = (
        "<nav><a href=/en/about>About</a></nav><main><article><a href=/c>News</a><h2><a href=/en/a>A</a></h2></article>"
        "<article><h2><a href='/en/b'>B</a></h2></article></main><footer><h3><a href=/f>F</a></h3></footer>"
    )
    assert urls(page) == ["https://www.ministry.test/en/a", "https://www.ministry.test/en/b"]


def test_a_link_round_a_heading_counts_too() -> None:
    assert urls("<main><a href=/a><h3>A</h3><p>teaser</p></a><a href=/x>x</a></main>") == [
        "https://www.ministry.test/a"
    ]


def test_without_headings_the_main_links_are_taken() -> None:
    page = "<nav><a href=/n>n</a></nav><main><ul><li><a href=/a>A</a><li><a href=/b>B</a></ul></main>"
    assert urls(page) == ["https://www.ministry.test/a", "https://www.ministry.test/b"]


def test_the_sources_selector_decides() -> None:
    page = "<main><h2><a href=/a>A</a></h2><div class=doc><a href=/b>B</a></div></main>"
    assert urls(page, links=".doc") == ["https://www.ministry.test/b"]
    assert urls(page, links=".doc a") == ["https://www.ministry.test/b"]


def test_a_selector_only_soupsieve_knows_decides_too() -> None:
    assert urls("<p>no <a href=/a>A</a></p><p>yes <a href=/b>B</a></p>", links="p:-soup-contains('yes')") == [
        "https://www.ministry.test/b"
    ]


def test_globs_keep_the_paths_that_fit() -> None:
    page = (
        "<a href=/en/2026/06/x/>x</a><a href=/en/about/>y</a><a href=/detail?id=5>z</a>"
        "<a href='/2026/06/%e1%9e%80-68/'>k</a>"
    )
    assert urls(page, match=("/en/20??/??/*", "/detail?id=*", "/20*/ក-*")) == [
        "https://www.ministry.test/en/2026/06/x/",
        "https://www.ministry.test/detail?id=5",
        "https://www.ministry.test/2026/06/%e1%9e%80-68/",
    ]


def test_one_document_is_named_once_however_often_it_is_linked() -> None:
    page = (
        "<main><h2><a href='/a?utm_source=x'><img src=i></a></h2><h2><a href='http://ministry.test/a/#top'>Title</a></h2>"
        "<h2><a href=/a>Read more</a></h2></main>"
    )
    (ref,) = links(page.encode(), HTML, BASE, source())
    assert (ref.key, ref.url, ref.title) == (
        "https://ministry.test/a",
        "https://www.ministry.test/a?utm_source=x",
        "Title",
    )


@pytest.mark.parametrize(
    "href",
    [
        "https://elsewhere.test/a",
        "https://ministry.test.evil.test/a",
        "javascript:alert(1)",
        "mailto:a@ministry.test",
        "file:///etc/passwd",
        "ftp://ministry.test/a",
        "data:text/html,x",
        "#top",
        "",
        "http://[bad/a",
        "/photo.jpg",
        "/en/news/",
        "https://www.ministry.test/en/news#x",
    ],
)
def test_what_is_no_document_of_the_site_is_left_out(href: str) -> None:
    assert urls(f"<main><h2><a href='{href}'>T</a></h2></main>") == []


def test_subdomains_and_allowed_domains_are_followed() -> None:
    base = "https://www.mptc.gov.kh/en/"
    page = (
        b"<main><h2><a href=https://files.mptc.gov.kh/a.pdf>A</a></h2><h2><a href=https://gazette.test/b>B</a></h2>"
        b"<h2><a href=https://mef.gov.kh/c>C</a></h2></main>"
    )
    found = [links(page, HTML, base, source(allowed_domains=allowed)) for allowed in ((), ("gazette.test",))]
    assert [[ref.title for ref in refs] for refs in found] == [["A"], ["A", "B"]]


def test_the_base_element_counts() -> None:
    assert urls("<base href='/km/'><main><h2><a href=a>A</a></h2></main>") == ["https://www.ministry.test/km/a"]


@pytest.mark.parametrize(
    ("item", "day"),
    [
        ("<h2><a href=/a>A</a></h2><time datetime='2026-06-09T08:00:00'>x</time>", date(2026, 6, 9)),
        ("<span class=date>9 June 2026</span><h2><a href=/a>A</a></h2>", date(2026, 6, 9)),
        ("<h2><a href=/a>ក</a></h2><p>ថ្ងៃទី៩ ខែមិថុនា ឆ្នាំ២០២៦</p>", date(2026, 6, 9)),
        ("<h2><a href=/a>Meeting of 5 May 2025</a></h2>", None),
        ("<h2><a href=/a>A</a></h2><p>in June</p>", None),
    ],
)
def test_the_day_printed_with_a_link_is_taken(item: str, day: date | None) -> None:
    page = f"<main><ul><li>{item}</li><li><h2><a href=/b>B</a></h2><time datetime=2020-01-01></time></li></ul></main>"
    assert links(page.encode(), HTML, BASE, source())[0].published_on == day


def test_another_links_day_is_not_taken() -> None:
    page = "<main><div><h2><a href=/a>A</a></h2><h2><a href=/b>B</a></h2><time datetime=2020-01-01></time></div></main>"
    assert [ref.published_on for ref in links(page.encode(), HTML, BASE, source())] == [None, None]


@pytest.mark.parametrize(
    ("page", "css", "expected"),
    [
        ("<link rel=next href='/en/news/page/2/'>", "", "https://www.ministry.test/en/news/page/2/"),
        ("<a rel='nofollow next' href='?page=2'>2</a>", "", "https://www.ministry.test/en/news/?page=2"),
        ("<li class=nx><a href='?page=3'>more</a></li>", ".nx", "https://www.ministry.test/en/news/?page=3"),
        ("<a class=nx href='https://elsewhere.test/2'>more</a>", ".nx", None),
        ("<a class=nx href='/en/news/'>more</a>", ".nx", None),
        ("<a href='?page=2'>2</a>", "", None),
    ],
)
def test_the_next_page_is_found(page: str, css: str, expected: str | None) -> None:
    assert next_page(page.encode(), HTML, BASE, source(next_page=css)) == expected


def test_a_local_server_links_to_itself_only() -> None:
    base = "http://127.0.0.1:8101/list"
    page = b"<main><h2><a href=/a>A</a></h2><h2><a href=http://127.0.0.2:8101/b>B</a></h2></main>"
    found = links(page, HTML, base, Source(id="s", url=base))
    assert [ref.url for ref in found] == ["http://127.0.0.1:8101/a"]
