"""The composition root: the only place that builds things from a configuration."""

import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import alerts, timetable
from monitor.announced import Announcements
from monitor.bulletins import Bulletins
from monitor.config import Checks, Config, load
from monitor.distress import Distress
from monitor.errors import BusyError, ConfigError, StorageError, UsageError
from monitor.model import (
    Alert,
    Channel,
    Claim,
    EventKind,
    Instrument,
    LifecycleEvent,
    Passage,
    ReviewState,
    Source,
    SourceHealth,
    Status,
    StoredVerdict,
)
from monitor.ports import Clock, SecondReader, Store, UnitOfWork
from monitor.processing import Deadlines, Intake, Judgement, Lookout, Plan
from monitor.processing.health import shown_health
from monitor.processing.intake import SourceReport
from monitor.processing.overtaking import close_overtaken
from monitor.status.judge import decision_of
from monitor.status.ladder import Step
from monitor.status.register import fold, fold_as_of
from monitor.status.words import stage_words

if TYPE_CHECKING:
    from monitor.status.claims import ClaimFinder
    from notifiers.apprise import AppriseNotifier
    from storage.backup import Manifest
    from storage.blobs import FileBlobs
    from storage.restore import Restored
    from storage.thinning import Thinned
    from storage.usage import Usage

log = logging.getLogger(__name__)

_RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right says an earlier time than this program was made at: a machine without one starts in 1970."""

_KEEPING_PATIENCE = 600.0
"""Seconds: a backup of a large archive takes minutes."""
_RUN_LOCK, _RUN_TAKEN = "run.lock", "another run holds the sources"

_KEPT = ("data_dir", "database_url", "health")
"""Keys of `[monitor]` that name what is open while the daemon works."""

_DELIVERY_PATIENCE = 120.0
"""Seconds: a pass over the outbox is bounded to less."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def checks() -> Checks:
    """What the adapters know about keys of the configuration."""
    from notifiers.apprise import check_url
    from spiders.registry import names

    return Checks(spiders=names(), cron=timetable.check_cron, channel_url=check_url, when=_check_when)


def _check_when(text: str) -> str | None:
    try:
        alerts.parse_when(text)
    except ValueError as error:
        return str(error)
    return None


def load_config(path: Path, environment: Mapping[str, str] = os.environ, *, text: str | None = None) -> Config:
    """The configuration at `path`, or `text` as if it stood there. Raises ConfigError with every fault."""
    return load(path, environment, checks(), text=text)


class _LateFinder:
    """The claims engine of `app`, loaded and built when the first new text is judged: in most runs there is none."""

    def __init__(self, app: "App") -> None:
        self._app = app

    def mentions(self, text: str, jurisdiction: str = "") -> frozenset[str]:
        return self._app.finder.mentions(text, jurisdiction)

    def find(self, passage: Passage, *, quick: bool = False) -> tuple[Claim, ...]:
        return self._app.finder.find(passage, quick=quick)


def _holder(lock: Path) -> str:
    """Who wrote itself into a lock file, followed by a comma; empty if that cannot be read."""
    with suppress(OSError, UnicodeDecodeError):
        written = lock.read_text(encoding="utf-8")
        return f"{written}, " if written else ""
    return ""


def _sign(lock: Path) -> None:
    """Write ourselves into a lock file. That is for people; the lock itself is the operating system's."""
    with suppress(OSError):
        lock.write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")


@dataclass(frozen=True)
class App:
    """Everything a command needs, built when first used."""

    config: Config
    clock: Clock

    @cached_property
    def data_dir(self) -> Path:
        """The data directory, made if need be. Raises StorageError when it cannot be."""
        data = self.config.data_dir
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{data}: the data directory cannot be made: {error.strerror}") from error
        return data

    @cached_property
    def store(self) -> Store:
        """The database and archive of the configuration. Raises StorageError when they cannot be used."""
        from storage.sql import SqlStore

        # A database that is gone while its archive is there was lost, and making a new one would hide that.
        return SqlStore(self._database_url, self._blobs, may_create=self._blobs.is_empty())

    def close(self) -> None:
        """Give the database back, so that its log is written into it and gone. Nothing happens if it was never used."""
        if "store" in vars(self):
            self.store.close()

    def reconfigured(self, config: Config) -> "App":
        """An app by another configuration on the same open database. Raises ConfigError for what must not change."""
        faults = [
            f"{config.path.name}: monitor.{key}: a running daemon keeps what it began with; restart it to change this"
            for key in _KEPT
            if getattr(config, key) != getattr(self.config, key)
        ]
        if faults:
            raise ConfigError(faults)
        renewed = replace(self, config=config)
        vars(renewed)["store"] = self.store
        return renewed

    @cached_property
    def _blobs(self) -> "FileBlobs":
        from storage.blobs import FileBlobs

        return FileBlobs(self.data_dir / "blobs")

    @property
    def _database_url(self) -> str:
        return self.config.database_url or f"sqlite:///{self.data_dir / 'monitor.sqlite'}"

    @cached_property
    def finder(self) -> "ClaimFinder":
        """The claims engine over the configured packs."""
        from monitor.status.claims import ClaimFinder
        from monitor.status.tagger.network import Network

        return ClaimFinder(self.config.packs, trained=Network())

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every configured source by id, enabled or not."""
        return {source.id: source for source in self.config.sources}

    @cached_property
    def judgement(self) -> Judgement:
        """Judges what readings bring and routes the alerts."""
        return Judgement(
            packs=self.config.packs,
            sources=self.sources,
            finder=_LateFinder(self),
            channels=self.config.channels,
            timezone=self.config.timezone,
            second_reader=self._second_reader(),
        )

    def _second_reader(self) -> SecondReader | None:
        if self.config.second_reader is None:
            return None
        from monitor.second_reader import ChatReader

        return ChatReader(self.config.second_reader)

    @property
    def next_due(self) -> Callable[[Source, datetime], datetime]:
        """When a source is due after a moment, by the dates that are announced now. Raises StorageError.

        To be taken before a transaction, for the announced dates may have to be read.
        """
        if not self._any_denser:
            return self._plain_due
        return timetable.next_due(self.config.timezone, self._announcements.dates())

    @cached_property
    def _any_denser(self) -> bool:
        return any(source.denser is not None for source in self.config.sources)

    @cached_property
    def _plain_due(self) -> Callable[[Source, datetime], datetime]:
        return timetable.next_due(self.config.timezone)

    @cached_property
    def _announcements(self) -> Announcements:
        return Announcements(lambda: self.store, self.config.packs.instruments, self.clock)

    def chosen(self, ids: Sequence[str]) -> tuple[Source, ...]:
        """The sources named, or all enabled ones. Raises UsageError for an unknown id."""
        unknown = [name for name in ids if name not in self.sources]
        if unknown:
            raise UsageError(f"there is no source {', '.join(unknown)}; `monitor sources` lists them")
        if ids:
            return tuple(self.sources[name] for name in dict.fromkeys(ids))
        return tuple(source for source in self.config.sources if source.enabled)

    def hold_sources(self) -> AbstractContextManager[object]:
        """Hold the sources for this run. Raises BusyError when another run has them.

        A lock of the operating system, so that a run that was killed never blocks the next.
        """
        return self.hold(_RUN_LOCK, _RUN_TAKEN)

    def hold(self, name: str, taken: str, *, wait: float = 0.0) -> AbstractContextManager[object]:
        """Hold the lock file `name` of the data directory, waiting at most `wait` seconds for it.

        Raises BusyError saying `taken` when another process holds it.
        """
        from filelock import FileLock, Timeout

        lock = self.data_dir / name
        try:
            held = FileLock(lock, fallback_to_soft=False).acquire(timeout=wait)
        except Timeout:
            raise BusyError(f"{taken} ({_holder(lock)}{lock})") from None
        except OSError as error:
            raise StorageError(f"{lock}: cannot be written: {error.strerror}") from error
        _sign(lock)
        return held

    @contextmanager
    def lend_sources(self) -> Iterator[int]:
        """Hold the sources by an open file, given by its descriptor, so that child processes can hold them as well.

        They stay held until the last process that inherited the file has ended, whatever becomes of this one. Raises
        BusyError when another run has them.
        """
        from filelock import lock_descriptor

        lock = self.data_dir / _RUN_LOCK
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageError(f"{lock}: cannot be written: {error.strerror}") from error
        try:
            if not lock_descriptor(descriptor, blocking=False):
                raise BusyError(f"{_RUN_TAKEN} ({_holder(lock)}{lock})")
            _sign(lock)
            yield descriptor
        finally:
            os.close(descriptor)

    # Keeping -----------------------------------------------------------------------------------------------------

    def back_up(self, target: Path) -> "Manifest":
        """Write database and archive into the file `target`, also while others write. Raises StorageError."""
        from storage.backup import back_up

        with self._keeping(wait=_KEEPING_PATIENCE):
            return back_up(self._database_url, self._blobs, target, now=self.clock.now())

    def usage(self) -> "Usage":
        """What everything takes on the disk, and how long there is room. Raises StorageError."""
        from storage.engine import sqlite_path
        from storage.usage import measure

        return measure(self.data_dir, sqlite_path(self._database_url), self._blobs, now=self.clock.now())

    def thin(self, *, older_than: timedelta, trial: bool) -> "Thinned":
        """Delete what may go of captures older than that (see `storage.thinning`), or only count it.

        Raises BusyError while a run or a backup works here.
        """
        from storage.thinning import thin

        with self.hold_sources(), self._keeping():
            return thin(self._database_url, self._blobs, before=self.clock.now() - older_than, trial=trial)

    def _keeping(self, *, wait: float = 0.0) -> AbstractContextManager[object]:
        """Keep bodies from going while a backup is made. Where no lock can be written nothing can be deleted either."""
        try:
            return self.hold("keeping.lock", "a backup is being made here, or the archive thinned", wait=wait)
        except StorageError:
            return nullcontext()

    def restore(self, source: Path, *, force: bool) -> "Restored":
        """Put the backup in the file `source` in place. Raises BusyError while a daemon or a run works here."""
        from storage.restore import restore

        with ExitStack() as held:
            held.enter_context(self.hold("daemon.lock", "a daemon works here; stop it first"))
            held.enter_context(self.hold_sources())
            held.enter_context(self.hold("delivery.lock", "another process delivers alerts"))
            return restore(source, url=self._database_url, blobs=self._blobs, force=force, now=self.clock.now())

    def read_sources(
        self,
        sources: Sequence[Source],
        *,
        on_progress: Callable[[str, int], None] = lambda source_id, requests: None,
        on_finished: Callable[[SourceReport], None] = lambda report: None,
        on_pulse: Callable[[], None] = lambda: None,
        lent: bool = False,
    ) -> Sequence[SourceReport]:
        """Read `sources` once, now; judge and store what they bring. At most once in a process (see `crawl`).

        `on_pulse` is called every few seconds while it moves. `lent` says that a parent process holds the sources for
        this one (see `lend_sources`). Raises BusyError when another run has them.
        """
        from monitor.crawl import crawl

        with nullcontext() if lent else self.hold_sources():
            self.store.verify()
            self._look_over()
            plan = Plan(self.store, sources, self.clock.now())
            intake = Intake(
                store=self.store,
                plan=plan,
                sources=self.sources,
                judgement=self.judgement,
                alert_after=self.config.alert_after,
                next_due=self.next_due,
                on_progress=on_progress,
                on_finished=on_finished,
            )

            def pulse() -> None:
                on_pulse()
                intake.flush()  # what was read need not wait for the sources that are still being read

            crawl(plan, intake, config=self.config, clock=self.clock, pulse=pulse)
            intake.flush()
            return intake.reports

    # Watching the watching ---------------------------------------------------------------------------------------

    def look(self) -> bool:
        """Bring every ledger up to the present: what was not read for too long is told once, and a quiet week as well.

        True if something was told. Raises StorageError, and UsageError when the machine's clock cannot be right.
        """
        blind, quiet = self._look_over(), self.bulletins.tell_week()
        return blind or quiet

    def check_clock(self) -> None:
        """Raise UsageError when the machine's clock cannot be right."""
        now = self.clock.now()
        if now < _RELEASED:
            raise UsageError(f"the machine's clock says {now:%Y-%m-%d %H:%M} UTC, which is past; set it")

    def _look_over(self) -> bool:
        self.check_clock()
        now = self.clock.now()
        watch = Lookout(
            store=self.store, judgement=self.judgement, next_due=self.next_due, timezone=self.config.timezone
        )
        told = watch.look(self.config.sources, now)
        if told:
            log.warning("not read for two intervals and an hour: %s", ", ".join(told))
        slipped = self._deadlines.look(now)
        return bool(told or slipped)

    @cached_property
    def _deadlines(self) -> Deadlines:
        return Deadlines(
            store=self.store,
            judgement=self.judgement,
            sources=self.sources,
            timezone=self.config.timezone,
            coverage=lambda: self.coverage().line,
        )

    def coverage(self) -> alerts.Coverage:
        """How much of what should be read is being read, now."""
        now = self.clock.now()
        with self.store.read() as uow:
            ledgers = uow.sources.all()
        listed = []
        for source in self.chosen(()):
            ledger = ledgers.get(source.id) or self.fresh_ledger(source)
            health = shown_health(ledger, source, now, next_due=self.next_due)
            listed.append(alerts.Watched(source_id=source.id, health=health, last_ok_at=ledger.last_ok_at))
        return alerts.coverage(listed, now)

    def ping(self) -> None:
        """Tell the dead-man's check, if there is one, that a run went well. What goes wrong is logged, no more."""
        if not self.config.ping_url:
            return
        from notifiers.deadman import ping

        problem = ping(self.config.ping_url)
        if problem:
            log.warning("the dead-man's check was not reached: %s", problem)

    # Telling -----------------------------------------------------------------------------------------------------

    @cached_property
    def notifier(self) -> "AppriseNotifier":
        """Sends to the configured channels."""
        from notifiers.apprise import AppriseNotifier

        allow_hosts = self.config.allow_hosts if self.config.guard_channels else None
        return AppriseNotifier(self.config.channels, allow_hosts=allow_hosts)

    @cached_property
    def distress(self) -> Distress:
        """Tells operators of storage that fails, past it."""
        return Distress(
            data_dir=self.config.data_dir,
            channels=self.config.channels,
            notifier=lambda: self.notifier,
            clock=self.clock,
            timezone=self.config.timezone,
        )

    def deliver(self, stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
        """Send everything that is due once; how many were sent, failed for now, or died.

        Nothing more is sent once `stop` says so.
        One process delivers at a time, since outbox rows are not claimed singly.
        """
        from monitor.delivery import drain

        with self.hold("delivery.lock", "another process delivers alerts", wait=_DELIVERY_PATIENCE):
            self.bulletins.tell_week()
            report = drain(
                self.store,
                self.notifier,
                self.clock,
                {channel.id: channel for channel in self.config.channels},
                combine=self._combine,
                due_at=alerts.due_at,
                stop=stop,
            )
            self.bulletins.write_feeds()
        for error in report.errors:
            log.warning("not delivered: %s", error)
        return {"sent": report.sent, "failed": report.failed, "dead": report.dead}

    @cached_property
    def bulletins(self) -> Bulletins:
        """What is told of many alerts at once."""
        return Bulletins(store=self.store, config=self.config, clock=self.clock, coverage=self.coverage)

    def _combine(self, waiting: Sequence[Alert], channel: Channel, now: datetime) -> Alert:
        # A channel that gets all at once is told together only of what came in a flood.
        span = "in a short time" if channel.when == "now" else "since the last digest"
        return alerts.digest(
            waiting, channel.id, now, local_timezone=channel.timezone, coverage=self.coverage().line, span=span
        )

    # The register ------------------------------------------------------------------------------------------------

    def register(self, *, as_of: datetime | None = None) -> list[Status]:
        """Where every instrument stands, or what was held at the moment `as_of`."""
        with self.store.read() as uow:
            events = uow.events.all()
        instruments = self.config.packs.instruments.values()
        if as_of is None:
            return [fold(instrument, events.get(instrument.id, ())) for instrument in instruments]
        return [fold_as_of(instrument, events.get(instrument.id, ()), as_of) for instrument in instruments]

    def decide(self, verdict_id: int, decision: ReviewState, *, by: str, note: str) -> Status:
        """Record a person's decision on an open verdict and return where its instrument stands now.

        Raises UsageError for a verdict that does not exist or is not open.
        """
        now = self.clock.now()
        with self.store.begin() as uow:
            try:
                stored = uow.verdicts.get(verdict_id)
            except KeyError:
                raise UsageError(f"there is no verdict {verdict_id}; `monitor review` lists those that wait") from None
            if not uow.verdicts.decide(verdict_id, decision):
                raise UsageError(f"verdict {verdict_id} does not wait for review; it is {stored.review}")
            event = decision_of(stored, accepted=decision is ReviewState.CONFIRMED, reviewer=by, note=note, at=now)
            instrument = self.config.packs.instruments[stored.verdict.claim.instrument]
            if event is not None:
                uow.events.add(replace(event, note=self._settled(uow, stored, event, instrument)))
            return fold(instrument, uow.events.of(instrument.id))

    def _settled(self, uow: UnitOfWork, stored: StoredVerdict, event: LifecycleEvent, instrument: Instrument) -> str:
        """The note of a person's decision, naming the provisional verdicts that it leaves nothing to ask about."""
        reached = stored.verdict.to_stage
        if event.kind is not EventKind.CONFIRMED or reached is None:
            return event.note
        closed = close_overtaken(uow, instrument, Step(reached, stored.verdict.claim.target))
        return "; ".join(filter(None, (event.note, closed)))

    def stage_words(self, held: Status) -> str:
        """Where an instrument stands, in words that fit its type."""
        packs = self.config.packs
        return stage_words(Step(held.stage, held.target), packs.instruments[held.instrument].type, packs.bodies)

    def fresh_ledger(self, source: Source) -> SourceHealth:
        """The ledger of a source that was never read."""
        return SourceHealth(source_id=source.id)
