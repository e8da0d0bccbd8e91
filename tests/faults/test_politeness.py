"""Robots.txt, Retry-After and the gap between two requests, within a run and across runs."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.model import SPENT_HOUR, ProblemKind, Source, Way
from spiders.hourly import HourlyBudget
from spiders.manners import RULES_HOLD, Manners, Rest
from spiders.problems import Declined
from spiders.waits import CEILING, FLOOR, retry_after
from tests.faults.cases import cases
from tests.spiders.crawls import NOW, Crawls
from tests.spiders.site import Answer, Asked, Site, page

Figure = Callable[..., None]


@pytest.fixture(scope="module")
def crawl() -> Iterator[Crawls]:
    crawls = Crawls()
    yield crawls
    crawls.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        yield server


def rules(text: str) -> Answer:
    return Answer(body=text.encode(), headers={"Content-Type": "text/plain"})


# Retry-After ---------------------------------------------------------------------------------------------------------


def http_date(ahead: float) -> str:
    return format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)


FORMS: list[tuple[str, float]] = [
    ("120", 120),
    ("3600", 3600),
    ("86400", 86_400),
    (" 300 ", 300),
    ("1000000000", CEILING),
    ("9" * 400, CEILING),
    ("0", FLOOR),
    ("-1", FLOOR),
    ("-86400", FLOOR),
    ("", FLOOR),
    ("soon", FLOOR),
    ("1e9", FLOOR),
    ("120.5", FLOOR),
    ("120, 3600", FLOOR),
    ("\x00", FLOOR),
    (http_date(600), 600),
    (http_date(90_000_000), CEILING),
    (http_date(-600), FLOOR),
    ("Mon, 08 Jun 2026 05:10:00", 600),
    ("Monday, 08-Jun-26 05:10:00 GMT", 600),
    ("Mon Jun  8 05:10:00 2026", 600),
    ("Mon, 99 Foo 2026 99:99:99 GMT", FLOOR),
]
"""What servers write, and the seconds it is taken for at `NOW`."""


@pytest.mark.promise("G11")
def test_every_form_of_retry_after_is_understood_or_taken_for_the_least(figure: Figure) -> None:
    wrong = [(value, seconds) for value, seconds in FORMS if retry_after(value, NOW) != seconds]
    figure("G11", cases=len(FORMS), broken=len(wrong), note="forms of Retry-After")
    assert wrong == []


@pytest.mark.promise("G11")
def test_a_host_is_left_alone_until_the_time_it_named_even_by_the_next_run(
    crawl: Crawls, tmp_path: Path, figure: Figure
) -> None:
    waits = [(value, seconds) for value, seconds in FORMS if seconds > 60 and value.isprintable()]
    early = 0
    for value, seconds in waits:
        for status in (429, 503):
            manners = str(tmp_path / f"{status}-{len(value)}-{seconds}")
            with Site() as site:
                site.routes["/law"] = Answer(status=status, headers={"Retry-After": value})
                source = Source(id="s", url=site.url("/law"))
                crawl(source, MONITOR_MANNERS=manners)
                assert site.paths() == ["/law"]
                site.forget()
                for share in (0.0, 0.5, 0.99):
                    at = NOW + timedelta(seconds=seconds * share)
                    told = crawl(source, now=at, MONITOR_MANNERS=manners, MONITOR_PATIENCE=1)
                    assert told.kinds == [ProblemKind.BLOCKED]
                early += len(site.asked)
                site.routes["/law"] = page("text")
                crawl(source, now=NOW + timedelta(seconds=seconds + 1), MONITOR_MANNERS=manners)
                assert site.paths() == ["/law"], "it is asked again when the time is over"
    figure("G11", cases=len(waits) * 6, broken=early, note="runs inside a window of Retry-After")
    assert early == 0


@pytest.mark.promise("G11")
def test_a_short_wait_is_not_cut_short(site: Site, crawl: Crawls, figure: Figure) -> None:
    count = cases(2, 10)
    refused: set[str] = set()

    def route(asked: Asked) -> Answer:
        if asked.path in refused:
            return page("text")
        refused.add(asked.path)
        return Answer(status=429, headers={"Retry-After": "0"})

    site.otherwise = lambda asked: Answer(status=404) if "robots" in asked.path else route(asked)
    crawl(*(Source(id=f"s{n}", url=site.url(f"/{n}")) for n in range(count)), MONITOR_REST_FLOOR=0.3)
    asked = [each for each in site.asked if each.path != "/robots.txt"]
    early = [
        later
        for earlier, later in pairwise(asked)
        if earlier.status == 429 and later.began - earlier.began < 0.3 - 0.01  # of the clocks' grain
    ]
    figure("G11", cases=count, broken=len(early), note="requests inside a short window")
    assert len(asked) == 2 * count
    assert early == []


# Robots --------------------------------------------------------------------------------------------------------------

UNREADABLE: dict[str, Answer] = {
    "500": Answer(status=500),
    "502": Answer(status=502),
    "503": Answer(status=503),
    "a page of HTML": Answer(body=b"<!DOCTYPE html><title>Maintenance</title>"),
    "a challenge": Answer(body=b"\n <html><script>check()</script></html>"),
    "too large": Answer(body=b"#" * 2_000_000),
    "cut": Answer(body=b"User-agent: *\nDisallow: /", cut=12),
    "damaged coding": Answer(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
    "redirected away": Answer(status=302, headers={"Location": "https://login.example.org/"}),
    "redirected for ever": Answer(status=302, headers={"Location": "/robots.txt"}),
}


@pytest.mark.promise("G11")
@pytest.mark.parametrize("way", UNREADABLE)
def test_unreadable_rules_mean_the_last_good_ones_or_to_stay_out(
    way: str, site: Site, crawl: Crawls, tmp_path: Path, figure: Figure
) -> None:
    site.routes |= {"/law": page("text"), "/private": page("secret"), "/robots.txt": UNREADABLE[way]}
    both = (Source(id="law", url=site.url("/law")), Source(id="private", url=site.url("/private")))
    manners = {"MONITOR_MANNERS": str(tmp_path / "m"), "RETRY_TIMES": 0}

    told = crawl(*both, **manners)
    assert (told.captures, set(told.kinds)) == ([], {ProblemKind.ROBOTS}), "nothing is remembered: stay out"
    site.routes["/robots.txt"] = rules("User-agent: *\nDisallow: /private")
    assert len(crawl(*both, **manners).captures) == 1
    site.routes["/robots.txt"] = UNREADABLE[way]
    told = crawl(*both, now=NOW + timedelta(days=3), **manners)
    assert [capture.source_id for capture in told.captures] == ["law"]
    assert told.kinds == [ProblemKind.ROBOTS]
    told = crawl(*both, now=NOW + RULES_HOLD + timedelta(days=1), **manners)
    assert told.captures == [], "rules of long ago are no rules"
    asked = site.paths().count("/private")
    figure("G11", cases=4, broken=asked, note=f"robots.txt: {way}")
    assert asked == 0


@pytest.mark.promise("G11")
def test_a_site_that_had_no_rules_is_remembered_as_such(
    site: Site, crawl: Crawls, tmp_path: Path, figure: Figure
) -> None:
    site.routes["/law"] = page("text")
    source, manners = Source(id="s", url=site.url("/law")), str(tmp_path / "m")
    allowed = 0
    for status in (404, 401, 403, 410):
        site.routes["/robots.txt"] = Answer(status=status)
        allowed += len(crawl(source, MONITOR_MANNERS=manners).captures)
    site.routes["/robots.txt"] = Answer(status=503)
    allowed += len(crawl(source, MONITOR_MANNERS=manners, RETRY_TIMES=0).captures)
    figure("G11", cases=5, broken=5 - allowed, note="robots.txt: none, then unreadable")
    assert allowed == 5


@pytest.mark.promise("G11")
def test_rules_without_an_end_are_read_twice(site: Site, crawl: Crawls, figure: Figure) -> None:
    """Closed without a length, the line that forbids may be the one that is missing."""
    whole = b"User-agent: *\nDisallow: /law"
    bodies = iter([whole[:14], whole, whole[:14], whole[:14]])
    site.routes["/law"] = page("text")
    site.routes["/robots.txt"] = lambda asked: Answer(body=next(bodies), length=False)
    source = Source(id="s", url=site.url("/law"))
    assert crawl(source).kinds == [ProblemKind.ROBOTS]
    assert len(crawl(source).captures) == 1
    figure("G11", cases=2, broken=0, note="robots.txt without a length")


# The gap -------------------------------------------------------------------------------------------------------------


@pytest.mark.promise("G11")
def test_one_request_at_a_time_with_a_gap_for_each_host(crawl: Crawls, figure: Figure) -> None:
    seed, gap = 20261122, 0.2
    chance = random.Random(seed)
    with Site() as one, Site() as two, Site() as three:
        sites = (one, two, three)
        for server in sites:
            server.otherwise = lambda asked: Answer(status=404) if "robots" in asked.path else page("text")
        sources = [
            Source(id=f"s{n}", url=chance.choice(sites).url(f"/{n}"), spider=chance.choice(["page", "document"]))
            for n in range(cases(30, 300))
        ]
        told = crawl(*sources, gap=gap)
        pairs = [pair for server in sites for pair in pairwise(sorted(server.asked, key=lambda asked: asked.began))]
    # Measured where requests arrive: on a busy machine the server may notice the earlier one a little late.
    close = [later.began - earlier.began for earlier, later in pairs if later.began - earlier.began < gap * 0.7]
    together = [pair for pair in pairs if pair[1].began < pair[0].ended]
    broken = len(close) + len(together)
    figure("G11", cases=len(pairs), broken=broken, note=f"pairs of requests, gap {gap} s, 3 hosts")
    assert len(told.captures) == len(sources)
    assert (close, together) == ([], []), f"seed {seed}"


@pytest.mark.promise("G11")
def test_the_gap_is_kept_from_one_run_to_the_next(site: Site, crawl: Crawls, tmp_path: Path, figure: Figure) -> None:
    site.routes["/law"] = page("text")
    source, gap = Source(id="s", url=site.url("/law")), 0.6
    runs = cases(2, 6)
    for _ in range(runs):
        crawl(source, gap=gap, MONITOR_MANNERS=str(tmp_path / "m"))
    close = [later for earlier, later in pairwise(site.asked) if later.began - earlier.began < gap * 0.7]
    figure("G11", cases=runs, broken=len(close), note="runs one right after the other")
    assert close == []


# The hourly budget ---------------------------------------------------------------------------------------------------


class Passing:
    """A time that passes, and a clock that may be wrong about it."""

    def __init__(self) -> None:
        self.passed = self.ahead = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed + self.ahead)


@pytest.mark.promise("G11")
@pytest.mark.parametrize("set_back", [False, True], ids=["a clock in order", "a clock set back"])
def test_no_host_gets_more_than_its_hourly_budget_over_many_runs(
    set_back: bool, tmp_path: Path, figure: Figure
) -> None:
    """Many runs, each with a memory of its own, ask two hosts as fast as they may for days."""
    seed, most = 20261122, 40
    chance, clock = random.Random(seed), Passing()
    sent: dict[str, list[float]] = {"a.example": [], "b.example": []}
    declined = 0
    while sum(map(len, sent.values())) < cases(3000, 30_000):
        budget = HourlyBudget(most, Manners(tmp_path / "m"), clock.now)
        for _ in range(chance.randrange(1, 120)):
            clock.passed += chance.choice([0.0, 1.0, 5.0, 30.0])
            if set_back and chance.random() < 0.01:
                clock.ahead -= chance.choice([1.0, 600.0, 3600.0, 90_000.0])
            host = chance.choice(list(sent))
            try:
                budget.take(host)
            except Declined:
                declined += 1
            else:
                sent[host].append(clock.passed)
        clock.passed += chance.choice([0.0, 60.0, 1200.0, 7200.0])
    requests = sum(map(len, sent.values()))
    over = [later for each in sent.values() for first, later in zip(each, each[most:]) if later - first < 3600]  # noqa: B905
    figure("G11", cases=requests, broken=len(over), note="requests against an hourly budget")
    assert declined > 100, "the budget was tried"
    assert over == [], f"seed {seed}"


@pytest.mark.promise("G11")
def test_the_hourly_budget_holds_for_robots_redirects_and_retries_and_for_the_next_run(
    site: Site, crawl: Crawls, tmp_path: Path, figure: Figure
) -> None:
    def route(asked: Asked) -> Answer:
        kinds: list[Answer] = [page("text"), Answer(status=302, headers={"Location": "/moved"}), Answer(status=500)]
        return page("text") if asked.path == "/moved" else kinds[int(asked.path[1:]) % 3]

    site.otherwise = lambda asked: Answer(status=404) if "robots" in asked.path else route(asked)
    sources = [Source(id=f"s{n}", url=site.url(f"/{n}")) for n in range(20)]
    budget = {"MONITOR_MANNERS": str(tmp_path / "m"), "MONITOR_HOURLY": 12}
    asked = []
    for hour in (0.0, 0.5, 0.99, 1.0):
        site.forget()
        told = crawl(*sources, now=NOW + timedelta(hours=hour), **budget)
        asked.append(len(site.asked))
        left = [problem for _, _, _, problem in told.problems if SPENT_HOUR in problem.signals]
        assert left
        assert all("hourly budget of 12 requests" in problem.detail for problem in left)
    figure("G11", cases=sum(asked), broken=sum(asked) - 24, note="requests of runs with an hourly budget")
    assert asked == [12, 0, 0, 12]


def test_what_the_hourly_budget_leaves_is_no_reason_to_try_another_way_or_host(
    site: Site, crawl: Crawls, tmp_path: Path
) -> None:
    """The archive would be another host, with room in its own budget."""
    with Site() as archive:
        site.routes |= {"/law": page("text"), "/other": page("text")}
        source = Source(id="s", url=site.url("/law"), fetch=(Way.DIRECT, Way.ARCHIVE))
        crawl(Source(id="first", url=site.url("/other")), MONITOR_MANNERS=str(tmp_path / "m"), MONITOR_HOURLY=2)
        told = crawl(
            source,
            allow=[archive.url("").removeprefix("http://").rstrip("/")],
            MONITOR_MANNERS=str(tmp_path / "m"),
            MONITOR_HOURLY=2,
            MONITOR_ARCHIVE=archive.url("/web/"),
        )
        assert (told.captures, archive.asked) == ([], [])
    assert SPENT_HOUR in told.problem.signals


def test_a_damaged_count_is_taken_for_none_and_written_anew(tmp_path: Path) -> None:
    clock = Passing()
    for damage in (b"", b"[]", b'{"sent": 5}', b'{"sent": [1, "x", null, "2026-06-08T04:00:00"]}'):
        HourlyBudget(1, Manners(tmp_path), clock.now).take("a.example")
        (path,) = tmp_path.iterdir()
        path.write_bytes(damage)
        HourlyBudget(1, Manners(tmp_path), clock.now).take("a.example")
        with pytest.raises(Declined):
            HourlyBudget(1, Manners(tmp_path), clock.now).check("a.example")
        path.unlink()


def test_a_clock_set_back_by_a_day_silences_nobody_for_more_than_an_hour(tmp_path: Path) -> None:
    clock = Passing()
    HourlyBudget(1, Manners(tmp_path), clock.now).take("a.example")
    clock.ahead = -86_400
    with pytest.raises(Declined):
        HourlyBudget(1, Manners(tmp_path), clock.now).take("a.example")
    clock.passed = 3601
    HourlyBudget(1, Manners(tmp_path), clock.now).take("a.example")


def test_two_processes_count_in_one_memory(tmp_path: Path) -> None:
    clock = Passing()
    ours, theirs = (HourlyBudget(3, Manners(tmp_path), clock.now) for _ in range(2))
    for budget in (ours, theirs, ours):
        budget.take("a.example")
    with pytest.raises(Declined):
        theirs.take("a.example")


def test_where_nothing_can_be_kept_the_budget_holds_for_the_run() -> None:
    budget = HourlyBudget(1, Manners(None), Passing().now)
    budget.take("a.example")
    with pytest.raises(Declined):
        budget.take("a.example")


def test_a_spent_budget_names_when_there_is_room_and_warns_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Passing()
    budget = HourlyBudget(2, Manners(tmp_path), clock.now)
    for _ in range(2):
        budget.take("a.example")
        clock.passed += 600
    for _ in range(3):
        with pytest.raises(Declined, match=r"2 requests to a\.example is used up until 2026-06-08T06:00:00Z"):
            budget.check("a.example")
    assert len(caplog.records) == 1
    clock.passed = 3600
    budget.check("a.example")


# The memory ----------------------------------------------------------------------------------------------------------


def test_what_is_remembered_can_be_damaged_without_harm(tmp_path: Path) -> None:
    memory = Manners(tmp_path / "m")
    memory.keep_rules("https://a.example", "Disallow: /", NOW)
    memory.keep_rest("a.example", Rest(until=NOW + timedelta(hours=1), asked=True))
    for path in (tmp_path / "m").iterdir():
        for damage in (
            b"",
            b"{",
            b"[]",
            b"\xff",
            b'{"rules": 1, "read_at": 2, "until": 3}',
            b'{"until": "2026-13-01"}',
        ):
            path.write_bytes(damage)
            again = Manners(tmp_path / "m")
            assert again.rules("https://a.example", NOW) in (None, "Disallow: /")
            again.rest("a.example", NOW)


@pytest.mark.parametrize(
    "until", [timedelta(0), timedelta(seconds=-1), timedelta(days=1, seconds=1), timedelta(days=999)]
)
def test_a_rest_that_is_over_or_absurd_is_forgotten(until: timedelta, tmp_path: Path) -> None:
    """A clock that was once set wrong must not silence a source."""
    memory = Manners(tmp_path)
    memory.keep_rest("a.example", Rest(until=NOW + until, asked=True))
    assert memory.rest("a.example", NOW) is None


def test_rules_of_one_origin_are_not_those_of_another(tmp_path: Path) -> None:
    memory = Manners(tmp_path)
    memory.keep_rules("https://a.example", "one", NOW)
    assert memory.rules("http://a.example", NOW) is None
    assert Manners(tmp_path).rules("https://a.example", NOW) == "one"


def test_nothing_is_remembered_without_a_directory() -> None:
    memory = Manners(None)
    memory.keep_rules("https://a.example", "one", NOW)
    assert memory.rules("https://a.example", NOW) is None


def test_a_directory_that_cannot_be_written_is_no_end_of_the_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a directory")
    Manners(tmp_path / "file").keep_rules("https://a.example", "one", NOW)
    assert "not remembered" in caplog.text


def test_the_files_say_what_they_are(tmp_path: Path) -> None:
    Manners(tmp_path).keep_rest("a.example", Rest(until=NOW, asked=True))
    (path,) = tmp_path.iterdir()
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept == {"host": "a.example", "until": datetime.isoformat(NOW), "asked": True}
