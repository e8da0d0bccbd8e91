"""Reads `config.toml`: every fault of a file is found in one pass, each naming file and key.

Facts that only adapters know (which spiders exist, whether a cron line or a channel URL can be used) come in as
`Checks`, so that this module stays pure.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import ValidationError

from monitor import packs
from monitor.config import secrets_file
from monitor.config.fields import shown
from monitor.config.tables import ChannelTable, FeedTable, MonitorTable, SecondReaderTable, SourceTable, Table
from monitor.errors import ConfigError
from monitor.model import Channel, Endpoint, Feed, Packs, Source, Way

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
T = TypeVar("T", bound=Table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What the adapters know. Each function returns a sentence saying what is wrong, or None."""

    spiders: Sequence[str]
    cron: Callable[[str], str | None]
    channel_url: Callable[[str], str | None]
    when: Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A configuration that can be used. `data_dir` is absolute; `timezone` is for people, storage is UTC.

    `hourly` is the most requests to one host in any 60 minutes (0: no such limit). `children` is how many processes of
    the daemon read at once, `health` the loopback address it answers on (None: on
    none). `text` is the file as it was read.
    """

    path: Path
    data_dir: Path
    database_url: str
    timezone: str
    contact: str
    allow_hosts: tuple[str, ...]
    min_gap: timedelta
    alert_after: int
    sources: tuple[Source, ...]
    channels: tuple[Channel, ...]
    packs: Packs
    second_reader: Endpoint | None = None
    ping_url: str = field(default="", repr=False)
    browser: str = ""
    archive: str = ""
    children: int = 2
    health: tuple[str, int] | None = None
    log: str = "auto"
    text: str = field(default="", repr=False, compare=False)
    guard_channels: bool = False
    hourly: int = 0
    feeds: tuple[Feed, ...] = ()


def load(path: Path, environment: Mapping[str, str], checks: Checks, *, text: str | None = None) -> Config:
    """Read and check the file at `path`; `text` takes the place of what stands in it now.

    `environment` fills `${NAME}`, and after it the file that `secrets_file` names. Raises ConfigError holding every
    fault of the files and of the packs.
    """
    return _Reader(path, environment, checks, text).read()


class _Reader:
    """One pass over one file, gathering faults."""

    def __init__(self, path: Path, environment: Mapping[str, str], checks: Checks, text: str | None) -> None:
        self.path, self.environment, self.checks, self.text = path, environment, checks, text or ""
        self._given = text is not None
        self.faults: list[str] = []

    def read(self) -> Config:
        tables = self._tables()
        self._add_secrets(tables.get("monitor"))
        top = self._table("monitor", MonitorTable, tables.pop("monitor", {}))
        # Each table becomes its value at once: ten thousand sources as tables take 12 MiB more.
        listed = self._listed("source", SourceTable, tables.pop("source", []))
        jitter = top.jitter if top is not None else timedelta()
        sources = [(where, table.source(jitter)) for where, table in listed]
        channels = list(self._listed("channel", ChannelTable, tables.pop("channel", [])))
        feeds = list(self._listed("feed", FeedTable, tables.pop("feed", [])))
        overrides = self._overrides(tables.pop("instrument", []))
        second = tables.pop("second_reader", None)
        reader = self._table("second_reader", SecondReaderTable, second) if second is not None else None
        for key in tables:
            known = ["monitor", "source", "instrument", "channel", "feed", "second_reader"]
            self._fault(key, "unknown table" + _nearest(key, known))
        if top is not None and (fault := _ping_fault(top)):
            self._fault("monitor.ping_url", fault)
        loaded, faults = self._packs(top, overrides)
        self.faults += faults
        self._check_sources(sources)
        if top is not None and not top.archive:
            self._check_no_archive(sources)
        if not any(fault.startswith(f"{self.path.name}: source") for fault in self.faults) and not sources:
            self._fault("source", "there is no [[source]], so there is nothing to read")
        self._check_channels(channels)
        self._check_choices([*channels, *feeds], [source for _, source in sources], loaded)
        self._check_feeds(feeds)
        if self.faults or top is None:
            raise ConfigError(self.faults)
        config = self._config(top, [source for _, source in sources], [table for _, table in channels], loaded)
        return replace(
            config,
            second_reader=reader.endpoint() if reader is not None else None,
            feeds=tuple(table.feed(self.path.resolve().parent) for _, table in feeds),
        )

    def _tables(self) -> dict[str, Any]:
        try:
            if not self._given:
                self.text = self.path.read_text(encoding="utf-8")
            return tomllib.loads(self.text)
        except FileNotFoundError:
            raise ConfigError(
                [f"{self.path}: there is no such file; name one with --config or the variable MONITOR_CONFIG"]
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError([f"{self.path}: cannot be read: {error}"]) from None
        except tomllib.TOMLDecodeError as error:
            raise ConfigError([f"{self.path.name}: not valid TOML: {error}"]) from None

    def _add_secrets(self, top: object) -> None:
        """Let the file of secrets fill what the environment does not."""
        name = top.get("secrets_file") if isinstance(top, dict) else None
        place = secrets_file.place(name, self.path, self.environment) if name and isinstance(name, str) else None
        if place is None:
            return
        values, faults = secrets_file.read(place, self.path)
        for fault in faults:
            self._fault("monitor.secrets_file", fault)
        self.environment = values | dict(self.environment)

    def _fault(self, where: str, what: str) -> None:
        self.faults.append(f"{self.path.name}: {where}: {what}")

    def _table(self, where: str, kind: type[T], raw: object) -> T | None:
        if not isinstance(raw, dict):
            self._fault(where, f"must be a table, written [{where}]")
            return None
        filled = self._filled(where, raw)
        try:
            return kind.model_validate(filled)
        except ValidationError as error:
            for fault in error.errors():
                key = ".".join(str(part) for part in fault["loc"] if not str(part).startswith("function-"))
                self._fault(f"{where}.{key}", _sentence(fault, kind))
            return None

    def _listed(self, name: str, kind: type[T], raw: object) -> Iterator[tuple[str, T]]:
        """(where, table) of every entry that can be used; the faults of the others are noted."""
        if not isinstance(raw, list):
            self._fault(name, f"must be a list of tables, each written [[{name}]]")
            return
        seen = Counter(str(entry.get("id")) for entry in raw if isinstance(entry, dict) and "id" in entry)
        told = set[str]()
        for number, entry in enumerate(raw, start=1):
            identity = str(entry.get("id", "")) if isinstance(entry, dict) else ""
            where = f"{name}[{number}]" + (f" ({identity})" if identity else "")
            if seen[identity] > 1 and identity not in told:
                told.add(identity)
                self._fault(
                    f"{where}.id", f'"{identity}" is used {seen[identity]} times; every {name} needs its own id'
                )
            table = self._table(where, kind, entry)
            if table is not None:
                yield where, table

    def _filled(self, where: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """`raw` with every `${NAME}` replaced from the environment."""
        filled: dict[str, Any] = {}
        for key, value in raw.items():
            if isinstance(value, str) and "${" in value:
                value = _VARIABLE.sub(partial(self._variable, f"{where}.{key}"), value)
            filled[key] = value
        return filled

    def _variable(self, where: str, match: re.Match[str]) -> str:
        name = match[1]
        if not self.environment.get(name):
            self._fault(where, f"${{{name}}} is not set in the environment, nor in a secrets_file")
            return "unset"
        return self.environment[name]

    def _overrides(self, raw: object) -> list[Mapping[str, object]]:
        if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
            self._fault("instrument", "must be a list of tables, each written [[instrument]]")
            return []
        counts = Counter(str(entry.get("id")) for entry in raw)
        for identity in (identity for identity, count in counts.items() if count > 1):
            self._fault(f"instrument ({identity}).id", f'"{identity}" is used {counts[identity]} times')
        return list(raw)

    def _packs(
        self, top: MonitorTable | None, overrides: Sequence[Mapping[str, object]]
    ) -> tuple[Packs, Sequence[str]]:
        available = packs.available()
        wanted = top.packs if top is not None else []
        for name in wanted:
            if name not in available:
                self._fault("monitor.packs", f'there is no pack "{name}"; there are {", ".join(available)}')
        return packs.load([name for name in wanted if name in available], overrides, origin=self.path.name)

    def _check_sources(self, sources: Sequence[tuple[str, Source]]) -> None:
        for where, source in sources:
            if source.spider not in self.checks.spiders:
                known = list(self.checks.spiders)
                self._fault(f"{where}.spider", f'there is no spider "{source.spider}"' + _nearest(source.spider, known))
            if (source.every is None) == (not source.cron):
                self._fault(f"{where}.every", "give either every or cron, and only one of them")
            if source.cron and (fault := self.checks.cron(source.cron)):
                self._fault(f"{where}.cron", fault)
            if source.spider == "treaty_chart" and not source.row:
                self._fault(f"{where}.row", "a treaty chart needs the name of the row to read")
            self._check_denser(where, source)
            self._check_ways(where, source)

    def _check_denser(self, where: str, source: Source) -> None:
        """Denser checks that would never come, or come seldomer than the others, are a mistake."""
        if source.denser is None:
            if source.denser_on:
                self._fault(f"{where}.denser_on", 'says when, but not how often: give denser as well, such as "1h"')
            return
        if source.every is not None and source.denser >= source.every:
            self._fault(f"{where}.denser", "must be shorter than every, or leave it out")
        if not source.jurisdiction and not source.denser_on:
            self._fault(
                f"{where}.denser", "would never apply: give denser_on, or a jurisdiction whose announced dates count"
            )

    def _check_ways(self, where: str, source: Source) -> None:
        if source.spider == "document" and Way.BROWSER in source.fetch:
            self._fault(f"{where}.fetch", "a file is never read through a browser: leave that way out")
        if source.spider in {"feed", "sitemap"} and source.fetch == (Way.BROWSER,):
            self._fault(f"{where}.fetch", f'a {source.spider} is no page that a browser could draw: add "direct"')
        if source.wait_for and Way.BROWSER not in source.fetch:
            self._fault(f"{where}.wait_for", 'says what a browser waits for, and "browser" is not in fetch')

    def _check_no_archive(self, sources: Sequence[tuple[str, Source]]) -> None:
        for where, source in sources:
            if Way.ARCHIVE in source.fetch:
                self._fault(f"{where}.fetch", 'names "archive", but [monitor] archive is empty, so none can be asked')

    def _check_channels(self, channels: Sequence[tuple[str, ChannelTable]]) -> None:
        for where, table in channels:
            if table.url != "unset" and (fault := self.checks.channel_url(table.url)):
                self._fault(f"{where}.url", fault)
            if fault := self.checks.when(table.when):
                self._fault(f"{where}.when", fault)

    def _check_choices(
        self, choosers: Sequence[tuple[str, ChannelTable | FeedTable]], sources: Sequence[Source], loaded: Packs
    ) -> None:
        """Whoever chooses what does not exist would wait for ever and not know it."""
        named = {one.jurisdiction for group in (loaded.instruments, loaded.bodies) for one in group.values()}
        named |= {source.jurisdiction for source in sources}
        places = {place.casefold(): place for place in named if place}
        for where, table in choosers:
            for place in table.jurisdictions:
                if place.casefold() not in places:
                    said = f'nothing here is of "{place}"' + _nearest(place, list(places.values()))
                    self._fault(f"{where}.jurisdictions", said)
            for pattern in table.instruments:
                if not any(fnmatchcase(known, pattern) for known in loaded.instruments):
                    self._fault(
                        f"{where}.instruments",
                        f'no instrument is called "{pattern}"' + _nearest(pattern, list(loaded.instruments)),
                    )

    def _check_feeds(self, feeds: Sequence[tuple[str, FeedTable]]) -> None:
        counted = Counter(table.file for _, table in feeds)
        for where, table in feeds:
            if counted[table.file] > 1:
                count = counted[table.file]
                self._fault(f"{where}.file", f'"{table.file}" is written by {count} feeds; give each its own file')

    def _config(
        self, top: MonitorTable, sources: Sequence[Source], channels: Sequence[ChannelTable], loaded: Packs
    ) -> Config:
        base = self.path.resolve().parent
        return Config(
            path=self.path,
            data_dir=base / Path(top.data_dir).expanduser(),
            database_url=top.database_url,
            timezone=top.timezone,
            contact=top.contact,
            allow_hosts=tuple(top.allow_hosts),
            min_gap=top.min_gap,
            hourly=top.hourly,
            alert_after=top.alert_after,
            sources=tuple(sources),
            channels=tuple(table.channel(top.timezone) for table in channels),
            packs=loaded,
            ping_url=top.ping_url,
            browser=top.browser,
            archive=top.archive,
            children=top.children,
            health=top.health,
            log=top.log,
            text=self.text,
            guard_channels=top.guard_channels,
        )


def _ping_fault(top: MonitorTable) -> str | None:
    """Why the dead-man's address cannot be used; never quotes it, since it is secret."""
    if top.ping_url in ("", "unset"):
        return None
    try:
        parts = urlsplit(top.ping_url)
        allowed = f"{parts.hostname}:{parts.port or 80}" in top.allow_hosts
    except ValueError:
        return "is no address"
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and allowed)):
        return None
    return "must be an https address (http only to a host:port in allow_hosts)"


def _nearest(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; there are {', '.join(sorted(known)[:20])}"


def _sentence(fault: Mapping[str, Any], kind: type[Table]) -> str:
    """A validation error in words a person can act on; values of secret keys are never repeated."""
    value = fault.get("input")
    match fault["type"]:
        case "extra_forbidden":
            return "unknown key" + _nearest(str(fault["loc"][-1]), list(kind.model_fields))
        case "missing":
            return "is required"
        case "enum":
            allowed = fault.get("ctx", {}).get("expected", "")
            return f"{shown(value)} is not one of {allowed}"
        case "string_type":
            return f"must be text in quotes, not {shown(value)}"
        case "list_type":
            return f"must be a list in square brackets, not {shown(value)}"
        case "int_type":
            return f"must be a whole number, not {shown(value)}"
        case "bool_type":
            return f"must be true or false, not {shown(value)}"
        case _:
            return str(fault["msg"])
