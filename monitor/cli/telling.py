"""`alerts`, `notify`."""

from typing import Annotated

import typer

from monitor import alerts as wording
from monitor import views
from monitor.cli import output
from monitor.cli.root import session
from monitor.errors import UsageError
from monitor.model import DeliveryState

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(cli: typer.Typer) -> None:
    """Add the commands of this module."""
    alerts_group = typer.Typer(rich_markup_mode=None)
    alerts_group.callback(invoke_without_command=True)(alerts)
    alerts_group.command("retry")(alerts_retry)
    cli.add_typer(alerts_group, name="alerts", help="The outbox; `retry KEY` sends an unsent alert again.")
    notify_group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    notify_group.callback()(lambda: None)
    notify_group.command("test")(notify_test)
    cli.add_typer(notify_group, name="notify", help="`test [CHANNEL]` sends a marked test message.")


def alerts(
    context: typer.Context,
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, newest first.")] = 200,
    as_json: Json = False,
) -> None:
    """Every alert and where it stands on each channel, newest first."""
    if context.invoked_subcommand:
        return
    app = session(context).app()
    with app.store.read() as uow:
        listed = uow.outbox.all(state=state, limit=limit)
    if as_json:
        output.emit_json([views.delivery(delivery) for delivery in listed])
        return
    output.table(
        ["created", "kind", "channel", "state", "tries", "subject", "key", "error"],
        [
            [
                output.local(delivery.alert.created_at, app.config.timezone),
                delivery.alert.kind,
                delivery.channel or "(none)",
                delivery.state,
                str(delivery.attempts),
                delivery.alert.subject,
                delivery.alert.key,
                delivery.error,
            ]
            for delivery in listed
        ],
        empty="no alert has been raised",
    )


def alerts_retry(context: typer.Context, key: Annotated[str, typer.Argument(metavar="KEY")]) -> None:
    """Send an unsent alert again, now; a dead one too."""
    app = session(context).app()
    with app.store.begin() as uow:
        if not uow.outbox.get(key):
            raise UsageError(f"there is no alert {key}; `monitor alerts` lists them")
        again = uow.outbox.retry(key, app.clock.now())
    if not again:
        output.line(f"{key} was already sent everywhere.")
        return
    delivered = app.deliver()
    output.line(f"{key}: {again} deliveries tried again; {views.counts(delivered)}.")
    raise typer.Exit(0 if not (delivered["failed"] or delivered["dead"]) else 1)


def notify_test(
    context: typer.Context,
    channel: Annotated[str | None, typer.Argument(metavar="[CHANNEL]", help="Only this channel.")] = None,
    as_json: Json = False,
) -> None:
    """Send a marked test message to one channel or to all, and report whether it was really taken."""
    app = session(context).app()
    known = {declared.id: declared for declared in app.config.channels}
    if channel is not None and channel not in known:
        raise UsageError(f"there is no channel {channel}; there are {', '.join(known) or 'none'}")
    if not known:
        raise UsageError("no [[channel]] is configured, so there is nobody to tell")
    results = []
    for name in [channel] if channel else list(known):
        alert = wording.test_alert(name, app.clock.now(), local_timezone=known[name].timezone)
        results.append((name, app.notifier.send(alert, name)))
    if as_json:
        output.emit_json(
            [{"channel": name, "ok": result.ok, "error": result.error or None} for name, result in results]
        )
    else:
        output.table(
            ["channel", "result", "error"],
            [[name, "sent" if result.ok else "failed", result.error] for name, result in results],
            empty="",
        )
    raise typer.Exit(0 if all(result.ok for _, result in results) else 1)
