"""The mails as Chromium shows them, and the pictures of them in docs/messages.md."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from monitor.model import Alert
from notifiers.render import render
from spiders import chromium
from tests.docs import pictures
from tests.notifiers.samples import SAMPLES, hostile

PAGE = pictures.PAGE.read_text(encoding="utf-8")
HOSTILE: Mapping[str, str] = {
    "script": "<script>alert(1)</script>",
    "image": '<img src="http://127.0.0.1:9/seen.png" onerror="alert(1)">',
    "frame": '"><iframe src="http://127.0.0.1:9/frame"></iframe>',
    "style": "<style>@import url(http://127.0.0.1:9/look.css);</style>",
    "long word": "A" * 400,
    "long Khmer": "ច្បាប់" * 80,
}
MAILS: Mapping[str, Callable[[], Alert]] = {
    **SAMPLES,
    **{name: lambda words=words: hostile(words) for name, words in HOSTILE.items()},  # type: ignore[misc]
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """These tests need Debian's Chromium and the extra `browser`."""
    if why := chromium.fault():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    with pictures.browser() as started:
        yield started


def _seen(browser: Browser, html: str) -> dict[str, object]:
    """What happens when a phone 390 pixels wide shows `html`: requests, dialogs, and how wide it gets."""
    page = browser.new_page(viewport={"width": pictures.PHONE, "height": 800})
    requests: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    try:
        page.set_content(html, wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth")
        active = page.evaluate(
            "[...document.querySelectorAll('*')].filter(e => /^(script|iframe|img|link|style|object|embed|form)$/i"
            ".test(e.tagName) || [...e.attributes].some(a => /^on/i.test(a.name))).map(e => e.tagName)"
        )
    finally:
        page.close()
    return {"requests": requests, "dialogs": dialogs, "active": active, "sideways": max(wide - pictures.PHONE, 0)}


STILL = {"requests": [], "dialogs": [], "active": [], "sideways": 0}


@pytest.mark.slow
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_asks_no_host_runs_nothing_and_fits_a_phone(browser: Browser, name: str) -> None:
    assert _seen(browser, render(MAILS[name]()).html) == STILL


@pytest.mark.slow
@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<img src="http://127.0.0.1:9/seen.png">', "requests"),
        ("<script>alert(1)</script>", "dialogs"),
        ('<p onclick="go()">x</p>', "active"),
        (f"<p>{'A' * 400}</p>", "sideways"),
    ],
)
def test_what_a_mail_must_not_do_would_be_seen(browser: Browser, html: str, what: str) -> None:
    assert _seen(browser, html)[what] != STILL[what]


@pytest.mark.parametrize("picture", pictures.PICTURES, ids=lambda picture: picture.file.stem)
def test_a_picture_shows_what_is_sent_today(picture: pictures.Picture) -> None:
    with Image.open(picture.file) as image:
        made_from = image.info.get(pictures.NOTE)

    assert made_from == pictures.digest_of(picture.html()), "the messages have changed: make pictures"


def test_the_page_shows_every_picture_and_no_other() -> None:
    drawn = sorted(f"pictures/{picture.file.name}" for picture in pictures.PICTURES)

    assert sorted(re.findall(r'src="([^"]+)"', PAGE)) == drawn
    assert sorted(f"pictures/{file.name}" for file in pictures.FOLDER.iterdir()) == drawn


def test_every_kind_of_alert_has_a_picture() -> None:
    shown = {SAMPLES[name]().kind for name in pictures.SHOWN}

    assert {make().kind for make in SAMPLES.values()} - shown == {"test"}


def test_the_plain_texts_of_the_page_are_those_sent_today() -> None:
    assert pictures.with_plain_texts(PAGE) == PAGE, "the messages have changed: make pictures"


def test_the_pictures_stay_small() -> None:
    def size(file: Path) -> int:
        return file.stat().st_size

    assert sum(map(size, pictures.FOLDER.iterdir())) < 1_500_000
