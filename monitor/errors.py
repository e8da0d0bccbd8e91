"""Errors named after their cause. Expected trouble with a source is a value (`model.Problem`), not an error.

Each class carries the exit code of the command line that reports it (see the exit codes in the manual).
"""

from collections.abc import Sequence


class MonitorError(Exception):
    """Root of every error this project raises on purpose; the message is fit for the person at the terminal."""

    exit_code = 2


class ConfigError(MonitorError):
    """The configuration or a pack cannot be used. `faults` holds one line per fault, each naming file and key."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class UsageError(MonitorError):
    """The command was asked for something that does not exist: an unknown source, alert key or review number."""


class BusyError(MonitorError):
    """Another run holds the sources."""

    exit_code = 4


class StorageError(MonitorError):
    """The database or the archive cannot be read or written; nothing was recreated or reset."""

    exit_code = 5


class BlobMissingError(StorageError):
    """An archived body is not there, or its bytes no longer have the digest they were stored under."""
