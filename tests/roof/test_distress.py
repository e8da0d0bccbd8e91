"""Storage that fails is told past it: once a day, to those who look after it, and that it is over."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import logs
from monitor.daemon import Daemon
from monitor.distress import Distress
from monitor.errors import StorageError
from monitor.model import Alert, AlertKind, Channel
from monitor.ports import SendResult

FULL = StorageError("The database /data/monitor.sqlite cannot grow, the disk is full; free space.")
OPERATORS = Channel(id="ops", url="json://h/", kinds=(AlertKind.HEALTH, AlertKind.RECOVERED))
READERS = Channel(id="readers", url="json://h/", kinds=(AlertKind.STATUS,))


@dataclass
class Desk:
    """A machine with its clock, and those who can be told; `answers` says whether a channel takes a message."""

    home: Path
    channels: tuple[Channel, ...] = (OPERATORS, READERS)
    answers: Callable[[str], bool] = lambda channel: True
    at: datetime = datetime(2026, 6, 8, 12, tzinfo=UTC)
    told: list[tuple[str, Alert]] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.home / "data").mkdir()
        (self.home / "spare").mkdir()

    def now(self) -> datetime:
        return self.at

    def send(self, alert: Alert, channel: str) -> SendResult:
        self.told.append((channel, alert))
        return SendResult(ok=self.answers(channel), error="" if self.answers(channel) else "no")

    def process(self, data: str = "data", spare: str = "spare") -> Distress:
        """What one process of the product has."""
        return Distress(
            data_dir=self.home / data,
            channels=self.channels,
            notifier=lambda: self,
            clock=self,
            timezone="Asia/Phnom_Penh",
            spare=self.home / spare,
        )

    def kinds(self) -> list[AlertKind]:
        return [alert.kind for _, alert in self.told]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_operators_are_told_what_is_wrong_and_readers_of_law_are_not(desk: Desk) -> None:
    assert desk.process().tell(FULL)
    ((channel, alert),) = desk.told
    assert (channel, alert.kind) == ("ops", AlertKind.HEALTH)
    assert "the disk is full" in alert.reason


@pytest.mark.parametrize(("data", "spare"), [("data", "spare"), ("nowhere", "spare")], ids=["data", "spare"])
def test_processes_that_meet_the_same_trouble_tell_once_a_day(desk: Desk, data: str, spare: str) -> None:
    told = []
    for hours in (0, 1, 23, 25, 30, 49.5):
        desk.at = datetime(2026, 6, 8, tzinfo=UTC) + timedelta(hours=hours)
        told.append(desk.process(data, spare).tell(FULL))
    assert told == [True, False, False, True, False, True]


def test_a_process_that_can_write_nowhere_still_tells_once(desk: Desk) -> None:
    process = desk.process("nowhere", "nowhere")
    assert [process.tell(FULL), process.tell(FULL)] == [True, False]


def test_who_reached_nobody_tries_again(desk: Desk) -> None:
    desk.answers = lambda channel: False
    assert not desk.process().tell(FULL)
    desk.answers = lambda channel: True
    assert desk.process().tell(FULL)


def test_without_a_channel_for_operators_nothing_is_sent_and_nothing_breaks(desk: Desk) -> None:
    desk.channels = (READERS,)
    assert not desk.process().tell(FULL)
    assert not desk.process().over()
    assert desk.told == []


def test_the_end_is_told_once_and_only_to_those_who_heard_of_the_beginning(desk: Desk) -> None:
    assert not desk.process().over()
    desk.process().tell(FULL)
    assert desk.process().over()
    assert not desk.process().over()
    assert desk.process().tell(FULL), "what happens after the end is news"
    assert desk.kinds() == [AlertKind.HEALTH, AlertKind.RECOVERED, AlertKind.HEALTH]


def test_a_mark_that_others_made_in_a_shared_place_silences_nobody(desk: Desk, tmp_path: Path) -> None:
    desk.process("nowhere").tell(FULL)
    (mark,) = (tmp_path / "spare").iterdir()
    mark.unlink()
    mark.symlink_to(tmp_path / "data")
    assert desk.process("nowhere").tell(FULL)


def test_a_full_disk_leaves_no_place_for_temporary_files_and_silences_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_place() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", no_place)
    process = Distress(
        data_dir=desk.home / "data", channels=desk.channels, notifier=lambda: desk, clock=desk, timezone="UTC"
    )
    assert process.tell(FULL)


def test_a_mark_that_cannot_be_removed_does_not_silence_the_next_days(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(path: Path) -> None:
        raise OSError(30, "Read-only file system")

    assert desk.process().tell(FULL)
    monkeypatch.setattr(Path, "unlink", read_only)
    desk.at += timedelta(hours=25)
    assert desk.process().tell(FULL)


def test_a_notifier_that_breaks_hides_neither_the_trouble_nor_the_other_channels(desk: Desk) -> None:
    def answers(channel: str) -> bool:
        if channel == "ops":
            raise RuntimeError("a fault of ours")
        return True

    desk.channels = (OPERATORS, Channel(id="night", url="json://h/", kinds=(AlertKind.HEALTH,)))
    desk.answers = answers
    with pytest.raises(StorageError), desk.process().telling():
        raise FULL
    assert {channel for channel, _ in desk.told} == {"ops", "night"}


def test_a_block_that_fails_is_told_and_fails_all_the_same(desk: Desk) -> None:
    with pytest.raises(StorageError), desk.process().telling():
        raise FULL
    assert desk.kinds() == [AlertKind.HEALTH]


def test_no_secret_is_told(desk: Desk) -> None:
    logs.hide(["hunter2-of-the-database"])
    try:
        desk.process().tell(StorageError("The database at db/hunter2-of-the-database is gone."))
    finally:
        logs.hide(())
    ((_, alert),) = desk.told
    assert "hunter2" not in repr(alert)


def test_the_daemon_tells_of_storage_that_fails_in_a_loop_of_its(desk: Desk) -> None:
    class Broken:
        distress = desk.process()

    async def fails() -> timedelta:
        raise FULL

    asyncio.run(Daemon(Broken(), None, None)._guarded(fails))  # type: ignore[arg-type]
    assert desk.kinds() == [AlertKind.HEALTH]
