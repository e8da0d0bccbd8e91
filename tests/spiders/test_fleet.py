"""The crawl as a whole: one queue per host, whatever kind of spider asks, and every source finished once."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from monitor.errors import StorageError
from monitor.model import ProblemKind, Source
from monitor.ports import SourcePlan
from spiders.fleet import Fleet
from tests.spiders.crawls import Clock, Crawls, Told
from tests.spiders.site import Answer, Asked, Site, page, xml


def mixed(site: Site) -> tuple[Source, ...]:
    """A page, a list, a feed and a WordPress site on one host."""
    feed = xml(f"<rss version='2.0'><channel><item><link>{site.url('/f')}</link></item></channel></rss>")
    site.routes |= {
        "/p": page("p"),
        "/list": page("<main><a href='/l1'>One</a><a href='/l2'>Two</a></main>"),
        "/l1": page("l1"),
        "/l2": page("l2"),
        "/feed": feed,
        "/f": page("f"),
    }
    return (
        Source(id="page", url=site.url("/p")),
        Source(id="list", url=site.url("/list"), spider="listing"),
        Source(id="feed", url=site.url("/feed"), spider="feed"),
        Source(id="wp", url=site.url("/blog/"), spider="wordpress"),
    )


def gaps(asked: Iterable[Asked]) -> list[float]:
    return [later.began - earlier.began for earlier, later in pairwise(asked)]


def test_a_host_gets_one_request_at_a_time_with_the_gap_between(site: Site, crawl: Crawls) -> None:
    crawl(*mixed(site), gap=0.2)
    assert len(site.asked) >= 8
    assert all(later.began >= earlier.ended for earlier, later in pairwise(site.asked))
    assert min(gaps(site.asked)) >= 0.15


def test_retries_and_redirects_keep_the_gap(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/a": Answer(status=502), "/b": Answer(status=301, headers={"Location": "/c"}), "/c": page("c")}
    crawl(Source(id="a", url=site.url("/a")), Source(id="b", url=site.url("/b")), gap=0.2)
    assert len(site.asked) == 6
    assert min(gaps(site.asked)) >= 0.15


def test_hosts_do_not_wait_for_each_other(site: Site, other: Site, crawl: Crawls) -> None:
    for number in range(4):
        site.routes[f"/{number}"] = page("slow")
        other.routes[f"/{number}"] = page("quick")
    slow = [Source(id=f"a{n}", url=site.url(f"/{n}")) for n in range(4)]
    crawl(*slow, Source(id="b", url=other.url("/0")), gap=0.15)
    assert other.asked[-1].ended < site.asked[-1].began


def test_every_source_is_finished_once(site: Site, crawl: Crawls) -> None:
    told = crawl(*mixed(site), Source(id="gone", url=site.url("/nothing")))
    assert sorted(told.over) == ["feed", "gone", "list", "page", "wp"]


def test_more_sources_than_are_open_at_once_are_all_read(site: Site, crawl: Crawls) -> None:
    site.otherwise = page("text")
    site.routes["/robots.txt"] = Answer(status=404)
    told = crawl(*(Source(id=f"s{n}", url=site.url(f"/{n}")) for n in range(1100)))
    assert (len(told.captures), len(set(told.over))) == (1100, 1100)


def test_a_fault_of_a_spider_is_the_problem_of_its_source_alone(site: Site, crawl: Crawls) -> None:
    site.routes["/p"] = page("p")
    broken = replace(Source(id="broken", url=site.url("/p")), spider="no-such-spider")
    told = crawl(broken, Source(id="good", url=site.url("/p")))
    assert (told.problems[0][0], told.kinds) == ("broken", [ProblemKind.DAMAGED])
    assert [capture.source_id for capture in told.captures] == ["good"]
    assert sorted(told.over) == ["broken", "good"]


def test_a_run_that_is_stopped_finishes_every_source_it_began(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/a": Answer(hold=threading.Event()), "/b": page("b")}
    told = crawl(
        Source(id="a", url=site.url("/a")),
        Source(id="b", url=site.url("/b")),
        stop_after=0.5,
        DOWNLOAD_TIMEOUT=1,
        RETRY_TIMES=0,
    )
    assert sorted(told.over) == ["a", "b"]
    assert "/b" not in site.paths()


class BrokenPlan:
    """A plan whose store fails."""

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[SourcePlan]:
        raise StorageError("the database is gone")


def test_what_breaks_the_plan_is_kept_for_the_caller() -> None:
    fleet = Fleet(plan=BrokenPlan(), sink=Told(), clock=Clock())

    async def consume() -> None:
        async for _ in fleet.start():
            pass

    with pytest.raises(StorageError):
        asyncio.run(consume())
    assert isinstance(fleet.error, StorageError)


def test_one_page_watched_by_two_sources_is_asked_for_by_both(site: Site, crawl: Crawls) -> None:
    site.routes["/p"] = page("p")
    told = crawl(Source(id="one", url=site.url("/p")), Source(id="two", url=site.url("/p")))
    assert sorted(capture.source_id for capture in told.captures) == ["one", "two"]
