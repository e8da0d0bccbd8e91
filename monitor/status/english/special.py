"""Verbs that need more than subject and object: votes, arrivals, agendas, intentions, and what does not exist."""

from collections.abc import Callable, Iterator, Mapping

from monitor.status.english.groups import Group, Tense
from monitor.status.english.making import Making
from monitor.status.english.phrases import Phrase
from monitor.status.english.tokens import Kind, Token
from monitor.status.ladder import office
from monitor.status.reading import Hedge, Reading

_EARLY_NOUNS = frozenset(("draft", "review", "consult"))


class SpecialVerbs(Making):
    """Reads those verbs."""

    def specials(self, group: Group) -> tuple[list[Reading], bool]:
        """What the verb says in its own way, and whether that stands instead of the ordinary reading."""
        names = self.words.special.get(group.verb.lemma if group.verb is not None else "", ())
        found: list[Reading] = []
        instead = False
        for name in names:
            told = list(_READERS[name](self, group))
            found += told
            instead = instead or (bool(told) and name not in _BESIDES)
        return found, instead

    def _vote(self, group: Group) -> Iterator[Reading]:
        """ "Voted 120-0 in favour of X", "voted to adopt X"; a vote "on" X leaves open how it ended."""
        tokens = self.tokens
        if group.verb is None or (group.verb.lemma != "vote" and not self._ballots(group)):
            return
        for index in range(group.end, min(group.end + 9, len(tokens))):
            token = tokens[index]
            if token.low in ("against", "down") or token.guard == "fail":
                return
            if token.low in ("in favour of", "in favor of", "for", "through"):
                inner = self.clauses.group_at(index + 1)
                if inner is not None and not inner.has_act("adopt", "approve", "promulgate"):
                    return
                behind = self.clauses.object_from(index + 1)
                for theme in behind.themes:
                    yield self.make(
                        "vote",
                        theme,
                        group.head or token,
                        self.context.of(group),
                        group=group,
                        agent=self.clauses.subject(group),
                        draft=behind.draft,
                    )
                return

    def _arrival(self, group: Group) -> Iterator[Reading]:
        """ "X has reached the National Assembly"."""
        subject = self.clauses.subject(group)
        verb = group.verb
        if verb is None or verb.acts:
            return
        targets = self.targets(group) if verb.lemma != "reach" else self._bodies_behind(group.end)
        if subject.themes and targets:
            for theme in subject.themes:
                reading = self.make(
                    "submit",
                    theme,
                    group.head or self.tokens[group.start],
                    self.context.of(group),
                    group=group,
                    agent=Phrase(),
                    draft=subject.draft,
                )
                reading.targets = targets
                yield reading

    def _received(self, group: Group) -> Iterator[Reading]:
        """ "The National Assembly received X": handed to the body that received it."""
        subject = self.clauses.subject(group)
        behind = self.clauses.object(group)
        name = self.tokens[subject.body].name if subject.body is not None else None
        if name is None or group.passive:
            return
        for theme in behind.themes:
            cue = group.head or self.tokens[group.start]
            reading = self.make("submit", theme, cue, self.context.of(group), group=group, draft=behind.draft)
            reading.targets = name.ids
            yield reading

    def _agenda(self, group: Group) -> Iterator[Reading]:
        """ "X was put on the agenda of the National Assembly"."""
        tokens = self.tokens
        limit = self.right_limit(group)
        lows = [token.low for token in tokens[group.end : limit]]
        subject = self.clauses.subject(group)
        if not group.passive or "agenda" not in lows or not subject.themes:
            return
        names = [
            token.name for token in tokens[group.end : limit] if token.kind is Kind.BODY and token.name is not None
        ]
        for theme in subject.themes if names else ():
            reading = self.make(
                "submit",
                theme,
                group.head or tokens[group.start],
                self.context.of(group),
                group=group,
                agent=Phrase(),
                draft=subject.draft,
            )
            reading.targets = names[0].ids
            yield reading

    def _bodies_behind(self, index: int) -> tuple[str, ...]:
        behind = self.clauses.object_from(index)
        if behind.body is None:
            return ()
        name = self.tokens[behind.body].name
        return name.ids if name is not None else ()

    def _put_into(self, group: Group) -> Iterator[Reading]:
        """ "Put X into use", "bring X into force"."""
        verb = group.verb
        if verb is None or verb.lemma not in ("put", "bring", "take"):
            return
        behind = self.clauses.object(group)
        if not behind.themes:
            return
        rest = " ".join(token.low for token in self.tokens[behind.themes[-1] + 1 : behind.themes[-1] + 5])
        act = (
            "launch"
            if rest.startswith(("into use", "into practice", "into implementation"))
            else "enter_force"
            if rest.startswith(("into force", "into effect"))
            else ""
        )
        if act:
            for theme in behind.themes:
                yield self.make(
                    act,
                    theme,
                    group.head or self.tokens[group.start],
                    self.context.of(group),
                    group=group,
                    agent=self.clauses.subject(group),
                    draft=behind.draft,
                )

    def _announced(self, group: Group) -> bool:
        """Whether "will draft" is what an official body announced."""
        previous = self.clauses.groups[group.index - 1] if group.index else None
        if previous is None or previous.verb is None or previous.verb.lemma not in self.words.lists["announcing"]:
            return False
        between = self.tokens[previous.end : group.start]
        told = bool(between) and not any(token.low in (";", ",") for token in between)
        future = all(token.value == "future" for token in group.modals) and not group.negators
        subject = self.clauses.subject(previous)
        return told and future and subject.body is not None and self.context.done(previous)

    def _intended(self, group: Group) -> list[Hedge] | None:
        """If an official intention to make the instrument is told, the hedges left on it; None if not."""
        verb = group.verb
        if verb is not None and group.tense is Tense.MODAL and self._announced(group):
            return []
        if verb is None or verb.lemma not in self.words.lists["make"] or group.tense is not Tense.INFINITIVE:
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
        elif anchor.verb is None or anchor.verb.lemma not in self.words.lists["intend"]:
            return None
        if owner is None or owner.modals or owner.negators:
            return None
        subject = self.clauses.subject(owner)
        return [] if subject.body is not None or subject.country is not None else None

    def _consulted(self, group: Group) -> Phrase:
        """X of "consult stakeholders on X", "was consulted on X"."""
        if group.verb is not None and group.verb.lemma.endswith(" on"):
            return self.clauses.object_from(group.end)
        for index in range(group.end, min(group.end + 9, len(self.tokens))):
            if self.tokens[index].low in ("on", "about", "regarding", "concerning"):
                return self.clauses.object_from(index + 1)
            if self.clauses.group_at(index) is not None or self.tokens[index].low in (",", ";"):
                break
        return Phrase()

    def _absent_object(self, group: Group) -> Iterator[Reading]:
        """ "Cambodia lacks X"."""
        behind = self.clauses.object(group)
        if behind.draft and not behind.themes:
            return
        for theme in behind.themes:
            yield self.make(
                "absent",
                theme,
                group.head or self.tokens[group.start],
                self.context.of(group),
                group=group,
                agent=self.clauses.subject(group),
            )

    def _absent_subject(self, group: Group) -> Iterator[Reading]:
        """ "No X exists", "X does not exist"."""
        subject = self.clauses.subject(group)
        hedges = self.context.of(group)
        behind = self.clauses.object(group)
        themes = subject.themes or (behind.themes if behind.negative is not None else [])
        if themes and (behind.negative is not None or any(hedge.negative for hedge in hedges)):
            rest = [hedge for hedge in hedges if not hedge.negative]
            for theme in themes:
                yield self.make(
                    "absent", theme, group.head or self.tokens[group.start], rest, group=group, agent=Phrase()
                )

    def _constitutional(self, group: Group) -> Iterator[Reading]:
        """ "The Constitutional Council declared X constitutional", "X was found in line with the Constitution"."""
        tokens = self.tokens
        phrase = self.clauses.subject(group) if group.passive else self.clauses.object(group)
        if not phrase.themes:
            return
        limit = min(max(group.end, phrase.themes[-1] + 1) + 24, len(tokens))
        lows = [token.low for token in tokens[phrase.themes[-1] + 1 if not group.passive else group.end : limit]]
        if ("constitutional" not in lows and "constitution" not in lows) or set(lows) & {"not", "contrary", "against"}:
            return
        agent = self._by(group) if group.passive else self.clauses.subject(group)
        for theme in phrase.themes:
            cue = group.head or tokens[group.start]
            yield self.make("approve", theme, cue, self.context.of(group), group=group, agent=agent)

    def _split(self, group: Group) -> Iterator[Reading]:
        """ "Took X back", "waved X through", "handed X over to the Senate": the particle stands behind the object."""
        verb = group.verb
        if verb is None or verb.lemma not in self.words.splitting:
            return
        behind = self.clauses.object(group)
        last = behind.themes[-1] + 1 if behind.themes else len(self.tokens)
        if group.passive or last >= len(self.tokens):
            return
        act = self.words.split_verbs.get((verb.lemma, self.tokens[last].low))
        if act is None or self._governs(last):
            return
        for theme in behind.themes:
            cue = group.head or self.tokens[group.start]
            subject = self.clauses.subject(group)
            yield self.make(act, theme, cue, self.context.of(group), group=group, agent=subject, draft=behind.draft)

    def _governs(self, index: int) -> bool:
        """Whether "on" or "in" at `index` is no particle but governs what follows: "passed X on 12 May"."""
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return (
            self.tokens[index].low in ("on", "in")
            and following is not None
            and following.kind not in (Kind.POINT, Kind.PREPOSITION, Kind.TO, Kind.ADVERB, Kind.COORDINATOR)
        )

    def _opened(self, group: Group) -> Iterator[Reading]:
        """ "Opened X for public comment", "put X out to consultation", "circulated X for comments"."""
        phrase = self.clauses.subject(group) if group.passive else self.clauses.object(group)
        start = group.end if group.passive or not phrase.themes else phrase.themes[-1] + 1
        ahead = self.tokens[start : start + 6]
        noun = next((token for token in ahead if token.kind is Kind.NOMINAL and token.value == "consult"), None)
        if noun is None or not any(token.low in ("for", "to") for token in ahead[:2]):
            return
        for theme in phrase.themes:
            agent = Phrase() if group.passive else self.clauses.subject(group)
            yield self.make(
                "consult", theme, noun, self.context.of(group), group=group, agent=agent, draft=phrase.draft
            )

    def _printed(self, group: Group) -> Iterator[Reading]:
        """ "X appeared in the Royal Gazette", "the Gazette carries X"."""
        subject, behind = self.clauses.subject(group), self.clauses.object(group)
        for theme in (subject.themes or behind.themes) if self._gazette() else ():
            cue = group.head or self.tokens[group.start]
            yield self.make("gazette", theme, cue, self.context.of(group), group=group, agent=Phrase())

    def _ballots(self, group: Group) -> bool:
        """ "Raised their hands", "cast their ballots"."""
        return any(token.low in ("hands", "votes", "ballots") for token in self.tokens[group.end : group.end + 4])

    def _gazette(self) -> bool:
        """Whether the sentence names a gazette."""
        return any(
            any(office(body) == "gazette" for body in token.name.ids)
            for token in self.tokens
            if token.kind is Kind.BODY and token.name is not None
        )

    def _announcement(self, group: Group) -> Iterator[Reading]:
        """ "MPTC plans to draft X", "the government announced that it will draft X"."""
        announced = self._intended(group)
        if announced is None:
            return
        behind = self.clauses.object(group)
        subject = self.clauses.subject(group)
        cue = group.head or self.tokens[group.start]
        for theme in behind.themes:
            yield self.make("announce", theme, cue, announced, group=group, agent=subject, draft=behind.draft)

    def _owns_none(self, group: Group) -> Iterator[Reading]:
        """ "The Kingdom possesses no X"."""
        if self.clauses.object(group).negative is not None:
            yield from self._absent_object(group)

    def _by(self, group: Group) -> Phrase:
        """The body of "by X" behind a passive verb."""
        for index in range(group.end, min(group.end + 14, len(self.tokens) - 1)):
            if self.tokens[index].low == "by":
                return self.clauses.object_from(index + 1)
        return Phrase()

    def _bears(self, group: Group) -> Iterator[Reading]:
        """ "X bears the King's signature", "X carries the royal seal"."""
        subject = self.clauses.subject(group)
        limit = min(group.end + 6, len(self.tokens))
        behind = self.tokens[group.end : limit]
        if group.passive or not any(token.low in self.words.lists["seals"] for token in behind):
            return
        body = next((group.end + number for number, token in enumerate(behind) if token.kind is Kind.BODY), None)
        act = "promulgate" if any(token.low.startswith("royal") for token in behind) else "sign"
        if act == "sign" and body is None:
            return
        for theme in subject.themes:
            cue = group.head or self.tokens[group.start]
            yield self.make(act, theme, cue, self.context.of(group), group=group, agent=Phrase(body=body))

    def _applied_since(self, group: Group) -> Iterator[Reading]:
        """ "X has applied since 2015", "the sector has been governed by X since 2020"."""
        tokens = self.tokens
        limit = self.right_limit(group)
        since = next((index for index in range(group.end, limit) if tokens[index].low == "since"), None)
        now = any(token.low in ("now", "already") for token in tokens[max(0, group.start - 1) : limit][:3])
        dated = (now and not group.passive) or (
            since is not None and any(token.kind is Kind.NUMBER for token in tokens[since + 1 : since + 4])
        )
        if not dated or group.modals or group.tense not in (Tense.PERFECT, Tense.PRESENT):
            return
        phrase = self._by(group) if group.passive else self.clauses.subject(group)
        for theme in phrase.themes:
            cue = group.head or tokens[group.start]
            yield self.make("enter_force", theme, cue, self.context.of(group), group=group, agent=Phrase())

    def _reached_stage(self, group: Group) -> Iterator[Reading]:
        """ "X has reached its final drafting stage", "X entered the consultation phase"."""
        tokens = self.tokens
        ahead = range(group.end, min(group.end + 7, len(tokens)))
        last = next((index for index in ahead if tokens[index].low in ("stage", "phase", "stages")), None)
        noun = next((index for index in ahead if self._early(tokens[index])), None)
        if last is None or noun is None:
            return
        subject = self.clauses.subject(group)
        for theme in subject.themes:
            yield self.make(
                self._early(tokens[noun]), theme, tokens[noun], self.context.of(group), group=group, agent=Phrase()
            )

    def _early(self, token: Token) -> str:
        """Drafting, review or consultation, if `token` is a word for it."""
        act = token.value if token.kind is Kind.NOMINAL else token.verb.act if token.verb is not None else ""
        return act if act in _EARLY_NOUNS else ""

    def _deposited(self, group: Group) -> Iterator[Reading]:
        """ "Deposited its instrument of ratification of X", "handed over the instruments of accession to X"."""
        tokens = self.tokens
        spans = range(max(0, group.start - 14), group.start) if group.passive else range(group.end, group.end + 8)
        start = next(
            (index for index in spans if index < len(tokens) and tokens[index].low in ("instrument", "instruments")),
            None,
        )
        if start is None:
            return
        theme = next(
            (index for index in range(start, min(start + 9, len(tokens))) if tokens[index].kind is Kind.INSTRUMENT),
            None,
        )
        if theme is None or not any(token.kind is Kind.NOMINAL for token in tokens[start:theme]):
            return
        agent = self._by(group) if group.passive else self.clauses.subject(group)
        owner = next((index for index in (start - 1, start - 2) if tokens[index].kind is Kind.COUNTRY), None)
        if agent.country is None and owner is not None:
            agent = Phrase(country=owner)
        cue = group.head or tokens[group.start]
        yield self.make("deposit", theme, cue, self.context.of(group), group=group, agent=agent)


_READERS: Mapping[str, Callable[[SpecialVerbs, Group], Iterator[Reading]]] = {
    "agenda_verbs": SpecialVerbs._agenda,
    "ballot_verbs": SpecialVerbs._vote,
    "receive_verbs": SpecialVerbs._received,
    "arrive": SpecialVerbs._arrival,
    "reach_verbs": SpecialVerbs._reached_stage,
    "declare": SpecialVerbs._constitutional,
    "printed": SpecialVerbs._printed,
    "bear": SpecialVerbs._bears,
    "apply_verbs": SpecialVerbs._applied_since,
    "hand_in": SpecialVerbs._deposited,
    "lack_verbs": SpecialVerbs._absent_object,
    "own_verbs": SpecialVerbs._owns_none,
    "exist_verbs": SpecialVerbs._absent_subject,
    "make": SpecialVerbs._announcement,
    "open_up": SpecialVerbs._opened,
}
"""Which method reads the verbs of which list."""
_BESIDES = frozenset(("agenda_verbs", "declare", "hand_in", "open_up"))
"""Lists whose verbs are read in the ordinary way too."""
