"""Real-shaped values for the tests of storage."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.errors import StorageError
from monitor.model import (
    Alert,
    AlertKind,
    Block,
    BlockKind,
    Capture,
    Cause,
    Change,
    Claim,
    Cue,
    Document,
    Edit,
    EditKind,
    EventKind,
    Evidence,
    Flag,
    KnownDocument,
    LifecycleEvent,
    Outcome,
    PartialDate,
    Quotation,
    Snapshot,
    Stage,
    Verdict,
)
from monitor.ports import Store, UnitOfWork
from monitor.text.normal import fingerprint

NOON = datetime(2026, 6, 8, 12, 0, 0, 123456, tzinfo=UTC)
KEY = "https://mptc.example/news/1"


@contextmanager
def refused(store: Store) -> Iterator[UnitOfWork]:
    """A transaction of which the store must refuse something."""
    with pytest.raises(StorageError, match="refused"), store.begin() as unit:
        yield unit


@contextmanager
def abandoned(store: Store) -> Iterator[UnitOfWork]:
    """A transaction that ends with an exception of its owner."""
    with suppress(LookupError), store.begin() as unit:
        yield unit
        raise LookupError


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def capture(source_id: str = "mptc", key: str = KEY, *, body: bytes = b"<p>one</p>", minutes: int = 0) -> Capture:
    return Capture(
        source_id=source_id,
        document_key=key,
        url=key,
        final_url=f"{key}/",
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", '"a-1"'), ("Set-Cookie", "x=1")),
        body=body,
        fetched_at=later(minutes),
        redirects=(key, f"{key}/"),
        tls="verified",
        flags=("partial",),
        part="post:1",
        title="ច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន",
        published_on=date(2026, 6, 7),
    )


def block(position: int, text: str) -> Block:
    return Block(
        position=position,
        kind=BlockKind.PARAGRAPH,
        text=text,
        fingerprint=fingerprint(text),
        path=("News", "ព័ត៌មាន"),
    )


def document(*texts: str) -> Document:
    return Document(
        title="Draft law",
        blocks=tuple(block(position, text) for position, text in enumerate(texts or ("The draft law.", "សេចក្តីព្រាង"))),
        extractor="html/1:main",
        canonical_url=KEY,
        language="km",
        published_on=date(2026, 6, 7),
    )


def known(source_id: str = "mptc", key: str = KEY, **values: Any) -> KnownDocument:
    return replace(KnownDocument(source_id=source_id, key=key, url=key), **values)


def kept_snapshot(
    unit: UnitOfWork, source_id: str = "mptc", key: str = KEY, *, texts: tuple[str, ...] = (), minutes: int = 0
) -> Snapshot:
    """A snapshot stored with everything it stands on."""
    served = capture(
        source_id, key, body=f"<p>{' '.join(texts)} {minutes}</p>".encode(errors="replace"), minutes=minutes
    )
    unit.documents.save([known(source_id, key)])
    number = unit.captures.add(served, outcome="ok")
    return unit.snapshots.add(capture=served, capture_id=number, document=document(*texts))


def kept_change(unit: UnitOfWork, source_id: str = "mptc", key: str = KEY, *, minutes: int = 1) -> Change:
    """A change stored with its two snapshots."""
    before = kept_snapshot(unit, source_id, key, texts=("A draft is being written.",))
    after = kept_snapshot(unit, source_id, key, texts=("The draft was approved.",), minutes=minutes)
    edit = Edit(kind=EditKind.CHANGED, before=before.document.blocks[0], after=after.document.blocks[0])
    return unit.changes.add(
        before=before, after=after, cause=Cause.CONTENT, edits=(edit,), instruments=("kh-pdpl", "kh-cybersecurity")
    )


def evidence(source_id: str = "mptc") -> Evidence:
    return Evidence(
        source_id=source_id,
        url=KEY,
        quote="ត្រូវបានអនុម័ត \u202e evil",
        captured_at=NOON,
        sha256="0" * 64,
        snapshot_id=7,
    )


def event(instrument: str = "kh-pdpl", **values: Any) -> LifecycleEvent:
    made = LifecycleEvent(
        instrument=instrument,
        kind=EventKind.MOVED,
        recorded_at=NOON,
        stage=Stage.APPROVED,
        target="national-assembly",
        milestone="second reading",
        event_date=PartialDate(2026, 6),
        target_date=PartialDate(2026),
        evidence=evidence(),
        verdict_id=3,
        reviewer="Sok",
        note="seen",
    )
    return replace(made, **values)


def verdict(instrument: str = "kh-pdpl") -> Verdict:
    claim = Claim(
        instrument=instrument,
        act="approve",
        stage=Stage.APPROVED,
        quotation=Quotation(text="was approved", position=0, start=10, end=22),
        asserted=True,
        event_date=PartialDate(2026, 6, 5),
        flags=(Flag.HISTORICAL, Flag.NO_ACTOR),
        cues=(Cue(text="approved", rule="en.act.approve"),),
        rules=("en.act.approve",),
        confidence=0.7,
    )
    return Verdict(
        claim=claim,
        outcome=Outcome.MOVED,
        reason="The Cabinet said so.",
        confidence=0.65,
        from_stage=Stage.DRAFTING,
        to_stage=Stage.APPROVED,
        steps_skipped=(Stage.CONSULTATION,),
    )


def alert(key: str = "mptc-1-status", *, minutes: int = 0) -> Alert:
    return Alert(
        key=key,
        kind=AlertKind.STATUS,
        created_at=later(minutes),
        subject="Appears approved",
        bottom_line="The draft appears to have been approved.",
        source_id="mptc",
        evidence=evidence(),
        caveats=("Not yet law.",),
        confidence=0.65,
        diff=(("-", "a draft"), ("+", "approved ✔")),
        local_timezone="Asia/Phnom_Penh",
    )
