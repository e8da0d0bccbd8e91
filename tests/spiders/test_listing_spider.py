"""A list page and the documents it names."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import KnownDocument, ProblemKind, Source
from monitor.text.urls import canonical_url
from spiders.index import index_key
from spiders.reading import Budget
from tests.spiders.crawls import NOW, Crawls, Told, remember
from tests.spiders.site import Answer, Site, page


def source(site: Site, path: str = "/news/", **more: object) -> Source:
    return replace(Source(id="s", url=site.url(path), spider="listing", links="main a"), **more)  # type: ignore[arg-type]


def list_page(*items: str, following: str = "", note: str = "", **headers: str) -> Answer:
    links = "".join(f'<li><a href="{item}">Statement {item}</a></li>' for item in items)
    onward = f'<a rel="next" href="{following}">Older</a>' if following else ""
    text = f'<html><nav><a href="/about">About</a></nav><main><ul>{links}</ul></main>{onward}<p>{note}</p></html>'
    return page(text, **headers)


def article(name: str) -> Answer:
    return page(f"<main><h1>{name}</h1><p>The ministry met on the draft law.</p></main>", ETag=f'"{name}"')


def publish(site: Site, *names: str) -> None:
    site.routes |= {f"/{name}": article(name) for name in names}


def read_paths(told: Told, site: Site) -> list[str]:
    return [url.removeprefix(site.url("")) for url in told.captured_urls]


def test_every_document_of_a_new_list_is_read(site: Site, crawl: Crawls) -> None:
    publish(site, "a", "b")
    site.routes["/news/"] = list_page("/a", "/b")
    told = crawl(source(site))
    assert read_paths(told, site) == ["/a", "/b"]
    assert [capture.title for capture in told.captures] == ["Statement /a", "Statement /b"]
    assert told.order[0] == ("indexed", index_key(site.url("/news/")))
    assert told.order[-1] == ("finished", "s")


def test_the_index_remembers_its_validators_and_digest(site: Site, crawl: Crawls) -> None:
    publish(site, "a")
    site.routes["/news/"] = list_page("/a", ETag='"i"')
    ((index, refs),) = crawl(source(site)).indexes
    assert (index.source_id, index.url, index.etag, index.checks) == ("s", site.url("/news/"), '"i"', 1)
    assert len(index.sha256) == 64
    assert [ref.key for ref in refs] == [canonical_url(site.url("/a"))]


def test_only_the_new_document_is_read_later(site: Site, crawl: Crawls) -> None:
    publish(site, "a", "b")
    site.routes["/news/"] = list_page("/a")
    known = old(remember({}, crawl(source(site))))
    site.routes["/news/"] = list_page("/b", "/a")
    assert read_paths(crawl(source(site), documents=known), site) == ["/b"]


def old(documents: dict[str, KnownDocument], days: int = 20) -> dict[str, KnownDocument]:
    """The same, discovered `days` ago: not due in every run any more."""
    return {key: replace(doc, discovered_at=NOW - timedelta(days=days)) for key, doc in documents.items()}


def test_a_fresh_document_is_checked_again_and_answered_304(site: Site, crawl: Crawls) -> None:
    publish(site, "a")
    site.routes["/news/"] = list_page("/a")
    told = crawl(source(site), documents=remember({}, crawl(source(site))))
    assert told.captures == []
    assert ("s", canonical_url(site.url("/a"))) in told.same


def test_an_unchanged_list_still_leads_to_what_was_never_read(site: Site, crawl: Crawls) -> None:
    publish(site, "b")
    site.routes |= {"/news/": list_page("/a", "/b", ETag='"i"'), "/a": Answer(status=500)}
    known = old(remember({}, crawl(source(site))))
    publish(site, "a")
    told = crawl(source(site), documents=known)
    assert ("s", index_key(site.url("/news/"))) in told.same
    assert read_paths(told, site) == ["/a"]


def test_a_list_with_the_same_digest_is_unchanged(site: Site, crawl: Crawls) -> None:
    publish(site, "a")
    site.routes["/news/"] = list_page("/a")
    told = crawl(source(site), documents=old(remember({}, crawl(source(site)))))
    assert (told.same, told.indexes) == ([("s", index_key(site.url("/news/")))], [])


def test_a_document_that_moves_down_the_list_is_the_same_document(site: Site, crawl: Crawls) -> None:
    publish(site, "a", "b")
    site.routes["/news/"] = list_page("/a", "/b")
    known = old(remember({}, crawl(source(site))))
    site.routes["/news/"] = list_page("/b", "http://" + site.host + "/a/?utm_source=list#top")
    told = crawl(source(site), documents=known)
    assert told.captures == []
    assert {ref.key for ref in told.refs} == {canonical_url(site.url("/a")), canonical_url(site.url("/b"))}


def test_a_document_linked_twice_is_read_once(site: Site, crawl: Crawls) -> None:
    publish(site, "a")
    site.routes["/news/"] = list_page("/a", "/a?utm_campaign=x", "/a#2")
    crawl(source(site))
    assert site.paths().count("/a") == 1


def test_a_document_that_is_gone_is_told_as_an_answer(site: Site, crawl: Crawls) -> None:
    site.routes["/news/"] = list_page("/a")
    assert [capture.status for capture in crawl(source(site)).captures] == [404]


def test_a_list_without_a_link_is_a_problem(site: Site, crawl: Crawls) -> None:
    site.routes["/news/"] = list_page()
    told = crawl(source(site))
    assert told.kinds == [ProblemKind.SELECTOR]
    assert (told.problems[0][1], told.indexes) == (index_key(site.url("/news/")), [])


@pytest.mark.parametrize(("status", "kind"), [(403, ProblemKind.BLOCKED), (404, ProblemKind.GONE)])
def test_a_list_that_is_refused_is_not_believed(status: int, kind: ProblemKind, site: Site, crawl: Crawls) -> None:
    site.routes["/news/"] = replace(list_page("/a"), status=status)
    told = crawl(source(site))
    assert (told.kinds, told.indexes, site.paths()) == ([kind], [], ["/news/"])


def test_the_first_reading_walks_all_pages(site: Site, crawl: Crawls) -> None:
    publish(site, "a", "b", "c", "d")
    site.routes |= {
        "/news/": list_page("/a", following="/news/2"),
        "/news/2": list_page("/b", following="/news/3"),
        "/news/3": list_page("/c", following="/news/4"),
        "/news/4": list_page("/d"),
    }
    told = crawl(source(site, max_pages=3))
    assert sorted(read_paths(told, site)) == ["/a", "/b", "/c"]


def walk(site: Site, crawl: Crawls) -> dict[str, KnownDocument]:
    """Three pages of a list, read once."""
    publish(site, "a", "b", "c", "n")
    site.routes |= {
        "/news/": list_page("/a", following="/news/2"),
        "/news/2": list_page("/b", following="/news/3"),
        "/news/3": list_page("/c"),
    }
    return old(remember({}, crawl(source(site, max_pages=9))))


def test_later_the_next_page_is_read_only_after_something_new(site: Site, crawl: Crawls) -> None:
    known = walk(site, crawl)
    site.routes["/news/"] = list_page("/a", following="/news/2", note="changed")
    site.forget()
    crawl(source(site, max_pages=9), documents=known)
    assert site.paths() == ["/news/"]
    site.routes["/news/"] = list_page("/n", "/a", following="/news/2")
    site.forget()
    crawl(source(site, max_pages=9), documents=known)
    assert site.paths() == ["/news/", "/news/2", "/n"]


def test_a_first_walk_that_was_cut_short_is_taken_up_again(site: Site, crawl: Crawls) -> None:
    publish(site, "a", "b", "c")
    site.routes |= {
        "/news/": list_page("/a", following="/news/2", ETag='"1"'),
        "/news/2": Answer(status=500),
        "/news/3": list_page("/c"),
    }
    known = old(remember({}, crawl(source(site, max_pages=9))))
    site.routes["/news/2"] = list_page("/b", following="/news/3")
    told = crawl(source(site, max_pages=9), documents=known)
    assert sorted(read_paths(told, site)) == ["/b", "/c"]


def test_pages_that_go_round_in_a_circle_are_read_once(site: Site, crawl: Crawls) -> None:
    publish(site, "a", "b")
    site.routes |= {
        "/news/": list_page("/a", following="/news/2"),
        "/news/2": list_page("/b", following="/news/"),
    }
    crawl(source(site, max_pages=50))
    assert site.paths().count("/news/") == 1


def test_links_to_other_sites_are_left_alone(site: Site, crawl: Crawls) -> None:
    publish(site, "a")
    site.routes["/news/"] = list_page("/a", "https://example.org/x", "mailto:desk@example.org")
    told = crawl(source(site))
    assert [ref.url for ref in told.refs] == [site.url("/a")]


def test_what_the_budget_leaves_is_read_by_the_next_run(site: Site, crawl: Crawls) -> None:
    publish(site, "a", "b", "c")
    site.routes["/news/"] = list_page("/a", "/b", "/c")
    told = crawl(source(site), budget=Budget(requests=2))
    assert read_paths(told, site) == ["/a"]
    assert (told.over, told.problems) == (["s"], [])
    rest = crawl(source(site), documents=old(remember({}, told)))
    assert read_paths(rest, site) == ["/b", "/c"]


def test_the_time_of_a_reading_is_limited(site: Site, crawl: Crawls) -> None:
    publish(site, "a", "b", "c")
    site.routes["/news/"] = list_page("/a", "/b", "/c")
    told = crawl(source(site), gap=0.15, budget=Budget(seconds=0.2))
    assert len(told.captures) < 3
    assert told.over == ["s"]


def test_a_large_file_in_a_list_has_the_limit_of_files(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/news/": list_page("/law.pdf"), "/law.pdf": Answer(body=b"%PDF-1.7")}
    assert read_paths(crawl(source(site), DOWNLOAD_MAXSIZE=4), site) == ["/law.pdf"]
