"""Logs go to stderr: readable lines on a terminal, JSON lines otherwise."""

import logging
import sys
from functools import cached_property

_TALKATIVE = ("scrapy", "twisted", "asyncio", "py.warnings")


def configure(verbosity: int) -> None:
    """Route every logger of the process to stderr. 0 shows warnings, 1 progress, 2 everything."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    handler.addFilter(_worth_showing)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel({0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG))
    quiet_libraries()


class _Lines(logging.Formatter):
    """structlog's rendering, loaded with the first line: most commands end without one."""

    @cached_property
    def _rendering(self) -> logging.Formatter:
        import structlog

        renderer: structlog.typing.Processor = (
            structlog.dev.ConsoleRenderer()
            if sys.stderr.isatty()
            else structlog.processors.JSONRenderer(ensure_ascii=False)
        )
        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )

    def format(self, record: logging.LogRecord) -> str:
        return self._rendering.format(record)


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
