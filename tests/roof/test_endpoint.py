"""The health address as a client meets it, and what it says."""

import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.app import App, load_config
from monitor.errors import StorageError, UsageError
from monitor.model import Alert, AlertKind, Health, SourceHealth
from monitor.ops.desk import Desk
from monitor.ops.endpoint import Endpoint, as_json
from monitor.ops.vitals import SLACK, Vitals

NOON = datetime(2027, 6, 10, 12, tzinfo=UTC)
CONFIG = """
[monitor]
contact = "mailto:t@example.net"
[[source]]
id = "law"
url = "https://a.example/"
every = "1h"
[[source]]
id = "news"
url = "https://b.example/"
every = "1h"
[[channel]]
id = "team"
url = "json://user:hunter2@127.0.0.1/hook"
"""


class Hand:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.moment, self.ticks = NOON, 0.0

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, span: timedelta) -> None:
        self.moment += span
        self.ticks += span.total_seconds()


class Bench:
    """A desk over a real database, and its address."""

    def __init__(self, home: Path) -> None:
        (home / "config.toml").write_text(CONFIG, encoding="utf-8")
        self.clock = Hand()
        self.app = App(config=load_config(home / "config.toml", {}), clock=self.clock)
        self.vitals = Vitals(lambda: self.clock.ticks)
        self.faults: tuple[str, ...] = ()
        self.desk = Desk(lambda: self.app, self.vitals, lambda: self.faults, lambda: 1)
        self.endpoint = self.desk.open(("127.0.0.1", 0))

    def ask(self, path: str, *, method: str = "GET", host: str = "") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.endpoint.port, timeout=20)
        try:
            connection.request(method, path, headers={"Host": host} if host else {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, path: str) -> tuple[int, Any]:
        status, body = self.ask(path)
        return status, json.loads(body)

    def figures(self) -> dict[str, float]:
        """Every sample by its name and labels."""
        status, body = self.ask("/metrics")
        assert status == 200
        families = text_string_to_metric_families(body.decode())
        return {
            sample.name + "".join(f" {key}={value}" for key, value in sorted(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
        }

    def read(self, *names: str, health: Health = Health.OK) -> None:
        good = health is Health.OK
        with self.app.store.begin() as uow:
            uow.sources.save(
                SourceHealth(
                    source_id=name,
                    health=health,
                    last_attempt_at=self.clock.moment,
                    last_ok_at=self.clock.moment if good else None,
                    failures=0 if good else 3,
                    next_due_at=self.clock.moment + timedelta(hours=1),
                )
                for name in names
            )

    def post(self) -> None:
        with self.app.store.begin() as uow:
            uow.outbox.add(
                Alert(
                    key="k",
                    kind=AlertKind.STATUS,
                    subject="s",
                    bottom_line="b",
                    created_at=self.clock.moment,
                ),
                ["team"],
            )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.endpoint.close()
    made.app.close()


# Who is answered ------------------------------------------------------------------------------------------------------


def test_head_is_answered_without_a_body(bench: Bench) -> None:
    assert bench.ask("/healthz", method="HEAD") == (200, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_get_and_head_is_answered(bench: Bench, method: str) -> None:
    assert bench.ask("/metrics", method=method)[0] == 501


def test_an_unknown_path_is_not_repeated(bench: Bench) -> None:
    status, body = bench.ask("/<script>alert(1)</script>")
    assert status == 404
    assert b"script" not in body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:PORT", "127.0.0.1:1", "localhost.evil.example:PORT"])
def test_a_name_that_was_made_to_lead_here_is_not_answered(bench: Bench, host: str) -> None:
    status, body = bench.ask("/metrics", host=host.replace("PORT", str(bench.endpoint.port)))
    assert status == 421
    assert b"monitor_" not in body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_its_own_names_are_answered(bench: Bench, host: str) -> None:
    assert bench.ask("/healthz", host=f"{host}:{bench.endpoint.port}")[0] == 200


def test_those_who_connect_and_say_nothing_do_not_keep_others_out_for_long(bench: Bench) -> None:
    silent = [socket.create_connection(("127.0.0.1", bench.endpoint.port)) for _ in range(4)]
    try:
        assert bench.ask("/healthz")[0] == 200
    finally:
        for each in silent:
            each.close()


def test_what_goes_wrong_is_in_the_log_and_not_in_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> Any:
        raise RuntimeError("the password is hunter2")

    endpoint = Endpoint(("127.0.0.1", 0), {"/x": fails})
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=20)
    try:
        connection.request("GET", "/x")
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
        endpoint.close()
    assert answer.status == 500
    assert b"hunter2" not in body
    assert "could not be answered" in caplog.text


def test_an_address_in_use_is_named() -> None:
    endpoint = Endpoint(("127.0.0.1", 0), {"/x": lambda: as_json(200, {})})
    try:
        with pytest.raises(UsageError, match=f"monitor.health: 127.0.0.1:{endpoint.port} cannot be used"):
            Endpoint(("127.0.0.1", endpoint.port), {})
    finally:
        endpoint.close()


# Alive and ready ------------------------------------------------------------------------------------------------------


def test_it_is_alive_while_its_loops_move(bench: Bench) -> None:
    bench.vitals.expect("wake", timedelta(minutes=15))
    bench.clock.pass_by(timedelta(minutes=15))
    assert bench.json("/healthz") == (200, {"alive": True, "standing_still": []})


def test_a_loop_that_stands_still_is_named(bench: Bench) -> None:
    bench.vitals.expect("deliver")
    bench.vitals.expect("wake", timedelta(minutes=15))
    bench.clock.pass_by(SLACK + timedelta(seconds=1))
    assert bench.json("/healthz") == (503, {"alive": False, "standing_still": ["deliver"]})


def test_a_new_daemon_is_ready(bench: Bench) -> None:
    status, said = bench.json("/readyz")
    assert (status, said["ready"]) == (200, True)
    assert set(said["checks"]) == {"storage", "configuration", "delivery", "coverage"}


def test_a_refused_configuration_is_said_without_its_words(bench: Bench) -> None:
    bench.faults = ("config.toml: channel[1].url: secret words",)
    status, said = bench.json("/readyz")
    assert status == 503
    assert said["checks"]["configuration"] == {
        "ok": False,
        "text": "refused for 1 fault, see the log; the one before stays in force",
    }


def test_a_database_that_takes_no_write_is_not_ready(bench: Bench) -> None:
    class Full:
        def begin(self) -> Any:
            raise StorageError("The database cannot grow, the disk is full.")

        def close(self) -> None:
            pass

    vars(bench.app)["store"] = Full()
    status, said = bench.json("/readyz")
    assert status == 503
    assert said["checks"]["storage"]["ok"] is False


def test_an_alert_that_is_long_overdue_is_not_ready(bench: Bench) -> None:
    bench.post()
    bench.clock.pass_by(timedelta(minutes=14))
    assert bench.json("/readyz")[0] == 200
    bench.clock.pass_by(timedelta(minutes=2))
    status, said = bench.json("/readyz")
    assert status == 503
    assert said["checks"]["delivery"] == {"ok": False, "text": "the oldest alert waits for 960 s"}


def test_one_blocked_source_is_a_matter_for_alerts_and_all_of_them_for_the_probe(bench: Bench) -> None:
    bench.read("law", health=Health.BLOCKED)
    bench.read("news")
    status, said = bench.json("/readyz")
    assert (status, said["checks"]["coverage"]["ok"]) == (200, True)
    assert "law never read: blocked" in said["checks"]["coverage"]["text"]
    bench.read("news", health=Health.UNREACHABLE)
    assert bench.json("/readyz")[0] == 503


# Figures --------------------------------------------------------------------------------------------------------------


def test_what_the_database_knows_is_in_the_figures(bench: Bench) -> None:
    bench.read("law")
    bench.post()
    bench.clock.pass_by(timedelta(seconds=90))
    figures = bench.figures()
    assert figures["monitor_sources health=ok"] == 1
    assert figures["monitor_sources health=new"] == 1
    assert figures["monitor_source_last_good_reading_timestamp_seconds source=law"] == NOON.timestamp()
    assert figures["monitor_source_last_good_reading_timestamp_seconds source=news"] == 0
    assert figures["monitor_alerts channel=team state=pending"] == 1
    assert figures["monitor_oldest_pending_alert_age_seconds"] == 90


def test_what_children_report_is_counted(bench: Bench) -> None:
    meter = bench.desk.metrics
    meter.reading({"read": True, "unchanged": 3, "changed": 1, "fresh": 2, "problems": {}})
    meter.reading({"read": False, "unchanged": 0, "changed": 0, "fresh": 0, "problems": {"blocked": 2, "gone": 1}})
    meter.batch("died", 42.0)
    meter.delivered({"sent": 2, "failed": 1, "dead": 0})
    meter.configuration(accepted=True, at=5.0)
    meter.configuration(accepted=False, at=9.0)
    figures = bench.figures()
    assert figures["monitor_readings_total result=read"] == 1
    assert figures["monitor_readings_total result=unread"] == 1
    assert figures["monitor_documents_total outcome=unchanged"] == 3
    assert figures["monitor_problems_total kind=blocked"] == 2
    assert figures["monitor_batch_duration_seconds_count end=died"] == 1
    assert figures["monitor_batch_duration_seconds_sum end=died"] == 42
    assert figures["monitor_deliveries_total result=sent"] == 2
    assert figures["monitor_config_last_reload_successful"] == 0
    assert figures["monitor_config_last_reload_success_timestamp_seconds"] == 5


def test_the_process_and_the_version_are_in_the_figures(bench: Bench) -> None:
    figures = bench.figures()
    assert figures["process_resident_memory_bytes"] > 1e7
    assert figures["monitor_children"] == 1
    assert any(name.startswith("monitor_build_info") and "version=" in name for name in figures)


def test_every_figure_of_ours_is_in_the_manual_and_no_other(bench: Bench) -> None:
    manual = Path(__file__).parents[2].joinpath("docs", "operating.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| `(monitor_\w+)`", manual, re.MULTILINE))
    _, body = bench.ask("/metrics")
    kinds = re.findall(r"^# TYPE (monitor_\w+) ", body.decode(), re.MULTILINE)
    assert {name.removesuffix("_info") for name in kinds} == {name.removesuffix("_info") for name in table}


def test_no_secret_and_no_address_is_in_the_figures(bench: Bench) -> None:
    bench.read("law")
    bench.post()
    _, body = bench.ask("/metrics")
    assert b"hunter2" not in body
    assert b"://" not in body


def test_ten_at_once_are_answered_or_sent_away_and_none_is_left_hanging(bench: Bench) -> None:
    said: list[int] = []

    def ask() -> None:
        try:
            said.append(bench.ask("/metrics")[0])
        except (OSError, http.client.HTTPException):
            said.append(0)

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(said) == 10
    assert set(said) <= {0, 200}
    assert 200 in said
