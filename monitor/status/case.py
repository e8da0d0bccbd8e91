"""A claim before the judge: the claim, the register, the instrument and who says it, with what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from monitor.model import (
    Authority,
    Body,
    Claim,
    Flag,
    Instrument,
    Outcome,
    PartialDate,
    Source,
    Stage,
    Status,
    Verdict,
    Way,
)
from monitor.status import ladder, weight
from monitor.status.ladder import Relation, Step
from monitor.status.words import body_words, date_words, past_words, sentence, stage_words, titled

CONTRARY_WITHIN = timedelta(days=30)
"""Two contrary statements this close together are a conflict; further apart, one of them is out of date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who says it and when it was read.

    `today` is the day of the reading (UTC); `published_on` the day the document names for itself. `news` is False for
    what was already there when its source was first read: such a reading never moves the register. `sources` (by id)
    tell who published the evidence already held; `bodies` (by id) give bodies their titles. `way` is how the page was
    reached; what was read from an archive's copy was read on the day of the copy.
    """

    source: Source
    today: date
    published_on: date | None = None
    news: bool = True
    sources: Mapping[str, Source] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    way: Way = Way.DIRECT


@dataclass(frozen=True)
class Case:
    """One claim with everything the rules ask about it."""

    claim: Claim
    status: Status
    instrument: Instrument
    context: Context

    @cached_property
    def held(self) -> Step:
        return Step(self.status.stage, self.status.target)

    @cached_property
    def claimed(self) -> Step:
        """The claimed step. Only asked for when the claim names a stage."""
        if self.claim.stage is None:
            raise ValueError("a claim without a stage has no step")
        return Step(self.claim.stage, self.claim.target)

    @cached_property
    def relation(self) -> Relation:
        return ladder.relation(self.held, self.claimed, self.instrument.type)

    @cached_property
    def tier(self) -> int:
        return weight.tier(self.claim, self.instrument, self.context.source)

    @cached_property
    def confidence(self) -> float:
        dated = bool(self.claim.event_date or self.context.published_on or self.claim.target_date)
        return weight.confidence(self.claim, self.instrument, self.context.source, dated=dated, copied=self.copied)

    @property
    def may_act(self) -> bool:
        """Sure enough to move the register. "It" and "the law" may mean another instrument: never sure enough."""
        return self.confidence >= weight.ACT[self.tier] and Flag.ANAPHORA not in self.claim.flags

    @property
    def copied(self) -> bool:
        """Whether it was read from an archive's copy: somebody else's word for what it said on an earlier day."""
        return self.context.way is Way.ARCHIVE

    @property
    def decides(self) -> bool:
        """Whether its word settles the matter: the deciding body's own, on its own page."""
        return self.tier == 1 and not self.copied

    @property
    def deserves_review(self) -> bool:
        return self.context.news and self.confidence >= weight.REVIEW[self.tier]

    @property
    def second_hand(self) -> bool:
        return self.tier >= 3

    @cached_property
    def happened_on(self) -> date | None:
        """The latest day the event can have been on: by the text, else by the day the document was published.

        What an archive copied had happened by the day of the copy, whatever the text leaves open.
        """
        latest = self.claim.event_date.latest if self.claim.event_date else self.context.published_on
        return min(latest or self.context.today, self.context.today) if self.copied else latest

    @property
    def is_older(self) -> bool:
        """Whether the event clearly lies before what the register holds."""
        if self.happened_on is None:
            return Flag.HISTORICAL in self.claim.flags
        return self.happened_on < self.status.since.earliest

    @property
    def is_recent(self) -> bool:
        """Whether the held stage is so fresh that a contrary statement is a conflict."""
        return self.context.today - self.status.since.earliest <= CONTRARY_WITHIN

    @cached_property
    def unseen(self) -> tuple[Step, ...]:
        """The usual steps between what is held and what is claimed, which nobody has reported."""
        if self.claim.stage is None or self.relation is not Relation.AHEAD:
            return ()
        return ladder.between(self.held, self.claimed, self.instrument.type)

    def words(self, step: Step) -> str:
        """Where `step` is, in words."""
        return stage_words(step, self.instrument.type, self.context.bodies)

    def verdict(self, outcome: Outcome, *because: str, to: Stage | None = None, confirms: bool = False) -> Verdict:
        """A verdict whose reason is one paragraph: what is said, what is held, who says it, and `because`."""
        sentences = (self._said(), self._held(), *because, self._read_by(), self._copied(), self._weighed())
        return Verdict(
            claim=self.claim,
            outcome=outcome,
            reason=" ".join(sentence(text) for text in sentences if text),
            confidence=self.confidence,
            from_stage=self.status.stage,
            to_stage=to,
            from_target=self.status.target,
            steps_skipped=tuple(step.stage for step in self.unseen) if to else (),
            confirms=confirms,
        )

    def ask_or_note(self, because: str, to: Stage | None = None) -> Verdict:
        """Ask a person about the claimed stage (or `to`), if the claim is news and sure enough; else only note it."""
        if self.deserves_review:
            return self.verdict(Outcome.REVIEW, because, to=to or self.claim.stage)
        return self.verdict(Outcome.NOTED, because)

    def _said(self) -> str:
        source, title = f"source {self.context.source.id}", titled(self.instrument)
        if not self.claim.asserted or self.claim.stage is None:
            return f"{source} names {title} without stating a stage as reached."
        when = f" ({date_words(self.claim.event_date)})" if self.claim.event_date else ""
        said = past_words(self.claimed, self.instrument.type, self.context.bodies)
        actor = self.claim.actor if self.claim.stage in weight.DECISIVE else ""
        by = f", naming {body_words(actor, self.context.bodies)}" if actor else ""
        return f"{source} states that {title} {said}{when}{by}."

    def _held(self) -> str:
        return (
            f"the register holds: {self.words(self.held)}, {self.status.state}, since {date_words(self.status.since)}."
        )

    def _read_by(self) -> str:
        alone = self.claim.asserted and Flag.TRAINED in self.claim.flags
        return "no rule reads the words so; the trained reader does." if alone else ""

    def _copied(self) -> str:
        if not self.copied:
            return ""
        day = date_words(PartialDate.of(self.context.today))
        return f"it was read from an archive's copy of {day}, not from the page itself, so it can confirm nothing."

    def _weighed(self) -> str:
        return f"{_SPEAKERS[self._speaker()]} Confidence {self.confidence:.2f}."

    def _speaker(self) -> str:
        if self.tier == 3 and self.context.source.authority is Authority.INTERGOVERNMENTAL:
            return "organisation"
        return str(self.tier)


_SPEAKERS: Mapping[str, str] = {
    "1": "The source speaks for the body whose own act this is.",
    "2": "The source is the ministry or committee in charge, not the body that decides.",
    "3": "The source reports another body's act, so it may lag or have it at second hand.",
    "organisation": "The source is an organisation's account of the country; it may lag by years.",
    "4": "The source is the press: a lead to follow, never proof.",
}
