"""The browser's only way out: to public addresses, on the usual ports, and no further than the limit."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import pytest

from spiders.browser_proxy import GuardedProxy
from tests.spiders.site import Answer, Site

HOME = "https://mptc.gov.kh/en/"


def through(proxy: GuardedProxy, request: str) -> Callable[[], bytes]:
    """Sends `request` to `proxy` as a browser would, and reads until it closes."""
    parts = urlsplit(proxy.url)

    def ask() -> bytes:
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
            connection.sendall(request.replace("\n", "\r\n").encode())
            answer = b""
            while True:
                try:
                    data = connection.recv(65536)
                except ConnectionResetError:
                    return answer
                if not data:
                    return answer
                answer += data

    return ask


def asked(
    request: str, *, home: str = HOME, allow: tuple[str, ...] = (), limit: int = 10**6
) -> tuple[bytes, str, bool]:
    """What comes back, why nothing was connected to, and whether the limit was passed."""

    async def run() -> tuple[bytes, str, bool]:
        async with GuardedProxy(home=home, allow_hosts=allow, limit=limit) as proxy:
            answer = await asyncio.to_thread(through(proxy, request))
            _, target, *_ = request.split(" ")
            url = target if "://" in target else f"https://{target}"
            return answer, proxy.refusal(url), proxy.exceeded.is_set()

    return asyncio.run(run())


def get(url: str) -> str:
    """A plain request as a browser sends it to a proxy."""
    host = urlsplit(url).netloc
    return f"GET {url} HTTP/1.1\nHost: {host}\nProxy-Connection: keep-alive\nConnection: keep-alive\n\n"


def connect(authority: str) -> str:
    return f"CONNECT {authority} HTTP/1.1\nHost: {authority}\n\n"


def test_an_allowed_host_is_reached_and_asked_in_its_own_terms(site: Site) -> None:
    site.routes["/law?id=1"] = Answer(body=b"the law")
    answer, refusal, _ = asked(get(site.url("/law?id=1")), allow=(site.host,))
    assert answer.endswith(b"\r\n\r\nthe law")
    assert refusal == ""
    (received,) = site.asked
    assert "Proxy-Connection" not in received.headers


def test_a_connection_serves_one_request_only(site: Site, other: Site) -> None:
    site.routes["/a"] = other.routes["/b"] = Answer(body=b"text")
    answer, _, _ = asked(get(site.url("/a")) + get(other.url("/b")), allow=(site.host, other.host))
    assert b"\r\nConnection: close\r\n" in answer
    assert (site.paths(), other.paths()) == (["/a"], [])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433"])  # noqa: S104
@pytest.mark.parametrize("form", [get, lambda url: connect(urlsplit(url).netloc)])
def test_no_spelling_of_this_machine_is_connected_to(site: Site, name: str, form: Callable[[str], str]) -> None:
    port = urlsplit(site.url()).port
    answer, refusal, _ = asked(form(f"http://{name}:{port}/"), home=f"http://mptc.gov.kh:{port}/")
    assert not answer.startswith(b"HTTP/1.1 200")
    assert "no public address" in refusal or "not be resolved" in refusal
    assert site.asked == []


@pytest.mark.parametrize("authority", ["[::1]:443", "169.254.169.254:80", "10.0.0.1:443", "[::ffff:127.0.0.1]:443"])
def test_no_private_address_is_connected_to(authority: str) -> None:
    answer, refusal, _ = asked(connect(authority))
    assert answer.startswith(b"HTTP/1.1 403")
    assert "no public address" in refusal


def test_a_name_with_one_private_address_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(*arguments: Any, **named: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", both)
    _, refusal, _ = asked(connect("rebinding.example:443"))
    assert "127.0.0.1" in refusal


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[str] = []

    async def public(*arguments: Any, **named: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.215.14", 443))]

    async def connection(host: str, port: int, **named: Any) -> Any:
        chosen.append(host)
        raise OSError

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", public)
    monkeypatch.setattr(asyncio, "open_connection", connection)
    asked(connect("mptc.gov.kh:443"))
    assert chosen == ["93.184.215.14"]


@pytest.mark.parametrize("port", [22, 25, 3306, 8080])
def test_only_ports_of_pages_are_connected_to(port: int) -> None:
    _, refusal, _ = asked(connect(f"93.184.215.14:{port}"))
    assert f"port {port}" in refusal


@pytest.mark.parametrize("request_line", ["GET ftp://mptc.gov.kh/ HTTP/1.1", "GET / HTTP/1.1", "nonsense", ""])
def test_what_is_no_web_request_gets_no_answer(request_line: str) -> None:
    async def run() -> bytes:
        async with GuardedProxy(home=HOME, allow_hosts=(), limit=1000) as proxy:
            return await asyncio.to_thread(through(proxy, f"{request_line}\n\n"))

    assert asyncio.run(run()) == b""


def test_nothing_comes_any_more_beyond_the_limit(site: Site) -> None:
    site.routes["/big"] = Answer(body=b"x" * 500_000)
    answer, _, exceeded = asked(get(site.url("/big")), allow=(site.host,), limit=100_000)
    assert exceeded
    assert len(answer) < 200_000


def test_a_tunnel_carries_both_directions(site: Site) -> None:
    site.routes["/law"] = Answer(body=b"the law")
    inner = f"GET /law HTTP/1.1\nHost: {site.host}\nConnection: close\n\n"
    parts = urlsplit(site.url())

    def ask(proxy: GuardedProxy) -> Callable[[], bytes]:
        outer = urlsplit(proxy.url)

        def talk() -> bytes:
            with socket.create_connection((outer.hostname, outer.port), timeout=10) as connection:
                connection.sendall(connect(f"{parts.hostname}:{parts.port}").replace("\n", "\r\n").encode())
                assert connection.recv(1000).startswith(b"HTTP/1.1 200")
                connection.sendall(inner.replace("\n", "\r\n").encode())
                answer = b""
                while not answer.endswith(b"the law") and (data := connection.recv(65536)):
                    answer += data
                return answer

        return talk

    async def run() -> bytes:
        async with GuardedProxy(home=HOME, allow_hosts=(site.host,), limit=10**6) as proxy:
            return await asyncio.to_thread(ask(proxy))

    assert asyncio.run(run()).endswith(b"the law")


def test_the_end_of_a_visit_ends_its_connections(site: Site) -> None:
    async def run() -> None:
        async with GuardedProxy(home=HOME, allow_hosts=(site.host,), limit=1000) as proxy:
            parts = urlsplit(proxy.url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(connect(site.host).replace("\n", "\r\n").encode())
            await reader.readline()
        assert await asyncio.wait_for(reader.read(), 5) == b"\r\n"
        writer.close()

    coroutine: Coroutine[Any, Any, None] = run()
    asyncio.run(coroutine)
