"""Collects the figures of the fault tests; in the long form they are written down for the table of promises."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.world import Runner

_FIGURES = os.environ.get("MONITOR_FAULTS_FIGURES")
_PROMISE = os.environ.get("MONITOR_FAULTS_PROMISE")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With a promise named in the environment only its own fault tests are run."""
    others = [item for item in items if _PROMISE and _PROMISE not in _promises(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


def _promises(item: pytest.Item) -> set[str]:
    return {str(name) for mark in item.iter_markers("promise") for name in mark.args}


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    """The command line, each call in a new process; importing it all is done once."""
    started = Runner()
    yield started
    started.close()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`figure("G4", cases=5000, broken=0, note="…")` records what a test saw of a promise."""

    def record(promise: str, *, cases: int, broken: int, note: str = "") -> None:
        line = {"promise": promise, "cases": cases, "broken": broken, "note": note, "test": request.node.nodeid}
        if _FIGURES:
            with Path(_FIGURES).open("a", encoding="utf-8") as out:
                out.write(json.dumps(line, ensure_ascii=False) + "\n")

    return record
