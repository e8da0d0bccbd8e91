"""The weekly word that quiet is real."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor import alerts
from monitor.model import Alert, AlertKind, EventKind, Health, LifecycleEvent, PartialDate, Stage
from tests.alerts.test_wording import BODIES, GUIDE, LAW

NOW = datetime(2026, 3, 16, 2, tzinfo=UTC)
WEEK = timedelta(days=7)
MOVED = LifecycleEvent(
    id=1,
    instrument=LAW.id,
    kind=EventKind.MOVED,
    recorded_at=NOW - timedelta(days=3),
    stage=Stage.APPROVED,
    event_date=PartialDate(2026, 3, 12),
)


def watching(*events: LifecycleEvent, unread: int = 0, text_changes: int = 0) -> Alert:
    watched = [alerts.Watched(source_id=f"s{n}", health=Health.OK, last_ok_at=NOW) for n in range(4)]
    blind = [alerts.Watched(source_id=f"b{n}", health=Health.BLOCKED, last_ok_at=None) for n in range(unread)]
    return alerts.watching_alert(
        alerts.standings([LAW, GUIDE], {LAW.id: list(events)}),
        alerts.coverage([*watched, *blind], NOW),
        since=NOW - WEEK,
        created_at=NOW,
        bodies=BODIES,
        local_timezone="Asia/Phnom_Penh",
        channel_id="team",
        text_changes=text_changes,
    )


def test_a_quiet_week_says_what_was_watched_and_what_was_read() -> None:
    alert = watching()
    assert alert.subject == "[Watching] 2 instruments, none moved, 9 Mar 2026 – 16 Mar 2026"
    assert alert.bottom_line == (
        "Still watching: 2 instruments, none moved since 9 Mar 2026. 4 of 4 sources read in the last day."
    )
    assert (alert.kind, alert.key) == (AlertKind.WATCHING, "watching-team-2026-03-16")


def test_unread_sources_are_named_so_that_quiet_is_not_taken_for_granted() -> None:
    assert "b0 never read: blocked" in watching(unread=1).bottom_line


def test_each_instrument_has_the_days_since_it_moved() -> None:
    lines = [line for item in watching().items for line in item.lines]
    assert lines == ["In drafting by the baseline of 1 Dec 2025: 105 days without movement"] * 2


def test_what_moved_comes_first_and_is_marked() -> None:
    alert = watching(replace(MOVED))
    assert alert.subject.startswith("[Watching] 1 of 2 instruments moved")
    assert alert.items[0].title == "● Personal Data Protection Law"
    assert alert.items[0].lines[0] == "Approved (not confirmed) since 12 Mar 2026: 4 days ago"


def test_what_moved_before_the_week_is_quiet_again() -> None:
    alert = watching(replace(MOVED, recorded_at=NOW - timedelta(days=8)))
    assert "none moved" in alert.subject


def test_a_corroboration_is_no_movement() -> None:
    old = replace(MOVED, recorded_at=NOW - timedelta(days=30))
    again = replace(MOVED, id=2, kind=EventKind.CORROBORATED)
    assert "none moved" in watching(old, again).subject


@pytest.mark.parametrize(("since", "said"), [(PartialDate(2025), "more than 75 days"), (PartialDate(2026), "unknown")])
def test_days_since_a_month_or_year_are_not_made_up(since: PartialDate, said: str) -> None:
    old = replace(MOVED, recorded_at=NOW - timedelta(days=30), event_date=since)
    assert any(said in item.lines[0] for item in watching(old).items)


@pytest.mark.parametrize(("day", "passed"), [(PartialDate(2026, 2), True), (PartialDate(2026, 3), False)])
def test_an_announced_date_is_shown_and_whether_it_has_passed(day: PartialDate, passed: bool) -> None:
    planned = replace(MOVED, kind=EventKind.TARGET_DATE, stage=Stage.ADOPTED, event_date=None, target_date=day)
    (line,) = [line for item in watching(planned).items for line in item.lines if "announced" in line]
    assert line.endswith("which has passed") is passed


def test_changed_texts_that_moved_nothing_are_counted() -> None:
    assert watching().reason == "No text that names an instrument changed."
    assert watching(text_changes=3).reason == "3 changed texts named an instrument and moved nothing."


def test_an_instrument_whose_baseline_is_today_moved_today() -> None:
    standing = alerts.standings([replace(LAW, as_of=date(2026, 3, 16))], {})
    alert = alerts.watching_alert(standing, alerts.coverage([], NOW), since=NOW - WEEK, created_at=NOW, bodies={})
    assert alert.items[0].lines[0].endswith("moved today")
