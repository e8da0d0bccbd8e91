"""Stores under test: in memory, on SQLite, on PostgreSQL (a given server, or a private one for the session)."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from monitor.ports import Store
from storage.blobs import FileBlobs
from storage.memory import MemoryStore
from storage.sql import SqlStore

_SCHEMAS = count(1)


class _NoPostgresError(Exception):
    """Why no server can be had, and what to install."""


def _binaries() -> Path:
    """The directory of PostgreSQL's server programs: on PATH, or where Debian puts them (the newest)."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise _NoPostgresError(
            "no PostgreSQL server: install the Debian package `postgresql`, or set MONITOR_TEST_POSTGRES_URL"
        )
    return found[-1].parent


def _server_user() -> str | None:
    """Whom to run the server as: ourselves, but never root, which it refuses."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return name
    raise _NoPostgresError("PostgreSQL does not run as root and there is no user `postgres` or `nobody` here")


class _Cluster:
    """A private PostgreSQL in a directory of its own, reachable through a Unix socket only."""

    def __init__(self) -> None:
        self._binaries, self._user = _binaries(), _server_user()
        # Not under pytest's own directory: that is closed to other users, and a socket's path must be short.
        self._home = Path(tempfile.mkdtemp(prefix="monitor-pg-", dir="/tmp"))
        if self._user is not None:
            shutil.chown(self._home, self._user)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://monitor@/postgres?host={quote(str(self._home), safe='')}"

    def start(self) -> None:
        data = str(self._home / "data")
        self._run("initdb", "-D", data, "-U", "monitor", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={self._home} -c fsync=off -c max_connections=50"
        self._run("pg_ctl", "-D", data, "-l", str(self._home / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        if (self._home / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self._home / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._home, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._binaries / program), *arguments],
            cwd=self._home,
            user=self._user,
            extra_groups=None if self._user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        if done.returncode != 0:
            raise _NoPostgresError(f"{program} failed: {(done.stdout or b'see its log').decode()[-500:]}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL database tests may make schemas in."""
    given = os.environ.get("MONITOR_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    cluster = None
    try:
        cluster = _Cluster()
        cluster.start()
    except (_NoPostgresError, OSError, subprocess.SubprocessError) as error:
        if cluster is not None:
            cluster.stop()
        if os.environ.get("CI"):
            pytest.fail(f"PostgreSQL must be under test in CI: {error}")
        pytest.skip(str(error))
    try:
        yield cluster.url
    finally:
        cluster.stop()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty schema of its own."""
    import psycopg

    schema = f"monitor_test_{os.getpid()}_{next(_SCHEMAS)}"
    plain = postgres_server.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        separator = "&" if "?" in postgres_server else "?"
        yield f"{postgres_server}{separator}options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that does not exist yet."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'monitor.sqlite'}"


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind: what holds for one holds for all."""
    opened = _OPEN[request.param](request, tmp_path)
    yield opened
    opened.close()


def _on(url: str, directory: Path) -> Store:
    return SqlStore(url, FileBlobs(directory / "blobs"))


_OPEN: dict[str, Callable[[pytest.FixtureRequest, Path], Store]] = {
    "memory": lambda _request, _directory: MemoryStore(),
    "sqlite": lambda _request, directory: _on(f"sqlite:///{directory / 'monitor.sqlite'}", directory),
    "postgres": lambda request, directory: _on(request.getfixturevalue("postgres_url"), directory),
}
