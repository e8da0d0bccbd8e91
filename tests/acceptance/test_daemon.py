"""`monitor run` as a process: it reads by itself, tells, ends cleanly and repeats nothing after a restart."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytestmark = pytest.mark.slow

TEXT = (
    "The ministry prepares the digital laws of the kingdom together with other institutions. This page says what has "
    "been done so far and where to write with questions. It is kept up to date by the department of legal affairs."
)
STATED = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."
SOURCE = """
[[source]]
id = "progress"
url = "SITE/progress"
jurisdiction = "KH"
authority = "ministry"
publisher = "mptc"
select = "main"
every = "EVERY"
"""


def page(*more: str) -> str:
    body = "".join(f"<p>{text}</p>" for text in (TEXT, *more))
    return (
        f"<html lang='en'><head><title>Progress</title></head><body><main><h1>Progress</h1>{body}</main></body></html>"
    )


@contextmanager
def daemon(product: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(product.config), "-v", "run"],
        stderr=subprocess.PIPE,
        env=os.environ | {"HOOK": product.site.url.replace("http", "json") + "/hook"},
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if b"started;" in line:
                break
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(met: Callable[[], bool], *, seconds: float = 80) -> None:
    """Wait for a condition that another process brings about."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_the_daemon_reads_by_its_timetable_tells_and_ends_cleanly(product: Any, site: Any) -> None:
    product.configure(SOURCE.replace("EVERY", "1s"))
    site.put("/progress", page())
    with daemon(product) as process:
        until(lambda: len(site.statuses("/progress")) >= 2)
        site.put("/progress", page(STATED))
        until(lambda: bool(product.told()))
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=40)

    assert process.returncode == 0, log
    assert [(message["instrument"], message["to"]) for message in product.told()] == [("kh-pdpl", "approved")]
    assert b"Traceback" not in log


def test_a_restart_before_the_source_is_due_reads_nothing_again(product: Any, site: Any) -> None:
    product.configure(SOURCE.replace("EVERY", "6h"))
    site.put("/progress", page())
    for _ in range(2):
        with daemon(product) as process:
            until(lambda: site.statuses("/progress") == [200])
            until(lambda: product.json("sources")[0]["health"] == "ok")
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=40)
        assert process.returncode == 0

    assert site.statuses("/progress") == [200]


def test_a_second_daemon_on_the_same_data_is_exit_4(product: Any, site: Any) -> None:
    product.configure(SOURCE.replace("EVERY", "6h"))
    site.put("/progress", page())
    with daemon(product):
        until(lambda: site.statuses("/progress") == [200])
        product.call("run", expect=4)
