"""What a user sees where a site refuses us and a public archive holds copies of its page."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.acceptance.site import serving
from tests.acceptance.test_run_once import PAGE_SOURCE, STATED, page

pytestmark = pytest.mark.slow

REFUSED = "<html><head><title>Just a moment...</title></head><body>Checking your browser before access.</body></html>"
PREPARED = page("The draft laws are being prepared.")


@pytest.fixture
def archive() -> Iterator[Any]:
    with serving() as running:
        yield running


@pytest.fixture
def watched(product: Any, site: Any, archive: Any) -> Any:
    """The command on a page that answers 403, with an archive to ask."""
    site.put("/progress", REFUSED, status=403)
    product.configure(PAGE_SOURCE + 'fetch = ["direct", "archive"]\n', monitor=f'archive = "{archive.url}/web/"\n')
    hosts = f'"{site.address}"'
    text = product.config.read_text(encoding="utf-8")
    product.config.write_text(text.replace(f"[{hosts}]", f'[{hosts}, "{archive.address}"]'), encoding="utf-8")
    return product


def keep(archive: Any, url: str, age: timedelta, body: str, status: int = 200) -> tuple[str, str]:
    """Make a copy taken `age` ago the archive's latest; returns its raw address and its moment (RFC 3339)."""
    taken_at = (datetime.now(UTC) - age).replace(microsecond=0)
    copy, raw = (f"/web/{taken_at:%Y%m%d%H%M%S}{form}/{url}" for form in ("", "id_"))
    dated = {"Memento-Datetime": format_datetime(taken_at, usegmt=True)}
    archive.put(f"/web/{url}", b"", status=302, headers={"Location": copy})
    archive.put(copy, "<div>The archive's own banner</div>" + body, status=status, headers=dated)
    archive.put(raw, body, status=status, headers=dated)
    return archive.url + raw, f"{taken_at:%Y-%m-%dT%H:%M:%SZ}"


def test_what_a_newer_copy_says_is_told_with_evidence_that_names_the_copy(
    watched: Any, site: Any, archive: Any
) -> None:
    url = f"{site.url}/progress"
    keep(archive, url, timedelta(hours=3), PREPARED)
    watched.run()
    address, taken_at = keep(archive, url, timedelta(hours=1), page("The draft laws are being prepared.", STATED))
    watched.run()

    (status,) = watched.json("status", "kh-pdpl")
    assert (status["stage"], status["state"]) == ("approved", "provisional")
    evidence = status["evidence"][-1]
    assert (evidence["way"], evidence["url"], evidence["archived_copy"]) == ("archive", url, address)
    assert (evidence["captured_at"], evidence["quote"]) == (taken_at, STATED)
    served = archive.pages[address.removeprefix(archive.url)].body
    assert evidence["sha256"] == hashlib.sha256(served).hexdigest()
    (alert,) = [row for row in watched.json("alerts") if row["kind"] == "status"]
    assert (alert["evidence"]["way"], alert["evidence"]["archived_copy"]) == ("archive", address)
    (message,) = watched.told()
    assert any(f"at {address}, not from the page itself" in caveat for caveat in message["caveats"])
    assert f"at {address}, not from the page itself" in watched.call("status", "kh-pdpl")


def test_the_source_is_well_while_copies_are_fresh_and_says_how_it_is_read(
    watched: Any, site: Any, archive: Any
) -> None:
    _, taken_at = keep(archive, f"{site.url}/progress", timedelta(hours=3), PREPARED)
    watched.run()

    (source,) = watched.json("sources")
    assert (source["health"], source["last_ok_at"]) == ("ok", taken_at)
    assert "direct: " in source["detail"]
    assert "read from an archived copy of" in source["detail"]


def test_a_copy_three_months_old_leaves_the_source_blocked(watched: Any, site: Any, archive: Any) -> None:
    keep(archive, f"{site.url}/progress", timedelta(days=90), PREPARED)
    watched.run(expect=3)

    (source,) = watched.json("sources")
    assert source["health"] == "blocked"
    assert "only an archived copy of" in source["detail"]
    assert len(watched.told("health")) == 1


def test_a_copy_of_a_challenge_leaves_the_source_blocked(watched: Any, site: Any, archive: Any) -> None:
    keep(archive, f"{site.url}/progress", timedelta(hours=1), REFUSED, status=403)
    watched.run(expect=3)

    (source,) = watched.json("sources")
    assert source["health"] == "blocked"
    assert "archive: the archived copy of" in source["detail"]


def test_replay_backup_and_restore_keep_what_was_read_from_copies(
    watched: Any, site: Any, archive: Any, tmp_path: Any
) -> None:
    url = f"{site.url}/progress"
    keep(archive, url, timedelta(hours=3), PREPARED)
    watched.run()
    keep(archive, url, timedelta(hours=1), page(STATED))
    watched.run()
    before = watched.json("status", "kh-pdpl")

    again = watched.json("replay")
    (replayed,) = [line for line in again["register"] if line["instrument"] == "kh-pdpl"]
    assert replayed["evidence"] == before[0]["evidence"]

    watched.call("backup", str(tmp_path / "kept.tar"))
    (tmp_path / "data").rename(tmp_path / "lost")
    watched.call("restore", str(tmp_path / "kept.tar"))
    assert watched.json("status", "kh-pdpl")[0]["evidence"] == before[0]["evidence"]
