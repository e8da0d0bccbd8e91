"""The occasion of an alert and the key that names it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model import AlertKind, Body, Evidence, Source

READ_BY_PROGRAM = "Read by a program from one official page; this is not legal advice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The occasion of an alert: which source said it, where it stands, and which of the source's happenings it is.

    `sequence` was given out in the transaction that stores the alert; `created_at` is UTC, `local_timezone` the
    readers' IANA zone; `bodies` (by id) give bodies their titles.
    """

    source: Source
    evidence: Evidence
    sequence: int
    created_at: datetime
    local_timezone: str = "UTC"
    bodies: Mapping[str, Body] = field(default_factory=dict)

    @property
    def speaker(self) -> str:
        """The source in running text: who publishes it, where that is known, and its id."""
        publisher = self.bodies.get(self.source.publisher)
        return f"{publisher.title} ({self.source.id})" if publisher else self.source.id


def key_of(source_id: str, sequence: int, kind: AlertKind, instrument: str = "") -> str:
    """The key of an alert, unique and in every message, e.g. `mptc-en-000012-status-kh-pdpl`."""
    return "-".join(filter(None, (source_id, f"{sequence:06d}", kind.value, instrument)))
