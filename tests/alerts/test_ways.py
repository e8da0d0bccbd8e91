"""A message says how its words were reached, where that was not from the official page itself."""

from datetime import UTC, datetime

import pytest

from monitor.alerts.ways import way_words, with_way
from monitor.model import Alert, AlertKind, Evidence, Way

COPY = "https://archive.example/web/20260903020000id_/https://mptc.example/"


def evidence(way: Way) -> Evidence:
    return Evidence(
        source_id="mptc",
        url="https://mptc.example/",
        quote="…",
        captured_at=datetime(2026, 9, 3, 2, tzinfo=UTC),
        sha256="0" * 64,
        way=way,
        archived_copy=COPY if way is Way.ARCHIVE else "",
    )


def alert(proof: Evidence | None) -> Alert:
    at = datetime(2026, 9, 20, tzinfo=UTC)
    return Alert(
        key="k",
        kind=AlertKind.STATUS,
        created_at=at,
        subject="",
        bottom_line="",
        evidence=proof,
        caveats=("A draft is not law.",),
    )


def test_a_copy_is_named_with_its_moment_in_the_readers_zone_and_its_address() -> None:
    said = way_words(evidence(Way.ARCHIVE), "Asia/Phnom_Penh")
    assert said.startswith("Read from the archive's copy of 2026-09-03 02:00 UTC, 2026-09-03 09:00 Asia/Phnom_Penh at ")
    assert f"at {COPY}, not from the page itself" in said


def test_a_browser_is_named() -> None:
    assert way_words(evidence(Way.BROWSER), "UTC").startswith("Read with a browser")


def test_how_it_was_read_comes_before_what_it_does_not_mean() -> None:
    caveats = with_way(alert(evidence(Way.ARCHIVE)), "UTC").caveats
    assert (len(caveats), caveats[1]) == (2, "A draft is not law.")


@pytest.mark.parametrize("proof", [evidence(Way.DIRECT), None])
def test_nothing_is_said_where_the_page_was_asked_for_plainly(proof: Evidence | None) -> None:
    assert with_way(alert(proof), "UTC") == alert(proof)
