"""What is too surprising to be believed at once: losses, withdrawals, flapping, cut answers, our own upgrades.

Rows C4, C10, C11, C15, D9, N5, P15 of the fault model: health states first, believed when a second reading agrees.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle, islice

import pytest

from monitor.extract import dispatch
from monitor.model import AlertKind, Cause, Health, Outcome, ReviewState
from tests.faults.cases import cases
from tests.faults.pages.bad import LANGUAGES, bad_pages
from tests.faults.pages.desk import HTML, LEGAL, Desk, source_at
from tests.faults.pages.law import law_page, paragraphs

SEED = 20261125
URL = "https://ministry.example/laws/17"
ADOPTED = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."


@pytest.fixture
def desk() -> Desk:
    return Desk(source_at(URL, "en"))


@pytest.mark.promise("G4")
def test_a_loss_of_most_of_the_text_is_believed_at_the_second_reading_only(figure: Callable[..., None]) -> None:
    count, broken = cases(12, 40), []
    for number in range(count):
        language = LANGUAGES[number % 3]
        desk = Desk(source_at(URL, language), step=timedelta(hours=1 + number % 5))
        desk.read(law_page(language, articles=40))
        held = desk.believed()
        short = law_page(language, articles=2 + number % 6)
        first = desk.read(short)
        if first.health is not Health.UNREADABLE or desk.believed() != held:
            broken.append(f"{number}: believed at once: {first.detail}")
        if desk.read(short).tally.changed != 1:
            broken.append(f"{number}: not believed at the second reading")
        with desk.store.read() as uow:
            asked = [each.alert for each in uow.outbox.all() if "hardly the one it was" in each.alert.subject]
        if len(asked) != 1 or "shrank" not in asked[0].bottom_line:
            broken.append(f"{number}: put before a person {len(asked)} times")
    figure("G4", cases=count, broken=len(broken), note="losses of three quarters of the text (D9)")
    assert broken == []


@pytest.mark.promise("G4")
def test_what_a_shrunken_page_says_of_a_law_waits_for_a_person(desk: Desk, figure: Callable[..., None]) -> None:
    """Two readings agree that most of the text is gone and that a step is named: no status moves by that alone."""
    desk.read(law_page("en", articles=40))
    short = law_page("en", text=[*paragraphs("en", 3), ADOPTED])
    assert not desk.read(short).read
    assert desk.read(short).tally.changed == 1
    with desk.store.read() as uow:
        waiting = [each.verdict for each in uow.verdicts.all() if each.review is ReviewState.OPEN]
    figure("G4", cases=1, broken=desk.alerts(AlertKind.STATUS), note="shrunken pages that name a step (D9)")
    assert desk.alerts(AlertKind.STATUS) == 0
    assert [verdict.outcome for verdict in waiting] == [Outcome.REVIEW]
    assert "a person must look" in waiting[0].reason


@pytest.mark.promise("G5")
def test_the_same_step_on_a_page_that_kept_its_text_is_told_at_once(desk: Desk) -> None:
    desk.read(law_page("en", articles=12))
    desk.read(law_page("en", text=[*paragraphs("en", 12), ADOPTED]))
    assert desk.alerts(AlertKind.STATUS) == 1


@pytest.mark.promise("G4")
def test_two_readings_within_ten_minutes_confirm_nothing(desk: Desk) -> None:
    desk.read(law_page("en", articles=40))
    desk.step = timedelta(minutes=4)
    short = law_page("en", articles=3)
    assert [desk.read(short).read for _ in range(4)] == [False, False, False, True]


@pytest.mark.promise("G4")
def test_a_loss_that_is_gone_at_the_next_reading_is_forgotten(desk: Desk) -> None:
    whole, short = law_page("en", articles=40), law_page("en", articles=3)
    held = None
    for _ in range(4):
        desk.read(whole)
        held = held or desk.believed()
        assert not desk.read(short).read
    assert desk.believed() == held


@pytest.mark.promise("G4")
def test_a_missing_page_is_put_before_a_person_once_after_a_day(figure: Callable[..., None]) -> None:
    missing = [page for page in bad_pages(SEED) if page.row == "C4"]
    chosen, broken = list(islice(missing, cases(15, 60))), []
    for page in chosen:
        desk = Desk(source_at(URL, page.language))
        desk.read(law_page(page.language))
        held, asked = desk.believed(), []
        for _ in range(8):
            final = f"https://ministry.example{page.final_path}" if page.final_path else ""
            desk.read(page.body, status=page.status, headers=(*HTML, *page.headers), final_url=final)
            with desk.store.read() as uow:
                asked.append(sum("withdrawn or moved" in each.alert.subject for each in uow.outbox.all()))
        if asked != [0, 0, 0, 0, 1, 1, 1, 1] or desk.believed() != held:
            broken.append(f"{page.id}: {asked}")
    figure("G4", cases=len(chosen), broken=len(broken), note="missing pages: one item for a person, no change (C4)")
    assert broken == []


@pytest.mark.promise("G4")
def test_a_page_that_turns_back_and_forth_is_told_once_each_way(figure: Callable[..., None]) -> None:
    """A→B→A→B…, also two and three readings in a row: one alert for each turn in seven days, the rest is health."""
    sequences, length, broken = cases(6, 20), cases(24, 50), []
    for number in range(sequences):
        desk = Desk(source_at(URL, "en"), step=timedelta(hours=3))
        states = [law_page("en", articles=12), law_page("en", text=[*paragraphs("en", 12), f"{ADOPTED} {number}"])]
        stay = 1 + number % 3
        for at in islice(cycle([state for state in states for _ in range(stay)]), length):
            desk.read(at)
        told = desk.alerts(*LEGAL)
        if told > 2:
            broken.append(f"{number}: {told} alerts about law, {desk.changes} changes")
    figure("G4", cases=sequences * length, broken=len(broken), note="readings of flapping pages (C10)")
    assert broken == []


@pytest.mark.promise("G4")
def test_flapping_is_a_state_of_health_that_says_so(desk: Desk) -> None:
    one, other = law_page("en", articles=12), law_page("en", articles=13)
    reports = [desk.read(page) for page in (one, other, one, other)]
    assert [report.read for report in reports] == [True, True, True, False]
    assert "turns back and forth" in reports[-1].detail
    assert desk.read(other).tally.changed == 1


@pytest.mark.promise("G5")
def test_a_text_that_returns_to_an_old_value_is_recorded_as_a_reversion(figure: Callable[..., None]) -> None:
    count, broken = cases(6, 20), []
    for number in range(count):
        language = LANGUAGES[number % 3]
        desk = Desk(source_at(URL, language))
        for articles in (12, 13 + number, 12):
            desk.read(law_page(language, articles=articles))
        with desk.store.read() as uow:
            causes = [change.cause for change in uow.changes.all()]
        if causes != [Cause.REVERSION, Cause.CONTENT]:
            broken.append(f"{number}: {causes}")
    figure("G5", cases=count, broken=len(broken), note="returns to an earlier text (C15)")
    assert broken == []


@pytest.mark.promise("G4")
def test_recovery_says_so_to_operators_and_nothing_about_law(figure: Callable[..., None]) -> None:
    hollow = [page for page in bad_pages(SEED) if page.row == "C11"][: cases(10, 40)]
    broken = []
    for page in hollow:
        desk = Desk(source_at(URL, page.language))
        desk.read(law_page(page.language))
        held = desk.believed()
        for _ in range(3):
            desk.read(page.body, headers=(*HTML, *page.headers))
        desk.read(law_page(page.language))
        kinds = desk.alerts(AlertKind.HEALTH), desk.alerts(AlertKind.RECOVERED)
        if kinds != (1, 1) or desk.believed() != held:
            broken.append(f"{page.id}: {kinds}, {held} became {desk.believed()}")
    figure("G4", cases=len(hollow), broken=len(broken), note="outages with recovery (C11)")
    assert broken == []


@pytest.mark.promise("G4")
def test_a_body_without_a_declared_end_needs_a_second_reading_that_agrees(desk: Desk) -> None:
    first, longer = law_page("en", articles=12), law_page("en", articles=15)
    assert not desk.read(first, flags=("partial",)).read
    assert desk.read(first, flags=("partial",)).read
    assert desk.read(first, flags=("partial",)).read
    assert not desk.read(longer, flags=("partial",)).read
    assert desk.read(longer, flags=("partial",)).tally.changed == 1


@pytest.mark.promise("G4")
def test_a_first_page_that_never_closes_needs_a_second_reading_that_agrees(desk: Desk) -> None:
    cut = law_page("en").partition(b"Article 9.")[0]
    assert not desk.read(cut).read
    assert desk.baseline == 0
    assert desk.read(law_page("en")).read


@pytest.mark.promise("G17")
def test_our_own_upgrade_raises_nothing(monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]) -> None:
    """A new extractor that reads every page otherwise; some pages changed a byte on the same day."""
    count, broken = cases(20, 100), []
    whole = dispatch.html.read
    for number in range(count):
        language = LANGUAGES[number % 3]
        desk = Desk(source_at(URL, language))
        page = law_page(language, articles=6 + number % 30)
        assert desk.read(page).read

        def upgraded(text: str, *arguments: object, **options: object) -> object:
            return whole(text.replace("<p>", "<p>§ "), *arguments, **options)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(dispatch, "VERSION", dispatch.VERSION + 1)
            patch.setattr(dispatch.html, "read", upgraded)
            patch.setattr("monitor.processing.reading.region", lambda *_: "upgraded")
            reports = [desk.read(page), desk.read(page + b"<!-- one byte -->" * (number % 2))]
        if desk.alerts(*LEGAL) or not all(report.read for report in reports):
            broken.append(f"{number}: {desk.alerts(*LEGAL)} alerts, {[report.detail for report in reports]}")
    figure("G17", cases=count, broken=len(broken), note="documents read by a new extractor (P15)")
    assert broken == []
