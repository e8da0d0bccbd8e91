"""The occasion of an alert, what every alert about an instrument begins with, and the key that names it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model import Alert, AlertKind, Body, Evidence, Instrument, Source
from monitor.status.words import short_body_words

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
        return speaker(self.source, self.bodies)

    @property
    def short_speaker(self) -> str:
        """The source in a subject: who publishes it, in short, or its id."""
        return short_speaker(self.source, self.bodies)

    def draft(self, kind: AlertKind, instrument: Instrument | None) -> Alert:
        """An alert of `kind` with all that the occasion says of it; subject, bottom line and the rest are to come."""
        return Alert(
            key=key_of(self.source.id, self.sequence, kind, instrument.id if instrument else ""),
            kind=kind,
            created_at=self.created_at,
            subject="",
            bottom_line="",
            source_id=self.source.id,
            instrument=instrument.id if instrument else "",
            instrument_title=instrument.title if instrument else "",
            jurisdiction=instrument.jurisdiction if instrument else self.source.jurisdiction,
            evidence=self.evidence,
            local_timezone=self.local_timezone,
        )


def speaker(source: Source, bodies: Mapping[str, Body]) -> str:
    """`source` in running text: who publishes it, where that is known, and its id."""
    publisher = bodies.get(source.publisher)
    return f"{publisher.title} ({source.id})" if publisher else source.id


def short_speaker(source: Source, bodies: Mapping[str, Body]) -> str:
    """`source` in a subject: its publisher's acronym or title, or its id where the publisher is not known."""
    return short_body_words(source.publisher, bodies) if source.publisher in bodies else source.id


def key_of(source_id: str, sequence: int, kind: AlertKind, instrument: str = "") -> str:
    """The key of an alert, unique and in every message, e.g. `mptc-en-000012-status-kh-pdpl`."""
    return "-".join(filter(None, (source_id, f"{sequence:06d}", kind.value, instrument)))
