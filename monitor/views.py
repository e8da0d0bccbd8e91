"""Values as the JSON documents that scripts rely on. Times are RFC 3339 in UTC; keys are a contract."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.alerts import Coverage
from monitor.model import (
    Change,
    Claim,
    Delivery,
    EditKind,
    Evidence,
    Health,
    Instrument,
    Snapshot,
    Source,
    SourceHealth,
    Status,
    StoredVerdict,
)
from monitor.processing.intake import SourceReport

Json = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if value else None


def evidence(value: Evidence) -> Json:
    """Where a statement stands."""
    return {
        "source": value.source_id,
        "url": value.url,
        "quote": value.quote,
        "captured_at": moment(value.captured_at),
        "sha256": value.sha256,
        "way": value.way,
        "archived_copy": value.archived_copy or None,
    }


def status(instrument: Instrument, value: Status) -> Json:
    """One line of the register."""
    return {
        "instrument": instrument.id,
        "title": instrument.title,
        "type": instrument.type,
        "jurisdiction": instrument.jurisdiction,
        "stage": value.stage,
        "target": value.target or None,
        "milestone": value.milestone or None,
        "state": value.state,
        "since": str(value.since),
        "binding": instrument.binding,
        "target_date": str(value.target_date) if value.target_date else None,
        "evidence": [evidence(item) for item in value.evidence],
    }


def source(value: Source, ledger: SourceHealth, health: Health) -> Json:
    """One source with its health."""
    return {
        "id": value.id,
        "url": value.url,
        "enabled": value.enabled,
        "health": health,
        "detail": ledger.detail,
        "last_attempt_at": moment(ledger.last_attempt_at),
        "last_ok_at": moment(ledger.last_ok_at),
        "next_due_at": moment(ledger.next_due_at),
        "failures": ledger.failures,
    }


def coverage(value: Coverage) -> Json:
    """How much of what should be read is being read."""
    return {
        "line": value.line,
        "at": moment(value.at),
        "sources": value.total,
        "read_in_last_day": value.recent,
        "not_due": value.resting,
        "unread": [
            {"source": one.source_id, "health": one.health, "last_ok_at": moment(one.last_ok_at)}
            for one in value.unread
        ],
    }


def change(value: Change) -> Json:
    """One recorded change; `added` and `removed` hold the texts."""
    return {
        "id": value.id,
        "source": value.source_id,
        "url": value.url,
        "cause": value.cause,
        "captured_at": moment(value.captured_at),
        "added": [edit.after.text for edit in value.edits if edit.after is not None],
        "removed": [edit.before.text for edit in value.edits if edit.before is not None],
        "instruments": list(value.instruments),
    }


def snapshot(value: Snapshot) -> Json:
    """Where a stored document was taken from."""
    return {
        "captured_at": moment(value.captured_at),
        "sha256": value.sha256,
        "way": value.way,
        "archived_copy": value.archived_copy or None,
    }


def change_in_full(value: Change, before: Snapshot, after: Snapshot) -> Json:
    """A change with its edits paired and the two captured bodies it lies between."""
    return change(value) | {
        "before_sha256": before.sha256,
        "after_sha256": after.sha256,
        "before": snapshot(before),
        "after": snapshot(after),
        "edits": [
            {
                "kind": edit.kind,
                "path": list(block.path) if (block := edit.after or edit.before) else [],
                "before": edit.before.text if edit.before and edit.kind is not EditKind.ADDED else None,
                "after": edit.after.text if edit.after else None,
            }
            for edit in value.edits
        ],
    }


def delivery(value: Delivery) -> Json:
    """One row of the outbox."""
    alert = value.alert
    return {
        "key": alert.key,
        "kind": alert.kind,
        "instrument": alert.instrument or None,
        "from": alert.from_stage or None,
        "to": alert.to_stage or None,
        "channel": value.channel or None,
        "state": value.state,
        "attempts": value.attempts,
        "subject": alert.subject,
        "created_at": moment(alert.created_at),
        "sent_at": moment(value.sent_at),
        "error": value.error or None,
        "evidence": evidence(alert.evidence) if alert.evidence else None,
    }


def claim(value: Claim) -> Json:
    """What a text says about one instrument, and why it counts or does not."""
    return {
        "instrument": value.instrument,
        "stage": value.stage,
        "asserted": value.asserted,
        "polarity": value.polarity,
        "modality": value.modality,
        "act": value.act,
        "actor": value.actor or None,
        "target": value.target or None,
        "milestone": value.milestone or None,
        "event_date": str(value.event_date) if value.event_date else None,
        "target_date": str(value.target_date) if value.target_date else None,
        "quote": value.quotation.text,
        "cues": [cue.text for cue in value.cues],
        "hedges": [cue.text for cue in value.hedges],
        "flags": list(value.flags),
        "confidence": round(value.confidence, 2),
        "rules": list(value.rules),
        "why_not": value.why_not or None,
    }


def verdict(value: StoredVerdict) -> Json:
    """A judged claim with its evidence."""
    judged = value.verdict
    return {
        "id": value.id,
        "instrument": judged.claim.instrument,
        "outcome": judged.outcome,
        "from": judged.from_stage,
        "to": judged.to_stage,
        "review": value.review,
        "confidence": round(judged.confidence, 2),
        "reason": judged.reason,
        "recorded_at": moment(value.recorded_at),
        "change": value.change_id,
        "evidence": evidence(value.evidence),
        "claim": claim(judged.claim),
    }


def reading(value: SourceReport) -> Json:
    """How one source's reading ended."""
    return {
        "source": value.source_id,
        "read": value.read,
        "health": value.health,
        "detail": value.detail,
        "documents": value.tally.good,
        "fresh": value.tally.fresh,
        "changed": value.tally.changed,
        "unchanged": value.tally.unchanged,
        "verdicts": [verdict(item) for item in value.verdicts],
    }


def counts(values: Mapping[Any, int]) -> str:
    """`3 ok, 1 blocked` for people."""
    return ", ".join(f"{count} {name}" for name, count in values.items() if count)
