"""The root command: global options, and errors turned into sentences and exit codes."""

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from monitor.app import App, SystemClock, load_config
from monitor.cli import secrets
from monitor.cli.output import complain, settled
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.logs import LogFormat, configure, hide

cli = typer.Typer(
    name="monitor",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Watches official pages and tells you when a draft law or strategy appears to change status.\n\n"
    "Begin with `monitor demo`, then `monitor run --once`, then `monitor status`.",
    epilog="Exit codes: 0 every source read; 1 some could not be read; 2 bad usage or configuration; 3 none could be "
    "read; 4 another run holds the sources; 5 storage failed.",
)


UNPRINTED = 2
"""The exit code of a command that went well, but there was no room for what it had to print."""
_STDOUT, _STDERR = 1, 2


@dataclass(frozen=True)
class Session:
    """What every command is given: where the configuration is, and how talkative to be.

    `closing` ends with the command, however that ends, and gives back what its apps hold.
    """

    config_path: Path
    verbosity: int
    closing: ExitStack
    log_format: LogFormat = LogFormat.AUTO

    def app(self, *, text: str | None = None) -> App:
        """Everything built from the configuration, or from `text` as if it stood in the file. Raises ConfigError."""
        configure(self.verbosity, self.log_format)
        config = self.load(text=text)
        if self.log_format is LogFormat.AUTO:
            configure(self.verbosity, LogFormat(config.log))
        app = App(config=config, clock=SystemClock())
        self.closing.callback(app.close)
        return app

    def load(self, *, text: str | None = None, known: frozenset[str] = frozenset()) -> Config:
        """The configuration, whose secrets are hidden from now on, and those that are `known` already.

        Raises ConfigError.
        """
        hide(secrets.of_environment(self.config_path, os.environ) | known)
        config = load_config(self.config_path, text=text)
        hide(secrets.of(config) | known)
        return config


@cli.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(envvar="MONITOR_CONFIG", metavar="FILE", help="The configuration file.")
    ] = Path("config.toml"),
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="Say more on stderr; twice for everything.")
    ] = 0,
    log_format: Annotated[
        LogFormat,
        typer.Option(help="How to write logs: json, text, or what suits where they go (overrides the configuration)."),
    ] = LogFormat.AUTO,
) -> None:
    context.obj = Session(
        config_path=config,
        verbosity=verbose,
        closing=context.with_resource(ExitStack()),
        log_format=log_format,
    )


def session(context: typer.Context) -> Session:
    """The session of this call."""
    found = context.obj
    assert isinstance(found, Session)  # noqa: S101 - set by `root`, which runs before every command
    return found


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    _ready_outputs()
    from monitor.cli import commands

    commands.register(cli)
    code: str | int | None = 0
    try:
        cli()  # ends with the code of the command, or 2 for bad usage
    except MonitorError as error:
        for text in str(error).splitlines():
            complain(f"monitor: {text}")
        code = error.exit_code
    except SystemExit as end:
        code = end.code
    sys.exit(code if settled() else code or UNPRINTED)


def _ready_outputs() -> None:
    """Make the outputs fit for all that may be printed, whoever started us.

    No file we open takes the number of an output that was closed. A terminal is told what it cannot show by number;
    whatever else reads us gets UTF-8, which JSON is in any locale.
    """
    while (spare := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        pass
    os.close(spare)
    sys.stdout = sys.stdout or os.fdopen(_STDOUT, "w")
    sys.stderr = sys.stderr or os.fdopen(_STDERR, "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
