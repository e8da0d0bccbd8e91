"""Which commands there are. Modules are loaded with the command line, libraries only when a command needs them."""

import typer

from monitor.cli import judging, keeping, notify, reading, running, sources, telling


def register(cli: typer.Typer) -> None:
    """Add every command to `cli`, in the order a newcomer meets them."""
    running.register(cli)
    sources.register(cli)
    reading.register(cli)
    judging.register(cli)
    telling.register(cli)
    notify.register(cli)
    keeping.register(cli)
