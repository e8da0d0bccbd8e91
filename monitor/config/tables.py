"""The tables of `config.toml` as strict models."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from monitor.config.fields import Contact, Gap, HostPort, Identifier, Interval, Languages, Selector, WebAddress, Zone
from monitor.model import AlertKind, Authority, Channel, Endpoint, Source


class Table(BaseModel):
    """Unknown keys and wrong types are faults; nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MonitorTable(Table):
    """`[monitor]`."""

    data_dir: str = "data"
    database_url: str = ""
    timezone: Zone = "Asia/Phnom_Penh"
    contact: Contact
    allow_hosts: list[HostPort] = []
    packs: list[str] = ["kh", "asean", "coe"]
    min_gap: Gap = timedelta(seconds=5)
    alert_after: int = Field(default=3, ge=1)
    ping_url: str = ""


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
    render: bool = False
    enabled: bool = True
    note: str = ""

    def source(self) -> Source:
        """The value this table declares."""
        values = {name: getattr(self, name) for name in _PLAIN_SOURCE_KEYS}
        return Source(
            **values,
            languages=self.language,
            remove=tuple(self.remove),
            match=tuple(self.match),
            allowed_domains=tuple(self.allowed_domains),
        )


_PLAIN_SOURCE_KEYS = tuple(
    name for name in SourceTable.model_fields if name not in {"language", "remove", "match", "allowed_domains"}
)


class ChannelTable(Table):
    """One `[[channel]]`."""

    id: Identifier
    url: str = Field(min_length=1)
    kinds: list[Annotated[AlertKind, Field(strict=False)]] = [AlertKind.STATUS, AlertKind.TARGET_DATE]
    instruments: list[str] = ["*"]
    jurisdictions: list[str] = []
    when: str = "now"
    timezone: Zone | None = None

    def channel(self, default_timezone: str) -> Channel:
        """The value this table declares."""
        return Channel(
            id=self.id,
            url=self.url,
            kinds=tuple(self.kinds),
            instruments=tuple(self.instruments),
            jurisdictions=tuple(self.jurisdictions),
            when=self.when,
            timezone=self.timezone or default_timezone,
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
