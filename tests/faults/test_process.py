"""Processes in odd surroundings: outputs that are closed, full or left, bare environments, and the same text always."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.cases import cases
from tests.faults.invariants import broken
from tests.faults.pages.files import bases
from tests.faults.pages.good import good_pages
from tests.faults.world import AFTER, ROOT, Place, Runner, serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start runs quickly")]

SOME_READ, UNPRINTED = 1, 2
Figure = Callable[..., None]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Iterator[Place]:
    """A place whose sources were read once, before the site changed."""
    with serving() as site:
        place = Place(tmp_path_factory.mktemp("process") / "first", site, runner)
        assert place.call("run", "--once").code == 0
        site.pages = dict(AFTER)
        yield place


def started(place: Place, form: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a shell starts it with the redirections of `form`."""
    program = [sys.executable, "-m", "monitor", *place.job(*arguments).arguments]
    return subprocess.run(
        ["/bin/bash", "-c", f'"$0" "$@" {form}', *program],
        env=os.environ | place.job().environment | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


OUTPUTS = {
    "stdout closed": (">&-", SOME_READ),
    "stdout full": (">/dev/full", SOME_READ),
    "stdout left": ("> >(exec <&-; exec sleep 3)", SOME_READ),
    "log closed": ("2>&-", SOME_READ),
    "log full": ("2>/dev/full", SOME_READ),
    "log left": ("2> >(exec <&-; exec sleep 3)", SOME_READ),
    "both closed": (">&- 2>&- <&-", SOME_READ),
}


@pytest.mark.promise("G1")
@pytest.mark.parametrize("form", OUTPUTS if cases(0, 1) else ["log full", "both closed"])
def test_a_run_whose_words_get_nowhere_does_all_its_work(first: Place, form: str, figure: Figure) -> None:
    place = first.like(form.replace(" ", "-"))
    redirected, code = OUTPUTS[form]
    ended = started(place, redirected, "-vv", "run", "--once")
    figure("G1", cases=1, broken=int(ended.returncode != code), note=f"outputs: {form}")
    assert ended.returncode == code, ended
    assert len(place.told()) == 7
    assert broken(place.data) == []
    assert "Traceback" not in ended.stderr + ended.stdout


@pytest.mark.promise("G7")
def test_words_that_were_lost_are_an_error_and_a_reader_that_left_is_none(first: Place) -> None:
    full = started(first, ">/dev/full", "alerts")
    assert (full.returncode, full.stderr) == (
        UNPRINTED,
        "monitor: what was to be printed was lost: No space left on device\n",
    )
    gone = started(first, "| true; exit ${PIPESTATUS[0]}", "alerts")
    assert (gone.returncode, gone.stderr) == (0, "")


# Where cron starts it -----------------------------------------------------------------------------------------------

BARE = {"PATH": "/usr/bin:/bin"}
SURROUNDINGS: dict[str, dict[str, str]] = {
    "cron": {"HOME": "/root", "LOGNAME": "root", "SHELL": "/bin/sh"},
    "nothing set": {},
    "LANG=C": {"LANG": "C"},
    "LC_ALL=C": {"LC_ALL": "C"},
    "POSIX, no UTF-8 mode": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Latin-1 output": {"PYTHONIOENCODING": "latin-1"},
    "home that is not there": {"HOME": "/nonexistent"},
    "another zone": {"TZ": "America/St_Johns"},
}


@pytest.mark.promise("G7")
@pytest.mark.parametrize("name", SURROUNDINGS if cases(0, 1) else ["POSIX, no UTF-8 mode"])
def test_it_works_from_the_root_directory_in_a_bare_environment(first: Place, name: str, figure: Figure) -> None:
    place = first.like(f"bare-{len(name)}")
    environment = BARE | place.job().environment | SURROUNDINGS[name]
    program = [sys.executable, "-m", "monitor", *place.job().arguments]
    said = [
        subprocess.run([*program, *verb], env=environment, cwd="/", capture_output=True, timeout=100, check=False)
        for verb in (("run", "--once"), ("status", "kh-pdpl"))
    ]
    broke = [ended for ended in said if b"Traceback" in ended.stderr]
    figure("G7", cases=2, broken=len(broke), note=f"environments: {name}")
    assert [ended.returncode for ended in said] == [SOME_READ, 0], said
    assert len(place.told()) == 7
    assert "ច្បាប់".encode() in said[1].stdout, "Khmer is printed as it is"
    assert not broke


# The same text always -----------------------------------------------------------------------------------------------

READ_ALL = """
import hashlib, json, sys
from datetime import UTC, datetime
from pathlib import Path
from concurrent.futures import ThreadPoolExecutor
from monitor.extract import dispatch
from monitor.extract.region import region
from monitor.model import Capture, Source
from monitor.screening import screen

def read(path):
    source = Source(id="s", url="https://s.example/", jurisdiction="KH", languages=("en", "km"))
    kind = "application/pdf" if path.suffix == ".pdf" else "text/html; charset=utf-8"
    capture = Capture(source_id="s", document_key=path.name, url=source.url, final_url=source.url, status=200,
        headers=(("Content-Type", kind),), body=path.read_bytes(), fetched_at=datetime(2026, 6, 8, tzinfo=UTC))
    found = screen(capture, source), dispatch.extract(capture, source), region(capture.body, kind, source, source.url)
    return path.name, hashlib.sha256(repr(found).encode()).hexdigest()

paths, times = [Path(name) for name in json.loads(sys.argv[1])], int(sys.argv[2])
with ThreadPoolExecutor(4) as threads:
    print(json.dumps(sorted(set(threads.map(read, paths * times)))))
"""


@pytest.mark.promise("G4")
@pytest.mark.timeout(1200)
def test_the_same_bytes_give_the_same_text_in_every_process_and_thread(tmp_path: Path, figure: Figure) -> None:
    bodies = {f"{number}.html": page.body for number, page in enumerate(good_pages()[:: cases(9, 1)])}
    bodies |= {f"{name}.pdf": body for name, body in list(bases().items())[: cases(1, 20)]}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    read = [
        subprocess.run(
            [sys.executable, "-c", READ_ALL, json.dumps([str(tmp_path / name) for name in bodies]), str(cases(2, 20))],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for seed in ("0", "1", "4711")[: cases(2, 3)]
    ]
    texts = {each.stdout for each in read}
    figure("G4", cases=len(bodies), broken=len(texts) - 1, note="documents read in several processes and threads")
    assert len(texts) == 1
    assert len(json.loads(texts.pop())) == len(bodies), "one text for each"
