"""Alerts as an Atom feed (RFC 4287). The same alerts always give the same bytes.

Every entry has the message as it is sent in plain text, escaped, so page text is never markup; its id is a tag address
(RFC 4151) made from the alert's key and day, and stays for ever.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from urllib.parse import quote

from monitor.model import Alert
from notifiers.inert import clean
from notifiers.render import render

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was changed last: the same answer every time."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(alerts: Sequence[Alert], *, authority: str, name: str, home: str, url: str = "") -> bytes:
    """The feed of `alerts`, in their order.

    `authority` is the domain or mail address whose ids these are, `name` tells feeds of one authority apart; `home` is
    an address for people; `url` is where the feed is had from, if that is known.
    """
    from feedgenerator import Atom1Feed

    feed = Atom1Feed(
        title="Law and policy: what appears to have changed on official pages",
        link=url or home,
        description="Read by a program from official pages; not legal advice. Each entry says where its proof is.",
        author_name="lex-monitor",
        feed_url=url or None,
        feed_guid=f"tag:{authority},2026-01-01:feed/{quote(name, safe='')}",
    )
    if not alerts:
        feed.latest_post_date = lambda: _NEVER
    for alert in alerts:
        message = render(alert)
        created = alert.created_at.astimezone(UTC)
        feed.add_item(
            title=_xml(message.subject),
            link=message.link or url or home,
            description=escape(_xml(clean(alert.bottom_line))),
            content=f"<pre>{escape(_xml(message.text))}</pre>",
            pubdate=created,
            updateddate=created,
            unique_id=f"tag:{authority},{created:%Y-%m-%d}:alert/{quote(alert.key, safe='')}",
            categories=[each for each in (alert.kind.value, alert.instrument, alert.jurisdiction) if each],
        )
    written = BytesIO()
    feed.write(written, "utf-8")
    return written.getvalue()


def _xml(text: str) -> str:
    """`text` without what XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
