"""A delivery that is told to stop ends with what is on its way."""

import threading

from monitor.delivery import Report, drain
from monitor.model import Alert, DeliveryState
from monitor.ports import SendResult
from tests.delivery.fakes import OK, Post, alert, channel, combine


def test_what_is_on_its_way_is_marked_and_nothing_more_is_sent() -> None:
    post, told = Post(channel("a")), threading.Event()
    post.add(alert("k1"), alert("k2"), alert("k3"))

    def answer(sent: Alert, to: str) -> SendResult:
        told.set()  # the daemon is told to end while this message is on its way
        return OK

    post.notifier.answer = answer
    report = drain(
        post.store,
        post.notifier,
        post.clock,
        post.channels,
        combine=combine,
        due_at=lambda to, now: now,
        stop=told.is_set,
    )
    assert report == Report(sent=1, left=2)
    assert [post.row(key, "a").state for key in ("k1", "k2", "k3")] == [
        DeliveryState.SENT,
        DeliveryState.PENDING,
        DeliveryState.PENDING,
    ]
