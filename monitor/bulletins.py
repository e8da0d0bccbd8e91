"""What is told of many alerts at once: a digest on demand, the weekly word of quiet, the files for machines."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor import alerts
from monitor.alerts.routing import follows
from monitor.config import Config
from monitor.model import Alert, AlertKind, Channel, PartialDate
from monitor.ports import Clock, Store
from monitor.status.words import date_words

log = logging.getLogger(__name__)

_WEEK = timedelta(days=7)
_RECENT_DELIVERIES = 5_000
"""What feeds are made from: many more than one lists, as each may choose few of them."""
_NO_NEWS = frozenset({AlertKind.TEST, AlertKind.WATCHING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletins:
    """Draws them from the database. `coverage` says how much is being read, now."""

    store: Store
    config: Config
    clock: Clock
    coverage: Callable[[], alerts.Coverage]

    def recorded(self, *, since: datetime | None = None, limit: int | None = None) -> list[Alert]:
        """The alerts made at or after `since`, newest first; those of the `limit` newest deliveries."""
        with self.store.read() as uow:
            rows = uow.outbox.all(since=since, limit=limit)
        unique = {row.alert.key: row.alert for row in rows}
        return sorted(unique.values(), key=lambda alert: (alert.created_at, alert.key), reverse=True)

    def digest(self, since: datetime, channel: Channel | None) -> Alert | None:
        """What was recorded since then (aware) as one message; None if nothing was.

        With a `channel` what it was sent or is to be sent, and what it would get by what it chooses now.
        """
        with self.store.read() as uow:
            rows = uow.outbox.all(since=since.astimezone(UTC))
        found = {
            row.alert.key: row.alert
            for row in rows
            if row.alert.kind not in _NO_NEWS
            if channel is None or row.channel == channel.id or alerts.route(row.alert, [channel])
        }
        if not found:
            return None
        return alerts.digest(
            list(found.values()),
            channel.id if channel else "all",
            self.clock.now(),
            local_timezone=channel.timezone if channel else self.config.timezone,
            coverage=self.coverage().line,
            span=f"since {date_words(PartialDate.of(since.date()))}",
        )

    def tell_week(self) -> bool:
        """Tell channels that we are still watching if their weekly turn has come; True if one is told."""
        if not any(AlertKind.WATCHING in channel.kinds for channel in self.config.channels):
            return False
        from monitor.delivery import tell_week

        return tell_week(self.store, self.config.channels, self.clock.now(), self.watching)

    def watching(self, channel: Channel, turn: datetime) -> Alert:
        """The word to `channel` that we are still watching, about the week before `turn`."""
        since, packs = turn - _WEEK, self.config.packs
        followed = {
            instrument.id: instrument
            for instrument in packs.instruments.values()
            if follows(channel, instrument.id, instrument.jurisdiction)
        }
        with self.store.read() as uow:
            events = uow.events.all()
        texts = [alert.instrument for alert in self.recorded(since=since) if alert.kind is AlertKind.CHANGE]
        return alerts.watching_alert(
            alerts.standings(list(followed.values()), events),
            self.coverage(),
            since=since,
            created_at=self.clock.now(),
            bodies=packs.bodies,
            local_timezone=channel.timezone,
            channel_id=channel.id,
            text_changes=sum(name in followed or not name for name in texts),
        )

    def write_feeds(self) -> None:
        """Bring the files for machines up to date. What goes wrong is logged, no more."""
        if not self.config.feeds:
            return
        from monitor import feeds
        from monitor.alerts.planned import planned

        packs = self.config.packs
        with self.store.read() as uow:
            events = uow.events.all()
        dates = [
            date
            for instrument in packs.instruments.values()
            for date in planned(instrument, events.get(instrument.id, ()), packs.bodies)
        ]
        recent = self.recorded(limit=_RECENT_DELIVERIES)
        for trouble in feeds.write(self.config.feeds, recent, dates, contact=self.config.contact):
            log.warning("%s", trouble)
