"""The kinds of value a configuration key can hold, each with a sentence for what cannot be used."""

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d+)([smhd])")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_COMPOUND = r"(?:[a-zA-Z][\w-]*)?(?:[.#][a-zA-Z_][\w-]*)*(?<=[\w-])"
_PLAIN_SELECTOR = re.compile(rf"{_COMPOUND}(?:(?:\s*[,>]\s*|\s+){_COMPOUND})*", re.ASCII)
"""Names, classes and ids, one inside the other or side by side: `main`, `div.entry > p`, `#content, article`."""
_HOST_PORT = re.compile(r"(?:\[[0-9a-f:]+\]|[^\s:/\[\]]+):\d{1,5}", re.IGNORECASE)


def duration(text: object) -> timedelta:
    """Read `30s`, `5m`, `6h` or `7d`. Raises ValueError in words."""
    if isinstance(text, timedelta):
        return text
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise PydanticCustomError(
            "duration", "{text} is not a duration; write a number and s, m, h or d, such as 6h", {"text": shown(text)}
        )
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _positive(value: object) -> timedelta:
    parsed = duration(value)
    if not parsed:
        raise PydanticCustomError("duration", "must be longer than zero")
    return parsed


def _identifier(text: object) -> str:
    if not isinstance(text, str) or not _NAME.fullmatch(text):
        raise PydanticCustomError(
            "id", "{text} is not an id; use small letters, digits, '-', '_' and '.'", {"text": shown(text)}
        )
    return text


def _web_address(text: object) -> str:
    try:
        parts = urlsplit(text if isinstance(text, str) else "")
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise PydanticCustomError("url", "{text} is not an http or https address", {"text": shown(text)})
    if "@" in parts.netloc:
        raise PydanticCustomError("url", "an address here is kept and printed: take user name and password out of it")
    return str(text)


@lru_cache(maxsize=1024)
def _selector_fault(text: str) -> str | None:
    if _PLAIN_SELECTOR.fullmatch(text):
        return None
    import soupsieve  # slow to load and to use for the first time, and most selectors need no judge

    try:
        soupsieve.compile(text)
    except Exception as error:  # soupsieve raises several kinds for what a person can mistype
        return str(error).splitlines()[0]
    return None


def _selector(text: object) -> str:
    if not isinstance(text, str):
        raise PydanticCustomError("selector", "must be a CSS selector in quotes")
    if text and (fault := _selector_fault(text)):
        raise PydanticCustomError(
            "selector", "{text} is not a CSS selector: {fault}", {"text": shown(text), "fault": fault}
        )
    return text


def _contact(text: object) -> str:
    if isinstance(text, str) and re.fullmatch(r"mailto:[^@\s]+@[^@\s]+|https?://\S+", text):
        return text
    raise PydanticCustomError(
        "contact", "{text} is no contact; write mailto:you@example.org or the address of a page", {"text": shown(text)}
    )


def _zone(text: object) -> str:
    try:
        ZoneInfo(str(text))
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError(
            "zone", "{text} is not a time zone; write a name such as Asia/Phnom_Penh", {"text": shown(text)}
        ) from None
    return str(text)


def _host_port(text: object) -> str:
    if not isinstance(text, str) or not _HOST_PORT.fullmatch(text) or not 0 < int(text.rpartition(":")[2]) < 65536:
        raise PydanticCustomError("host", '{text} must be one exact "host:port"', {"text": shown(text)})
    return text.lower()


def _languages(value: object) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not listed or set(listed) - {"en", "km", "fr"}:
        raise PydanticCustomError(
            "language", '{text} must be "en", "km", "fr" or a list of them', {"text": shown(value)}
        )
    return tuple(listed)


def shown(value: object) -> str:
    """`value` as a fault line quotes it, shortened."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + '…"'


Identifier = Annotated[str, BeforeValidator(_identifier)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
Selector = Annotated[str, BeforeValidator(_selector)]
Contact = Annotated[str, BeforeValidator(_contact)]
Zone = Annotated[str, BeforeValidator(_zone)]
HostPort = Annotated[str, BeforeValidator(_host_port)]
Languages = Annotated[tuple[str, ...], BeforeValidator(_languages)]
Gap = Annotated[timedelta, BeforeValidator(duration)]
Interval = Annotated[timedelta | None, BeforeValidator(_positive)]
