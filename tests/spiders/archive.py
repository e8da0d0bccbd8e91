"""A public web archive on loopback: a TimeGate, a TimeMap, and copies in the shapes that archives give them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum

from tests.spiders.site import Answer, Asked, Site


class Gate(StrEnum):
    """How a TimeGate answers where it has a copy (RFC 7089, 4.1 and 4.2), or that it only lists them."""

    REDIRECTS = "redirects"
    SERVES = "serves"
    LISTS = "lists"


@dataclass
class Copy:
    """One copy: what the page had answered at `taken_at` (aware UTC). `dated` overrules `Memento-Datetime`."""

    url: str
    taken_at: datetime
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    dated: str | None = None

    @property
    def stamp(self) -> str:
        return f"{self.taken_at:%Y%m%d%H%M%S}"


@dataclass
class Archive:
    """An archive on `site`. One that rewrites puts a banner into its copies, and serves what it archived only by their
    raw addresses; one that does not gives its copies addresses that tell nothing."""

    site: Site
    copies: list[Copy] = field(default_factory=list)
    gate: Gate = Gate.REDIRECTS
    rewrites: bool = True

    def __post_init__(self) -> None:
        self.site.otherwise = self._answer
        self.site.routes["/robots.txt"] = Answer(status=404)

    @property
    def prefix(self) -> str:
        return self.site.url("/web/")

    def add(self, url: str, taken_at: datetime, body: str | bytes, **more: object) -> Copy:
        raw = body.encode() if isinstance(body, str) else body
        copy = Copy(url=url, taken_at=taken_at, body=raw, **more)  # type: ignore[arg-type]
        self.copies.append(copy)
        return copy

    def raw(self, copy: Copy) -> str:
        """Where `copy` is served as it was archived."""
        return f"{self.prefix}{copy.stamp}id_/{copy.url}" if self.rewrites else self._address(copy)

    def _address(self, copy: Copy) -> str:
        return f"{self.prefix}{copy.stamp}/{copy.url}" if self.rewrites else self.site.url(f"/copies/{copy.stamp}")

    def asked(self) -> list[str]:
        """What was asked of it, shortened to what matters."""
        return [path.removeprefix("/web/").partition("http")[0] or "gate" for path in self.site.paths()]

    def _answer(self, asked: Asked) -> Answer:
        form, _, _ = asked.path.removeprefix("/web/").partition("http")
        url = asked.path.removeprefix(f"/web/{form}")
        held = sorted((copy for copy in self.copies if copy.url == url), key=lambda copy: copy.taken_at)
        if not asked.path.startswith("/web/"):
            opaque = [copy for copy in self.copies if asked.path == f"/copies/{copy.stamp}"]
            return self._copy(opaque[0], raw=True) if opaque else Answer(status=404)
        if form == "timemap/link/":
            return self._timemap(url, held)
        if form:
            wanted = [copy for copy in held if form.startswith(copy.stamp)]
            return self._copy(wanted[0], raw="id_" in form) if wanted else Answer(status=404)
        links = {"Link": f'<{url}>; rel="original", <{self.prefix}timemap/link/{url}>; rel="timemap"'}
        if not held or self.gate is Gate.LISTS:
            return Answer(status=404, body=b"<h1>No copy</h1>", headers={**links, "Content-Type": "text/html"})
        address = self._address(held[-1]).removeprefix(self.site.url(""))
        if self.gate is Gate.SERVES:
            served = self._copy(held[-1], raw=not self.rewrites)
            return Answer(body=served.body, headers={**served.headers, **links, "Content-Location": address})
        return Answer(status=302, headers={**links, "Location": address, "Vary": "accept-datetime"})

    def _copy(self, copy: Copy, *, raw: bool) -> Answer:
        dated = format_datetime(copy.taken_at.astimezone(UTC), usegmt=True) if copy.dated is None else copy.dated
        headers = {**copy.headers, **({"Memento-Datetime": dated} if dated else {})}
        body = copy.body if raw or not self.rewrites else b"<div>The archive's own banner</div>" + copy.body
        return Answer(body=body, status=copy.status, headers=headers)

    def _timemap(self, url: str, held: list[Copy]) -> Answer:
        lines = [f'<{url}>; rel="original"']
        for copy in held:
            moment = format_datetime(copy.taken_at.astimezone(UTC), usegmt=True)
            lines.append(f'<{self._address(copy)}>; rel="memento"; datetime="{moment}"')
        return Answer(body=",\n".join(lines).encode(), headers={"Content-Type": "application/link-format"})
