"""`status`, `review`, `explain`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor import views
from monitor.alerts.ways import way_words
from monitor.app import App
from monitor.cli import output
from monitor.cli.root import Session, session
from monitor.errors import UsageError
from monitor.model import Claim, Evidence, Problem, ReviewState, Source, Status

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides; kept with the decision.")]
Note = Annotated[str, typer.Option(help="Why; kept with the decision.")]


def register(cli: typer.Typer) -> None:
    """Add the commands of this module."""
    cli.command()(status)
    review_group = typer.Typer(rich_markup_mode=None)
    review_group.callback(invoke_without_command=True)(review)
    review_group.command("confirm")(review_confirm)
    review_group.command("reject")(review_reject)
    cli.add_typer(review_group, name="review", help="Verdicts that wait for a person; `confirm ID` or `reject ID`.")
    cli.command()(explain)
    cli.command()(evaluate)


def status(
    context: typer.Context,
    instrument: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only this instrument, in full.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="What the register held at the end of this day."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """The register: where each instrument stands, how firmly, and on what evidence."""
    app = session(context).app()
    if instrument is not None and instrument not in app.config.packs.instruments:
        raise UsageError(f"there is no instrument {instrument}; `monitor status` lists them")
    register = app.register(as_of=_end_of(as_of, app.config.timezone) if as_of else None)
    chosen = [held for held in register if instrument in (None, held.instrument)]
    instruments = app.config.packs.instruments
    # What the register says is worth as much as what was read: both are shown together, but for a day that is past.
    coverage = app.coverage() if as_of is None else None
    if as_json:
        seen = views.coverage(coverage) if coverage is not None else None
        output.emit_json([views.status(instruments[held.instrument], held) | {"coverage": seen} for held in chosen])
        return
    if instrument is None:
        output.table(
            ["instrument", "title", "stage", "state", "since", "target date"],
            [
                [
                    held.instrument,
                    instruments[held.instrument].title,
                    app.stage_words(held),
                    held.state,
                    str(held.since),
                    str(held.target_date or ""),
                ]
                for held in chosen
            ],
            empty="no pack declares an instrument",
        )
    else:
        _describe(app, chosen[0])
    if coverage is not None:
        output.line(coverage.line, style="yellow" if coverage.unread else "dim")


def _describe(app: App, held: Status) -> None:
    """One instrument in full: where it stands, on what evidence, and everything that was recorded about it."""
    instrument = app.config.packs.instruments[held.instrument]
    zone = app.config.timezone
    binding = {True: "binding once final", False: "binds nobody", None: "not settled whether it will bind"}
    output.line(f"{instrument.title} ({instrument.id})", style="bold")
    for title in instrument.titles.values():
        if title != instrument.title:
            output.line(f"  {title}")
    output.line(f"  {instrument.type} of {instrument.jurisdiction}, {binding[instrument.binding]}")
    output.line(f"  stands at: {app.stage_words(held)} ({held.state}), since {held.since}")
    if held.milestone:
        output.line(f"  finer step: {held.milestone}")
    if held.target_date:
        output.line(f"  announced for: {held.target_date} (a target date is not the step itself)")
    if instrument.basis:
        output.line(f"  baseline: {instrument.stage} as of {instrument.as_of}; {instrument.basis}")
    for item in held.evidence:
        output.line(f"  “{item.quote}”")
        output.line(f"    {item.source_id}  {item.url}")
        output.line(f"    captured {output.local(item.captured_at, zone)} {zone}, sha256 {item.sha256}", style="dim")
        _show_way(item, zone)
    with app.store.read() as uow:
        events = uow.events.of(instrument.id)
        verdicts = uow.verdicts.all(instrument=instrument.id, limit=10)
    if events:
        output.line("  recorded:", style="bold")
    for event in events:
        said = " ".join(str(part) for part in (event.kind, event.stage or "", event.event_date or "") if part)
        by = f" by {event.reviewer}: {event.note}" if event.reviewer else f" ({event.note})" if event.note else ""
        output.line(f"    {output.local(event.recorded_at, zone)}  {said}{by}")
    if verdicts:
        output.line("  last judged:", style="bold")
    for stored in verdicts:
        output.line(f"    {output.local(stored.recorded_at, zone)}  {stored.verdict.outcome}: {stored.verdict.reason}")


def _show_way(evidence: Evidence, zone: str) -> None:
    if said := way_words(evidence, zone):
        output.line(f"    {said}")


def _end_of(day: datetime, zone: str) -> datetime:
    from zoneinfo import ZoneInfo

    following = datetime.combine(day.date() + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone))
    return (following - timedelta(microseconds=1)).astimezone(UTC)


def review(context: typer.Context, as_json: Json = False) -> None:
    """Verdicts that wait for a person, newest first."""
    if context.invoked_subcommand:
        return
    app = session(context).app()
    with app.store.read() as uow:
        waiting = uow.verdicts.all(review=ReviewState.OPEN)
    if as_json:
        output.emit_json([views.verdict(stored) for stored in waiting])
        return
    for stored in waiting:
        judged = stored.verdict
        output.line(
            f"{stored.id}  {judged.claim.instrument}: {judged.outcome}, {judged.from_stage} → {judged.to_stage}",
            style="bold",
        )
        output.line(f"    {judged.reason}")
        output.line(f"    “{stored.evidence.quote}”")
        output.line(
            f"    {stored.evidence.url}  captured {output.local(stored.evidence.captured_at, app.config.timezone)}"
        )
        _show_way(stored.evidence, app.config.timezone)
    output.line(
        f"{len(waiting)} waiting. Decide with: monitor review confirm ID --by NAME, or review reject ID --by NAME"
        if waiting
        else "Nothing waits for review."
    )


def review_confirm(
    context: typer.Context, verdict_id: Annotated[int, typer.Argument(metavar="ID")], by: By, note: Note = ""
) -> None:
    """Confirm a verdict: the register holds it as confirmed from now on."""
    _decide(session(context), verdict_id, ReviewState.CONFIRMED, by, note)


def review_reject(
    context: typer.Context, verdict_id: Annotated[int, typer.Argument(metavar="ID")], by: By, note: Note = ""
) -> None:
    """Reject a verdict: what it moved is taken back."""
    _decide(session(context), verdict_id, ReviewState.REJECTED, by, note)


def _decide(current: Session, verdict_id: int, decision: ReviewState, by: str, note: str) -> None:
    if not by.strip():
        raise typer.BadParameter("--by needs a name")
    app = current.app()
    held = app.decide(verdict_id, decision, by=by.strip(), note=note)
    stands = f"{held.instrument} now stands at {app.stage_words(held)} ({held.state})"
    output.line(f"verdict {verdict_id} {decision} by {by.strip()}; {stands}")


def explain(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]")] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--input", metavar="FILE", help='JSON Lines of {"id", "text", "lang"?, "jurisdiction"?, "heading"?}.'
        ),
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Fetch this page and explain its text.")] = None,
    jurisdiction: Annotated[str, typer.Option(help="Whose page it is: KH, ASEAN …; empty for not known.")] = "",
    as_json: Json = False,
) -> None:
    """Which claims a text makes about tracked instruments and why, or why not."""
    if sum(given is not None for given in (text, file, url)) != 1:
        raise typer.BadParameter("give one of TEXT, --input FILE or --url URL")
    app = session(context).app()
    if file is not None:
        for number, entry in _lines(file):
            claims = _claims(app, entry["text"], entry.get("jurisdiction") or jurisdiction, entry.get("heading") or "")
            output.emit_json_line({"id": entry.get("id", number), "claims": [views.claim(claim) for claim in claims]})
        return
    if url is not None:
        found, problem = _claims_at(app, url, jurisdiction)
        if problem is not None:
            output.complain(f"monitor: {url}: {problem.kind}: {problem.detail}")
            raise typer.Exit(3)
    else:
        found = _claims(app, text or "", jurisdiction, "")
    if as_json:
        output.emit_json({"claims": [views.claim(claim) for claim in found]})
        return
    _show_claims(found)


def evaluate(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help='JSON Lines of {"id", "text", "lang", "asserted": […]}.')
    ],
    worst: Annotated[int, typer.Option(min=0, help="How many mistakes to show.")] = 10,
    as_json: Json = False,
) -> None:
    """How well the rules read labelled statements: precision, recall, and what went wrong."""
    from monitor.evaluation import evaluate as score
    from monitor.evaluation import read_labelled

    app = session(context).app()
    statements = read_labelled(file, app.config.packs.instruments)
    if not statements:
        raise UsageError(f"{file}: holds no statement")
    result = score(statements, lambda item: _claims(app, item.text, item.jurisdiction, item.heading))
    if as_json:
        output.emit_json(result.as_json())
        return
    rows = [("all", result.total), *sorted(result.by_language.items()), *sorted(result.by_stage.items())]
    rows += sorted(result.by_kind.items())
    output.table(
        ["", "precision", "95 %", "recall", "95 %", "F1", "pairs", "nothing said", "false"],
        [
            [
                name,
                f"{score.precision:.3f}",
                "{}–{}".format(*figures["precision_interval"]),
                f"{score.recall:.3f}",
                "{}–{}".format(*figures["recall_interval"]),
                f"{score.f1:.3f}",
                str(figures["pairs"]),
                str(score.silent),
                str(score.false_assertions),
            ]
            for name, score in rows
            for figures in [score.as_json()]
        ],
        empty="",
    )
    strong = "wrongly read as adopted, promulgated, in force or withdrawn"
    output.line(f"{len(statements)} statements; {result.false_strong} {strong}.")
    for (labelled, read), count in result.confusion.most_common(worst):
        output.line(f"{count} × {labelled} read as {read}")
    for mistake in result.mistakes[:worst]:
        wrong = ", ".join(f"{name} {stage}" for name, stage in sorted(mistake.wrong))
        missed = ", ".join(f"{name} {stage}" for name, stage in sorted(mistake.missed))
        said = "; ".join(part for part in (wrong and f"wrongly {wrong}", missed and f"missed {missed}") if part)
        output.line(f"{mistake.statement.id}: {said} ({', '.join(mistake.rules)})")
        output.line(f"    “{mistake.statement.text}”", style="dim")


def _show_claims(found: list[Claim]) -> None:
    if not found:
        output.line("No tracked instrument is spoken of.")
    for claim in found:
        what = claim.stage or "no stage"
        if claim.asserted:
            output.line(f"{claim.instrument}: {what}, asserted (confidence {claim.confidence:.2f})", style="bold green")
        else:
            output.line(f"{claim.instrument}: {what}, not asserted", style="bold yellow")
            output.line(f"    why not: {claim.why_not}")
        output.line(f"    “{claim.quotation.text}”")
        said = [
            ("act", claim.act),
            ("by", claim.actor),
            ("to", claim.target),
            ("milestone", claim.milestone),
            ("on", str(claim.event_date or "")),
            ("target date", str(claim.target_date or "")),
            ("cues", ", ".join(cue.text for cue in claim.cues)),
            ("hedges", ", ".join(cue.text for cue in claim.hedges)),
            ("rules", ", ".join(claim.rules)),
        ]
        output.line("    " + "; ".join(f"{name}: {value}" for name, value in said if value), style="dim")


def _lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries of a JSON Lines file. Raises UsageError naming the first line that is not one."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{file}:{number}: not a line of JSON: {error}") from None
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
            raise UsageError(f'{file}:{number}: needs an object with a "text"')
        yield number, entry


def _claims(app: App, text: str, jurisdiction: str, heading: str) -> list[Claim]:
    from monitor.status.passages import passages_of_text

    blocks = passages_of_text(text, heading=heading, jurisdiction=jurisdiction)
    return [claim for passage in blocks for claim in app.finder.find(passage)]


def _claims_at(app: App, url: str, jurisdiction: str) -> tuple[list[Claim], Problem | None]:
    """The claims of the page at `url`, or the problem that kept it from being read."""
    from monitor.extract import dispatch
    from monitor.probing.looks import look_here
    from monitor.screening import screen
    from monitor.status.passages import passages

    if not url.startswith(("http://", "https://")):
        raise typer.BadParameter("--url needs an http or https address")
    source = Source(id="explain", url=url, jurisdiction=jurisdiction, languages=("en", "km"))
    (look,) = look_here([source], config=app.config, clock=app.clock, requests=None)
    if look.problems:
        return [], look.problems[0][1]
    capture = look.captures[0]
    document = screen(capture, source) or dispatch.extract(capture, source)
    if isinstance(document, Problem):
        return [], document
    return [claim for passage in passages(document, jurisdiction) for claim in app.finder.find(passage)], None
