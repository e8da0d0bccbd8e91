"""Keeps our own connections to channels off private addresses, where the configuration asks for it.

The check is made on the addresses a name really has at the moment of connecting, and the connection then goes to one of
those and no other, so a name that changes its answer (DNS rebinding) gains nothing.
"""

import socket
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from monitor.text.addresses import is_public

T = TypeVar("T")

REFUSAL = "the channel's address is not public; if that is meant, put its host:port into [monitor] allow_hosts"


class RefusedAddressError(Exception):
    """A host has an address that is not public; nothing was connected to."""


class Guard:
    """Admits hosts all of whose addresses are public, and the exact `host:port` texts in `allow_hosts`."""

    def __init__(self, allow_hosts: Iterable[str]) -> None:
        self._allowed = frozenset(entry.lower() for entry in allow_hosts)

    def connect(self, host: str, port: int, to: Callable[[str], T]) -> T:
        """What `to` makes of the first address of `host` that it can connect to.

        Raises RefusedAddressError where one of its addresses is not public, OSError where there is none, or whatever
        `to` raised last.
        """
        addresses = tuple(self._addresses(host, port))
        for address in addresses[:-1]:
            try:
                return to(address)
            except Exception:  # noqa: S112 - each library has its own kinds, and the last address says what is wrong
                continue
        return to(addresses[-1])

    def _addresses(self, host: str, port: int) -> Iterator[str]:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
        bare = host.strip("[]").rstrip(".").lower()
        written = f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"
        if written not in self._allowed and not all(is_public(address) for address in addresses):
            raise RefusedAddressError(REFUSAL)
        yield from addresses
