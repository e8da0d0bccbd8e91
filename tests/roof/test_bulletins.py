"""Digests on demand, the weekly word of quiet and the files for machines, drawn from a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from lxml import etree

from monitor import feeds
from monitor.alerts.samples import sample
from monitor.app import App, load_config
from monitor.model import Alert, AlertKind, EventKind, Feed, LifecycleEvent, PartialDate, Stage

START = datetime(2026, 6, 3, 9, tzinfo=UTC)  # a Wednesday
CONFIG = """
[monitor]
contact = "mailto:watch@ngo.example"
timezone = "Asia/Phnom_Penh"

[[source]]
id = "na"
url = "https://na.example/"
every = "6h"

[[channel]]
id = "law"
url = "json://127.0.0.1:9/hook"
kinds = ["status", "watching"]
instruments = ["kh-*"]

[[channel]]
id = "ops"
url = "json://127.0.0.1:9/ops"
kinds = ["health"]

[[feed]]
file = "public/law.atom"
instruments = ["kh-pdpl"]

[[feed]]
file = "public/dates.ics"
jurisdictions = ["kh"]
"""


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def app(tmp_path: Path) -> App:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return App(config=load_config(path, {}), clock=Hand())


def _set(app: App, moment: datetime) -> None:
    assert isinstance(app.clock, Hand)
    app.clock.time = moment


def _add(app: App, *alerts: Alert) -> None:
    with app.store.begin() as uow:
        for alert in alerts:
            uow.outbox.add(alert, [])


def status(key: str, *, instrument: str = "kh-pdpl", at: datetime = START) -> Alert:
    return replace(sample(AlertKind.STATUS, at), key=key, instrument=instrument, jurisdiction="KH")


def health(key: str, at: datetime = START) -> Alert:
    return replace(sample(AlertKind.HEALTH, at), key=key)


# Digests -----------------------------------------------------------------------------------------------------------


def test_digest_tells_what_was_recorded_since(app: App) -> None:
    _add(app, status("old", at=START - timedelta(days=9)), status("new"), health("down"))
    made = app.bulletins.digest(START - timedelta(days=1), None)
    assert made is not None
    assert (made.kind, len(made.items)) == (AlertKind.DIGEST, 2)
    assert "old" not in " ".join(item.note for item in made.items)


def test_digest_for_a_channel_tells_what_that_channel_gets(app: App) -> None:
    _add(app, status("ours"), status("theirs", instrument="asean-aiguide"), health("down"))
    law = next(channel for channel in app.config.channels if channel.id == "law")
    made = app.bulletins.digest(START, law)
    assert made is not None
    assert ["ours" in item.note for item in made.items] == [True]


def test_nothing_recorded_makes_no_digest(app: App) -> None:
    assert app.bulletins.digest(START, None) is None


def test_drawing_a_digest_sends_and_records_nothing(app: App) -> None:
    _add(app, status("k1"))
    app.bulletins.digest(START, None)
    with app.store.read() as uow:
        assert [row.alert.key for row in uow.outbox.all()] == ["k1"]


# The weekly word of quiet --------------------------------------------------------------------------------------------


def _keys(app: App) -> list[str]:
    with app.store.read() as uow:
        return [row.alert.key for row in uow.outbox.all()]


def test_look_of_the_daemon_tells_a_quiet_week_once(app: App) -> None:
    app.look()
    monday = datetime(2026, 6, 8, 1, tzinfo=UTC)  # 08:00 in Phnom Penh
    for moment in (monday - timedelta(minutes=1), monday, monday + timedelta(minutes=1)):
        _set(app, moment)
        app.look()
    assert [key for key in _keys(app) if key.startswith("watching")] == ["watching-law-2026-06-08"]


def test_word_of_quiet_tells_of_what_its_channel_follows_and_how_much_was_read(app: App) -> None:
    app.look()
    law = app.config.channels[0]
    made = app.bulletins.watching(law, START)
    followed = [one for one in app.config.packs.instruments if one.startswith("kh-")]
    assert sorted(item.note for item in made.items) == sorted(followed)
    assert "0 of 1 sources read in the last day" in made.bottom_line


def test_word_of_quiet_counts_changed_texts_that_moved_nothing(app: App) -> None:
    text = replace(sample(AlertKind.CHANGE, START), instrument="kh-pdpl")
    other = replace(text, key="other", instrument="asean-aiguide")
    old = replace(text, key="old", created_at=START - timedelta(days=8))
    _add(app, text, other, old)
    assert app.bulletins.watching(app.config.channels[0], START).reason.startswith("1 changed text ")


# Files for machines --------------------------------------------------------------------------------------------------


def _listed(path: Path) -> list[str]:
    ids = etree.fromstring(path.read_bytes()).iterfind("{*}entry/{*}id")
    return [str(each.text).rpartition("/")[2] for each in ids]


def test_files_list_what_they_chose_newest_first(app: App, tmp_path: Path) -> None:
    target = LifecycleEvent(
        instrument="kh-pdpl",
        kind=EventKind.TARGET_DATE,
        recorded_at=START,
        stage=Stage.SUBMITTED,
        target_date=PartialDate(2026, 12, 31),
    )
    with app.store.begin() as uow:
        uow.events.add(target)
        uow.events.add(replace(target, instrument="asean-aiguide"))
    _add(app, status("first"), status("theirs", instrument="kh-cyber"), status("second", at=START + timedelta(hours=1)))
    _add(app, health("down"))
    app.bulletins.write_feeds()
    assert _listed(tmp_path / "public" / "law.atom") == ["second", "first"]
    calendar = Calendar.from_ical((tmp_path / "public" / "dates.ics").read_bytes())
    assert [str(event["UID"]) for event in calendar.walk("VEVENT")] == ["kh-pdpl-target@ngo.example"]


def test_delivery_brings_the_files_up_to_date(app: App, tmp_path: Path) -> None:
    _add(app, status("first"))
    app.deliver()
    assert _listed(tmp_path / "public" / "law.atom") == ["first"]


def test_file_in_which_nothing_changed_is_left_alone(app: App, tmp_path: Path) -> None:
    _add(app, status("first"))
    app.bulletins.write_feeds()
    path = tmp_path / "public" / "law.atom"
    before = path.stat()
    app.bulletins.write_feeds()
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    _add(app, status("second", at=START + timedelta(hours=1)))
    app.bulletins.write_feeds()
    assert path.stat().st_ino != before.st_ino


def test_files_leave_no_half_written_part_behind(app: App, tmp_path: Path) -> None:
    app.bulletins.write_feeds()
    assert sorted(path.name for path in (tmp_path / "public").iterdir()) == ["dates.ics", "law.atom"]


def test_file_that_cannot_be_written_is_logged_and_keeps_nothing_from_being_delivered(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "public").write_text("in the way")
    app.deliver()
    assert [record.getMessage().count("cannot be written") for record in caplog.records] == [1, 1]


def test_no_secret_of_a_channel_is_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.replace("json://127.0.0.1:9/hook", "json://user:canary-77@127.0.0.1:9/canary-77"))
    app = App(config=load_config(path, {}), clock=Hand())
    _add(app, status("first"))
    app.bulletins.write_feeds()
    assert not [each for each in (tmp_path / "public").iterdir() if b"canary-77" in each.read_bytes()]


def test_atom_file_ends_after_its_newest_entries() -> None:
    many = [status(f"k{number}") for number in range(feeds.ENTRIES + 5)]
    feed = Feed(file="/nowhere/x.atom", kinds=(AlertKind.STATUS,))
    written = feeds.content(feed, many, (), contact="https://ngo.example/watch")
    assert written.count(b"<entry>") == feeds.ENTRIES
    assert b"tag:ngo.example," in written
