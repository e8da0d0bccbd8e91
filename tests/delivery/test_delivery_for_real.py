"""The loop with the real notifier against real receivers on loopback."""

import json
from datetime import timedelta

from monitor.delivery import Report, deliver_due
from monitor.model import DeliveryState
from notifiers.apprise import AppriseNotifier
from storage.memory import MemoryStore
from tests.delivery.fakes import START, HandClock, combine
from tests.notifiers.receivers import Mailbox, Reply, Webhook
from tests.notifiers.samples import ENGLISH, channel


class Real:
    """An outbox holding one alert for `urls` (by channel id), and the means to deliver it."""

    def __init__(self, urls: dict[str, str]) -> None:
        self.store, self.clock = MemoryStore(), HandClock()
        self.channels = {name: channel(name, url) for name, url in urls.items()}
        self.notifier = AppriseNotifier(list(self.channels.values()), timeout=2.0)
        with self.store.begin() as unit:
            unit.outbox.add(ENGLISH, list(urls))

    def deliver(self, *, after: float = 0.0) -> Report:
        self.clock.time += timedelta(seconds=after)
        return deliver_due(
            self.store, self.notifier, self.clock, self.channels, combine=combine, due_at=lambda to, now: now
        )

    def states(self) -> dict[str, DeliveryState]:
        with self.store.read() as unit:
            return {row.channel: row.state for row in unit.outbox.get(ENGLISH.key)}


def test_one_dead_target_of_three_and_the_others_get_the_alert_once() -> None:
    with Webhook() as hook, Mailbox() as mailbox, Webhook(Reply(404)) as gone:
        mail = f"mailto://127.0.0.1:{mailbox.port}?from=a@example.org&to=b@example.org&mode=insecure"
        urls = {"hook": f"json://127.0.0.1:{hook.port}", "mail": mail, "gone": f"json://127.0.0.1:{gone.port}"}
        post = Real(urls)
        post.deliver()
        post.deliver(after=3600)
    assert post.states() == {"hook": DeliveryState.SENT, "mail": DeliveryState.SENT, "gone": DeliveryState.DEAD}
    assert [len(hook.posts), len(mailbox.mails), len(gone.posts)] == [1, 1, 1]


def test_webhook_that_asks_to_wait_gets_no_post_before_that_and_one_after() -> None:
    with Webhook(Reply(429, headers={"Retry-After": "600"}), Reply()) as hook:
        post = Real({"hook": f"json://127.0.0.1:{hook.port}"})
        for _ in range(10):
            post.deliver(after=59)
        assert len(hook.posts) == 1
        post.deliver(after=100)
    assert [json.loads(each.body)["key"] for each in hook.posts] == [ENGLISH.key] * 2
    assert post.states() == {"hook": DeliveryState.SENT}
    assert post.clock.time > START
