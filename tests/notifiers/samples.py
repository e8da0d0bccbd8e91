"""Alerts of real shape, in our own words, for the tests of rendering and sending.

`ENGLISH` and `KHMER` are put together by hand and hold every part a message can have; `SAMPLES` are what the builders
make, one or more of every kind, on the packs' own instruments and bodies.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from monitor import alerts, packs
from monitor.alerts.ways import with_way
from monitor.diff import compare
from monitor.model import (
    Alert,
    AlertKind,
    Authority,
    Block,
    BlockKind,
    Cause,
    Change,
    Channel,
    Claim,
    Cue,
    Difference,
    EventKind,
    Evidence,
    Health,
    Item,
    LifecycleEvent,
    Modality,
    Outcome,
    Packs,
    PartialDate,
    Quotation,
    Source,
    SourceHealth,
    Stage,
    Verdict,
    Way,
)
from monitor.status.register import fold
from monitor.text.normal import fingerprint

CAPTURED = datetime(2026, 6, 9, 19, 5, 30, tzinfo=UTC)

ENGLISH = Alert(
    key="mptc-news.17.status",
    kind=AlertKind.STATUS,
    created_at=datetime(2026, 6, 9, 19, 5, 31, tzinfo=UTC),
    subject="Personal Data Protection Law appears approved by the Council of Ministers",
    bottom_line="The Personal Data Protection Law appears to have been approved by the Council of Ministers.",
    source_id="mptc-news",
    instrument="kh-pdpl",
    instrument_title="Personal Data Protection Law",
    from_stage="drafting",
    to_stage="approved",
    jurisdiction="KH",
    evidence=Evidence(
        source_id="mptc-news",
        url="https://mptc.gov.kh/en/news/4711?lang=en&print=1",
        quote="The Council of Ministers today approved the draft Law on Personal Data Protection.",
        captured_at=CAPTURED,
        sha256="5f1d" * 16,
        snapshot_id=42,
    ),
    language="en",
    caveats=(
        "Approved by the Council of Ministers is not adopted: the National Assembly has still to vote.",
        "Nothing binds anyone before the law is promulgated and in force.",
    ),
    reason="Rule en.act.approve matched “approved” with the actor “Council of Ministers”.\n"
    "The ministry is a second-tier source for this act.",
    confidence=0.82,
    diff=(
        (" ", "News of the ministry"),
        ("-", "The draft law is being finalised."),
        ("+", "The Council of Ministers today approved the draft Law on Personal Data Protection."),
    ),
    how_to="Confirm: monitor review confirm 7 --by NAME\nReject: monitor review reject 7 --by NAME",
    local_timezone="Asia/Phnom_Penh",
)

_KHMER_QUOTE = "គណៈរដ្ឋមន្ត្រីបានអនុម័តសេចក្តីព្រាងច្បាប់ស្តីពីកិច្ចការពារទិន្នន័យផ្ទាល់ខ្លួន។"

KHMER = replace(
    ENGLISH,
    key="mptc-km.18.status",
    subject="ច្បាប់ស្តីពីកិច្ចការពារទិន្នន័យផ្ទាល់ខ្លួន appears approved by the Council of Ministers",
    source_id="mptc-km",
    evidence=Evidence(
        source_id="mptc-km",
        url="https://mptc.gov.kh/news/ព័ត៌មាន",
        quote=_KHMER_QUOTE,
        captured_at=CAPTURED,
        sha256="a0c3" * 16,
        snapshot_id=43,
    ),
    language="km",
    gloss="The Council of Ministers has approved the draft law on the protection of personal data.",
    diff=(("+", _KHMER_QUOTE),),
)


def hostile(text: str) -> Alert:
    """An alert with `text` in every field that can hold words of a page or a feed."""
    assert ENGLISH.evidence is not None
    return replace(
        ENGLISH,
        subject=text,
        bottom_line=text,
        instrument_title=text,
        evidence=replace(ENGLISH.evidence, quote=text),
        gloss=text,
        caveats=(text,),
        next_act=text,
        reason=text,
        diff=(("+", text), ("-", text)),
        differences=(Difference(path=(text,), words=((" ", text), ("-", text), ("+", text))),),
        items=(Item(title=text, lines=(text,), quote=text, language=text, note=text),),
        how_to=text,
    )


def channel(name: str, url: str, *, when: str = "now", kinds: tuple[AlertKind, ...] = (AlertKind.STATUS,)) -> Channel:
    """A channel for status alerts at `url`."""
    return Channel(id=name, url=url, kinds=kinds, when=when)


# What the builders make ----------------------------------------------------------------------------------------------

ZONE = "Asia/Phnom_Penh"
MINISTRY = Source(
    id="mptc-en",
    url="https://mptc.gov.kh/en/news/",
    jurisdiction="KH",
    authority=Authority.MINISTRY,
    publisher="mptc",
    every=timedelta(hours=6),
)
MINISTRY_KM = replace(MINISTRY, id="mptc-km", url="https://mptc.gov.kh/news/", languages=("km",))
ASSEMBLY_KM = Source(
    id="na-km",
    url="https://nac.org.kh/km/news",
    jurisdiction="KH",
    languages=("km",),
    authority=Authority.PARLIAMENT,
    publisher="na",
    every=timedelta(hours=6),
)
AGENCY = Source(
    id="akp-en", url="https://akp.gov.kh/", jurisdiction="KH", authority=Authority.AGENCY, every=timedelta(hours=3)
)
SOURCES = {source.id: source for source in (MINISTRY, MINISTRY_KM, ASSEMBLY_KM, AGENCY)}

_SUBMITTED = (
    "The Ministry of Post and Telecommunications has submitted the draft Law on Personal Data Protection to the "
    "Council of Ministers."
)
_SUBMITTED_KM = "ក្រសួងប្រៃសណីយ៍និងទូរគមនាគមន៍បានដាក់ជូនសេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនទៅគណៈរដ្ឋមន្ត្រី។"
_ADOPTED_KM = "រដ្ឋសភាបានអនុម័តជាឯកច្ឆន្ទលើសេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន នៅថ្ងៃទី៩ ខែមិថុនា ឆ្នាំ២០២៦។"
_PLANNED = "The draft Law on Personal Data Protection is expected to be adopted by the end of 2026."
_PLANNED_KM = "សេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនគ្រោងនឹងអនុម័តនៅចុងឆ្នាំ២០២៦។"
_DENIED = "The draft Law on Personal Data Protection has not yet been submitted to the Council of Ministers."
_DENIED_KM = "សេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនមិនទាន់បានដាក់ជូនគណៈរដ្ឋមន្ត្រីនៅឡើយទេ។"
_HEADINGS = ("Draft laws and policies", "Personal data")
_HEADINGS_KM = ("សេចក្តីព្រាងច្បាប់", "ទិន្នន័យផ្ទាល់ខ្លួន")


@cache
def known() -> Packs:
    """The packs whose instruments and bodies the samples speak of."""
    loaded, faults = packs.load(["kh", "asean", "coe"])
    assert faults == ()
    return loaded


def _claim(quote: str, stage: Stage | None, *cues: tuple[str, str], **more: object) -> Claim:
    made = Claim(
        instrument="kh-pdpl",
        act="act",
        stage=stage,
        quotation=Quotation(text=quote, position=2, start=0, end=len(quote)),
        asserted=True,
        cues=tuple(Cue(text=text, rule=rule) for text, rule in cues),
        language="km" if ord(quote[0]) > 0x1000 else "en",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def _verdict(claim: Claim, outcome: Outcome, said: str, *, stage: Stage = Stage.DRAFTING, **more: object) -> Verdict:
    made = Verdict(
        claim=claim,
        outcome=outcome,
        reason=said,
        confidence=0.7,
        from_stage=stage,
        to_stage=claim.stage if outcome in (Outcome.MOVED, Outcome.CONFIRMED) else None,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def _evidence(source: Source, quote: str, *, captured_at: datetime = CAPTURED) -> Evidence:
    return Evidence(
        source_id=source.id,
        url=f"{source.url}4711",
        quote=quote,
        captured_at=captured_at,
        sha256="5f1d" * 16,
        snapshot_id=42,
    )


def _telling(source: Source, quote: str) -> alerts.Telling:
    return alerts.Telling(
        source=source,
        evidence=_evidence(source, quote),
        sequence=17,
        created_at=CAPTURED,
        local_timezone=ZONE,
        bodies=known().bodies,
    )


def _change(before: tuple[str, ...], after: tuple[str, ...], headings: tuple[str, ...]) -> Change:
    def blocks(texts: tuple[str, ...]) -> tuple[Block, ...]:
        return tuple(
            Block(position=number, kind=BlockKind.PARAGRAPH, text=text, fingerprint=fingerprint(text), path=headings)
            for number, text in enumerate(texts)
        )

    return Change(
        id=31,
        source_id=MINISTRY.id,
        document_key="page",
        url=MINISTRY.url,
        before_id=41,
        after_id=42,
        cause=Cause.CONTENT,
        captured_at=CAPTURED,
        edits=compare(blocks(before), blocks(after)).edits,
        instruments=("kh-pdpl",),
    )


_EDITED = _change(
    (
        "The ministry prepares the digital laws of the kingdom.",
        "The Ministry of Post and Telecommunications is finalising the draft Law on Personal Data Protection.",
        "Comments are welcome until the end of May.",
    ),
    (
        "The ministry prepares the digital laws of the kingdom.",
        _SUBMITTED,
        "Comments are no longer taken.",
        "The text has 9 chapters and 74 articles.",
    ),
    _HEADINGS,
)
_EDITED_KM = _change(
    ("ក្រសួងប្រៃសណីយ៍និងទូរគមនាគមន៍កំពុងរៀបចំសេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន។",),
    (_SUBMITTED_KM,),
    _HEADINGS_KM,
)
_PROVISIONAL = (
    "Source mptc-en states that the Personal Data Protection Law was submitted to the Council of Ministers. The "
    "register holds: in drafting, baseline, since 8 Jun 2026. The register moves provisionally, until the deciding "
    "body, an independent source or a person confirms it. The source is the ministry or committee in charge, not the "
    "body that decides. Confidence 0.70."
)


def status() -> Alert:
    """A step that the ministry in charge states, not confirmed."""
    claim = _claim(_SUBMITTED, Stage.SUBMITTED, ("submitted", "en.act.submit"), actor="mptc", target="com")
    return alerts.status_alert(
        _verdict(claim, Outcome.MOVED, _PROVISIONAL),
        known().instruments["kh-pdpl"],
        _telling(MINISTRY, _SUBMITTED),
        verdict_id=7,
        differences=alerts.differences(_EDITED, quote=_SUBMITTED),
    )


def status_khmer() -> Alert:
    """The same, told in Khmer."""
    claim = _claim(_SUBMITTED_KM, Stage.SUBMITTED, ("បានដាក់ជូន", "km.act.submit"), actor="mptc", target="com")
    return alerts.status_alert(
        _verdict(claim, Outcome.MOVED, _PROVISIONAL.replace("mptc-en", "mptc-km")),
        known().instruments["kh-pdpl"],
        _telling(MINISTRY_KM, _SUBMITTED_KM),
        verdict_id=8,
        differences=alerts.differences(_EDITED_KM, quote=_SUBMITTED_KM),
    )


def _adopted() -> Verdict:
    claim = _claim(
        _ADOPTED_KM,
        Stage.ADOPTED,
        ("បានអនុម័តជាឯកច្ឆន្ទ", "km.act.adopt"),
        actor="na",
        event_date=PartialDate(2026, 6, 9),
    )
    said = "The source speaks for the body whose own act this is. Confidence 0.90."
    return _verdict(claim, Outcome.CONFIRMED, said, stage=Stage.SUBMITTED, from_target="na", confidence=0.9)


def adopted_khmer() -> Alert:
    """A step told by the body whose act it is."""
    return alerts.status_alert(_adopted(), known().instruments["kh-pdpl"], _telling(ASSEMBLY_KM, _ADOPTED_KM))


def archived() -> Alert:
    """A step read from a public archive's copy."""
    plain = status()
    assert plain.evidence is not None
    copy = "https://web.archive.org/web/20260609190530/https://mptc.gov.kh/en/news/4711"
    return with_way(replace(plain, evidence=replace(plain.evidence, way=Way.ARCHIVE, archived_copy=copy)), ZONE)


def confirmation() -> Alert:
    """A second, independent voice for what was held provisionally."""
    quote = "The Council of Ministers has received the draft Law on Personal Data Protection, the agency learned."
    claim = _claim(quote, Stage.SUBMITTED, ("received", "en.act.submit"), target="com")
    return alerts.status_alert(
        _verdict(
            claim,
            Outcome.CORROBORATED,
            "It confirms the held stage by a second, independent source. Confidence 0.60.",
            stage=Stage.SUBMITTED,
            from_target="com",
            confirms=True,
            confidence=0.6,
        ),
        known().instruments["kh-pdpl"],
        _telling(AGENCY, quote),
    )


def _disagreement(source: Source, quote: str, hedge: tuple[str, str]) -> Alert:
    claim = replace(_claim(quote, Stage.SUBMITTED, target="com"), hedges=(Cue(text=hedge[0], rule=hedge[1]),))
    said = "The source denies that it was submitted. That contradicts the register, which keeps its stage."
    earlier = _evidence(AGENCY, "The data protection draft went to the Council of Ministers, officials said.")
    return alerts.disagreement_alert(
        _verdict(claim, Outcome.DISPUTED, said, stage=Stage.SUBMITTED, from_target="com"),
        known().instruments["kh-pdpl"],
        _telling(source, quote),
        held=earlier,
        verdict_id=9,
    )


def disagreement() -> Alert:
    """The ministry denies what an agency reported."""
    return _disagreement(MINISTRY, _DENIED, ("has not yet been", "en.guard.negation"))


def disagreement_khmer() -> Alert:
    """The same, told in Khmer."""
    return _disagreement(MINISTRY_KM, _DENIED_KM, ("មិនទាន់បាន", "km.guard.negation"))


def _planned(source: Source, quote: str, hedge: tuple[str, str], previous: PartialDate | None) -> Alert:
    claim = _claim(quote, Stage.ADOPTED, asserted=False, modality=Modality.FUTURE, target_date=PartialDate(2026))
    claim = replace(claim, hedges=(Cue(text=hedge[0], rule=hedge[1]),))
    said = "It is kept as the announced date; the stage is unchanged. Confidence 0.70."
    return alerts.target_date_alert(
        _verdict(claim, Outcome.TARGET_DATE, said),
        known().instruments["kh-pdpl"],
        _telling(source, quote),
        previous=previous,
    )


def date_set() -> Alert:
    """The first date for a step."""
    return _planned(MINISTRY, _PLANNED, ("expected to", "en.guard.future"), None)


def date_moved_khmer() -> Alert:
    """A later date for it, told in Khmer."""
    return _planned(MINISTRY_KM, _PLANNED_KM, ("គ្រោងនឹង", "km.guard.future"), PartialDate(2026, 9))


def _expected() -> alerts.Announced:
    at = CAPTURED - timedelta(days=400)
    event = LifecycleEvent(
        id=3,
        instrument="kh-pdpl",
        kind=EventKind.TARGET_DATE,
        recorded_at=at,
        stage=Stage.ADOPTED,
        target_date=PartialDate(2026, 6),
        evidence=_evidence(MINISTRY, "The law is expected to be adopted by June 2026.", captured_at=at),
    )
    found = alerts.announced(fold(known().instruments["kh-pdpl"], [event]), [event])
    assert found is not None
    return found


def date_met_khmer() -> Alert:
    """The step came in time."""
    return alerts.met_alert(_adopted(), known().instruments["kh-pdpl"], _telling(ASSEMBLY_KM, _ADOPTED_KM), _expected())


def date_slipped() -> Alert:
    """The date has passed and the step was not seen."""
    instrument = known().instruments["kh-pdpl"]
    return alerts.slipped_alert(
        instrument,
        fold(instrument, []),
        _expected(),
        datetime(2026, 7, 1, 1, 0, tzinfo=UTC),
        bodies=known().bodies,
        sources=SOURCES,
        coverage=_coverage().line,
        local_timezone=ZONE,
    )


def document() -> Alert:
    """A new page that names a law and states no step."""
    quote = "Participants asked how the draft Law on Personal Data Protection will treat small shops."
    return alerts.document_alert(
        "Workshop on data in retail",
        [known().instruments["kh-pdpl"]],
        _telling(MINISTRY, quote),
        language="en",
        published_on=date(2026, 6, 9),
    )


def document_khmer() -> Alert:
    """A new page in Khmer that names two instruments."""
    quote = "សិក្ខាសាលាស្តីពីច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន និងច្បាប់ស្តីពីសន្តិសុខសាយប័រ"
    named = [known().instruments[name] for name in ("kh-pdpl", "kh-cybersec")]
    return alerts.document_alert("សិក្ខាសាលា", named, _telling(MINISTRY_KM, quote), language="km")


def change() -> Alert:
    """Changed words without a step."""
    edited = _change(
        (
            "The consultation on the Law on Personal Data Protection is open until 30 May 2026.",
            "Contact the department.",
        ),
        (
            "The consultation on the Law on Personal Data Protection is open until 30 June 2026.",
            "Write to the department.",
        ),
        _HEADINGS,
    )
    return alerts.change_alert(edited, [known().instruments["kh-pdpl"]], _telling(MINISTRY, "open until 30 June 2026"))


def change_khmer() -> Alert:
    """The same in Khmer."""
    edited = _change(
        ("ការពិគ្រោះយោបល់លើច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនបើករហូតដល់ថ្ងៃទី៣០ ខែឧសភា ឆ្នាំ២០២៦។",),
        ("ការពិគ្រោះយោបល់លើច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនបើករហូតដល់ថ្ងៃទី៣០ ខែមិថុនា ឆ្នាំ២០២៦។",),
        _HEADINGS_KM,
    )
    made = alerts.change_alert(edited, [known().instruments["kh-pdpl"]], _telling(MINISTRY_KM, "ថ្ងៃទី៣០ ខែមិថុនា"))
    return replace(made, language="km")


_BLIND = SourceHealth(
    source_id="mptc-en",
    health=Health.BLOCKED,
    detail="challenge: a bot check instead of the page",
    failures=3,
    last_ok_at=datetime(2026, 6, 8, 0, 30, tzinfo=UTC),
)


def health() -> Alert:
    """A source that cannot be read."""
    return alerts.health_alert(MINISTRY, _BLIND, sequence=18, created_at=CAPTURED, local_timezone=ZONE)


def reminder() -> Alert:
    """All sources that still cannot be read."""
    other = replace(_BLIND, source_id="mptc-km", health=Health.STALE, detail="", failures=0)
    return alerts.reminder_alert([_BLIND, other], 18, CAPTURED, local_timezone=ZONE)


def recovered() -> Alert:
    """It can be read again."""
    return alerts.recovered_alert(MINISTRY, _BLIND, sequence=19, created_at=CAPTURED, local_timezone=ZONE)


def _coverage() -> alerts.Coverage:
    well = [
        alerts.Watched(source_id=f"source-{number:02d}", health=Health.OK, last_ok_at=CAPTURED - timedelta(hours=2))
        for number in range(17)
    ]
    blind = alerts.Watched(source_id="mptc-posts", health=Health.BLOCKED, last_ok_at=CAPTURED - timedelta(days=3))
    return alerts.coverage([*well, blind], CAPTURED)


def digest() -> Alert:
    """What came up for a channel that is told once a day."""
    told = [status(), adopted_khmer(), date_set(), document(), change(), health()]
    return alerts.digest(told, "policy-team", CAPTURED, local_timezone=ZONE, coverage=_coverage().line)


def watching() -> Alert:
    """A week in which little happened."""
    chosen = ("kh-pdpl", "kh-cybersec", "kh-ai-strategy", "kh-ecom", "kh-sd252", "asean-aiguide", "un-cybercrime")
    moved = LifecycleEvent(
        id=1,
        instrument="kh-pdpl",
        kind=EventKind.MOVED,
        recorded_at=CAPTURED - timedelta(days=2),
        stage=Stage.SUBMITTED,
        target="com",
        evidence=_evidence(MINISTRY, _SUBMITTED, captured_at=CAPTURED - timedelta(days=2)),
    )
    planned = replace(moved, id=2, instrument="kh-cybersec", kind=EventKind.TARGET_DATE, stage=Stage.ADOPTED, target="")
    planned = replace(planned, target_date=PartialDate(2026, 5), recorded_at=CAPTURED - timedelta(days=300))
    events = {"kh-pdpl": [moved], "kh-cybersec": [planned]}
    return alerts.watching_alert(
        alerts.standings([known().instruments[name] for name in chosen], events),
        _coverage(),
        since=CAPTURED - timedelta(days=7),
        created_at=CAPTURED,
        bodies=known().bodies,
        local_timezone=ZONE,
        channel_id="policy-team",
        text_changes=3,
    )


def test_message() -> Alert:
    """A test of a channel."""
    return alerts.test_alert("policy-team", CAPTURED, local_timezone=ZONE)


test_message.__test__ = False  # type: ignore[attr-defined]

SAMPLES: Mapping[str, Callable[[], Alert]] = {
    make.__name__.replace("_", "-"): make
    for make in (
        status,
        status_khmer,
        adopted_khmer,
        archived,
        confirmation,
        disagreement,
        disagreement_khmer,
        date_set,
        date_moved_khmer,
        date_met_khmer,
        date_slipped,
        document,
        document_khmer,
        change,
        change_khmer,
        health,
        reminder,
        recovered,
        digest,
        watching,
        test_message,
    )
}
"""Sample name → the function that makes it."""
