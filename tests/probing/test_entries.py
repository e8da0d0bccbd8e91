"""A proposed table as text, and its way into the file."""

import os
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import load_config
from monitor.errors import ConfigError, UsageError
from monitor.model import Source, Way
from monitor.probing import entry

BEFORE = """# ours, with a comment that stays
[monitor]
contact = "mailto:desk@example.net"   # kept as it is

[[source]]
id   = "old"
url = "https://www.example.org/old/"
every = "1d"

# the last word"""
NEW = Source(
    id="new",
    url="https://example.org/new",
    select=".entry-content",
    remove=(".share-bar",),
    languages=("km", "en"),
    every=timedelta(hours=6),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(BEFORE, encoding="utf-8")
    return path


def test_what_was_there_stays_to_the_letter(file: Path) -> None:
    entry.append(file, entry.table(NEW), load_config)
    assert file.read_text(encoding="utf-8").startswith(BEFORE + "\n\n[[source]]\n")


def test_what_was_written_is_what_is_loaded(file: Path) -> None:
    entry.append(file, entry.table(NEW), load_config)
    assert load_config(file).sources[-1] == NEW


def test_a_file_that_cannot_be_loaded_afterwards_is_left_alone(file: Path) -> None:
    with pytest.raises(ConfigError, match="used 2 times") as raised:
        entry.append(file, entry.table(Source(id="old", url="https://example.org/x", every=timedelta(1))), load_config)
    assert all(file.name in fault for fault in raised.value.faults)
    assert not any(f".{file.name}." in fault for fault in raised.value.faults)
    assert file.read_text(encoding="utf-8") == BEFORE


def test_no_draft_is_left_behind(file: Path) -> None:
    with pytest.raises(ConfigError):
        entry.append(file, "[[source]]\nid = 1\n", load_config)
    entry.append(file, entry.table(NEW), load_config)
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]


def test_a_file_changed_meanwhile_is_not_overwritten(file: Path) -> None:
    with pytest.raises(UsageError, match="changed meanwhile"):
        entry.append(file, entry.table(NEW), lambda draft: file.write_text("# by somebody else"))
    assert file.read_text(encoding="utf-8") == "# by somebody else"


def test_line_ends_and_rights_of_the_file_are_kept(file: Path) -> None:
    file.write_bytes(BEFORE.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    entry.append(file, entry.table(NEW), load_config)
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away: run as root to try it")
def test_the_file_still_belongs_to_whom_it_belonged(file: Path) -> None:
    os.chown(file, 12345, 23456)
    entry.append(file, entry.table(NEW), load_config)
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)


def test_a_link_to_the_file_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "here.toml"
    link.symlink_to(file)
    entry.append(link, entry.table(NEW), load_config)
    assert link.is_symlink()
    assert load_config(file).sources[-1].id == "new"


@pytest.mark.parametrize("url", ["https://example.org/old", "http://example.org/old/?utm_source=x"])
def test_an_address_that_is_watched_already_is_refused(url: str, file: Path) -> None:
    with pytest.raises(UsageError, match="is the source old already"):
        entry.refuse_known(url, "", load_config(file).sources)


def test_an_id_that_is_taken_is_refused(file: Path) -> None:
    with pytest.raises(UsageError, match="there is a source old already"):
        entry.refuse_known("https://example.org/other", "old", load_config(file).sources)


def test_words_of_a_site_cannot_leave_their_text() -> None:
    nasty = Source(id="n", url='https://example.org/"\n[[channel]]', note="a\x7fb\\", every=timedelta(days=2))
    read = tomllib.loads(entry.table(nasty, remarks=["one\n[[channel]] two", "red \x1b[31m, \x00"]))
    assert list(read) == ["source"]
    assert (read["source"][0]["url"], read["source"][0]["note"]) == (nasty.url, nasty.note)


def test_nothing_is_filled_in_from_the_environment() -> None:
    assert "${" not in entry.table(Source(id="n", url="https://example.org/${HOME}", every=timedelta(days=1)))


def test_who_speaks_is_a_comment_where_it_is_not_known() -> None:
    text = entry.table(NEW, authority_known=False)
    assert "authority" not in tomllib.loads(text)["source"][0]
    assert '# authority = "ministry"' in text


def test_ways_other_than_the_plain_one_are_written() -> None:
    source = Source(id="n", url="https://example.org", fetch=(Way.DIRECT, Way.ARCHIVE), every=timedelta(days=1))
    assert tomllib.loads(entry.table(source))["source"][0]["fetch"] == ["direct", "archive"]
    assert "fetch" not in tomllib.loads(entry.table(NEW))["source"][0]
