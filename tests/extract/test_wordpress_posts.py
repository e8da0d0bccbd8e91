"""One post of a REST answer is one document."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from monitor.model import BlockKind, Document, Problem, ProblemKind

Page = Callable[[str], str]
JSON = "application/json; charset=UTF-8"


def test_the_post_named_by_the_part_is_read(document: Callable[..., Document], recorded: Page) -> None:
    found = document(recorded("wp_posts.json"), "wordpress", content_type=JSON, part="post:51234")
    assert [(block.kind, block.text) for block in found.blocks] == [
        (BlockKind.HEADING, "Public consultation on the draft law – notice & dates"),
        (
            BlockKind.PARAGRAPH,
            "The Ministry invites comments on the draft Personal Data Protection Law until 9 July 2026.",
        ),
        (BlockKind.LIST_ITEM, "By e-mail: [email protected]"),
        (BlockKind.LIST_ITEM, "In person"),
    ]


def test_day_and_address_are_the_posts_own(document: Callable[..., Document], recorded: Page) -> None:
    found = document(recorded("wp_posts.json"), "wordpress", content_type=JSON, part="post:51200", languages=("km",))
    assert found.published_on == date(2026, 6, 1)
    assert found.canonical_url == "https://mptc.gov.kh/2026/06/notice-68/"
    assert found.language == "km"


def post(**fields: Any) -> str:
    base = {"id": 7, "title": {"rendered": "T"}, "content": {"rendered": "<p>text</p>"}}
    return json.dumps(base | fields)


def test_a_single_post_is_read_like_a_list_of_one(document: Callable[..., Document]) -> None:
    found = document(post(), "wordpress", content_type=JSON, part="post:7")
    assert [block.text for block in found.blocks] == ["T", "text"]


def test_half_a_surrogate_pair_breaks_nothing(document: Callable[..., Document]) -> None:
    found = document(post(content={"rendered": "<p>a\ud800b</p>"}), "wordpress", content_type=JSON, part="post:7")
    assert found.blocks[1].text == "a?b"


@pytest.mark.parametrize("day", ["not a date", None, 5, "2026-02-31T00:00:00"])
def test_a_day_that_is_none_is_left_out(document: Callable[..., Document], day: object) -> None:
    assert document(post(date=day), "wordpress", content_type=JSON, part="post:7").published_on is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (post(), ProblemKind.SELECTOR),
        ("[]", ProblemKind.SELECTOR),
        ('{"code":"rest_post_invalid_id","message":"Invalid post ID."}', ProblemKind.SOFT_ERROR),
        ('[{"id":8,"title"', ProblemKind.DAMAGED),
        ('{"id":8,"title":{"rendered":"T"},"content":{"rendered":"","protected":true}}', ProblemKind.LOGIN),
        ('{"id":8,"title":{"rendered":"T"},"content":{"rendered":"\\n"}}', ProblemKind.EMPTY),
        ("<html><body><p>Welcome</p></body></html>", ProblemKind.WRONG_MEDIA_TYPE),
        ("", ProblemKind.EMPTY),
    ],
)
def test_an_answer_without_the_post_is_a_problem(problem: Callable[..., Problem], body: str, kind: ProblemKind) -> None:
    assert problem(body, "wordpress", content_type=JSON, part="post:8").kind is kind
