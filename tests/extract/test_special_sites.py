"""Each special cleaner on a page of its site's shape: exactly the text that counts, and nothing that moves."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from monitor.extract.cleaners import cleaner_for
from monitor.extract.dispatch import identity
from monitor.extract.region import region
from monitor.model import BlockKind, Document, Problem, ProblemKind, Source

Reader = Callable[..., Document]
Page = Callable[[str], str]


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def fingerprints(document: Document) -> list[str]:
    return [block.fingerprint for block in document.blocks]


# The country profile of the Council of Europe.


def test_the_profile_gives_its_status_as_pairs(document: Reader, recorded: Page) -> None:
    found = document(recorded("octopus_cambodia.html"), "octopus")
    pairs = {block.text: block.path[-1] for block in found.blocks if block.kind is BlockKind.KEY_VALUE}
    section = "Status regarding Budapest Convention"
    assert pairs == {"Status: NA": section, "Declarations and reservations: N/A": section}


def test_the_profile_is_ordered_by_its_headings_whatever_their_tags(document: Reader, recorded: Page) -> None:
    found = document(recorded("octopus_cambodia.html"), "octopus")
    headings = {block.text: block.path for block in found.blocks if block.kind is BlockKind.HEADING}
    assert headings["Cybercrime legislation"] == ("Cambodia",)
    assert headings["Substantive law"] == ("Cambodia", "Cybercrime legislation")
    assert headings["Jurisprudence/case law"] == ("Cambodia", "International cooperation")


def test_the_profile_ends_before_its_disclaimer_and_begins_after_the_way_back(document: Reader, recorded: Page) -> None:
    said = lines(document(recorded("octopus_cambodia.html"), "octopus"))
    assert not [line for line in said if line.startswith("Back") or "do not necessarily" in line or "Template" in line]


def test_a_profile_that_moves_its_sections_keeps_their_paths(document: Reader, recorded: Page) -> None:
    plain = recorded("octopus_cambodia.html")
    flat = re.sub(r"<(/?)(?:h2|h3|h4|b|strong)>", r"<\1p>", plain)
    before, after = (document(text, "octopus") for text in (plain, flat))
    paths = {block.text: block.path for block in after.blocks}
    assert all(paths.get(block.text) == block.path for block in before.blocks if block.kind is BlockKind.HEADING)


@pytest.mark.parametrize(
    "status",
    [
        "<h3>Status regarding Budapest Convention</h3><p>Status : Party</p>"
        "<p>Declarations and reservations : yes See legal profile</p>",
        "<p>Status regarding Budapest Convention Status : Party "
        "Declarations and reservations : yes See legal profile</p>",
        "<h3>Status regarding Budapest Convention:</h3><table><tr><td>Status</td><td>Party</td></tr>"
        "<tr><td>Declarations and reservations</td><td>yes</td></tr></table>",
        "<h3>Status regarding Budapest Convention</h3><dl><dt>Status :</dt><dd>Party</dd>"
        "<dt>Declarations and reservations :</dt><dd>yes</dd></dl>",
    ],
)
def test_the_status_block_is_read_in_any_build(document: Reader, status: str) -> None:
    found = document(f"<main>{status}<h2>Cybercrime legislation</h2><p>Text.</p></main>", "octopus")
    pairs = [block.text for block in found.blocks if block.kind is BlockKind.KEY_VALUE]
    assert pairs == ["Status: Party", "Declarations and reservations: yes"]


@pytest.mark.parametrize("gone", ["<h3>Status regarding Budapest Convention</h3>", "<strong>Status</strong> : NA"])
def test_a_profile_without_its_status_is_not_used(problem: Callable[..., Problem], recorded: Page, gone: str) -> None:
    page = recorded("octopus_cambodia.html")
    assert gone in page
    assert problem(page.replace(gone, ""), "octopus").kind is ProblemKind.SELECTOR


def test_a_hidden_address_does_not_change_the_profile(document: Reader, recorded: Page) -> None:
    page = recorded("octopus_cambodia.html")
    shown = re.sub(r'<a href="/cdn-cgi.*?</a>', '<a href="mailto:info@camcert.gov.kh">info@camcert.gov.kh</a>', page)
    assert shown != page
    assert fingerprints(document(shown, "octopus")) == fingerprints(document(page, "octopus"))


# The chart of a treaty.


def test_only_the_row_asked_for_is_read(document: Reader, recorded: Page) -> None:
    found = document(recorded("chart_185.html"), "treaty_chart", row="Cambodia")
    assert lines(found) == [
        "Cambodia",
        "Signature: 15/09/2026",
        "Ratification: –",
        "Entry into Force: –",
        "R.: –",
        "D.: –",
    ]


def test_the_row_says_whose_it_is_in_its_path(document: Reader, recorded: Page) -> None:
    found = document(recorded("chart_185.html"), "treaty_chart", row="Cambodia")
    assert found.blocks[1].path[-2:] == ("Non-Members of Council of Europe", "Cambodia")


def test_the_day_of_the_chart_and_other_rows_change_nothing(document: Reader, recorded: Page) -> None:
    page = recorded("chart_185.html")
    later = page.replace("21/11/2026", "05/12/2026").replace("28/03/2018 a", "28/03/2019 a").replace("2026 s", "2026")
    before, after = (document(text, "treaty_chart", row="Cambodia") for text in (page, later))
    assert before.blocks == after.blocks
    assert before.published_on is None


def test_a_ratification_is_a_changed_cell(document: Reader, recorded: Page) -> None:
    page = recorded("chart_185.html").replace("15/09/2026 s</td><td>", "15/09/2026 s</td><td>01/02/2027 a")
    assert "Ratification: 01/02/2027" in lines(document(page, "treaty_chart", row="Cambodia"))


def test_a_country_that_is_not_in_the_chart_is_said_not_to_be(document: Reader, recorded: Page) -> None:
    found = document(recorded("chart_185.html"), "treaty_chart", row="Lao People's Democratic Republic")
    assert [(block.kind, block.text) for block in found.blocks] == [
        (BlockKind.KEY_VALUE, "Lao People's Democratic Republic: not listed")
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<main><h1>Chart</h1><p>Please wait</p></main>",
        "<main><table><tr><th></th><th>Signature</th><th>Ratification</th></tr></table></main>",
        "<main><table><tr><th>x</th><th>y</th><th>z</th></tr><tr><td>Cambodia</td><td>1</td><td>2</td></tr></table></main>",
    ],
)
def test_a_chart_that_was_not_filled_in_is_a_shell(problem: Callable[..., Problem], page: str) -> None:
    assert problem(page, "treaty_chart", row="Cambodia").kind is ProblemKind.SHELL


# The ministry.


def test_the_english_article_is_its_title_and_text(document: Reader, recorded: Page) -> None:
    found = document(recorded("mptc_en.html"), "mptc")
    assert lines(found) == [
        "Minister receives the ambassador of a partner country",
        "Phnom Penh, 26 June 2026 – The Minister of Post and Telecommunications met the new ambassador this morning to "
        "speak about work on digital matters.",
        "He told the guest about the key tasks of the ministry, such as the draft cybersecurity law, which is expected "
        "for completion by the end of the year.",
        "Both sides agreed to go on working together. [email protected]",
    ]
    assert found.title == "Minister receives the ambassador of a partner country"
    assert found.published_on == date(2026, 6, 26)
    assert found.canonical_url == "https://mptc.gov.kh/en/2026/06/minister-receives-the-ambassador/"


def test_the_khmer_notice_is_its_title_and_text(document: Reader, recorded: Page) -> None:
    found = document(recorded("mptc_km.html"), "mptc", languages=("km",))
    assert [line[:24] for line in lines(found)] == [
        "សេចក្តីជូនដំណឹង ស្តីពីការពិគ្រោះយោបល់"[:24],
        "រាជធានីភ្នំពេញ ថ្ងៃទី៩ ខែមិថុនា"[:24],
        "រយៈពេលពិគ្រោះយោបល់៖ ៣០ថ្ងៃ"[:24],
        "ឯកសារភ្ជាប់៖ សេចក្តីព្រាងទី២"[:24],
    ]
    assert (found.language, found.published_on) == ("km", date(2026, 6, 9))


def _moved(page: str) -> str:
    """What changes on a page of the ministry without its text changing."""
    page = page.replace("1,204", "1,399").replace("9,120,331", "9,121,002").replace("១២៣", "១២៩")
    page = (
        page.replace("a81c9e07b2", "77aa01bc9d").replace("8f21cc", "90ab12").replace("postid-34256", "postid-34256 x")
    )
    page = page.replace("Visit to a province", "National Assembly adopts the cybercrime law")
    return page.replace("ច្បាប់ថ្មីត្រូវបានអនុម័ត", "ព្រះមហាក្សត្រឡាយព្រះហស្តលេខាលើច្បាប់")


@pytest.mark.parametrize("name", ["mptc_en.html", "mptc_km.html"])
@pytest.mark.parametrize("spider", ["mptc", "page"])
def test_counters_tokens_and_other_pages_titles_change_no_fingerprint(
    document: Reader, recorded: Page, name: str, spider: str
) -> None:
    page = recorded(name)
    assert _moved(page) != page
    before, after = (document(text, spider, languages=("en", "km")) for text in (page, _moved(page)))
    assert fingerprints(before) == fingerprints(after)


@pytest.mark.parametrize("name", ["mptc_en.html", "mptc_km.html"])
@pytest.mark.parametrize("spider", ["mptc", "page"])
def test_the_fast_fingerprint_sees_through_the_same_noise(recorded: Page, name: str, spider: str) -> None:
    source = Source(id="s", url="http://127.0.0.1/", spider=spider)
    page = recorded(name)
    first, second = (region(text.encode(), "text/html; charset=utf-8", source) for text in (page, _moved(page)))
    assert first == second != ""


def test_a_word_that_changes_in_the_text_changes_the_fast_fingerprint(recorded: Page) -> None:
    source = Source(id="s", url="http://127.0.0.1/", spider="mptc")
    page = recorded("mptc_en.html")
    changed = page.replace("expected for completion", "approved for completion")
    assert region(page.encode(), "text/html", source) != region(changed.encode(), "text/html", source)


# ai.gov.kh and ASEAN.


def test_the_status_in_parentheses_stays_with_its_item(document: Reader, recorded: Page) -> None:
    found = document(recorded("aigov_press.html"), "aigov")
    items = {block.text: block.path[1:] for block in found.blocks if block.kind is BlockKind.LIST_ITEM}
    assert items == {
        "Previous Activities": (),
        "(2 February 2024) Took part in the adoption of the regional guide at the fourth AGDMIN": (
            "Previous Activities",
        ),
        "(September 2024) Held the first meeting on the draft policy": ("Previous Activities",),
        "Next Steps": (),
        "(Completed and currently reviewing technical terms) Readiness assessment report": ("Next Steps",),
        "(Pending) Khmer edition": (
            "Next Steps",
            "(Completed and currently reviewing technical terms) Readiness assessment report",
        ),
        "(In preparation) National AI strategy": ("Next Steps",),
    }


def test_the_meta_line_gives_the_day_and_goes(document: Reader, recorded: Page) -> None:
    page = recorded("aigov_press.html")
    later = page.replace("No Comments", "2 Comments").replace("3 Comments", "4 Comments")
    before, after = (document(text, "aigov") for text in (page, later))
    assert before.published_on == date(2025, 4, 28)
    assert not [line for line in lines(before) if "Comments" in line or "aiadmin" in line]
    assert before.blocks == after.blocks


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "asean_news.html",
            [
                "Digital ministers call for a safe digital community",
                "BANGKOK, 16 JANUARY 2025 – Ministers met for the fifth time and adopted a statement on trust and "
                "safety.",
                "They welcomed the expanded guide on generative AI, which is voluntary.",
            ],
        ),
        (
            "asean_book.html",
            [
                "Guide on AI governance",
                "13 January 2025",
                "The guide helps organisations of the region that design and use such systems.",
                "Download the guide",
            ],
        ),
        (
            "asean_sector.html",
            [
                "ASEAN Digital Sector",
                "Overview",
                "Cooperation rests on the Digital Masterplan 2025, endorsed in January 2021.",
                "Chair 2026: Philippines",
                "Meeting: ADGMIN 6",
                "Key documents",
                "Masterplan 2025",
                "Guide on AI governance and ethics",
            ],
        ),
    ],
)
def test_an_asean_page_is_said_once_without_crumbs_and_image_names(
    document: Reader, recorded: Page, name: str, expected: list[str]
) -> None:
    assert lines(document(recorded(name), "asean")) == expected


def test_the_dateline_of_the_ministers_dates_the_page(document: Reader, recorded: Page) -> None:
    assert document(recorded("asean_news.html"), "asean").published_on == date(2025, 1, 16)


# Which cleaner.


@pytest.mark.parametrize(
    ("spider", "url", "name"),
    [
        ("mptc", "http://127.0.0.1:1/x", "mptc"),
        ("feed", "https://mptc.gov.kh/2026/06/x/", "mptc"),
        ("listing", "https://wp-hub.cc.mptc.gov.kh/x", "mptc"),
        ("wordpress", "https://ai.gov.kh/?p=47144", "aigov"),
        ("page", "https://www.asean.org/book/x/", "asean"),
        ("page", "https://www.coe.int/en/web/octopus/-/cambodia", "octopus"),
        ("listing", "https://www.coe.int/en/web/cybercrime/t-cy-news", "generic"),
        ("page", "https://notmptc.gov.kh/x", "generic"),
        ("page", "https://mptc.gov.kh.evil.test/x", "generic"),
    ],
)
def test_the_cleaner_follows_the_spider_else_the_host(spider: str, url: str, name: str) -> None:
    assert cleaner_for(Source(id="s", url="http://127.0.0.1/", spider=spider), url).name == name


def test_a_sources_own_selection_wins_over_the_sites(document: Reader, recorded: Page) -> None:
    assert lines(document(recorded("mptc_en.html"), "mptc", select="article h1")) == [
        "Minister receives the ambassador of a partner country"
    ]


def test_another_selection_is_another_extractor() -> None:
    sources = [
        Source(id="s", url="http://127.0.0.1/"),
        Source(id="s", url="http://127.0.0.1/", select="main"),
        Source(id="s", url="http://127.0.0.1/", remove=("main",)),
        Source(id="s", url="http://127.0.0.1/", spider="mptc"),
        Source(id="s", url="http://127.0.0.1/", row="Cambodia"),
    ]
    assert len({identity(source) for source in sources}) == len(sources)


def test_the_name_and_timing_of_a_source_are_no_part_of_its_extractor() -> None:
    assert identity(Source(id="a", url="http://127.0.0.1/")) == identity(
        Source(id="b", url="http://127.0.0.1/", note="x")
    )


def test_every_recorded_page_can_be_read(document: Reader) -> None:
    pages = sorted((Path(__file__).parents[1] / "data" / "captures").glob("*.html"))
    assert pages
    for page in pages:
        assert document(page.read_bytes()).blocks
