"""The daemon as a process: told to end, to read its configuration again, or killed, whatever it is doing."""

import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.cases import LONG, cases
from tests.faults.street import APPROVED, Place, Street, children, ended, page, serving, until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")]
Figure = Callable[..., None]


@pytest.fixture
def street() -> Iterator[Street]:
    with serving(3) as made:
        yield made


def idle(place: Place, street: Street) -> None:
    until(lambda: len(place.read()) == 3)
    until(lambda: "batch ended" in place.words())


def fetching(place: Place, street: Street) -> None:
    until(lambda: street.count("127.0.1.2") > 0)


def processing(place: Place, street: Street) -> None:
    until(lambda: street.count("127.0.1.1") > 0 and street.count("127.0.1.3") > 0)
    time.sleep(0.5)


def delivering(place: Place, street: Street) -> None:
    until(lambda: bool(place.rows("SELECT 1 FROM deliveries WHERE state = 'pending'")))
    time.sleep(1)


def reloading(place: Place, street: Street) -> None:
    idle(place, street)


def gone(processes: list[int]) -> bool:
    def dead(process: int) -> bool:
        try:
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    return all(map(dead, processes))


PHASES: dict[str, tuple[dict[str, bytes | None], float, Callable[[Place, Street], None]]] = {
    "idle": ({}, 0, idle),
    "fetching": ({"127.0.1.2": None}, 0, fetching),
    "processing": ({"127.0.1.1": page("LINGERS")}, 0, processing),
    "delivering": ({}, 6, delivering),
    "reloading": ({}, 0, reloading),
}


WAYS = [(phase, how) for phase in PHASES for how in ("told to end", "killed")]
SOME_WAYS = [("fetching", "told to end"), ("processing", "killed")]


@pytest.mark.promise("G1")
@pytest.mark.parametrize(("phase", "how"), WAYS if LONG else SOME_WAYS)
def test_whatever_it_does_it_ends_in_time_and_the_next_start_loses_and_doubles_nothing(
    phase: str, how: str, tmp_path: Path, street: Street, figure: Figure
) -> None:
    pages, street.hook_delay, reached = PHASES[phase]
    place = Place(tmp_path, street)
    if phase == "delivering":  # there must be something to tell: a first reading is silent
        assert place.call("run", "--once").returncode == 0
        street.pages["127.0.1.3"] = page(APPROVED)
        place.write(every="1s")
    street.pages |= pages
    with place.daemon() as process:
        reached(place, street)
        left = children(process.pid)
        if phase == "reloading":
            process.send_signal(signal.SIGHUP)
        if how == "killed":
            process.kill()
            process.wait()
            until(lambda: gone(left), seconds=20)
        else:
            assert ended(process) == 0, place.words()[-3000:]
            assert gone(left)
    assert "Traceback" not in place.words()

    place.write(every="6h")
    street.pages, street.hook_delay = {"127.0.1.3": page(APPROVED)} if phase == "delivering" else {}, 0
    with place.daemon() as process:
        until(lambda: len(place.read()) == 3)
        if phase == "delivering":
            until(lambda: bool(street.told))
            until(lambda: not place.rows("SELECT 1 FROM deliveries WHERE state = 'pending'"))
        ended(process)
    doubled = place.doubled()
    extra = len(street.told) - len({message["key"] for message in street.told})
    figure("G1", cases=1, broken=0, note=f"the daemon {how} while {phase}")
    # A message that was on its way when the daemon was killed is told again, with the same key.
    assert extra <= (1 if (phase, how) == ("delivering", "killed") else 0), street.told
    assert doubled == [] or extra
    assert [message["instrument"] for message in street.told][:1] == (["kh-pdpl"] if phase == "delivering" else [])


def test_a_second_signal_ends_it_at_once_and_its_children_too(tmp_path: Path, street: Street) -> None:
    street.pages["127.0.1.2"] = page("HANGS")
    place = Place(tmp_path, street)
    with place.daemon() as process:
        until(lambda: street.count("127.0.1.2") > 0)
        time.sleep(1)
        left = children(process.pid)
        process.send_signal(signal.SIGTERM)
        until(lambda: '"stopping"' in place.words())
        assert ended(process, within=5) == 128 + signal.SIGTERM
        until(lambda: gone(left), seconds=10)


def test_ended_from_the_keyboard_it_says_so(tmp_path: Path, street: Street) -> None:
    place = Place(tmp_path, street)
    with place.daemon() as process:
        idle(place, street)
        assert ended(process, signal.SIGINT) == 130


def test_a_run_by_hand_meets_the_daemons_children_and_gives_way(tmp_path: Path, street: Street) -> None:
    street.pages["127.0.1.2"] = None
    place = Place(tmp_path, street)
    with place.daemon() as process:
        fetching(place, street)
        until(lambda: place.read() == {"s00", "s02"})  # what was read does not wait for the one that hangs
        assert place.call("run", "--once").returncode == 4
        process.kill()
        process.wait()
        street.pages.clear()
        assert place.call("run", "--once").returncode == 0


@pytest.mark.promise("G9")
@pytest.mark.timeout(240)
def test_those_that_hang_and_crash_keep_nobody_else_from_being_read(tmp_path: Path, figure: Figure) -> None:
    houses = cases(12, 50)
    odd = {7: "HANGS", 10: "CRASHES"} | ({25: "HANGS", 34: "CRASHES", 43: "HANGS"} if LONG else {})
    with serving(houses) as street:
        street.pages |= {f"127.0.1.{number}": page(word) for number, word in odd.items()}
        place = Place(tmp_path, street)
        with place.daemon(silence=15) as process:
            until(lambda: len(place.read()) == houses - len(odd), seconds=180)
            assert ended(process) == 0
    read = place.read()
    figure("G9", cases=houses, broken=houses - len(odd) - len(read), note="stuck and crashing sources in real children")
    assert not {f"s{number - 1:02}" for number in odd} & read
    # What a child has read and not yet stored is asked for again; more than that would be an impoliteness.
    assert all(street.count(host) <= 1 + len(odd) for host in street.hosts)


# The configuration, again ---------------------------------------------------------------------------------------------


def test_a_changed_configuration_is_taken_at_a_signal_and_a_bad_one_is_not(tmp_path: Path, street: Street) -> None:
    place = Place(tmp_path, street, every="6h")
    with place.daemon() as process:
        idle(place, street)
        place.write(every="1s")
        process.send_signal(signal.SIGHUP)
        until(lambda: all(street.count(host) >= 2 for host in street.hosts))

        place.config.write_text("[monitor]\nnonsense = 1\n", encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        until(lambda: "stays in force" in place.words())
        asked = len(street.asked)
        until(lambda: len(street.asked) >= asked + 6)

        place.write(every="1s", keys='data_dir = "elsewhere"')
        process.send_signal(signal.SIGHUP)
        until(lambda: "restart it to change this" in place.words())
        assert ended(process) == 0
    said = place.words()
    assert "config.toml: monitor.nonsense: unknown key" in said
    assert "config.toml: monitor.data_dir: a running daemon keeps what it began with" in said
    assert "Traceback" not in said
    assert "not read to its end" not in said, "a bad file on the disk breaks no batch"
    assert place.doubled() == []


def test_the_service_manager_is_told_of_start_reload_and_end(tmp_path: Path, street: Street) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        place = Place(tmp_path, street)
        told: list[str] = []

        def hear(word: str) -> None:
            while not any(word in each for each in told):
                told.append(manager.recv(4096).decode())

        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1500000"}
        with place.daemon(environment=environment) as process:
            hear("READY=1")
            hear("WATCHDOG=1")
            told.clear()
            process.send_signal(signal.SIGHUP)
            hear("RELOADING=1")
            hear("READY=1")
            process.send_signal(signal.SIGTERM)
            hear("STOPPING=1")
            assert process.wait(40) == 0
    assert "3 sources enabled" in "".join(told)
