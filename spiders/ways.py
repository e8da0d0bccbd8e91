"""Which way a question is asked by, and when a way is left for the next one of the source's list. Pure.

A way is left when the site refuses it, or when what it brings is not the page but the scripts that would draw it. An
outage is no reason: the next way would meet it as well, or hide it. Nor is a wish of the site to be left alone (its
robots.txt, its `Retry-After`), which holds for whatever asks it. An archive, another host with rules of its own, may be
asked in its stead, but for a page that the site's rules forbid: its copy would be a way around them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from monitor.extract import page
from monitor.extract.charset import decode
from monitor.extract.dispatch import extract
from monitor.extract.sniff import Media, sniff
from monitor.model import Capture, Problem, ProblemKind, Source, Way
from monitor.screening import check, phrase, screen

FORBIDDEN: Final = "robots:forbidden"
"""Signal of a robots.txt that could be read and forbids the address."""

RETRY_AFTER: Final = "retry-after"
"""Signal of a host that asked to be left alone for a while."""

UNAVAILABLE: Final = "way:unavailable"
"""Signal of a way that cannot be gone here at all, such as a browser that is not installed."""

LED_ON: Final = "led-on"
"""Flag of a capture whose scripts wanted to put another page in its place, as a challenge does."""

_LEFT_FOR: Final = frozenset({ProblemKind.BLOCKED, ProblemKind.SHELL, ProblemKind.EMPTY, ProblemKind.SELECTOR})
"""Refused, or drawn by script: an application's shell, nothing written, nothing where text or links should be."""

_FILE: Final = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|csv|zip|rar|7z|gz|xml|json|rss|atom|txt|jpe?g|png|gif|webp|tiff?|mp[34])$",
    re.IGNORECASE,
)


def fitting(ways: Sequence[Way], url: str) -> tuple[Way, ...]:
    """Those of `ways` that can bring what `url` names, in their order: a file never goes through a browser.

    A file of a source that has no other way is asked for directly.
    """
    if not _FILE.search(unquote(urlsplit(url).path)):
        return tuple(ways)
    return tuple(way for way in ways if way is not Way.BROWSER) or (Way.DIRECT,)


def following(ways: Sequence[Way], problem: Problem, *, fallback: bool = False) -> tuple[Way, ...]:
    """The ways still to try when the first of `ways` met `problem`; none if there are none, or no reason to go on.

    `fallback`: an earlier way has been left already. Why that was still holds, so a way that then gets no answer at
    all ends nothing.
    """
    way, *later = ways
    if FORBIDDEN in problem.signals:
        return ()
    if problem.kind is ProblemKind.ROBOTS or RETRY_AFTER in problem.signals:
        return tuple(each for each in later if each is Way.ARCHIVE)
    reached = way is not Way.ARCHIVE and UNAVAILABLE not in problem.signals
    if reached and problem.kind not in _LEFT_FOR and not (fallback and problem.kind is ProblemKind.UNREACHABLE):
        return ()
    return tuple(later)


def phrases(met: Sequence[tuple[Way, Problem]]) -> tuple[str, ...]:
    """What each way met, in a phrase."""
    return tuple(phrase(way, problem) for way, problem in met)


def summed(met: Sequence[tuple[Way, Problem]]) -> Problem:
    """What is told when every way has failed: all they met, as a problem of the kind that the first one met.

    That is how the site is; a browser that is missing here, or an archive without a copy, makes it no better or worse.
    """
    (_, first), *others = met
    return replace(first, detail="; ".join(phrases(met))) if others else first


def unreadable(capture: Capture, source: Source) -> Problem | None:
    """Why `capture` is not the document it was fetched for, seen by itself; None if it can be read.

    What it says is not compared with anything before: that is for whoever knows what was there before.
    """
    problem = screen(capture, source)
    if problem is not None or sniff(capture.body, capture.media_type) is not Media.HTML:
        return problem
    document = extract(capture, source)
    return document if isinstance(document, Problem) else check(document, source, None)


def awaited(url: str, source: Source) -> str:
    """What the page at `url` must hold before it is whole: `wait_for` for the source's own address, else nothing."""
    return source.wait_for if url == source.url else ""


def unfinished(capture: Capture, source: Source) -> Problem | None:
    """Why a page that is not drawn to its end must not be read as it is, by whatever way it came; None if it is.

    Half a page, a chart without its rows, would be told as "removed".
    """
    if LED_ON in capture.flags:
        detail = (
            "a script of the page wants to put another page in its place, which a challenge does to whom it lets in"
        )
        return screen(capture, source) or Problem(kind=ProblemKind.SHELL, detail=detail, signals=(LED_ON,))
    wanted = awaited(capture.url, source)
    if not wanted or sniff(capture.body, capture.media_type) is not Media.HTML:
        return None
    text = decode(capture.body, capture.header("content-type"))
    if page.select(LexborHTMLParser(text), text, wanted):
        return None
    detail = f"the page holds nothing that wait_for selects ({wanted})"
    return screen(capture, source) or Problem(kind=ProblemKind.SELECTOR, detail=detail, signals=("wait_for",))
