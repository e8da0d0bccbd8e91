"""Sites as they are met: WordPress open and half closed, a static list, an article, a script shell, refusals."""

import json
from itertools import count

from tests.spiders.site import Answer, Asked, Site, page, xml

WORDS = (
    "The ministry met the industry to speak about the draft law and about the rules that will follow from it. "
    "Everyone who took part was asked to write down what should be clearer, and by when it can be done. "
)
_DAY = "Fri, 05 Jun 2026 03:00:00 +0000"
_TITLES = {
    "workshop-on-the-draft-data-law": "Workshop on the draft data protection law",
    "meeting-of-the-working-group": "Meeting of the working group on artificial intelligence",
    "public-consultation-opens": "Public consultation opens on the cybersecurity bill",
    "training-for-district-offices": "Training for district offices on digital services",
    "signing-of-an-agreement": "Signing of an agreement with the telecom regulator",
}
F5_PAGE = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your "
    "administrator.<br><br>Your support ID is: {number}<br><br><a href='javascript:history.back();'>[Go Back]</a>"
    "</body></html>"
)
CHALLENGE = Answer(
    status=403,
    body=b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Attention Required! | Cloudflare"
    b"</h1><p>Please enable cookies. Sorry, you have been blocked. Cloudflare Ray ID: 8f2a</p></body></html>",
    headers={"Content-Type": "text/html; charset=UTF-8", "Server": "cloudflare", "CF-RAY": "8f2a-SIN"},
)
SHELL = (
    "<!DOCTYPE html><html lang='en'><head><title>Portal</title><script src='/_next/static/chunks/main-0a1b.js' defer>"
    "</script></head><body><div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>"
    '{"props":{},"page":"/","buildId":"x1"}</script></body></html>'
)


def article(slug: str, *, wrapper: str = "entry-content") -> str:
    title = _TITLES[slug]
    return (
        f"<!doctype html><html lang='en'><head><title>{title} | Ministry</title>"
        "<meta property='og:type' content='article'></head><body><header><nav><a href='/'>Home</a></nav></header>"
        f"<article id='post-7'><h1>{title}</h1><div class='{wrapper}'>"
        "<div class='dl-share-bar'>Send to a friend · Send to a colleague</div>"
        f"<p>{WORDS}</p><p>{WORDS}</p>"
        "<div class='my-related-box'><a href='/one/'>One more page of this site</a></div></div></article>"
        "<footer>Phnom Penh</footer></body></html>"
    )


def listing(site: Site, head: str = "") -> str:
    cards = "".join(
        f"<div class='card-row'><h3 class='card-title'><a href='{site.url(f'/{slug}/')}'>{title}</a></h3>"
        f"<span>5 June 2026</span></div>"
        for slug, title in _TITLES.items()
    )
    return (
        f"<!doctype html><html lang='en'><head><title>News</title>{head}</head><body><nav><a href='/about'>About the "
        f"ministry and its tasks</a></nav><div class='wrap'>{cards}</div><footer>Phnom Penh</footer></body></html>"
    )


def with_articles(site: Site, *, wrapper: str = "entry-content") -> None:
    for slug in _TITLES:
        site.routes[f"/{slug}/"] = page(article(slug, wrapper=wrapper))


def wordpress(site: Site, *, rest: bool = True, feed: bool = True) -> None:
    """A WordPress site at the root of `site`, with or without its REST interface and its feed."""
    with_articles(site)
    head = (
        f"<link rel='alternate' type='application/rss+xml' title='Ministry &raquo; Feed' href='{site.url('/feed/')}'>"
        f"<link rel='alternate' type='application/rss+xml' title='Comments Feed' href='{site.url('/comments/feed/')}'>"
        f"<link rel='https://api.w.org/' href='{site.url('/wp-json/')}'><meta name='generator' content='WordPress 6.8'>"
    )
    site.routes["/"] = page(listing(site, head))
    if feed:
        site.routes["/feed/"] = xml(feed_of(site))
    closed = Answer(
        status=401,
        body=json.dumps({"code": "rest_login_required", "message": "Closed", "data": {"status": 401}}).encode(),
        headers={"Content-Type": "application/json"},
    )
    posts = Answer(
        body=json.dumps([_post(site, number, slug) for number, slug in enumerate(_TITLES, start=1)]).encode(),
        headers={"Content-Type": "application/json", "X-WP-TotalPages": "1"},
    )

    def otherwise(asked: Asked) -> Answer:
        if asked.path.startswith("/wp-json/"):
            return posts if rest else closed
        return Answer(status=404, body=b"<h1>Not found</h1>", headers={"Content-Type": "text/html"})

    site.otherwise = otherwise


def feed_of(site: Site) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>{site.url(f'/{slug}/')}</link><pubDate>{_DAY}</pubDate></item>"
        for slug, title in _TITLES.items()
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>{items}</channel></rss>"


def refusing(site: Site) -> None:
    """A firewall's page for everything, with status 200 and another number each time."""
    numbers = count(9_000_000_000_000)
    site.otherwise = lambda asked: page(F5_PAGE.format(number=next(numbers)))


def _post(site: Site, number: int, slug: str) -> dict[str, object]:
    return {
        "id": number,
        "date": "2026-06-05T10:00:00",
        "date_gmt": "2026-06-05T03:00:00",
        "modified_gmt": f"2026-06-05T03:00:{number:02d}",
        "link": site.url(f"/{slug}/"),
        "title": {"rendered": _TITLES[slug]},
        "content": {"rendered": f"<p>{WORDS}</p><p>{WORDS}</p>"},
    }
