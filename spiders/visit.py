"""One page in the browser: what it may load, where it may lead, and when it is drawn.

The page is the one that the server gave to the question, and what its scripts make of it. A redirect is handed back,
so that it is judged and followed as one of the direct way is. Nor may a script put another page in its place: so a
challenge that would let us in after a script has run stays what it is, a refusal. We solve none.
"""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import Error, Page
from playwright.async_api import Request as Wish
from playwright.async_api import TimeoutError as TookTooLong
from scrapy import Request
from scrapy.crawler import Crawler

from spiders.gate import SCHEMES
from spiders.problems import Declined, too_large
from spiders.reading import ASK, Ask
from spiders.robots import RobotsGate
from spiders.ways import LED_ON, awaited

_NOT_LOADED: Final = frozenset({"image", "font", "media", "texttrack", "manifest", "ping", "cspreport", "prefetch"})
"""What a page's words do not need."""

_PATIENCE: Final = 10.0
"""Seconds to wait for the page to come to rest."""

_NETWORK_QUIET: Final = 0.4
_PAGE_QUIET: Final = 0.3
"""Seconds without anything loaded, and without anything written, after which it is at rest."""

_WAITED_FOR: Final = 1 / 3
"""Share of a page's time to wait for what `wait_for` selects."""

_DRAWN: Final = """
(quiet) => new Promise(done => {
  const end = performance.now() + 5000;
  let last = performance.now();
  new MutationObserver(() => { last = performance.now(); })
    .observe(document, {subtree: true, childList: true, characterData: true});
  const look = () => {
    const now = performance.now();
    if (now - last >= quiet || now >= end) done(true); else setTimeout(look, 50);
  };
  look();
})
"""
"""Waits until nothing has been written to the page for `quiet` milliseconds, for five seconds at most."""

_SIZE: Final = "() => document.documentElement ? document.documentElement.outerHTML.length : 0"


class Unwanted:
    """Whether a page's wish for something beside itself is refused: what is not read, and what robots.txt forbids."""

    def __init__(self, crawler: Crawler) -> None:
        self._robots = crawler.get_downloader_middleware(RobotsGate)

    def __call__(self, wish: Wish) -> bool:
        if wish.resource_type in _NOT_LOADED or urlsplit(wish.url).scheme not in SCHEMES:
            return True
        if self._robots is None or wish.is_navigation_request():  # the page itself is judged by its visit
            return False
        return self._robots.forbids(wish.url)


class Visit:
    """The visit that answers `request`; `limit` is the greatest length of the page in characters, `seconds` its time.

    `redirect` is where the server leads us instead of giving a page, `flags` what is to be told of the answer.
    """

    def __init__(self, request: Request, *, limit: int, seconds: float) -> None:
        self.redirect = ""
        self.flags: list[str] = []
        self.limit = limit
        self._seconds = seconds
        self._ask: Ask = request.meta[ASK]
        self._frame = self._navigation = ""
        self._session: Any = None
        self._loading: set[Wish] = set()
        self._quiet_since = monotonic()
        self._busy: set[asyncio.Task[None]] = set()

    def meta(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """What the handler of scrapy-playwright is told: a fresh context `name`, and when to call us."""
        return {
            "playwright": True,
            "playwright_context": name,
            "playwright_context_kwargs": context,
            "playwright_page_init_callback": self._begin,
            "playwright_page_goto_kwargs": {"wait_until": "commit"},
            "playwright_include_page": True,
        }

    # Where it leads ----------------------------------------------------------------------------------------------

    async def _begin(self, page: Page, _: Request) -> None:
        """Watch what the page asks for in its own place. A page that cannot be watched is closed."""
        page.on("request", self._loads)
        for ended in ("requestfinished", "requestfailed"):
            page.on(ended, self._loaded)
        try:
            page.context.on("page", lambda popup: self._soon(popup.close()))
            self._session = await page.context.new_cdp_session(page)
            tree = await self._session.send("Page.getFrameTree")
            self._frame = tree["frameTree"]["frame"]["id"]
            self._session.on("Fetch.requestPaused", lambda paused: self._soon(self._document(paused)))
            await self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": "Document"}]})
        except Error:
            await page.close()
            raise

    def _soon(self, step: Any) -> None:
        task = asyncio.ensure_future(_quietly(step))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _document(self, paused: dict[str, Any]) -> None:
        """Let a document of the page come; what should take the place of the first one does not come here."""
        reason = ""
        if paused["frameId"] == self._frame:
            if not self._navigation:
                self._navigation = paused["networkId"]
            elif paused["networkId"] != self._navigation:
                reason = "Aborted"  # a script wants to lead us on: the page stays, as far as it has come
                if LED_ON not in self.flags:
                    self.flags.append(LED_ON)
            else:
                self.redirect = paused["request"]["url"]
                reason = "BlockedByClient"
        if reason:
            await self._session.send("Fetch.failRequest", {"requestId": paused["requestId"], "errorReason": reason})
        else:
            await self._session.send("Fetch.continueRequest", {"requestId": paused["requestId"]})

    # When it is drawn --------------------------------------------------------------------------------------------

    async def drawn(self, page: Page) -> str:
        """What `page` holds once it is drawn and turned to the wanted part of a list; `flags` tell if it led on."""
        while LED_ON not in self.flags:
            with suppress(TookTooLong):
                await page.wait_for_load_state("domcontentloaded", timeout=1000)
                break
        await self._settled(page)
        source = self._ask.reading.source
        wanted = awaited(self._ask.url, source)
        if wanted and LED_ON not in self.flags:
            with suppress(TookTooLong):  # whoever reads the page looks whether it is there
                await page.wait_for_selector(
                    f"css={wanted}", state="attached", timeout=self._seconds * _WAITED_FOR * 1000
                )
                await self._settled(page)
        for _ in range(self._ask.presses):
            control = page.locator(f"css={source.next_page}").first
            with suppress(TookTooLong):
                await control.dispatch_event("click", timeout=2000)
            await self._settled(page)
        if await page.evaluate(_SIZE) > self.limit:
            raise Declined(too_large(self.limit))
        return await page.content()

    def _loads(self, wish: Wish) -> None:
        self._loading.add(wish)

    def _loaded(self, wish: Wish) -> None:
        self._loading.discard(wish)
        self._quiet_since = monotonic()

    async def _settled(self, page: Page) -> None:
        """Wait until nothing is loaded or written any more. A page that never rests is read as it is."""
        end = monotonic() + _PATIENCE
        self._quiet_since = monotonic()
        while monotonic() < end:
            while (self._loading or monotonic() - self._quiet_since < _NETWORK_QUIET) and monotonic() < end:
                await asyncio.sleep(0.05)
            await page.evaluate(_DRAWN, _PAGE_QUIET * 1000)
            if not self._loading:
                return


async def _quietly(step: Any) -> None:
    """A page that has gone meanwhile needs no answer any more."""
    with suppress(Error):
        await step
