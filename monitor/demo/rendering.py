"""Turns templates into answers."""

from collections.abc import Iterable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from monitor.demo.server import HTML, Answer

XML = "application/xml; charset=UTF-8"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.demo"),
        autoescape=select_autoescape(("html", "xml")),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def rendered(template: str, **values: object) -> str:
    """`templates/<template>` filled with `values`, which are escaped in HTML and XML."""
    return _environment().get_template(template).render(**values)


def page(template: str, *, validators: bool = False, media_type: str = HTML, **values: object) -> Answer:
    """A 200 answer from a template."""
    return Answer(body=rendered(template, **values).encode(), media_type=media_type, validators=validators)


def paragraphs(texts: Iterable[str]) -> Markup:
    """`texts` as HTML paragraphs, escaped."""
    return Markup("\n").join(Markup("<p>{}</p>").format(text) for text in texts)


def robots(*rules: str) -> Answer:
    """A robots.txt for all agents with these rules."""
    return Answer(body="\n".join(["User-agent: *", *rules, ""]).encode(), media_type="text/plain; charset=UTF-8")


def not_found() -> Answer:
    """A plain 404."""
    return Answer(body=b"<html><title>Not found</title><body><h1>Not found</h1></body></html>", status=404)
