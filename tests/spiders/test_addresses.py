"""Which addresses may be connected to."""

import pytest

from monitor.model import ProblemKind, Source
from monitor.text.addresses import is_public
from spiders.addresses import AddressGuard
from tests.spiders.crawls import Crawls
from tests.spiders.site import Answer, Site, page


@pytest.mark.parametrize("address", ["8.8.8.8", "103.9.190.1", "2001:4860:4860::8888"])
def test_a_public_address(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "::7f00:1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "fec0::1",
        "3fff::1",
        "5f00::1",
        "168.63.129.16",
        "192.88.99.1",
        "not an address",
    ],
)
def test_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_one_bad_address_refuses_the_name() -> None:
    guard = AddressGuard([])
    assert not guard.admits("example.org", 443, ["8.8.8.8", "10.0.0.1"])
    assert guard.refused("EXAMPLE.org", 443) == "10.0.0.1"


def test_a_refusal_is_forgotten_when_the_name_becomes_good() -> None:
    guard = AddressGuard([])
    guard.admits("example.org", 443, ["10.0.0.1"])
    assert guard.admits("example.org", 443, ["8.8.8.8"])
    assert guard.refused("example.org", 443) == ""


@pytest.mark.parametrize(("port", "expected"), [(8080, True), (8081, False)])
def test_only_the_exact_host_and_port_is_allowed(port: int, expected: bool) -> None:
    assert AddressGuard(["Localhost:8080"]).admits("localhost", port, ["127.0.0.1"]) is expected


def test_an_ipv6_address_is_allowed_as_it_is_written_in_an_address() -> None:
    assert AddressGuard(["[::1]:8080"]).admits("::1", 8080, ["::1"])


def test_a_name_without_an_address_is_refused() -> None:
    assert not AddressGuard([]).admits("example.org", 443, [])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_no_spelling_of_a_private_address_is_connected_to(host: str, site: Site, crawl: Crawls) -> None:
    site.routes["/law"] = page("secret")
    port = site.host.partition(":")[2]
    told = crawl(Source(id="s", url=f"http://{host}:{port}/law"), MONITOR_ALLOW_HOSTS=["127.0.0.1:1"])
    assert site.asked == []
    assert told.captures == []
    assert told.kinds == [ProblemKind.UNREACHABLE]


def test_the_refused_address_is_named(site: Site, crawl: Crawls) -> None:
    told = crawl(Source(id="s", url=site.url("/law")), MONITOR_ALLOW_HOSTS=[])
    assert "127.0.0.1, which is no public address" in told.problem.detail


def test_a_redirect_does_not_lead_to_a_private_port(site: Site, other: Site, crawl: Crawls) -> None:
    other.routes["/inside"] = page("secret")
    site.routes["/law"] = Answer(status=302, headers={"Location": other.url("/inside")})
    told = crawl(Source(id="s", url=site.url("/law")))
    assert other.asked == []
    assert "is not one that pages are read from" in told.problem.detail
