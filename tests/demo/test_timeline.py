"""The timeline is complete, and the configuration made for it is one the product would take."""

import tomllib

import pytest

from monitor.demo.play import config_text
from monitor.demo.site import Replica
from monitor.demo.texts import texts
from monitor.demo.timeline import REGISTER, TIMELINE, Step
from monitor.model import AlertKind, Stage
from spiders.registry import names


@pytest.fixture(scope="module")
def config() -> dict[str, list[dict[str, str]]]:
    mail = "mailto://127.0.0.1:9/?from=a@b.c&to=d@e.f"
    with Replica() as replica:
        return tomllib.loads(config_text(replica, webhook="json://127.0.0.1:9/alerts", mail=mail))


def test_the_timeline_has_at_least_twelve_steps_with_names_of_their_own() -> None:
    assert len(TIMELINE) >= 12
    assert len({step.name for step in TIMELINE}) == len(TIMELINE)


def test_the_first_step_is_a_silent_baseline() -> None:
    assert TIMELINE[0].said == ()


def test_the_days_go_forward() -> None:
    days = [step.day for step in TIMELINE]
    assert days == sorted(days)


def test_every_status_alert_starts_where_the_one_before_ended() -> None:
    held: dict[str, Stage] = {}
    for step in TIMELINE:
        for said in step.said:
            if said.kind is AlertKind.STATUS:
                assert said.before is not None
                assert said.after is not None
                assert held.get(said.instrument, said.before) is said.before
                held[said.instrument] = said.after
    assert held.items() <= {instrument: stage for instrument, (stage, _) in REGISTER.items()}.items()


def test_every_article_is_there_from_the_start_or_published_by_a_step() -> None:
    with Replica() as replica:
        for step in TIMELINE:
            step.act(replica)
    shown = {post.article.id for blog in (replica.ministry, replica.cabinet) for post in blog.posts.values()}
    for place in (replica.assembly, replica.journal, replica.asean):
        shown |= {article.id for article in place.articles}
    assert shown == set(texts().articles)


@pytest.mark.parametrize("step", TIMELINE, ids=lambda step: step.name)
def test_health_alerts_name_the_sources_that_are_unwell(step: Step) -> None:
    told = {said.about for said in step.said if said.kind is AlertKind.HEALTH}
    assert told == set(step.health)


def test_the_configuration_uses_every_kind_of_spider(config: dict[str, list[dict[str, str]]]) -> None:
    used = {source["spider"] for source in config["source"]}
    assert set(names()) - used <= {"wordpress"}  # the ministry's own spider is one
    assert "mptc" in used


def test_only_the_replica_may_be_reached(config: dict[str, dict[str, list[str]]]) -> None:
    hosts = config["monitor"]["allow_hosts"]
    assert len(hosts) == 7
    assert all(host.startswith("127.0.0.1:") for host in hosts)


def test_every_source_lies_on_an_allowed_host(config: dict[str, object]) -> None:
    monitor, sources = config["monitor"], config["source"]
    assert isinstance(monitor, dict)
    assert isinstance(sources, list)
    assert all(source["url"].split("/")[2] in monitor["allow_hosts"] for source in sources)


def test_channel_addresses_are_not_escaped(config: dict[str, list[dict[str, str]]]) -> None:
    assert config["channel"][1]["url"].endswith("&to=d@e.f")
