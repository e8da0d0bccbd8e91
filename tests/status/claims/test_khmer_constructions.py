"""Khmer constructions: how a cue finds its instrument, and what in the sentence takes the statement back."""

import pytest

from monitor.model import Passage, Stage
from monitor.packs import load
from monitor.status.claims import ClaimFinder

_CYBER = "ច្បាប់ស្តីពីសន្តិសុខសាយប័រ"
_DIGITAL = "ច្បាប់ស្តីពីរដ្ឋាភិបាលឌីជីថល"
_DATA = "គោលនយោបាយអភិបាលកិច្ចទិន្នន័យ"
_TELECOM = "ច្បាប់ស្តីពីទូរគមនាគមន៍"
_AI = "ច្បាប់ស្តីពីបញ្ញាសិប្បនិម្មិត"


@pytest.fixture(scope="module")
def finder() -> ClaimFinder:
    return ClaimFinder(load(["kh", "asean", "coe"])[0])


def told(finder: ClaimFinder, text: str, *path: str) -> set[tuple[str, Stage | None]]:
    claims = finder.find(Passage(text=text, language="km", path=path, jurisdiction="KH"))
    return {(claim.instrument, claim.stage) for claim in claims if claim.asserted}


@pytest.mark.parametrize(
    "text",
    [
        f"សេចក្តីព្រាង{_CYBER}បានឆ្លងផុតពីតុរដ្ឋសភានៅល្ងាចម្សិលមិញ។",
        f"អង្គសភាបានឱ្យសេចក្តីព្រាង{_CYBER}ឆ្លងផុត។",
        f"សមាជិកម្នាក់បានអានរបាយការណ៍អំពីខ្លឹមសារនៃ{_CYBER} រួចរដ្ឋសភាបានអនុម័តដោយសំឡេងភាគច្រើន។",
        f"ព្រឹទ្ធសភាបានអនុម័តលើទម្រង់គតិយុត្តនិងខ្លឹមសារនៃ{_CYBER}។",
        f"ច្បាប់ពីរត្រូវបានរដ្ឋសភាអនុម័តក្នុងខែនេះ ក្នុងនោះមាន{_CYBER}។",
        f"ទោះបីជា{_CYBER}ត្រូវបានរដ្ឋសភាអនុម័តកាលពីខែមុនក៏ដោយ អនុក្រឹត្យមួយកំពុងខ្វះ។",
        "Cybersecurity Law ត្រូវបាន National Assembly adopted កាលពីថ្ងៃចន្ទ។",
    ],
)
def test_the_assembly_has_passed_it(finder: ClaimFinder, text: str) -> None:
    assert told(finder, text) == {("kh-cybersec", Stage.ADOPTED)}


@pytest.mark.parametrize(
    "text",
    [
        f"លោកមិនដែលប្រាប់ថា{_CYBER}ត្រូវបានរដ្ឋសភាអនុម័តទេ។",
        f"ទម្រាំ{_CYBER}ត្រូវបានអនុម័ត ក្រុមហ៊ុននានាប្រើស្តង់ដាផ្ទាល់ខ្លួន។",
        f"ក្រោយការអនុម័ត{_CYBER} ក្រសួងនឹងបើកវគ្គបណ្តុះបណ្តាល។",
        f"ក្រោយពេលរដ្ឋសភាអនុម័ត{_CYBER} ក្រសួងនឹងរៀបចំអនុក្រឹត្យ។",
        f"សំណើឱ្យនិរាករណ៍{_CYBER}ត្រូវបានទុកចោល។",
        f"ក្រុមការងារស្តីពី{_CYBER}បានអនុម័តកំណត់ហេតុ។",
        f"If រដ្ឋសភាអនុម័ត{_CYBER}, ក្រុមហ៊ុនមានពេលពីរឆ្នាំ។",
        f"«{_CYBER}ត្រូវបានប្រកាសឱ្យប្រើ»៖ ចម្លើយ៖ ខុស។",
        f"រដ្ឋសភានៃសាធារណរដ្ឋប្រជាធិបតេយ្យប្រជាមានិតឡាវបានអនុម័ត{_CYBER}។",
        f"ឡាវ | {_CYBER} | អនុម័ត ២០២៤ | ចូលជាធរមាន ២០២៥",
        f"ល.រ | {_CYBER} | អនុម័ត | ចូលជាធរមាន",
        f"{_CYBER} | អនុម័ត៖ ☐ | ចូលជាធរមាន៖ ☐",
        f"ជំហានបន្ទាប់៖ ដាក់ជូនរដ្ឋសភានូវ{_CYBER}; អនុម័ត",
    ],
)
def test_nothing_is_told_of_a_step_taken(finder: ClaimFinder, text: str) -> None:
    assert told(finder, text) == set()


def test_an_item_under_an_agenda_is_only_to_be_done(finder: ClaimFinder) -> None:
    assert told(finder, f"ពិនិត្យនិងអនុម័តលើ{_DIGITAL}", "របៀបវារៈកិច្ចប្រជុំ") == set()


def test_to_put_a_draft_on_the_agenda_of_the_house_submits_it(finder: ClaimFinder) -> None:
    text = f"គណៈកម្មាធិការអចិន្ត្រៃយ៍រដ្ឋសភាបានសម្រេចដាក់សេចក្តីព្រាង{_DIGITAL}ក្នុងរបៀបវារៈសម័យប្រជុំ។"
    assert told(finder, text) == {("kh-dglaw", Stage.SUBMITTED)}


def test_what_goes_on_now_is_where_the_work_stands(finder: ClaimFinder) -> None:
    text = f"{_DATA}បានឆ្លងកាត់ការពិគ្រោះយោបល់ ហើយឥឡូវកំពុងកែសម្រួលចុងក្រោយ។"
    assert told(finder, text) == {("kh-datapol", Stage.DRAFTING)}


@pytest.mark.parametrize(
    "text",
    [
        f"រាជរដ្ឋាភិបាលបានសម្រេចតាក់តែង{_AI}។",
        f"រដ្ឋមន្ត្រីបានប្រកាសពីផែនការរៀបចំ{_AI}នៅក្នុងសន្និសីទមួយ។",
        f"នាយករដ្ឋមន្ត្រីបានណែនាំឱ្យក្រសួងចាប់ផ្តើមតាក់តែង{_AI}។",
    ],
)
def test_a_decision_or_an_order_to_make_it_announces_it(finder: ClaimFinder, text: str) -> None:
    assert told(finder, text) == {("kh-ai-act", Stage.ANNOUNCED)}


def test_to_hurry_on_the_drafting_announces_nothing(finder: ClaimFinder) -> None:
    assert told(finder, f"នាយករដ្ឋមន្ត្រីបានណែនាំឱ្យពន្លឿនការតាក់តែង{_CYBER}។") == set()


def test_a_finished_law_that_was_revised_is_amended(finder: ClaimFinder) -> None:
    assert told(finder, f"{_TELECOM}ត្រូវបានកែសម្រួលត្រង់មាត្រា ១២។") == {("kh-telecom", Stage.AMENDED)}


def test_the_draft_of_an_amendment_is_not_a_draft_of_the_law(finder: ClaimFinder) -> None:
    assert told(finder, f"ក្រសួងបានពិនិត្យសេចក្តីព្រាង{_TELECOM} (វិសោធនកម្ម)។") == set()


def test_every_title_of_a_numbered_list_is_meant_by_its_heading(finder: ClaimFinder) -> None:
    text = f"ច្បាប់ដែលកំពុងតាក់តែង៖ (១) {_CYBER} (២) {_DIGITAL}"
    assert told(finder, text) == {("kh-cybersec", Stage.DRAFTING), ("kh-dglaw", Stage.DRAFTING)}


@pytest.mark.parametrize("head", ["ច្បាប់ដោយឡែក", "ច្បាប់ជាក់លាក់ណាមួយ", "ច្បាប់"])
def test_a_word_inside_the_title_does_not_hide_it(finder: ClaimFinder, head: str) -> None:
    text = f"កម្ពុជាពុំទាន់មាន{head}ស្តីពីបញ្ញាសិប្បនិម្មិតនៅឡើយទេ។"
    assert told(finder, text) == {("kh-ai-act", Stage.ABSENT)}


def test_a_royal_kram_number_behind_a_title_is_a_promulgation(finder: ClaimFinder) -> None:
    assert told(finder, f"រាជកិច្ចលេខ ១២៖ {_CYBER} (នស/រកម/០៤២៦/០០៩)") == {("kh-cybersec", Stage.PROMULGATED)}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("កាលបរិច្ឆេទចូលជាធរមាន៖ ១០ មករា ២០២០", {("kh-telecom", Stage.IN_FORCE)}),
        ("កាលបរិច្ឆេទចូលជាធរមាន៖ ១០ មករា ២០៩៩", set()),
        ("កាលបរិច្ឆេទរំពឹងទុកនៃការអនុម័ត៖ ១០ មករា ២០២០", set()),
    ],
)
def test_a_date_label_tells_only_what_the_day_has_brought(
    finder: ClaimFinder, field: str, expected: set[tuple[str, Stage]]
) -> None:
    assert told(finder, field, _TELECOM) == expected


def test_a_word_is_not_found_inside_a_longer_syllable(finder: ClaimFinder) -> None:
    # លក្ខណៈ ends like ខណៈ, "while", which would cut the sentence in two
    text = f"{_CYBER}ដែលមានលក្ខណៈទូលំទូលាយត្រូវបានព្រះមហាក្សត្រប្រកាសឱ្យប្រើ។"
    assert told(finder, text) == {("kh-cybersec", Stage.PROMULGATED)}
