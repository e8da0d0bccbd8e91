"""What changes on a page from one reading to the next without anything having been said: thirty kinds of it."""

import random
import re
from collections.abc import Callable, Mapping

from tests.faults.pages.law import law_page

_WORDS = ("budget", "harbour", "festival", "railway", "school", "harvest", "bridge", "museum", "clinic", "library")


def noisy_page(kind: str, language: str, number: int) -> bytes:
    """The page of the law as it is served the `number`-th time with noise of `kind`."""
    return NOISE[kind](law_page(language, articles=12).decode(), random.Random(f"{kind}/{language}/{number}")).encode()


def _in(place: str, made: Callable[[random.Random], str]) -> Callable[[str, random.Random], str]:
    """Noise written before the end tag `place` (`main`, `header`, `aside`, `footer`, `head`, `body`)."""
    return lambda page, chance: page.replace(f"</{place}>", f"{made(chance)}</{place}>", 1)


def _day(chance: random.Random) -> str:
    return f"{chance.randrange(1, 29)} {chance.choice(('January', 'May', 'June', 'November'))} 2026"


def _clock(chance: random.Random) -> str:
    return f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"


def _token(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


def _stories(chance: random.Random, tag: str = "li") -> str:
    chosen = chance.sample(_WORDS, 4)
    return "".join(
        f'<{tag}><a href="/news/{word}-{chance.randrange(99)}">The {word} opens</a></{tag}>' for word in chosen
    )


def _menu_order(page: str, chance: random.Random) -> str:
    items = re.findall(r'<li class="m">.*?</li>', page)
    half = items[: len(items) // 2]
    mixed = chance.sample(half, len(half))
    return page.replace("".join(half), "".join(mixed))


def _asset_versions(page: str, chance: random.Random) -> str:
    version = chance.randrange(10**6)
    return page.replace(
        "</head>", f'<link rel="stylesheet" href="/s.css?v={version}"><script src="/a.{version}.js"></script></head>'
    )


def _hashed_classes(page: str, chance: random.Random) -> str:
    return re.sub(
        r"<p>", lambda _: f'<p class="css-{chance.getrandbits(24):06x}" data-v-{chance.getrandbits(24):06x}>', page
    )


def _sessions_in_links(page: str, chance: random.Random) -> str:
    return re.sub(
        r'href="([^"]+)"', rf'href="\1;jsessionid={_token(chance).upper()}?sid={chance.randrange(9**6)}"', page
    )


def _white_space(page: str, chance: random.Random) -> str:
    gap = chance.choice(("\n", "\r\n", "\n\t\t", "  "))
    return (
        re.sub(r"\n", gap, page)
        .replace("<p>", f"<p>{chance.choice(('', ' ', chr(10)))}")
        .replace(" a ", chance.choice((" a ", "&nbsp;a ", "  a ")))
    )


def _entities(page: str, chance: random.Random) -> str:
    head, _, text = page.partition("<main")
    spelled = "".join(
        f"&#{ord(sign)};" if sign.isalpha() and ord(sign) > 127 and chance.random() < 0.3 else sign for sign in text
    )
    return f"{head}<main{spelled}"


def _wrapped(page: str, chance: random.Random) -> str:
    tag = chance.choice(("span", "font", "b"))
    return re.sub(r"<p>(.*?)</p>", rf"<p><{tag}>\1</{tag}></p>", page, count=chance.randrange(6))


def _lazy_pictures(page: str, chance: random.Random) -> str:
    return page.replace(
        "</h1>", f'</h1><img src="/p/{_token(chance)}.webp" width="{chance.randrange(300, 900)}" alt="">', 1
    )


def _hidden_email(page: str, chance: random.Random) -> str:
    spelled = chance.choice(
        ("legal@ministry.example", '<a class="__cf_email__" data-cfemail="ab12">[email&#160;protected]</a>')
    )
    return page.replace("</main>", f"<p>Write to {spelled} for a copy.</p></main>")


def _typography(page: str, chance: random.Random) -> str:
    return page.replace("'", chance.choice(("'", "\u2019"))).replace(" - ", chance.choice((" - ", " \u2013 ")))


NOISE: Mapping[str, Callable[[str, random.Random], str]] = {
    "day of the visit": _in("header", lambda chance: f"<p>Today is {_day(chance)}</p>"),
    "clock": _in("aside", lambda chance: f"<p>{_clock(chance)}</p>"),
    "weather": _in("aside", lambda chance: f"<p>Phnom Penh {chance.randrange(24, 38)} °C</p>"),
    "exchange rate": _in("aside", lambda chance: f"<p>1 USD = {chance.randrange(4000, 4100)} KHR</p>"),
    "year in the footer": _in("footer", lambda chance: f"<p>© 2011-{chance.randrange(2026, 2040)} the ministry</p>"),
    "visitors in the footer": _in("footer", lambda chance: f"<p>You are visitor {chance.randrange(10**7)}</p>"),
    "visitors in the text": _in("main", lambda chance: f"<p>Visitors: {chance.randrange(10**6):,}</p>"),
    "views": _in("main", lambda chance: f"<div>{chance.randrange(10**5):,} views</div>"),
    "Khmer views": _in("main", lambda chance: f"<div>ចំនួនអ្នកទស្សនា៖ {chance.randrange(10**5)}</div>"),
    "shares": _in("main", lambda chance: f"<div>Share this on Facebook</div><div>{chance.randrange(999)} shares</div>"),
    "comments": _in("main", lambda chance: f"<p>{chance.randrange(2, 99)} comments</p>"),
    "last updated": _in("main", lambda chance: f"<p>Last updated: {_day(chance)} {_clock(chance)}</p>"),
    "mise à jour": _in("main", lambda chance: f"<p>Dernière mise à jour le {_day(chance)}</p>"),
    "nonce": _in("head", lambda chance: f'<script nonce="{_token(chance)}">window.t = "{_token(chance)}"</script>'),
    "form token": _in(
        "main", lambda chance: f'<form><input type="hidden" name="csrf" value="{_token(chance)}"></form>'
    ),
    "token of the page": _in("head", lambda chance: f'<meta name="csrf-token" content="{_token(chance)}">'),
    "state of an application": _in(
        "body", lambda chance: f'<script type="application/json">{{"t": "{_token(chance)}"}}</script>'
    ),
    "comment of the server": _in(
        "body", lambda chance: f"<!-- served by web{chance.randrange(9)} in {chance.random():.3f} s -->"
    ),
    "cookie banner": _in(
        "body", lambda chance: '<div class="cookie-banner">We use cookies. Accept</div>' * chance.randrange(2)
    ),
    "hidden notice": _in("main", lambda chance: f'<div style="display:none">Offer {_token(chance)}</div>'),
    "advertisement": _in("main", lambda chance: f'<iframe src="https://ads.example/{_token(chance)}">advert</iframe>'),
    "related news": _in("main", lambda chance: f"<h3>Related news</h3><ul>{_stories(chance)}</ul>"),
    "ព័ត៌មានពាក់ព័ន្ធ": _in("main", lambda chance: f"<h3>ព័ត៌មានពាក់ព័ន្ធ</h3><ul>{_stories(chance)}</ul>"),
    "recent posts": _in("aside", lambda chance: f"<h2>Recent posts</h2>{_stories(chance, 'p')}"),
    "next and previous": _in("main", lambda chance: f'<nav class="post-navigation">{_stories(chance, "span")}</nav>'),
    "order of the menu": _menu_order,
    "versions of assets": _asset_versions,
    "classes from a builder": _hashed_classes,
    "sessions in links": _sessions_in_links,
    "white space": _white_space,
    "spelling of letters": _entities,
    "tags round a line": _wrapped,
    "pictures": _lazy_pictures,
    "hidden addresses": _hidden_email,
    "signs of a printer": _typography,
}
