"""Tells operators past the database that the database cannot be used: a full disk must not silence the word of it.

Whether they were told is remembered in an empty file's time stamp, which needs no room on a full disk: in the data
directory, or where that cannot be written in the directory for temporary files, or else in memory.
"""

import hashlib
import logging
import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import alerts
from monitor.errors import StorageError
from monitor.logs import redacted
from monitor.model import Alert, Channel
from monitor.ports import Clock, Notifier, SendResult

log = logging.getLogger(__name__)

_SILENCE = timedelta(days=1)
_SENDERS = 8


class Distress:
    """Says once a day on every channel for health alerts that storage fails, and once that it works again.

    `notifier` is asked for when there is something to send. The marks of processes with one `data_dir` are shared, so
    a daemon and its children tell once. May be used by several threads.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        channels: Sequence[Channel],
        notifier: Callable[[], Notifier],
        clock: Clock,
        timezone: str,
        spare: Path | None = None,
    ) -> None:
        self._channels, self._notifier, self._clock, self._timezone = channels, notifier, clock, timezone
        name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
        self._marks = (
            data_dir / "storage-trouble",
            (spare or _temporary()) / f"lex-monitor-{os.geteuid()}-{name}.trouble",
        )
        self._told_at: datetime | None = None

    @contextmanager
    def telling(self) -> Iterator[None]:
        """A block whose StorageError is told before it goes on its way."""
        try:
            yield
        except StorageError as error:
            self.tell(error)
            raise

    def tell(self, error: StorageError) -> bool:
        """Tell of `error`, unless it was told of such within a day; whether anybody was reached."""
        now = self._clock.now()
        if self._was_told(now) or not self._mark(now):
            return False
        trouble = redacted(str(error))
        reached = self._send(
            alerts.storage_alert(trouble, host=socket.gethostname(), created_at=now, local_timezone=self._timezone)
        )
        if not reached:
            self._forget()  # the next run tries again
        return reached

    def over(self) -> bool:
        """To be called after a run that kept everything: if operators know of trouble, tell them that it is over."""
        if self._told_at is None and not any(map(_made_at, self._marks)):
            return False
        if not self._forget():
            return False  # who cannot forget would say so after every run
        now = self._clock.now()
        return self._send(
            alerts.storage_mended_alert(host=socket.gethostname(), created_at=now, local_timezone=self._timezone)
        )

    def _send(self, alert: Alert) -> bool:
        """Send at once to every channel that takes it, side by side; whether any did."""
        chosen = alerts.route(alert, self._channels)
        if not chosen:
            log.warning("nobody can be told that %s", alert.bottom_line)
            return False
        with ThreadPoolExecutor(min(len(chosen), _SENDERS)) as senders:
            results = list(senders.map(lambda channel: self._send_to(channel, alert), chosen))
        for channel, result in zip(chosen, results, strict=True):
            if not result.ok:
                log.error("not told on %s: %s", channel, result.error)
        return any(result.ok for result in results)

    def _send_to(self, channel: str, alert: Alert) -> SendResult:
        try:
            return self._notifier().send(alert, channel)
        except Exception as error:  # It must neither silence the other channels nor hide the trouble that is told.
            return SendResult(ok=False, error=f"the notifier failed ({type(error).__name__})")

    # What is remembered ------------------------------------------------------------------------------------------

    def _was_told(self, now: datetime) -> bool:
        moments = [self._told_at, *map(_made_at, self._marks)]
        return any(_is_recent(moment, now) for moment in moments)

    def _mark(self, now: datetime) -> bool:
        """Remember that it is told now; False if another process has just done so."""
        self._told_at = now
        self._unlink()  # an old one
        for path in self._marks:
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                os.utime(path, (now.timestamp(), now.timestamp()))
            except FileExistsError:
                if _is_recent(_made_at(path), now):
                    return False
            except OSError as error:
                log.info("%s: %s", path, error.strerror)
            else:
                break
        return True

    def _forget(self) -> bool:
        self._told_at = None
        self._unlink()
        return not any(map(_made_at, self._marks))

    def _unlink(self) -> None:
        for path in self._marks:
            if _made_at(path) is not None:
                with suppress(OSError):
                    path.unlink()


def _is_recent(told_at: datetime | None, now: datetime) -> bool:
    return told_at is not None and abs(now - told_at) < _SILENCE


def _temporary() -> Path:
    """Where temporary files are, also on a full disk, where the library finds no place that it can write to."""
    try:
        return Path(tempfile.gettempdir())
    except OSError:
        return Path("/tmp")  # noqa: S108 - only our own marks are believed there


def _made_at(mark: Path) -> datetime | None:
    """When we made this mark; None if there is none, or one that is not ours: anybody may write to a shared place."""
    try:
        found = mark.lstat()
    except OSError:
        return None
    ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
    return datetime.fromtimestamp(found.st_mtime, UTC) if ours else None
