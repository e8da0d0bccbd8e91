"""The settings of every crawl: Scrapy's defaults are made for scraping, these for watching official sites safely."""

from collections.abc import Iterable
from datetime import timedelta
from importlib.metadata import version as installed_version
from typing import Any

from spiders.reading import PAGE_LIMIT

PRODUCT = "lex-monitor"
"""The name by which robots.txt may address us."""


def user_agent(contact: str, version: str) -> str:
    """How we introduce ourselves. Raises ValueError if `contact` could not stand in a header."""
    text = f"{PRODUCT}/{version} (+{contact})" if contact else f"{PRODUCT}/{version}"
    if not text.isascii() or not text.isprintable():
        raise ValueError("the contact must be printable ASCII text")
    return text


def crawl_settings(
    *,
    contact: str,
    min_gap: timedelta,
    allow_hosts: Iterable[str] = (),
    manners: str = "",
    hourly: int = 0,
    version: str = "",
    browser: str = "",
    archive: str = "https://web.archive.org/web/",
) -> dict[str, Any]:
    """Scrapy settings for one run.

    `contact` goes into the User-Agent, so that an official site can reach whoever runs this; `min_gap` is the least
    time between two requests to one host; `allow_hosts` holds exact `host:port` texts that may have a private
    address; `manners` is the directory in which wishes of hosts outlast a run, by default none; `hourly` is the most
    requests to one host in any 60 minutes, 0 for no such limit; `version` is ours, by default that of the installed
    package. `browser` is the path of a Chromium, by default the one on PATH; `archive` the prefix of a public web
    archive's TimeGate.
    """
    return {
        "MONITOR_BROWSER": browser,
        "MONITOR_ARCHIVE": archive,
        **_identity(contact, version or installed_version(PRODUCT)),
        **_safety(allow_hosts),
        **_politeness(min_gap, manners, hourly),
        **_lean(),
    }


def _identity(contact: str, version: str) -> dict[str, Any]:
    return {
        "BOT_NAME": PRODUCT,
        "USER_AGENT": user_agent(contact, version),
        "ROBOTSTXT_USER_AGENT": PRODUCT,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
    }


def _safety(allow_hosts: Iterable[str]) -> dict[str, Any]:
    return {
        # A forged page is worse than none: the default accepts any certificate.
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # By default a local server that runs code for whoever reaches it, and an interpreter on a port.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        # Only http and https are sources; a link must not read files.
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(("http", "https"), "spiders.wire.TimedHandler"),
            **dict.fromkeys(("file", "ftp", "s3", "data", "ws", "wss")),
        },
        # Caps on bytes (as they arrive and again after decoding; a PDF's request raises its own) and on time (of an
        # attempt, and of a question with redirects and retries): one drip-feeding server, one bomb must not hold a
        # run. The default cap is 1 GiB, the default time 3 minutes an attempt.
        "DOWNLOAD_MAXSIZE": PAGE_LIMIT,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": 60,
        "MONITOR_DEADLINE": 180.0,
        # A body shorter than announced is an error, never "text removed".
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "REDIRECT_MAX_TIMES": 5,
        # A page must not send us elsewhere by its markup.
        "METAREFRESH_ENABLED": False,
        # State would make what we see depend on what we asked before.
        "COOKIES_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        # Its cache has no expiry: a long-lived process would hold yesterday's address.
        "DNSCACHE_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "spiders.addresses.SystemResolver",
        "MONITOR_ALLOW_HOSTS": list(allow_hosts),
        "EXTENSIONS_BASE": {},
        "EXTENSIONS": {
            "spiders.addresses.AddressGuard": 0,
            "spiders.browser.Browser": 0,
            "spiders.hourly.HourlyBudget": 0,
        },
    }


def _politeness(min_gap: timedelta, manners: str, hourly: int) -> dict[str, Any]:
    return {
        "ROBOTSTXT_OBEY": True,
        "MONITOR_MANNERS": manners,
        "MONITOR_HOURLY": hourly,
        # One request at a time for each host, with a gap that is never randomised below what was promised. Nor is
        # there AutoThrottle: with one request at a time, its delay only follows the latency we wait for anyway.
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": min_gap.total_seconds(),
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "AUTOTHROTTLE_ENABLED": False,
        # Most of these wait for their host's gap to pass, so this is about hosts, not about load.
        "CONCURRENT_REQUESTS": 256,
        "RETRY_ENABLED": True,
        "RETRY_TIMES": 2,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        # Seconds: the longest Retry-After that is waited out inside a run, and the shortest that is believed.
        "MONITOR_PATIENCE": 60.0,
        "MONITOR_REST_FLOOR": 15.0,
        # 403, 404 and 410 are answers, too; screening judges them.
        "HTTPERROR_ALLOW_ALL": True,
    }


def _lean() -> dict[str, Any]:
    """What makes an unchanged page cheap: only the parts that are used, and the asyncio reactor without surprises.

    The lists of Scrapy's own components are emptied rather than overruled name by name, for it imports even what is
    switched off, and at every start pays for a web server among other things. Of what falls away some must not run:
    its robots middleware fetches anyway when robots.txt fails, offsite would judge redirects without their source,
    the proxy one lets a stray HTTP_PROXY decide what we see, the HTTP cache hides outages (validators are kept in our
    own database), and urllength drops long addresses silently, which Khmer ones are.
    """
    return {
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {
            "spiders.gate.AddressGate": 50,
            "spiders.robots.RobotsGate": 100,
            "spiders.middlewares.BoundedRetry": 550,
            # Times, headers and gaps. Between retry and redirect, so that it sees a 429 first and every request of
            # a redirect chain.
            "spiders.middlewares.Courtesy": 560,
            "spiders.middlewares.StrictDecoding": 590,
            "spiders.middlewares.OwnSiteRedirects": 600,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        # The fleet hands out one request per host and keeps no doubles: the queue need not think about either.
        "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        # Scrapy starts this many tasks for the output of every single response.
        "CONCURRENT_ITEMS": 1,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "MEMUSAGE_ENABLED": False,
        # It compares the peak of the whole process: one peak would end every later crawl. Limits belong to the
        # service manager.
        "MEMUSAGE_LIMIT_MB": 0,
        "STATS_DUMP": False,
        "LOG_LEVEL": "INFO",
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
