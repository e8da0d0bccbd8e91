"""`[monitor] archive`: which public web archive is asked, and whether any is."""

from pathlib import Path

import pytest

from monitor.config import Config, load
from monitor.errors import ConfigError
from tests.config.test_broken_configs import CHECKS, SOURCE, TOP


def read(tmp_path: Path, monitor: str = "", source: str = "") -> Config:
    path = tmp_path / "config.toml"
    path.write_text(f"{TOP}{monitor}\n{SOURCE}{source}\n", encoding="utf-8")
    return load(path, {}, CHECKS)


def fault(tmp_path: Path, monitor: str, source: str = "") -> str:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, monitor, source)
    (line,) = raised.value.faults
    return line


def test_the_wayback_machine_is_asked_unless_told_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path).archive == "https://web.archive.org/web/"


def test_another_archive_may_be_named(tmp_path: Path) -> None:
    assert read(tmp_path, 'archive = "https://arquivo.example/wayback/"').archive == "https://arquivo.example/wayback/"


def test_an_empty_archive_switches_the_way_off(tmp_path: Path) -> None:
    assert read(tmp_path, 'archive = ""').archive == ""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('"web.archive.example"', "not an http or https address"),
        ('"ftp://archive.example/"', "not an http or https address"),
        ("true", "not an http or https address"),
        ('"https://me:secret@archive.example/"', "take user name and password out"),
        ('"https://archive.example/?url="', "put behind it"),
        ('"https://archive.example/#"', "put behind it"),
    ],
)
def test_what_no_page_can_be_asked_at_is_a_fault_that_names_the_key(tmp_path: Path, written: str, said: str) -> None:
    line = fault(tmp_path, f"archive = {written}")
    assert line.startswith("config.toml: monitor.archive: ")
    assert said in line


def test_a_source_that_goes_by_an_archive_needs_one(tmp_path: Path) -> None:
    line = fault(tmp_path, 'archive = ""', 'fetch = ["direct", "archive"]')
    assert line.startswith("config.toml: source[1] (a).fetch: ")
    assert "archive is empty" in line
