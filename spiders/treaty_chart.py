"""The chart of signatures and ratifications of a treaty: one page, of which one table row matters."""

from spiders.page import PageSpider


class TreatyChartSpider(PageSpider):
    """The chart is fetched as any page; the source's `row` tells the extractor which row it is about."""

    name = "treaty_chart"
