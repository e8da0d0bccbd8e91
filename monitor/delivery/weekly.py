"""Once a week a channel that wants it hears that we are still watching, whatever happened.

The key names channel and week, so a week is told once whoever notices first, and after weeks off only the last one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts.routing import weekly_turn
from monitor.model import Alert, AlertKind, Channel
from monitor.ports import Store, UnitOfWork

Build = Callable[[Channel, datetime], Alert]
"""Makes the message for a channel about the week up to a moment."""


def tell_week(store: Store, channels: Sequence[Channel], now: datetime, build: Build) -> bool:
    """Put the messages of the week whose turn has come into the outbox; True if there were any.

    A turn from before anything was watched is none: there was no quiet to tell of. Raises StorageError.
    """
    turns = [(channel, weekly_turn(channel, now)) for channel in channels if AlertKind.WATCHING in channel.kinds]
    if not turns:
        return False
    with store.read() as uow:
        untold = [(channel, turn) for channel, turn in turns if not uow.outbox.get(_key(channel, turn))]
        began = _watched_since(uow) if untold else None
    made = [
        (channel, replace(build(channel, turn), key=_key(channel, turn)))
        for channel, turn in untold
        if began is not None and began <= turn
    ]
    if made:
        with store.begin() as uow:
            for channel, alert in made:
                uow.outbox.add(alert, [channel.id])
    return bool(made)


def _key(channel: Channel, turn: datetime) -> str:
    return f"watching-{channel.id}-{turn:%Y-%m-%d}"


def _watched_since(uow: UnitOfWork) -> datetime | None:
    return min((each.watched_since for each in uow.sources.all().values() if each.watched_since), default=None)
