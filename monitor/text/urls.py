"""Addresses: when two of them name the same page, and who owns a host."""

import re
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    import tldextract

_TRACKING: Final = re.compile(
    r"utm_.*|__cf_.*|p_auth|p_p_auth|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid"
    r"|_ga|_gl|jsessionid|phpsessid",
    re.IGNORECASE,
)
"""Parameters that say who follows a link or when, never which page it is."""
_SESSION_IN_PATH: Final = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_HAS_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_DEFAULT_PORTS: Final = {80, 443}
_HOST: Final = re.compile(r"[a-z0-9_~-]+(?:\.[a-z0-9_~-]+)*|")
_PATH_SAFE: Final = "/:@!$&'()*+,;=~"
_QUERY_SAFE: Final = "/:@!$'()*,;?~"


def canonical_url(url: str) -> str:
    """The identity of the page at `url`: equal for addresses that differ in ways no site means.

    Web addresses get `https`, a lower-case host without `www.`, default port or credentials, a path without dot
    segments and trailing slash, sorted parameters without tracking and per-visit ones, uniform percent-encoding and
    no fragment. It is a key to compare, not an address to fetch. What is not a web address is returned as it came,
    without outer white space. Idempotent.

    >>> canonical_url("HTTP://www.MPTC.gov.kh/en/?utm_source=x&p=2#top")
    'https://mptc.gov.kh/en?p=2'
    """
    url = re.sub(r"[\t\r\n]", "", url.strip())
    try:
        parts = urlsplit(_with_scheme(url))
        host, port = _host(parts), parts.port
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    if port is not None and port not in _DEFAULT_PORTS:
        host = f"{host}:{port}"
    path = _path(_SESSION_IN_PATH.sub("", _encoded(parts.path, _PATH_SAFE)))
    query = _query(parts.query)
    return f"https://{host}{path}{'?' if query else ''}{query}"


def registrable_domain(url: str) -> str:
    """The part of the host someone has registered (`example.co.uk`, `mptc.gov.kh`), in lower case.

    Public suffixes come from the list bundled with `tldextract`; nothing is fetched or written. A host that has no
    such part (an IP address, `localhost`, a bare suffix) is returned whole; what has no host gives an empty string.
    """
    try:
        host = _host(urlsplit(_with_scheme(url.strip())))
    except ValueError:
        return ""
    return _registrable(host)


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    return _extractor()(host).top_domain_under_public_suffix or host


@cache
def _extractor() -> "tldextract.TLDExtract":
    import tldextract  # slow to load, and a run in which nothing changed does without

    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)


def _with_scheme(url: str) -> str:
    if url.startswith("//"):
        return f"https:{url}"
    return url if _HAS_SCHEME.match(url) else f"https://{url}"


def _host(parts: SplitResult) -> str:
    """In lower case and ASCII, without `www.` and final dot. Raises ValueError for what is no host name."""
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii").lower()  # its error is a ValueError
    if ":" in host:
        return f"[{ip_address(host)}]"
    if not _HOST.fullmatch(host):
        raise ValueError(f"no host name: {host!r}")
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    return host


def _path(path: str) -> str:
    """`path`, encoded already, without dot segments and final slashes."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[max(len(kept) - 1, 1) :]
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept).rstrip("/")


def _query(query: str) -> str:
    fields = [field.partition("=") for field in query.replace("+", "%20").split("&") if field]
    pairs = sorted(
        (_encoded(name, _QUERY_SAFE), equals, _encoded(value, _QUERY_SAFE + "=")) for name, equals, value in fields
    )
    return "&".join("".join(pair) for pair in pairs if not _TRACKING.fullmatch(pair[0]))


def _encoded(text: str, safe: str) -> str:
    """`text` with everything percent-encoded that must be, in upper case, and nothing else.

    Delimiters that arrived encoded stay encoded: decoding them would change what the address means.
    """
    parts = re.split("(%[0-9A-Fa-f]{2})", text)
    return "".join(_octet(part) if index % 2 else quote(part, safe=safe) for index, part in enumerate(parts))


def _octet(escape: str) -> str:
    byte = unquote_to_bytes(escape)
    return byte.decode("ascii") if byte.isalnum() or byte in b"-._~" else escape.upper()
