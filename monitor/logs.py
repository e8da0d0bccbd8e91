"""Logs go to stderr: readable lines on a terminal, JSON lines otherwise, unless one of them is asked for.

What pages and servers said is shown in them and never obeyed, and no secret is in them; the same holds for the report
of a crash. `redacted` does the latter for everything else that commands print.
"""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from monitor.text.redaction import Redactor
from monitor.text.script import escaped_unseen, visible

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class LogFormat(StrEnum):
    """How lines look: one JSON object each, or readable; by default readable on a terminal only."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


_TALKATIVE = ("scrapy", "twisted", "apscheduler", "asyncio", "py.warnings")
_redactors = [Redactor()]


def hide(secrets: Iterable[str]) -> None:
    """From now on nothing this process logs or prints holds one of `secrets` (and no longer those of before)."""
    _redactors[:] = [Redactor(secrets)]


def redacted(text: str) -> str:
    """`text` with `[secret]` in place of every secret that `hide` was told of."""
    return _redactors[0](text)


def configure(verbosity: int, log_format: LogFormat = LogFormat.AUTO) -> None:
    """Route every logger of the process to stderr. 0 shows warnings, 1 progress, 2 everything.

    Crashes are reported there in the same safe way.
    """
    handler = _Handler(sys.stderr)
    handler.setFormatter(_Lines(log_format))
    handler.addFilter(_worth_showing)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel({0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG))
    quiet_libraries()
    sys.excepthook = _crash
    threading.excepthook = _thread_crash


class _Handler(logging.StreamHandler[Any]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Instead of the library's report, which repeats the message as it came. A log that cannot be written (a full
        disk, a reader that went away) ends nothing else."""
        with suppress(OSError):
            sys.stderr.write(f"a log line of {record.name} could not be written\n")


class _Lines(logging.Formatter):
    """structlog's rendering, loaded with the first line: most commands end without one."""

    def __init__(self, log_format: LogFormat) -> None:
        super().__init__()
        self._on_terminal, self._in_journal = sys.stderr.isatty(), _is_journal(sys.stderr)
        self._readable = log_format is LogFormat.TEXT or (log_format is LogFormat.AUTO and self._on_terminal)

    @cached_property
    def _rendering(self) -> logging.Formatter:
        import structlog

        renderer: structlog.typing.Processor = (
            structlog.dev.ConsoleRenderer(colors=self._on_terminal)
            if self._readable
            else structlog.processors.JSONRenderer(ensure_ascii=False)
        )
        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                *([] if self._in_journal else [structlog.processors.TimeStamper(fmt="iso", utc=True)]),
                structlog.processors.format_exc_info,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([_inert] if self._readable else []),
                renderer,
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        line = self._rendering.format(record)
        line = redacted(line if self._readable else escaped_unseen(line))
        return _with_priority(line, record.levelno) if self._in_journal else line


def _is_journal(stream: Any) -> bool:
    """Whether `stream` goes to systemd's journal, which has its own time stamps (JOURNAL_STREAM, systemd.exec(5))."""
    named = os.environ.get("JOURNAL_STREAM")
    if not named:
        return False
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{found.st_dev}:{found.st_ino}"


def _with_priority(text: str, level: int) -> str:
    """Each line of `text` marked with its weight, as the journal takes it (sd-daemon(3))."""
    weight = 3 if level >= logging.ERROR else 4 if level >= logging.WARNING else 6 if level >= logging.INFO else 7
    return "\n".join(f"<{weight}>{line}" for line in text.split("\n"))


def _inert(logger: object, method: str, event: "MutableMapping[str, Any]") -> "MutableMapping[str, Any]":
    """Words of others as they may stand on a terminal; a traceback keeps its lines, the message is one."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _shown_lines(value) if key in ("exception", "stack") else shown(value)
    return event


def shown(text: str) -> str:
    """`text` as one line on a terminal: line ends become spaces, other control characters are shown by number."""
    return visible(text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")).replace("\r", "[U+000D]")


def _shown_lines(text: str) -> str:
    return "\n".join(shown(line) for line in text.split("\n"))


def _crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Report what nobody caught."""
    sys.stderr.write(redacted(_shown_lines("".join(traceback.format_exception(kind, error, trace)).rstrip())) + "\n")


def _thread_crash(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        _crash(args.exc_type, args.exc_value, args.exc_traceback)


def _threshold() -> int:
    """Libraries may say what is one degree graver than what we show of our own; everything when all is shown."""
    level = logging.getLogger().level
    return {logging.WARNING: logging.ERROR, logging.INFO: logging.WARNING}.get(level, level)


def _worth_showing(record: logging.LogRecord) -> bool:
    return record.levelno >= _threshold() or record.name.partition(".")[0] not in _TALKATIVE


def quiet_libraries() -> None:
    """Spare libraries the making of messages that will not be shown.

    To be called again once Scrapy has set up its own loggers: it makes them say everything.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(_threshold())
