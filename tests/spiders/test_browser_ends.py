"""However a crawl ends, no browser is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spiders import chromium
from tests.spiders.rig_reach import hanging
from tests.spiders.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

CRAWL = """
import sys
from datetime import timedelta
from scrapy.crawler import AsyncCrawlerProcess
from monitor.model import Source, Way
from monitor.ports import SourcePlan
from spiders.fleet import Fleet
from spiders.settings import crawl_settings
from tests.spiders.crawls import NOW, Clock, Told, _Plans

url = sys.argv[1]
settings = crawl_settings(contact="mailto:desk@example.org", min_gap=timedelta(0), allow_hosts=[url.split("/")[2]])
process = AsyncCrawlerProcess(settings)
source = Source(id="s", url=url, fetch=(Way.BROWSER,))
plans = _Plans((SourcePlan(source=source, documents={}, now=NOW),))
process.crawl(Fleet, plan=plans, sink=Told(), clock=Clock())
process.start()
"""


def family(ancestor: int) -> set[int]:
    """The processes below `ancestor`, whatever their depth."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = {ancestor}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {ancestor}


def running(processes: set[int]) -> set[int]:
    """Those of `processes` that still run; one that has ended and waits to be counted does not."""
    alive = set()
    for process in processes:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            alive.add(process)
    return alive


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_no_browser_outlives_a_crawl_that_is_ended_with_a_page_open(site: Site, sent: signal.Signals) -> None:
    if why := chromium.fault():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    hold = hanging(site, "/slow")
    crawl = subprocess.Popen([sys.executable, "-c", CRAWL, site.url("/slow")], stderr=subprocess.DEVNULL)
    try:
        _until(lambda: "/slow.js" in site.paths(), 60)
        processes = family(crawl.pid)
        crawl.send_signal(sent)
        _until(lambda: not running(processes), 25)
    finally:
        hold.set()
        crawl.kill()
        crawl.wait()
    assert len(processes) > 3


def _until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)
