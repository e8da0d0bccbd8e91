"""Secrets stay secret: canaries in the configuration and the environment are found nowhere but where they belong."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import AuthResult

from monitor import logs
from monitor.text.redaction import HIDDEN, Redactor, secrets_of_url
from tests.faults.cases import LONG, cases
from tests.faults.runner import Job
from tests.faults.world import Ended, Runner
from tests.notifiers.receivers import Mailbox

Figure = Callable[..., None]

PAGE = (
    "<html lang='en'><head><title>Progress</title></head><body><main><p>The ministry prepares the digital laws of the "
    "kingdom with other institutions. This page says what has been done so far. {}</p>"
    + "<p>It is kept up to date by the department of legal affairs, for everybody who works with data.</p>" * 6
    + "</main></body></html>"
)
_SHOWN = 13
"""So many letters of a canary are enough to know which one it is."""
NEWS = "The Council of Ministers approved the draft Law on Personal Data Protection on 13 November 2026."
TOLD = (0, 20, 25)
"""The numbers of channels that operators have: with a password, by mail, with a token in a header."""
KINDS, OPERATORS = ["status"], ["status", "health"]


def canaries() -> dict[str, str]:
    """Thirty secrets, each in its own form: plain, with signs, long, short, and hard to quote."""
    forms = (
        "canary{}Xq7Lw2Zp9",
        "cAn4ry-{}-8f3a1b2c4d5e6f70",
        "s3cret/{}+=canary&",
        'pa"ss\\{}canary',
        "canary {} ខ្មែរ",
    )
    return {f"CANARY_{number:02d}": forms[number % 5].format(f"{number:02d}") for number in range(30)}


class Echo:
    """A server that answers with everything it was told, secrets too, and the pages of a source."""

    def __init__(self) -> None:
        self.news, self.delay, self.told = "", 0.0, list[str]()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                time.sleep(outer.delay)
                if self.path == "/page":
                    self._answer(200, PAGE.format(outer.news).encode(), "text/html; charset=utf-8")
                else:
                    self._answer(404, b"no")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                heard = f"{self.path} {dict(self.headers)} ".encode() + body
                outer.told.append(heard.decode("utf-8", "replace"))
                self._answer(400, heard, "text/plain; charset=utf-8")

            def _answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
                self.send_response(status, "refused " + self.path.replace("\r", "").replace("\n", ""))
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]


@contextmanager
def echoing() -> Iterator[Echo]:
    echo = Echo()
    thread = threading.Thread(target=echo.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield echo
    finally:
        echo.server.shutdown()
        echo.server.server_close()
        thread.join()


@dataclass
class Place:
    """A configuration full of canaries, and all that the product says while it is used."""

    directory: Path
    echo: Echo
    mail_port: int
    runner: Runner
    secrets: Mapping[str, str] = field(default_factory=canaries)
    said: list[tuple[str, str]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.directory / "config.toml"

    def configure(self) -> None:
        here, names = f"127.0.0.1:{self.echo.port}", iter(self.secrets)

        def secret() -> str:
            """The next canary, as an address carries it, by way of the environment."""
            return "${" + next(names) + "}"

        urls = [
            *(f"json://user:{secret()}@{here}/hook" for _ in range(5)),
            *(f"json://{here}/hook?+X-Token={secret()}" for _ in range(4)),
            *(f"json://{here}/hook?-token={secret()}" for _ in range(4)),
            *(f"xml://user:{secret()}@{here}/hook" for _ in range(4)),
            *(f"form://user:{secret()}@{here}/hook" for _ in range(2)),
            *(f"mailto://user:{secret()}@127.0.0.1:{self.mail_port}?from=a@example.org&to=b@example.org&mode=insecure"
              for _ in range(6)),
            f"json://user:{quote(self.secrets[next(names)], safe='')}@{here}/hook",
            f"json://{here}/hook?+Authorization=Bearer%20{quote(self.secrets[next(names)], safe='')}",
            f"gotifys://127.0.0.1:9/{quote(self.secrets[next(names)].replace(' ', ''), safe='')}",
            f"json://{here}/hook?:extra={quote(self.secrets[next(names)], safe='')}",
        ]  # fmt: skip
        assert next(names) == list(self.secrets)[-1], "every secret but the last is in an address"
        channels = "".join(
            f"[[channel]]\nid = 'c{number:02d}'\nurl = '{url}'\nkinds = {OPERATORS if number in TOLD else KINDS}\n"
            for number, url in enumerate(urls)
        )
        key = list(self.secrets)[-1]
        self.config.write_text(
            f'[monitor]\ncontact = "mailto:t@example.net"\nmin_gap = "0s"\nallow_hosts = ["{here}"]\nalert_after = 1\n'
            f'[[source]]\nid = "page"\nurl = "http://{here}/page"\nselect = "main"\njurisdiction = "KH"\nevery = "6h"\n'
            f'authority = "ministry"\npublisher = "mptc"\n'
            f'[[source]]\nid = "gone"\nurl = "http://{here}/gone"\nselect = "main"\njurisdiction = "KH"\nevery = "6h"\n'
            f'[second_reader]\nurl = "http://{here}/v1"\nmodel = "m"\nkey = "${{{key}}}"\n{channels}',
            encoding="utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        return {name: value if number == len(self.secrets) - 1 else quote(value, safe="")
                for number, (name, value) in enumerate(self.secrets.items())}  # fmt: skip

    def call(self, *arguments: str) -> Ended:
        ended = self.runner.run(Job(arguments=["--config", str(self.config), *arguments], environment=self.environment))
        self.said += [(" ".join(arguments), ended.stdout), (f"{' '.join(arguments)} (stderr)", ended.stderr)]
        return ended

    def leaks(self) -> list[str]:
        """Where a canary can be read, in any of its forms."""
        stored = [(str(path.relative_to(self.directory)), path.read_bytes().decode("latin-1"))
                  for path in self.directory.rglob("*") if path.is_file() and path != self.config]  # fmt: skip
        return [
            f"{where}: {name}"
            for where, text in (*self.said, *stored)
            for name, value in self.secrets.items()
            if any(form[:_SHOWN] in text for form in _forms(value))
        ]


def _forms(value: str) -> set[str]:
    written = {
        value,
        value.replace(" ", ""),
        quote(value, safe=""),
        quote(value),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
    }
    coded = {b64encode(f"user:{value}".encode()).decode(), b64encode(value.encode()).decode()}
    return written | coded | {form.encode().decode("latin-1") for form in written}


def _repeats(phase: str, argument: str) -> str | None:
    """A mail server that says every password of its clients aloud."""
    known = [quote(value, safe="") for value in [*canaries().values()][:-1]]
    return f"550 5.7.8 {' '.join(known[:12])}" if phase == "MAIL" else None


def _anybody(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=True)


@pytest.fixture
def place(tmp_path: Path, runner: Runner) -> Iterator[Place]:
    options = {"authenticator": _anybody, "auth_require_tls": False}
    with echoing() as echo, Mailbox(_repeats, **options) as mailbox:
        made = Place(tmp_path, echo, mailbox.port, runner)
        made.configure()
        yield made


READING = ("alerts", "status", "sources", "changes", "review", "doctor")


@pytest.mark.promise("G13")
@pytest.mark.slow
def test_no_secret_is_in_logs_output_rows_or_errors(place: Place, figure: Figure) -> None:
    place.call("-vv", "run", "--once")
    place.call("-vv", "alerts")
    if LONG:
        place.echo.news = NEWS
        place.call("-vv", "run", "--once")
        place.call("-vv", "notify", "test")
        for command in READING:
            place.call("-vv", command)
            place.call(command, "--json")
    leaks = place.leaks()
    heard = " ".join(place.echo.told)
    told = sum(any(form in heard for form in _forms(value)) for value in place.secrets.values())
    count = len(place.secrets)
    figure("G13", cases=count, broken=len(leaks), note=f"30 canaries, {len(place.said)} outputs, all stored bytes")
    assert count == 30
    assert told >= cases(1, 5), "the channels were really used"
    assert HIDDEN in "".join(text for where, text in place.said if "alerts" in where), "something had to be hidden"
    assert not leaks, leaks[:10]


BROKEN = (
    '[second_reader]\nurl = "${CANARY_00}"\nmodel = "m"\n',
    '[second_reader]\nurl = "http://user:${CANARY_00}@x/v1"\nmodel = "m"\n',
    '[monitor]\ncontact = "${CANARY_00}"\n',
    '[monitor]\ntimezone = "${CANARY_00}"\n',
    '[monitor]\ndatabase_url = "${CANARY_00}"\ncontact = "mailto:a@b.c"\n',
    '[monitor]\ndatabase_url = "postgresql://u:${CANARY_00}@127.0.0.1:9/x"\ncontact = "mailto:a@b.c"\n',
    '[[channel]]\nid = "c"\nurl = "${CANARY_00}"\n',
    '[[channel]]\nid = "c"\nurl = "json://u:${CANARY_00}@x:port/"\n',
    '[[channel]]\nid = "c"\nurl = "nosuch://${CANARY_00}/"\n',
    '[[channel]]\nid = "c"\nurl = "json://127.0.0.1/"\nwhen = "${CANARY_00}"\n',
    '[[channel]]\nid = "${CANARY_00}"\nurl = "json://127.0.0.1/"\n',
    '[monitor]\ncontact = "mailto:a@b.c"\n'
    '[[source]]\nid = "s"\nurl = "https://user:${CANARY_00}@mptc.gov.kh/"\nevery = "6h"\n',
)
SOURCE = '[[source]]\nid = "page"\nurl = "https://mptc.gov.kh/"\nevery = "6h"\n'


@pytest.mark.promise("G13")
@pytest.mark.slow
def test_no_secret_is_in_the_faults_of_a_configuration(tmp_path: Path, runner: Runner, figure: Figure) -> None:
    broken = []
    for number, text in enumerate(BROKEN):
        value = f"can4ry-{number}-Zk81xQ"
        config = tmp_path / f"{number}.toml"
        config.write_text(text + SOURCE, encoding="utf-8")
        ended = runner.run(Job(arguments=["--config", str(config), "alerts"], environment={"CANARY_00": value}))
        said = ended.stdout + ended.stderr
        if any(form in said for form in _forms(value)) or "Traceback" in said or ended.code == 0:
            broken.append(f"{text!r}: {said}")
    figure("G13", cases=len(BROKEN), broken=len(broken), note="faults of a configuration that takes a secret in")
    assert not broken


@pytest.mark.promise("G13")
@pytest.mark.slow
def test_no_secret_is_in_the_process_list(place: Place, figure: Figure) -> None:
    place.echo.delay = 0.5
    daemon = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(place.config), "-vv", "run"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | place.environment,
    )  # fmt: skip
    lines: set[str] = set()
    ending = time.monotonic() + 40
    while time.monotonic() < ending and len(lines) < 2:
        lines |= _command_lines(daemon.pid)
        time.sleep(0.05)
    daemon.send_signal(signal.SIGTERM)
    said, _ = daemon.communicate(timeout=60)
    place.said += [("daemon", said), *(("process list", line) for line in lines)]
    leaks = place.leaks()
    figure("G13", cases=len(place.secrets), broken=len(leaks), note="process list and log of the daemon and its child")
    assert len(lines) > 1, "the daemon has a child"
    assert not leaks, leaks[:10]


def _command_lines(parent: int) -> set[str]:
    """The command lines of a process and its children, as `ps` shows them."""
    found = set()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError):
            if entry.name.isdigit() and (
                int(entry.name) == parent or f"\nPPid:\t{parent}\n" in (entry / "status").read_text()
            ):
                found.add((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return found


@pytest.mark.promise("G13")
def test_crash_report_and_traceback_hold_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], figure: Figure
) -> None:
    values = list(canaries().values())
    logs.hide(values)
    try:
        broken = 0
        for value in values:
            try:
                raise RuntimeError(f"no connection to json://user:{quote(value, safe='')}@x ({value!r}, {value})")
            except RuntimeError as error:
                logs._crash(type(error), error, error.__traceback__)
        said = capsys.readouterr().err
        broken = sum(any(form in said for form in _forms(value)) for value in values)
    finally:
        logs.hide(())
    figure("G13", cases=len(values), broken=broken, note="tracebacks of crashes")
    assert said.count("RuntimeError") >= len(values)
    assert not broken


ADDRESSES: dict[str, tuple[str, ...]] = {
    "slack://T00000000/B00000000/abcdEFGH1234ijklMNOP5678": ("abcdEFGH1234ijklMNOP5678",),
    "mailtos://bob:hunter2pw@smtp.example.org?from=a@example.org&to=b@example.org": ("hunter2pw",),
    "jsons://u:p%40ss%2Fword@hooks.example.org/hook?+X-Token=Bearer%20tok3n-value": ("p@ss/word", "tok3n-value"),
    "tgram://123456789:AAbbCC_ddEEffGGhhIIjj/98765432": ("123456789:AAbbCC_ddEEffGGhhIIjj",),
    "json://hooks.example.org/hook?apikey=short1": ("short1",),
    "postgresql+psycopg://mon:pgSecret@db.example.org/x": ("pgSecret",),
    "json://hooks.example.org/8c1f2a3b-77d0-4c55-9a61-0d2e4f6a8b9c": ("8c1f2a3b-77d0-4c55-9a61-0d2e4f6a8b9c",),
}


@pytest.mark.promise("G13")
@pytest.mark.parametrize("url", ADDRESSES)
def test_secret_parts_of_an_address_are_known(url: str) -> None:
    redact = Redactor(secrets_of_url(url))
    for secret in (*ADDRESSES[url], url):
        assert redact(f"said {secret}.") == f"said {HIDDEN}."


@pytest.mark.parametrize(
    "words", ["channel-1", "kh-personal-data-protection-2024", "hooks.example.org", "team@example.org", "policy-team"]
)
def test_names_that_stand_in_an_address_are_still_printed(words: str) -> None:
    redact = Redactor(secrets_of_url(f"json://hooks.example.org/{words}?to={words}"))
    assert redact(f"said {words}.") == f"said {words}."


CUT = {
    "said cAn4ry-06-8f3a1b …": "said [secret] …",
    "said cAn4ry-06-8f3a1b2c4d5e6f7… and more": "said [secret]… and more",
    "said canary 04 ខ្ម…": "said [secret]…",
    "said cAn4r …": "said cAn4r …",
    "cAn4ry-06 was it, and nothing else …": "cAn4ry-06 was it, and nothing else …",
    "first cAn4ry-06-8 … then cAn4ry-06-8f3a1b2c4d5e6f70 …": "first [secret] … then [secret] …",
}


@pytest.mark.promise("G13")
@pytest.mark.parametrize("text", CUT)
def test_the_beginning_of_a_secret_that_was_cut_off_is_hidden_too(text: str) -> None:
    assert Redactor(canaries().values())(text) == CUT[text]


def test_without_secrets_nothing_changes() -> None:
    assert Redactor()("as it is") == "as it is"
    assert Redactor(["", "abc"])("abc") == "abc"
