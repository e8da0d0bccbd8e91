"""Run as a program, `SILENCE COMMAND…`: `monitor COMMAND…` whose children are `odd_child` and may be silent so long."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from monitor import children, daemon
from monitor.cli import main


class _OddChildren(children.Children):
    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(["tests.faults.odd_child" if word == "monitor" else word for word in command])


if __name__ == "__main__":
    silence = timedelta(seconds=float(sys.argv.pop(1)))
    children.Children = _OddChildren  # type: ignore[misc]
    daemon.Daemon = partial(daemon.Daemon, silence=silence)  # type: ignore[assignment,misc]
    main()
