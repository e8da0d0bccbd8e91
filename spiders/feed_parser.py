"""The text of a feed → its entries. feedparser needs time that grows with the square of some feeds, so a feed that is
no ordinary one is parsed in a confined child (`monitor.extract.confined`), which is stopped when it takes too long.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from monitor.extract import confined, trial
from monitor.model import Problem

_SIZE = 1 << 19  # bytes
_TAGS = 4_000
"""Feeds of ten posts with all their text have fewer; such a feed costs a second at most."""

_TARGET = "spiders.feed_parser:in_child"
_SIGNAL = "feed:stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as the feed has it. `published` is its day as (year, month, day) in UTC, where one could be read."""

    link: str
    title: str
    published: tuple[int, int, int] | None
    updated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed; `known` tells whether it is one of a kind that we know, `entries` stand in its order."""

    known: bool
    entries: tuple[Entry, ...]


def parse(body: bytes, content_type: str, location: str) -> Feed | Problem:
    """The feed in `body`, served from `location`; a Problem if reading it took too long or too much memory."""
    if not _risky(body):
        return _feed(_parsed(body, content_type, location))
    head = json.dumps([content_type, location]).encode()
    said = confined.call(_TARGET, head + b"\n" + body, trial.LIMITS, _SIGNAL)
    return said if isinstance(said, Problem) else _feed(said)


def in_child(told: bytes) -> dict[str, object]:
    """In the child: `told` is a line of JSON (content type, location), then the body of the feed."""
    head, _, body = told.partition(b"\n")
    content_type, location = json.loads(head)
    return _parsed(body, content_type, location)


def _risky(body: bytes) -> bool:
    if len(body) > _SIZE or body.count(b"<") > _TAGS:
        return True
    return trial.risky(body.replace(b"\0", b"").decode("latin-1"))


def _parsed(body: bytes, content_type: str, location: str) -> dict[str, object]:
    """What feedparser finds, as JSON can hold it."""
    import feedparser  # slow to load, and not needed for a feed that is not read here

    # From bytes, so that nothing is fetched; the markup of summaries is not used, so it is not cleaned either.
    found = feedparser.parse(
        BytesIO(body),
        response_headers={"content-type": content_type, "content-location": location},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return {"version": str(found.get("version") or ""), "entries": [_told(entry) for entry in found.entries]}


def _told(entry: Mapping[str, Any]) -> dict[str, object]:
    published = entry.get("published_parsed")
    # Not `entry.get("updated")`: where there is none, feedparser answers with the date of publication.
    updated = dict.get(entry, "updated", "") if isinstance(entry, dict) else ""
    return {
        "link": str(entry.get("link") or ""),
        "title": " ".join(str(entry.get("title") or "").split()),
        "published": list(published[:3]) if published is not None else None,
        "updated": str(updated or ""),
    }


def _feed(told: Mapping[str, Any]) -> Feed:
    return Feed(
        known=bool(told["version"]),
        entries=tuple(
            Entry(
                link=entry["link"],
                title=entry["title"],
                published=tuple(entry["published"]) if entry["published"] is not None else None,
                updated=entry["updated"],
            )
            for entry in told["entries"]
        ),
    )
