"""When a claim may change the register, rule by rule, with the near misses beside them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.model import (
    Authority,
    Body,
    Claim,
    Cue,
    EventKind,
    Evidence,
    Flag,
    Instrument,
    InstrumentType,
    LifecycleEvent,
    Modality,
    Outcome,
    PartialDate,
    Polarity,
    Quotation,
    ReviewState,
    Source,
    Stage,
    State,
    Status,
    StoredVerdict,
    Verdict,
)
from monitor.status.judge import Context, decision_of, event_of, judge

TODAY = date(2026, 7, 10)
LAW = Instrument(
    id="kh-pdpl",
    title="Personal Data Protection Law",
    type=InstrumentType.LAW,
    jurisdiction="KH",
    lead="mptc",
    stage=Stage.DRAFTING,
    as_of=date(2026, 6, 8),
)
POLICY = replace(LAW, id="kh-datapol", title="Data Governance Policy", type=InstrumentType.POLICY)

ASSEMBLY = Source(id="na-km", url="https://na.example/", authority=Authority.PARLIAMENT, publisher="na")
SENATE = Source(id="senate-km", url="https://senate.example/", authority=Authority.PARLIAMENT, publisher="senate")
CABINET = Source(id="com-km", url="https://com.example/", authority=Authority.GOVERNMENT, publisher="com")
GAZETTE = Source(id="gazette", url="https://gazette.example/", authority=Authority.GAZETTE)
MINISTRY = Source(id="mptc-en", url="https://mptc.example/", authority=Authority.MINISTRY, publisher="mptc")
OTHER_MINISTRY = Source(id="misti", url="https://misti.example/", authority=Authority.MINISTRY, publisher="misti")
PROFILE = Source(
    id="coe-kh",
    url="https://coe.example/",
    authority=Authority.INTERGOVERNMENTAL,
    publisher="coe",
    jurisdiction="KH",
)
AGENCY = Source(id="akp", url="https://akp.example/", authority=Authority.AGENCY, publisher="akp")
PRESS = Source(id="press", url="https://press.example/", authority=Authority.NEWS)


def quoted(text: str) -> Quotation:
    return Quotation(text=text, position=0, start=0, end=len(text))


def claim(stage: Stage | None, instrument: Instrument = LAW, **fields: object) -> Claim:
    base = Claim(
        instrument=instrument.id,
        act="act",
        stage=stage,
        quotation=quoted("What the page says."),
        asserted=True,
        event_date=PartialDate(2026, 7, 9),
    )
    return replace(base, **fields)  # type: ignore[arg-type]


ADOPTED = claim(Stage.ADOPTED, actor="na")


def held(stage: Stage = Stage.DRAFTING, state: State = State.BASELINE, **fields: object) -> Status:
    base = Status(instrument=LAW.id, stage=stage, state=state, since=PartialDate(2026, 6, 8))
    return replace(base, **fields)  # type: ignore[arg-type]


def ruled(
    what: Claim,
    source: Source = MINISTRY,
    status: Status | None = None,
    instrument: Instrument = LAW,
    **context: object,
) -> Verdict:
    known = {one.id: one for one in (ASSEMBLY, CABINET, MINISTRY, PROFILE, AGENCY, PRESS)}
    where = Context(source=source, today=TODAY, sources=known, **context)  # type: ignore[arg-type]
    return judge(what, status or held(), instrument, where)


def evidence(source: Source) -> Evidence:
    return Evidence(
        source_id=source.id,
        url=source.url,
        quote="What the page says.",
        captured_at=datetime(2026, 7, 10, tzinfo=UTC),
        sha256="0" * 64,
    )


# Who says it


@pytest.mark.parametrize(
    ("what", "source", "outcome"),
    [
        (ADOPTED, ASSEMBLY, Outcome.CONFIRMED),
        (ADOPTED, replace(ASSEMBLY, publisher=""), Outcome.CONFIRMED),
        (ADOPTED, SENATE, Outcome.MOVED),
        (ADOPTED, CABINET, Outcome.MOVED),
        (ADOPTED, MINISTRY, Outcome.MOVED),
        (ADOPTED, OTHER_MINISTRY, Outcome.MOVED),
        (ADOPTED, PROFILE, Outcome.MOVED),
        (ADOPTED, AGENCY, Outcome.MOVED),
        (ADOPTED, PRESS, Outcome.REVIEW),
        (claim(Stage.APPROVED, actor="com"), CABINET, Outcome.CONFIRMED),
        (claim(Stage.APPROVED, actor="com"), ASSEMBLY, Outcome.MOVED),
        (claim(Stage.SUBMITTED, target="na"), ASSEMBLY, Outcome.CONFIRMED),
        (claim(Stage.SUBMITTED, target="com"), ASSEMBLY, Outcome.MOVED),
        (claim(Stage.PROMULGATED, actor="king"), GAZETTE, Outcome.CONFIRMED),
        (claim(Stage.PROMULGATED, actor="king"), CABINET, Outcome.MOVED),
        (claim(Stage.ADOPTED, actor="na"), GAZETTE, Outcome.MOVED),
    ],
)
def test_a_body_is_first_tier_only_for_its_own_act(what: Claim, source: Source, outcome: Outcome) -> None:
    assert ruled(what, source).outcome is outcome


@pytest.mark.parametrize(
    ("source", "expected"), [(ASSEMBLY, 0.9), (MINISTRY, 0.8), (OTHER_MINISTRY, 0.6), (PROFILE, 0.6), (PRESS, 0.4)]
)
def test_confidence_starts_with_the_tier(source: Source, expected: float) -> None:
    assert ruled(ADOPTED, source).confidence == expected


@pytest.mark.parametrize(
    ("stage", "milestone", "outcome"),
    [
        (Stage.APPROVED, "signed", Outcome.CONFIRMED),
        (Stage.ADOPTED, "ratified", Outcome.CONFIRMED),
        (Stage.ADOPTED, "approval_law", Outcome.MOVED),
        (Stage.PROMULGATED, "deposited", Outcome.CONFIRMED),
    ],
)
def test_a_depositary_is_first_tier_for_what_it_is_told_and_not_for_votes(
    stage: Stage, milestone: str, outcome: Outcome
) -> None:
    treaty = replace(LAW, type=InstrumentType.TREATY, jurisdiction="INT", lead="", party="KH")
    depositary = Source(
        id="un", url="https://un.example/", authority=Authority.INTERGOVERNMENTAL, publisher="unga", jurisdiction="INT"
    )
    assert ruled(claim(stage, milestone=milestone), depositary, instrument=treaty).outcome is outcome


@pytest.mark.parametrize(("actor", "expected"), [("na", 0.9), ("", 0.7)])
def test_an_amendment_adopted_by_a_named_body_is_no_mere_noun(actor: str, expected: float) -> None:
    amended = claim(Stage.AMENDED, actor=actor, flags=(Flag.NOMINAL,), confidence=0.8)
    assert ruled(amended, ASSEMBLY, held(Stage.IN_FORCE)).confidence == expected


def test_a_country_profile_is_not_first_tier_for_that_countrys_policy() -> None:
    verdict = ruled(claim(Stage.ADOPTED, POLICY, actor="com"), PROFILE, instrument=POLICY)
    assert (verdict.outcome, verdict.confidence) == (Outcome.MOVED, 0.6)


def test_second_hand_is_said_in_the_reason() -> None:
    assert "second hand" in ruled(ADOPTED, AGENCY).reason


# How surely


def test_a_missing_date_costs_a_tenth_and_does_not_stop_a_move() -> None:
    verdict = ruled(replace(ADOPTED, event_date=None), PROFILE)
    assert (verdict.outcome, verdict.confidence) == (Outcome.MOVED, 0.5)


def test_the_date_of_publication_stands_in_for_the_date_of_the_event() -> None:
    assert ruled(replace(ADOPTED, event_date=None), published_on=TODAY).confidence == 0.8


def test_a_nominal_phrase_is_for_a_person() -> None:
    assert ruled(replace(ADOPTED, flags=(Flag.NOMINAL,))).outcome is Outcome.REVIEW


def test_a_reading_that_already_counts_the_nominal_phrase_is_not_charged_twice() -> None:
    verdict = ruled(replace(ADOPTED, flags=(Flag.NOMINAL,), confidence=0.8))
    assert verdict.confidence == 0.6


def test_a_consultation_is_mostly_told_by_its_noun() -> None:
    opened = claim(Stage.CONSULTATION, flags=(Flag.NOMINAL,), confidence=0.8)
    assert (ruled(opened).outcome, ruled(opened).confidence) == (Outcome.MOVED, 0.8)


@pytest.mark.parametrize("source", [ASSEMBLY, MINISTRY, PROFILE])
def test_it_and_the_law_never_move_the_register(source: Source) -> None:
    verdict = ruled(replace(ADOPTED, flags=(Flag.ANAPHORA,)), source)
    assert (verdict.outcome, verdict.confidence <= 0.5) == (Outcome.REVIEW, True)


def test_a_far_fetched_reading_is_for_a_person() -> None:
    assert ruled(replace(ADOPTED, confidence=0.7)).outcome is Outcome.REVIEW


def test_a_hopeless_reading_is_only_noted() -> None:
    assert ruled(replace(ADOPTED, confidence=0.5)).outcome is Outcome.NOTED


# What proves a decision


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.ADOPTED, Stage.PROMULGATED, Stage.IN_FORCE])
def test_a_decision_without_anybody_who_decided_is_for_a_person(stage: Stage) -> None:
    assert ruled(claim(stage)).outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    "proof",
    [
        {"actor": "king"},
        {"milestone": "gazette"},
        {"quotation": quoted("The law was promulgated by Royal Kram.")},
        {"quotation": quoted("NS/RKM/0726/003 of 6 July 2026 promulgates the law.")},
        {"quotation": quoted("ព្រះរាជក្រមលេខ នស/រកម/០៧២៦/០០៣")},
        {"quotation": quoted("លេខ នស/រកម/០៧២៦/០០៣")},
    ],
)
def test_an_actor_a_milestone_or_a_kram_number_proves_a_promulgation(proof: dict[str, object]) -> None:
    assert ruled(replace(claim(Stage.PROMULGATED), **proof)).outcome is Outcome.MOVED  # type: ignore[arg-type]


def test_the_assemblys_own_page_needs_no_actor() -> None:
    assert ruled(claim(Stage.ADOPTED), ASSEMBLY).outcome is Outcome.CONFIRMED


def test_a_ministry_may_say_without_an_actor_that_its_draft_is_open_for_comment() -> None:
    assert ruled(claim(Stage.CONSULTATION)).outcome is Outcome.MOVED


def test_a_policy_approved_by_nobody_in_particular_is_for_a_person() -> None:
    verdict = ruled(claim(Stage.APPROVED, POLICY, event_date=PartialDate(2026)), instrument=POLICY)
    assert verdict.outcome is Outcome.REVIEW


def test_an_act_that_leads_to_no_stage_is_for_a_person() -> None:
    assert ruled(claim(None, asserted=False, flags=(Flag.NO_STAGE,))).outcome is Outcome.REVIEW


def test_a_hedged_act_that_leads_to_no_stage_is_noted() -> None:
    hedged = claim(None, asserted=False, flags=(Flag.NO_STAGE,), hedges=(Cue(text="may", rule="en.guard.modal"),))
    assert ruled(hedged).outcome is Outcome.NOTED


def test_a_promulgated_law_enters_into_force_by_itself() -> None:
    assert ruled(claim(Stage.IN_FORCE), MINISTRY, held(Stage.PROMULGATED)).outcome is Outcome.MOVED


def test_a_prakas_is_signed_by_its_minister_whoever_reports_it() -> None:
    prakas = replace(LAW, type=InstrumentType.PRAKAS)
    assert ruled(claim(Stage.PROMULGATED), AGENCY, instrument=prakas).outcome is Outcome.MOVED


def test_a_royal_decree_number_is_no_kram_number() -> None:
    decree = claim(Stage.PROMULGATED, quotation=quoted("NS/RKT/0726/003 appoints a committee."))
    assert ruled(decree).outcome is Outcome.REVIEW


# What is not stated


@pytest.mark.parametrize(
    "modality", [Modality.FUTURE, Modality.POSSIBLE, Modality.CONDITIONAL, Modality.PURPOSE, Modality.QUESTION]
)
def test_what_is_not_asserted_is_noted_with_the_words_that_stopped_it(modality: Modality) -> None:
    verdict = ruled(replace(ADOPTED, asserted=False, modality=modality, why_not="the words 'expected to'"))
    assert (verdict.outcome, "expected to" in verdict.reason) == (Outcome.NOTED, True)


@pytest.mark.parametrize(
    "flag", [Flag.OTHER_COUNTRY, Flag.OTHER_OBJECT, Flag.THIRD_PARTY, Flag.LEAKED, Flag.DERIVED, Flag.POSTPONED]
)
def test_what_is_about_something_else_is_noted(flag: Flag) -> None:
    assert ruled(replace(ADOPTED, flags=(flag,)), ASSEMBLY).outcome is Outcome.NOTED


def test_not_yet_about_a_step_ahead_agrees_with_the_register() -> None:
    verdict = ruled(replace(ADOPTED, asserted=False, polarity=Polarity.NEGATIVE), ASSEMBLY)
    assert (verdict.outcome, "unchanged" in verdict.reason) == (Outcome.NOTED, True)


def test_the_competent_body_denying_a_step_already_held_makes_a_dispute() -> None:
    denied = replace(ADOPTED, asserted=False, polarity=Polarity.NEGATIVE)
    assert ruled(denied, ASSEMBLY, held(Stage.PROMULGATED)).outcome is Outcome.DISPUTED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(held(Stage.DRAFTING), Outcome.REVIEW), (held(Stage.SUBMITTED, target="com"), Outcome.NOTED)],
)
def test_drafting_that_stopped_or_is_not_finished_disputes_nothing(status: Status, outcome: Outcome) -> None:
    stopped = claim(Stage.DRAFTING, asserted=False, polarity=Polarity.NEGATIVE, event_date=None)
    assert ruled(stopped, MINISTRY, status, published_on=TODAY).outcome is outcome


def test_a_profile_denying_a_step_already_held_is_out_of_date() -> None:
    denied = replace(ADOPTED, asserted=False, polarity=Polarity.NEGATIVE)
    assert ruled(denied, PROFILE, held(Stage.PROMULGATED)).outcome is Outcome.NOTED


@pytest.mark.parametrize(
    "hedge",
    [
        {"modality": Modality.POSSIBLE},
        {"hedges": (Cue(text="may", rule="en.guard.modal"), Cue(text="not", rule="en.guard.negation"))},
    ],
)
def test_a_hedged_denial_disputes_nothing(hedge: dict[str, object]) -> None:
    denied = replace(ADOPTED, asserted=False, polarity=Polarity.NEGATIVE, **hedge)  # type: ignore[arg-type]
    assert ruled(denied, ASSEMBLY, held(Stage.PROMULGATED)).outcome is Outcome.NOTED


def test_one_word_of_denial_is_enough_for_a_dispute() -> None:
    denied = replace(
        ADOPTED, asserted=False, polarity=Polarity.NEGATIVE, hedges=(Cue(text="not", rule="en.guard.negation"),)
    )
    assert ruled(denied, ASSEMBLY, held(Stage.PROMULGATED)).outcome is Outcome.DISPUTED


@pytest.mark.parametrize("act", ["enter_force", "promulgate", "gazette"])
def test_soft_law_said_to_be_in_force_is_not_worth_a_question(act: str) -> None:
    guide = replace(LAW, type=InstrumentType.SOFT_LAW)
    what = claim(None, act=act, asserted=False, flags=(Flag.NO_STAGE,))
    assert ruled(what, AGENCY, instrument=guide).outcome is Outcome.NOTED


def test_a_day_that_has_not_come_is_for_a_person() -> None:
    assert ruled(replace(ADOPTED, event_date=PartialDate(2925, 7, 9)), ASSEMBLY).outcome is Outcome.REVIEW


# Who is its author

BODIES = {
    name: Body(id=name, title=name.upper(), role=role, jurisdiction="KH")
    for name, role in (("mptc", "lead_ministry"), ("misti", "ministry"), ("ministry", "ministry"), ("dgc", "committee"))
}


@pytest.mark.parametrize(
    ("actor", "source", "outcome"),
    [
        ("misti", OTHER_MINISTRY, Outcome.REVIEW),
        ("misti", AGENCY, Outcome.REVIEW),
        ("misti", MINISTRY, Outcome.MOVED),
        ("mptc", AGENCY, Outcome.MOVED),
        ("ministry", AGENCY, Outcome.MOVED),
        ("dgc", AGENCY, Outcome.MOVED),
        ("", AGENCY, Outcome.MOVED),
    ],
)
def test_a_text_that_another_ministry_makes_may_be_another_text(actor: str, source: Source, outcome: Outcome) -> None:
    drafted = claim(Stage.DRAFTING, actor=actor)
    assert ruled(drafted, source, held(Stage.ANNOUNCED), bodies=BODIES).outcome is outcome


def test_another_ministrys_text_confirms_nothing() -> None:
    status = held(Stage.DRAFTING, State.PROVISIONAL, evidence=(evidence(AGENCY),))
    drafted = claim(Stage.DRAFTING, actor="misti")
    assert ruled(drafted, OTHER_MINISTRY, status, bodies=BODIES).outcome is Outcome.NOTED


# Announced dates

EXPECTED = claim(
    Stage.ADOPTED, asserted=False, modality=Modality.FUTURE, event_date=None, target_date=PartialDate(2026)
)


def test_an_announced_date_is_kept_apart_from_the_stage() -> None:
    verdict = ruled(EXPECTED)
    assert (verdict.outcome, verdict.to_stage) == (Outcome.TARGET_DATE, None)


@pytest.mark.parametrize(
    "changed",
    [
        {"target_date": PartialDate(2025)},
        {"polarity": Polarity.NEGATIVE},
        {"modality": Modality.CALL},
        {"modality": Modality.CONDITIONAL},
        {"flags": (Flag.OTHER_COUNTRY,)},
        {"stage": Stage.DRAFTING},
    ],
)
def test_a_date_that_is_past_or_denied_or_demanded_or_reached_is_no_news(changed: dict[str, object]) -> None:
    assert ruled(replace(EXPECTED, **changed)).outcome is Outcome.NOTED  # type: ignore[arg-type]


def test_a_date_the_register_shows_already_is_no_news() -> None:
    assert ruled(EXPECTED, status=held(target_date=PartialDate(2026))).outcome is Outcome.NOTED


def test_a_date_beside_a_stage_already_held_is_news() -> None:
    still = claim(Stage.DRAFTING, target_date=PartialDate(2026, 12))
    assert ruled(still).outcome is Outcome.TARGET_DATE


def test_a_date_beside_a_new_stage_gives_way_to_the_stage() -> None:
    assert ruled(replace(ADOPTED, target_date=PartialDate(2026, 12)), ASSEMBLY).outcome is Outcome.CONFIRMED


# What is held already


def test_the_body_itself_confirms_what_was_held_provisionally() -> None:
    status = held(Stage.ADOPTED, State.PROVISIONAL, since=PartialDate(2026, 7, 9), evidence=(evidence(AGENCY),))
    verdict = ruled(ADOPTED, ASSEMBLY, status)
    assert (verdict.outcome, verdict.confirms) == (Outcome.CORROBORATED, True)


@pytest.mark.parametrize(
    ("first", "second", "confirms"),
    [
        (AGENCY, PROFILE, True),
        (AGENCY, AGENCY, False),
        (MINISTRY, replace(MINISTRY, id="mptc-km"), False),
        (AGENCY, PRESS, False),
        (replace(AGENCY, id="x"), Source(id="y", url="https://www.akp.example/news"), False),
    ],
)
def test_only_an_independent_official_voice_confirms(first: Source, second: Source, confirms: bool) -> None:
    status = held(Stage.ADOPTED, State.PROVISIONAL, since=PartialDate(2026, 7, 9), evidence=(evidence(first),))
    verdict = ruled(ADOPTED, second, status)
    assert (verdict.outcome, verdict.confirms) == (Outcome.CORROBORATED, confirms)


def test_a_second_voice_with_another_day_does_not_confirm() -> None:
    status = held(Stage.ADOPTED, State.PROVISIONAL, since=PartialDate(2026, 7, 2), evidence=(evidence(AGENCY),))
    verdict = ruled(ADOPTED, PROFILE, status)
    assert (verdict.confirms, "another date" in verdict.reason) == (False, True)


def test_the_same_step_months_later_may_be_another_one() -> None:
    status = held(Stage.ADOPTED, State.CONFIRMED, since=PartialDate(2026, 1, 5))
    assert ruled(ADOPTED, ASSEMBLY, status).outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("day", "outcome"),
    [(PartialDate(2026, 6, 12), Outcome.CORROBORATED), (PartialDate(2026, 5, 20), Outcome.HISTORY)],
)
def test_the_same_step_more_than_a_month_before_is_history(day: PartialDate, outcome: Outcome) -> None:
    status = held(Stage.SUBMITTED, State.PROVISIONAL, target="com", since=PartialDate(2026, 7, 9))
    submitted = claim(Stage.SUBMITTED, target="com", event_date=day)
    assert ruled(submitted, AGENCY, status).outcome is outcome


@pytest.mark.parametrize("status", [{"state": State.BASELINE}, {"state": State.PROVISIONAL, "dated": False}])
def test_a_day_the_register_does_not_know_makes_nothing_history(status: dict[str, object]) -> None:
    known = held(Stage.ADOPTED, since=PartialDate(2026, 7, 9), **status)  # type: ignore[arg-type]
    earlier = replace(ADOPTED, event_date=PartialDate(2026, 5, 20))
    assert ruled(earlier, AGENCY, known).outcome is Outcome.CORROBORATED


def test_an_older_call_for_comments_does_not_corroborate_a_newer_one() -> None:
    older = claim(Stage.DRAFTING, event_date=PartialDate(2025, 2))
    assert ruled(older).outcome is Outcome.HISTORY


def test_a_law_sent_to_the_king_corroborates_its_adoption() -> None:
    sent = claim(Stage.SUBMITTED, target="king")
    assert ruled(sent, status=held(Stage.ADOPTED)).outcome is Outcome.CORROBORATED


def test_a_law_sent_to_the_king_implies_but_does_not_state_its_adoption() -> None:
    verdict = ruled(claim(Stage.SUBMITTED, target="king"), status=held(Stage.APPROVED))
    assert (verdict.outcome, verdict.to_stage) == (Outcome.REVIEW, Stage.ADOPTED)


# Old news and first readings


@pytest.mark.parametrize("day", [PartialDate(2026, 6, 7), PartialDate(2026, 5), PartialDate(2025)])
def test_an_event_before_the_registers_own_is_history(day: PartialDate) -> None:
    assert ruled(replace(ADOPTED, event_date=day), ASSEMBLY).outcome is Outcome.HISTORY


@pytest.mark.parametrize("day", [PartialDate(2026, 6, 8), PartialDate(2026, 6), PartialDate(2026)])
def test_an_event_that_may_lie_after_the_registers_own_is_not_history(day: PartialDate) -> None:
    assert ruled(replace(ADOPTED, event_date=day), ASSEMBLY).outcome is Outcome.CONFIRMED


def test_an_old_article_without_an_event_date_is_history() -> None:
    verdict = ruled(replace(ADOPTED, event_date=None), published_on=date(2024, 3, 1))
    assert verdict.outcome is Outcome.HISTORY


def test_a_step_ahead_with_an_earlier_date_than_a_dated_move_is_for_a_person() -> None:
    status = held(Stage.APPROVED, State.PROVISIONAL, since=PartialDate(2026, 7, 20))
    assert ruled(ADOPTED, ASSEMBLY, status).outcome is Outcome.REVIEW


def test_a_step_ahead_dated_before_an_undated_move_was_read_still_moves() -> None:
    status = held(Stage.APPROVED, State.PROVISIONAL, since=PartialDate(2026, 7, 20), dated=False)
    assert ruled(ADOPTED, ASSEMBLY, status).outcome is Outcome.CONFIRMED


def test_a_first_reading_ahead_of_the_register_is_for_a_person() -> None:
    verdict = judge(ADOPTED, held(), LAW, Context(source=ASSEMBLY, today=TODAY, news=False))
    assert (verdict.outcome, "first reading" in verdict.reason) == (Outcome.REVIEW, True)


@pytest.mark.parametrize("source", [ASSEMBLY, CABINET, GAZETTE, MINISTRY, PROFILE, AGENCY, PRESS])
@pytest.mark.parametrize("stage", list(Stage))
def test_a_first_reading_never_moves_the_register(stage: Stage, source: Source) -> None:
    verdict = ruled(claim(stage, actor="na", target="na"), source, news=False)
    assert verdict.outcome not in (Outcome.MOVED, Outcome.CONFIRMED, Outcome.TARGET_DATE, Outcome.DISPUTED)


def test_a_first_reading_that_agrees_is_evidence() -> None:
    assert ruled(claim(Stage.DRAFTING), PROFILE, news=False).outcome is Outcome.CORROBORATED


# Backward and beside


def test_a_step_already_passed_is_history() -> None:
    assert ruled(claim(Stage.APPROVED, actor="com"), CABINET, held(Stage.ADOPTED)).outcome is Outcome.HISTORY


def test_a_text_sent_back_is_for_a_person() -> None:
    back = claim(Stage.DRAFTING, act="return", milestone="returned", actor="com")
    assert ruled(back, CABINET, held(Stage.SUBMITTED, target="com")).outcome is Outcome.REVIEW


def test_contrary_statements_within_thirty_days_make_a_dispute() -> None:
    status = held(Stage.APPROVED, State.PROVISIONAL, since=PartialDate(2026, 7, 1))
    assert ruled(claim(Stage.DRAFTING), MINISTRY, status).outcome is Outcome.DISPUTED


def test_contrary_statements_further_apart_are_for_a_person() -> None:
    status = held(Stage.APPROVED, State.PROVISIONAL, since=PartialDate(2026, 5, 1))
    assert ruled(claim(Stage.DRAFTING), MINISTRY, status).outcome is Outcome.REVIEW


def test_a_stale_profile_disputes_nothing() -> None:
    status = held(Stage.APPROVED, State.PROVISIONAL, since=PartialDate(2026, 7, 1))
    assert ruled(claim(Stage.DRAFTING), PROFILE, status).outcome is Outcome.NOTED


def test_a_page_that_calls_an_enacted_law_a_draft_is_out_of_date() -> None:
    assert ruled(claim(Stage.DRAFTING), MINISTRY, held(Stage.IN_FORCE)).outcome is Outcome.NOTED


def test_a_submission_to_nobody_named_after_approval_is_for_a_person() -> None:
    assert ruled(claim(Stage.SUBMITTED), MINISTRY, held(Stage.APPROVED)).outcome is Outcome.REVIEW


def test_drafting_and_consultation_alternate_on_the_ministrys_word() -> None:
    assert ruled(claim(Stage.DRAFTING), MINISTRY, held(Stage.CONSULTATION)).outcome is Outcome.MOVED


def test_a_profile_calling_it_a_draft_does_not_end_a_consultation() -> None:
    assert ruled(claim(Stage.DRAFTING), PROFILE, held(Stage.CONSULTATION)).outcome is Outcome.NOTED


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [(Stage.IN_FORCE, Outcome.CONFIRMED), (Stage.PROMULGATED, Outcome.CONFIRMED), (Stage.DRAFTING, Outcome.NOTED)],
)
def test_only_an_enacted_law_is_amended(stage: Stage, outcome: Outcome) -> None:
    amended = claim(Stage.AMENDED, actor="na")
    assert ruled(amended, ASSEMBLY, held(stage)).outcome is outcome


def test_a_withdrawal_moves_provisionally_whoever_says_so() -> None:
    assert ruled(claim(Stage.WITHDRAWN, actor="mptc"), MINISTRY).outcome is Outcome.MOVED


def test_the_withdrawal_of_a_law_in_force_is_for_a_person() -> None:
    assert ruled(claim(Stage.WITHDRAWN, actor="mptc"), status=held(Stage.IN_FORCE)).outcome is Outcome.REVIEW


def test_a_withdrawn_text_comes_back_only_by_a_person() -> None:
    assert ruled(claim(Stage.DRAFTING), status=held(Stage.WITHDRAWN)).outcome is Outcome.REVIEW


def test_absence_says_nothing_against_a_draft() -> None:
    assert ruled(claim(Stage.ABSENT)).outcome is Outcome.NOTED


def test_absence_agrees_with_absence() -> None:
    assert ruled(claim(Stage.ABSENT), status=held(Stage.ABSENT)).outcome is Outcome.CORROBORATED


def test_absence_of_an_announced_instrument_is_for_a_person() -> None:
    assert ruled(claim(Stage.ABSENT), status=held(Stage.ANNOUNCED)).outcome is Outcome.REVIEW


def test_under_dispute_only_the_deciding_body_moves_the_register() -> None:
    status = held(Stage.APPROVED, State.DISPUTED)
    assert ruled(ADOPTED, MINISTRY, status).outcome is Outcome.REVIEW
    assert ruled(ADOPTED, ASSEMBLY, status).outcome is Outcome.CONFIRMED


def test_skipped_steps_are_allowed_and_named() -> None:
    verdict = ruled(ADOPTED, ASSEMBLY)
    assert verdict.steps_skipped == (Stage.SUBMITTED, Stage.APPROVED, Stage.SUBMITTED)
    assert "step not seen" in verdict.reason.lower()


@pytest.mark.parametrize("stage", [Stage.PROMULGATED, Stage.IN_FORCE])
def test_soft_law_is_never_promulgated_nor_in_force(stage: Stage) -> None:
    guide = replace(LAW, type=InstrumentType.SOFT_LAW, jurisdiction="ASEAN", lead="adgmin")
    asean = replace(PROFILE, publisher="asean", jurisdiction="ASEAN")
    assert ruled(claim(stage, actor="adgmin"), asean, held(Stage.ADOPTED), guide).outcome is Outcome.NOTED


def test_every_kind_of_claim_gets_a_verdict_with_a_reason() -> None:
    for stage in (None, *Stage):
        for at in Stage:
            for asserted in (True, False):
                for source in (ASSEMBLY, MINISTRY, PROFILE, PRESS):
                    verdict = ruled(claim(stage, asserted=asserted), source, held(at))
                    assert verdict.reason.endswith(f"Confidence {verdict.confidence:.2f}.")


# What enters the register

AT = datetime(2026, 7, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.MOVED, EventKind.MOVED),
        (Outcome.CONFIRMED, EventKind.CONFIRMED),
        (Outcome.HISTORY, EventKind.HISTORY),
        (Outcome.TARGET_DATE, EventKind.TARGET_DATE),
        (Outcome.DISPUTED, EventKind.DISPUTED),
        (Outcome.CORROBORATED, EventKind.CORROBORATED),
    ],
)
def test_an_outcome_with_effect_becomes_an_event(outcome: Outcome, kind: EventKind) -> None:
    event = event_of(replace(ruled(ADOPTED), outcome=outcome), evidence(MINISTRY), AT)
    assert event is not None
    assert (event.kind, event.recorded_at, event.evidence) == (kind, AT, evidence(MINISTRY))


@pytest.mark.parametrize("outcome", [Outcome.REVIEW, Outcome.NOTED])
def test_an_outcome_without_effect_leaves_the_register_alone(outcome: Outcome) -> None:
    assert event_of(replace(ruled(ADOPTED), outcome=outcome), evidence(MINISTRY), AT) is None


def test_a_finer_step_is_recorded_under_the_stage_it_belongs_to() -> None:
    verdict = ruled(claim(Stage.SUBMITTED, target="king"), status=held(Stage.ADOPTED))
    event = event_of(verdict, evidence(MINISTRY), AT)
    assert event is not None
    assert (event.stage, event.target, event.milestone) == (Stage.ADOPTED, "", "sent_to_king")


def stored(verdict: Verdict, event_id: int | None) -> StoredVerdict:
    return StoredVerdict(
        id=7,
        verdict=verdict,
        evidence=evidence(MINISTRY),
        recorded_at=AT,
        review=ReviewState.OPEN,
        event_id=event_id,
    )


def decided(verdict: Verdict, event_id: int | None, *, accepted: bool) -> LifecycleEvent | None:
    return decision_of(stored(verdict, event_id), accepted=accepted, reviewer="Dara", at=AT, note="Seen in print.")


@pytest.mark.parametrize(("accepted", "kind"), [(True, EventKind.CONFIRMED), (False, EventKind.REJECTED)])
def test_a_person_decides_the_event_a_verdict_made(accepted: bool, kind: EventKind) -> None:
    event = decided(ruled(ADOPTED), 3, accepted=accepted)
    assert event is not None
    assert (event.kind, event.decides, event.reviewer, event.note) == (kind, 3, "Dara", "Seen in print.")


def test_an_accepted_proposal_enters_the_register_as_confirmed() -> None:
    event = decided(ruled(ADOPTED, PRESS), None, accepted=True)
    assert event is not None
    assert (event.kind, event.decides, event.stage, event.verdict_id) == (EventKind.CONFIRMED, 0, Stage.ADOPTED, 7)


def test_an_accepted_announcement_enters_as_a_target_date() -> None:
    event = decided(ruled(EXPECTED, PRESS), None, accepted=True)
    assert event is not None
    assert (event.kind, event.target_date) == (EventKind.TARGET_DATE, PartialDate(2026))


def test_a_rejected_proposal_leaves_no_event() -> None:
    assert decided(ruled(ADOPTED, PRESS), None, accepted=False) is None


def test_an_accepted_proposal_without_a_stage_leaves_no_event() -> None:
    assert decided(ruled(claim(None)), None, accepted=True) is None
