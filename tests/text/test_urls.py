import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.urls import canonical_url, registrable_domain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.mptc.gov.kh/en/news/5/", "https://mptc.gov.kh/en/news/5"),
        ("https://MPTC.gov.kh", "mptc.gov.kh/"),
        ("//mptc.gov.kh/en", "https://mptc.gov.kh/en"),
        ("https://mptc.gov.kh:443/en#top", "http://mptc.gov.kh:80/en"),
        ("https://ai.gov.kh/?p=47144&utm_source=x&fbclid=1", "https://ai.gov.kh/?p=47144"),
        ("https://www.coe.int/en/web/octopus?p_auth=Xy1", "https://www.coe.int/en/web/octopus"),
        ("https://a.kh/x?__cf_chl_tk=abc", "https://a.kh/x"),
        ("https://a.kh/x?b=2&a=1", "https://a.kh/x?a=1&b=2"),
        ("https://a.kh/%e1%9e%85", "https://a.kh/ច"),
        ("https://a.kh/%7Eoffice/%61", "https://a.kh/~office/a"),
        ("https://a.kh/x?q=a+b", "https://a.kh/x?q=a%20b"),
        ("https://a.kh/en/../km/./x", "https://a.kh/km/x"),
        ("https://a.kh/x;jsessionid=77AF", "https://a.kh/x"),
        ("https://user:secret@a.kh/x", "https://a.kh/x"),
        (" https://a.kh/x\n", "https://a.kh/x"),
    ],
)
def test_addresses_of_one_page_are_one(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://ai.gov.kh/?p=47144", "https://ai.gov.kh/?p=47145"),
        ("https://a.kh/en", "https://a.kh/km"),
        ("https://a.kh/Law", "https://a.kh/law"),
        ("https://a.kh:8443/x", "https://a.kh/x"),
        ("https://a.kh/x%2Fy", "https://a.kh/x/y"),
        ("https://a.kh/x?a=1%26b=2", "https://a.kh/x?a=1&b=2"),
        ("https://news.a.kh/", "https://a.kh/"),
    ],
)
def test_addresses_of_different_pages_stay_apart(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize("url", ["mailto:info@mptc.gov.kh", "javascript:void(0)", "http://[::1", "tel:+85523"])
def test_what_is_no_web_address_is_returned_as_it_came(url: str) -> None:
    assert canonical_url(url) == url


@given(
    st.one_of(
        st.text(max_size=40),
        st.text(st.sampled_from("aA%2e/.?&=#:;+ក@[]1 "), max_size=40).map("https://a.kh/".__add__),
    )
)
def test_the_canonical_address_is_its_own(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.mptc.gov.kh/en", "mptc.gov.kh"),
        ("https://archive.mptc.gov.kh", "mptc.gov.kh"),
        ("https://news.example.co.uk/x", "example.co.uk"),
        ("HTTPS://ASEAN.ORG", "asean.org"),
        ("http://127.0.0.1:8000/x", "127.0.0.1"),
        ("http://[::1]:8000/x", "[::1]"),
        ("http://localhost:8000", "localhost"),
        ("gov.kh", "gov.kh"),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_the_registrable_domain_is_what_someone_owns(url: str, domain: str) -> None:
    assert registrable_domain(url) == domain


def test_the_suffix_list_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert registrable_domain("https://never-asked-before.example.com.kh") == "example.com.kh"
