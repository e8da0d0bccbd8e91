"""Captures and sources for the extraction tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.extract.dispatch import extract
from monitor.model import Capture, Document, Problem, Source

DATA = Path(__file__).parents[1] / "data" / "captures"


@pytest.fixture
def recorded() -> Callable[[str], str]:
    """The text of a recorded-shape page."""
    return lambda name: (DATA / name).read_text(encoding="utf-8")


@pytest.fixture
def read() -> Callable[..., Document | Problem]:
    """Extract a body as if it had been served."""

    def extracted(
        body: str | bytes,
        spider: str = "page",
        *,
        url: str = "http://127.0.0.1:8000/x",
        content_type: str = "text/html; charset=utf-8",
        part: str = "",
        select: str = "",
        remove: tuple[str, ...] = (),
        row: str = "",
        languages: tuple[str, ...] = ("en",),
    ) -> Document | Problem:
        source = Source(
            id="s",
            url="http://127.0.0.1:8000/",
            spider=spider,
            select=select,
            remove=remove,
            row=row,
            languages=languages,
        )
        capture = Capture(
            source_id="s",
            document_key="k",
            url=url,
            final_url=url,
            status=200,
            headers=(("Content-Type", content_type),),
            body=body.encode() if isinstance(body, str) else body,
            fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
            part=part,
        )
        return extract(capture, source)

    return extracted


@pytest.fixture
def document(read: Callable[..., Document | Problem]) -> Callable[..., Document]:
    """Extract a body that must give a document."""

    def extracted(*arguments: object, **options: object) -> Document:
        found = read(*arguments, **options)
        assert isinstance(found, Document), found
        return found

    return extracted


@pytest.fixture
def problem(read: Callable[..., Document | Problem]) -> Callable[..., Problem]:
    """Extract a body that must give a problem."""

    def extracted(*arguments: object, **options: object) -> Problem:
        found = read(*arguments, **options)
        assert isinstance(found, Problem), found
        return found

    return extracted
