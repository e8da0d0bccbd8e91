"""A look is a process of its own: what becomes of it is a matter of its sources, never of the command."""

import multiprocessing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.app import SystemClock
from monitor.errors import MonitorError, StorageError
from monitor.model import ProblemKind, Source
from monitor.probing import looks
from monitor.probing.looks import Looking, look, looker

SOURCES = (Source(id="a", url="http://127.0.0.1:9/a"), Source(id="b", url="http://127.0.0.1:9/b"))
UNUSABLE = cast("Any", SimpleNamespace(min_gap=timedelta(0)))
"""No configuration at all: the crawl breaks in the child."""


def test_a_process_that_dies_is_a_problem_of_each_of_its_sources() -> None:
    previews = look(SOURCES, config=UNUSABLE, clock=SystemClock())
    assert [preview.source.id for preview in previews] == ["a", "b"]
    for preview in previews:
        ((url, problem),) = preview.problems
        assert (url, problem.kind) == (preview.source.url, ProblemKind.UNREACHABLE)
        assert "ended early (code 1)" in problem.detail


def test_a_look_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "_LONGEST", timedelta(0))
    monkeypatch.setattr(looks, "_GRACE", 1.0)
    before = set(multiprocessing.active_children())  # other tests may keep readers of files ready
    (preview,) = look(SOURCES[:1], config=UNUSABLE, clock=SystemClock())
    assert "did not end within 0 s" in preview.problems[0][1].detail
    assert set(multiprocessing.active_children()) <= before


def test_what_the_crawl_raised_keeps_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("no room")

    monkeypatch.setattr(looks, "look_here", full)
    monkeypatch.setattr(looks, "configure", lambda verbosity: None)
    receiving, sending = multiprocessing.Pipe(duplex=False)
    looks._child(sending, SOURCES, UNUSABLE, SystemClock(), 1, 0)
    brought = receiving.recv()
    assert (str(brought), brought.exit_code) == ("no room", StorageError.exit_code)


def test_nothing_to_look_at_starts_nothing() -> None:
    assert looker(UNUSABLE, SystemClock())((), 1) == ()


def test_what_is_told_is_kept_apart_by_source() -> None:
    looking = Looking(SOURCES, datetime(2026, 6, 8, tzinfo=UTC))
    assert [plan.source.id for plan in looking] == ["a", "b"]
    looking.progress("b", 2)
    looking.finished("b", at=datetime(2026, 6, 8, tzinfo=UTC))
    assert (looking.previews["a"].requests, looking.previews["b"].requests) == (0, 2)


def test_an_unchanged_answer_to_a_first_question_is_an_error_of_ours() -> None:
    with pytest.raises(MonitorError, match="nothing is known"):
        Looking(SOURCES, datetime(2026, 6, 8, tzinfo=UTC)).unchanged("a", "k", at=datetime(2026, 6, 8, tzinfo=UTC))
