"""What the doctor finds beside the database: clock, ways and sources, with a looker that is told what to bring."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from monitor.app import App, load_config
from monitor.doctor import Finding, examine
from monitor.errors import MonitorError
from monitor.model import Capture, Problem, ProblemKind, Source, Way
from monitor.probing.looks import Looker as Look
from monitor.probing.looks import Preview

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
WORDS = "The ministry prepares the digital laws of the kingdom together with other institutions of the state."
CONFIG = """
[monitor]
contact = "mailto:desk@example.net"
browser = "{browser}"
[[source]]
id = "page"
url = "https://www.example.gov.kh/page"
every = "1d"
fetch = {fetch}
"""


class Clock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


class Looker:
    """Brings one page for everything, served at `served`; or a problem."""

    def __init__(
        self,
        *,
        served: datetime = NOW,
        status: int = 200,
        problem: Problem | None = None,
        copied: datetime | None = None,
        dates: dict[str, str] | None = None,
    ) -> None:
        self.served, self.status, self.problem, self.copied = served, status, problem, copied
        self.dates = dates or {}
        self.asked: list[str] = []

    def __call__(self, sources: Sequence[Source], requests: int) -> list[Preview]:
        self.asked += [source.id for source in sources]
        if self.problem is not None:
            return [Preview(source=source, problems=[(source.url, self.problem)]) for source in sources]
        return [Preview(source=source, captures=[self._capture(source)]) for source in sources]

    def _capture(self, source: Source) -> Capture:
        return Capture(
            source_id=source.id,
            document_key=source.url,
            url=source.url,
            final_url=source.url,
            status=self.status,
            headers=(("Content-Type", "text/html"), ("Date", self._date(source))),
            body=f"<html><body><main><h1>Page</h1><p>{WORDS}</p></main></body></html>".encode(),
            fetched_at=NOW,
            way=Way.DIRECT if self.copied is None else Way.ARCHIVE,
            memento_at=self.copied,
        )

    def _date(self, source: Source) -> str:
        return self.dates.get(source.id, format_datetime(self.served, usegmt=True))


def found(
    directory: Path,
    look: Look,
    *,
    fetch: str = '["direct"]',
    browser: str = "",
    now: datetime = NOW,
    visit: bool = False,
    more: str = "",
) -> dict[str, list[Finding]]:
    path = directory / "config.toml"
    path.write_text(CONFIG.format(fetch=fetch, browser=browser) + more, encoding="utf-8")
    app = App(config=load_config(path, {}), clock=Clock(now))
    findings: dict[str, list[Finding]] = {}
    try:
        for finding in examine(app, look, visit=visit):
            findings.setdefault(finding.area, []).append(finding)
    finally:
        app.store.close()
    return findings


def test_nothing_is_asked_of_the_network_without_need(tmp_path: Path) -> None:
    look = Looker()
    findings = found(tmp_path, look)
    assert look.asked == []
    assert {"clock", "disk", "database", "source page"} <= findings.keys()
    assert not {"browser", "archive"} & findings.keys()


def test_an_archive_that_is_needed_is_asked(tmp_path: Path) -> None:
    look = Looker(status=404)
    (finding,) = found(tmp_path, look, fetch='["direct", "archive"]')["archive"]
    assert (look.asked, finding.ok) == (["archive"], True)


@pytest.mark.parametrize(
    "look",
    [
        Looker(status=503),
        Looker(problem=Problem(kind=ProblemKind.UNREACHABLE, detail="the host name could not be resolved")),
    ],
    ids=["fails", "unreachable"],
)
def test_an_archive_that_does_not_answer_is_to_mend(look: Looker, tmp_path: Path) -> None:
    (finding,) = found(tmp_path, look, fetch='["direct", "archive"]')["archive"]
    assert not finding.ok
    assert finding.mend


def test_a_browser_that_is_needed_and_not_there_is_to_mend(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, Looker(), fetch='["browser"]', browser="/nowhere/chromium")["browser"]
    assert (finding.ok, finding.text) == (False, "none for page")
    assert "Chromium" in finding.mend or "lex-monitor[browser]" in finding.mend


def test_a_clock_before_our_time_is_to_mend(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, Looker(), now=datetime(1970, 1, 1, tzinfo=UTC))["clock"]
    assert not finding.ok


def test_a_visit_asks_every_source_and_compares_the_clock(tmp_path: Path) -> None:
    look = Looker()
    findings = found(tmp_path, look, visit=True)
    assert look.asked == ["page"]
    assert [finding.ok for finding in (*findings["clock"], *findings["source page"])] == [True, True, True]


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_off_is_seen_by_the_sites(minutes: int, tmp_path: Path) -> None:
    findings = found(tmp_path, Looker(served=NOW + timedelta(minutes=minutes)), visit=True)
    assert [finding.ok for finding in findings["clock"]] == [True, False]
    assert ("ahead of" if minutes < 0 else "behind") in findings["clock"][1].text


def test_a_source_that_is_refused_is_to_mend(tmp_path: Path) -> None:
    findings = found(tmp_path, Looker(status=403), visit=True)
    (finding,) = findings["source page"]
    assert (finding.ok, finding.text) == (False, "blocked: HTTP 403: refused")
    assert "monitor sources test page --all-ways" in finding.mend


SECOND = '[[source]]\nid = "second"\nurl = "https://www.example.org/page"\nevery = "1d"\n'


@pytest.mark.parametrize(
    "dates", [{"page": "Sat, 01 Jan 2000 00:00:00 GMT"}, {"second": "Sat, 01 Jan 2000 00:00:00 GMT"}]
)
def test_one_site_with_a_wrong_clock_does_not_make_ours_wrong(dates: dict[str, str], tmp_path: Path) -> None:
    findings = found(tmp_path, Looker(dates=dates), visit=True, more=SECOND)
    assert [finding.ok for finding in findings["clock"]] == [True, True]


def test_a_date_beyond_the_calendar_says_nothing_of_the_clock(tmp_path: Path) -> None:
    findings = found(tmp_path, Looker(dates={"page": "Mon, 01 Jan 99999999999 00:00:00 GMT"}), visit=True)
    assert len(findings["clock"]) == 1


@pytest.mark.parametrize(("days", "well"), [(1, True), (80, False)])
def test_a_source_seen_in_an_old_copy_only_is_not_well(days: int, well: bool, tmp_path: Path) -> None:
    look = Looker(copied=NOW - timedelta(days=days))
    (finding,) = found(tmp_path, look, fetch='["direct", "archive"]', visit=True)["source page"]
    assert finding.ok is well
    assert well or finding.text == "blocked: only an archived copy of 1 Sep 2026 can be read"


def test_a_look_that_fails_does_not_hide_what_was_found(tmp_path: Path) -> None:
    def failing(sources: Sequence[Source], requests: int) -> list[Preview]:
        raise MonitorError("nothing can be crawled here")

    findings = found(tmp_path, failing, visit=True)
    assert findings["configuration"]
    assert [finding.text for finding in findings["looking"]] == ["nothing can be crawled here"]
