"""From what went wrong on the wire to a `Problem` an operator can read."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from monitor.model import Problem, ProblemKind

TOO_MANY_REDIRECTS = "redirects"
"""Signal of a chain of redirects that was not followed to its end."""


class Declined(IgnoreRequest):
    """One of our own rules (robots, address, redirect, size, waiting) kept a request from being made or followed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem_of(error: BaseException, *, limit: int) -> Problem:
    """What the exception `error` of a download means. `limit` is the size limit in bytes that held for it."""
    if isinstance(error, Declined):
        return error.problem
    if isinstance(error, DownloadCancelledError):
        return too_large(limit)
    if isinstance(error, ResponseDataLossError):
        return Problem(kind=ProblemKind.TRUNCATED, detail="the answer broke off before its end")
    return Problem(kind=ProblemKind.UNREACHABLE, detail=_in_words(error), signals=(type(error).__name__,))


def too_large(limit: int) -> Problem:
    """The answer was bigger than `limit` bytes and was not read to its end."""
    return Problem(kind=ProblemKind.TOO_LARGE, detail=f"the answer is larger than {limit // 1024**2} MiB")


def _in_words(error: BaseException) -> str:
    if isinstance(error, DownloadTimeoutError):
        return "no complete answer in time"
    if isinstance(error, CannotResolveHostError):
        return "the host name could not be resolved"
    if isinstance(error, DownloadConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, NotSupported | UnsupportedURLSchemeError):
        return "only http and https addresses are read"
    text = _innermost(error)
    if "certificate" in text.lower():
        return f"the server's certificate was not accepted: {text}"
    return f"the connection failed: {text}"


def _innermost(error: BaseException) -> str:
    """The message of the first cause: Twisted wraps what happened in lists of failures."""
    cause: BaseException = error
    for _ in range(8):
        reasons = getattr(cause, "reasons", None) or getattr(cause.__cause__, "reasons", None)
        inner = reasons[-1].value if reasons else cause.__cause__
        if inner is None:
            break
        cause = inner
    text = " ".join(str(cause).split())
    return f"{type(cause).__name__}: {text}"[:300] if text else type(cause).__name__
