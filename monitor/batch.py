"""One batch of the daemon, in the child process that reads it.

The daemon writes a job, one line of JSON, to the child's standard input and holds that open as long as it lives: the
configuration as it was accepted, whatever the file says by now, and the sources to read. The child writes lines of
JSON to its standard output: `{}` as a sign of life, `{"at": ID}` before it works on an answer of a source, so that it
is known who ended it, and `{"finished": {…}}` when the reading of a source is stored.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from monitor.app import App
from monitor.errors import UsageError
from monitor.lifeline import die_with_parent, live_for
from monitor.processing.health import Tally
from monitor.processing.intake import SourceReport

_OWN_MARGIN = 60
"""Seconds after the daemon should have ended a silent child in which it ends itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a child is to do. `silence` is after how many seconds without a sign of life the daemon ends it."""

    config: str
    sources: tuple[str, ...]
    silence: int

    def line(self) -> bytes:
        """As it goes through the pipe."""
        return json.dumps(asdict(self)).encode() + b"\n"


def receive(pipe: BinaryIO = sys.stdin.buffer) -> Job:
    """The job on `pipe`; from now on this process ends with the one that gave it.

    Raises UsageError for anything else.
    """
    try:
        given = json.loads(pipe.readline())
        job = Job(config=given["config"], sources=tuple(given["sources"]), silence=int(given["silence"]))
    except (ValueError, KeyError, TypeError):
        raise UsageError("this command is for the daemon, which gives it its work; use `run`") from None
    die_with_parent(pipe.fileno())
    return job


def read(app: App, job: Job) -> Sequence[SourceReport]:
    """Read the sources of `job`, whose hold on them is lent by the daemon, and tell it of each."""
    voice = _Voice(job.silence)
    return app.read_sources(
        app.chosen(job.sources),
        on_progress=voice.at,
        on_finished=voice.finished,
        on_pulse=voice.pulse,
        lent=True,
    )


class _Voice:
    """Tells the daemon, and puts off the alarm with every word."""

    def __init__(self, silence: int) -> None:
        self._alarm = silence + _OWN_MARGIN
        self._at = ""
        self.pulse()

    def pulse(self) -> None:
        self._say({})

    def at(self, source_id: str, requests: int) -> None:
        if source_id != self._at:
            self._at = source_id
            self._say({"at": source_id})

    def finished(self, report: SourceReport) -> None:
        if report.tally != Tally():  # else the run ended before anything was asked of it
            self._say({"finished": summary(report)})

    def _say(self, word: Mapping[str, Any]) -> None:
        live_for(self._alarm)
        os.write(sys.stdout.fileno(), json.dumps(word).encode() + b"\n")


def summary(report: SourceReport) -> Mapping[str, Any]:
    """What the daemon needs to know of a reading; no word of a page is in it."""
    tally = report.tally
    problems = [problem.kind.value for _, problem in tally.problems]
    return {
        "source": report.source_id,
        "read": report.read,
        "unchanged": tally.unchanged,
        "changed": tally.changed,
        "fresh": tally.fresh,
        "problems": dict(Counter(problems + ([tally.index.kind.value] if tally.index else []))),
    }
