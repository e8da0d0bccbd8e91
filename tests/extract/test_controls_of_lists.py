"""Lists that are turned by script: whether there is a control to press."""

import pytest

from monitor.extract.links import next_control
from monitor.model import Source


@pytest.mark.parametrize(
    ("markup", "pressable"),
    [
        ("<button class='next'>Next</button>", True),
        ("<a class='next' href='#'>Next</a>", True),
        ("<a class='next' href='javascript:void(0)'>Next</a>", True),
        ("<a class='next' href='/news?page=2'>Next</a>", False),
        ("<span class='next'><a href='/news?page=2'>Next</a></span>", False),
        ("<button class='next' disabled>Next</button>", False),
        ("<button class='next' aria-disabled='true'>Next</button>", False),
        ("<a class='next disabled'>Next</a>", False),
        ("<button class='previous'>Back</button>", False),
    ],
)
def test_what_next_page_selects_is_pressed_only_where_it_does_something(markup: str, pressable: bool) -> None:
    body = f"<html><body><main>{markup}</main></body></html>".encode()
    source = Source(id="s", url="https://mptc.gov.kh/officialdoc/", next_page=".next")
    assert next_control(body, "text/html", source) is pressable


def test_nothing_is_pressed_that_was_not_named() -> None:
    body = b"<html><body><button class='next'>Next</button></body></html>"
    assert not next_control(body, "text/html", Source(id="s", url="https://mptc.gov.kh/"))
