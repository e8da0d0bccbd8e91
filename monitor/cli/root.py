"""The root command: global options, and errors turned into sentences and exit codes."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from monitor.app import App, SystemClock, load_config
from monitor.cli import secrets
from monitor.cli.output import complain
from monitor.errors import MonitorError
from monitor.logs import configure, hide

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


@dataclass(frozen=True)
class Session:
    """What every command is given: where the configuration is, and how talkative to be."""

    config_path: Path
    verbosity: int

    def app(self) -> App:
        """Everything built from the configuration. Raises ConfigError."""
        configure(self.verbosity)
        hide(secrets.of_environment(self.config_path, os.environ))
        config = load_config(self.config_path)
        hide(secrets.of(config))
        return App(config=config, clock=SystemClock())


@cli.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(envvar="MONITOR_CONFIG", metavar="FILE", help="The configuration file.")
    ] = Path("config.toml"),
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="Say more on stderr; twice for everything.")
    ] = 0,
) -> None:
    context.obj = Session(config_path=config, verbosity=verbose)


def session(context: typer.Context) -> Session:
    """The session of this call."""
    found = context.obj
    assert isinstance(found, Session)  # noqa: S101 - set by `root`, which runs before every command
    return found


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    from monitor.cli import commands

    commands.register(cli)
    try:
        cli()  # ends the process with the code of the command, or 2 for bad usage
    except MonitorError as error:
        for text in str(error).splitlines():
            complain(f"monitor: {text}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader went away (`monitor changes | head`): not a fault, and nothing more can be said on stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)
