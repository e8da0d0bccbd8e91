"""No silence: what is not read is told once, and once when it is over; whoever looks sees how much is being read."""

import http.server
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from monitor import alerts
from monitor.alerts import Watched, coverage
from monitor.app import load_config
from monitor.errors import ConfigError
from monitor.model import AlertKind, Health, Problem
from storage.blobs import FileBlobs
from storage.sql import SqlStore
from tests.faults.cases import LONG, cases
from tests.faults.simulated import BLOCKED, World, source

pytestmark = pytest.mark.promise("G7")
START = datetime(2027, 6, 7, 1, tzinfo=UTC)
SHORT, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
QUARTER = timedelta(minutes=15)


def counts(world: World, name: str) -> tuple[int, int]:
    """How often a source was told of as blind, and as recovered."""
    return len(world.told(AlertKind.HEALTH, name)), len(world.told(AlertKind.RECOVERED, name))


# Outages ---------------------------------------------------------------------------------------------------------


def expected_tellings(world: World, name: str, good: dict[timedelta, bool], interval: timedelta) -> list[timedelta]:
    """When operators must hear of each outage, worked out from what the readings met."""
    tellings, failures, last_ok, told = [], 0, timedelta(), False
    for at in [*world.readings[name], world.passed]:
        stale = last_ok + 2 * interval + HOUR
        if not told and stale < at:
            told = True
            tellings.append(stale)
        if at == world.passed and at not in good:
            break
        if good[at]:
            failures, told, last_ok = 0, False, at
            continue
        failures += 1
        if failures >= world.alert_after and not told:
            told = True
            tellings.append(at)
    return tellings


@pytest.mark.parametrize("seed", range(cases(4, 40)))
def test_each_outage_is_told_once_in_time_and_its_end_once(seed: int, figure: Callable[..., None]) -> None:
    chance = random.Random(seed)
    interval = chance.choice([timedelta(minutes=20), HOUR, 6 * HOUR])
    mode, until, good = "good", timedelta(), {}

    def answers(name: str, passed: timedelta) -> Problem | str | None:
        nonlocal mode, until
        if passed >= until:
            mode = chance.choice(["good", "good", "blocked", "dies"])
            until = passed + interval * chance.uniform(0.5, 8)
        if mode != "dies":
            good[passed] = mode == "good"
        return {"good": None, "blocked": BLOCKED}.get(mode, "dies")

    world = World(START, [source("site", every=interval)], answers=answers, alert_after=chance.choice([1, 3, 5]))
    world.live(interval * 60)
    wanted = expected_tellings(world, "site", good, interval)
    got = [row.alert.created_at - START for row in world.told(AlertKind.HEALTH, "site")]

    late = sum(abs(one - other) > SHORT for one, other in zip(got, wanted, strict=False))
    broken = abs(len(got) - len(wanted)) + late
    recovered = len(world.told(AlertKind.RECOVERED, "site"))
    broken += recovered not in (len(got), len(got) - 1)  # the last outage may still last
    figure("G7", cases=max(len(wanted), 1), broken=broken, note="outages told once, within 5 minutes, and their end")
    assert broken == 0, (seed, got, wanted, recovered)


@pytest.mark.parametrize("asleep", [timedelta(hours=20), 3 * DAY])
@pytest.mark.parametrize("restarted", [True, False], ids=["down", "asleep"])
@pytest.mark.parametrize("before", [None, BLOCKED], ids=["well before", "blocked before"])
def test_a_monitor_that_was_off_tells_once_and_recovers_once(
    before: Problem | None, restarted: bool, asleep: timedelta, figure: Callable[..., None]
) -> None:
    answer: list[Problem | None] = [None]
    world = World(START, [source("site", every=6 * HOUR)], answers=lambda name, passed: answer[0], looks=QUARTER)
    world.live(DAY)
    answer[0] = before
    world.live(HOUR * 7)
    world.sleep(asleep)
    if restarted:
        world.restart()
    answer[0] = None
    world.live(DAY)

    broken = counts(world, "site") != (1, 1)
    figure("G7", cases=1, broken=int(broken), note="the monitor itself was off or asleep")
    assert counts(world, "site") == (1, 1)


@pytest.mark.parametrize("answer", [BLOCKED, "dies"], ids=["blocked", "dies"])
@pytest.mark.parametrize("rhythm", [{"every": DAY}, {"every": 7 * DAY}, {"cron": "0 8 * * mon-fri"}], ids=str)
def test_a_source_never_read_well_is_told_as_well(
    answer: Problem | str, rhythm: dict[str, object], figure: Callable[..., None]
) -> None:
    now: list[Problem | str | None] = [answer]
    world = World(START, [source("site", **rhythm)], answers=lambda name, passed: now[0], looks=QUARTER)
    world.live(20 * DAY)
    told = counts(world, "site")
    first = world.told(AlertKind.HEALTH, "site")[0].alert.created_at if told[0] else world.now
    second = world.due(world.sources[0], world.due(world.sources[0], START))
    in_time = first <= second + HOUR + QUARTER
    now[0] = None
    world.live(8 * DAY)

    figure("G7", cases=1, broken=int(not in_time or counts(world, "site") != (1, 1)), note="a source never read well")
    assert (told, counts(world, "site")) == ((1, 0), (1, 1))
    assert in_time, first


def test_told_while_its_reading_was_under_way_the_end_is_still_told() -> None:
    """The daemon tells during a long batch; the child that began before must not overwrite what was told."""
    world = World(START, [source("site", every=HOUR)], answers=lambda name, passed: None)
    world.live(HOUR / 2)
    world.sleep(2 * HOUR)
    slow = replace_takes(world)

    world.read(world.sources)

    assert slow == [("site",)]
    assert counts(world, "site") == (1, 1)


def replace_takes(world: World) -> list[tuple[str, ...]]:
    """Let the next reading take long enough for its source to become stale meanwhile, and the daemon look then."""
    looks: list[tuple[str, ...]] = []
    plain = world._answer

    def answer_after_a_look(intake: Any, read: Any) -> None:
        world.sleep(2 * HOUR)
        looks.append(world.look())
        plain(intake, read)

    world._answer = answer_after_a_look  # type: ignore[method-assign]
    return looks


def test_two_that_look_at_once_tell_once(tmp_path: Path, figure: Callable[..., None]) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'm.sqlite'}", FileBlobs(tmp_path / "blobs"))
    names = [f"s{number:02}" for number in range(cases(10, 50))]
    world = World(START, [source(name, every=HOUR) for name in names], store=store)
    world.read(world.sources)
    world.sleep(DAY)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: world.look(), range(4)))

    broken = sum(counts(world, name) != (1, 0) for name in names)
    figure("G7", cases=len(names), broken=broken, note="told by one of four that look at the same time")
    assert sorted(name for some in told for name in some) == names
    assert broken == 0
    store.close()


def test_a_source_switched_off_is_not_missed_and_gets_its_time_when_it_comes_back() -> None:
    world = World(START, [source("site", every=HOUR)], looks=QUARTER)
    world.live(2 * HOUR)
    world.sources = [source("site", every=HOUR, enabled=False)]
    world.restart()
    world.live(5 * DAY)
    world.sources = [source("site", every=HOUR)]
    world.restart()
    world.live(5 * HOUR)

    assert counts(world, "site") == (0, 0)


# The daily reminder ----------------------------------------------------------------------------------------------


def test_the_same_trouble_is_brought_to_mind_once_a_day_for_all_sources_together(figure: Callable[..., None]) -> None:
    blind = [True]
    names = ["a", "b", "c"]
    world = World(
        START,
        [source(name, every=HOUR) for name in [*names, "well"]],
        timezone="Asia/Phnom_Penh",
        answers=lambda name, passed: BLOCKED if blind[0] and name != "well" else None,
        looks=QUARTER,
    )
    world.live(7 * DAY + HOUR / 2)
    reminders = world.told(AlertKind.HEALTH, "")
    days = [row.alert.key for row in reminders]
    blind[0] = False
    world.live(3 * DAY)

    broken = sum(counts(world, name) != (1, 1) for name in names) + len(days) - len(set(days))
    broken += len(world.told(AlertKind.HEALTH, "")) - len(days)
    figure("G7", cases=7 * len(names), broken=broken, note="days of the same trouble: told once, one reminder a day")
    assert broken == 0
    assert 6 <= len(days) <= 7
    assert reminders[0].alert.subject == "[Health] Reminder: 3 of 4 sources still unread"
    assert [line.partition(":")[0] for _, line in reminders[0].alert.diff] == names
    assert all(row.alert.created_at.hour >= 1 for row in reminders), "not before 8 o'clock in Phnom Penh"


# How much is being read ------------------------------------------------------------------------------------------


def watched(name: str, health: Health, ago: timedelta | None) -> Watched:
    return Watched(source_id=name, health=health, last_ok_at=START - ago if ago is not None else None)


WELL = [watched(f"s{n}", Health.OK, HOUR) for n in range(17)]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ([], "17 of 17 sources read in the last day."),
        (
            [watched("mptc-posts", Health.BLOCKED, 3 * DAY + HOUR)],
            "17 of 18 sources read in the last day; mptc-posts unread for 3 days: blocked.",
        ),
        (
            [watched("chart", Health.OK, 3 * DAY), watched("x", Health.UNREACHABLE, 5 * HOUR)],
            "18 of 19 sources read in the last day, 1 not due so often; x unread for 5 hours: unreachable.",
        ),
        ([watched("fresh", Health.NEW, None)], "17 of 18 sources read in the last day; fresh never read: new."),
        ([watched("old", Health.STALE, DAY)], "18 of 18 sources read in the last day; old unread for 1 day: stale."),
    ],
)
def test_the_coverage_line_says_what_is_read_and_what_is_not(more: list[Watched], line: str) -> None:
    assert coverage([*WELL, *more], START).line == line


def test_a_long_list_of_unread_sources_is_cut_with_their_number() -> None:
    seen = coverage([watched(f"s{n}", Health.BLOCKED, n * DAY) for n in range(2, 10)], START)

    assert seen.line.startswith("0 of 8 sources read in the last day; s9 unread for 9 days: blocked;")
    assert seen.line.endswith("; 3 more unread.")
    assert len(seen.unread) == 8
    assert coverage([], START).line == "No source is enabled, so nothing is being watched."


def test_every_digest_carries_the_coverage_line() -> None:
    line = coverage([*WELL, watched("mptc-posts", Health.BLOCKED, 3 * DAY)], START).line
    test = alerts.test_alert("team", START, local_timezone="UTC")

    assert alerts.digest([test], "team", START, coverage=line).bottom_line == f"1 test since the last digest. {line}"


# From outside: exit codes, the coverage line, the dead-man's ping ---------------------------------------------------

PAGE = (
    "<html lang='en'><head><title>T</title></head><body><main><h1>Progress</h1><p>{}</p></main></body></html>".format(
        "The ministry prepares the digital laws of the kingdom together with other institutions and reports on it. " * 4
    )
)


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        status, body = self.server.pages.get(self.path, (404, b"<h1>Not Found</h1>"))  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Any]:
    """A site on loopback; `pages` maps a path to (status, body), `asked` lists the paths asked for."""
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.pages, server.asked = {"/good": (200, PAGE.encode()), "/good2": (200, PAGE.encode())}, []
    server.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class Bench:
    """The command on a configuration of `paths`, in a directory of its own."""

    def __init__(self, site: Any, home: Path) -> None:
        self.site, self.home = site, home

    def configure(self, *paths: str, ping: bool = False) -> None:
        sources = "".join(
            f'[[source]]\nid = "s{number}"\nurl = "http://{self.site.address}{path}"\nselect = "main"\nevery = "6h"\n'
            for number, path in enumerate(paths)
        )
        head = f'[monitor]\ncontact = "mailto:t@example.net"\nmin_gap = "0s"\nallow_hosts = ["{self.site.address}"]\n'
        (self.home / "config.toml").write_text(head + ('ping_url = "${PING}"\n' if ping else "") + sources)

    def call(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "monitor", "--config", str(self.home / "config.toml"), *arguments],
            capture_output=True,
            text=True,
            env=os.environ | environment,
            timeout=90,
            check=False,
        )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with serving() as site:
        site.pages["/robots.txt"] = (200, b"User-agent: *\nAllow: /\n")
        yield Bench(site, tmp_path)


def configuration_broken(bench: Bench) -> None:
    (bench.home / "config.toml").write_text("[monitor]\nnonsense = 1\n")


def busy(bench: Bench) -> FileLock:
    (bench.home / "data").mkdir()
    return FileLock(bench.home / "data" / "run.lock").acquire()  # type: ignore[return-value]


def storage_broken(bench: Bench) -> None:
    (bench.home / "data").mkdir()
    (bench.home / "data" / "monitor.sqlite").write_bytes(b"not a database " * 1000)


SCENARIOS: dict[str, tuple[tuple[str, ...], Callable[[Bench], object] | None, tuple[str, ...], int]] = {
    "all read": (("/good", "/good2"), None, ("run", "--once"), 0),
    "some read": (("/good", "/gone"), None, ("run", "--once"), 1),
    "none read": (("/gone",), None, ("run", "--once"), 3),
    "bad configuration": (("/good",), configuration_broken, ("run", "--once"), 2),
    "no configuration": (("/good",), lambda bench: (bench.home / "config.toml").unlink(), ("run", "--once"), 2),
    "no such source": (("/good",), None, ("run", "--once", "--source", "nobody"), 2),
    "no such option": (("/good",), None, ("run", "--twice"), 2),
    "busy": (("/good",), busy, ("run", "--once"), 4),
    "storage broken": (("/good",), storage_broken, ("run", "--once"), 5),
    "storage broken, daemon": (("/good",), storage_broken, ("run",), 5),
    "storage broken, reading": (("/good",), storage_broken, ("status",), 5),
    "bad configuration, daemon": (("/good",), configuration_broken, ("run",), 2),
}
SHORT_LIST = ("none read", "bad configuration", "busy", "storage broken")


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS if cases(0, 1) else SHORT_LIST)
def test_the_exit_code_tells_how_it_went(name: str, bench: Bench, figure: Callable[..., None]) -> None:
    paths, prepare, arguments, code = SCENARIOS[name]
    bench.configure(*paths)
    held = prepare(bench) if prepare else None
    ended = bench.call(*arguments)
    if isinstance(held, FileLock):
        held.release()

    figure("G7", cases=1, broken=int(ended.returncode != code), note=f"exit code: {name}")
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_a_good_run_pings_a_bad_one_does_not_and_a_ping_that_fails_harms_nothing(
    bench: Bench, figure: Callable[..., None]
) -> None:
    secret = "/ping/6f1c-secret"
    address = {"PING": f"http://{bench.site.address}{secret}"}
    bench.site.pages[secret] = (200, b"OK")
    bench.configure("/good", "/gone", ping=True)
    partly = bench.call("-vv", "run", "--once", **address)
    pings = bench.site.asked.count(secret)
    bench.site.pages[secret] = (500, b"no")
    unheard = bench.call("run", "--once", "--source", "s0", **address)
    status = bench.call("status", **address)
    listed = json.loads(bench.call("status", "kh-pdpl", "--json", **address).stdout)
    total = bench.site.asked.count(secret)
    bench.site.pages["/good"] = (503, b"<h1>Service Unavailable</h1>")
    none = bench.call("run", "--once", "--source", "s1", **address) if LONG else None

    broken = (pings != 1) + (total != 2) + ((partly.returncode, unheard.returncode) != (1, 0))
    broken += none is not None and (none.returncode != 3 or bench.site.asked.count(secret) != total)
    figure("G7", cases=cases(2, 3), broken=broken, note="dead-man's ping: after a good run only, harmless if it fails")
    assert broken == 0, (pings, total, partly.stderr, unheard.stderr)
    assert "HTTP status 500" in unheard.stderr
    assert "6f1c" not in partly.stderr + unheard.stderr + partly.stdout
    line = "1 of 2 sources read in the last day; s1 never read: missing."
    assert status.stdout.splitlines()[-1] == line
    assert [entry["coverage"]["line"] for entry in listed] == [line]


def all_pages_gone(bench: Bench) -> None:
    bench.site.pages["/good"] = (503, b"<h1>Service Unavailable</h1>")


def storage_lost(bench: Bench) -> None:
    (bench.home / "data" / "monitor.sqlite").unlink()


def ping_refused(bench: Bench) -> None:
    bench.site.pages["/ping"] = (404, b"no such check")


def held_for_ever(bench: Bench) -> FileLock:
    return FileLock(bench.home / "data" / "run.lock").acquire()  # type: ignore[return-value]


STOPS: dict[str, Callable[[Bench], object]] = {
    "no source can be read": all_pages_gone,
    "the configuration is broken": configuration_broken,
    "the storage is lost": storage_lost,
    "another run holds the sources for ever": held_for_ever,
    "the check itself cannot be reached": ping_refused,
}


@pytest.mark.slow
@pytest.mark.parametrize("stop", STOPS if LONG else ["the storage is lost"])
def test_whatever_stops_the_monitor_the_dead_mans_check_hears_nothing_more(
    stop: str, bench: Bench, figure: Callable[..., None]
) -> None:
    """A check that waits for two intervals raises the alarm then: the runs of both leave it without a sign of life."""
    environment = {"PING": f"http://{bench.site.address}/ping"}
    bench.site.pages["/ping"] = (200, b"OK")
    bench.configure("/good", ping=True)
    bench.call("run", "--once", **environment)
    heard = bench.site.asked.count("/ping")
    held = STOPS[stop](bench)
    for _ in range(2):
        bench.call("run", "--once", **environment)
    if isinstance(held, FileLock):
        held.release()
    # A check that cannot be reached is asked and does not take it as a sign of life.
    later = 0 if stop == "the check itself cannot be reached" else bench.site.asked.count("/ping") - heard

    broken = int(heard != 1) + int(later > 0)
    figure("G7", cases=1, broken=broken, note="stops of the monitor: no sign of life for two intervals")
    assert (heard, later) == (1, 0)


@pytest.mark.parametrize("url", ["http://example.org/ping", "ftp://example.org/x", "nonsense", "https://"])
def test_a_ping_address_that_is_not_https_is_a_fault_that_does_not_quote_it(url: str, bench: Bench) -> None:
    bench.configure("/good", ping=True)
    with pytest.raises(ConfigError) as refused:
        load_config(bench.home / "config.toml", {"PING": url})

    assert [fault.split(": ")[1] for fault in refused.value.faults] == ["monitor.ping_url"]
    assert url not in str(refused.value)
