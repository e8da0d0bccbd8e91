"""What a user sees of `sources test`, `sources add` and `doctor`, on a local site."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.slow

WORDS = (
    "The ministry prepares the digital laws of the kingdom together with other institutions. This page says what has "
    "been done so far, for everybody who works with data, and where to write with questions."
)
GOOD = (
    "<!doctype html><html lang='en'><head><title>Progress</title></head>"
    f"<body><main><h1>Progress</h1><p>{WORDS}</p></main></body></html>"
)
REFUSAL = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your "
    "administrator. Your support ID is: 1042</body></html>"
)
SOURCE = '[[source]]\nid = "progress"\nurl = "SITE/progress"\nevery = "6h"\n'


def test_a_readable_source_is_shown_and_nothing_is_stored(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    site.put("/progress", GOOD)
    shown = product.json("sources", "test", "progress")
    (way,) = shown["ways"]
    assert (way["way"], way["readable"], way["captures"][0]["title"]) == ("direct", True, "Progress")
    assert way["captures"][0]["blocks"] == ["Progress", WORDS]
    assert shown["advice"] == ["nothing needs to change"]
    assert not (product.directory / "data" / "monitor.sqlite").exists()


def test_a_source_that_is_refused_ends_with_code_3_and_with_advice(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    site.put("/progress", REFUSAL)
    told = product.call("sources", "test", "progress", expect=3)
    assert "direct: cannot be read (1 request, " in told
    assert "robots.txt allows this address" in told
    assert "signals: " in told
    assert "monitor sources test progress --all-ways" in told
    assert "docs/reaching-sources.md" in told


def test_a_page_cannot_play_on_the_terminal(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    site.put("/progress", GOOD.replace("Progress</h1>", "Prog\x1b[2Jress\u202e</h1>"))
    assert "Prog[U+001B][2Jress[U+202E]" in product.call("sources", "test", "progress")


def test_a_proposed_source_is_written_and_then_read(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    before = product.config.read_text()
    site.put("/progress", GOOD)
    site.put("/other", GOOD.replace("Progress", "Other progress"))
    added = json.loads(product.call("sources", "add", f"{site.url}/other", "--id", "other", "--yes", "--json"))
    assert (added["written"], added["spider"], added["readable"]) == (True, "page", True)
    assert product.config.read_text() == f"{before}\n{added['configuration']}"
    product.run()
    assert {entry["id"]: entry["health"] for entry in product.json("sources")} == {"progress": "ok", "other": "ok"}


def test_an_address_with_spaces_is_written_as_links_need_it(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    site.put("/other%20page", GOOD)
    shown = json.loads(product.call("sources", "add", f"{site.url}/other page", "--json"))
    assert (shown["url"], shown["readable"]) == (f"{site.url}/other%20page", True)


def test_without_a_yes_nothing_is_written(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    before = product.config.read_text()
    site.put("/other", GOOD)
    assert "Nothing was written." in product.call("sources", "add", f"{site.url}/other")
    assert product.config.read_text() == before


@pytest.mark.parametrize(
    ("address", "more", "code"),
    [("/progress", [], 2), ("/other", ["--id", "progress"], 2), ("/nowhere", [], 3), ("/\udcff", [], 2)],
    ids=["watched already", "id taken", "nothing there", "not UTF-8"],
)
def test_what_cannot_be_added_changes_nothing(
    address: str, more: list[str], code: int, product: Any, site: Any
) -> None:
    product.configure(SOURCE)
    before = product.config.read_text()
    site.put("/other", GOOD)
    product.call("sources", "add", f"{site.url}{address}", "--yes", *more, expect=code)
    assert product.config.read_text() == before


def test_the_doctor_ends_in_a_numbered_list(product: Any, site: Any) -> None:
    product.configure(SOURCE + SOURCE.replace("progress", "refusing"))
    site.put("/progress", GOOD)
    site.put("/refusing", REFUSAL)
    told = product.call("doctor", "--sources", expect=1)
    assert told.splitlines()[-2:] == [
        "To mend:",
        "  1. source refusing: see what would help: monitor sources test refusing --all-ways",
    ]


def test_the_doctor_finds_nothing_where_all_is_well(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    site.put("/progress", GOOD)
    findings = json.loads(product.call("doctor", "--sources", "--json"))
    assert {finding["area"] for finding in findings} >= {
        "configuration",
        "clock",
        "disk",
        "database",
        "source progress",
    }
    assert all(finding["ok"] for finding in findings)


def test_the_doctor_warns_when_a_rule_leaves_out_much_of_a_page(product: Any, site: Any) -> None:
    product.configure(f'{SOURCE}remove = [".gone"]\n')
    site.put("/progress", GOOD.replace("</main>", f"<div class='gone'><p>{WORDS}</p></div></main>"))
    product.run()
    told = product.call("doctor", expect=1)
    assert "remove leaves out 49% of " in told
    assert "(1 of 3 blocks)" in told
    assert "let remove name less than the text itself" in told.splitlines()[-1]
