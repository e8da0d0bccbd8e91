"""The `monitor` command."""

from monitor.cli.root import main

__all__ = ["main"]
