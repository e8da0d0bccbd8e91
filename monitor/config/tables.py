"""The tables of `config.toml` as strict models."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from monitor.config.fields import (
    ArchiveAddress,
    Contact,
    FeedFile,
    FilePath,
    Gap,
    HostPort,
    Identifier,
    Interval,
    Languages,
    LoopbackAddress,
    QuietHours,
    Selector,
    Ways,
    WebAddress,
    Windows,
    Zone,
)
from monitor.model import AlertKind, Authority, Channel, Endpoint, Feed, Source, Way

ARCHIVE = "https://web.archive.org/web/"
"""The TimeGate of the Wayback Machine: a page's address is put behind it."""


class Table(BaseModel):
    """Unknown keys and wrong types are faults; nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MonitorTable(Table):
    """`[monitor]`."""

    data_dir: FilePath = "data"
    database_url: str = ""
    timezone: Zone = "Asia/Phnom_Penh"
    contact: Contact
    allow_hosts: list[HostPort] = []
    packs: list[str] = ["kh", "asean", "coe"]
    min_gap: Gap = timedelta(seconds=5)
    hourly: int = Field(default=0, ge=0)
    alert_after: int = Field(default=3, ge=1)
    ping_url: str = ""
    secrets_file: FilePath = ""
    browser: str = ""
    archive: ArchiveAddress = ARCHIVE
    children: int = Field(default=2, ge=1, le=16)
    jitter: Gap = timedelta()
    health: LoopbackAddress = None
    log: Literal["auto", "json", "text"] = "auto"
    guard_channels: bool = False


class SourceTable(Table):
    """One `[[source]]`."""

    id: Identifier
    url: WebAddress
    spider: str = "page"
    jurisdiction: str = ""
    language: Languages = ("en",)
    authority: Annotated[Authority, Field(strict=False)] = Authority.AGENCY
    publisher: str = ""
    select: Selector = ""
    remove: list[Selector] = []
    links: Selector = ""
    next_page: Selector = ""
    max_pages: int = Field(default=1, ge=1, le=100)
    match: list[str] = []
    row: str = ""
    allowed_domains: list[str] = []
    every: Interval = None
    cron: str = ""
    jitter: Gap | None = None
    denser: Interval = None
    denser_on: Windows = ()
    render: bool | None = None
    fetch: Ways = (Way.DIRECT,)
    wait_for: Selector = ""
    enabled: bool = True
    note: str = ""

    @field_validator("fetch")
    @classmethod
    def _agrees_with_render(cls, ways: tuple[Way, ...], given: ValidationInfo) -> tuple[Way, ...]:
        render = given.data.get("render")
        if (render and ways != (Way.BROWSER,)) or (render is False and Way.BROWSER in ways):
            raise PydanticCustomError(
                "fetch", 'contradicts render, which is an older way to write fetch = ["browser"]: leave render out'
            )
        return ways

    def source(self, default_jitter: timedelta = timedelta()) -> Source:
        """The value this table declares."""
        values = {name: getattr(self, name) for name in _PLAIN_SOURCE_KEYS}
        return Source(
            **values,
            languages=self.language,
            jitter=default_jitter if self.jitter is None else self.jitter,
            remove=tuple(self.remove),
            match=tuple(self.match),
            allowed_domains=tuple(self.allowed_domains),
            fetch=(Way.BROWSER,) if self.render else self.fetch,
        )


_MADE_SOURCE_KEYS = frozenset({"language", "remove", "match", "allowed_domains", "jitter", "render", "fetch"})
_PLAIN_SOURCE_KEYS = tuple(name for name in SourceTable.model_fields if name not in _MADE_SOURCE_KEYS)


class ChannelTable(Table):
    """One `[[channel]]`."""

    id: Identifier
    url: str = Field(min_length=1)
    kinds: list[Annotated[AlertKind, Field(strict=False)]] = [
        AlertKind.STATUS,
        AlertKind.TARGET_DATE,
        AlertKind.DISAGREEMENT,
    ]
    instruments: list[str] = ["*"]
    jurisdictions: list[str] = []
    languages: Languages = ()
    min_confidence: float = Field(default=0.0, ge=0, le=1)
    when: str = "now"
    quiet: QuietHours = None
    timezone: Zone | None = None

    def channel(self, default_timezone: str) -> Channel:
        """The value this table declares."""
        return Channel(
            id=self.id,
            url=self.url,
            kinds=tuple(self.kinds),
            instruments=tuple(self.instruments),
            jurisdictions=tuple(self.jurisdictions),
            languages=self.languages,
            min_confidence=self.min_confidence,
            when=self.when,
            quiet=self.quiet,
            timezone=self.timezone or default_timezone,
        )


class FeedTable(Table):
    """One `[[feed]]`. `kinds` are those of an Atom file; a calendar has dates only."""

    file: FeedFile
    url: WebAddress = ""
    kinds: list[Annotated[AlertKind, Field(strict=False)]] = [
        AlertKind.STATUS,
        AlertKind.TARGET_DATE,
        AlertKind.DISAGREEMENT,
        AlertKind.DOCUMENT,
    ]
    instruments: list[str] = ["*"]
    jurisdictions: list[str] = []

    def feed(self, base: Path) -> Feed:
        """The value this table declares; a relative `file` starts at `base`."""
        return Feed(
            file=str(base / Path(self.file).expanduser()),
            url=self.url,
            kinds=tuple(self.kinds),
            instruments=tuple(self.instruments),
            jurisdictions=tuple(self.jurisdictions),
        )


class SecondReaderTable(Table):
    """`[second_reader]`."""

    url: WebAddress
    model: str = Field(min_length=1)
    key: str = ""
    timeout: Interval = timedelta(seconds=20)

    def endpoint(self) -> Endpoint:
        """The value this table declares."""
        return Endpoint(url=self.url, model=self.model, key=self.key, timeout=self.timeout or timedelta(seconds=20))
