"""How much memory the daemon takes while it idles: after its start, and after it has read and told something.

Run as `python -m benchmarks idling`. The sources are those of the shipped configuration, all read a moment ago, so that
nothing is asked of the network; one more is on loopback, and so is the channel. Figures are resident sets (VmRSS) of
the daemon's own process, in MiB; children that read are not in them, for there are none while it idles.
"""

import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from monitor.app import App, SystemClock, load_config
from monitor.model import Health, SourceHealth

_SHIPPED = Path(__file__).parent.parent / "config.toml"
_PROMISED = 120.0
_SETTLING = 5.0
"""Seconds after which the start, or the delivery, is over."""
_TEXT = (
    "<p>The ministry prepares the digital laws of the kingdom together with other institutions and reports here.</p>"
)
_NEWS = "<p>The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026.</p>"
_MORE = """
[[source]]
id = "bench"
url = "http://ADDRESS/"
select = "main"
every = "2s"
jurisdiction = "KH"
authority = "ministry"
publisher = "mptc"

[[channel]]
id = "bench"
url = "json://ADDRESS/hook"
"""


class _Site(ThreadingHTTPServer):
    """One page that can get news, and a hook."""

    has_news, told = False, 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self._give(b"User-agent: *\nAllow: /\n", "text/plain")
        else:
            body = f"<h1>Progress</h1>{_TEXT * 4}{_NEWS if self.server.has_news else ''}"
            self._give(f"<html lang='en'><body><main>{body}</main></body></html>".encode(), "text/html")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told += 1
        self._give(b"{}", "application/json")

    def _give(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _serving() -> Iterator[_Site]:
    site = _Site(("127.0.0.1", 0), _Handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()


def _configure(home: Path, address: str, health: str) -> Path:
    """The shipped configuration with one source and one channel more, its own sources not due for hours."""
    text = _SHIPPED.read_text(encoding="utf-8").replace(
        "allow_hosts = []", f"allow_hosts = {json.dumps([address])}\nhealth = {json.dumps(health)}"
    )
    config = home / "config.toml"
    config.write_text(text + _MORE.replace("ADDRESS", address), encoding="utf-8")
    app = App(config=load_config(config, {}), clock=SystemClock())
    now = app.clock.now()
    with app.store.begin() as uow:
        uow.sources.save(
            SourceHealth(
                source_id=source.id,
                health=Health.OK,
                last_attempt_at=now,
                last_ok_at=now,
                baseline_at=now,
                next_due_at=now + timedelta(days=7),
            )
            for source in app.chosen(())
            if source.id != "bench"
        )
    app.close()
    return config


def _wait(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not met():
        if time.monotonic() > end:
            raise SystemExit("the daemon did not get there in two minutes")
        time.sleep(0.1)


def resident(process: int) -> float:
    """The resident set of `process`, in MiB."""
    line = next(each for each in Path(f"/proc/{process}/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def measure(health: str = "") -> tuple[float, float]:
    """MiB after the start, and after the first alert was delivered."""
    with _serving() as site, tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        config = _configure(home, site.address, health)
        log = home / "log"
        with log.open("wb") as out:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "monitor", "--config", str(config), "-v", "run"], stderr=out
            )
        try:
            _wait(lambda: b"started; " in log.read_bytes())
            time.sleep(_SETTLING)
            begun = resident(daemon.pid)
            _wait(lambda: b"batch ended with code 0" in log.read_bytes())
            site.has_news = True
            _wait(lambda: site.told > 0)
            time.sleep(_SETTLING)
            told = resident(daemon.pid)
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)
        finally:
            if daemon.poll() is None:
                daemon.kill()
                daemon.wait()
    return begun, told


def main() -> None:
    """Print the figures."""
    print(f"\nMemory of the idle daemon, MiB (promised: under {_PROMISED:.0f})\n")
    print("health address   after the start   after an alert was delivered")
    for health in ("", "127.0.0.1:9108"):
        begun, told = measure(health)
        print(f"{'on' if health else 'off':14}   {begun:15.1f}   {told:28.1f}")


if __name__ == "__main__":
    main()
