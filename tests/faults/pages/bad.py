"""Three hundred answers that are not the page asked for: rows of words dressed as vendors and servers serve them.

Every page is our own wording in a hand-made skeleton of the kind that the vendor's pages have; nothing was copied.
"""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from monitor.model import Health

LANGUAGES = ("en", "fr", "km")
_WORDS: Mapping[str, Mapping[str, Sequence[tuple[str, str, str]]]] = tomllib.loads(
    Path(__file__).with_name("bad_words.toml").read_text(encoding="utf-8")
)
_SITES = {"en": "Ministry of Posts", "fr": "Ministère des Postes", "km": "ក្រសួងប្រៃសណីយ៍"}
_MENU = {
    "en": ("Home", "News", "Laws", "Contact"),
    "fr": ("Accueil", "Actualités", "Lois", "Contact"),
    "km": ("ទំព័រដើម", "ព័ត៌មាន", "ច្បាប់", "ទំនាក់ទំនង"),
}
_UNREAD = frozenset({Health.BLOCKED, Health.UNREADABLE, Health.UNREACHABLE, Health.MISSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """One bad answer. `row` is the row of the fault model; `shown` are the health states it may be shown as."""

    id: str
    row: str
    language: str
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    final_path: str = ""
    shown: frozenset[Health] = _UNREAD


def bad_pages(seed: int) -> Sequence[Bad]:
    """All of them, 300, the same for the same seed."""
    chance = random.Random(seed)
    return [*_challenges(chance), *_refusals(chance), *_maintenance(), *_missing(), *_consents(), *_logins(), *_empty()]


# Skeletons: how vendors and servers serve such words -------------------------------------------------------------

_PLAIN = "<!doctype html><html lang='{lang}'><head><meta charset='utf-8'><title>{title}</title></head>{body}</html>"
_BARE = "<body><h1>{heading}</h1><p>{text}</p></body>"
_BOX = "<body class='p'><div class='box'><h2>{heading}</h2><div class='t'><p>{text}</p></div></div></body>"
_THEME = (
    "<body><header><a href='/'>{site}</a><nav><ul>{menu}</ul></nav></header><main><h1>{heading}</h1><p>{text}</p>"
    "</main><footer><p>© {site}</p><ul>{menu}</ul></footer></body>"
)
_VENDORS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "cloudflare": (
        "<body><div class='main-wrapper'><h1>{site}</h1><h2>{heading}</h2><div id='challenge-stage'></div><p>{text}</p>"
        "<script>window._cf_chl_opt={{cvId:'3',cZone:'example'}};</script>"
        "<div>Ray ID: <code>{ray}</code></div></div></body>",
        (("Server", "cloudflare"), ("CF-RAY", "{ray}-SIN"), ("cf-mitigated", "challenge")),
    ),
    "f5": (
        "<body><h2>{heading}</h2>{text}<br><br><a href='javascript:history.back();'>←</a>"
        "<script src='/TSPD/08f{id}ab2000?type=9'></script></body>",
        (("Cache-Control", "no-cache"), ("Pragma", "no-cache")),
    ),
    "akamai": (
        "<body><h1>{heading}</h1><p>{text}</p><p>Reference #18.{ray}.17.{id}</p>"
        "<p>https://errors.edgesuite.net/18.{ray}</p></body>",
        (("Server", "AkamaiGHost"), ("Mime-Version", "1.0")),
    ),
    "imperva": (
        "<body><iframe src='/_Incapsula_Resource?CWUDNSAI=9&incident_id={id}-{ray}' width='100%'>"
        "Request unsuccessful. Incapsula incident ID: {id}-{ray}</iframe><h1>{heading}</h1><p>{text}</p></body>",
        (("X-Iinfo", "9-{id}-0 0NNN"), ("X-CDN", "Imperva")),
    ),
    "sucuri": (
        "<body><section><h1>{heading}</h1><p>{text}</p><h2>Sucuri Website Firewall</h2><p>Block ID: BNP{id}</p>"
        "</section></body>",
        (("Server", "Sucuri/Cloudproxy"), ("X-Sucuri-ID", "1{id}"), ("X-Sucuri-Block", "BNP{id}")),
    ),
}


def _page(
    words: tuple[str, str, str], language: str, skeleton: str, chance: random.Random | None = None
) -> tuple[str, Mapping[str, str]]:
    """The page that says `words` in `skeleton`, and what was filled in."""
    chance = chance or random.Random(0)
    facts = {
        "site": _SITES[language],
        "lang": language,
        "id": str(chance.randrange(10**11, 10**12)),
        "ray": f"{chance.randrange(16**15, 16**16):x}",
        "ip": f"203.0.113.{chance.randrange(1, 255)}",
        "path": f"/{language}/laws/{chance.randrange(100, 999)}",
        "menu": "".join(f"<li><a href='/{n}/'>{label}</a></li>" for n, label in enumerate(_MENU[language])),
    }
    said = {name: line.format(**facts) for name, line in zip(("title", "heading", "text"), words, strict=True)}
    body = skeleton.format(**facts, **said)
    return _PLAIN.format(lang=language, title=said["title"], body=body), facts


# Families --------------------------------------------------------------------------------------------------------


def _challenges(chance: random.Random) -> Iterator[Bad]:
    """C1: five vendors in three languages, four wordings each, with 200, 403, 429 and 503 (60)."""
    for vendor, (skeleton, headers) in _VENDORS.items():
        for language in LANGUAGES:
            said = _WORDS["challenge" if vendor in ("cloudflare", "imperva") else "refused"][language]
            for number, (words, status) in enumerate(zip(said, (200, 403, 503, 200), strict=False)):
                body, facts = _page(words, language, skeleton, chance)
                yield Bad(
                    id=f"c1-{vendor}-{language}-{number}",
                    row="C1",
                    language=language,
                    status=status,
                    body=body.encode(),
                    headers=tuple((name, value.format(**facts)) for name, value in headers),
                )


def _refusals(chance: random.Random) -> Iterator[Bad]:
    """N14: a firewall of no known make answers 403, 406, 500 or 200 (30)."""
    statuses = cycle((403, 406, 500, 200, 503))
    for language in LANGUAGES:
        for number, words in enumerate(islice(cycle(_WORDS["refused"][language]), 10)):
            body, _ = _page(words, language, (_BARE, _BOX)[number % 2], chance)
            yield Bad(
                id=f"n14-{language}-{number}", row="N14", language=language, status=next(statuses), body=body.encode()
            )


def _maintenance() -> Iterator[Bad]:
    """C3: ten wordings in three languages, bare with 503 or 200 and in the site's theme with 200 (60)."""
    for language in LANGUAGES:
        for number, words in enumerate(_WORDS["maintenance"][language]):
            for dress, skeleton, status in (("bare", _BOX, 503 if number % 2 else 200), ("theme", _THEME, 200)):
                body, _ = _page(words, language, skeleton)
                yield Bad(
                    id=f"c3-{dress}-{language}-{number}",
                    row="C3",
                    language=language,
                    status=status,
                    body=body.encode(),
                )


def _missing() -> Iterator[Bad]:
    """C4: ten wordings in three languages, bare and in the site's theme; 200, some 404, some after a redirect (60)."""
    for language in LANGUAGES:
        for number, words in enumerate(_WORDS["missing"][language]):
            for dress, skeleton in (("bare", _BARE), ("theme", _THEME)):
                body, _ = _page(words, language, skeleton)
                yield Bad(
                    id=f"c4-{dress}-{language}-{number}",
                    row="C4",
                    language=language,
                    status=404 if number == 8 and dress == "bare" else 200,
                    final_path="/404" if number == 5 and dress == "bare" else "",
                    body=body.encode(),
                )


def _consents() -> Iterator[Bad]:
    """C6: five wordings in three languages in place of the text (40)."""
    for number in range(40):
        language = LANGUAGES[number % 3]
        words = _WORDS["consent"][language][(number // 3) % 5]
        skeleton = (_BARE, _BOX, _THEME)[(number // 15) % 3]
        body, _ = _page(words, language, skeleton)
        yield Bad(id=f"c6-{language}-{number}", row="C6", language=language, status=200, body=body.encode())


_FORM = (
    "<body><h1>{heading}</h1><p>{text}</p><form method='post' action='/login'><input name='u'>"
    "<input type='password' name='p'><button>OK</button></form></body>"
)


def _logins() -> Iterator[Bad]:
    """C7: a form for a password in place of the text, here or at another address (10)."""
    rows = [(language, words) for language in LANGUAGES for words in _WORDS["login"][language]]
    for number, (language, words) in enumerate(rows):
        body, _ = _page(words, language, _FORM)
        final = "/login" if number % 2 else ""
        yield Bad(
            id=f"c7-{language}-{number}", row="C7", language=language, status=200, body=body.encode(), final_path=final
        )


_HOLLOW = (
    "<body></body>",
    "<body><div id='root'></div><script src='/static/main.js'></script></body>",
    "<body><header><nav><ul>{menu}</ul></nav></header><main></main><footer><ul>{menu}</ul></footer></body>",
    "<body><div id='app'><div class='spinner'></div></div><noscript>JavaScript</noscript></body>",
    "<body><nav><ul>{menu}</ul></nav><main><p>…</p></main></body>",
    "<body><app-root></app-root><script src='/runtime.js' type='module'></script></body>",
    "<body><main><div class='content'>&nbsp;</div></main></body>",
)


def _empty() -> Iterator[Bad]:
    """C11: nothing, shells that scripts would fill, and pages with navigation only (40)."""
    for number in range(40):
        language = LANGUAGES[number % 3]
        body, _ = _page(("{site}", "", ""), language, _HOLLOW[number % len(_HOLLOW)])
        yield Bad(
            id=f"c11-{language}-{number}",
            row="C11",
            language=language,
            status=200,
            body=b"" if number in (7, 21) else body.encode(),
        )
