"""A street of official sites on loopback addresses of their own, a hook for alerts, and a daemon that reads them."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TEXT = "The ministry prepares the digital laws of the kingdom together with other institutions and reports on it here. "
APPROVED = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."


def page(*more: str) -> bytes:
    inner = "".join(f"<p>{text}</p>" for text in (TEXT * 3, *more))
    head = "<!doctype html><html lang='en'><head><title>Progress</title></head>"
    return f"{head}<body><main><h1>Progress</h1>{inner}</main></body></html>".encode()


@dataclass
class Street:
    """`houses` sites at 127.0.1.1 and following, one port. A page of None is asked for and never answered.

    `asked` holds (moment, host) of every request for a page, `told` the keys that came to the hook.
    """

    houses: int
    port: int = 0
    pages: dict[str, bytes | None] = field(default_factory=dict)
    asked: list[tuple[float, str]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    hook_delay: float = 0.0

    @property
    def hosts(self) -> list[str]:
        return [f"127.0.1.{number + 1}" for number in range(self.houses)]

    def count(self, host: str) -> int:
        return sum(each == host for _, each in self.asked)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path = head.split(" ")[:2]
        if method == "POST":
            length = next(
                int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-le")
            )
            message = json.loads(await reader.readexactly(length))
            await asyncio.sleep(self.hook_delay)
            self.told.append(message)
            body: bytes | None = b"{}"
        elif path == "/robots.txt":
            body = b"User-agent: *\nAllow: /\n"
        else:
            self.asked.append((time.monotonic(), host))
            body = self.pages.get(host, page())
        if body is None:
            await asyncio.sleep(300)
            return
        kind = "text/plain" if path == "/robots.txt" else "text/html; charset=utf-8"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n".encode())
        writer.write(b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()


@contextmanager
def serving(houses: int) -> Iterator[Street]:
    street = Street(houses)
    with closing(socket.socket()) as free:
        free.bind((street.hosts[0], 0))
        street.port = free.getsockname()[1]
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def safely(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await street.answer(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # whoever asked was killed, or the test is over
        finally:
            writer.close()

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(safely, street.hosts, street.port))
        ready.set()
        loop.run_forever()
        server.close()
        for task in (pending := asyncio.all_tasks(loop)):
            task.cancel()
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(30)
    try:
        yield street
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def until(met: Callable[[], bool], *, seconds: float = 80) -> None:
    """Wait for a condition that other processes bring about."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.03)


class Place:
    """A configuration of all houses of a street with its data, and the daemon on it."""

    def __init__(self, home: Path, street: Street, *, every: str = "6h", keys: str = "") -> None:
        self.home, self.street = home, street
        self.config = home / "config.toml"
        self.log = home / "log"
        self.write(every=every, keys=keys)

    def write(self, *, every: str = "6h", keys: str = "") -> None:
        address = [f"{host}:{self.street.port}" for host in self.street.hosts]
        top = '[monitor]\ncontact = "mailto:t@example.net"\nmin_gap = "0s"\n'
        top += f"allow_hosts = {json.dumps(address)}\n{keys}\n"
        sources = "".join(
            f'[[source]]\nid = "s{n:02}"\nurl = "http://{each}/"\nselect = "main"\nevery = "{every}"\n'
            'jurisdiction = "KH"\nauthority = "ministry"\npublisher = "mptc"\n'
            for n, each in enumerate(address)
        )
        hook = (
            f'[[channel]]\nid = "team"\nurl = "json://{address[0]}/hook"\nkinds = ["status", "health", "recovered"]\n'
        )
        self.config.write_text(top + sources + hook, encoding="utf-8")

    def rows(self, query: str) -> list[Any]:
        path = self.home / "data" / "monitor.sqlite"
        if not path.exists():
            return []
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
            try:
                return database.execute(query).fetchall()
            except sqlite3.OperationalError:  # still being made
                return []

    def read(self) -> set[str]:
        """The sources that were read well at least once."""
        return {name for (name,) in self.rows("SELECT source_id FROM sources WHERE last_ok_at IS NOT NULL")}

    def doubled(self) -> list[str]:
        """Messages that were told more than once, by key; and slots served twice."""
        keys = Counter(message["key"] for message in self.street.told)
        slots = Counter(self.rows("SELECT source_id, due_at FROM slots"))
        return [str(name) for name, count in (*keys.items(), *slots.items()) if count > 1]

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "monitor", "--config", str(self.config), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, cwd=ROOT)

    @contextmanager
    def daemon(
        self, *, silence: float = 100, environment: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon, once it has started; killed at the end if it has not ended."""
        before = self.words().count("started; ")
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.faults.odd_daemon",
                    str(silence),
                    "--config",
                    str(self.config),
                    "-v",
                    "run",
                ],
                stderr=log,
                cwd=ROOT,
                env=os.environ | (environment or {}),
            )
        try:
            until(lambda: self.words().count("started; ") > before or process.poll() is not None)
            assert process.poll() is None, self.words()[-2000:]
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def children(process: int) -> list[int]:
    """The children of a process that are alive."""
    return [
        int(child)
        for task in Path(f"/proc/{process}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def ended(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, *, within: float = 30) -> int:
    """Tell it to end, and how it did; within the time that is promised."""
    began = time.monotonic()
    process.send_signal(number)
    code = process.wait(within + 30)
    assert time.monotonic() - began < within
    return code
