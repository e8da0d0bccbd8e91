"""Children of the daemon: what they say, how they end, and that they never outlive it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from monitor.agenda import End
from monitor.batch import Job, receive
from monitor.children import Children, Outcome
from monitor.errors import BusyError, UsageError

ROOT = Path(__file__).parents[2]
JOB = Job(config="", sources=("a", "b"), silence=5)


def play(script: str, job: Job = JOB) -> tuple[Outcome, list[Any]]:
    """Have `script` (Python) do a job; how it ended and what it reported."""
    told: list[Any] = []

    async def scene() -> Outcome:
        children = Children((sys.executable, "-c", script))
        reading, writing = os.pipe()
        try:
            return await children.read(job, reading, told.append)
        finally:
            os.close(reading)
            os.close(writing)

    return asyncio.run(scene()), told


def gone(process: int, *, within: float = 20) -> bool:
    """Whether `process` ends in time; one that is dead and not collected counts as gone."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


# What they say --------------------------------------------------------------------------------------------------------


def test_what_a_child_finishes_is_told_at_once() -> None:
    outcome, told = play('print(\'{"finished": {"source": "a"}}\')')
    assert told == [{"source": "a"}]
    assert outcome == Outcome(end=End.ORDERLY)


def test_the_job_reaches_the_child_with_its_configuration() -> None:
    script = "import json; print(json.dumps({'finished': json.loads(input())}))"
    _, told = play(script, Job(config='a = "ក"\n', sources=("x",), silence=5))
    assert told == [{"config": 'a = "ក"\n', "sources": ["x"], "silence": 5}]


def test_words_that_are_cut_or_garbled_harm_nothing() -> None:
    outcome, told = play("print('{\"fini'); print('[1]'); print('{\"finished\": 7}')")
    assert (outcome.end, told) == (End.ORDERLY, [7])


@pytest.mark.parametrize(
    ("code", "end"), [(0, "orderly"), (1, "orderly"), (3, "orderly"), (2, "refused"), (5, "refused")]
)
def test_the_exit_code_tells_whether_a_child_worked(code: int, end: str) -> None:
    outcome, _ = play(f"raise SystemExit({code})")
    assert outcome.end == end


def test_a_child_that_crashes_names_the_source_it_had_in_hand() -> None:
    outcome, _ = play('import os; print(\'{"at": "a"}\'); print(\'{"at": "b"}\', flush=True); os.abort()')
    assert outcome == Outcome(end=End.DIED, at_work_on="b")


def test_a_child_that_says_nothing_for_too_long_is_ended() -> None:
    script = 'import time; print(\'{"at": "a"}\', flush=True); time.sleep(60)'
    began = time.monotonic()
    outcome, _ = play(script, Job(config="", sources=("a",), silence=1))
    assert outcome == Outcome(end=End.DIED, at_work_on="a")
    assert time.monotonic() - began < 30


def test_a_child_that_moves_is_not_ended_however_long_it_takes() -> None:
    script = "import time\nfor _ in range(8):\n    print('{}', flush=True); time.sleep(0.3)"
    outcome, _ = play(script, Job(config="", sources=("a",), silence=1))
    assert outcome.end is End.ORDERLY


def test_what_a_child_leaves_behind_is_ended_with_it(tmp_path: Path) -> None:
    kept = tmp_path / "pid"
    script = (
        "import subprocess, sys\n"
        "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], stdout=subprocess.DEVNULL)\n"
        f"open({str(kept)!r}, 'w').write(str(left.pid))"
    )
    play(script)
    assert gone(int(kept.read_text()))


# How they end ---------------------------------------------------------------------------------------------------------


def test_a_child_may_finish_what_it_has_in_hand() -> None:
    script = (
        "import signal, sys, time\n"
        'def finish(*_):\n    print(\'{"finished": "late"}\', flush=True); sys.exit(0)\n'
        "signal.signal(signal.SIGTERM, finish)\n"
        'print(\'{"finished": "ready"}\', flush=True)\n'
        "time.sleep(60)"
    )

    told: list[Any] = []

    async def scene() -> Outcome:
        heard = asyncio.Event()
        children = Children((sys.executable, "-c", script))

        def hear(word: Any) -> None:
            told.append(word)
            heard.set()

        task = asyncio.create_task(children.read(JOB, 0, hear))
        await heard.wait()
        await children.end(20)
        return await task

    assert asyncio.run(scene()).end is End.ORDERLY
    assert told == ["ready", "late"]


def test_a_child_that_will_not_end_is_killed() -> None:
    script = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('{\"finished\": 1}', flush=True)\ntime.sleep(60)"
    )

    async def scene() -> Outcome:
        heard = asyncio.Event()
        children = Children((sys.executable, "-c", script))
        task = asyncio.create_task(children.read(JOB, 0, lambda word: heard.set()))
        await heard.wait()
        await children.end(0.2)
        return await task

    assert asyncio.run(scene()).end is End.DIED


def test_a_program_that_cannot_be_started_is_an_error_of_the_system() -> None:
    async def scene() -> None:
        children = Children(("/nowhere/at/all",))
        try:
            await children.read(JOB, 0, lambda word: None)
        finally:
            assert len(children) == 0

    with pytest.raises(OSError, match="nowhere"):
        asyncio.run(scene())


# Whom they hang on ----------------------------------------------------------------------------------------------------

PARENT = """
import asyncio, os, signal, sys
from monitor.batch import Job
from monitor.children import Children

async def main():
    child = Children((sys.executable, "-c", {child!r}))
    await child.read(Job(config="", sources=("a",), silence=100), 0, lambda word: print(word, flush=True))

asyncio.run(main())
"""
CHILD = """
import json, os, sys
from monitor.batch import receive
{before}
receive()
print(json.dumps({{"finished": os.getpid()}}), flush=True)
{then}
"""
HANGS = {
    "waiting": "import time; time.sleep(100)",
    "deaf": "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(100)",
    "in native code": "import ctypes; ctypes.PyDLL(None).sleep(100)",  # holds the interpreter's lock
}


@pytest.mark.parametrize("how", HANGS)
def test_a_child_ends_when_its_daemon_is_killed(how: str) -> None:
    script = PARENT.format(child=CHILD.format(before="", then=HANGS[how]))
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    try:
        assert gone(child)
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def test_where_the_kernel_knows_of_no_parents_the_pipe_tells() -> None:
    child = CHILD.format(before="sys.platform = 'other'", then=HANGS["waiting"])
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(child=child)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    found = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    assert gone(found)


def test_a_child_that_gives_no_sign_of_life_ends_itself_even_if_nobody_looks() -> None:
    script = "from monitor.lifeline import live_for; live_for(1); import ctypes; ctypes.PyDLL(None).sleep(100)"
    done = subprocess.run([sys.executable, "-c", script], timeout=60, check=False, cwd=ROOT)
    assert done.returncode == -signal.SIGALRM


def test_a_parser_in_its_own_confined_child_ends_with_the_one_that_called_it() -> None:
    script = (
        "import sys, threading, time\n"
        "from monitor.extract import confined\n"
        "from pathlib import Path\n"
        "work = lambda: confined.call('tests.faults.choking:sleep', b'x', confined.Limits(wall=90.0), 's')\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "def children():\n"
        "    return [c for t in Path('/proc/self/task').iterdir() for c in (t / 'children').read_text().split()]\n"
        "while not children(): time.sleep(0.01)\n"
        "time.sleep(1)\n"
        "print(children()[0], flush=True)\n"
        "time.sleep(100)"
    )
    caller = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert caller.stdout is not None
    parser = int(caller.stdout.readline())
    assert Path(f"/proc/{parser}").exists()
    caller.kill()
    caller.communicate()
    assert gone(parser)


# The job and the hold -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [b"", b"{}\n", b"run\n", b"[]\n", b'{"config": "", "sources": 3, "silence": 1}\n'])
def test_the_command_for_children_is_of_no_use_to_people(line: bytes, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes(line)
    with given.open("rb") as pipe, pytest.raises(UsageError, match="use `run`"):
        receive(pipe)


def test_the_hold_on_the_sources_lasts_as_long_as_a_child_that_has_it(tmp_path: Path) -> None:
    from monitor.app import App, SystemClock, load_config

    config = tmp_path / "config.toml"
    config.write_text(
        '[monitor]\ncontact = "mailto:t@example.net"\n[[source]]\nid = "a"\nurl = "https://a.example/"\nevery = "1h"\n'
    )
    app = App(config=load_config(config, {}), clock=SystemClock())
    with app.lend_sources() as lent:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(lent,))
    try:
        with pytest.raises(BusyError, match="another run holds the sources"):
            app.hold_sources()
        with pytest.raises(BusyError, match="another run holds the sources"), app.lend_sources():
            pass
    finally:
        child.communicate(b"\n")
    with app.hold_sources():
        pass
