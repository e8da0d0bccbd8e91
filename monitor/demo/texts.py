"""The words of the replica, read from `texts.toml` into values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A dated piece on one site. `number` is its id there; `from_start` means it is there at the baseline."""

    id: str
    site: str
    number: int
    language: str
    date: date
    slug: str
    title: str
    body: tuple[str, ...]
    from_start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A headed part of a page: `level` is that of the heading; `cards` are (key, value) lines."""

    heading: str
    level: int = 2
    cards: tuple[tuple[str, str], ...] = ()
    body: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A country profile: sections keyed by their headings."""

    country: str
    closing: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A page of nested lists whose items carry their status in brackets; `amended` is one item's (before, after)."""

    number: int
    title: str
    date: date
    intro: str
    group: tuple[Section, ...]
    amended: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A treaty's table of signatures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A titled text."""

    title: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Everything the replica can say. `articles` are by id."""

    articles: Mapping[str, Article]
    guide: Plain
    programme: Plain
    process: Process
    profile: Profile
    chart: Chart


@cache
def texts() -> Texts:
    """The words shipped with the package."""
    raw = tomllib.loads((files(__package__) / "texts.toml").read_text(encoding="utf-8"))
    process = raw["process"]
    amended = process.pop("amended")
    groups = tuple(_section(group) for group in process.pop("group"))
    profile = raw["profile"]
    return Texts(
        articles={entry["id"]: Article(**{**entry, "body": tuple(entry["body"])}) for entry in raw["article"]},
        guide=Plain(title=raw["guide"]["title"], body=tuple(raw["guide"]["body"])),
        programme=Plain(title=raw["programme"]["title"], body=tuple(raw["programme"]["body"])),
        process=Process(**process, group=groups, amended=(amended["before"], amended["after"])),
        profile=Profile(
            country=profile["country"],
            closing=profile["closing"],
            sections=tuple(_section(section) for section in profile["section"]),
        ),
        chart=Chart(
            title=raw["chart"]["title"],
            columns=tuple(raw["chart"]["columns"]),
            rows=tuple(tuple(row) for row in raw["chart"]["rows"]),
        ),
    )


def _section(entry: Mapping[str, Any]) -> Section:
    return Section(
        heading=entry["heading"],
        level=entry.get("level", 2),
        cards=tuple((key, value) for key, value in entry.get("cards", ())),
        body=tuple(entry.get("body", ())),
        bullets=tuple(entry.get("bullets", ())),
    )
