"""The delivery loop over the store in memory: what is sent, in which order, and what becomes of what is not."""

import threading
import time
from datetime import timedelta

import pytest

from monitor.delivery import Report, drain
from monitor.errors import StorageError
from monitor.model import Alert, AlertKind, DeliveryState
from monitor.ports import SendResult
from storage.memory.outbox import MemoryOutbox
from tests.delivery.fakes import LATER, NEVER, OK, START, WEEKLY, Post, alert, channel, combine

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HEALTH = (AlertKind.HEALTH,)


def test_empty_outbox_is_nothing_to_do() -> None:
    assert Post(channel("a")).deliver() == Report()


def test_due_alert_is_sent_to_each_of_its_channels_once() -> None:
    post = Post(channel("a"), channel("b"))
    post.add(alert("k1"))
    assert post.deliver() == Report(sent=2)
    assert post.deliver() == Report()
    assert sorted(post.notifier.tried) == [("a", "k1"), ("b", "k1")]


def test_sent_alert_is_marked_with_its_time() -> None:
    post = Post(channel("a"))
    post.add(alert("k1"))
    post.deliver(after=MINUTE)
    row = post.row("k1", "a")
    assert (row.state, row.sent_at, row.attempts) == (DeliveryState.SENT, START + MINUTE, 1)


def test_alert_that_is_not_due_is_not_sent() -> None:
    post = Post(channel("a"))
    with post.store.begin() as unit:
        unit.outbox.add(alert("k1"), ["a"], due_at={"a": START + MINUTE})
    assert post.deliver() == Report()
    assert post.deliver(after=MINUTE) == Report(sent=1)


def test_sending_happens_outside_any_transaction() -> None:
    post = Post(channel("a"))

    def answer(sent: Alert, to: str) -> SendResult:
        with post.store.begin() as unit:
            unit.outbox.add(alert("meanwhile"), ["a"])
        return OK

    post.notifier.answer = answer
    post.add(alert("k1"))
    assert post.deliver().sent == 1


def test_alert_whose_mark_was_lost_is_sent_again_under_the_same_key(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post(channel("a"))
    post.add(alert("k1"), alert("k2"))

    def lost(self: MemoryOutbox, key: str, channel: str, at: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(MemoryOutbox, "sent", lost)
        with pytest.raises(StorageError):
            post.deliver()
    assert post.keys("a") == ["k1"]
    post.deliver()
    assert post.keys("a") == ["k1", "k1", "k2"]


def test_alerts_arrive_in_the_order_they_were_raised() -> None:
    post = Post(channel("a"))
    post.add(*(alert(f"k{n:02}", instrument="law", at=START + timedelta(seconds=n)) for n in range(20)))
    post.deliver(after=MINUTE)
    assert post.keys("a") == [f"k{n:02}" for n in range(20)]


def test_failing_channel_keeps_nothing_from_the_others() -> None:
    post = Post(channel("a"), channel("b"), answer=lambda sent, to: LATER if to == "a" else OK)
    post.add(alert("k1", instrument="law"), alert("k2", instrument="law"))
    assert post.deliver() == Report(sent=2, failed=1, waiting=1, errors=("a: k1: answered 500",))
    assert post.keys("b") == ["k1", "k2"]


def test_slow_channel_keeps_the_others_from_nothing_while_it_is_slow() -> None:
    others_done = threading.Event()
    post = Post(channel("slow"), channel("b"), channel("c"))

    def answer(sent: Alert, to: str) -> SendResult:
        if to == "slow":
            return OK if others_done.wait(10) else LATER
        if len(post.notifier.sent) == 5:
            others_done.set()
        return OK

    post.notifier.answer = answer
    post.add(alert("k1"), alert("k2"), alert("k3"))
    assert post.deliver() == Report(sent=9)


def test_send_that_never_returns_counts_as_failed_and_the_pass_ends() -> None:
    release = threading.Event()
    post = Post(channel("hung"), channel("b"))

    def answer(sent: Alert, to: str) -> SendResult:
        if to == "hung":
            release.wait(10)
        return OK

    post.notifier.answer = answer
    post.add(alert("k1"))
    began = time.monotonic()
    report = post.deliver(patience=0.1)
    release.set()
    assert time.monotonic() - began < 2
    assert report == Report(sent=1, failed=1, errors=("hung: k1: no answer within 0.1 s",))


def test_answer_that_comes_after_patience_ended_marks_nothing() -> None:
    release = threading.Event()
    post = Post(channel("hung"), channel("b"))

    def answer(sent: Alert, to: str) -> SendResult:
        if to == "hung":
            release.wait(10)
        elif sent.key == "k5":
            release.set()
        else:
            release.wait(0.08)
        return OK

    post.notifier.answer = answer
    post.add(*(alert(f"k{n}") for n in range(1, 6)))
    post.deliver(patience=0.2)
    row = post.row("k1", "hung")
    assert (row.state, row.attempts, row.error) == (DeliveryState.PENDING, 1, "no answer within 0.2 s")


def test_no_new_send_is_begun_once_the_time_for_it_is_over() -> None:
    post = Post(channel("a"))
    post.add(alert("k1"), alert("k2"))
    assert post.deliver(within=0.0) == Report(left=2)
    assert post.notifier.tried == []


def test_fault_in_a_notifier_is_a_failure_that_tells_no_secret() -> None:
    def answer(sent: Alert, to: str) -> SendResult:
        raise RuntimeError("canary")

    post = Post(channel("a"), answer=answer)
    post.add(alert("k1"))
    assert post.deliver().errors == ("a: k1: the notifier failed (RuntimeError)",)


@pytest.mark.parametrize(
    "later", [alert("k2", instrument="law"), alert("k2", source="page")], ids=["instrument", "source"]
)
def test_later_alert_about_the_same_waits_behind_a_failed_one(later: Alert) -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER if sent.key == "k1" else OK)
    post.add(alert("k1", instrument="law", source="page"), later)
    assert post.deliver() == Report(failed=1, waiting=1, errors=("a: k1: answered 500",))
    assert post.row("k2", "a").attempts == 0
    post.notifier.answer = lambda sent, to: OK
    post.deliver(after=MINUTE)
    assert post.keys("a") == ["k1", "k2"]


def test_alert_about_something_else_goes_past_a_failed_one() -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER if sent.key == "k1" else OK)
    post.add(alert("k1"), alert("k2"))
    post.deliver()
    assert post.keys("a") == ["k2"]


def test_alert_that_waits_holds_back_what_must_wait_behind_it() -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER if sent.key == "k1" else OK)
    post.add(alert("k1", instrument="law"), alert("k2", instrument="law", source="page"), alert("k3", source="page"))
    assert post.deliver() == Report(failed=1, waiting=2, errors=("a: k1: answered 500",))


def test_channel_that_fails_twice_in_a_row_is_left_alone() -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER)
    post.add(*(alert(f"k{n}") for n in range(10)))
    report = post.deliver()
    assert (report.failed, report.waiting, len(post.notifier.tried)) == (2, 8, 2)


def test_channel_with_a_failed_alert_gets_nothing_new_before_its_next_try() -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER)
    post.add(alert("k1"))
    post.deliver()
    post.notifier.answer = lambda sent, to: OK
    post.add(alert("k2"))
    assert post.deliver(after=timedelta(seconds=30)) == Report(waiting=1)
    assert post.deliver(after=timedelta(seconds=30)) == Report(sent=2)


def test_wait_that_was_asked_for_is_kept_by_the_whole_channel_and_every_process() -> None:
    post = Post(channel("a"), answer=lambda sent, to: SendResult(ok=False, error="429", retry_after=3600))
    post.add(alert("k1"), alert("k2"))
    post.deliver()
    for _ in range(59):
        post.add(alert(f"new-{post.clock.time:%H%M}", at=post.clock.time))
        post.deliver(after=MINUTE)
    assert post.notifier.tried == [("a", "k1")]
    post.notifier.answer = lambda sent, to: OK
    post.deliver(after=MINUTE)
    assert post.keys("a")[:3] == ["k1", "k2", "new-0800"]
    assert len(post.keys("a")) == 61


def test_next_wake_up_is_never_in_the_past_while_a_channel_waits() -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER)
    post.add(*(alert(f"k{n}", instrument="law") for n in range(5)))
    post.deliver()
    with post.store.read() as unit:
        due = unit.outbox.next_due_at()
    assert due is not None
    assert due > post.clock.time


def test_permanent_refusal_is_dead_and_keeps_its_reason() -> None:
    post = Post(channel("a"), answer=lambda sent, to: NEVER)
    post.add(alert("k1"))
    assert post.deliver() == Report(dead=1, errors=("a: k1: answered 404",))
    row = post.row("k1", "a")
    assert (row.state, row.error) == (DeliveryState.DEAD, "answered 404")


def test_permanent_refusal_of_one_alert_holds_no_other_back() -> None:
    post = Post(channel("a"), answer=lambda sent, to: NEVER if sent.key == "k1" else OK)
    post.add(alert("k1", instrument="law"), alert("k2", instrument="law"))
    post.deliver()
    assert post.keys("a") == ["k2"]


def _kill() -> Post:
    """A post whose channel `a` refuses for good, with operators on `ops` (and on `a` itself)."""
    post = Post(
        channel("a", kinds=(AlertKind.STATUS, AlertKind.HEALTH)),
        channel("ops", kinds=HEALTH),
        channel("b"),
        answer=lambda sent, to: NEVER if to == "a" else OK,
    )
    post.add(alert("k1"), to=["a"])
    post.deliver()
    return post


def test_operators_are_told_of_a_dead_delivery_on_their_other_channels() -> None:
    post = _kill()
    assert post.deliver() == Report(sent=1)
    assert [(to, key) for to, key in post.notifier.sent] == [("ops", "undelivered-a-2026-06-10")]


def test_news_of_a_dead_delivery_says_what_was_lost_and_why() -> None:
    post = _kill()
    post.deliver()
    told = post.notifier.alerts[0]
    assert told.kind is AlertKind.HEALTH
    assert "Subject of k1" in told.bottom_line
    assert "answered 404" in told.reason
    assert "k1" in told.reason


def test_operators_are_told_once_a_day_for_a_channel() -> None:
    post = _kill()
    for n in range(2, 6):
        post.add(alert(f"k{n}", at=post.clock.time), to=["a"])
        post.deliver(after=timedelta(hours=9))
    post.deliver()
    assert [key for _, key in post.notifier.sent] == ["undelivered-a-2026-06-10", "undelivered-a-2026-06-11"]


def test_two_dead_channels_do_not_tell_each_other_for_ever() -> None:
    post = Post(channel("a", kinds=HEALTH), channel("b", kinds=HEALTH), answer=lambda sent, to: NEVER)
    post.add(alert("k1"), to=["a"])
    for _ in range(5):
        post.deliver()
    assert post.notifier.tried == [("a", "k1"), ("b", "undelivered-a-2026-06-10")]


def test_dead_delivery_is_recorded_even_where_no_operator_has_a_channel() -> None:
    post = Post(channel("a"), answer=lambda sent, to: NEVER)
    post.add(alert("k1"))
    post.deliver()
    assert post.row("undelivered-a-2026-06-10", "").alert.kind is AlertKind.HEALTH


def test_channel_that_left_the_configuration_makes_its_deliveries_dead_and_says_why() -> None:
    post = Post(channel("ops", kinds=HEALTH))
    post.add(alert("k1"), to=["gone"])
    assert post.deliver().dead == 1
    row = post.row("k1", "gone")
    assert (row.state, row.error) == (DeliveryState.DEAD, "channel 'gone' is no longer in the configuration")
    post.deliver()
    assert post.keys("ops") == ["undelivered-gone-2026-06-10"]


def test_alert_is_given_up_after_seven_days_of_trying() -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER)
    post.add(alert("k1"))
    while post.row("k1", "a").state is DeliveryState.PENDING:
        post.deliver(after=QUARTER)
        assert post.clock.time < START + timedelta(days=8)
    assert post.clock.time == START + timedelta(days=7)
    assert post.row("k1", "a").error == "given up after 7 days: answered 500"


def test_old_alert_is_not_given_up_at_its_first_failure() -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER)
    post.add(alert("k1"))
    post.deliver(after=timedelta(days=30))
    assert post.row("k1", "a").state is DeliveryState.PENDING


def test_digest_channel_gets_one_message_for_all_that_is_due() -> None:
    post = Post(channel("weekly", when=WEEKLY))
    post.add(alert("k1"), alert("k2"), alert("k3"))
    assert post.deliver() == Report(sent=3)
    assert post.keys("weekly") == ["digest:k1+k2+k3"]


def test_digest_that_failed_is_tried_again_as_one() -> None:
    post = Post(channel("weekly", when=WEEKLY), answer=lambda sent, to: LATER)
    post.add(alert("k1"), alert("k2"))
    assert post.deliver().failed == 2
    assert post.row("k1", "weekly").next_attempt_at == post.row("k2", "weekly").next_attempt_at
    post.notifier.answer = lambda sent, to: OK
    assert post.deliver(after=MINUTE) == Report(sent=2)
    assert post.keys("weekly") == ["digest:k1+k2"]


def test_digest_that_is_refused_makes_every_alert_of_it_dead() -> None:
    post = Post(channel("weekly", when=WEEKLY), answer=lambda sent, to: NEVER)
    post.add(alert("k1"), alert("k2"))
    assert post.deliver().dead == 2


def test_digest_alert_may_wait_its_week_before_its_seven_days_begin() -> None:
    post = Post(channel("weekly", when=WEEKLY), answer=lambda sent, to: LATER)
    post.add(alert("k1"))
    post.clock.time += timedelta(days=7)
    for _ in range(10):
        post.deliver(after=QUARTER)
    assert post.row("k1", "weekly").state is DeliveryState.PENDING


def test_mail_server_down_for_six_hours_loses_and_reorders_nothing() -> None:
    post = Post(channel("mail"), channel("hook"))
    back = START + timedelta(hours=6)
    post.notifier.answer = lambda sent, to: LATER if to == "mail" and post.clock.time < back else OK
    raised = 0
    while post.clock.time < back + QUARTER:
        if post.clock.time < back and post.clock.time.minute % 10 == 0:
            post.add(alert(f"k{raised:03}", instrument=f"law-{raised % 3}", source="gazette", at=post.clock.time))
            raised += 1
        post.deliver(after=MINUTE)
        assert len(post.keys("hook")) == raised
    assert post.keys("mail") == [f"k{n:03}" for n in range(raised)]


def test_drain_sends_also_what_the_first_pass_brought_about() -> None:
    post = Post(channel("a"), channel("ops", kinds=HEALTH), answer=lambda sent, to: NEVER if to == "a" else OK)
    post.add(alert("k1"), to=["a"])
    report = drain(
        post.store, post.notifier, post.clock, post.channels, combine=combine, due_at=lambda to, now: now, within=20.0
    )
    assert (report.dead, report.sent) == (1, 1)


def test_drain_tries_nothing_twice() -> None:
    post = Post(channel("a"), answer=lambda sent, to: LATER)
    post.add(alert("k1"), alert("k2"), alert("k3"))
    report = drain(post.store, post.notifier, post.clock, post.channels, combine=combine, due_at=lambda to, now: now)
    assert (report.failed, report.waiting, report.sent) == (2, 1, 0)
    assert post.notifier.tried == [("a", "k1"), ("a", "k2")]
