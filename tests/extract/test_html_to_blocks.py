"""The walk from markup to blocks: order, kinds, paths, and nothing lost or said twice."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract import page, walk
from monitor.model import BlockKind, Document, Problem, ProblemKind

Reader = Callable[..., Document]


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def test_headings_make_the_path_of_what_follows(document: Reader) -> None:
    found = document("<main><h1>A</h1><h2>B</h2><p>one</p><h3>C</h3><p>two</p><h2>D</h2><p>three</p></main>")
    paths = {block.text: block.path for block in found.blocks if block.kind is BlockKind.PARAGRAPH}
    assert paths == {"one": ("A", "B"), "two": ("A", "B", "C"), "three": ("A", "D")}


def test_positions_count_from_zero_in_reading_order(document: Reader) -> None:
    found = document("<main><p>one</p><ul><li>two</li></ul>three</main>")
    assert [(block.position, block.text) for block in found.blocks] == [(0, "one"), (1, "two"), (2, "three")]


def test_a_parent_item_stands_apart_from_its_nested_items(document: Reader) -> None:
    found = document("<main><ul><li>Parent<ul><li>child</li></ul>tail</li></ul></main>")
    assert texts(found) == ["Parent", "child", "tail"]


def test_a_nested_item_names_its_parents_in_its_path(document: Reader) -> None:
    found = document("<main><h2>H</h2><ol><li>One<ol><li>Two<ul><li>three</li></ul></li></ol></li></ol></main>")
    assert found.blocks[-1].path == ("H", "One", "Two")


def test_a_heading_inside_an_item_does_not_reign_after_it(document: Reader) -> None:
    found = document("<main><h2>News</h2><ul><li><h3>Title</h3><p>teaser</p></li></ul><p>after</p></main>")
    assert found.blocks[-1].path == ("News",)


def test_a_table_row_joins_its_cells(document: Reader) -> None:
    found = document("<main><table><tr><td>a<td><p>b</p><p>c</p><td>d</table></main>")
    assert [(block.kind, block.text) for block in found.blocks] == [(BlockKind.TABLE_ROW, "a | b c | d")]


def test_an_empty_cell_keeps_its_place(document: Reader) -> None:
    assert texts(document("<main><table><tr><td>a<td><td>c</table></main>")) == ["a |  | c"]


def test_a_table_that_lays_out_text_gives_paragraphs(document: Reader) -> None:
    found = document("<main><table><tr><td><p>one</p><p>two</p></td></tr></table></main>")
    assert [block.kind for block in found.blocks] == [BlockKind.PARAGRAPH] * 2


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><th>Status</th><td>Draft</td></tr></table>",
        "<table><tr><td>Status:</td><td>Draft</td></tr></table>",
        "<dl><dt>Status</dt><dd>Draft</dd></dl>",
        "<dl><div><dt>Status:</dt><dd>Draft</dd></div></dl>",
        "<div class='card'><span>Status</span><span>Draft</span></div>",
        "<div><span class='label'>Status</span> <span class='value'>Draft</span></div>",
        "<ul><li class='meta-item'><b>Status</b><span>Draft</span></li></ul>",
    ],
)
def test_a_label_and_its_value_are_a_pair(document: Reader, markup: str) -> None:
    found = document(f"<main>{markup}</main>")
    assert [(block.kind, block.text) for block in found.blocks] == [(BlockKind.KEY_VALUE, "Status: Draft")]


def test_a_dash_is_a_value(document: Reader) -> None:
    assert texts(document("<main><div><span>Enacted</span><span>–</span></div></main>")) == ["Enacted: –"]


def test_cards_of_one_build_are_pairs_without_any_class(document: Reader) -> None:
    cards = "<div><span>Body</span> <span>Ministry</span></div><div><span>Kind</span> <span>Law</span></div>"
    assert texts(document(f"<main>{cards}</main>")) == ["Body: Ministry", "Kind: Law"]


def test_two_spans_inside_a_word_are_no_pair(document: Reader) -> None:
    found = document("<main><div><span>ក្រសួង</span><span>ប្រៃសណីយ៍</span></div></main>")
    assert texts(found) == ["ក្រសួងប្រៃសណីយ៍"]


def test_two_paragraphs_of_an_item_are_no_pair(document: Reader) -> None:
    assert texts(document("<main><ul><li><p>First</p><p>of 2</p></li></ul></main>")) == ["First", "of 2"]


def test_bare_text_beside_blocks_is_kept(document: Reader) -> None:
    assert texts(document("<main>before<div>inside</div>after</main>")) == ["before", "inside", "after"]


def test_line_breaks_end_lines(document: Reader) -> None:
    assert texts(document("<main><p>No. 12<br>Phnom Penh<br/>To all</p></main>")) == ["No. 12", "Phnom Penh", "To all"]


def test_a_break_inside_a_sentence_does_not_cut_it(document: Reader) -> None:
    assert texts(document("<main><p>The Assembly<br>adopted the law.</p></main>")) == ["The Assembly adopted the law."]


def test_inline_markup_leaves_no_spaces_in_words(document: Reader) -> None:
    assert texts(document("<main><p>1<sup>st</sup> <b>re</b><i>ading</i></p></main>")) == ["1st reading"]


def test_white_space_of_any_kind_becomes_one_space(document: Reader) -> None:
    assert texts(document("<main><p> a\u00a0 \n\t b&nbsp;c </p></main>")) == ["a b c"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<noscript>x</noscript>",
        "<template><p>x</p></template>",
        "<nav>x</nav>",
        "<p hidden>x</p>",
        "<p style='color:red; display: none'>x</p>",
        "<p style='DISPLAY:NONE'>x</p>",
        "<span class='screen-reader-text'>x</span>",
        "<!-- x -->",
        "<svg><title>x</title></svg>",
    ],
)
def test_what_no_reader_sees_is_dropped(document: Reader, hidden: str) -> None:
    assert texts(document(f"<main><p>seen</p>{hidden}</main>")) == ["seen"]


def test_the_main_part_is_found_without_a_selector(document: Reader) -> None:
    found = document("<body><header>h</header><div id=content><p>text</p></div><footer>f</footer></body>")
    assert texts(found) == ["text"]


def test_without_any_main_part_the_body_counts_less_its_chrome(document: Reader) -> None:
    found = document(
        "<body><header>h</header><nav>n</nav><div><p>text</p></div><aside>a</aside><footer>f</footer></body>"
    )
    assert texts(found) == ["text"]


def test_a_source_selects_for_itself(document: Reader) -> None:
    found = document(
        "<main><p>x</p><div class=law><p>y</p><p class=ad>z</p></div></main>", select=".law", remove=(".ad",)
    )
    assert texts(found) == ["y"]


def test_a_selector_only_soupsieve_knows_works_too(document: Reader) -> None:
    found = document(
        "<main><p>one</p><p>two x</p></main>", select="p:-soup-contains('two')", remove=("b:-soup-contains('q')",)
    )
    assert texts(found) == ["two x"]


def test_selected_parts_inside_one_another_are_read_once(document: Reader) -> None:
    assert texts(document("<div class=a>one<div class=a>two</div></div>", select=".a")) == ["one", "two"]


def test_a_selector_that_matches_nothing_is_a_problem(problem: Callable[..., Problem]) -> None:
    assert problem("<main><p>text</p></main>", select=".law").kind is ProblemKind.SELECTOR


def test_an_application_without_its_scripts_is_a_shell(problem: Callable[..., Problem]) -> None:
    assert problem("<body><div id='root'></div><script>1</script></body>").kind is ProblemKind.SHELL


def test_a_page_of_menus_is_empty(problem: Callable[..., Problem]) -> None:
    assert problem("<body><nav>Home</nav><main></main></body>").kind is ProblemKind.EMPTY


def test_a_notice_put_up_as_a_picture_keeps_its_title(document: Reader) -> None:
    found = document("<h1>Notice 12</h1><div class='entry-content'><img src='a.jpg'></div>")
    assert texts(found) == ["Notice 12"]


@pytest.mark.parametrize(
    "line",
    [
        "Views: <b>1,234</b>",
        "1.2k views",
        "Post Views: 3",
        "No Comments",
        "12 comments",
        "Share this:",
        "ចំនួនអ្នកទស្សនា៖ ១២៣",
        "អ្នកមើល ១២",
        "Last updated: 3 May 2026",
        "Status as of 21/11/2026",
        "Photo by A. B.",
        "-Article by C. D.",
        "រូបភាពដោយ៖ ក ខ",
        "42 vues",
    ],
)
def test_a_line_of_furniture_is_dropped(document: Reader, line: str) -> None:
    assert texts(document(f"<main><p>text</p><p>{line}</p></main>")) == ["text"]


@pytest.mark.parametrize(
    "line",
    [
        "The site had 1,234 views in May.",
        "No comments were received on the draft.",
        "Comments on the draft close on 3 May 2026.",
        "The list was last updated: see Annex 2 for every one of the changes that were made since.",
        "The share of women is 12.",
        "អ្នកទស្សនា ១២៣ នាក់បានចូលរួមកម្មវិធីនេះ។",
        "Article by article vote",
    ],
)
def test_a_sentence_that_speaks_of_such_things_stays(document: Reader, line: str) -> None:
    expected = ["text"] if line == "Article by article vote" else ["text", line]
    assert texts(document(f"<main><p>text</p><p>{line}</p></main>"))[: len(expected)] == expected


@pytest.mark.parametrize(
    "block",
    [
        "<h3>Related Post</h3><ul><li><a>x</a></li></ul>",
        "<div><h4>Related News:</h4></div><div><a href=/x><h4>x</h4></a></div>",
        "<p><strong>You may also like</strong></p><p><a>x</a></p>",
        "<section class='related-posts'><p>x</p></section>",
        "<h3>អត្ថបទពាក់ព័ន្ធ</h3><p>x</p>",
        "<div class='x'><div class='widget-title'>Articles similaires</div><p>x</p></div>",
    ],
)
def test_lists_of_other_pages_are_cut(document: Reader, block: str) -> None:
    assert texts(document(f"<main><p>text</p>{block}</main>")) == ["text"]


def test_the_pages_own_headings_end_such_a_list(document: Reader) -> None:
    found = document("<main><p>a</p><h3>Related Posts</h3><ul><li>x</li></ul><h2>Annex</h2><p>b</p></main>")
    assert texts(found) == ["a", "Annex", "b"]


def test_a_section_on_related_laws_is_no_such_list(document: Reader) -> None:
    found = document("<main><h3>Related laws and regulations</h3><p>The law of 2015</p></main>")
    assert texts(found)[-1] == "The law of 2015"


def test_a_list_that_is_called_latest_news_is_the_page_itself(document: Reader) -> None:
    assert texts(document("<main><h2>Latest news</h2><p>item</p></main>")) == ["Latest news", "item"]


@pytest.mark.parametrize(
    "shown", ["a.b@mptc.gov.kh", "[email&#160;protected]", "<a>[email protected]</a>", "Cybercrime@EAP"]
)
def test_an_address_shown_or_hidden_is_one_token(document: Reader, shown: str) -> None:
    assert texts(document(f"<main><p>Write to {shown}.</p></main>")) == ["Write to [email protected]."]


def test_the_title_stands_above_a_text_that_does_not_hold_it(document: Reader) -> None:
    found = document("<h1>Law adopted</h1><div class=entry-content><p>text</p></div>")
    assert [(block.kind, block.text, block.path) for block in found.blocks] == [
        (BlockKind.HEADING, "Law adopted", ()),
        (BlockKind.PARAGRAPH, "text", ("Law adopted",)),
    ]


@pytest.mark.parametrize(
    ("markup", "day"),
    [
        ('<meta property="article:published_time" content="2026-06-08T20:00:00+00:00">', date(2026, 6, 8)),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished": "2026-06-07"}</script>',
            date(2026, 6, 7),
        ),
        ("<main><time datetime='2026-06-06T08:00'>x</time><p>text</p></main>", date(2026, 6, 6)),
        ("<main><p>Phnom Penh, 24 November 2020: the ministry met.</p></main>", date(2020, 11, 24)),
        ("<main><p>រាជធានីភ្នំពេញ ថ្ងៃទី៤ ខែវិច្ឆិកា ឆ្នាំ២០២២ ក្រសួងបានជួប។</p></main>", date(2022, 11, 4)),
        (
            "<main><p>The plan names a date later in its text, 24 November 2020, and no dateline.</p></main>",
            None,
        ),
        ('<meta property="article:published_time" content="2026-13-45">', None),
    ],
)
def test_the_day_of_publication_is_what_the_page_names(document: Reader, markup: str, day: date | None) -> None:
    assert (
        document(
            f"<html><head>{markup}</head><body><main><p>text</p></main></body></html>"
            if "<main" not in markup
            else markup
        ).published_on
        == day
    )


def test_canonical_address_and_title_come_from_the_head(document: Reader) -> None:
    found = document(
        "<head><title>T – Site</title><meta property='og:title' content='T &amp; U'><link rel='canonical' "
        "href='https://a.test/t/'></head><main><p>x</p></main>"
    )
    assert (found.title, found.canonical_url) == ("T & U", "https://a.test/t/")


def test_mostly_khmer_text_is_khmer_whatever_is_declared(document: Reader) -> None:
    assert document("<html lang='en'><main><p>ក្រសួងប្រៃសណីយ៍ និងទូរគមនាគមន៍</p></main>").language == "km"


def test_nesting_beyond_all_reason_is_damage(problem: Callable[..., Problem]) -> None:
    assert problem("<div>" * 400 + "x").kind is ProblemKind.DAMAGED


def test_a_bomb_of_nesting_is_refused_before_it_is_parsed(problem: Callable[..., Problem]) -> None:
    assert problem("<div>" * 100_000 + "x").kind is ProblemKind.DAMAGED


WORDS = st.integers(0, 10**9).map(lambda number: f"w{number}")
INLINE = st.recursive(
    WORDS,
    lambda inner: st.tuples(st.sampled_from(["b", "i", "a", "span"]), st.lists(inner, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{' '.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=4,
)
LINE = st.lists(INLINE, max_size=3).map(" ".join)


def _containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=3).map("".join)
    return st.one_of(
        several.map("<div>{}</div>".format),
        several.map("<section>{}</section>".format),
        st.lists(several.map("<li>{}</li>".format), max_size=3).map("".join).map("<ul>{}</ul>".format),
        st.lists(several.map("<td>{}</td>".format), max_size=3).map("".join).map("<table><tr>{}</tr></table>".format),
        st.tuples(LINE, several).map(lambda pair: f"<dl><dt>{pair[0]}</dt><dd>{pair[1]}</dd></dl>"),
        several.map("<blockquote>{}</blockquote>".format),
    )


MARKUP = st.recursive(
    st.one_of(
        LINE, LINE.map("<p>{}</p>".format), LINE.map("<h3>{}</h3>".format), st.tuples(LINE, LINE).map("<br>".join)
    ),
    _containers,
    max_leaves=12,
)


@settings(max_examples=120, deadline=None)
@given(MARKUP)
def test_no_word_is_lost_moved_or_said_twice(markup: str) -> None:
    found = page.cut(f"<main>start {markup}</main>", page.Selection())
    assert isinstance(found, page.Page)
    said = re.findall(r"w\d+", " ".join(piece.text for piece in walk.pieces(found.html)))
    assert said == re.findall(r"w\d+", markup)
