"""What a passage claims about tracked instruments, and why a statement does not count."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from monitor.model import (
    Claim,
    Cue,
    Flag,
    Instrument,
    InstrumentType,
    Modality,
    Packs,
    PartialDate,
    Passage,
    Polarity,
    Quotation,
    Stage,
)
from monitor.packs.language import Language, languages
from monitor.status.dating import Dating
from monitor.status.english.sentence import English
from monitor.status.english.tokens import Kind
from monitor.status.khmer.sentence import Khmer
from monitor.status.names import Name, NameKind, Names, folded
from monitor.status.places import PlaceContext, Places
from monitor.status.reading import Hedge, Reading, Span
from monitor.status.stages import COUNTRY, NOBODY, StageTable, Step
from monitor.status.steps import latest_only
from monitor.status.tagger.agreement import Addition, confidence_of, settle
from monitor.status.tagger.asking import ACTS, Line, Question, TrainedReader, points, stretches
from monitor.status.tagger.masking import Masking
from monitor.text.dates import FoundDate
from monitor.text.normal import Keyed, has_khmer, keyed, match_key
from monitor.text.sentences import sentences

RULES = "2026.2"
"""Version of the rules; part of what a stored verdict was made with."""

_ANAPHOR = re.compile(
    r"\b(?:it|its|law|bill|draft|act|strategy|policy|framework|guide|roadmap|decree|legislation|text|document"
    r"|convention|agreement|treaty|masterplan|notice|status|stage|adopted|enacted|approved|passed|promulgated|signed|launched"
    r"|in force|effective|repealed|withdrawn)\b"
    "|ច្បាប់|ព្រាង|យុទ្ធសាស្ត្រ|គោលនយោបាយ|អនុក្រឹត|ក្របខណ្ឌ|ឯកសារ|អនុសញ្ញា|កិច្ចព្រមព្រៀង|ស្ថានភាព|ដំណាក់កាល|វឌ្ឍនភាព|ថ្ងៃ|កាលបរិច្ឆេទ|អនុម័ត|ប្រកាស|វិសោធនកម្ម"
    "|អនុវត្ត|ធរមាន|ប្រសិទ្ធភាព|សុពលភាព|ហត្ថលេខា|ហស្តលេខា|សម្ពោធ|និរាករណ៍|ពិគ្រោះ|បញ្ជូន|ដាក់ជូន|រាជកិច្ច|វា|ក្រម",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"^[\s\"“”']*(?:(?:answer|ចម្លើយ|ឆ្លើយ)\s*[:៖]\s*|ការពិតគឺ|តាមពិត)?"
    r"(?:no\b|not\b|wrong|false|incorrect|untrue|myth|(?:this|that) is (?:not|false|wrong)|it is not|ទេ|មិន|ខុស|ពុំ|អត់ទេ)",
    re.IGNORECASE,
)
_REPORTS = r"(?:claims?|reports?|rumou?rs?|news|posts?|information|statements?|stor(?:y|ies)|allegations?|assertions?)"
_DENIED = re.compile(
    rf"^[\s\"“”']*(?:this|that|it|all of this|(?:(?:this|that|these|those|such|the)\s+)?{_REPORTS})"
    r"\s+(?:is|are|was|were)\s+(?:\w+ly\s+)?"
    r"(?:false|untrue|not true|not correct|incorrect|wrong|fake|baseless|unfounded|fabricated|a hoax)\b",
    re.IGNORECASE,
)
_DENIED_KM = re.compile(
    "(?:ព័ត៌មាន|ការលើកឡើង|ការអះអាង|ការផ្សព្វផ្សាយ|ការចុះផ្សាយ|សារ)?(?:នេះ|នោះ|ខាងលើ|ទាំងនេះ)[^។]{0,30}?"
    "(?:មិនពិត|មិនមែនជាការពិត|ក្លែងក្លាយ|មិនត្រឹមត្រូវ|គ្មានមូលដ្ឋាន|ខុសពីការពិត)"
)
_MYTH_LABEL = re.compile(
    r"^\s*(?:myth|misconception|fiction|false|false claim|rumou?r|misunderstanding)\b\s*(?:\d+)?\s*[:\-–—]",
    re.IGNORECASE,
)
_MYTH_HEADING = re.compile(r"myth|misunderstanding|misconception|fact[- ]check|false claim", re.IGNORECASE)
_QUOTED = re.compile(r"^\s*[\"“«'‘](?P<said>.+?)[\"”»'’]\s*[.!។៖:]?\s*$", re.DOTALL)
_WITHOUT_BODY = frozenset(
    [
        "draft",
        "review",
        "review_done",
        "consult",
        "enter_force",
        "absent",
        "announce",
        "submit",
        "return",
        "conclude",
        "gazette",
        "promulgate",
        "preliminary",
        "withdraw",
        "amend",
    ]
)
_STEPS = frozenset(("submit", "approve", "adopt", "vote", "sign", "promulgate", "issue", "gazette", "return"))
_BY_SOMEBODY = frozenset(("approve", "adopt", "vote", "sign", "withdraw", "launch"))
"""Acts that say little as long as nobody is said to have done them."""
_AHEAD = frozenset((Modality.FUTURE, Modality.POSSIBLE, Modality.CALL, Modality.PURPOSE, Modality.CONDITIONAL))
_PARTY_ACTS = frozenset(
    "sign, ratify, accede, deposit, enter_force, promulgate, approve, adopt, vote".split(", ")  # noqa: SIM905
)


_LITTLE_SEEN = frozenset({InstrumentType.SOFT_LAW, InstrumentType.TREATY})
"""Kinds of instrument of which the trained reader has read too little to contradict the rules."""


class ClaimFinder:
    """Finds claims by the rules of `packs` and the shipped languages. Build once; it keeps no state between calls."""

    def __init__(
        self, packs: Packs, vocabulary: Mapping[str, Language] | None = None, *, trained: TrainedReader | None = None
    ) -> None:
        known = languages() if vocabulary is None else vocabulary
        self._packs = packs
        self._names = Names(packs, known)
        self._stages = StageTable(packs)
        self._states = {body.jurisdiction for body in packs.bodies.values()}
        self._places = Places(packs, known)
        self._english = English(known["en"], packs)
        self._khmer = Khmer(known["km"], packs)
        # A block is asked about as itself and as what stands before the next, a heading as often as it has blocks.
        self._named = lru_cache(maxsize=128)(self._named_in)
        self._known = max((item.as_of for item in packs.instruments.values()), default=None)
        self._home = next((item.jurisdiction for item in packs.instruments.values() if len(item.jurisdiction) == 2), "")
        self._masking = Masking(packs, self._home)
        self._trained = trained

    def mentions(self, text: str, jurisdiction: str = "") -> frozenset[str]:
        """Ids of the instruments named in `text`, whatever is said of them.

        Where several countries' instruments share a name, it is that of `jurisdiction` (whose page it is) or of a
        country the text names; else that of the first pack's country.
        """
        named = self._named_in(text)
        if not any(len(ids) > 1 for ids in named):
            return frozenset(identifier for ids in named for identifier in ids)
        key = keyed(text).key
        spoken_of = self._places.spoken_of(self._names.find(key, folded(key)), key)
        return frozenset(
            identifier for ids in named for identifier in self._places.meant(ids, jurisdiction, spoken_of, self._home)
        )

    def find(self, passage: Passage, *, quick: bool = False) -> tuple[Claim, ...]:
        """Every statement of `passage` about a tracked instrument, asserted or not, in reading order.

        `quick` leaves the trained reader out: the rules alone, some ten times as fast.
        Where one passage tells several completed steps of an instrument, only the latest stays asserted.
        """
        lines = self._lines(passage)
        context = self._places.context(passage, self._names) if lines else None
        if context is None:
            return ()
        claims = [claim for line in lines for claim in self._ruled(line, passage, context)]
        if self._trained is not None and not quick:
            claims = self._trained_too(lines, claims, passage, context)
        return latest_only(claims)

    def questions(self, passage: Passage) -> tuple[Question, ...]:
        """What the trained reader is asked about `passage`: it is trained on the same questions."""
        lines = self._lines(passage)
        if not lines:
            return ()
        return tuple(self._questions(lines, passage, self._places.context(passage, self._names)))

    def _lines(self, passage: Passage) -> list[Line]:
        """The sentences of `passage` with their names; none if it speaks of no instrument."""
        (topic, about), named = self._topic(passage), self._named(passage.text)
        if not named and topic is None:
            return []
        whole = keyed(passage.text)
        low = folded(whole.key)
        beneath = bool(passage.path) and about == passage.path[-1] and not named
        behind = about == passage.previous or not passage.previous
        near = beneath or about == passage.previous
        if topic is not None and not beneath and not _ANAPHOR.search(low):
            topic = None
        if not named and topic is None:
            return []
        all_names = self._names.find(whole.key, low)
        lines: list[Line] = []
        spans = sentences(passage.text)
        context = self._places.context(passage, self._names)
        abroad = self._abroad(about) if topic is not None else ""
        for number, (start, end) in enumerate(spans):
            following = passage.text[slice(*spans[number + 1])] if number + 1 < len(spans) else ""
            text = passage.text[start:end]
            if len(spans) == 1 and start == 0 and end == len(passage.text):
                line, names = whole, all_names
            else:
                line = keyed(text)
                names = self._names.find(line.key, folded(line.key))
            names = self._places.narrowed(names, passage, context, self._home)
            instruments = {name.ids for name in names if name.kind is NameKind.INSTRUMENT}
            lines.append(
                Line(
                    keyed=line,
                    offset=start,
                    names=names,
                    topic=topic,
                    about=about,
                    abroad=abroad,
                    points=near and points(line.key, beneath=beneath, behind=behind and not number),
                    myth=self._is_myth(text, following, passage),
                    answer=number > 0 and passage.text[slice(*spans[number - 1])].endswith("?"),
                )
            )
            if len(instruments) == 1:
                topic, abroad = next(iter(instruments)), self._places.owner(names, line.key)
            elif instruments or self._khmer.names_another(line.key, names):
                topic = None
        return lines

    def _ruled(self, line: Line, passage: Passage, context: PlaceContext) -> Iterator[Claim]:
        """What the rules read in `line`."""
        for reading in self._readings(line, passage):
            if line.answer:
                _in_answer(reading)
            if reading.anaphora and not reading.country:
                reading.country = reading.actor_country or line.abroad
            yield from self._claims(reading, line.keyed, line.offset, passage, context, line.myth, line.names)

    # ------------------------------------------------------------ the trained reader

    def _trained_too(
        self, lines: Sequence[Line], claims: Sequence[Claim], passage: Passage, context: PlaceContext
    ) -> list[Claim]:
        """`claims` of the rules as they stand after the trained reader was asked about each instrument."""
        assert self._trained is not None  # noqa: S101
        found = list(claims)
        for question in self._questions(lines, passage, context):
            here = [claim for claim in found if question.covers(claim)]
            settled, addition = settle(
                here,
                self._trained.read([question.text])[0],
                may_doubt=question.instrument.type not in _LITTLE_SEEN,
                anaphoric=not question.name.end,
            )
            found = [claim for claim in found if claim not in here]
            found += settled
            if addition is not None:
                found.append(self._added(question, addition, passage))
        return sorted(found, key=lambda claim: claim.quotation.start)

    def _questions(self, lines: Sequence[Line], passage: Passage, context: PlaceContext) -> Iterator[Question]:
        for stretch in stretches(lines):
            if any(has_khmer(line.keyed.key) for line in stretch):
                continue
            heading = self._heading(stretch, passage)
            asked: set[str] = set()
            for line in stretch:
                for name, country in self._asked_about(line):
                    reading = Reading(name, "", Span(name.start, name.end, "trained"), (0, 0), country=country)
                    for instrument, foreign in self._places.choose(
                        reading, passage, context, line.names, self._home, line.keyed.key
                    ):
                        if not foreign and instrument.id not in asked:
                            asked.add(instrument.id)
                            yield Question(instrument, line, name, stretch, self._masked(heading, stretch, instrument))

    def _asked_about(self, line: Line) -> list[tuple[Name, str]]:
        """The instruments named in `line`, or the one it points to, and the country each is said to be of."""
        tokens = self._english.named(line.keyed.key, line.names)
        named = [token.name for token in tokens if token.kind is Kind.INSTRUMENT and token.name is not None]
        if named:
            owner = self._places.owner(line.names, line.keyed.key)
            return [(name, owner if self._is_a_states(name) else "") for name in named]
        if line.topic is None or not line.points:
            return []
        return [(Name(0, 0, NameKind.INSTRUMENT, line.topic), line.abroad)]

    def _is_a_states(self, name: Name) -> bool:
        """Whether `name` is of a state's instrument: a meeting in Bangkok says nothing of whose a guide is."""
        known = (self._packs.instruments.get(identifier) for identifier in name.ids)
        return any(instrument is not None and len(instrument.jurisdiction) == 2 for instrument in known)

    def _heading(self, stretch: Sequence[Line], passage: Passage) -> str:
        """What stands over `stretch`: the text its "the law" points to, else the nearest heading."""
        if stretch[0].topic is not None and not any(name.kind is NameKind.INSTRUMENT for name in stretch[0].names):
            return stretch[0].about
        return passage.path[-1] if passage.path else ""

    def _masked(self, heading: str, stretch: Sequence[Line], instrument: Instrument) -> str:
        parts = [
            self._masking.masked(line.keyed.key, self._english.named(line.keyed.key, line.names), instrument)
            for line in stretch
        ]
        if heading:
            key = keyed(heading).key
            named = self._english.named(key, self._names.find(key, folded(key)))
            parts.insert(0, f"{self._masking.masked(key, named, instrument)} :")
        return " ".join(parts)

    def _added(self, question: Question, addition: Addition, passage: Passage) -> Claim:
        """The claim that the trained reader adds to those of the rules."""
        line, stage = question.line, addition.stage
        bodies = tuple(identifier for name in line.names if name.kind is NameKind.BODY for identifier in name.ids)
        reading = Reading(
            name=question.name,
            act=ACTS[stage],
            cue=Span(question.name.start, question.name.end, f"trained.{stage}"),
            clause=(0, len(line.keyed.key)),
            actors=bodies,
            targets=bodies,
            anaphora=not question.name.end,
            confidence=confidence_of(addition),
        )
        if reading.anaphora:
            reading.flags.add(Flag.ANAPHORA)
        if any(question.instrument.party in name.ids for name in line.names if name.kind is NameKind.COUNTRY):
            reading.actor_country = question.instrument.party
        claim = self._claim(question.instrument, "", reading, line.keyed, line.offset, passage, line.myth)
        against = "" if Flag.NO_STAGE in claim.flags else claim.why_not
        flags = {*claim.flags, Flag.TRAINED} - {Flag.NO_STAGE}
        if addition.sure and not against:
            return replace(claim, stage=stage, asserted=True, why_not="", flags=tuple(sorted(flags)))
        why = f"only the trained reader reads it so (probability {addition.probability:.2f}), no rule does"
        return replace(
            claim,
            stage=stage,
            asserted=False,
            event_date=None,
            why_not=against or why,
            flags=tuple(sorted({*flags, Flag.DOUBTED})),
        )

    # ------------------------------------------------------------ reading

    def _readings(self, line: Line, passage: Passage) -> list[Reading]:
        key = line.keyed.key
        if has_khmer(key):
            return self._khmer.readings(key, line.names, line.topic, passage.path)
        return self._english.readings(key, line.names, line.topic)

    def _topic(self, passage: Passage) -> tuple[tuple[str, ...] | None, str]:
        """The one instrument the sentence before, the nearest heading or the title is about, and that text.

        None if it is not one.
        """
        for text in (passage.previous, *reversed(passage.path), passage.title):
            found = self._named(text) if text else ()
            if found:
                return (next(iter(found)) if len(found) == 1 else None), text
        return None, ""

    def _abroad(self, text: str) -> str:
        """The country whose instrument `text` names, if it says so."""
        key = keyed(text).key
        return self._places.owner(self._names.find(key, folded(key)), key)

    def _named_in(self, text: str) -> frozenset[tuple[str, ...]]:
        """The instruments named in `text`, as the ids each name may stand for."""
        key = keyed(text).key
        low = folded(key)
        if not self._names.may_name_instrument(low):
            return frozenset()
        return frozenset(name.ids for name in self._names.find(key, low) if name.kind is NameKind.INSTRUMENT)

    def _is_myth(self, text: str, following: str, passage: Passage) -> str:
        """Why the sentence is only quoted to be denied; empty if it is not."""
        if _MYTH_LABEL.match(text):
            return "it is quoted as a myth"
        if _DENIED.match(following) or (has_khmer(following) and _DENIED_KM.match(match_key(following))):
            return "the next sentence says that it is not so"
        if _QUOTED.match(text):
            if _DENIAL.match(following):
                return "it is quoted, and the text answers that it is not so"
            if any(_MYTH_HEADING.search(heading) for heading in (*passage.path, passage.title)):
                return "it is quoted under a heading about misunderstandings"
        return ""

    # ------------------------------------------------------------ claims

    def _claims(
        self,
        reading: Reading,
        line: Keyed,
        offset: int,
        passage: Passage,
        context: PlaceContext,
        myth: str,
        names: Sequence[Name],
    ) -> list[Claim]:
        chosen = self._places.choose(reading, passage, context, names, self._home, line.key)
        return [
            self._claim(instrument, foreign, reading, line, offset, passage, myth) for instrument, foreign in chosen
        ]

    def _claim(
        self,
        instrument: Instrument,
        foreign: str,
        reading: Reading,
        line: Keyed,
        offset: int,
        passage: Passage,
        myth: str,
    ) -> Claim:
        actors = self._own_bodies(reading.actors, instrument)
        step_bodies = self._step_bodies(reading, instrument, actors)
        act = "approve" if reading.act == "preliminary" else reading.act
        step = self._stages.step(instrument, act, step_bodies) if step_bodies else Step(stage=None)
        stage = Stage.DRAFTING if reading.act == "preliminary" else step.stage
        hedges = list(reading.hedges)
        dating = Dating(line, passage.published_on, self._known)
        dated, late = dating.event(reading)
        if late is not None:
            hedges.append(late)
        flags = set(reading.flags)
        why = self._why_not(instrument, reading, stage, hedges, foreign, myth, actors, flags)
        negative = any(hedge.negative for hedge in hedges)
        modality = _modality(hedges, myth)
        target_date = _last_of(dated) if hedges and not negative and modality in _AHEAD else None
        if target_date is not None:
            flags.add(Flag.TARGET_DATE)
        if not actors and reading.act in _BY_SOMEBODY and reading.actor_country != instrument.jurisdiction:
            flags.add(Flag.NO_ACTOR)
        start, end = self._quoted(line)
        return Claim(
            instrument=instrument.id,
            act=reading.act,
            stage=stage,
            quotation=Quotation(
                text=line.text[start:end], position=passage.position, start=offset + start, end=offset + end
            ),
            asserted=not why,
            polarity=Polarity.NEGATIVE if negative else Polarity.POSITIVE,
            modality=modality,
            actor=actors[0] if actors else "",
            target=step.target,
            milestone=step.milestone,
            event_date=None if hedges or myth or dated is None else dated.value,
            target_date=target_date,
            flags=tuple(sorted(flags)),
            cues=tuple(self._cue(span, line) for span in (reading.cue, *reading.cues)),
            hedges=tuple(self._cue(hedge.span, line) for hedge in hedges),
            rules=_rules(reading, hedges, step),
            confidence=_confidence(reading, flags),
            why_not=why,
            language="km" if has_khmer(line.key) else "en",
        )

    def _own_bodies(self, ids: Sequence[str], instrument: Instrument) -> tuple[str, ...]:
        """Bodies that may act on the instrument, those of its own jurisdiction first; another state's never."""
        known = [(identifier, self._packs.bodies[identifier]) for identifier in ids if identifier in self._packs.bodies]
        if len(instrument.jurisdiction) == 2:
            if instrument.jurisdiction in self._states:
                known = [
                    (identifier, body) for identifier, body in known if body.jurisdiction == instrument.jurisdiction
                ]
            return tuple(identifier for identifier, _ in known)
        own = [identifier for identifier, body in known if body.jurisdiction == instrument.jurisdiction]
        return tuple(own or [identifier for identifier, _ in known])

    def _step_bodies(self, reading: Reading, instrument: Instrument, actors: Sequence[str]) -> Sequence[str]:
        if reading.act == "submit":
            return self._own_bodies(reading.targets, instrument) or (NOBODY,)
        if actors:
            return actors
        if reading.actor_country and reading.actor_country == (instrument.party or instrument.jurisdiction):
            return (COUNTRY,)
        if reading.object_words and reading.act not in _WITHOUT_BODY:
            return ()
        return (NOBODY,)

    def _why_not(
        self,
        instrument: Instrument,
        reading: Reading,
        stage: Stage | None,
        hedges: Sequence[Hedge],
        foreign: str,
        myth: str,
        actors: Sequence[str],
        flags: set[Flag],
    ) -> str:
        """In words, what keeps the reading from counting; empty if nothing does."""
        reasons = []
        if foreign:
            flags.add(Flag.OTHER_COUNTRY)
            reasons.append(foreign)
        if myth:
            reasons.append(myth)
        reasons += [hedge.why for hedge in hedges]
        if Flag.OTHER_OBJECT in flags:
            reasons.append("what was done concerns something else than the instrument itself")
        if (
            instrument.party
            and reading.act in _PARTY_ACTS
            and reading.actor_country != instrument.party
            and not self._home_body(actors, instrument.party)
        ):
            reasons.append("the text does not say that the watched country did it")
        if stage is None and not reasons:
            flags.add(Flag.NO_STAGE)
            who = ", ".join(self._packs.bodies[actor].title for actor in actors) or reading.object_words
            reasons.append(f"no stage follows from this act by “{who}”" if who else "no stage follows from this act")
        return "; ".join(dict.fromkeys(reasons))

    def _home_body(self, actors: Sequence[str], party: str) -> bool:
        return any(self._packs.bodies[actor].jurisdiction == party for actor in actors)

    def _quoted(self, line: Keyed) -> tuple[int, int]:
        text = line.text
        return len(text) - len(text.lstrip()), len(text.rstrip())

    def _cue(self, span: Span, line: Keyed) -> Cue:
        if line.key == line.text:
            return Cue(text=line.text[span.start : span.end], rule=span.rule)
        start, end = line.raw_span(span.start, max(span.end, span.start + 1))
        return Cue(text=line.text[start:end], rule=span.rule)


def _last_of(dated: FoundDate | None) -> PartialDate | None:
    """What a target is held to: the last month of "the third quarter", the last day of "3 to 20 November"."""
    return None if dated is None else dated.until or dated.value


def _modality(hedges: Sequence[Hedge], myth: str) -> Modality:
    """How the passage puts it: the first hedge decides, a denial is a plain statement, a myth overrules both."""
    if myth:
        return Modality.MYTH
    if any(hedge.negative for hedge in hedges):
        return Modality.ASSERTED
    return next((hedge.modality for hedge in hedges if hedge.modality is not Modality.ASSERTED), Modality.ASSERTED)


def _rules(reading: Reading, hedges: Sequence[Hedge], step: Step) -> tuple[str, ...]:
    """Every rule that took part, once each, in the order they did."""
    spans = (reading.cue, *reading.cues, *(hedge.span for hedge in hedges))
    return tuple(dict.fromkeys((*(span.rule for span in spans), *filter(None, (step.rule,)))))


def _in_answer(reading: Reading) -> None:
    """After a question a plain present ("it goes to the Cabinet") tells how such texts are made, not what was done."""
    if reading.present and not reading.hedges and reading.act in _STEPS:
        span = Span(reading.cue.start, reading.cue.end, "guard.procedure")
        reading.hedges.append(Hedge(span, Modality.POSSIBLE, "it answers a question about the procedure"))


def _confidence(reading: Reading, flags: set[Flag]) -> float:
    """How sure the reading itself is; who said it is weighed elsewhere."""
    value = reading.confidence
    if Flag.NO_ACTOR in flags:
        value -= 0.1
    if reading.nominal:
        value -= 0.2
    if reading.background:
        value -= 0.05
    if Flag.ANAPHORA in flags:
        value = min(value, 0.5)
    return round(max(value, 0.1), 2)


__all__ = ["RULES", "ClaimFinder"]
