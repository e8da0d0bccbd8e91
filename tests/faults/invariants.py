"""The invariants I1–I7 as questions to a data directory; every fault test asks them afterwards.

They are asked past the product: with SQL of their own on the file, and with nothing of ours but the archive's reader.
A SQLite database is expected at `monitor.sqlite` and the archive at `blobs`.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.errors import StorageError
from storage.blobs import FileBlobs

_SQL = {
    "I1 an accepted snapshot lacks part of its evidence": """
        SELECT s.id FROM snapshots s LEFT JOIN captures c ON c.id = s.capture_id
        WHERE c.id IS NULL OR length(c.sha256) <> 64 OR c.fetched_at IS NULL OR c.final_url = '' OR c.status NOT BETWEEN
        100 AND 599 OR NOT json_valid(c.redirects) OR c.tls NOT IN ('verified', 'none') OR s.extractor = ''""",
    "I2 a change joins snapshots of two documents": """
        SELECT g.id FROM changes g LEFT JOIN snapshots b ON b.id = g.before_id
        LEFT JOIN snapshots a ON a.id = g.after_id
        WHERE (b.source_id, b.document_key) IS NOT (g.source_id, g.document_key)
        OR (a.source_id, a.document_key) IS NOT (g.source_id, g.document_key)""",
    "I3 a change about an instrument has no alert": """
        SELECT g.id FROM changes g WHERE g.cause = 'content' AND json_array_length(g.instruments) > 0 AND NOT EXISTS
        (SELECT 1 FROM alerts a WHERE json_extract(a.alert, '$.source_id') = g.source_id
        AND json_extract(a.alert, '$.evidence.snapshot_id') = g.after_id)""",
    "I3 an alert has no delivery": """
        SELECT a.key FROM alerts a WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.alert_key = a.key)""",
    "I4 alerts have disappeared": """
        SELECT seq, n FROM (SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'alerts') seq, count(*) n FROM alerts)
        WHERE coalesce(seq, 0) <> n""",
    "I4 a delivery is in no known state": """
        SELECT alert_key, channel FROM deliveries WHERE state NOT IN ('pending', 'sent', 'dead')
        OR (state = 'sent' AND channel <> '' AND sent_at IS NULL) OR (state = 'dead' AND error = '')""",
    "I5 a change comes from a reading that was not good": """
        SELECT g.id FROM changes g JOIN snapshots s ON s.id IN (g.before_id, g.after_id)
        JOIN captures c ON c.id = s.capture_id WHERE c.outcome <> 'ok'""",
    "I6 a verdict cites a snapshot that is not there": """
        SELECT v.id FROM verdicts v WHERE NOT EXISTS (SELECT 1 FROM snapshots s JOIN captures c ON c.id = s.capture_id
        WHERE s.id = json_extract(v.evidence, '$.snapshot_id') AND c.sha256 = json_extract(v.evidence, '$.sha256'))""",
}


def broken(
    data: Path,
    *,
    intervals: Mapping[str, timedelta] | None = None,
    now: datetime | None = None,
    routes: Mapping[str, frozenset[str]] | None = None,
) -> list[str]:
    """Every invariant that does not hold in the directory `data`, in words; empty if all do.

    With `intervals` (of each enabled source) and `now` I7 is asked too, with `routes` (kind of alert → the channels
    it goes to) whether every alert has exactly those deliveries.
    """
    path = data / "monitor.sqlite"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as database:
        found = [f"integrity: {row[0]}" for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in database.execute("PRAGMA foreign_key_check")]
        for name, query in _SQL.items():
            found += [f"{name}: {row}" for row in database.execute(query)]
        found += _bodies(database, FileBlobs(data / "blobs"))
        if routes is not None:
            found += _routing(database, routes)
        if intervals is not None and now is not None:
            found += _blind(database, intervals, now)
    return found


def counts(data: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(data / "monitor.sqlite")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # noqa: S608


def _bodies(database: sqlite3.Connection, blobs: FileBlobs) -> Iterator[str]:
    """I1 and I6: every body is there with the bytes it had, and every verdict's words are in the text it cites."""
    texts: dict[int, str] = {}
    for number, digest in database.execute("SELECT id, sha256 FROM captures"):
        if (fault := _fault(blobs, digest)) is not None:
            yield f"I1 the body of capture {number} is gone: {fault}"
    for number, digest in database.execute("SELECT id, document_sha256 FROM snapshots"):
        if (fault := _fault(blobs, digest)) is not None:
            yield f"I1 the text of snapshot {number} is gone: {fault}"
        else:
            texts[number] = _text(json.loads(blobs.get(digest)))
    for number, evidence in database.execute("SELECT id, evidence FROM verdicts"):
        cited = json.loads(evidence)
        if cited["quote"] not in texts.get(cited["snapshot_id"], ""):
            yield f"I6 verdict {number} cites words that are not in its snapshot: {cited['quote']!r}"


def _fault(blobs: FileBlobs, digest: str) -> str | None:
    try:
        blobs.get(digest)
    except StorageError as error:
        return str(error)
    return None


def _text(document: dict[str, Any]) -> str:
    return "\n".join([document["title"], *(block["text"] for block in document["blocks"])])


def _routing(database: sqlite3.Connection, routes: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for key, kind in database.execute("SELECT key, json_extract(alert, '$.kind') FROM alerts").fetchall():
        rows = [row[0] for row in database.execute("SELECT channel FROM deliveries WHERE alert_key = ?", (key,))]
        if sorted(rows) != sorted(routes.get(kind) or {""}):
            yield f"I3 the alert {key} has deliveries to {rows}"


def _blind(database: sqlite3.Connection, intervals: Mapping[str, timedelta], now: datetime) -> Iterator[str]:
    for source, interval in intervals.items():
        row = database.execute("SELECT last_ok_at, told_at FROM sources WHERE source_id = ?", (source,)).fetchone()
        read, told = row or (None, None)
        limit = now - 2 * interval - timedelta(hours=1)
        if told is None and (read is None or datetime.fromisoformat(read).replace(tzinfo=UTC) < limit):
            yield f"I7 nobody was told that {source} cannot be read (last read: {read})"
