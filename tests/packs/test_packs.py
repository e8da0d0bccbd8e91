"""The shipped packs are sound, complete, and say their own test sentences right; faults are told line by line."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from monitor.model import InstrumentType, Packs, Passage, Stage
from monitor.packs import PackTest, languages, load, pack_tests
from monitor.packs.schema import PackFile
from monitor.status.claims import ClaimFinder

_ALL = ("kh", "asean", "coe")
_TESTS = [test for name in _ALL for test in pack_tests(name)]


@pytest.fixture(scope="module")
def packs() -> Packs:
    found, faults = load(_ALL)
    assert faults == ()
    return found


@pytest.fixture(scope="module")
def finder(packs: Packs) -> ClaimFinder:
    return ClaimFinder(packs)


def test_every_watched_instrument_and_body_is_there(packs: Packs) -> None:
    assert set(packs.instruments) >= {
        *(
            "kh-ai-act",
            "kh-ai-strategy",
            "kh-ai-framework",
            "kh-pdpl",
            "kh-dglaw",
            "kh-datapol",
            "kh-cybersec",
            "kh-cybercrime",
        ),
        *(
            "kh-cc-strategy",
            "kh-natdigdev",
            "kh-antiscam",
            "kh-telecom",
            "kh-ecom",
            "kh-consumer",
            "kh-esign",
            "kh-sd252",
        ),
        *(
            "kh-penal",
            "kh-cpp",
            "kh-press",
            "kh-despf",
            "kh-dgpol",
            "kh-dc-notice",
            "asean-aiguide",
            "asean-genai",
            "asean-rai",
        ),
        *("asean-adm2030", "asean-defa", "un-cybercrime", "coe-185"),
    }
    assert set(packs.bodies) >= {
        "mptc",
        "ndesc",
        "dgc",
        "com",
        "na",
        "senate",
        "king",
        "jurists",
        "adgsom",
        "adgmin",
        "coe",
        "tcy",
    }


def test_every_baseline_tells_where_it_comes_from(packs: Packs) -> None:
    assert [item.id for item in packs.instruments.values() if not item.basis] == []


def test_no_asean_soft_law_binds_anybody(packs: Packs) -> None:
    soft = [item for item in packs.instruments.values() if item.type is InstrumentType.SOFT_LAW]
    assert soft
    assert all(item.binding is False for item in soft)


def test_stage_rows_name_only_known_bodies_and_roles(packs: Packs) -> None:
    known = {"-", "country", *packs.bodies, *(body.role for body in packs.bodies.values())}
    named = {body for rows in packs.stage_rules.values() for row in rows for body in row.bodies}
    assert named - known == set()


def test_stage_rows_and_vocabularies_speak_of_the_same_acts(packs: Packs) -> None:
    told = {act for rows in packs.stage_rules.values() for row in rows for act in row.acts}
    assert {act.id for act in languages()["km"].acts} - told == set()


@pytest.mark.parametrize("case", _TESTS, ids=lambda test: f"{test.pack}: {test.text[:50]}")
def test_a_pack_reads_its_own_sentences(finder: ClaimFinder, case: PackTest) -> None:
    passage = Passage(
        text=case.text,
        language=case.language,
        jurisdiction=case.jurisdiction,
        path=(case.heading,) if case.heading else (),
    )
    found = {(claim.instrument, str(claim.stage)) for claim in finder.find(passage) if claim.asserted}
    assert found == case.expect


def test_an_override_replaces_only_the_keys_it_names() -> None:
    packs, faults = load(["kh"], [{"id": "kh-pdpl", "stage": "approved", "aliases": {"en": ["Privacy Bill 2026"]}}])
    changed = packs.instruments["kh-pdpl"]
    assert faults == ()
    assert changed.stage is Stage.APPROVED
    assert changed.aliases["en"] == ("Privacy Bill 2026",)
    assert changed.aliases["km"]
    assert changed.title == "Personal Data Protection Law"


def test_a_new_instrument_needs_all_its_keys() -> None:
    _, faults = load(["kh"], [{"id": "la-cyber", "title": "Law on Cybersecurity"}], origin="my.toml")
    assert [line for line in faults if line.startswith("my.toml: instrument[1] (la-cyber).type: ")]


def test_every_fault_is_told_with_file_and_key() -> None:
    overrides = [{"id": "kh-pdpl", "stage": "enacted"}, {"id": "kh-ecom", "titel": "x"}, {"id": "kh-ecom"}]
    _, faults = load(["kh", "xx"], overrides, origin="config.toml")
    assert len(faults) == 4
    assert any(line.startswith("config.toml: packs[2]: unknown pack 'xx'") for line in faults)
    assert any(line.startswith("config.toml: instrument[1] (kh-pdpl).stage: ") for line in faults)
    assert any(line.startswith("config.toml: instrument[2] (kh-ecom).titel: ") for line in faults)
    assert any(line == "config.toml: instrument[3] (kh-ecom): duplicate id" for line in faults)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda table: table.update(stage="submitted"),
        lambda table: table.update(type="soft_law", stage="in_force"),
        lambda table: table.update(type="soft_law", binding=True),
        lambda table: table.update(as_of="2026-06-08"),
    ],
    ids=["submitted without target", "soft law in force", "soft law binding", "date as text"],
)
def test_an_incoherent_instrument_is_refused(spoil: Callable[[dict[str, object]], None]) -> None:
    table: dict[str, object] = {"id": "x", "title": "X", "type": "law", "stage": "drafting"}
    spoil(table)
    with pytest.raises(ValidationError):
        PackFile.model_validate({"pack": {"id": "p", "jurisdiction": "PP", "title": "P"}, "instrument": [table]})
