"""A quick look at a page, as a person would take it: title, headings, what is written, what lies in the markup."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from monitor.extract import page, trial
from monitor.text.normal import match_key

_MARKUP = 60_000  # characters of markup searched for signs; challenge pages are far smaller
_WHOLE = 1_000_000  # characters beyond which a page need not be read to know that it is not an error page
THIN = 1_500
"""Characters of text from which a page is no mere refusal; its wording is not looked at then."""
_PASSWORD = "input[type=password]"  # noqa: S105 (a selector)
_CHROME = "script,style,template,svg,nav,footer,aside,[role=navigation],[role=contentinfo],[hidden]"
_ENDS = re.compile(r"^[\s!-/:-@\[-`{-~។៕៖«»“”…]+|[\s!-/:-@\[-`{-~។៕៖«»“”…]+$")
_SITE_NAME = re.compile(r"\s+(?:\||-|»|·|::)\s+")
_ARTICLE = re.compile(
    r"article:published_time|property=[\"']og:type[\"'] content=[\"']article|\"@type\"\s*:\s*\"(?:News)?Article"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an HTML page shows.

    `headlines` are the title and its parts, `headings` the first h1 and h2 lines, all without outer signs; `length` is
    how many characters are written outside menus and footers, `password` whether one is asked for outside the header.
    What follows is looked at only on a page with little text: `text`, the match key of what is written; `markup`, the
    raw page (first part); `app`, whether it is the shell of a script application; `article`, whether it declares
    itself an article.
    """

    headlines: tuple[str, ...]
    headings: tuple[str, ...]
    length: int
    password: bool
    text: str
    markup: str
    app: bool
    article: bool


_UNSEEN = Look(headlines=(), headings=(), length=_WHOLE, password=False, text="", markup="", app=False, article=False)


def look(body: str) -> Look:
    """Look at the page `body`. One that must not be parsed here shows nothing: extraction will say what it is."""
    if trial.verdict(body) is not None:
        return _UNSEEN
    tree = LexborHTMLParser(body[:_WHOLE])
    title = tree.css_first("title")
    headline = match_key(title.text()) if title is not None else ""
    for victim in page.outermost(tree.css(_CHROME)):
        victim.decompose()
    headings = [_bare(match_key(node.text(separator=" "))) for node in tree.css("h1,h2")[:6]]
    written = " ".join(tree.body.text(separator=" ").split()) if tree.body is not None else ""
    thin = len(written) < THIN
    return Look(
        headlines=tuple(dict.fromkeys(filter(None, map(_bare, (headline, *_SITE_NAME.split(headline)))))),
        headings=tuple(line for line in headings if line),
        length=len(written),
        text=match_key(written) if thin else "",
        markup=body[:_MARKUP] if thin else "",
        app=thin and page.has_app_root(body),
        article=thin and _ARTICLE.search(body[:_MARKUP]) is not None,
        password=len(tree.css(_PASSWORD)) > len(tree.css(f"header {_PASSWORD}")),
    )


def _bare(line: str) -> str:
    """`line` without signs and spaces at its ends (Khmer vowels and marks are no signs)."""
    return _ENDS.sub("", line)
