"""Bad pages are never taken for news, good pages that look bad are never kept from readers (rows N14, C1–C7, C11)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

from monitor.model import Health
from tests.faults.cases import cases
from tests.faults.pages.bad import LANGUAGES, Bad, bad_pages
from tests.faults.pages.desk import HTML, LEGAL, Desk, source_at
from tests.faults.pages.good import good_pages
from tests.faults.pages.law import law_page

T = TypeVar("T")
SEED = 20261122
URL = "https://ministry.example/laws/17"
HOME = "https://ministry.example/"


def spread(found: Sequence[T], count: int) -> Sequence[T]:
    """`count` of `found`, evenly taken."""
    return [found[at * len(found) // count] for at in range(min(count, len(found)))]


BAD = spread(bad_pages(SEED), cases(100, 300))
GOOD = spread(good_pages(), cases(60, 180))


def read_bad(desk: Desk, page: Bad) -> str:
    """Read `page`; what is wrong with how that ended, or an empty string."""
    before = desk.believed()
    final = f"https://ministry.example{page.final_path}" if page.final_path else ""
    report = desk.read(page.body, status=page.status, headers=(*HTML, *page.headers), final_url=final)
    if report.read or report.health not in page.shown:
        return f"{page.id}: shown as {report.health}: {report.detail}"
    if desk.believed() != before:
        return f"{page.id}: baseline, changes, alerts were {before} and are {desk.believed()}"
    if page.status == 200 and not report.detail.partition(": ")[2]:
        return f"{page.id}: no reason is given"
    return ""


@pytest.mark.promise("G4")
def test_a_bad_page_after_a_good_one_moves_nothing(figure: Callable[..., None]) -> None:
    desks = {}
    for language in LANGUAGES:
        desks[language] = Desk(source_at(URL, language))
        assert desks[language].read(law_page(language)).read
    broken = [fault for page in BAD if (fault := read_bad(desks[page.language], page))]
    told = sum(desk.alerts(*LEGAL) for desk in desks.values())
    figure("G4", cases=len(BAD), broken=len(broken) + told, note="bad pages after a good reading")
    assert (broken, told) == ([], 0)


@pytest.mark.promise("G4")
def test_a_bad_page_never_becomes_the_first_baseline(figure: Callable[..., None]) -> None:
    broken = [fault for page in BAD if (fault := read_bad(Desk(source_at(URL, page.language)), page))]
    figure("G4", cases=len(BAD), broken=len(broken), note="bad pages at the first reading (C14)")
    assert broken == []


@pytest.mark.promise("G4")
def test_a_deep_address_that_leads_home_is_missing(figure: Callable[..., None]) -> None:
    homes = [f"{HOME}{path}" for path in ("", "en/", "km/home", "index.php", "en/index.html", "fr/", "home.aspx", "km")]
    broken = []
    for home in homes:
        desk = Desk(source_at(URL, "en"))
        desk.read(law_page("en"))
        before = desk.believed()
        report = desk.read(law_page("en", articles=3), final_url=home)
        if report.health is not Health.MISSING or desk.believed() != before:
            broken.append(f"{home}: {report.health} {report.detail}")
    figure("G4", cases=len(homes), broken=len(broken), note="redirects to the home page (N10)")
    assert broken == []


@pytest.mark.promise("G4")
def test_a_verdict_by_signs_names_at_least_two_and_their_weights() -> None:
    told = []
    for page in BAD:
        if page.status == 200 and page.row in ("C1", "C3", "C4", "C6", "C7", "N14"):
            desk = Desk(source_at(URL, page.language))
            told.append((page.id, desk.read(page.body, headers=(*HTML, *page.headers)).detail))
    assert [line for line in told if " + " not in line[1] or "= weight" not in line[1]] == []


@pytest.mark.promise("G5")
def test_a_good_page_that_looks_bad_is_read_and_its_change_is_seen(figure: Callable[..., None]) -> None:
    broken = []
    for page in GOOD:
        desk = Desk(source_at(URL, page.language))
        first = desk.read(page.body, headers=(*HTML, *page.headers))
        second = desk.read(page.amended, headers=(*HTML, *page.headers))
        if not first.read or second.tally.changed != 1:
            broken.append(f"{page.id}: {first.detail or second.detail or 'no change seen'}")
    figure("G5", cases=len(GOOD), broken=len(broken), note="good pages that look bad (C2, C5, both)")
    assert broken == []


@pytest.mark.promise("G5")
def test_a_page_that_still_holds_its_text_is_read_whatever_else_it_says() -> None:
    """A notice of maintenance or a refused picture on top of the law does not hide the law."""
    told = ["The ministry met the carriers and the banks on the draft and heard what they fear from it."] * 2
    told = [f"{line} The meeting was number {number} of this year." for number, line in enumerate(told)]
    desk = Desk(source_at(URL, "en"))
    desk.read(law_page("en", text=told))
    page = law_page(
        "en", text=[*told, "Our servers are being upgraded.", "We will be back soon. A third meeting follows."]
    )
    page = page.replace(b"<title>", b"<title>Scheduled maintenance | ").replace(b"<h1>", b"<h2>Site closed</h2><h1>")
    assert desk.read(page).tally.changed == 1
