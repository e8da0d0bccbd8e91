"""From new text to verdicts, lifecycle events and alerts, inside the transaction of the reading."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor import alerts
from monitor.alerts.ways import with_present_state, with_way
from monitor.model import (
    Alert,
    Block,
    Change,
    Channel,
    Claim,
    EventKind,
    Flag,
    Instrument,
    KnownDocument,
    LifecycleEvent,
    Outcome,
    Packs,
    Problem,
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
from monitor.processing.mending import mended_from
from monitor.processing.occasions import Occasion, evidence_of
from monitor.processing.overtaking import close_overtaken
from monitor.processing.reading import Finder, Read
from monitor.status.judge import Context, event_of, judge
from monitor.status.ladder import Step, rank
from monitor.status.passages import passages
from monitor.status.register import fold
from monitor.text.normal import match_key
from monitor.text.script import misleading

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

    def judge_reading(
        self, uow: UnitOfWork, source: Source, read: Read, *, news: bool, at: datetime
    ) -> tuple[StoredVerdict, ...]:
        """Judge the fresh text of `read`, fetched `at` (UTC); write verdicts, events and alerts of that moment.

        `news` is False for what was already there when its source was first read: such text may corroborate or go
        to review, but raises no alert.
        """
        snapshot = read.snapshot
        if snapshot is None:
            return ()
        # In the readers' zone: what happens this morning in Phnom Penh is not tomorrow's event.
        # An archive's copy speaks on its own day, whenever it is read.
        today = snapshot.captured_at.astimezone(ZoneInfo(self.timezone)).date()
        claims, respelled = self._new_claims(source, snapshot, read, today, quick=not news)
        context = Context(
            source=source,
            today=today,
            # Words that came into a page later are as old as the change, whatever day the page names for itself.
            published_on=read.known.published_on if read.before is None else None,
            news=news,
            sources=self.sources,
            bodies=self.packs.bodies,
            way=snapshot.way,
        )
        judged = [
            (self._record(uow, verdict, snapshot, read.change, at), held)
            for verdict, held in self._verdicts(uow, claims, respelled, context, read.doubt)
            if news or verdict.outcome is not Outcome.NOTED
        ]
        if news:
            self._tell(uow, source, snapshot, read, judged, at)
        return tuple(stored for stored, _ in judged)

    def _new_claims(
        self, source: Source, snapshot: Snapshot, read: Read, today: date, *, quick: bool
    ) -> tuple[tuple[Claim, ...], frozenset[Claim]]:
        """The claims of the fresh blocks that the document did not already make, and which of them stand in an old
        sentence that only had its spelling mended."""
        said_on = today if read.before is not None else None
        found = tuple(self._claims(source, snapshot, read.fresh, said_on=said_on, quick=quick))
        if read.before is None or not found:
            return found, frozenset()
        replaced = {edit.before.position for edit in read.change.edits if edit.before} if read.change else set()
        said: set[tuple[str, str]] = set()
        reworded: set[tuple[object, ...]] = set()
        earlier: set[str] = set()
        blocks = read.before.document.blocks
        # What stands in a replaced block is compared by what it says, so it is read with all means.
        for careful in (True, False):
            part = [block for block in blocks if (block.position in replaced) is careful]
            for claim in self._claims(source, read.before, part, quick=not careful):
                said.add((claim.instrument, match_key(claim.quotation.text)))
                earlier.add(claim.quotation.text)
                if claim.asserted and careful:
                    reworded.add(_statement(claim))
        texts = [match_key(block.text) for block in blocks] if any(_by_network(claim) for claim in found) else []
        new = tuple(
            claim
            for claim in found
            if (claim.instrument, match_key(claim.quotation.text)) not in said
            and not (claim.asserted and _statement(claim) in reworded)
            and not (_by_network(claim) and any(match_key(claim.quotation.text) in text for text in texts))
        )
        return new, frozenset(claim for claim in new if _is_respelled(claim, read.change, earlier))

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

    def _verdicts(
        self,
        uow: UnitOfWork,
        claims: Sequence[Claim],
        respelled: frozenset[Claim],
        context: Context,
        doubt: Problem | None,
    ) -> Iterator[tuple[Verdict, Status]]:
        """Verdicts on all claims of one document with what was held before each; each sees what earlier ones moved.
        With a `doubt` about the document none moves anything: each is put before a person.

        Of several completed steps that a text names for one instrument the latest decides; the steps that led to it
        are part of the story and are judged after it, when they can only be history.
        """
        moved: dict[str, Verdict] = {}
        if claims:
            uow.events.hold()  # another process may be about to move the same instrument
        for claim in sorted(claims, key=self._latest_step_first):
            instrument = self.packs.instruments[claim.instrument]
            held = fold(instrument, uow.events.of(instrument.id))
            verdict = judge(claim, held, instrument, context)
            verdict = _old_words(verdict) if claim in respelled else self._read_again(verdict, instrument)
            verdict = _doubted(verdict, doubt) if doubt is not None else _disguised(verdict)
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

    def _record(
        self, uow: UnitOfWork, verdict: Verdict, snapshot: Snapshot, change: Change | None, at: datetime
    ) -> StoredVerdict:
        evidence = evidence_of(snapshot, verdict.claim.quotation.text)
        event: LifecycleEvent | None = event_of(verdict, evidence, at)
        if event is not None:
            if event.kind is EventKind.CONFIRMED and event.stage is not None:
                instrument = self.packs.instruments[event.instrument]
                event = replace(event, note=close_overtaken(uow, instrument, Step(event.stage, event.target)))
            event = uow.events.add(event)
        return uow.verdicts.add(
            verdict,
            evidence=evidence,
            recorded_at=at,
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
        self.post(uow, with_present_state(alert, after.detail) if turn is Turn.RECOVERED else alert)

    def tell_withdrawn(self, uow: UnitOfWork, source: Source, document: KnownDocument) -> None:
        """Ask operators to look at a page that two readings a day apart did not find; once each time it goes."""
        at = document.last_attempt_at
        if at is not None:
            number = uow.sources.next_sequence(source.id)
            made = alerts.missing_alert(source, document, sequence=number, created_at=at, local_timezone=self.timezone)
            self.post(uow, made)

    def tell_doubtful(self, uow: UnitOfWork, source: Source, document: KnownDocument, doubt: Problem) -> None:
        """Ask operators to look at a page whose new text two readings showed and that is hard to believe."""
        at = document.last_attempt_at
        if at is not None:
            number = uow.sources.next_sequence(source.id)
            made = alerts.doubtful_alert(
                source, document, doubt, sequence=number, created_at=at, local_timezone=self.timezone
            )
            self.post(uow, made)

    def _tell(
        self,
        uow: UnitOfWork,
        source: Source,
        snapshot: Snapshot,
        read: Read,
        judged: Sequence[tuple[StoredVerdict, Status]],
        at: datetime,
    ) -> None:
        occasion = Occasion(uow, source, snapshot, read, at, self.packs, self.finder, self.timezone)
        for alert, about in occasion.told(judged):
            self.post(uow, alert, instruments=about)

    def post(self, uow: UnitOfWork, alert: Alert, *, instruments: Sequence[str] = ()) -> None:
        """Put `alert` into the outbox for the channels it is routed to; `instruments` are those it is about besides."""
        alert = with_way(alert, self.timezone)
        names = alerts.route(alert, self.channels, instruments=instruments)
        due = {channel.id: alerts.due_at(channel, alert.created_at) for channel in self.channels if channel.id in names}
        uow.outbox.add(alert, names, due_at=due)

    def _latest_step_first(self, claim: Claim) -> tuple[bool, int, int]:
        if not claim.asserted or claim.stage is None:
            return (True, 0, claim.quotation.position)
        place = rank(claim.stage, claim.target, self.packs.instruments[claim.instrument].type)
        return (False, -place, claim.quotation.position)


def _by_network(claim: Claim) -> bool:
    """Whether only the trained reader reads it: it is not asked about every sentence that was there before."""
    return Flag.TRAINED in claim.flags


def _statement(claim: Claim) -> tuple[object, ...]:
    """What a claim states, whatever its words."""
    return (claim.instrument, claim.stage, claim.target, claim.event_date)


def _is_respelled(claim: Claim, change: Change | None, earlier: Collection[str]) -> bool:
    """Whether `claim` stands in an old sentence that only had its spelling mended and that stated nothing before.

    `earlier` are the quotations of what the document stated before.
    """
    edits = change.edits if change is not None else ()
    reworded = (
        edit.before.text
        for edit in edits
        if edit.before is not None and edit.after is not None and edit.after.position == claim.quotation.position
    )
    old = next(filter(None, (mended_from(claim.quotation.text, text) for text in reworded)), "")
    return bool(old) and not any(old in quotation or quotation in old for quotation in earlier)


def _disguised(verdict: Verdict) -> Verdict:
    """`verdict`, or a case for a person where its passage reads otherwise than it is written."""
    signs = misleading(verdict.claim.quotation.text) if verdict.outcome in _TOLD else ()
    if not signs:
        return verdict
    reason = f"{verdict.reason} But its words hold characters that mislead the eye ({', '.join(signs)})"
    return replace(verdict, outcome=Outcome.REVIEW, reason=f"{reason}: a person must look.")


def _doubted(verdict: Verdict, doubt: Problem) -> Verdict:
    """`verdict` on a document there is `doubt` about: nothing moves before a person has looked."""
    if verdict.outcome not in _TOLD:
        return verdict
    return replace(
        verdict,
        outcome=Outcome.REVIEW,
        confidence=min(verdict.confidence, _DOUBTED),
        reason=f"{verdict.reason} But {doubt.detail}: a person must look.",
    )


def _old_words(verdict: Verdict) -> Verdict:
    """`verdict` on an old statement in mended spelling: told to nobody, shown to a person."""
    if verdict.outcome not in _TOLD:
        return verdict
    return replace(
        verdict,
        outcome=Outcome.REVIEW,
        reason=f"{verdict.reason} Only the spelling of an old sentence was mended: no news; a person must look.",
    )


def _earlier_step(verdict: Verdict, principal: Verdict) -> Verdict:
    """A step told on the way to the one that decided: part of the story, with no effect of its own."""
    if verdict.outcome in (Outcome.CORROBORATED, Outcome.HISTORY, Outcome.NOTED):
        return verdict
    return replace(
        verdict,
        outcome=Outcome.NOTED,
        reason=f"The same text also says that {principal.to_stage} was reached, which is what counts here.",
    )
