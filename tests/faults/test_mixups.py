"""Nothing of one source ever stands in what is kept or told of another: every source has a word of its own."""

import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path

import pytest

from monitor.model import AlertKind, Authority, Capture, Channel, Source
from monitor.processing import Intake, Judgement, Plan
from storage.blobs import FileBlobs
from storage.sql import SqlStore
from tests.faults.cases import cases
from tests.faults.invariants import broken
from tests.faults.pages.files import packed
from tests.processing.desk import APPROVED, INTRODUCTION, due, known_packs

SEED = 20260608
SOURCES, ROUNDS, READERS = cases(8, 200), cases(3, 50), cases(2, 8)
DOCUMENTS = {"page": 3, "document": 1}
"""How many each source has, by its spider."""
CANARY = re.compile(r"canary-(s\d{3})-word")
CHANNEL = Channel(id="all", url="json://localhost/", kinds=tuple(AlertKind))
START = datetime(2026, 11, 16, 2, tzinfo=UTC)
Figure = Callable[..., None]


def source(number: int) -> Source:
    return Source(
        id=f"s{number:03d}",
        url=f"https://site{number % 7}.example/{number}/",
        jurisdiction="KH",
        authority=Authority.MINISTRY,
        publisher="mptc",
        spider="page" if number % 10 else "document",
        every=timedelta(hours=6),
    )


def body(source: Source, document: int, round_: int) -> tuple[str, bytes]:
    """(media type, bytes) of a document: a page; or of every tenth source a PDF, which is read in a child process."""
    word = f"canary-{source.id}-word"
    news = [f"Meeting {number} with {word} took place." for number in range(round_)] + [APPROVED] * (round_ > 1)
    if source.spider == "document":
        return "application/pdf", packed([f"Report {document} of {word}.", *(["It is told in full."] * 12), *news])
    paragraphs = "".join(f"<p>{text}</p>" for text in (INTRODUCTION, f"This is {word}, page {document}.", *news))
    page = f"<html lang='en'><head><title>{word}</title></head><body><main>{paragraphs}</main></body></html>"
    return "text/html; charset=utf-8", page.encode()


def captures(sources: list[Source], round_: int, chance: random.Random) -> list[Capture]:
    """One round of readings in the order in which a fast crawl brings them: any."""
    made = []
    for each in sources:
        for document in range(DOCUMENTS[each.spider]):
            kind, content = body(each, document, round_)
            # The addresses of two sources may be the same, as two sources may watch one page.
            url = f"https://site.example/{document}"
            made.append(
                Capture(
                    source_id=each.id,
                    document_key=url,
                    url=url,
                    final_url=url,
                    status=200,
                    headers=(("Content-Type", kind),),
                    body=content,
                    fetched_at=START + round_ * timedelta(hours=6),
                    tls="verified",
                )
            )
    chance.shuffle(made)
    return made


def read(store: SqlStore, sources: list[Source], round_: int) -> None:
    """One run over `sources`."""
    loaded, finder = known_packs()
    plan = Plan(store, sources, START + round_ * timedelta(hours=6))
    known = {each.id: each for each in sources}
    for _ in plan:
        pass
    judgement = Judgement(packs=loaded, sources=known, finder=finder, channels=[CHANNEL], timezone="UTC")
    intake = Intake(store=store, plan=plan, sources=known, judgement=judgement, alert_after=3, next_due=due)
    for capture in captures(sources, round_, random.Random(SEED + round_)):
        intake.captured(capture)
    for each in sources:
        intake.finished(each.id, at=START + round_ * timedelta(hours=6))
    intake.flush()


def words(store: SqlStore) -> Iterator[tuple[str, str]]:
    """(source, everything that is kept or told of it), one after the other."""
    with store.read() as unit:
        for number in unit.captures.numbers():
            record = unit.captures.get(number)
            if "pdf" not in record.capture.header("content-type"):
                yield record.capture.source_id, record.capture.body.decode()
        for source_id, documents in unit.documents.of([f"s{number:03d}" for number in range(SOURCES)]).items():
            for document in documents.values():
                yield source_id, document.title
                for number in unit.snapshots.history(source_id, document.key):
                    yield source_id, repr(unit.snapshots.get(number).document)
        for change in unit.changes.all():
            yield change.source_id, repr(change.edits)
        for delivery in unit.outbox.all():
            yield delivery.alert.source_id, repr(delivery.alert)


@pytest.mark.promise("G4")
@pytest.mark.timeout(3600)
def test_no_word_of_one_source_stands_in_another(tmp_path: Path, figure: Figure) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'monitor.sqlite'}", FileBlobs(tmp_path / "blobs"))
    sources = [source(number) for number in range(SOURCES)]
    known_packs()
    batches = [sources[start::READERS] for start in range(READERS)]
    with ThreadPoolExecutor(READERS) as readers:
        for round_ in range(ROUNDS):
            for _ in readers.map(read, repeat(store), batches, repeat(round_)):
                pass
    found = list(words(store))
    foreign = [(owner, word) for owner, text in found for word in CANARY.findall(text) if word != owner]
    own = {owner for owner, text in found if owner in CANARY.findall(text)}
    with store.read() as unit:
        changes = len(unit.changes.all())
    store.close()
    figure("G4", cases=len(found), broken=len(foreign), note=f"texts of {SOURCES} sources, {READERS} readers at once")
    assert not foreign, foreign[:5]
    assert len(own) == SOURCES, "the words of each are there to be found"
    assert changes == sum(DOCUMENTS[each.spider] for each in sources) * (ROUNDS - 1)
    assert broken(tmp_path) == []
