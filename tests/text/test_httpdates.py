"""HTTP dates, and what sites send instead."""

import pytest

from monitor.text.httpdates import http_date


def test_a_date_is_told_in_utc() -> None:
    moment = http_date("Thu, 03 Sep 2026 10:11:12 +0700")
    assert moment is not None
    assert moment.isoformat() == "2026-09-03T03:11:12+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Thu, 03 Sep 2026 10:11:12",
        "Thu, 03 Sep 2026 10:11:12 -0000",
        "Thu, 03 Sep 99999999999 10:11:12 GMT",
        "Thu, 03 Sep 2026 99999999999999999999:11:12 GMT",
        "Fri, 31 Dec 9999 23:59:59 -0900",
        "Thu, 03 Sep 2026 10:11:12 +9999",
    ],
)
def test_what_names_no_moment_is_none(text: str) -> None:
    assert http_date(text) is None
