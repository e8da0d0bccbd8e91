"""Logs go to stderr: readable lines on a terminal, JSON lines otherwise."""

import logging
import sys

import structlog


def configure(verbosity: int) -> None:
    """Route every logger of the process to stderr. 0 shows warnings, 1 progress, 2 everything."""
    level = {0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    quiet_libraries()


def quiet_libraries() -> None:
    """Let Scrapy and Twisted say less than we do: they tell their whole life at INFO.

    To be called again once Scrapy has set up its own loggers.
    """
    level = logging.getLogger().level
    for name in ("scrapy", "twisted", "asyncio", "py.warnings"):
        quiet = {logging.WARNING: logging.ERROR, logging.INFO: logging.WARNING}.get(level, level)
        logging.getLogger(name).setLevel(quiet)
