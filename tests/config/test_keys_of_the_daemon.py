"""The keys of `[monitor]` that are about the daemon."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import Checks, Config, load
from monitor.errors import ConfigError

CHECKS = Checks(spiders=("page",), cron=lambda text: None, channel_url=lambda url: None, when=lambda text: None)
SOURCES = """
[[source]]
id = "own"
url = "https://a.example/"
every = "1h"
jitter = "0s"
[[source]]
id = "plain"
url = "https://b.example/"
every = "1h"
"""


def read(home: Path, *keys: str, text: str | None = None) -> Config:
    config = home / "config.toml"
    written = "\n".join(('[monitor]\ncontact = "mailto:t@example.net"', *keys)) + SOURCES
    config.write_text(written, encoding="utf-8")
    return load(config, {}, CHECKS, text=text)


def test_the_health_address_is_off_unless_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path).health is None
    assert read(tmp_path, 'health = ""').health is None


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("127.0.0.1:9109", ("127.0.0.1", 9109)),
        ("127.0.0.53:80", ("127.0.0.53", 80)),
        ("localhost:9109", ("localhost", 9109)),
        ("[::1]:9109", ("::1", 9109)),
    ],
)
def test_an_address_of_this_machine_alone_is_taken(tmp_path: Path, address: str, parts: tuple[str, int]) -> None:
    assert read(tmp_path, f'health = "{address}"').health == parts


@pytest.mark.parametrize("address", ["0.0.0.0:9109", "[::]:9109", "10.0.0.1:9109", "example.org:9109", "128.0.0.1:1"])
def test_an_address_that_others_can_reach_is_a_fault(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"monitor\.health: .* is not on this machine"):
        read(tmp_path, f'health = "{address}"')


@pytest.mark.parametrize("address", ['"127.0.0.1"', '":9109"', '"127.0.0.1:99999"', "9109", "true"])
def test_what_is_no_address_is_a_fault(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"monitor\.health: "):
        read(tmp_path, f"health = {address}")


def test_a_source_has_the_common_jitter_unless_it_has_its_own(tmp_path: Path) -> None:
    own, plain = read(tmp_path, 'jitter = "5m"').sources
    assert (own.jitter, plain.jitter) == (timedelta(), timedelta(minutes=5))


@pytest.mark.parametrize("line", ['jitter = "often"', "jitter = 5", 'log = "xml"', "children = 0", "children = 17"])
def test_what_cannot_be_used_is_a_fault_of_its_key(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match=rf"config\.toml: monitor\.{line.split()[0]}: "):
        read(tmp_path, line)


def test_a_text_is_read_in_place_of_the_file_and_kept_with_what_was_read(tmp_path: Path) -> None:
    accepted = read(tmp_path, "children = 3")
    read(tmp_path, "children = 5")
    again = load(tmp_path / "config.toml", {}, CHECKS, text=accepted.text)
    assert (again.children, again.text, again.data_dir) == (3, accepted.text, accepted.data_dir)
