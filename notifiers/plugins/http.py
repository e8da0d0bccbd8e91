"""One HTTP request to a webhook, its answer, and what the answer means for the delivery."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import requests

from monitor.ports import SendResult

ANSWER_LIMIT = 64 * 1024
_TRANSIENT = frozenset({408, 425, 429})
_MOVED_FOR_GOOD = frozenset({301, 308})
_SLICE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to send where. `url` is secret; `timeout` is in seconds, for connecting and for each wait for an answer."""

    url: str
    content: bytes
    headers: Mapping[str, str]
    timeout: float
    method: str = "POST"
    auth: tuple[str, str] | None = None
    params: Mapping[str, str] | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: status, the first 64 KiB of the body as text, and the seconds the other side asks to wait."""

    status: int
    body: str
    retry_after: float | None


def send(request: Request) -> Answer | SendResult:
    """Send `request` once, following no redirect. Where no answer came, a failed `SendResult` that names no address."""
    try:
        with requests.request(
            request.method,
            request.url,
            data=request.content,
            headers=dict(request.headers),
            auth=request.auth,
            params=dict(request.params or {}),
            timeout=request.timeout,
            verify=request.verify,
            allow_redirects=False,
            stream=True,
        ) as response:
            return Answer(
                status=response.status_code,
                body=_body(response, time.monotonic() + request.timeout),
                retry_after=retry_after(response.headers.get("Retry-After", ""), response.headers.get("Date", "")),
            )
    except requests.exceptions.SSLError:
        return SendResult(ok=False, error="the TLS certificate was not accepted")
    except requests.Timeout:
        return SendResult(ok=False, error=f"no answer within {request.timeout:g} s")
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
        return SendResult(ok=False, error="the channel's address or headers cannot be used", permanent=True)
    except requests.RequestException as error:
        # The text of these errors holds the address, and the address is the secret.
        return SendResult(ok=False, error=f"no connection ({type(error).__name__})")


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
    until, sent = _http_date(value), _http_date(date)
    if until is None or sent is None:
        return None
    return max((until - sent).total_seconds(), 0.0)


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _body(response: requests.Response, deadline: float) -> str:
    """The start of the body; a server that drips is cut off at `deadline`, as the status is already known."""
    read = b""
    for piece in response.iter_content(_SLICE):
        read += piece
        if len(read) >= ANSWER_LIMIT or time.monotonic() > deadline:
            break
    return read[:ANSWER_LIMIT].decode("utf-8", "replace")
