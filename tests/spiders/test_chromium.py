"""The browser: where it is, what is said where there is none, and what it is told at its start."""

import importlib.util
import os
from pathlib import Path

import pytest

from monitor.model import Health, Source, Way
from spiders import chromium
from tests.spiders.crawls import Crawls
from tests.spiders.rig_reach import PLAIN, refusing
from tests.spiders.site import Answer, Site, page


def program(directory: Path, name: str) -> Path:
    path = directory / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_chromium_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = program(tmp_path, name)
    assert chromium.executable() == str(path)
    assert chromium.fault() is None


def test_the_configured_one_goes_before_that_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "chromium")
    ours = program(tmp_path, "our-own")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.executable(str(ours)) == str(ours)


def test_a_machine_without_chromium_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt install chromium" in str(chromium.fault())


def test_a_configured_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path}/none ([monitor] browser) does not exist" in str(chromium.fault(f"{tmp_path}/none"))


def test_a_configured_file_that_is_no_program_is_named(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x")
    assert "cannot be run" in str(chromium.fault(str(tmp_path / "text")))


def test_an_installation_without_the_extra_is_told_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find_spec", lambda name: None)
    assert "lex-monitor[browser]" in str(chromium.fault())
    assert importlib.util.find_spec("scrapy") is not None


def test_pages_learn_nothing_of_our_secrets() -> None:
    environment = {"PATH": "/bin", "MONITOR_TEAM_URL": "json://secret", "DATABASE_URL": "secret"}
    assert chromium.launch_options("/usr/bin/chromium", "us", environment)["env"] == {"PATH": "/bin"}


@pytest.mark.parametrize(("user", "sandbox"), [(0, False), (1000, True)])
def test_pages_are_kept_in_a_sandbox_but_for_root(monkeypatch: pytest.MonkeyPatch, user: int, sandbox: bool) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert chromium.launch_options("/usr/bin/chromium", "us", {})["chromium_sandbox"] is sandbox


def test_where_there_is_no_browser_the_direct_way_still_works(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page(PLAIN)
    source = Source(id="s", url=site.url("/law"), fetch=(Way.DIRECT, Way.BROWSER))
    (capture,) = crawl(source, MONITOR_BROWSER="/none").captures
    assert capture.way is Way.DIRECT


def test_where_there_is_no_browser_a_blocked_site_is_told_with_what_is_missing(site: Site, crawl: Crawls) -> None:
    refusing(site, "/law")
    source = Source(id="s", url=site.url("/law"), fetch=(Way.DIRECT, Way.BROWSER))
    problem = crawl(source, MONITOR_BROWSER="/none").problem
    assert problem.kind.health is Health.BLOCKED
    assert problem.detail.startswith("direct: the site refused us")
    assert "; browser: the browser way needs Chromium, and /none ([monitor] browser) does not exist" in problem.detail


def test_a_page_behind_a_list_has_the_ways_of_its_source(site: Site, crawl: Crawls) -> None:
    refusing(site, "/law")
    site.routes["/news"] = page("<main><h2><a href='/law'>The draft law moves on</a></h2></main>")
    source = Source(id="s", url=site.url("/news"), spider="listing", fetch=(Way.DIRECT, Way.BROWSER))
    told = crawl(source, MONITOR_BROWSER="/none")
    assert site.paths() == ["/news", "/law"]
    assert "browser: " in told.problem.detail


def test_a_wordpress_site_is_tried_plainly_to_the_end_before_a_browser_is_needed(site: Site, crawl: Crawls) -> None:
    for path in ("/feed/", "/"):
        refusing(site, path)
    source = Source(id="s", url=site.url("/"), spider="wordpress", fetch=(Way.DIRECT, Way.BROWSER))
    detail = crawl(source, MONITOR_BROWSER="/none").problem.detail
    assert detail.index("REST: ") < detail.index("feed: ") < detail.index("page: direct: ") < detail.index("browser: ")


def test_without_the_direct_way_a_wordpress_site_is_its_page(site: Site, crawl: Crawls) -> None:
    source = Source(id="s", url=site.url("/"), spider="wordpress", fetch=(Way.BROWSER,))
    crawl(source, MONITOR_BROWSER="/none")
    assert site.paths() == []


def test_robots_txt_ends_the_reading_whatever_ways_there_are(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/law": page(PLAIN), "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /")}
    source = Source(id="s", url=site.url("/law"), fetch=(Way.DIRECT, Way.BROWSER))
    problem = crawl(source, MONITOR_BROWSER="/none").problem
    assert (problem.kind.health, problem.detail) == (Health.ROBOTS, "robots.txt forbids this address")
