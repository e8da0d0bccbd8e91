"""The quick test that spares most selectors soupsieve may let nothing pass that soupsieve refuses."""

import re

import pytest
import soupsieve
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.fields import _PLAIN_SELECTOR

PARTS = ["main", "div", "h1", ".entry", "#content", "_x", "-", ".", "#", ",", ">", " ", "  ", "2", "[id]", ":is(a)"]


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join))
def test_what_passes_is_a_selector(text: str) -> None:
    if _PLAIN_SELECTOR.fullmatch(text):
        soupsieve.compile(text)


@pytest.mark.parametrize("text", ["main", "div.entry > p", "#content, article", ".journal-content-article h1.title_x"])
def test_everyday_selectors_pass(text: str) -> None:
    assert _PLAIN_SELECTOR.fullmatch(text)


@pytest.mark.parametrize("text", ["", " main", "a,,b", "a >> b", "article[id^=post]", "p:first-child", "1a", "កា"])
def test_anything_else_is_left_to_soupsieve(text: str) -> None:
    assert re.fullmatch(_PLAIN_SELECTOR, text) is None
