"""Writes the files for machines: an Atom feed of alerts, a calendar of dates. Made anew from the database each time.

A file is replaced in one step, so that nobody reads half of one, and left alone while nothing in it changed.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from monitor.alerts.planned import Planned
from monitor.alerts.routing import follows, unchosen
from monitor.model import Alert, Feed

ENTRIES = 200
"""The newest alerts an Atom file lists."""


def write(feeds: Sequence[Feed], alerts: Sequence[Alert], dates: Sequence[Planned], *, contact: str) -> list[str]:
    """Bring the files of `feeds` up to date; a sentence for each that cannot be written.

    `alerts` come newest first. The ids in all files belong to the domain of `contact`, so they change with it.
    """
    troubles = []
    for feed in feeds:
        try:
            _replace(Path(feed.file), content(feed, alerts, dates, contact=contact))
        except OSError as error:
            troubles.append(f"the feed {feed.file} cannot be written: {error.strerror or type(error).__name__}")
    return troubles


def content(feed: Feed, alerts: Sequence[Alert], dates: Sequence[Planned], *, contact: str) -> bytes:
    """What belongs into the file of `feed`."""
    authority = _authority(contact)
    if feed.file.endswith(".ics"):
        from notifiers.calendar import calendar

        wanted = [each for each in dates if follows(feed, each.instrument.id, each.instrument.jurisdiction)]
        return calendar(wanted, authority=authority)
    from notifiers.atom import atom

    listed = list(_listed(feed, alerts))
    return atom(listed, authority=authority, name=Path(feed.file).name, home=contact, url=feed.url)


def _listed(feed: Feed, alerts: Sequence[Alert]) -> Iterator[Alert]:
    fitting = (alert for alert in alerts if not unchosen(feed, alert, (alert.instrument,) if alert.instrument else ()))
    return (alert for alert, _ in zip(fitting, range(ENTRIES), strict=False))


def _authority(contact: str) -> str:
    """The domain of a mail or web address."""
    if contact.startswith("mailto:"):
        return contact.rpartition("@")[2].partition("?")[0].lower()
    return urlsplit(contact).hostname or "localhost"


def _replace(path: Path, written: bytes) -> None:
    """Put `written` into the file at `path`, in one step. Raises OSError."""
    try:
        if path.read_bytes() == written:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(written)
    part.replace(path)
