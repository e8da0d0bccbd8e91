"""The files for a server: the unit as systemd reads it, the image as a linter reads it, the pins of both locks."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("lex-monitor.service", "lex-monitor-once.service", "lex-monitor-once.timer")


def part(name: str, package: str) -> str:
    """The program `name`: CI must have it, elsewhere its absence skips the test."""
    beside = ROOT / ".venv" / "bin" / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"{name} is missing; install {package}")
    return str(found)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The unit files with a command that exists here, as systemd looks for it."""
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/lex-monitor/.venv/bin/monitor", "/bin/true"), encoding="utf-8")
    shutil.copytree(DEPLOY / "lex-monitor.service.d", tmp_path / "lex-monitor.service.d")
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_has_nothing_to_say_against_a_unit(unit: str, installed: Path) -> None:
    command = [part("systemd-analyze", "systemd"), "verify", "--man=no", str(installed / unit)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in verified.stderr.splitlines() if "lex-monitor" in line]
    assert (verified.returncode, ours) == (0, [])


def test_systemd_takes_a_unit_with_a_misspelt_key_for_faulty(installed: Path) -> None:
    unit = installed / UNITS[0]
    unit.write_text(unit.read_text(encoding="utf-8").replace("ProtectSystem=", "ProtectSytem="), encoding="utf-8")
    command = [part("systemd-analyze", "systemd"), "verify", "--man=no", str(unit)]
    assert "ProtectSytem" in subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_the_daemon_is_little_exposed(installed: Path) -> None:
    """`systemd-analyze security` goes from 0 (nothing it could do) to 10; an unhardened unit has 9.6."""
    shutil.rmtree(installed / "lex-monitor.service.d")  # the browser's wider rights are asked for on purpose
    command = [
        part("systemd-analyze", "systemd"),
        "security",
        "--offline=true",
        "--threshold=30",
        str(installed / UNITS[0]),
    ]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout.splitlines()[-1]


def test_the_linter_has_nothing_to_say_against_the_image() -> None:
    linted = subprocess.run(
        [part("hadolint", "the development extras on x86-64 Linux"), str(DEPLOY / "Dockerfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_runs_as_nobody_special_and_copies_no_secret() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last_user = [line for line in lines if line.startswith("USER ")][-1]
    copied = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    assert last_user == "USER 10001:10001"
    rooms = {"monitor", "spiders", "storage", "notifiers"}
    assert copied == rooms | {"deploy/requirements.lock", "pyproject.toml", "README.md", "LICENSE"}


def test_the_composed_service_can_write_to_its_volume_only() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["monitor"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert [volume for volume in service["volumes"] if not volume.endswith(":ro")] == ["data:/data"]


def test_a_server_gets_the_pins_that_were_tested() -> None:
    tested, deployed = pins(ROOT / "requirements.lock"), pins(DEPLOY / "requirements.lock")
    assert deployed.items() <= tested.items()


def test_a_server_gets_every_library_the_product_names_and_none_for_its_development() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {name_of(line) for line in [*project["dependencies"], *extras["postgres"], *extras["browser"]]}
    development = {name_of(line) for line in extras["dev"]} - wanted
    deployed = set(pins(DEPLOY / "requirements.lock"))
    assert (wanted - deployed, development & deployed) == (set(), set())


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=;~ ]", requirement, maxsplit=1)[0].lower()
