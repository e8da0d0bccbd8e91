"""IP addresses: which of them may belong to anyone on the internet, and to no machine of ours."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_UNICAST: Final = IPv6Network("2000::/3")
"""All that IANA has given out of IPv6; whatever lies outside is local, obsolete or yet to come."""
_NAT64: Final = IPv6Network("64:ff9b::/96")
_NOT_PUBLIC: Final = (
    # What IANA's registers call special but some versions of Python's `is_global` let pass.
    IPv4Network("192.0.0.0/24"),  # protocol assignments (RFC 6890), and a cloud's metadata service
    IPv4Network("192.88.99.0/24"),  # 6to4 relays (RFC 7526)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
    # The metadata service of a cloud on an address that looks like anyone's. (Others lie in private networks.)
    IPv4Network("168.63.129.16/32"),
)


def is_public(text: str) -> bool:
    """Whether `text` is an IP address that anyone on the internet may have, and no machine of ours.

    False for private, loopback, link-local, carrier-grade NAT, documentation, multicast and reserved addresses, for
    cloud metadata services, and for what is no address. An IPv6 address that carries an IPv4 address (mapped, 6to4,
    Teredo, NAT64) is public only if that one is, too. Ranges: IANA special-purpose address registries.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(map(_is_public, (address, *_carried(address))))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _UNICAST and address not in _NAT64:
        return False
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast


def _carried(address: IPv4Address | IPv6Address) -> Iterable[IPv4Address]:
    if isinstance(address, IPv4Address):
        return ()
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in carried if each is not None]
