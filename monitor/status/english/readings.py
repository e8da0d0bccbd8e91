"""From verb groups, act nouns and states to readings: who did what to which instrument, and how it is put."""

from collections.abc import Iterator, Sequence

from monitor.model import Modality
from monitor.status.english.absences import Absences
from monitor.status.english.groups import Group, Tense
from monitor.status.english.nominals import Nominals
from monitor.status.english.phrases import Phrase
from monitor.status.english.special import SpecialVerbs
from monitor.status.english.states import States
from monitor.status.english.tokens import Kind, Token
from monitor.status.reading import Hedge, Reading

_NEEDS_DRAFT = frozenset(("review", "review_done"))
_ON_PARTS = frozenset(("draft", "review", "review_done", "consult", "amend"))
"""What is done to a chapter of it is done to the instrument; adopting a chapter is not adopting it."""


class Reader(SpecialVerbs):
    """Reads the tokens of one sentence."""

    def readings(self) -> list[Reading]:
        """All readings of the sentence, hedged ones too."""
        found: list[Reading] = []
        for group in self.clauses.groups:
            found += self._of_group(group)
        found += Nominals(self).readings()
        found += Absences(self).readings()
        found += States(self).readings()
        return found

    # ------------------------------------------------------------ verbs

    def _of_group(self, group: Group) -> Iterator[Reading]:
        verb = group.verb
        if verb is None or self._modifies(group):
            return
        special, instead = self.specials(group)
        yield from special
        if instead:
            return
        split = list(self._split(group))
        if split or not verb.acts:
            yield from split or self._put_into(group)
            return
        yield from self._of_act(group, verb.acts[0])

    def _modifies(self, group: Group) -> bool:
        """Whether a participle only describes a noun ("the adopted text") or names a card's field."""
        if group.tense is not Tense.PARTICIPLE:
            return False
        alone = group.end - group.start == 1
        described = bool(group.start) and self.tokens[group.start - 1].kind is Kind.DETERMINER and alone
        return described or self._empty_field(group)

    def _of_act(self, group: Group, act: str) -> Iterator[Reading]:
        """The readings of a verb that is an act, one for each instrument it is done to."""
        inner = self.clauses.group_at(group.end)
        if inner is not None and inner.tense is Tense.GERUND and not inner.has_act("adopt", "approve", "amend"):
            return  # "voted in favour of postponing X"
        subject = self.clauses.subject(group)
        themes, theme_phrase, actor_phrase = self._roles(group, subject)
        if not themes and act == "consult":
            theme_phrase = self._consulted(group)
            themes = theme_phrase.themes
        refined = self._refine(group, act, theme_phrase) if themes else None
        if refined is None or (theme_phrase.part and refined not in _ON_PARTS):
            return
        hedges = self.context.of(group)
        if theme_phrase is not subject and theme_phrase.negative is not None:
            hedges.append(self.context.none(theme_phrase.negative))
        if refined in ("draft", "consult") or refined in _NEEDS_DRAFT:
            hedges = self._activity(group, hedges)
        if refined == "consult" and self._open_until(group):
            hedges = [hedge for hedge in hedges if hedge.negative]
        agent = self._agent(group, actor_phrase)
        cue = group.head or self.tokens[group.start]
        for index in themes:
            draft = theme_phrase.draft or self.tokens[index].draft
            yield self.make(refined, index, cue, hedges, group=group, agent=agent, draft=draft)

    def _roles(self, group: Group, subject: Phrase) -> tuple[list[int], Phrase, Phrase]:
        """Which instruments it is done to, and the phrases of theme and actor."""
        verb = group.verb
        assert verb is not None  # noqa: S101
        nothing = Phrase()
        if verb.theme == "subject":
            return subject.themes, subject, self.clauses.object(group) if verb.act == "adopt" else nothing
        if group.passive or (group.tense is Tense.INFINITIVE and self._passive_chain(group)):
            if not subject.themes:
                subject = self._extraposed(group) or subject
            return subject.themes, subject, nothing
        behind = self.clauses.object(group)
        if behind.themes:
            return behind.themes, behind, subject
        if verb.lemma in ("pass", "clear", "win") and subject.themes and behind.body is not None:
            return subject.themes, subject, behind
        relative = self._object_relative(group)
        if relative is not None and not behind.other:
            return relative.themes, relative, subject if subject.body is not None else self._nearest_body(group)
        if (
            group.tense in (Tense.PARTICIPLE, Tense.PRESENT, Tense.PAST, Tense.PERFECT)
            and not behind.other
            and not group.progressive
        ):
            intransitive = verb.lemma in ("pass", "clear", "launch") or group.tense is Tense.PARTICIPLE
            among = self._among(group, subject) if group.tense is Tense.PARTICIPLE else None
            if among is not None:
                return among.themes, among, nothing
            if intransitive and subject.themes:
                return subject.themes, subject, nothing
        listed = self._listed_behind(group, behind if behind.other else subject)
        if listed:
            return listed, behind, subject if behind.other else behind
        return [], behind, subject

    def _empty_field(self, group: Group) -> bool:
        """ "Enacted: …" is a field of a card, read with its value; "promulgated –" is one without."""
        rest = [token.low for token in self.tokens[group.end : group.end + 2]]
        before = self.tokens[group.start - 1].low if group.start else ":"
        return before in (":", "-", "|", "(") and (rest[:1] == [":"] or rest in (["-"], ["-", "."], ["-", ")"]))

    def _passive_chain(self, group: Group) -> bool:
        return any(
            self.tokens[index].low in ("be", "been", "being", "get") or self.tokens[index].low.endswith(" be")
            for index in range(group.start, group.end)
        )

    def _object_relative(self, group: Group) -> Phrase | None:
        """In "X, which the Assembly adopted", the antecedent X."""
        tokens = self.tokens
        index = group.start - 1
        actor = False
        while index >= 0 and tokens[index].low not in (",", ";", ":", "|", "("):
            token = tokens[index]
            if self.clauses.group_at(index) is not None:
                return None
            if token.kind in (Kind.RELATIVE, Kind.THAT):
                if index == group.start - 1:
                    return None
                return self._gap(index)
            if token.kind is Kind.INSTRUMENT and actor and tokens[index + 1].kind in (Kind.DETERMINER, Kind.BODY):
                return None if self._fronted(index) else self._gap(index + 1)
            actor = actor or token.kind in (Kind.BODY, Kind.COUNTRY)
            index -= 1
        return None

    def _among(self, group: Group, subject: Phrase) -> Phrase | None:
        """X of "X was among the texts adopted"."""
        copula = self.clauses.groups[group.index - 1] if group.index else None
        if copula is None or copula.head is not None or copula.negators or subject.themes:
            return None
        between = {token.low for token in self.tokens[copula.end : group.start]}
        if not between & {"among", "one"} or not between & self.words.lists["texts"] or self.context.of(copula):
            return None
        found = self.clauses.subject(copula)
        return found if found.themes else None

    def _nearest_body(self, group: Group) -> Phrase:
        """The body right before `group`, the subject of a clause that has no mark of its own."""
        index = group.start - 1
        while index > 0 and self.tokens[index].kind in (Kind.ADVERB, Kind.WORD, Kind.NUMBER):
            index -= 1
        return Phrase(body=index) if self.tokens[index].kind is Kind.BODY else Phrase()

    def _extraposed(self, group: Group) -> Phrase | None:
        """X of "it has been proclaimed by Royal Kram X", as translated bulletins put it."""
        before = self.tokens[group.start - 1] if group.start else None
        themes = [number for number, token in enumerate(self.tokens) if token.kind is Kind.INSTRUMENT]
        if before is None or before.low != "it" or len(themes) != 1 or themes[0] < group.end:
            return None
        between = self.tokens[group.end : themes[0]]
        if any(token.kind in (Kind.THAT, Kind.SUBORDINATOR, Kind.VERB, Kind.TO) for token in between):
            return None
        return Phrase(themes=themes) if group.has_act("promulgate", "adopt") else None

    def _listed_behind(self, group: Group, phrase: Phrase) -> list[int]:
        """X and Y of "signed two laws on Tuesday, among them X", "two bills cleared the Assembly: X and Y"."""
        if phrase.other not in self.words.lists["texts"] or phrase.nominal is not None:
            return []
        tokens = self.tokens
        for index in range(group.end, len(tokens) - 1):
            if self.clauses.group_at(index) is not None or tokens[index].low == ";":
                return []
            if tokens[index].low in (":", "-") or tokens[index].low in self.words.lists["listing"]:
                skip = 2 if tokens[index + 1].low == "them" else 1
                return self.clauses.object_from(index + skip).themes
        return []

    def _from_a_list(self, following: Sequence[Token]) -> bool:
        """Whether it was only taken from a website, an agenda or a list."""
        behind = [token.low for token in following[:12]]
        return "from" in behind and bool(set(behind[behind.index("from") :]) & self.words.lists["not_taken_back"])

    def _open_until(self, group: Group) -> bool:
        """ "Anyone may comment on X until 30 June"."""
        if group.negators or not all(token.value == "possible" for token in group.modals):
            return False
        return any(
            token.low in ("until", "till") and self.tokens[index + 1].kind is Kind.NUMBER
            for index, token in enumerate(self.tokens[:-1])
        )

    def _gap(self, position: int) -> Phrase | None:
        """What the clause after `position` leaves out: the instrument there, or the noun it belongs to."""
        found = self.clauses.antecedent(position)
        listed = self.clauses.listed_before(position)
        if found.themes or not listed.themes:
            return found
        index = listed.start - 1
        while index >= 0 and self.tokens[index].kind in (Kind.DETERMINER, Kind.COUNTRY, Kind.TRANSPARENT):
            index -= 1
        owned = (
            index >= 0
            and self.tokens[index].low in ("of", "on", "for", "about", "to")
            and self.clauses.group_at(index - 1) is None
        )
        return found if owned and (found.other or found.nominal is not None) else listed

    def _fronted(self, index: int) -> bool:
        """Whether the sentence opens with a preposition that governs the name ("Under X the King signs …")."""
        return self.tokens[0].kind is Kind.PREPOSITION and not any(
            self.clauses.group_at(number) is not None for number in range(index)
        )

    def _refine(self, group: Group, act: str, phrase: Phrase) -> str | None:
        """The act in this sentence: a signing "into law", a publication in the gazette, an amendment passed."""
        verb = group.verb
        assert verb is not None  # noqa: S101
        following = self.tokens[group.end :]
        if act == "amend" and phrase.draft:
            return "draft"
        if act == "withdraw" and self._from_a_list(following):
            return None
        if phrase.amends:
            return "amend" if act in ("adopt", "approve", "promulgate", "sign") else None
        if act == "sign" and any(
            token.low == "into" and number + 1 < len(following) and following[number + 1].low == "law"
            for number, token in enumerate(following[:12])
        ):
            return "promulgate"
        if verb.lemma == "pass" and (
            phrase.part or self._handed_on(phrase.themes[-1] if not group.passive else group.end - 1)
        ):
            return "submit" if self.targets(group) else None
        if act in ("publish", "issue") and self._gazette():
            return "gazette"
        if act == "publish":
            return (
                "consult"
                if any(token.kind is Kind.NOMINAL and token.value == "consult" for token in following)
                else None
            )
        if act == "launch" and phrase.draft:
            return None
        if verb.lemma == "work on" and group.tense is Tense.PRESENT and not group.progressive and not group.passive:
            return None
        if verb.lemma == "refer" and not self.targets(group):
            return "refer" if self.clauses.subject(group).body is not None else None
        if (
            verb.lemma in ("clear", "pass")
            and not group.passive
            and self.clauses.object(group).body is not None
            and not self.clauses.object(group).themes
        ):
            return "adopt"
        if act == "submit" and verb.lemma in self.words.lists["needs_target"] and not self.targets(group):
            return None
        if (
            act == "approve"
            and verb.lemma in ("back",)
            and not group.passive
            and self.clauses.subject(group).body is None
        ):
            return None
        if (
            act in _NEEDS_DRAFT
            and not phrase.draft
            and not all(self.tokens[index].transparent for index in phrase.themes)
        ):
            return None
        if act == "review" and verb.lemma == "review" and any(token.low == "without" for token in following):
            return "review_done"
        return act

    def _handed_on(self, index: int) -> bool:
        """Whether "passed X" goes on with "on to", "along to", "to the Senate": handed over, not adopted."""
        following = [token.low for token in self.tokens[index + 1 : index + 3]]
        return following[:1] == ["to"] or (following[1:] == ["to"] and following[0] in self.words.lists["particles"])

    def _agent(self, group: Group, actor: Phrase) -> Phrase:
        """The actor: the subject of an active verb, "by X" or "at X" of a passive one."""
        if actor.body is not None or actor.country is not None:
            return actor
        tokens = self.tokens
        limit = self.right_limit(group)
        for wanted in (("by",), ("at", "in", "during", "before", "from")):
            for index in range(group.end, limit):
                if tokens[index].kind is Kind.PREPOSITION and tokens[index].low in wanted:
                    for position in range(index + 1, min(index + 9, limit)):
                        token = tokens[position]
                        if token.kind is Kind.BODY or (
                            token.kind is Kind.COUNTRY
                            and wanted == ("by",)
                            and not self._body_ahead(position + 1, limit)
                        ):
                            found = Phrase()
                            if token.kind is Kind.BODY:
                                found.body = position
                                before = tokens[position - 2 : position]
                                found.country = next(
                                    (
                                        position - 2 + number
                                        for number, item in enumerate(before)
                                        if item.kind is Kind.COUNTRY
                                    ),
                                    None,
                                )
                                after = tokens[position + 1 : position + 3]
                                if len(after) == 2 and after[0].low in ("of", "in") and after[1].kind is Kind.COUNTRY:
                                    found.country = position + 2
                            else:
                                found.country = position
                            return found
                        if (
                            token.kind in (Kind.PREPOSITION, Kind.INSTRUMENT) and token.low not in ("of", "in")
                        ) or token.low in (",", ";"):
                            break
        if actor.other and not group.passive:
            return actor
        for index in range(group.start - 1, -1, -1):
            token = tokens[index]
            if token.low in (";", ":", "|") or token.kind is Kind.CONTRAST:
                break
            if token.kind is Kind.PREPOSITION and token.low in ("at", "during", "in"):
                bodies = [
                    position
                    for position in range(index + 1, min(index + 8, group.start))
                    if tokens[position].kind is Kind.BODY
                ]
                if bodies and self.clauses.group_at(bodies[0]) is None and tokens[0].low in ("at", "during", "in"):
                    return Phrase(body=bodies[0])
        return actor

    def _body_ahead(self, index: int, limit: int) -> bool:
        return any(self.tokens[position].kind is Kind.BODY for position in range(index, min(index + 3, limit)))

    # ------------------------------------------------------------ special verbs

    def _activity(self, group: Group, hedges: list[Hedge]) -> list[Hedge]:
        """Drafting and reviewing are going on even when told as the aim of a meeting or of ongoing work."""
        if group.chain and all(
            token.verb is not None
            and token.verb.classes & {"engage", "happen", "remain", "factive"}
            and not token.verb.classes & {"future", "call", "fail"}
            for token in group.chain
        ):
            return [hedge for hedge in hedges if hedge.modality is not Modality.PURPOSE]
        if not hedges or any(hedge.negative or hedge.modality not in (Modality.PURPOSE,) for hedge in hedges):
            return hedges
        tokens = self.tokens
        for other in reversed(self.clauses.groups[: group.index]):
            if any(token.low in (";",) for token in tokens[other.end : group.start]):
                break
            verb = other.verb
            if verb is None:
                continue
            if (
                verb.classes & {"engage", "happen", "factive"}
                and not verb.classes & {"call", "future"}
                and not other.modals
                and not other.negators
                and not self.context.of_base(other)
            ):
                return []
            return hedges
        following = self.clauses.groups[group.index + 1] if group.index + 1 < len(self.clauses.groups) else None
        if (
            group.tense is Tense.INFINITIVE
            and following is not None
            and following.passive
            and following.has("happen")
            and self.context.done(following)
            and not any(token.low in (",", ";") for token in tokens[group.end : following.start])
        ):
            return []
        before = tokens[group.start - 1] if group.start else None
        if group.tense is Tense.GERUND and (before is None or before.low in (":", "|", "-")):
            return []
        return hedges

    # ------------------------------------------------------------ building
