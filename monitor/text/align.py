"""Aligning two sequences in bounded time and memory, whatever they hold.

Three methods, each where it is best. Elements that occur once on each side are anchors, and the longest increasing
run of them is kept ("patience", after Bram Cohen): near-linear, and right for articles. Between anchors only
repeated elements can agree: there Ratcliff and Obershelp's method (`cydifflib`) is used while it is cheap, then the
bit-parallel longest common subsequence of `rapidfuzz`, whose time and memory grow with the product of the lengths
and which is therefore given windows of bounded size.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from rapidfuzz.distance import LCSseq

try:
    from cydifflib import SequenceMatcher
except ImportError:  # it has no wheel for Python 3.14; the standard library's has the same interface
    from difflib import SequenceMatcher

Match = tuple[int, int]
"""Positions of one element in the two sequences."""

_CHEAP_PAIRS: Final = 400
"""Up to so many pairs of equal elements the quadratic-to-cubic method costs well under a millisecond."""
_WINDOW: Final = 2_048
"""Window of the bit-parallel method: 2,048 by 2,048 elements take about 1 MB and a few milliseconds."""


def align(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Match]:
    """Pairs of positions whose elements are equal, increasing on both sides; the rest was removed or added.

    Near-linear in time for sequences of mostly distinct elements, linear with a large constant for repetitive ones;
    memory is linear with a constant of about 1 MB.
    """
    matches: list[Match] = []
    pending = [(0, len(before), 0, len(after), True)]
    while pending:
        start, end, start_after, end_after, seek_anchors = pending.pop()
        while start < end and start_after < end_after and before[start] == after[start_after]:
            matches.append((start, start_after))
            start += 1
            start_after += 1
        while start < end and start_after < end_after and before[end - 1] == after[end_after - 1]:
            end -= 1
            end_after -= 1
            matches.append((end, end_after))
        removed, added = before[start:end], after[start_after:end_after]
        if set(removed).isdisjoint(added):
            continue
        anchors = list(_anchors(removed, added)) if seek_anchors else []
        if anchors:
            pending += _gaps(anchors, start, end, start_after, end_after)
            matches += ((start + i, start_after + j) for i, j in anchors)
        else:
            matches += ((start + i, start_after + j) for i, j in _align_repetitive(removed, added))
    matches.sort()
    return matches


def _anchors(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[Match]:
    """The longest increasing run of elements that occur exactly once on each side."""
    once_before = {element for element, count in Counter(before).items() if count == 1}
    counts_after = Counter(after)
    where = {element: j for j, element in enumerate(after) if counts_after[element] == 1 and element in once_before}
    pairs = [(i, where[element]) for i, element in enumerate(before) if element in where]
    ends: list[int] = []  # the smallest position in `after` a run of each length ends on
    tops: list[int] = []  # and the pair it ends with
    earlier: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        earlier.append(tops[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            tops.append(index)
        else:
            ends[length], tops[length] = j, index
    index = tops[-1] if tops else -1
    run: list[Match] = []
    while index >= 0:
        run.append(pairs[index])
        index = earlier[index]
    return reversed(run)


def _gaps(
    anchors: Sequence[Match], start: int, end: int, start_after: int, end_after: int
) -> Iterator[tuple[int, int, int, int, bool]]:
    """What lies between anchors. Inside a gap an element repeated elsewhere may be unique: anchors are sought again."""
    previous, previous_after = start, start_after
    for i, j in [*((start + i, start_after + j) for i, j in anchors), (end, end_after)]:
        if previous < i and previous_after < j:
            yield previous, i, previous_after, j, True
        previous, previous_after = i + 1, j + 1


def _align_repetitive(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[Match]:
    counts = Counter(after)
    equal_pairs = sum(counts[element] for element in before if element in counts)
    if not equal_pairs:
        return
    if equal_pairs <= _CHEAP_PAIRS:
        for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
            for offset in range(block.size):
                yield block.a + offset, block.b + offset
        return
    windows = -(-max(len(before), len(after)) // _WINDOW)
    for window in range(windows):
        first, last = (len(before) * n // windows for n in (window, window + 1))
        first_after, last_after = (len(after) * n // windows for n in (window, window + 1))
        for operation in LCSseq.opcodes(before[first:last], after[first_after:last_after]):
            if operation.tag == "equal":
                for offset in range(operation.src_end - operation.src_start):
                    yield first + operation.src_start + offset, first_after + operation.dest_start + offset
