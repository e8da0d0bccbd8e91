"""What may go from an archive, and what it takes on the disk."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Capture
from storage.backup import back_up
from storage.blobs import FileBlobs
from storage.sql import SqlStore
from storage.thinning import Thinned, thin
from storage.usage import measure
from tests.faults.invariants import broken
from tests.storage.samples import KEY, capture, document, known

NOW = datetime(2026, 12, 1, tzinfo=UTC)
EVERYTHING = NOW
Page = tuple[str, str]


class Archive:
    """A data directory to which captures are added one a time: (day, outcome) each, with a page that says so."""

    def __init__(self, data: Path) -> None:
        self.data, self.blobs = data, FileBlobs(data / "blobs")
        self.url = f"sqlite:///{data / 'monitor.sqlite'}"
        self.store = SqlStore(self.url, self.blobs)

    def add(self, *pages: Page, key: str = KEY) -> None:
        for day, outcome in pages:
            body = f"<h1>{outcome} on {day}</h1>".encode() + b"<p>Something of the page that stays as it is.</p>" * 40
            served = replace(self.served(key), body=body, fetched_at=datetime.fromisoformat(f"{day}T06:00Z"))
            with self.store.begin() as unit:
                unit.documents.save([known(key=key)])
                number = unit.captures.add(served, outcome=outcome)
                if outcome == "ok":
                    unit.snapshots.add(capture=served, capture_id=number, document=document(day))

    def served(self, key: str) -> Capture:
        return capture(key=key)

    def kept(self) -> list[Page]:
        """What is left, each page with the body it had."""
        with self.store.read() as unit:
            records = [unit.captures.get(number) for number in unit.captures.numbers()]
        assert all(record.outcome in record.capture.body.decode() for record in records)
        return [(f"{record.capture.fetched_at:%Y-%m-%d}", record.outcome) for record in records]

    def thin(self, before: datetime = EVERYTHING, *, trial: bool = False) -> Thinned:
        return thin(self.url, self.blobs, before=before, trial=trial)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path / "data")
    yield made
    made.store.close()
    assert [fault for fault in broken(made.data) if not fault.startswith("I3")] == []


def days(month: str, *numbers: int, outcome: str = "blocked") -> list[Page]:
    return [(f"{month}-{number:02d}", outcome) for number in numbers]


def test_of_an_outage_the_first_and_the_last_page_stay(archive: Archive) -> None:
    archive.add(*days("2026-05", 1, 2, 3, 4, 5))
    assert archive.thin().captures == 3
    assert archive.kept() == days("2026-05", 1, 5)


def test_every_good_reading_stays(archive: Archive) -> None:
    good = days("2026-05", 1, 2, 3, 4, 5, outcome="ok")
    archive.add(*good)
    assert archive.thin() == Thinned(captures=0, bodies=0, freed=0)
    assert archive.kept() == good


def test_two_outages_with_a_good_reading_between_are_two(archive: Archive) -> None:
    pages = [*days("2026-05", 1, 2), *days("2026-05", 3, outcome="ok"), *days("2026-05", 4, 5)]
    archive.add(*pages)
    archive.thin()
    assert archive.kept() == pages


def test_another_trouble_is_another_outage(archive: Archive) -> None:
    pages = [*days("2026-05", 1, 2), *days("2026-05", 3, 4, outcome="maintenance"), *days("2026-05", 5, 6)]
    archive.add(*pages)
    archive.thin()
    assert archive.kept() == pages


def test_a_long_outage_keeps_two_pages_a_month(archive: Archive) -> None:
    archive.add(*days("2026-05", 1, 10, 20, 30), *days("2026-06", 1, 10, 20))
    archive.thin()
    assert archive.kept() == [*days("2026-05", 1, 30), *days("2026-06", 1, 20)]


def test_documents_are_thinned_each_by_itself(archive: Archive) -> None:
    for day in (1, 2):
        for key in (KEY, f"{KEY}/other"):
            archive.add(*days("2026-05", day), key=key)
    assert archive.thin().captures == 0


def test_what_is_younger_stays(archive: Archive) -> None:
    archive.add(*days("2026-05", 1, 2, 3, 4, 5))
    archive.thin(datetime(2026, 5, 3, tzinfo=UTC))
    assert archive.kept() == days("2026-05", 1, 3, 4, 5)


def test_a_trial_counts_the_same_and_deletes_nothing(archive: Archive) -> None:
    archive.add(*days("2026-05", 1, 2, 3, 4, 5))
    before = sorted(archive.blobs.digests())
    counted = archive.thin(trial=True)
    assert (len(archive.kept()), sorted(archive.blobs.digests())) == (5, before)
    assert counted == archive.thin()
    assert counted.bodies > 0
    assert counted.freed > 0


def test_a_body_that_another_was_compressed_against_stays(archive: Archive) -> None:
    archive.add(*days("2026-05", *range(1, 20)))
    based = sum(bool(archive.blobs.base(digest)) for digest in archive.blobs.digests())
    thinned = archive.thin()
    assert based > 1
    assert 0 < thinned.bodies < thinned.captures
    assert archive.kept() == days("2026-05", 1, 19)


def test_a_body_that_a_kept_page_has_too_stays(archive: Archive) -> None:
    archive.add(*days("2026-05", 1, 2, 3))
    archive.add(*days("2026-05", 2), key=f"{KEY}/other")
    assert archive.thin() == Thinned(captures=1, bodies=0, freed=0)
    assert len(archive.kept()) == 3


def test_a_thinned_archive_is_backed_up_whole(archive: Archive, tmp_path: Path) -> None:
    archive.add(*days("2026-05", *range(1, 10)), *days("2026-06", 1, outcome="ok"))
    archive.thin()
    assert back_up(archive.url, archive.blobs, tmp_path / "b.tar", now=NOW).missing == ()


def test_thinning_twice_finds_nothing_more(archive: Archive) -> None:
    archive.add(*days("2026-05", *range(1, 10)))
    archive.thin()
    assert archive.thin().captures == 0


# What it takes ------------------------------------------------------------------------------------------------------


def measured(archive: Archive, now: datetime) -> tuple[float | None, float | None]:
    used = measure(archive.data, archive.data / "monitor.sqlite", archive.blobs, now=now)
    return used.per_day, used.days_left


def test_a_database_of_any_name_is_measured(archive: Archive) -> None:
    database = archive.data / "monitor[1].sqlite"
    database.write_bytes(bytes(9_000))
    assert measure(archive.data, database, archive.blobs, now=datetime.now(UTC)).database >= 9_000


def test_growth_is_not_told_before_there_is_any_to_measure(archive: Archive) -> None:
    archive.add(*days("2026-05", 1))
    now = datetime.now(UTC)
    assert measured(archive, now) == (None, None)
    assert measured(archive, now + timedelta(hours=47)) == (None, None)


def test_what_was_read_at_first_is_no_growth(archive: Archive) -> None:
    archive.add(*days("2026-05", 1, 2, 3))
    assert measured(archive, datetime.now(UTC) + timedelta(days=3)) == (0, None)


def test_growth_is_what_was_added_since_with_its_rows(archive: Archive) -> None:
    archive.add(*days("2026-05", 1, 2, 3))
    files = sorted((archive.data / "blobs").rglob("*/*"))
    now = datetime.now(UTC)
    for path in files:
        path.touch()
    os.utime(files[0], (now.timestamp() - 10 * 86400,) * 2)
    per_day, left = measured(archive, now + timedelta(days=1))
    used = measure(archive.data, archive.data / "monitor.sqlite", archive.blobs, now=now)
    block = used.bodies / used.bodies_count
    added = (used.bodies - block) + used.database * 2 / 3
    assert per_day == pytest.approx(added / 10, rel=0.05)
    assert left is not None
    assert left > 0


def test_copies_set_aside_are_not_the_database(archive: Archive) -> None:
    archive.add(*days("2026-05", 1))
    before = measure(archive.data, archive.data / "monitor.sqlite", archive.blobs, now=NOW)
    (archive.data / "monitor.sqlite.schema-0001").write_bytes(bytes(100_000))
    after = measure(archive.data, archive.data / "monitor.sqlite", archive.blobs, now=NOW)
    assert (before.copies, before.database) == (0, after.database)
    assert after.copies >= 100_000
