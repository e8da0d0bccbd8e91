"""`sources`, `sources test`, `sources add`."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import views
from monitor.app import App, load_config
from monitor.cli import output
from monitor.cli.root import session
from monitor.model import Source
from monitor.processing.health import shown_health

if TYPE_CHECKING:
    from monitor.probing.advice import Advice
    from monitor.probing.looks import Preview
    from monitor.probing.proposal import Proposal
    from monitor.probing.reports import SeenDocument, WayReport

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

READ, NOT_READ = 0, 3
_BLOCKS, _LINKS, _WIDTH = 12, 20, 200


def register(cli: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True)(sources)
    group.command("test")(sources_test)
    group.command("add")(sources_add)
    cli.add_typer(
        group,
        name="sources",
        help="Health of each source; `test ID` looks at one and stores nothing, `add URL` proposes a new one.",
    )


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


# Looking at one source --------------------------------------------------------------------------------------------


def sources_test(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    all_ways: Annotated[
        bool, typer.Option("--all-ways", help="Also try the ways that are not configured for it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look at one source by each of its ways and say what to configure; nothing is stored."""
    from monitor.probing.advice import advise
    from monitor.probing.looks import LOOK, applicable, looker
    from monitor.probing.reports import report, too_old

    asked = session(context)
    app = asked.app()
    (source,) = app.chosen([source_id])
    look = looker(app.config, app.clock, verbosity=asked.verbosity)
    reports = []
    possible = applicable(source, archive=app.config.archive)
    for way in possible if all_ways else source.fetch:
        _say(f"looking at {source.id}: {way} …")
        (preview,) = look([replace(source, fetch=(way,))], LOOK)
        reports.append(report(preview, way))
    now, next_due = app.clock.now(), app.next_due
    serving = next((each for each in reports if each.way in source.fetch and each.readable), None)
    old = too_old(serving, source, now, next_due) if serving is not None else None
    advice = advise(source, reports, possible=possible)
    if old is not None:
        advice = replace(advice, sentences=(*advice.sentences, f"every run will call it {old.kind}: {old.detail}"))
    if as_json:
        output.emit_json(_test_json(source, reports, advice))
    else:
        _show_test(source, reports, advice)
    readable = serving is not None and old is None
    raise typer.Exit(READ if readable else NOT_READ)


def _say(text: str) -> None:
    """What goes on, for somebody who waits at a terminal."""
    if sys.stderr.isatty():
        output.complain(text)


def _test_json(source: Source, reports: "Sequence[WayReport]", advice: "Advice") -> views.Json:
    from monitor.probing.entry import lines

    return {
        "id": source.id,
        "url": source.url,
        "fetch": list(source.fetch),
        "ways": [_way_json(each) for each in reports],
        "advice": list(advice.sentences),
        "configuration": "\n".join(lines(advice.keys)),
    }


def _way_json(report: "WayReport") -> views.Json:
    preview = report.preview
    return {
        "way": report.way,
        "readable": report.readable,
        "robots": preview.robots,
        "requests": preview.requests,
        "seconds": round(preview.seconds, 1),
        "problems": [
            {"url": url, "kind": problem.kind, "detail": problem.detail, "signals": list(problem.signals)}
            for url, problem in preview.problems
        ],
        "links": [{"url": ref.url, "title": ref.title} for ref in preview.refs],
        "captures": [_document_json(seen) for seen in report.documents],
    }


def _document_json(seen: "SeenDocument") -> views.Json:
    capture, document, problem = seen.capture, seen.document, seen.problem
    return {
        "url": capture.final_url,
        "asked": capture.url,
        "status": capture.status,
        "media_type": capture.media_type,
        "bytes": len(capture.body),
        "sha256": capture.sha256,
        "way": capture.way,
        "memento_at": views.moment(capture.memento_at),
        "language": seen.language or None,
        "title": document.title if document else None,
        "blocks": [block.text for block in document.blocks] if document else [],
        "problem": {"kind": problem.kind, "detail": problem.detail, "signals": list(problem.signals)}
        if problem
        else None,
    }


def _show_test(source: Source, reports: "Sequence[WayReport]", advice: "Advice") -> None:
    from monitor.probing.entry import lines

    output.line(f"{source.id}  {source.url}", style="bold")
    for report in reports:
        _show_way(report)
    output.line()
    for sentence in advice.sentences:
        output.line(f"→ {sentence}")
    if advice.keys:
        output.line(f'In the [[source]] table of "{source.id}":', style="bold")
        for written in lines(advice.keys):
            output.line(f"    {written}")


def _show_way(report: "WayReport") -> None:
    preview = report.preview
    verdict, style = ("can be read", "green") if report.readable else ("cannot be read", "red")
    output.line()
    output.line(
        f"{report.way}: {verdict} ({_counted(preview.requests)}, {preview.seconds:.1f} s with our gaps)", style=style
    )
    if preview.robots:
        output.line(f"  {preview.robots}")
    for url, problem in preview.problems:
        output.line(f"  {url}: {problem.kind}: {problem.detail}", style="red")
    if preview.refs:
        output.line(f"  the index names {len(preview.refs)} documents:")
        for ref in preview.refs[:_LINKS]:
            output.line(f"    {ref.title or '(no title)'}  {ref.url}")
    for seen in report.documents:
        _show_document(seen)


def _counted(requests: int) -> str:
    return "1 request" if requests == 1 else f"{requests} requests"


def _show_document(seen: "SeenDocument") -> None:
    capture, document = seen.capture, seen.document
    output.line(f"  {capture.final_url}: HTTP {capture.status}, {capture.media_type}, {len(capture.body):,} bytes")
    if capture.memento_at is not None:
        output.line(f"    as it was on {capture.memento_at:%Y-%m-%d %H:%M} UTC")
    if seen.problem is not None:
        output.line(f"    {seen.problem.kind}: {seen.problem.detail}", style="red")
        if seen.problem.signals:
            output.line(f"    signals: {', '.join(seen.problem.signals)}", style="dim")
    if document is None:
        return
    output.line(f"    {document.title or '(no title)'}  [{seen.language or 'no text'}]", style="bold")
    for block in document.blocks[:_BLOCKS]:
        output.line(f"    · {block.text[:_WIDTH]}")
    if len(document.blocks) > _BLOCKS:
        output.line(f"    … and {len(document.blocks) - _BLOCKS} more blocks")


# Adding one -------------------------------------------------------------------------------------------------------


def sources_add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A page, a list, a feed, a file or a whole site.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    identity: Annotated[str, typer.Option("--id", metavar="ID", help="Its id, instead of one from the address.")] = "",
    as_json: Json = False,
) -> None:
    """Look at an address, propose a [[source]] table for it, and write that at the end of the configuration."""
    from monitor.probing import entry
    from monitor.probing.looks import looker
    from monitor.probing.proposal import propose

    asked = session(context)
    app = asked.app()
    url = _checked_address(url, identity)
    entry.refuse_known(url, identity, app.config.sources)

    plain = looker(app.config, app.clock, verbosity=asked.verbosity)

    def look(listed: Sequence[Source], requests: int) -> "Sequence[Preview]":
        _say(f"looking at {', '.join(source.url for source in listed)} …")
        return plain(listed, requests)

    proposal = propose(
        url,
        look=look,
        known=app.config.sources,
        bodies=app.config.packs.bodies,
        archive=app.config.archive,
        identity=identity,
    )
    entry.refuse_known(proposal.source.url, "", app.config.sources)
    written = entry.table(
        proposal.source,
        remarks=(f"proposed on {app.clock.now():%Y-%m-%d}: {'; '.join(proposal.reasons)}", *proposal.remarks),
        authority_known=proposal.authority_known,
    )
    if not as_json:
        _show_proposal(proposal, written)
    added = yes or (not as_json and _agreed(app))
    if added:
        entry.append(app.config.path, written, load_config)
    if as_json:
        output.emit_json(_proposal_json(proposal, written, added=added))
    elif added:
        output.line(
            f"Written to {app.config.path}. A running daemon takes it up on SIGHUP; until then: "
            f"monitor run --once --source {proposal.source.id}"
        )
    else:
        output.line("Nothing was written.")
    raise typer.Exit(READ if proposal.readable else NOT_READ)


def _checked_address(url: str, identity: str) -> str:
    """`url` as it can stand in messages: with no white space in it."""
    from pydantic import ValidationError

    from monitor.config.tables import SourceTable

    try:
        f"{url}{identity}".encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("what was typed is not valid UTF-8; copy the address from a browser") from None
    try:
        SourceTable(id=identity or "new", url=url)
    except ValidationError as error:
        raise typer.BadParameter("; ".join(str(fault["msg"]) for fault in error.errors())) from None
    return "%20".join(url.split())


def _agreed(app: App) -> bool:
    """Whether somebody at the terminal says yes; nobody there is a no."""
    if not sys.stdin.isatty():
        output.complain("nobody is there to ask: run it again with --yes to write this")
        return False
    return typer.confirm(f"Add this to {app.config.path}?", err=True)


def _show_proposal(proposal: "Proposal", written: str) -> None:
    for seen in proposal.shown:
        _show_document(seen)
    if not proposal.shown:
        output.line("  no document came of it", style="red")
    output.line()
    for each in written.splitlines():
        output.line(each, style="bold" if not each.startswith("#") else "dim")
    output.line()


def _proposal_json(proposal: "Proposal", written: str, *, added: bool) -> views.Json:
    return {
        "id": proposal.source.id,
        "url": proposal.source.url,
        "spider": proposal.source.spider,
        "fetch": list(proposal.source.fetch),
        "readable": proposal.readable,
        "reasons": list(proposal.reasons),
        "remarks": list(proposal.remarks),
        "configuration": written,
        "written": added,
        "captures": [_document_json(seen) for seen in proposal.shown],
    }
