"""Rows to values and values to rows, in both directions and for both stores.

A row is a mapping from column name to what the column holds: text, number, `date`, aware UTC `datetime`, or JSON
types where a value nests others. Every function here is pure. The in-memory store sends its values through the same
functions, so that it refuses and keeps exactly what a database would.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from functools import cache, wraps
from types import NoneType
from typing import Any, Concatenate, ParamSpec, TypeVar

from monitor.errors import StorageError
from monitor.model import (
    Alert,
    Capture,
    Cause,
    Change,
    Delivery,
    DeliveryState,
    Document,
    Edit,
    EventKind,
    Evidence,
    Health,
    KnownDocument,
    LifecycleEvent,
    PartialDate,
    ReviewState,
    Slot,
    Snapshot,
    SourceHealth,
    Stage,
    StoredVerdict,
    Verdict,
    Way,
)
from monitor.ports import CaptureRecord
from monitor.text.normal import fingerprint
from storage.codec import decode, dumps, encode, loads, require_utc, storable

P = ParamSpec("P")
T = TypeVar("T")

Row = dict[str, Any]
Stored = Mapping[Any, Any]
"""A row as it is read; SQLAlchemy lets it be asked for columns too, hence the wide key."""


def unreadable(fault: Exception) -> StorageError:
    """What to raise for a stored value that is not what this version, or any before it, has written."""
    return StorageError(
        f"A stored row cannot be read ({type(fault).__name__}: {fault}); the database is damaged or of another "
        "version. It was left as it is; restore it from a backup."
    )


def _reading(read: Callable[Concatenate[Stored, P], T]) -> Callable[Concatenate[Stored, P], T]:
    """Let `read` raise StorageError for a row it cannot make sense of."""

    @wraps(read)
    def guarded(row: Stored, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(row, *args, **kwargs)
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise unreadable(fault) from fault

    return guarded


# By exact type, as ten thousand rows are made in one run.
_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    str: storable,
    datetime: require_utc,
    PartialDate: str,
    int: int,
    bool: bool,
    NoneType: lambda _none: None,
}


def _plain(value: Any) -> Any:
    """What a column of its own holds for `value`. Raises ValueError for a naive datetime."""
    plain = _PLAIN.get(type(value))
    if plain is not None:
        return plain(value)
    if isinstance(value, StrEnum):
        return value.value
    return require_utc(value) if isinstance(value, datetime) else value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _columns(value: Any, *, without: frozenset[str] = frozenset()) -> Row:
    kind: Any = type(value)
    return {name: _plain(getattr(value, name)) for name in _names(kind) if name not in without}


def _partial(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.parse(text)


def source_row(ledger: SourceHealth) -> Row:
    """The row of a ledger."""
    return _columns(ledger)


@_reading
def source_health(row: Stored) -> SourceHealth:
    """The ledger in a row."""
    return SourceHealth(**{**row, "health": Health(row["health"])})


def slot_row(slot: Slot) -> Row:
    """The row of a served slot."""
    return _columns(slot)


@_reading
def served_slot(row: Stored) -> Slot:
    """The served slot in a row."""
    return Slot(**row)


def fresh_source_row(source_id: str) -> Row:
    """The row of a source that was never read."""
    return source_row(SourceHealth(source_id=source_id))


def document_row(document: KnownDocument) -> Row:
    """The row of a known document."""
    return _columns(document)


@_reading
def known_document(row: Stored) -> KnownDocument:
    """The known document in a row."""
    return KnownDocument(**row)


_CAPTURE_NESTED = frozenset({"headers", "redirects", "flags", "body", "met"})


def capture_row(capture: Capture, *, sha256: str, outcome: str, detail: str) -> Row:
    """The row of a capture whose body is archived under `sha256`."""
    return {
        **_columns(capture, without=_CAPTURE_NESTED),
        "headers": [[storable(part) for part in header] for header in capture.headers],
        "redirects": [storable(url) for url in capture.redirects],
        "flags": [storable(flag) for flag in capture.flags],
        "sha256": sha256,
        "outcome": storable(outcome),
        "detail": storable(detail),
    }


@_reading
def capture_record(row: Stored, body: bytes) -> CaptureRecord:
    """The capture in a row, with its body from the archive."""
    values = dict(row)
    number, outcome, detail = values.pop("id"), values.pop("outcome"), values.pop("detail")
    del values["sha256"]
    values["headers"] = tuple((name, value) for name, value in values["headers"])
    values["redirects"], values["flags"] = tuple(values["redirects"]), tuple(values["flags"])
    values["way"] = Way(values["way"])
    return CaptureRecord(id=number, capture=Capture(body=body, **values), outcome=outcome, detail=detail)


def document_body(document: Document) -> bytes:
    """A document as it is archived: compact JSON in UTF-8.

    Without the fingerprints of its blocks, which take a third of the room and follow from the texts.
    """
    data = encode(document)
    for block in data["blocks"]:
        del block["fingerprint"]
    return dumps(data).encode()


def archived_document(body: bytes) -> Document:
    """The document `document_body` made `body` from, its blocks fingerprinted by the present rules.

    Raises StorageError when it is of no known shape.
    """
    try:
        data = loads(body)
        for block in data["blocks"]:
            block["fingerprint"] = fingerprint(block["text"])
        return decode(Document, data)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise unreadable(fault) from fault


def snapshot_row(capture: Capture, capture_id: int, document: Document, document_sha256: str) -> Row:
    """The row of a snapshot, without its number, whose document is archived under `document_sha256`."""
    return {
        "source_id": storable(capture.source_id),
        "document_key": storable(capture.document_key),
        "capture_id": capture_id,
        "extractor": storable(document.extractor),
        "document_sha256": document_sha256,
    }


OF_CAPTURE = ("url", "final_url", "sha256", "fetched_at", "way", "memento_at")
"""What a snapshot has from its capture."""


@_reading
def snapshot(row: Stored, document: Document) -> Snapshot:
    """The snapshot in a row joined with `OF_CAPTURE`."""
    way = Way(row["way"])
    return Snapshot(
        id=row["id"],
        source_id=row["source_id"],
        document_key=row["document_key"],
        capture_id=row["capture_id"],
        sha256=row["sha256"],
        url=row["url"],
        captured_at=row["memento_at"] or row["fetched_at"],
        document=document,
        way=way,
        archived_copy=row["final_url"] if way is Way.ARCHIVE else "",
    )


def change_between(
    before: Snapshot, after: Snapshot, *, cause: Cause, edits: Sequence[Edit], instruments: Sequence[str]
) -> Change:
    """The change from `before` to `after`, not yet numbered; it is filed under the document of `after`."""
    return Change(
        id=0,
        source_id=after.source_id,
        document_key=after.document_key,
        url=after.url,
        before_id=before.id,
        after_id=after.id,
        cause=cause,
        captured_at=after.captured_at,
        edits=tuple(edits),
        instruments=tuple(instruments),
    )


def change_row(change: Change) -> Row:
    """The row of a change, without its number."""
    return {
        **_columns(change, without=frozenset({"id", "edits", "instruments"})),
        "edits": [encode(edit) for edit in change.edits],
        "instruments": list(change.instruments),
    }


@_reading
def change(row: Stored) -> Change:
    """The change in a row."""
    nested = {
        "cause": Cause(row["cause"]),
        "edits": tuple(decode(Edit, edit) for edit in row["edits"]),
        "instruments": tuple(row["instruments"]),
    }
    return Change(**{**row, **nested})


def event_row(event: LifecycleEvent) -> Row:
    """The row of an event, without its number; "no such event" is NULL here and 0 in the value."""
    return {
        **_columns(event, without=frozenset({"id", "evidence"})),
        "decides": event.decides or None,
        "evidence": None if event.evidence is None else encode(event.evidence),
    }


@_reading
def lifecycle_event(row: Stored) -> LifecycleEvent:
    """The event in a row."""
    nested = {
        "kind": EventKind(row["kind"]),
        "stage": None if row["stage"] is None else Stage(row["stage"]),
        "event_date": _partial(row["event_date"]),
        "target_date": _partial(row["target_date"]),
        "decides": row["decides"] or 0,
        "evidence": None if row["evidence"] is None else decode(Evidence, row["evidence"]),
    }
    return LifecycleEvent(**{**row, **nested})


def verdict_row(stored: StoredVerdict) -> Row:
    """The row of a verdict, without its number."""
    return {
        "instrument": storable(stored.verdict.claim.instrument),
        "review": stored.review.value,
        "recorded_at": require_utc(stored.recorded_at),
        "source_id": storable(stored.evidence.source_id),
        "change_id": stored.change_id,
        "event_id": stored.event_id,
        "verdict": encode(stored.verdict),
        "evidence": encode(stored.evidence),
    }


@_reading
def stored_verdict(row: Stored) -> StoredVerdict:
    """The verdict in a row."""
    return StoredVerdict(
        id=row["id"],
        verdict=decode(Verdict, row["verdict"]),
        evidence=decode(Evidence, row["evidence"]),
        recorded_at=row["recorded_at"],
        review=ReviewState(row["review"]),
        change_id=row["change_id"],
        event_id=row["event_id"],
    )


def alert_row(alert: Alert) -> Row:
    """The row of an alert, without its number."""
    return {"key": storable(alert.key), "created_at": require_utc(alert.created_at), "alert": encode(alert)}


def delivery_rows(alert: Alert, channels: Sequence[str], due_at: Mapping[str, datetime]) -> list[Row]:
    """The rows of an alert's deliveries; with no channel one that says nobody was to be told."""
    state = DeliveryState.PENDING if channels else DeliveryState.SENT
    return [
        {
            "alert_key": storable(alert.key),
            "channel": storable(channel),
            "state": state.value,
            "attempts": 0,
            "next_attempt_at": require_utc(due_at.get(channel, alert.created_at)),
            "sent_at": None,
            "error": "",
        }
        for channel in (dict.fromkeys(channels) if channels else ("",))
    ]


@_reading
def delivery(row: Stored) -> Delivery:
    """The delivery in a row joined with its alert."""
    return Delivery(
        alert=decode(Alert, row["alert"]),
        channel=row["channel"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_attempt_at=row["next_attempt_at"],
        sent_at=row["sent_at"],
        error=row["error"],
    )
