"""What governs a verb group: conditions, aims, hopes, denials, hearsay; and where such a scope ends."""

from collections.abc import Iterable, Iterator, Sequence

from monitor.model import Modality
from monitor.status.english.clauses import Clauses
from monitor.status.english.groups import Group, Tense
from monitor.status.english.tokens import Kind, Token
from monitor.status.english.words import EnglishWords
from monitor.status.reading import Hedge, Span

_MODALITY = {
    "conditional": Modality.CONDITIONAL,
    "purpose": Modality.PURPOSE,
    "question": Modality.QUESTION,
    "possible": Modality.POSSIBLE,
    "future": Modality.FUTURE,
    "call": Modality.CALL,
    "negative": Modality.ASSERTED,
}
_DONE = (Tense.PAST, Tense.PERFECT)
_ACHIEVEMENTS = frozenset(
    [
        "adopt",
        "approve",
        "promulgate",
        "sign",
        "withdraw",
        "submit",
        "amend",
        "gazette",
        "issue",
        "vote",
        "launch",
        "ratify",
        "return",
    ]
)
_GOING_ON = frozenset(("continue", "go on", "keep", "keep on", "resume", "proceed"))
_SENTENCE_WIDE = frozenset(("hearsay", "untrue"))
_GOVERNOR_WHY = {
    "doubt": (Modality.POSSIBLE, "the text reports it without vouching for it"),
    "future": (Modality.FUTURE, "it is planned or expected, not done"),
    "call": (Modality.CALL, "somebody asks for it"),
    "fail": (Modality.ASSERTED, "the text says it did not happen"),
}


class Context:
    """Hedges of one sentence, by scope."""

    def __init__(self, clauses: Clauses, words: EnglishWords, *, question: bool) -> None:
        self._clauses = clauses
        self._tokens = clauses.tokens
        self._words = words
        self._question = question
        self._wide = tuple(self._sentence_wide())

    def of(self, group: Group) -> list[Hedge]:
        """Everything that keeps what `group` says from being asserted."""
        found = [*self._wide_for(group.start), *self._inside(group), *self._above(group), *self._instead(group)]
        found += self._condition_behind(group)
        if group.tense in (Tense.INFINITIVE, Tense.GERUND):
            found += self._governor(group)
        return found

    def _instead(self, group: Group) -> Iterator[Hedge]:
        """ "Without adopting", "instead of having adopted": named as what did not happen."""
        before = self._tokens[group.start - 1] if group.start else None
        if before is not None and before.low in ("without", "instead of", "rather than") and not group.finite:
            yield self._hedge(
                before, Modality.ASSERTED, f"the text says it did not happen (“{before.low}”)", "without", negative=True
            )

    def _condition_behind(self, group: Group) -> Iterator[Hedge]:
        """ "Passes only if two thirds agree", "was adopted in other countries": what takes it back stands behind."""
        if group.head is None:
            return
        present = group.tense is Tense.PRESENT and not group.progressive
        for index in range(group.end, min(group.end + 12, len(self._tokens))):
            token = self._tokens[index]
            if token.low in (",", ";") or self._clauses.group_at(index) is not None:
                return
            condition = present and token.kind is Kind.SUBORDINATOR and token.guard == "condition"
            if condition or token.guard == "elsewhere":
                yield self._guard(token)
                return

    def around(self, index: int) -> list[Hedge]:
        """Hedges on a phrase without a verb of its own at `index`."""
        return [*self._wide_for(index), *self._conditions(index, None)]

    def none(self, token: Token) -> Hedge:
        """The hedge of "no", "none", "neither" before a subject or an object."""
        return self._hedge(
            token, Modality.ASSERTED, f"the text says that none was (“{token.low}”)", "negation", negative=True
        )

    def done(self, group: Group) -> bool:
        """Whether `group` tells something that has happened, with nothing against it."""
        if group.chain:
            return self.base_done(group) and not self.of_base(group)
        return self.base_done(group) and not self.of(group)

    def base_done(self, group: Group) -> bool:
        """Whether its anchor verb is past, perfect, or a bare past form."""
        if group.tense in _DONE:
            return True
        first = group.chain[0] if group.chain else group.head
        forms = first.verb.forms if first is not None and first.verb is not None else ""
        if group.tense is Tense.PARTICIPLE or group.chain:
            return "d" in forms and not group.modals
        return False

    def of_base(self, group: Group) -> list[Hedge]:
        """Hedges on the anchor verb of a chain."""
        return [*self._wide_for(group.start), *self._marks(group), *self._above(group)]

    # ------------------------------------------------------------ inside the group

    def _inside(self, group: Group) -> Iterator[Hedge]:
        yield from self._marks(group)
        head = group.verb
        for token in group.chain:
            verb = token.verb
            if verb is None:
                continue
            if verb.lemma in ("decide", "resolve") and head is not None:
                if head.act in ("adopt", "approve") or head.lemma == "refer":
                    continue
                if any(other.verb is not None and other.verb.lemma in _GOING_ON for other in group.chain):
                    continue
            if verb.lemma == "agree" or verb.classes & {"manage"} or (verb.lemma == "vote" and head is not None):
                if verb.lemma == "agree" and head is not None and head.act not in ("approve", "adopt", "draft"):
                    yield self._hedge(
                        token, Modality.FUTURE, "they agreed to do it; that it was done is not said", "agree"
                    )
                continue
            known = list(self._class_hedge(token))
            yield from known or [
                self._hedge(
                    token, Modality.PURPOSE, f"it is the aim of what is told (“{token.low}”), not told itself", "aim"
                )
            ]

    def _marks(self, group: Group) -> Iterator[Hedge]:
        for token in group.negators:
            yield self._hedge(
                token, Modality.ASSERTED, f"the text says it is not so (“{token.low}”)", "negation", negative=True
            )
        for token in group.modals:
            if token.value == "future":
                yield self._hedge(token, Modality.FUTURE, "it is still to come", "future")
            elif token.value == "possible":
                yield self._hedge(token, Modality.POSSIBLE, "it is only possible", "possible")
            else:
                yield self._hedge(token, Modality.CALL, "it is what ought to be, not what is", "obligation")
        for token in group.hedges:
            yield self._guard(token)
        if group.inverted is not None:
            yield self._hedge(group.inverted, Modality.CONDITIONAL, "it is said on a condition", "inversion")
        if group.bare is not None:
            yield self._hedge(group.bare, Modality.CALL, "it is what somebody wants to be done", "subjunctive")
        if group.tense is Tense.PRESENT and group.passive and not group.progressive and self._timeless(group):
            yield self._hedge(
                self._tokens[group.start], Modality.POSSIBLE, "the present tense tells a rule, not an event", "present"
            )
        subject = self._clauses.subject(group)
        if subject.negative is not None:
            yield self.none(subject.negative)

    def _timeless(self, group: Group) -> bool:
        """ "Is adopted" without "now" or "already" tells how such things are done, not that it was done."""
        verb = group.verb
        if verb is None or not set(verb.acts) & _ACHIEVEMENTS:
            return False
        return not any(
            token.low in ("now", "already", "finally", "hereby", "officially", "formally", "thereby")
            for token in self._tokens[group.start : group.end]
        )

    def _class_hedge(self, token: Token) -> Iterator[Hedge]:
        classes = token.verb.classes if token.verb is not None else frozenset()
        for name in ("fail", "doubt", "future", "call"):
            if name in classes:
                modality, why = _GOVERNOR_WHY[name]
                yield self._hedge(token, modality, f"{why} (“{token.low}”)", name, negative=name == "fail")
                return

    # ------------------------------------------------------------ above the group

    def _above(self, group: Group) -> Iterator[Hedge]:
        yield from self._conditions(group.start, group)
        yield from self._matrix(group)

    def _conditions(self, position: int, group: Group | None) -> Iterator[Hedge]:
        """Subordinators whose clause `position` stands in: none further left than a comma that closed it."""
        tokens = self._tokens
        index = position - 1
        depth = 0
        while index >= 0:
            token = tokens[index]
            if token.low == ")":
                depth += 1
            elif token.low == "(":
                if not depth:
                    return
                depth -= 1
            elif depth:
                pass
            elif token.low in (";", ":", "|", ",", '"') or token.kind in (Kind.CONTRAST, Kind.RELATIVE):
                if not (token.low == "," and self._list_comma(index)) and token.low != '"':
                    return
            elif token.kind is Kind.SUBORDINATOR and token.value:
                if self._only_phrase(index, position):
                    index -= 1
                    continue
                if self._open(token, group):
                    yield self._guard(token)
                return
            elif token.kind is Kind.COORDINATOR and index and tokens[index - 1].low == ",":
                return
            elif (
                token.kind is Kind.HEDGE
                and token.guard in ("plan", "call")
                and group is not None
                and group.tense is Tense.PRESENT
                and not group.passive
            ) or (token.kind is Kind.HEDGE and token.guard == "purpose"):
                yield self._guard(token)
                return
            index -= 1

    def _only_phrase(self, index: int, position: int) -> bool:
        """ "Came before the Cabinet and was approved": a time word that only governs a noun ends at the next "and"."""
        tokens = self._tokens
        if tokens[index].low not in ("before", "after", "until", "pending", "upon"):
            return False
        for number in range(index + 1, position):
            if self._clauses.group_at(number) is not None:
                return False
            if tokens[number].kind in (Kind.COORDINATOR, Kind.CONTRAST):
                return all(tokens[other].kind is Kind.ADVERB for other in range(number + 1, position))
        return False

    def _list_comma(self, index: int) -> bool:
        tokens = self._tokens
        return (
            bool(index)
            and index + 1 < len(tokens)
            and tokens[index - 1].kind in (Kind.INSTRUMENT, Kind.STEM)
            and tokens[index + 1].kind in (Kind.INSTRUMENT, Kind.STEM, Kind.DETERMINER)
        )

    def _open(self, token: Token, group: Group | None) -> bool:
        """Whether the time or condition `token` names is still open; "when/after/since it was adopted" is not."""
        if token.guard != "time" or token.low in self._words.lists["always_open"]:
            return True
        if group is None or token.low in ("even when",):
            return True
        if token.low == "when" and self._asked(token):
            return True
        if token.low in ("once", "as soon as"):
            return group.tense is not Tense.PAST or self._future_main(group)
        return not (group.tense is Tense.PAST or self._past_gerund(group))

    def _asked(self, token: Token) -> bool:
        """ "Has yet to say when …" leaves open whether."""
        for group in self._clauses.groups:
            if group.end < len(self._tokens) and self._tokens[group.end] is token:
                return group.verb is not None and bool(group.verb.classes & {"report", "doubt"})
        return False

    def _past_gerund(self, group: Group) -> bool:
        return group.tense is Tense.GERUND and not self._future_main(group)

    def _future_main(self, group: Group) -> bool:
        return any(other.modals and other is not group for other in self._clauses.groups)

    def _matrix(self, group: Group) -> Iterator[Hedge]:
        """Verbs whose complement `group` is: deny, claim, hope; and report verbs that are themselves hedged."""
        tokens = self._tokens
        for other in reversed(self._clauses.groups[: group.index]):
            between = tokens[other.end : group.start]
            parted = any(
                token.low in (";", "|", ",")
                or token.kind in (Kind.CONTRAST, Kind.RELATIVE)
                or (token.low == ":" and number)
                for number, token in enumerate(between)
            )
            if parted and not any(token.kind is Kind.THAT for token in between[:2]):
                return
            if any(token.kind is Kind.SUBORDINATOR and (token.value or token.low == "since") for token in between):
                return
            if any(token.kind is Kind.COORDINATOR for token in between[:1]):
                if not self._same_complement(other, group):
                    return
                continue
            head = other.head
            if head is None or head.verb is None:
                if other.tense is Tense.INFINITIVE and not any(token.kind is Kind.THAT for token in between):
                    yield self._hedge(
                        self._tokens[other.start], Modality.PURPOSE, "it is wanted, not told as done", "causative"
                    )
                    return
                yield from self._hedged_copula(other, between)
                continue
            if not group.finite and group.tense is not Tense.PARTICIPLE:
                return
            if (
                other.tense is Tense.INFINITIVE
                and group.tense is Tense.PARTICIPLE
                and head.verb.lemma in ("see", "get", "have", "want", "keep", "leave")
            ):
                yield self._hedge(
                    self._tokens[other.start], Modality.PURPOSE, "it is wanted, not told as done", "causative"
                )
                return
            if (
                other.tense is Tense.PARTICIPLE
                and self._clauses.subject(other).themes
                and not head.verb.classes & {"doubt", "report"}
            ):
                return
            for name in ("doubt", "future", "call"):
                if name in head.verb.classes:
                    modality, why = _GOVERNOR_WHY[name]
                    yield self._hedge(head, modality, f"{why} (“{head.low}”)", name)
                    return
            if self._performative(other):
                continue
            if other.tense is Tense.INFINITIVE and head.verb.lemma in ("say", "tell", "know", "think", "show", "state"):
                yield self._hedge(head, Modality.POSSIBLE, "the text does not say it itself", "unsaid")
            if (
                "report" in head.verb.classes
                and self._clauses.subject(other).other in self._words.lists["unvouched_speakers"]
            ):
                yield self._hedge(head, Modality.POSSIBLE, "only an unofficial source is quoted for it", "hearsay")
            if (
                head.verb.lemma in ("say", "tell", "report", "hear", "know")
                and other.passive
                and self._impersonal(other)
            ):
                yield self._hedge(head, Modality.POSSIBLE, "it is told without saying by whom", "hearsay")
            if "report" in head.verb.classes or "factive" in head.verb.classes:
                yield from (
                    hedge for hedge in self._marks(other) if hedge.modality is not Modality.FUTURE or hedge.negative
                )
            if head.verb.acts and not head.verb.classes:
                return

    def _performative(self, other: Group) -> bool:
        """ "I am pleased to tell you that", "we can now confirm that", "wishes to announce that": said by saying so."""
        if other.verb is None or "report" not in other.verb.classes or other.negators:
            return False
        words = {token.low for token in self._tokens[max(0, other.start - 4) : other.end]}
        return bool(words & self._words.lists["glad"])

    def _impersonal(self, group: Group) -> bool:
        """ "It is said that"."""
        return group.start > 0 and self._tokens[group.start - 1].low == "it"

    def _same_complement(self, other: Group, group: Group) -> bool:
        return other.end <= group.start and other.tense is group.tense

    def _hedged_copula(self, other: Group, between: Sequence[Token]) -> Iterator[Hedge]:
        """ "It is likely / not true that …"."""
        if not any(token.kind is Kind.THAT for token in between):
            return
        for token in between:
            if token.kind is Kind.HEDGE:
                yield self._guard(token)
                return
        yield from (
            self._hedge(token, Modality.ASSERTED, "the text says it is not so", "negation", negative=True)
            for token in other.negators
        )

    # ------------------------------------------------------------ infinitives and gerunds

    def _governor(self, group: Group) -> Iterator[Hedge]:
        """What a bare "to adopt" or "adopting" hangs on. By default it is an aim, not a fact."""
        tokens = self._tokens
        if group.chain:
            return
        if group.hedges:
            return
        before = tokens[group.start - 1] if group.start else None
        if group.tense is Tense.GERUND:
            yield from self._gerund(group, before)
            return
        index = group.start - 1
        while index >= 0:
            token = tokens[index]
            if token.low in (";", "|", ":"):
                break
            other = self._clauses.group_at(index)
            if token.kind is Kind.HEDGE:
                yield self._guard(token)
                return
            if other is not None and other.head is not None:
                verb = other.verb
                if verb is not None and verb.classes & {"fail", "doubt", "future", "call"}:
                    yield from self._class_hedge(other.head)
                    return
                yield self._hedge(
                    tokens[group.start],
                    Modality.PURPOSE,
                    "it is the aim of what is told, not told itself",
                    "infinitive",
                )
                return
            if token.kind is Kind.SUBORDINATOR:
                break
            index -= 1
        yield self._hedge(tokens[group.start], Modality.PURPOSE, "it is an aim, not a fact", "infinitive")

    def _gerund(self, group: Group, before: Token | None) -> Iterator[Hedge]:
        if (
            group.has_act("promulgate", "amend")
            and before is not None
            and before.kind in (Kind.WORD, Kind.TRANSPARENT, Kind.OTHER_OBJECT, Kind.NUMBER)
            and self._main_done(group)
        ):
            return
        if (
            before is not None
            and before.low == "of"
            and group.start > 1
            and tokens_low(self._tokens, group.start - 2) in ("process", "course", "middle", "midst")
        ):
            return
        if before is not None and before.kind in (Kind.PREPOSITION, Kind.SUBORDINATOR):
            factive = before.low in ("by", "after", "since", "upon", "following", "on", "in", "for")
            if factive and self._main_done(group):
                return
            yield self._hedge(before, Modality.PURPOSE, "it is named, not told as done", "gerund")
            return
        yield self._hedge(self._tokens[group.start], Modality.PURPOSE, "it is named, not told as done", "gerund")

    def _main_done(self, group: Group) -> bool:
        return any(
            self.base_done(other) and not other.modals and not other.negators
            for other in self._clauses.groups
            if (other is not group and other.finite) or (other.tense is Tense.PARTICIPLE and other is not group)
        )

    # ------------------------------------------------------------ whole sentence

    def _sentence_wide(self) -> Iterator[tuple[int, Hedge]]:
        for index, token in enumerate(self._tokens):
            if (token.kind in (Kind.HEDGE, Kind.SUBORDINATOR) and token.guard in _SENTENCE_WIDE) or (
                token.kind is Kind.SUBORDINATOR and token.guard == "question"
            ):
                yield index, self._guard(token)

    def _wide_for(self, position: int) -> Iterator[Hedge]:
        """Sentence-wide guards, up to a contrast or a semicolon between guard and `position`."""
        if self._question:
            last = self._tokens[-1]
            yield self._hedge(last, Modality.QUESTION, "it is a question", "question")
        for index, hedge in self._wide:
            low, high = min(index, position), max(index, position)
            if not any(
                token.low == ";" or (token.kind is Kind.CONTRAST and number > 0)
                for number, token in enumerate(self._tokens[low:high])
            ):
                yield hedge

    # ------------------------------------------------------------ making hedges

    def _guard(self, token: Token) -> Hedge:
        guard = self._words.guards.get(token.guard)
        why = guard.why if guard is not None else "it is not told as done"
        return self._hedge(
            token,
            _MODALITY.get(token.value, Modality.POSSIBLE),
            f"{why} (“{token.low}”)",
            token.guard or "guard",
            negative=token.value == "negative",
        )

    def _hedge(self, token: Token, modality: Modality, why: str, rule: str, *, negative: bool = False) -> Hedge:
        return Hedge(Span(token.start, token.end, f"en.guard.{rule}"), modality, why, negative)


def tokens_low(tokens: "Sequence[Token]", index: int) -> str:
    """The lower-case word at `index`."""
    return tokens[index].low


def negative(hedges: Iterable[Hedge]) -> bool:
    """Whether one of `hedges` says that it is not so."""
    return any(hedge.negative for hedge in hedges)
