"""The product from outside: a site, a webhook, a configuration, and the command."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from monitor import packs as known_packs
from monitor.model import Packs
from monitor.status.claims import ClaimFinder
from monitor.status.tagger.network import Network


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"acceptance_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


site_module = _load("site")


@dataclass
class Product:
    """The `monitor` command on one configuration."""

    site: Any
    directory: Path

    @property
    def config(self) -> Path:
        return self.directory / "config.toml"

    def configure(self, sources: str, *, monitor: str = "", channels: str | None = None) -> None:
        hook = '[[channel]]\nid = "hook"\nurl = "${HOOK}"\nkinds = ["status", "target_date", "health", "recovered"]\n'
        self.config.write_text(
            f'[monitor]\ncontact = "mailto:tests@example.net"\nmin_gap = "0s"\nallow_hosts = ["{self.site.address}"]\n'
            f"alert_after = 1\n{monitor}\n{sources.replace('SITE', self.site.url)}\n"
            + (hook if channels is None else channels),
            encoding="utf-8",
        )

    def call(self, *arguments: str, expect: int | None = 0) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "monitor", "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            env=os.environ | {"HOOK": self.site.url.replace("http", "json") + "/hook"},
            timeout=90,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        if expect is not None:
            assert ended.returncode == expect, (ended.returncode, ended.stdout, ended.stderr)
        return ended.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.call(*arguments, "--json"))

    def run(self, *, expect: int = 0) -> None:
        self.call("run", "--once", expect=expect)

    def told(self, kind: str = "status") -> list[dict[str, Any]]:
        return [message for message in self.site.received if message["kind"] == kind]


@pytest.fixture
def site() -> Iterator[Any]:
    with site_module.serving() as running:
        running.put("/robots.txt", "User-agent: *\nAllow: /\n", content_type="text/plain")
        yield running


@pytest.fixture
def product(site: Any, tmp_path: Path) -> Product:
    return Product(site=site, directory=tmp_path)


@pytest.fixture(scope="session")
def packs() -> Packs:
    loaded, faults = known_packs.load(["kh", "asean", "coe"])
    assert faults == ()
    return loaded


@pytest.fixture(scope="session")
def finder(packs: Packs) -> ClaimFinder:
    """The claims engine, built here for all tests that read documents without the command."""
    return ClaimFinder(packs, trained=Network())
