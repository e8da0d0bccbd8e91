"""Plays the timeline to the real product and judges what it said."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from monitor.demo.product import CommandError, Product
from monitor.demo.receivers import MailServer, Webhook
from monitor.demo.rendering import rendered
from monitor.demo.report import Report, StepReport, draw, present, present_json
from monitor.demo.site import SITES, Replica
from monitor.demo.timeline import REGISTER, TIMELINE, Said, Step
from monitor.errors import UsageError
from monitor.model import AlertKind, Health

_TOLD = frozenset({AlertKind.STATUS, AlertKind.TARGET_DATE, AlertKind.HEALTH, AlertKind.RECOVERED})
"""Kinds the timeline speaks of. A plain change of text is at most a line in a digest, and nobody here takes those."""

Row = Mapping[str, Any]


def play(
    *,
    keep: Path | None = None,
    as_json: bool = False,
    picture: Path | None = None,
    timeline: Sequence[Step] = TIMELINE,
) -> bool:
    """Play `timeline`, print what happened, and say whether every step and the register came out as foretold.

    Configuration, database and archive lie in a temporary directory, or stay in the new directory `keep`. `picture`
    names an SVG file to draw the tables into. Raises UsageError if `keep` exists already and is not empty.
    """
    began = monotonic()
    with ExitStack() as stack:
        directory = stack.enter_context(_directory(keep))
        replica = stack.enter_context(Replica())
        webhook = stack.enter_context(Webhook())
        mail = stack.enter_context(MailServer())
        config = directory / "config.toml"
        config.write_text(config_text(replica, webhook=webhook.channel_url, mail=mail.channel_url), encoding="utf-8")
        player = Player(Product(config), replica, webhook, mail)
        watch = stack.enter_context(_progress(len(timeline), quiet=as_json))
        steps = [player.play(step, watch) for step in timeline]
        register, faults = player.register(REGISTER if tuple(timeline) == TIMELINE else {})
        report = Report(
            steps=tuple(steps),
            register=register,
            faults=faults,
            webhooks=len(webhook.bodies),
            mails=len(mail.mails),
            requests=sum(len(replica.hits(site)) for site in SITES),
            not_modified=sum(hit.status == 304 for site in SITES for hit in replica.hits(site)),
            seconds=monotonic() - began,
            kept=keep,
        )
    (present_json if as_json else present)(report)
    if picture is not None:
        draw(report, picture)
    return report.ok


def config_text(replica: Replica, *, webhook: str, mail: str) -> str:
    """The `config.toml` that watches `replica` with every kind of spider and tells two channels (Apprise URLs)."""
    return rendered("config.toml", hosts=replica.hosts, url=replica.url, link=replica.link, webhook=webhook, mail=mail)


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="monitor-demo-") as made:
            yield Path(made)
        return
    keep.mkdir(parents=True, exist_ok=True)
    if any(keep.iterdir()):
        raise UsageError(f"{keep}: is not empty; name a new directory for the demonstration's files")
    yield keep


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A progress bar on a terminal; each call names the step that begins."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda name: None
        return
    columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total + 1)
        yield lambda name: bar.update(task, description=name, advance=1)


@dataclass(slots=True)
class Player:
    """Plays steps one after the other; remembers what had been said (`keys`) and recorded (`changes`) before each."""

    product: Product
    replica: Replica
    webhook: Webhook
    mail: MailServer
    keys: set[str] = field(default_factory=set)
    changes: int | None = 0
    blind: bool = False

    def play(self, step: Step, watch: Callable[[str], None]) -> StepReport:
        """Change the replica, run the product once, and compare what it said with what it must say."""
        watch(step.name)
        began = monotonic()
        faults: list[str] = []
        new: list[Row] = []
        try:
            before = self._recorded() if step.unrecorded else 0
            step.act(self.replica)
            faults += self._run_faults(step)
            alerts = self.product.ask("alerts")
            new = [row for row in alerts if row["key"] not in self.keys and row["kind"] in _TOLD]
            self.keys |= {row["key"] for row in alerts}
            faults += _alert_faults(step.said, new) + self._delivery_faults(new)
            faults += self._change_faults(step, before) + self._health_faults(step)
        except CommandError as error:
            faults.append(str(error))
        said = tuple(dict.fromkeys(str(row["subject"]) for row in reversed(new)))
        return StepReport(step=step, said=said, faults=tuple(faults), seconds=monotonic() - began)

    def _run_faults(self, step: Step) -> list[str]:
        finished = self.product.run_once()
        expected = 1 if step.health else 0
        if finished.code == expected:
            return []
        return [f"`monitor run --once` ended with {finished.code}, not {expected}: {finished.last_words}"]

    def _health_faults(self, step: Step) -> list[str]:
        """Exit code 0 says that every source was read; the list is only asked for when some were or are not."""
        if not (step.health or self.blind):
            return []
        self.blind = bool(step.health)
        return _health_faults(step.health, self.product.ask("sources"))

    def register(self, expected: Mapping[str, tuple[str, str]]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
        """The lines of the register named in `expected` (stage and since when), and what is wrong with them."""
        try:
            rows = {row["instrument"]: row for row in self.product.ask("status")}
        except CommandError as error:
            return (), (str(error),)
        found = {instrument: rows.get(instrument, {}) for instrument in expected}
        faults = [
            f"the register holds {instrument} as {row.get('stage')} since {row.get('since')}, not {stage} since {since}"
            for (instrument, row), (stage, since) in zip(found.items(), expected.values(), strict=True)
            if (row.get("stage"), row.get("since")) != (stage, since)
        ]
        return tuple(filter(None, found.values())), tuple(faults)

    def _change_faults(self, step: Step, before: int) -> list[str]:
        """Where nothing changed, no change may have been recorded, told or not."""
        if not step.unrecorded:
            self.changes = None
            return []
        self.changes = len(self.product.ask("changes"))
        return (
            [f"{self.changes - before} changes were recorded where nothing changed"] if self.changes != before else []
        )

    def _recorded(self) -> int:
        """How many changes are recorded by now."""
        return len(self.product.ask("changes")) if self.changes is None else self.changes

    def _delivery_faults(self, new: Sequence[Row]) -> list[str]:
        """Every told alert must have reached the webhook once; a status alert the mailbox too."""
        hooked = [str(body) for body in self.webhook.bodies]
        mailed = [mail.text for mail in self.mail.mails]
        faults = []
        for key, kind in {row["key"]: row["kind"] for row in new}.items():
            if (posts := sum(key in body for body in hooked)) != 1:
                faults.append(f"alert {key} reached the webhook {posts} times")
            wanted = int(kind == AlertKind.STATUS)
            if (letters := sum(key in text for text in mailed)) != wanted:
                faults.append(f"alert {key} reached the mailbox {letters} times, not {wanted}")
        return faults


def _alert_faults(expected: Sequence[Said], new: Sequence[Row]) -> list[str]:
    given = {row["key"]: row for row in new}
    missing = Counter(_shown(said) for said in expected)
    surplus = Counter(_shown(_said(row, expected)) for row in given.values())
    return [f"not said: {line}" for line in (missing - surplus).elements()] + [
        f"said without cause: {line}" for line in (surplus - missing).elements()
    ]


def _said(row: Row, expected: Sequence[Said]) -> Said:
    """An outbox row in the timeline's terms."""
    about = next((said.about for said in expected if said.about and said.about in f"{row['subject']} {row['key']}"), "")
    health = row["kind"] in (AlertKind.HEALTH, AlertKind.RECOVERED)
    return Said(
        kind=AlertKind(row["kind"]),
        instrument=row["instrument"] or "",
        before=row["from"] if row["kind"] == AlertKind.STATUS else None,
        after=row["to"] if row["kind"] == AlertKind.STATUS else None,
        about=(about or str(row["subject"])) if health else "",
    )


def _shown(said: Said) -> str:
    moved = f" {said.before} → {said.after}" if said.after else ""
    return f"{said.kind} {said.instrument or said.about}{moved}"


def _health_faults(expected: Mapping[str, Health], rows: Sequence[Row]) -> list[str]:
    return [
        f"source {row['id']} is {row['health']}, not {expected.get(row['id'], Health.OK)}"
        for row in rows
        if row["health"] != expected.get(row["id"], Health.OK)
    ]
