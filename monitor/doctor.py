"""Checks everything a run depends on and says what to mend."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from monitor.app import App
from monitor.errors import StorageError
from monitor.model import DeliveryState, Health
from monitor.processing.health import shown_health

_WEEK, _MINUTE = timedelta(days=7), timedelta(minutes=1)
_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `mend` says what to do when it is not well."""

    area: str
    ok: bool
    text: str
    mend: str = ""


def examine(app: App) -> list[Finding]:
    """Look at configuration, packs, database, channels and sources. The configuration itself has loaded already."""
    findings = [*_configuration(app), *_packs(app)]
    try:
        findings += _database(app)
        findings += _timetable(app)
        findings += _sources(app)
    except StorageError as error:
        findings.append(
            Finding(area="database", ok=False, text=str(error), mend="see the message; nothing was recreated")
        )
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
    if "example.org" in app.config.contact:
        yield Finding(
            area="configuration",
            ok=False,
            text=f"contact is {app.config.contact}",
            mend="put your own address into [monitor] contact; official sites must be able to reach you",
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
