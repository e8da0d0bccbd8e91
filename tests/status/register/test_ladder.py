"""The order of stages, per type of instrument."""

import pytest

from monitor.model import InstrumentType, Stage
from monitor.status.ladder import Relation, Step, belongs, between, following, rank, relation

LAW = InstrumentType.LAW
LAW_IN_ORDER = [
    Step(Stage.ABSENT),
    Step(Stage.ANNOUNCED),
    Step(Stage.DRAFTING),
    Step(Stage.SUBMITTED, "com"),
    Step(Stage.APPROVED),
    Step(Stage.SUBMITTED, "na"),
    Step(Stage.ADOPTED),
    Step(Stage.PROMULGATED),
    Step(Stage.IN_FORCE),
]


def test_the_stages_of_a_law_rank_in_the_order_of_its_making() -> None:
    ranks = [rank(step.stage, step.target, LAW) for step in LAW_IN_ORDER]
    assert ranks == sorted(set(ranks))


def test_drafting_and_consultation_alternate() -> None:
    assert relation(Step(Stage.DRAFTING), Step(Stage.CONSULTATION), LAW) is Relation.LATERAL
    assert relation(Step(Stage.CONSULTATION), Step(Stage.DRAFTING), LAW) is Relation.LATERAL


def test_submission_to_parliament_comes_after_cabinet_approval() -> None:
    assert relation(Step(Stage.APPROVED), Step(Stage.SUBMITTED, "na"), LAW) is Relation.AHEAD


def test_submission_to_the_cabinet_lies_behind_its_approval() -> None:
    assert relation(Step(Stage.APPROVED), Step(Stage.SUBMITTED, "com"), LAW) is Relation.BEHIND


def test_a_submission_that_does_not_say_to_whom_is_the_one_held() -> None:
    assert relation(Step(Stage.SUBMITTED, "na"), Step(Stage.SUBMITTED), LAW) is Relation.SAME


def test_two_submissions_to_two_bodies_are_two_steps() -> None:
    assert relation(Step(Stage.SUBMITTED, "com"), Step(Stage.SUBMITTED, "na"), LAW) is Relation.AHEAD


@pytest.mark.parametrize("body", ["senate", "king", "cc"])
def test_an_adopted_law_sent_on_is_still_an_adopted_law(body: str) -> None:
    assert relation(Step(Stage.ADOPTED), Step(Stage.SUBMITTED, body), LAW) is Relation.SAME


def test_a_policy_submitted_to_its_council_is_beyond_the_committees_approval() -> None:
    held, claimed = Step(Stage.APPROVED), Step(Stage.SUBMITTED, "ndesc")
    assert relation(held, claimed, InstrumentType.POLICY) is Relation.AHEAD


def test_amendment_and_withdrawal_stand_beside_the_line() -> None:
    assert relation(Step(Stage.IN_FORCE), Step(Stage.AMENDED), LAW) is Relation.BESIDE
    assert relation(Step(Stage.DRAFTING), Step(Stage.WITHDRAWN), LAW) is Relation.BESIDE
    assert relation(Step(Stage.WITHDRAWN), Step(Stage.DRAFTING), LAW) is Relation.BESIDE


def test_an_amended_law_being_in_force_is_nothing_new() -> None:
    assert relation(Step(Stage.AMENDED), Step(Stage.IN_FORCE), LAW) is Relation.BEHIND


def test_the_steps_between_drafting_and_adoption_of_a_law_are_the_three_unseen() -> None:
    unseen = between(Step(Stage.CONSULTATION), Step(Stage.ADOPTED), LAW)
    assert unseen == (Step(Stage.SUBMITTED, "com"), Step(Stage.APPROVED), Step(Stage.SUBMITTED, "na"))


def test_nothing_lies_between_neighbours() -> None:
    assert between(Step(Stage.ADOPTED), Step(Stage.PROMULGATED), LAW) == ()


def test_a_policy_skips_promulgation_because_it_has_none() -> None:
    assert between(Step(Stage.ADOPTED), Step(Stage.IN_FORCE), InstrumentType.POLICY) == ()


@pytest.mark.parametrize(
    ("held", "kind", "expected"),
    [
        (Step(Stage.CONSULTATION), LAW, Step(Stage.SUBMITTED, "com")),
        (Step(Stage.APPROVED), LAW, Step(Stage.SUBMITTED, "na")),
        (Step(Stage.ADOPTED), InstrumentType.STRATEGY, Step(Stage.IN_FORCE)),
        (Step(Stage.ADOPTED), InstrumentType.SOFT_LAW, None),
        (Step(Stage.IN_FORCE), LAW, None),
        (Step(Stage.WITHDRAWN), LAW, None),
    ],
)
def test_the_next_step_depends_on_the_type(held: Step, kind: InstrumentType, expected: Step | None) -> None:
    assert following(held, kind) == expected


def test_soft_law_is_never_promulgated_nor_in_force() -> None:
    beyond = [stage for stage in Stage if not belongs(stage, InstrumentType.SOFT_LAW)]
    assert beyond == [Stage.PROMULGATED, Stage.IN_FORCE]


def test_every_type_has_a_path_that_rises() -> None:
    for kind in InstrumentType:
        step: Step | None = Step(Stage.ABSENT)
        ranks = []
        while step is not None:
            ranks.append(rank(step.stage, step.target, kind))
            step = following(step, kind)
        assert len(ranks) >= 4, kind
        assert ranks == sorted(set(ranks)), kind
