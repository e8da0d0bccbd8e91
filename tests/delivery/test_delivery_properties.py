"""Whatever the channels answer, nothing is lost, repeated or put out of order."""

from collections import defaultdict
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Alert
from monitor.ports import SendResult
from tests.delivery.fakes import LATER, OK, START, Post, alert, channel

ASKED = SendResult(ok=False, error="429", retry_after=200.0)
ANSWERS = st.lists(st.sampled_from([OK, LATER, ASKED]), max_size=30)
RAISED = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 6)), min_size=1, max_size=10)


@settings(max_examples=60, deadline=None)
@given(script=st.fixed_dictionaries({"a": ANSWERS, "b": ANSWERS}), raised=RAISED)
def test_every_alert_arrives_once_and_in_order_when_channels_come_back(
    script: dict[str, list[SendResult]], raised: list[tuple[int, int, int]]
) -> None:
    answers = {name: iter(results) for name, results in script.items()}

    def answer(sent: Alert, to: str) -> SendResult:
        return next(answers[to], OK)

    post = Post(channel("a"), channel("b"), answer=answer)
    about: dict[str, tuple[str, str]] = {}
    schedule = defaultdict(list)
    for number, (instrument, source, minute) in enumerate(sorted(raised, key=lambda each: each[2])):
        schedule[minute].append((f"k{number:02}", f"law-{instrument}", f"page-{source}"))
    for minute in range(600):
        for key, law, page in schedule.pop(minute, []):
            about[key] = (law, page)
            post.add(alert(key, instrument=law, source=page, at=START + timedelta(minutes=minute)))
        post.deliver(after=timedelta(minutes=1))
        if len(post.notifier.sent) == 2 * len(raised):
            break
    for name in ("a", "b"):
        keys = post.keys(name)
        assert sorted(keys) == sorted(about)
        for position in (0, 1):
            for topic in {topics[position] for topics in about.values()}:
                same = [key for key in keys if about[key][position] == topic]
                assert same == sorted(same)
