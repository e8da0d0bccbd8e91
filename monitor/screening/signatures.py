"""What bad answers look like, read from `signatures.toml`, where each row says what it means."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from monitor.model import ProblemKind
from monitor.text.normal import match_key


class Place(StrEnum):
    """Where a sign is looked for."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    MARKUP = "markup"
    HEADER = "header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign of a bad answer. `name` tells it apart in evidence; `weight` is 1 (common) to 3 (unmistakable)."""

    kind: ProblemKind
    name: str
    place: Place
    weight: int
    source: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the sign looks like. Compiled when first needed: most are looked for on suspicious pages only."""
        return _compiled(self.source)


def _load(path: Path) -> tuple[Sign, ...]:
    """The signs of a signature file, one for each place of each row."""
    return tuple(
        Sign(
            kind=ProblemKind(row["kind"]),
            name=row["name"],
            place=Place(place),
            source=_source(row.get("patterns", []), row.get("khmer", []), row.get("before", ""), row.get("then", "")),
            weight=row["weight"],
        )
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["sign"]
        for place in row["places"]
    )


def _source(patterns: list[str], khmer: list[str], before: str, then: str) -> str:
    literal = [f"{before}{re.escape(match_key(phrase))}{then}" for phrase in khmer]
    return "|".join(f"(?:{pattern})" for pattern in (*patterns, *literal))


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


SIGNS: Final = _load(Path(__file__).with_name("signatures.toml"))
