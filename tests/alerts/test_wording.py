"""What alerts say, and what they never say."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor import alerts
from monitor.alerts.caveats import caveats, next_act, target_caveats
from monitor.alerts.glossary import gloss
from monitor.model import (
    Alert,
    AlertKind,
    Authority,
    Block,
    BlockKind,
    Body,
    Cause,
    Change,
    Claim,
    Cue,
    Edit,
    EditKind,
    Evidence,
    Health,
    Instrument,
    InstrumentType,
    Modality,
    Outcome,
    PartialDate,
    Quotation,
    Source,
    SourceHealth,
    Stage,
    State,
    Status,
    Verdict,
)
from monitor.status.judge import Context, judge
from monitor.status.ladder import Step, belongs

CAPTURED = datetime(2026, 3, 13, 2, 30, tzinfo=UTC)
BODIES = {
    name: Body(id=name, title=title, role=role, jurisdiction=jurisdiction)
    for name, title, role, jurisdiction in (
        ("na", "National Assembly", "lower_house", "KH"),
        ("senate", "Senate", "upper_house", "KH"),
        ("com", "Council of Ministers", "cabinet", "KH"),
        ("king", "King", "head_of_state", "KH"),
        ("ndesc", "National Digital Economy and Society Council", "council", "KH"),
        ("mptc", "Ministry of Post and Telecommunications", "lead_ministry", "KH"),
        ("adgmin", "ASEAN Digital Ministers' Meeting", "ministers", "ASEAN"),
    )
}
LAW = Instrument(
    id="kh-pdpl",
    title="Personal Data Protection Law",
    type=InstrumentType.LAW,
    jurisdiction="KH",
    lead="mptc",
    stage=Stage.DRAFTING,
    as_of=date(2025, 12, 1),
    binding=True,
)
GUIDE = replace(
    LAW,
    id="asean-aiguide",
    title="ASEAN Guide on AI Governance and Ethics",
    type=InstrumentType.SOFT_LAW,
    jurisdiction="ASEAN",
    lead="adgmin",
    binding=False,
)
ASSEMBLY = Source(
    id="na-km", url="https://na.example/", authority=Authority.PARLIAMENT, publisher="na", jurisdiction="KH"
)
MINISTRY = replace(ASSEMBLY, id="mptc-en", authority=Authority.MINISTRY, publisher="mptc")
AGENCY = replace(ASSEMBLY, id="akp-en", authority=Authority.AGENCY, publisher="akp")


def claim(stage: Stage, quote: str, **fields: object) -> Claim:
    base = Claim(
        instrument=LAW.id,
        act="act",
        stage=stage,
        quotation=Quotation(text=quote, position=0, start=0, end=len(quote)),
        asserted=True,
    )
    return replace(base, **fields)  # type: ignore[arg-type]


PASSED = claim(
    Stage.ADOPTED,
    "The National Assembly passed the Personal Data Protection Law.",
    actor="na",
    event_date=PartialDate(2026, 3, 12),
    cues=(Cue(text="passed", rule="en.act.adopt"),),
)


def telling(source: Source, quote: str) -> alerts.Telling:
    evidence = Evidence(
        source_id=source.id, url=f"{source.url}42", quote=quote, captured_at=CAPTURED, sha256="a" * 64, snapshot_id=9
    )
    return alerts.Telling(
        source=source,
        evidence=evidence,
        sequence=12,
        created_at=CAPTURED,
        local_timezone="Asia/Phnom_Penh",
        bodies=BODIES,
    )


def verdict_on(
    what: Claim, source: Source, instrument: Instrument = LAW, stage: Stage = Stage.DRAFTING, **held: object
) -> Verdict:
    status = Status(instrument=instrument.id, stage=stage, state=State.BASELINE, since=PartialDate(2025, 12, 1))
    context = Context(source=source, today=date(2026, 3, 13), bodies=BODIES)
    return judge(what, replace(status, **held), instrument, context)  # type: ignore[arg-type]


def status_alert(what: Claim, source: Source, instrument: Instrument = LAW, stage: Stage = Stage.DRAFTING) -> Alert:
    verdict = verdict_on(what, source, instrument, stage)
    return alerts.status_alert(verdict, instrument, telling(source, what.quotation.text), verdict_id=7)


def everything(alert: Alert) -> str:
    return "\n".join((alert.subject, alert.bottom_line, *alert.caveats, alert.next_act, alert.reason, alert.how_to))


# Status alerts


def test_the_body_itself_is_taken_at_its_word() -> None:
    assert status_alert(PASSED, ASSEMBLY).bottom_line == (
        "The National Assembly adopted the Personal Data Protection Law (12 Mar 2026), says National Assembly (na-km). "
        "Not yet promulgated."
    )


def test_anybody_else_is_named_and_not_confirmed() -> None:
    assert status_alert(PASSED, MINISTRY).bottom_line == (
        "The Personal Data Protection Law appears to have been adopted, says Ministry of Post and Telecommunications "
        "(mptc-en). Not confirmed. Not yet promulgated."
    )


def test_the_subject_has_importance_instrument_movement_and_source() -> None:
    assert status_alert(PASSED, AGENCY).subject == (
        "[Major] Personal Data Protection Law: in drafting → adopted (akp-en, unconfirmed)"
    )


def test_the_subject_calls_a_publisher_by_its_acronym_where_it_has_one() -> None:
    bodies = {**BODIES, "mptc": replace(BODIES["mptc"], names={"en": ("Ministry of Posts", "MPTC")})}
    submitted = claim(Stage.SUBMITTED, "…", actor="mptc", target="com")
    occasion = replace(telling(MINISTRY, "…"), bodies=bodies)
    alert = alerts.status_alert(verdict_on(submitted, MINISTRY), LAW, occasion)
    assert alert.subject == (
        "[Status] Personal Data Protection Law: in drafting → submitted to the Council of Ministers (MPTC, unconfirmed)"
    )


def test_what_the_body_itself_says_is_not_called_unconfirmed() -> None:
    assert status_alert(PASSED, ASSEMBLY).subject.endswith("in drafting → adopted (National Assembly)")


def test_a_second_voice_for_what_was_provisional_is_a_confirmation_and_no_move() -> None:
    held = {"state": State.PROVISIONAL, "since": PartialDate(2026, 3, 12)}
    verdict = verdict_on(PASSED, ASSEMBLY, stage=Stage.ADOPTED, **held)
    alert = alerts.status_alert(verdict, LAW, telling(ASSEMBLY, "…"), verdict_id=7)
    assert alert.subject == "[Major] Personal Data Protection Law: adopted, now confirmed (National Assembly)"
    assert (alert.from_stage, alert.to_stage, alert.movement) == ("adopted", "adopted", "adopted")
    assert "held provisionally so far" in alert.bottom_line
    assert "review confirm" not in alert.how_to


def test_a_status_alert_is_complete_in_itself() -> None:
    alert = status_alert(PASSED, AGENCY)
    assert alert.key == "akp-en-000012-status-kh-pdpl"
    assert (alert.kind, alert.instrument, alert.jurisdiction) == (AlertKind.STATUS, "kh-pdpl", "KH")
    assert (alert.from_stage, alert.to_stage) == ("drafting", "adopted")
    assert alert.evidence == telling(AGENCY, PASSED.quotation.text).evidence
    assert (alert.confidence, alert.local_timezone) == (0.6, "Asia/Phnom_Penh")


def test_a_status_alert_names_the_cue_and_its_rule() -> None:
    assert "‘passed’ (en.act.adopt)" in status_alert(PASSED, AGENCY).reason


def test_a_provisional_alert_says_how_to_confirm_and_to_reject() -> None:
    how_to = status_alert(PASSED, AGENCY).how_to
    assert "monitor review confirm 7 --by NAME" in how_to
    assert "monitor review reject 7 --by NAME" in how_to


def test_an_alert_confirmed_by_its_own_source_asks_for_no_review() -> None:
    assert status_alert(PASSED, ASSEMBLY).how_to == "See the register: monitor status kh-pdpl"


def test_second_hand_news_says_so() -> None:
    assert any("second hand" in caveat for caveat in status_alert(PASSED, AGENCY).caveats)
    assert not any("second hand" in caveat for caveat in status_alert(PASSED, MINISTRY).caveats)


def test_steps_nobody_reported_are_listed_in_words() -> None:
    assert (
        "Step not seen on any page so far: submitted to the Council of Ministers, approved, submitted to the National "
        "Assembly."
    ) in status_alert(PASSED, ASSEMBLY).caveats


def test_a_long_quotation_stays_out_of_the_sentence_and_whole_in_the_evidence() -> None:
    long = replace(PASSED, quotation=Quotation(text="word " * 200, position=0, start=0, end=1000))
    alert = status_alert(long, MINISTRY)
    assert "word" not in alert.bottom_line
    assert alert.evidence is not None
    assert alert.evidence.quote == "word " * 200


def test_a_signed_treaty_is_called_signed_and_not_approved() -> None:
    treaty = replace(LAW, type=InstrumentType.TREATY, title="Convention on Digital Evidence")
    signed = claim(Stage.APPROVED, "Cambodia signed it.", milestone="signed", actor="rgc")
    alert = status_alert(signed, AGENCY, treaty)
    assert "in drafting → signed" in alert.subject
    assert "appears to have been signed" in alert.bottom_line
    assert "Signature is not ratification" in alert.caveats[0]


def test_sources_that_disagree_are_both_quoted() -> None:
    verdict = replace(verdict_on(PASSED, MINISTRY, stage=Stage.ADOPTED), outcome=Outcome.DISPUTED, to_stage=None)
    held = telling(AGENCY, "It was passed on Thursday.").evidence
    alert = alerts.disagreement_alert(verdict, LAW, telling(MINISTRY, "It has not been passed"), held=held)
    assert alert.bottom_line == (
        "Sources appear to disagree on the Personal Data Protection Law: Ministry of Post and Telecommunications "
        "(mptc-en) contradicts source akp-en. The register keeps: adopted, marked as disputed."
    )
    assert alert.evidence is not None
    assert (alert.evidence.quote, alert.items[0].quote) == ("It has not been passed", "It was passed on Thursday.")
    assert (alert.kind, alert.from_stage, alert.to_stage) == (AlertKind.DISAGREEMENT, "adopted", "adopted")


def test_a_baseline_that_is_contradicted_says_where_it_comes_from() -> None:
    verdict = replace(verdict_on(PASSED, MINISTRY, stage=Stage.ADOPTED), outcome=Outcome.DISPUTED, to_stage=None)
    based = replace(LAW, basis="The ministry's list of June.")
    alert = alerts.disagreement_alert(verdict, based, telling(MINISTRY, "It has not been passed"))
    assert "contradicts the register's baseline" in alert.bottom_line
    assert alert.items[0].lines == ("The ministry's list of June.",)


# Target dates

EXPECTED = claim(
    Stage.ADOPTED,
    "The law is expected to be adopted by the end of 2026.",
    asserted=False,
    modality=Modality.FUTURE,
    target_date=PartialDate(2026),
    hedges=(Cue(text="expected to", rule="en.guard.future"),),
)


def test_an_announced_date_is_an_expectation_and_no_status() -> None:
    alert = alerts.target_date_alert(verdict_on(EXPECTED, MINISTRY), LAW, telling(MINISTRY, "…"))
    assert alert.bottom_line == (
        "Ministry of Post and Telecommunications (mptc-en) expects that the Personal Data Protection Law will be "
        "adopted by end-2026; where it stands appears unchanged (in drafting)."
    )
    assert alert.subject == (
        "[Date set] Personal Data Protection Law: to be adopted by end-2026 (Ministry of Post and Telecommunications)"
    )
    assert alert.reason.startswith("Not counted as a step because: ‘expected to’.")
    assert (alert.kind, alert.from_stage, alert.to_stage) == (AlertKind.TARGET_DATE, "drafting", "drafting")


@pytest.mark.parametrize(
    ("previous", "direction"), [(PartialDate(2026, 9), "later"), (PartialDate(2027, 3), "earlier")]
)
def test_a_changed_date_says_from_what_to_what(previous: PartialDate, direction: str) -> None:
    verdict = verdict_on(EXPECTED, MINISTRY)
    alert = alerts.target_date_alert(verdict, LAW, telling(MINISTRY, "…"), previous=previous)
    assert alert.subject.startswith("[Date moved]")
    assert f"by {'Sep 2026' if direction == 'later' else 'Mar 2027'} → by end-2026" in alert.subject
    assert f"{direction} than the date held before" in alert.bottom_line


def test_a_target_date_alert_without_a_target_date_is_refused() -> None:
    with pytest.raises(ValueError, match="target date"):
        alerts.target_date_alert(verdict_on(PASSED, MINISTRY), LAW, telling(MINISTRY, "…"))


# What it does not mean


@pytest.mark.parametrize(
    ("stage", "warning"),
    [
        (Stage.APPROVED, "Approved by the Council of Ministers is not law"),
        (Stage.ADOPTED, "Adopted is not promulgated: the Senate may return the text, and the King must sign"),
        (Stage.PROMULGATED, "Promulgated is not yet in force"),
        (Stage.CONSULTATION, "is not law"),
    ],
)
def test_each_stage_of_a_law_says_what_it_is_not(stage: Stage, warning: str) -> None:
    assert warning in caveats(LAW, Step(stage), BODIES)[0]


def test_each_stage_says_who_must_still_act() -> None:
    assert next_act(LAW, Step(Stage.ADOPTED), BODIES) == (
        "The Senate, then the King must still act for it to become law. Next step: promulgated."
    )


@pytest.mark.parametrize(
    ("kind", "stage", "said"),
    [
        (InstrumentType.LAW, Stage.PROMULGATED, "enters into force by itself"),
        (InstrumentType.LAW, Stage.IN_FORCE, "Nobody: the law is made"),
        (InstrumentType.LAW, Stage.WITHDRAWN, "unless somebody takes it up again"),
        (InstrumentType.POLICY, Stage.ADOPTED, "never becomes law"),
        (InstrumentType.POLICY, Stage.IN_FORCE, "never becomes law"),
        (InstrumentType.SOFT_LAW, Stage.ADOPTED, "stays voluntary"),
        (InstrumentType.SOFT_LAW, Stage.DRAFTING, "for it to be adopted"),
        (InstrumentType.TREATY, Stage.PROMULGATED, "the treaty itself says when"),
        (InstrumentType.PRAKAS, Stage.DRAFTING, "for it to take effect"),
    ],
)
def test_the_end_of_the_path_is_told_by_type(kind: InstrumentType, stage: Stage, said: str) -> None:
    assert said in next_act(replace(LAW, type=kind), Step(stage), BODIES)


@pytest.mark.parametrize("kind", list(InstrumentType))
@pytest.mark.parametrize("stage", list(Stage))
def test_somebody_or_nobody_must_act_at_every_stage(stage: Stage, kind: InstrumentType) -> None:
    assert next_act(replace(LAW, type=kind), Step(stage), BODIES)


def test_another_country_without_declared_bodies_is_spoken_of_in_general() -> None:
    elsewhere = replace(LAW, jurisdiction="XX")
    assert "the head of state must sign" in caveats(elsewhere, Step(Stage.ADOPTED), BODIES)[0]


def test_article_93_gives_computed_days_that_confirm_nothing() -> None:
    orientation = caveats(LAW, Step(Stage.PROMULGATED), BODIES, on=PartialDate(2026, 4, 6))[1]
    assert "about 16 Apr 2026 in Phnom Penh and 26 Apr 2026 elsewhere" in orientation
    assert "not confirmed" in orientation


def test_article_93_computes_nothing_from_a_month() -> None:
    orientation = caveats(LAW, Step(Stage.PROMULGATED), BODIES, on=PartialDate(2026, 4))[1]
    assert "2026" not in orientation


def test_article_93_is_cambodias() -> None:
    elsewhere = replace(LAW, jurisdiction="XX")
    assert "art. 93" not in " ".join(caveats(elsewhere, Step(Stage.PROMULGATED), BODIES))


def test_an_asean_guide_binds_nobody() -> None:
    assert "binds nobody" in caveats(GUIDE, Step(Stage.ADOPTED), BODIES)[0]


def test_a_policy_binds_nobody_outside_government() -> None:
    policy = replace(LAW, type=InstrumentType.POLICY)
    assert "binds nobody outside it" in caveats(policy, Step(Stage.IN_FORCE), BODIES)[0]


def test_a_target_date_is_not_the_step() -> None:
    assert "A target date is not the step itself" in target_caveats(LAW, Step(Stage.DRAFTING), BODIES)[0]


_IS_LAW = re.compile(r"\bis (now )?(a |the )?law\b", re.IGNORECASE)
_BINDING = re.compile(r"\bbinding\b|\bbinds\b(?! nobody)", re.IGNORECASE)


@pytest.mark.parametrize("source", [ASSEMBLY, MINISTRY, AGENCY], ids=lambda source: source.id)
@pytest.mark.parametrize("kind", list(InstrumentType))
def test_nothing_is_ever_called_law_or_binding(kind: InstrumentType, source: Source) -> None:
    instrument = replace(LAW, type=kind, title="Harbour Register")
    for stage in Stage:
        if not belongs(stage, kind):
            continue
        for target in ("", "com", "na"):
            said = claim(stage, "What the page says.", actor="na", target=target)
            verdict = replace(verdict_on(said, source, instrument), outcome=Outcome.MOVED, to_stage=stage)
            for outcome in (Outcome.MOVED, Outcome.CONFIRMED):
                told = replace(verdict, outcome=outcome)
                text = everything(alerts.status_alert(told, instrument, telling(source, "…")))
                assert not _IS_LAW.search(text), text
                assert not _BINDING.search(text), text


@pytest.mark.parametrize("stage", list(Stage))
def test_what_is_not_confirmed_says_appears_and_says_so(stage: Stage) -> None:
    verdict = replace(verdict_on(claim(stage, "…"), MINISTRY), outcome=Outcome.MOVED, to_stage=stage)
    alert = alerts.status_alert(verdict, LAW, telling(MINISTRY, "…"))
    assert " appears " in alert.bottom_line
    assert "Not confirmed." in alert.bottom_line
    assert alert.subject.endswith(", unconfirmed)")


# Glosses


def test_khmer_cues_are_glossed_word_by_word() -> None:
    adopted = claim(Stage.ADOPTED, "…", cues=(Cue(text="បានអនុម័តជាឯកច្ឆន្ទ", rule="km.act.adopt"),))
    assert gloss(adopted) == "បានអនុម័តជាឯកច្ឆន្ទ: adopt, unanimously"


def test_a_gloss_sees_through_other_spellings_of_the_same_word() -> None:
    split = claim(Stage.ADOPTED, "…", cues=(Cue(text="អនុ\u200bម័ត", rule="km.act.adopt"),))
    assert gloss(split).endswith(": adopt")


def test_the_longest_known_word_is_glossed() -> None:
    ready = claim(Stage.PROMULGATED, "…", cues=(Cue(text="ប្រកាសឱ្យប្រើ", rule="km.act.promulgate"),))
    assert gloss(ready).endswith(": promulgate")


def test_a_guard_word_is_glossed_too() -> None:
    not_yet = claim(Stage.ADOPTED, "…", hedges=(Cue(text="ពុំទាន់", rule="km.guard.negation"),))
    assert gloss(not_yet) == "ពុំទាន់: not yet"


def test_a_gloss_names_the_instrument_and_the_bodies_in_the_order_of_the_quotation() -> None:
    quote = "រដ្ឋសភាបានអនុម័តច្បាប់ការពារទិន្នន័យ"
    adopted = claim(Stage.ADOPTED, quote, actor="na", cues=(Cue(text="បានអនុម័ត", rule="km.act.adopt"),))
    law = replace(LAW, titles={"km": "ច្បាប់ការពារទិន្នន័យ"}, aliases={"km": ("ច្បាប់ការពារ",)})
    bodies = {"na": replace(BODIES["na"], names={"km": ("រដ្ឋសភា", "សភា")})}
    assert gloss(adopted, law, bodies).split("\n") == [
        "រដ្ឋសភា: National Assembly",
        "បានអនុម័ត: adopt",
        "ច្បាប់ការពារទិន្នន័យ: Personal Data Protection Law",
    ]


def test_english_cues_and_unknown_khmer_words_have_no_gloss() -> None:
    other = claim(
        Stage.ADOPTED, "…", cues=(Cue(text="passed", rule="en.act.adopt"), Cue(text="ទឹក", rule="km.act.none"))
    )
    assert gloss(other) == ""


# Notices


def _block(text: str) -> Block:
    return Block(position=0, kind=BlockKind.PARAGRAPH, text=text, fingerprint="f" * 16)


CHANGE = Change(
    id=31,
    source_id="mptc-en",
    document_key="page",
    url="https://mptc.example/page",
    before_id=1,
    after_id=2,
    cause=Cause.CONTENT,
    captured_at=CAPTURED,
    edits=(
        Edit(kind=EditKind.CHANGED, before=_block("Old words."), after=_block("New words.")),
        Edit(kind=EditKind.ADDED, after=_block("More words.")),
    ),
)


def test_a_text_change_shows_what_went_and_what_came() -> None:
    alert = alerts.change_alert(CHANGE, [LAW], telling(MINISTRY, "New words."))
    assert [each.words for each in alert.differences] == [
        (("-", "Old"), ("+", "New"), (" ", " words.")),
        (("+", "More words."),),
    ]
    assert "1 passage reworded, 1 new" in alert.bottom_line
    assert (alert.key, alert.instrument) == ("mptc-en-000012-change-kh-pdpl", "kh-pdpl")
    assert (alert.from_stage, alert.to_stage) == ("", "")


def test_a_change_that_names_two_instruments_belongs_to_neither() -> None:
    alert = alerts.change_alert(CHANGE, [LAW, GUIDE], telling(MINISTRY, "New words."))
    assert (alert.key, alert.instrument) == ("mptc-en-000012-change", "")
    assert "Personal Data Protection Law, ASEAN Guide" in alert.subject


BLIND = SourceHealth(
    source_id="mptc-en",
    health=Health.BLOCKED,
    detail="challenge: a bot check instead of the page",
    failures=3,
    last_ok_at=datetime(2026, 3, 1, 0, 30, tzinfo=UTC),
)


def test_a_blind_source_is_no_evidence_of_no_change() -> None:
    alert = alerts.health_alert(MINISTRY, BLIND, sequence=13, created_at=CAPTURED, local_timezone="Asia/Phnom_Penh")
    assert alert.bottom_line == (
        "No readable copy of mptc-en since 01 Mar 2026 07:30 Asia/Phnom_Penh; this is not evidence of no change."
    )
    assert (alert.key, alert.kind) == ("mptc-en-000013-health", AlertKind.HEALTH)
    assert "a bot check" in alert.reason


def test_a_source_never_read_has_no_last_good_copy() -> None:
    alert = alerts.health_alert(MINISTRY, replace(BLIND, last_ok_at=None), sequence=13, created_at=CAPTURED)
    assert "since it was first tried" in alert.bottom_line


def test_recovery_says_since_when_nothing_was_seen() -> None:
    alert = alerts.recovered_alert(MINISTRY, BLIND, sequence=14, created_at=CAPTURED)
    assert "no good copy was had since 01 Mar 2026 00:30 UTC" in alert.bottom_line
    assert (alert.key, alert.kind) == ("mptc-en-000014-recovered", AlertKind.RECOVERED)


def test_a_test_message_is_marked_and_says_nothing_about_law() -> None:
    alert = alerts.test_alert("team", CAPTURED, local_timezone="UTC")
    assert alert.subject.startswith("[TEST]")
    assert (alert.key, alert.instrument) == ("test-team-20260313T023000Z", "")


# Digests


def test_a_digest_tells_each_alert_with_its_own_key_weightiest_first() -> None:
    status, change = status_alert(PASSED, AGENCY), alerts.change_alert(CHANGE, [LAW], telling(MINISTRY, "New words."))
    combined = alerts.digest([change, status], "weekly", CAPTURED, local_timezone="Asia/Phnom_Penh")
    assert [item.note.rpartition("key ")[2] for item in combined.items] == [status.key, change.key]
    assert combined.subject == "[Digest] 1 status alert, 1 text change"
    assert "captured 2026-03-13 02:30 UTC, 2026-03-13 09:30 Asia/Phnom_Penh" in combined.items[0].note


def test_a_digest_keeps_quotation_link_and_every_caveat_once() -> None:
    status = status_alert(PASSED, AGENCY)
    twin = replace(status, key="akp-en-000013-status-kh-pdpl")
    combined = alerts.digest([status, twin], "weekly", CAPTURED)
    assert [item.quote for item in combined.items] == [PASSED.quotation.text] * 2
    assert [item.url for item in combined.items] == ["https://na.example/42"] * 2
    assert combined.caveats == status.caveats


def test_the_same_alerts_make_the_same_digest_key_in_any_order() -> None:
    one, other = status_alert(PASSED, AGENCY), status_alert(PASSED, MINISTRY)
    assert alerts.digest([one, other], "w", CAPTURED).key == alerts.digest([other, one], "w", CAPTURED).key
    assert alerts.digest([one], "w", CAPTURED).key != alerts.digest([other], "w", CAPTURED).key
