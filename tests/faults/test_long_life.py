"""A long life: the daemon reads on and on, and neither memory, open files, children nor the disk run away."""

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

import pytest

from storage.blobs import FileBlobs
from storage.sql import SqlStore
from tests.faults.cases import cases
from tests.faults.simulated import World, source

pytestmark = [pytest.mark.promise("G15"), pytest.mark.slow, pytest.mark.timeout(cases(120, 14_400))]

CHECKS = int(os.environ.get("MONITOR_SOAK_CHECKS", cases(45, 20_000)))
SOURCES = cases(20, 200)
CHANGES_EVERY = 50
"""A page gets a new paragraph each time it was asked for so often."""

MB = 1_000_000
FORECAST_BASE, FORECAST_CHECK, FORECAST_CHANGE = 10 * MB, 400, 16_000
"""The stated forecast of docs/promises.md in bytes: a young database with its log, a check, a changed page."""

TEXT = "The ministry prepares the digital laws of the kingdom together with other institutions and reports on it. "


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        if self.path == "/robots.txt":
            body = b"User-agent: *\nAllow: /\n"
        else:
            with server.lock:
                server.checks += 1
                count = server.counts[self.path] = server.counts.get(self.path, 0) + 1
            extra = "".join(f"<p>Meeting {number} took place.</p>" for number in range(count // CHANGES_EVERY))
            text = f"<h1>Page {self.path}</h1><p>{TEXT * 4}</p>{extra}"
            body = f"<html lang='en'><head><title>P</title></head><body><main>{text}</main></body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Any]:
    """A small site on loopback that counts what it was asked for."""
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.lock, server.checks, server.counts = threading.Lock(), 0, {}
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class Sample:
    """What the daemon holds after `checks` pages: memory in bytes, open files, children."""

    checks: int
    memory: int
    files: int
    children: int


def sample(process: int, checks: int) -> Sample:
    """What the operating system says of `process` now."""
    home = Path(f"/proc/{process}")
    pages = int((home / "statm").read_text().split()[1])
    children = sum(len((task / "children").read_text().split()) for task in (home / "task").iterdir())
    return Sample(checks, pages * os.sysconf("SC_PAGE_SIZE"), len(list((home / "fd").iterdir())), children)


def disk(directory: Path) -> int:
    """The bytes all files under `directory` take on the disk."""
    return sum(path.stat().st_blocks * 512 for path in directory.rglob("*") if path.is_file())


def configure(home: Path, site: Any) -> Path:
    address = f"127.0.0.1:{site.server_address[1]}"
    head = f'[monitor]\ncontact = "mailto:t@example.net"\nmin_gap = "0s"\nallow_hosts = ["{address}"]\n'
    sources = "".join(
        f'[[source]]\nid = "s{n}"\nurl = "http://{address}/p{n}"\nselect = "main"\nevery = "1s"\n'
        for n in range(SOURCES)
    )
    (home / "config.toml").write_text(head + sources)
    return home / "config.toml"


def soak(home: Path, site: Any) -> list[Sample]:
    """Let the daemon read `CHECKS` pages, and take about ten samples a second of it."""
    with (home / "log").open("wb") as log:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "monitor", "--config", str(configure(home, site)), "run"], stderr=log
        )
    samples: list[Sample] = []
    try:
        while site.checks < CHECKS:
            assert daemon.poll() is None, (home / "log").read_text()[-2000:]
            if site.checks:
                samples.append(sample(daemon.pid, site.checks))
            time.sleep(0.1)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(60) == 0
    finally:
        if daemon.poll() is None:
            daemon.kill()
            daemon.wait()
    return samples


def test_memory_files_children_and_disk_stay_flat(tmp_path: Path, figure: Callable[..., None]) -> None:
    with serving() as site:
        samples = soak(tmp_path, site)
        checks, changes = site.checks, sum(count // CHANGES_EVERY for count in site.counts.values())
    settled = [each for each in samples if each.checks > CHECKS // 3] or samples
    slope = linear_regression([each.checks for each in settled], [each.memory for each in settled]).slope * 1000 / MB
    # Where few checks are made a single page of memory makes a steep line: there the growth itself is bounded.
    growth = (settled[-1].memory - settled[0].memory) / MB
    files, children = ([getattr(each, name) for each in settled] for name in ("files", "children"))
    spread = max(abs(count - median(files)) for count in files)
    used = disk(tmp_path / "data")
    forecast = FORECAST_BASE + checks * FORECAST_CHECK + changes * FORECAST_CHANGE

    faults = {
        "memory": slope > 1 and growth > 2,
        "files": spread > 5,
        "children": max(children) - min(children) > 5,
        "disk": used > forecast,
    }
    note = (
        f"{checks} checks: memory {slope:+.2f} MB per 1,000 (now {settled[-1].memory / MB:.0f} MB), open files "
        f"{min(files)}-{max(files)}, children {min(children)}-{max(children)}, disk {used / MB:.1f} of "
        f"{forecast / MB:.1f} MB"
    )
    figure("G15", cases=checks, broken=sum(faults.values()), note=note)
    assert not any(faults.values()), (faults, note)


def test_a_year_of_checks_without_news_takes_no_more_disk_than_forecast(
    tmp_path: Path, figure: Callable[..., None]
) -> None:
    days = cases(30, 365)
    store = SqlStore(f"sqlite:///{tmp_path / 'm.sqlite'}", FileBlobs(tmp_path / "blobs"))
    sources = [source(f"s{number:02}", every=timedelta(hours=6)) for number in range(18)]
    world = World(datetime(2027, 1, 1, tzinfo=UTC), sources, store=store)
    for _ in range(days * 4):
        world.read(sources)
        world.sleep(timedelta(hours=6) - world.takes)
    slots = [slot for served in world.served().values() for slot in served]
    oldest = min(due for due, _ in slots)
    store.close()

    used, forecast = disk(tmp_path), FORECAST_BASE + len(sources) * 4 * days * FORECAST_CHECK
    kept = world.now - oldest <= timedelta(days=91)
    figure("G15", cases=days, broken=int(used > forecast or not kept), note=f"simulated days: {used / MB:.1f} MB")
    assert used <= forecast
    assert kept, "what was served is on record for 90 days"
    assert len(slots) == len({(due, read) for due, read in slots}) * len(sources)
