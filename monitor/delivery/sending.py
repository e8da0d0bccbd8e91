"""Sends what the outbox holds: at least once, each channel on its own, marked after it was sent.

Every send happens outside a transaction, in a thread of its channel's own; only the calling thread touches the store,
and a channel's next send starts after its last one was marked. So a crash repeats at most one message per channel,
under the same key.

Within one channel, alerts about one instrument or from one source keep their order: when one fails, the later ones wait
behind it. After two failures in a row, or when the other side says how long to wait, the whole channel waits. A channel
with a failed alert gets nothing until that may be tried again; the time is in the outbox, so other processes keep it.
A flood of alerts that are not urgent becomes one message (see `messages`) and comes after the urgent ones. In a
channel's quiet hours all but the most urgent is put off until they end, a second try as well as a first.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.alerts.routing import quiet_until
from monitor.delivery.messages import FLOOD_WINDOW, Combine, Job, is_collected, messages, through_the_night
from monitor.delivery.policy import GIVE_UP_AFTER, SETTLE_AT, given_up, is_obituary, obituary, retry_at
from monitor.model import AlertKind, Channel, Delivery, DeliveryState
from monitor.ports import Clock, Notifier, SendResult, Store

FAILURES_TO_REST = 2
PASS_SECONDS = 8.0
PATIENCE_SECONDS = 22.0
"""No new send after so long in one pass; no longer wait for one send. Together 30 s, so that a channel that hangs keeps
new alerts from the others no longer than that. Notifiers give up a little earlier, with a better reason."""

DueAt = Callable[[Channel, datetime], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was done, in outbox rows: sent, failed (to be tried again), dead (given up), waiting (put behind a failed
    one), left (time ran out; still due).

    `errors` holds one line per failed or dead send, naming channel and key.
    """

    sent: int = 0
    failed: int = 0
    dead: int = 0
    waiting: int = 0
    left: int = 0
    errors: tuple[str, ...] = ()

    @property
    def tried(self) -> int:
        """Rows a send was made for."""
        return self.sent + self.failed + self.dead


def deliver_due(
    store: Store,
    notifier: Notifier,
    clock: Clock,
    channels: Mapping[str, Channel],
    *,
    combine: Combine,
    due_at: DueAt,
    within: float = PASS_SECONDS,
    patience: float = PATIENCE_SECONDS,
) -> Report:
    """Send every delivery that is due now and not held up.

    `combine` makes one digest of the alerts due on a channel whose `when` is not `now`; it gets them, the channel and
    the time. `due_at` says when a channel takes a new alert (operators are told when a delivery is given up). No send
    starts later than `within` seconds after the first; one that has not returned after `patience` seconds counts as
    failed and its thread is left behind: a pass takes at most `within + patience` seconds. Raises StorageError.
    """
    return _Pass(store, notifier, clock, channels, combine, due_at, patience).run(within)


def drain(
    store: Store,
    notifier: Notifier,
    clock: Clock,
    channels: Mapping[str, Channel],
    *,
    combine: Combine,
    due_at: DueAt,
    within: float = 60.0,
    patience: float = PATIENCE_SECONDS,
    stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Pass after pass until nothing that is due can be sent, for a single run; new sends for `within` seconds, and
    none once `stop` says so (asked by the calling thread): then only what is on its way is waited for.

    A delivery that fails is not tried a second time, as its next try lies at least 15 s ahead. Raises StorageError.
    """
    end = time.monotonic() + within
    total = Report()
    while (left := end - time.monotonic()) > 0 and not stop():
        done = _Pass(store, notifier, clock, channels, combine, due_at, patience, stop).run(min(left, PASS_SECONDS))
        total = Report(
            sent=total.sent + done.sent,
            failed=total.failed + done.failed,
            dead=total.dead + done.dead,
            waiting=total.waiting + done.waiting,
            left=done.left,
            errors=total.errors + done.errors,
        )
        if not done.tried:
            break
    return total


@dataclass(slots=True, kw_only=True)
class _Lane:
    """One channel during a pass: its messages in order and what has gone wrong so far."""

    channel: Channel
    jobs: deque[Job]
    held: set[tuple[str, str]] = field(default_factory=set)
    held_until: datetime | None = None
    failures_in_a_row: int = 0
    running: Job | None = None
    number: int = 0
    gives_up_at: float = 0.0


class _Pass:
    """One pass over the outbox."""

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        clock: Clock,
        channels: Mapping[str, Channel],
        combine: Combine,
        due_at: DueAt,
        patience: float,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._clock = clock
        self._channels = channels
        self._combine = combine
        self._due_at = due_at
        self._patience = patience
        self._stop = stop
        self._answers: queue.Queue[tuple[str, int, SendResult]] = queue.Queue()
        self._sent = self._failed = self._dead = self._waiting = 0
        self._errors: list[str] = []

    def run(self, within: float) -> Report:
        lanes = self._lanes()
        end = time.monotonic() + within
        for lane in lanes.values():
            self._start_next(lane, end)
        while running := [lane for lane in lanes.values() if lane.running]:
            lane, job, result = self._wait(lanes, running)
            self._mark(lane, job, result)
            self._start_next(lane, end)
        return Report(
            sent=self._sent,
            failed=self._failed,
            dead=self._dead,
            waiting=self._waiting,
            left=sum(len(job.rows) for lane in lanes.values() for job in lane.jobs),
            errors=tuple(self._errors),
        )

    def _lanes(self) -> dict[str, _Lane]:
        """What can be sent now, by channel. Rows of unknown and of resting channels are settled on the way."""
        now = self._clock.now()
        with self._store.read() as unit:
            if not unit.outbox.due(now, limit=1):
                return {}
            pending = list(reversed(unit.outbox.all(state=DeliveryState.PENDING)))
        by_channel: dict[str, list[Delivery]] = {}
        for row in pending:
            by_channel.setdefault(row.channel, []).append(row)
        lanes = {}
        for channel_id, rows in by_channel.items():
            due = [row for row in rows if row.next_attempt_at <= now]
            channel = self._channels.get(channel_id)
            if not due:
                continue
            if channel is None:
                self._bury(due, f"channel {channel_id!r} is no longer in the configuration", now)
                continue
            until = quiet_until(channel, now)
            if until is not None:
                due = self._in_quiet_hours(rows, due, now, until)
            # What waits for the end of quiet hours does not wait because it failed.
            tried = [row for row in rows if row.attempts and row.next_attempt_at > now and row.next_attempt_at != until]
            if due and tried:
                self._postpone(due, max(row.next_attempt_at for row in tried))
            elif due:
                lanes[channel_id] = _Lane(channel=channel, jobs=deque(self._jobs(channel, due, now)))
        return lanes

    def _in_quiet_hours(
        self, rows: Sequence[Delivery], due: Sequence[Delivery], now: datetime, until: datetime
    ) -> list[Delivery]:
        """What is sent all the same; the rest of what is due waits."""
        sent = through_the_night(rows, now, until)
        if waiting := [row for row in due if row not in sent]:
            self._postpone(waiting, until)
        return sent

    def _jobs(self, channel: Channel, rows: Sequence[Delivery], now: datetime) -> Sequence[Job]:
        """The messages to send now; rows that must not flood the channel are put off."""
        recent: list[datetime] = []
        if any(is_collected(row.alert) for row in rows):
            with self._store.read() as unit:
                sent = unit.outbox.sent_since(channel.id, now - FLOOD_WINDOW)
            recent = [row.sent_at for row in sent if row.sent_at is not None and is_collected(row.alert)]
        made = messages(channel, rows, now, self._combine, recent=recent)
        if made.wait_until is not None:
            self._postpone(made.waiting, made.wait_until)
        return made.jobs

    def _start_next(self, lane: _Lane, end: float) -> None:
        """Begin the channel's next message, passing over what must wait behind a failed one."""
        behind: list[Delivery] = []
        while lane.jobs and time.monotonic() < end and not self._stop():
            job = lane.jobs.popleft()
            if lane.failures_in_a_row >= FAILURES_TO_REST or lane.held & job.topics:
                lane.held |= job.topics
                behind += job.rows
            else:
                self._start(lane, job)
                break
        if behind and lane.held_until:
            self._postpone(behind, lane.held_until)

    def _start(self, lane: _Lane, job: Job) -> None:
        lane.running = job
        lane.number += 1
        lane.gives_up_at = time.monotonic() + self._patience
        arguments = (job, lane.channel.id, lane.number)
        threading.Thread(target=self._send, args=arguments, name=f"deliver-{lane.channel.id}", daemon=True).start()

    def _send(self, job: Job, channel: str, number: int) -> None:
        """Runs in a thread of its own and touches nothing but the notifier and the queue."""
        try:
            result = self._notifier.send(job.alert, channel)
            if result.settle is not None and job.attempt >= SETTLE_AT:
                result = result.settle()
        except Exception as error:  # A fault in a notifier must not stop the other channels; its text may hold secrets.
            result = SendResult(ok=False, error=f"the notifier failed ({type(error).__name__})")
        self._answers.put((channel, number, result))

    def _wait(self, lanes: Mapping[str, _Lane], running: Sequence[_Lane]) -> tuple[_Lane, Job, SendResult]:
        """The next answer, or a failure for the send that has been out longest once patience ends."""
        slowest = min(running, key=lambda lane: lane.gives_up_at)
        while True:
            try:
                channel, number, result = self._answers.get(timeout=max(slowest.gives_up_at - time.monotonic(), 0.0))
            except queue.Empty:
                lane, result = slowest, SendResult(ok=False, error=f"no answer within {self._patience:g} s")
            else:
                lane = lanes[channel]
                if number != lane.number:
                    continue
            if lane.running is not None:
                job, lane.running = lane.running, None
                return lane, job, result

    def _mark(self, lane: _Lane, job: Job, result: SendResult) -> None:
        now = self._clock.now()
        if result.ok:
            with self._store.begin() as unit:
                for row in job.rows:
                    unit.outbox.sent(row.alert.key, row.channel, now)
            self._sent += len(job.rows)
            lane.failures_in_a_row = 0
        elif result.permanent:
            self._bury(job.rows, result.error, now)
            lane.failures_in_a_row = 0
        else:
            self._put_off(lane, job, result, now)

    def _put_off(self, lane: _Lane, job: Job, result: SendResult, now: datetime) -> None:
        """Note a failure that may pass; those tried for 7 days are given up. One time for all rows of a digest."""
        lost = [row for row in job.rows if given_up(row, lane.channel, now)]
        kept = [row for row in job.rows if row not in lost]
        if lost:
            self._bury(lost, f"given up after {GIVE_UP_AFTER.days} days: {result.error}", now)
        attempts = max(row.attempts for row in job.rows) + 1
        until = retry_at(job.rows[0].alert.key, attempts, now, result.retry_after)
        if kept:
            with self._store.begin() as unit:
                for row in kept:
                    unit.outbox.failed(row.alert.key, row.channel, error=result.error, retry_at=until)
            self._failed += len(kept)
            self._errors += [f"{row.channel}: {row.alert.key}: {result.error}" for row in kept]
            lane.held |= job.topics
        lane.held_until = max(until, lane.held_until or until)
        lane.failures_in_a_row += FAILURES_TO_REST if result.retry_after is not None else 1

    def _postpone(self, rows: Sequence[Delivery], until: datetime) -> None:
        with self._store.begin() as unit:
            for row in rows:
                unit.outbox.postpone(row.alert.key, row.channel, until)
        self._waiting += len(rows)

    def _bury(self, rows: Sequence[Delivery], error: str, now: datetime) -> None:
        """Make deliveries dead and tell the operators in the same transaction, once a day for each channel."""
        channel = rows[0].channel
        with self._store.begin() as unit:
            for row in rows:
                unit.outbox.failed(row.alert.key, channel, error=error, retry_at=None)
            if any(not is_obituary(row.alert) for row in rows):
                told = [c for c in self._channels.values() if AlertKind.HEALTH in c.kinds and c.id != channel]
                due = {c.id: self._due_at(c, now) for c in told}
                unit.outbox.add(obituary(channel, rows[0].alert, error, now), [c.id for c in told], due_at=due)
        self._dead += len(rows)
        self._errors += [f"{channel}: {row.alert.key}: {error}" for row in rows]
