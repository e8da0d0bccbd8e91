"""Verb groups: auxiliaries, negators and verbs that belong together, with tense, voice and what they are chained to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.status.english.tokens import Kind, Token, VerbWord

_STEPS = frozenset(
    ("amend", "adopt", "approve", "sign", "promulgate", "enter_force", "issue", "launch", "withdraw", "draft", "review")
)
_TAKES_TO = frozenset(("agree", "consent", "vote", "move", "prepare", "work", "clear", "give", "put", "go", "pass"))
_PAST_BE = frozenset(("was", "were", "wasn't", "weren't"))


class Tense(StrEnum):
    """How the group is anchored in time."""

    PAST = "past"
    PRESENT = "present"
    PERFECT = "perfect"
    MODAL = "modal"
    INFINITIVE = "infinitive"
    GERUND = "gerund"
    PARTICIPLE = "participle"


@dataclass(slots=True)
class Group:
    """Tokens `start` to `end` (exclusive). `head` is the last verb, None for a bare copula.

    `chain` holds the verbs above the head ("agreed" of "agreed to approve"); `negators`, `modals` and `hedges` are the
    tokens that say it is not so, or not yet. `participle` forms ("adopted") may be past or passive: the object decides.
    """

    start: int
    end: int
    head: Token | None
    tense: Tense
    passive: bool = False
    progressive: bool = False
    chain: list[Token] = field(default_factory=list)
    negators: list[Token] = field(default_factory=list)
    modals: list[Token] = field(default_factory=list)
    hedges: list[Token] = field(default_factory=list)
    index: int = 0
    inverted: Token | None = None
    parted: bool = False
    bare: Token | None = None

    @property
    def verb(self) -> VerbWord | None:
        """The head's verb."""
        return self.head.verb if self.head is not None else None

    @property
    def finite(self) -> bool:
        """Whether it can carry a clause of its own."""
        return self.tense in (Tense.PAST, Tense.PRESENT, Tense.PERFECT, Tense.MODAL)

    def has_act(self, *acts: str) -> bool:
        """Whether the head can be one of `acts`."""
        verb = self.verb
        return verb is not None and any(act in verb.acts for act in acts)

    def has(self, name: str) -> bool:
        """Whether the head is of verb class `name`."""
        verb = self.verb
        return verb is not None and name in verb.classes


def groups(tokens: Sequence[Token]) -> list[Group]:
    """The verb groups of a sentence, in order."""
    found: list[Group] = []
    index = 0
    while index < len(tokens):
        if _starts(tokens, index):
            group = _Builder(tokens, index).build()
            group.index = len(found)
            if found:
                _join(tokens, found[-1], group)
                _coordinate(tokens, found[-1], group)
            found.append(group)
            index = max(group.end, index + 1)
        else:
            index += 1
    return found


def _join(tokens: Sequence[Token], before: Group, group: Group) -> None:
    """Give a verb the auxiliary it was parted from: "will on Thursday adopt", "nor has the bill been adopted"."""
    if before.head is not None or group.modals or group.tense is Tense.INFINITIVE:
        return
    if any(
        token.low in (";", ":", "|", "(") or token.kind is Kind.RELATIVE for token in tokens[before.end : group.start]
    ):
        return
    lows = {token.low for token in tokens[before.start : before.end]}
    opening = (
        before.start == 0
        or tokens[before.start - 1].low == ","
        or tokens[before.start - 1].kind in (Kind.COORDINATOR, Kind.ADVERB, Kind.CONTRAST)
    )
    inverted = opening and bool(lows & {"has", "have", "had", "did", "does", "do", "was", "were"})
    if before.modals:
        group.modals += before.modals
        group.tense = Tense.MODAL
    elif not inverted:
        return
    elif lows & {"had", "were"} and not before.negators and before.start == 0:
        group.inverted = tokens[before.start]
    group.negators += before.negators
    before.parted = True


def _coordinate(tokens: Sequence[Token], before: Group, group: Group) -> None:
    """ "To examine and adopt", "will be reviewed and adopted": the second verb shares auxiliaries with the first."""
    opening = group.start - 1
    while opening > 0 and tokens[opening].kind is Kind.ADVERB:
        opening -= 1
    link = tokens[opening] if opening >= 0 else None
    if (
        link is None
        or link.kind not in (Kind.COORDINATOR, Kind.CONTRAST)
        or group.end - group.start != 1
        or group.head is None
    ):
        return
    if any(token.low in (";", ":", "|") or token.kind is Kind.RELATIVE for token in tokens[before.end : group.start]):
        return
    forms = group.verb.forms if group.verb is not None else ""
    base = (
        group.tense is Tense.PRESENT and forms.startswith("b") and group.head.low == group.verb.lemma
        if group.verb
        else False
    )
    if base and (before.modals or before.tense is Tense.INFINITIVE):
        group.tense = before.tense
        group.chain = list(before.chain)
    elif group.tense is Tense.PARTICIPLE and "n" in forms and (before.passive or before.tense is Tense.PERFECT):
        group.tense, group.passive, group.chain = before.tense, before.passive, list(before.chain)
    else:
        return
    group.modals, group.hedges, group.bare = list(before.modals), list(before.hedges), before.bare
    if link.kind is Kind.COORDINATOR and link.low != "but":
        group.negators = [*before.negators, *group.negators]


def _starts(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if token.kind in (Kind.VERB, Kind.AUXILIARY, Kind.MODAL, Kind.TO):
        return True
    if token.kind in (Kind.NEGATOR, Kind.HEDGE):
        following = index + 1
        while following < len(tokens) and tokens[following].kind in (Kind.ADVERB, Kind.HEDGE, Kind.NEGATOR):
            following += 1
        if following >= len(tokens):
            return False
        after = tokens[following]
        if token.kind is Kind.HEDGE:
            return token.low.endswith((" to", " be")) and (after.kind is Kind.AUXILIARY or after.verb is not None)
        return after.kind in (Kind.VERB, Kind.AUXILIARY, Kind.MODAL, Kind.TO)
    return False


class _Builder:
    def __init__(self, tokens: Sequence[Token], start: int) -> None:
        self._tokens = tokens
        self._group = Group(start, start, None, Tense.PRESENT)
        self._auxiliaries: list[Token] = []
        self._infinitive = False

    def build(self) -> Group:
        """Take tokens while they belong together, then name tense and voice."""
        index = self._group.start
        while index < len(self._tokens):
            following = self._take(index)
            if following == index:
                break
            index = following
        self._group.end = index
        self._name_tense()
        return self._group

    def _take(self, index: int) -> int:
        """The index after what belongs to the group at `index`; `index` itself when nothing does."""
        token = self._tokens[index]
        group = self._group
        if group.head is not None:
            return self._chain(index)
        if token.kind is Kind.AUXILIARY:
            self._auxiliaries.append(token)
            if token.low.endswith("n't"):
                group.negators.append(token)
            return index + 1
        if token.kind is Kind.MODAL:
            group.modals.append(token)
            if token.low.endswith(("n't", "cannot")):
                group.negators.append(token)
            return index + 1
        if token.kind is Kind.NEGATOR:
            group.negators.append(token)
            self._infinitive = self._infinitive or token.low.endswith(" to")
            return index + 1
        if token.kind is Kind.TO:
            self._infinitive = True
            return index + 1
        if token.kind is Kind.HEDGE and token.low.endswith((" to", " be")):
            group.hedges.append(token)
            return index + 1
        if token.kind in (Kind.ADVERB, Kind.HEDGE) or (
            token.low in ("both", "all", "each") and (self._auxiliaries or group.modals)
        ):
            return self._adverb(index)
        if token.kind is Kind.VERB and self._plain_be(token):
            return index
        if token.kind is Kind.VERB or (
            token.verb is not None and (self._infinitive or (self._auxiliaries and self._past_participle(token)))
        ):
            group.head = token
            return index + 1
        return index

    def _past_participle(self, token: Token) -> bool:
        return (
            token.verb is not None and bool({"n", "g"} & set(token.verb.forms)) and token.kind in (Kind.VERB, Kind.WORD)
        )

    def _plain_be(self, token: Token) -> bool:
        """After "is", a word that is neither participle nor -ing form is an adjective ("is open")."""
        last = self._auxiliaries[-1] if self._auxiliaries else None
        forms = token.verb.forms if token.verb is not None else ""
        return last is not None and last.value == "be" and not {"n", "g"} & set(forms) and not self._infinitive

    def _adverb(self, index: int) -> int:
        """Adverbs belong to the group only if more of it follows."""
        following = index
        while following < len(self._tokens) and (
            self._tokens[following].kind in (Kind.ADVERB, Kind.HEDGE, Kind.NUMBER)
            or self._tokens[following].low in ("both", "all", "each")
        ):
            following += 1
        if following < len(self._tokens) and self._tokens[following].kind in (
            Kind.AUXILIARY,
            Kind.MODAL,
            Kind.VERB,
            Kind.TO,
            Kind.NEGATOR,
        ):
            self._group.hedges += [token for token in self._tokens[index:following] if token.kind is Kind.HEDGE]
            return following
        return index

    def _chain(self, index: int) -> int:
        """After a verb: "… to adopt", "… drafting" go on; anything else ends the group."""
        group, tokens = self._group, self._tokens
        head = group.head
        if head is None or head.verb is None:
            return index
        following = index
        while following < len(tokens) and tokens[following].kind in (Kind.ADVERB, Kind.NEGATOR):
            following += 1
        if following >= len(tokens):
            return index
        token = tokens[following]
        if token.kind is Kind.TO and not self._complete(head.verb):
            group.negators += [item for item in tokens[index:following] if item.kind is Kind.NEGATOR]
            group.chain.append(head)
            group.head = None
            self._infinitive = True
            self._auxiliaries = []
            return following + 1
        if (
            following == index
            and token.kind is Kind.VERB
            and token.verb is not None
            and token.verb.forms == "g"
            and head.verb.classes & {"engage", "happen", "future", "fail", "call", "remain"}
        ):
            group.chain.append(head)
            group.head = token
            self._infinitive = True
            return following + 1
        return index

    def _complete(self, verb: VerbWord) -> bool:
        """Whether "to" after `verb` begins a purpose ("was amended to cover …"), not what the verb is about."""
        return bool(_STEPS & set(verb.acts)) and not verb.classes and verb.lemma.split()[0] not in _TAKES_TO

    def _name_tense(self) -> None:
        group = self._group
        lows = {token.low for token in self._auxiliaries}
        be = any(token.value == "be" for token in self._auxiliaries)
        have = any(token.value == "have" for token in self._auxiliaries)
        forms = group.verb.forms if group.verb is not None else ""
        group.passive = be and "n" in forms and "g" not in forms
        group.progressive = be and "g" in forms
        if group.modals:
            group.tense = Tense.MODAL
        elif self._infinitive or (group.hedges and any(token.low.endswith((" to", " be")) for token in group.hedges)):
            group.tense = Tense.INFINITIVE
        elif have:
            having = "having" in lows and "n" in forms
            group.tense = (
                Tense.PARTICIPLE
                if having
                else Tense.PERFECT
                if lows & {"has", "have", "had", "'ve", "hasn't", "haven't", "hadn't", "'d"}
                else Tense.GERUND
            )
        elif be or self._auxiliaries:
            past = bool(lows & _PAST_BE) or "did" in lows or "didn't" in lows
            finite = past or bool(
                lows & {"is", "are", "am", "'s", "'re", "isn't", "aren't", "do", "does", "don't", "doesn't"}
            )
            group.tense = (Tense.PAST if past else Tense.PRESENT) if finite else Tense.PARTICIPLE
            if self._auxiliaries[0].low == "be":
                group.bare = self._auxiliaries[0]
        elif forms == "g":
            group.tense = Tense.GERUND
        elif "n" in forms or "d" in forms:
            group.tense = Tense.PARTICIPLE
        else:
            group.tense = Tense.PRESENT
