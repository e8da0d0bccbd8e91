"""An answer whose end nothing marks, neither a length nor a last chunk, may have been cut: it is read twice.

Old servers say that a body is over by closing the connection, and so does a connection that breaks. Only when a
second fetch in the same run says the same is it believed; else the missing half would be told as "text removed".
"""

from collections.abc import Iterable
from dataclasses import replace

from monitor.extract.region import region
from monitor.model import Capture, Problem, ProblemKind
from monitor.text.mementos import address_of
from spiders.reading import Ask

PARTIAL = "partial"
"""The downloader's flag on such an answer (`Capture.flags`)."""

CONFIRMED = "confirmed"
"""Our flag on one that was read twice."""


def confirmed(ask: Ask, first: Capture) -> Iterable[Ask]:
    """Ask again for what `ask` was answered with `first`; pass it on if the second answer is the same."""

    def read(second: Capture) -> Iterable[Ask]:
        if second.status != first.status:
            return ask.read(second)
        if PARTIAL not in second.flags:
            return ask.read(second)
        if not _same(ask, first, second):
            detail = "the connection ended before the body did: two answers, one after the other, differ"
            return ask.failed(Problem(kind=ProblemKind.TRUNCATED, detail=detail, signals=("flag:partial",)))
        flags = tuple(CONFIRMED if flag == PARTIAL else flag for flag in second.flags)
        return ask.read(replace(second, flags=flags))

    return (replace(ask, read=read, known=None, confirms=True, first=True),)


def _same(ask: Ask, first: Capture, second: Capture) -> bool:
    """Whether both say the same: every byte, or every word that counts on a page with tokens and counters."""
    if first.sha256 == second.sha256:
        return True
    one, two = (
        region(each.body, each.header("content-type"), ask.reading.source, address_of(each)) for each in (first, second)
    )
    return bool(one) and one == two
