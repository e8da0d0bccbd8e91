"""What the daemon counts while it works; `NoMeter` counts nothing, `metrics.Metrics` for Prometheus."""

from collections.abc import Mapping
from typing import Any, Protocol


class Meter(Protocol):
    """Told by the daemon what happens. Every call is quick and harmless."""

    def reading(self, report: Mapping[str, Any]) -> None:
        """One source was read and stored; `report` is what its child said of it (see `monitor.batch`)."""
        ...

    def batch(self, end: str, seconds: float) -> None:
        """A child has ended: how, and after how long."""
        ...

    def delivered(self, counts: Mapping[str, int]) -> None:
        """A pass over the outbox: sent, failed, dead."""
        ...

    def configuration(self, *, accepted: bool, at: float) -> None:
        """The configuration was read at `at` (seconds since 1970) and taken, or not."""
        ...


class NoMeter:
    """Counts nothing."""

    def reading(self, report: Mapping[str, Any]) -> None:
        pass

    def batch(self, end: str, seconds: float) -> None:
        pass

    def delivered(self, counts: Mapping[str, int]) -> None:
        pass

    def configuration(self, *, accepted: bool, at: float) -> None:
        pass
