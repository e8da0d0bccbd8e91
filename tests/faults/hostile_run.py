"""A process of its own: real crawls of hostile addresses, with real sockets that count who knocks.

    python -m tests.faults.hostile_run INPUT.json

In a network namespace in which every address of the world is this machine (see `test_addresses.py`) the listeners hear
every connection that the kernel makes, whatever its address; without one they hear those to loopback. Prints as JSON
which address and port was connected to how often, and how each source ended.
"""

import json
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from monitor.model import Capture, DocumentRef, KnownDocument, Problem, Source
from monitor.ports import SourcePlan
from monitor.text.urls import registrable_domain
from tests.faults.hostile_urls import ANSWERS
from tests.spiders.site import Answer, Asked, Site, page, xml

NOW = datetime(2026, 6, 8, 5, 0, tzinfo=UTC)
WAYS = ("source", "redirect", "list", "pdf", "sitemap", "feed", "meta", "robots")


class Knocks:
    """Counts connections by the address and port they were made to. It answers as a web site without pages."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def listen(self, family: socket.AddressFamily, host: str, port: int) -> int:
        server = socket.socket(family)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.bind((host, port))
        server.listen(64)
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()
        return int(server.getsockname()[1])

    def _serve(self, server: socket.socket) -> None:
        while True:
            connection, _ = server.accept()
            host, port = connection.getsockname()[:2]
            self.seen[f"{host} {port}"] += 1
            threading.Thread(target=_not_here, args=(connection,), daemon=True).start()


def _not_here(connection: socket.socket) -> None:
    with connection:
        connection.settimeout(5)
        try:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        except OSError:
            return


class Sink:
    """Notes how every document ended."""

    def __init__(self) -> None:
        self.ends: list[tuple[str, str, str]] = []
        self.over: list[str] = []

    def captured(self, capture: Capture) -> None:
        self.ends.append((capture.source_id, str(capture.status), capture.final_url))

    def unchanged(self, source_id: str, document_key: str, *, at: datetime) -> None:
        self.ends.append((source_id, "unchanged", document_key))

    def indexed(self, index: KnownDocument, refs: Sequence[DocumentRef], *, at: datetime) -> None:
        self.ends.append((index.source_id, "indexed", index.url))

    def failed(self, source_id: str, document_key: str, url: str, problem: Problem, *, at: datetime) -> None:
        self.ends.append((source_id, str(problem.kind), problem.detail))

    def progress(self, source_id: str, requests: int) -> None: ...

    def finished(self, source_id: str, *, at: datetime) -> None:
        self.over.append(source_id)


class Clock:
    def now(self) -> datetime:
        return NOW


def answer(asked: Asked) -> Answer:
    """A page that leads to the address in its query, in the way its path names."""
    parts = urlsplit(asked.path)
    url = _unquoted(parts.query)
    way = parts.path.strip("/").partition("/")[0]
    if way == "redirect":
        return Answer(status=302, headers={"Location": quote(url, safe=":/?#[]@!$&'()*+,;=%\\")})
    if way == "meta":
        return page(f'<meta http-equiv="refresh" content="0; url={url}"><p>Wait.</p>')
    if way in ("list", "pdf"):
        return page(f'<main><h2><a href="{url}">The law on the protection of data</a></h2></main>')
    if way == "sitemap":
        return xml(f"<urlset><url><loc>{_escaped(url)}</loc></url></urlset>")
    if way == "feed":
        return xml(
            f"<rss version='2.0'><channel><title>News</title><item><title>A law</title><link>{_escaped(url)}</link>"
            "</item></channel></rss>"
        )
    return Answer(status=404)


def _unquoted(query: str) -> str:
    from urllib.parse import unquote

    return unquote(query.removeprefix("to="))


def _escaped(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "&lt;")


def sources(urls: Sequence[str], origin: str) -> Iterator[Source]:
    """One source for each address, which is reached in one of the ways, turn by turn; all its domains are allowed."""
    for number, url in enumerate(urls):
        way = WAYS[number % len(WAYS)]
        spider = {"sitemap": "sitemap", "feed": "feed", "list": "listing", "pdf": "listing"}.get(way, "page")
        start = url if way in ("source", "robots") else f"{origin}/{way}/{number}?to={quote(url, safe='')}"
        if way in ("source", "robots") and urlsplit(url).scheme not in ("http", "https"):
            start = f"{origin}/redirect/{number}?to={quote(url, safe='')}"
        domains = {registrable_domain(url), (_hostname(url) or "").lower()} - {""}
        yield Source(id=f"{way}-{number}", url=start, spider=spider, allowed_domains=tuple(domains))


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


class ScriptedNames:
    """For Scrapy's `TWISTED_DNS_RESOLVER`: answers the names of `ANSWERS`, leaves the rest to the system."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "ScriptedNames":
        return cls(reactor)

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._inner = reactor.nameResolver
        self._asked: Counter[str] = Counter()

    def install_on_reactor(self) -> None:
        from twisted.internet.interfaces import IHostnameResolver
        from zope.interface import directlyProvides

        directlyProvides(self, IHostnameResolver)
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803 - Twisted's interface
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        receiver, host, port = resolutionReceiver, hostName, portNumber
        from twisted.internet.address import IPv4Address, IPv6Address

        if host not in ANSWERS:
            return self._inner.resolveHostName(receiver, host, port, addressTypes, transportSemantics)
        answers = ANSWERS[host]
        chosen = answers[min(self._asked[host], len(answers) - 1)]
        self._asked[host] += 1
        receiver.resolutionBegan(self)
        for text in chosen:
            receiver.addressResolved((IPv6Address if ":" in text else IPv4Address)("TCP", text, port))
        receiver.resolutionComplete()
        return self

    def cancel(self) -> None: ...


class Plans:
    def __init__(self, chosen: Sequence[Source]) -> None:
        self._chosen = chosen

    def __len__(self) -> int:
        return len(self._chosen)

    def __iter__(self) -> Iterator[SourcePlan]:
        for source in self._chosen:
            yield SourcePlan(source=source, documents={}, now=NOW)


def main() -> None:
    wanted = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    knocks = Knocks()
    for port in wanted["ports"]:
        knocks.listen(socket.AF_INET, wanted["v4"], port)
        if wanted["v6"]:
            knocks.listen(socket.AF_INET6, wanted["v6"], port)
    from scrapy.crawler import AsyncCrawlerProcess

    from spiders.fleet import Fleet
    from spiders.settings import crawl_settings

    site = Site()
    site.otherwise = answer
    sink = Sink()
    settings = crawl_settings(
        contact="mailto:desk@example.org", min_gap=timedelta(0), allow_hosts=[site.host], version="9.9"
    )
    settings |= {
        "TWISTED_DNS_RESOLVER": "tests.faults.hostile_run.ScriptedNames",
        "LOG_ENABLED": False,
        "RETRY_TIMES": 0,
        "DOWNLOAD_TIMEOUT": 5,
        **wanted.get("settings", {}),
    }
    process = AsyncCrawlerProcess(settings)
    chosen = tuple(sources(wanted["urls"], f"http://{site.host}"))
    crawler = process.create_crawler(Fleet)
    process.crawl(crawler, plan=Plans(chosen), sink=sink, clock=Clock())
    process.start()
    if crawler.spider.error is not None:
        raise crawler.spider.error
    told = {"origin": site.host, "knocks": knocks.seen, "ends": sink.ends, "over": sink.over}
    print(json.dumps(told, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
