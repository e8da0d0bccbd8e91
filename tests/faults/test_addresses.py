"""No forbidden connection: hostile addresses by every way into the monitor, counted by sockets that really listen."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.model import ProblemKind, Source
from monitor.text.addresses import is_public
from spiders.gate import fault
from spiders.reading import Site
from tests.faults.cases import cases
from tests.faults.hostile_run import WAYS, Knocks
from tests.faults.hostile_urls import ANSWERS, FORBIDDEN_V4, FORBIDDEN_V6, hostile, notations

ROOT = Path(__file__).parents[2]

# A network of its own, in which every address there is belongs to this machine: nothing can be connected to unheard.
WHOLE_WORLD = (
    "ip link set lo up && ip route add local default dev lo && (ip -6 route add local default dev lo || true)"
    ' && exec "$@"'
)


@cache
def has_namespaces() -> bool:
    """Whether this machine lets us have a network of our own."""
    try:
        tried = subprocess.run(
            ["unshare", "-rn", "sh", "-c", WHOLE_WORLD, "sh", "true"], capture_output=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def run(urls: list[str], directory: Path, **settings: Any) -> dict[str, Any]:
    """Crawl `urls` in a process of its own, in the whole world if that can be had, else on loopback."""
    world = has_namespaces()
    ports = [80, 443, 22, 25, 3306, 6379, 8000] if world else [_free_port()]
    wanted = {
        "urls": [url.replace(":8000/", f":{ports[-1]}/") for url in urls],
        "ports": ports,
        "v4": "0.0.0.0" if world else "127.0.0.1",  # noqa: S104 - of a network of its own
        "v6": "::" if world else "",
        "settings": settings,
    }
    given = directory / "hostile.json"
    given.write_text(json.dumps(wanted), encoding="utf-8")
    command = [sys.executable, "-m", "tests.faults.hostile_run", str(given)]
    if world:
        command = ["unshare", "-rn", "sh", "-c", WHOLE_WORLD, "sh", *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def forbidden(told: dict[str, Any]) -> list[str]:
    """The connections there must not be: to what is not public (but the test's own site), or to an odd port."""
    found = []
    for knock in told["knocks"]:
        host, port = knock.split()
        if not is_public(host) or port not in ("80", "443"):
            found.append(knock)
    return found


def rotations(count: int) -> list[str]:
    """At least `count` addresses: all there are, again and again by another way."""
    every = hostile(8000)
    urls: list[str] = []
    while len(urls) < count:
        urls += every
        every = every[1:] + every[:1]
    return urls[:count]


@pytest.mark.promise("G10")
def test_no_hostile_address_is_connected_to(tmp_path: Path, figure: Callable[..., None]) -> None:
    urls = rotations(cases(360, 3000))
    told = run(urls, tmp_path)
    broken = forbidden(told)
    where = "all addresses" if has_namespaces() else "loopback"
    figure("G10", cases=len(urls), broken=len(broken), note=f"by {len(WAYS)} ways; listening on {where}")
    assert broken == []
    assert len(told["over"]) == len(urls), "every source is finished, however odd its address"
    reached = [end for end in told["ends"] if end[1] == "200" and not end[2].startswith(f"http://{told['origin']}/")]
    assert reached == []
    if has_namespaces():  # each rebinding name was connected to once, at the good answer, and not at the next one
        good = {answers[0][0] for answers in ANSWERS.values() if len(answers) > 1}
        assert {knock.split()[0] for knock in told["knocks"]} == good


@pytest.mark.promise("G10")
def test_the_listeners_hear_what_is_not_guarded(tmp_path: Path, figure: Callable[..., None]) -> None:
    """The counter-check: with the guard switched off the same sockets hear connections, so silence means something."""
    urls = [f"http://{host}/" for host in notations("127.0.0.1")[:7] for _ in range(2)]
    urls = urls if has_namespaces() else [url[:-1] + ":8000/" for url in urls]
    told = run(urls, tmp_path, EXTENSIONS={})
    figure("G10", cases=len(urls), broken=0, note="counter-check: unguarded connections are heard")
    assert forbidden(told)


@pytest.mark.promise("G10")
def test_every_notation_of_a_forbidden_address_is_refused_as_an_address(figure: Callable[..., None]) -> None:
    written = [host.strip("[]") for text in FORBIDDEN_V4 for host in notations(text) if host.startswith("[")]
    written += [*FORBIDDEN_V4, *FORBIDDEN_V6]
    passed = [text for text in written if is_public(text)]
    figure("G10", cases=len(written), broken=len(passed), note="addresses judged")
    assert passed == []


@pytest.mark.parametrize("text", ["8.8.8.8", "103.9.190.1", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_public_addresses_are_still_public(text: str) -> None:
    assert is_public(text)


SITE = Source(id="s", url="https://www.mptc.gov.kh/en/")


@pytest.mark.promise("G10")
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://mptc.gov.kh/x",
        "https://mptc.gov.kh:22/",
        "https://mptc.gov.kh:99999/",
        "https://mptc.gov.kh@evil.example/",
        "https://evil.example\\@mptc.gov.kh/",
        "https://mptc.gov.kh.evil.example/",
        "https://evilmptc.gov.kh/",
        "https://other.gov.kh/",
        "https://gov.kh/",
        "http://[::1/",
        "https:///x",
        "",
    ],
)
def test_an_address_that_is_not_the_sources_own_is_not_asked_for(url: str) -> None:
    problem = fault(url, Site.of(SITE), SITE.url)
    assert problem is not None
    assert problem.kind is ProblemKind.OFF_SITE


@pytest.mark.parametrize("url", ["https://mptc.gov.kh/a", "http://data.mptc.gov.kh:80/", "https://mptc.gov.kh:443/x"])
def test_an_address_of_the_source_may_be_asked_for(url: str) -> None:
    assert fault(url, Site.of(SITE), SITE.url) is None


def test_the_port_of_the_sources_own_address_and_a_listed_one_may_be_asked_for() -> None:
    source = Source(id="s", url="http://ministry.example:8080/")
    assert fault("http://ministry.example:8080/b", Site.of(source), source.url) is None
    assert fault("http://ministry.example:9090/b", Site.of(source), source.url) is not None
    mail = Source(id="s", url="http://ministry.example:25/")
    assert fault(mail.url, Site.of(mail), mail.url) is not None
    assert fault("http://ministry.example:9090/b", Site.of(source), source.url, {"ministry.example:9090"}) is None


@pytest.fixture
def knocks() -> tuple[Knocks, int]:
    """Somebody who listens on loopback, and the port."""
    listener = Knocks()
    return listener, listener.listen(socket.AF_INET, "127.0.0.1", 0)


@pytest.mark.promise("G10")
@pytest.mark.parametrize("host", ["2130706433", "127.0.0.1", "[::ffff:7f00:1]"][: cases(1, 3)])
def test_explain_does_not_look_inside_either(
    host: str, knocks: tuple[Knocks, int], tmp_path: Path, figure: Callable[..., None]
) -> None:
    listener, port = knocks
    config = tmp_path / "config.toml"
    config.write_text(
        '[monitor]\ncontact = "mailto:desk@example.org"\npacks = ["kh"]\nmin_gap = "0s"\n'
        '[[source]]\nid = "s"\nurl = "https://example.org/"\njurisdiction = "KH"\nlanguage = "en"\nevery = "6h"\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "monitor", "--config", str(config), "explain", "--url", f"http://{host}:{port}/"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    figure("G10", cases=1, broken=sum(listener.seen.values()), note="explain --url")
    assert not listener.seen
    assert "Traceback" not in done.stderr
    assert done.returncode != 0
    assert "no public address" in done.stdout + done.stderr
