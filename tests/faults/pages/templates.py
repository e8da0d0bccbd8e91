"""The same law in the clothes of other sites: fourteen templates."""

from collections.abc import Sequence
from html import escape

_PAGE = '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>{body}</html>'
_TABLE = "<table><tr><td><font size=5><b>{title}</b></font></td></tr><tr><td>{lines}</td></tr></table>"
_BLOG = (
    '<div class="site"><nav><a href="/">Home</a></nav><article class="post"><h1 class="entry-title">{title}</h1>'
    '<div class="entry-content">{lines}</div></article><aside><h2>Archive</h2><p>2026</p></aside></div>'
)
_APPLICATION = (
    '<div id="app"><header><a href="/">Portal</a></header><main role="main"><h1>{title}</h1>{lines}</main>'
    "<footer>2026</footer></div>"
)
_FORM = (
    '<form id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="x1">'
    '<div id="content"><h1>{title}</h1>{lines}</div></form>'
)
_MAIN = "<main><h1>{title}</h1>{lines}</main>"
_P = "<p>{}</p>"

#: Name → the frame of the page, what each line is wrapped in, and what stands between two lines.
TEMPLATES = {
    "plain": (_MAIN, _P, ""),
    "blog": (_BLOG, _P, ""),
    "old tables": (_TABLE, _P, ""),
    "divisions only": ('<div id="content"><div class="t"><h1>{title}</h1></div>{lines}</div>', "<div>{}</div>", ""),
    "line breaks": ("<main><h1>{title}</h1><div>{lines}</div></main>", "{}", "<br><br>"),
    "sections": (_MAIN, "<section><p>{}</p></section>", ""),
    "builder": (_MAIN, '<div class="e-con"><div class="e-w"><p><span>{}</span></p></div></div>', ""),
    "list": ("<main><h1>{title}</h1><ul>{lines}</ul></main>", "<li>{}</li>", ""),
    "quotation": ("<main><h1>{title}</h1><blockquote>{lines}</blockquote></main>", _P, ""),
    "application": (_APPLICATION, '<p class="text">{}</p>', "\n"),
    "in a form": (_FORM, _P, ""),
    "bold lines": ("<main><h1><b>{title}</b></h1>{lines}</main>", "<p><b>{}</b></p>", ""),
    "article": ("<article><header><h1>{title}</h1></header><section>{lines}</section></article>", _P, ""),
    "columns": ('<main><h1>{title}</h1><div class="left">{lines}</div></main>', _P, '</div><div class="right">'),
}


def dressed(template: str, language: str, title: str, text: Sequence[str]) -> bytes:
    """The page with `title` and the paragraphs `text` in one of `TEMPLATES`."""
    frame, wrap, between = TEMPLATES[template]
    lines = between.join(wrap.format(escape(line, quote=False)) for line in text)
    inner = frame.format(title=escape(title, quote=False), lines=lines)
    return _PAGE.format(language=language, title=title, body=f"<body>{inner}</body>").encode()
