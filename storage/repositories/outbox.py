"""Alerts and their deliveries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from monitor.model import Alert, Delivery, DeliveryState
from storage.codec import require_utc, storable
from storage.mapping import Row, alert_row, delivery, delivery_rows
from storage.repositories.statements import insert, read_all
from storage.tables import alerts, deliveries


class SqlOutbox:
    """`Outbox` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, alert: Alert, channels: Sequence[str], *, due_at: Mapping[str, datetime] | None = None) -> None:
        """See `Outbox.add`."""
        statement = insert(self._connection, alerts).values(alert_row(alert)).on_conflict_do_nothing()
        if self._connection.execute(statement.returning(alerts.c.id)).one_or_none() is not None:
            self._connection.execute(deliveries.insert(), delivery_rows(alert, channels, due_at or {}))

    def due(self, now: datetime, *, limit: int = 100) -> Sequence[Delivery]:
        """See `Outbox.due`."""
        query = _with_alert().where(*_pending(), deliveries.c.next_attempt_at <= require_utc(now))
        return self._found(query.order_by(alerts.c.created_at, alerts.c.id, deliveries.c.channel).limit(limit))

    def next_due_at(self) -> datetime | None:
        """See `Outbox.next_due_at`."""
        return self._connection.scalar(select(func.min(deliveries.c.next_attempt_at)).where(*_pending()))

    def oldest_pending(self) -> datetime | None:
        """See `Outbox.oldest_pending`."""
        query = select(func.min(alerts.c.created_at)).join(deliveries, alerts.c.key == deliveries.c.alert_key)
        return self._connection.scalar(query.where(*_pending()))

    def counts(self) -> Mapping[tuple[str, DeliveryState], int]:
        """See `Outbox.counts`."""
        query = select(deliveries.c.channel, deliveries.c.state, func.count())
        rows = self._connection.execute(query.group_by(deliveries.c.channel, deliveries.c.state))
        return {(channel, DeliveryState(state)): count for channel, state, count in rows}

    def all(
        self, *, state: DeliveryState | None = None, since: datetime | None = None, limit: int | None = None
    ) -> Sequence[Delivery]:
        """See `Outbox.all`."""
        query = _with_alert().order_by(alerts.c.created_at.desc(), alerts.c.id.desc(), deliveries.c.channel)
        if state is not None:
            query = query.where(deliveries.c.state == state.value)
        if since is not None:
            query = query.where(alerts.c.created_at >= require_utc(since))
        return self._found(query.limit(limit))

    def get(self, key: str) -> Sequence[Delivery]:
        """See `Outbox.get`."""
        return self._found(_with_alert().where(alerts.c.key == storable(key)).order_by(deliveries.c.channel))

    def sent_since(self, channel: str, moment: datetime) -> Sequence[Delivery]:
        """See `Outbox.sent_since`."""
        since = (deliveries.c.state == DeliveryState.SENT.value, deliveries.c.sent_at >= require_utc(moment))
        query = _with_alert().where(deliveries.c.channel == storable(channel), *since)
        return self._found(query.order_by(deliveries.c.sent_at, alerts.c.id))

    def sent(self, key: str, channel: str, at: datetime) -> None:
        """See `Outbox.sent`. Raises KeyError for an unknown delivery."""
        self._attempted(key, channel, {"state": DeliveryState.SENT.value, "sent_at": require_utc(at), "error": ""})

    def failed(self, key: str, channel: str, *, error: str, retry_at: datetime | None) -> None:
        """See `Outbox.failed`. Raises KeyError for an unknown delivery."""
        values: Row = {"error": storable(error)}
        if retry_at is None:
            values["state"] = DeliveryState.DEAD.value
        else:
            values |= {"state": DeliveryState.PENDING.value, "next_attempt_at": require_utc(retry_at)}
        self._attempted(key, channel, values)

    def postpone(self, key: str, channel: str, until: datetime) -> None:
        """See `Outbox.postpone`. Raises KeyError for an unknown delivery."""
        self._update(key, channel, {"next_attempt_at": require_utc(until)})

    def retry(self, key: str, now: datetime) -> int:
        """See `Outbox.retry`."""
        unsent = (deliveries.c.alert_key == storable(key), deliveries.c.state != DeliveryState.SENT.value)
        values = {"state": DeliveryState.PENDING.value, "next_attempt_at": require_utc(now)}
        return self._connection.execute(update(deliveries).where(*unsent).values(values)).rowcount

    def _attempted(self, key: str, channel: str, values: Row) -> None:
        self._update(key, channel, {**values, "attempts": deliveries.c.attempts + 1})

    def _update(self, key: str, channel: str, values: Row) -> None:
        one = (deliveries.c.alert_key == storable(key), deliveries.c.channel == storable(channel))
        if self._connection.execute(update(deliveries).where(*one).values(values)).rowcount == 0:
            raise KeyError((key, channel))

    def _found(self, query: Select[Any]) -> Sequence[Delivery]:
        return [delivery(row) for row in read_all(self._connection, query)]


def _pending() -> tuple[Any]:
    return (deliveries.c.state == DeliveryState.PENDING.value,)


def _with_alert() -> Select[Any]:
    return select(deliveries, alerts.c.alert).join(alerts, alerts.c.key == deliveries.c.alert_key)
