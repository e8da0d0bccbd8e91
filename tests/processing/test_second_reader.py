"""The optional second reader, against a local endpoint that answers well, badly, or not at all."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.model import Endpoint, Stage
from monitor.ports import Opinion
from monitor.second_reader import ChatReader

PASSAGE = "The Council of Ministers approved the draft Law on Personal Data Protection on Friday."


def reader(server: HTTPServer) -> ChatReader:
    return ChatReader(
        Endpoint(url=server.url_for("/v1"), model="small", key="canary-9931", timeout=timedelta(seconds=0.5))
    )


def serve(server: HTTPServer, content: Any, *, status: int = 200) -> None:
    body = {"choices": [{"message": {"content": content if isinstance(content, str) else json.dumps(content)}}]}
    server.expect_request("/v1/chat/completions", method="POST").respond_with_json(body, status=status)


def ask(server: HTTPServer) -> Opinion | None:
    return reader(server).read(PASSAGE, "Personal Data Protection Law", Stage.APPROVED)


def test_the_same_stage_with_a_verbatim_quotation_is_agreement(httpserver: HTTPServer) -> None:
    serve(httpserver, {"stage": "approved", "quote": "approved the draft Law on Personal Data Protection"})
    opinion = ask(httpserver)

    assert opinion is not None
    assert opinion.agrees


def test_another_stage_is_doubt(httpserver: HTTPServer) -> None:
    serve(httpserver, {"stage": "none", "quote": "approved the draft"})
    opinion = ask(httpserver)

    assert opinion is not None
    assert not opinion.agrees


@pytest.mark.parametrize(
    "content",
    [
        {"stage": "approved", "quote": "approved the law on personal data"},
        {"stage": "approved", "quote": ""},
        {"stage": "law", "quote": "approved"},
        {"stage": "approved", "quote": "approved", "confidence": 1.0},
        {"stage": "approved"},
        "I cannot help with that.",
        "{",
        "[]",
        "x" * 70_000,
    ],
)
def test_an_answer_of_another_form_or_with_words_of_its_own_is_no_opinion(httpserver: HTTPServer, content: Any) -> None:
    serve(httpserver, content)

    assert ask(httpserver) is None


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_refusal_is_no_opinion(httpserver: HTTPServer, status: int) -> None:
    serve(httpserver, {"stage": "approved", "quote": "approved"}, status=status)

    assert ask(httpserver) is None


def test_a_redirect_is_not_followed(httpserver: HTTPServer) -> None:
    elsewhere = {"Location": httpserver.url_for("/elsewhere")}
    httpserver.expect_request("/v1/chat/completions").respond_with_data("", status=302, headers=elsewhere)
    ask(httpserver)

    assert [request.path for request, _ in httpserver.log] == ["/v1/chat/completions"]


def test_no_answer_in_time_is_no_opinion(httpserver: HTTPServer) -> None:
    given_up = threading.Event()

    def slow(_: Request) -> Response:
        given_up.wait(10)
        return Response("{}")

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(slow)

    assert ask(httpserver) is None
    given_up.set()


def test_an_endpoint_that_is_not_there_is_no_opinion() -> None:
    gone = ChatReader(Endpoint(url="http://127.0.0.1:9/v1", model="small", timeout=timedelta(seconds=0.5)))

    assert gone.read(PASSAGE, "Personal Data Protection Law", Stage.APPROVED) is None


def test_it_is_told_nothing_but_the_passage_and_the_name(httpserver: HTTPServer) -> None:
    serve(httpserver, {"stage": "approved", "quote": "approved"})
    ask(httpserver)

    (request, _) = httpserver.log[0]
    sent = json.loads(request.get_data())
    assert json.loads(sent["messages"][1]["content"]) == {
        "instrument": "Personal Data Protection Law",
        "passage": PASSAGE,
    }


def test_its_key_is_never_logged(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    serve(httpserver, "nonsense")
    with caplog.at_level("DEBUG", logger="monitor"):
        ask(httpserver)

    assert "canary-9931" not in caplog.text
