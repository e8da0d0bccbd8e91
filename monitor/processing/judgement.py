"""From new text to verdicts, lifecycle events and alerts, inside the transaction of the reading."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor import alerts
from monitor.model import (
    Alert,
    AlertKind,
    Block,
    Change,
    Channel,
    Claim,
    Evidence,
    Flag,
    Instrument,
    KnownDocument,
    LifecycleEvent,
    Outcome,
    Packs,
    ReviewState,
    Snapshot,
    Source,
    SourceHealth,
    Status,
    StoredVerdict,
    Verdict,
)
from monitor.ports import SecondReader, UnitOfWork
from monitor.processing.health import Turn
from monitor.processing.reading import Finder, Read
from monitor.status.judge import Context, event_of, judge
from monitor.status.ladder import rank
from monitor.status.passages import passages
from monitor.status.register import fold
from monitor.text.normal import match_key

_MOVES = frozenset({Outcome.MOVED, Outcome.CONFIRMED})
_TOLD = _MOVES | {Outcome.TARGET_DATE, Outcome.DISPUTED}
_DOUBTED = 0.6
_FOR_A_PERSON = frozenset({Outcome.MOVED, Outcome.REVIEW, Outcome.DISPUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Judges what readings bring. One instance serves a whole run.

    `channels` are those alerts may be routed to; `timezone` is the readers' IANA zone. `second_reader` is asked, if
    there is one, before a verdict moves the register: seldom enough for a transaction to wait for it.
    """

    packs: Packs
    sources: Mapping[str, Source]
    finder: Finder
    channels: Sequence[Channel]
    timezone: str
    second_reader: SecondReader | None = None

    def judge_reading(self, uow: UnitOfWork, source: Source, read: Read, *, news: bool) -> tuple[StoredVerdict, ...]:
        """Judge the fresh text of `read`; write verdicts, events and alerts.

        `news` is False for what was already there when its source was first read: such text may corroborate or go
        to review, but raises no alert.
        """
        snapshot = read.snapshot
        if snapshot is None:
            return ()
        # In the readers' zone: what happens this morning in Phnom Penh is not tomorrow's event.
        today = snapshot.captured_at.astimezone(ZoneInfo(self.timezone)).date()
        claims = self._new_claims(source, snapshot, read, today, quick=not news)
        context = Context(
            source=source,
            today=today,
            # Words that came into a page later are as old as the change, whatever day the page names for itself.
            published_on=read.known.published_on if read.before is None else None,
            news=news,
            sources=self.sources,
            bodies=self.packs.bodies,
        )
        judged = [
            (self._record(uow, verdict, snapshot, read.change), held)
            for verdict, held in self._verdicts(uow, claims, context)
            if news or verdict.outcome is not Outcome.NOTED
        ]
        if news:
            self._tell(uow, source, snapshot, read, judged)
        return tuple(stored for stored, _ in judged)

    def _new_claims(
        self, source: Source, snapshot: Snapshot, read: Read, today: date, *, quick: bool
    ) -> tuple[Claim, ...]:
        """The claims of the fresh blocks that the document did not already make."""
        said_on = today if read.before is not None else None
        found = tuple(self._claims(source, snapshot, read.fresh, said_on=said_on, quick=quick))
        if read.before is None or not found:
            return found
        replaced = {edit.before.position for edit in read.change.edits if edit.before} if read.change else set()
        said: set[tuple[str, str]] = set()
        reworded: set[tuple[object, ...]] = set()
        blocks = read.before.document.blocks
        # What stands in a replaced block is compared by what it says, so it is read with all means.
        for careful in (True, False):
            part = [block for block in blocks if (block.position in replaced) is careful]
            for claim in self._claims(source, read.before, part, quick=not careful):
                said.add((claim.instrument, match_key(claim.quotation.text)))
                if claim.asserted and careful:
                    reworded.add(_statement(claim))
        texts = [match_key(block.text) for block in blocks] if any(_by_network(claim) for claim in found) else []
        return tuple(
            claim
            for claim in found
            if (claim.instrument, match_key(claim.quotation.text)) not in said
            and not (claim.asserted and _statement(claim) in reworded)
            and not (_by_network(claim) and any(match_key(claim.quotation.text) in text for text in texts))
        )

    def _claims(
        self,
        source: Source,
        snapshot: Snapshot,
        blocks: Iterable[Block],
        *,
        said_on: date | None = None,
        quick: bool = False,
    ) -> Iterator[Claim]:
        document = snapshot.document
        if not self.finder.mentions("\n".join((document.title, *(block.text for block in document.blocks)))):
            return  # no instrument is named, so there is nothing that "the law" could stand for either
        for passage in passages(document, source.jurisdiction, blocks, said_on=said_on):
            yield from self.finder.find(passage, quick=quick)

    def _verdicts(self, uow: UnitOfWork, claims: Sequence[Claim], context: Context) -> Iterator[tuple[Verdict, Status]]:
        """Verdicts on all claims of one document with what was held before each; each sees what earlier ones moved.

        Of several completed steps that a text names for one instrument the latest decides; the steps that led to it
        are part of the story and are judged after it, when they can only be history.
        """
        moved: dict[str, Verdict] = {}
        for claim in sorted(claims, key=self._latest_step_first):
            instrument = self.packs.instruments[claim.instrument]
            held = fold(instrument, uow.events.of(instrument.id))
            verdict = self._read_again(judge(claim, held, instrument, context), instrument)
            if claim.asserted and claim.stage is not None and instrument.id in moved:
                verdict = _earlier_step(verdict, moved[instrument.id])
            elif verdict.outcome in _MOVES:
                moved[instrument.id] = verdict
            yield verdict, held

    def _read_again(self, verdict: Verdict, instrument: Instrument) -> Verdict:
        """`verdict`, or a case for a person where the second reader does not read the passage so."""
        stage = verdict.claim.stage
        if self.second_reader is None or verdict.outcome not in _MOVES or stage is None:
            return verdict
        opinion = self.second_reader.read(verdict.claim.quotation.text, instrument.title, stage)
        if opinion is None or opinion.agrees:
            return verdict
        return replace(
            verdict,
            outcome=Outcome.REVIEW,
            confidence=min(verdict.confidence, _DOUBTED),
            reason=f"{verdict.reason} A second reader does not read it so: {opinion.said} A person must look.",
        )

    def _record(self, uow: UnitOfWork, verdict: Verdict, snapshot: Snapshot, change: Change | None) -> StoredVerdict:
        evidence = _evidence(snapshot, verdict.claim.quotation.text)
        event: LifecycleEvent | None = event_of(verdict, evidence, snapshot.captured_at)
        event = uow.events.add(event) if event is not None else None
        return uow.verdicts.add(
            verdict,
            evidence=evidence,
            recorded_at=snapshot.captured_at,
            review=ReviewState.OPEN if verdict.outcome in _FOR_A_PERSON else ReviewState.CLOSED,
            change_id=change.id if change is not None else None,
            event_id=event.id if event is not None else None,
        )

    # Telling -----------------------------------------------------------------------------------------------------

    def tell_health(
        self, uow: UnitOfWork, source: Source, before: SourceHealth, after: SourceHealth, turn: Turn, *, at: datetime
    ) -> None:
        """Tell operators at `at` that a source went blind or can be read again; `after` is its ledger since."""
        if turn is Turn.NOTHING:
            return
        build = alerts.health_alert if turn is Turn.BLIND else alerts.recovered_alert
        alert = build(
            source,
            after if turn is Turn.BLIND else before,
            sequence=uow.sources.next_sequence(source.id),
            created_at=at,
            local_timezone=self.timezone,
        )
        self.post(uow, alert)

    def tell_withdrawn(self, uow: UnitOfWork, source: Source, document: KnownDocument) -> None:
        """Ask operators to look at a page that two readings a day apart did not find; once each time it goes."""
        at = document.last_attempt_at
        if at is not None:
            number = uow.sources.next_sequence(source.id)
            made = alerts.missing_alert(source, document, sequence=number, created_at=at, local_timezone=self.timezone)
            self.post(uow, made)

    def _tell(
        self,
        uow: UnitOfWork,
        source: Source,
        snapshot: Snapshot,
        read: Read,
        judged: Sequence[tuple[StoredVerdict, Status]],
    ) -> None:
        """Alerts for what moved or was announced; a plain notice of changed text for what names an instrument."""
        diff = alerts.diff_lines(read.change) if read.change is not None else ()
        told: set[str] = set()
        for stored, held in judged:
            alert = self._alert_of(uow, source, stored, held, diff)
            if alert is not None:
                self.post(uow, alert)
                told.add(stored.verdict.claim.instrument)
        change = read.change
        if change is not None and (named := [name for name in change.instruments if name not in told]):
            instruments = [self.packs.instruments[name] for name in named]
            quote = next((edit.after.text for edit in change.edits if edit.after is not None), "")
            telling = self._telling(uow, source, _evidence(snapshot, quote))
            self.post(uow, alerts.change_alert(change, instruments, telling), instruments=named)

    def _alert_of(
        self, uow: UnitOfWork, source: Source, stored: StoredVerdict, held: Status, diff: tuple[tuple[str, str], ...]
    ) -> Alert | None:
        """The alert a verdict deserves, if any; `held` is what the register held before it."""
        verdict = stored.verdict
        if verdict.outcome not in _TOLD:
            return None
        instrument = self.packs.instruments[verdict.claim.instrument]
        telling = self._telling(uow, source, stored.evidence)
        if verdict.outcome is Outcome.TARGET_DATE:
            return alerts.target_date_alert(
                verdict, instrument, telling, previous=held.target_date, verdict_id=stored.id, diff=diff
            )
        against = held.evidence[0] if verdict.outcome is Outcome.DISPUTED and held.evidence else None
        alert = alerts.status_alert(verdict, instrument, telling, verdict_id=stored.id, held=against, diff=diff)
        if verdict.outcome is Outcome.DISPUTED:
            # Nothing has moved, so it is no status alert, however important the disagreement is.
            key = alerts.key_of(source.id, telling.sequence, AlertKind.CHANGE, instrument.id)
            return replace(alert, kind=AlertKind.CHANGE, key=key)
        return alert

    def _telling(self, uow: UnitOfWork, source: Source, evidence: Evidence) -> alerts.Telling:
        return alerts.Telling(
            source=source,
            evidence=evidence,
            sequence=uow.sources.next_sequence(source.id),
            created_at=evidence.captured_at,
            local_timezone=self.timezone,
            bodies=self.packs.bodies,
        )

    def post(self, uow: UnitOfWork, alert: Alert, *, instruments: Sequence[str] = ()) -> None:
        """Put `alert` into the outbox for the channels it is routed to; `instruments` are those it is about besides."""
        names = alerts.route(alert, self.channels, instruments=instruments)
        due = {channel.id: alerts.due_at(channel, alert.created_at) for channel in self.channels if channel.id in names}
        uow.outbox.add(alert, names, due_at=due)

    def _latest_step_first(self, claim: Claim) -> tuple[bool, int, int]:
        if not claim.asserted or claim.stage is None:
            return (True, 0, claim.quotation.position)
        place = rank(claim.stage, claim.target, self.packs.instruments[claim.instrument].type)
        return (False, -place, claim.quotation.position)


def _evidence(snapshot: Snapshot, quote: str) -> Evidence:
    return Evidence(
        source_id=snapshot.source_id,
        url=snapshot.url,
        quote=quote,
        captured_at=snapshot.captured_at,
        sha256=snapshot.sha256,
        snapshot_id=snapshot.id,
    )


def _by_network(claim: Claim) -> bool:
    """Whether only the trained reader reads it: it is not asked about every sentence that was there before."""
    return Flag.TRAINED in claim.flags


def _statement(claim: Claim) -> tuple[object, ...]:
    """What a claim states, whatever its words."""
    return (claim.instrument, claim.stage, claim.target, claim.event_date)


def _earlier_step(verdict: Verdict, principal: Verdict) -> Verdict:
    """A step told on the way to the one that decided: part of the story, with no effect of its own."""
    if verdict.outcome in (Outcome.CORROBORATED, Outcome.HISTORY, Outcome.NOTED):
        return verdict
    return replace(
        verdict,
        outcome=Outcome.NOTED,
        reason=f"The same text also says that {principal.to_stage} was reached, which is what counts here.",
    )
