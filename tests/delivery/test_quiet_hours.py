"""In quiet hours nothing but the most urgent is sent, and nothing is lost, repeated or told in the wrong order."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from monitor.model import Alert, Channel
from monitor.ports import SendResult
from tests.delivery.fakes import LATER, OK, START, WEEKLY, Post, alert, channel

EVENING = START.replace(hour=21, minute=50)
NIGHT = START.replace(hour=22, minute=30)
MORNING = START.replace(hour=7) + timedelta(days=1)


def resting(name: str = "team", when: str = "now") -> Channel:
    return replace(channel(name, when=when), quiet=(time(22), time(7)))


def final(key: str, *, instrument: str = "", at: datetime = START) -> Alert:
    return replace(alert(key, instrument=instrument, at=at), to_stage="adopted")


def at(post: Post, moment: datetime) -> None:
    post.clock.time = moment


def test_alert_of_the_night_comes_in_the_morning() -> None:
    post = Post(resting())
    post.add(alert("k1"))
    at(post, NIGHT)
    assert (post.deliver().waiting, post.keys("team")) == (1, [])
    assert post.row("k1", "team").next_attempt_at == MORNING
    at(post, MORNING)
    post.deliver()
    assert post.keys("team") == ["k1"]


def test_other_channels_are_told_in_the_night() -> None:
    post = Post(resting(), channel("ops"))
    post.add(alert("k1"))
    at(post, NIGHT)
    post.deliver()
    assert (post.keys("team"), post.keys("ops")) == ([], ["k1"])


def test_final_step_is_told_at_once() -> None:
    post = Post(resting())
    post.add(alert("small"), final("big"))
    at(post, NIGHT)
    post.deliver()
    assert post.keys("team") == ["big"]


def test_earlier_news_of_the_same_instrument_comes_before_its_final_step() -> None:
    post = Post(resting())
    post.add(alert("approved", instrument="kh-pdpl"), alert("other", instrument="kh-cyber"))
    at(post, NIGHT)
    post.deliver()
    post.add(final("adopted", instrument="kh-pdpl", at=NIGHT), alert("later", instrument="kh-pdpl", at=NIGHT))
    post.deliver(after=timedelta(hours=1))
    assert post.keys("team") == ["approved", "adopted"]
    at(post, MORNING)
    post.deliver()
    assert post.keys("team") == ["approved", "adopted", "other", "later"]


def test_second_try_waits_for_the_morning_as_well_and_does_not_hold_back_what_is_urgent() -> None:
    answers = iter([LATER])
    post = Post(resting(), answer=lambda told, name: next(answers, OK))
    post.add(alert("k1"))
    at(post, EVENING)
    post.deliver()
    at(post, NIGHT)
    post.deliver()
    assert post.row("k1", "team").next_attempt_at == MORNING
    post.add(final("big", at=NIGHT))
    post.deliver(after=timedelta(hours=1))
    assert post.keys("team") == ["big"]


def test_wait_that_the_other_side_asked_for_is_kept_by_urgent_news_too() -> None:
    answers = iter([SendResult(ok=False, error="answered 429", retry_after=7200.0)])
    post = Post(resting(), answer=lambda told, name: next(answers, OK))
    post.add(alert("k1"))
    at(post, EVENING)
    post.deliver()
    post.add(final("big", at=NIGHT))
    at(post, NIGHT)
    post.deliver()
    assert post.notifier.tried == [("team", "k1")]
    post.deliver(after=timedelta(hours=2))
    assert post.keys("team") == ["big"]


def test_digest_whose_turn_falls_into_quiet_hours_comes_after_them() -> None:
    post = Post(resting(when=WEEKLY))
    post.add(alert("k1"), alert("k2"))
    at(post, NIGHT)
    post.deliver()
    assert post.keys("team") == []
    at(post, MORNING)
    post.deliver()
    assert post.keys("team") == ["digest:k1+k2"]
