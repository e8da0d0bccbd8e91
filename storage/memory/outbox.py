"""The outbox of the store in memory; each method does what its port says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Alert, Delivery, DeliveryState
from storage import mapping
from storage.codec import require_utc, storable
from storage.mapping import Row
from storage.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryOutbox:
    """`Outbox` on the rows of one unit of work."""

    tables: Tables

    def add(self, alert: Alert, channels: Sequence[str], *, due_at: Mapping[str, datetime] | None = None) -> None:
        self.tables.require_writable()
        row, rows = mapping.alert_row(alert), mapping.delivery_rows(alert, channels, due_at or {})
        if row["key"] in self.tables.alerts:
            return
        self.tables.alerts[row["key"]] = {"id": len(self.tables.alerts) + 1, **row}
        self.tables.deliveries |= {(each["alert_key"], each["channel"]): each for each in rows}

    def due(self, now: datetime, *, limit: int = 100) -> Sequence[Delivery]:
        latest = require_utc(now)
        rows = [row for row in self._rows(DeliveryState.PENDING) if row["next_attempt_at"] <= latest]
        return [mapping.delivery(row) for row in sorted(rows, key=_age)[:limit]]

    def next_due_at(self) -> datetime | None:
        return min((row["next_attempt_at"] for row in self._rows(DeliveryState.PENDING)), default=None)

    def oldest_pending(self) -> datetime | None:
        return min((row["created_at"] for row in self._rows(DeliveryState.PENDING)), default=None)

    def counts(self) -> Mapping[tuple[str, DeliveryState], int]:
        return Counter((row["channel"], DeliveryState(row["state"])) for row in self.tables.deliveries.values())

    def all(
        self, *, state: DeliveryState | None = None, since: datetime | None = None, limit: int | None = None
    ) -> Sequence[Delivery]:
        begin = since and require_utc(since)
        rows = (row for row in self._rows(state) if begin is None or row["created_at"] >= begin)
        newest = sorted(rows, key=_age, reverse=True)
        return [mapping.delivery(row) for row in newest[:limit]]

    def get(self, key: str) -> Sequence[Delivery]:
        return [mapping.delivery(row) for row in self._rows(None) if row["alert_key"] == storable(key)]

    def sent_since(self, channel: str, moment: datetime) -> Sequence[Delivery]:
        since = require_utc(moment)
        rows = [
            row
            for row in self._rows(DeliveryState.SENT)
            if row["channel"] == storable(channel) and row["sent_at"] is not None and row["sent_at"] >= since
        ]
        return [mapping.delivery(row) for row in sorted(rows, key=lambda row: (row["sent_at"], row["id"]))]

    def sent(self, key: str, channel: str, at: datetime) -> None:
        values = {"state": DeliveryState.SENT.value, "sent_at": require_utc(at), "error": ""}
        self._update(key, channel, values, attempts=1)

    def failed(self, key: str, channel: str, *, error: str, retry_at: datetime | None) -> None:
        values: Row = {"error": storable(error), "state": DeliveryState.DEAD.value}
        if retry_at is not None:
            values |= {"state": DeliveryState.PENDING.value, "next_attempt_at": require_utc(retry_at)}
        self._update(key, channel, values, attempts=1)

    def postpone(self, key: str, channel: str, until: datetime) -> None:
        self._update(key, channel, {"next_attempt_at": require_utc(until)}, attempts=0)

    def retry(self, key: str, now: datetime) -> int:
        unsent = [delivery for delivery in self.get(key) if delivery.state is not DeliveryState.SENT]
        values = {"state": DeliveryState.PENDING.value, "next_attempt_at": require_utc(now)}
        for delivery in unsent:
            self._update(key, delivery.channel, values, attempts=0)
        return len(unsent)

    def _update(self, key: str, channel: str, values: Row, *, attempts: int) -> None:
        self.tables.require_writable()
        name = (storable(key), storable(channel))
        row = self.tables.deliveries[name]
        self.tables.deliveries[name] = {**row, **values, "attempts": row["attempts"] + attempts}

    def _rows(self, state: DeliveryState | None) -> list[Row]:
        """Deliveries joined with their alerts, in the order of their channels."""
        chosen = (row for row in self.tables.deliveries.values() if state is None or row["state"] == state)
        joined = ({**self.tables.alerts[row["alert_key"]], **row} for row in chosen)
        return sorted(joined, key=lambda row: str(row["channel"]))


def _age(row: Row) -> tuple[datetime, int]:
    return row["created_at"], row["id"]
