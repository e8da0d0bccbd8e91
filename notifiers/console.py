"""Alerts on the screen: for the demo, and where no channel is configured."""

from typing import TextIO

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from monitor.model import Alert
from monitor.ports import SendResult
from notifiers.render import View, render, view

_SIGN_STYLES = {"+": "green", "-": "red", " ": "dim"}


class ConsoleNotifier:
    """Prints each alert: framed and coloured on a terminal, as the plain text message when piped.

    `file` is where to print (standard output if None).
    """

    def __init__(self, file: TextIO | None = None) -> None:
        self._console = Console(file=file, highlight=False)

    def send(self, alert: Alert, channel: str) -> SendResult:
        """Print `alert`; see `monitor.ports.Notifier`."""
        message = render(alert)
        if self._console.is_terminal:
            title = Text(message.subject, style="bold")
            self._console.print(Panel(_body(view(alert)), title=title, title_align="left", subtitle=Text(channel)))
        else:
            self._console.file.write(f"{message.subject}\n\n{message.text}\n")
            self._console.file.flush()
        return SendResult(ok=True)


def _body(shown: View) -> Text:
    """Built from `Text` pieces, never from markup, so that words in brackets stay words."""
    body = Text(shown.bottom_line + "\n", style="bold")
    parts: list[tuple[str, str]] = [(f"{label:<10} {value}", "") for label, value in shown.standing]
    if shown.quote:
        parts += [("", ""), (f"“{shown.quote}”", "italic")]
    parts += [(line, "") for line in shown.gloss]
    if shown.items:
        parts += [("", ""), (shown.items_heading, "bold"), *((line, "") for line in shown.item_lines)]
    if shown.diff:
        parts += [("", ""), *((f"{sign} {text}", _SIGN_STYLES[sign]) for sign, text in shown.diff)]
    if shown.rest:
        parts.append((shown.rest, "dim"))
    for heading, lines in (
        ("What this does not mean", shown.caveats),
        ("Who must still act", (shown.next_act,) if shown.next_act else ()),
        ("Where it was read", tuple(f"{label:<10} {value}" for label, value in shown.proof)),
        (shown.because, shown.reason),
        ("What you can do", shown.how_to),
    ):
        if lines:
            parts += [("", ""), (heading, "bold"), *((line, "") for line in lines)]
    parts += [("", ""), (f"Alert key: {shown.key}", "dim")]
    for text, style in parts:
        body.append("\n")
        body.append(text, style=style or None)
    return body
