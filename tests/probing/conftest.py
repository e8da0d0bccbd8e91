"""Fixtures: a local site, and a looker whose plain requests are real and whose other ways are told what to bring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from monitor.model import Problem, ProblemKind, Source, Way
from monitor.probing.looks import Preview
from spiders.reading import Budget
from tests.spiders.crawls import Crawls, Told
from tests.spiders.site import Answer, Site


@dataclass
class Looker:
    """Looks at sources on the local site. `elsewhere` holds the page by other ways; without one, they fail."""

    crawl: Crawls
    elsewhere: dict[Way, Preview] = field(default_factory=dict)
    asked: list[Source] = field(default_factory=list)

    def __call__(self, sources: Sequence[Source], requests: int) -> list[Preview]:
        self.asked += sources
        plain = [source for source in sources if source.fetch == (Way.DIRECT,)]
        previews = {source.id: Preview(source=source) for source in sources}
        told = self.crawl(*plain, budget=Budget(requests=requests)) if plain else Told()
        for capture in told.captures:
            previews[capture.source_id].captures.append(capture)
        for index, refs in told.indexes:
            previews[index.source_id].indexes.append(index)
            previews[index.source_id].refs.extend(refs)
        for source_id, _, url, problem in told.problems:
            previews[source_id].problems.append((url, problem))
        for source in sources:
            if source not in plain:
                self._other_way(previews[source.id])
        return list(previews.values())

    def _other_way(self, preview: Preview) -> None:
        brought = self.elsewhere.get(preview.source.fetch[0])
        if brought is None:
            problem = Problem(kind=ProblemKind.UNREACHABLE, detail="this way is not at hand")
            preview.problems.append((preview.source.url, problem))
        else:
            preview.captures.extend(brought.captures)


@pytest.fixture(scope="session")
def crawl() -> Iterator[Crawls]:
    """Runs real crawls, one after the other."""
    crawls = Crawls()
    yield crawls
    crawls.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A local web site."""
    with Site() as server:
        server.routes["/robots.txt"] = Answer(status=404)
        yield server


@pytest.fixture
def look(crawl: Crawls) -> Looker:
    """Looks at the local site."""
    return Looker(crawl)
