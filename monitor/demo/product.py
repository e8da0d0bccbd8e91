"""Drives the product as a user does: through its command line, one process per command.

Each command is `python -m monitor …` in a process of its own, forked from one that has imported the libraries
already: sixty starts of an interpreter would cost more time than everything else in the demonstration. Where the
system cannot fork, processes start afresh and it takes longer.
"""

import json
import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

_DEADLINE = 60.0  # seconds one command may take
_IMPORTED_BEFORE_FORK = (
    "monitor.cli.commands",
    "monitor.crawl",
    "monitor.delivery",
    "monitor.extract.pdf",
    "monitor.logs",
    "notifiers.apprise",
    "notifiers.plugins.email",
    "notifiers.plugins.webhook",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.crawler",
    "spiders.fleet",
    "storage.sql",
)


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended: its exit code (124 if it ran out of time) and what it wrote."""

    code: int
    stdout: str
    stderr: str

    @property
    def last_words(self) -> str:
        """The end of what it complained about, on one line."""
        lines = self.stderr.strip().splitlines() or ["(nothing on stderr)"]
        return " / ".join(line.strip() for line in lines[-3:])


class CommandError(Exception):
    """A reading command failed or printed something that is not a JSON list; the message holds its last words."""


class Product:
    """The `monitor` command with the configuration at `config`."""

    def __init__(self, config: Path) -> None:
        self._config = config
        forks = "forkserver" in multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if forks else "spawn")
        if forks:
            self._context.set_forkserver_preload(list(_IMPORTED_BEFORE_FORK))

    def run_once(self) -> Finished:
        """Read every source once and deliver."""
        return self._run("run", "--once", "--json")

    def ask(self, verb: str) -> list[dict[str, Any]]:
        """What a reading verb prints with `--json`. Raises CommandError if it fails."""
        finished = self._run(verb, "--json")
        try:
            parsed = json.loads(finished.stdout)
        except ValueError:
            parsed = None
        if finished.code or not isinstance(parsed, list):
            raise CommandError(f"`monitor {verb} --json` ended with {finished.code}: {finished.last_words}")
        return parsed

    def _run(self, *arguments: str) -> Finished:
        with tempfile.TemporaryDirectory(prefix="monitor-command-") as directory:
            out, complaints = Path(directory, "stdout"), Path(directory, "stderr")
            # mypy knows only what all start methods have in common, and `Process` is not in it.
            process: BaseProcess = self._context.Process(  # type: ignore[attr-defined]
                target=_command, args=(("--config", str(self._config), *arguments), out, complaints)
            )
            process.start()
            process.join(_DEADLINE)
            if process.is_alive():
                process.kill()
                process.join()
                return Finished(124, "", f"no answer within {_DEADLINE:.0f} s")
            said = [path.read_text(encoding="utf-8") if path.exists() else "" for path in (out, complaints)]
            return Finished(process.exitcode or 0, *said)


def _command(arguments: Sequence[str], out: Path, complaints: Path) -> None:
    """In the child: become `monitor` with these arguments, writing into these two files."""
    for name in [name for name in os.environ if name.startswith("MONITOR_")]:
        del os.environ[name]
    for number, path in ((1, out), (2, complaints)):
        with path.open("wb") as taken:
            os.dup2(taken.fileno(), number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    sys.argv = ["monitor", *arguments]
    runpy.run_module("monitor", run_name="__main__", alter_sys=True)
