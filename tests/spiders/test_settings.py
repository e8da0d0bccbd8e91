"""The contract with Scrapy: every setting that safety or politeness rests on, read from a crawler that was built."""

from datetime import timedelta
from typing import Any

import pytest
from scrapy.crawler import Crawler

from spiders.fleet import Fleet
from spiders.registry import load, names
from spiders.settings import crawl_settings, user_agent


@pytest.fixture(scope="module")
def final() -> Any:
    """The settings of a crawler as it would run."""
    values = crawl_settings(
        contact="mailto:desk@example.org",
        min_gap=timedelta(seconds=5),
        allow_hosts=["a:1"],
        manners="/m",
        version="9.9",
    )
    return Crawler(Fleet, values).settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("REMOTE_CONTROL_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("ROBOTSTXT_OBEY", True),
        ("DOWNLOAD_MAXSIZE", 32 * 1024 * 1024),
        ("DOWNLOAD_TIMEOUT", 60),
        ("DOWNLOAD_FAIL_ON_DATALOSS", True),
        ("RETRY_TIMES", 2),
        ("RETRY_HTTP_CODES", [500, 502, 503, 504, 522, 524, 408, 429]),
        ("DOWNLOAD_DELAY", 5.0),
        ("DOWNLOAD_DELAY_JITTER", 0.0),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
        ("AUTOTHROTTLE_ENABLED", False),
        ("REDIRECT_MAX_TIMES", 5),
        ("METAREFRESH_ENABLED", False),
        ("COOKIES_ENABLED", False),
        ("DNSCACHE_ENABLED", False),
        ("HTTPCACHE_ENABLED", False),
        ("HTTPERROR_ALLOW_ALL", True),
        ("MEMUSAGE_LIMIT_MB", 0),
        ("LOG_LEVEL", "INFO"),
        ("LOG_INSTALL_ROOT_HANDLER", False),
        ("CONCURRENT_ITEMS", 1),
        ("MONITOR_ALLOW_HOSTS", ["a:1"]),
        ("MONITOR_REST_FLOOR", 15.0),
        ("MONITOR_PATIENCE", 60.0),
        ("MONITOR_DEADLINE", 180.0),
        ("MONITOR_MANNERS", "/m"),
        ("RETRY_ENABLED", True),
        ("DOWNLOAD_WARNSIZE", 0),
        ("TWISTED_DNS_RESOLVER", "spiders.addresses.SystemResolver"),
        ("DUPEFILTER_CLASS", "scrapy.dupefilters.BaseDupeFilter"),
        ("USER_AGENT", "lex-monitor/9.9 (+mailto:desk@example.org)"),
        ("TWISTED_REACTOR", "twisted.internet.asyncioreactor.AsyncioSelectorReactor"),
    ],
)
def test_a_setting_is_pinned(final: Any, name: str, value: object) -> None:
    assert final[name] == value


def test_only_http_and_https_can_be_fetched(final: Any) -> None:
    handlers = final.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme: handler for scheme, handler in handlers.items() if handler is not None} == {
        "http": "spiders.wire.TimedHandler",
        "https": "spiders.wire.TimedHandler",
    }


def test_the_downloader_runs_our_middlewares_alone_and_in_this_order(final: Any) -> None:
    components = final.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES")
    order = sorted((priority, _name(component)) for component, priority in components.items() if priority is not None)
    assert [name for _, name in order] == [
        "AddressGate",
        "RobotsGate",
        "BoundedRetry",
        "Courtesy",
        "StrictDecoding",
        "OwnSiteRedirects",
    ]


@pytest.mark.parametrize(
    ("setting", "expected"), [("SPIDER_MIDDLEWARES", []), ("EXTENSIONS", ["AddressGuard", "Browser", "HourlyBudget"])]
)
def test_nothing_else_runs_beside_them(final: Any, setting: str, expected: list[str]) -> None:
    components = final.get_component_priority_dict_with_base(setting)
    assert [_name(component) for component, priority in components.items() if priority is not None] == expected


def _name(component: Any) -> str:
    return component.rpartition(".")[2] if isinstance(component, str) else component.__name__


def test_the_user_agent_names_product_version_and_contact() -> None:
    settings = crawl_settings(contact="mailto:desk@example.org", min_gap=timedelta(0), version="1.2")
    assert settings["USER_AGENT"] == "lex-monitor/1.2 (+mailto:desk@example.org)"


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "ក@example.org", "a\0b"])
def test_a_contact_that_cannot_stand_in_a_header_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        user_agent(contact, "1")


@pytest.mark.parametrize("name", names())
def test_every_name_of_the_registry_is_a_spider_of_that_name(name: str) -> None:
    assert load(name).name == name


def test_a_name_that_is_not_registered_is_refused() -> None:
    with pytest.raises(KeyError):
        load("no-such-spider")
