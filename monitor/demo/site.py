"""The replica: every site on its own port of loopback, and what their editors can do to them.

Use it as a context manager; all addresses are known as soon as it is made:

    with Replica(now=clock) as replica:
        replica.publish("consultation")
        replica.hits("ministry")
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from types import TracebackType
from typing import Self

from monitor.app import SystemClock
from monitor.demo.places import Asean, Assembly, Cabinet, Europe, Guarded, Journal, ProcessPage
from monitor.demo.resave import resaved
from monitor.demo.server import Hit, Site, SiteServer
from monitor.demo.texts import texts
from monitor.demo.wordpress import WordPress

SITES = ("ministry", "cabinet", "assembly", "journal", "europe", "asean", "centre")

_machine = SystemClock()


class Replica:
    """All sites at their baseline state. `now` is the editors' clock (aware): when a post is saved, a file replaced."""

    def __init__(self, *, now: Callable[[], datetime] = _machine.now) -> None:
        words = texts()
        self._now = now
        self._servers: dict[str, SiteServer] = {}
        self.ministry = WordPress(
            "Ministry of Post and Telecommunications", root=self._root("ministry"), now=now, template="post.html"
        )
        self.cabinet = Cabinet("ទីស្តីការគណៈរដ្ឋមន្ត្រី", root=self._root("cabinet"), now=now, template="cabinet.html")
        self.assembly = Assembly("រដ្ឋសភា", root=self._root("assembly"))
        self.journal = Journal("Official Journal", words.programme)
        self.europe = Europe(words.profile, words.chart, today=date(2026, 9, 1))
        self.asean = Asean(words.guide, root=self._root("asean"))
        self.centre = ProcessPage(words.process, root=self._root("centre"))
        self._guards = {"cabinet": Guarded(self.cabinet), "centre": Guarded(self.centre)}
        for name in SITES:
            site: Site = self._guards.get(name) or getattr(self, name)
            self._servers[name] = SiteServer(site, now=now)
        for article in words.articles.values():
            if article.from_start:
                self.publish(article.id)

    def __enter__(self) -> Self:
        for server in self._servers.values():
            server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in self._servers.values():
            server.stop()

    def url(self, site: str, path: str = "") -> str:
        """The address of `path` (with its leading slash) on `site`. Raises KeyError for an unknown site."""
        return self._servers[site].url + path

    def link(self, article_id: str) -> str:
        """The address of an article of the ministry or the Cabinet."""
        article = texts().articles[article_id]
        return {"ministry": self.ministry, "cabinet": self.cabinet}[article.site].link(article)

    @property
    def hosts(self) -> tuple[str, ...]:
        """`host:port` of every site."""
        return tuple(server.host for server in self._servers.values())

    def hits(self, site: str) -> tuple[Hit, ...]:
        """Every request `site` has had so far, oldest first."""
        return self._servers[site].hits

    def publish(self, article_id: str) -> None:
        """Put an article of `texts.toml` on its site. Raises KeyError for an unknown one."""
        article = texts().articles[article_id]
        getattr(self, article.site).publish(article)

    def turn_related_posts(self) -> None:
        """Show other titles in the ministry's "Related Post" block."""
        self.ministry.related_from += 1

    def start_counters(self) -> None:
        """From now on every visit changes a view counter, a nonce and a comment counter, and the chart's date moves."""
        self.ministry.counting = True
        self.cabinet.counting = True
        self.centre.counting = True
        self.europe.today = date(2026, 9, 3)

    def resave_in_khmer(self, article_id: str) -> None:
        """Save a Khmer post of the ministry again, encoded as another editor would."""
        self.ministry.edit(texts().articles[article_id].number, resaved)

    def refuse(self, site: str, status: int) -> None:
        """Let the Cabinet's or the centre's filter answer `status` (200 or 403) with a refusal to every page."""
        self._guards[site].refusing = status

    def relent(self, site: str) -> None:
        """Let pages through again."""
        self._guards[site].refusing = None

    def redesign_profile(self) -> None:
        """Put the country profile, word for word, into a new design."""
        self.europe.redesigned = True

    def amend_process(self) -> None:
        """Replace the bracket of one list item on the centre's page."""
        before, after = self.centre.process.amended
        self.centre.process = replace(
            self.centre.process,
            group=tuple(
                replace(group, bullets=tuple(after if bullet == before else bullet for bullet in group.bullets))
                for group in self.centre.process.group
            ),
        )

    def upload_programme_again(self) -> None:
        """Replace the work programme's PDF by one with the same words and other bytes."""
        self.journal.producer = "Press 5.0"

    def _root(self, name: str) -> Callable[[], str]:
        return lambda: self._servers[name].url
