"""That we are still watching is told once a week, whoever makes it and whatever time the monitor was off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.delivery import tell_week
from monitor.model import Alert, AlertKind, Channel, SourceHealth
from storage.memory import MemoryStore
from tests.delivery.fakes import Post, alert, channel

BEGAN = datetime(2026, 6, 3, 9, tzinfo=UTC)  # a Wednesday
MONDAY = datetime(2026, 6, 8, 8, tzinfo=UTC)
WATCHING = (AlertKind.WATCHING,)


def store(*, began: datetime | None = BEGAN) -> MemoryStore:
    made = MemoryStore()
    with made.begin() as uow:
        uow.sources.save([SourceHealth(source_id="na", watched_since=began), SourceHealth(source_id="com")])
    return made


def build(to: Channel, turn: datetime) -> Alert:
    return replace(alert("anything", at=turn), kind=AlertKind.WATCHING, instrument="", source_id="")


def keys(made: MemoryStore) -> list[str]:
    with made.read() as uow:
        return sorted(row.alert.key for row in uow.outbox.all())


def test_week_is_told_when_its_turn_has_come_and_only_then() -> None:
    made, team = store(), channel("team", kinds=WATCHING)
    assert not tell_week(made, [team], MONDAY - timedelta(seconds=1), build)
    assert tell_week(made, [team], MONDAY, build)
    assert keys(made) == ["watching-team-2026-06-08"]


def test_week_is_told_once_however_often_somebody_looks() -> None:
    made, team = store(), channel("team", kinds=WATCHING)
    told = [tell_week(made, [team], MONDAY + timedelta(minutes=minute), build) for minute in range(5)]
    assert told == [True, False, False, False, False]


def test_each_channel_that_wants_it_gets_its_own_at_its_own_turn() -> None:
    friday = replace(channel("friday", kinds=WATCHING), when="weekly fri 17:00")
    made = store()
    for hour in range(24 * 7):
        tell_week(made, [channel("team", kinds=WATCHING), friday, channel("law")], BEGAN + timedelta(hours=hour), build)
    assert keys(made) == ["watching-friday-2026-06-05", "watching-team-2026-06-08"]


def test_after_three_weeks_off_only_the_last_week_is_told() -> None:
    made, team = store(), channel("team", kinds=WATCHING)
    tell_week(made, [team], MONDAY + timedelta(days=23, hours=5), build)
    tell_week(made, [team], MONDAY + timedelta(days=23, hours=6), build)
    assert keys(made) == ["watching-team-2026-06-29"]


@pytest.mark.parametrize(
    "began", [None, MONDAY + timedelta(hours=1)], ids=["nothing is watched", "watched since today"]
)
def test_week_in_which_nothing_was_watched_is_not_called_quiet(began: datetime | None) -> None:
    made = store(began=began)
    assert not tell_week(made, [channel("team", kinds=WATCHING)], MONDAY + timedelta(days=1), build)
    assert keys(made) == []


def test_word_of_quiet_comes_by_itself_beside_a_digest() -> None:
    post = Post(channel("team", when="weekly mon 08:00", kinds=(AlertKind.STATUS, AlertKind.WATCHING)))
    post.add(alert("k1"), replace(alert("quiet"), kind=AlertKind.WATCHING), alert("k2"))
    post.deliver()
    assert post.keys("team") == ["digest:k1+k2", "quiet"]


def test_word_of_quiet_alone_makes_no_digest() -> None:
    post = Post(channel("team", when="weekly mon 08:00", kinds=WATCHING))
    post.add(replace(alert("quiet"), kind=AlertKind.WATCHING))
    post.deliver()
    assert post.keys("team") == ["quiet"]
