"""The outbox, on every store."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from monitor.model import Delivery, DeliveryState
from monitor.ports import Store, UnitOfWork
from tests.storage.samples import NOON, alert, later

KEY = alert().key


def delivery_of(unit: UnitOfWork, channel: str) -> Delivery:
    return next(delivery for delivery in unit.outbox.get(KEY) if delivery.channel == channel)


def test_alert_has_one_pending_delivery_per_channel(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team", "legal"])
    with store.read() as unit:
        assert list(unit.outbox.get(KEY)) == [
            Delivery(alert=alert(), channel=channel, next_attempt_at=NOON) for channel in ("legal", "team")
        ]


def test_adding_an_alert_twice_is_adding_it_once(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team"])
        unit.outbox.sent(KEY, "team", later(1))
    with store.begin() as unit:
        unit.outbox.add(replace(alert(), subject="another text"), ["team", "legal"])
        (only,) = unit.outbox.all()
    assert (only.alert.subject, only.channel, only.state) == (alert().subject, "team", DeliveryState.SENT)


def test_channel_named_twice_gets_one_delivery(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team", "team"])
        assert len(unit.outbox.get(KEY)) == 1


def test_alert_for_no_channel_is_recorded_as_done(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), [])
        (only,) = unit.outbox.all()
        assert (only.channel, only.state, only.sent_at, only.attempts) == ("", DeliveryState.SENT, None, 0)
        assert unit.outbox.due(later(60)) == []


def test_unknown_alert_has_no_deliveries(store: Store) -> None:
    with store.read() as unit:
        assert list(unit.outbox.get("mptc-9-status")) == []


def test_delivery_is_due_at_its_channels_time(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["now", "daily"], due_at={"daily": later(60)})
        assert [delivery.channel for delivery in unit.outbox.due(later(59))] == ["now"]
        assert [delivery.channel for delivery in unit.outbox.due(later(60))] == ["daily", "now"]


def test_due_deliveries_come_oldest_alert_first_within_the_limit(store: Store) -> None:
    with store.begin() as unit:
        for key, minutes in (("c", 2), ("a", 1), ("b", 1)):
            unit.outbox.add(alert(key, minutes=minutes), ["team"])
        assert [delivery.alert.key for delivery in unit.outbox.due(later(9))] == ["a", "b", "c"]
        assert [delivery.alert.key for delivery in unit.outbox.due(later(9), limit=2)] == ["a", "b"]


def test_all_deliveries_are_listed_newest_alert_first(store: Store) -> None:
    with store.begin() as unit:
        for key, minutes in (("a", 1), ("c", 2), ("b", 1)):
            unit.outbox.add(alert(key, minutes=minutes), ["team", "legal"])
        unit.outbox.sent("b", "team", later(3))
        listed = [(delivery.alert.key, delivery.channel) for delivery in unit.outbox.all(limit=3)]
        assert listed == [("c", "legal"), ("c", "team"), ("b", "legal")]
        assert [delivery.alert.key for delivery in unit.outbox.all(state=DeliveryState.SENT)] == ["b"]


def test_next_due_moment_is_that_of_the_earliest_pending_delivery(store: Store) -> None:
    with store.begin() as unit:
        assert unit.outbox.next_due_at() is None
        unit.outbox.add(alert(), ["now", "daily"], due_at={"daily": later(60)})
        assert unit.outbox.next_due_at() == NOON
        unit.outbox.sent(KEY, "now", later(1))
        assert unit.outbox.next_due_at() == later(60)
        unit.outbox.failed(KEY, "daily", error="refused", retry_at=None)
        assert unit.outbox.next_due_at() is None


def test_sent_delivery_is_not_due_again(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team"])
        unit.outbox.failed(KEY, "team", error="timed out", retry_at=later(1))
        unit.outbox.sent(KEY, "team", later(2))
        done = delivery_of(unit, "team")
        assert (done.state, done.sent_at, done.attempts, done.error) == (DeliveryState.SENT, later(2), 2, "")
        assert unit.outbox.due(later(60)) == []


def test_failed_delivery_waits_for_its_next_try(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team", "legal"])
        unit.outbox.failed(KEY, "team", error="timed out", retry_at=later(15))
        failed = delivery_of(unit, "team")
        assert (failed.state, failed.attempts, failed.error) == (DeliveryState.PENDING, 1, "timed out")
        assert [delivery.channel for delivery in unit.outbox.due(later(14))] == ["legal"]
        assert [delivery.channel for delivery in unit.outbox.due(later(15))] == ["legal", "team"]


def test_delivery_without_a_next_try_is_dead_and_stays_listed(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team"])
        unit.outbox.failed(KEY, "team", error="no such address", retry_at=None)
        (dead,) = unit.outbox.all(state=DeliveryState.DEAD)
        assert (dead.error, dead.attempts) == ("no such address", 1)
        assert unit.outbox.due(later(60)) == []


def test_postponed_delivery_counts_no_attempt(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team"])
        unit.outbox.postpone(KEY, "team", later(5))
        waiting = delivery_of(unit, "team")
        assert (waiting.state, waiting.attempts, waiting.next_attempt_at) == (DeliveryState.PENDING, 0, later(5))


def test_retry_revives_what_was_not_sent(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["sent", "dead", "waiting"], due_at={"waiting": later(600)})
        unit.outbox.sent(KEY, "sent", later(1))
        unit.outbox.failed(KEY, "dead", error="refused", retry_at=None)
        assert unit.outbox.retry(KEY, later(2)) == 2
        assert [delivery.channel for delivery in unit.outbox.due(later(2))] == ["dead", "waiting"]
        assert unit.outbox.retry("unknown", later(2)) == 0


def test_marking_an_unknown_delivery_is_an_error(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team"])
        with pytest.raises(KeyError):
            unit.outbox.sent(KEY, "nobody", NOON)
        with pytest.raises(KeyError):
            unit.outbox.failed("unknown", "team", error="", retry_at=None)
        with pytest.raises(KeyError):
            unit.outbox.postpone("unknown", "team", NOON)


def test_what_was_sent_since_a_moment_is_told_by_channel_in_the_order_of_sending(store: Store) -> None:
    with store.begin() as unit:
        for number in range(3):
            unit.outbox.add(replace(alert(), key=f"k{number}"), ["legal", "team"])
        for key, minute in (("k2", 10), ("k0", 20), ("k1", 5)):
            unit.outbox.sent(key, "team", later(minute))
        unit.outbox.sent("k0", "legal", later(30))
    with store.read() as unit:
        assert [row.alert.key for row in unit.outbox.sent_since("team", later(10))] == ["k2", "k0"]
        assert list(unit.outbox.sent_since("legal", later(31))) == []


def test_deliveries_are_counted_by_channel_and_state(store: Store) -> None:
    with store.begin() as unit:
        unit.outbox.add(alert(), ["team", "legal"])
        unit.outbox.add(alert("other"), ["team"])
        unit.outbox.add(alert("nobody's"), [])
        unit.outbox.sent(KEY, "team", later(1))
        unit.outbox.failed(KEY, "legal", error="refused", retry_at=None)
    with store.read() as unit:
        assert unit.outbox.counts() == {
            ("team", DeliveryState.SENT): 1,
            ("team", DeliveryState.PENDING): 1,
            ("legal", DeliveryState.DEAD): 1,
            ("", DeliveryState.SENT): 1,
        }


def test_the_oldest_alert_that_waits_is_known_by_when_it_came_up(store: Store) -> None:
    with store.begin() as unit:
        assert unit.outbox.oldest_pending() is None
        unit.outbox.add(alert(), ["team"], due_at={"team": later(90)})
        unit.outbox.add(replace(alert("other"), created_at=later(5)), ["team"])
        assert unit.outbox.oldest_pending() == NOON
        unit.outbox.sent(KEY, "team", later(6))
        assert unit.outbox.oldest_pending() == later(5)


def test_alerts_are_listed_from_the_moment_they_were_made_at(store: Store) -> None:
    with store.begin() as unit:
        for hour in (0, 1, 2):
            unit.outbox.add(replace(alert(), key=f"made-{hour}", created_at=later(hour)), ["team"])
        listed = unit.outbox.all(since=later(1).astimezone(timezone(timedelta(hours=7))))
    assert [row.alert.key for row in listed] == ["made-2", "made-1"]
