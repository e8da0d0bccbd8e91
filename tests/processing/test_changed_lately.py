"""Since when a page is quiet: what its revisits are reckoned from."""

from datetime import datetime

from tests.processing.desk import APPROVED, SOURCE, START, Desk, page


def changed_at(desk: Desk) -> datetime | None:
    with desk.store.read() as uow:
        known = uow.documents.get(SOURCE.id, SOURCE.url)
    assert known is not None
    return known.changed_at


def test_a_first_reading_is_no_change() -> None:
    desk = Desk()
    desk.read(page())
    desk.read(page())
    assert changed_at(desk) is None


def test_a_page_that_says_something_else_has_changed_when_that_was_read() -> None:
    desk = Desk()
    desk.read(page())
    second = desk.now
    desk.read(page(APPROVED))
    desk.read(page(APPROVED))
    assert changed_at(desk) == second > START
