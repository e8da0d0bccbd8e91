"""What a message says, and that words of a page stay words."""

import html.parser
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.model import Alert, AlertKind, Difference
from notifiers.plugins.slack import blocks
from notifiers.render import Message, clean, fit, payload, render, safe_link, shorten, view
from tests.notifiers.samples import CAPTURED, ENGLISH, KHMER, SAMPLES, archived, change, hostile, status

GOLDEN = Path(__file__).parent / "golden"
MADE: Mapping[str, Callable[[], Alert]] = {"english": lambda: ENGLISH, "khmer": lambda: KHMER, **SAMPLES}


def _forms(alert: Alert) -> dict[str, str]:
    message = render(alert)
    return {
        "txt": f"{message.subject}\n\n{message.text}",
        "html": message.html,
        "slack.json": json.dumps(blocks(view(alert)), ensure_ascii=False, indent=2) + "\n",
        "json": json.dumps(payload(alert), ensure_ascii=False, indent=2) + "\n",
    }


@pytest.mark.parametrize("form", ["txt", "html", "slack.json", "json"])
@pytest.mark.parametrize("name", MADE)
def test_message_reads_as_the_golden_file_says(name: str, form: str) -> None:
    """`UPDATE_GOLDEN=1 pytest tests/notifiers/test_render.py` writes the files anew: read them before you keep them."""
    file = GOLDEN / f"{name}.{form}"
    made = _forms(MADE[name]())[form]
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(made, encoding="utf-8")
    assert made == file.read_text(encoding="utf-8")


def test_every_kind_of_alert_has_a_golden_file() -> None:
    assert {make().kind for make in MADE.values()} == set(AlertKind)


def test_no_golden_file_is_left_over() -> None:
    assert {file.name.partition(".")[0] for file in GOLDEN.iterdir()} == set(MADE)


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize(
    "needed",
    [
        "mptc-news.17.status",
        "Personal Data Protection Law",
        "kh-pdpl",
        "appears to have moved: drafting → approved",
        "The Council of Ministers today approved the draft Law on Personal Data Protection.",
        "mptc-news",
        "2026-06-09 19:05:30 UTC",
        "2026-06-10 02:05:30 Asia/Phnom_Penh",
        "the National Assembly has still to vote",
        "82%",
        "second-tier source",
        "monitor review confirm 7",
        "monitor review reject 7",
        "- The draft law is being finalised.",
        "+ The Council of Ministers today approved",
    ],
)
def test_message_says(form: str, needed: str) -> None:
    assert needed in getattr(render(ENGLISH), form)


def test_text_message_has_the_link_as_written() -> None:
    assert "https://mptc.gov.kh/en/news/4711?lang=en&print=1" in render(ENGLISH).text


def test_same_alert_gives_the_same_message() -> None:
    assert render(KHMER) == render(replace(KHMER))


def test_stage_that_did_not_move_is_shown_as_unchanged() -> None:
    alert = replace(ENGLISH, kind=AlertKind.TARGET_DATE, to_stage="drafting")
    assert "drafting (unchanged)" in render(alert).text


def test_stage_words_are_written_for_people() -> None:
    alert = replace(ENGLISH, from_stage="promulgated", to_stage="in_force")
    assert "promulgated → in force" in render(alert).text


def test_test_message_is_marked_in_its_subject() -> None:
    assert render(replace(ENGLISH, kind=AlertKind.TEST)).subject.startswith("[TEST] ")


# The order and the parts of a message

ORDER = (
    "appears to have been submitted",
    "What the page says",
    "What changed on the page",
    "What this does not mean",
    "Who must still act",
    "Where it was read",
    "Why we say so",
    "What you can do",
    "Alert key:",
)


@pytest.mark.parametrize("form", ["text", "html"])
def test_parts_come_in_the_order_in_which_people_ask(form: str) -> None:
    made = getattr(render(status()), form)
    made = made[made.index("<body") :] if form == "html" else made
    places = [made.index(part) for part in ORDER]
    assert places == sorted(places)


def test_changed_words_read_as_plain_text() -> None:
    assert "open until 30 [-May-]{+June+} 2026." in render(change()).text


def test_changed_words_in_html_survive_mail_programs() -> None:
    made = render(change()).html
    assert re.search(r'<span style="[^"]*line-through">May</span>', made)
    assert re.search(r'<span style="[^"]*underline[^"]*">June</span>', made)


def test_changed_block_stands_under_its_headings_once() -> None:
    assert render(change()).text.count("§ Draft laws and policies › Personal data") == 1


def test_block_that_was_rewritten_is_shown_as_old_and_new() -> None:
    words = (("-", "Old words of a page"), (" ", " "), ("+", "nothing like them"))
    shown = view(replace(ENGLISH, diff=(), differences=(Difference(words=words),)))
    assert shown.diff == (("-", "Old words of a page"), ("+", "nothing like them"))


def test_block_that_only_repeats_the_quotation_is_not_shown_again() -> None:
    assert ENGLISH.evidence is not None
    words = (("+", ENGLISH.evidence.quote),)
    assert view(replace(ENGLISH, diff=(), differences=(Difference(words=words),))).diff == ()


def test_unchanged_words_far_from_the_change_are_left_out() -> None:
    words = ((" ", "far away " * 60), ("-", "approved"), ("+", "adopted"), (" ", " long after" * 60))
    (line,) = [line for _, line in view(replace(ENGLISH, diff=(), differences=(Difference(words=words),))).diff]
    assert "[-approved-]{+adopted+} long after" in line
    assert len(line) < 300


def test_status_alert_shows_three_changed_blocks_and_counts_the_others() -> None:
    many = tuple(Difference(words=((" ", f"block {n} "), ("+", "new"))) for n in range(10))
    text = render(replace(ENGLISH, diff=(), differences=many)).text
    assert ("block 2" in text, "block 3" in text) == (True, False)
    assert "7 more changed passages; see `monitor changes`" in text


def test_words_of_several_pieces_lose_no_space() -> None:
    assert "Telecommunications [-is finalising-]{+has submitted+} the draft" in render(status()).text


@pytest.mark.parametrize("form", ["text", "html"])
def test_archived_copy_is_named_and_linked(form: str) -> None:
    made = getattr(render(archived()), form)
    assert "https://web.archive.org/web/20260609190530/https://mptc.gov.kh/en/news/4711" in made
    assert "not from the page itself" in made


def test_html_says_which_language_the_quotation_is_in() -> None:
    assert '<blockquote dir="auto" lang="km"' in render(KHMER).html


def test_html_hides_one_line_for_lists_of_mails() -> None:
    first = _elements(render(ENGLISH).html)
    (hidden,) = [attributes for tag, attributes in first if "display:none" in (attributes.get("style") or "")]
    assert hidden["style"] == "display:none;max-height:0;overflow:hidden"


def test_every_text_colour_stands_with_its_background() -> None:
    """Where a mail program turns colours for the dark, it turns both of a pair."""
    for name in MADE:
        for tag, attributes in _elements(render(MADE[name]()).html):
            style = attributes.get("style") or ""
            if re.search(r"(?<!-)color:", style) and tag != "a":
                assert "background-color:" in style, (name, tag, style)


def test_alert_without_evidence_renders() -> None:
    alert = Alert(key="s.1.health", kind=AlertKind.HEALTH, created_at=CAPTURED, subject="Blind", bottom_line="No copy.")
    assert render(alert).text.split() == ["No", "copy.", "Alert", "key:", "s.1.health"]


def test_unknown_time_zone_falls_back_to_utc() -> None:
    assert "Captured   2026-06-09 19:05:30 UTC\n" in render(replace(ENGLISH, local_timezone="Mars/Olympus")).text


def test_long_difference_says_how_much_it_left_out() -> None:
    alert = replace(ENGLISH, diff=tuple(("+", f"line {n}") for n in range(500)))
    assert "420 more lines; see `monitor changes`" in render(alert).text


def test_digest_shows_every_line_under_its_own_heading() -> None:
    lines = tuple((" ", f"line {n}") for n in range(500))
    text = render(replace(ENGLISH, kind=AlertKind.DIGEST, diff=lines)).text
    assert "In this digest\n" in text
    assert "    line 499\n" in text


class _Tags(html.parser.HTMLParser):
    """Collects element names and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def _elements(document: str) -> list[tuple[str, dict[str, str | None]]]:
    tags = _Tags()
    tags.feed(document)
    return tags.seen


MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<a href='javascript:alert(1)'>law</a>",
    "</blockquote></body><style>*{display:none}</style>",
    "<ins>added</ins><del>gone</del>",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "{{ 7 * 7 }} {% include 'x' %}",
    "<!-- comment -->",
    "<iframe src=//example.org></iframe>",
    "' onmouseover='alert(1)",
]


@pytest.mark.parametrize("text", MARKUP)
def test_page_markup_adds_no_element_to_the_html(text: str) -> None:
    def shape(alert: Alert) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(attributes)) for tag, attributes in _elements(render(alert).html)]

    assert shape(hostile(text)) == shape(hostile("plain words"))


@pytest.mark.parametrize("text", MARKUP)
def test_html_shows_page_markup_as_the_words_it_was(text: str) -> None:
    class Words(html.parser.HTMLParser):
        data = ""

        def handle_data(self, data: str) -> None:
            self.data += data

    words = Words()
    words.feed(render(hostile(text)).html)
    assert text in words.data


def test_html_needs_no_remote_resource_and_no_style_block() -> None:
    tags = {tag for tag, _ in _elements(render(ENGLISH).html)}
    assert not tags & {"img", "style", "link", "script", "ins", "del", "iframe"}


def test_html_links_only_to_the_source() -> None:
    links = [
        attributes["href"] for tag, attributes in _elements(render(hostile("https://evil.example")).html) if tag == "a"
    ]
    assert links == ["https://mptc.gov.kh/en/news/4711?lang=en&print=1"]


@pytest.mark.parametrize(
    "text", ["a\r\nBcc: x@example.org", "a\nb", "a\x0bb", "a\x85b", "a\u2028b", "a\u2029b", "a\x1eb", "a\rb"]
)
def test_subject_is_always_one_line(text: str) -> None:
    assert len(render(replace(ENGLISH, subject=text)).subject.splitlines()) == 1


@pytest.mark.parametrize("form", ["subject", "text", "html"])
@pytest.mark.parametrize("letter", ["\u202e", "\u202d", "\u2066", "\u2067", "\x00", "\x1b", "\x07", "\x9b", "\u200f"])
def test_control_and_direction_letters_are_shown_not_obeyed(letter: str, form: str) -> None:
    made = getattr(render(hostile(f"law {letter}draft")), form)
    assert letter not in made
    assert f"[U+{ord(letter):04X}]" in made


def test_page_words_cannot_forge_a_line_of_ours() -> None:
    forged = "x\nAlert key: forged\r\n\r\nStage      in force\u2028Alert key: forged"
    ours = [line for line in render(hostile(forged)).text.splitlines() if line.startswith(("Alert key:", "Stage"))]
    assert ours == ["Stage      appears to have moved: drafting → approved", "Alert key: mptc-news.17.status"]


def test_zero_width_space_between_khmer_letters_stays() -> None:
    assert clean("ច្បាប់\u200bថ្មី") == "ច្បាប់\u200bថ្មី"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "//example.org/a",
        "https://",
        "https://mptc.gov.kh@evil.example/",
        "http://[::1",
        "https://exa mple.org/",
        "https://a<b.example/",
        "https://example.org:port/",
        "mailto:a@example.org",
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert safe_link(url) == ""


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f"),
        ("HTTPS://Example.ORG/A", "https://example.org/A"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://example.org/%E1%9E%80", "https://example.org/%E1%9E%80"),
        ("https://example.org/ក", "https://example.org/%E1%9E%80"),
        ('https://example.org/"><img src=x>', "https://example.org/%22%3E%3Cimg%20src=x%3E"),
        ("https://example.org/a|b", "https://example.org/a%7Cb"),
        ("https://mрtc.gov.kh/", "https://xn--mtc-0ed.gov.kh/"),
    ],
)
def test_links_are_written_so_that_nothing_hides_in_them(url: str, link: str) -> None:
    assert safe_link(url) == link


def test_address_that_is_no_link_is_shown_as_words() -> None:
    assert ENGLISH.evidence is not None
    alert = replace(ENGLISH, evidence=replace(ENGLISH.evidence, url="javascript:alert(1)"))
    assert "javascript:alert(1) (not a web link)" in render(alert).text


@pytest.mark.parametrize(
    ("text", "limit", "shortened"),
    [("កោះកុងធំ", 5, "កោះ…"), ("ច្បាប់ថ្មី", 3, "…"), ("ច្បាប់ថ្មី", 9, "ច្បាប់…"), ("law of the land", 7, "law of…")],
)
def test_shortening_never_splits_a_letter_cluster(text: str, limit: int, shortened: str) -> None:
    assert shorten(text, limit, "…") == shortened


def test_fitting_keeps_link_and_key() -> None:
    message = replace(render(ENGLISH), text="word " * 5000)
    fitted = fit(message, 500)
    assert len(fitted) <= 500
    assert message.link in fitted
    assert fitted.endswith(f"Alert key: {ENGLISH.key}\n")


@pytest.mark.parametrize("limit", [80, 160, 200, 300])
def test_fitting_keeps_its_limit_and_the_key(limit: int) -> None:
    fitted = fit(render(ENGLISH), limit)
    assert len(fitted) <= limit
    assert ENGLISH.key in fitted


def test_short_message_is_not_touched() -> None:
    message = Message(key="k", subject="s", text="t", html="h")
    assert fit(message, 100) == "t"


def test_webhook_document_holds_the_quotation_untouched() -> None:
    text = "<b>\u202eadopted</b>\r\n"
    document = payload(hostile(text))
    assert document["quote"] == text
    assert document["evidence"] == [
        {
            "source": "mptc-news",
            "url": "https://mptc.gov.kh/en/news/4711?lang=en&print=1",
            "quote": text,
            "captured_at": "2026-06-09T19:05:30Z",
            "sha256": "5f1d" * 16,
            "snapshot": 42,
            "way": "direct",
            "archived_copy": "",
        }
    ]


def test_webhook_document_without_evidence_is_json() -> None:
    alert = Alert(key="k", kind=AlertKind.HEALTH, created_at=CAPTURED, subject="s", bottom_line="b")
    assert json.loads(json.dumps(payload(alert)))["captured_at"] is None
