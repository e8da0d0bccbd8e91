"""What commands print: tables on a terminal, tab-separated lines when piped, one JSON document with `--json`.

Whatever pages, servers and files said is shown and never obeyed, by terminals and by spreadsheets, and no secret is
printed. JSON keeps every character, written so that a terminal sees nothing of those that are not seen.

Nobody listening, or no room for what is said, never ends what a command does beside (see `settled`).
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from monitor.logs import redacted, shown
from monitor.text.script import escaped_unseen

_FORMULA = re.compile(r"[\s'\u2018\u2019\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]")
"""How a cell begins that a spreadsheet would work out; full-width and small signs count as the plain ones there."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?%?")


def emit_json(value: object) -> None:
    """One JSON document on stdout and nothing else."""
    _write_json(json.dumps(value, ensure_ascii=False, indent=2))


def emit_json_line(value: object) -> None:
    """One line of JSON Lines on stdout."""
    _write_json(json.dumps(value, ensure_ascii=False))


def _write_json(document: str) -> None:
    _write(redacted(escaped_unseen(document)))


def line(text: str = "", *, style: str = "") -> None:
    """One line for people."""
    safe = redacted(shown(text))
    if sys.stdout.isatty():
        from rich.text import Text

        console().print(Text(safe, style=style))
    else:
        _write(safe)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """A table on a terminal; else a line per row with tabs between the cells. `empty` is said when there is none."""
    listed = [[redacted(shown(" ".join(cell.split()))) for cell in row] for row in rows]
    if not listed:
        line(empty)
    elif sys.stdout.isatty():
        from rich import box
        from rich.table import Table
        from rich.text import Text

        drawn = Table(*columns, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
        for row in listed:
            drawn.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
        console().print(drawn)
    else:
        for row in [list(columns), *([inert_cell(cell) for cell in row] for row in listed)]:
            _write("\t".join(row))


def inert_cell(text: str) -> str:
    """`text` as a spreadsheet may open it: what would be a formula gets a `'` before it; numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


_STYLES = {
    "ok": "green",
    "sent": "green",
    "confirmed": "green",
    "provisional": "yellow",
    "pending": "yellow",
    "new": "dim",
    "dead": "bold red",
    "disputed": "bold red",
    "blocked": "red",
    "unreadable": "red",
    "unreachable": "red",
    "missing": "red",
    "off_site": "red",
    "robots": "red",
    "stale": "red",
}


@lru_cache(maxsize=1)
def console() -> Any:
    """The terminal. Rich is loaded only when there is one."""
    from rich.console import Console

    return Console(highlight=False)


def local(moment: datetime | None, zone: str) -> str:
    """A moment for people, in their zone; a dash for never."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if moment else "–"


def complain(text: str) -> None:
    """A line on stderr."""
    with suppress(OSError):
        sys.stderr.write(redacted(shown(text)) + "\n")


def settled() -> bool:
    """Whether all that was printed got where it should, or nobody wanted it any more; False if there was no room.

    To be asked once, when nothing more will be printed.
    """
    with _lenient():
        sys.stdout.flush()
    return not _lost


def _write(text: str) -> None:
    with _lenient():
        sys.stdout.write(text + "\n")


@contextmanager
def _lenient() -> Iterator[None]:
    """From the first failure on what is printed goes nowhere; one that is no closed pipe is remembered."""
    try:
        yield
    except OSError as error:
        # What is still in the buffer would fail again at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # the reader went away (`monitor changes | head`): not a fault
            complain(f"monitor: what was to be printed was lost: {error.strerror}")
            _lost.append(error)


_lost: list[OSError] = []
