"""Fixtures: local sites, and a child process that crawls them."""

from collections.abc import Iterator

import pytest

from tests.spiders.crawls import Crawls
from tests.spiders.site import Site


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
        yield server


@pytest.fixture
def other() -> Iterator[Site]:
    """A second one, on another port."""
    with Site() as server:
        yield server
