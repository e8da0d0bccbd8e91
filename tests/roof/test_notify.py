"""What the service manager is told, on a real socket."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.ops.notify import Notify


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The name of a socket as NOTIFY_SOCKET gives it, and its other end."""
    if request.param == "abstract" and not Path("/proc/self").exists():
        pytest.skip("abstract sockets are Linux's")
    name = str(tmp_path / "notify") if request.param == "file" else f"@monitor-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.settimeout(10)
        end.bind(name.replace("@", "\0", 1))
        yield name, end


def heard(end: socket.socket) -> dict[str, str]:
    return dict(line.split("=", 1) for line in end.recv(4096).decode().splitlines())


def test_the_start_is_told_with_a_line_for_people(manager: tuple[str, socket.socket]) -> None:
    name, end = manager
    Notify({"NOTIFY_SOCKET": name}).ready("18 sources enabled")
    assert heard(end) == {"READY": "1", "STATUS": "18 sources enabled"}


def test_a_reload_carries_the_time_the_manager_orders_it_by(manager: tuple[str, socket.socket]) -> None:
    name, end = manager
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    Notify({"NOTIFY_SOCKET": name}).reloading()
    told = heard(end)
    assert told["RELOADING"] == "1"
    assert before <= int(told["MONOTONIC_USEC"]) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


def test_the_end_and_the_sign_of_life_are_told(manager: tuple[str, socket.socket]) -> None:
    name, end = manager
    notify = Notify({"NOTIFY_SOCKET": name})
    notify.alive()
    notify.stopping()
    assert heard(end) == {"WATCHDOG": "1"}
    assert heard(end)["STOPPING"] == "1"


def test_without_a_manager_nothing_is_sent() -> None:
    notify = Notify({"WATCHDOG_USEC": "30000000"})
    notify.ready("")
    assert notify.watchdog == 0


def test_a_manager_that_is_gone_harms_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Notify({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready("")
    assert "was not told" in caplog.text


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_a_sign_of_life_is_given_only_if_it_is_wanted_of_us(environment: dict[str, str], seconds: float) -> None:
    assert Notify({"NOTIFY_SOCKET": "/run/notify", **environment}).watchdog == seconds
