"""A country profile of the Council of Europe's Octopus community: one page, whose extractor goes by its headings."""

from spiders.page import PageSpider


class OctopusSpider(PageSpider):
    """The profile is fetched as any page; its name tells the extractor what it is."""

    name = "octopus"
