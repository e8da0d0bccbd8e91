"""A small world for runs that may be killed: a site that changes once, a webhook, and the command line."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.faults.runner import Job, as_line

ROOT = Path(__file__).parents[2]
INTRODUCTION = (
    "The ministry prepares the digital laws of the kingdom together with other institutions. This page says, for "
    "everybody who works with data, what has been done so far and where to write with questions. It is kept up to "
    "date by the department of legal affairs."
)
APPROVED = "The Council of Ministers approved the draft Law on {} on 13 November 2026."
CONFIG = """
[monitor]
contact = "mailto:tests@example.net"
min_gap = "0s"
allow_hosts = ["{address}"]
alert_after = 1

[[source]]
id = "progress"
url = "http://{address}/progress"
{common}

[[source]]
id = "notes"
url = "http://{address}/notes"
{common}

[[source]]
id = "news"
url = "http://{address}/news/"
spider = "listing"
links = "h3 a"
{common}

[[source]]
id = "failing"
url = "http://{address}/failing"
{common}

[[channel]]
id = "team"
url = "${{HOOK}}/team"
kinds = ["status", "target_date", "change", "health", "recovered"]

[[channel]]
id = "legal"
url = "${{HOOK}}/legal"
kinds = ["status", "health"]
"""
COMMON = 'jurisdiction = "KH"\nauthority = "ministry"\npublisher = "mptc"\nselect = "main"\nevery = "6h"'


def page(*paragraphs: str, title: str = "Progress") -> bytes:
    inner = "".join(f"<p>{text}</p>" for text in (INTRODUCTION, *paragraphs))
    head = f"<!doctype html><html lang='en'><head><title>{title}</title></head>"
    return f"{head}<body><main><h1>{title}</h1>{inner}</main></body></html>".encode()


def listing(*paths: str) -> bytes:
    links = "".join(f'<li><h3><a href="{path}">News of {path[-6:]}</a></h3></li>' for path in paths)
    head = "<html><head><title>News</title></head>"
    return f"{head}<body><main><h1>News</h1><ul>{links}</ul></main></body></html>".encode()


BEFORE = {
    "/progress": page("The draft laws are being prepared."),
    "/notes": page("The draft Law on Cybercrime was discussed with journalists."),
    "/news/": listing("/2026/10/visit/"),
    "/2026/10/visit/": page("A delegation visited the ministry.", title="Visit"),
    "/failing": page("Nothing of note."),
}
AFTER = {
    **BEFORE,
    "/progress": page("The draft laws are being prepared.", APPROVED.format("Personal Data Protection")),
    "/notes": page("The draft Law on Cybercrime was discussed with journalists and librarians."),
    "/news/": listing("/2026/11/cabinet/", "/2026/10/visit/"),
    "/2026/11/cabinet/": page(APPROVED.format("Cybersecurity"), title="Cabinet"),
    "/failing": b"",
}


@dataclass
class Site:
    """Serves `pages` (an empty one is gone, which is not asked for twice) and keeps posts: path, key, body."""

    address: str
    pages: dict[str, bytes] = field(default_factory=lambda: dict(BEFORE))
    posts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def told(self, hook: str) -> Counter[tuple[str, str]]:
        """(channel, key) of every message that came to `hook`, with how often it came."""
        return Counter((path.rpartition("/")[2], key) for path, key, _ in self.posts if path.startswith(f"/{hook}/"))


@contextmanager
def serving() -> Iterator[Site]:
    """A site on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = site.pages.get(self.path)
            if self.path == "/robots.txt":
                self._answer(200, b"User-agent: *\nAllow: /\n", "text/plain")
            elif body:
                self._answer(200, body, "text/html; charset=utf-8")
            else:
                self._answer(404, b"<h1>Not Found</h1>", "text/html")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            site.posts.append((self.path, self.headers["Idempotency-Key"], json.loads(body)))
            self._answer(200, b"{}", "application/json")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            with suppress(ConnectionError):  # whoever asked may have been killed
                super().handle()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(address=f"127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code (negative: the signal), what it wrote, and the points it passed."""

    code: int
    stdout: str
    stderr: str
    points: list[str]


class Runner:
    """The command line, each call in a new process."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.runner"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=ROOT,
        )

    def run(self, job: Job) -> Ended:
        """One call to its end."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(as_line(job))
        return Ended(**json.loads(self._program.stdout.readline()))

    def close(self) -> None:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.close()
        self._program.wait()
        self._program.stdout.close()


class Place:
    """One data directory with its configuration, whose alerts go to a hook of its own."""

    def __init__(self, directory: Path, site: Site, runner: Runner) -> None:
        self.directory, self.site, self.runner = directory, site, runner
        directory.mkdir(parents=True, exist_ok=True)
        self.config = directory / "config.toml"
        self.config.write_text(CONFIG.format(address=site.address, common=COMMON), encoding="utf-8")

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def database(self) -> Path:
        return self.data / "monitor.sqlite"

    def job(self, *arguments: str, **how: Any) -> Job:
        hook = f"json://{self.site.address}/{self.directory.name}"
        return Job(arguments=["--config", str(self.config), *arguments], environment={"HOOK": hook}, **how)

    def call(self, *arguments: str, **how: Any) -> Ended:
        """Run a command to its end (or to the point it is to be killed at)."""
        return self.runner.run(self.job(*arguments, **how))

    def checkpoint(self) -> None:
        """Let the database be its file alone, as it is after its last user has closed it."""
        with closing(sqlite3.connect(self.database)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def told(self) -> Counter[tuple[str, str]]:
        """(channel, key) of every alert that was told, with how often."""
        return Counter({message: times for message, times in self._posts().items() if not _of_storage(message)})

    def cries(self) -> Counter[tuple[str, str]]:
        """(channel, kind) of what was told of the storage itself, with how often."""
        return Counter({(channel, key.rpartition("-")[2]): times for (channel, key), times in self._posts().items()
                        if _of_storage((channel, key))})  # fmt: skip

    def _posts(self) -> Counter[tuple[str, str]]:
        return self.site.told(self.directory.name)

    def like(self, name: str) -> "Place":
        """A place of its own, `name` from where this one is, that begins with what this one holds."""
        twin = Place(self.directory.parent / name, self.site, self.runner)
        if self.data.exists():
            shutil.copytree(self.data, twin.data)
        return twin


def _of_storage(message: tuple[str, str]) -> bool:
    return message[1].startswith("storage-")


def in_parallel(place: Place, *arguments: str) -> subprocess.Popen[str]:
    """A call in a process of its own that is not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", *place.job(*arguments).arguments],
        env=os.environ | place.job().environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
