"""The files for machines: valid, stable to the byte, and safe whatever a page says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from icalendar import Calendar
from lxml import etree

from monitor.alerts.planned import Planned
from monitor.alerts.samples import sample
from monitor.model import Alert, AlertKind, Evidence, Instrument, InstrumentType, PartialDate, Stage
from notifiers.atom import atom
from notifiers.calendar import calendar
from tests.notifiers.samples import ENGLISH, KHMER, hostile

ATOM = "{http://www.w3.org/2005/Atom}"
NOW = datetime(2026, 6, 9, 19, 5, 30, tzinfo=UTC)


def _feed(*alerts: Alert, url: str = "") -> bytes:
    return atom(alerts, authority="ngo.example", name="law.atom", home="mailto:watch@ngo.example", url=url)


def _parsed(*alerts: Alert) -> etree._Element:
    return etree.fromstring(_feed(*alerts))


def _text(element: etree._Element, path: str) -> str:
    return str(element.findtext("/".join(ATOM + part for part in path.split("/"))))


def test_feed_has_what_the_standard_asks_for() -> None:
    feed = _parsed(ENGLISH, KHMER)
    assert feed.tag == f"{ATOM}feed"
    assert [_text(feed, part) != "None" for part in ("id", "title", "updated", "author/name")] == [True] * 4
    for entry in feed.iter(f"{ATOM}entry"):
        assert [_text(entry, part) != "None" for part in ("id", "title", "updated", "summary")] == [True] * 4


def test_entry_has_a_tag_address_made_of_key_and_day() -> None:
    assert _text(_parsed(ENGLISH), "entry/id") == "tag:ngo.example,2026-06-09:alert/mptc-news.17.status"


def test_ids_of_all_entries_differ_and_stay_when_others_come() -> None:
    before = {_text(entry, "id") for entry in _parsed(ENGLISH).iter(f"{ATOM}entry")}
    after = [_text(entry, "id") for entry in _parsed(KHMER, ENGLISH).iter(f"{ATOM}entry")]
    assert len(set(after)) == 2
    assert before < set(after)


def test_same_alerts_give_the_same_bytes() -> None:
    assert _feed(ENGLISH, KHMER) == _feed(ENGLISH, KHMER)
    assert _feed() == _feed()


def test_empty_feed_is_a_feed() -> None:
    assert _text(_parsed(), "updated") == "1970-01-01T00:00:00+00:00"


def test_feed_was_updated_with_its_newest_entry() -> None:
    later = replace(KHMER, created_at=KHMER.created_at + timedelta(days=1))
    assert _text(_parsed(later, ENGLISH), "updated") == "2026-06-10T19:05:31+00:00"


def test_feed_that_knows_its_address_says_it() -> None:
    links = etree.fromstring(_feed(ENGLISH, url="https://ngo.example/law.atom")).findall(f"{ATOM}link")
    assert [(link.get("rel"), link.get("href")) for link in links] == [
        ("alternate", "https://ngo.example/law.atom"),
        ("self", "https://ngo.example/law.atom"),
    ]


def test_readers_get_title_link_and_the_whole_message() -> None:
    entry = feedparser.parse(_feed(KHMER)).entries[0]
    assert entry.title == KHMER.subject
    assert entry.link.startswith("https://mptc.gov.kh/")
    assert KHMER.evidence is not None
    assert KHMER.evidence.quote in entry.content[0].value
    assert KHMER.key in entry.content[0].value


HOSTILE = [
    "<script>alert(1)</script>",
    "]]><entry/>",
    "&lt;b&gt; &amp; <b>bold</b>",
    '"><img src=x onerror=alert(1)>',
    "\x00\x0b\ufffe\uffff",
    "\u202egnp.exe",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_page_text_adds_no_element_to_a_feed_nor_to_what_a_reader_shows(text: str) -> None:
    plain, attacked = _parsed(hostile("words")), _parsed(hostile(text))
    assert [each.tag for each in attacked.iter()] == [each.tag for each in plain.iter()]
    shown = etree.HTML(_text(attacked, "entry/content"))
    assert [each.tag for each in shown.iter()] == ["html", "body", "pre"]
    assert "\u202e" not in etree.tostring(attacked, encoding="unicode")


@pytest.mark.parametrize("kind", AlertKind)
def test_alert_of_every_kind_fits_into_a_feed(kind: AlertKind) -> None:
    assert _text(_parsed(sample(kind, NOW)), "entry/title").startswith("[SAMPLE]")


# The calendar ------------------------------------------------------------------------------------------------------

LAW = Instrument(
    id="kh-pdpl",
    title="Personal Data Protection Law",
    type=InstrumentType.LAW,
    jurisdiction="KH",
    stage=Stage.DRAFTING,
    as_of=date(2026, 1, 1),
)
PLANNED = Planned(
    instrument=LAW,
    day=PartialDate(2026),
    closes=False,
    what="to be submitted to the Council of Ministers",
    revision=2,
    recorded_at=NOW,
    evidence=Evidence(
        source_id="mptc",
        url="https://mptc.gov.kh/news/1",
        quote="រំពឹងថានឹងដាក់ជូនគណៈរដ្ឋមន្ត្រីនៅចុងឆ្នាំ២០២៦",
        captured_at=NOW,
        sha256="",
    ),
)


def _event(planned: Planned) -> dict[str, str]:
    (event,) = Calendar.from_ical(calendar([planned], authority="ngo.example")).walk("VEVENT")
    return {
        name: event[name].to_ical().decode() if hasattr(event[name], "to_ical") else str(event[name]) for name in event
    }


def test_date_is_a_whole_day_with_a_lasting_id() -> None:
    event = _event(replace(PLANNED, day=PartialDate(2026, 9, 30)))
    assert (event["UID"], event["SEQUENCE"]) == ("kh-pdpl-target@ngo.example", "2")
    assert (event["DTSTART"], event["DTEND"]) == ("20260930", "20261001")
    assert event["DTSTAMP"] == "20260609T190530Z"


def test_date_that_moves_keeps_its_id() -> None:
    moved = replace(PLANNED, day=PartialDate(2027, 3), revision=3)
    assert (_event(moved)["UID"], _event(moved)["SEQUENCE"]) == (_event(PLANNED)["UID"], "3")


@pytest.mark.parametrize(
    ("day", "on", "words"),
    [
        (PartialDate(2026), "20261231", "by the end of 2026"),
        (PartialDate(2026, 12), "20261231", "by the end of Dec 2026"),
        (PartialDate(2028, 2), "20280229", "by the end of Feb 2028"),
    ],
)
def test_date_without_a_day_stands_on_the_last_one_and_says_so(day: PartialDate, on: str, words: str) -> None:
    event = _event(replace(PLANNED, day=day))
    assert event["DTSTART"] == on
    assert words in event["SUMMARY"]
    assert "names no day" in event["DESCRIPTION"]
    assert event["STATUS"] == "TENTATIVE"


@pytest.mark.parametrize(
    ("closes", "day", "status"),
    [
        (False, PartialDate(2026, 9, 30), "TENTATIVE"),
        (True, PartialDate(2026, 9, 30), "CONFIRMED"),
        (True, PartialDate(2026, 9), "TENTATIVE"),
    ],
)
def test_only_the_exact_end_of_a_consultation_is_firm(closes: bool, day: PartialDate, status: str) -> None:
    assert _event(replace(PLANNED, closes=closes, day=day))["STATUS"] == status


def test_target_and_end_of_consultation_of_one_instrument_are_two_events() -> None:
    both = calendar([PLANNED, replace(PLANNED, closes=True, what="consultation closes")], authority="ngo.example")
    assert len({str(event["UID"]) for event in Calendar.from_ical(both).walk("VEVENT")}) == 2


def test_khmer_quotation_survives_the_folding_of_lines() -> None:
    (event,) = Calendar.from_ical(calendar([PLANNED], authority="ngo.example")).walk("VEVENT")
    assert PLANNED.evidence is not None
    assert PLANNED.evidence.quote in str(event["DESCRIPTION"])
    assert all(len(line) <= 75 for line in calendar([PLANNED], authority="ngo.example").split(b"\r\n"))


def test_same_dates_give_the_same_bytes_in_whatever_order() -> None:
    other = replace(PLANNED, closes=True, day=PartialDate(2026, 9, 30))
    assert calendar([PLANNED, other], authority="a.example") == calendar([other, PLANNED], authority="a.example")


@pytest.mark.parametrize("text", ["x\r\nEND:VEVENT\r\nBEGIN:VEVENT", "a;b,c\\n:d", "\u202eevil", "\x00\x07"])
def test_page_text_adds_no_line_to_a_calendar(text: str) -> None:
    assert PLANNED.evidence is not None
    written = calendar(
        [replace(PLANNED, evidence=replace(PLANNED.evidence, quote=text, url=text))], authority="a.example"
    )
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert "URL" not in event
    assert written.count(b"\r\nBEGIN:VEVENT") == 1
    assert "\u202e" not in written.decode()


def test_calendar_without_dates_is_a_calendar() -> None:
    assert Calendar.from_ical(calendar([], authority="a.example")).walk("VEVENT") == []
