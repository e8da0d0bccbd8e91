"""`fetch`, `render` and `wait_for` of a source: what they mean, and every way to get them wrong."""

from pathlib import Path

import pytest

from monitor.config import Checks, load
from monitor.errors import ConfigError
from monitor.model import Way

CHECKS = Checks(
    spiders=("page", "listing", "feed", "sitemap", "document", "wordpress"),
    cron=lambda text: None,
    channel_url=lambda url: None,
    when=lambda text: None,
)


def fetch_of(tmp_path: Path, keys: str) -> tuple[Way, ...]:
    """The ways of a source with `keys`."""
    path = tmp_path / "config.toml"
    path.write_text(
        '[monitor]\ncontact = "mailto:watch@ngo.example"\n'
        f'[[source]]\nid = "a"\nurl = "https://a.example/"\nevery = "6h"\n{keys}\n',
        encoding="utf-8",
    )
    return load(path, {}, CHECKS).sources[0].fetch


@pytest.mark.parametrize(
    ("keys", "ways"),
    [
        ("", (Way.DIRECT,)),
        ('fetch = ["browser", "archive"]', (Way.BROWSER, Way.ARCHIVE)),
        ('fetch = ["direct", "browser", "archive"]', (Way.DIRECT, Way.BROWSER, Way.ARCHIVE)),
        ("render = true", (Way.BROWSER,)),
        ("render = false", (Way.DIRECT,)),
        ('render = true\nfetch = ["browser"]', (Way.BROWSER,)),
        ('spider = "feed"\nfetch = ["direct", "browser"]', (Way.DIRECT, Way.BROWSER)),
    ],
)
def test_ways_are_kept_in_the_order_they_are_written(tmp_path: Path, keys: str, ways: tuple[Way, ...]) -> None:
    assert fetch_of(tmp_path, keys) == ways


@pytest.mark.parametrize(
    ("keys", "key", "said"),
    [
        ("fetch = []", "fetch", "must be a list such as"),
        ('fetch = "browser"', "fetch", "must be a list such as"),
        ('fetch = ["curl"]', "fetch", '"curl" is no way to reach a source; there are direct, browser, archive'),
        ("fetch = [1]", "fetch", "1 is no way"),
        ('fetch = ["direct", "direct"]', "fetch", "names a way twice"),
        ('render = true\nfetch = ["direct"]', "fetch", "contradicts render"),
        ('render = true\nfetch = ["direct", "browser"]', "fetch", "contradicts render"),
        ('render = false\nfetch = ["browser"]', "fetch", "contradicts render"),
        ('render = "yes"', "render", "must be true or false"),
        ('spider = "document"\nfetch = ["direct", "browser"]', "fetch", "never read through a browser"),
        ('spider = "feed"\nfetch = ["browser"]', "fetch", 'add "direct"'),
        ('spider = "sitemap"\nrender = true', "fetch", 'add "direct"'),
        ('wait_for = "table tr"', "wait_for", '"browser" is not in fetch'),
        ('fetch = ["browser"]\nwait_for = "p["', "wait_for", "is not a CSS selector"),
    ],
)
def test_a_way_that_cannot_be_gone_is_a_fault_that_names_it(tmp_path: Path, keys: str, key: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        fetch_of(tmp_path, keys)
    (line,) = caught.value.faults
    assert line.startswith(f"config.toml: source[1] (a).{key}: ")
    assert said in line
