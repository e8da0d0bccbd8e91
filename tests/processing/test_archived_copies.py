"""What an archive's copy may say: news if it is newer than what was read, and that a site is watched only if it is
fresh."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.model import AlertKind, Authority, DocumentRef, Evidence, Health, KnownDocument, Outcome, State, Way
from monitor.processing.intake import SourceReport
from monitor.status.register import fold
from tests.processing.desk import APPROVED, INTRODUCTION, SOURCE, START, Desk, known_packs, page

LINKS = "https://archive.example/web/20261115080000id_/"
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def copied(desk: Desk, body: bytes, age: timedelta, **more: object) -> SourceReport:
    """A reading of a copy that the archive took `age` before it."""
    address = f"{LINKS}{desk.source.url}"
    moment = desk.now - age
    return desk.read(body, way=Way.ARCHIVE, memento_at=moment, final_url=address, **more)


def evidence(desk: Desk) -> Evidence:
    with desk.store.read() as uow:
        found = uow.outbox.all()[0].alert.evidence
    assert found is not None
    return found


def caveats(desk: Desk) -> str:
    with desk.store.read() as uow:
        return " ".join(uow.outbox.all()[0].alert.caveats)


def state(desk: Desk) -> State:
    loaded, _ = known_packs()
    with desk.store.read() as uow:
        return fold(loaded.instruments["kh-pdpl"], uow.events.of("kh-pdpl")).state


# What a copy says ---------------------------------------------------------------------------------------------------


def test_a_newer_copy_is_compared_and_told_with_the_copys_own_address_and_moment(desk: Desk) -> None:
    desk.read(page())
    copied(desk, page(APPROVED), timedelta(hours=3))

    said = evidence(desk)
    assert (said.way, said.url, said.archived_copy) == (Way.ARCHIVE, SOURCE.url, f"{LINKS}{SOURCE.url}")
    assert said.captured_at == START + timedelta(hours=3)


def test_the_message_says_that_it_was_read_from_an_archive(desk: Desk) -> None:
    desk.read(page())
    copied(desk, page(APPROVED), timedelta(hours=3))

    assert "Read from the archive's copy of 2026-11-16 05:00 UTC" in caveats(desk)
    assert "not from the page itself" in caveats(desk)


def test_the_alert_is_of_the_moment_of_reading_not_of_the_copy(desk: Desk) -> None:
    desk.read(page())
    at = desk.now
    copied(desk, page(APPROVED), timedelta(hours=3))

    with desk.store.read() as uow:
        assert [row.alert.created_at for row in uow.outbox.all()] == [at]


def test_the_register_knows_when_it_learned_from_a_copy(desk: Desk) -> None:
    desk.read(page())
    at = desk.now
    copied(desk, page(APPROVED), timedelta(hours=3))

    with desk.store.read() as uow:
        assert [event.recorded_at for event in uow.events.of("kh-pdpl")] == [at]


def test_the_deciding_body_itself_moves_the_register_only_provisionally_by_a_copy(desk: Desk) -> None:
    desk.source = replace(SOURCE, authority=Authority.GOVERNMENT, publisher="com")
    desk.read(page())
    report = copied(desk, page(APPROVED), timedelta(hours=3))

    assert [stored.verdict.outcome for stored in report.verdicts] == [Outcome.MOVED]
    assert state(desk) is State.PROVISIONAL


def test_the_page_itself_of_the_deciding_body_confirms(desk: Desk) -> None:
    desk.source = replace(SOURCE, authority=Authority.GOVERNMENT, publisher="com")
    desk.read(page())
    desk.read(page(APPROVED))

    assert state(desk) is State.CONFIRMED


def test_a_page_read_with_a_browser_is_the_page_itself(desk: Desk) -> None:
    desk.source = replace(SOURCE, authority=Authority.GOVERNMENT, publisher="com")
    desk.read(page(), way=Way.BROWSER)
    desk.read(page(APPROVED), way=Way.BROWSER)

    assert state(desk) is State.CONFIRMED
    assert "Read with a browser" in caveats(desk)


def test_a_page_that_was_asked_for_plainly_is_told_without_a_word_about_it(desk: Desk) -> None:
    desk.read(page())
    desk.read(page(APPROVED))

    assert "archive" not in caveats(desk)
    assert "browser" not in caveats(desk)


# A copy is never older than what we have ----------------------------------------------------------------------------


def test_a_copy_older_than_the_last_reading_is_not_compared(desk: Desk) -> None:
    desk.read(page(APPROVED))
    report = copied(desk, page(), timedelta(hours=7))

    assert (report.tally.changed, report.tally.unchanged) == (0, 1)
    with desk.store.read() as uow:
        assert list(uow.changes.all()) == []


def test_a_copy_from_before_the_last_unchanged_check_is_not_compared(desk: Desk) -> None:
    desk.read(page(APPROVED))
    desk.reading(lambda intake: intake.unchanged(SOURCE.id, SOURCE.url, at=desk.now))
    report = copied(desk, page(), timedelta(hours=8))  # newer than the snapshot, older than the check

    assert report.tally.changed == 0


def test_the_same_copy_read_again_says_nothing_new(desk: Desk) -> None:
    desk.read(page())
    copied(desk, page(APPROVED), timedelta(hours=3))
    report = copied(desk, page(APPROVED), timedelta(hours=9))

    assert (report.tally.changed, desk.kinds()) == (0, [AlertKind.STATUS])


def test_the_site_back_again_is_compared_with_the_copy(desk: Desk) -> None:
    desk.read(page())
    copied(desk, page(APPROVED), timedelta(hours=3))
    report = desk.read(page(APPROVED))

    assert (report.tally.unchanged, desk.kinds()) == (1, [AlertKind.STATUS])


def test_an_old_copy_is_checked_without_leaving_a_capture(desk: Desk) -> None:
    desk.read(page())
    copied(desk, page(APPROVED), timedelta(days=90))

    with desk.store.read() as uow:
        assert len(uow.captures.numbers()) == 1


def test_the_validators_of_an_archive_are_not_kept_for_the_site(desk: Desk) -> None:
    headers = (("Content-Type", "text/html"), ("ETag", '"archive"'), ("Last-Modified", "Thu, 03 Sep 2026 10:11:12 GMT"))
    copied(desk, page(), timedelta(hours=3), headers=headers)

    with desk.store.read() as uow:
        known = uow.documents.get(SOURCE.id, SOURCE.url)
    assert known is not None
    assert (known.etag, known.last_modified, known.sha256) == ("", "", "")


# Error pages in an archive ------------------------------------------------------------------------------------------


def test_the_copy_of_a_challenge_is_no_reading(desk: Desk) -> None:
    desk.read(page())
    report = copied(desk, CHALLENGE, timedelta(hours=1), status=403)

    assert (report.read, report.health) == (False, Health.BLOCKED)
    assert "the archived copy of 16 Nov 2026" in report.detail


def test_what_the_ways_before_met_is_told_with_what_the_copy_is(desk: Desk) -> None:
    desk.read(page())
    report = copied(desk, CHALLENGE, timedelta(hours=1), status=403, met=("direct: HTTP 403: refused",))

    assert report.detail.startswith("blocked: direct: HTTP 403: refused; archive: the archived copy of 16 Nov 2026")


def test_one_copy_of_a_missing_page_never_shows_that_it_was_withdrawn_however_often_it_is_read(desk: Desk) -> None:
    desk.read(page())
    taken_at = desk.now - timedelta(hours=1)
    for _ in range(6):
        report = copied(desk, b"<html><h1>Not Found</h1></html>", desk.now - taken_at, status=404)

    assert report.health is Health.BLOCKED
    assert "not held to be withdrawn" in report.detail or "missing since" in report.detail
    with desk.store.read() as uow:
        assert not [row for row in uow.outbox.all() if "withdrawn" in row.alert.subject]


def test_one_copy_that_lost_most_of_its_text_does_not_confirm_itself(desk: Desk) -> None:
    desk.read(page(*(f"Paragraph {number}: {INTRODUCTION}" for number in range(8))))
    taken_at = desk.now - timedelta(hours=1)
    reports = [copied(desk, page(), desk.now - taken_at) for _ in range(3)]

    assert [report.read for report in reports] == [False, False, False]


# Blindness is still told --------------------------------------------------------------------------------------------


def test_a_fresh_copy_is_a_good_reading_and_says_what_it_was_read_from(desk: Desk) -> None:
    desk.read(page())
    report = copied(desk, page(), timedelta(hours=2))

    assert (report.read, report.health) == (True, Health.OK)
    assert report.detail == "read from an archived copy of 16 Nov 2026"


def test_the_source_is_known_up_to_the_copy_not_up_to_its_reading(desk: Desk) -> None:
    taken_at = desk.now - timedelta(hours=2)
    copied(desk, page(), timedelta(hours=2))

    with desk.store.read() as uow:
        assert uow.sources.get(SOURCE.id).last_ok_at == taken_at


def test_a_copy_three_months_old_does_not_make_a_source_look_well(desk: Desk) -> None:
    report = copied(desk, page(), timedelta(days=90), met=("direct: HTTP 403: refused",))

    assert (report.read, report.health) == (False, Health.BLOCKED)
    assert report.detail == ("blocked: direct: HTTP 403: refused; only an archived copy of 18 Aug 2026 can be read")


def test_what_a_stale_copy_says_is_told_all_the_same(desk: Desk) -> None:
    copied(desk, page(), timedelta(days=90))
    report = copied(desk, page(APPROVED), timedelta(days=2))

    assert (report.health, report.tally.changed) == (Health.BLOCKED, 1)
    assert AlertKind.STATUS in desk.kinds()


def test_operators_are_told_once_that_only_stale_copies_can_be_read(desk: Desk) -> None:
    desk.read(page())
    for _ in range(6):
        copied(desk, page(), timedelta(days=30))

    assert desk.kinds() == [AlertKind.HEALTH]


def test_a_copy_older_than_the_last_reading_is_named_as_such(desk: Desk) -> None:
    desk.read(page())
    report = copied(desk, page(), timedelta(days=30))

    assert report.detail == ("blocked: only an archived copy of 17 Oct 2026, older than the last reading, can be read")


def test_an_old_copy_takes_nothing_from_what_is_known(desk: Desk) -> None:
    desk.read(page())
    copied(desk, page(), timedelta(days=30))

    with desk.store.read() as uow:
        assert uow.sources.get(SOURCE.id).last_ok_at == START
        known = uow.documents.get(SOURCE.id, SOURCE.url)
    assert known is not None
    assert known.last_ok_at == START


def test_the_site_itself_ends_the_blindness_that_stale_copies_left(desk: Desk) -> None:
    desk.read(page())
    for _ in range(3):
        copied(desk, page(), timedelta(days=30))
    desk.read(page())

    assert desk.kinds() == [AlertKind.HEALTH, AlertKind.RECOVERED]


def test_who_hears_that_a_source_can_be_read_again_hears_that_it_is_from_copies(desk: Desk) -> None:
    desk.read(page())
    for _ in range(3):
        copied(desk, page(), timedelta(days=30))
    copied(desk, page(), timedelta(hours=1))

    assert desk.kinds()[-1] is AlertKind.RECOVERED
    assert caveats(desk).startswith("How it was read: read from an archived copy of 17 Nov 2026.")


def test_a_weekly_source_is_watched_by_copies_that_are_days_old(desk: Desk) -> None:
    desk.source = replace(SOURCE, every=timedelta(days=7))
    report = copied(desk, page(), timedelta(days=5))

    assert report.health is Health.OK


# Lists --------------------------------------------------------------------------------------------------------------


def listed(desk: Desk, age: timedelta | None, *paths: str) -> SourceReport:
    """A reading of the index alone: from a copy of `age`, or live."""
    copied_at: datetime | None = None if age is None else desk.now - age
    index = KnownDocument(source_id=SOURCE.id, key="index:list", url=SOURCE.url, last_ok_at=copied_at)
    refs: Sequence[DocumentRef] = [DocumentRef(key=path, url=SOURCE.url + path, version="1") for path in paths]
    return desk.reading(lambda intake: intake.indexed(index, refs, at=desk.now))


def keys(desk: Desk) -> set[str]:
    with desk.store.read() as uow:
        return set(uow.documents.of([SOURCE.id])[SOURCE.id])


def test_a_newer_copy_of_a_list_names_new_documents(desk: Desk) -> None:
    listed(desk, None, "/1")
    listed(desk, timedelta(hours=1), "/1", "/2")

    assert keys(desk) == {"index:list", "/1", "/2"}


def test_an_older_copy_of_a_list_names_none(desk: Desk) -> None:
    listed(desk, None, "/1")
    listed(desk, timedelta(days=30), "/0")

    assert keys(desk) == {"index:list", "/1"}


def test_a_list_seen_only_in_an_old_copy_is_blocked(desk: Desk) -> None:
    report = listed(desk, timedelta(days=30), "/1")

    assert (report.read, report.health) == (False, Health.BLOCKED)


def test_what_a_blocked_list_names_later_is_news(desk: Desk) -> None:
    listed(desk, timedelta(days=30), "/1")
    listed(desk, timedelta(days=20), "/1", "/2")

    with desk.store.read() as uow:
        known = uow.documents.of([SOURCE.id])[SOURCE.id]
    assert (known["/1"].baseline, known["/2"].baseline) == (True, False)


def test_documents_read_from_copies_behind_a_live_list_leave_the_source_well(desk: Desk) -> None:
    index = KnownDocument(source_id=SOURCE.id, key="index:list", url=SOURCE.url)
    capture = desk.capture(page(), way=Way.ARCHIVE, memento_at=desk.now - timedelta(days=90))

    def told(intake: object) -> None:
        intake.indexed(index, [DocumentRef(key=SOURCE.url, url=SOURCE.url)], at=desk.now)  # type: ignore[attr-defined]
        intake.captured(capture)  # type: ignore[attr-defined]

    assert desk.reading(told).health is Health.OK
