"""Of which page an archived copy is, told by its address."""

from datetime import UTC, datetime

import pytest

from monitor.model import Capture, Way
from monitor.text.mementos import address_of, original_url, raw_url

PAGE = "https://mptc.example/en/news/?p=7&lang=en"
COPY = f"https://archive.example/web/20260903101112/{PAGE}"
RAW = f"https://archive.example/web/20260903101112id_/{PAGE}"


@pytest.mark.parametrize("form", ["", "id_", "if_", "mp_", "im_"])
def test_every_form_of_a_copy_has_one_raw_form(form: str) -> None:
    assert raw_url(f"https://archive.example/web/20260903101112{form}/{PAGE}") == RAW


@pytest.mark.parametrize(
    "address",
    [
        "https://archive.example/copies/8f3a-77",  # opaque: this archive has no such convention
        "https://archive.example/web/2026/https://mptc.example/",  # a search for a year, no copy
        "https://archive.example/20260903101112/https://mptc.example/",  # no collection before the moment
        f"https://archive.example/web/{PAGE}",  # the gate
        "https://archive.example/web/https://mptc.example/files/20260101120000/law.pdf",  # digits of the page's own
        "https://archive.example/web/20260903101112/",
        "",
    ],
)
def test_what_is_no_copy_of_a_page_is_left_alone(address: str) -> None:
    assert (raw_url(address), original_url(address)) == (address, "")


@pytest.mark.parametrize("address", [COPY, RAW, COPY.replace("https://mptc", "https:/mptc")])
def test_the_address_of_a_copy_tells_whose_copy_it_is(address: str) -> None:
    assert original_url(address) == PAGE


def test_a_copy_of_an_address_without_scheme_is_one_of_a_plain_page() -> None:
    assert original_url("https://archive.example/web/20260903101112/mptc.example/en") == "http://mptc.example/en"


def captured(final_url: str, way: Way) -> Capture:
    return Capture(
        source_id="s",
        document_key=PAGE,
        url=PAGE,
        final_url=final_url,
        status=200,
        headers=(),
        body=b"",
        fetched_at=datetime(2026, 9, 9, tzinfo=UTC),
        way=way,
    )


def test_links_of_a_copy_are_relative_to_the_official_page() -> None:
    moved = RAW.replace("/en/", "/km/")
    assert address_of(captured(moved, Way.ARCHIVE)) == PAGE.replace("/en/", "/km/")


def test_a_copy_with_an_opaque_address_is_at_home_where_it_was_asked_for() -> None:
    assert address_of(captured("https://archive.example/copies/8f3a-77", Way.ARCHIVE)) == PAGE


def test_a_page_of_a_site_is_at_home_where_its_redirects_ended() -> None:
    assert address_of(captured("https://mptc.example/km/", Way.DIRECT)) == "https://mptc.example/km/"
