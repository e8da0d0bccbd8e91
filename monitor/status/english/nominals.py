"""Act nouns: "the adoption of X". They count only where the sentence tells that it took place."""

from collections.abc import Sequence

from monitor.model import Modality
from monitor.status.english.groups import Group, Tense
from monitor.status.english.making import Making
from monitor.status.english.part import Part
from monitor.status.english.phrases import Phrase
from monitor.status.english.tokens import Kind, Token
from monitor.status.reading import Hedge, Reading, Span

_NOT_YET = frozenset(("future", "fail", "call"))
_ACTIVITY = frozenset(("draft", "review", "review_done", "consult"))
_AFTER = frozenset(("following", "after", "since", "upon", "with", "thanks to"))
_HAPPENED = frozenset(
    "take, occur, happen, mark, represent, come, conclude, complete, take place, follow, bring, end, cap".split(", ")  # noqa: SIM905
)
_UNDER_WAY = frozenset(
    "during, at, in, through, throughout, amid, for, following, after, on, of, with, to".split(", ")  # noqa: SIM905
)


class Nominals(Part):
    """Reads the act nouns of one sentence."""

    def __init__(self, making: Making) -> None:
        super().__init__(making)
        self._notices = self._words.lists["notices"]
        self._planning = self._words.lists["planning"]

    def readings(self) -> list[Reading]:
        """One reading for each act noun and each instrument it is about."""
        found = []
        for index, token in enumerate(self._tokens):
            if token.kind is not Kind.NOMINAL or self._clauses.group_at(index) is not None:
                continue
            themes, draft = self._themes(index)
            act = token.value
            left = self._left(index)
            if (
                not themes
                and left is not None
                and (left.has("get") or (left.has("give") and left.passive))
                and act in ("approve", "promulgate", "adopt", "sign")
            ):
                subject = self._clauses.subject(left)
                themes, draft = subject.themes, subject.draft
            if not themes:
                themes, draft = self._owned(index, act, left)
            if not themes and left is not None and left.has("give") and act in ("approve", "promulgate", "adopt"):
                given = self._clauses.object(left)
                themes, draft = given.themes, given.draft
            if (
                not themes
                and left is not None
                and left.verb is not None
                and left.verb.lemma in ("undergo", "enter")
                and act in _ACTIVITY
            ):
                subject = self._clauses.subject(left)
                themes, draft = subject.themes, True
            if not themes and act == "consult":
                themes, draft = self._extraposed(index)
            if not themes and act in ("approve", "promulgate", "adopt"):
                themes, draft = self._given_to(index)
            if not themes:
                continue
            if (
                act == "review"
                and left is not None
                and left.verb is not None
                and left.verb.lemma in ("complete", "conclude", "finish", "wrap up", "end")
            ):
                act = "review_done"
            if (
                act in ("review", "draft")
                and not draft
                and not any(self._tokens[theme].transparent for theme in themes)
            ):
                continue
            hedges, governor = self._judge(index, act)
            if act == "approve" and self._preliminary(index):
                act = "preliminary"
            agent = self._agent(index, themes, governor)
            for theme in themes:
                reading = self._make(act, theme, token, hedges, agent=agent, draft=draft, nominal=True)
                reading.targets = self._targets(themes[-1]) if act == "submit" else ()
                if governor is not None and governor.head is not None:
                    reading.cues.append(
                        Span(
                            governor.head.start,
                            governor.head.end,
                            f"en.governor.{governor.verb.lemma if governor.verb else 'be'}".replace(" ", "_"),
                        )
                    )
                found.append(reading)
        return found

    def _extraposed(self, index: int) -> tuple[list[int], bool]:
        """X of "three meetings were held on X"."""
        right = self._right(index)
        if right is None or not right.has("happen"):
            return [], False
        for number in range(right.end, min(right.end + 6, len(self._tokens))):
            if self._tokens[number].low in ("on", "about", "regarding", "concerning"):
                behind = self._clauses.object_from(number + 1)
                return behind.themes, behind.draft
        return [], False

    def _owned(self, index: int, act: str, left: Group | None) -> tuple[list[int], bool]:
        """X of "X has the Cabinet's approval", "X is slated for adoption in May"."""
        start = self._np_start(index)
        if left is not None and left.head is None and act == "approve":
            lows = {token.low for token in self._tokens[left.start : left.end]}
            body = any(token.kind is Kind.BODY for token in (*self._tokens[start:index], *self._of(index)))
            if body and lows & {"has", "have", "had"} and not lows & {"be", "been"}:
                subject = self._clauses.subject(left)
                return subject.themes, subject.draft
        if start > 1 and self._tokens[start - 1].low == "for":
            group = self._clauses.group_at(start - 2)
            if group is not None and group.passive and group.has("future"):
                subject = self._clauses.subject(group)
                return subject.themes, subject.draft
        return [], False

    def _of(self, index: int) -> Sequence[Token]:
        """The words of "of both houses" behind the noun at `index`."""
        behind = self._tokens[index + 1 : index + 5]
        return behind if behind and behind[0].low == "of" else ()

    def _given_to(self, index: int) -> tuple[list[int], bool]:
        """X of "royal assent was given to X"."""
        right = self._right(index)
        if right is None or not right.passive or not right.has("give") or right.end + 1 >= len(self._tokens):
            return [], False
        behind = self._clauses.object_from(right.end + 1) if self._tokens[right.end].low == "to" else Phrase()
        return behind.themes, behind.draft

    def _preliminary(self, index: int) -> bool:
        return index > 0 and self._tokens[index - 1].low in ("preliminary", "initial", "provisional")

    def _themes(self, index: int) -> tuple[list[int], bool]:
        """The instruments the noun at `index` is about."""
        tokens = self._tokens
        position = index + 1
        if position < len(tokens) and tokens[position].kind is Kind.PREPOSITION and tokens[position].low == "by":
            while position < len(tokens) and not (
                tokens[position].kind is Kind.PREPOSITION
                and tokens[position].low in ("of", "to", "on", "for")
                and position > index + 2
            ):
                if self._clauses.group_at(position) is not None:
                    return [], False
                position += 1
        skipped = 0
        while (
            position < len(tokens)
            and skipped < 6
            and tokens[position].kind in (Kind.WORD, Kind.NUMBER, Kind.ADVERB, Kind.NOMINAL)
            and tokens[position].kind is not Kind.PREPOSITION
        ):
            position += 1
            skipped += 1
        if (
            position < len(tokens)
            and tokens[position].kind in (Kind.PREPOSITION, Kind.TO)
            and tokens[position].low
            in ("of", "to", "on", "for", "about", "regarding", "concerning", "with", "into", "in", "over")
        ):
            behind = self._clauses.object_from(position + 1)
            if behind.themes:
                return behind.themes, behind.draft
            if tokens[index].value == "consult":
                for number in range(position + 1, min(position + 9, len(tokens))):
                    if self._clauses.group_at(number) is not None or tokens[number].low in (",", ";"):
                        break
                    if tokens[number].low in ("on", "about", "regarding", "concerning"):
                        behind = self._clauses.object_from(number + 1)
                        return behind.themes, behind.draft
            return [], False
        previous = tokens[index - 1] if index else None
        if previous is not None and previous.kind is Kind.INSTRUMENT:
            return [index - 1], previous.draft
        if previous is not None and previous.kind is Kind.POSSESSIVE and tokens[index - 2].kind is Kind.INSTRUMENT:
            return [index - 2], False
        if previous is not None and previous.low == "its" and tokens[index].value not in ("draft", "review", "consult"):
            earlier = [number for number in range(index) if tokens[number].kind is Kind.INSTRUMENT]
            if len(earlier) == 1:
                return earlier, False
        return [], False

    def _judge(self, index: int, act: str) -> tuple[list[Hedge], Group | None]:
        """The hedges on the noun at `index`, and the verb that governs it."""
        token = self._tokens[index]
        around = self._context.around(index)
        quotes = sum(item.low == '"' for item in self._tokens[:index])
        if quotes % 2 and self._tokens[0].low != '"':
            around.append(self._named(token))
        left = self._left(index)
        right = self._right(index)
        if act in _ACTIVITY:
            return self._activity(index, left, right, around)
        if left is not None and left.head is None and act == "approve" and self._owned(index, act, left)[0]:
            return [*around, *self._context.of(left)], left
        if left is not None and left.verb is not None:
            verb = left.verb
            if act == "amend" and set(verb.acts) & {"approve", "adopt", "vote", "promulgate"}:
                return [*around, *self._context.of(left)], left
            light = verb.classes & {"give", "get"}
            if light and act in ("approve", "promulgate", "adopt", "sign"):
                return [*around, *self._context.of(left)], left
            if "factive" in verb.classes or (
                verb.classes & {"happen", "report"}
                and verb.lemma in ("complete", "announce", "conclude", "hold", "organise", "host", "confirm")
            ):
                hedges = [*around, *self._context.of(left)]
                if hedges or self._context.base_done(left) or left.tense in (Tense.PRESENT, Tense.PARTICIPLE):
                    return hedges, left
        introducer = self._introducer(index)
        if introducer is not None:
            main = self._main(index)
            if main is not None and self._context.base_done(main) and not self._context.of(main):
                return [hedge for hedge in around if hedge.span.rule != "en.guard.time"], main
        if right is not None:
            told = right.verb is not None and right.verb.lemma in _HAPPENED and not right.verb.classes & _NOT_YET
            if right.passive and (right.has("give") or (act == "amend" and right.has_act("adopt", "approve", "vote"))):
                told = not self._tokens[index - 1].draft
            if told and (self._context.base_done(right) or right.tense is Tense.PRESENT):
                return [*around, *self._context.of(right)], right
        return [*around, self._named(token)], left or right

    def _activity(
        self, index: int, left: Group | None, right: Group | None, around: list[Hedge]
    ) -> tuple[list[Hedge], Group | None]:
        """Drafting, review and consultation are told as soon as anything real is said of them."""
        token = self._tokens[index]
        act = token.value
        start = self._np_start(index)
        if act == "consult" and start == 1 and self._tokens[0].low in self._notices:
            return [
                hedge for hedge in self._context.of(right) if hedge.span.rule != "en.guard.call"
            ] if right else [], right
        for group in (left, right):
            if group is None:
                continue
            hedges = [*around, *self._context.of(group)]
            verb = group.verb
            if act == "consult" and self._invited(group):
                if self._until(group):
                    around = [hedge for hedge in around if hedge.span.rule != "en.guard.time"]
                return around, group
            if (
                group is left
                and verb is not None
                and not verb.classes & {"happen", "engage", "factive", "give", "get"}
                and not set(verb.acts) & {"launch", "conclude", "publish"}
            ):
                hedges += self._verb_hedge(group) or [self._named(token)]
            if group is left:
                pass
            elif verb is not None and group is right:
                if verb.classes & {"fail", "future"} and not verb.classes & {"happen", "engage"}:
                    hedges += self._verb_hedge(group)
                elif verb.lemma in ("expect", "require", "need"):
                    hedges += [self._named(token)]
            if (
                group.tense is Tense.INFINITIVE
                and verb is not None
                and verb.classes & {"happen"}
                and self._chain_real(group)
            ):
                hedges = [
                    hedge
                    for hedge in hedges
                    if hedge.modality is not Modality.PURPOSE and hedge.modality is not Modality.CALL
                ]
            return hedges, group
        if not self._clauses.groups:
            return (around if not self._planned(index) else [*around, self._named(token)]), None
        introducer = self._tokens[self._np_start(index) - 1] if self._np_start(index) else None
        if introducer is None or introducer.low in (":", "|", "-", "("):
            return around, None
        if introducer.low in _UNDER_WAY:
            main = self._main(index)
            if (
                main is not None
                and main.verb is not None
                and not self._context.of(main)
                and self._context.base_done(main)
                and introducer.low not in ("for", "of", "on", "with", "to")
            ):
                return around, main
            if introducer.low in ("in", "of", "on") and self._tokens[self._np_start(index) - 2].low == "progress":
                return around, main
        return [*around, self._named(token)], None

    def _planned(self, index: int) -> bool:
        """Whether a list of targets or priorities names it ("Targets for 2027: adoption of X, …")."""
        lows = [token.low for token in self._tokens[:index]]
        return ":" in lows and bool(set(lows[: lows.index(":")]) & self._planning)

    def _invited(self, group: Group) -> bool:
        """ "Invites all stakeholders to send comments": an invitation is the consultation itself."""
        if any(token.low in ("please", "your") for token in self._tokens[max(0, group.start - 2) : group.end + 3]):
            return True
        if self._until(group):
            return True
        for other in reversed(self._clauses.groups[: group.index + 1]):
            if other is not group and any(token.low in (";", ",") for token in self._tokens[other.end : group.start]):
                return False
            words = [token for token in (*other.chain, other.head) if token is not None]
            if any(
                token.verb is not None
                and token.verb.lemma
                in ("invite", "request", "ask", "call for", "call on", "encourage", "welcome", "seek", "solicit")
                for token in words
            ):
                return not (
                    other.modals
                    or other.negators
                    or other.hedges
                    or any(token.verb is not None and token.verb.classes & {"future", "fail"} for token in other.chain)
                )
        return False

    def _until(self, group: Group) -> bool:
        """ "Have until 15 December to send their views"."""
        before = self._clauses.groups[group.index - 1] if group.index else None
        if before is None or group.tense is not Tense.INFINITIVE or before.modals or before.negators:
            return False
        between = self._tokens[before.end : group.start]
        return any(token.low in ("until", "till") for token in between[:2]) and any(
            token.kind is Kind.NUMBER for token in between
        )

    def _chain_real(self, group: Group) -> bool:
        """ "Has begun to collect inputs": what is above the verb tells that it goes on."""
        return (
            bool(group.chain)
            and all(token.verb is not None and token.verb.classes & {"engage", "happen"} for token in group.chain)
            and not any(token.verb is not None and token.verb.classes & {"future", "fail"} for token in group.chain)
            and not group.modals
            and not group.negators
            and not group.hedges
        )

    def _verb_hedge(self, group: Group) -> list[Hedge]:
        head = group.head
        if head is None or head.verb is None:
            return []
        classes = head.verb.classes
        for name, modality, why, negative in (
            ("fail", Modality.ASSERTED, "the text says it did not happen", True),
            ("future", Modality.FUTURE, "it is planned or expected, not done", False),
            ("call", Modality.CALL, "somebody asks for it", False),
        ):
            if name in classes and not classes & {"happen"}:
                return [
                    Hedge(Span(head.start, head.end, f"en.guard.{name}"), modality, f"{why} (“{head.low}”)", negative)
                ]
        return []

    def _named(self, token: Token) -> Hedge:
        return Hedge(
            Span(token.start, token.end, "en.guard.nominal"),
            Modality.POSSIBLE,
            f"the text speaks of it (“{token.low}”) without saying that it took place",
        )

    def _np_start(self, index: int) -> int:
        tokens = self._tokens
        start = index
        while (
            start
            and tokens[start - 1].kind
            in (
                Kind.DETERMINER,
                Kind.WORD,
                Kind.NUMBER,
                Kind.BODY,
                Kind.COUNTRY,
                Kind.POSSESSIVE,
                Kind.NOMINAL,
                Kind.ADVERB,
                Kind.INSTRUMENT,
                Kind.TRANSPARENT,
            )
            and self._clauses.group_at(start - 1) is None
        ):
            start -= 1
        return start

    def _left(self, index: int) -> Group | None:
        """The verb whose object the noun is."""
        start = self._np_start(index)
        if not start:
            return None
        group = self._clauses.group_at(start - 1)
        if (
            group is None
            and self._tokens[start - 1].kind is Kind.PREPOSITION
            and self._tokens[start - 1].low in ("of", "on", "in", "to", "at")
            and start > 1
        ):
            before = self._tokens[start - 2]
            if before.low in (
                "round",
                "rounds",
                "series",
                "day",
                "days",
                "week",
                "weeks",
                "hours",
                "start",
                "beginning",
                "launch",
                "opening",
                "phase",
                "stage",
                "session",
            ):
                inner = self._np_start(start - 2)
                group = self._clauses.group_at(inner - 1) if inner else None
            else:
                inner_group = self._clauses.group_at(start - 2)
                if (
                    inner_group is not None
                    and inner_group.verb is not None
                    and inner_group.verb.lemma in ("participate", "take part", "join", "contribute", "invite")
                ):
                    group = inner_group
        return group

    def _right(self, index: int) -> Group | None:
        """The verb whose subject the noun is."""
        for group in self._clauses.groups:
            if group.start > index:
                if self._clauses.subject(group).nominal == index:
                    return group
                if any(token.low in (";", ",") for token in self._tokens[index : group.start]):
                    return None
        return None

    def _introducer(self, index: int) -> Token | None:
        start = self._np_start(index)
        if not start:
            return None
        token = self._tokens[start - 1]
        return token if token.low in _AFTER else None

    def _main(self, index: int) -> Group | None:
        """The sentence's main verb, as seen from an adverbial phrase."""
        finite = [group for group in self._clauses.groups if not group.start <= index < group.end]
        anchors = [group for group in finite if group.finite or group.tense is Tense.PARTICIPLE or group.chain]
        later = [group for group in anchors if group.start > index]
        earlier = [group for group in anchors if group.start < index]
        for group in later:
            if group.finite or "d" in (group.verb.forms if group.verb else ""):
                return group
        return earlier[0] if earlier else None

    def _agent(self, index: int, themes: Sequence[int], governor: Group | None) -> Phrase:
        """Who acts: "by X" behind, "X's" before, or the subject of a light verb."""
        tokens = self._tokens
        for position in range(
            themes[-1] if themes[-1] > index else index, min(max(themes[-1], index) + 8, len(tokens))
        ):
            if tokens[position].low == "by":
                body = next(
                    (
                        number
                        for number in range(position + 1, min(position + 7, len(tokens)))
                        if tokens[number].kind in (Kind.BODY, Kind.COUNTRY)
                    ),
                    None,
                )
                if body is not None:
                    return Phrase(body=body) if tokens[body].kind is Kind.BODY else Phrase(country=body)
            if self._clauses.group_at(position) is not None:
                break
        start = self._np_start(index)
        for position in range(start, index):
            if tokens[position].kind is Kind.BODY:
                return Phrase(body=position)
            if tokens[position].kind is Kind.COUNTRY:
                return Phrase(country=position)
        if governor is not None and governor.head is None:
            number = next((number for number, token in enumerate(self._of(index)) if token.kind is Kind.BODY), None)
            if number is not None:
                return Phrase(body=index + 1 + number)
        if governor is not None and governor.verb is not None:
            if (
                "give" in governor.verb.classes
                or governor.verb.acts
                or governor.verb.lemma in ("complete", "conclude", "finish")
            ):
                return self._clauses.subject(governor)
            if "get" in governor.verb.classes:
                for position in range(index + 1, min(index + 6, len(tokens))):
                    if tokens[position].low in ("from", "of", "in") and position + 1 < len(tokens):
                        body = next(
                            (
                                number
                                for number in range(position + 1, min(position + 5, len(tokens)))
                                if tokens[number].kind is Kind.BODY
                            ),
                            None,
                        )
                        if body is not None:
                            return Phrase(body=body)
        return Phrase()

    def _targets(self, theme: int) -> tuple[str, ...]:
        tokens = self._tokens
        for position in range(theme + 1, min(theme + 8, len(tokens))):
            if tokens[position].low == "to":
                for number in range(position + 1, min(position + 6, len(tokens))):
                    name = tokens[number].name
                    if tokens[number].kind is Kind.BODY and name is not None:
                        return name.ids
        return ()
