"""`changes`, `replay`."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from monitor import views
from monitor.cli import output
from monitor.cli.root import session
from monitor.errors import UsageError
from monitor.model import EditKind, Snapshot, Way

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="From this day on (UTC).")]


def register(cli: typer.Typer) -> None:
    """Add the commands of this module."""
    changes_group = typer.Typer(rich_markup_mode=None)
    changes_group.callback(invoke_without_command=True)(changes)
    changes_group.command("show")(changes_show)
    cli.add_typer(changes_group, name="changes", help="Recorded changes; `show ID` prints the difference.")
    cli.command()(replay)


def changes(
    context: typer.Context,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """Recorded changes, newest first."""
    if context.invoked_subcommand:
        return
    app = session(context).app()
    with app.store.read() as uow:
        listed = uow.changes.all(since=since.replace(tzinfo=UTC) if since else None, limit=limit)
    if as_json:
        output.emit_json([views.change(change) for change in listed])
        return
    output.table(
        ["id", "seen", "source", "cause", "+", "-", "instruments", "address"],
        [
            [
                str(change.id),
                output.local(change.captured_at, app.config.timezone),
                change.source_id,
                change.cause,
                str(sum(edit.after is not None for edit in change.edits)),
                str(sum(edit.before is not None for edit in change.edits)),
                ", ".join(change.instruments),
                change.url,
            ]
            for change in listed
        ],
        empty="no change has been recorded",
    )


def changes_show(
    context: typer.Context, change_id: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False
) -> None:
    """Print the difference a change made, and where its two captures stand."""
    from monitor.diff import word_diff

    app = session(context).app()
    with app.store.read() as uow:
        try:
            change = uow.changes.get(change_id)
        except KeyError:
            raise UsageError(f"there is no change {change_id}; `monitor changes` lists them") from None
        before, after = uow.snapshots.get(change.before_id), uow.snapshots.get(change.after_id)
    if as_json:
        output.emit_json(views.change_in_full(change, before, after))
        return
    zone = app.config.timezone
    output.line(f"change {change.id} of {change.source_id} ({change.cause})  {change.url}", style="bold")
    output.line(f"before: {_captured(before, zone)}")
    output.line(f"after:  {_captured(after, zone)}")
    for edit in change.edits:
        block = edit.after or edit.before
        output.line(" › ".join(block.path) if block and block.path else "", style="dim")
        if edit.kind is EditKind.CHANGED and edit.before and edit.after:
            words = word_diff(edit.before.text, edit.after.text)
            output.line(
                "- " + "".join(text if sign == " " else f"[{text}]" for sign, text in words if sign != "+"), style="red"
            )
            output.line(
                "+ " + "".join(text if sign == " " else f"[{text}]" for sign, text in words if sign != "-"),
                style="green",
            )
        elif edit.after:
            output.line(f"+ {edit.after.text}", style="green")
        elif edit.before:
            output.line(f"- {edit.before.text}", style="red")


def _captured(snapshot: Snapshot, zone: str) -> str:
    """When, from where and by which way a document was taken."""
    way = {
        Way.DIRECT: "",
        Way.BROWSER: ", with a browser",
        Way.ARCHIVE: f" by an archive ({snapshot.archived_copy})",
    }[snapshot.way]
    return f"captured {output.local(snapshot.captured_at, zone)}{way}, sha256 {snapshot.sha256}"


def replay(context: typer.Context, since: Since = None, as_json: Json = False) -> None:
    """Rerun extraction and judgement over the archive and show what would have been said; never sends."""
    from monitor.replay import replay as rerun

    app = session(context).app()
    result = rerun(app, since=datetime.combine(since or date.min, datetime.min.time(), tzinfo=UTC))
    if as_json:
        output.emit_json(
            {
                "captures": result.captures,
                "unreadable": result.unreadable,
                "alerts": [views.delivery(item) for item in result.alerts],
                "register": [
                    views.status(app.config.packs.instruments[status.instrument], status) for status in result.register
                ],
            }
        )
        return
    output.line(f"{result.captures} captures read again, {result.unreadable} of them unreadable. Nothing was sent.")
    output.table(
        ["kind", "would have said"],
        [[item.alert.kind, item.alert.subject] for item in result.alerts],
        empty="nothing would have been said",
    )
