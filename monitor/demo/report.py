"""Prints how the timeline went: a table on a terminal, plain lines when piped, one JSON document on request."""

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.demo.timeline import Step

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """How one step went: the subjects of what was said, and what is wrong with it (nothing, if all is well)."""

    step: Step
    said: tuple[str, ...]
    faults: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the whole timeline went; `faults` are those of the final register."""

    steps: tuple[StepReport, ...]
    register: tuple[Mapping[str, Any], ...]
    faults: tuple[str, ...]
    webhooks: int
    mails: int
    requests: int
    not_modified: int
    seconds: float
    kept: Path | None = None

    @property
    def ok(self) -> bool:
        """Whether everything came out as foretold."""
        return not self.faults and not any(step.faults for step in self.steps)


def present(report: Report) -> None:
    """Print for people."""
    if sys.stdout.isatty():
        from rich.console import Console

        _print_tables(report, Console())
    else:
        _present_lines(report)


def draw(report: Report, picture: Path) -> None:
    """Draw each step in a line or two, and the register, into an SVG file that loads nothing from elsewhere."""
    from rich.console import Console

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=110, file=nowhere, force_terminal=True)
        _print_brief(report, console)
    svg = console.export_svg(title="monitor demo")
    picture.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), encoding="utf-8")


def present_json(report: Report) -> None:
    """Print one JSON document."""
    steps = [
        {
            "name": done.step.name,
            "day": done.step.day.isoformat(),
            "does": done.step.does,
            "said": list(done.said),
            "why": done.step.why,
            "ok": not done.faults,
            "faults": list(done.faults),
            "seconds": round(done.seconds, 2),
        }
        for done in report.steps
    ]
    document = {
        "ok": report.ok,
        "seconds": round(report.seconds, 2),
        "steps": steps,
        "register": [dict(row) for row in report.register],
        "faults": list(report.faults),
        "deliveries": {"webhook": report.webhooks, "mail": report.mails},
        "requests": {"total": report.requests, "not_modified": report.not_modified},
    }
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _present_lines(report: Report) -> None:
    write = sys.stdout.write
    for number, done in enumerate(report.steps, start=1):
        result = "FAILED" if done.faults else "ok"
        write(f"{number:>2} {result:<6} {done.step.day} {done.step.name}\n")
        write(f"   site:    {done.step.does}\n")
        for line in done.said or ("nothing",):
            write(f"   monitor: {line}\n")
        write(f"   why:     {done.step.why}\n")
        for fault in done.faults:
            write(f"   FAULT:   {fault}\n")
    write("register:\n")
    for row in report.register:
        write("   " + "\t".join(_register_cells(row)) + "\n")
    for line in _closing(report):
        write(line + "\n")


def _print_tables(report: Report, console: "Console") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("", "day", "the site", "the monitor", "why", "", box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False)
    for number, done in enumerate(report.steps, start=1):
        said = Text("\n".join(done.said), style="bold") if done.said else Text("nothing", style="dim")
        why = Text(done.step.why)
        for fault in done.faults:
            why.append(f"\n{fault}", style="bold red")
        result = Text("FAILED", style="bold red") if done.faults else Text("ok", style="green")
        day = f"{done.step.day:%d %b}"
        table.add_row(str(number), day, Text(f"{done.step.name}: {done.step.does}"), said, why, result)
    console.print(table)
    _print_end(report, console)


def _print_brief(report: Report, console: "Console") -> None:
    """What fits on one screen: the day, the step's name and what was said."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("day", "on the sites", "the monitor", box=box.SIMPLE_HEAD, pad_edge=False)
    for done in report.steps:
        said = Text("\n".join(done.said), style="bold") if done.said else Text("nothing", style="dim")
        table.add_row(f"{done.step.day:%d %b}", Text(done.step.name), said)
    console.print(table)
    _print_end(report, console)


def _print_end(report: Report, console: "Console") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    register = Table("instrument", "stage", "held as", "since", "source", box=box.SIMPLE_HEAD, pad_edge=False)
    for row in report.register:
        register.add_row(*(Text(cell) for cell in _register_cells(row)))
    console.print(register)
    for line in _closing(report):
        console.print(Text(line, style="green" if report.ok else "bold red"))


def _register_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    evidence = row["evidence"][-1]["source"] if row["evidence"] else "baseline"
    return str(row["title"]), str(row["stage"]), str(row["state"]), str(row["since"]), str(evidence)


def _closing(report: Report) -> list[str]:
    well = sum(not done.faults for done in report.steps)
    lines = [f"FAULT: {fault}" for fault in report.faults]
    lines.append(
        f"{well} of {len(report.steps)} steps as foretold; {report.webhooks} alerts at the webhook, {report.mails} by "
        f"mail; {report.requests} requests to the replica, {report.not_modified} answered 304; {report.seconds:.0f} s."
    )
    if report.kept is not None:
        lines.append(f"Configuration, database and archive: {report.kept}")
    return lines
