"""Secrets from a file: after the environment, and only from a file that nobody else can read."""

from pathlib import Path

import pytest

from monitor.cli import secrets
from monitor.config import Checks, Config, load
from monitor.errors import ConfigError

CHECKS = Checks(spiders=("page",), cron=lambda text: None, channel_url=lambda url: None, when=lambda text: None)
CONFIG = """
[monitor]
contact = "mailto:watch@ngo.example"
secrets_file = "{place}"
[[source]]
id = "a"
url = "https://a.example/"
every = "6h"
[[channel]]
id = "team"
url = "${{TEAM}}"
"""
TEAM = "json://u:s3cret-of-the-file@hook.example/x"


def configured(home: Path, place: str = "../secrets.env") -> Path:
    (home / "etc").mkdir(exist_ok=True)
    config = home / "etc" / "config.toml"
    config.write_text(CONFIG.format(place=place), encoding="utf-8")
    return config


def kept(home: Path, text: str = f"TEAM={TEAM}\n", mode: int = 0o600) -> Path:
    file = home / "secrets.env"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def read(config: Path, **environment: str) -> Config:
    return load(config, environment, CHECKS)


def faults(config: Path, **environment: str) -> str:
    with pytest.raises(ConfigError) as refused:
        read(config, **environment)
    assert "s3cret" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "text",
    [f"TEAM={TEAM}", f"# of the team\n\n  TEAM = {TEAM}  \n", f'export TEAM="{TEAM}"\r\n', f"OTHER=#\nTEAM='{TEAM}'"],
)
def test_a_name_is_filled_from_the_file(tmp_path: Path, text: str) -> None:
    kept(tmp_path, text)
    assert read(configured(tmp_path)).channels[0].url == TEAM


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    kept(tmp_path)
    assert read(configured(tmp_path), TEAM="json://other/").channels[0].url == "json://other/"


def test_the_place_of_the_file_may_come_from_the_environment(tmp_path: Path) -> None:
    kept(tmp_path)
    config = configured(tmp_path, "${CREDENTIALS}/secrets.env")
    assert read(config, CREDENTIALS=str(tmp_path)).channels[0].url == TEAM
    assert "${CREDENTIALS} is not set" in faults(config)


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o666, 0o620])
def test_a_file_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    kept(tmp_path, mode=mode)
    said = faults(configured(tmp_path))
    assert "monitor.secrets_file" in said
    assert "chmod 640" in said


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o640])
def test_a_file_for_its_owner_and_group_is_taken(tmp_path: Path, mode: int) -> None:
    kept(tmp_path, mode=mode)
    assert read(configured(tmp_path)).channels[0].url == TEAM


def test_a_file_in_the_repository_of_the_configuration_is_refused(tmp_path: Path) -> None:
    kept(tmp_path)
    config = configured(tmp_path)
    (tmp_path / ".git").mkdir()
    assert "inside the git working tree" in faults(config)


def test_a_file_beside_the_repository_of_the_configuration_is_taken(tmp_path: Path) -> None:
    kept(tmp_path)
    config = configured(tmp_path)
    (tmp_path / "etc" / ".git").mkdir()
    assert read(config).channels[0].url == TEAM


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"TEAM={TEAM}\ns3cret alone\n", "line 2 is not NAME=value"),
        (f"TEAM={TEAM}\nTEAM=s3cret\n", "line 2 gives TEAM again"),
        ("OTHER=s3cret", "${TEAM} is not set in the environment, nor in a secrets_file"),
        ("TEAM=\n", "${TEAM} is not set"),
        ("TEAM=\udcff", "not UTF-8"),
    ],
)
def test_a_fault_of_the_file_is_named_without_its_values(tmp_path: Path, text: str, said: str) -> None:
    file = kept(tmp_path, "")
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert said in faults(configured(tmp_path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "secrets.env cannot be read: No such file" in faults(configured(tmp_path))


def test_what_the_file_holds_is_hidden_while_the_configuration_is_read(tmp_path: Path) -> None:
    kept(tmp_path, f"TEAM={TEAM}\nUNUSED=another-s3cret\n")
    assert secrets.of_environment(configured(tmp_path), {}) == {TEAM, "another-s3cret"}


@pytest.mark.parametrize("place", ["~nobody-by-this-name/secrets.env", "a\\u0000b"])
def test_a_place_that_is_no_path_is_a_fault_of_its_key(tmp_path: Path, place: str) -> None:
    assert "monitor.secrets_file" in faults(configured(tmp_path, place), TEAM=TEAM)
    secrets.of_environment(configured(tmp_path, place), {"TEAM": TEAM})  # asked before anything was checked
