"""Who is asked next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.hosts import HostQueues, host_key


def taken(queues: HostQueues[str]) -> list[str]:
    items = []
    while (next_one := queues.next()) is not None:
        items.append(next_one[1])
    return items


def test_a_host_gives_one_item_until_it_is_free() -> None:
    queues: HostQueues[str] = HostQueues()
    queues.put("a", 1, "a1")
    queues.put("a", 1, "a2")
    queues.put("b", 1, "b1")
    assert taken(queues) == ["a1", "b1"]
    queues.free("a")
    assert taken(queues) == ["a2"]


def test_the_sources_of_a_host_take_turns() -> None:
    queues: HostQueues[str] = HostQueues()
    for item in ("x1", "x2", "x3"):
        queues.put("a", "x", item)
    queues.put("a", "y", "y1")
    order = []
    while items := taken(queues):
        order += items
        queues.free("a")
    assert order == ["x1", "y1", "x2", "x3"]


def test_an_index_passes_the_pages_of_its_source() -> None:
    queues: HostQueues[str] = HostQueues()
    queues.put("a", "x", "page")
    queues.put("a", "x", "index", first=True)
    assert taken(queues) == ["index"]


def test_what_is_dropped_is_not_given_out() -> None:
    queues: HostQueues[str] = HostQueues()
    queues.put("a", "x", "x1")
    queues.put("b", "x", "x2")
    queues.put("b", "y", "y1")
    assert sorted(queues.drop("x")) == ["x1", "x2"]
    assert taken(queues) == ["y1"]


def test_a_host_whose_items_were_dropped_can_be_used_again() -> None:
    queues: HostQueues[str] = HostQueues()
    queues.put("a", "x", "x1")
    queues.drop("x")
    queues.put("a", "y", "y1")
    assert taken(queues) == ["y1"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans()), max_size=40))
def test_everything_is_given_out_once_and_never_two_of_a_host(items: list[tuple[str, int, bool]]) -> None:
    queues: HostQueues[int] = HostQueues()
    for number, (host, taker, first) in enumerate(items):
        queues.put(host, taker, number, first=first)
    seen: list[int] = []
    while True:
        batch = []
        while (next_one := queues.next()) is not None:
            batch.append(next_one)
        if not batch:
            break
        hosts = [host for host, _ in batch]
        assert len(hosts) == len(set(hosts))
        seen += [item for _, item in batch]
        for host in hosts:
            queues.free(host)
    assert sorted(seen) == list(range(len(items)))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.MPTC.gov.kh/en/", "mptc.gov.kh"),
        ("http://mptc.gov.kh:80/", "mptc.gov.kh"),
        ("https://mptc.gov.kh:443/", "mptc.gov.kh"),
        ("http://mptc.gov.kh/", "mptc.gov.kh"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
        ("https://cms.mptc.gov.kh/", "cms.mptc.gov.kh"),
    ],
)
def test_the_queue_of_an_address(url: str, expected: str) -> None:
    assert host_key(url) == expected
