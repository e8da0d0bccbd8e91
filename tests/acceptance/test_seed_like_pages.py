"""Two long pages of the kinds the monitor watches most: an adviser's guide and a country profile, read as a whole.

Both are full of what is not a statement: myths, questions, plans, conditions, other countries, common nouns. What each
does state is listed here by words of the block that states it; nothing else may be asserted.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.extract.dispatch import extract
from monitor.model import Block, BlockKind, Capture, Document, Source, Stage
from monitor.status.claims import ClaimFinder
from monitor.status.passages import passages
from monitor.text.sentences import sentences

PAGES = Path(__file__).parents[1] / "data" / "pages"

#: (words of the block, instrument, stage)
Stated = tuple[str, str, Stage]

GUIDE: Sequence[Stated] = (
    ("Cambodia has no AI Act. What", "kh-ai-act", Stage.ABSENT),
    ("The National AI Strategy is still a draft. Nothing", "kh-ai-strategy", Stage.DRAFTING),
    ("Large parts of what is to come", "kh-pdpl", Stage.DRAFTING),
    ("Large parts of what is to come", "kh-dglaw", Stage.DRAFTING),
    ("Large parts of what is to come", "kh-datapol", Stage.DRAFTING),
    ("As of June 2026 there is no AI Act", "kh-ai-act", Stage.ABSENT),
    ("What applies today", "kh-telecom", Stage.IN_FORCE),
    ("What applies today", "kh-ecom", Stage.IN_FORCE),
    ("What applies today", "kh-consumer", Stage.IN_FORCE),
    ("The Sub-Decree on Digital Signatures is in force", "kh-esign", Stage.IN_FORCE),
    ("was launched in January 2022", "kh-dgpol", Stage.IN_FORCE),
    ("is drafting the National AI Strategy", "kh-ai-strategy", Stage.DRAFTING),
    ("In June 2025 the ministry opened", "kh-ai-strategy", Stage.CONSULTATION),
    ("An AI governance framework is being prepared", "kh-ai-framework", Stage.DRAFTING),
    ("Official pages still describe", "kh-pdpl", Stage.DRAFTING),
    ("Official pages still describe", "kh-dglaw", Stage.DRAFTING),
    ("Official pages still describe", "kh-datapol", Stage.DRAFTING),
    ("ASEAN ministers endorsed", "asean-aiguide", Stage.ADOPTED),
    ("The Expanded ASEAN Guide on Generative AI", "asean-genai", Stage.ADOPTED),
    ("The Expanded ASEAN Guide on Generative AI", "asean-rai", Stage.ADOPTED),
    ("National AI Strategy | strategy", "kh-ai-strategy", Stage.DRAFTING),
    ("AI Governance Framework | form", "kh-ai-framework", Stage.DRAFTING),
    ("Personal Data Protection Law | law", "kh-pdpl", Stage.DRAFTING),
    ("Cybersecurity Law | law", "kh-cybersec", Stage.DRAFTING),
    ("Law on Combating Online Scams | law", "kh-antiscam", Stage.PROMULGATED),
    ("Sub-Decree No. 252 | sub-decree", "kh-sd252", Stage.IN_FORCE),
    ("AI Act | law", "kh-ai-act", Stage.ABSENT),
    ("The Cybercrime Law has been discussed since 2016", "kh-cybercrime", Stage.DRAFTING),
    ("still called it a draft", "kh-ai-strategy", Stage.DRAFTING),
    ("has led the drafting", "kh-ai-strategy", Stage.DRAFTING),
    ("has led the drafting", "kh-ai-framework", Stage.DRAFTING),
    ("Not yet. The Law on Personal Data Protection", "kh-pdpl", Stage.DRAFTING),
)

PROFILE: Sequence[Stated] = (
    ("does not yet have a national cybercrime strategy", "kh-cc-strategy", Stage.ABSENT),
    ("discussed since 2016 (still in discussion)", "kh-cybercrime", Stage.DRAFTING),
    ("The Criminal Code of the Kingdom of Cambodia is in force", "kh-penal", Stage.IN_FORCE),
    ("In February 2018, the National Assembly and the Senate", "kh-penal", Stage.AMENDED),
    ("The Law on Combating Online Scams was promulgated", "kh-antiscam", Stage.PROMULGATED),
    ("Law on Telecommunications (in force since", "kh-telecom", Stage.IN_FORCE),
    ("Sub-Decree on Digital Signatures (in force)", "kh-esign", Stage.IN_FORCE),
    ("Law on Cybersecurity (draft)", "kh-cybersec", Stage.DRAFTING),
    ("Law on Personal Data Protection (third draft", "kh-pdpl", Stage.DRAFTING),
    ("The Law on Electronic Commerce entered into force", "kh-ecom", Stage.IN_FORCE),
    ("Cambodia signed the United Nations Convention", "un-cybercrime", Stage.APPROVED),
)

PAGES_READ = pytest.mark.parametrize(
    ("name", "spider", "stated"), [("guide", "page", GUIDE), ("profile", "octopus", PROFILE)], ids=["guide", "profile"]
)


def read(name: str, spider: str) -> Document:
    """The page `name` as the extractor reads it for a source of that kind."""
    url = f"https://{name}.example/"
    source = Source(id=name, url=url, spider=spider, jurisdiction="KH")
    capture = Capture(
        source_id=name,
        document_key=url,
        url=url,
        final_url=url,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=(PAGES / f"{name}.html").read_bytes(),
        fetched_at=datetime(2026, 6, 9, 3, tzinfo=UTC),
        tls="verified",
    )
    document = extract(capture, source)
    assert isinstance(document, Document), document
    return document


def asserted(document: Document, finder: ClaimFinder) -> set[Stated]:
    """What the finder reads as stated, with the whole text of the block that states it."""
    texts = {block.position: block.text for block in document.blocks}
    return {
        (texts[claim.quotation.position], claim.instrument, claim.stage)
        for passage in passages(document, "KH")
        for claim in finder.find(passage)
        if claim.asserted and claim.stage is not None
    }


def block_with(words: str, document: Document) -> Block:
    (found,) = [block for block in document.blocks if words in block.text]
    return found


@PAGES_READ
def test_every_statement_of_a_long_page_is_found_and_nothing_else_is_taken_for_one(
    name: str, spider: str, stated: Sequence[Stated], finder: ClaimFinder
) -> None:
    document = read(name, spider)
    expected = {(block_with(words, document).text, instrument, stage) for words, instrument, stage in stated}

    assert asserted(document, finder) == expected


@pytest.mark.parametrize(
    ("name", "spider", "least", "most"), [("guide", "page", 80, 140), ("profile", "octopus", 50, 80)]
)
def test_the_pages_are_as_long_as_real_ones(name: str, spider: str, least: int, most: int) -> None:
    texts = [block.text for block in read(name, spider).blocks if block.kind is not BlockKind.HEADING]

    assert least <= sum(len(sentences(text)) for text in texts) <= most


def test_what_stands_around_the_text_is_not_read() -> None:
    texts = "\n".join(
        block.text for name, kind in (("guide", "page"), ("profile", "octopus")) for block in read(name, kind).blocks
    )

    assert [
        words for words in ("Vietnam: Law", "Related guides", "Share it with us", "Cookies") if words in texts
    ] == []
