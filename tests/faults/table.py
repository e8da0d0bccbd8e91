"""The table of promises: `python tests/faults/table.py FIGURES` prints it and writes it into docs/promises.md.

FIGURES holds one JSON object a line, as the fixture `figure` writes them. Promises without a figure keep the row they
had. Ends with code 1 if any promise was broken.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PROMISE = re.compile(r"^## (G\d+) ", re.MULTILINE)
_HEAD = "| promise | cases | broken | what was tried |\n|---|---:|---:|---|\n"
_NOTES = 6
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class Row:
    """What all tests of one promise saw together."""

    promise: str
    cases: int
    broken: int
    what: str

    def line(self) -> str:
        """The row as Markdown."""
        return f"| {self.promise} | {self.cases:,} | {self.broken} | {self.what} |"


def read_figures(lines: Iterable[str]) -> list[Row]:
    """One row per promise, in order. Raises ValueError for a line that is no figure."""
    gathered: dict[str, list[Mapping[str, object]]] = {}
    for line in filter(str.strip, lines):
        figure = json.loads(line)
        if not isinstance(figure, dict) or not {"promise", "cases", "broken"} <= figure.keys():
            raise ValueError(f"not a figure: {line.strip()}")
        gathered.setdefault(figure["promise"], []).append(figure)
    return [_row(promise, gathered[promise]) for promise in sorted(gathered, key=_order)]


def _row(promise: str, figures: list[Mapping[str, object]]) -> Row:
    totals = {name: sum(int(str(figure[name])) for figure in figures) for name in ("cases", "broken")}
    return Row(promise, totals["cases"], totals["broken"], _what(figures))


def _what(figures: list[Mapping[str, object]]) -> str:
    """The notes, those of the same wording (numbers apart) once with their cases added up; the largest first."""
    kinds: dict[str, tuple[str, int]] = {}
    for figure in figures:
        note = " ".join(str(figure.get("note", "")).replace("|", "/").split())
        kind = _NUMBER.sub("#", note)
        first, count = kinds.get(kind, (note, 0))
        kinds[kind] = (first, count + int(str(figure["cases"])))
    ordered = sorted(filter(lambda kind: kind[0], kinds.values()), key=lambda kind: -kind[1])
    said = [f"{count:,} × {note}" for note, count in ordered[:_NOTES]]
    return "; ".join([*said, f"{len(ordered) - _NOTES} kinds more"] if len(ordered) > _NOTES else said)


def _order(promise: str) -> tuple[int, str]:
    number = promise.removeprefix("G")
    return (int(number) if number.isdecimal() else sys.maxsize, promise)


def promised(page: str) -> list[str]:
    """The promises the page makes, in its order."""
    return PROMISE.findall(page)


def _standing(page: str) -> Iterator[tuple[str, str]]:
    """(promise, row) of the table in the page."""
    for line in page.partition(BEGIN)[2].partition(END)[0].splitlines():
        promise = line.removeprefix("| ").partition(" ")[0]
        if re.fullmatch(r"G\d+", promise):
            yield promise, line


def updated(page: str, rows: Iterable[Row]) -> str:
    """`page` with the figures of `rows` between its markers; what they do not speak of stands as it was.

    Raises ValueError when the page lacks its markers.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError(f"{PAGE.name} must hold the markers {BEGIN} and {END} once each")
    lines = dict.fromkeys(promised(page), "") | dict(_standing(page)) | {row.promise: row.line() for row in rows}
    table = "\n".join(lines[name] or f"| {name} | – | – | not measured yet |" for name in sorted(lines, key=_order))
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{_HEAD}{table}\n{END}{rest.partition(END)[2]}"


def main(path: Path) -> int:
    """Print the table of the figures in `path` and write it into the page; 1 if a promise was broken."""
    rows = read_figures(path.read_text(encoding="utf-8").splitlines()) if path.exists() else []
    for row in rows:
        sys.stdout.write(f"{row.promise:<4} {row.cases:>9,} cases {row.broken:>4} broken  {row.what}\n")
    page = PAGE.read_text(encoding="utf-8")
    new = PAGE.with_suffix(".new")
    new.write_text(updated(page, rows), encoding="utf-8")
    os.replace(new, PAGE)  # noqa: PTH105 - over the old page in one step
    unmeasured = [name for name in promised(page) if name not in {row.promise for row in rows}]
    if unmeasured:
        sys.stdout.write(f"not measured this time: {', '.join(unmeasured)}\n")
    return int(any(row.broken for row in rows))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
