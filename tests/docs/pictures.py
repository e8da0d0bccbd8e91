"""Draws the pictures of docs/messages.md from the messages of tests/notifiers/samples.py: `make pictures`.

The mail is shown as it is sent, under a strip with its subject; the chat is a plain likeness, made of the very blocks
that Slack is sent. Each picture holds, as a note in the file, the hash of the page it was taken of, so that a test can
tell when the messages have changed since. Needs Debian's Chromium and the extra `browser`.
"""

import hashlib
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Browser, sync_playwright

from notifiers.plugins.slack import blocks
from notifiers.render import render, view
from spiders import chromium
from tests.notifiers.samples import SAMPLES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "messages.md"
FOLDER = ROOT / "docs" / "pictures"
PHONE, DESKTOP = 390, 900
"""Widths in CSS pixels."""
NOTE = "made-from"
_COLOURS = 48
_NEWS = "Invented news, drawn as a sample."
_BESIDE = "font:13px/1.5 Arial,'Noto Sans Khmer',sans-serif"


@dataclass(frozen=True, slots=True)
class Picture:
    """A sample in one form (`mail` or `chat`) on a screen of `width` pixels."""

    sample: str
    form: str
    width: int

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{self.sample}-{self.form}-{self.width}.png"

    def html(self) -> str:
        """The page it is taken of."""
        return {"mail": mail, "chat": chat}[self.form](self.sample)


SHOWN = (
    "status",
    "status-khmer",
    "date-set",
    "date-met-khmer",
    "date-slipped",
    "disagreement",
    "document",
    "change-khmer",
    "digest",
    "watching",
    "health",
    "recovered",
)
PICTURES = (
    *(Picture(name, form, PHONE) for name in SHOWN for form in ("mail", "chat")),
    *(Picture(name, "mail", DESKTOP) for name in ("status", "status-khmer", "digest")),
)


def mail(sample: str) -> str:
    """The HTML of the mail, under a strip like that of a mail program."""
    message = render(SAMPLES[sample]())
    strip = (
        f'<div style="{_BESIDE};padding:10px 16px;background-color:#e8ecf0;color:#1f2328">'
        f'<b style="font-size:15px">{escape(message.subject)}</b><br>'
        f'<span style="color:#59636e">{_NEWS}</span></div>'
    )
    return re.sub(r"(<body[^>]*>)", lambda found: found[0] + strip, message.html, count=1)


def chat(sample: str) -> str:
    """The blocks sent to Slack, as a chat program would lay them out."""
    shown = "\n".join(_block(block) for block in blocks(view(SAMPLES[sample]())))
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>chat</title><style>
body {{ margin: 0; padding: 12px 16px 16px; font: 15px/1.5 Arial, 'Noto Sans Khmer', sans-serif; color: #1d1c1d }}
.who {{ font-weight: bold; margin: 0 }} .who span {{ font-weight: normal; font-size: 12px; color: #61666b }}
h1 {{ font-size: 18px; line-height: 1.35; margin: 8px 0 }} p {{ margin: 8px 0; white-space: pre-wrap }}
h1, p, a {{ overflow-wrap: anywhere }} a {{ color: #1264a3 }} .aside {{ font-size: 12px; color: #61666b }}
</style></head><body><p class="who">monitor <span>{_NEWS}</span></p>
{shown}</body></html>"""


def _block(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "header":
            return f"<h1>{_text(block['text'])}</h1>"
        case "section":
            return f"<p>{_text(block['text'])}</p>"
        case "context":
            return "".join(f'<p class="aside">{_text(each)}</p>' for each in block["elements"])
        case "rich_text":
            return "".join(f"<p>{''.join(map(_run, part['elements']))}</p>" for part in block["elements"])
    raise ValueError(f"no likeness for a block of the type {block['type']}")


def _text(text: Mapping[str, str]) -> str:
    """A text object: its three escaped characters are taken back, as Slack does; markup is only ever one link."""
    words = escape(unescape(text["text"].strip("<>") if text["type"] == "mrkdwn" else text["text"]))
    return f'<a href="{words}">{words}</a>' if text["type"] == "mrkdwn" else words


def _run(run: Mapping[str, Any]) -> str:
    words = escape(run["text"])
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s")):
        if run.get("style", {}).get(style):
            words = f"<{tag}>{words}</{tag}>"
    return words


def digest_of(html: str) -> str:
    """What a picture keeps of the page it was taken of."""
    return hashlib.sha256(html.encode()).hexdigest()


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium that reaches no host."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**chromium.launch_options(chromium.executable(), "pictures", os.environ))
        try:
            yield started
        finally:
            started.close()


def with_plain_texts(page: str) -> str:
    """`page` with the plain text of the samples between their marks `<!-- plain: NAME -->` and the end of the fence."""

    def fence(found: re.Match[str]) -> str:
        message = render(SAMPLES[found[1]]())
        return f"<!-- plain: {found[1]} -->\n```text\nSubject: {message.subject}\n\n{message.text}```"

    return re.sub(r"<!-- plain: ([a-z-]+) -->\n```text\n.*?```", fence, page, flags=re.DOTALL)


def _draw(picture: Picture, browser: Browser) -> None:
    html = picture.html()
    screen = browser.new_page(viewport={"width": picture.width, "height": 300}, java_script_enabled=False)
    screen.set_content(html)
    seen = Image.open(io.BytesIO(screen.screenshot(full_page=True))).convert("RGB")
    screen.close()
    note = PngInfo()
    note.add_text(NOTE, digest_of(html))
    # Without dithering text stays sharp and the file small.
    few = seen.quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(picture.file, optimize=True, pnginfo=note)


def main() -> None:
    """Draw all, remove what is no longer shown, and write the plain texts into the page."""
    if why := chromium.fault():
        sys.exit(why)
    FOLDER.mkdir(exist_ok=True)
    with browser() as started:
        for picture in PICTURES:
            _draw(picture, started)
    for file in set(FOLDER.iterdir()) - {picture.file for picture in PICTURES}:
        file.unlink()
    PAGE.write_text(with_plain_texts(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
