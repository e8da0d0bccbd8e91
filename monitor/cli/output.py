"""What commands print: tables on a terminal, tab-separated lines when piped, one JSON document with `--json`."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from monitor.text.normal import visible


def emit_json(value: object) -> None:
    """One JSON document on stdout and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def emit_json_line(value: object) -> None:
    """One line of JSON Lines on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def line(text: str = "", *, style: str = "") -> None:
    """A line for people. Text of pages is shown, never obeyed: control characters and markup are inert."""
    shown = "\n".join(visible(part) for part in text.split("\n"))
    if sys.stdout.isatty():
        from rich.text import Text

        console().print(Text(shown, style=style))
    else:
        sys.stdout.write(shown + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """A table on a terminal; else a line per row with tabs between the cells. `empty` is said when there is none."""
    listed = [[visible(" ".join(cell.split())) for cell in row] for row in rows]
    if not listed:
        line(empty)
    elif sys.stdout.isatty():
        from rich import box
        from rich.table import Table
        from rich.text import Text

        shown = Table(*columns, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
        for row in listed:
            shown.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
        console().print(shown)
    else:
        for row in [list(columns), *listed]:
            sys.stdout.write("\t".join(row) + "\n")


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
    sys.stderr.write(text + "\n")
