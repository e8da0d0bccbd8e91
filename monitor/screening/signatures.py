"""What bad answers look like, read from `signatures.toml`, where each row says what it means."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
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
    pattern: re.Pattern[str]
    weight: int


def _load(path: Path) -> tuple[Sign, ...]:
    """The signs of a signature file, one for each place of each row."""
    return tuple(
        Sign(
            kind=ProblemKind(row["kind"]),
            name=row["name"],
            place=Place(place),
            pattern=_pattern(row.get("patterns", []), row.get("khmer", []), row.get("then", "")),
            weight=row["weight"],
        )
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["sign"]
        for place in row["places"]
    )


def _pattern(patterns: list[str], khmer: list[str], then: str) -> re.Pattern[str]:
    literal = [f"{re.escape(match_key(phrase))}{then}" for phrase in khmer]
    return re.compile("|".join(f"(?:{pattern})" for pattern in (*patterns, *literal)), re.IGNORECASE)


SIGNS: Final = _load(Path(__file__).with_name("signatures.toml"))
