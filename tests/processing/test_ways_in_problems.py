"""A problem of a page that was asked for by several ways names what each of them met."""

from monitor.model import Health, Way
from tests.processing.desk import Desk, page

CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
MET = ("direct: HTTP 403: refused",)


def test_a_refused_page_is_told_with_what_the_earlier_ways_met() -> None:
    report = Desk().read(CHALLENGE, way=Way.BROWSER, met=MET)
    assert report.health is Health.BLOCKED
    assert "direct: HTTP 403: refused; browser: the site refused us" in report.detail


def test_a_page_that_the_second_way_brought_is_read_like_any_other() -> None:
    assert Desk().read(page(), way=Way.BROWSER, met=MET).health is Health.OK
