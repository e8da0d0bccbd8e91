"""Words of pages and servers are shown, never obeyed: by Slack, mail programs, spreadsheets, terminals or models."""

import html
import html.parser
import io
import json
import logging
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
import typer
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner
from werkzeug import Request, Response

from monitor import logs
from monitor.app import App, SystemClock, load_config
from monitor.cli import commands, output
from monitor.cli.root import root
from monitor.model import Alert, AlertKind, Difference, Endpoint, Evidence, Health, Item, SourceHealth, Stage
from monitor.ports import Opinion, SecondReader
from monitor.second_reader import ChatReader
from monitor.text.normal import visible
from notifiers.apprise import AppriseNotifier
from notifiers.console import ConsoleNotifier
from notifiers.plugins.email import EmailPlugin, compose
from notifiers.plugins.slack import SlackPlugin, blocks
from notifiers.render import render, view
from tests.faults.cases import cases
from tests.faults.payloads import FORMULAS, LOGS, MAIL, SLACK, UNSEEN, orders
from tests.notifiers.receivers import Webhook
from tests.notifiers.samples import ENGLISH, channel
from tests.processing.test_intake import APPROVED, Desk, page

Figure = Callable[..., None]

UNSEEN_CHARACTER = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
TYPING_AID = re.compile("(?<=[\u1780-\u17dd])[\u200b-\u200d]+")
STYLE = re.compile(r"\x1b\[[0-9;]*m")


def everywhere(text: str, *, link: str = "https://mptc.gov.kh/en/news/4711") -> Alert:
    """An alert with `text` in every field that can hold words of a page, a feed, a server or a configuration."""
    assert ENGLISH.evidence is not None
    evidence = Evidence(source_id=text, url=link, quote=text, captured_at=ENGLISH.evidence.captured_at, sha256=text)
    return replace(
        ENGLISH,
        subject=text,
        bottom_line=text,
        source_id=text,
        instrument=text,
        instrument_title=text,
        from_stage=text,
        to_stage=text,
        jurisdiction=text,
        evidence=evidence,
        language=text,
        gloss=text,
        caveats=(text, text),
        reason=text,
        diff=(("+", text), ("-", text), (" ", text)),
        how_to=text,
        local_timezone=text,
        movement=text,
        next_act=text,
        differences=(Difference(path=(text,), words=((" ", text), ("-", text), ("+", text))),),
        items=(Item(title=text, lines=(text,), quote=text, language=text, url=link, note=text),),
    )


# Slack -------------------------------------------------------------------------------------------------------------


@pytest.mark.promise("G12")
def test_no_text_is_live_in_slack(monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    broken = []
    with Webhook() as slack:
        monkeypatch.setattr(SlackPlugin, "webhook_url", f"http://127.0.0.1:{slack.port}/services")
        notifier = AppriseNotifier([channel("team", "slack://T00000000/B00000000/abcdefghijklmnopqrstuvwx")])
        for text in SLACK:
            assert notifier.send(everywhere(text), "team").ok
        for text, post in zip(SLACK, slack.posts, strict=True):
            broken += [f"{text!r}: {fault}" for fault in _live_in_slack(json.loads(post.body))]
    for text in SLACK:
        linked = blocks(view(everywhere("law", link=f"https://mptc.gov.kh/{text}")))
        broken += [f"link {text!r}: {fault}" for fault in _live_in_blocks(linked)]
    figure("G12", cases=len(SLACK) * 2, broken=len(broken), note="Slack: 80 strings in every field, and in the link")
    assert len(SLACK) == 80
    assert not broken, broken[:5]


def _live_in_slack(document: dict[str, Any]) -> Iterator[str]:
    if re.search("[<>]", document["text"]) or document["mrkdwn"] is not False:
        yield "the notification line is live"
    if document["unfurl_links"] or document["unfurl_media"] or "attachments" in document:
        yield "links unfold"
    yield from _live_in_blocks(document["blocks"])


def _live_in_blocks(built: Sequence[dict[str, Any]]) -> Iterator[str]:
    for block in built:
        for part in _parts(block):
            if part["type"] == "text":
                if part.keys() - {"type", "text", "style"} or len(part["text"]) > 3_000:
                    yield f"not a plain run: {part['text'][:80]}"
                elif UNSEEN_CHARACTER.search(part["text"]):
                    yield "holds what nobody sees"
            elif part["type"] == "mrkdwn":
                if not re.fullmatch(r"<https?://[^<>|\s]+>", part["text"]):
                    yield f"live: {part['text'][:80]}"
            elif part["type"] != "plain_text" or part["emoji"] or re.search(r"[<>]|&(?!amp;|lt;|gt;)", part["text"]):
                yield f"live: {part['text'][:80]}"
            elif len(part["text"]) > 3_000:
                yield "too long for Slack"
            elif UNSEEN_CHARACTER.search(part["text"]):
                yield "holds what nobody sees"


def _parts(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The text objects of a block, or the runs of a rich one, in which Slack reads no markup."""
    if block["type"] == "rich_text":
        for section in block["elements"]:
            yield from section["elements"]
    else:
        yield from [block["text"]] if "text" in block else block["elements"]


# E-mail ------------------------------------------------------------------------------------------------------------


class _Elements(html.parser.HTMLParser):
    """The elements a mail program would make, with the names of their attributes."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(sorted(name for name, _ in attrs if name != "lang"))))
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background", "action", "data")]


def _mail(alert: Alert) -> EmailMessage:
    plugin = EmailPlugin(
        **EmailPlugin.parse_url("mailto://mail.example.org?from=monitor@example.org&to=team@example.org")
    )
    made = BytesParser(policy=policy.default).parsebytes(compose(plugin, render(alert), alert).as_bytes())
    assert isinstance(made, EmailMessage)
    return made


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.promise("G12")
def test_no_text_is_live_in_an_e_mail(figure: Figure) -> None:
    plain = _mail(everywhere("plain words"))
    headers, parts = [*plain.keys()], [part.get_content_type() for part in plain.walk()]
    shapes = set(_Elements(_body(plain, "html")).shape)
    broken = []
    for text in MAIL:
        mail = _mail(everywhere(text))
        seen = _Elements(_body(mail, "html"))
        faults = [
            ([*mail.keys()] != headers, "headers"),
            (
                [str(mail[name]) for name in ("From", "To")] != [str(plain[name]) for name in ("From", "To")],
                "addresses",
            ),
            ([part.get_content_type() for part in mail.walk()] != parts, "parts"),
            (not shapes >= set(seen.shape), "elements"),
            (seen.links != ["https://mptc.gov.kh/en/news/4711"] * 2, f"links {seen.links}"),
            (
                len(str(mail["Subject"]).splitlines()) != 1
                or bool(UNSEEN_CHARACTER.search(TYPING_AID.sub("", str(mail["Subject"])))),
                "subject",
            ),
            (bool(_forged(_body(mail, "plain"))), "forged line"),
        ]
        broken += [f"{text!r}: {name}" for wrong, name in faults if wrong]
        linked = _Elements(render(everywhere("law", link=f"https://mptc.gov.kh/{text}")).html)
        if any(not re.match(r"https://mptc\.gov\.kh/[!-~]*$", link) for link in linked.links):
            broken.append(f"link {text!r}: {linked.links}")
    figure("G12", cases=len(MAIL) * 2, broken=len(broken), note="e-mail: 60 strings in every field, and in the link")
    assert len(MAIL) == 60
    assert not broken, broken[:5]


def _forged(text: str) -> list[str]:
    """Lines of a message, but for its last one, that look like a header or like a line of ours."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [line for line in lines[:-1] if line.startswith(("Alert key:", "Bcc:", "To:"))]


@pytest.mark.promise("G3")
def test_longest_messages_fit_where_they_go_and_say_what_is_left_out(figure: Figure) -> None:
    broken = []
    texts = ("ច្បាប់ស្តីពីកិច្ចការពារទិន្នន័យ ", "the draft law on personal data ")[: cases(1, 2)]
    shapes = [(text, kind) for text in texts for kind in (AlertKind.DIGEST, AlertKind.STATUS)]
    for text, kind in shapes:
        long = replace(everywhere(text * 300), kind=kind, diff=((" ", text * 300),) * 3_000, local_timezone="UTC")
        mail, built = _mail(long), json.dumps(blocks(view(long)), ensure_ascii=False)
        plain, size = _body(mail, "plain"), len(mail.as_bytes())
        said = all(part in plain for part in ("[shortened]", " more lines; see `monitor", ENGLISH.key))
        if size > 10_000_000 or len(built) > 40_000 or not said or ENGLISH.key not in built:
            broken.append(f"{text} {kind}: {size} bytes, {len(built)} letters for Slack")
    note = "too long: e-mail under 10 MB, Slack under 40,000 characters, both say so"
    figure("G3", cases=len(shapes) * 2, broken=len(broken), note=note)
    assert not broken


# Tables ------------------------------------------------------------------------------------------------------------


def _works_out(cell: str) -> bool:
    """Whether a spreadsheet could take `cell` for a formula; plain numbers are none."""
    bare = unicodedata.normalize("NFKC", UNSEEN_CHARACTER.sub("", cell)).strip()
    return bare[:1] in set("=+-@\t\r|%") and not re.fullmatch(r"[+-]?\d+(\.\d+)?%?", bare)


@pytest.mark.promise("G12")
def test_no_cell_of_a_piped_table_is_a_formula(capsys: pytest.CaptureFixture[str], figure: Figure) -> None:
    output.table(["a", "b", "c"], [[text, f"law {text}", text] for text in FORMULAS], empty="")
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()][1:]
    broken = [cell for row in rows for cell in row if _works_out(cell)]
    figure("G12", cases=len(FORMULAS) * 3, broken=len(broken), note="tables: 40 formulas in every column")
    assert (len(FORMULAS), len(rows), {len(row) for row in rows}) == (40, 40, {3})
    assert not broken


@pytest.mark.parametrize("cell", ["-5", "+3", "12%", "–", "kh-pdpl", "", "a=b", "2026-06-10 08:00", "-0.5"])
def test_cell_that_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert output.inert_cell(cell) == cell


@pytest.fixture
def quiet_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The commands set up logging for the whole process: put it back."""
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    yield
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    logs.hide(())


@dataclass(frozen=True)
class Filled:
    """A monitor whose alerts, health ledger and errors hold hostile words, and its commands."""

    config: Path

    def run(self, *arguments: str) -> str:
        cli = typer.Typer()
        cli.callback()(root)
        commands.register(cli)
        done = CliRunner().invoke(cli, ["--config", str(self.config), *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.stdout


def _filled(directory: Path, texts: Sequence[str]) -> Filled:
    sources = "".join(
        f'[[source]]\nid = "s{number:03d}"\nurl = "https://mptc.gov.kh/{number}"\nevery = "6h"\n'
        for number in range(len(texts))
    )
    config = directory / "config.toml"
    hook = '[[channel]]\nid = "hook"\nurl = "json://127.0.0.1:9/x"\n'
    config.write_text(f'[monitor]\ncontact = "mailto:t@example.net"\n{sources}{hook}', encoding="utf-8")
    app = App(config=load_config(config), clock=SystemClock())
    with app.store.begin() as unit:
        for number, text in enumerate(texts):
            told = replace(everywhere(text), key=f"k{number}", local_timezone="UTC")
            unit.outbox.add(told, ["hook"])
            unit.outbox.failed(f"k{number}", "hook", error=text, retry_at=None)
        unit.sources.save(
            SourceHealth(source_id=f"s{number:03d}", health=Health.BLOCKED, detail=text)
            for number, text in enumerate(texts)
        )
    app.store.close()
    return Filled(config)


COMMANDS = ("alerts", "sources", "doctor", "status", "changes", "review")


@pytest.mark.promise("G12")
@pytest.mark.usefixtures("quiet_process")
def test_no_command_prints_a_live_cell_or_character(tmp_path: Path, figure: Figure) -> None:
    texts = [*FORMULAS, *LOGS]
    monitor = _filled(tmp_path, texts)
    broken = []
    for command in COMMANDS:
        printed = monitor.run(command)
        for line in printed.splitlines():
            broken += [f"{command}: {cell!r}" for cell in line.split("\t") if _works_out(cell) and cell not in "+-"]
        broken += [f"{command}: {found!r}" for found in set(UNSEEN_CHARACTER.findall(printed))]
    figure("G12", cases=len(texts) * len(COMMANDS), broken=len(broken), note="output of commands, piped")
    assert len(monitor.run("alerts").splitlines()) == len(texts) + 1
    assert not broken, broken[:5]


@pytest.mark.promise("G12")
@pytest.mark.usefixtures("quiet_process")
def test_json_of_commands_keeps_every_character_and_steers_no_terminal(tmp_path: Path, figure: Figure) -> None:
    monitor = _filled(tmp_path, LOGS)
    broken = 0
    for command, field in (("alerts", "subject"), ("sources", "detail")):
        printed = monitor.run(command, "--json")
        broken += len(set(UNSEEN_CHARACTER.findall(printed.replace("\n", ""))))
        read = {entry[field].replace("\ufffd", "\0") for entry in json.loads(printed)}  # no text column can hold NUL
        broken += len(set(LOGS) - read)
    figure("G12", cases=len(LOGS) * 2, broken=broken, note="JSON: inert on a terminal, the same to a program")
    assert not broken


# Logs and terminals ------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A stream that libraries take for a terminal."""

    def isatty(self) -> bool:
        return True


def _terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A wide terminal, as standard output and error from now on."""
    made = Terminal()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, made)
    for name, value in (("COLUMNS", "4000"), ("TERM", "xterm")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    output.console.cache_clear()
    return made


def _log(text: str) -> None:
    """`text` in every place a log line can have it."""
    log = logging.getLogger("monitor.test")
    log.warning(text)
    log.warning("source %s: %s", text, text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("capture of %s", text)


@pytest.mark.promise("G12")
@pytest.mark.usefixtures("quiet_process")
def test_log_on_a_terminal_shows_and_does_not_obey(monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    terminal = _terminal(monkeypatch)
    logs.configure(2)
    broken = []
    for text in LOGS:
        terminal.seek(0)
        terminal.truncate()
        _log(text)
        printed = terminal.getvalue()
        broken += [
            f"{text!r}: {found!r}" for found in UNSEEN_CHARACTER.findall(STYLE.sub("", printed).replace("\n", ""))
        ]
        if "\x1b" in text and "[U+001B]" not in printed:
            broken.append(f"{text!r}: an escape is gone")
        if any(
            line.startswith(("Alert key", '{"event"')) and "ValueError" not in printed for line in printed.split("\n")
        ):
            broken.append(f"{text!r}: forged a line")
    figure("G12", cases=len(LOGS) * 3, broken=len(broken), note="log on a terminal: message, arguments, traceback")
    assert len(LOGS) == 40
    assert not broken, broken[:5]


@pytest.mark.promise("G12")
@pytest.mark.usefixtures("quiet_process")
def test_log_of_a_daemon_is_one_json_object_a_line_and_complete(
    monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure(2)
    for text in LOGS:
        _log(text)
    lines = stream.getvalue().split("\n")[:-1]
    entries = [json.loads(line) for line in lines]
    broken = [entry for entry in entries if not isinstance(entry, dict) or entry["logger"] != "monitor.test"]
    faithful = sum(entry["event"] == text for entry, text in zip(entries[::3], LOGS, strict=True))
    live = UNSEEN_CHARACTER.findall("".join(lines))
    figure("G12", cases=len(LOGS) * 3, broken=len(broken) + len(live) + len(LOGS) - faithful, note="log as JSON lines")
    assert (len(lines), broken, live, faithful) == (len(LOGS) * 3, [], [], len(LOGS))


@pytest.mark.promise("G12")
@pytest.mark.usefixtures("quiet_process")
def test_commands_on_a_terminal_show_and_do_not_obey(monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    terminal = _terminal(monkeypatch)
    broken = []
    for text in LOGS:
        terminal.seek(0)
        terminal.truncate()
        output.line(f"said: {text}", style="bold")
        output.table(["what", "said"], [[text, f"law {text}"]], empty="")
        output.complain(f"monitor: {text}")
        ConsoleNotifier(terminal).send(everywhere(text), "team")
        printed = terminal.getvalue()
        broken += [
            f"{text!r}: {found!r}" for found in UNSEEN_CHARACTER.findall(STYLE.sub("", printed).replace("\n", ""))
        ]
        if any(line.lstrip("│ ").startswith("Alert key: forged") for line in printed.split("\n")):
            broken.append(f"{text!r}: forged a line")
    figure("G12", cases=len(LOGS) * 4, broken=len(broken), note="commands and alerts on a terminal")
    assert not broken, broken[:5]


# What the eye cannot see -------------------------------------------------------------------------------------------


@pytest.mark.promise("G12")
def test_invisible_characters_are_shown_by_number_in_every_form(figure: Figure) -> None:
    broken = []
    for text in UNSEEN:
        message = render(everywhere(text))
        slack = json.dumps(blocks(view(everywhere(text))), ensure_ascii=False)
        for name, made in (
            ("subject", message.subject),
            ("text", message.text),
            ("html", message.html),
            ("slack", slack),
        ):
            hidden = [
                found for found in UNSEEN_CHARACTER.findall(made.replace("\n", "")) if found not in "\u200b\u200c\u200d"
            ]
            if hidden or "[U+" not in made:
                broken.append(f"{text!r} in {name}: {hidden}")
    figure("G12", cases=len(UNSEEN) * 4, broken=len(broken), note="bidi and invisible characters shown as [U+202E]")
    assert len(UNSEEN) >= 60
    assert not broken, broken[:5]


@pytest.mark.parametrize("aid", ["\u200b", "\u200c", "\u200d", "\u200b\u200b"])
def test_typing_aids_between_khmer_letters_stay(aid: str) -> None:
    assert visible(f"ច្បាប់{aid}ថ្មី") == f"ច្បាប់{aid}ថ្មី"
    assert "[U+" in visible(f"law{aid}draft")


# Instructions to a second reader -----------------------------------------------------------------------------------

NAMES = ("Law on Personal Data Protection", "Cybercrime Law")
STAGES = (Stage.ADOPTED, Stage.APPROVED, Stage.PROMULGATED, Stage.IN_FORCE, Stage.WITHDRAWN)
ORDERS = orders(NAMES, [str(stage) for stage in STAGES])


class Obedient:
    """A second reader that does whatever the page tells it, and agrees."""

    def read(self, passage: str, instrument: str, stage: Stage) -> Opinion | None:
        return Opinion(agrees=True, said=f"it reads {stage} in “{passage}”.")


class Contrary:
    """A second reader that a page has talked out of everything."""

    def read(self, passage: str, instrument: str, stage: Stage) -> Opinion | None:
        return Opinion(agrees=False, said=f"it reads no stage in “{passage}”.")


def _read(reader: SecondReader | None, *texts: str) -> tuple[list[str], list[AlertKind]]:
    """What is concluded from `texts`, added to a page at once, and what is told."""
    desk = Desk(second_reader=reader)
    desk.read(page())
    report = desk.read(page(*texts))
    return [stored.verdict.outcome for stored in report.verdicts], desk.kinds()


@pytest.mark.promise("G12")
def test_instructions_to_a_second_reader_change_nothing(figure: Figure) -> None:
    written = [html.escape(order) for order in ORDERS]
    quiet = _read(None, *written)
    told = [_read(reader, *written) for reader in (Obedient(), Contrary())]
    alone = [_read(reader, APPROVED) for reader in (None, Obedient())]
    beside = _read(Obedient(), APPROVED, *written)
    raised = sum(kinds.count(AlertKind.STATUS) for _, kinds in (quiet, *told))
    changed = sum(each != quiet for each in told) + (alone[0] != alone[1])
    more = beside[1].count(AlertKind.STATUS) - alone[0][1].count(AlertKind.STATUS)
    figure("G12", cases=len(ORDERS), broken=raised + changed + max(more, 0), note="instructions to a model: 0 alerts")
    assert len(ORDERS) == 100
    assert (raised, changed, more) == (0, 0, 0)


@pytest.mark.promise("G12")
def test_second_reader_gets_the_passage_as_data_and_nothing_secret(httpserver: HTTPServer, figure: Figure) -> None:
    asked: list[dict[str, Any]] = []

    def obey(request: Request) -> Response:
        asked.append(json.loads(request.get_data()))
        passage = json.loads(asked[-1]["messages"][1]["content"])["passage"]
        answer = {"choices": [{"message": {"content": json.dumps({"stage": "adopted", "quote": passage[:40]})}}]}
        return Response(json.dumps(answer), content_type="application/json")

    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_handler(obey)
    endpoint = Endpoint(
        url=httpserver.url_for("/v1"), model="small", key="canary-key-8841", timeout=timedelta(seconds=5)
    )
    for order in ORDERS:
        ChatReader(endpoint).read(order, NAMES[0], Stage.APPROVED)
    systems = {entry["messages"][0]["content"] for entry in asked}
    shapes = {(len(entry["messages"]), "tools" in entry, "functions" in entry) for entry in asked}
    leaked = sum("canary-key-8841" in json.dumps(entry) for entry in asked)
    figure("G12", cases=len(asked), broken=leaked + len(systems) - 1, note="one fixed task, no tools, no secrets")
    assert (len(asked), len(systems), shapes, leaked) == (len(ORDERS), 1, {(2, False, False)}, 0)
