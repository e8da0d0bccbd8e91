"""Equal fast fingerprints mean equal documents, on any page."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract import html
from monitor.extract.cleaners import GENERIC
from monitor.extract.region import region
from monitor.model import Document, Source

SOURCE = Source(id="s", url="http://127.0.0.1/")
BITS = st.sampled_from(
    ["<p>a</p>", "<p>a b</p>", "<p>a</p><p>b</p>", "<h2>a</h2>", "<ul><li>a</ul>", "<p hidden>a</p>", "a", "12 views",
     "<p>12 views</p>", "<p>13 views</p>", "<h3>Related Post</h3>", "<p title='x>y'>a</p>", "<p title=z>a</p>",
     "<div class=card><span>a</span><span>b</span></div>", "<div><span>a</span><span>b</span></div>", "<!-- c -->",
     "<script>1</script>", "<time datetime=2026-01-01></time>", "<b>12</b> views", "x@y.zz", "[email protected]"]
)  # fmt: skip
PAGES = st.lists(BITS, max_size=4).map("".join).map("<html><head><title>t</title></head><main>{}</main></html>".format)


def document(page: str) -> Document | None:
    found = html.read(page, SOURCE, GENERIC, "e")
    return found if isinstance(found, Document) else None


@settings(max_examples=200, deadline=None)
@given(PAGES, PAGES)
def test_equal_fingerprints_mean_equal_documents(one: str, other: str) -> None:
    prints = [region(page.encode(), "text/html", SOURCE) for page in (one, other)]
    assert prints[0] != prints[1] or document(one) == document(other)


def test_what_is_no_page_has_no_fingerprint() -> None:
    assert region(b"%PDF-1.7", "application/pdf", SOURCE) == ""
    assert region(b"[]", "application/json", SOURCE) == ""


def test_a_page_without_the_selected_part_has_no_fingerprint() -> None:
    assert region(b"<p>x</p>", "text/html", Source(id="s", url="http://127.0.0.1/", select=".law")) == ""


def test_a_new_title_is_a_new_fingerprint() -> None:
    pages = (f"<title>{title}</title><main><p>x</p></main>".encode() for title in "ab")
    assert len({region(page, "text/html", SOURCE) for page in pages}) == 2
