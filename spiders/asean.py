"""A page of asean.org: a statement, a book, or the digital sector's overview."""

from spiders.page import PageSpider


class AseanSpider(PageSpider):
    """Fetched as any page; asean.org repeats crumbs and titles, which its extractor drops."""

    name = "asean"
