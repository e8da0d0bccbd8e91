"""Pages are cut anyhow: whatever pieces of sentences stand together, reading them never fails."""

import random
from pathlib import Path

import pytest

from monitor.evaluation import read_labelled
from monitor.model import Passage
from monitor.packs import load
from monitor.status.claims import ClaimFinder

_CORPUS = Path(__file__).parents[2] / "data" / "sentences"
_GLUE = (" | ", ": ", " - ", ", ", " (", ") ", "? ", ". ", "; ", '" ', " not yet ", " no ", " of ", " the draft of ")


@pytest.fixture(scope="module")
def finder() -> ClaimFinder:
    packs, faults = load(("kh", "asean", "coe"))
    assert not faults
    return ClaimFinder(packs)


def test_a_card_field_that_says_only_not_yet_makes_no_claim(finder: ClaimFinder) -> None:
    passage = Passage(text="Forwarded: not yet", path=("Personal Data Protection Law",), jurisdiction="KH")
    assert not [claim for claim in finder.find(passage) if claim.asserted]


def test_pieces_of_sentences_in_any_order_are_read_without_failing(finder: ClaimFinder) -> None:
    packs, _ = load(("kh", "asean", "coe"))
    texts = [statement.text for statement in read_labelled(_CORPUS / "tuning.jsonl", packs.instruments)]
    chance = random.Random(20261122)
    for _ in range(1_500):
        text = "".join(_piece(chance, texts) + chance.choice(_GLUE) for _ in range(chance.randrange(1, 5)))
        path = (_piece(chance, texts),) if chance.random() < 0.5 else ()
        passage = Passage(text=text, path=path, previous=chance.choice(texts), jurisdiction="KH")
        try:
            finder.find(passage)
        except Exception as error:  # the passage is what one needs to mend it
            pytest.fail(f"{passage!r}: {error!r}")


def _piece(chance: random.Random, texts: list[str]) -> str:
    words = chance.choice(texts).split()
    start = chance.randrange(len(words))
    return " ".join(words[start : start + chance.randrange(1, 9)])
