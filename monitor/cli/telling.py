"""`alerts`."""

from typing import Annotated

import typer

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
    output.line(f"{key}: due again on {again} channel{'s' if again > 1 else ''}.")
    if any(delivered.values()):
        output.line(f"alerts: {views.counts(delivered)}.")
    with app.store.read() as uow:
        waiting = [row for row in uow.outbox.get(key) if row.state is DeliveryState.PENDING]
    for row in waiting:
        until = f"{output.local(row.next_attempt_at, app.config.timezone)} ({app.config.timezone})"
        output.line(": ".join(filter(None, (row.channel, f"waits until {until}", row.error))))
    raise typer.Exit(0 if not (delivered["failed"] or delivered["dead"]) else 1)
