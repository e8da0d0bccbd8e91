"""Announced dates: who announced them, when one has slipped, when one is met."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor import alerts
from monitor.model import EventKind, LifecycleEvent, PartialDate, Stage
from monitor.status.ladder import Step
from monitor.status.register import fold
from tests.alerts.test_wording import BODIES, LAW, MINISTRY, PASSED, claim, telling, verdict_on

ZONE = "Asia/Phnom_Penh"
AT = datetime(2026, 3, 13, 2, 30, tzinfo=UTC)
PLANNED = LifecycleEvent(
    id=1,
    instrument=LAW.id,
    kind=EventKind.TARGET_DATE,
    recorded_at=AT,
    stage=Stage.ADOPTED,
    target_date=PartialDate(2026, 6),
    evidence=telling(MINISTRY, "It is expected by June.").evidence,
)


def expected(*events: LifecycleEvent) -> alerts.Announced | None:
    return alerts.announced(fold(LAW, events), events)


def test_an_announced_date_knows_its_step_and_who_announced_it() -> None:
    assert expected(PLANNED) == alerts.Announced(
        day=PartialDate(2026, 6), step=Step(Stage.ADOPTED), evidence=PLANNED.evidence
    )


def test_no_date_is_announced_where_the_register_shows_none() -> None:
    reached = LifecycleEvent(
        id=2, instrument=LAW.id, kind=EventKind.CONFIRMED, recorded_at=AT, stage=Stage.ADOPTED, evidence=None
    )
    assert (expected(), expected(PLANNED, reached)) == (None, None)


def test_of_two_dates_the_newer_one_counts() -> None:
    later = replace(PLANNED, id=2, target_date=PartialDate(2026, 12))
    found = expected(PLANNED, later)
    assert found is not None
    assert found.day == PartialDate(2026, 12)


def test_a_date_that_was_rejected_lets_the_one_before_stand() -> None:
    wrong = replace(PLANNED, id=2, evidence=telling(MINISTRY, "Another page.").evidence)
    rejected = LifecycleEvent(id=3, instrument=LAW.id, kind=EventKind.REJECTED, recorded_at=AT, decides=2, reviewer="a")
    found = expected(PLANNED, wrong, rejected)
    assert found is not None
    assert found.evidence == PLANNED.evidence


@pytest.mark.parametrize(
    ("day", "now", "slipped"),
    [
        (PartialDate(2026, 6, 12), datetime(2026, 6, 12, 16, 59, tzinfo=UTC), False),  # the last minute of that day
        (PartialDate(2026, 6, 12), datetime(2026, 6, 13, 0, 59, tzinfo=UTC), False),  # a minute to eight on the next
        (PartialDate(2026, 6, 12), datetime(2026, 6, 13, 1, 0, tzinfo=UTC), True),
        (PartialDate(2026, 6), datetime(2026, 6, 30, 2, 0, tzinfo=UTC), False),
        (PartialDate(2026, 6), datetime(2026, 7, 1, 1, 0, tzinfo=UTC), True),
        (PartialDate(2026), datetime(2026, 12, 31, 2, 0, tzinfo=UTC), False),
        (PartialDate(2026), datetime(2027, 1, 1, 2, 0, tzinfo=UTC), True),
        (PartialDate(2026), datetime(2027, 1, 1, 18, 0, tzinfo=UTC), False),  # one in the morning there
    ],
)
def test_a_date_has_slipped_on_the_morning_after_its_last_day(day: PartialDate, now: datetime, slipped: bool) -> None:
    assert alerts.has_slipped(alerts.Announced(day=day), now, ZONE) is slipped


def slipped(announced: alerts.Announced) -> str:
    alert = alerts.slipped_alert(
        LAW,
        fold(LAW, [PLANNED]),
        announced,
        datetime(2026, 7, 1, 1, tzinfo=UTC),
        bodies=BODIES,
        sources={MINISTRY.id: MINISTRY},
        coverage="17 of 18 sources read in the last day.",
        local_timezone=ZONE,
    )
    return "\n".join((alert.key, alert.subject, alert.bottom_line, alert.reason, *alert.caveats))


def test_a_slipped_date_names_who_expected_what_and_how_much_was_read() -> None:
    found = expected(PLANNED)
    assert found is not None
    said = slipped(found)
    assert said.startswith(
        "slipped-kh-pdpl-2026-06\n[Date slipped] Personal Data Protection Law: not seen adopted by Jun"
    )
    assert "no source read says that it was adopted, expected by Jun 2026 by Ministry of Post" in said
    assert "17 of 18 sources" in said
    assert "no proof that it did not happen" in said


def test_a_slipped_date_without_step_or_source_is_told_as_well() -> None:
    assert "took its next step, expected by Jun 2026 by a reviewer" in slipped(
        alerts.Announced(day=PartialDate(2026, 6))
    )


@pytest.mark.parametrize(
    ("day", "tag", "kept"),
    [
        (PartialDate(2026, 6), "[Date met]", "in time"),
        (PartialDate(2026, 3), "[Date met]", "in time"),
        (PartialDate(2026, 3, 12), "[Date met]", "in time"),
        (PartialDate(2026, 3, 11), "[Date met late]", "later than announced"),
        (PartialDate(2025), "[Date met late]", "later than announced"),
    ],
)
def test_a_date_is_met_in_time_or_late(day: PartialDate, tag: str, kept: str) -> None:
    verdict = verdict_on(PASSED, MINISTRY)
    alert = alerts.met_alert(verdict, LAW, telling(MINISTRY, "…"), alerts.Announced(day=day))
    assert alert.subject.startswith(tag)
    assert kept in alert.bottom_line
    assert alert.subject.endswith(", unconfirmed)")


def test_a_step_without_a_date_of_its_own_counts_from_the_day_it_was_read() -> None:
    verdict = verdict_on(claim(Stage.ADOPTED, "…", actor="na"), MINISTRY)
    alert = alerts.met_alert(verdict, LAW, telling(MINISTRY, "…"), alerts.Announced(day=PartialDate(2026, 3, 13)))
    assert "no later than 13 Mar 2026" in alert.bottom_line
    assert alert.subject.startswith("[Date met]")


def test_the_alert_of_a_date_met_has_a_key_of_its_own() -> None:
    verdict = verdict_on(PASSED, MINISTRY)
    met = alerts.met_alert(verdict, LAW, telling(MINISTRY, "…"), alerts.Announced(day=PartialDate(2026)))
    assert met.key == "mptc-en-000012-target_date-kh-pdpl-met"
