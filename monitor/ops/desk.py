"""Answers what is asked at the daemon's health address. Loaded only when there is one, for what it needs is heavy."""

import threading
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

from monitor.app import App
from monitor.errors import StorageError
from monitor.ops import readiness
from monitor.ops.endpoint import Answer, Endpoint, as_json
from monitor.ops.metrics import CONTENT_TYPE, Figures, Metrics
from monitor.ops.vitals import Vitals
from monitor.processing.health import shown_health

_BELIEVED_FOR = 10.0
"""Seconds: however often others ask, the database is not made to take a write more often than this."""


class Desk:
    """`app` gives the app of now, `vitals` says which loops stand still, `faults` why a configuration was refused,
    `children` how many processes read. Its methods may be called from several threads."""

    def __init__(
        self,
        app: Callable[[], App],
        vitals: Vitals,
        faults: Callable[[], Sequence[str]],
        children: Callable[[], int],
    ) -> None:
        self._app, self._vitals, self._faults = app, vitals, faults
        self._trouble, self._tried_at = False, -_BELIEVED_FOR
        self._trying = threading.Lock()
        self.metrics = Metrics(version=version("lex-monitor"), figures=self._figures, children=children)

    def open(self, address: tuple[str, int]) -> Endpoint:
        """Begin to answer at `address`. Raises UsageError when it cannot be used."""
        paths = {"/healthz": self.healthz, "/readyz": self.readyz, "/metrics": self.scrape}
        return Endpoint(address, paths)

    def healthz(self) -> Answer:
        """Whether the loops move; the database is not asked."""
        late = self._vitals.late()
        return as_json(503 if late else 200, {"alive": not late, "standing_still": list(late)})

    def readyz(self) -> Answer:
        """Whether the work can be done."""
        checks = [readiness.storage(self._cannot_write()), readiness.configuration(self._faults())]
        if checks[0].ok:
            app = self._app()
            with app.store.read() as uow:
                due_at, since = uow.outbox.next_due_at(), uow.outbox.oldest_pending()
            checks.append(readiness.delivery(due_at, since, app.clock.now()))
            checks.append(readiness.coverage(app.coverage()))
        ready = all(check.ok for check in checks)
        said = {check.name: {"ok": check.ok, "text": check.text} for check in checks}
        return as_json(200 if ready else 503, {"ready": ready, "checks": said})

    def scrape(self) -> Answer:
        """The figures for Prometheus."""
        return Answer(200, self.metrics.scrape(), CONTENT_TYPE)

    def _cannot_write(self) -> bool:
        with self._trying:
            if time.monotonic() - self._tried_at >= _BELIEVED_FOR:
                try:
                    with self._app().store.begin():
                        pass
                    self._trouble = False
                except StorageError:
                    self._trouble = True
                self._tried_at = time.monotonic()
            return self._trouble

    def _figures(self) -> Figures:
        app = self._app()
        now, next_due = app.clock.now(), app.next_due
        with app.store.read() as uow:
            ledgers = uow.sources.all()
            deliveries, since = uow.outbox.counts(), uow.outbox.oldest_pending()
        healths = {
            source.id: shown_health(ledgers.get(source.id) or app.fresh_ledger(source), source, now, next_due=next_due)
            for source in app.chosen(())
        }
        return Figures(at=now, healths=healths, ledgers=ledgers, deliveries=deliveries, waiting_since=since)
