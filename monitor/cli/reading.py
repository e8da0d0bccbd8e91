"""`sources`, `changes`, `replay`."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from monitor import views
from monitor.cli import output
from monitor.cli.root import session
from monitor.errors import UsageError
from monitor.model import EditKind, Problem
from monitor.processing.health import shown_health

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="From this day on (UTC).")]

_LOOK = 6
"""Requests that `sources test` makes at most: the index and a few of its documents show enough."""


def register(cli: typer.Typer) -> None:
    """Add the commands of this module."""
    sources_group = typer.Typer(rich_markup_mode=None)
    sources_group.callback(invoke_without_command=True)(sources)
    sources_group.command("test")(sources_test)
    cli.add_typer(
        sources_group, name="sources", help="Health of each source; `test ID` looks at one and stores nothing."
    )
    changes_group = typer.Typer(rich_markup_mode=None)
    changes_group.callback(invoke_without_command=True)(changes)
    changes_group.command("show")(changes_show)
    cli.add_typer(changes_group, name="changes", help="Recorded changes; `show ID` prints the difference.")
    cli.command()(replay)


def sources(context: typer.Context, as_json: Json = False) -> None:
    """Health of each source."""
    if context.invoked_subcommand:
        return
    app = session(context).app()
    now = app.clock.now()
    with app.store.read() as uow:
        ledgers = uow.sources.all()
    listed = []
    for source in app.config.sources:
        ledger = ledgers.get(source.id) or app.fresh_ledger(source)
        listed.append((source, ledger, shown_health(ledger, source, now, next_due=app.next_due)))
    if as_json:
        output.emit_json([views.source(*entry) for entry in listed])
        return
    zone = app.config.timezone
    output.table(
        ["source", "health", "last read", "next due", "detail"],
        [
            [
                source.id,
                health if source.enabled else f"{health} (off)",
                output.local(ledger.last_ok_at, zone),
                output.local(ledger.next_due_at, zone) if source.enabled else "–",
                ledger.detail or source.note,
            ]
            for source, ledger, health in listed
        ],
        empty="no source is configured",
    )


def sources_test(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    as_json: Json = False,
) -> None:
    """Fetch one source and show what would be read; nothing is stored."""
    from monitor.crawl import Preview, crawl
    from monitor.extract import dispatch
    from monitor.screening import check, screen

    app = session(context).app()
    (source,) = app.chosen([source_id])
    look = Preview(source=source, now=app.clock.now())
    crawl(look, look, config=app.config, clock=app.clock, requests=_LOOK)
    shown = views.preview(source, look.captures, look.refs, look.problems)
    for capture, entry in zip(look.captures, shown["captures"], strict=True):
        document = screen(capture, source) or dispatch.extract(capture, source)
        problem = document if isinstance(document, Problem) else check(document, source, None)
        entry["problem"] = {"kind": problem.kind, "detail": problem.detail} if problem else None
        if not isinstance(document, Problem):
            entry |= {"title": document.title, "blocks": [block.text for block in document.blocks]}
    readable = any(entry["problem"] is None for entry in shown["captures"])
    if as_json:
        output.emit_json(shown)
    else:
        _show_preview(shown)
    raise typer.Exit(0 if readable else 3)


def _show_preview(shown: views.Json) -> None:
    output.line(f"{shown['id']}  {shown['url']}", style="bold")
    for problem in shown["problems"]:
        output.line(f"  {problem['url']}: {problem['kind']}: {problem['detail']}", style="red")
    if shown["links"]:
        output.line(f"  the index names {len(shown['links'])} documents:")
        for link in shown["links"][:20]:
            output.line(f"    {link['title'] or '(no title)'}  {link['url']}")
    for entry in shown["captures"]:
        output.line(f"  {entry['url']}: HTTP {entry['status']}, {entry['media_type']}, {entry['bytes']} bytes")
        if entry["problem"]:
            output.line(f"    {entry['problem']['kind']}: {entry['problem']['detail']}", style="red")
        if "blocks" in entry:
            output.line(f"    {entry['title']}", style="bold")
            for text in entry["blocks"][:12]:
                output.line(f"    · {text[:200]}")
            if len(entry["blocks"]) > 12:
                output.line(f"    … and {len(entry['blocks']) - 12} more blocks")


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
        output.emit_json(views.change_in_full(change, before.sha256, after.sha256))
        return
    zone = app.config.timezone
    output.line(f"change {change.id} of {change.source_id} ({change.cause})  {change.url}", style="bold")
    output.line(f"before: captured {output.local(before.captured_at, zone)}, sha256 {before.sha256}")
    output.line(f"after:  captured {output.local(after.captured_at, zone)}, sha256 {after.sha256}")
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
