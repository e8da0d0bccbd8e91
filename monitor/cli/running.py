"""`run`, `demo`, `doctor`."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import views
from monitor.cli import output, secrets
from monitor.cli.root import Session, session
from monitor.model import Outcome

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.config import Config
    from monitor.processing.intake import SourceReport

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

READ_ALL, READ_SOME, READ_NONE, NEW_STATUS = 0, 1, 3, 10


def register(cli: typer.Typer) -> None:
    """Add the commands of this module."""
    cli.command()(run)
    cli.command(hidden=True)(batch)
    cli.command()(demo)
    cli.command()(doctor)


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Read every source once, now, and exit.")] = False,
    source: Annotated[
        list[str] | None, typer.Option("--source", metavar="ID", help="With --once: only this source (repeatable).")
    ] = None,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="With --once: exit 10 if all went well and a status appears to have changed."),
    ] = False,
    deliver: Annotated[
        bool, typer.Option("--deliver/--no-deliver", help="With --once: send what is due, or leave it in the outbox.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Read the sources: as a daemon by timetable until SIGTERM, or once with --once."""
    app = session(context).app()
    if not once:
        if source or exit_code:
            raise typer.BadParameter("--source and --exit-code go with --once")
        raise typer.Exit(_serve(app, session(context)))
    chosen = app.chosen(source or ())
    if not chosen:
        raise typer.BadParameter("every source is disabled; enable one in the configuration or name one with --source")
    with app.distress.telling():
        reports = _read(app, chosen, quiet=as_json)
        delivered = app.deliver() if deliver else None
    app.distress.over()
    if as_json:
        output.emit_json({"sources": [views.reading(report) for report in reports], "delivered": delivered})
    else:
        _show_reports(reports, delivered)
    if deliver and any(report.read for report in reports):
        app.ping()
    raise typer.Exit(_run_code(reports, wanted=len(chosen), tell_changes=exit_code))


def _serve(app: "App", asked: Session) -> int:
    """Be the daemon until told to stop; the exit code."""
    from monitor.children import Children
    from monitor.daemon import Daemon

    known = secrets.of(app.config)

    def load() -> "Config":
        nonlocal known  # what was secret once may still be on its way to a log
        config = asked.load(known=known)
        known |= secrets.of(config)
        return config

    command = [sys.executable, "-m", "monitor", "--config", str(asked.config_path), *["-v"] * asked.verbosity]
    command += ["--log-format", asked.log_format.value, "batch"]
    with app.distress.telling():
        return Daemon(app, Children(command), load).run()


def batch(context: typer.Context) -> None:
    """Read what the daemon asks for on standard input, in its child process."""
    from monitor.batch import read, receive

    job = receive()
    app = session(context).app(text=job.config)
    with app.distress.telling():
        reports = read(app, job)
    app.distress.over()
    raise typer.Exit(_run_code(reports, wanted=len(job.sources), tell_changes=False))


def _run_code(reports: "Sequence[SourceReport]", *, wanted: int, tell_changes: bool) -> int:
    read = sum(report.read for report in reports)
    if read < wanted:
        return READ_SOME if read else READ_NONE
    moved = any(
        stored.verdict.outcome in (Outcome.MOVED, Outcome.CONFIRMED) for report in reports for stored in report.verdicts
    )
    return NEW_STATUS if tell_changes and moved else READ_ALL


def _read(app: "App", chosen: "Sequence[Any]", *, quiet: bool) -> "Sequence[SourceReport]":
    watch = nullcontext(None) if quiet or not sys.stderr.isatty() else _progress(len(chosen))
    with watch as advance:
        return app.read_sources(chosen, on_finished=advance or (lambda report: None))


class _progress:  # noqa: N801 - a context manager that reads as a function
    """A progress bar on stderr that moves one step per finished source."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("reading sources", total=total)

    def __enter__(self) -> "Callable[[SourceReport], None]":
        self._progress.start()
        return lambda report: self._progress.update(self._task, advance=1, description=report.source_id)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def _show_reports(reports: "Sequence[SourceReport]", delivered: dict[str, int] | None) -> None:
    output.table(
        ["source", "health", "read", "new", "changed", "detail"],
        [
            [
                report.source_id,
                report.health,
                str(report.tally.good),
                str(report.tally.fresh),
                str(report.tally.changed),
                report.detail,
            ]
            for report in reports
        ],
        empty="no source was read",
    )
    for report in reports:
        for stored in report.verdicts:
            output.line(f"{stored.verdict.claim.instrument}: {stored.verdict.outcome}. {stored.verdict.reason}")
    read = Counter(report.health for report in reports)
    output.line(f"{len(reports)} sources: {views.counts(read)}.")
    if delivered is not None and any(delivered.values()):
        output.line(f"alerts: {views.counts(delivered)}.")


def demo(
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the demo's files in this new directory.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also draw the tables into this SVG file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Play the main job on a small replica of the official sites; needs no network."""
    from monitor.demo.play import play

    raise typer.Exit(0 if play(keep=keep, as_json=as_json, picture=picture) else 1)


def doctor(
    context: typer.Context,
    visit: Annotated[
        bool, typer.Option("--sources", help="Also ask every enabled source now; takes minutes, stores nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check configuration, packs, clock, disk, database, channels, ways and sources, and say what to mend."""
    from monitor.doctor import examine
    from monitor.probing.looks import looker

    asked = session(context)
    app = asked.app()
    look = looker(app.config, app.clock, verbosity=asked.verbosity)
    findings = examine(app, look, visit=visit)
    wrong = [item for item in findings if not item.ok]
    if as_json:
        output.emit_json(
            [{"area": item.area, "ok": item.ok, "finding": item.text, "mend": item.mend} for item in findings]
        )
    else:
        output.table(
            ["", "area", "finding"],
            [["ok" if item.ok else "!!", item.area, item.text] for item in findings],
            empty="nothing was checked",
        )
        output.line("To mend:" if wrong else "Nothing needs mending.", style="bold")
        for number, item in enumerate(wrong, start=1):
            output.line(f"{number:3}. {item.area}: {item.mend}")
    raise typer.Exit(1 if wrong else 0)
