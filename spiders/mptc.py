"""The Ministry of Post and Telecommunications (mptc.gov.kh), in English (`/en/`) and Khmer."""

from spiders.wordpress import WordPressSpider


class MptcSpider(WordPressSpider):
    """A WordPress site: REST, else feed, else the front page's links. Its name tells the extractor what to strip."""

    name = "mptc"
