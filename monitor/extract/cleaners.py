"""What is special about a site, as data over the one walker: where its text stands, what to remove, what to drop.

A cleaner is chosen by the source's spider name or, for detail pages found by a list, a feed or a REST interface, by
the host of the page. A source's own `select` wins over the cleaner's, its `remove` comes on top.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.extract import chart, filters, octopus
from monitor.extract.blocks import Piece
from monitor.extract.page import Selection
from monitor.model import Problem, Source

_EVERYWHERE = (filters.drop_credits, filters.drop_poster, filters.drop_noise)
Filter = Callable[[list[Piece], Source], list[Piece] | Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaner:
    """How one kind of page is read.

    `version` goes up whenever its result may change. `hosts` are the hosts (and their subdomains) whose pages it
    cleans, where the path contains `path`. `filters` run in order over the pieces; `finish` may refuse the page.
    """

    name: str
    version: int = 1
    hosts: tuple[str, ...] = ()
    path: str = ""
    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    title: str = ""
    filters: tuple[Callable[[list[Piece]], list[Piece]], ...] = ()
    finish: Filter | None = None

    def selection(self, source: Source) -> Selection:
        """Which part of the page is read for `source`."""
        return Selection(
            select=(source.select,) if source.select else self.select,
            required=bool(source.select),
            remove=(*self.remove, *source.remove),
            title=self.title,
        )

    def clean(self, found: Sequence[Piece], source: Source) -> list[Piece] | Problem:
        """`found` without the site's noise, or why the page cannot be used."""
        pieces = list(found)
        for each in (*self.filters, *_EVERYWHERE):
            pieces = each(pieces)
        return self.finish(pieces, source) if self.finish is not None else pieces


GENERIC = Cleaner(name="generic")

OCTOPUS = Cleaner(
    name="octopus",
    hosts=("coe.int",),
    path="/octopus/-/",
    select=(".journal-content-article",),
    finish=octopus.profile,
)

TREATY_CHART = Cleaner(
    name="treaty_chart",
    hosts=("coe.int",),
    path="/conventions/full-list",
    finish=chart.row,
)

MPTC = Cleaner(
    name="mptc",
    hosts=("mptc.gov.kh",),
    select=("article[id^='post-'] .entry-content", ".entry-content"),
    remove=("[class*=banner]", ".entry-meta", ".post-meta", ".share", ".share-post"),
    title="header h1",
)

AIGOV = Cleaner(
    name="aigov",
    hosts=("ai.gov.kh",),
    select=("article .entry-content", ".entry-content", ".elementor-widget-theme-post-content"),
    filters=(filters.drop_meta_line,),
)

ASEAN = Cleaner(
    name="asean",
    hosts=("asean.org",),
    remove=("[class*=breadcrumb]",),
    filters=(filters.drop_crumbs, filters.drop_image_names, filters.collapse_lead),
)

CLEANERS = (OCTOPUS, TREATY_CHART, MPTC, AIGOV, ASEAN)
_BY_NAME = {cleaner.name: cleaner for cleaner in CLEANERS}


def cleaner_for(source: Source, url: str) -> Cleaner:
    """The cleaner of a page of `source` at `url`: by spider name, else by host, else the generic one."""
    if (named := _BY_NAME.get(source.spider)) is not None:
        return named
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    for cleaner in CLEANERS:
        if cleaner is TREATY_CHART and not source.row:
            continue
        if cleaner.path in parts.path and any(host == name or host.endswith(f".{name}") for name in cleaner.hosts):
            return cleaner
    return GENERIC
