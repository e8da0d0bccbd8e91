"""Whole processes on a local site: first crawl, unchanged re-check, five per cent changed.

Each row is one process from start to exit: pages a second, CPU a page, peak memory, disk a page. The same work is
given, in the same run, to a bare Scrapy spider that only fetches, to one that also makes a BeautifulSoup and stores
the text in SQLite, and to urlwatch where it is installed. Up to 1,000 pages all take turns three times, and the
median counts.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.server import CHANGED_EVERY, PAGE_BYTES, serving, set_generation


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One process."""

    what: str
    pages: int
    seconds: float
    cpu: float
    peak_mib: float
    disk: int
    archive: int

    def row(self) -> str:
        return (
            f"{self.what:<44} {self.pages / self.seconds:>9.0f} {1000 * self.cpu / self.pages:>10.2f} "
            f"{self.peak_mib:>9.0f} {self.disk / self.pages / 1024:>9.2f} {self.seconds:>8.1f}"
        )


HEADER = f"{'':<44} {'pages/s':>9} {'CPU ms/pg':>10} {'peak MiB':>9} {'KiB/page':>9} {'seconds':>8}"


class FailedError(Exception):
    """A measured command did not end well."""


def measure(what: str, pages: int, command: Sequence[str], directory: Path) -> Measured:
    """Run `command` to its end; `disk` is what the directory then holds more, `archive` what of that are bodies.

    Raises FailedError with the end of what it wrote to stderr.
    """
    before, bodies = disk(directory), disk(directory / "data" / "blobs")
    started = time.perf_counter()
    with (directory / "stderr.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode not in (0, 10):
        said = (directory / "stderr.log").read_text()[-2000:]
        raise FailedError(f"{what}: exit code {process.returncode}\n{said}")
    return Measured(
        what=what,
        pages=pages,
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss / 1024,
        disk=disk(directory) - before,
        archive=disk(directory / "data" / "blobs") - bodies,
    )


def disk(directory: Path) -> int:
    """Bytes of the files below a directory."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def config(addresses: Sequence[str]) -> str:
    """A configuration with one page source for each address."""
    hosts = sorted({address.split("/")[2] for address in addresses})
    sources = "".join(
        f'[[source]]\nid = "p{number}"\nurl = "{address}"\nselect = "main"\nlanguage = ["en", "km"]\n'
        f'jurisdiction = "KH"\nauthority = "ministry"\nevery = "6h"\n'
        for number, address in enumerate(addresses)
    )
    listed = ", ".join(f'"{host}"' for host in hosts)
    return f'[monitor]\ncontact = "mailto:bench@example.net"\nmin_gap = "0s"\nallow_hosts = [{listed}]\n{sources}'


_BARE = """
import sqlite3, sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
addresses = open(sys.argv[1]).read().split()
soup = sys.argv[2] == "soup"
if soup:
    from bs4 import BeautifulSoup
    rows = sqlite3.connect("bare.sqlite", isolation_level=None)
    rows.execute("create table if not exists page (url text primary key, text text)")
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for address in addresses:
            yield scrapy.Request(address, dont_filter=True)
    def parse(self, response):
        if soup:
            text = BeautifulSoup(response.body, "lxml").select_one("main").get_text("\\n")
            rows.execute("insert or replace into page values (?, ?)", (response.url, text))
process = AsyncCrawlerProcess({
    "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
})
process.crawl(Bare)
process.start()
"""


def monitor_rows(addresses: Sequence[str], directory: Path) -> list[Measured]:
    """Our own product: first crawl, unchanged, five per cent changed."""
    (directory / "config.toml").write_text(config(addresses))
    command = [sys.executable, "-m", "monitor", "run", "--once", "--json"]
    rows = []
    for what, generation in (("first crawl", 0), ("unchanged", 0), ("5 % changed", 1)):
        set_generation(addresses[0], generation)
        rows.append(measure(f"monitor: {what}", len(addresses), command, directory))
    return rows


def bare_rows(addresses: Sequence[str], directory: Path) -> list[Measured]:
    """Scrapy alone, and with a soup and SQLite."""
    (directory / "addresses.txt").write_text("\n".join(addresses))
    (directory / "bare.py").write_text(_BARE)
    rows = []
    for what, mode in (("bare Scrapy, fetch only", "fetch"), ("bare Scrapy + bs4 + SQLite", "soup")):
        command = [sys.executable, "bare.py", "addresses.txt", mode]
        rows.append(measure(what, len(addresses), command, directory))
    return rows


def urlwatch_rows(addresses: Sequence[str], directory: Path) -> list[Measured]:
    """urlwatch on the same pages, where it is installed and works."""
    found = shutil.which("urlwatch", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if found is None:
        print("urlwatch is not installed here: pip install urlwatch, outside of this project's environment if you like")
        return []
    jobs = "---\n".join(f"url: {address}\nfilter:\n  - css: main\n  - html2text\n" for address in addresses)
    (directory / "urls.yaml").write_text(jobs)
    (directory / "urlwatch.yaml").write_text("report:\n  stdout:\n    enabled: false\n")
    command = [found, "--urls", "urls.yaml", "--config", "urlwatch.yaml", "--cache", "cache.db"]
    try:
        return [
            measure(f"urlwatch: {what}", len(addresses), command, directory) for what in ("first crawl", "unchanged")
        ]
    except FailedError as error:
        print(f"urlwatch is left out: {error}")
        return []


def ratio(name: str, value: float, target: str) -> None:
    """One line: a figure and what it should be, if anything."""
    print(f"  {name:<66} {value:>6.2f}" + (f"   target {target}" if target else ""))


def report(rows: Sequence[Measured], size: int) -> None:
    """The rows and their ratios."""
    print(f"\n{size} pages of {PAGE_BYTES // 1000} KB, half with validators, half with moving noise")
    print(HEADER)
    for row in rows:
        print(row.row())
    named = {row.what: row for row in rows}
    first, same = named["monitor: first crawl"], named["monitor: unchanged"]
    changed = named["monitor: 5 % changed"]
    fetch, soup = named["bare Scrapy, fetch only"], named["bare Scrapy + bs4 + SQLite"]
    ratio("unchanged re-check, CPU over bare Scrapy fetch", same.cpu / fetch.cpu, "<= 1.3")
    ratio("first crawl, pages/s over bare Scrapy + bs4 + SQLite", soup.seconds / first.seconds, ">= 1.0")
    if "urlwatch: unchanged" in named:
        watch = named["urlwatch: unchanged"]
        target = ">= 3.0" if size >= 10_000 else ">= 1.0"
        ratio("unchanged re-check, pages/s over urlwatch", watch.seconds / same.seconds, target)
    ratio("disk of a first page, KiB", first.disk / size / 1024, "<= 10")
    turned = size / CHANGED_EVERY
    ratio("disk of a changed capture, body and text, KiB", changed.archive / turned / 1024, "<= 3")
    ratio("disk of a changed status: with rows, evidence and alert, KiB", changed.disk / turned / 1024, "")
    ratio("disk of an unchanged check, KiB", same.disk / size / 1024, "0")
    ratio("peak memory, MiB", max(row.peak_mib for row in rows if row.what.startswith("monitor")), "<= 150 at 10,000")


def main(sizes: Sequence[int] = (100, 1_000, 10_000)) -> None:
    """Measure every size, smallest first."""
    for size in sizes:
        rounds = 3 if size <= 1_000 else 1
        with serving(size) as addresses:
            rows: list[Measured] = []
            for part in (monitor_rows, bare_rows, urlwatch_rows) * rounds:
                with tempfile.TemporaryDirectory() as scratch:
                    set_generation(addresses[0], 0)
                    rows += part(addresses, Path(scratch))
            report(middle(rows), size)
    start_up()


def middle(rows: Sequence[Measured]) -> list[Measured]:
    """Of the rows of several rounds, for each kind of row that with the median of the seconds."""
    kinds = dict.fromkeys(row.what for row in rows)
    ranked = [sorted((row for row in rows if row.what == what), key=lambda row: row.seconds) for what in kinds]
    return [same[len(same) // 2] for same in ranked]


def start_up() -> None:
    """`run --once` on ten pages, start to exit."""
    with serving(10) as addresses, tempfile.TemporaryDirectory() as scratch:
        rows = {row.what: row for row in monitor_rows(addresses, Path(scratch))}
        fetch = bare_rows(addresses, Path(scratch))[0]
        print("\n10 pages, start to exit")
        ratio("run --once, seconds (first)", rows["monitor: first crawl"].seconds, "<= 1.0")
        ratio("run --once, seconds (unchanged)", rows["monitor: unchanged"].seconds, "<= 1.0")
        ratio("bare Scrapy, fetch only, seconds", fetch.seconds, "")
