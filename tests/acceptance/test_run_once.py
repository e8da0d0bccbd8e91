"""What a user sees of `monitor run --once`, on a local site that changes between the runs."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from filelock import FileLock

pytestmark = pytest.mark.slow

STATED = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."
OLD = "The ministry invited public comments on the draft Law on Personal Data Protection on 12 May 2023."
INTRODUCTION = (
    "The ministry prepares the digital laws of the kingdom together with other institutions. This page says, for "
    "everybody who works with data, what has been done so far and where to write with questions. It is kept up to "
    "date by the department of legal affairs."
)
PAGE_SOURCE = """
[[source]]
id = "progress"
url = "SITE/progress"
jurisdiction = "KH"
authority = "ministry"
publisher = "mptc"
select = "main"
every = "6h"
"""


def article(title: str, text: str, published: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>'
        f'<meta property="article:published_time" content="{published}T08:00:00+07:00"></head><body>'
        f"<header>Ministry</header><main><article><h1>{title}</h1><p>{INTRODUCTION}</p><p>{text}</p></article></main>"
        "<footer>Phnom Penh</footer></body></html>"
    )


def page(*paragraphs: str) -> str:
    inner = "".join(f"<p>{text}</p>" for text in (INTRODUCTION, *paragraphs))
    head = "<!doctype html><html lang='en'><head><title>Progress</title></head>"
    return f"{head}<body><main><h1>Progress</h1>{inner}</main></body></html>"


def test_a_page_that_states_an_approval_raises_exactly_one_status_alert(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", page("The draft laws are being prepared."))
    product.run()
    site.put("/progress", page("The draft laws are being prepared.", STATED))
    product.run()

    (message,) = product.told()
    assert (message["instrument"], message["from"], message["to"]) == ("kh-pdpl", "drafting", "approved")
    assert site.pages["/progress"].body.decode().count(message["quote"]) == 1


def test_an_unchanged_page_is_answered_304_and_silent(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", page("The draft laws are being prepared."))
    product.run()
    site.put("/progress", page("The draft laws are being prepared.", STATED))
    product.run()
    product.run()

    assert site.statuses("/progress") == [200, 200, 304]
    assert len(product.told()) == 1


def test_the_register_holds_the_stage_with_its_evidence(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", page("The draft laws are being prepared."))
    product.run()
    site.put("/progress", page(STATED))
    product.run()

    (status,) = product.json("status", "kh-pdpl")
    assert (status["stage"], status["state"], status["since"]) == ("approved", "provisional", "2026-11-13")
    assert status["evidence"][-1]["quote"] == STATED
    assert len(status["evidence"][-1]["sha256"]) == 64


def rss(site: Any, items: list[tuple[str, str, datetime]]) -> str:
    entries = "".join(
        f"<item><title>{title}</title><link>{site.url}{path}</link><guid>{site.url}{path}</guid>"
        f"<pubDate>{format_datetime(moment)}</pubDate></item>"
        for path, title, moment in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'


def serve_feed(site: Any, items: list[tuple[str, str, str, datetime]]) -> None:
    site.put(
        "/feed/",
        rss(site, [(path, title, moment) for path, title, _, moment in items]),
        content_type="application/rss+xml",
    )
    for path, title, text, moment in items:
        site.put(path, article(title, text, moment.date().isoformat()))


def serve_listing(site: Any, items: list[tuple[str, str, str, datetime]]) -> None:
    links = "".join(f'<li><h3><a href="{path}">{title}</a></h3></li>' for path, title, _, _ in items)
    body = f"<body><main><h1>News</h1><ul>{links}</ul></main></body>"
    site.put("/news/", f"<html><head><title>News</title></head>{body}</html>")
    for path, title, text, moment in items:
        site.put(path, article(title, text, moment.date().isoformat()))


def serve_wordpress(site: Any, items: list[tuple[str, str, str, datetime]]) -> None:
    posts = [
        {
            "id": 100 + number,
            "date_gmt": moment.strftime("%Y-%m-%dT%H:%M:%S"),
            "modified_gmt": moment.strftime("%Y-%m-%dT%H:%M:%S"),
            "link": site.url + path,
            "title": {"rendered": title},
            "content": {"rendered": f"<p>{INTRODUCTION}</p>\n<p>{text}</p>"},
        }
        for number, (path, title, text, moment) in enumerate(items)
    ]
    posts.sort(key=lambda post: post["modified_gmt"], reverse=True)
    site.put(
        "/wp-json/wp/v2/posts",
        json.dumps(posts),
        content_type="application/json",
        headers={"X-WP-Total": str(len(posts)), "X-WP-TotalPages": "1"},
    )


WAYS = {
    "feed": ('spider = "feed"\nurl = "SITE/feed/"', serve_feed),
    "listing": ('spider = "listing"\nurl = "SITE/news/"\nlinks = "h3 a"', serve_listing),
    "wordpress": ('spider = "wordpress"\nurl = "SITE/"', serve_wordpress),
}
FIRST = (
    "/2026/10/welcome/",
    "Delegation visits",
    "A delegation visited the ministry.",
    datetime(2026, 10, 1, 3, tzinfo=UTC),
)
NEW = ("/2026/11/cabinet/", "Cabinet meets", STATED, datetime(2026, 11, 14, 3, tzinfo=UTC))
LATE = ("/2023/05/comments/", "Comments invited", OLD, datetime(2023, 5, 12, 3, tzinfo=UTC))


@pytest.mark.parametrize("way", WAYS)
def test_a_new_article_is_judged_and_an_old_one_found_late_is_history(product: Any, site: Any, way: str) -> None:
    keys, serve = WAYS[way]
    product.configure(
        f'[[source]]\nid = "news"\n{keys}\nevery = "6h"\n'
        'jurisdiction = "KH"\nauthority = "ministry"\npublisher = "mptc"\n'
    )
    serve(site, [FIRST])
    product.run()
    serve(site, [NEW, FIRST])
    product.run()
    (message,) = product.told()
    assert (message["instrument"], message["from"], message["to"]) == ("kh-pdpl", "drafting", "approved")

    serve(site, [NEW, FIRST, LATE])
    product.run()
    assert len(product.told()) == 1
    assert any("/2023/05/comments/" in path or way == "wordpress" for path, _ in site.log)


def test_all_sources_down_is_exit_3_and_told_to_operators_once(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", "<h1>Service Unavailable</h1>", status=503)
    product.run(expect=3)
    product.run(expect=3)

    assert [message["source"] for message in product.told("health")] == ["progress"]
    assert product.told() == []


def test_one_source_of_three_down_is_exit_1(product: Any, site: Any) -> None:
    product.configure("".join(PAGE_SOURCE.replace("progress", name) for name in ("one", "two", "three")))
    site.put("/one", page())
    site.put("/two", page())
    product.run(expect=1)

    health = {entry["id"]: entry["health"] for entry in product.json("sources")}
    assert health == {"one": "ok", "two": "ok", "three": "missing"}


def test_a_recovered_source_is_told_once_and_is_no_legal_news(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", page("The draft laws are being prepared."))
    product.run()
    good = site.pages["/progress"]
    site.put("/progress", "<html><title>Just a moment...</title><body>Checking your browser</body></html>", status=403)
    product.run(expect=3)
    site.pages["/progress"] = good
    product.run()
    product.run()

    assert len(product.told("health")) == 1
    assert len(product.told("recovered")) == 1
    assert product.told() == []
    assert product.json("changes") == []


def test_exit_code_10_is_given_only_when_asked_and_only_for_news(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", page())
    product.call("run", "--once", "--exit-code", expect=0)
    site.put("/progress", page(STATED))
    product.call("run", "--once", "--exit-code", expect=10)


def test_a_second_run_at_the_same_time_is_exit_4(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    data = product.directory / "data"
    data.mkdir()
    with FileLock(data / "run.lock"):
        product.run(expect=4)


def test_a_data_directory_that_cannot_be_made_is_exit_5(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    (product.directory / "data").write_text("a file stands in the way")
    product.run(expect=5)


def test_a_selector_that_matches_nothing_is_unreadable_and_not_an_empty_page(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE.replace('"main"', '".no-such-part"'))
    site.put("/progress", page())
    product.run(expect=3)

    (entry,) = product.json("sources")
    assert entry["health"] == "unreadable"
    assert ".no-such-part" in entry["detail"]


def test_a_rejected_verdict_takes_the_register_back(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", page())
    product.run()
    site.put("/progress", page(STATED))
    product.run()
    (waiting,) = product.json("review")
    product.call("review", "reject", str(waiting["id"]), "--by", "Sok Dara", "--note", "the sentence speaks of 2016")

    (status,) = product.json("status", "kh-pdpl")
    assert (status["stage"], status["state"]) == ("drafting", "baseline")


def test_a_confirmed_verdict_makes_the_register_firm(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", page())
    product.run()
    site.put("/progress", page(STATED))
    product.run()
    (waiting,) = product.json("review")
    product.call("review", "confirm", str(waiting["id"]), "--by", "Sok Dara")

    (status,) = product.json("status", "kh-pdpl")
    assert (status["stage"], status["state"]) == ("approved", "confirmed")


def test_replay_says_the_same_again_and_sends_nothing(product: Any, site: Any) -> None:
    product.configure(PAGE_SOURCE)
    site.put("/progress", page())
    product.run()
    site.put("/progress", page(STATED))
    product.run()
    before = len(site.received)

    replayed = product.json("replay")
    assert [(alert["instrument"], alert["to"]) for alert in replayed["alerts"] if alert["kind"] == "status"] == [
        ("kh-pdpl", "approved")
    ]
    assert len(site.received) == before
