"""Judges what a look brought: which documents could be read, in which language, and why the others could not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.extract import dispatch
from monitor.model import Capture, Document, Problem, Source, SourceHealth, Way
from monitor.probing.looks import Preview
from monitor.processing.health import NextDue, Tally, outdated
from monitor.screening import check, screen
from monitor.text.normal import khmer_share

_KHMER = 0.3
"""Share of Khmer letters from which a text is called Khmer: official English pages quote names in Khmer."""

_SAMPLE = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDocument:
    """One answer, and what was made of it. `document` is None where nothing could be extracted."""

    capture: Capture
    document: Document | None = None
    problem: Problem | None = None

    @property
    def language(self) -> str:
        """`km`, `en` or `fr`, by letters and by what the page declares; empty where there is no text."""
        if self.document is None or not self.document.blocks:
            return ""
        text = " ".join(block.text for block in self.document.blocks)[:_SAMPLE]
        if khmer_share(text) > _KHMER:
            return "km"
        return "fr" if self.document.language == "fr" else "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class WayReport:
    """How a source looked by one way, or by its configured ways in order (`way` None)."""

    way: Way | None
    preview: Preview
    documents: tuple[SeenDocument, ...]

    @property
    def readable(self) -> bool:
        """Whether at least one document can be read: an empty result is never success."""
        return any(seen.problem is None for seen in self.documents)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that was in the way: of requests first, then of answers."""
        asked = (problem for _, problem in self.preview.problems)
        return (*asked, *(seen.problem for seen in self.documents if seen.problem is not None))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the documents that could be read, in their order."""
        return tuple(dict.fromkeys(seen.language for seen in self.documents if seen.problem is None and seen.language))


def too_old(seen: WayReport, source: Source, at: datetime, next_due: NextDue) -> Problem | None:
    """Why a run at `at` would count `source` as blocked though it can be read: nothing but stale copies shows it.

    `source` is as it is configured, for its timetable.
    """
    read = [each.capture for each in seen.documents if each.problem is None]
    indexes = seen.preview.indexes
    tally = Tally(
        good=len(read),
        indexed=len(indexes),
        copies=tuple(capture.memento_at for capture in read if capture.memento_at is not None),
        index_copies=tuple(index.last_ok_at for index in indexes if index.last_ok_at is not None),
    )
    return outdated(SourceHealth(source_id=source.id), tally, source, at, next_due)


def report(preview: Preview, way: Way | None = None) -> WayReport:
    """Screen, extract and check every answer of `preview`."""
    return WayReport(
        way=way,
        preview=preview,
        documents=tuple(seen_document(capture, preview.source) for capture in preview.captures),
    )


def seen_document(capture: Capture, source: Source) -> SeenDocument:
    """What becomes of `capture` as a first reading of `source`."""
    refused = screen(capture, source)
    if refused is not None:
        return SeenDocument(capture=capture, problem=refused)
    found = dispatch.extract(capture, source)
    if isinstance(found, Problem):
        return SeenDocument(capture=capture, problem=found)
    return SeenDocument(capture=capture, document=found, problem=check(found, source, None))


def ways_of(reports: Sequence[WayReport]) -> dict[Way, WayReport]:
    """The reports by the one way each was made by."""
    return {each.way: each for each in reports if each.way is not None}
