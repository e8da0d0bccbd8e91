"""Runs one function on one hostile body in a child process: limits on memory, processor and time, no network.

The child has an empty environment and gets nothing but the body; whatever happens to it, from an endless loop to a
crash of native code, happens to it alone. See `confined_child.py` for what is taken from it.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from monitor.model import Problem, ProblemKind

_OWN_MARGIN = 2
"""Seconds after its time in which the child ends itself, should nobody be left to do it."""

_CHILD = Path(__file__).with_name("confined_child.py")
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the child may use: bytes of memory, seconds of processor time, seconds until it is killed."""

    memory: int = 512 << 20
    cpu: int = 30
    wall: float = 30.0


def call(target: str, body: bytes, limits: Limits, signal: str) -> Any | Problem:
    """What the function `target` (`package.module:function`) says of `body`, as JSON holds it.

    A Problem DAMAGED with `signal` if the child did not live to say it.
    """
    bounds = (limits.memory, limits.cpu, ceil(limits.wall) + _OWN_MARGIN)
    command = [sys.executable, "-I", "-B", str(_CHILD), str(_ROOT), target, *map(str, bounds)]
    try:
        done = subprocess.run(command, input=body, capture_output=True, env={}, timeout=limits.wall, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return _damaged(f"the parser was stopped after {limits.wall:g} s", signal)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return _damaged(f"the parser died (exit {done.returncode})", signal)


def _damaged(detail: str, signal: str) -> Problem:
    return Problem(kind=ProblemKind.DAMAGED, detail=detail, signals=(signal,))
