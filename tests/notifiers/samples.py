"""Alerts of real shape, in our own words, for the tests of rendering and sending."""

from dataclasses import replace
from datetime import UTC, datetime

from monitor.model import Alert, AlertKind, Channel, Evidence

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
        reason=text,
        diff=(("+", text), ("-", text)),
        how_to=text,
    )


def channel(name: str, url: str, *, when: str = "now", kinds: tuple[AlertKind, ...] = (AlertKind.STATUS,)) -> Channel:
    """A channel for status alerts at `url`."""
    return Channel(id=name, url=url, kinds=kinds, when=when)
