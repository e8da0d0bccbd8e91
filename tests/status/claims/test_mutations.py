"""Verdicts stay under mutations that mean nothing, and go under those that take the assertion away.

The statements are those of the tuning and the validation part that are read rightly; which of them and how they are
mutated is drawn from a fixed seed.
"""

import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from itertools import chain, zip_longest
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from monitor.evaluation import Labelled, Pair, passages, read_labelled
from monitor.extract.walk import pieces
from monitor.model import Claim, Passage
from monitor.packs import available, load
from monitor.status.claims import ClaimFinder
from monitor.status.tagger.network import Network
from tests.status.claims import mutations
from tests.status.claims.mutations import Change, Mutation, Told

_CORPUS = Path(__file__).parents[2] / "data" / "sentences"
_SEED = 20260608
HOME = ("kh", "asean", "coe")

Place = TypeVar("Place")
Reader = Callable[[Labelled], Sequence[Claim]]

KEEPING: dict[Mutation, int] = {
    mutations.another_date: 50,
    mutations.another_instrument: 60,
    mutations.an_instrument_elsewhere: 40,
    mutations.other_order: 30,
    mutations.other_spaces: 40,
    mutations.unbreakable_spaces: 30,
    mutations.invisible_characters: 50,
    mutations.line_breaks: 40,
    mutations.other_coeng: 40,
    mutations.other_give: 20,
    mutations.other_digits: 30,
    mutations.other_quotes: 30,
    mutations.other_dashes: 20,
    mutations.heading_in_capitals: 20,
}
"""How many mutants of each family are tried: 500 in all."""
CHANGING: dict[Change, int] = {
    mutations.not_yet: 20,
    mutations.will_be: 20,
    mutations.is_expected: 20,
    mutations.conditional: 20,
}
ELSEWHERE = 20
"""Of these five families 100 in all."""
KNOWN = {
    "I067": "a firm's subsidiary elsewhere does not make the law another country's",
    "t-km-334": "ប្រសិនបើ is not carried over ហើយ to the second clause",
}
"""Statements that are still asserted where they should not be, and why; they are left out."""


@cache
def finder(packs: tuple[str, ...]) -> ClaimFinder:
    """The claim finder under test."""
    return ClaimFinder(load(packs)[0], trained=Network())


@cache
def as_blocks(statement: Labelled) -> Sequence[Claim]:
    return [claim for passage in passages(statement) for claim in finder(HOME).find(passage)]


@cache
def as_page(statement: Labelled) -> Sequence[Claim]:
    """What is read in the statement as a paragraph of a page whose source breaks lines where it likes."""
    path = (statement.heading,) if statement.heading else ()
    return [
        claim
        for piece in pieces(f"<p>{html.escape(statement.text)}</p>")
        for claim in finder(HOME).find(Passage(text=piece.text, path=path, jurisdiction=statement.jurisdiction))
    ]


@cache
def on_its_own_page(statement: Labelled) -> Sequence[Claim]:
    """What is read with every shipped country's pack on a page of the statement's own, or Cambodia's."""
    own = replace(statement, jurisdiction=statement.jurisdiction or "KH")
    return [claim for passage in passages(own) for claim in finder(available()).find(passage)]


READERS: dict[Mutation, Reader] = {
    mutations.line_breaks: as_page,
    mutations.an_instrument_elsewhere: on_its_own_page,
}


def verdict(claims: Iterable[Claim]) -> frozenset[Pair]:
    return frozenset((claim.instrument, str(claim.stage)) for claim in claims if claim.asserted)


@cache
def statements() -> tuple[Labelled, ...]:
    """Validation and tuning statements, one that asserts beside one that does not.

    In a random order that statements added to the corpus do not upset.
    """
    known = load(HOME)[0].instruments
    rows = [row for part in ("validation", "tuning") for row in read_labelled(_CORPUS / f"{part}.jsonl", known)]
    rows = [row for row in rows if len(row.text.splitlines()) == 1]
    rows.sort(key=lambda row: blake2b(f"{_SEED} {row.id}".encode()).digest())
    asserting, silent = [row for row in rows if row.asserted], [row for row in rows if not row.asserted]
    return tuple(row for row in chain.from_iterable(zip_longest(asserting, silent)) if row is not None)


def read_rightly(statement: Labelled, claims: Iterable[Claim]) -> bool:
    return statement.asserted <= verdict(claims) <= statement.asserted | statement.accepted


def unmoved(mutate: Mutation, read: Reader, wanted: int) -> tuple[int, list[str]]:
    """How many mutants were tried, up to `wanted`, and those whose verdict moved."""
    tried, moved = 0, []
    for statement in statements():
        mutant = mutate(statement, Random(f"{_SEED} {statement.id}"))
        if mutant is None or not read_rightly(statement, claims := read(statement)):
            continue
        tried += 1
        before = frozenset((mutant.renamed.get(instrument, instrument), stage) for instrument, stage in verdict(claims))
        after = verdict(read(mutant.statement))
        if before != after:
            moved.append(told_apart(statement, mutant.statement, before, after))
        if tried == wanted:
            break
    return tried, moved


def told_apart(old: Labelled, new: Labelled, before: frozenset[Pair], after: frozenset[Pair]) -> str:
    parts = [f"{old.id}: {sorted(before)} became {sorted(after)}", f"  {old.text!r}", f"  {new.text!r}"]
    return "\n".join(parts if old.heading == new.heading else [*parts, f"  under {new.heading!r}, not {old.heading!r}"])


@pytest.mark.parametrize("mutate", KEEPING, ids=lambda mutate: mutate.__name__)
def test_a_mutation_that_means_nothing_leaves_the_verdict(mutate: Mutation) -> None:
    tried, moved = unmoved(mutate, READERS.get(mutate, as_blocks), KEEPING[mutate])

    assert tried == KEEPING[mutate]
    assert not moved, "\n".join(moved)


def asserted_plainly() -> Iterator[tuple[Labelled, Told]]:
    """Statements of one sentence that tell one thing, rightly read, and how they tell it."""
    for statement in statements():
        if len(statement.asserted) != 1:
            continue
        claims = as_blocks(statement)
        place = mutations.told(statement, claims)
        if place is not None and read_rightly(statement, claims):
            yield statement, place


def still_told(
    rightly: Iterable[tuple[Labelled, Place]], change: Callable[[Labelled, Place], Labelled | None], wanted: int
) -> tuple[int, list[str]]:
    """How many mutants were tried, up to `wanted`, and those that are still read as the statement was."""
    tried, wrong = 0, []
    for statement, place in rightly:
        mutant = change(statement, place)
        if mutant is None or statement.id in KNOWN:
            continue
        tried += 1
        after = verdict(as_blocks(mutant))
        if statement.asserted & after:
            wrong.append(told_apart(statement, mutant, statement.asserted, after))
        if tried == wanted:
            break
    return tried, wrong


@pytest.mark.parametrize("change", CHANGING, ids=lambda change: change.__name__)
def test_a_mutation_that_takes_the_assertion_away_is_not_asserted(change: Change) -> None:
    tried, wrong = still_told(asserted_plainly(), change, CHANGING[change])

    assert tried == CHANGING[change]
    assert not wrong, "\n".join(wrong)


def test_the_same_told_of_another_country_is_not_asserted() -> None:
    rightly = ((row, None) for row in statements() if row.asserted and read_rightly(row, as_blocks(row)))
    tried, wrong = still_told(rightly, lambda statement, _: mutations.another_country(statement), ELSEWHERE)

    assert tried == ELSEWHERE
    assert not wrong, "\n".join(wrong)


def test_six_hundred_mutants_are_tried() -> None:
    assert sum(KEEPING.values()) == 500
    assert sum(CHANGING.values()) + ELSEWHERE == 100
