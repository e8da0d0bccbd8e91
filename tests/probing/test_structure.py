"""Selectors from a page's own structure, and near misses."""

import pytest

from monitor.model import Source
from monitor.probing.structure import documents, furniture, is_article, link_selector, prose, text_selector
from tests.probing.sites import WORDS

URL = "https://www.example.gov.kh/news/"
SOURCE = Source(id="s", url=URL)


def html(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>x</title>{head}</head><body>{body}</body></html>"


def chosen(markup: str) -> str:
    return link_selector(markup.encode(), "text/html; charset=utf-8", URL, markup, SOURCE)


def card(number: int, wrap: str) -> str:
    return wrap.format(f"<a href='/news/item-{number}'>The ministry reports on matter number {number}</a>")


def cards(wrap: str, count: int = 5) -> str:
    return html("".join(card(number, wrap) for number in range(count)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<main><article><div class='entry-content'><p>{WORDS}</p></div></article></main>", ".entry-content"),
        (f"<main><div><p>{WORDS}</p></div></main>", "main"),
        (f"<div role='main'><p>{WORDS}</p></div>", "[role=main]"),
        (f"<div id='content'><p>{WORDS}</p></div>", "#content"),
        (f"<article><p>{WORDS}</p></article><article><p>{WORDS}</p></article>", ""),
        (f"<div class='entry-content'>One line.</div><div class='text'><p>{WORDS * 3}</p></div>", ""),
        (f"<div class='w-7f3a'><p>{WORDS}</p></div>", ""),
        ("<main>Too little</main>", ""),
    ],
)
def test_the_place_of_the_text(body: str, expected: str) -> None:
    assert text_selector(html(body)) == expected


def test_furniture_is_known_by_its_name() -> None:
    body = f"<main><p>{WORDS}</p><div class='dl-share-bar'>a</div><div id='post-comments'>b</div></main>"
    assert furniture(html(body), "main") == (".dl-share-bar", "#post-comments")


@pytest.mark.parametrize("name", ["shared-documents", "commentary", "socialist", "relatedness", "advertised-posts"])
def test_a_name_that_only_begins_like_furniture_is_none(name: str) -> None:
    assert furniture(html(f"<main><p>{WORDS}</p><div class='{name}'>a</div></main>"), "main") == ()


def test_what_holds_most_of_the_text_is_no_furniture() -> None:
    assert furniture(html(f"<main><div class='comments'><p>{WORDS}</p></div><p>x</p></main>"), "main") == ()


def test_what_is_left_out_of_every_page_is_not_named_again() -> None:
    assert furniture(html(f"<main><p>{WORDS}</p><div class='sharedaddy'>a</div></main>"), "main") == ()


def test_furniture_inside_furniture_is_named_once() -> None:
    body = f"<main><p>{WORDS}</p><div class='my-share'><span class='share-button'>a</span></div></main>"
    assert furniture(html(body), "main") == (".my-share",)


@pytest.mark.parametrize(
    ("wrap", "expected"),
    [
        ("<div class='item'><h3 class='entry-title'>{}</h3></div>", "h3.entry-title a"),
        ("<article class='post'><h2>{}</h2><a href='/x'>x</a></article>", "h2 a"),
        ("<ul class='news-list'><li>{}</li></ul>", "ul.news-list li a"),
        ("<div class='news-row'><div><span>{}</span></div></div>", "div.news-row a"),
    ],
)
def test_the_links_of_repeated_cards(wrap: str, expected: str) -> None:
    assert chosen(cards(wrap)) == expected


def test_classes_with_numbers_are_of_one_post_and_not_named() -> None:
    markup = html("".join(card(n, f"<div class='post-{n}1 css-1x2y{n}'><h3>{{}}</h3></div>") for n in range(5)))
    assert chosen(markup) == "h3 a"


@pytest.mark.parametrize(
    "markup",
    [
        cards("<nav><li>{}</li></nav>"),
        cards("<div class='row'>{}</div>", count=2),
        html(
            "".join(f"<div class='c'><a href='/category/{n}'>All the reports of kind {n}</a></div>" for n in range(6))
        ),
        html(
            "".join(
                f"<div class='c'><a href='https://other.example/{n}'>A report elsewhere {n}</a></div>" for n in "abcd"
            )
        ),
        html("".join(f"<div class='c'><a href='/{n}'>{n}</a></div>" for n in range(6))),
    ],
    ids=["menu", "two links", "categories", "another site", "numbers"],
)
def test_what_is_no_list_of_documents(markup: str) -> None:
    assert chosen(markup) == ""


def test_dated_cards_go_before_undated_links() -> None:
    dated = "".join(
        card(n, "<div class='report'>{}<time datetime='2026-06-05'>5 June 2026</time></div>") for n in range(5)
    )
    plain = "".join(card(n + 10, "<div class='service'>{}</div>") for n in range(6))
    assert chosen(html(plain + dated)) == "div.report a"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<meta property='article:published_time' content='2026-06-05'>", True),
        ("<meta property='og:type' content='article'>", True),
        ('<script type="application/ld+json">{"@type": "NewsArticle"}</script>', True),
        ("<meta property='og:type' content='website'>", False),
        ('<script type="application/ld+json">{"@type": "Organization"}</script>', False),
    ],
)
def test_a_page_that_declares_itself_an_article(head: str, expected: bool) -> None:
    assert is_article(html("<p>x</p>", head)) is expected


def test_prose_is_what_is_read_and_not_clicked() -> None:
    assert prose(html(f"<p>{WORDS}</p>")) > 150
    assert prose(html(f"<a href='/x'><p>{WORDS}</p></a><nav><p>{WORDS}</p></nav><p>short</p>")) == 0


def test_without_candidates_there_are_no_documents() -> None:
    assert documents(()) == []
