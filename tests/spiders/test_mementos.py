"""From an archive's answers to a copy, or to why there is none: without a network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Capture, Problem, ProblemKind, Source, Way
from spiders.mementos import Further, latest_memento, memento_at, taken, timegate_url, timemap_url
from spiders.reading import Site

ARCHIVE = "https://archive.example/web/"
PAGE = "https://mptc.example/en/"
GATE = f"{ARCHIVE}{PAGE}"
COPY = f"{ARCHIVE}20260903101112/{PAGE}"
RAW = f"{ARCHIVE}20260903101112id_/{PAGE}"
TIMEMAP = f"{ARCHIVE}timemap/link/{PAGE}"
TAKEN_AT = datetime(2026, 9, 3, 10, 11, 12, tzinfo=UTC)
NOW = datetime(2026, 9, 20, 4, tzinfo=UTC)
DATED = ("Memento-Datetime", "Thu, 03 Sep 2026 10:11:12 GMT")
SITE = Site.of(Source(id="s", url=PAGE))


def answer(final_url: str, *headers: tuple[str, str], status: int = 200, body: bytes = b"<p>Law</p>") -> Capture:
    return Capture(
        source_id="s",
        document_key=PAGE,
        url=PAGE,
        final_url=final_url,
        status=status,
        headers=(("Content-Type", "text/html"), *headers),
        body=body,
        fetched_at=NOW,
    )


def judged(capture: Capture, *asked: str) -> Capture | Further | Problem:
    return taken(capture, url=PAGE, archive=ARCHIVE, site=SITE, asked=asked or (GATE,))


def problem(found: object) -> Problem:
    assert isinstance(found, Problem), found
    return found


@pytest.mark.parametrize("archive", [ARCHIVE, ARCHIVE.rstrip("/")])
def test_the_gate_is_asked_for_the_address_without_its_fragment(archive: str) -> None:
    assert timegate_url(archive, f"{PAGE}?p=7#top") == f"{ARCHIVE}{PAGE}?p=7"


@pytest.mark.parametrize("name", ["Memento-Datetime", "memento-datetime"])
def test_the_moment_of_a_copy_is_read_in_utc(name: str) -> None:
    assert memento_at([("Date", "x"), (name, DATED[1])]) == TAKEN_AT


@pytest.mark.parametrize(
    "value", ["", "yesterday", "2026-09-03T10:11:12", "Thu, 03 Sep 2026 10:11:12", "Thu, 99 Sep 2026"]
)
def test_a_copy_without_a_readable_moment_is_none(value: str) -> None:
    found = problem(memento_at([("Memento-Datetime", value)]))
    assert (found.kind, found.signals) == (ProblemKind.DAMAGED, ("memento-datetime",))


def test_a_copy_as_archived_is_a_capture_of_the_official_address() -> None:
    found = judged(answer(RAW, DATED))
    assert isinstance(found, Capture)
    assert (found.way, found.url, found.final_url, found.memento_at) == (Way.ARCHIVE, PAGE, RAW, TAKEN_AT)
    assert (found.fetched_at, found.captured_at) == (NOW, TAKEN_AT)


def test_a_copy_with_the_archives_own_links_is_asked_for_as_it_was_archived() -> None:
    assert judged(answer(COPY, DATED)) == Further(RAW)


def test_the_copy_of_an_error_page_keeps_its_status() -> None:
    found = judged(answer(RAW, DATED, status=404))
    assert isinstance(found, Capture)
    assert found.status == 404


def test_a_gate_that_answers_with_the_copy_itself_is_cited_by_the_copys_address() -> None:
    found = judged(answer(GATE, DATED, ("Content-Location", "/copies/77")))
    assert isinstance(found, Capture)
    assert found.final_url == "https://archive.example/copies/77"


def test_a_gate_that_answers_with_a_rewritten_copy_leads_on_to_the_raw_one() -> None:
    assert judged(answer(GATE, DATED, ("Content-Location", COPY))) == Further(RAW)


def test_the_content_location_of_an_archived_page_is_not_taken_for_the_archives() -> None:
    found = judged(answer(RAW, DATED, ("Content-Location", "/en/index.html")))
    assert isinstance(found, Capture)
    assert found.final_url == RAW


def test_a_copy_dated_ahead_of_our_clock_is_refused() -> None:
    ahead = f"{NOW + timedelta(days=1):%a, %d %b %Y %H:%M:%S} GMT"
    assert "still to come" in problem(judged(answer(RAW, ("Memento-Datetime", ahead)))).detail


def test_a_clock_a_few_seconds_ahead_is_borne() -> None:
    ahead = f"{NOW + timedelta(seconds=20):%a, %d %b %Y %H:%M:%S} GMT"
    assert isinstance(judged(answer(RAW, ("Memento-Datetime", ahead))), Capture)


def test_an_archived_redirect_to_another_site_is_no_copy_of_ours() -> None:
    elsewhere = RAW.replace("mptc.example", "parked.example")
    assert problem(judged(answer(elsewhere, DATED))).kind is ProblemKind.OFF_SITE


def test_an_archived_redirect_inside_the_site_is_followed() -> None:
    assert isinstance(judged(answer(RAW.replace("/en/", "/en/home"), DATED)), Capture)


def test_a_page_without_a_moment_is_no_copy() -> None:
    assert problem(judged(answer(GATE))).signals == ("memento-datetime",)


def test_an_archive_without_a_copy_says_so() -> None:
    found = problem(judged(answer(GATE, status=404)))
    assert (found.kind, found.detail) == (ProblemKind.HTTP_ERROR, "the archive holds no copy of this page")


def test_a_failing_archive_is_not_taken_for_one_without_copies() -> None:
    assert problem(judged(answer(GATE, status=503))).detail == "the archive answered HTTP 503"


def test_a_gate_without_a_copy_is_followed_to_its_timemap() -> None:
    links = ("Link", f'<{PAGE}>; rel="original", <{TIMEMAP}>; rel="timemap"; type="application/link-format"')
    assert judged(answer(GATE, links, status=404)) == Further(TIMEMAP)


def test_a_timemap_that_is_not_there_ends_the_search() -> None:
    links = ("Link", f"<{TIMEMAP}>; rel=timemap")
    assert "no copy" in problem(judged(answer(TIMEMAP, links, status=404), GATE, TIMEMAP)).detail


def listed(*entries: str) -> Capture:
    body = ",\n".join((f'<{PAGE}>;rel="original"', *entries)).encode()
    return replace(answer(TIMEMAP, body=body), headers=(("Content-Type", "application/link-format; charset=utf-8"),))


def entry(stamp: str, datetime_: str, rel: str = "memento") -> str:
    return f'<{ARCHIVE}{stamp}/{PAGE}?a=1,2>; rel="{rel}"; datetime="{datetime_}"'


def test_the_latest_copy_of_a_timemap_is_asked_for_whatever_their_order() -> None:
    found = judged(
        listed(
            entry("20260903101112", "Thu, 03 Sep 2026 10:11:12 GMT", "last memento"),
            entry("20240101000000", "Mon, 01 Jan 2024 00:00:00 GMT", "first memento"),
            entry("20991231000000", "Thu, 31 Dec 2099 00:00:00 GMT"),
        ),
        GATE,
        TIMEMAP,
    )
    assert found == Further(f"{RAW}?a=1,2")


def test_a_timemap_without_copies_says_that_there_is_none() -> None:
    assert "no copy" in problem(judged(listed(), GATE, TIMEMAP)).detail


@pytest.mark.parametrize(
    "text", ["", "<", "no links at all", '<a>; rel="memento"', '<a>; rel="memento"; datetime="soon"']
)
def test_a_damaged_timemap_names_no_copy(text: str) -> None:
    assert latest_memento(text, TIMEMAP, NOW) == ""


def test_the_timemap_is_found_among_other_links() -> None:
    headers = [
        ("Link", '<https://other.example/a,b>; rel="original"; title="a, b; c"'),
        ("link", "</web/timemap/x>; rel=timemap"),
    ]
    assert timemap_url(headers, GATE) == "https://archive.example/web/timemap/x"


def test_an_archive_leads_nowhere_beyond_its_own_domain() -> None:
    links = ("Link", '<https://evil.example/timemap>; rel="timemap"')
    assert problem(judged(answer(GATE, links, status=404))).kind is ProblemKind.OFF_SITE


def test_an_archive_that_leads_in_a_circle_is_left() -> None:
    assert "in a circle" in problem(judged(answer(COPY, DATED), GATE, RAW)).detail
