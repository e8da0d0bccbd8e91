"""Alerts on the screen."""

import io

import pytest

from monitor.ports import SendResult
from notifiers.console import ConsoleNotifier
from notifiers.render import render
from tests.notifiers.samples import ENGLISH, KHMER, hostile


def test_piped_alert_is_the_subject_and_the_plain_text() -> None:
    out = io.StringIO()
    assert ConsoleNotifier(out).send(KHMER, "screen") == SendResult(ok=True)
    message = render(KHMER)
    assert out.getvalue() == f"{message.subject}\n\n{message.text}\n"


def _terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A stream Rich takes for a wide terminal."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    return Terminal()


@pytest.mark.parametrize(
    "needed", [ENGLISH.key, "drafting → approved", "The Council of Ministers today", "82%", "mptc.gov.kh"]
)
def test_terminal_shows(needed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = _terminal(monkeypatch)
    ConsoleNotifier(out).send(ENGLISH, "screen")
    assert needed in out.getvalue()


def test_page_text_neither_styles_nor_steers_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = _terminal(monkeypatch)
    ConsoleNotifier(out).send(hostile("[bold red]law[/] \x1b[2J\x1b]0;title\x07 [link=https://x]y[/link]"), "screen")
    assert "[bold red]law[/]" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()
    assert "\x1b]" not in out.getvalue()
