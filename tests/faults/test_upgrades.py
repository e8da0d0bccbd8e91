"""Upgrades: of the schema, killed anywhere, and of an extractor, over everything that was read before."""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.extract import blocks, dispatch
from monitor.extract.region import region
from monitor.model import AlertKind, BlockKind, Capture, Cause, Document, Problem, Source
from monitor.processing import reading
from storage import migrate
from tests.faults.cases import cases
from tests.faults.invariants import broken, counts
from tests.faults.world import AFTER, Place, Runner, serving
from tests.processing.test_intake import APPROVED, Desk

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start runs quickly")]

SEED = 20260608
STORAGE_FAILED = 5
Figure = Callable[..., None]

MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("words", sa.String()))
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("remark", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("changes", table_kwargs={{"sqlite_autoincrement": True}}) as batch:
        batch.alter_column("url", new_column_name="address")
    op.execute("UPDATE deliveries SET remark = alert_key || ' on ' || channel")
    op.execute("INSERT INTO notes (words) SELECT key FROM alerts")
"""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Iterator[Place]:
    """A place in which something was told, with the present schema."""
    with serving() as site:
        place = Place(tmp_path_factory.mktemp("upgrades") / "old", site, runner)
        assert place.call("run", "--once").code == 0
        site.pages = dict(AFTER)
        place.call("run", "--once")
        assert len(place.told()) == 7
        yield place


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """How a job is told to be of the next version, whose schema is another one."""
    migrations = tmp_path_factory.mktemp("newer") / "migrations"
    shutil.copytree(migrate.MIGRATIONS, migrations)
    (migrations / "versions" / "9999_of_the_test.py").write_text(MIGRATION.format(before=migrate.head()))
    return {"migrations": str(migrations), "revisions": (*migrate.REVISIONS, "9999")}


def revision(place: Place) -> str | None:
    return migrate.revision_of(place.database)


def rows(place: Place) -> dict[str, int]:
    """The rows of the tables that both versions have."""
    return {name: number for name, number in counts(place.data).items() if name != "notes"}


@pytest.mark.promise("G17")
@pytest.mark.timeout(1200)
def test_a_migration_killed_anywhere_loses_no_row(old: Place, newer: dict[str, object], figure: Figure) -> None:
    whole = old.like("migrated")
    ended = whole.call("alerts", "--json", **newer)
    assert (ended.code, revision(whole)) == (0, "9999"), ended
    assert rows(whole) == rows(old)
    every = ended.points
    chosen, wrong = random.Random(SEED).sample(every, cases(5, len(every))), {}
    for number, point in enumerate(chosen):
        place = old.like(f"migrated-{number}")
        ended = place.call("alerts", "--json", kill_at=point, **newer)
        found = [] if ended.code == -signal.SIGKILL else [f"ended with {ended.code}"]
        found += broken(place.data)
        if revision(place) not in (migrate.head(), "9999") or rows(place) != rows(old):
            found.append(f"half migrated: {revision(place)}, {rows(place)}")
        kept = Path(f"{place.database}.schema-{migrate.head()}")
        if revision(place) == "9999" and (not kept.exists() or migrate.revision_of(kept) != migrate.head()):
            found.append("migrated without a copy of what was before")
        again = place.call("alerts", "--json", **newer)
        if again.code or revision(place) != "9999" or rows(place) != rows(old):
            found.append(f"does not go on: {again.stderr}")
        if found:
            wrong[point] = found
    figure("G17", cases=len(chosen), broken=len(wrong), note=f"migrations killed at each of {len(every)} points")
    assert not wrong, wrong


@pytest.mark.promise("G17")
def test_the_version_before_refuses_and_the_copy_takes_it_back(
    old: Place, newer: dict[str, object], figure: Figure
) -> None:
    place = old.like("there-and-back")
    assert place.call("alerts", "--json", **newer).code == 0
    place.checkpoint()
    content = place.database.read_bytes()
    refused = place.call("run", "--once")
    assert refused.code == STORAGE_FAILED
    assert "newer version" in refused.stderr
    assert "monitor restore FILE" in refused.stderr
    assert place.database.read_bytes() == content
    for suffix in ("-wal", "-shm"):
        Path(f"{place.database}{suffix}").unlink(missing_ok=True)
    Path(f"{place.database}.schema-{migrate.head()}").replace(place.database)
    assert place.call("alerts", "--json").stdout == old.call("alerts", "--json").stdout
    figure("G17", cases=1, broken=0, note="a newer schema under the version before")


@pytest.mark.promise("G17")
def test_a_backup_of_the_version_before_is_restored_and_brought_forward(
    old: Place, newer: dict[str, object], figure: Figure
) -> None:
    file = old.directory.parent / "old.tar"
    assert old.call("backup", str(file)).code == 0
    place = Place(old.directory.parent / "forward", old.site, old.runner)
    assert place.call("restore", str(file), **newer).code == 0
    assert place.call("alerts", "--json", **newer).code == 0
    assert (revision(place), rows(place)) == ("9999", rows(old))
    backwards = place.directory.parent / "new.tar"
    assert place.call("backup", str(backwards), **newer).code == 0
    refused = Place(old.directory.parent / "backwards", old.site, old.runner).call("restore", str(backwards))
    assert refused.code == STORAGE_FAILED
    assert "newer version" in refused.stderr
    figure("G17", cases=2, broken=0, note="backups across versions")


# Another extractor --------------------------------------------------------------------------------------------------

STATEMENTS = (
    "The Council of Ministers approved the draft Law on Cybersecurity on 6 November 2026.",
    "The ministry invited public comments on the draft Law on Personal Data Protection on 12 May 2026.",
    "The National Assembly adopted the Law on Electronic Commerce on 8 October 2019.",
    "The draft Law on Cybercrime has not yet been submitted to the National Assembly.",
    "Officials of the department met partners to speak of data centres and digital skills.",
    "ក្រសួងបានរៀបចំសេចក្តីព្រាងច្បាប់ស្តីពីកិច្ចការពារទិន្នន័យផ្ទាល់ខ្លួន។",
)


def stored_page(chance: random.Random, number: int, *more: str) -> bytes:
    """A page with statements in its text, and others beside it that the first extractor does not take."""
    texts = [f"Report {number} of the department.", *chance.sample(STATEMENTS, 3), *more]
    body = "".join(f"<p>{text} {'It is told here in full. ' * 6}</p>" for text in texts)
    beside = "".join(f"<p>{text}</p>" for text in STATEMENTS)
    return (
        f"<html lang='en'><head><title>Report {number}</title></head><body><main><h1>Report</h1>{body}</main>"
        f"<footer>{beside}</footer></body></html>"
    ).encode()


def sentences(texts: list[str]) -> list[str]:
    return [f"{part}." for text in texts for part in text.split(". ") if part.strip(". ")]


WAYS: tuple[Callable[[list[str]], list[str]], ...] = (
    sentences,
    lambda texts: [" ".join(texts)],
    lambda texts: [*texts, *STATEMENTS],
    lambda texts: [*STATEMENTS, *sentences(texts)],
    lambda texts: texts[1:] or texts,
    lambda texts: [f"Text: {text}" for text in texts],
)


def next_extractor(way: Callable[[list[str]], list[str]]) -> Callable[[Capture, Source], Document | Problem]:
    """An extractor that cuts the same bytes into other blocks."""

    def extract(capture: Capture, source: Source) -> Document | Problem:
        found = dispatch_extract(capture, source)
        if isinstance(found, Problem):
            return found
        texts = way([block.text for block in found.blocks])
        pieces = [blocks.Piece(BlockKind.PARAGRAPH, text) for text in texts]
        return replace(found, blocks=blocks.number(pieces), extractor=f"{found.extractor}-next")

    return extract


dispatch_extract = dispatch.extract


@pytest.mark.promise("G17")
def test_another_extractor_over_stored_documents_is_no_news(monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    chance, cried, missed, number = random.Random(SEED), [], [], cases(12, 120)
    desks = [(Desk(), document) for document in range(number)]
    bodies = {document: stored_page(random.Random(document), document) for _, document in desks}
    for desk, document in desks:
        desk.read(bodies[document])
        desk.read(bodies[document])
    taken_apart = 0
    for desk, document in desks:
        way = chance.choice(WAYS)
        monkeypatch.setattr(dispatch, "extract", next_extractor(way))
        monkeypatch.setattr(reading, "region", lambda *page: f"next {region(*page)}")
        report = desk.read(bodies[document])
        with desk.store.read() as unit:
            changes, told = unit.changes.all(), unit.outbox.all()
        taken_apart += len(changes)
        if told or not report.read or any(change.cause is not Cause.EXTRACTION for change in changes):
            cried.append((document, WAYS.index(way), told, report.detail))
        desk.read(stored_page(random.Random(document), document, APPROVED))
        if AlertKind.STATUS not in desk.kinds():
            missed.append((document, WAYS.index(way)))
    figure("G17", cases=number, broken=len(cried), note="stored documents read by another extractor")
    figure("G5", cases=number, broken=len(missed), note="real changes right after such an upgrade")
    assert not cried, cried
    assert not missed, missed
    assert taken_apart >= number // 2
