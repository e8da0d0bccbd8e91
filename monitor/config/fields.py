"""The kinds of value a configuration key can hold, each with a sentence for what cannot be used."""

import re
from datetime import time, timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from monitor.model import Way, Window

LANGUAGES = ("en", "km", "fr")
"""Of pages that can be read."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d+)([smhd])")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_COMPOUND = r"(?:[a-zA-Z][\w-]*)?(?:[.#][a-zA-Z_][\w-]*)*(?<=[\w-])"
_PLAIN_SELECTOR = re.compile(rf"{_COMPOUND}(?:(?:\s*[,>]\s*|\s+){_COMPOUND})*", re.ASCII)
"""Names, classes and ids, one inside the other or side by side: `main`, `div.entry > p`, `#content, article`."""
_QUIET = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = f"({'|'.join(_DAYS)})"
_WINDOW = re.compile(rf"{_DAY}(?:-{_DAY})? ([0-9]{{2}}):([0-9]{{2}})-([0-9]{{2}}):([0-9]{{2}})")
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


def _archive(text: object) -> str:
    if text == "":
        return ""
    address = _web_address(text)
    if "?" in address or "#" in address:
        raise PydanticCustomError(
            "archive",
            "{text} cannot have the address of a page put behind it; leave out ? and #",
            {"text": shown(text)},
        )
    return address


def _host_port(text: object) -> str:
    if not isinstance(text, str) or not _HOST_PORT.fullmatch(text) or not 0 < int(text.rpartition(":")[2]) < 65536:
        raise PydanticCustomError("host", '{text} must be one exact "host:port"', {"text": shown(text)})
    return text.lower()


def _loopback_address(text: object) -> tuple[str, int] | None:
    if text == "":
        return None
    host, _, port = _host_port(text).rpartition(":")
    bare = host.strip("[]")
    try:
        near = bare == "localhost" or ip_address(bare).is_loopback
    except ValueError:
        near = False
    if not near:
        raise PydanticCustomError(
            "loopback",
            '{text} is not on this machine; write a loopback address, such as "127.0.0.1:9109", and let a proxy '
            "publish it",
            {"text": shown(text)},
        )
    return bare, int(port)


def _languages(value: object) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not listed or set(listed) - set(LANGUAGES):
        raise PydanticCustomError(
            "language", '{text} must be "en", "km", "fr" or a list of them', {"text": shown(value)}
        )
    return tuple(listed)


def _ways(value: object) -> tuple[Way, ...]:
    known = [way.value for way in Way]
    if not isinstance(value, list | tuple) or not value:
        raise PydanticCustomError(
            "fetch",
            '{text} must be a list such as ["direct", "browser"]; there are {known}',
            {"text": shown(value), "known": ", ".join(known)},
        )
    unknown = next((each for each in value if each not in known), None)
    if unknown is not None:
        raise PydanticCustomError(
            "fetch",
            "{text} is no way to reach a source; there are {known}",
            {"text": shown(unknown), "known": ", ".join(known)},
        )
    if len(set(value)) < len(value):
        raise PydanticCustomError("fetch", "{text} names a way twice", {"text": shown(list(value))})
    return tuple(Way(each) for each in value)


def _quiet(text: object) -> tuple[time, time] | None:
    if text == "":
        return None
    match = _QUIET.fullmatch(text) if isinstance(text, str) else None
    hours = [int(part) for part in match.groups()] if match else []
    if not hours or max(hours[0::2]) > 23 or max(hours[1::2]) > 59 or hours[:2] == hours[2:]:
        raise PydanticCustomError(
            "quiet", '{text} are no quiet hours; write from and to, such as "22:00-07:00"', {"text": shown(text)}
        )
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def _window(text: object) -> Window:
    match = _WINDOW.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise PydanticCustomError(
            "window",
            '{text} is no window; write days and from and to, such as "fri 08:00-20:00" or "mon-fri 07:00-24:00"',
            {"text": shown(text)},
        )
    first, last = _DAYS.index(match[1]), _DAYS.index(match[2] or match[1])
    hours, minutes = (int(match[3]), int(match[5])), (int(match[4]), int(match[6]))
    begins, ends = (timedelta(hours=hour, minutes=minute) for hour, minute in zip(hours, minutes, strict=True))
    if max(minutes) > 59 or ends > timedelta(days=1):
        raise PydanticCustomError(
            "window", "{text} names a time that no clock shows; a day ends at 24:00", {"text": shown(text)}
        )
    if begins >= ends:
        raise PydanticCustomError(
            "window",
            "{text} ends before it begins; for a night write two: one up to 24:00, one from 00:00 of the next day",
            {"text": shown(text)},
        )
    days = frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))
    return Window(days=days, begins=begins, ends=ends)


def _windows(value: object) -> tuple[Window, ...]:
    if not isinstance(value, list | tuple):
        raise PydanticCustomError(
            "window", '{text} must be a list of windows, such as ["fri 08:00-20:00"]', {"text": shown(value)}
        )
    return tuple(_window(each) for each in value)


def _file_path(text: object) -> str:
    try:
        usable = isinstance(text, str) and "\0" not in text and bool(Path(text).expanduser())
    except RuntimeError:
        usable = False
    if not usable:
        raise PydanticCustomError(
            "path",
            '{text} is no path on this machine; a "~" is followed by "/" or a user\'s name',
            {"text": shown(text)},
        )
    return str(text)


def _feed_file(text: object) -> str:
    path = _file_path(text)
    if not path.endswith((".atom", ".ics")):
        raise PydanticCustomError(
            "feed", "{text} must be a path that ends in .atom (alerts) or .ics (calendar)", {"text": shown(text)}
        )
    return path


def shown(value: object) -> str:
    """`value` as a fault line quotes it, shortened."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + '…"'


Identifier = Annotated[str, BeforeValidator(_identifier)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
ArchiveAddress = Annotated[str, BeforeValidator(_archive)]
Selector = Annotated[str, BeforeValidator(_selector)]
Contact = Annotated[str, BeforeValidator(_contact)]
Zone = Annotated[str, BeforeValidator(_zone)]
HostPort = Annotated[str, BeforeValidator(_host_port)]
LoopbackAddress = Annotated[tuple[str, int] | None, BeforeValidator(_loopback_address)]
Languages = Annotated[tuple[str, ...], BeforeValidator(_languages)]
Ways = Annotated[tuple[Way, ...], BeforeValidator(_ways)]
Windows = Annotated[tuple[Window, ...], BeforeValidator(_windows)]
QuietHours = Annotated[tuple[time, time] | None, BeforeValidator(_quiet)]
FilePath = Annotated[str, BeforeValidator(_file_path)]
FeedFile = Annotated[str, BeforeValidator(_feed_file)]
Gap = Annotated[timedelta, BeforeValidator(duration)]
Interval = Annotated[timedelta | None, BeforeValidator(_positive)]
