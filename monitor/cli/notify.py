"""`notify`, `digest`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor import alerts as wording
from monitor import views
from monitor.alerts.routing import quiet_until, unfit, weekly_turn
from monitor.app import App
from monitor.cli import output
from monitor.cli.root import session
from monitor.config.fields import LANGUAGES
from monitor.errors import UsageError
from monitor.model import Alert, AlertKind, Channel, Instrument

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
ChannelId = Annotated[str | None, typer.Option("--channel", metavar="ID", help="As this channel gets it.")]

_OF_SOURCES = frozenset({AlertKind.HEALTH, AlertKind.RECOVERED})
_EARLIEST = datetime(1970, 1, 2)  # noqa: DTZ001 - a day, in whatever zone
_NAMED = 3
"""So many instruments are named; more are counted."""


def register(cli: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    group.callback()(lambda: None)
    group.command("test")(notify_test)
    group.command("preview")(notify_preview)
    group.command("route")(notify_route)
    cli.add_typer(
        group,
        name="notify",
        help="`test [CHANNEL]` sends a marked message; `preview KIND` shows one; `route` says who gets what.",
    )
    cli.command()(digest)


def notify_test(
    context: typer.Context,
    channel: Annotated[str | None, typer.Argument(metavar="[CHANNEL]", help="Only this channel.")] = None,
    as_json: Json = False,
) -> None:
    """Send a marked test message to one channel or to all, and report whether it was really taken."""
    app = session(context).app()
    chosen = [_channel(app, channel)] if channel else list(app.config.channels)
    if not chosen:
        raise UsageError("no [[channel]] is configured, so there is nobody to tell")
    results = []
    for each in chosen:
        alert = wording.test_alert(each.id, app.clock.now(), local_timezone=each.timezone)
        results.append((each.id, app.notifier.send(alert, each.id)))
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


def notify_preview(
    context: typer.Context,
    kind: Annotated[AlertKind | None, typer.Argument(metavar="[KIND]", help="A sample of this kind.")] = None,
    key: Annotated[str | None, typer.Option(metavar="KEY", help="This recorded alert instead of a sample.")] = None,
    channel: ChannelId = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the HTML of a mail there.")] = None,
    as_json: Json = False,
) -> None:
    """Show what people get: the plain text, or what a channel is sent. Sends nothing."""
    from notifiers.render import render

    app = session(context).app()
    to = _channel(app, channel) if channel else None
    alert = _previewed(app, kind, key, to)
    message = render(alert)
    form = app.notifier.form(alert, to.id) if to else f"{message.subject}\n\n{message.text}"
    if html is not None:
        try:
            html.write_text(message.html, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{html}: cannot be written: {error.strerror}") from error
    if as_json:
        output.emit_json(
            {
                "key": alert.key,
                "kind": alert.kind,
                "channel": to.id if to else None,
                "subject": message.subject,
                "text": message.text,
                "html": message.html,
                "form": form,
            }
        )
        return
    for line in form.splitlines():
        output.line(line)


def _previewed(app: App, kind: AlertKind | None, key: str | None, to: Channel | None) -> Alert:
    if (kind is None) == (key is None):
        raise UsageError(f"name a kind ({', '.join(AlertKind)}) or a recorded alert with --key, one of them")
    if kind is not None:
        from monitor.alerts.samples import sample

        return sample(kind, app.clock.now(), local_timezone=to.timezone if to else app.config.timezone)
    with app.store.read() as uow:
        rows = uow.outbox.get(key or "")
    if not rows:
        raise UsageError(f"there is no alert {key}; `monitor alerts` lists them")
    return rows[0].alert


def notify_route(
    context: typer.Context,
    kind: Annotated[AlertKind | None, typer.Argument(metavar="[KIND]", help="Alerts of this kind …")] = None,
    instrument: Annotated[str | None, typer.Argument(metavar="[INSTRUMENT]", help="… about this instrument.")] = None,
    language: Annotated[str, typer.Option(help="… whose evidence is in this language.")] = "",
    confidence: Annotated[float | None, typer.Option(min=0, max=1, help="… of which we are so sure.")] = None,
    as_json: Json = False,
) -> None:
    """Which channels would get such an alert now, and when; and why the others would not. Sends nothing.

    Without a kind: every kind with the channels that get any of it. What is shown for a channel in its quiet hours is
    when they end; news of a final step does not wait for that.
    """
    app = session(context).app()
    if not app.config.channels:
        raise UsageError("no [[channel]] is configured, so nobody would be told")
    known = app.config.packs.instruments
    if instrument is not None and instrument not in known:
        raise UsageError(f"there is no instrument {instrument}; `monitor status` lists them")
    if language and language not in LANGUAGES:
        raise UsageError(f"no page is read in the language {language}; there are {', '.join(LANGUAGES)}")
    kinds = [kind] if kind else [each for each in AlertKind if each not in (AlertKind.DIGEST, AlertKind.TEST)]
    about = [known[instrument]] if instrument else list(known.values())
    asked = _Asked(instruments=about, language=language, confidence=confidence, now=app.clock.now())
    routes = [_route(each, channel, asked) for each in kinds for channel in app.config.channels]
    if as_json:
        output.emit_json([route | {"at": views.moment(route["at"])} for route in routes])
        return
    _show_routes(routes if kind else [route for route in routes if route["gets"]], len(about), app.config.timezone)
    nobody = [each for each in kinds if not any(route["gets"] for route in routes if route["kind"] == each)]
    if nobody:
        output.line(f"Nobody gets: {', '.join(nobody)}.")


def _show_routes(routes: Sequence[dict[str, Any]], asked: int, zone: str) -> None:
    rows = [
        [
            route["kind"],
            route["channel"],
            _words(route, asked),
            output.local(route["at"], zone),
            f"by its {route['because']}" if route["because"] else "",
        ]
        for route in routes
    ]
    output.table(["kind", "channel", "gets", f"next ({zone})", "why not"], rows, empty="No channel gets anything.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the alerts would be like that are asked about."""

    instruments: Sequence[Instrument]
    language: str
    confidence: float | None
    now: datetime


def _route(kind: AlertKind, channel: Channel, asked: _Asked) -> dict[str, Any]:
    """What `channel` gets of alerts of `kind`; if nothing, the key of its table that stops them."""
    stopped = {one.id: _stopped(kind, channel, one, asked) for one in asked.instruments}
    got = [name for name, because in stopped.items() if not because]
    if kind is AlertKind.WATCHING:
        at = weekly_turn(channel, asked.now + timedelta(days=7))
    else:
        at = wording.due_at(channel, asked.now)
    at = quiet_until(channel, at) or at
    return {
        "kind": kind.value,
        "channel": channel.id,
        "gets": bool(got),
        "instruments": [] if kind in _OF_SOURCES else got,
        "because": None if got else next(iter(stopped.values()), "kinds"),
        "at": at if got else None,
    }


def _stopped(kind: AlertKind, channel: Channel, instrument: Instrument, asked: _Asked) -> str:
    of_source = kind in _OF_SOURCES
    alert = Alert(
        key="",
        kind=kind,
        created_at=asked.now,
        subject="",
        bottom_line="",
        jurisdiction=instrument.jurisdiction,
        language="" if of_source else asked.language,
        confidence=None if of_source else asked.confidence,
    )
    return unfit(channel, alert, () if of_source else (instrument.id,))


def _words(route: dict[str, Any], asked: int) -> str:
    names = route["instruments"]
    if not route["gets"] or route["kind"] in _OF_SOURCES:
        return "yes" if route["gets"] else "no"
    return ", ".join(names) if len(names) <= _NAMED else f"{len(names)} of {asked} instruments"


def digest(
    context: typer.Context,
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="From this day on.")],
    channel: ChannelId = None,
    as_json: Json = False,
) -> None:
    """What was recorded since a day, as one message; with a channel, what that channel gets of it. Sends nothing."""
    from notifiers.render import payload, render

    app = session(context).app()
    to = _channel(app, channel) if channel else None
    zone = ZoneInfo(to.timezone if to else app.config.timezone)
    begin = max(since, _EARLIEST).replace(tzinfo=zone)
    if begin > app.clock.now():
        raise UsageError(f"--since {since:%Y-%m-%d} lies ahead; name a day that has begun")
    made = app.bulletins.digest(begin, to)
    coverage = app.coverage()
    if as_json:
        output.emit_json({"digest": payload(made) if made else None, "coverage": views.coverage(coverage)})
        return
    if made is None:
        what = f"Nothing that {to.id} gets" if to else "Nothing"
        output.line(f"{what} was recorded since {begin:%Y-%m-%d}. {coverage.line}")
        return
    message = render(made)
    for line in (message.subject, "", *message.text.splitlines()):
        output.line(line)


def _channel(app: App, name: str) -> Channel:
    known = {channel.id: channel for channel in app.config.channels}
    if name not in known:
        raise UsageError(f"there is no channel {name}; there are {', '.join(known) or 'none'}")
    return known[name]
