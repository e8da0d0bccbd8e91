"""A deadline over a whole HTTP exchange.

Time limits on single reads do not stop a server that sends a letter now and then, so a timer shuts the connection down,
from below the TLS layer, whatever the other thread is waiting for.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from notifiers.plugins.guard import Guard


class Deadline:
    """Ends every connection made through its adapters `seconds` after it was entered; `guard` says where they may go.

    `passed` says whether it did. To be used by one thread, for one exchange.
    """

    def __init__(self, seconds: float, guard: Guard | None = None) -> None:
        self.passed = False
        self._guard = guard
        self._twins: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            while self._twins:
                self._twins.pop().close()

    def adapter(self) -> HTTPAdapter:
        """A transport for a session of requests whose connections this deadline watches, proxied ones too."""
        return _Adapter(self)

    def connected(self, connection: HTTPConnection, connect: Callable[[], socket.socket]) -> socket.socket:
        """What `connect` connects `connection` to, where the guard lets it go, watched from now on."""
        made = self._guarded(connection, connect, self._guard) if self._guard is not None else connect()
        self._watch(made)
        return made

    @staticmethod
    def _guarded(connection: HTTPConnection, connect: Callable[[], socket.socket], guard: Guard) -> socket.socket:
        name = connection._dns_host

        def to(address: str) -> socket.socket:
            # Only what the library looks up and connects to; the name stays the one certificates are checked against.
            connection._dns_host = address
            try:
                return connect()
            finally:
                connection._dns_host = name

        return guard.connect(name, int(connection.port or 0), to)

    def _watch(self, connected: socket.socket) -> None:
        """Take note of a connection; once time is up, end it at once."""
        # A second handle on the same connection: TLS takes the first one over.
        twin = socket.socket(connected.family, connected.type, connected.proto, fileno=os.dup(connected.fileno()))
        with self._lock:
            self._twins.append(twin)
            if self.passed:
                _end(twin)

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            for twin in self._twins:
                _end(twin)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    def __init__(self, deadline: Deadline) -> None:
        self._pools = _pools(deadline)
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(deadline: Deadline) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools, with connections that tell `deadline` of themselves before anything is sent through them."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return deadline.connected(self, super()._new_conn)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return deadline.connected(self, super()._new_conn)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
