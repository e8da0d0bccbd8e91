"""A page that its site refuses to us is read from a public archive's latest copy, politely and only there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.model import Capture, KnownDocument, ProblemKind, Source, Way
from monitor.text.urls import canonical_url
from tests.spiders.archive import Archive, Gate
from tests.spiders.crawls import NOW, Crawls, Told
from tests.spiders.site import Answer, Site, page

DRAFT = (
    "<html><head><title>Draft law</title></head><body><main><h1>Draft law</h1>"
    + "<p>The draft Personal Data Protection Law is with the ministry, which prepares it with others.</p>" * 6
    + "</main></body></html>"
)
CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><h1>mptc.example</h1>"
    "<div class='cf-browser-verification'>Checking your browser before accessing the site.</div></body></html>"
)
OLD = datetime(2026, 2, 1, 8, tzinfo=UTC)
LATEST = datetime(2026, 6, 1, 8, 30, 15, tzinfo=UTC)

Read = Callable[..., Told]


@pytest.fixture
def archive(other: Site) -> Archive:
    return Archive(other)


@pytest.fixture
def read(site: Site, archive: Archive, crawl: Crawls) -> Read:
    """Reads the page of a site that answers 403, by archive if need be."""
    site.routes["/law"] = Answer(status=403, body=CHALLENGE.encode(), headers={"Content-Type": "text/html"})

    def reading(**more: object) -> Told:
        source = Source(id="s", url=site.url("/law"), fetch=(Way.DIRECT, Way.ARCHIVE))
        settings = {"MONITOR_ARCHIVE": archive.prefix, **more}
        return crawl(source, allow=[archive.site.host, "127.0.0.1:9"], **settings)  # type: ignore[arg-type]

    return reading


def only(told: Told) -> Capture:
    (capture,) = told.captures
    return capture


def test_the_latest_copy_is_captured_as_it_was_archived(site: Site, archive: Archive, read: Read) -> None:
    archive.add(site.url("/law"), OLD, "<p>old</p>")
    latest = archive.add(site.url("/law"), LATEST, DRAFT)

    capture = only(read())
    assert (capture.way, capture.memento_at, capture.fetched_at) == (Way.ARCHIVE, LATEST, NOW)
    assert (capture.url, capture.final_url) == (site.url("/law"), archive.raw(latest))
    assert capture.body == DRAFT.encode()
    assert capture.document_key == canonical_url(site.url("/law"))


def test_what_the_site_had_answered_goes_along(site: Site, archive: Archive, read: Read) -> None:
    archive.add(site.url("/law"), LATEST, DRAFT)
    (met,) = only(read()).met
    assert met.startswith("direct: ")
    assert "403" in met


def test_a_gate_that_serves_the_copy_itself_is_read_in_one_question(site: Site, archive: Archive, read: Read) -> None:
    archive.gate, archive.rewrites = Gate.SERVES, False
    latest = archive.add(site.url("/law"), LATEST, DRAFT)

    capture = only(read())
    assert (capture.final_url, capture.memento_at) == (archive.raw(latest), LATEST)
    assert archive.asked() == ["gate"]


def test_a_gate_that_only_lists_is_read_by_its_timemap(site: Site, archive: Archive, read: Read) -> None:
    archive.gate = Gate.LISTS
    archive.add(site.url("/law"), OLD, "<p>old</p>")
    archive.add(site.url("/law"), LATEST, DRAFT)

    assert only(read()).memento_at == LATEST
    assert archive.asked() == ["gate", "timemap/link/", "20260601083015id_/"]


def test_an_archive_without_a_copy_is_told_beside_what_the_site_answered(archive: Archive, read: Read) -> None:
    problem = read().problem
    assert problem.kind is ProblemKind.BLOCKED
    assert "direct: " in problem.detail
    assert "archive: the archive holds no copy of this page" in problem.detail


@pytest.mark.parametrize(
    ("dated", "said"),
    [("", "Memento-Datetime is missing"), ("soon", "not say readably"), ("Fri, 01 Jan 2100 00:00:00 GMT", "to come")],
)
def test_a_copy_without_a_believable_moment_is_not_read(
    site: Site, archive: Archive, read: Read, dated: str, said: str
) -> None:
    archive.add(site.url("/law"), LATEST, DRAFT, dated=dated)
    told = read()
    assert told.captures == []
    assert said in told.problem.detail


@pytest.mark.parametrize("status", [404, 500])
def test_the_copy_of_an_error_page_keeps_its_status(site: Site, archive: Archive, read: Read, status: int) -> None:
    archive.add(site.url("/law"), LATEST, "<h1>Not here</h1>", status=status)
    assert only(read()).status == status


def test_an_archive_that_asks_for_patience_is_left_alone(site: Site, archive: Archive, read: Read) -> None:
    archive.site.otherwise = Answer(status=429, headers={"Retry-After": "3600"})
    told = read()
    assert archive.asked() == ["gate"]
    assert told.problem.kind is ProblemKind.BLOCKED
    assert "retry-after" not in told.problem.signals
    assert "archive: the archive answered HTTP 429" in told.problem.detail


def test_an_archive_that_is_down_leaves_the_site_blocked(site: Site, archive: Archive, read: Read) -> None:
    told = read(MONITOR_ARCHIVE="http://127.0.0.1:9/web/", RETRY_TIMES=0)
    assert told.problem.kind is ProblemKind.BLOCKED
    assert "archive: " in told.problem.detail


def test_the_robots_rules_of_the_archive_hold(site: Site, archive: Archive, read: Read) -> None:
    archive.add(site.url("/law"), LATEST, DRAFT)
    archive.site.routes["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /web/\n")
    told = read()
    assert (told.captures, archive.asked()) == ([], [])


def test_a_site_that_answers_is_not_asked_for_in_an_archive(site: Site, archive: Archive, read: Read) -> None:
    site.routes["/law"] = page(DRAFT)
    assert only(read()).way is Way.DIRECT
    assert archive.asked() == []


def test_a_copy_with_the_bytes_of_the_last_reading_is_still_told_as_a_copy(
    site: Site, archive: Archive, read: Read
) -> None:
    archive.add(site.url("/law"), LATEST, DRAFT)
    capture = only(read())
    known = KnownDocument(
        source_id="s", key=capture.document_key, url=capture.url, sha256=capture.sha256, etag='"1"', last_ok_at=OLD
    )
    again = read(documents={known.key: known})
    assert (only(again).way, again.same) == (Way.ARCHIVE, [])


def test_no_validator_of_the_site_is_shown_to_the_archive(site: Site, archive: Archive, read: Read) -> None:
    archive.add(site.url("/law"), LATEST, DRAFT)
    key = canonical_url(site.url("/law"))
    read(documents={key: KnownDocument(source_id="s", key=key, url=site.url("/law"), etag='"1"', last_ok_at=OLD)})
    assert not [asked for asked in archive.site.asked if "If-None-Match" in asked.headers]


def test_an_archive_that_redirects_to_another_host_is_not_followed(site: Site, archive: Archive, read: Read) -> None:
    archive.site.otherwise = Answer(status=302, headers={"Location": "http://elsewhere.example/copy"})
    told = read()
    assert told.captures == []
    assert "redirected to another site" in told.problem.detail


def test_links_of_a_copied_list_lead_to_the_site_itself(site: Site, archive: Archive, crawl: Crawls) -> None:
    refused = Answer(status=403, body=CHALLENGE.encode(), headers={"Content-Type": "text/html"})
    site.routes["/news"] = refused
    links = "".join(
        f"<li><h3><a href='/news/{number}'>News of the ministry {number}</a></h3></li>" for number in (1, 2)
    )
    archive.add(site.url("/news"), LATEST, f"<html><body><main><h1>News</h1><ul>{links}</ul></main></body></html>")
    source = Source(id="s", url=site.url("/news"), spider="listing", fetch=(Way.DIRECT, Way.ARCHIVE))
    told = crawl(source, allow=[archive.site.host], MONITOR_ARCHIVE=archive.prefix)

    assert [ref.url for ref in told.refs] == [site.url("/news/1"), site.url("/news/2")]
    (index, _), *_ = told.indexes
    assert replace(index, checks=0, version="") == KnownDocument(
        source_id="s", key="index:" + canonical_url(site.url("/news")), url=site.url("/news"), last_ok_at=LATEST
    )
