"""A WordPress site changes the door it is read by: its posts stay the same documents, and old words are no news."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SOURCE = """
[[source]]
id = "ministry"
url = "SITE/"
spider = "wordpress"
jurisdiction = "KH"
authority = "ministry"
publisher = "mptc"
every = "6h"
"""
WORDS = (
    "The ministry met the industry to speak about the rules for data. Everyone was asked what should be clearer. " * 3
)
STATED = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."


def put_feed(site: Any, *slugs: str) -> None:
    items = "".join(f"<item><title>{slug}</title><link>{site.url}/{slug}/</link></item>" for slug in slugs)
    site.put("/feed/", f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>", content_type="text/xml")


def put_page(site: Any, slug: str, *paragraphs: str) -> None:
    inner = "".join(f"<p>{text}</p>" for text in paragraphs)
    body = f"<html lang='en'><head><title>{slug}</title></head><body><main><h1>{slug}</h1>{inner}</main></body></html>"
    site.put(f"/{slug}/", body)


def put_rest(site: Any, **posts: str) -> None:
    listed = [
        {
            "id": number,
            "date": "2026-11-14T10:00:00",
            "modified_gmt": f"2026-11-14T03:00:{number:02d}",
            "link": f"{site.url}/{slug}/",
            "title": {"rendered": slug},
            "content": {"rendered": content},
        }
        for number, (slug, content) in enumerate(posts.items(), start=1)
    ]
    site.put("/wp-json/wp/v2/posts", json.dumps(listed), content_type="application/json")


def test_what_only_another_door_shows_is_our_difference_and_no_news(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    put_feed(site, "workshop")
    put_page(site, "workshop", WORDS)
    product.run()
    del site.pages["/feed/"]
    put_rest(site, workshop=f"<p>{WORDS}</p><p>{STATED}</p>")
    product.run()

    assert [change["cause"] for change in product.json("changes")] == ["extraction"]
    assert product.told() == []


def test_what_is_new_behind_the_other_door_is_news(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    put_feed(site, "workshop")
    put_page(site, "workshop", WORDS)
    product.run()
    del site.pages["/feed/"]
    put_rest(site, workshop=f"<p>{WORDS}</p>", approval=f"<p>{WORDS}</p><p>{STATED}</p>")
    product.run()
    product.run()

    assert [message["instrument"] for message in product.told()] == ["kh-pdpl"]


def test_a_feed_that_dies_and_returns_keeps_the_source_healthy(product: Any, site: Any) -> None:
    product.configure(SOURCE)
    put_feed(site, "workshop")
    put_page(site, "workshop", WORDS)
    product.run()
    feed = site.pages.pop("/feed/")
    site.put(
        "/", f"<html><body><main><h2><a href='{site.url}/workshop/'>Workshop on the draft</a></h2></main></body></html>"
    )
    product.run()
    site.pages["/feed/"] = feed
    put_feed(site, "workshop", "second")
    put_page(site, "second", WORDS, STATED)
    del site.pages["/"]
    product.run()

    assert product.json("sources")[0]["health"] == "ok"
    assert [message["instrument"] for message in product.told()] == ["kh-pdpl"]
