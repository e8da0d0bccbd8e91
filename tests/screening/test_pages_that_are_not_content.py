"""Bad answers are caught for what they are, and good pages that look like them pass."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Capture, ProblemKind, Source
from monitor.screening import screen

DATA = Path(__file__).parents[1] / "data" / "captures"
MENU = "".join(f'<li class="menu-item"><a href="/en/section-{n}/">Section {n} of the site</a></li>' for n in range(40))
THEME = (
    '<div id="page"><header class="site-header"><a href="/">Ministry</a></header><nav><ul>{menu}</ul></nav>'
    '<div id="content">{body}</div><aside><h2>Archive</h2><ul>{menu}</ul></aside>'
    "<footer><p>© Ministry. All rights reserved.</p><ul>{menu}</ul></footer></div><script>var n=1;</script>"
)


def rows(name: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((DATA / name).read_text(encoding="utf-8"))["page"])


def capture_of(row: dict[str, Any], body: str) -> Capture:
    url = row.get("url", "https://ministry.test/en/2026/06/notice/")
    declared = row.get("type", "text/html; charset=utf-8")
    return Capture(
        source_id="s",
        document_key="k",
        url=url,
        final_url=row.get("final_url", url),
        status=row.get("status", 200),
        headers=(("Content-Type", declared), *row.get("headers", {}).items()),
        body=body.encode(),
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        part="post:1" if row["id"].startswith("json-post") else "",
    )


def themed(body: str) -> str:
    """The same page inside the menus, side bars and footers of its site."""
    start, end = body.index("<body>") + len("<body>"), body.rindex("</body>")
    return body[:start] + THEME.format(menu=MENU, body=body[start:end]) + body[end:]


PAGE = Source(id="s", url="https://ministry.test/en/")
BAD = rows("bad_answers.toml")
GOOD = rows("good_lookalikes.toml")


@pytest.mark.parametrize("row", BAD, ids=lambda row: row["id"])
def test_a_bad_answer_is_named_for_what_it_is(row: dict[str, Any]) -> None:
    problem = screen(capture_of(row, row["body"]), PAGE)
    assert problem is not None
    assert problem.kind == row["kind"]


@pytest.mark.parametrize(
    "row",
    [row for row in BAD if "<body>" in row["body"] and not row["id"].startswith("shell")],
    ids=lambda row: row["id"],
)
def test_a_bad_answer_inside_the_theme_of_its_site_is_still_caught(row: dict[str, Any]) -> None:
    problem = screen(capture_of(row, themed(row["body"])), PAGE)
    assert problem is not None
    assert problem.kind == row["kind"]


@pytest.mark.parametrize("row", BAD, ids=lambda row: row["id"])
def test_every_refusal_names_what_was_seen(row: dict[str, Any]) -> None:
    problem = screen(capture_of(row, row["body"]), PAGE)
    assert problem is not None
    assert problem.detail
    assert problem.signals


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row["id"])
def test_a_good_page_that_looks_bad_passes(row: dict[str, Any]) -> None:
    source = Source(id="s", url="https://ministry.test/wp-json/", spider="wordpress") if "json" in row["id"] else PAGE
    if row["id"] == "json-posts":
        row = row | {"id": "json-post-list"}
    assert screen(capture_of(row, row["body"]), source) is None


@pytest.mark.parametrize("row", [row for row in GOOD if "<body>" in row["body"]], ids=lambda row: row["id"])
def test_a_good_page_inside_the_theme_of_its_site_passes(row: dict[str, Any]) -> None:
    assert screen(capture_of(row, themed(row["body"])), PAGE) is None


def test_a_cut_connection_is_truncated_whatever_arrived() -> None:
    good = capture_of({"id": "x"}, "<html><body><main><p>All is well here.</p></main></body></html>")
    partial = Capture(**{**{name: getattr(good, name) for name in good.__dataclass_fields__}, "flags": ("partial",)})
    problem = screen(partial, PAGE)
    assert problem is not None
    assert problem.kind is ProblemKind.TRUNCATED


def test_a_document_source_refuses_a_page() -> None:
    row = {"id": "x", "url": "https://ministry.test/file/12"}
    source = Source(id="d", url="https://ministry.test/file/12", spider="document")
    problem = screen(capture_of(row, "<html><body><p>Choose a file to see it in the viewer.</p></body></html>"), source)
    assert problem is not None
    assert problem.kind is ProblemKind.WRONG_MEDIA_TYPE


def test_a_listing_may_link_to_a_pdf_without_saying_so() -> None:
    row = {"id": "x", "url": "https://ministry.test/download/12", "type": "application/pdf"}
    source = Source(id="l", url="https://ministry.test/list", spider="listing")
    assert screen(capture_of(row, "%PDF-1.7\n"), source) is None


def test_one_strong_sign_alone_refuses_nothing() -> None:
    page = "<html><head><title>Log</title></head><body><main><p>The requested URL was rejected, the log of " + (
        "the court's old system says in one line, and so the clerk printed it for the file of the case, with the date "
        "and the name of the person who had asked for it, as the rules of the registry want it to be done.</p></main>"
    )
    assert screen(capture_of({"id": "x"}, page + "</body></html>"), PAGE) is None
