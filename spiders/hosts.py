"""Who may be asked next: one request at a time for each host, the sources of one host in turn.

Scrapy's own queue would let one slow host fill all places of the downloader; here a host has at most one request on
its way whatever kinds of spider ask, and a source with hundreds of pages does not make its neighbours wait.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

_DEFAULT_PORTS = {"http": 80, "https": 443}


def host_key(url: str) -> str:
    """The queue a URL belongs to: its host in lower case without `www.`, with the port if it is an unusual one.

    `http` and `https` of one host share a queue: they are one machine to be polite to.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = parts.port
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


@dataclass(slots=True)
class _Line(Generic[T]):
    """What waits for one host: a queue per turn-taker, and who comes next."""

    waiting: dict[Hashable, deque[T]] = field(default_factory=dict)
    turns: deque[Hashable] = field(default_factory=deque)
    busy: bool = False


class HostQueues(Generic[T]):
    """Queues of whatever is to be asked, by host and by whose turn it is."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line[T]] = {}
        self._ready: deque[str] = deque()

    def put(self, host: str, taker: Hashable, item: T, *, first: bool = False) -> None:
        """Queue `item` of `taker` for `host`; `first` puts it before the other items of that taker."""
        line = self._lines.setdefault(host, _Line())
        queue = line.waiting.get(taker)
        if queue is None:
            queue = line.waiting[taker] = deque()
            line.turns.append(taker)
        if first:
            queue.appendleft(item)
        else:
            queue.append(item)
        if not line.busy and len(line.turns) == 1 and len(queue) == 1:
            self._ready.append(host)

    def next(self) -> tuple[str, T] | None:
        """The next item of a host that is free, and that host, which is busy from now on; None if there is none."""
        while self._ready:
            host = self._ready.popleft()
            line = self._lines.get(host)
            if line is None or line.busy:
                continue
            if not line.turns:
                del self._lines[host]
                continue
            taker = line.turns.popleft()
            queue = line.waiting[taker]
            item = queue.popleft()
            if queue:
                line.turns.append(taker)
            else:
                del line.waiting[taker]
            line.busy = True
            return host, item
        return None

    def free(self, host: str) -> None:
        """`host` has answered: its next item may be taken."""
        line = self._lines[host]
        line.busy = False
        if line.turns:
            self._ready.append(host)
        else:
            del self._lines[host]

    def drop(self, taker: Hashable) -> list[T]:
        """Take everything of `taker` out of all queues, and return it."""
        dropped: list[T] = []
        for line in self._lines.values():
            queue = line.waiting.pop(taker, None)
            if queue is not None:
                line.turns.remove(taker)
                dropped.extend(queue)
        return dropped
