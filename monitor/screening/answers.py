"""Before extraction: is this answer the page that was asked for, or something in its place?

Signs are added up per kind of trouble. At least two are needed and a weight of three: status, headers, title,
heading, wording, script. Wording counts only where little is written, for a law may say "access denied".
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from monitor.extract import page
from monitor.extract.charset import decode
from monitor.extract.sniff import Media, sniff
from monitor.model import Capture, Problem, ProblemKind, Source
from monitor.screening.evidence import evidence
from monitor.screening.look import THIN, Look, look
from monitor.screening.signatures import SIGNS, Place, Sign
from monitor.text.mementos import address_of
from monitor.text.urls import canonical_url

_TINY = 120  # so little that, without a heading of its own, it speaks for one
_NOT_THERE = 6_000  # characters of text up to which title and heading alone can say that a page is missing
_NO_TEXT = 200  # characters of text that an application without its scripts may show
_ENOUGH = 3
_ENOUGH_WORDS = 5  # where a page with a heading of its own speaks like a refusal
_ARTICLES = re.compile(r"\b(?:article|art\.|section) ?\d{1,3}\b|មាត្រា ?\d{1,3}", re.IGNORECASE)
_ARTICLES_SPEAK_AGAINST = -4  # law is cut into numbered articles, the notes of a server are not
_SMALL_JSON = 65_536

_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 403, 407, 429, 451})
_UNSURE_KINDS = (ProblemKind.BLOCKED, ProblemKind.MAINTENANCE)  # what a failure status may really be

_HOME = re.compile(
    r"(?:/(?:en|km|kh|fr|eng|khm|english|khmer))?/?(?:(?:home|index|default|main)(?:\.\w{2,5})?/?)?", re.IGNORECASE
)
_ERROR_PATH = re.compile(
    r"/(?:40[34]|50\d|error(?:s|page|-page)?|not-?found|page-?not-?found|notfound|blocked|denied)(?:\.\w{2,5})?/?$",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"/(?:wp-login|log-?in|sign-?in|signon|sso|auth|account/login|user/login|connexion|cas/login)(?:\.\w{2,5})?(?:/|$)",
    re.IGNORECASE,
)
_NEEDS_PDF = re.compile(r"\.pdf$", re.IGNORECASE)
_PAGE_SPIDERS = frozenset({"page", "octopus", "treaty_chart", "mptc", "aigov", "asean"})
_REASONS = {
    ProblemKind.BLOCKED: "the site refused us or set a challenge",
    ProblemKind.MAINTENANCE: "the site says it is under maintenance",
    ProblemKind.LOGIN: "the site asks for a login",
    ProblemKind.SOFT_404: "the site says the page is not there, with a status that says it is",
    ProblemKind.SOFT_ERROR: "the site answered with an error, with a status that says all is well",
    ProblemKind.SHELL: "the page is filled in by scripts and holds no text",
}


def screen(capture: Capture, source: Source) -> Problem | None:
    """Why `capture` must not be read as the page it was fetched for; None if nothing speaks against it."""
    if "partial" in capture.flags:
        return _problem(ProblemKind.TRUNCATED, "the connection ended before the body did", "flag:partial")
    media = sniff(capture.body, capture.media_type)
    text = decode(capture.body, capture.header("content-type")) if media is Media.HTML else ""
    if too_deep := page.nested_too_deep(text):
        return too_deep
    seen = look(text) if media is Media.HTML else None
    if not 200 <= capture.status < 300:
        return _failed(capture, seen)
    if media is Media.EMPTY:
        return _problem(ProblemKind.EMPTY, "the body is empty", "body:empty")
    if seen is not None and (found := _verdict(capture, seen)):
        return found
    if media is Media.JSON and (found := _json_failure(capture)):
        return found
    return _misdirected(capture) or _wrong_media(capture, source, media)


def _problem(kind: ProblemKind, detail: str, *signals: str) -> Problem:
    return Problem(kind=kind, detail=detail, signals=signals)


def _failed(capture: Capture, seen: Look | None) -> Problem:
    """A status that is no success; the body may say that it is a refusal or maintenance rather than a failure."""
    status, sign = capture.status, f"status:{capture.status}"
    found = _verdict(capture, seen, status=(sign, 2)) if seen is not None else None
    if status in _REFUSED:
        return (
            found
            if found and found.kind is ProblemKind.BLOCKED
            else _problem(ProblemKind.BLOCKED, f"HTTP {status}: refused", sign)
        )
    if status in _GONE:
        told = found is not None and found.kind is ProblemKind.BLOCKED and len(found.signals) > 2
        return found if found and told else _problem(ProblemKind.GONE, f"HTTP {status}: the page is gone", sign)
    if found is not None and found.kind in _UNSURE_KINDS:
        return found
    if status == 406:
        return _problem(ProblemKind.BLOCKED, "HTTP 406: refused", sign)
    return _problem(ProblemKind.HTTP_ERROR, f"HTTP {status}", sign)


def _verdict(capture: Capture, seen: Look, status: tuple[str, int] | None = None) -> Problem | None:
    """The kind of trouble with the most weight, if it has enough signs."""
    best: tuple[int, ProblemKind, Mapping[str, int]] | None = None
    for kind, found in _signs(capture, seen).items():
        weights = _weighed(kind, found, seen, status)
        weight = sum(weights.values())
        speaking_for = sum(each > 0 for each in weights.values())
        enough = _ENOUGH_WORDS if _only_words(weights) and seen.headings else _ENOUGH
        if speaking_for >= 2 and weight >= enough and not _only_furniture(weights, seen):
            best = max(best, (weight, kind, weights), key=_heaviest) if best else (weight, kind, weights)
    if best is None:
        return None
    _, kind, weights = best
    return _problem(kind, f"{_REASONS[kind]}: {evidence(weights)}", *weights)


def _heaviest(verdict: tuple[int, ProblemKind, Mapping[str, int]]) -> int:
    return verdict[0]


def _weighed(
    kind: ProblemKind, found: Mapping[str, int], seen: Look, status: tuple[str, int] | None
) -> Mapping[str, int]:
    """The signs of one kind with what the rest of the page adds to them, or says against them."""
    weights = dict(found)
    if status is not None and kind in _UNSURE_KINDS:
        weights = {status[0]: status[1], **weights}
    elif kind is not ProblemKind.SHELL and seen.length < _TINY and _no_heading_of_its_own(weights, seen):
        weights["text:tiny"] = 1
    if articles := len(set(_ARTICLES.findall(seen.text))):
        weights["text:numbered-articles"] = _ARTICLES_SPEAK_AGAINST * min(articles, 2)
    return weights


def _only_words(found: Iterable[str]) -> bool:
    return all(name.startswith(Place.TEXT) for name in found)


def _only_furniture(found: Mapping[str, int], seen: Look) -> bool:
    """Whether all there is are scripts and headers that firewalls also put on the good pages they let through."""
    places = {name.partition(":")[0] for name in found}
    return places <= {Place.MARKUP, Place.HEADER} and max(found.values()) < _ENOUGH and bool(seen.headings)


def _no_heading_of_its_own(found: Iterable[str], seen: Look) -> bool:
    """Whether the page has no heading, or one that is itself a sign."""
    return not seen.headings or any(name.startswith(Place.HEADING) for name in found)


def _signs(capture: Capture, seen: Look) -> Mapping[ProblemKind, dict[str, int]]:
    """kind → sign → weight of everything seen."""
    found: dict[ProblemKind, dict[str, int]] = defaultdict(dict)
    headers = [f"{name.lower()}: {value}" for name, value in capture.headers]
    for sign in SIGNS:
        if _counts(sign, seen) and not _said(sign, found[sign.kind]) and _stands(sign, seen, headers):
            found[sign.kind][f"{sign.place}:{sign.name}"] = sign.weight
    thin = seen.length < THIN
    if seen.password and thin:
        found[ProblemKind.LOGIN]["markup:password-field"] = 2
    if _LOGIN_PATH.search(urlsplit(address_of(capture)).path) and not _LOGIN_PATH.search(urlsplit(capture.url).path):
        found[ProblemKind.LOGIN]["address:login"] = 2
    if seen.app and seen.length < _NO_TEXT and not seen.headings:
        found[ProblemKind.SHELL] |= {"html:app-root": 2, "html:no-text": 1}
    elif found.get(ProblemKind.SHELL) and seen.length < _NO_TEXT:
        found[ProblemKind.SHELL]["html:no-text"] = 1
    return found


def _said(sign: Sign, found: Mapping[str, int]) -> bool:
    """Whether an earlier row stands for the same line: a title is one sign, however many rows know it."""
    return sign.place in (Place.TITLE, Place.HEADING) and any(name.startswith(sign.place) for name in found)


def _counts(sign: Sign, seen: Look) -> bool:
    """Whether a sign at this place means anything on a page with this much text."""
    if sign.place is Place.HEADER:
        return True
    if sign.place in (Place.TITLE, Place.HEADING):
        return seen.length < (_NOT_THERE if sign.kind is ProblemKind.SOFT_404 else THIN)
    return seen.length < THIN and not (seen.article and sign.weight < 2)


def _stands(sign: Sign, seen: Look, headers: Iterable[str]) -> bool:
    match sign.place:
        case Place.TITLE:
            return any(sign.pattern.fullmatch(line) for line in seen.headlines)
        case Place.HEADING:
            return any(sign.pattern.fullmatch(line) for line in seen.headings)
        case Place.TEXT:
            return sign.pattern.search(seen.text) is not None
        case Place.MARKUP:
            return sign.pattern.search(seen.markup) is not None
        case Place.HEADER:
            return any(sign.pattern.search(line) for line in headers)


def _json_failure(capture: Capture) -> Problem | None:
    """An interface that reports a failure with status 200."""
    if len(capture.body) > _SMALL_JSON:
        return None
    try:
        answer = json.loads(capture.body)
    except (ValueError, RecursionError):
        return _problem(ProblemKind.DAMAGED, "the answer is not valid JSON", "json:syntax")
    if not isinstance(answer, dict) or "content" in answer:
        return None
    signals = tuple(_json_signs(answer))
    if not signals:
        return None
    return _problem(ProblemKind.SOFT_ERROR, f"the interface answered with a failure ({', '.join(signals)})", *signals)


_FAIL_WORDS = frozenset({"fail", "failed", "failure", "error", "ko", "nok"})


def _json_signs(answer: Mapping[str, object]) -> Iterator[str]:
    """The members by which interfaces say that they failed."""
    if str(answer.get("status", "")).lower() in _FAIL_WORDS:
        yield "json:status"
    if answer.get("success") is False or answer.get("ok") is False:
        yield "json:success"
    if any(_is_error(answer.get(name)) for name in ("statusCode", "status_code", "status", "code")):
        yield "json:code"
    if (answer.get("error") or answer.get("errors")) and not answer.get("data"):
        yield "json:error"
    if str(answer.get("code", "")).startswith("rest_"):
        yield "json:rest"


def _is_error(value: object) -> bool:
    return isinstance(value, int) and 400 <= value < 600


def _misdirected(capture: Capture) -> Problem | None:
    """A deep address that ended on the home page or on an error page."""
    if canonical_url(address_of(capture)) == canonical_url(capture.url):
        return None
    asked, landed = urlsplit(capture.url), urlsplit(address_of(capture))
    deep = not _is_home(asked.path) or bool(asked.query)
    if deep and _is_home(landed.path) and not landed.query:
        return _moved("the home page", "address:home")
    if _ERROR_PATH.search(landed.path) and not _ERROR_PATH.search(asked.path):
        return _moved("an error page", "address:error")
    return None


def _moved(where: str, sign: str) -> Problem:
    weights = {sign: 2, "address:redirected": 1}
    return _problem(ProblemKind.SOFT_404, f"the address now leads to {where}: {evidence(weights)}", *weights)


def _is_home(path: str) -> bool:
    return _HOME.fullmatch(unquote(path) or "/") is not None


def _wrong_media(capture: Capture, source: Source, media: Media) -> Problem | None:
    """A body of another kind than the address or the source promises."""
    expected = _expected(capture, source)
    if media is Media.BINARY or media is Media.XML or (expected and media not in expected):
        wanted = " or ".join(sorted(kind.value for kind in expected)) or "a page or a PDF"
        return _problem(
            ProblemKind.WRONG_MEDIA_TYPE, f"the body is {media.value}, expected {wanted}", f"media:{media.value}"
        )
    return None


def _expected(capture: Capture, source: Source) -> frozenset[Media]:
    """The kinds of body that may come; empty where any readable one may."""
    if capture.part:
        return frozenset({Media.JSON})
    if _NEEDS_PDF.search(urlsplit(capture.url).path):
        return frozenset({Media.PDF})
    if source.spider == "document":
        return frozenset({Media.PDF, Media.TEXT})
    if source.spider in _PAGE_SPIDERS:
        return frozenset({Media.HTML, Media.TEXT})
    return frozenset({Media.HTML, Media.TEXT, Media.PDF})
