"""Checks everything a run depends on and says what to mend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.app import App
from monitor.errors import MonitorError, StorageError, UsageError
from monitor.model import AlertKind, Channel, DeliveryState, Health, Source, Way
from monitor.probing.looks import Looker, Preview
from monitor.processing.health import shown_health
from monitor.text.httpdates import http_date

_WEEK, _MINUTE = timedelta(days=7), timedelta(minutes=1)
_LATE = timedelta(hours=1)
_SKEW = timedelta(minutes=5)
"""How far the clocks of sites may be from ours: `Date` is to the second, and caches serve it some minutes late."""

_ROOM = 1 << 30
"""Bytes that should be free: an upgrade sets a copy of the database aside."""
_SOON = 30.0
"""Days of room below which somebody should act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `mend` says what to do when it is not well."""

    area: str
    ok: bool
    text: str
    mend: str = ""


def examine(app: App, look: Looker, *, visit: bool = False) -> list[Finding]:
    """Look at configuration, packs, clock, disk, database, channels, ways and sources.

    The configuration itself has loaded already. `visit` asks every enabled source now instead of reporting how its last
    readings went. Nothing is asked of the network otherwise, but for the archive where a source needs it.
    """
    findings = [*_configuration(app), *_packs(app), *_browser(app)]
    try:
        findings += _archive(app, look)
        findings += _clock(app)
        findings += _database(app)
        findings += _disk(app)
        findings += _timetable(app)
        findings += _visited(app, look) if visit else _sources(app)
        findings += _removals(app)
    except StorageError as error:
        findings.append(
            Finding(area="database", ok=False, text=str(error), mend="see the message; nothing was recreated")
        )
    except MonitorError as error:  # of a look: what was found so far is worth showing
        findings.append(Finding(area="looking", ok=False, text=str(error), mend="see the message"))
    return findings


def _configuration(app: App) -> Iterator[Finding]:
    enabled = len(app.chosen(()))
    total = len(app.config.sources)
    yield Finding(
        area="configuration",
        ok=enabled > 0,
        text=f"{app.config.path}: {total} sources, {enabled} of them enabled",
        mend="" if enabled else "enable at least one source",
    )
    channels = app.config.channels
    yield Finding(
        area="channels",
        ok=bool(channels),
        text=f"{len(channels)} channels: {', '.join(channel.id for channel in channels) or 'none'}",
        mend="check each with: monitor notify test" if channels else "add a [[channel]], or nobody will be told",
    )
    yield from _audiences(channels)
    if "example.org" in app.config.contact:
        yield Finding(
            area="configuration",
            ok=False,
            text=f"contact is {app.config.contact}",
            mend="put your own address into [monitor] contact; official sites must be able to reach you",
        )


def _audiences(channels: Sequence[Channel]) -> Iterator[Finding]:
    """Whether readers of law and operators are told apart, and operators at all."""
    operators = [channel for channel in channels if AlertKind.HEALTH in channel.kinds]
    mixed = [channel.id for channel in operators if AlertKind.STATUS in channel.kinds]
    if mixed:
        yield Finding(
            area="channels",
            ok=True,
            text=f"{', '.join(mixed)}: news of law and the health of sources come to one place; if its readers are no "
            'operators, give the kinds "health" and "recovered" a [[channel]] of their own',
        )
    if channels and not operators:
        yield Finding(
            area="channels",
            ok=True,
            text="nobody is told when a source cannot be read or a message cannot be delivered; to change that, add a "
            '[[channel]] with kinds = ["health", "recovered"]',
        )


def _packs(app: App) -> Iterator[Finding]:
    packs = app.config.packs
    app.finder.mentions("")  # builds the automaton, so that a pack that cannot be used shows here
    yield Finding(
        area="packs", ok=True, text=f"{len(packs.instruments)} instruments and {len(packs.bodies)} bodies declared"
    )


def _database(app: App) -> Iterator[Finding]:
    app.store.verify()
    with app.store.begin() as uow:
        dead = uow.outbox.all(state=DeliveryState.DEAD)
        waiting = uow.outbox.all(state=DeliveryState.PENDING)
    yield Finding(area="database", ok=True, text=f"{app.config.data_dir} can be read and written")
    yield Finding(
        area="alerts",
        ok=not dead,
        text=f"{len(waiting)} waiting, {len(dead)} dead",
        mend="see them with: monitor alerts --state dead" if dead else "",
    )


def _clock(app: App) -> Iterator[Finding]:
    """Whether the clock can be right: not before this program was made, nor before what is recorded already."""
    now = app.clock.now()
    try:
        app.check_clock()
    except UsageError as error:
        yield Finding(
            area="clock", ok=False, text=str(error), mend="set the clock and keep it right with an NTP service"
        )
        return
    with app.store.read() as uow:
        attempts = [ledger.last_attempt_at for ledger in uow.sources.all().values() if ledger.last_attempt_at]
    latest = max(attempts, default=now)
    yield Finding(
        area="clock",
        ok=latest <= now + _SKEW,
        text=f"{now:%Y-%m-%d %H:%M} UTC"
        + (f", but a source was read at {latest:%Y-%m-%d %H:%M} UTC" if latest > now + _SKEW else ""),
        mend="" if latest <= now + _SKEW else "the clock was set back, or the database comes from another machine",
    )


def _disk(app: App) -> Iterator[Finding]:
    used = app.usage()
    soon = used.days_left is not None and used.days_left < _SOON
    left = f", enough for {used.days_left:,.0f} days as it grows now" if used.days_left is not None else ""
    tight = used.free < _ROOM or soon
    yield Finding(
        area="disk",
        ok=not tight,
        text=f"{used.free / 1e9:,.1f} GB free at {app.config.data_dir}{left}",
        mend="make room, or let old captures go: monitor thin --help" if tight else "",
    )


def _browser(app: App) -> Iterator[Finding]:
    """Whether Chromium can be started, where an enabled source is read through it."""
    wanting = _wanting(app, Way.BROWSER)
    if not wanting:
        return
    from spiders.chromium import fault as missing

    fault = missing(app.config.browser)
    yield Finding(
        area="browser",
        ok=fault is None,
        text=f"Chromium is there for {wanting}" if fault is None else f"none for {wanting}",
        mend=fault or "",
    )


def _archive(app: App, look: Looker) -> Iterator[Finding]:
    """Whether the archive answers, where an enabled source may need it."""
    wanting = _wanting(app, Way.ARCHIVE)
    if not wanting:
        return
    (seen,) = look([Source(id="archive", url=app.config.archive)], 1)
    trouble = "; ".join(problem.detail for _, problem in seen.problems)
    status = next((capture.status for capture in seen.captures), 0)
    well = 200 <= status < 500
    yield Finding(
        area="archive",
        ok=well,
        text=f"{app.config.archive} " + (f"answers, for {wanting}" if well else trouble or f"answered {status}"),
        mend="" if well else "without it those sources are read directly or not at all; look again later",
    )


def _wanting(app: App, way: Way) -> str:
    """The enabled sources that name `way`, in words; empty if there is none."""
    return ", ".join(source.id for source in app.chosen(()) if way in source.fetch)


def _timetable(app: App) -> Iterator[Finding]:
    """How punctual the last week was: a gap shows that the monitor was off or asleep, or that a run took too long."""
    now = app.clock.now()
    with app.store.read() as uow:
        slots = uow.sources.served(since=now - _WEEK)
    latest = max(slots, key=lambda slot: slot.read_at - slot.due_at, default=None)
    if latest is None:
        yield Finding(area="timetable", ok=True, text="no slot has been due in the last week")
        return
    late = latest.read_at - latest.due_at
    yield Finding(
        area="timetable",
        ok=late <= _LATE,
        text=f"{len(slots)} slots served in the last week, the latest of them {late // _MINUTE} minutes after its time "
        f"({latest.source_id}, due {latest.due_at:%Y-%m-%d %H:%M} UTC)",
        mend="" if late <= _LATE else "was the machine off or asleep then? `monitor run` must run all the time",
    )


def _sources(app: App) -> Iterator[Finding]:
    now = app.clock.now()
    with app.store.read() as uow:
        ledgers = uow.sources.all()
    for source in app.chosen(()):
        ledger = ledgers.get(source.id) or app.fresh_ledger(source)
        health = shown_health(ledger, source, now, next_due=app.next_due)
        well = health in (Health.OK, Health.NEW)
        yield Finding(
            area=f"source {source.id}",
            ok=well,
            text=f"{health}" + (f": {ledger.detail}" if ledger.detail else ""),
            mend="" if well else f"look at it with: monitor sources test {source.id}",
        )
    known = {source.id for source in app.config.sources}
    for gone in sorted(set(ledgers) - known):
        yield Finding(area=f"source {gone}", ok=True, text="no longer configured; its archive is kept")


def _removals(app: App) -> Iterator[Finding]:
    """What `remove` leaves out of the document of each source that was read last."""
    from monitor.extract.removal import removal

    for source in app.chosen(()):
        if not source.remove:
            continue
        with app.store.read() as uow:
            documents = [known for known in uow.documents.of([source.id])[source.id].values() if known.snapshot_id]
            if not documents:
                continue
            latest = max(documents, key=lambda known: known.snapshot_id)
            capture = uow.captures.get(uow.snapshots.get(latest.snapshot_id).capture_id).capture
        taken = removal(capture, source)
        if taken is None:
            continue
        yield Finding(
            area=f"source {source.id}",
            ok=not taken.much,
            text=f"remove leaves out {taken.share:.0%} of {latest.url} ({taken.blocks} of {taken.of_blocks} blocks)",
            mend="no change in there is seen; let remove name less than the text itself" if taken.much else "",
        )


def _visited(app: App, look: Looker) -> Iterator[Finding]:
    """Every enabled source, asked now by its configured ways."""
    from monitor.probing.looks import LOOK
    from monitor.probing.reports import report, too_old

    previews = look(app.chosen(()), LOOK)
    yield from _skew(previews)
    now, next_due = app.clock.now(), app.next_due
    for preview in previews:
        seen = report(preview)
        read = sum(each.problem is None for each in seen.documents)
        problem = too_old(seen, preview.source, now, next_due) if read else next(iter(seen.problems), None)
        well = read > 0 and problem is None
        if problem is not None:
            text = f"{problem.kind}: {problem.detail}"
        elif read:
            text = "read now: 1 document" if read == 1 else f"read now: {read} documents"
        else:
            text = "nothing was answered"
        yield Finding(
            area=f"source {preview.source.id}",
            ok=well,
            text=text,
            mend="" if well else f"see what would help: monitor sources test {preview.source.id} --all-ways",
        )


def _skew(previews: Sequence[Preview]) -> Iterator[Finding]:
    """Our clock against those of the sites that were asked; one of them may be wrong itself."""
    captures = [capture for preview in previews for capture in preview.captures if capture.way is not Way.ARCHIVE]
    off = [
        (capture.fetched_at - said).total_seconds()
        for capture in {capture.source_id: capture for capture in captures}.values()
        if (said := http_date(capture.header("date")))
    ]
    if not off:
        return
    seconds = sorted(off, key=abs)[(len(off) - 1) // 2]
    well = abs(seconds) <= _SKEW.total_seconds()
    yield Finding(
        area="clock",
        ok=well,
        text=f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} the sites that were asked",
        mend="" if well else "set the clock and keep it right with an NTP service",
    )
