"""A verdict's evidence in words: which signs were seen, where, and what each weighs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from monitor.model import Problem, Way

_PLACES: Final[Mapping[str, str]] = {
    "title": "title",
    "heading": "heading",
    "text": "wording",
    "markup": "markup",
    "header": "header",
    "html": "page",
    "status": "status",
    "address": "address",
}


def evidence(weights: Mapping[str, int]) -> str:
    """`weights` (sign → weight, a sign being `place:name`) as one line, the heaviest first.

    >>> evidence({"title:refused": 2, "status:403": 2})
    'title “refused” 2 + status “403” 2 = weight 4'
    """
    heaviest = sorted(weights.items(), key=lambda each: -each[1])
    return f"{' + '.join(f'{_in_words(sign)} {weight}' for sign, weight in heaviest)} = weight {sum(weights.values())}"


def with_likeness(problem: Problem, share: float | None) -> Problem:
    """`problem` with how much of the last good text the page still holds, where that could be measured."""
    if share is None:
        return problem
    return Problem(
        kind=problem.kind,
        detail=f"{problem.detail}; {share:.0%} of the last good text is on the page",
        signals=(*problem.signals, "text:unlike-the-last"),
    )


def by_ways(problem: Problem, way: Way, met: Sequence[str]) -> Problem:
    """`problem`, met by `way`, told together with what the ways tried before it `met`; as it is if there were none."""
    return replace(problem, detail="; ".join((*met, phrase(way, problem)))) if met else problem


def phrase(way: Way, problem: Problem) -> str:
    """What a way met, in a phrase.

    >>> phrase(Way.DIRECT, Problem(kind=ProblemKind.BLOCKED, detail="HTTP 403: refused"))
    'direct: HTTP 403: refused'
    """
    return f"{way}: {problem.detail}"


def _in_words(sign: str) -> str:
    place, _, name = sign.partition(":")
    return f"{_PLACES.get(place, place)} “{name.replace('-', ' ')}”"
