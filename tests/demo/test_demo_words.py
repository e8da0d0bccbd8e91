"""What the replica writes: Khmer saved again, PDFs, and texts long enough to be read as content."""

import pdf_oxide
import pytest

from monitor.demo.pdf import text_pdf
from monitor.demo.resave import resaved
from monitor.demo.texts import Article, texts
from monitor.text.normal import match_key

KHMER = [article for article in texts().articles.values() if article.language == "km"]


@pytest.mark.parametrize("article", KHMER, ids=lambda article: article.id)
def test_a_resaved_text_has_other_letters_and_the_same_match_key(article: Article) -> None:
    for text in article.body:
        assert resaved(text) != text
        assert match_key(resaved(text)) == match_key(text)


def test_a_resave_varies_everything_it_promises() -> None:
    text = resaved("ដើម្បីឱ្យសេចក្តីព្រាងនេះស្របតាមយុទ្ធសាស្ត្រជាតិ")
    assert "\u200b" in text
    assert "ឲ្យ" in text
    assert "ក្ដី" in text
    assert "ស្រ្ដ" in text


def test_a_resave_changes_no_latin_text() -> None:
    assert resaved("Law on Personal Data Protection") == "Law on Personal Data Protection"


def read(made: bytes) -> str:
    document = pdf_oxide.PdfDocument.from_bytes(made)
    pages = [document.extract_text(number) for number in range(document.page_count())]
    return " ".join(" ".join(pages).split())


def test_a_pdf_gives_its_words_back() -> None:
    issue = texts().articles["issue-78"]
    words = read(text_pdf(issue.body, title=issue.title))
    assert all(paragraph in words for paragraph in issue.body)


def test_a_pdf_keeps_brackets_backslashes_and_dashes() -> None:
    assert r"(a) \ 2022–2035" in read(text_pdf([r"(a) \ 2022–2035"], title="Signs"))


def test_a_long_text_runs_over_several_pages() -> None:
    made = text_pdf([f"Paragraph {number} of a long notice." for number in range(60)], title="Long")
    assert pdf_oxide.PdfDocument.from_bytes(made).page_count() == 3
    assert "Paragraph 59 of a long notice." in read(made)


def test_another_producer_makes_other_bytes_of_the_same_words() -> None:
    programme = texts().programme
    first = text_pdf(programme.body, title=programme.title, producer="Press 4.1")
    second = text_pdf(programme.body, title=programme.title, producer="Press 5.0")
    assert first != second
    assert read(first) == read(second)


def test_letters_without_a_glyph_are_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        text_pdf(["ច្បាប់"], title="Khmer")


@pytest.mark.parametrize("article", texts().articles.values(), ids=lambda article: article.id)
def test_an_article_is_long_enough_to_be_content(article: Article) -> None:
    assert len("".join(article.body)) >= 200
