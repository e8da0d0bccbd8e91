"""The replica behaves as the official sites do: validators, paging, noise, refusals."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest

from monitor.demo.site import SITES, Replica
from monitor.demo.texts import texts

PROFILE = "/en/web/octopus/-/cambodia"
CHART = "/en/web/conventions/full-list?module=signatures-by-treaty&treatynum=185"
GUIDE = "/book/asean-guide-on-ai-governance-and-ethics/"
PROGRAMME = "/files/work-programme-2026.pdf"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 9, 1, 3, 0, 0, 500_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def replica(clock: Clock) -> Iterator[Replica]:
    with Replica(now=clock) as made:
        yield made


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower-case names) and body; 304 and errors included."""
    request = Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})  # noqa: S310
    try:
        with urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except HTTPError as error:
        with error:
            return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def body(replica: Replica, site: str, path: str) -> bytes:
    status, _, content = fetch(replica.url(site, path))
    assert status == 200
    return content


def rest(replica: Replica, query: str = "") -> tuple[int, dict[str, str], object]:
    status, headers, content = fetch(replica.url("ministry", f"/wp-json/wp/v2/posts?{query}"))
    return status, headers, json.loads(content)


# Sites and validators --------------------------------------------------------------------------------------------


def test_every_site_has_a_host_of_its_own(replica: Replica) -> None:
    assert len(set(replica.hosts)) == len(SITES)


@pytest.mark.parametrize(
    ("site", "path"),
    [
        ("cabinet", "/feed/"),
        ("assembly", "/news/1804"),
        ("journal", "/issues"),
        ("journal", PROGRAMME),
        ("asean", "/sitemap.xml"),
        ("asean", GUIDE),
    ],
)
def test_a_page_with_validators_answers_304_to_either_of_them(replica: Replica, site: str, path: str) -> None:
    _, headers, _ = fetch(replica.url(site, path))
    by_tag = fetch(replica.url(site, path), If_None_Match=headers["etag"])
    by_date = fetch(replica.url(site, path), If_Modified_Since=headers["last-modified"])
    assert (by_tag[0], by_tag[2], by_date[0]) == (304, b"", 304)


@pytest.mark.parametrize(
    ("site", "path"),
    [("europe", PROFILE), ("europe", CHART), ("centre", "/?p=47144"), ("assembly", "/news"), ("ministry", "/?p=20411")],
)
def test_a_page_without_validators_gives_none(replica: Replica, site: str, path: str) -> None:
    _, headers, _ = fetch(replica.url(site, path))
    assert not {"etag", "last-modified"} & headers.keys()


def test_two_versions_within_one_second_have_different_dates(replica: Replica) -> None:
    _, before, _ = fetch(replica.url("journal", "/issues"))
    replica.publish("issue-78")
    status, after, _ = fetch(replica.url("journal", "/issues"), If_Modified_Since=before["last-modified"])
    assert status == 200
    assert after["last-modified"] != before["last-modified"]


def test_an_outdated_tag_outranks_a_current_date(replica: Replica) -> None:
    _, headers, _ = fetch(replica.url("asean", GUIDE))
    status, _, _ = fetch(replica.url("asean", GUIDE), If_None_Match='"old"', If_Modified_Since=headers["last-modified"])
    assert status == 200


def test_a_date_that_is_none_is_ignored(replica: Replica) -> None:
    status, _, _ = fetch(replica.url("asean", GUIDE), If_Modified_Since="yesterday")
    assert status == 200


def test_the_log_tells_conditional_requests_and_their_answers(replica: Replica) -> None:
    _, headers, _ = fetch(replica.url("asean", GUIDE))
    fetch(replica.url("asean", GUIDE), If_None_Match=headers["etag"])
    assert [(hit.status, hit.conditional) for hit in replica.hits("asean")] == [(200, False), (304, True)]


def test_a_head_request_gets_the_length_and_no_body(replica: Replica) -> None:
    request = Request(replica.url("asean", GUIDE), method="HEAD")  # noqa: S310
    with urlopen(request, timeout=5) as answer:  # noqa: S310
        assert int(answer.headers["Content-Length"]) > 200
        assert answer.read() == b""


@pytest.mark.parametrize("site", SITES)
def test_an_unknown_page_is_a_404(replica: Replica, site: str) -> None:
    assert fetch(replica.url(site, "/no/such/page"))[0] == 404


# The ministry's WordPress ----------------------------------------------------------------------------------------


def test_the_rest_list_is_paged(replica: Replica) -> None:
    _, first_headers, first = rest(replica, "per_page=2&_fields=id")
    _, last_headers, last = rest(replica, "per_page=2&page=3&_fields=id")
    assert first_headers["x-wp-total"] == "5"
    assert first_headers["x-wp-totalpages"] == "3"
    assert 'rel="next"' in first_headers["link"]
    assert "link" not in last_headers
    assert isinstance(first, list)
    assert isinstance(last, list)
    assert (len(first), len(last)) == (2, 1)


def test_the_rest_list_is_newest_first(replica: Replica) -> None:
    _, _, posts = rest(replica, "_fields=date")
    assert isinstance(posts, list)
    dates = [post["date"] for post in posts]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("query", ["per_page=0", "per_page=101", "page=9"])
def test_the_rest_list_refuses_impossible_pages(replica: Replica, query: str) -> None:
    status, _, error = rest(replica, query)
    assert status == 400
    assert isinstance(error, dict)
    assert error["data"]["status"] == 400


def test_the_rest_list_gives_only_the_fields_asked_for(replica: Replica) -> None:
    _, _, posts = rest(replica, "per_page=1&_fields=id,title.rendered,modified_gmt")
    assert isinstance(posts, list)
    assert posts[0].keys() == {"id", "title", "modified_gmt"}
    assert posts[0]["title"].keys() == {"rendered"}


def test_the_rest_list_knows_what_was_saved_since(replica: Replica, clock: Clock) -> None:
    since = (clock.time + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    clock.time += timedelta(minutes=2)
    replica.publish("old-announcement")
    _, _, posts = rest(replica, f"modified_after={since}&_fields=id,date")
    assert posts == [{"id": 34359, "date": "2025-06-11T09:00:00"}]


def test_the_related_block_turns_without_touching_the_text(replica: Replica) -> None:
    before = body(replica, "ministry", replica.link("policy").removeprefix(replica.url("ministry")))
    replica.turn_related_posts()
    after = body(replica, "ministry", replica.link("policy").removeprefix(replica.url("ministry")))
    assert before != after
    assert before.partition(b"<aside")[0] == after.partition(b"<aside")[0]
    assert b"draft Cybersecurity Law" in after.partition(b"<aside")[2]
    assert b"draft Cybersecurity Law" not in before


def test_a_page_is_the_same_twice_until_the_counters_run(replica: Replica) -> None:
    assert body(replica, "ministry", "/?p=20411") == body(replica, "ministry", "/?p=20411")
    replica.start_counters()
    assert body(replica, "ministry", "/?p=20411") != body(replica, "ministry", "/?p=20411")


def test_the_short_link_leads_to_the_permalink(replica: Replica) -> None:
    with urlopen(replica.url("ministry", "/?p=34213"), timeout=5) as answer:  # noqa: S310
        assert answer.url == replica.link("interministerial")
        assert "/2026/08/%E1%9E%80" in answer.url


def test_the_feed_lists_posts_under_their_short_links(replica: Replica) -> None:
    feed = ElementTree.fromstring(body(replica, "ministry", "/feed/"))  # noqa: S314 - our own XML
    guids = [guid.text for guid in feed.iterfind(".//guid")]
    assert replica.url("ministry", "/?p=34213") in guids
    assert len(guids) == 5


# The other sites -------------------------------------------------------------------------------------------------


def test_the_assembly_list_has_a_second_page(replica: Replica) -> None:
    first, second = body(replica, "assembly", "/news").decode(), body(replica, "assembly", "/news?page=2").decode()
    assert 'rel="next" href="/news?page=2"' in first
    assert "/news/1799" in second
    assert "rel=" not in second


def test_the_journal_serves_issues_as_pdf(replica: Replica) -> None:
    replica.publish("issue-78")
    status, headers, content = fetch(replica.url("journal", "/issues/2026/no-78.pdf"))
    assert (status, headers["content-type"]) == (200, "application/pdf")
    assert content.startswith(b"%PDF-")


def test_a_new_upload_has_other_bytes(replica: Replica) -> None:
    before = body(replica, "journal", PROGRAMME)
    replica.upload_programme_again()
    assert body(replica, "journal", PROGRAMME) != before


def test_the_redesigned_profile_keeps_every_word_and_no_markup(replica: Replica) -> None:
    before = body(replica, "europe", PROFILE).decode()
    replica.redesign_profile()
    after = body(replica, "europe", PROFILE).decode()
    profile = texts().profile
    words = [text for part in profile.sections for text in (part.heading, *part.body, *part.bullets)]
    assert all(text in before and text in after for text in words)
    assert "journal-content-article" in before
    assert "journal-content-article" not in after


def test_the_amended_item_is_the_only_one_that_differs(replica: Replica) -> None:
    before = body(replica, "centre", "/?p=47144").decode()
    replica.amend_process()
    after = body(replica, "centre", "/?p=47144").decode()
    old, new = texts().process.amended
    assert before.replace(old, new) == after
    assert before != after


def test_a_refusal_with_status_200_is_new_on_every_visit(replica: Replica) -> None:
    replica.refuse("cabinet", 200)
    first, second = body(replica, "cabinet", "/feed/"), body(replica, "cabinet", "/feed/")
    assert b"Request Rejected" in first
    assert first != second


def test_a_challenge_answers_403_and_names_its_network(replica: Replica) -> None:
    replica.refuse("centre", 403)
    status, headers, _ = fetch(replica.url("centre", "/?p=47144"))
    assert (status, headers["cf-mitigated"], headers["server"]) == (403, "challenge", "cloudflare")


def test_a_guarded_site_still_shows_its_robots_file(replica: Replica) -> None:
    replica.refuse("cabinet", 200)
    assert body(replica, "cabinet", "/robots.txt").startswith(b"User-agent: *")


def test_a_site_that_relents_is_as_it_was(replica: Replica) -> None:
    before = body(replica, "cabinet", "/feed/")
    replica.refuse("cabinet", 403)
    replica.relent("cabinet")
    assert body(replica, "cabinet", "/feed/") == before
