"""The spiders a source may name, without importing any of them: configuration is checked before Scrapy is loaded."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiders.base import SourceSpider

_SPIDERS = {
    "page": "spiders.page:PageSpider",
    "listing": "spiders.listing:ListingSpider",
    "feed": "spiders.feed:FeedSpider",
    "wordpress": "spiders.wordpress:WordPressSpider",
    "sitemap": "spiders.sitemap:SitemapSpider",
    "document": "spiders.document:DocumentSpider",
    "octopus": "spiders.octopus:OctopusSpider",
    "treaty_chart": "spiders.treaty_chart:TreatyChartSpider",
    "mptc": "spiders.mptc:MptcSpider",
    "aigov": "spiders.aigov:AigovSpider",
    "asean": "spiders.asean:AseanSpider",
}


def names() -> tuple[str, ...]:
    """Every name that `spider = "…"` of a source may have, in the order the manual lists them."""
    return tuple(_SPIDERS)


def load(name: str) -> type["SourceSpider"]:
    """The spider class called `name`. Raises KeyError for a name that is not in `names()`."""
    module, _, attribute = _SPIDERS[name].partition(":")
    spider: type[SourceSpider] = getattr(import_module(module), attribute)
    return spider
