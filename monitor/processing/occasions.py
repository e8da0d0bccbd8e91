"""Which alerts one reading deserves: for what moved or was announced, and a plain notice for what only names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from monitor import alerts
from monitor.model import (
    Alert,
    Claim,
    Difference,
    Evidence,
    Instrument,
    Outcome,
    Packs,
    Snapshot,
    Source,
    Stage,
    Status,
    StoredVerdict,
)
from monitor.ports import UnitOfWork
from monitor.processing.reading import Finder, Read
from monitor.status.register import fold

_MOVES = frozenset({Outcome.MOVED, Outcome.CONFIRMED})

Told = tuple[Alert, tuple[str, ...]]
"""An alert and the ids of the instruments it is about."""


@dataclass(frozen=True)
class Occasion:
    """One reading to tell of, in the transaction that stores it: `read` of `source`, fetched `at` (UTC)."""

    uow: UnitOfWork
    source: Source
    snapshot: Snapshot
    read: Read
    at: datetime
    packs: Packs
    finder: Finder
    timezone: str

    def told(self, judged: Sequence[tuple[StoredVerdict, Status]]) -> Iterator[Told]:
        """Every alert; `judged` are the verdicts of this reading, each with what the register held before it."""
        told: set[str] = set()
        for stored, held in judged:
            name = stored.verdict.claim.instrument
            for alert in self._of_verdict(stored, held):
                told.add(name)
                yield alert, (name,)
        if self.read.change is not None:
            yield from self._change([name for name in self.read.change.instruments if name not in told])
        elif self.read.before is None:
            yield from self._document(told)

    def _of_verdict(self, stored: StoredVerdict, held: Status) -> Iterator[Alert]:
        verdict, claim = stored.verdict, stored.verdict.claim
        instrument = self.packs.instruments[claim.instrument]
        match verdict.outcome:
            case Outcome.TARGET_DATE:
                yield alerts.target_date_alert(
                    verdict,
                    instrument,
                    self._telling(stored.evidence),
                    previous=held.target_date,
                    verdict_id=stored.id,
                    differences=self._differences(claim),
                )
            case Outcome.DISPUTED:
                yield alerts.disagreement_alert(
                    verdict,
                    instrument,
                    self._telling(stored.evidence),
                    held=held.evidence[0] if held.evidence else None,
                    verdict_id=stored.id,
                    differences=self._differences(claim),
                )
            case _ if verdict.outcome in _MOVES or verdict.confirms:
                yield alerts.status_alert(
                    verdict,
                    instrument,
                    self._telling(stored.evidence),
                    verdict_id=stored.id,
                    differences=self._differences(claim),
                )
                yield from self._met(stored, instrument, held)

    def _met(self, stored: StoredVerdict, instrument: Instrument, held: Status) -> Iterator[Alert]:
        """That the step reached is the one a date was announced for."""
        if held.target_date is None or stored.verdict.outcome not in _MOVES:
            return
        if stored.verdict.to_stage is Stage.WITHDRAWN:
            return  # no date is for that
        events = self.uow.events.of(instrument.id)
        expected = alerts.announced(held, events)
        now = fold(instrument, events)
        if expected is not None and now.target_date is None:
            telling = self._telling(stored.evidence)
            yield alerts.met_alert(stored.verdict, instrument, telling, expected, verdict_id=stored.id)

    def _change(self, names: Sequence[str]) -> Iterator[Told]:
        change = self.read.change
        if change is None or not names:
            return
        quote = next((edit.after.text for edit in change.edits if edit.after is not None), "")
        telling = self._telling(evidence_of(self.snapshot, quote))
        yield alerts.change_alert(change, [self.packs.instruments[name] for name in names], telling), tuple(names)

    def _document(self, told: set[str]) -> Iterator[Told]:
        document = self.snapshot.document
        names = sorted(set(self._named_where) - told)
        if not names:
            return
        telling = self._telling(evidence_of(self.snapshot, self._named_where[names[0]]))
        alert = alerts.document_alert(
            document.title,
            [self.packs.instruments[name] for name in names],
            telling,
            language=document.language,
            published_on=document.published_on,
        )
        yield alert, tuple(names)

    @cached_property
    def _named_where(self) -> Mapping[str, str]:
        """Instrument → the text of the first block that names it."""
        found: dict[str, str] = {}
        blocks = self.snapshot.document.blocks
        jurisdiction = self.source.jurisdiction
        if not self.finder.mentions("\n".join(block.text for block in blocks), jurisdiction):
            return found
        for block in blocks:
            for name in self.finder.mentions(block.text, jurisdiction):
                found.setdefault(name, block.text)
        return found

    def _differences(self, claim: Claim) -> tuple[Difference, ...]:
        change = self.read.change
        return alerts.differences(change, quote=claim.quotation.text) if change is not None else ()

    def _telling(self, evidence: Evidence) -> alerts.Telling:
        return alerts.Telling(
            source=self.source,
            evidence=evidence,
            sequence=self.uow.sources.next_sequence(self.source.id),
            created_at=self.at,
            local_timezone=self.timezone,
            bodies=self.packs.bodies,
        )


def evidence_of(snapshot: Snapshot, quote: str) -> Evidence:
    """That `quote` stands in `snapshot`."""
    return Evidence(
        source_id=snapshot.source_id,
        url=snapshot.url,
        quote=quote,
        captured_at=snapshot.captured_at,
        sha256=snapshot.sha256,
        snapshot_id=snapshot.id,
        way=snapshot.way,
        archived_copy=snapshot.archived_copy,
    )
