"""Drives the product as a user does: through its command line, one process per command."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DEADLINE = 60.0  # seconds one command may take


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended: its exit code (124 if it ran out of time) and what it wrote on stderr."""

    code: int
    stdout: str
    stderr: str


class CommandError(Exception):
    """A reading command failed or printed something that is not JSON; the message holds its last words."""


class Product:
    """The `monitor` command with the configuration at `config`."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}

    def run_once(self) -> Finished:
        """Read every source once and deliver."""
        return _finish(self._start("run", "--once", "--json"))

    def ask(self, *verbs: str) -> list[list[dict[str, Any]]]:
        """What each of these reading verbs prints with `--json`; they run at the same time.

        Raises CommandError if one fails.
        """
        started = [(verb, self._start(verb, "--json")) for verb in verbs]
        return [_parsed(verb, _finish(process)) for verb, process in started]

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "monitor", "--config", str(self._config), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=self._environment | {"PYTHONUTF8": "1"},
        )


def _finish(process: subprocess.Popen[str]) -> Finished:
    with process:
        try:
            out, complaints = process.communicate(timeout=_DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Finished(124, "", f"no answer within {_DEADLINE:.0f} s")
        return Finished(process.returncode, out, complaints)


def _parsed(verb: str, finished: Finished) -> list[dict[str, Any]]:
    try:
        parsed = json.loads(finished.stdout)
    except ValueError:
        parsed = None
    if finished.code or not isinstance(parsed, list):
        raise CommandError(f"`monitor {verb} --json` ended with {finished.code}: {last_words(finished)}")
    return parsed


def last_words(finished: Finished) -> str:
    """The end of what a command complained about, on one line."""
    lines = finished.stderr.strip().splitlines() or ["(nothing on stderr)"]
    return " / ".join(line.strip() for line in lines[-3:])
