"""What an address says about a source."""

import pytest

from monitor.model import Authority, Body, Source
from monitor.probing.naming import identity, languages, speaker

BODIES = {
    body.id: body
    for body in (
        Body(id="mptc", title="Ministry of Post", role="lead_ministry", jurisdiction="KH"),
        Body(id="senate", title="Senate", role="upper_house", jurisdiction="KH"),
        Body(id="asean", title="ASEAN", role="organisation", jurisdiction="ASEAN"),
        Body(id="coe", title="Council of Europe", role="organisation", jurisdiction="INT"),
        Body(id="dgc", title="Committee", role="committee", jurisdiction="KH"),
    )
}


@pytest.mark.parametrize(
    ("url", "jurisdiction", "publisher", "authority"),
    [
        ("https://mptc.gov.kh/en/", "KH", "mptc", Authority.MINISTRY),
        ("https://www.senate.gov.kh/news", "KH", "senate", Authority.PARLIAMENT),
        ("https://asean.org/book/", "ASEAN", "asean", Authority.INTERGOVERNMENTAL),
        ("https://www.coe.int/en/web/octopus/-/cambodia", "INT", "coe", Authority.INTERGOVERNMENTAL),
    ],
)
def test_a_site_named_after_a_body_is_its_own(
    url: str, jurisdiction: str, publisher: str, authority: Authority
) -> None:
    found = speaker(url, (), BODIES)
    assert (found.jurisdiction, found.publisher, found.authority, found.authority_known) == (
        jurisdiction,
        publisher,
        authority,
        True,
    )


def test_a_body_whose_role_tells_no_authority_leaves_it_open() -> None:
    found = speaker("https://dgc.gov.kh", (), BODIES)
    assert (found.publisher, found.authority_known) == ("dgc", False)


@pytest.mark.parametrize("url", ["https://senate.gov/", "https://asean.example.com/", "https://mptc.com/"])
def test_a_namesake_elsewhere_is_somebody_else(url: str) -> None:
    assert speaker(url, (), BODIES).publisher == ""


def test_a_country_is_told_by_its_domain_and_no_more() -> None:
    found = speaker("https://khmertimes.com.kh/news", (), BODIES)
    assert (found.jurisdiction, found.publisher, found.authority_known) == ("KH", "", False)
    assert speaker("https://example.fr/", (), BODIES).jurisdiction == ""


def test_a_configured_source_of_the_same_site_goes_before_its_name() -> None:
    news = Source(id="press", url="https://www.mptc.gov.kh/press", jurisdiction="KH", authority=Authority.NEWS)
    assert speaker("https://mptc.gov.kh/en/", (news,), BODIES).authority is Authority.NEWS


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://mptc.gov.kh/en/", "mptc-en"),
        ("https://www.coe.int/en/web/octopus/-/cambodia", "coe-en-cambodia"),
        ("https://pressocm.gov.kh/archives/72577", "pressocm-archives"),
        ("https://mptc.gov.kh/ឯកសារ/", "mptc"),
        ("https://mptc.gov.kh/2022/04/cambodia-digital-government-policy-2022-2035/", "mptc"),
    ],
)
def test_an_id_is_made_of_site_and_path(url: str, expected: str) -> None:
    assert identity(url, ()).startswith(expected)
    assert len(identity(url, ())) <= 40


def test_an_id_that_is_taken_gets_a_number() -> None:
    assert identity("https://mptc.gov.kh/en/", {"mptc-en", "mptc-en-2"}) == "mptc-en-3"


def test_without_a_text_the_domain_tells_the_languages() -> None:
    assert languages((), "https://dgc.gov.kh") == ("km", "en")
    assert languages((), "https://asean.org") == ("en",)


def test_only_what_the_other_source_says_is_called_taken_over() -> None:
    bare = Source(id="bare", url="https://www.example.org/a")
    assert speaker("https://www.example.org/b", [bare], {}).remarks == ("authority as in bare, of the same site",)
