"""The AI governance process page of ai.gov.kh: one post, whose status stands in the parentheses of its list."""

from spiders.page import PageSpider


class AigovSpider(PageSpider):
    """The post is fetched as any page, by the short address (`/?p=…`) it is known under."""

    name = "aigov"
