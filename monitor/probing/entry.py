"""A `[[source]]` table as text, and its way into the configuration file: appended, never rewriting what is there."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from monitor.errors import ConfigError, UsageError
from monitor.model import Authority, Source
from monitor.text.script import visible
from monitor.text.urls import canonical_url

Value = str | bool | int | Sequence[str]

_DEFAULTS = Source(id="-", url="-")
_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)), ("s", timedelta(seconds=1)))
_AUTHORITIES = ", ".join(authority.value for authority in Authority)


def lines(keys: Mapping[str, Value]) -> list[str]:
    """One TOML line for each key."""
    return [f"{key} = {_toml(value)}" for key, value in keys.items()]


def table(source: Source, *, remarks: Sequence[str] = (), authority_known: bool = True) -> str:
    """The `[[source]]` table that declares `source`, with `remarks` as comments and only keys that say something.

    Where it is not known who speaks, `authority` is left as a comment for a person to decide.
    """
    keys: dict[str, Value] = {"id": source.id, "url": source.url, "spider": source.spider}
    if source.jurisdiction:
        keys["jurisdiction"] = source.jurisdiction
    keys["language"] = source.languages[0] if len(source.languages) == 1 else source.languages
    if authority_known:
        keys["authority"] = source.authority.value
    if source.publisher:
        keys["publisher"] = source.publisher
    for name in ("select", "remove", "links", "match"):
        if getattr(source, name):
            keys[name] = getattr(source, name)
    if source.fetch != _DEFAULTS.fetch:
        keys["fetch"] = tuple(way.value for way in source.fetch)
    if source.every is not None:
        keys["every"] = _duration(source.every)
    if not source.enabled:
        keys["enabled"] = False
    if source.note:
        keys["note"] = source.note
    written = [f"# {visible(' '.join(remark.split()))}" for remark in remarks]
    if not authority_known:
        written += [f'# authority = "ministry"  # who speaks here? one of {_AUTHORITIES}; left out, it is an agency']
    return "\n".join(["[[source]]", *lines(keys), *written]) + "\n"


def append(path: Path, entry: str, check: Callable[[Path], object]) -> None:
    """Put `entry` at the end of the file at `path`, which is replaced as a whole or not at all.

    `check` loads a draft of the new file, which stands beside the old one, and raises for one that cannot be used; then
    nothing is changed. Raises UsageError when the file cannot be written, or was changed by somebody meanwhile.
    """
    target = path.resolve()
    try:
        before = target.read_bytes()
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".toml", dir=target.parent)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}; add the entry by hand") from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_with(before, entry))
            file.flush()
            os.fsync(file.fileno())
        try:
            check(draft)
        except ConfigError as error:
            raise ConfigError([fault.replace(draft.name, path.name) for fault in error.faults]) from None
        if target.read_bytes() != before:
            raise UsageError(f"{path} was changed meanwhile; nothing was added, try again")
        _same_rights(target, draft)
        draft.replace(target)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}; add the entry by hand") from None
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def _same_rights(target: Path, draft: Path) -> None:
    """Mode and owner: a file that root rewrites must stay readable for the daemon."""
    was, made = target.stat(), draft.stat()
    if (was.st_uid, was.st_gid) != (made.st_uid, made.st_gid):
        os.chown(draft, was.st_uid, was.st_gid)
    shutil.copymode(target, draft)


def refuse_known(url: str, identity: str, sources: Sequence[Source]) -> None:
    """Raise UsageError where `url` or the id `identity` (if not empty) belongs to a source that is there already."""
    wanted = canonical_url(url)
    for source in sources:
        if canonical_url(source.url) == wanted:
            raise UsageError(
                f"{source.url} is the source {source.id} already; look at it with: monitor sources test {source.id}"
            )
        if identity == source.id:
            raise UsageError(f"there is a source {identity} already ({source.url}); choose another id with --id")


def _with(before: bytes, entry: str) -> bytes:
    """`before` as it is, an empty line, and `entry` with the line ends of the file."""
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    added = entry.encode().replace(b"\n", newline)
    if not before.strip():
        return before + added
    kept = before if before.endswith(b"\n") else before + newline
    return kept + newline + added


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for one character; "${" would be filled in from the environment.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f").replace("${", "$%7B")
    return f"[{', '.join(_toml(each) for each in value)}]"


def _duration(every: timedelta) -> str:
    """`6h`, `7d`: in the largest unit that fits."""
    sign, unit = next((sign, unit) for sign, unit in _UNITS if not every % unit)
    return f"{every // unit}{sign}"
