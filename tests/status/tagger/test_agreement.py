"""What comes of two readers' words."""

from monitor.model import Claim, Flag, Quotation, Stage
from monitor.status.tagger.agreement import settle
from monitor.status.tagger.network import STAGES, Probabilities


def claim(stage: Stage, *, asserted: bool = True) -> Claim:
    quotation = Quotation(text="The law was adopted.", position=0, start=0, end=20)
    why = "" if asserted else "it is still to come"
    return Claim(instrument="kh-pdpl", act="adopt", stage=stage, quotation=quotation, asserted=asserted, why_not=why)


def read(stage: Stage | None, probability: float) -> Probabilities:
    rest = (1 - probability) / (len(STAGES) - 1)
    return {known: probability if known is stage else rest for known in STAGES}


def test_where_both_agree_the_claim_stands() -> None:
    said = (claim(Stage.ADOPTED),)
    assert settle(said, read(Stage.ADOPTED, 0.9)) == (said, None)


def test_a_hesitant_reader_does_not_contradict_the_rules() -> None:
    said = (claim(Stage.DRAFTING),)
    assert settle(said, {**read(None, 0.55), Stage.DRAFTING: 0.45})[0] == said


def test_at_a_strong_stage_the_reader_must_agree_outright() -> None:
    (settled,), _ = settle((claim(Stage.ADOPTED),), {**read(None, 0.55), Stage.ADOPTED: 0.45})
    assert not settled.asserted


def test_what_the_reader_does_not_see_is_not_asserted() -> None:
    (settled,), addition = settle((claim(Stage.ADOPTED),), read(None, 0.95))
    assert not settled.asserted
    assert Flag.DOUBTED in settled.flags
    assert "no stage" in settled.why_not
    assert addition is None


def test_where_the_reader_is_sure_of_another_stage_that_one_stands() -> None:
    (settled,), addition = settle((claim(Stage.DRAFTING),), read(Stage.CONSULTATION, 0.95))
    assert not settled.asserted
    assert addition is not None
    assert (addition.stage, addition.sure) == (Stage.CONSULTATION, True)


def test_a_stage_the_rules_do_not_see_stands_if_the_reader_is_sure() -> None:
    _, addition = settle((), read(Stage.ADOPTED, 0.97))
    assert addition is not None
    assert addition.sure


def test_against_a_guard_of_the_rules_the_reader_must_be_surer() -> None:
    guarded = (claim(Stage.ADOPTED, asserted=False),)
    _, unsure = settle(guarded, read(Stage.ADOPTED, 0.75))
    assert unsure is not None
    assert not unsure.sure


def test_a_likely_stage_is_worth_a_persons_look() -> None:
    _, addition = settle((), read(Stage.ADOPTED, 0.55))
    assert addition is not None
    assert not addition.sure


def test_an_unlikely_stage_is_not_even_asked_about() -> None:
    assert settle((), read(Stage.ADOPTED, 0.4)) == ((), None)


def test_nothing_is_added_beside_a_claim_that_stands() -> None:
    said = (claim(Stage.DRAFTING),)
    assert settle(said, {**read(Stage.CONSULTATION, 0.55), Stage.DRAFTING: 0.42})[1] is None
