"""Run as a program: starts the real command line again and again, each time in a process of its own that may be killed.

For every line of JSON on standard input (a `Job`) a process is forked from this one, which has imported everything
beforehand; it runs `monitor` with the job's arguments. On standard output comes, when it has ended, a line of JSON
with exit code (negative: the signal), what it wrote, and the points it passed.

A point is a moment just before or just after something that lasts: a statement or commit to the database, a file
opened for writing, renamed, linked, removed or made durable, a message handed to a channel. It is named by that and
numbered among those of its name (`before commit 3`): how many there are in all differs from run to run. A job may ask
to be killed at one of them. Nothing of this is known to the product; it is put around it here.
"""

import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_IMPORTED = (
    "scrapy.core.downloader.handlers.http11",
    "scrapy.crawler",
    "monitor.cli.commands",
    "monitor.crawl",
    "notifiers.apprise",
    "notifiers.plugins.webhook",
    "spiders.fleet",
    "spiders.settings",
    "storage.backup",
    "storage.restore",
    "storage.sql",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True, kw_only=True)
class Job:
    """One call of the command line.

    `kill_at` names the point to die at, `kill_after` is the seconds after which it is killed (0: not).
    `busy_seconds` replaces how long SQLite waits for a lock. With `bound` even root may only do what permissions
    allow. `largest_file` is the most bytes a file may have (0: any number). `migrations` is a directory to take the
    schema's history from instead of the product's own, `revisions` what is in it.
    """

    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    kill_at: str = ""
    kill_after: float = 0.0
    busy_seconds: float = 0.0
    bound: bool = False
    largest_file: int = 0
    migrations: str = ""
    revisions: tuple[str, ...] = ()


class Points:
    """Writes down the points a process passes and kills it at one of them."""

    def __init__(self, kill_at: str, record: Path) -> None:
        self._kill_at = kill_at
        self._passed: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._file = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __call__(self, kind: str) -> None:
        with self._lock:  # bodies are written by several threads
            self._passed[kind] += 1
            name = f"{kind} {self._passed[kind]}"
            os.write(self._file, f"{name}\n".encode())
        if name == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str, label: str) -> None:
        """Put a point before and after every call of `owner.name`."""
        call: Callable[..., Any] = getattr(owner, name)

        def wrapped(*arguments: Any, **named: Any) -> Any:
            self(f"before {label}")
            result = call(*arguments, **named)
            self(f"after {label}")
            return result

        setattr(owner, name, wrapped)


def place_points(points: Points) -> None:
    """Put points around everything that writes or sends."""
    from sqlalchemy import Engine, event
    from sqlalchemy.engine.default import DefaultDialect

    from notifiers.apprise import AppriseNotifier

    def statement(when: str) -> Callable[..., None]:
        def passed(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
            words = sql.split(None, 3)
            if words[0] in ("INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP"):
                points(f"{when} {words[0]} {words[1 if words[0] == 'UPDATE' else 2]}")

        return passed

    def file_event(name: str, arguments: tuple[Any, ...]) -> None:
        if name in ("os.rename", "os.link", "os.remove") or (name == "open" and arguments[2] & _WRITING):
            points(f"before {name} {Path(str(arguments[0])).suffix}")

    event.listen(Engine, "before_cursor_execute", statement("before"))
    event.listen(Engine, "after_cursor_execute", statement("after"))
    points.around(DefaultDialect, "do_commit", "commit")
    points.around(AppriseNotifier, "send", "send")
    points.around(os, "fsync", "fsync")
    points.around(os, "replace", "rename")
    sys.addaudithook(file_event)


def load() -> None:
    """Import all that a run needs, so that each process starts at once."""
    from importlib import import_module

    for name in _IMPORTED:
        import_module(name)
    from monitor.model import Passage
    from monitor.packs.loader import load as load_packs
    from monitor.status.claims import ClaimFinder
    from monitor.text.urls import registrable_domain

    # Tables that are made on first use and kept by their modules.
    registrable_domain("http://site.example/")
    sentence = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."
    ClaimFinder(load_packs(["kh", "asean", "coe"])[0]).find(Passage(text=sentence, jurisdiction="KH"))


def run(job: Job, record: Path) -> None:
    """Become the command line. Does not return."""
    import resource

    from monitor.cli import main
    from storage import engine, migrate, sqlite_file

    os.environ.update(job.environment)
    if job.busy_seconds:
        engine.BUSY_SECONDS = sqlite_file.BUSY_SECONDS = job.busy_seconds  # type: ignore[assignment]
    if job.migrations:
        migrate.MIGRATIONS, migrate.REVISIONS = Path(job.migrations), tuple(job.revisions)  # type: ignore[assignment]
    points = Points(job.kill_at, record)
    place_points(points)
    if job.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.largest_file, job.largest_file))
    if job.bound:
        _bind_to_permissions()
    sys.argv = ["monitor", *job.arguments]
    main()


def _bind_to_permissions() -> None:
    """Give up the right to pass over permissions, which root has (Linux)."""
    import ctypes

    overriding = 0b1110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.capget(header, sets)
    for number in range(3):
        sets[number] &= ~overriding
    libc.capset(header, sets)


def serve() -> None:
    """Take jobs until standard input ends."""
    load()
    for line in sys.stdin:
        job = Job(**json.loads(line))
        with tempfile.TemporaryDirectory(prefix="monitor-run-") as scratch:
            files = {name: Path(scratch) / name for name in ("stdout", "stderr", "points")}
            child = os.fork()
            if child == 0:
                _in_child(job, files)
            status = _wait(child, job.kill_after)
            said = {name: path.read_text(errors="replace") if path.exists() else "" for name, path in files.items()}
        answer = {"code": os.waitstatus_to_exitcode(status), **said, "points": said["points"].splitlines()}
        _say(json.dumps(answer))


def _wait(child: int, kill_after: float) -> int:
    """The status a child ends with; one that takes longer than `kill_after` seconds is killed then."""
    end = time.monotonic() + kill_after
    while kill_after:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if time.monotonic() >= end:
            os.kill(child, signal.SIGKILL)
            break
        time.sleep(0.001)
    return os.waitpid(child, 0)[1]


def _in_child(job: Job, files: dict[str, Path]) -> None:
    code = 70
    try:
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(files[name], os.O_WRONLY | os.O_CREAT, 0o666), descriptor)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        run(job, files["points"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def as_line(job: Job) -> str:
    """The job as a line for standard input."""
    return json.dumps(asdict(job)) + "\n"


if __name__ == "__main__":
    serve()
