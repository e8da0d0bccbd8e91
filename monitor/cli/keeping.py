"""`backup`, `restore`, `disk`, `thin`."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import output
from monitor.cli.root import session
from monitor.errors import StorageError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(cli: typer.Typer) -> None:
    """Add the commands of this module."""
    cli.command()(backup)
    cli.command()(restore)
    cli.command()(disk)
    cli.command()(thin)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write; an earlier one is replaced.")],
    as_json: Json = False,
) -> None:
    """Write database and archive into one file, also while the daemon works."""
    app = session(context).app()
    made = app.back_up(file)
    if as_json:
        output.emit_json({"file": str(file), **asdict(made)})
    else:
        output.line(f"{file}: {made.bodies} bodies, schema {made.schema}, {file.stat().st_size:,} bytes; checked.")
        if not made.database_sha256:
            output.line("The database is PostgreSQL's own to keep: run pg_dump before each backup like this one.")
    if made.missing:
        raise StorageError(
            f"{len(made.missing)} bodies are gone from the archive or damaged ({made.missing[0]} …). {file} holds "
            "everything else; an earlier backup may have them."
        )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `monitor backup` wrote.")],
    force: Annotated[
        bool,
        typer.Option("--force", help="Set aside the database that is there; of a damaged backup take what is whole."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Check a backup and put it in place; refuses while the daemon works, or where a database is."""
    done = session(context).app().restore(file, force=force)
    if as_json:
        output.emit_json(
            {
                "file": str(file),
                **asdict(done.manifest),
                "damaged": list(done.damaged),
                "aside": str(done.aside) if done.aside else None,
            }
        )
    else:
        output.line(f"Restored what was kept on {done.manifest.made_at}: {done.manifest.bodies} bodies, all checked.")
        if done.aside is not None:
            output.line(f"The database that was there is now {done.aside}.")
        if not done.manifest.database_sha256:
            output.line("The database is PostgreSQL's own to keep: restore its dump with pg_restore.")
        output.line("What was told since that day may be told again.")
    if done.damaged:
        raise StorageError(f"{len(done.damaged)} bodies could not be restored ({done.damaged[0]} …).")


def disk(context: typer.Context, as_json: Json = False) -> None:
    """What database and archive take on the disk, how fast they grow, and how long there is room."""
    app = session(context).app()
    used = app.usage()
    left = None if used.days_left is None else round(used.days_left)
    if as_json:
        days = round(used.measured_days, 1)
        output.emit_json({**asdict(used), "measured_days": days, "days_left": left, "data_dir": str(app.data_dir)})
        return
    sizes = {
        "database": used.database,
        f"{used.bodies_count:,} bodies": used.bodies,
        "copies set aside": used.copies,
        "manners of sites": used.manners,
        "free": used.free,
    }
    output.table(["what", "size"], [[what, _megabytes(size)] for what, size in sizes.items()], empty="")
    if used.per_day is None:
        output.line("How fast it grows can be told two days after the first reading.")
        return
    line = f"Grows by {_megabytes(used.per_day)} a day, measured over {used.measured_days:.0f} days"
    output.line(f"{line}; full in {left:,} days." if left is not None else f"{line}.")


def thin(
    context: typer.Context,
    older_than: Annotated[
        int,
        typer.Option("--older-than", min=7, max=36_500, metavar="DAYS", help="Only what was fetched so many days ago."),
    ] = 90,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Delete pages of old outages (error pages, challenges) but the first and last of each; never a good reading."""
    thinned = session(context).app().thin(older_than=timedelta(days=older_than), trial=dry_run)
    if as_json:
        output.emit_json({**asdict(thinned), "dry_run": dry_run})
        return
    verb = "would go" if dry_run else "are gone"
    output.line(
        f"{thinned.captures:,} captures of outages and {thinned.bodies:,} bodies {verb}: {_megabytes(thinned.freed)}."
    )


def _megabytes(size: float) -> str:
    return f"{size / 1_000_000:,.1f} MB"
