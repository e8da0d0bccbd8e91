"""Nothing that a server sends can hold the monitor up, fill its memory or crash it."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import monotonic

import pytest

from monitor.extract import confined, dispatch, pdf, trial
from monitor.extract.region import region
from monitor.model import Capture, Problem, ProblemKind, Source
from monitor.screening import screen
from spiders import feed_parser, xml
from spiders.reading import Budget
from tests.faults import bombs, choking
from tests.faults.cases import cases
from tests.faults.slow import FLOODS, BadServer, drips, late, silent
from tests.spiders.crawls import Crawls
from tests.spiders.site import Answer, Site, page

ROOT = Path(__file__).parents[2]
Figure = Callable[..., None]


@pytest.fixture(scope="module")
def crawl() -> Iterator[Crawls]:
    crawls = Crawls()
    yield crawls
    crawls.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        yield server


# Time ----------------------------------------------------------------------------------------------------------------


@pytest.mark.promise("G9")
def test_slow_servers_cost_the_others_one_deadline_at_most(crawl: Crawls, figure: Figure) -> None:
    """95 of 100 sources answer; the rest drip, at every place a server can drip at."""
    deadline, good = 1.0, cases(95, 190)
    with ExitStack() as stack:
        sites = [stack.enter_context(Site()) for _ in range(5)]
        for server in sites:
            server.otherwise = lambda asked: (
                Answer(status=404) if "robots" in asked.path else page(f"text {asked.path}")
            )
        ordinary = [Source(id=f"good{n}", url=sites[n % 5].url(f"/{n}")) for n in range(good)]
        crawl(*ordinary)  # the first crawl of a process loads what the others find loaded
        began = monotonic()
        assert len(crawl(*ordinary).captures) == good
        normal = monotonic() - began
        talks = [talk for pause in (0.02, 0.1)[: cases(1, 2)] for talk in drips(pause).values()]
        bad = [stack.enter_context(BadServer(talk)) for talk in (*talks, silent)]
        dripping = [Source(id=f"bad{n}", url=server.url()) for n, server in enumerate(bad)]
        began = monotonic()
        told = crawl(*dripping, *ordinary, DOWNLOAD_TIMEOUT=deadline)
        took = monotonic() - began
    figure("G9", cases=len(bad), broken=0, note=f"{good} others: {normal:.1f} s alone, {took:.1f} s beside them")
    assert len(told.captures) == good
    assert told.kinds == [ProblemKind.UNREACHABLE] * len(bad)
    assert took <= 1.2 * normal + deadline + 1.0  # the second: this machine does other things as well


@pytest.mark.promise("G9")
def test_a_source_of_many_hanging_pages_leaves_the_rest_for_the_next_run(
    site: Site, crawl: Crawls, figure: Figure
) -> None:
    with BadServer(silent) as bad:
        # The list stands on the healthy server, the pages on the hanging one (an allowed domain of the source).
        links = "".join(f'<li><a href="{bad.url(f"/{n}")}">Draft law number {n}</a></li>' for n in range(30))
        site.routes["/list"] = page(f"<main><ul>{links}</ul></main>")
        began = monotonic()
        told = crawl(
            Source(id="s", url=site.url("/list"), spider="listing"),
            allow=[bad.url("").removeprefix("http://")],
            budget=Budget(delay=0.5, ordinary=0.2),
            DOWNLOAD_TIMEOUT=0.4,
        )
    figure("G9", cases=30, broken=0, note=f"{len(bad.asked)} of 30 hanging pages asked for")
    assert told.over == ["s"]
    assert 1 <= len(bad.asked) <= 4
    assert monotonic() - began < 5


@pytest.mark.promise("G9")
def test_redirects_and_retries_share_one_deadline(crawl: Crawls, figure: Figure) -> None:
    for answer in (b"302 Found\r\nLocation: /next", b"502 Bad Gateway"):
        with BadServer(late(answer, 0.35)) as bad:
            began = monotonic()
            told = crawl(Source(id="s", url=bad.url()), DOWNLOAD_TIMEOUT=1, MONITOR_DEADLINE=0.8)
            took = monotonic() - began
        assert told.over == ["s"]
        assert 2 <= len(bad.asked) <= 3
        assert took < 2.5
    figure("G9", cases=2, broken=0, note="a chain of slow answers ends at the deadline of the question")


# Size ----------------------------------------------------------------------------------------------------------------


@pytest.mark.promise("G9")
@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_is_cut_off(kind: str, crawl: Crawls, figure: Figure) -> None:
    with BadServer(FLOODS[kind]) as bad:
        began = monotonic()
        told = crawl(Source(id="s", url=bad.url()), RETRY_TIMES=0, DOWNLOAD_TIMEOUT=15)
        took = monotonic() - began
    figure("G9", cases=1, broken=0, note=f"endless {kind}")
    assert told.captures == []
    assert told.problem.detail != "no complete answer in time", "it was stopped by the clock, not by its size"
    assert took < 8


@pytest.mark.timeout(cases(120, 900))
@pytest.mark.promise("G9")
def test_a_bomb_stops_at_the_limit(figure: Figure) -> None:
    """Every coding in one to three layers; memory is measured in a process of its own."""
    size, limit = cases(40, 256), 32 << 20
    command = [sys.executable, "-m", "tests.faults.bombs", str(size), str(limit)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=cases(110, 600), check=True)
    told = json.loads(done.stdout)
    decoded = [shape for shape, said in told["said"].items() if said != "too_large"]
    note = f"bombs of {size} MiB: memory grew by {told['grown']} MiB"
    figure("G9", cases=len(told["said"]), broken=len(decoded), note=note)
    assert decoded == []
    assert told["grown"] < 200


@pytest.mark.promise("G9")
def test_a_bomb_on_the_wire_is_too_large(site: Site, crawl: Crawls, figure: Figure) -> None:
    for coding in bombs.CODINGS:
        site.routes[f"/{coding}"] = Answer(
            body=bombs.bomb(coding, 1, mebibytes=64), headers={"Content-Encoding": coding, "Content-Type": "text/html"}
        )
    told = crawl(*(Source(id=coding, url=site.url(f"/{coding}")) for coding in bombs.CODINGS))
    figure("G9", cases=4, broken=len(told.captures), note="bombs over the wire")
    assert told.kinds == [ProblemKind.TOO_LARGE] * 4


@pytest.mark.promise("G4")
def test_an_answer_that_breaks_off_is_never_a_page(site: Site, crawl: Crawls, figure: Figure) -> None:
    seed = 20261122
    chance = random.Random(seed)
    text = "".join(f"<p>Article {n}. Personal data is processed lawfully.</p>" for n in range(400)).encode()
    count = cases(20, 100)
    ways = [{"length": True}, {"length": False}]
    for n in range(count):
        at = chance.randrange(1, len(text))

        def route(asked: object, at: int = at, way: dict[str, bool] = ways[n % 2]) -> Answer:
            # The same page breaks off at another place every time.
            return Answer(
                body=text if way["length"] else text[: chance.randrange(1, len(text))],
                headers={"Content-Type": "text/html"},
                cut=at if way["length"] else None,
                length=way["length"],
            )

        site.routes[f"/{n}"] = route
    told = crawl(*(Source(id=f"s{n}", url=site.url(f"/{n}")) for n in range(count)), RETRY_TIMES=0)
    figure("G4", cases=count, broken=len(told.captures), note="answers cut at a random byte, with and without a length")
    assert told.captures == [], f"seed {seed}"
    assert told.kinds == [ProblemKind.TRUNCATED] * count


# Redirects -----------------------------------------------------------------------------------------------------------


@pytest.mark.promise("G9")
def test_a_chain_of_redirects_ends_after_five(site: Site, crawl: Crawls, figure: Figure) -> None:
    for hop in range(30):
        site.routes[f"/{hop}"] = Answer(status=(301, 302, 303, 307, 308)[hop % 5], headers={"Location": f"/{hop + 1}"})
    site.routes["/30"] = page("text")
    starts = range(20, 30)
    told = crawl(*(Source(id=f"s{start}", url=site.url(f"/{start}")) for start in starts))
    reached = {capture.source_id for capture in told.captures}
    figure("G9", cases=len(starts), broken=0, note="chains of 1 to 10 redirects")
    assert reached == {f"s{start}" for start in starts if 30 - start <= 5}
    assert all("redirected more than 5 times" in problem.detail for *_, problem in told.problems)


# XML -----------------------------------------------------------------------------------------------------------------

_ENTITY_BOMB = (
    "<!DOCTYPE x [" + '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
)
XML = [
    _ENTITY_BOMB + "]><urlset>&a11;</urlset>",
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset>&f;</urlset>',
    '<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1:9/x">]><urlset>&f;</urlset>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><urlset/>',
    '<!DOCTYPE x PUBLIC "-//x" "file:///etc/passwd"><urlset/>',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><urlset/>',
    '<!doctype x [<!entity a "b">]><urlset/>',
    "<!DOCTYPE html><urlset/>",
    '<?xml version="1.0"?><!-- a --><!DOCTYPE x [<!ELEMENT x ANY>]><urlset/>',
]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037", "cp500")


@pytest.mark.promise("G9")
def test_a_document_type_is_refused_in_every_encoding(figure: Figure) -> None:
    bodies = [text.encode(encoding) for text in XML for encoding in ENCODINGS[: cases(4, 8)]]
    bodies += [('<?xml version="1.0" encoding="utf-8"?>' + text).encode("cp037") for text in XML]
    bodies += [b'<?xml version="1.0" encoding="UTF-7"?>' + text.encode("utf-7").replace(b"<", b"+ADw-") for text in XML]
    bodies += [f'<?xml version="1.0" encoding="{name}"?><urlset/>'.encode() for name in ("UTF-7", "cp037", "unicode-1")]
    passed = [body[:80] for body in bodies if not isinstance(xml.parse(body), Problem)]
    figure("G9", cases=len(bodies), broken=len(passed), note="document types, entities and odd encodings in XML")
    assert passed == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_plain_xml_is_read(encoding: str) -> None:
    assert not isinstance(
        xml.parse("<urlset><url><loc>https://a.example/ក</loc></url></urlset>".encode(encoding)), Problem
    )


_ITEM = (
    "<item><title>Law {0}</title><link>https://a.example/{0}</link><pubDate>Mon, 08 Jun 2026 10:00 GMT</pubDate></item>"
)


def feeds(scale: int) -> Iterator[tuple[str, bytes]]:
    """Feeds made to choke a parser; `scale` 1 is bad, 10 is as bad as it gets."""

    def rss(inner: str) -> bytes:
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{inner}</channel></rss>'.encode()

    yield "very many items", rss("".join(_ITEM.format(n) for n in range(10_000 * scale)))
    yield (
        "one tag of very many attributes",
        rss("<a " + " ".join(f'a{n}="1"' for n in range(10_000 * scale)) + ">x</a>"),
    )
    yield "very many items that never end", rss("".join(_ITEM.format(n) for n in range(3_000 * scale)) + "<b>&nope;<")
    yield "an item of very many links", rss(f"<item>{'<link>x</link>' * (20_000 * scale)}</item>")
    yield (
        "an item of very many labels",
        rss(f"<item><link>x</link>{'<category>a</category>' * (20_000 * scale)}</item>"),
    )
    yield "elements in elements", rss("<a>" * (50_000 * scale) + "</a>" * (50_000 * scale))
    yield "elements that never end", rss("<a>" * (50_000 * scale))
    yield "brackets", rss("<" * (100_000 * scale))
    yield "half entities", rss("&" * (100_000 * scale))
    yield "declarations", rss("<!" * (50_000 * scale))


@pytest.mark.timeout(cases(120, 900))
@pytest.mark.promise("G9")
def test_a_feed_made_to_choke_a_parser_is_stopped(monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    given = replace(trial.LIMITS, cpu=1, wall=cases(2, 4))
    monkeypatch.setattr(trial, "LIMITS", given)
    slowest, count, stopped = 0.0, 0, 0
    for name, body in islice(feeds(cases(1, 10)), cases(3, 99)):
        began = monotonic()
        found = feed_parser.parse(body, "application/rss+xml", "https://a.example/feed")
        took = monotonic() - began
        slowest, count = max(slowest, took), count + 1
        stopped += isinstance(found, Problem) and found.signals == ("feed:stopped",)
        assert took < given.wall + 2, name
    figure("G9", cases=count, broken=0, note=f"choking feeds: {stopped} stopped in the child, slowest {slowest:.1f} s")
    assert stopped


@pytest.mark.promise("G9")
def test_a_feed_with_entities_is_refused_before_it_is_parsed(site: Site, crawl: Crawls, figure: Figure) -> None:
    bombs_of_feeds = [text.replace("<urlset>", "<rss>").replace("</urlset>", "</rss>") for text in XML]
    for number, text in enumerate(bombs_of_feeds):
        site.routes[f"/{number}"] = Answer(body=text.encode(), headers={"Content-Type": "application/rss+xml"})
    told = crawl(*(Source(id=f"s{n}", url=site.url(f"/{n}"), spider="feed") for n in range(len(bombs_of_feeds))))
    figure("G9", cases=len(bombs_of_feeds), broken=len(told.captures), note="entities in feeds (P10)")
    assert told.kinds == [ProblemKind.DAMAGED] * len(bombs_of_feeds)


@pytest.mark.promise("G9")
def test_an_ordinary_feed_is_read_here_and_a_large_one_in_the_child_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    items = "".join(_ITEM.format(n) for n in range(40))
    body = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()
    here = feed_parser.parse(body, "application/rss+xml", "https://a.example/feed")
    monkeypatch.setattr(feed_parser, "_TAGS", 10)
    there = feed_parser.parse(body, "application/rss+xml", "https://a.example/feed")
    assert here == there
    assert isinstance(here, feed_parser.Feed)
    assert (here.known, len(here.entries), here.entries[0].published) == (True, 40, (2026, 6, 8))


# Parsers -------------------------------------------------------------------------------------------------------------

SOURCE = Source(id="s", url="https://a.example/law")


def captured(body: bytes) -> Capture:
    return Capture(
        source_id="s",
        document_key="k",
        url=SOURCE.url,
        final_url=SOURCE.url,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body,
        fetched_at=datetime(2026, 6, 8, tzinfo=UTC),
    )


@pytest.mark.timeout(cases(120, 900))
@pytest.mark.promise("G9")
def test_a_page_made_to_choke_a_parser_is_stopped(monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    """The whole way of a page through the monitor, for every kind of hostile markup; nothing here may take long."""
    every = [name for name, _ in choking.pages(100)]
    cases_of_choking = [*every[: cases(0, len(every))], "nested divisions", "comments", "one long tag", "entities"]
    given = replace(trial.LIMITS, cpu=1, wall=cases(2, 3))
    monkeypatch.setattr(trial, "LIMITS", given)
    slowest, count, stopped = 0.0, 0, 0
    for size in (250_000, 1_500_000)[: cases(1, 2)]:
        for name, body in choking.pages(size):
            if name not in cases_of_choking:
                continue
            trial.verdict.cache_clear()
            began = monotonic()
            region(body, "text/html", SOURCE)
            screen(captured(body), SOURCE)
            found = dispatch.extract(captured(body), SOURCE)
            took = monotonic() - began
            slowest = max(slowest, took)
            count += 1
            stopped += isinstance(found, Problem) and "html:stopped" in found.signals
            assert took < 3 * given.wall + 2, name
    figure("G9", cases=count, broken=0, note=f"choking pages: {stopped} stopped in the child, slowest {slowest:.1f} s")
    assert stopped


@pytest.mark.promise("G9")
def test_ordinary_pages_do_not_pay_for_it(figure: Figure) -> None:
    bodies = [path.read_bytes() for path in sorted((ROOT / "tests/data/captures").rglob("*.htm*"))]
    bodies += [path.read_bytes() for path in sorted((ROOT / "tests/data/pages").rglob("*.htm*"))]
    texts = [body.decode("utf-8", "replace") for body in bodies]
    assert texts
    sent = sum(trial.risky(text) for text in texts)

    def seconds(step: Callable[[], object]) -> float:
        times = []
        for _ in range(3):
            began = monotonic()
            step()
            times.append(monotonic() - began)
        return min(times)

    glance = seconds(lambda: [trial.risky(text) for text in texts])
    whole = seconds(lambda: [dispatch.extract(captured(body), SOURCE) for body in bodies])
    figure("G9", cases=len(texts), broken=sent, note=f"a glance costs {100 * glance / whole:.1f} % of extraction")
    assert sent == 0
    assert glance < 0.1 * whole


@pytest.mark.promise("G9")
@pytest.mark.parametrize("way", ["crash", "hang", "sleep", "swallow", "shout"])
def test_whatever_happens_to_a_parser_happens_to_the_child(way: str, figure: Figure) -> None:
    repeats = cases(1, 5)
    limits = confined.Limits(memory=256 << 20, cpu=1, wall=cases(1, 2))
    for _ in range(repeats):
        began = monotonic()
        said = confined.call(f"tests.faults.choking:{way}", b"x", limits, "s")
        assert isinstance(said, Problem)
        assert said.kind is ProblemKind.DAMAGED
        assert monotonic() - began < 4
    figure("G9", cases=repeats, broken=0, note=f"a parser that would {way}")


@pytest.mark.promise("G9")
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter of system calls is Linux's")
def test_a_parser_has_no_network_and_no_way_out(figure: Figure) -> None:
    with BadServer(silent) as listener:
        port = listener.url("").rpartition(":")[2]
        said = confined.call("tests.faults.choking:escape", port.encode(), confined.Limits(), "s")
        heard = listener.asked
    figure("G9", cases=len(said), broken=0, note="ways out of the child")
    assert set(said.values()) == {"refused"}
    assert heard == []


@pytest.mark.timeout(cases(120, 900))
@pytest.mark.promise("G9")
def test_a_hostile_pdf_is_stopped(figure: Figure) -> None:
    limits = confined.Limits(cpu=cases(1, 20), wall=cases(2, 20))
    slowest, count = 0.0, 0
    for name, body in islice(choking.files(cases(1, 6)), cases(1, 0), cases(3, 99)):
        began = monotonic()
        found = pdf.read(body, SOURCE, "e", limits=limits)
        took = monotonic() - began
        slowest, count = max(slowest, took), count + 1
        assert took < limits.wall + 2, name
        assert isinstance(found, Problem) or found.blocks, name
    figure("G9", cases=count, broken=0, note=f"hostile PDF files, slowest {slowest:.1f} s")


def test_the_limits_of_parsers_are_those_promised() -> None:
    assert (pdf.LIMITS.memory, pdf.LIMITS.cpu, pdf.LIMITS.wall) == (512 << 20, 30, 30.0)
    assert trial.LIMITS.wall <= 30
    assert trial.LIMITS.memory <= 512 << 20
