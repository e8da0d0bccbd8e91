"""The ablation benchmark switches off what it says, and nothing else."""

from collections.abc import Collection
from pathlib import Path

import pytest

from benchmarks.ablation import Ablated, Part, Row, quality, table, write_into
from monitor.evaluation import Labelled, evaluate
from monitor.model import Passage, Stage
from monitor.packs import load
from monitor.status.tagger.network import STAGES, Probabilities

PACKS = load(("kh", "asean", "coe"))[0]
SWITCHED = {
    Part.NEGATION: "The National Assembly has not adopted the Cybersecurity Law.",
    Part.AHEAD: "The National Assembly may adopt the Cybersecurity Law.",
    Part.CONDITION: "If the National Assembly adopts the Cybersecurity Law, operators must register.",
    Part.PURPOSE: "Lawmakers met to adopt the Cybersecurity Law.",
    Part.QUESTION: "Has the National Assembly adopted the Cybersecurity Law?",
    Part.ATTRIBUTION: "NGOs urged the National Assembly to adopt the Cybersecurity Law.",
    Part.DENIAL: '"The National Assembly adopted the Cybersecurity Law." Wrong.',
    Part.NAMED: "Adoption of the Cybersecurity Law by the National Assembly: a guide for readers.",
    Part.COUNTRY: "Thailand's parliament adopted the Cybersecurity Law.",
    Part.LATEST: "The National Assembly adopted the Cybersecurity Law in May and the King promulgated it in June.",
}


class Certain:
    """A trained reader that always reads one stage."""

    def __init__(self, stage: Stage | None) -> None:
        self._stage = stage

    def read(self, texts: object) -> list[Probabilities]:
        return [{stage: float(stage is self._stage) for stage in STAGES}]


def stages(text: str, off: Collection[Part], reader: Certain | None = None) -> set[Stage | None]:
    claims = Ablated(PACKS, off, reader).find(Passage(text=text))
    return {claim.stage for claim in claims if claim.asserted}


@pytest.mark.parametrize("part", SWITCHED)
def test_what_a_guard_keeps_back_is_asserted_without_it(part: Part) -> None:
    assert Stage.ADOPTED not in stages(SWITCHED[part], ())
    assert Stage.ADOPTED in stages(SWITCHED[part], (part,))


def test_without_the_table_an_act_leads_to_the_stage_of_its_name() -> None:
    text = "The National Assembly approved the Cybersecurity Law."

    assert (stages(text, ()), stages(text, (Part.TABLE,))) == ({Stage.ADOPTED}, {Stage.APPROVED})


def test_without_anaphora_the_law_of_another_sentence_is_nobodys() -> None:
    text = "Lawmakers debated the Cybersecurity Law for two days. The National Assembly adopted the law on Friday."

    assert (Stage.ADOPTED in stages(text, ()), Stage.ADOPTED in stages(text, (Part.ANAPHORA,))) == (True, False)


def test_without_the_trained_reader_the_rules_have_the_last_word() -> None:
    text = "The National Assembly adopted the Cybersecurity Law."

    assert stages(text, (), Certain(None)) == set()
    assert stages(text, (Part.READER,), Certain(None)) == {Stage.ADOPTED}


def test_without_the_rules_the_trained_reader_reads_alone() -> None:
    assert stages(
        "The National Assembly has not adopted the Cybersecurity Law.", (Part.RULES,), Certain(Stage.SUBMITTED)
    ) == {Stage.SUBMITTED}


def test_the_tables_hold_no_statement() -> None:
    statement = Labelled(id="1", text="The law moved on.", asserted=frozenset({("kh-cybersec", "adopted")}))
    result = evaluate([statement], lambda _: [])

    assert "moved on" not in quality([statement], result) + table("who reads", [Row("nobody", result)])


def test_tables_go_between_the_marks_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before <!-- ablation: begin -->old<!-- ablation: end --> after", encoding="utf-8")

    write_into(page, "new")

    words = page.read_text(encoding="utf-8").split()
    assert (words[0], words[-1], "new" in words, "old" in words) == ("before", "after", True, False)
