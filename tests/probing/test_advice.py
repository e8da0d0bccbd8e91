"""What to put into the configuration, judging from what each way brought."""

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model import Capture, Problem, ProblemKind, Source, Way
from monitor.probing.advice import ALLOW_LISTING, advise, better_ways
from monitor.probing.looks import Preview, applicable, hear
from monitor.probing.reports import WayReport, report
from tests.probing.sites import F5_PAGE, SHELL, WORDS

URL = "https://www.example.gov.kh/page"
GOOD = f"<html><body><main><h1>Progress</h1><p>{WORDS}</p></main></body></html>"
KHMER = (
    "<html><body><main><p>" + "ក្រសួងប្រៃសណីយ៍និងទូរគមនាគមន៍បានរៀបចំសិក្ខាសាលាស្តីពីសេចក្តីព្រាងច្បាប់។ " * 8 + "</p></main></body></html>"
)


def source(**more: Any) -> Source:
    return Source(**{"id": "s", "url": URL, **more})


def capture(body: str | bytes, status: int = 200, media_type: str = "text/html", way: Way = Way.DIRECT) -> Capture:
    return Capture(
        source_id="s",
        document_key=URL,
        url=URL,
        final_url=URL,
        status=status,
        headers=(("Content-Type", f"{media_type}; charset=utf-8"),),
        body=body.encode() if isinstance(body, str) else body,
        fetched_at=datetime(2026, 6, 8, tzinfo=UTC),
        way=way,
    )


def by(way: Way, brought: "Capture | Problem", read_as: Source | None = None) -> WayReport:
    preview = Preview(source=read_as or source())
    if isinstance(brought, Problem):
        preview.problems.append((URL, brought))
    else:
        preview.captures.append(brought)
    return report(preview, way)


READ = by(Way.DIRECT, capture(GOOD))
DRAWN = by(Way.BROWSER, capture(GOOD, way=Way.BROWSER))
COPIED = by(Way.ARCHIVE, capture(GOOD, way=Way.ARCHIVE))
EMPTY_SHELL = by(Way.DIRECT, capture(SHELL))
REFUSED = by(Way.DIRECT, capture(F5_PAGE.format(number=1)))
CHALLENGED = by(Way.BROWSER, capture(F5_PAGE.format(number=2), way=Way.BROWSER))
NO_COPY = by(Way.ARCHIVE, Problem(kind=ProblemKind.GONE, detail="the archive has no copy"))
FORBIDDEN = by(Way.DIRECT, Problem(kind=ProblemKind.ROBOTS, detail="robots.txt forbids this address"))


def test_a_source_that_is_read_needs_nothing() -> None:
    advice = advise(source(), [READ])
    assert (advice.sentences, advice.keys) == (("nothing needs to change",), {})


def test_a_page_drawn_by_script_is_for_the_browser_alone() -> None:
    assert advise(source(), [EMPTY_SHELL, DRAWN, COPIED]).keys == {"fetch": ("browser", "archive")}


def test_a_refused_page_keeps_its_plain_way_for_the_day_the_site_relents() -> None:
    advice = advise(source(), [REFUSED, CHALLENGED, COPIED])
    assert advice.keys == {"fetch": ("direct", "archive")}
    assert ALLOW_LISTING in advice.sentences


def test_a_way_that_is_configured_and_serves_is_left_as_it_is() -> None:
    advice = advise(source(fetch=(Way.DIRECT, Way.ARCHIVE)), [REFUSED, COPIED])
    assert advice.keys == {}
    assert advice.sentences[0] == "direct does not read it, archive does"


def test_a_plain_way_that_will_never_read_the_page_may_go() -> None:
    assert advise(source(fetch=(Way.DIRECT, Way.BROWSER)), [EMPTY_SHELL, DRAWN]).keys == {"fetch": ("browser",)}


def test_other_ways_are_named_where_they_were_not_tried() -> None:
    (first, *_) = advise(source(), [REFUSED]).sentences
    assert "monitor sources test s --all-ways" in first


def test_a_way_that_there_is_not_is_not_named() -> None:
    advice = advise(source(), [REFUSED, CHALLENGED], possible=(Way.DIRECT, Way.BROWSER))
    assert advice.sentences[0] == "no way reads it"


def test_where_no_way_reads_it_that_is_said() -> None:
    advice = advise(source(), [REFUSED, CHALLENGED, NO_COPY])
    assert advice.sentences[0] == "no way reads it"
    assert (ALLOW_LISTING in advice.sentences, advice.keys) == (True, {})


def test_robots_is_a_matter_for_a_letter_and_not_for_another_way() -> None:
    assert "obeyed in every way" in advise(source(), [FORBIDDEN]).sentences[0]


def test_a_selector_that_finds_nothing_gets_a_better_one() -> None:
    lost = source(select="#old-layout")
    advice = advise(lost, [by(Way.DIRECT, capture(GOOD), lost)])
    assert advice.keys == {"select": "main"}


def test_the_language_that_is_there_is_proposed() -> None:
    english = source(languages=("en",))
    assert advise(english, [by(Way.DIRECT, capture(KHMER), english)]).keys == {"language": ("km",)}


@pytest.mark.parametrize(
    ("body", "media_type", "spider"),
    [
        ("<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "text/xml", "feed"),
        ("<?xml version='1.0'?><urlset></urlset>", "text/xml", "sitemap"),
        (b"%PDF-1.7 \n1 0 obj", "application/pdf", "document"),
        ('[{"id": 1, "link": "https://example.org"}]', "application/json", "wordpress"),
    ],
)
def test_what_is_no_page_gets_its_own_spider(body: str | bytes, media_type: str, spider: str) -> None:
    assert advise(source(), [by(Way.DIRECT, capture(body, media_type=media_type))]).keys == {"spider": spider}


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([READ, DRAWN, COPIED], (Way.DIRECT,)),
        ([REFUSED, DRAWN, COPIED], (Way.DIRECT, Way.BROWSER, Way.ARCHIVE)),
        ([REFUSED, CHALLENGED, NO_COPY], ()),
    ],
)
def test_the_ways_to_configure(reports: list[WayReport], expected: tuple[Way, ...]) -> None:
    assert better_ways({each.way: each for each in reports if each.way}) == expected


@pytest.mark.parametrize(
    ("spider", "archive", "expected"),
    [
        ("page", "https://archive.example/", (Way.DIRECT, Way.BROWSER, Way.ARCHIVE)),
        ("page", "", (Way.DIRECT, Way.BROWSER)),
        ("feed", "https://archive.example/", (Way.DIRECT, Way.ARCHIVE)),
        ("document", "", (Way.DIRECT,)),
    ],
)
def test_the_ways_that_can_bring_a_kind_of_source(spider: str, archive: str, expected: tuple[Way, ...]) -> None:
    assert applicable(source(spider=spider), archive=archive) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "robots.txt could not be read"),
        ("", "there is no robots.txt, so nothing is forbidden"),
        ("User-agent: *\nDisallow: /page", "robots.txt forbids this address"),
        ("User-agent: *\nDisallow: /private", "robots.txt allows this address"),
        ("User-agent: *\nCrawl-delay: 20", "robots.txt allows this address and asks for 20 s between requests"),
        ("User-agent: lex-monitor\nDisallow: /", "robots.txt forbids this address"),
    ],
)
def test_what_robots_says(text: str | None, sentence: str) -> None:
    assert hear(text, URL).sentence == sentence


def test_robots_names_sitemaps() -> None:
    assert hear("Sitemap: https://example.gov.kh/map.xml\nUser-agent: *\nAllow: /", URL).sitemaps == (
        "https://example.gov.kh/map.xml",
    )
