"""Sources that might ask the same host are read by one process."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Source, Way
from monitor.neighbours import dealt, neighbourhoods, places


def test_hosts_of_one_registered_domain_are_one_place() -> None:
    laws, news = Source(id="a", url="https://laws.mptc.gov.kh/x"), Source(id="b", url="https://www.mptc.gov.kh/news")
    assert places(laws) == places(news) == {"mptc.gov.kh"}


def test_ministries_under_one_public_suffix_are_places_of_their_own() -> None:
    post, trade = Source(id="a", url="https://mptc.gov.kh/"), Source(id="b", url="https://moc.gov.kh/")
    assert places(post).isdisjoint(places(trade))


def test_a_domain_its_documents_may_be_on_is_a_place_too() -> None:
    listing = Source(id="a", url="https://mptc.gov.kh/", allowed_domains=("files.example.org",))
    assert places(listing) == {"mptc.gov.kh", "example.org"}


def test_all_that_may_turn_to_the_archive_meet_there() -> None:
    first = Source(id="a", url="https://mptc.gov.kh/", fetch=(Way.DIRECT, Way.ARCHIVE))
    second = Source(id="b", url="https://moc.gov.kh/", fetch=(Way.ARCHIVE,))
    assert places(first) & places(second)


def test_a_source_with_two_places_joins_the_neighbours_of_both() -> None:
    where = {
        "a": frozenset({"one"}),
        "b": frozenset({"two"}),
        "c": frozenset({"three"}),
        "d": frozenset({"two", "one"}),
    }
    assert neighbourhoods(where) == [("a", "b", "d"), ("c",)]


@given(st.dictionaries(st.text(max_size=2), st.frozensets(st.integers(0, 8).map(str), min_size=1), max_size=30))
def test_no_two_groups_have_a_place_in_common(where: dict[str, frozenset[str]]) -> None:
    groups = neighbourhoods(where)
    assert sorted(name for group in groups for name in group) == sorted(where)
    asked = [frozenset[str]().union(*(where[name] for name in group)) for group in groups]
    assert sum(map(len, asked)) == len(frozenset[str]().union(*asked))


@given(st.dictionaries(st.text(max_size=2), st.frozensets(st.integers(0, 8).map(str), min_size=1), max_size=30))
def test_members_of_one_group_are_linked_by_their_places(where: dict[str, frozenset[str]]) -> None:
    for group in neighbourhoods(where):
        reached, rest = where[group[0]], set(group[1:])
        while near := {name for name in rest if where[name] & reached}:
            reached = reached.union(*(where[name] for name in near))
            rest -= near
        assert not rest


def test_groups_are_dealt_evenly_and_none_is_divided() -> None:
    assert dealt([("a", "b", "c"), ("d",), ("e",), ("f",)], 2, most=9) == [("a", "b", "c"), ("d", "e", "f")]


def test_what_is_more_than_a_hand_holds_is_left_for_the_next_time() -> None:
    assert dealt([("a", "b", "c"), ("d",)], 1, most=2) == [("a", "b")]


def test_nobody_gets_an_empty_hand() -> None:
    assert dealt([("a",)], 3, most=9) == [("a",)]
