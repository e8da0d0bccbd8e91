"""What is sent: links nobody is harmed by, and the order in which things happened."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from icalendar import Calendar
from lxml import etree

from monitor.alerts import digest, due_at
from monitor.alerts.planned import Planned
from monitor.delivery import deliver_due
from monitor.model import Alert, AlertKind, Channel, Instrument, InstrumentType, PartialDate, Stage
from monitor.ports import SendResult
from notifiers.apprise import AppriseNotifier
from notifiers.atom import atom
from notifiers.calendar import calendar
from notifiers.plugins.slack import blocks
from notifiers.plugins.teams import encoded
from notifiers.render import render
from notifiers.view import view
from storage.memory import MemoryStore
from tests.delivery.fakes import LATER, OK, HandClock, Post, alert, channel
from tests.faults.cases import cases
from tests.notifiers.receivers import Mailbox
from tests.notifiers.samples import ENGLISH, KHMER

Figure = Callable[..., None]

# Links -------------------------------------------------------------------------------------------------------------

NO_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "javascript://mptc.gov.kh/%0aalert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://mptc.gov.kh/law.pdf",
    "mailto:victim@example.org",
    "tel:+85512345678",
    "blob:https://mptc.gov.kh/1",
    "view-source:https://mptc.gov.kh/",
    "intent://mptc.gov.kh#Intent;scheme=https;end",
    "ms-word:ofe|u|https://evil.example/x.docx",
    "//evil.example/",
    "https://mptc.gov.kh@evil.example/",
    "https://mptc.gov.kh:pass@evil.example/",
    "https://",
    "https://[::1",
    "https://mptc.gov.kh:99999999/",
]
LOOK_ALIKES = {
    "https://mptс.gov.kh/news": "mpt",
    "https://ｍptc.gov.kh/news": "mptc.gov.kh",
    "https://mptc.gov.kh\u2024evil.example/": "evil.example",
    "https://mptc.gov.kh。evil.example/": "evil.example",
    "https://аsean.org/": "xn--",
    "https://ɢoogle.com/": "xn--",
    "https://mptc\u00ad.gov.kh/": "mptc.gov.kh",
    "https://ច្បាប់.example/": "xn--",
}


class _Links(HTMLParser):
    """Collects where a page would lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def _about(url: str) -> Alert:
    assert ENGLISH.evidence is not None
    return replace(ENGLISH, how_to="", evidence=replace(ENGLISH.evidence, url=url))


def _live(told: Alert) -> dict[str, list[str]]:
    """The addresses each form of a message makes clickable."""
    shown = view(told)
    page = _Links()
    page.feed(render(told).html)
    slack = [block["text"]["text"] for block in blocks(shown) if _is_markup(block)]  # type: ignore[index]
    card = json.loads(encoded(shown))["attachments"][0]["content"]
    feed = etree.fromstring(atom([told], authority="a.example", name="x.atom", home="https://home.example/"))
    law = Instrument(
        id="kh-pdpl",
        title="L",
        type=InstrumentType.LAW,
        jurisdiction="KH",
        stage=Stage.DRAFTING,
        as_of=date(2026, 1, 1),
    )
    day = Planned(
        instrument=law,
        day=PartialDate(2026),
        closes=False,
        what="next step",
        revision=0,
        recorded_at=datetime(2026, 6, 9, tzinfo=UTC),
        evidence=told.evidence,
    )
    (event,) = Calendar.from_ical(calendar([day], authority="a.example")).walk("VEVENT")
    return {
        "mail": page.found,
        "slack": [text.strip("<>") for text in slack],
        "teams": [action["url"] for action in card.get("actions", [])],
        "atom": [str(link.get("href")) for link in feed.iterfind("{*}entry/{*}link")],
        "calendar": [str(event["URL"])] if "URL" in event else [],
    }


def _is_markup(block: dict[str, object]) -> bool:
    text = block.get("text")
    return isinstance(text, dict) and text.get("type") == "mrkdwn"


@pytest.mark.promise("G12")
def test_address_that_is_no_plain_web_address_is_clickable_nowhere(figure: Figure) -> None:
    broken = []
    for url in NO_LINKS:
        live = _live(_about(url))
        live["atom"] = [each for each in live["atom"] if each != "https://home.example/"]
        broken += [f"{url!r} in {form}: {found}" for form, found in live.items() if found]
    figure(
        "G12", cases=len(NO_LINKS), broken=len(broken), note="addresses that are no web links, in five forms: not live"
    )
    assert not broken


@pytest.mark.promise("G12")
def test_look_alike_host_is_shown_as_what_it_is(figure: Figure) -> None:
    broken = []
    for url, part in LOOK_ALIKES.items():
        for form, found in _live(_about(url)).items():
            others = [each for each in found if each != "https://home.example/"]
            broken += [f"{url} in {form}: {each}" for each in others if not each.isascii() or part not in each]
    figure(
        "G12", cases=len(LOOK_ALIKES), broken=len(broken), note="look-alike hosts: live in ASCII only, or not at all"
    )
    assert not broken


@pytest.mark.promise("G12")
def test_good_address_is_clickable_in_every_form() -> None:
    good = "https://mptc.gov.kh/en/news/4711?lang=en"
    live = _live(_about(good))
    assert {form: found for form, found in live.items() if found != [good]} == {}


# Order -------------------------------------------------------------------------------------------------------------


@pytest.mark.promise("G3")
def test_what_one_source_said_arrives_in_the_order_it_was_said(figure: Figure) -> None:
    """Whatever it was about, and whatever failed in between: the numbers of a source only rise."""
    runs, faults = cases(12, 100), []
    for seed in range(runs):
        chance = random.Random(seed)

        def moody(told: Alert, name: str, chance: random.Random = chance) -> SendResult:
            asked = SendResult(ok=False, error="answered 429", retry_after=chance.uniform(1, 900))
            return chance.choices([OK, LATER, asked], [65, 25, 10])[0]

        post = Post(channel("a"), channel("b"), answer=moody)
        sequence = dict.fromkeys(("na", "com", "mptc"), 0)
        for _ in range(40):
            source = chance.choice(tuple(sequence))
            sequence[source] += 1
            key = f"{source}-{sequence[source]:06d}"
            post.add(alert(key, source=source, instrument=chance.choice("ABCDEFGH"), at=post.clock.time))
            post.deliver(after=timedelta(seconds=chance.randrange(1, 400)))
        post.notifier.answer = lambda told, name: OK
        for _ in range(20):
            post.deliver(after=timedelta(minutes=15))
        for name in post.channels:
            for source, last in sequence.items():
                got = [key for key in post.keys(name) if key.startswith(source)]
                if got != [f"{source}-{number:06d}" for number in range(1, last + 1)]:
                    faults.append(f"seed {seed}: {name} {source}: {got}")
    figure(
        "G3", cases=runs, broken=len(faults), note="40 alerts of 3 sources, random failures: each source in its order"
    )
    assert not faults, faults[:3]


# Everything at once --------------------------------------------------------------------------------------------------


@pytest.mark.promise("G3")
def test_host_that_changes_everything_is_one_mail_and_a_step_in_it_one_of_its_own(figure: Figure) -> None:
    """In a real SMTP conversation: MIME structure, headers, Khmer, the number of changes, every key."""
    count = cases(120, 500)
    with Mailbox() as mailbox:
        url = f"mailto://127.0.0.1:{mailbox.port}?from=a@example.org&to=team@example.org&mode=insecure"
        team = Channel(id="team", url=url, kinds=(AlertKind.STATUS, AlertKind.CHANGE, AlertKind.DOCUMENT))
        store, clock = MemoryStore(), HandClock()
        with store.begin() as uow:
            for number in range(count):
                made = replace(KHMER, key=f"mptc-{number:06d}", kind=(AlertKind.CHANGE, AlertKind.DOCUMENT)[number % 2])
                uow.outbox.add(replace(made, created_at=clock.now()), ["team"])
            uow.outbox.add(replace(KHMER, key="mptc-step", created_at=clock.now()), ["team"])
        notifier = AppriseNotifier([team], timeout=20.0)
        report = deliver_due(store, notifier, clock, {"team": team}, combine=_together, due_at=due_at, patience=25.0)

    assert (report.sent, report.failed, len(mailbox.mails)) == (count + 1, 0, 2)
    single, grouped = (mail.message for mail in mailbox.mails)
    assert single["X-Alert-Key"] == "mptc-step"
    assert single["References"] == "<instrument-kh-pdpl@example.org>"
    assert (grouped["X-Alert-Kind"], grouped["References"]) == ("digest", None)
    assert f"{count // 2} text changes" in grouped["Subject"]
    assert [part.get_content_type() for part in grouped.iter_parts()] == ["text/plain", "text/html"]
    body = grouped.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    broken = sum(f"mptc-{number:06d}" not in text for number in range(count))
    figure("G3", cases=count, broken=broken, note="changes of one host at once: one mail that names them all")
    assert broken == 0
    assert KHMER.subject in text


def _together(waiting: Sequence[Alert], to: Channel, now: datetime) -> Alert:
    return digest(waiting, to.id, now, local_timezone=to.timezone)
