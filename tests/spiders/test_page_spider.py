"""A watched page: what is captured of it, and what an unchanged one costs."""

import hashlib
from dataclasses import replace

from monitor.model import KnownDocument, ProblemKind, Source
from monitor.text.urls import canonical_url
from tests.spiders.crawls import NOW, Crawls, remember
from tests.spiders.site import Answer, Site, page

DRAFT = (
    "<html><main><h1>Draft law</h1><p>The draft Personal Data Protection Law is with the ministry.</p></main></html>"
)


def source(site: Site, path: str = "/law", **more: object) -> Source:
    return replace(Source(id="s", url=site.url(path)), **more)  # type: ignore[arg-type]


def test_a_capture_holds_everything_needed_to_prove_it(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(
        body=DRAFT.encode(),
        headers={"Content-Type": "text/html; charset=utf-8", "ETag": '"one"', "X-Note": "caf\xe9"},
    )
    (capture,) = crawl(source(site)).captures
    assert capture.source_id == "s"
    assert capture.document_key == canonical_url(site.url("/law"))
    assert (capture.url, capture.final_url, capture.redirects) == (site.url("/law"), site.url("/law"), ())
    assert (capture.status, capture.tls, capture.flags, capture.part) == (200, "none", (), "")
    assert capture.body == DRAFT.encode()
    assert capture.sha256 == hashlib.sha256(DRAFT.encode()).hexdigest()
    assert capture.fetched_at == NOW
    assert (capture.header("etag"), capture.header("x-note")) == ('"one"', "caf\xe9")
    assert capture.media_type == "text/html"


def test_repeated_headers_are_all_kept(site: Site, crawl: Crawls) -> None:
    class Twice(dict[str, str]):
        def items(self):  # type: ignore[no-untyped-def]
            return [("Link", "<a>; rel=next"), ("Link", "<b>; rel=prev")]

    site.routes["/law"] = Answer(body=b"x", headers=Twice())
    (capture,) = crawl(source(site)).captures
    assert [value for name, value in capture.headers if name == "Link"] == ["<a>; rel=next", "<b>; rel=prev"]


def test_the_address_is_kept_as_it_was_configured(site: Site, crawl: Crawls) -> None:
    khmer = "/2025/06/សេចក្តីជូនដំណឹង-ស្តីពី-68/"
    site.routes[
        "/2025/06/%E1%9E%9F%E1%9F%81%E1%9E%85%E1%9E%80%E1%9F%92%E1%9E%8F%E1%9E%B8%E1%9E%87%E1%9E%BC%E1%9E%93%E1%9E%8A%E1%9F%86%E1%9E%8E%E1%9E%B9%E1%9E%84-%E1%9E%9F%E1%9F%92%E1%9E%8F%E1%9E%B8%E1%9E%96%E1%9E%B8-68/"
    ] = page(DRAFT)
    (capture,) = crawl(source(site, khmer)).captures
    assert capture.url == site.url(khmer)
    assert capture.status == 200


def test_a_page_with_a_validator_is_answered_304_and_not_captured(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT, ETag='"one"')
    told = crawl(source(site))
    again = crawl(source(site), documents=remember({}, told))
    assert again.captures == []
    assert again.same == [("s", canonical_url(site.url("/law")))]
    assert site.asked[-1].status == 304


def test_a_last_modified_date_serves_as_a_validator(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT, Last_Modified="Mon, 01 Jun 2026 00:00:00 GMT")
    again = crawl(source(site), documents=remember({}, crawl(source(site))))
    assert again.same
    assert site.asked[-1].status == 304


def test_a_page_without_validators_is_unchanged_by_its_digest(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT)
    again = crawl(source(site), documents=remember({}, crawl(source(site))))
    assert (again.captures, len(again.same)) == ([], 1)
    assert site.asked[-1].status == 200


def test_every_tenth_check_is_unconditional(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT, ETag='"one"')
    known = {key: replace(doc, checks=9) for key, doc in remember({}, crawl(source(site))).items()}
    site.routes["/law"] = page(DRAFT + "<p>More.</p>", ETag='"one"')
    (capture,) = crawl(source(site), documents=known).captures
    assert capture.body.endswith(b"<p>More.</p>")
    assert "If-None-Match" not in site.asked[-1].headers


def test_a_304_to_an_unconditional_request_is_a_fault_of_the_server(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(status=304)
    told = crawl(source(site))
    assert told.kinds == [ProblemKind.HTTP_ERROR]


def test_an_error_page_is_captured_for_screening_to_judge(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(status=403, body=b"<h1>Forbidden</h1>")
    told = crawl(source(site))
    assert [(capture.status, capture.body) for capture in told.captures] == [(403, b"<h1>Forbidden</h1>")]


def test_an_error_page_with_the_known_digest_is_not_the_known_page(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT)
    known = remember({}, crawl(source(site)))
    site.routes["/law"] = Answer(status=404, body=DRAFT.encode())
    told = crawl(source(site), documents=known)
    assert [capture.status for capture in told.captures] == [404]


def test_a_source_is_finished_once_and_last(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT)
    told = crawl(source(site))
    assert [what for what, _ in told.order] == ["captured", "finished"]
    assert told.requests == 1


def test_the_languages_of_a_source_are_asked_for_in_its_order(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT)
    crawl(source(site, languages=("km", "en")))
    assert site.asked[-1].headers["Accept-Language"] == "km, en;q=0.9"


def test_we_say_who_we_are(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT)
    crawl(source(site))
    assert {asked.headers["User-Agent"] for asked in site.asked} == {"lex-monitor/9.9 (+mailto:desk@example.org)"}


def test_the_named_pages_are_read_as_pages(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT)
    kinds = ("octopus", "treaty_chart", "aigov", "asean")
    told = crawl(*(source(site, id=kind, spider=kind) for kind in kinds))
    assert sorted(capture.source_id for capture in told.captures) == sorted(kinds)


def test_a_file_may_be_larger_than_a_page(site: Site, crawl: Crawls) -> None:
    site.routes["/law.pdf"] = Answer(body=b"%PDF-1.7 " + bytes(2000), headers={"Content-Type": "application/pdf"})
    told = crawl(source(site, "/law.pdf", spider="document"), DOWNLOAD_MAXSIZE=1000)
    assert [len(capture.body) for capture in told.captures] == [2009]


def test_what_is_known_of_another_page_sets_no_condition(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(DRAFT, ETag='"one"')
    stranger = KnownDocument(source_id="s", key="https://elsewhere.example/x", url="x", etag='"one"', last_ok_at=NOW)
    assert len(crawl(source(site), documents={stranger.key: stranger}).captures) == 1
