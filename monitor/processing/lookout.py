"""Watches the watching: what was not read for too long is told, whoever is at fault: the site, the monitor, a clock.

A reading that fails tells by itself (`health.after_reading`). This catches what ends in no reading at all: a monitor
that was off or asleep, a child that dies each time, a source that never had its first good reading.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor import alerts
from monitor.model import DeliveryState, Source, SourceHealth
from monitor.ports import Store, UnitOfWork
from monitor.processing.health import SKEW, NextDue, Turn, believed, is_stale, shown_health
from monitor.processing.judgement import Judgement

log = logging.getLogger(__name__)

_REMIND_AFTER = timedelta(days=1)
_REMIND_FROM = time(8)
"""Operators' local time: nobody needs to hear at midnight what they were told yesterday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookout:
    """Looks over the ledgers. `timezone` is the operators' IANA zone."""

    store: Store
    judgement: Judgement
    next_due: NextDue
    timezone: str

    def look(self, sources: Sequence[Source], now: datetime) -> tuple[str, ...]:
        """Bring the ledgers of all configured `sources` up to `now` (UTC); returns the ids of those told as blind.

        Enabled sources come under watch and disabled ones leave it; stamps from a clock that was ahead are taken back;
        a source that has become stale is told once; sources told of a day ago and still blind are brought to mind
        again, all in one message and at most once a day. Raises StorageError.
        """
        with self.store.read() as uow:
            ledgers = uow.sources.all()
            stirring = [
                source
                for source in sources
                if self._after(ledgers.get(source.id), source, now) != ledgers.get(source.id)
            ]
            remind = self._reminder_due(uow, self._blind(sources, ledgers, now), now)
        if not stirring and not remind:
            return ()
        with self.store.begin() as uow:
            # Read anew: a run in another process may have finished one of them since.
            held = uow.sources.hold([source.id for source in stirring])
            told = tuple(source.id for source in stirring if self._settle(uow, source, held.get(source.id), now))
            if remind:
                self._remind(uow, sources, now)
        return told

    def _after(self, ledger: SourceHealth | None, source: Source, now: datetime) -> SourceHealth | None:
        """The ledger as it should stand at `now`."""
        if not source.enabled:
            return replace(ledger, watched_since=None) if ledger is not None else None
        after = believed(ledger or SourceHealth(source_id=source.id), source, now, next_due=self.next_due)
        after = replace(after, watched_since=after.watched_since or now)
        stale = is_stale(after, source, now, next_due=self.next_due)
        return replace(after, told_at=now) if stale and after.told_at is None else after

    def _settle(self, uow: UnitOfWork, source: Source, ledger: SourceHealth | None, now: datetime) -> bool:
        """Write what `_after` says; True if operators were told."""
        after = self._after(ledger, source, now)
        if after is None or after == ledger:
            return False
        if ledger is not None and ledger.last_attempt_at is not None and ledger.last_attempt_at > now + SKEW:
            log.warning(
                "%s was last read at %s, which is still to come: the clock was ahead and its stamps are taken back",
                source.id,
                ledger.last_attempt_at,
            )
            self._take_back(uow, now)
        uow.sources.save([after])
        if after.told_at is None or (ledger is not None and ledger.told_at is not None):
            return False
        shown = replace(after, health=shown_health(after, source, now, next_due=self.next_due))
        self.judgement.tell_health(uow, source, ledger or after, shown, Turn.BLIND, at=now)
        return True

    def _take_back(self, uow: UnitOfWork, now: datetime) -> None:
        """Slots that are still to come were not served; alerts put off until then are due by the present clock."""
        uow.sources.forget_slots(after=now + SKEW)
        channels = {channel.id: channel for channel in self.judgement.channels}
        for row in uow.outbox.all(state=DeliveryState.PENDING):
            if row.alert.created_at > now + SKEW and row.next_attempt_at > now:
                channel = channels.get(row.channel)
                uow.outbox.postpone(row.alert.key, row.channel, alerts.due_at(channel, now) if channel else now)

    # The daily reminder ------------------------------------------------------------------------------------------

    def _blind(
        self, sources: Sequence[Source], ledgers: Mapping[str, SourceHealth], now: datetime
    ) -> list[tuple[Source, SourceHealth]]:
        """The enabled sources told as blind at least a day ago that still are."""
        named = ((source, ledgers.get(source.id)) for source in sources if source.enabled)
        return [
            (source, ledger)
            for source, ledger in named
            if ledger is not None and ledger.told_at is not None and now - ledger.told_at >= _REMIND_AFTER
        ]

    def _reminder_due(self, uow: UnitOfWork, blind: Sequence[object], now: datetime) -> bool:
        local = now.astimezone(ZoneInfo(self.timezone))
        return bool(blind) and local.time() >= _REMIND_FROM and not uow.outbox.get(alerts.reminder_key(local.date()))

    def _remind(self, uow: UnitOfWork, sources: Sequence[Source], now: datetime) -> None:
        ledgers = uow.sources.all()
        blind = [
            replace(ledger, health=shown_health(ledger, source, now, next_due=self.next_due))
            for source, ledger in self._blind(sources, ledgers, now)
        ]
        if blind:
            enabled = sum(source.enabled for source in sources)
            self.judgement.post(uow, alerts.reminder_alert(blind, enabled, now, local_timezone=self.timezone))
