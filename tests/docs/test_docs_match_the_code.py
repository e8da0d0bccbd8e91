"""The manual names what the code has: keys, spiders, commands."""

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from monitor.cli import commands
from monitor.config.tables import ChannelTable, FeedTable, MonitorTable, SourceTable
from monitor.model import AlertKind, Authority, InstrumentType
from spiders.registry import names

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", [MonitorTable, SourceTable, ChannelTable, FeedTable])
def test_every_key_of_the_configuration_is_in_the_manual(table: type[MonitorTable]) -> None:
    missing = [key for key in table.model_fields if f"`{key}`" not in MANUAL]

    assert missing == []


@pytest.mark.parametrize("word", [*names(), *Authority, *InstrumentType, *AlertKind])
def test_every_word_a_key_may_have_is_in_the_manual(word: str) -> None:
    assert f"`{word}`" in MANUAL


def test_every_command_is_in_the_readme() -> None:
    cli = typer.Typer()
    cli.callback()(lambda: None)
    commands.register(cli)

    shown = [name for name, command in get_command(cli).commands.items() if not command.hidden]  # type: ignore[attr-defined]
    missing = [name for name in shown if not re.search(rf"monitor (-v )?{name}\b", README)]

    assert missing == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=str)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
