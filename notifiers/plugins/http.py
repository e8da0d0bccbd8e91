"""One HTTP request to a webhook, its answer, and what the answer means for the delivery."""

import contextlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests

from monitor.ports import SendResult
from monitor.text.httpdates import http_date
from notifiers.plugins.deadline import Deadline
from notifiers.plugins.guard import Guard, RefusedAddressError

ANSWER_LIMIT = 64 * 1024
_TRANSIENT = frozenset({408, 425, 429})
_MOVED_FOR_GOOD = frozenset({301, 308})
_SLICE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to send where. `url` is secret; `timeout` is in seconds, for all of it; `guard` is asked for addresses."""

    url: str
    content: bytes
    headers: Mapping[str, str]
    timeout: float
    method: str = "POST"
    auth: tuple[str, str] | None = None
    params: Mapping[str, str] | None = None
    verify: bool = True
    guard: Guard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: status, the first 64 KiB of the body as text, and the seconds the other side asks to wait."""

    status: int
    body: str
    retry_after: float | None


def send(request: Request) -> Answer | SendResult:
    """Send `request` once, following no redirect. Where no answer came, a failed `SendResult` that names no address."""
    with Deadline(request.timeout, request.guard) as deadline, requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, deadline.adapter())
        try:
            with session.request(
                request.method,
                request.url,
                data=request.content,
                headers=dict(request.headers),
                auth=_basic(*request.auth) if request.auth else None,
                params=dict(request.params or {}),
                timeout=request.timeout,
                verify=request.verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                if deadline.passed:  # headers that were cut off look like headers that ended
                    raise requests.Timeout
                return Answer(
                    status=response.status_code,
                    body=_body(response),
                    retry_after=retry_after(response.headers.get("Retry-After", ""), response.headers.get("Date", "")),
                )
        except RefusedAddressError as error:
            return SendResult(ok=False, error=str(error), permanent=True)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError):
            return SendResult(ok=False, error="the channel's address or headers cannot be used", permanent=True)
        except requests.RequestException as error:
            return SendResult(ok=False, error=_why(error, request.timeout, late=deadline.passed))


def _basic(user: str, password: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Basic authentication in UTF-8 (RFC 7617); the library's own knows Latin-1 only."""
    word = b64encode(f"{user}:{password}".encode()).decode()

    def sign(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = f"Basic {word}"
        return prepared

    return sign


def _why(error: requests.RequestException, timeout: float, *, late: bool) -> str:
    """Never the text of `error`: it holds the address, and the address is the secret."""
    if late or isinstance(error, requests.Timeout):
        return f"no answer within {timeout:g} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "the TLS certificate was not accepted"
    return f"no connection ({type(error).__name__})"


def judge(answer: Answer) -> SendResult:
    """What an answer means by HTTP alone: 2xx sent; 4xx and a lasting redirect final; all else worth another try."""
    status = answer.status
    if 200 <= status < 300:
        return SendResult(ok=True)
    if 300 <= status < 400:
        error = f"answered {status}, a redirect; redirects are not followed: configure the final address"
        return SendResult(ok=False, error=error, permanent=status in _MOVED_FOR_GOOD)
    final = 400 <= status < 500 and status not in _TRANSIENT
    return SendResult(ok=False, error=f"answered {status}", permanent=final, retry_after=answer.retry_after)


def retry_after(value: str, date: str) -> float | None:
    """Seconds asked for by a Retry-After header: a number, or a date counted from the answer's own Date header.

    None if the header is absent or cannot be read (RFC 9110, section 10.2.3).
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    until, sent = http_date(value), http_date(date)
    if until is None or sent is None:
        return None
    return max((until - sent).total_seconds(), 0.0)


def _body(response: requests.Response) -> str:
    """The start of the body. One that breaks off, or is cut off at the deadline, is kept: the status is known."""
    read = b""
    with contextlib.suppress(requests.RequestException):
        for piece in response.iter_content(_SLICE):
            read += piece
            if len(read) >= ANSWER_LIMIT:
                break
    return read[:ANSWER_LIMIT].decode("utf-8", "replace")
