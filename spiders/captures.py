"""From Scrapy's response to our `Capture`."""

from datetime import datetime

from scrapy.http import Response

from monitor.model import Capture
from spiders.reading import Ask


def capture_of(ask: Ask, response: Response, at: datetime) -> Capture:
    """The capture of what `response` answered to `ask`, received at `at` (aware UTC).

    `url` is the address as it was asked for, before Scrapy's escaping and before redirects. `tls` is `verified` only
    if every address of the redirect chain was https: one plain hop lets anyone on the way choose the next.
    """
    chain = tuple(response.meta.get("redirect_urls", ()))
    final = response.url
    secure = all(url.startswith("https://") for url in (*chain, final))
    return Capture(
        source_id=ask.reading.source.id,
        document_key=ask.key,
        url=ask.url,
        final_url=final,
        status=response.status,
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ),
        body=response.body,
        fetched_at=at,
        redirects=chain,
        tls="verified" if secure else "none",
        flags=tuple(response.flags),
        way=ask.way,
    )
