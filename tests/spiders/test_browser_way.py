"""Sources that a plain client cannot read, read through a real Chromium: one crawl with all of them."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.extract.dispatch import extract
from monitor.model import Capture, Document, Health, Problem, Source, Way
from spiders import chromium
from tests.spiders import rig_reach as rig
from tests.spiders.crawls import Crawls, Told
from tests.spiders.site import Answer, Site, page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BOTH = (Way.DIRECT, Way.BROWSER)
ONLY = (Way.BROWSER,)


@pytest.fixture(scope="module", autouse=True)
def browser() -> None:
    """These tests need Debian's Chromium and the extra `browser`."""
    if why := chromium.fault():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The sites of the rig, on one host: its pages are read one after the other."""
    with Site() as server:
        yield server


@pytest.fixture(scope="module")
def inside() -> Iterator[Site]:
    """A service on this machine that is none of a page's business."""
    with Site() as server:
        yield server


@pytest.fixture(scope="module")
def told(site: Site, inside: Site, crawl: Crawls) -> Told:
    """What one crawl tells of all sources below; the id of a source is its path."""
    sources = _sources(site, inside)
    port = site.host.rpartition(":")[2]
    same_port = Source(id="guard", url=site.url("/guard"), fetch=ONLY)
    # Not in allow_hosts under this name, but on a port that is: only the look at the address keeps it out.
    rig.hostile(site, "/guard", f"http://localhost:{port}/inside")
    return crawl(*sources, same_port, DOWNLOAD_TIMEOUT=30)


def _sources(site: Site, inside: Site) -> list[Source]:
    rig.refusing(site, "/refused")
    rig.refusing_plain_clients(site, "/plain-refused")
    rig.refusing_plain_clients(site, "/closed", "<html><main><h2><a href='/closed/1'>The act</a></h2></main></html>")
    rig.refusing_plain_clients(site, "/closed/1")
    rig.challenging(site, "/challenge")
    rig.firewalled(site, "/firewall")
    rig.script_list(site, "/docs")
    rig.chart(site, "/chart")
    rig.chart(site, "/rowless", rows=False)
    rig.next_shell(site, "/portal")
    rig.hostile(site, "/hostile", inside.url("/inside"))
    rig.endless(site, "/endless", 33)
    rig.swelling(site, "/swelling", 33)
    site.routes["/static"] = page(rig.PLAIN)
    site.routes["/moved"] = Answer(status=301, headers={"Location": "/portal"})
    site.routes["/away"] = Answer(status=302, headers={"Location": inside.url("/inside")})
    site.routes["/forbidden/page"] = page(rig.PLAIN)
    site.routes["/led"] = page("<html><body><script>location = '/portal'</script><p>Wait.</p></body></html>")
    site.routes["/files"] = page("<html><main><h2><a href='/files/act.pdf'>The act</a></h2></main></html>")
    site.routes["/files/act.pdf"] = Answer(body=b"%PDF-1.4\n", headers={"Content-Type": "application/pdf"})
    site.routes["/pdf"] = Answer(body=b"%PDF-1.4\n", headers={"Content-Type": "application/pdf"})
    site.routes["/data"] = Answer(body=b"{}", headers={"Content-Type": "application/json"})
    site.routes["/validated"] = page(rig.PLAIN, ETag='"1"')
    site.routes["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /forbidden/\n")
    chart = {"fetch": BOTH, "wait_for": "#rows tr"}
    listing = {"fetch": BOTH, "spider": "listing", "next_page": "button.next", "max_pages": 3}
    drawn = ("hostile", "endless", "swelling", "moved", "away", "led", "pdf", "data", "validated")
    special = {
        "docs": listing,
        "chart": chart,
        "rowless": {**chart, "fetch": ONLY},
        "files": {"fetch": ONLY, "spider": "listing"},
        **{name: {"fetch": ONLY} for name in drawn},
        "forbidden/page": {"fetch": BOTH},
        "closed": {"fetch": BOTH, "spider": "listing"},
    }
    direct = ("refused", "plain-refused", "challenge", "firewall", "portal", "static")
    return [
        replace(Source(id=name, url=site.url(f"/{name}"), fetch=BOTH), **special.get(name, {}))  # type: ignore[arg-type]
        for name in (*direct, *special)
    ]


def capture(told: Told, source_id: str) -> Capture:
    """The only capture of a source."""
    (found,) = [each for each in told.captures if each.source_id == source_id]
    return found


def problem(told: Told, source_id: str) -> Problem:
    """The only problem of a source."""
    (found,) = [each for name, _, _, each in told.problems if name == source_id]
    return found


def document(told: Told, source_id: str) -> Document:
    """The document in the only capture of a source."""
    found = extract(capture(told, source_id), Source(id=source_id, url="http://127.0.0.1/"))
    assert isinstance(found, Document)
    return found


def test_a_page_that_a_plain_client_can_read_is_never_opened_in_a_browser(told: Told, site: Site) -> None:
    assert capture(told, "static").way is Way.DIRECT
    assert site.paths().count("/static") == 1


@pytest.mark.parametrize("name", ["portal", "plain-refused"])
def test_what_only_a_browser_can_read_is_read_by_that_way(told: Told, name: str) -> None:
    found = capture(told, name)
    assert (found.way, found.status, found.media_type) == (Way.BROWSER, 200, "text/html")
    assert rig.TEXT in [block.text for block in document(told, name).blocks]


def test_the_evidence_says_what_the_earlier_way_met(told: Told) -> None:
    (met,) = capture(told, "plain-refused").met
    assert met.startswith("direct: the site refused us")


def test_a_site_that_refuses_everybody_is_blocked_in_the_browser_too(told: Told) -> None:
    found = capture(told, "refused")
    assert (found.way, found.status) == (Way.BROWSER, 403)
    assert found.met


def test_a_challenge_is_not_solved_by_running_its_script(told: Told, site: Site) -> None:
    found = problem(told, "challenge")
    assert found.kind.health is Health.BLOCKED
    assert "direct: " in found.detail
    assert "browser: " in found.detail
    assert site.paths().count("/challenge") == 2


def test_a_firewall_that_says_200_is_blocked_by_both_ways(told: Told) -> None:
    found = capture(told, "firewall")
    assert (found.way, len(found.met)) == (Way.BROWSER, 1)
    assert b"support ID is: 17000001" in found.body


def test_a_list_turned_by_script_is_read_to_its_last_page(told: Told, site: Site) -> None:
    names = [f"/docs/{number}{letter}" for number in (1, 2, 3) for letter in "abc"]
    assert [ref.url for index, refs in told.indexes if "/docs" in index.url for ref in refs] == [
        site.url(name) for name in names
    ]


def test_the_static_pages_behind_such_a_list_are_read_directly(told: Told) -> None:
    ways = {each.way for each in told.captures if each.source_id == "docs"}
    assert ways == {Way.DIRECT}


def test_a_host_that_refused_the_list_is_not_asked_the_same_way_for_its_pages(told: Told, site: Site) -> None:
    assert capture(told, "closed").met[0].startswith("direct: ")
    assert site.paths().count("/closed") == 2
    assert site.paths().count("/closed/1") == 1


def test_a_chart_is_read_when_its_rows_are_there(told: Told) -> None:
    assert any("Cambodia" in block.text for block in document(told, "chart").blocks)


def test_a_chart_that_never_gets_its_rows_is_not_read_as_an_empty_one(told: Told) -> None:
    assert "wait_for" in problem(told, "rowless").detail


def test_a_redirect_is_followed_by_our_own_rules(told: Told, site: Site) -> None:
    found = capture(told, "moved")
    assert (found.final_url, found.redirects, found.way) == (site.url("/portal"), (site.url("/moved"),), Way.BROWSER)


def test_a_redirect_to_another_service_on_this_machine_is_not_followed(told: Told) -> None:
    assert problem(told, "away").kind.health is Health.OFF_SITE


def test_a_page_that_leads_on_by_script_is_not_taken_for_one(told: Told) -> None:
    assert "another page in its place" in problem(told, "led").detail


def test_robots_txt_holds_for_the_browser_as_well(told: Told, site: Site) -> None:
    assert problem(told, "forbidden/page").kind.health is Health.ROBOTS
    assert "/forbidden/page" not in site.paths()


def test_no_page_reaches_a_service_that_is_not_allowed(told: Told, inside: Site, site: Site) -> None:
    assert capture(told, "hostile").status == 200
    assert capture(told, "guard").status == 200
    assert inside.paths(robots=True) == []
    assert "/inside" not in site.paths()


@pytest.mark.parametrize("name", ["endless", "swelling"])
def test_a_page_beyond_the_limit_of_bytes_is_given_up(told: Told, name: str) -> None:
    assert problem(told, name).kind == "too_large"


def test_a_file_in_a_list_read_by_browser_is_asked_for_directly(told: Told, site: Site) -> None:
    assert capture(told, "files").way is Way.DIRECT
    (asked,) = [each for each in site.asked if each.path == "/files/act.pdf"]
    assert "Sec-Fetch-Mode" not in asked.headers


@pytest.mark.parametrize("name", ["pdf", "data"])
def test_what_is_no_page_is_not_taken_from_a_browser(told: Told, name: str) -> None:
    assert problem(told, name).kind == "wrong_media_type"


def test_validators_of_what_was_served_are_not_kept_with_what_was_drawn(told: Told) -> None:
    assert capture(told, "validated").header("etag") == ""


def test_the_browser_says_who_we_are_and_nothing_else(told: Told, site: Site) -> None:
    asked = next(each for each in site.asked if each.path == "/portal" and "Sec-Fetch-Mode" in each.headers)
    assert asked.headers["User-Agent"] == "lex-monitor/9.9 (+mailto:desk@example.org)"
    assert asked.headers["Accept-Language"] == "en"
    assert "Windows" not in str(asked.headers)
    assert "Cookie" not in asked.headers


def test_every_source_is_finished_once(told: Told) -> None:
    assert len(told.over) == len(set(told.over)) == 22


def test_a_page_that_does_not_come_in_time_is_given_up(crawl: Crawls) -> None:
    with Site() as slow:
        hold = rig.hanging(slow, "/slow")
        told = crawl(Source(id="s", url=slow.url("/slow"), fetch=ONLY), DOWNLOAD_TIMEOUT=4)
        hold.set()
    assert told.problem.detail == "no complete answer in time"


def test_a_visit_keeps_the_gap_of_its_host_from_its_last_part_on(crawl: Crawls) -> None:
    with Site() as slow:
        for name in ("/a", "/b"):
            slow.routes[name] = page(f"{rig.PLAIN}<script>setTimeout(() => fetch('{name}/part'), 300)</script>")
        crawl(*(Source(id=name, url=slow.url(f"/{name}"), fetch=ONLY) for name in "ab"), gap=1.5)
        part, following = (each.began for each in slow.asked if each.path in ("/a/part", "/b"))
    assert following - part >= 1.5
