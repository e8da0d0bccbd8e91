"""Secrets taken out of text before anyone reads it: logs, errors, what commands print. Pure.

Nothing of ours prints a secret on purpose. This is for what others say: a mail server that repeats the password it
refused, a library that puts an address into its error, a traceback.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

HIDDEN: Final = "[secret]"

_SHORTEST: Final = 4
"""Shorter ones are no secrets worth the name, and hiding them would tear holes into ordinary words."""
_TELLING: Final = 6
"""So many letters of the beginning of a secret say something about it."""
_CUT: Final = re.compile(r"([^…]{6,}?)([ ]*…)")
_TELLING_NAME: Final = re.compile(r"pass|pwd|token|key|secret|auth|sig|credential", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[A-Za-z0-9+=]{16,}|(?=(?:[^0-9]*[0-9]){5})[A-Za-z0-9+=:._~-]{20,}")
"""What looks made rather than written: long without a break, or long with many digits. Names of channels, hosts and
instruments, which may stand in an address too, must go on being printed."""


def secrets_of_url(url: str) -> frozenset[str]:
    """The parts of a channel's or a database's address that must not be seen, and the address itself.

    The password, values handed over under a telling name or as a header, and every part that looks like a token:
    services have theirs in the user name, the host or the path. Names of hosts and e-mail addresses are no secrets.
    """
    return frozenset({url, *_parts(url)})


def _parts(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        user, password = parts.username or "", parts.password or ""
    except ValueError:
        return
    yield password
    if password:
        yield b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    host = parts.netloc.rpartition("@")[2]
    loose = [user, *parts.path.split("/"), *parts.fragment.split("/")]
    if "." not in host:
        loose.append(host)
    for name, value in parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True):
        if name[:1] in "+-:" or _TELLING_NAME.search(name):
            yield value
            yield value.rpartition(" ")[2]  # `Bearer …`
        else:
            loose.append(value)
    yield from (piece for piece in loose if _TOKEN.fullmatch(piece) or _TOKEN.fullmatch(unquote(piece)))


class Redactor:
    """Replaces the secrets it was given, as they are and as addresses, JSON and tracebacks write them."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, self._forms))) if forms else None

    def __call__(self, text: str) -> str:
        """`text` with `[secret]` for each, also for the beginning of one that was cut off (`…`)."""
        if self._pattern is None:
            return text
        whole = self._pattern.sub(HIDDEN, text)
        return _CUT.sub(self._without_beginning, whole) if "…" in whole else whole

    def _without_beginning(self, found: re.Match[str]) -> str:
        """What stands before a cut, without the longest beginning of a secret at its end."""
        said = found[1]
        shown = max((_overlap(said, form) for form in self._forms), default=0)
        return f"{said[:-shown]}{HIDDEN}{found[2]}" if shown >= _TELLING else found[0]


def _overlap(said: str, form: str) -> int:
    """How many letters at the end of `said` are the beginning of `form`."""
    most = min(len(said), len(form) - 1)
    return next((length for length in range(most, _TELLING - 1, -1) if said.endswith(form[:length])), 0)


def _forms(secret: str) -> Iterator[str]:
    for form in {secret, unquote(secret)}:
        if len(form) >= _SHORTEST:
            yield from (form, quote(form, safe=""), quote(form), quote_plus(form), repr(form)[1:-1])
            yield from (json.dumps(form)[1:-1], json.dumps(form, ensure_ascii=False)[1:-1])
