"""The page of promises says what the tests show, and the other way round."""

import ast
from pathlib import Path

import pytest

from tests.faults import table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
PROMISES = [f"G{number}" for number in range(1, 18) if number != 16]


def marked() -> set[str]:
    """The promises that fault tests are marked with."""
    calls = (
        node
        for path in (ROOT / "tests" / "faults").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "promise"
    )
    return {str(argument.value) for node in calls for argument in node.args if isinstance(argument, ast.Constant)}


def test_the_page_makes_every_promise_once_with_the_command_that_shows_it() -> None:
    assert table.promised(PAGE) == PROMISES
    assert [name for name in PROMISES if PAGE.count(f"`make faults PROMISE={name}`") != 1] == []


def test_tests_are_marked_with_promises_of_the_page_and_every_promise_has_one() -> None:
    assert sorted(marked() ^ set(PROMISES)) == []


def figure(promise: str, cases: int, broken: int = 0, note: str = "") -> str:
    return f'{{"promise": "{promise}", "cases": {cases}, "broken": {broken}, "note": "{note}", "test": "t"}}'


def test_figures_of_one_promise_are_added_up_and_like_notes_said_once() -> None:
    lines = [figure("G10", 5), figure("G2", 900, note="kills, seed 1"), "", figure("G2", 200, 1, "kills, seed 2")]
    rows = table.read_figures(lines)

    assert [row.line() for row in rows] == ["| G2 | 1,100 | 1 | 1,100 × kills, seed 1 |", "| G10 | 5 | 0 |  |"]


def test_writing_figures_changes_nothing_but_their_rows() -> None:
    once = table.updated(PAGE, table.read_figures([figure("G4", 10)]))
    twice = table.updated(once, table.read_figures([figure("G7", 20)]))

    assert "| G4 | 10 | 0 |" in twice
    assert "| G7 | 20 | 0 |" in twice
    assert twice.count("| G4 |") == 1
    for part in (0, 2):
        marker = (table.BEGIN, "", table.END)[part]
        assert twice.partition(marker)[part] == PAGE.partition(marker)[part]


@pytest.mark.parametrize("page", ["no markers", f"{table.BEGIN} twice {table.BEGIN} {table.END}"])
def test_a_page_without_its_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="markers"):
        table.updated(page, [])


def test_a_line_that_is_no_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="not a figure"):
        table.read_figures(["{}"])
