"""What a page may do without the law having changed, or with somebody's intent (rows C8, C9, C12, C13, C16, P2, P3,
P6, P7, P16, D1, D2 of the fault model).
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

import pytest

from monitor import diff
from monitor.extract import blocks
from monitor.extract.removal import removal
from monitor.model import AlertKind, BlockKind, Capture, Health, ProblemKind, ReviewState
from monitor.text.script import visible
from tests.faults.cases import cases
from tests.faults.pages.desk import HTML, LEGAL, START, Desk, source_at
from tests.faults.pages.files import form, lettered, locked, packed, portfolio, scanned, updated, whole
from tests.faults.pages.law import law_page, paragraphs, title_of
from tests.faults.pages.noise import NOISE, noisy_page
from tests.faults.pages.strangers import strangers
from tests.faults.pages.templates import TEMPLATES, dressed
from tests.faults.pages.typing import typed

SEED = 20261126
URL = "https://ministry.example/laws/17"
FILE = "https://ministry.example/files/17.pdf"
PDF = (("Content-Type", "application/pdf"),)
LANGUAGES = ("en", "fr", "km")
ADOPTED = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."
Figure = Callable[..., None]


# Somebody else's page ------------------------------------------------------------------------------------------------


@pytest.mark.promise("G4")
def test_a_page_by_another_hand_is_put_before_a_person(figure: Figure) -> None:
    """Parked, expired, defaced, spam: never believed at once; believed by two readings it moves no status."""
    found = [(language, page) for page in strangers() for language in LANGUAGES][:: cases(4, 1)]
    broken = []
    for language, page in found:
        desk = Desk(source_at(URL, language))
        desk.read(law_page(language))
        held = desk.believed()
        first = desk.read(page.body)
        if first.read or desk.believed() != held:
            broken.append(f"{page.kind}, {language}: believed at once")
        for _ in range(3):
            desk.read(page.body)
        asked = desk.alerts(AlertKind.HEALTH)
        if desk.alerts(AlertKind.STATUS) or asked != 1:
            broken.append(f"{page.kind}, {language}: {desk.alerts(AlertKind.STATUS)} status, {asked} health alerts")
    figure("G4", cases=len(found), broken=len(broken), note="parked, expired, defaced and spam pages (C8)")
    assert broken == []


@pytest.mark.promise("G4")
def test_what_a_defaced_page_says_of_a_law_waits_for_a_person() -> None:
    page = next(page for page in strangers() if b"Law on Cybersecurity" in page.body)
    desk = Desk(source_at(URL, "en"))
    desk.read(law_page("en"))
    for _ in range(2):
        desk.read(page.body)
    with desk.store.read() as uow:
        waiting = [each for each in uow.verdicts.all() if each.review is ReviewState.OPEN]
    assert waiting
    assert desk.alerts(AlertKind.STATUS) == 0


# Noise, languages, templates, typing ---------------------------------------------------------------------------------


@pytest.mark.timeout(cases(120, 600))
@pytest.mark.promise("G4")
def test_noise_is_no_change(figure: Figure) -> None:
    times, broken = cases(3, 50), []
    for at, kind in enumerate(NOISE):
        desk = Desk(source_at(URL, LANGUAGES[at % 3]))
        unread = [
            report for n in range(times) if not (report := desk.read(noisy_page(kind, LANGUAGES[at % 3], n))).read
        ]
        if unread or desk.changes or desk.alerts(*LEGAL):
            broken.append(f"{kind}: {desk.changes} changes, {len(unread)} unread")
    figure("G4", cases=len(NOISE) * times, broken=len(broken), note=f"{len(NOISE)} kinds of noise (C9)")
    assert broken == []


@pytest.mark.promise("G5")
@pytest.mark.parametrize("kind", ["visitors in the text", "related news", "white space", "tags round a line"])
def test_an_edit_under_noise_is_seen(kind: str) -> None:
    desk = Desk(source_at(URL, "en"))
    desk.read(noisy_page(kind, "en", 1))
    edited = noisy_page(kind, "en", 2).replace(b"Every processor", b"No processor", 1)
    assert desk.read(edited).tally.changed == 1


@pytest.mark.promise("G4")
def test_another_language_at_the_same_address_is_no_change(figure: Figure) -> None:
    """A site that guesses the reader's language: the wrong one is unreadable, and the right one is read as before."""
    turns = [(own, other, 8 + 8 * n) for own in LANGUAGES for other in LANGUAGES if own != other for n in range(4)]
    broken = []
    for own, other, articles in turns[:: cases(2, 1)]:
        desk = Desk(source_at(URL, own))
        desk.read(law_page(own, articles=articles))
        held = desk.believed()
        reports = [desk.read(law_page(language, articles=articles)) for language in (other, own, other, own)]
        if [report.read for report in reports] != [False, True, False, True] or desk.believed() != held:
            broken.append(f"{own} served as {other}: {[report.detail for report in reports]}")
    figure("G4", cases=len(turns[:: cases(2, 1)]), broken=len(broken), note="served in another language (C12)")
    assert broken == []


@pytest.mark.promise("G4")
def test_a_new_template_with_the_same_text_is_no_news(figure: Figure) -> None:
    names = list(TEMPLATES)
    moves = [(language, names[at - 1], name) for language in LANGUAGES for at, name in enumerate(names)][:: cases(2, 1)]
    broken = []
    for language, old, new in moves:
        desk = Desk(source_at(URL, language))
        text = [*paragraphs(language, 12), ADOPTED]
        reports = [desk.read(dressed(name, language, title_of(language), text)) for name in (old, new)]
        if desk.changes or desk.alerts(*LEGAL) or not all(report.read for report in reports):
            broken.append(f"{language}: from {old} to {new}: {desk.changes} changes, {reports[-1].detail}")
    figure("G4", cases=len(moves), broken=len(broken), note="the same text in a new template (C13)")
    assert broken == []


@pytest.mark.promise("G5")
def test_an_edit_in_a_new_template_is_seen() -> None:
    desk = Desk(source_at(URL, "en"))
    text = paragraphs("en", 12)
    desk.read(dressed("plain", "en", "Law", text))
    assert desk.read(dressed("builder", "en", "Law", [*text, ADOPTED])).tally.changed == 1
    assert desk.alerts(AlertKind.STATUS) == 1


@pytest.mark.promise("G4")
def test_khmer_typed_in_another_way_is_no_change(figure: Figure) -> None:
    """Zero-width signs that come and go, old orders of keys, letters made of two."""
    count, broken, text = cases(60, 500), [], paragraphs("km", 6)
    desk = Desk(source_at(URL, "km"))
    desk.read(law_page("km", text=text))
    for number in range(count):
        lines = [typed(line, random.Random(f"{SEED}/{number}/{at}")) for at, line in enumerate(text)]
        if not desk.read(law_page("km", text=lines)).read or desk.changes:
            broken.append(f"seed {SEED}, case {number}")
            desk = Desk(source_at(URL, "km"))
            desk.read(law_page("km", text=text))
    figure("G4", cases=count, broken=len(broken), note="Khmer typed in another way (P2)")
    assert broken == []


@pytest.mark.promise("G5")
def test_one_khmer_word_more_is_seen_however_the_rest_is_typed() -> None:
    text = paragraphs("km", 6)
    desk = Desk(source_at(URL, "km"))
    desk.read(law_page("km", text=text))
    lines = [typed(line, random.Random(at)) for at, line in enumerate([text[0].replace("ត្រូវ", "អាច"), *text[1:]])]
    assert desk.read(law_page("km", text=lines)).tally.changed == 1


# Files ---------------------------------------------------------------------------------------------------------------

LIMON = "c,ab; sþIBI karRKb;RKg dMeNIrkar nigkic©karBar TinñyfðalxøÜn RBHraCaNacRkkm<úCa Cati sasna RBHmhakSRt "
FILES = {
    "scan": (scanned(), ProblemKind.NO_TEXT_LAYER),
    "locked with a password": (locked(), ProblemKind.DAMAGED),
    "form of one program": (form(packed(paragraphs("en", 8))), ProblemKind.NO_TEXT_LAYER),
    "portfolio": (portfolio(packed(paragraphs("en", 8))), ProblemKind.NO_TEXT_LAYER),
}


@pytest.mark.promise("G4")
@pytest.mark.parametrize("name", list(FILES))
def test_a_file_that_cannot_be_read_says_why_and_moves_nothing(name: str, figure: Figure) -> None:
    body, kind = FILES[name]
    desk = Desk(source_at(FILE, "en"))
    desk.read(packed(paragraphs("en", 8)), headers=PDF)
    held = desk.believed()
    report = desk.read(body, headers=PDF)
    figure("G4", cases=1, broken=int(desk.believed() != held), note="files without readable text (P6, P7)")
    assert (report.health, desk.believed()) == (Health.UNREADABLE, held)
    assert report.detail.startswith(f"{kind}: ")
    assert len(report.detail) > len(f"{kind}: ") + 20


@pytest.mark.promise("G5")
@pytest.mark.parametrize("name", ["updated twice", "locked by AES-256", "locked by RC4-40"])
def test_a_file_that_anybody_may_read_is_read(name: str) -> None:
    assert Desk(source_at(FILE, "en")).read(whole()[name], headers=PDF).read


@pytest.mark.promise("G4")
def test_khmer_in_a_font_from_before_unicode_is_not_judged(figure: Figure) -> None:
    count, broken = cases(3, 10), []
    for number in range(count):
        desk = Desk(source_at(FILE, "km"))
        words = LIMON.split()
        random.Random(number).shuffle(words)
        report = desk.read(lettered(" ".join(words * 5)[: 260 + 40 * number]), headers=PDF)
        if not report.detail.startswith(ProblemKind.LEGACY_FONT) or desk.baseline:
            broken.append(f"{number}: {report.detail}")
    figure("G4", cases=count, broken=len(broken), note="Khmer files in old fonts (P3)")
    assert broken == []


@pytest.mark.promise("G4")
def test_a_file_put_up_at_another_address_is_told_once(figure: Figure) -> None:
    """The list names the same bytes under a new address, as content systems do with every upload."""
    count, broken = cases(2, 15), []
    for number in range(count):
        body = packed([*paragraphs("en", 6 + number), ADOPTED])
        desk = Desk(source_at(FILE, "en"))
        desk.read(packed(paragraphs("en", 3)), headers=PDF)  # the baseline is another document
        desk.read(body, headers=PDF, key=f"{FILE}?first")
        told = desk.alerts(*LEGAL, AlertKind.DOCUMENT)
        for again in range(cases(1, 3)):
            desk.read(body, headers=PDF, key=f"{FILE}?again={again}")
        if told != 1 or desk.alerts(*LEGAL, AlertKind.DOCUMENT) != told:
            broken.append(f"{number}: {told} at first, {desk.alerts(*LEGAL, AlertKind.DOCUMENT)} in the end")
    figure("G4", cases=count, broken=len(broken), note="the same file at another address (C16)")
    assert broken == []


@pytest.mark.promise("G5")
def test_another_file_at_the_same_address_is_one_change(figure: Figure) -> None:
    count, broken = cases(2, 15), []
    for number in range(count):
        desk = Desk(source_at(FILE, "en"))
        law = paragraphs("en", 6 + number)
        desk.read(packed(law), headers=PDF)
        made = datetime(2026, 11, 2 + number, 9, tzinfo=UTC)
        changed = [desk.read(body, headers=PDF).tally.changed for body in (packed([*law, ADOPTED], made=made),) * 2]
        if changed != [1, 0] or desk.alerts(AlertKind.STATUS) != 1:
            broken.append(f"{number}: changed {changed}, {desk.alerts(AlertKind.STATUS)} status alerts")
    figure("G5", cases=count, broken=len(broken), note="a new file at the same address (C16)")
    assert broken == []


@pytest.mark.promise("G4")
def test_a_file_saved_again_with_the_same_words_is_no_change() -> None:
    desk = Desk(source_at(FILE, "en"))
    law = packed(paragraphs("en", 12))
    for body in (law, updated(law), packed(paragraphs("en", 12), made=datetime(2026, 11, 20, 9, tzinfo=UTC))):
        assert desk.read(body, headers=PDF).read
    assert desk.changes == 0


# Letters that mislead ------------------------------------------------------------------------------------------------

DISGUISES = {
    "turned": "\u202e", "embedded": "\u202b", "isolated": "\u2067", "turned left": "\u202d", "popped": "\u202c",
    "Cyrillic a": "а", "Cyrillic e": "е", "Cyrillic o": "о", "Cyrillic p": "р", "Cyrillic c": "с", "Greek o": "ο",
    "Greek v": "ν",
}  # fmt: skip


def disguised() -> Iterator[tuple[str, str]]:
    """(what, line): the sentence that moves a status, with one sign in it that is not what it looks like."""
    letters = {"а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "ο": "o", "ν": "v"}
    for name, sign in DISGUISES.items():
        wanted = letters.get(sign, "")
        places = [at for at, letter in enumerate(ADOPTED) if letter == wanted] if wanted else list(range(4, 40, 7))
        for at in places[:5]:
            yield f"{name} at {at}", ADOPTED[:at] + sign + ADOPTED[at + len(wanted) :]


@pytest.mark.promise("G6")
def test_a_sentence_that_reads_otherwise_than_it_is_written_moves_nothing(figure: Figure) -> None:
    found = list(disguised())[:: cases(4, 1)]
    broken = []
    for what, line in found:
        desk = Desk(source_at(URL, "en"))
        desk.read(law_page("en"))
        report = desk.read(law_page("en", text=[*paragraphs("en"), line]))
        if report.tally.changed != 1 or desk.alerts(AlertKind.STATUS):
            broken.append(f"{what}: {report.tally.changed} changes, {desk.alerts(AlertKind.STATUS)} status alerts")
        sign = next(letter for letter in line if not letter.isascii())
        if f"[U+{ord(sign):04X}]" not in visible(line):
            broken.append(f"{what}: not shown")
    figure("G6", cases=len(found), broken=len(broken), note="signs that mislead the eye (P16)")
    assert broken == []


@pytest.mark.promise("G5")
@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u00ad"])
def test_an_invisible_sign_hides_no_step(sign: str) -> None:
    desk = Desk(source_at(URL, "en"))
    desk.read(law_page("en"))
    desk.read(law_page("en", text=[*paragraphs("en"), ADOPTED.replace("approved", f"app{sign}roved")]))
    assert desk.alerts(AlertKind.STATUS) == 1


# What is left out, and what is too long ------------------------------------------------------------------------------


@pytest.mark.promise("G5")
def test_how_much_a_rule_leaves_out_is_counted(figure: Figure) -> None:
    """A change inside a removed region is seen by nobody, so its size is."""
    count, wrong = cases(10, 30), []
    for number in range(count):
        text, gone = paragraphs("en", 30), number
        inner = "".join(f"<p{' class=gone' if at < gone else ''}>{line}</p>" for at, line in enumerate(text))
        body = f"<html><body><main><h1>Law</h1>{inner}</main></body></html>".encode()
        found = removal(captured(body), replace(source_at(URL, "en"), remove=(".gone",)))
        assert found is not None
        expected = sum(map(len, text[:gone])) / (sum(map(len, text)) + len("Law"))
        if found.blocks != gone or abs(found.share - expected) > 0.01 or found.much != (expected > 0.3):
            wrong.append(f"{gone} of 30: {found}")
    figure("G5", cases=count, broken=len(wrong), note="removed regions measured (D1)")
    assert wrong == []


def test_nothing_removed_is_not_reported() -> None:
    assert removal(captured(law_page("en")), source_at(URL, "en")) is None


def captured(body: bytes) -> Capture:
    return Capture(
        source_id="progress",
        document_key=URL,
        url=URL,
        final_url=URL,
        status=200,
        headers=HTML,
        body=body,
        fetched_at=START,
    )


@pytest.mark.timeout(cases(120, 600))
@pytest.mark.promise("G9")
@pytest.mark.parametrize("shape", ["all new", "shuffled", "one block", "one word each", "same line over and over"])
def test_two_long_texts_are_compared_in_bounded_time(shape: str, figure: Figure) -> None:
    size, chance = cases(500_000, 5_000_000), random.Random(SEED)
    words = [f"word{number}" for number in range(4_000)]
    lines = [" ".join(chance.choices(words, k=16)) for _ in range(size // 130)]
    other = {
        "all new": lambda: [" ".join(chance.choices(words, k=16)) for _ in lines],
        "shuffled": lambda: chance.sample(lines, len(lines)),
        "one block": lambda: [" ".join(chance.choices(words, k=len(lines) * 16))],
        "one word each": lambda: [f"{line} {chance.choice(words)}" for line in lines],
        "same line over and over": lambda: [lines[at % 3] for at in range(len(lines))],
    }[shape]()
    old = [" ".join(lines)] if shape == "one block" else lines
    before, after = (blocks.number([blocks.Piece(BlockKind.PARAGRAPH, line) for line in text]) for text in (old, other))
    began = monotonic()
    edits = diff.compare(before, after).edits
    for edit in edits[:3]:
        if edit.before is not None and edit.after is not None:
            diff.word_diff(edit.before.text, edit.after.text)
    took = monotonic() - began
    figure("G9", cases=1, broken=int(took > 10), note=f"2 texts of {size / 1e6:g} MB, {shape}: {took:.1f} s (D2)")
    assert took < 10
