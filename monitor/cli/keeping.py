"""`backup`, `restore`."""

from dataclasses import asdict
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
