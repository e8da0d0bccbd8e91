"""The work of one run, handed to spiders source by source."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice, zip_longest
from typing import Any
from urllib.parse import urlsplit

from monitor.model import KnownDocument, Source, SourceHealth
from monitor.ports import SourcePlan, Store
from monitor.processing.health import SKEW

_CHUNK = 200
_STAMPS = ("discovered_at", "last_attempt_at", "last_ok_at", "changed_at", "suspect_at")


class Plan:
    """A `CrawlPlan` that reads what is known of the sources from the store, a chunk at a time.

    `open` holds the plans of sources that were handed out and are not finished; `ledgers` the health ledgers as
    they stood when the run began.
    """

    def __init__(self, store: Store, sources: Sequence[Source], now: datetime) -> None:
        self.open: dict[str, SourcePlan] = {}
        self._store, self._sources, self._now = store, _interleaved(sources), now
        with store.read() as uow:
            self.ledgers: dict[str, SourceHealth] = dict(uow.sources.all())

    def __len__(self) -> int:
        return len(self._sources)

    def __iter__(self) -> Iterator[SourcePlan]:
        rest = iter(self._sources)
        while chunk := tuple(islice(rest, _CHUNK)):
            with self._store.read() as uow:
                documents = uow.documents.of([source.id for source in chunk])
            for source in chunk:
                known = {key: _believed(document, self._now) for key, document in documents[source.id].items()}
                plan = SourcePlan(source=source, documents=known, now=self._now)
                self.open[source.id] = plan
                yield plan

    def ledger(self, source_id: str) -> SourceHealth:
        """The ledger of `source_id` as it stood when the run began."""
        return self.ledgers.get(source_id) or SourceHealth(source_id=source_id)

    def close(self, source_id: str) -> None:
        """Forget a finished source."""
        self.open.pop(source_id, None)


def _believed(document: KnownDocument, now: datetime) -> KnownDocument:
    """`document` without stamps from a clock that was ahead, which would put off its next reading until then."""
    latest = now + SKEW
    ahead: dict[str, Any] = {
        name: now for name in _STAMPS if (stamp := getattr(document, name)) is not None and stamp > latest
    }
    return replace(document, **ahead) if ahead else document


def _interleaved(sources: Sequence[Source]) -> tuple[Source, ...]:
    """`sources` with those of different hosts in turn, so that a run keeps many hosts busy from its start."""
    hosts: dict[str, list[Source]] = {}
    for source in sources:
        hosts.setdefault(urlsplit(source.url).netloc, []).append(source)
    rounds = zip_longest(*hosts.values())
    return tuple(source for turn in rounds for source in turn if source is not None)
