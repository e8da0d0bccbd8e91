"""A clock that is set by hand, notifiers that do as told, and alerts and channels for the delivery tests."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from monitor.delivery import Report, deliver_due
from monitor.model import Alert, AlertKind, Channel, Delivery
from monitor.ports import SendResult
from storage.memory import MemoryStore

START = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
OK = SendResult(ok=True)
LATER = SendResult(ok=False, error="answered 500")
NEVER = SendResult(ok=False, error="answered 404", permanent=True)
WEEKLY = "weekly mon 08:00"


class HandClock:
    """Shows `time` until someone sets it."""

    def __init__(self, time: datetime = START) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time


class ScriptedNotifier:
    """Answers with `answer(alert, channel)` and remembers what was accepted and what was tried, as (channel, key)."""

    def __init__(self, answer: Callable[[Alert, str], SendResult] = lambda alert, channel: OK) -> None:
        self.answer = answer
        self.tried: list[tuple[str, str]] = []
        self.sent: list[tuple[str, str]] = []
        self.alerts: list[Alert] = []
        self._lock = threading.Lock()

    def send(self, alert: Alert, channel: str) -> SendResult:
        with self._lock:
            self.tried.append((channel, alert.key))
        result = self.answer(alert, channel)
        with self._lock:
            if result.ok:
                self.sent.append((channel, alert.key))
                self.alerts.append(alert)
        return result


def alert(key: str, *, instrument: str = "", source: str = "", at: datetime = START) -> Alert:
    """A status alert; without a name of its own, its instrument and its source are like no other's."""
    return Alert(
        key=key,
        kind=AlertKind.STATUS,
        created_at=at,
        subject=f"Subject of {key}",
        bottom_line="It appears so.",
        instrument=instrument or f"instrument-of-{key}",
        source_id=source or f"source-of-{key}",
    )


def channel(name: str, *, when: str = "now", kinds: Sequence[AlertKind] = (AlertKind.STATUS,)) -> Channel:
    """A channel whose address nothing here uses."""
    return Channel(id=name, url="json://canary", kinds=tuple(kinds), when=when)


def combine(alerts: Sequence[Alert], to: Channel, now: datetime) -> Alert:
    """A digest whose key names its alerts."""
    keys = "+".join(each.key for each in alerts)
    return Alert(key=f"digest:{keys}", kind=AlertKind.DIGEST, created_at=now, subject="Digest", bottom_line="So many.")


class Post:
    """An outbox with its channels, a clock and a notifier: what the tests are about."""

    def __init__(self, *channels: Channel, answer: Callable[[Alert, str], SendResult] | None = None) -> None:
        self.store = MemoryStore()
        self.clock = HandClock()
        self.channels = {each.id: each for each in channels}
        self.notifier = ScriptedNotifier(answer) if answer else ScriptedNotifier()

    def add(self, *alerts: Alert, to: Sequence[str] | None = None) -> None:
        """Put each alert on its way to `to`, or to every channel."""
        with self.store.begin() as unit:
            for each in alerts:
                unit.outbox.add(each, list(self.channels if to is None else to))

    def deliver(self, *, after: timedelta = timedelta(), patience: float = 20.0, within: float = 20.0) -> Report:
        """One pass, `after` so long."""
        self.clock.time += after
        return deliver_due(
            self.store,
            self.notifier,
            self.clock,
            self.channels,
            combine=combine,
            due_at=lambda to, now: now,
            within=within,
            patience=patience,
        )

    def row(self, key: str, to: str) -> Delivery:
        """The outbox row of this alert and channel."""
        with self.store.read() as unit:
            return next(row for row in unit.outbox.get(key) if row.channel == to)

    def keys(self, to: str) -> list[str]:
        """What the channel accepted, in order."""
        return [key for name, key in self.notifier.sent if name == to]
