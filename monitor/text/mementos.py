"""The addresses of archived copies (mementos, RFC 7089): of which page they are, and how it is had unaltered. Pure.

Most public archives write a copy's address as a collection, fourteen digits and the address of the page, and give the
bytes as they were archived, without their own banner and links, where `id_` follows the digits (a convention of the
Wayback Machine that pywb and its users share).
"""

import re
from typing import Final

from monitor.model import Capture, Way

_MEMENTO: Final = re.compile(
    r"(?P<collection>https?://[^/?#]+/(?:[^/?#]+/)+)(?P<stamp>[0-9]{14})(?:[a-z]{2}_)?/"
    r"(?P<page>https?:/[^\s]+|[^\s/]+\.[^\s/]+(?:/[^\s]*)?)",
    re.IGNORECASE,
)


def raw_url(memento_url: str) -> str:
    """Where the copy at `memento_url` is served as it was archived; `memento_url` itself where no such form is known.

    >>> raw_url("https://web.archive.org/web/20260903101112/https://mptc.gov.kh/en/")
    'https://web.archive.org/web/20260903101112id_/https://mptc.gov.kh/en/'
    """
    found = _MEMENTO.fullmatch(memento_url)
    return f"{found['collection']}{found['stamp']}id_/{found['page']}" if found else memento_url


def original_url(memento_url: str) -> str:
    """The address of the page that the copy at `memento_url` is of, where that address tells; else an empty string."""
    found = _MEMENTO.fullmatch(memento_url)
    if found is None:
        return ""
    page = re.sub(r"^(https?):/+", r"\1://", found["page"], flags=re.IGNORECASE)
    return page if "://" in page else f"http://{page}"


def address_of(capture: Capture) -> str:
    """Where the page in `capture` is at home, which its links are relative to: where the redirects ended.

    For an archive's copy it is the official address, not that of the archive.
    """
    if capture.way is Way.ARCHIVE:
        return original_url(capture.final_url) or capture.url
    return capture.final_url or capture.url
