"""From verb groups, act nouns and states to readings: who did what to which instrument, and how it is put."""

from collections.abc import Iterator, Sequence

from monitor.model import Flag, Modality
from monitor.status.english.clauses import Clauses, Phrase
from monitor.status.english.context import Context
from monitor.status.english.groups import Group, Tense, groups
from monitor.status.english.nominals import Nominals
from monitor.status.english.states import States
from monitor.status.english.words import EnglishWords, Kind, Token
from monitor.status.names import Name
from monitor.status.reading import Hedge, Reading, Span

_ARRIVE = frozenset(("reach", "arrive", "go", "move", "head", "land", "come", "pass on"))
_DECIDERS = frozenset(("submit",))
_NEEDS_TARGET = frozenset(("send", "hand", "hand over", "deliver", "refer", "present", "move", "table", "pass on", "file", "take", "put", "bring", "dispatch"))
_NEEDS_DRAFT = frozenset(("review", "review_done"))
_INTEND = frozenset(("plan", "intend", "promise", "pledge", "vow", "commit", "undertake", "propose", "decide", "announce", "aim"))
_MAKE = frozenset(("draft", "prepare", "formulate", "develop", "write", "craft", "draw up", "introduce", "create", "establish", "make"))


class Reader:
    """Reads the tokens of one sentence."""

    def __init__(self, words: EnglishWords, tokens: Sequence[Token], *, question: bool, low: str) -> None:
        self.tokens = tokens
        self.clauses = Clauses(tokens, groups(tokens))
        self.context = Context(self.clauses, words, question=question)
        self._words = words
        self._low = low

    def readings(self) -> list[Reading]:
        """All readings of the sentence, hedged ones too."""
        found: list[Reading] = []
        for group in self.clauses.groups:
            found += self._of_group(group)
        found += Nominals(self.tokens, self.clauses, self.context, self._make).readings()
        found += States(self._words, self.tokens, self.clauses, self.context, self._make).readings()
        return found

    # ------------------------------------------------------------ verbs

    def _of_group(self, group: Group) -> Iterator[Reading]:
        verb = group.verb
        if verb is None:
            return
        acts = verb.acts
        if group.tense is Tense.PARTICIPLE and group.start and self.tokens[group.start - 1].kind is Kind.DETERMINER and group.end - group.start == 1:
            return
        if verb.lemma in ("put", "place", "include", "enter", "list", "inscribe") and group.passive:
            yield from self._agenda(group)
        if verb.lemma == "vote":
            yield from self._vote(group)
            return
        if verb.lemma in _ARRIVE and not acts:
            yield from self._arrival(group)
            return
        if verb.lemma == "lack":
            yield from self._absent_object(group, extra=())
            return
        if verb.lemma in ("exist",):
            yield from self._absent_subject(group)
            return
        if verb.lemma in _MAKE and (announced := self._intended(group)) is not None:
            behind = self.clauses.object(group)
            for theme in behind.themes:
                yield self._make("announce", theme, group.head or self.tokens[group.start], announced, group=group, agent=self.clauses.subject(group), draft=behind.draft)
            return
        if not acts:
            yield from self._put_into(group)
            return
        act = acts[0]
        subject = self.clauses.subject(group)
        themes, theme_phrase, actor_phrase = self._roles(group, subject)
        if not themes and act == "consult":
            theme_phrase = self._consulted(group)
            themes = theme_phrase.themes
        if not themes:
            return
        act = self._refine(group, act, theme_phrase)
        if act is None:
            return
        hedges = self.context.of(group)
        if theme_phrase is not subject and theme_phrase.negative is not None:
            hedges.append(self.context.none(theme_phrase.negative))
        if act == "draft" or act in _NEEDS_DRAFT or act == "consult":
            hedges = self._activity(group, hedges)
        agent = self._agent(group, actor_phrase)
        for index in themes:
            yield self._make(
                act,
                index,
                group.head or self.tokens[group.start],
                hedges,
                group=group,
                agent=agent,
                draft=theme_phrase.draft or self.tokens[index].draft,
            )

    def _roles(self, group: Group, subject: Phrase) -> tuple[list[int], Phrase, Phrase]:
        """Which instruments it is done to, and the phrases of theme and actor."""
        verb = group.verb
        assert verb is not None  # noqa: S101
        nothing = Phrase()
        if verb.theme == "subject":
            return subject.themes, subject, self.clauses.object(group) if verb.act == "adopt" else nothing
        if group.passive or (group.tense is Tense.INFINITIVE and self._passive_chain(group)):
            return subject.themes, subject, nothing
        behind = self.clauses.object(group)
        if behind.themes:
            return behind.themes, behind, subject
        if verb.lemma in ("pass", "clear", "win") and subject.themes and behind.body is not None:
            return subject.themes, subject, behind
        relative = self._object_relative(group)
        if relative is not None and not behind.other:
            return relative.themes, relative, subject
        if group.tense in (Tense.PARTICIPLE, Tense.PRESENT, Tense.PAST, Tense.PERFECT) and not behind.other and not group.progressive:
            intransitive = verb.lemma in ("pass", "clear", "launch") or group.tense is Tense.PARTICIPLE
            if intransitive and subject.themes:
                return subject.themes, subject, nothing
        return [], behind, subject

    def _passive_chain(self, group: Group) -> bool:
        return any(self.tokens[index].low in ("be", "been", "being", "get") for index in range(group.start, group.end))

    def _object_relative(self, group: Group) -> Phrase | None:
        """In "X, which the Assembly adopted", the antecedent X."""
        tokens = self.tokens
        index = group.start - 1
        while index >= 0 and tokens[index].low not in (",", ";", ":", "|", "("):
            if self.clauses.group_at(index) is not None:
                return None
            if tokens[index].kind in (Kind.RELATIVE, Kind.THAT):
                if index == group.start - 1:
                    return None
                return self.clauses.antecedent(index)
            index -= 1
        return None

    def _refine(self, group: Group, act: str, phrase: Phrase) -> str | None:
        """The act in this sentence: a signing "into law", a publication in the gazette, an amendment passed."""
        verb = group.verb
        assert verb is not None  # noqa: S101
        following = self.tokens[group.end :]
        if phrase.amends:
            return "amend" if act in ("adopt", "approve", "promulgate", "sign") else None
        if act == "sign" and any(token.low == "into" and number + 1 < len(following) and following[number + 1].low == "law" for number, token in enumerate(following[:12])):
            return "promulgate"
        if act in ("publish", "issue") and self._gazette(group):
            return "gazette"
        if act == "publish":
            return "consult" if any(token.kind is Kind.NOMINAL and token.value == "consult" for token in following) else None
        if act == "launch" and phrase.draft:
            return None
        if verb.lemma == "work on" and group.tense is Tense.PRESENT and not group.progressive and not group.passive:
            return None
        if verb.lemma == "refer" and not self._targets(group):
            return "refer" if self.clauses.subject(group).body is not None else None
        if verb.lemma in ("clear", "pass") and not group.passive and self.clauses.object(group).body is not None and not self.clauses.object(group).themes:
            return "adopt"
        if act == "submit" and verb.lemma in _NEEDS_TARGET and not self._targets(group):
            return None
        if act == "approve" and verb.lemma in ("back",) and not group.passive and self.clauses.subject(group).body is None:
            return None
        if act in _NEEDS_DRAFT and not phrase.draft and not all(self.tokens[index].transparent for index in phrase.themes):
            return None
        if act == "review" and verb.lemma == "review" and any(token.low == "without" for token in following):
            return "review_done"
        return act

    def _gazette(self, group: Group) -> bool:
        return any("gazette" in token.name.ids for token in self.tokens if token.kind is Kind.BODY and token.name is not None)

    def _agent(self, group: Group, actor: Phrase) -> Phrase:
        """The actor: the subject of an active verb, "by X" or "at X" of a passive one."""
        if actor.body is not None or actor.country is not None:
            return actor
        tokens = self.tokens
        limit = self._right_limit(group)
        for wanted in (("by",), ("at", "in", "during", "before", "from")):
            for index in range(group.end, limit):
                if tokens[index].kind is Kind.PREPOSITION and tokens[index].low in wanted:
                    for position in range(index + 1, min(index + 9, limit)):
                        token = tokens[position]
                        if token.kind is Kind.BODY or (token.kind is Kind.COUNTRY and wanted == ("by",) and not self._body_ahead(position + 1, limit)):
                            found = Phrase()
                            if token.kind is Kind.BODY:
                                found.body = position
                                before = tokens[position - 2 : position]
                                found.country = next((position - 2 + number for number, item in enumerate(before) if item.kind is Kind.COUNTRY), None)
                                after = tokens[position + 1 : position + 3]
                                if len(after) == 2 and after[0].low in ("of", "in") and after[1].kind is Kind.COUNTRY:
                                    found.country = position + 2
                            else:
                                found.country = position
                            return found
                        if token.kind in (Kind.PREPOSITION, Kind.INSTRUMENT) and token.low not in ("of", "in") or token.low in (",", ";"):
                            break
        if actor.other and not group.passive:
            return actor
        for index in range(group.start - 1, -1, -1):
            token = tokens[index]
            if token.low in (";", ":", "|") or token.kind is Kind.CONTRAST:
                break
            if token.kind is Kind.PREPOSITION and token.low in ("at", "during", "in"):
                bodies = [position for position in range(index + 1, min(index + 8, group.start)) if tokens[position].kind is Kind.BODY]
                if bodies and self.clauses.group_at(bodies[0]) is None and tokens[0].low in ("at", "during", "in"):
                    return Phrase(body=bodies[0])
        return actor

    def _body_ahead(self, index: int, limit: int) -> bool:
        return any(self.tokens[position].kind is Kind.BODY for position in range(index, min(index + 3, limit)))

    def _right_limit(self, group: Group) -> int:
        """Where the clause of `group` ends on the right: the next finite group, a strong mark, a contrast."""
        tokens = self.tokens
        for index in range(group.end, len(tokens)):
            token = tokens[index]
            other = self.clauses.group_at(index)
            if token.low in (";", "|") or token.kind in (Kind.CONTRAST, Kind.RELATIVE) or (token.kind is Kind.SUBORDINATOR and token.value):
                return index
            if other is not None and other.finite and other is not group:
                return index
            if token.kind is Kind.COORDINATOR and self.clauses.group_at(index + 1) is not None:
                return index
        return len(tokens)

    # ------------------------------------------------------------ special verbs

    def _vote(self, group: Group) -> Iterator[Reading]:
        """"Voted 120-0 in favour of X", "voted to adopt X"; a vote "on" X leaves open how it ended."""
        tokens = self.tokens
        if group.verb is not None and group.verb.lemma.endswith(" on"):
            return self.clauses.object_from(group.end)
        for index in range(group.end, min(group.end + 9, len(tokens))):
            token = tokens[index]
            if token.low in ("against", "down") or token.guard == "fail":
                return
            if token.low in ("in favour of", "in favor of", "for", "through"):
                behind = self.clauses.object_from(index + 1)
                for theme in behind.themes:
                    yield self._make("vote", theme, group.head or token, self.context.of(group), group=group, agent=self.clauses.subject(group), draft=behind.draft)
                return

    def _arrival(self, group: Group) -> Iterator[Reading]:
        """"X has reached the National Assembly"."""
        subject = self.clauses.subject(group)
        verb = group.verb
        assert verb is not None  # noqa: S101
        targets = self._targets(group) if verb.lemma != "reach" else self._bodies_behind(group.end)
        if subject.themes and targets:
            for theme in subject.themes:
                reading = self._make("submit", theme, group.head or self.tokens[group.start], self.context.of(group), group=group, agent=Phrase(), draft=subject.draft)
                reading.targets = targets
                yield reading

    def _agenda(self, group: Group) -> Iterator[Reading]:
        """"X was put on the agenda of the National Assembly"."""
        tokens = self.tokens
        limit = self._right_limit(group)
        lows = [token.low for token in tokens[group.end : limit]]
        subject = self.clauses.subject(group)
        if "agenda" not in lows or not subject.themes:
            return
        names = [token.name for token in tokens[group.end : limit] if token.kind is Kind.BODY and token.name is not None]
        for theme in subject.themes if names else ():
            reading = self._make("submit", theme, group.head or tokens[group.start], self.context.of(group), group=group, agent=Phrase(), draft=subject.draft)
            reading.targets = names[0].ids
            yield reading

    def _bodies_behind(self, index: int) -> tuple[str, ...]:
        behind = self.clauses.object_from(index)
        if behind.body is None:
            return ()
        name = self.tokens[behind.body].name
        return name.ids if name is not None else ()

    def _targets(self, group: Group) -> tuple[str, ...]:
        tokens = self.tokens
        for index in range(group.end, self._right_limit(group)):
            if tokens[index].low in ("to", "before", "with", "in", "at", "into", "on") and tokens[index].kind in (Kind.PREPOSITION, Kind.SUBORDINATOR):
                for position in range(index + 1, min(index + 8, len(tokens))):
                    name = tokens[position].name
                    if tokens[position].kind is Kind.BODY and name is not None:
                        return name.ids
                    if tokens[position].kind in (Kind.PREPOSITION, Kind.VERB, Kind.INSTRUMENT) and tokens[position].low != "of":
                        break
        return ()

    def _put_into(self, group: Group) -> Iterator[Reading]:
        """"Put X into use", "bring X into force"."""
        verb = group.verb
        if verb is None or verb.lemma not in ("put", "bring", "take"):
            return
        behind = self.clauses.object(group)
        if not behind.themes:
            return
        rest = " ".join(token.low for token in self.tokens[behind.themes[-1] + 1 : behind.themes[-1] + 5])
        act = "launch" if rest.startswith(("into use", "into practice", "into implementation")) else "enter_force" if rest.startswith(("into force", "into effect")) else ""
        if act:
            for theme in behind.themes:
                yield self._make(act, theme, group.head or self.tokens[group.start], self.context.of(group), group=group, agent=self.clauses.subject(group), draft=behind.draft)

    def _intended(self, group: Group) -> list[Hedge] | None:
        """If an official intention to make the instrument is told, the hedges left on it; None if not."""
        verb = group.verb
        if verb is None or verb.lemma not in _MAKE or group.tense is not Tense.INFINITIVE:
            return None
        anchor = group.chain[-1] if group.chain else None
        owner: Group | None = group if anchor is not None else None
        if anchor is None:
            previous = self.clauses.groups[group.index - 1] if group.index else None
            if previous is None or any(token.low in (";", ",") for token in self.tokens[previous.end : group.start]):
                return None
            between = {token.low for token in self.tokens[previous.end : group.start]}
            if not between & {"plan", "plans", "intention", "intentions", "decision", "its"} or previous.head is None:
                return None
            anchor, owner = previous.head, previous
            if anchor.verb is None or not anchor.verb.classes & {"report", "factive", "happen"}:
                return None
        elif anchor.verb is None or anchor.verb.lemma not in _INTEND:
            return None
        if owner is None or owner.modals or owner.negators:
            return None
        subject = self.clauses.subject(owner)
        return [] if subject.body is not None or subject.country is not None else None

    def _activity(self, group: Group, hedges: list[Hedge]) -> list[Hedge]:
        """Drafting and reviewing are going on even when told as the aim of a meeting or of ongoing work."""
        if group.chain and all(token.verb is not None and token.verb.classes & {"engage", "happen", "remain", "factive"} and not token.verb.classes & {"future", "call", "fail"} for token in group.chain):
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
            if verb.classes & {"engage", "happen", "factive"} and not verb.classes & {"call", "future"} and not other.modals and not other.negators and not self.context.of_base(other):
                return []
            return hedges
        before = tokens[group.start - 1] if group.start else None
        if group.tense is Tense.GERUND and (before is None or before.low in (":", "|", "-")):
            return []
        return hedges

    def _consulted(self, group: Group) -> Phrase:
        """X of "consult stakeholders on X", "was consulted on X"."""
        for index in range(group.end, min(group.end + 9, len(self.tokens))):
            if self.tokens[index].low in ("on", "about", "regarding", "concerning"):
                return self.clauses.object_from(index + 1)
            if self.clauses.group_at(index) is not None or self.tokens[index].low in (",", ";"):
                break
        return Phrase()

    def _absent_object(self, group: Group, extra: Sequence[Hedge]) -> Iterator[Reading]:
        """"Cambodia lacks X"."""
        behind = self.clauses.object(group)
        if behind.draft and not behind.themes:
            return
        for theme in behind.themes:
            yield self._make("absent", theme, group.head or self.tokens[group.start], self.context.of(group), group=group, agent=self.clauses.subject(group))

    def _absent_subject(self, group: Group) -> Iterator[Reading]:
        """"No X exists", "X does not exist"."""
        subject = self.clauses.subject(group)
        hedges = self.context.of(group)
        if subject.themes and any(hedge.negative for hedge in hedges):
            rest = [hedge for hedge in hedges if not hedge.negative]
            for theme in subject.themes:
                yield self._make("absent", theme, group.head or self.tokens[group.start], rest, group=group, agent=Phrase())

    # ------------------------------------------------------------ building

    def _make(
        self,
        act: str,
        theme: int,
        cue: Token,
        hedges: list[Hedge],
        *,
        group: Group | None = None,
        agent: Phrase | None = None,
        draft: bool = False,
        nominal: bool = False,
        background: bool = False,
    ) -> Reading:
        tokens = self.tokens
        token = tokens[theme]
        name = token.name
        assert name is not None  # noqa: S101
        limit = self._right_limit(group) if group is not None else len(tokens)
        start = tokens[group.start].start if group is not None else cue.start
        end = tokens[limit - 1].end if limit else cue.end
        reading = Reading(
            name=name,
            act=act,
            cue=Span(cue.start, cue.end, f"en.act.{act}"),
            clause=(start, end),
            draft=draft or self._draft_beside(theme),
            nominal=nominal,
            background=background,
            hedges=list(hedges),
            anaphora=token.guard == "anaphora",
            present=group is not None and group.tense is Tense.PRESENT and not group.passive,
        )
        if group is not None:
            reading.background = background or group.tense in (Tense.PARTICIPLE, Tense.GERUND) and self._reduced(group) or self._relative(group)
            if act == "submit":
                reading.targets = self._targets(group)
        if agent is not None:
            self._set_actor(reading, agent)
        if not reading.actor_country:
            reading.actor_country = self._where(theme)
        reading.country = self._country_of(theme, reading.actor_country)
        if reading.anaphora:
            reading.flags.add(Flag.ANAPHORA)
        if nominal:
            reading.flags.add(Flag.NOMINAL)
        return reading

    def _reduced(self, group: Group) -> bool:
        return not self.clauses.object(group).themes and any(other.finite and other is not group for other in self.clauses.groups)

    def _relative(self, group: Group) -> bool:
        index = group.start - 1
        while index >= 0 and self.clauses.group_at(index) is None and self.tokens[index].low not in (",", ";"):
            if self.tokens[index].kind is Kind.RELATIVE:
                return True
            index -= 1
        return False

    def _set_actor(self, reading: Reading, agent: Phrase) -> None:
        if agent.country is not None:
            country = self.tokens[agent.country].name
            if country is not None and (agent.body is not None or not agent.other or agent.other in ("government", "parliament", "cabinet", "legislature", "congress", "authorities", "regulators", "lawmakers")):
                reading.actor_country = country.ids[0]
        if agent.body is not None:
            name = self.tokens[agent.body].name
            if name is not None:
                reading.actors = name.ids
        if not reading.actors:
            reading.object_words = "" if agent.proper else agent.other

    def _draft_beside(self, theme: int) -> bool:
        tokens = self.tokens
        index = theme - 1
        while index >= 0 and index >= theme - 5:
            token = tokens[index]
            if token.draft or (token.kind is Kind.TRANSPARENT and "draft" in token.low):
                return True
            if token.kind not in (Kind.WORD, Kind.DETERMINER, Kind.COUNTRY, Kind.TRANSPARENT, Kind.NUMBER, Kind.POSSESSIVE) and token.low not in ("of", '"'):
                break
            index -= 1
        low = tokens[theme].low
        following = tokens[theme + 1].low if theme + 1 < len(tokens) else ""
        return low.endswith(("bill", "bills")) or low.startswith(("bill ", "draft ")) or following in ("bill", "draft")

    def _country_of(self, theme: int, actor_country: str) -> str:
        """The country the instrument at `theme` is said to be of, by words beside it."""
        tokens = self.tokens
        index = theme - 1
        while index >= 0 and index >= theme - 7:
            token = tokens[index]
            if token.kind is Kind.COUNTRY and token.name is not None:
                return token.name.ids[0]
            if token.low in ("its", "their", "own", "whose"):
                return self._owner(index) or actor_country
            if token.kind not in (Kind.WORD, Kind.TRANSPARENT, Kind.NUMBER, Kind.POSSESSIVE, Kind.ADVERB, Kind.DETERMINER) or token.low in ("the", "a", "an"):
                break
            index -= 1
        if theme + 2 < len(tokens) and tokens[theme + 1].low in ("of", "in", "from"):
            for position in (theme + 2, theme + 3):
                if position < len(tokens) and tokens[position].kind is Kind.COUNTRY:
                    name = tokens[position].name
                    return name.ids[0] if name is not None else ""
        return ""

    def _where(self, theme: int) -> str:
        """The country of "Singapore, where X was adopted"."""
        tokens = self.tokens
        for index in range(theme - 1, 0, -1):
            if tokens[index].low in (";", ":", "|"):
                return ""
            if tokens[index].low == "where":
                position = index - 2 if tokens[index - 1].low == "," else index - 1
                name = tokens[position].name
                return name.ids[0] if tokens[position].kind is Kind.COUNTRY and name is not None else ""
        return ""

    def _owner(self, index: int) -> str:
        for position in range(index - 1, -1, -1):
            token = self.tokens[position]
            if token.kind is Kind.COUNTRY and token.name is not None:
                return token.name.ids[0]
            if token.kind is Kind.BODY:
                return ""
        return ""


def themes_of(names: Sequence[Name]) -> tuple[str, ...]:
    """The ids `names` may stand for."""
    return tuple(dict.fromkeys(identifier for name in names for identifier in name.ids))
