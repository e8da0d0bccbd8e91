"""The player notices every way in which the product can differ from the timeline."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from monitor.demo.play import Player, play
from monitor.demo.product import CommandError, Finished, Product
from monitor.demo.receivers import Mail, MailServer, Webhook
from monitor.demo.report import Report, StepReport, present, present_json
from monitor.demo.site import Replica
from monitor.demo.timeline import Said, Step
from monitor.errors import UsageError
from monitor.model import AlertKind, Health, Stage

ADOPTED = Said(kind=AlertKind.STATUS, instrument="kh-pdpl", before=Stage.APPROVED, after=Stage.ADOPTED)
QUIET = Step(name="quiet", day=date(2026, 9, 1), does="nothing happens", why="so nothing is said")
VOTE = Step(name="vote", day=date(2026, 9, 2), does="a vote", why="it was held", said=(ADOPTED,))


class FakeProduct(Product):
    """Answers as it is told, and delivers to the receivers what it is told to say."""

    def __init__(self, webhook: Webhook, mail: MailServer) -> None:
        self.code = 0
        self.answers: dict[str, list[dict[str, Any]]] = {"alerts": [], "changes": [], "sources": [], "status": []}
        self._webhook, self._mail = webhook, mail

    def run_once(self) -> Finished:
        return Finished(self.code, "", "trouble\n" if self.code else "")

    def ask(self, verb: str) -> list[dict[str, Any]]:
        return self.answers[verb]

    def say(self, *, post: int = 1, letter: int = 1, **row: str | None) -> None:
        """Put an alert on the outbox, and on its channels so many times."""
        alert = {"key": "vote-1", "kind": "status", "instrument": "kh-pdpl", "from": "approved", "to": "adopted"}
        subject = "Personal Data Protection Law appears adopted"
        self.answers["alerts"].append(alert | {"subject": subject, "channel": "webhook"} | row)
        for _ in range(post):
            self._webhook.bodies.append({"key": row.get("key", "vote-1")})
        for _ in range(letter):
            message = EmailMessage()
            message.set_content(f"Key: {row.get('key', 'vote-1')}")
            self._mail.mails.append(Mail("a@example.org", ("b@example.org",), message))


class Bench:
    """A player with a fake product."""

    def __init__(self, replica: Replica, webhook: Webhook, mail: MailServer) -> None:
        self.product = FakeProduct(webhook, mail)
        self.player = Player(self.product, replica, webhook, mail)

    def faults(self, step: Step) -> str:
        return "\n".join(self.player.play(step, lambda name: None).faults)


@pytest.fixture
def bench() -> Any:
    with Replica() as replica, Webhook() as webhook, MailServer() as mail:
        yield Bench(replica, webhook, mail)


def test_silence_is_as_foretold_where_nothing_is_to_be_said(bench: Bench) -> None:
    assert bench.faults(QUIET) == ""


def test_an_alert_that_was_foretold_is_no_fault(bench: Bench) -> None:
    bench.product.say()
    assert bench.faults(VOTE) == ""


def test_a_missing_alert_is_a_fault(bench: Bench) -> None:
    assert bench.faults(VOTE) == "not said: status kh-pdpl approved → adopted"


def test_an_alert_without_cause_is_a_fault(bench: Bench) -> None:
    bench.product.say()
    assert bench.faults(QUIET) == "said without cause: status kh-pdpl approved → adopted"


def test_another_stage_is_a_fault_both_ways(bench: Bench) -> None:
    bench.product.say(to="promulgated")
    assert "not said: status kh-pdpl approved → adopted" in bench.faults(VOTE)


def test_an_alert_said_twice_under_two_keys_is_a_fault(bench: Bench) -> None:
    bench.product.say()
    bench.product.say(key="vote-2")
    assert bench.faults(VOTE) == "said without cause: status kh-pdpl approved → adopted"


def test_an_alert_of_an_earlier_step_is_not_counted_again(bench: Bench) -> None:
    bench.product.say()
    bench.faults(VOTE)
    assert bench.faults(QUIET) == ""


def test_a_line_for_the_digest_does_not_break_the_silence(bench: Bench) -> None:
    bench.product.say(post=0, letter=0, kind="change")
    assert bench.faults(QUIET) == ""


@pytest.mark.parametrize("times", [0, 2])
def test_an_alert_must_reach_the_webhook_once(bench: Bench, times: int) -> None:
    bench.product.say(post=times)
    assert bench.faults(VOTE) == f"alert vote-1 reached the webhook {times} times"


@pytest.mark.parametrize("times", [0, 2])
def test_a_status_alert_must_reach_the_mailbox_once(bench: Bench, times: int) -> None:
    bench.product.say(letter=times)
    assert bench.faults(VOTE) == f"alert vote-1 reached the mailbox {times} times, not 1"


def test_a_health_alert_must_name_its_source(bench: Bench) -> None:
    blind = Said(kind=AlertKind.HEALTH, about="cabinet-feed")
    step = Step(name="blind", day=date(2026, 9, 3), does="", why="", said=(blind,))
    bench.product.say(letter=0, kind="health", subject="assembly-news cannot be read", instrument=None)
    assert "not said: health cabinet-feed" in bench.faults(step)


def test_a_source_in_another_state_than_foretold_is_a_fault(bench: Bench) -> None:
    step = Step(name="blind", day=date(2026, 9, 3), does="", why="", health={"cabinet-feed": Health.BLOCKED})
    bench.product.code = 1
    bench.product.answers["sources"] = [{"id": "cabinet-feed", "health": "ok"}]
    assert bench.faults(step) == "source cabinet-feed is ok, not blocked"


def test_a_recovery_is_looked_up_in_the_step_after(bench: Bench) -> None:
    bench.product.code = 1
    bench.product.answers["sources"] = [{"id": "cabinet-feed", "health": "blocked"}]
    bench.faults(Step(name="b", day=date(2026, 9, 3), does="", why="", health={"cabinet-feed": Health.BLOCKED}))
    bench.product.code = 0
    assert bench.faults(QUIET) == "source cabinet-feed is blocked, not ok"


def test_a_run_with_another_exit_code_is_a_fault_in_its_own_words(bench: Bench) -> None:
    bench.product.code = 5
    assert bench.faults(QUIET) == "`monitor run --once` ended with 5, not 0: trouble"


def test_a_recorded_change_is_a_fault_where_nothing_changed(bench: Bench) -> None:
    bench.product.answers["changes"] = [{"id": 1}]
    step = Step(name="noise", day=date(2026, 9, 4), does="", why="", unrecorded=True)
    assert bench.faults(step) == "1 changes were recorded where nothing changed"


def test_a_change_recorded_by_an_earlier_step_is_not_counted(bench: Bench) -> None:
    bench.product.answers["changes"] = [{"id": 1}]
    bench.faults(QUIET)
    assert bench.faults(Step(name="noise", day=date(2026, 9, 4), does="", why="", unrecorded=True)) == ""


def test_a_register_that_holds_another_stage_is_a_fault(bench: Bench) -> None:
    bench.product.answers["status"] = [{"instrument": "kh-pdpl", "stage": "drafting", "since": "2026-06-08"}]
    _, faults = bench.player.register({"kh-pdpl": (Stage.ADOPTED, "2026-10-22")})
    assert faults == ("the register holds kh-pdpl as drafting since 2026-06-08, not adopted since 2026-10-22",)


def test_a_register_with_another_date_is_a_fault(bench: Bench) -> None:
    bench.product.answers["status"] = [{"instrument": "kh-pdpl", "stage": "adopted", "since": "2026-11-21"}]
    _, faults = bench.player.register({"kh-pdpl": (Stage.ADOPTED, "2026-10-22")})
    assert "since 2026-11-21, not adopted since 2026-10-22" in faults[0]


# The product's command line --------------------------------------------------------------------------------------


def test_a_command_that_fails_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ended with 2"):
        Product(tmp_path / "nowhere.toml").ask("alerts")


def test_the_directory_to_keep_must_be_new(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="not empty"):
        play(keep=tmp_path, timeline=())


# Printing --------------------------------------------------------------------------------------------------------


def report(faults: Sequence[str] = (), register: Sequence[Mapping[str, Any]] = ()) -> Report:
    done = StepReport(step=VOTE, said=("[bold]adopted[/bold]",), faults=tuple(faults), seconds=1.0)
    return Report(
        steps=(done,), register=tuple(register), faults=(), webhooks=1, mails=1, requests=20, not_modified=7, seconds=2
    )


def test_piped_output_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    present(report())
    out = capsys.readouterr().out
    assert " 1 ok     2026-09-02 vote\n" in out
    assert "monitor: [bold]adopted[/bold]\n" in out
    assert "1 of 1 steps as foretold" in out


def test_a_failed_step_is_told_with_its_faults(capsys: pytest.CaptureFixture[str]) -> None:
    present(report(faults=("not said: health",)))
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert "FAULT:   not said: health" in out


def test_json_output_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    present_json(report(register=[{"instrument": "kh-pdpl", "stage": "adopted"}]))
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is True
    assert document["steps"][0]["said"] == ["[bold]adopted[/bold]"]
    assert document["register"] == [{"instrument": "kh-pdpl", "stage": "adopted"}]
    assert document["requests"] == {"total": 20, "not_modified": 7}
