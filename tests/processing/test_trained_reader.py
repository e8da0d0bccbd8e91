"""What the trained reader changes in what becomes of captures; its probabilities are the test's."""

from collections.abc import Sequence

import pytest

from monitor.model import AlertKind, Outcome, Stage
from monitor.status.claims import ClaimFinder
from monitor.status.tagger.network import STAGES, Probabilities
from tests.processing.desk import APPROVED, Desk, known_packs, page

UNREAD = "The Law on Personal Data Protection sailed home at the Friday session of the Council of Ministers."
LONGER = f"{UNREAD} Officials spoke for two hours."


class Reader:
    """Reads one stage in every text that holds `words`, and none elsewhere."""

    def __init__(self, words: str, stage: Stage | None, probability: float = 0.98) -> None:
        self.words, self.stage, self.probability = words, stage, probability
        self.asked = 0

    def read(self, texts: Sequence[str]) -> list[Probabilities]:
        self.asked += len(texts)
        return [self._read(self.stage if self.words in text else None) for text in texts]

    def _read(self, stage: Stage | None) -> Probabilities:
        rest = (1 - self.probability) / (len(STAGES) - 1)
        return {known: self.probability if known is stage else rest for known in STAGES}


def desk(reader: Reader) -> Desk:
    return Desk(finder=ClaimFinder(known_packs()[0], trained=reader))


@pytest.fixture
def approving() -> Reader:
    return Reader("sailed home", Stage.APPROVED)


def test_a_first_reading_is_read_by_rules_alone(approving: Reader) -> None:
    desk(approving).read(page(UNREAD))
    assert approving.asked == 0


def test_news_that_only_the_trained_reader_reads_moves_or_asks(approving: Reader) -> None:
    told = desk(approving)
    told.read(page("Nothing has happened so far."))
    report = told.read(page(UNREAD))
    (stored,) = report.verdicts
    assert stored.verdict.outcome in (Outcome.MOVED, Outcome.REVIEW)
    assert stored.verdict.claim.stage is Stage.APPROVED
    assert "the trained reader does" in stored.verdict.reason


def test_a_sentence_that_stood_there_before_is_no_news_when_another_is_added_behind_it(approving: Reader) -> None:
    told = desk(approving)
    told.read(page(UNREAD))
    report = told.read(page(LONGER))
    assert AlertKind.STATUS not in told.kinds()
    assert not report.verdicts


def test_what_the_trained_reader_does_not_see_goes_to_a_person() -> None:
    told = desk(Reader("nothing at all", None))
    told.read(page("Nothing has happened so far."))
    (stored,) = told.read(page(APPROVED)).verdicts
    assert stored.verdict.outcome is Outcome.REVIEW
    assert "does not read it so" in stored.verdict.reason
    assert AlertKind.STATUS not in told.kinds()
