"""Words and addresses of pages made inert: shown by every channel, obeyed by none."""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from monitor.text.normal import visible

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}]")
_COENG = "\u17d2"  # the Khmer sign that ties the next consonant to the one before
_CUT_AT_THE_EDGE = "\u200b\u200c\u200d"  # typing aids, which mean something only between two letters


def clean(text: str) -> str:
    """`text` on one line, with control characters and direction overrides shown (`[U+202E]`) instead of obeyed."""
    one_line = " ".join(text.split())
    return visible(_CONTROL.sub(lambda found: f"[U+{ord(found[0]):04X}]", one_line))


def clean_piece(text: str) -> str:
    """The same for a piece of a line: a space at its ends stays one."""
    before, after = (" " if edge.isspace() else "" for edge in (text[:1], text[-1:]))
    bare = clean(text.strip().strip(_CUT_AT_THE_EDGE))
    return f"{before}{bare}{after}" if bare else before


def safe_link(url: str) -> str:
    """`url` as a link people may follow, its host in ASCII so that look-alike letters show; empty if it is none.

    Only http and https with a host and without a user name (`https://official.example@other.example/` deceives).
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    if _UNSAFE_IN_URL.search(host):
        return ""
    host = f"[{host}]" if ":" in host else host
    rest = (quote(part, safe="/%:=&?@!$'()*+,;~[]") for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme.lower(), host + port, *rest))


def shorten(text: str, limit: int, note: str = " … [shortened]") -> str:
    """`text` in at most `limit` characters, ending in `note` if anything was cut; never inside a letter cluster."""
    if len(text) <= limit:
        return text
    end = _letter_start(text, max(limit - len(note), 0))
    return (text[:end].rstrip() + note)[:limit]


def tail(text: str, limit: int) -> str:
    """The last letters of `text`, at most `limit` characters, beginning with a whole letter."""
    if len(text) <= limit:
        return text
    start = len(text) - limit
    while start < len(text) and _inside_letter(text, start):
        start += 1
    return text[start:].lstrip()


def _letter_start(text: str, end: int) -> int:
    while end > 0 and _inside_letter(text, end):
        end -= 1
    return end


def _inside_letter(text: str, place: int) -> bool:
    return unicodedata.category(text[place])[0] in "MC" or text[place - 1] == _COENG
