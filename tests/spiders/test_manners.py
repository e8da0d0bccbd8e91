"""Manners and rules on the wire: robots, waiting, redirects, limits, and one request at a time for each host."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import trustme

from monitor.model import ProblemKind, Source
from spiders.decoding import gunzip
from spiders.problems import Declined
from spiders.robots import rules_of
from tests.spiders.crawls import Crawls
from tests.spiders.site import Answer, Asked, Site, page


def source(site: Site, path: str = "/law", **more: object) -> Source:
    return replace(Source(id="s", url=site.url(path)), **more)  # type: ignore[arg-type]


def robots(text: str, status: int = 200, **more: object) -> Answer:
    return Answer(body=text.encode(), status=status, headers={"Content-Type": "text/plain"}, **more)  # type: ignore[arg-type]


# robots.txt ----------------------------------------------------------------------------------------------------------


def test_a_forbidden_address_is_not_asked_for(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/law": page("text"), "/robots.txt": robots("User-agent: *\nDisallow: /law")}
    told = crawl(source(site))
    assert told.kinds == [ProblemKind.ROBOTS]
    assert site.paths() == []


def test_rules_for_our_name_come_before_those_for_all(site: Site, crawl: Crawls) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: lex-monitor\nDisallow: /private"
    site.routes |= {"/law": page("text"), "/robots.txt": robots(rules)}
    assert len(crawl(source(site)).captures) == 1


@pytest.mark.parametrize("status", [404, 410, 403, 401])
def test_a_site_without_rules_may_be_read(status: int, site: Site, crawl: Crawls) -> None:
    site.routes |= {"/law": page("text"), "/robots.txt": robots("no", status)}
    assert len(crawl(source(site)).captures) == 1


@pytest.mark.parametrize(
    "answer",
    [
        robots("down", 503),
        robots("down", 500),
        Answer(body=b"\n<!DOCTYPE html><html><body>Under maintenance</body></html>"),
        Answer(body=b"<html>The requested URL was rejected. Your support ID is: 123</html>"),
    ],
)
def test_where_the_rules_cannot_be_read_we_stay_out(answer: Answer, site: Site, crawl: Crawls) -> None:
    site.routes |= {"/law": page("text"), "/robots.txt": answer}
    told = crawl(source(site))
    assert (told.kinds, site.paths()) == ([ProblemKind.ROBOTS], [])


def test_rules_served_with_the_wrong_media_type_are_still_rules() -> None:
    parser = rules_of(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /x").parser
    assert parser is not None
    assert not parser.can_fetch("https://example.org/x", "lex-monitor")


def test_robots_is_asked_for_once_in_a_run(site: Site, crawl: Crawls) -> None:
    site.routes |= {f"/{n}": page(f"text {n}") for n in range(3)}
    crawl(*(source(site, f"/{n}", id=f"s{n}") for n in range(3)))
    assert site.paths(robots=True).count("/robots.txt") == 1


def test_a_crawl_delay_longer_than_our_gap_is_kept(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/a": page("a"), "/b": page("b"), "/robots.txt": robots("User-agent: *\nCrawl-delay: 0.4")}
    crawl(source(site, "/a", id="a"), source(site, "/b", id="b"))
    assert all(later.began - earlier.began >= 0.3 for earlier, later in pairwise(site.asked))


def test_a_delay_of_the_site_is_remembered_at_every_answer_for_the_run_may_be_killed(
    site: Site, crawl: Crawls, tmp_path: Path
) -> None:
    remembered: list[bool] = []

    def second(asked: Asked) -> Answer:
        remembered.append(any(wish.name.startswith("rest-") for wish in tmp_path.iterdir()))
        return page("b")

    site.routes |= {"/a": page("a"), "/b": second, "/robots.txt": robots("User-agent: *\nCrawl-delay: 0.4")}
    crawl(source(site, "/a", id="a"), source(site, "/b", id="b"), MONITOR_MANNERS=str(tmp_path))
    assert remembered == [True]


# Retry-After ---------------------------------------------------------------------------------------------------------


def refusing(times: int, **headers: str) -> Callable[[Asked], Answer]:
    """A route that answers 429 so many times, then well."""
    count = 0

    def route(asked: Asked) -> Answer:
        nonlocal count
        count += 1
        refusal = Answer(status=429, body=b"slow down", headers={k.replace("_", "-"): v for k, v in headers.items()})
        return refusal if count <= times else page("text")

    return route


def test_a_short_wait_is_waited_out(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = refusing(1, Retry_After="0")
    told = crawl(source(site), MONITOR_REST_FLOOR=0.3)
    refused, answered = (asked for asked in site.asked if asked.path == "/law")
    assert answered.began - refused.ended >= 0.2
    assert [capture.status for capture in told.captures] == [200]


def test_a_host_that_asks_for_a_long_wait_is_not_asked_again(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/law": refusing(9, Retry_After="3600"), "/other": page("text")}
    told = crawl(source(site), source(site, "/other", id="o"))
    assert site.paths() == ["/law"]
    assert [capture.status for capture in told.captures] == [429]
    assert told.kinds == [ProblemKind.BLOCKED]
    assert "3600 s, until 2026-06-08T06:00:00Z" in told.problem.detail


def test_a_503_that_names_a_time_is_a_wish_too(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(status=503, headers={"Retry-After": "7200"})
    told = crawl(source(site))
    assert (site.paths(), [capture.status for capture in told.captures]) == (["/law"], [503])


def test_a_host_that_refuses_even_after_waiting_is_left_alone(site: Site, crawl: Crawls) -> None:
    site.routes |= {"/law": refusing(9), "/other": page("text")}
    told = crawl(source(site), source(site, "/other", id="o"), MONITOR_REST_FLOOR=0.05)
    assert site.paths() == ["/law"] * 3
    assert told.kinds == [ProblemKind.BLOCKED]


def test_another_host_does_not_wait(site: Site, other: Site, crawl: Crawls) -> None:
    site.routes["/law"] = refusing(1, Retry_After="0")
    other.routes["/law"] = page("text")
    crawl(source(site), source(other, id="o"), MONITOR_REST_FLOOR=0.5)
    assert other.asked[-1].ended < site.asked[-1].began


# Retries -------------------------------------------------------------------------------------------------------------


def test_a_server_error_is_retried_and_then_captured(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(status=502, body=b"bad gateway")
    told = crawl(source(site))
    assert site.paths() == ["/law"] * 3
    assert [capture.status for capture in told.captures] == [502]
    assert told.requests == 1


def test_a_question_ends_at_its_deadline_and_is_not_repeated(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(hold=threading.Event())
    told = crawl(source(site), MONITOR_DEADLINE=0.3)
    assert (site.paths(), told.problem.detail) == (["/law"], "no complete answer in time")


def test_a_dead_host_is_unreachable_not_forbidden(crawl: Crawls) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    told = crawl(Source(id="s", url=f"http://127.0.0.1:{port}/law"))
    assert told.kinds == [ProblemKind.UNREACHABLE]
    assert told.problem.detail == "the connection was refused"


def test_a_name_that_does_not_exist_is_unreachable(crawl: Crawls) -> None:
    told = crawl(Source(id="s", url="http://no-such-host.invalid/law"))
    assert (told.kinds, told.problem.detail) == ([ProblemKind.UNREACHABLE], "the host name could not be resolved")


def test_a_silent_host_is_given_up_in_time_and_the_others_are_read(site: Site, other: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(hold=threading.Event())
    other.routes["/law"] = page("text")
    told = crawl(source(site), source(other, id="o"), DOWNLOAD_TIMEOUT=1, RETRY_TIMES=0)
    assert told.order[:2] == [("captured", told.captures[0].document_key), ("finished", "o")]
    assert (told.kinds, told.problem.detail) == ([ProblemKind.UNREACHABLE], "no complete answer in time")


# Redirects -----------------------------------------------------------------------------------------------------------


def test_a_redirect_inside_the_site_is_followed_and_its_chain_kept(site: Site, crawl: Crawls) -> None:
    site.routes |= {
        "/law": Answer(status=301, headers={"Location": "/en/law"}),
        "/en/law": Answer(status=302, headers={"Location": "/en/law/"}),
        "/en/law/": page("text"),
    }
    (capture,) = crawl(source(site)).captures
    assert capture.url == site.url("/law")
    assert capture.redirects == (site.url("/law"), site.url("/en/law"))
    assert capture.final_url == site.url("/en/law/")


def test_a_redirect_to_another_site_is_not_followed(site: Site, other: Site, crawl: Crawls) -> None:
    elsewhere = other.url("/law").replace("127.0.0.1", "localhost")
    site.routes["/law"] = Answer(status=302, headers={"Location": elsewhere})
    other.routes["/law"] = page("text")
    told = crawl(source(site), allow=[elsewhere.split("/")[2]])
    assert (told.kinds, other.asked) == ([ProblemKind.OFF_SITE], [])


def test_a_redirect_to_an_allowed_domain_is_followed(site: Site, other: Site, crawl: Crawls) -> None:
    elsewhere = other.url("/law").replace("127.0.0.1", "localhost")
    site.routes["/law"] = Answer(status=302, headers={"Location": elsewhere})
    other.routes["/law"] = page("text")
    told = crawl(source(site, allowed_domains=("localhost",)), allow=[elsewhere.split("/")[2]])
    assert told.captures[0].final_url == elsewhere
    assert other.paths(robots=True) == ["/robots.txt", "/law"]


def test_a_redirect_loop_ends(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(status=302, headers={"Location": "/law"})
    told = crawl(source(site))
    assert len(site.paths()) == 6
    assert (told.kinds, told.problem.detail) == ([ProblemKind.UNREACHABLE], "redirected more than 5 times")


@pytest.mark.parametrize("target", ["file:///etc/hosts", "ftp://127.0.0.1/x", "data:text/plain,hello"])
def test_a_redirect_to_another_scheme_is_a_plain_answer(target: str, site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(status=302, headers={"Location": target})
    told = crawl(source(site))
    assert [capture.status for capture in told.captures] == [302]


def test_a_meta_refresh_is_not_followed(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page('<meta http-equiv="refresh" content="0; url=/other"><p>text</p>')
    crawl(source(site))
    assert site.paths() == ["/law"]


# Bodies --------------------------------------------------------------------------------------------------------------


def test_a_body_shorter_than_announced_is_truncated(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = replace(page("text " * 1000), cut=700)
    told = crawl(source(site), RETRY_TIMES=0)
    assert (told.kinds, told.captures) == ([ProblemKind.TRUNCATED], [])


def test_a_body_without_a_length_is_believed_when_a_second_one_is_the_same(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = replace(page("text"), length=False)
    (capture,) = crawl(source(site)).captures
    assert capture.flags == ("confirmed",)
    assert site.paths() == ["/law", "/law"]


def test_two_bodies_without_a_length_that_differ_are_truncated(site: Site, crawl: Crawls) -> None:
    bodies = iter(["<p>Article 1.</p><p>Article 2.</p>", "<p>Article 1.</p>"])
    site.routes["/law"] = lambda asked: replace(page(next(bodies)), length=False)
    told = crawl(source(site))
    assert (told.kinds, told.captures) == ([ProblemKind.TRUNCATED], [])


def test_a_compressed_body_is_captured_as_its_content(site: Site, crawl: Crawls) -> None:
    text = b"<p>The draft law</p>" * 50
    site.routes["/law"] = Answer(body=gzip.compress(text), headers={"Content-Encoding": "gzip"})
    (capture,) = crawl(source(site)).captures
    assert (capture.body, capture.header("content-encoding")) == (text, "")
    assert site.asked[-1].headers["Accept-Encoding"] == "gzip"


def test_a_compressed_body_that_breaks_off_is_truncated(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(body=gzip.compress(b"text" * 999)[:-12], headers={"Content-Encoding": "gzip"})
    assert crawl(source(site)).kinds == [ProblemKind.TRUNCATED]


def test_a_damaged_compressed_body_is_damaged(site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = Answer(body=b"not gzip at all", headers={"Content-Encoding": "gzip"})
    assert crawl(source(site)).kinds == [ProblemKind.DAMAGED]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_not_read(announced: bool, site: Site, crawl: Crawls) -> None:
    site.routes["/robots.txt"] = replace(robots("#" * 2_000_000), length=announced)
    site.routes["/law"] = page("text")
    told = crawl(source(site))
    assert told.kinds == [ProblemKind.ROBOTS]
    assert "larger than 1 MiB" in told.problem.detail


def test_a_bomb_is_stopped_at_the_limit() -> None:
    with pytest.raises(Declined, match="larger than 1 MiB"):
        gunzip(gzip.compress(bytes(50_000_000)), limit=1024**2)


def test_members_of_a_gzip_body_are_joined() -> None:
    assert gunzip(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0", limit=100) == b"one two"


def test_a_gzip_body_with_a_wrong_checksum_is_damaged() -> None:
    body = bytearray(gzip.compress(b"text" * 100))
    body[-6] ^= 1
    with pytest.raises(zlib.error):
        gunzip(bytes(body), limit=1000)


# TLS -----------------------------------------------------------------------------------------------------------------


def test_a_certificate_nobody_vouches_for_is_not_accepted(crawl: Crawls) -> None:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        secure.recv(1)
                except OSError:
                    continue

        threading.Thread(target=answer, daemon=True).start()
        told = crawl(Source(id="s", url=f"https://localhost:{server.getsockname()[1]}/law"), RETRY_TIMES=0)
    assert told.kinds == [ProblemKind.UNREACHABLE]
    assert "certificate" in told.problem.detail
