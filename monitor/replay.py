"""Reads the archive again with today's extractors and rules, and reports what would have been said.

Everything happens in memory: nothing is stored, and nothing is ever sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.app import App
from monitor.model import Delivery, KnownDocument, Status
from monitor.ports import Store
from monitor.processing import Intake, Plan
from monitor.status.register import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay found: how many archived captures were read and could not be, the alerts (newest first) that
    would have been raised since the asked-for moment, and the register that would result."""

    captures: int
    unreadable: int
    alerts: Sequence[Delivery]
    register: Sequence[Status]


def replay(app: App, *, since: datetime) -> Replayed:
    """Process every archived capture in the order it was fetched; report alerts created at or after `since`."""
    from storage.memory import MemoryStore

    twin = MemoryStore()
    with app.store.read() as archive:
        numbers = archive.captures.numbers()
        ledgers = archive.sources.all()
        documents = archive.documents.of(list(ledgers))
    with twin.begin() as uow:
        uow.sources.save(replace(ledger, told_at=None, failures=0, sequence=0) for ledger in ledgers.values())
        uow.documents.save(_unread(known) for source in documents.values() for known in source.values())
    sources = {source.id: source for source in app.config.sources if source.id in ledgers}
    plan = Plan(twin, list(sources.values()), app.clock.now())
    for _ in plan:  # opens every source, so that what is known of its documents is at hand
        pass
    intake = Intake(
        store=twin,
        plan=plan,
        sources=sources,
        judgement=app.judgement,
        alert_after=app.config.alert_after,
        next_due=app.next_due,
    )
    for number in numbers:
        with app.store.read() as archive:
            record = archive.captures.get(number)
        if record.capture.source_id in sources:
            intake.captured(record.capture)
    intake.flush()
    return _report(app, twin, intake, since)


def _unread(known: KnownDocument) -> KnownDocument:
    """`known` as it was when it had only been discovered."""
    return KnownDocument(
        source_id=known.source_id,
        key=known.key,
        url=known.url,
        baseline=known.baseline,
        discovered_at=known.discovered_at,
    )


def _report(app: App, twin: Store, intake: Intake, since: datetime) -> Replayed:
    with twin.read() as uow:
        alerts = [delivery for delivery in uow.outbox.all() if delivery.alert.created_at >= since]
        events = uow.events.all()
    once = {delivery.alert.key: delivery for delivery in alerts}
    return Replayed(
        captures=sum(tally.good + len(tally.problems) for tally in intake.tallies),
        unreadable=sum(len(tally.problems) for tally in intake.tallies),
        alerts=tuple(once.values()),
        register=tuple(
            fold(instrument, events.get(instrument.id, ())) for instrument in app.config.packs.instruments.values()
        ),
    )
