"""After extraction: what is too little, what has shrunk, what is in the wrong script."""

from datetime import UTC, datetime

import pytest

from monitor.model import Block, BlockKind, Document, ProblemKind, Snapshot, Source
from monitor.screening import check

KHMER = "ក្រសួងសូមជម្រាបជូនសាធារណជនឱ្យបានជ្រាបថា សេចក្តីព្រាងច្បាប់ត្រូវបានដាក់ឱ្យពិគ្រោះយោបល់។ "
ENGLISH = "The ministry invites the public to comment on the draft law on the protection of personal data. "
LEGACY = "c,ab; sþIBI karRKb;RKg dMeNIrkar nigkic©karBar TinñyfðalxøÜn RBHraCaNacRkkm<úCa "


def document(*texts: str, kind: BlockKind = BlockKind.PARAGRAPH, title: str = "", extractor: str = "e") -> Document:
    blocks = tuple(
        Block(position=at, kind=kind, text=text, fingerprint=str(hash(text))) for at, text in enumerate(texts)
    )
    return Document(title=title, blocks=blocks, extractor=extractor)


def snapshot(of: Document) -> Snapshot:
    return Snapshot(
        id=1,
        source_id="s",
        document_key="k",
        capture_id=1,
        sha256="0" * 64,
        url="https://a.test/",
        captured_at=datetime(2026, 1, 1, tzinfo=UTC),
        document=of,
    )


def source(*languages: str) -> Source:
    return Source(id="s", url="https://a.test/", languages=languages or ("en",))


@pytest.mark.parametrize(
    ("found", "languages"),
    [
        (document(ENGLISH), ("en",)),
        (document("Office closed on 9 June 2026."), ("en",)),
        (document("ការិយាល័យឈប់សម្រាកថ្ងៃទី៩"), ("km",)),
        (document("Signature: –", kind=BlockKind.KEY_VALUE), ("en",)),
        (
            document("Announcement on licences for data centres", title="Announcement on licences for data centres"),
            ("en",),
        ),
        (document(KHMER * 3), ("km",)),
        (document(KHMER * 3), ("km", "en")),
        (document(ENGLISH * 3), ("km", "en")),
        (document(KHMER + ENGLISH * 4), ("km",)),
        (document(ENGLISH * 3 + KHMER), ("en",)),
        (document(LEGACY * 4), ("en",)),
    ],
)
def test_a_good_document_passes(found: Document, languages: tuple[str, ...]) -> None:
    assert check(found, source(*languages), None) is None


@pytest.mark.parametrize(
    ("found", "languages", "kind"),
    [
        (document("Home"), ("en",), ProblemKind.EMPTY),
        (document("Loading, please wait" + "." * 30), ("en",), ProblemKind.EMPTY),
        (document("No data available to display", title="List of notices"), ("en",), ProblemKind.EMPTY),
        (document("មិនទាន់មានទិន្នន័យ"), ("km",), ProblemKind.EMPTY),
        (document("12", "13", "–"), ("en",), ProblemKind.EMPTY),
        (document(ENGLISH * 3), ("km",), ProblemKind.WRONG_LANGUAGE),
        (document(KHMER * 3), ("en",), ProblemKind.WRONG_LANGUAGE),
        (document("最新の法律情報をお届けするウェブサイトです。" * 8), ("en",), ProblemKind.WRONG_LANGUAGE),
        (document(LEGACY * 4), ("km",), ProblemKind.LEGACY_FONT),
    ],
)
def test_a_document_that_says_nothing_or_in_the_wrong_script_is_refused(
    found: Document, languages: tuple[str, ...], kind: ProblemKind
) -> None:
    problem = check(found, source(*languages), None)
    assert problem is not None
    assert problem.kind is kind


@pytest.mark.parametrize(
    ("before", "now", "shrunken"), [(2_000, 500, True), (2_000, 501, False), (999, 60, False), (1_000, 250, True)]
)
def test_a_loss_of_three_quarters_of_a_long_text_is_suspicious(before: int, now: int, shrunken: bool) -> None:
    text = ENGLISH * 30
    problem = check(document(text[:now]), source(), snapshot(document(text[:before])))
    assert (problem is not None) is shrunken
    assert problem is None or problem.kind is ProblemKind.SHRUNKEN


def test_another_extractors_text_is_no_measure() -> None:
    before = snapshot(document(ENGLISH * 30, extractor="older"))
    assert check(document(ENGLISH), source(), before) is None
