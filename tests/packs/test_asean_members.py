"""The packs of the other ASEAN members: read on their own pages, and never taken for Cambodia's."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.model import Authority, Flag, Packs, Passage, Source, Stage
from monitor.packs import PackTest, available, load, pack_tests
from monitor.status.claims import ClaimFinder
from monitor.status.ladder import office
from monitor.status.weight import tier

_MEMBERS = ("bn", "id", "la", "mm", "my", "ph", "sg", "th", "tl", "vn")
_HOME = ("kh", "asean", "coe")
_SENTENCES = [test for name in available() for test in pack_tests(name)]

_TUNING = Path(__file__).parent.parent / "data" / "sentences" / "tuning.jsonl"

_ABROAD = """
Thailand's Cabinet approved the draft Personal Data Protection Law.
The Thai Cabinet approved the draft Personal Data Protection Law on Tuesday.
The Cabinet in Bangkok approved the draft Cybersecurity Law.
At Government House, the Cabinet approved the draft Cybersecurity Law.
Prime Minister Anutin Charnvirakul said the Cabinet approved the Cybersecurity Law.
King Maha Vajiralongkorn signed the Cybersecurity Law.
The Royal Thai Government Gazette published the Personal Data Protection Law.
In Thailand, the Senate voted for the Cybercrime Law.
The Thai Senate passed the Data Protection Law.
The Personal Data Protection Law has been in force in Thailand since June 2022.
Thailand has a Personal Data Protection Law. It came into force in 2022.
Thailand's Personal Data Protection Law was gazetted in May 2019. The law entered into force on 1 June 2022.
Thai lawmakers adopted the Cybersecurity Law in 2019.
Neighbouring Thailand adopted a Cybersecurity Law in 2019.
The House of Representatives passed the Cybersecurity Law.
Vietnam's National Assembly adopted the Cybersecurity Law on 12 June 2018.
The National Assembly of Vietnam adopted the AI Law on 10 December 2025.
The National Assembly of Viet Nam passed the Personal Data Protection Law.
The Vietnamese National Assembly has passed the E-Commerce Law.
The Cybersecurity Law was adopted by the Vietnamese National Assembly.
The Cybersecurity Law was promulgated by President To Lam.
The President signed the Cybersecurity Law.
The Politburo approved the draft Personal Data Protection Law.
The Ministry of Public Security submitted the draft Cybersecurity Law to the National Assembly.
The minister noted that Vietnam adopted the AI Law in December 2025.
Vietnam: National Assembly passes Digital Government Law.
Viet Nam passed the AI Act before any other country in the region.
The AI Law of Vietnam takes effect on 1 March 2026.
Prime Minister Pham Minh Chinh said the National Assembly had adopted the Cybersecurity Law.
Lao PDR: The National Assembly adopted the Cybersecurity Law.
The National Assembly of Laos adopted the Cybersecurity Law.
The Cybersecurity Law of Laos entered into force in 2025.
The National Assembly adopted the Cybersecurity Law in Vientiane.
The Lao National Assembly adopted the Cybercrime Law in 2015.
The Lao Government approved the draft Cybersecurity Law.
Prime Minister Sonexay Siphandone told reporters that the National Assembly had passed the Cybersecurity Law.
President Thongloun Sisoulith promulgated the Cybercrime Law.
The Cybercrime Law came into force in Laos in September 2015.
The Dewan Rakyat passed the Cybersecurity Law.
The Dewan Negara approved the Cybersecurity Law.
The Cybersecurity Law was passed by the Dewan Rakyat on 27 March 2024.
The Yang di-Pertuan Agong gave royal assent to the Cybersecurity Law.
The Malaysian Parliament passed the Data Protection Law.
The Malaysian king signed the Cybersecurity Law.
Malaysia's Cybersecurity Law came into force on 26 August 2024.
The Cybersecurity Law came into force in Malaysia in August 2024.
Anwar Ibrahim said the Cabinet approved the Cybercrime Law.
In Malaysia, the Cabinet approved the draft Cybercrime Law.
Malaysian lawmakers have adopted the Cybersecurity Law.
Singapore's Parliament passed the Online Scam Law on 7 January 2025.
Parliament in Singapore passed the Online Scam Law on 7 January 2025.
The Parliament of Singapore passed the Cybersecurity Law.
President Tharman assented to the Cybersecurity Law.
Singapore amended the Cybersecurity Law in May 2024.
Prime Minister Lawrence Wong said Parliament passed the Cybersecurity Law.
The Data Protection Law has been in force in Singapore since July 2014.
The Infocomm Media Development Authority launched the AI Governance Framework.
The DPR passed the Personal Data Protection Law.
Indonesia's DPR adopted the Data Protection Law in September 2022.
The Personal Data Protection Law came into force in Indonesia in October 2024.
Indonesia, where the Personal Data Protection Law was adopted in 2022, shared its lessons.
President Prabowo Subianto signed the Cybersecurity Law.
President Joko Widodo signed the Personal Data Protection Law.
The Indonesian government submitted the draft Cybersecurity Law to parliament.
Lawmakers in Jakarta passed the Personal Data Protection Law.
Komdigi finalised the draft AI Law.
President Marcos signed the Cybercrime Law.
The Philippine Senate approved the Cybercrime Law.
The Senate of the Philippines approved the Cybercrime Law.
Malacañang announced that the Digital Government Law was signed.
The Cybercrime Law has been in force in the Philippines since 2012.
The Cybercrime Law was signed into law by President Benigno Aquino III.
The House of Representatives in Manila approved the AI Law.
The Philippines adopted its Data Privacy Law in 2012.
The State Administration Council enacted the Cybersecurity Law on 1 January 2025.
The military government in Naypyidaw enacted the Cybersecurity Law.
Min Aung Hlaing signed the Cybersecurity Law.
The Pyidaungsu Hluttaw adopted the Cybersecurity Law.
The Cybersecurity Law came into force in Myanmar on 30 July 2025.
Myanmar's junta adopted the Cybersecurity Law.
His Majesty the Sultan of Brunei assented to the Personal Data Protection Law.
Brunei gazetted the Personal Data Protection Law in January 2025.
Sultan Hassanal Bolkiah approved the Personal Data Protection Law.
The Personal Data Protection Law came into force in Brunei Darussalam this year.
Timor-Leste's National Parliament approved the Cybercrime Law.
The National Parliament approved the Cybercrime Law.
Prime Minister Xanana Gusmão said the Council of Ministers approved the Cybercrime Law.
East Timorese lawmakers adopted the Personal Data Protection Law.
The Council of Ministers in Dili approved the draft Cybercrime Law.
China's National People's Congress adopted the Cybersecurity Law.
The Lok Sabha passed the Personal Data Protection Law.
The Diet adopted the AI Act in May 2025.
The Bundestag passed the Cybersecurity Law.
The House of Lords approved the Data Protection Law.
The Duma adopted the Personal Data Law.
""".strip().splitlines()

_ABROAD_KM = """
រដ្ឋសភាវៀតណាមបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
រដ្ឋសភានៃប្រទេសវៀតណាមបានអនុម័តច្បាប់ស្តីពីបញ្ញាសិប្បនិម្មិតកាលពីខែធ្នូ។
ប្រទេសវៀតណាមបានអនុម័តច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន។
រដ្ឋាភិបាលវៀតណាមបានដាក់សេចក្តីព្រាងច្បាប់ស្តីពីសន្តិសុខសាយប័រជូនរដ្ឋសភា។
ច្បាប់ស្តីពីបញ្ញាសិប្បនិម្មិតរបស់ប្រទេសវៀតណាមបានចូលជាធរមាន។
ប្រធានាធិបតីវៀតណាមបានចុះហត្ថលេខាលើច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
គណៈរដ្ឋមន្ត្រីថៃបានអនុម័តសេចក្តីព្រាងច្បាប់ស្តីពីបញ្ញាសិប្បនិម្មិត។
ប្រទេសថៃបានអនុម័តច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនក្នុងឆ្នាំ២០១៩។
ច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនរបស់ប្រទេសថៃបានចូលជាធរមាន។
នៅប្រទេសថៃ ព្រឹទ្ធសភាបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
ព្រឹទ្ធសភាថៃបានអនុម័តច្បាប់ស្តីពីបទល្មើសបច្ចេកវិទ្យាព័ត៌មាន។
រដ្ឋសភាឡាវបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
រដ្ឋាភិបាលឡាវបានអនុម័តសេចក្តីព្រាងច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
ច្បាប់ស្តីពីបទល្មើសសាយប័ររបស់ឡាវបានចូលជាធរមានតាំងពីឆ្នាំ២០១៥។
សភាតំណាងរាស្ត្រម៉ាឡេស៊ីបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
ប្រទេសម៉ាឡេស៊ីបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រកាលពីឆ្នាំ២០២៤។
ព្រះមហាក្សត្រម៉ាឡេស៊ីបានឡាយព្រះហស្តលេខាលើច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
សភាសិង្ហបុរីបានអនុម័តច្បាប់ប្រឆាំងការឆបោកអនឡាញ។
នៅសិង្ហបុរី ច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួនបានចូលជាធរមាន។
រដ្ឋាភិបាលសិង្ហបុរីបានកែសម្រួលច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
ប្រទេសឥណ្ឌូណេស៊ីបានអនុម័តច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន។
ប្រធានាធិបតីឥណ្ឌូនេស៊ីបានចុះហត្ថលេខាលើច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន។
សភាតំណាងរាស្ត្របានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
ប្រធានាធិបតីហ្វីលីពីនបានចុះហត្ថលេខាលើច្បាប់ស្តីពីបទល្មើសបច្ចេកវិទ្យាព័ត៌មាន។
ព្រឹទ្ធសភាហ្វីលីពីនបានអនុម័តច្បាប់ស្តីពីបញ្ញាសិប្បនិម្មិត។
របបយោធាមីយ៉ាន់ម៉ាបានប្រកាសឱ្យប្រើច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
ច្បាប់ស្តីពីសន្តិសុខសាយប័ររបស់មីយ៉ាន់ម៉ាបានចូលជាធរមាន។
ប្រទេសប្រ៊ុយណេបានអនុម័តច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន។
សភាជាតិទីម័រខាងកើតបានអនុម័តច្បាប់ស្តីពីបទល្មើសបច្ចេកវិទ្យាព័ត៌មាន។
ប្រទេសជប៉ុនបានអនុម័តច្បាប់ស្តីពីបញ្ញាសិប្បនិម្មិត។
ប្រទេសជិតខាងបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
ប្រធានាធិបតីបានចុះហត្ថលេខាលើច្បាប់ស្តីពីសន្តិសុខសាយប័រ។
""".strip().splitlines()

_AT_HOME = [
    ("The National Assembly adopted the Cybersecurity Law on 12 May 2026.", "kh-cybersec", Stage.ADOPTED),
    ("The Cybersecurity Law was passed by Parliament this morning.", "kh-cybersec", Stage.ADOPTED),
    (
        "The National Assembly adopted the Cybersecurity Law. Vietnam did so in 2018.",
        "kh-cybersec",
        Stage.ADOPTED,
    ),
    (
        "The Cabinet approved the draft Cybersecurity Law after the prime minister returned from Thailand.",
        "kh-cybersec",
        Stage.APPROVED,
    ),
    (
        "The Royal Government approved the draft Cybersecurity Law, which draws on the laws of Singapore and Malaysia.",
        "kh-cybersec",
        Stage.APPROVED,
    ),
    (
        "Cambodia's National Assembly adopted the AI Law on the day Thailand's House of Representatives met.",
        "kh-ai-act",
        Stage.ADOPTED,
    ),
    ("The King signed the Personal Data Protection Law.", "kh-pdpl", Stage.PROMULGATED),
    (
        "Senate President Hun Sen, as acting head of state, signed the Cybersecurity Law.",
        "kh-cybersec",
        Stage.PROMULGATED,
    ),
    ("MPTC is drafting the Digital Government Law with experts from Estonia.", "kh-dglaw", Stage.DRAFTING),
    ("The Council of Ministers approved the draft Cybercrime Law.", "kh-cybercrime", Stage.APPROVED),
    ("រដ្ឋសភាបានអនុម័តច្បាប់ស្តីពីសន្តិសុខសាយប័រ។", "kh-cybersec", Stage.ADOPTED),
    ("រដ្ឋសភាកម្ពុជាបានអនុម័តច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន។", "kh-pdpl", Stage.ADOPTED),
    ("គណៈរដ្ឋមន្ត្រីបានអនុម័តសេចក្តីព្រាងច្បាប់ស្តីពីបញ្ញាសិប្បនិម្មិត។", "kh-ai-act", Stage.APPROVED),
]

_OWN_PAGES = [
    ("VN", "The National Assembly passed the Cybersecurity Law.", "vn-cybersec", Stage.ADOPTED),
    ("VN", "The Government approved the draft E-Commerce Law.", "vn-ecom", Stage.APPROVED),
    ("VN", "The National Assembly Standing Committee is reviewing the draft AI Law.", "vn-ai", Stage.SUBMITTED),
    ("VN", "The Government issued Decree No. 13/2023/ND-CP on 17 April 2023.", "vn-decree13", Stage.PROMULGATED),
    ("TH", "The Senate approved the Personal Data Protection Act.", "th-pdpa", Stage.ADOPTED),
    ("TH", "The Cabinet approved the National AI Strategy and Action Plan.", "th-ai-strategy", Stage.ADOPTED),
    ("TH", "The King signed the Cybersecurity Act.", "th-cybersec", Stage.PROMULGATED),
    ("TH", "The Cabinet submitted the Artificial Intelligence Bill to the House.", "th-ai", Stage.SUBMITTED),
    ("SG", "Parliament passed the Cybersecurity Act.", "sg-cybersec", Stage.ADOPTED),
    ("SG", "The Online Criminal Harms Act came into force on 1 February 2024.", "sg-och", Stage.IN_FORCE),
    ("SG", "Parliament amended the Computer Misuse Act.", "sg-cma", Stage.AMENDED),
    ("MY", "The Online Safety Bill was passed by the Dewan Negara.", "my-onlinesafety", Stage.ADOPTED),
    ("MY", "The King gave royal assent to the Cyber Security Act.", "my-cybersec", Stage.PROMULGATED),
    ("MY", "MOSTI launched the National Guidelines on AI Governance and Ethics.", "my-aige", Stage.ADOPTED),
    ("ID", "The House of Representatives passed the Cybersecurity and Resilience Bill.", "id-cyber", Stage.ADOPTED),
    ("ID", "President Prabowo signed Government Regulation No. 17 of 2025.", "id-tunas", Stage.PROMULGATED),
    ("ID", "The DPR amended the Electronic Information and Transactions Law.", "id-ite", Stage.AMENDED),
    ("PH", "Congress passed the E-Governance Bill.", "ph-egov", Stage.ADOPTED),
    ("PH", "The President signed the Internet Transactions Act into law.", "ph-ita", Stage.PROMULGATED),
    ("PH", "The Senate approved the Data Privacy Act.", "ph-dpa", Stage.ADOPTED),
    ("LA", "The National Assembly adopted the Law on Electronic Transactions.", "la-etrans", Stage.ADOPTED),
    (
        "LA",
        "The Ministry of Technology and Communications is drafting the Law on Cyber Security.",
        "la-cybersec",
        Stage.DRAFTING,
    ),
    ("MM", "The military council enacted the Electronic Transactions Law.", "mm-etrans", Stage.PROMULGATED),
    ("MM", "The Cybersecurity Law took effect on 30 July 2025.", "mm-cybersec", Stage.IN_FORCE),
    ("BN", "The Personal Data Protection Order came into force.", "bn-pdpo", Stage.IN_FORCE),
    ("BN", "AITI issued the Guide on Artificial Intelligence Governance and Ethics.", "bn-aiguide", Stage.ADOPTED),
    ("TL", "The National Parliament approved the Cybercrime Law.", "tl-cybercrime", Stage.ADOPTED),
    ("TL", "The Council of Ministers approved Timor Digital 2032.", "tl-digital", Stage.ADOPTED),
]


@pytest.fixture(scope="module")
def at_home() -> ClaimFinder:
    return ClaimFinder(load(_HOME)[0])


@pytest.fixture(scope="module")
def packs() -> Packs:
    found, faults = load((*_HOME, *_MEMBERS))
    assert faults == ()
    return found


@pytest.fixture(scope="module")
def everywhere(packs: Packs) -> ClaimFinder:
    return ClaimFinder(packs)


def said(finder: ClaimFinder, text: str, jurisdiction: str, **more: str) -> set[tuple[str, Stage | None]]:
    passage = Passage(text=text, jurisdiction=jurisdiction, **more)  # type: ignore[arg-type]
    return {(claim.instrument, claim.stage) for claim in finder.find(passage) if claim.asserted}


def of_cambodia(found: set[tuple[str, Stage | None]]) -> set[str]:
    return {instrument for instrument, _ in found if instrument.startswith("kh-")}


@pytest.mark.parametrize("text", [*_ABROAD, *_ABROAD_KM])
def test_on_a_cambodian_page_another_countrys_act_moves_nothing_of_cambodia(at_home: ClaimFinder, text: str) -> None:
    assert of_cambodia(said(at_home, text, "KH")) == set()


@pytest.mark.parametrize("text", [*_ABROAD, *_ABROAD_KM])
def test_nor_does_it_where_the_other_countries_are_followed_too(everywhere: ClaimFinder, text: str) -> None:
    assert of_cambodia(said(everywhere, text, "KH")) == set()


@pytest.mark.parametrize(("text", "instrument", "stage"), _AT_HOME)
def test_cambodias_own_act_still_counts_among_all_packs(
    everywhere: ClaimFinder, at_home: ClaimFinder, text: str, instrument: str, stage: Stage
) -> None:
    assert said(at_home, text, "KH") == said(everywhere, text, "KH") == {(instrument, stage)}


@pytest.mark.parametrize(("jurisdiction", "text", "instrument", "stage"), _OWN_PAGES)
def test_a_country_is_read_on_its_own_pages(
    everywhere: ClaimFinder, jurisdiction: str, text: str, instrument: str, stage: Stage
) -> None:
    assert said(everywhere, text, jurisdiction) == {(instrument, stage)}


@pytest.mark.parametrize("case", _SENTENCES, ids=lambda test: f"{test.pack}: {test.text[:50]}")
def test_a_pack_reads_its_own_sentences_among_all_packs(everywhere: ClaimFinder, case: PackTest) -> None:
    path = (case.heading,) if case.heading else ()
    passage = Passage(text=case.text, language=case.language, jurisdiction=case.jurisdiction, path=path)
    found = {(claim.instrument, str(claim.stage)) for claim in everywhere.find(passage) if claim.asserted}
    assert found == case.expect


@pytest.mark.parametrize("member", _MEMBERS)
def test_a_pack_reads_its_own_sentences_alone_with_cambodias(member: str) -> None:
    finder = ClaimFinder(load((*_HOME, member))[0])
    for case in pack_tests(member):
        found = {(name, str(stage)) for name, stage in said(finder, case.text, case.jurisdiction)}
        assert found == case.expect, case.text


@pytest.mark.parametrize("member", _MEMBERS)
def test_a_pack_has_its_headline_instruments_and_says_where_it_knows_them_from(packs: Packs, member: str) -> None:
    own = [item for item in packs.instruments.values() if item.id.startswith(f"{member}-")]
    assert 4 <= len(own) <= 9
    assert all(item.jurisdiction == member.upper() and item.basis for item in own)
    assert all(not item.lead or item.lead in packs.bodies for item in own)


@pytest.mark.parametrize("member", _MEMBERS)
def test_a_pack_has_near_misses_among_its_sentences(member: str) -> None:
    cases = pack_tests(member)
    assert 4 <= len(cases) <= 8
    assert any(case.expect for case in cases)
    assert any(not case.expect for case in cases)


def test_stage_rows_of_every_pack_name_known_bodies_and_roles(packs: Packs) -> None:
    roles = {body.role for body in packs.bodies.values()}
    known = {"-", "country", "cabinet_committee", "council", "regulator", *packs.bodies, *roles}
    named = {body for rows in packs.stage_rules.values() for row in rows for body in row.bodies}
    assert named - known == set()


def test_the_members_take_nothing_from_what_is_read_on_cambodian_pages(
    everywhere: ClaimFinder, at_home: ClaimFinder
) -> None:
    own = set(load(_HOME)[0].instruments)
    for line in _TUNING.read_text(encoding="utf-8").splitlines()[::6]:
        row = json.loads(line)
        told = {pair for pair in said(everywhere, row["text"], "KH") if pair[0] in own}
        alone = said(at_home, row["text"], "KH")
        labelled = {(pair["instrument"], pair["stage"]) for pair in row["asserted"]}
        assert told <= alone, row["id"]
        assert not (alone - told) & labelled, row["id"]


def test_a_shared_row_hands_to_the_body_of_the_pack_that_uses_it(packs: Packs) -> None:
    targets = {row.target for row in packs.stage_rules["TH"]}
    assert {"th.cabinet", "th.lower_house", "th.upper_house", "th.head_of_state"} <= targets
    assert all(
        not target or target in packs.bodies
        for rows in packs.stage_rules.values()
        for target in (row.target for row in rows)
    )


def test_where_there_is_one_house_no_row_hands_to_a_second(packs: Packs) -> None:
    assert not any(office(row.target) == "upper_house" for row in packs.stage_rules["SG"])


def test_a_shared_name_on_a_cambodian_page_means_cambodias(everywhere: ClaimFinder) -> None:
    text = "The Cybersecurity Law was the subject of the meeting."
    assert everywhere.mentions(text, "KH") == {"kh-cybersec"}
    assert everywhere.mentions(text) == {"kh-cybersec"}
    assert everywhere.mentions(text, "VN") == {"vn-cybersec"}


def test_a_country_named_beside_a_shared_name_is_meant_too(everywhere: ClaimFinder) -> None:
    text = "The Cybersecurity Law of Vietnam was the subject of the meeting."
    assert everywhere.mentions(text, "KH") == {"kh-cybersec", "vn-cybersec"}


def test_only_the_meant_instrument_is_spoken_of_where_no_country_is_named(everywhere: ClaimFinder) -> None:
    passage = Passage(text="The National Assembly has not adopted the Cybersecurity Law.", jurisdiction="KH")
    assert {claim.instrument for claim in everywhere.find(passage)} == {"kh-cybersec"}


def test_a_rejected_statement_tells_that_it_is_of_another_country(at_home: ClaimFinder) -> None:
    (claim,) = at_home.find(Passage(text="The Dewan Rakyat passed the Cybersecurity Law.", jurisdiction="KH"))
    assert Flag.OTHER_COUNTRY in claim.flags
    assert "another country" in claim.why_not


def test_a_heading_that_names_another_country_keeps_its_text_there(at_home: ClaimFinder) -> None:
    passage = Passage(
        text="The National Assembly adopted the Cybersecurity Law.", jurisdiction="KH", path=("News from Laos",)
    )
    assert [claim for claim in at_home.find(passage) if claim.asserted] == []


def test_a_states_own_parliament_is_first_tier_and_anothers_never(everywhere: ClaimFinder, packs: Packs) -> None:
    (claim,) = everywhere.find(Passage(text="The Senate approved the Personal Data Protection Act.", jurisdiction="TH"))
    thai = Source(id="house", url="https://example.org/", jurisdiction="TH", authority=Authority.PARLIAMENT)
    act = packs.instruments["th-pdpa"]
    assert tier(claim, act, thai) == 1
    assert tier(claim, act, replace(thai, jurisdiction="KH")) == 3


def test_a_pass_on_a_day_is_no_passing_on(at_home: ClaimFinder) -> None:
    assert said(at_home, "The National Assembly passed the Cybersecurity Law on 12 May 2026.", "KH") == {
        ("kh-cybersec", Stage.ADOPTED)
    }
    assert said(at_home, "The National Assembly passed the Cybersecurity Law on to the Senate.", "KH") == {
        ("kh-cybersec", Stage.SUBMITTED)
    }
