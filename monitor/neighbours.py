"""Which sources must not be read by two processes at once, because both might ask the same host."""

from collections.abc import Mapping, Sequence

from monitor.model import Source, Way
from monitor.text.urls import registrable_domain

_ARCHIVE = "(the public archive)"
"""The place where all sources meet that may be read from the archive's copy."""


def places(source: Source) -> frozenset[str]:
    """The domains, as somebody has registered them, that a reading of `source` may ask."""
    listed = {registrable_domain(name) or name.lower() for name in source.allowed_domains}
    archive = {_ARCHIVE} if Way.ARCHIVE in source.fetch else set()
    return frozenset({registrable_domain(source.url), *listed, *archive})


def neighbourhoods(where: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """The source ids of `where` (id → its places) in groups such that no two groups have a place in common.

    Groups stand in the order of their first member, members in their own.
    """
    leaders: dict[str, str] = {}

    def leader(place: str) -> str:
        while (above := leaders.setdefault(place, place)) != place:
            leaders[place] = leaders[above]
            place = above
        return place

    for own in where.values():
        first, *others = own
        for other in others:
            leaders[leader(other)] = leader(first)
    groups: dict[str, list[str]] = {}
    for name, own in where.items():
        groups.setdefault(leader(next(iter(own))), []).append(name)
    return [tuple(group) for group in groups.values()]


def dealt(groups: Sequence[tuple[str, ...]], hands: int, *, most: int) -> list[tuple[str, ...]]:
    """`groups` dealt to at most `hands` hands of about one size, none divided; what is beyond `most` in a hand is left.

    Nobody gets an empty hand.
    """
    dealt: list[list[str]] = [[] for _ in range(hands)]
    for group in groups:
        hand = min(dealt, key=len)
        hand.extend(group[: most - len(hand)])
    return [tuple(hand) for hand in dealt if hand]
