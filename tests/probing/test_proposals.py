"""What is proposed for an address: the cheapest complete kind of source, with selectors that read its pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.errors import MonitorError
from monitor.model import Authority, Body, Capture, Source, Way
from monitor.probing.looks import Preview
from monitor.probing.proposal import NothingThereError, Proposal, propose
from tests.probing import sites
from tests.probing.conftest import Looker
from tests.spiders.site import Answer, Site, page, xml

NOW = datetime(2026, 6, 8, 5, 0, tzinfo=UTC)


def proposed(url: str, look: Looker, **more: Any) -> Proposal:
    return propose(url, look=look, **{"known": (), "bodies": {}, "archive": "https://archive.example/web/", **more})


def test_an_open_wordpress_site_is_read_by_its_rest_interface(site: Site, look: Looker) -> None:
    sites.wordpress(site)
    proposal = proposed(site.url(), look)
    assert (proposal.source.spider, proposal.source.url, proposal.readable) == ("wordpress", site.url(), True)
    assert "REST interface is open" in proposal.reasons[0]
    assert len(site.paths()) == 2


def test_a_wordpress_site_with_rest_closed_is_read_by_its_feed_and_stays_one_family(site: Site, look: Looker) -> None:
    sites.wordpress(site, rest=False)
    proposal = proposed(site.url(), look)
    assert (proposal.source.spider, proposal.readable) == ("wordpress", True)
    assert "REST interface is closed and whose feed can be read" in proposal.reasons[0]


def test_the_documents_of_a_feed_give_the_selectors(site: Site, look: Looker) -> None:
    sites.wordpress(site, rest=False)
    source = proposed(site.url(), look).source
    assert (source.select, source.remove) == (".entry-content", (".dl-share-bar", ".my-related-box"))


def test_what_is_shown_was_read_with_the_proposed_selectors(site: Site, look: Looker) -> None:
    sites.wordpress(site, rest=False)
    shown = proposed(site.url(), look).shown[0].document
    assert shown is not None
    text = " ".join(block.text for block in shown.blocks)
    assert sites.WORDS.strip() in text
    assert "Send to a friend" not in text
    assert "One more page" not in text


def test_a_wordpress_site_without_rest_and_feed_is_a_list_like_any_other(site: Site, look: Looker) -> None:
    sites.wordpress(site, rest=False, feed=False)
    source = proposed(site.url(), look).source
    assert (source.spider, source.links) == ("listing", "h3.card-title a")


def test_a_static_list_is_read_by_the_links_of_its_cards(site: Site, look: Looker) -> None:
    sites.with_articles(site)
    site.routes["/news/"] = page(sites.listing(site))
    proposal = proposed(site.url("/news/"), look)
    assert (proposal.source.spider, proposal.source.links) == ("listing", "h3.card-title a")
    assert proposal.source.every == timedelta(days=1)
    assert "names 5 documents" in proposal.reasons[0]


def test_a_list_with_a_feed_of_its_own_is_read_by_the_feed(site: Site, look: Looker) -> None:
    sites.with_articles(site)
    head = "<link rel='alternate' type='application/atom+xml' href='/news/atom'>"
    site.routes["/news/"] = page(sites.listing(site, head))
    site.routes["/news/atom"] = xml(sites.feed_of(site))
    source = proposed(site.url("/news/"), look).source
    assert (source.spider, source.url) == ("feed", site.url("/news/atom"))


def test_a_dead_feed_leaves_the_list(site: Site, look: Looker) -> None:
    sites.with_articles(site)
    head = "<link rel='alternate' type='application/rss+xml' href='/news/feed'>"
    site.routes["/news/"] = page(sites.listing(site, head))
    assert proposed(site.url("/news/"), look).source.spider == "listing"


def test_an_article_is_watched_itself_though_its_site_has_a_feed(site: Site, look: Looker) -> None:
    sites.wordpress(site)
    source = proposed(site.url("/public-consultation-opens/"), look).source
    assert (source.spider, source.select, source.every) == ("page", ".entry-content", timedelta(days=7))
    assert site.paths() == ["/public-consultation-opens/"]


def test_a_text_with_some_links_is_no_list(site: Site, look: Looker) -> None:
    links = "".join(f"<li><a href='/part-{n}/'>Part {n} of the guide</a></li>" for n in "abcde")
    site.routes["/guide/"] = page(f"<html><body><main><p>{sites.WORDS * 4}</p><ul>{links}</ul></main></body></html>")
    assert proposed(site.url("/guide/"), look).source.spider == "page"


@pytest.mark.parametrize(
    ("answer", "spider"),
    [
        (lambda site: xml(sites.feed_of(site)), "feed"),
        (
            lambda site: xml(f"<urlset><url><loc>{site.url('/signing-of-an-agreement/')}</loc></url></urlset>"),
            "sitemap",
        ),
    ],
)
def test_an_address_is_known_by_what_is_there(answer: Any, spider: str, site: Site, look: Looker) -> None:
    sites.with_articles(site)
    site.routes["/it"] = answer(site)
    source = proposed(site.url("/it"), look).source
    assert (source.spider, source.url) == (spider, site.url("/it"))


# Where a plain request does not do ---------------------------------------------------------------------------------


def test_a_script_shell_is_for_the_browser(site: Site, look: Looker) -> None:
    site.routes["/"] = page(sites.SHELL)
    look.elsewhere[Way.BROWSER] = rendered(site.url(), sites.article("signing-of-an-agreement"), Way.BROWSER)
    proposal = proposed(site.url(), look)
    assert (proposal.source.fetch, proposal.readable, proposal.source.enabled) == ((Way.BROWSER,), True, True)


def test_a_list_drawn_by_script_is_a_list_in_the_browser(site: Site, look: Looker) -> None:
    site.routes["/"] = page(sites.SHELL)
    look.elsewhere[Way.BROWSER] = rendered(site.url(), sites.listing(site), Way.BROWSER)
    source = proposed(site.url(), look).source
    assert (source.spider, source.links, source.fetch) == ("listing", "h3.card-title a", (Way.BROWSER,))


def test_without_a_browser_the_shell_is_proposed_but_not_enabled(site: Site, look: Looker) -> None:
    site.routes["/"] = page(sites.SHELL)
    proposal = proposed(site.url(), look)
    assert (proposal.source.fetch, proposal.readable, proposal.source.enabled) == ((Way.BROWSER,), False, False)
    assert any("this way is not at hand" in remark for remark in proposal.remarks)


def test_a_refused_page_is_for_the_archive_until_the_site_lets_us_in(site: Site, look: Looker) -> None:
    site.otherwise = sites.CHALLENGE
    look.elsewhere[Way.ARCHIVE] = rendered(site.url(), sites.article("signing-of-an-agreement"), Way.ARCHIVE)
    proposal = proposed(site.url(), look)
    assert (proposal.source.fetch, proposal.readable) == ((Way.DIRECT, Way.ARCHIVE), True)
    assert any("docs/reaching-sources.md" in remark for remark in proposal.remarks)


def test_a_firewalls_page_with_status_200_is_a_refusal(site: Site, look: Looker) -> None:
    sites.refusing(site)
    proposal = proposed(site.url(), look)
    assert (proposal.source.fetch, proposal.source.enabled) == ((Way.DIRECT, Way.ARCHIVE), False)
    assert any("docs/reaching-sources.md" in remark for remark in proposal.remarks)


def test_a_site_that_refuses_its_pages_but_not_its_feed_is_read_by_the_feed(site: Site, look: Looker) -> None:
    sites.wordpress(site, rest=False)
    site.routes["/"] = sites.CHALLENGE
    proposal = proposed(site.url(), look)
    assert (proposal.source.spider, proposal.readable) == ("wordpress", True)


@pytest.mark.parametrize(
    "answer", [Answer(status=404, body=b"<h1>Not found</h1>"), Answer(status=500, body=b"<h1>Error</h1>")]
)
def test_where_nothing_is_nothing_is_proposed(answer: Answer, site: Site, look: Looker) -> None:
    site.routes["/gone"] = answer
    with pytest.raises(NothingThereError, match="nothing is proposed") as raised:
        proposed(site.url("/gone"), look)
    assert raised.value.exit_code == 3
    assert isinstance(raised.value, MonitorError)


def rendered(url: str, body: str, way: Way) -> Preview:
    capture = Capture(
        source_id="page",
        document_key=url,
        url=url,
        final_url=url,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body.encode(),
        fetched_at=NOW,
        way=way,
    )
    return Preview(source=Source(id="page", url=url), captures=[capture])


# Whose words they are ----------------------------------------------------------------------------------------------

MINISTRY = Body(id="mptc", title="Ministry of Post and Telecommunications", role="lead_ministry", jurisdiction="KH")


def test_a_source_of_the_same_site_says_whose_it_is(site: Site, look: Looker) -> None:
    sites.wordpress(site)
    other = Source(
        id="other", url=site.url("/other"), jurisdiction="KH", publisher="mptc", authority=Authority.MINISTRY
    )
    proposal = proposed(site.url(), look, known=(other,))
    source = proposal.source
    assert (source.jurisdiction, source.publisher, source.authority) == ("KH", "mptc", Authority.MINISTRY)
    assert proposal.authority_known


def test_who_speaks_is_left_to_a_person_where_nothing_tells(site: Site, look: Looker) -> None:
    sites.wordpress(site)
    proposal = proposed(site.url(), look)
    assert not proposal.authority_known
    assert any("jurisdiction is not known" in remark for remark in proposal.remarks)


def test_a_file_of_another_kind_is_no_source_and_is_asked_for_once(site: Site, look: Looker) -> None:
    site.routes["/data.zip"] = Answer(body=b"PK\x03\x04" + bytes(500), headers={"Content-Type": "application/zip"})
    with pytest.raises(NothingThereError, match="the body is binary"):
        proposed(site.url("/data.zip"), look)
    assert len(look.asked) == 1


def test_a_feed_without_entries_says_why_it_is_not_enabled(site: Site, look: Looker) -> None:
    site.routes["/feed"] = xml("<rss version='2.0'><channel><title>News</title></channel></rss>")
    proposal = proposed(site.url("/feed"), look)
    assert (proposal.source.spider, proposal.source.enabled) == ("feed", False)
    assert "the feed holds no entry" in proposal.reasons[0]
