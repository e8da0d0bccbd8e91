"""The trained reader beside the rules, with probabilities given by the test."""

from collections.abc import Sequence

import pytest

from monitor.model import Claim, Flag, Passage, Stage
from monitor.packs import load
from monitor.status.claims import ClaimFinder
from monitor.status.tagger.network import STAGES, Network, Probabilities

PACKS = load(["kh", "asean", "coe"])[0]
UNREAD = "The Cybersecurity Law went the way of all paper."
PLAIN = "The National Assembly adopted the Cybersecurity Law on 12 May 2026."


class Fixed:
    """A reader that gives one stage a fixed probability and counts what it is asked."""

    def __init__(self, stage: Stage | None, probability: float) -> None:
        self.stage, self.probability = stage, probability
        self.asked: list[str] = []

    def read(self, texts: Sequence[str]) -> list[Probabilities]:
        self.asked += texts
        rest = (1 - self.probability) / (len(STAGES) - 1)
        return [{known: self.probability if known is self.stage else rest for known in STAGES} for _ in texts]


def read(text: str, reader: Fixed, *, quick: bool = False, heading: str = "") -> list[Claim]:
    finder = ClaimFinder(PACKS, trained=reader)
    return list(finder.find(Passage(text=text, path=(heading,) if heading else (), jurisdiction="KH"), quick=quick))


def test_what_only_the_trained_reader_reads_says_so() -> None:
    (claim,) = read(UNREAD, Fixed(Stage.WITHDRAWN, 0.97))
    assert claim.asserted
    assert (claim.instrument, claim.stage) == ("kh-cybersec", Stage.WITHDRAWN)
    assert Flag.TRAINED in claim.flags
    assert claim.rules[0] == "trained.withdrawn"
    assert claim.quotation.text == UNREAD


def test_what_it_half_reads_is_shown_and_not_asserted() -> None:
    (claim,) = read(UNREAD, Fixed(Stage.WITHDRAWN, 0.6))
    assert not claim.asserted
    assert Flag.DOUBTED in claim.flags
    assert "0.60" in claim.why_not


def test_what_it_does_not_read_is_taken_back() -> None:
    (claim,) = read(PLAIN, Fixed(None, 0.99))
    assert not claim.asserted
    assert claim.stage is Stage.ADOPTED
    assert Flag.DOUBTED in claim.flags


def test_a_quick_reading_does_not_ask_it() -> None:
    reader = Fixed(None, 0.99)
    (claim,) = read(PLAIN, reader, quick=True)
    assert claim.asserted
    assert reader.asked == []


def test_another_countrys_text_stays_rejected_however_sure_it_is() -> None:
    assert not any(
        claim.asserted for claim in read("Thailand's Cybersecurity Law was adopted.", Fixed(Stage.ADOPTED, 1))
    )


def test_a_quoted_myth_stays_one_however_sure_it_is() -> None:
    found = read('"The Cybersecurity Law is in force." No, this is wrong.', Fixed(Stage.IN_FORCE, 1))
    assert found
    assert not any(claim.asserted for claim in found)


def test_what_it_reads_of_the_law_by_pointing_words_is_marked_as_such() -> None:
    (claim,) = read("The law is dead and buried.", Fixed(Stage.WITHDRAWN, 0.98), heading="Cybersecurity Law")
    assert Flag.ANAPHORA in claim.flags
    assert claim.confidence <= 0.5


def test_a_date_beside_what_it_reads_is_kept() -> None:
    (claim,) = read("12 May 2026: the Cybersecurity Law went the way of all paper.", Fixed(Stage.WITHDRAWN, 0.98))
    assert str(claim.event_date) == "2026-05-12"


@pytest.fixture(scope="module")
def network() -> Network:
    return Network()


def test_the_shipped_network_gives_probabilities_of_all_stages(network: Network) -> None:
    (found,) = network.read(["the lower house adopted the target law."])
    assert tuple(found) == STAGES
    assert sum(found.values()) == pytest.approx(1, abs=1e-3)


def test_the_shipped_network_reads_wording_no_rule_lists(network: Network) -> None:
    reading, denial = network.read(
        ["lawmakers waved the target law through on friday.", "lawmakers never waved the target law through."]
    )
    assert max(reading, key=lambda stage: reading[stage]) is Stage.ADOPTED
    assert max(denial, key=lambda stage: denial[stage]) is None
