"""The child processes in which the daemon reads: started, listened to, and ended when they are stuck."""

import asyncio
import json
import logging
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from monitor.agenda import End
from monitor.batch import Job

log = logging.getLogger(__name__)

_ORDERLY = (0, 1, 3)
"""Exit codes of a child that went through its sources, whatever came of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a child ended, and the source it was at work on then, if it said so."""

    end: End
    at_work_on: str = ""


@dataclass(slots=True)
class _Child:
    process: Process
    at_work_on: str = ""
    stuck: bool = field(default=False)


class Children:
    """Starts `command` for each job. A child that gives no sign of life for as long as its job allows is killed.

    Each leads a process group of its own, so that what it has started goes with it.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._running: list[_Child] = []

    def __len__(self) -> int:
        """How many there are now."""
        return len(self._running)

    async def read(self, job: Job, lent: int, on_finished: Callable[[Mapping[str, Any]], None]) -> Outcome:
        """Have `job` done by a child that inherits the descriptor `lent`, and wait for its end.

        `on_finished` gets the summary of each source that was read and stored. Raises OSError when no process can be
        started.
        """
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, pass_fds=(lent,), start_new_session=True
        )
        child = _Child(process)
        self._running.append(child)
        try:
            await self._follow(child, job, on_finished)
            code = await process.wait()
        finally:
            self._kill(child)  # also what it leaves behind
            self._running.remove(child)
        log.info("batch ended with code %s", code)
        if child.stuck or code < 0:
            return Outcome(end=End.DIED, at_work_on=child.at_work_on)
        return Outcome(end=End.ORDERLY if code in _ORDERLY else End.REFUSED)

    async def _follow(self, child: _Child, job: Job, on_finished: Callable[[Mapping[str, Any]], None]) -> None:
        """Give the job and listen until the child says no more."""
        out, into = child.process.stdout, child.process.stdin
        assert out is not None  # noqa: S101 - asked for above
        assert into is not None  # noqa: S101 - asked for above
        with suppress(ConnectionError):
            into.write(job.line())
            await into.drain()
        while True:
            try:
                line = await asyncio.wait_for(out.readline(), job.silence)
            except TimeoutError:
                log.warning(
                    "a batch of %d sources gave no sign of life for %d s and is ended", len(job.sources), job.silence
                )
                child.stuck = True
                self._kill(child)
                break
            if not line:
                break
            word = _word(line)
            child.at_work_on = str(word.get("at", child.at_work_on))
            if "finished" in word:
                on_finished(word["finished"])
        into.close()

    async def end(self, grace: float) -> None:
        """Ask every child to finish what it has in hand; those that have not within `grace` seconds are killed."""
        for child in self._running:
            with suppress(ProcessLookupError):
                child.process.terminate()
        waiting = [asyncio.ensure_future(child.process.wait()) for child in self._running]
        if waiting:
            await asyncio.wait(waiting, timeout=grace)
        self.kill()

    def kill(self) -> None:
        """End every child at once."""
        for child in self._running:
            self._kill(child)

    def _kill(self, child: _Child) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)


def _word(line: bytes) -> Mapping[str, Any]:
    """What a child says; nothing, if it is cut or garbled."""
    try:
        word = json.loads(line)
    except ValueError:
        return {}
    return word if isinstance(word, dict) else {}
