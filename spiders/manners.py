"""What hosts have asked of us in earlier runs: their last good robots.txt, and until when they want to be left alone;
and when we asked them last, where an hourly budget counts that.

A run is short and a wish may be long. Each wish is one small file of JSON, replaced as a whole, so that runs at the
same time cannot spoil each other's. It is a memory and no record: what cannot be read is as if it had never been said.
"""

import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from scrapy.settings import BaseSettings

from spiders.waits import CEILING

log = logging.getLogger(__name__)

RULES_HOLD = timedelta(days=30)
"""Rules older than this are no longer believed when the present ones cannot be read."""

_REFRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rest:
    """A host is not to be asked before `until` (aware UTC): because it `asked`, or because of our own gap."""

    until: datetime
    asked: bool


class Manners:
    """The memory in `directory`, which is made when the first wish is kept; None remembers nothing."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._names: set[str] | None = None

    def rules(self, origin: str, now: datetime) -> str | None:
        """The text of the last good robots.txt of `origin` ("" where there was none); None if none is remembered."""
        kept = self._load("robots", origin)
        read_at, text = _moment(kept.get("read_at")), kept.get("rules")
        if read_at is None or not isinstance(text, str) or now - read_at > RULES_HOLD:
            return None
        return text

    def keep_rules(self, origin: str, text: str, now: datetime) -> None:
        """Remember `text` as the rules of `origin`, read at `now`."""
        kept = self._load("robots", origin)
        read_at = _moment(kept.get("read_at"))
        if kept.get("rules") == text and read_at is not None and timedelta(0) <= now - read_at < _REFRESH:
            return
        self._save("robots", origin, {"origin": origin, "read_at": now.isoformat(), "rules": text})

    def rest(self, host: str, now: datetime) -> Rest | None:
        """The rest of `host` that is not over at `now`. None also for one that no clock in order could have set."""
        kept = self._load("rest", host)
        until = _moment(kept.get("until"))
        if until is None or not timedelta(0) < until - now <= timedelta(seconds=CEILING):
            return None
        return Rest(until=until, asked=kept.get("asked") is True)

    def keep_rest(self, host: str, rest: Rest) -> None:
        """Remember that `host` is to be left alone."""
        self._save("rest", host, {"host": host, "until": rest.until.isoformat(), "asked": rest.asked})

    def sent(self, host: str) -> frozenset[datetime]:
        """When requests went out to `host`, as far as that is remembered."""
        listed = self._load("sent", host, afresh=True).get("sent")
        moments = map(_moment, listed if isinstance(listed, list) else ())
        return frozenset(moment for moment in moments if moment is not None)

    def keep_sent(self, host: str, moments: Iterable[datetime]) -> bool:
        """Remember that requests went out to `host` at `moments`, and at no other time that still counts.

        False if that cannot be remembered.
        """
        return self._save("sent", host, {"host": host, "sent": [moment.isoformat() for moment in sorted(moments)]})

    def _load(self, kind: str, subject: str, *, afresh: bool = False) -> Mapping[str, object]:
        """What is kept; `afresh`: it may have been written since by another process."""
        if self._directory is None:
            return {}
        name = _name(kind, subject)
        if self._names is None:  # one look at the directory instead of one for each of ten thousand hosts
            self._names = {each.name for each in self._directory.iterdir()} if self._directory.is_dir() else set()
        if name not in self._names and not afresh:
            return {}
        try:
            kept = json.loads((self._directory / name).read_bytes())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _save(self, kind: str, subject: str, wish: Mapping[str, object]) -> bool:
        if self._directory is None:
            return False
        name = _name(kind, subject)
        draft = self._directory / f"{name}.{os.getpid()}"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(wish, ensure_ascii=False), encoding="utf-8")
            draft.replace(self._directory / name)
        except OSError as error:
            log.warning("%s: what the host asked for is not remembered: %s", self._directory, error.strerror)
            return False
        if self._names is not None:
            self._names.add(name)
        return True


def manners_of(settings: BaseSettings) -> Manners:
    """The memory in the directory that the setting `MONITOR_MANNERS` names, if any."""
    directory = settings.get("MONITOR_MANNERS")
    return Manners(Path(directory) if directory else None)


def _name(kind: str, subject: str) -> str:
    return f"{kind}-{blake2b(subject.encode(), digest_size=12).hexdigest()}.json"


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
