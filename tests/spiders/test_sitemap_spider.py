"""A sitemap and the documents it names."""

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import KnownDocument, ProblemKind, Source
from spiders.index import index_key
from tests.spiders.crawls import NOW, Crawls, remember
from tests.spiders.site import Answer, Site, page, xml

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def source(site: Site, **more: object) -> Source:
    return replace(Source(id="s", url=site.url("/sitemap.xml"), spider="sitemap"), **more)  # type: ignore[arg-type]


def listed(site: Site, root: str, tag: str, *entries: tuple[str, str]) -> str:
    inner = "".join(
        f"<{tag}><loc> {site.url(path)} </loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{tag}>"
        for path, day in entries
    )
    return f"<?xml version='1.0'?><{root} xmlns='{_SPACE}'>{inner}</{root}>"


def urlset(site: Site, *entries: tuple[str, str]) -> Answer:
    return xml(listed(site, "urlset", "url", *entries))


def old(documents: dict[str, KnownDocument]) -> dict[str, KnownDocument]:
    return {key: replace(doc, discovered_at=NOW - timedelta(days=20)) for key, doc in documents.items()}


def test_the_addresses_that_match_are_read(site: Site, crawl: Crawls) -> None:
    site.routes |= {
        "/sitemap.xml": urlset(site, ("/law/a", "2026-06-01"), ("/about", ""), ("/law/b", "")),
        "/law/a": page("a"),
        "/law/b": page("b"),
    }
    told = crawl(source(site, match=("/law/*",)))
    assert told.captured_urls == [site.url("/law/a"), site.url("/law/b")]
    assert [ref.version for ref in told.refs] == ["2026-06-01", ""]


def test_an_address_modified_since_is_read_again(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/sitemap.xml": urlset(site, ("/a", "2026-06-01"), ("/b", "2026-06-01"))}
    site.routes |= {"/a": page("a"), "/b": page("b")}
    known = old(remember({}, crawl(source(site))))
    site.routes |= {"/sitemap.xml": urlset(site, ("/a", "2026-06-07"), ("/b", "2026-06-01")), "/a": page("a2")}
    assert crawl(source(site), documents=known).captured_urls == [site.url("/a")]


def test_the_files_of_an_index_are_read_and_later_only_modified_ones(site: Site, crawl: Crawls) -> None:
    def index(day: str) -> Answer:
        return xml(listed(site, "sitemapindex", "sitemap", ("/one.xml", "2026-06-01"), ("/two.xml", day)))

    site.routes |= {
        "/sitemap.xml": index("2026-06-01"),
        "/one.xml": urlset(site, ("/a", "")),
        "/two.xml": urlset(site, ("/b", "")),
        "/a": page("a"),
        "/b": page("b"),
    }
    told = crawl(source(site))
    assert sorted(told.captured_urls) == [site.url("/a"), site.url("/b")]
    site.routes["/sitemap.xml"] = index("2026-06-07")
    site.forget()
    crawl(source(site), documents=old(remember({}, told)))
    assert site.paths() == ["/sitemap.xml", "/two.xml"]


def test_files_without_a_date_are_read_again_though_their_index_is_unchanged(site: Site, crawl: Crawls) -> None:
    site.routes |= {
        "/sitemap.xml": xml(listed(site, "sitemapindex", "sitemap", ("/one.xml", "")), ETag='"s"'),
        "/one.xml": urlset(site, ("/a", "")),
        "/a": page("a"),
        "/b": page("b"),
    }
    known = old(remember({}, crawl(source(site))))
    site.routes["/one.xml"] = urlset(site, ("/a", ""), ("/b", ""))
    assert crawl(source(site), documents=known).captured_urls == [site.url("/b")]


def test_a_compressed_file_is_read(site: Site, crawl: Crawls) -> None:
    site.routes |= {
        "/sitemap.xml": Answer(body=gzip.compress(listed(site, "urlset", "url", ("/a", "")).encode())),
        "/a": page("a"),
    }
    assert crawl(source(site)).captured_urls == [site.url("/a")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hosts'>]><urlset>&a;</urlset>", ProblemKind.DAMAGED),
        (b"<urlset><url><loc>http://x/</loc></url>", ProblemKind.DAMAGED),
        (b"\x1f\x8b broken", ProblemKind.DAMAGED),
        (b"<?xml version='1.0'?><html><body>Not found</body></html>", ProblemKind.WRONG_MEDIA_TYPE),
        (f"<urlset xmlns='{_SPACE}'/>".encode(), ProblemKind.SELECTOR),
    ],
)
def test_what_is_no_sitemap_is_a_problem(body: bytes, kind: ProblemKind, site: Site, crawl: Crawls) -> None:
    site.routes["/sitemap.xml"] = Answer(body=body, headers={"Content-Type": "application/xml"})
    told = crawl(source(site))
    assert (told.kinds, told.problems[0][1]) == ([kind], index_key(site.url("/sitemap.xml")))


def test_a_file_without_a_matching_address_is_no_problem(site: Site, crawl: Crawls) -> None:
    site.routes |= {
        "/sitemap.xml": xml(listed(site, "sitemapindex", "sitemap", ("/one.xml", ""), ("/two.xml", ""))),
        "/one.xml": urlset(site, ("/shop/a", "")),
        "/two.xml": urlset(site, ("/law/b", "")),
        "/law/b": page("b"),
    }
    told = crawl(source(site, match=("/law/*",)))
    assert (told.captured_urls, told.problems) == ([site.url("/law/b")], [])
