"""How log lines look: for a terminal, for programs, for the journal."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import logs
from monitor.logs import LogFormat


@pytest.fixture(autouse=True)
def undone() -> Iterator[None]:
    """What logging is set to afterwards."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, logs.threading.excepthook)
    yield
    root.handlers[:] = handlers
    sys.excepthook, logs.threading.excepthook = hooks
    root.setLevel(level)


def test_away_from_a_terminal_each_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(1)
    logging.getLogger("monitor.daemon").warning("a line\nin two")
    said = json.loads(capsys.readouterr().err)
    assert (said["event"], said["level"], said["logger"]) == ("a line\nin two", "warning", "monitor.daemon")
    assert said["timestamp"].endswith("Z")


def test_readable_lines_can_be_asked_for_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(1, LogFormat.TEXT)
    logging.getLogger("monitor.daemon").info("a line\nin two \u202e\x1b[31m")
    (line,) = capsys.readouterr().err.splitlines()
    assert "a line in two" in line
    assert "\x1b" not in line
    assert "\u202e" not in line


def test_objects_can_be_asked_for_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    logs.configure(1, LogFormat.JSON)
    logging.getLogger("monitor").info("turned \u202e around")
    line = capsys.readouterr().err
    assert "\u202e" not in line
    assert json.loads(line)["event"] == "turned \u202e around"


@pytest.mark.parametrize(
    ("level", "weight"), [("debug", 7), ("info", 6), ("warning", 4), ("error", 3), ("critical", 3)]
)
def test_the_journal_gets_the_weight_of_every_line_and_no_second_time_stamp(
    level: str, weight: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "journal").open("w+") as journal:
        found = os.fstat(journal.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
        monkeypatch.setattr(sys, "stderr", journal)
        logs.configure(2, LogFormat.TEXT)
        getattr(logging.getLogger("monitor"), level)("something")
        (line,) = (tmp_path / "journal").read_text().splitlines()
    assert line.startswith(f"<{weight}>[{level}")


def test_a_journal_that_is_somebody_elses_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+") as other:
        monkeypatch.setenv("JOURNAL_STREAM", "1:1")
        monkeypatch.setattr(sys, "stderr", other)
        logs.configure(1)
        logging.getLogger("monitor").info("something")
        assert (tmp_path / "file").read_text().startswith("{")


def test_the_alarm_clock_says_nothing_while_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(1)
    logging.getLogger("apscheduler.scheduler").info("Added job")
    logging.getLogger("apscheduler.scheduler").error("a job failed")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["a job failed"]
