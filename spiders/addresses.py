"""Connections go to public addresses only, checked on the address really chosen, after DNS.

The check sits where Twisted turns a host name into addresses just before it connects, so redirects, robots.txt,
literal addresses in any spelling and names that change their answer (DNS rebinding) all pass it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from monitor.text.addresses import is_public


@implementer(IResolutionReceiver)
class _Screened:
    """Holds the addresses of a name back until all are known: one bad address refuses the name."""

    def __init__(self, receiver: Any, guard: "AddressGuard", host: str, port: int) -> None:
        self._receiver, self._guard, self._host, self._port = receiver, guard, host, port
        self._addresses: list[IAddress] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802 - Twisted's interface
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 - Twisted's interface
        self._addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's interface
        if self._guard.admits(self._host, self._port, [str(address.host) for address in self._addresses]):
            for address in self._addresses:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class _GuardedResolver:
    """Asks the resolver it replaces, and lets only admitted answers through."""

    def __init__(self, inner: Any, guard: "AddressGuard") -> None:
        self.inner = inner
        self._guard = guard

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803 - Twisted's interface
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        screened = _Screened(resolutionReceiver, self._guard, hostName, portNumber)
        resolution: IHostResolution = self.inner.resolveHostName(
            screened, hostName, portNumber, addressTypes, transportSemantics
        )
        return resolution


def authority(host: str, port: int) -> str:
    """`host:port` as `allow_hosts` writes it: in lower case, an IPv6 address in brackets."""
    host = host.lower()
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"


class AddressGuard:
    """Scrapy extension: guards the reactor's name resolution for as long as the crawl lasts.

    Setting `MONITOR_ALLOW_HOSTS`: exact `host:port` texts that may be private (tests, intranet).
    """

    def __init__(self, allow_hosts: Iterable[str]) -> None:
        self._allowed = frozenset(entry.lower() for entry in allow_hosts)
        self._refused: dict[tuple[str, int], str] = {}
        self._replaced: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it and let it follow the crawl's beginning and end."""
        guard = cls(crawler.settings.getlist("MONITOR_ALLOW_HOSTS"))
        crawler.signals.connect(guard.install, signal=signals.spider_opened)
        crawler.signals.connect(guard.remove, signal=signals.spider_closed)
        return guard

    def install(self) -> None:
        """Put the guard before the reactor's resolver."""
        from twisted.internet import reactor

        self._replaced = reactor.installNameResolver(_GuardedResolver(reactor.nameResolver, self))

    def remove(self) -> None:
        """Give the reactor its own resolver back."""
        from twisted.internet import reactor

        reactor.installNameResolver(self._replaced)

    def admits(self, host: str, port: int, addresses: Sequence[str]) -> bool:
        """Whether `host:port` may be connected to at `addresses`; a refusal is remembered for `refused`."""
        self._refused.pop((host.lower(), port), None)
        if authority(host, port) in self._allowed:
            return True
        bad = next((address for address in addresses if not is_public(address)), None)
        if bad is not None:
            self._refused[host.lower(), port] = bad
        return bad is None and bool(addresses)

    def refused(self, host: str, port: int) -> str:
        """The address for which `host:port` was refused when it was last looked up, or an empty text."""
        return self._refused.get((host.lower(), port), "")


class SystemResolver:
    """For Scrapy's `TWISTED_DNS_RESOLVER`: leaves the reactor its own resolver.

    Scrapy's caching ones know no IPv6, or keep an address for the life of the process.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """Scrapy's way to build it."""
        return cls()

    def install_on_reactor(self) -> None:
        """Nothing to install."""
