"""When a way is left for the next one, and what is told when none is left."""

import pytest

from monitor.model import Capture, Problem, ProblemKind, Source, Way
from spiders.ways import FORBIDDEN, LED_ON, RETRY_AFTER, UNAVAILABLE, fitting, following, summed, unfinished, unreadable
from tests.spiders.crawls import NOW
from tests.spiders.rig_reach import EMPTY_APP, PLAIN, REFUSAL

ALL = (Way.DIRECT, Way.BROWSER, Way.ARCHIVE)


def problem(kind: ProblemKind, *signals: str) -> Problem:
    return Problem(kind=kind, detail=f"it was {kind}", signals=signals)


def capture(body: str, *, url: str = "https://mptc.gov.kh/en/law", status: int = 200, **more: object) -> Capture:
    return Capture(  # type: ignore[arg-type]
        source_id="s",
        document_key=url,
        url=url,
        final_url=url,
        status=status,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body.encode(),
        fetched_at=NOW,
        **more,
    )


SOURCE = Source(id="s", url="https://mptc.gov.kh/en/law")


@pytest.mark.parametrize("kind", [ProblemKind.BLOCKED, ProblemKind.SHELL, ProblemKind.EMPTY, ProblemKind.SELECTOR])
def test_a_refusal_and_a_page_drawn_by_script_lead_to_the_next_way(kind: ProblemKind) -> None:
    assert following(ALL, problem(kind)) == (Way.BROWSER, Way.ARCHIVE)


@pytest.mark.parametrize(
    "kind", sorted({*ProblemKind} - {ProblemKind.BLOCKED, ProblemKind.SHELL, ProblemKind.EMPTY, ProblemKind.SELECTOR})
)
def test_nothing_else_leads_from_the_site_to_another_way_of_asking_it(kind: ProblemKind) -> None:
    assert Way.BROWSER not in following(ALL, problem(kind))


def test_an_outage_is_waited_out() -> None:
    assert following(ALL, problem(ProblemKind.UNREACHABLE)) == ()


@pytest.mark.parametrize(
    "wish", [problem(ProblemKind.ROBOTS), problem(ProblemKind.BLOCKED, RETRY_AFTER, "2026-06-08T06:00:00Z")]
)
def test_a_wish_to_be_left_alone_holds_for_every_way_that_asks_the_same_site(wish: Problem) -> None:
    assert following(ALL, wish) == (Way.ARCHIVE,)
    assert following(ALL[:2], wish) == ()


def test_a_page_that_robots_txt_forbids_is_not_read_as_a_copy_either() -> None:
    assert following(ALL, problem(ProblemKind.ROBOTS, FORBIDDEN)) == ()


def test_a_browser_that_is_not_installed_is_passed_over() -> None:
    missing = problem(ProblemKind.UNREACHABLE, UNAVAILABLE)
    assert following((Way.BROWSER, Way.ARCHIVE), missing) == (Way.ARCHIVE,)


def test_a_second_way_without_an_answer_does_not_end_what_the_first_refused() -> None:
    silent = problem(ProblemKind.UNREACHABLE)
    assert following((Way.BROWSER, Way.ARCHIVE), silent) == ()
    assert following((Way.BROWSER, Way.ARCHIVE), silent, fallback=True) == (Way.ARCHIVE,)


def test_an_archive_that_has_nothing_leads_to_what_is_listed_after_it() -> None:
    assert following((Way.ARCHIVE, Way.DIRECT), problem(ProblemKind.HTTP_ERROR)) == (Way.DIRECT,)


def test_the_last_way_leads_nowhere() -> None:
    assert following((Way.DIRECT,), problem(ProblemKind.BLOCKED)) == ()


@pytest.mark.parametrize("name", ["act.pdf", "ACT.PDF", "list.xlsx", "feed.xml", "%E1%9E%85.pdf?download=1"])
def test_a_file_never_goes_through_a_browser(name: str) -> None:
    url = f"https://mptc.gov.kh/files/{name}"
    assert fitting(ALL, url) == (Way.DIRECT, Way.ARCHIVE)
    assert fitting((Way.BROWSER,), url) == (Way.DIRECT,)


@pytest.mark.parametrize("name", ["law", "2026/06/a-pdf", "law.html", "?file=act.pdf"])
def test_a_page_goes_any_way(name: str) -> None:
    assert fitting(ALL, f"https://mptc.gov.kh/{name}") == ALL


def test_what_is_told_in_the_end_names_what_each_way_met() -> None:
    told = summed(((Way.DIRECT, problem(ProblemKind.BLOCKED, "status:403")), (Way.BROWSER, problem(ProblemKind.SHELL))))
    assert told.detail == "direct: it was blocked; browser: it was shell"
    assert (told.kind, told.signals) == (ProblemKind.BLOCKED, ("status:403",))


def test_what_a_single_way_met_is_told_as_it_is() -> None:
    assert summed(((Way.DIRECT, problem(ProblemKind.BLOCKED)),)).detail == "it was blocked"


def test_a_page_with_text_needs_no_other_way() -> None:
    assert unreadable(capture(PLAIN), SOURCE) is None


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (REFUSAL, 403, ProblemKind.BLOCKED),
        (EMPTY_APP.format(script="<script src='/app.js'></script>"), 200, ProblemKind.SHELL),
        ("<html><body><main></main></body></html>", 200, ProblemKind.EMPTY),
    ],
)
def test_what_cannot_be_read_as_it_was_served_is_named(body: str, status: int, kind: ProblemKind) -> None:
    found = unreadable(capture(body, status=status), SOURCE)
    assert found is not None
    assert found.kind is kind


def test_a_file_is_not_opened_to_choose_a_way() -> None:
    pdf = capture("%PDF-1.4 damaged", url="https://mptc.gov.kh/en/law.pdf")
    assert unreadable(pdf, SOURCE) is None


CHART = Source(id="s", url="https://mptc.gov.kh/en/law", wait_for="table tbody tr")
ROWLESS = PLAIN.replace("</main>", "<table><tbody></tbody></table></main>")
ROWS = ROWLESS.replace("</tbody>", "<tr><td>Cambodia</td></tr></tbody>")


@pytest.mark.parametrize("way", ALL)
def test_a_page_without_what_wait_for_selects_is_half_a_page_by_any_way(way: Way) -> None:
    found = unfinished(capture(ROWLESS, way=way), CHART)
    assert found is not None
    assert found.kind is ProblemKind.SELECTOR
    assert unfinished(capture(ROWS, way=way), CHART) is None


def test_a_refusal_without_what_wait_for_selects_is_told_as_the_refusal() -> None:
    found = unfinished(capture(REFUSAL, status=403), CHART)
    assert found is not None
    assert found.kind is ProblemKind.BLOCKED


def test_wait_for_is_about_the_sources_own_page_and_not_those_behind_it() -> None:
    assert unfinished(capture(PLAIN, url="https://mptc.gov.kh/en/other"), CHART) is None


def test_a_page_whose_script_leads_on_is_no_page() -> None:
    found = unfinished(capture(PLAIN, flags=(LED_ON,)), SOURCE)
    assert found is not None
    assert found.kind is ProblemKind.SHELL
