"""`notify preview`, `notify route`, `notify test` and `digest`: what they show, and that only a test is sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from monitor.alerts.samples import sample
from monitor.app import App, load_config
from monitor.cli import notify, telling
from monitor.cli.root import Session
from monitor.errors import UsageError
from monitor.model import AlertKind
from tests.notifiers.receivers import Reply, Webhook

NIGHT = datetime(2026, 6, 9, 16, tzinfo=UTC)  # 23:00 in Phnom Penh
CONFIG = """
[monitor]
contact = "mailto:watch@ngo.example"
timezone = "Asia/Phnom_Penh"

[[source]]
id = "na"
url = "https://na.example/"
every = "6h"

[[channel]]
id = "law"
url = "json://user:canary-7@127.0.0.1:PORT/hook"
kinds = ["status", "watching"]
instruments = ["kh-*"]
languages = ["en"]
min_confidence = 0.7
quiet = "22:00-07:00"

[[channel]]
id = "mail"
url = "mailto://127.0.0.1:9?from=a@example.org&to=b@example.org&mode=insecure"
kinds = ["change", "status"]
when = "weekly mon 08:00"

[[channel]]
id = "chat"
url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"
kinds = ["health"]

[[channel]]
id = "phone"
url = "ntfy://topic"
kinds = ["health"]
"""


class Hand:
    """A clock that stands."""

    def now(self) -> datetime:
        return NIGHT


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook(Reply()) as made:
        yield made


@pytest.fixture
def app(tmp_path: Path, hook: Webhook) -> App:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.replace("PORT", str(hook.port)), encoding="utf-8")
    return App(config=load_config(path, {}), clock=Hand())


Call = Callable[..., str]


@pytest.fixture
def call(app: App, tmp_path: Path) -> Call:
    """Runs a command line; returns what it printed. Raises what the command raised."""

    class Given(Session):
        def app(self, *, text: str | None = None) -> App:
            return app

    cli = typer.Typer()

    @cli.callback()
    def root(context: typer.Context) -> None:
        context.obj = Given(config_path=tmp_path / "config.toml", verbosity=0, closing=ExitStack())

    notify.register(cli)
    telling.register(cli)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return run


# preview -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", AlertKind)
def test_preview_shows_a_marked_sample_of_every_kind(call: Call, kind: AlertKind) -> None:
    shown = call("notify", "preview", kind)
    assert "[SAMPLE]" in shown.splitlines()[0]
    assert f"Alert key: sample-{kind}" in shown


def test_preview_shows_the_form_of_a_channel(call: Call) -> None:
    assert json.loads(call("notify", "preview", "status", "--channel", "law"))["kind"] == "status"
    assert json.loads(call("notify", "preview", "status", "--channel", "chat"))["blocks"][0]["type"] == "header"
    mail = call("notify", "preview", "status", "--channel", "mail")
    assert mail.startswith("Subject: [SAMPLE]")
    assert "Message-ID: <sample-status@example.org>" in mail
    assert call("notify", "preview", "status", "--channel", "phone").startswith("[SAMPLE]")


def test_preview_writes_the_html_of_a_mail(call: Call, tmp_path: Path) -> None:
    call("notify", "preview", "status", "--html", str(tmp_path / "mail.html"))
    assert (tmp_path / "mail.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_preview_as_json_has_every_form(call: Call) -> None:
    shown = json.loads(call("notify", "preview", "status", "--channel", "chat", "--json"))
    assert shown.keys() == {"key", "kind", "channel", "subject", "text", "html", "form"}
    assert (shown["kind"], shown["channel"]) == ("status", "chat")


def test_preview_shows_a_recorded_alert(call: Call, app: App) -> None:
    with app.store.begin() as uow:
        uow.outbox.add(sample(AlertKind.STATUS, NIGHT), ["law"])
    assert "Alert key: sample-status" in call("notify", "preview", "--key", "sample-status")


def test_preview_sends_nothing(call: Call, hook: Webhook) -> None:
    call("notify", "preview", "status", "--channel", "law")
    assert hook.posts == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a kind"),
        (("status", "--key", "k"), "one of them"),
        (("--key", "nobody"), "no alert nobody"),
        (("status", "--channel", "nobody"), "there are law, mail, chat"),
        (("status", "--html", "/nowhere/at/all.html"), "cannot be written"),
    ],
)
def test_misuse_of_preview_is_a_sentence(call: Call, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        call("notify", "preview", *arguments)


# route -------------------------------------------------------------------------------------------------------------


def _routes(call: Call, *arguments: str) -> dict[str, Any]:
    listed = json.loads(call("notify", "route", *arguments, "--json"))
    return {row["channel"]: row for row in listed}


def test_route_says_who_gets_what_and_why_the_others_do_not(call: Call) -> None:
    routes = _routes(call, "status", "kh-pdpl")
    assert {name: row["because"] for name, row in routes.items()} == {
        "law": None,
        "mail": None,
        "chat": "kinds",
        "phone": "kinds",
    }
    assert routes["law"]["instruments"] == ["kh-pdpl"]


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (("status", "asean-defa"), "instruments"),
        (("status", "kh-pdpl", "--language", "km"), "languages"),
        (("status", "kh-pdpl", "--confidence", "0.69"), "min_confidence"),
        (("status", "kh-pdpl", "--language", "en", "--confidence", "0.7"), None),
    ],
)
def test_route_names_the_key_that_stops_an_alert(call: Call, arguments: tuple[str, ...], because: str | None) -> None:
    assert _routes(call, *arguments)["law"]["because"] == because


def test_route_says_when(call: Call) -> None:
    routes = _routes(call, "status", "kh-pdpl")
    assert routes["law"]["at"] == "2026-06-10T00:00:00Z", "quiet hours end at 7 in Phnom Penh"
    assert routes["mail"]["at"] == "2026-06-15T01:00:00Z"
    assert _routes(call, "watching")["law"]["at"] == "2026-06-15T01:00:00Z"


def test_route_without_a_kind_is_an_overview(call: Call) -> None:
    shown = call("notify", "route")
    assert [line.split("\t")[:2] for line in shown.splitlines() if line.startswith("health")] == [
        ["health", "chat"],
        ["health", "phone"],
    ]
    assert "Nobody gets: target_date, disagreement, document, recovered." in shown


def test_route_of_an_unknown_instrument_is_refused(call: Call) -> None:
    with pytest.raises(UsageError, match="no instrument kh-nothing"):
        call("notify", "route", "status", "kh-nothing")


def test_route_of_a_language_no_page_is_read_in_is_refused(call: Call) -> None:
    with pytest.raises(UsageError, match="language kh; there are en, km, fr"):
        call("notify", "route", "status", "kh-pdpl", "--language", "kh")


def test_route_says_by_whose_clock(call: Call) -> None:
    assert "next (Asia/Phnom_Penh)" in call("notify", "route").splitlines()[0]


def test_route_agrees_with_what_is_really_routed(call: Call, app: App) -> None:
    from monitor.alerts import route

    for kind in (AlertKind.STATUS, AlertKind.CHANGE):
        for instrument in list(app.config.packs.instruments.values())[:6]:
            told = sample(kind, NIGHT)
            made = route(
                type(told)(
                    key="k",
                    kind=kind,
                    created_at=NIGHT,
                    subject="s",
                    bottom_line="b",
                    instrument=instrument.id,
                    jurisdiction=instrument.jurisdiction,
                ),
                app.config.channels,
            )
            shown = _routes(call, kind, instrument.id)
            assert [name for name, row in shown.items() if row["gets"]] == list(made)


# test --------------------------------------------------------------------------------------------------------------


def test_test_reports_what_was_really_delivered(call: Call, hook: Webhook) -> None:
    assert json.loads(call("notify", "test", "law", "--json")) == [{"channel": "law", "ok": True, "error": None}]
    assert json.loads(hook.posts[0].body)["subject"].startswith("[TEST]")
    hook.replies[:] = [Reply(500)]
    (result,) = json.loads(call("notify", "test", "law", "--json"))
    assert (result["ok"], result["error"]) == (False, "answered 500")


# retry -------------------------------------------------------------------------------------------------------------


def test_what_is_sent_again_at_night_says_until_when_it_waits(call: Call, app: App, hook: Webhook) -> None:
    with app.store.begin() as uow:
        uow.outbox.add(sample(AlertKind.CHANGE, NIGHT), ["law"])
        uow.outbox.failed("sample-change", "law", error="answered 500", retry_at=None)
    shown = call("alerts", "retry", "sample-change")
    assert "law: waits until 2026-06-10 07:00 (Asia/Phnom_Penh)" in shown
    assert hook.posts == []


# digest ------------------------------------------------------------------------------------------------------------


def test_digest_prints_what_was_recorded_and_sends_nothing(call: Call, app: App, hook: Webhook) -> None:
    with app.store.begin() as uow:
        uow.outbox.add(sample(AlertKind.STATUS, NIGHT), ["law"])
    shown = call("digest", "--since", "2026-06-09")
    assert shown.startswith("[Digest] 1 status alert")
    assert "sample-status" in shown
    assert json.loads(call("digest", "--since", "2026-06-09", "--json"))["digest"]["kind"] == "digest"
    assert hook.posts == []


def test_digest_of_nothing_says_so_with_how_much_was_read(call: Call) -> None:
    assert call("digest", "--since", "2026-06-09").startswith("Nothing was recorded since 2026-06-09. 0 of 1 sources")
    assert json.loads(call("digest", "--since", "2026-06-09", "--json"))["digest"] is None


def test_day_of_a_digest_begins_at_midnight_of_its_readers(call: Call, app: App) -> None:
    midnight = datetime(2026, 6, 8, 17, tzinfo=UTC)  # the 9th begins in Phnom Penh
    with app.store.begin() as uow:
        uow.outbox.add(sample(AlertKind.STATUS, midnight), [])
    assert "1 status alert" in call("digest", "--since", "2026-06-09")
    with app.store.begin() as uow:
        uow.outbox.add(replace(sample(AlertKind.HEALTH, midnight - timedelta(seconds=1)), key="before"), [])
    assert "1 status alert since 9 Jun 2026" in call("digest", "--since", "2026-06-09")


@pytest.mark.parametrize("day", ["2026-06-10", "9999-12-31"])
def test_digest_of_days_to_come_is_refused(call: Call, day: str) -> None:
    with pytest.raises(UsageError, match=f"{day} lies ahead"):
        call("digest", "--since", day)


def test_digest_since_the_first_day_there_is_holds_everything(call: Call, app: App) -> None:
    with app.store.begin() as uow:
        uow.outbox.add(sample(AlertKind.STATUS, NIGHT), [])
    assert "1 status alert" in call("digest", "--since", "0001-01-01")


def test_digest_of_a_channel_does_not_say_that_nothing_was_recorded_at_all(call: Call, app: App) -> None:
    with app.store.begin() as uow:
        uow.outbox.add(sample(AlertKind.STATUS, NIGHT), [])
    assert call("digest", "--since", "2026-06-09", "--channel", "chat").startswith("Nothing that chat gets was")


def test_digest_of_a_channel_has_what_it_was_sent_whatever_it_chooses_now(call: Call, app: App) -> None:
    with app.store.begin() as uow:
        uow.outbox.add(sample(AlertKind.CHANGE, NIGHT), ["law"])  # a page that names several, one of them chosen
    assert "1 text change" in call("digest", "--since", "2026-06-09", "--channel", "law")
