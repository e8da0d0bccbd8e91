"""Whether the daemon's loops move. Pure but for the clock it is given."""

from collections.abc import Callable
from datetime import timedelta

SLACK = timedelta(minutes=5)
"""What a step may take beyond its time: a pass over the outbox waits for another process and for slow channels."""


class Vitals:
    """By when each loop must have moved next. `seconds` is a clock that nobody sets. May be used by several threads."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._due: dict[str, float] = {}

    def expect(self, loop: str, span: timedelta = timedelta()) -> None:
        """`loop` moves now, and will again within `span` and some slack."""
        self._due[loop] = self._seconds() + (span + SLACK).total_seconds()

    def late(self) -> tuple[str, ...]:
        """The loops that should have moved and did not."""
        now = self._seconds()
        return tuple(sorted(loop for loop, due in tuple(self._due.items()) if due < now))
