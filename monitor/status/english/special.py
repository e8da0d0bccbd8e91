"""Verbs that need more than subject and object: votes, arrivals, agendas, intentions, and what does not exist."""

from collections.abc import Iterator

from monitor.status.english.groups import Group, Tense
from monitor.status.english.making import Making
from monitor.status.english.phrases import Phrase
from monitor.status.english.tokens import Kind
from monitor.status.reading import Hedge, Reading


class SpecialVerbs(Making):
    """Reads those verbs."""

    def _vote(self, group: Group) -> Iterator[Reading]:
        """ "Voted 120-0 in favour of X", "voted to adopt X"; a vote "on" X leaves open how it ended."""
        tokens = self.tokens
        for index in range(group.end, min(group.end + 9, len(tokens))):
            token = tokens[index]
            if token.low in ("against", "down") or token.guard == "fail":
                return
            if token.low in ("in favour of", "in favor of", "for", "through"):
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
        assert verb is not None  # noqa: S101
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
        if name is None:
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
        if "agenda" not in lows or not subject.themes:
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

    def _intended(self, group: Group) -> list[Hedge] | None:
        """If an official intention to make the instrument is told, the hedges left on it; None if not."""
        verb = group.verb
        if verb is None or verb.lemma not in self._words.lists["make"] or group.tense is not Tense.INFINITIVE:
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
        elif anchor.verb is None or anchor.verb.lemma not in self._words.lists["intend"]:
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
