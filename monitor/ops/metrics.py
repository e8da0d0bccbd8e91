"""The daemon's figures in Prometheus' words. Loaded only where they are asked for.

What the database knows is read from it at each scrape; what only the process knows is counted here. Nothing is
registered with the library's own registry, so that nothing else of the process comes out.
"""

import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from monitor.model import DeliveryState, Health, SourceHealth

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Else there is a second figure for each, which few readers of this format understand.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800)
_ENDS = ("orderly", "died", "refused")
_DOCUMENTS = ("unchanged", "changed", "fresh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the database knows at a moment.

    `healths` is the health shown for each enabled source by its id; `deliveries` counts rows of the outbox by channel
    and state; `waiting_since` is when the oldest alert that waits came up (UTC; None: none waits).
    """

    at: datetime
    healths: Mapping[str, Health]
    ledgers: Mapping[str, SourceHealth]
    deliveries: Mapping[tuple[str, DeliveryState], int]
    waiting_since: datetime | None


class Metrics:
    """A `Meter` whose figures can be scraped. `figures` reads the database; `children` says how many read now."""

    def __init__(self, *, version: str, figures: Callable[[], Figures], children: Callable[[], int]) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("monitor_build", "What runs here.", registry=registry).info(
            {"version": version, "python": platform.python_version()}
        )
        self._readings = Counter("monitor_readings", "Readings of sources.", ["result"], registry=registry)
        self._documents = Counter("monitor_documents", "Documents read.", ["outcome"], registry=registry)
        self._problems = Counter("monitor_problems", "What could not be read.", ["kind"], registry=registry)
        self._batches = Histogram(
            "monitor_batch_duration_seconds", "Child processes that read.", ["end"], buckets=_SECONDS, registry=registry
        )
        self._deliveries = Counter("monitor_deliveries", "Attempts to deliver.", ["result"], registry=registry)
        self._accepted = Gauge(
            "monitor_config_last_reload_successful", "1 if the last configuration was taken.", registry=registry
        )
        self._accepted_at = Gauge(
            "monitor_config_last_reload_success_timestamp_seconds", "When one was last taken.", registry=registry
        )
        Gauge("monitor_children", "Child processes that read now.", registry=registry).set_function(children)
        registry.register(_Stored(figures))
        for result in ("read", "unread"):
            self._readings.labels(result)
        for end in _ENDS:
            self._batches.labels(end)

    def scrape(self) -> bytes:
        """Everything, as text. Raises StorageError when the database cannot be read."""
        return generate_latest(self._registry)

    def reading(self, report: Mapping[str, Any]) -> None:
        """See `Meter.reading`."""
        self._readings.labels("read" if report.get("read") else "unread").inc()
        for outcome in _DOCUMENTS:
            self._documents.labels(outcome).inc(report.get(outcome, 0))
        for kind, count in report.get("problems", {}).items():
            self._problems.labels(kind).inc(count)

    def batch(self, end: str, seconds: float) -> None:
        """See `Meter.batch`."""
        self._batches.labels(end).observe(seconds)

    def delivered(self, counts: Mapping[str, int]) -> None:
        """See `Meter.delivered`."""
        for result, count in counts.items():
            self._deliveries.labels(result).inc(count)

    def configuration(self, *, accepted: bool, at: float) -> None:
        """See `Meter.configuration`."""
        self._accepted.set(accepted)
        if accepted:
            self._accepted_at.set(at)


class _Stored(Collector):
    """Figures of the database, read when they are asked for."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The families, at this moment."""
        figures = self._figures()
        healths = GaugeMetricFamily("monitor_sources", "Enabled sources by health.", labels=["health"])
        for health in Health:
            healths.add_metric([health.value], sum(each is health for each in figures.healths.values()))
        yield healths
        yield from _per_source(figures)
        alerts = GaugeMetricFamily(
            "monitor_alerts", "Alerts in the outbox by channel and state.", labels=["channel", "state"]
        )
        for (channel, state), count in sorted(figures.deliveries.items()):
            alerts.add_metric([channel, state.value], count)
        yield alerts
        since = figures.waiting_since
        age = max((figures.at - since).total_seconds(), 0.0) if since else 0.0
        yield GaugeMetricFamily("monitor_oldest_pending_alert_age_seconds", "0 if no alert waits.", value=age)


def _per_source(figures: Figures) -> Iterable[Metric]:
    good = GaugeMetricFamily(
        "monitor_source_last_good_reading_timestamp_seconds", "0 if there was none.", labels=["source"]
    )
    failures = GaugeMetricFamily("monitor_source_failed_readings", "Failed readings in a row.", labels=["source"])
    for name in figures.healths:
        ledger = figures.ledgers.get(name)
        read_at = ledger.last_ok_at if ledger is not None else None
        good.add_metric([name], read_at.timestamp() if read_at else 0.0)
        failures.add_metric([name], ledger.failures if ledger is not None else 0)
    return good, failures
