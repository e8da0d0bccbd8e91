"""Makes readings: fills in actor, receiver, country, draft mark and the stretch its dates are in."""

from collections.abc import Sequence

from monitor.model import Flag
from monitor.status.english.clauses import Clauses
from monitor.status.english.context import Context
from monitor.status.english.groups import Group, Tense, groups
from monitor.status.english.phrases import Phrase
from monitor.status.english.tokens import Kind, Token
from monitor.status.english.words import EnglishWords
from monitor.status.reading import Hedge, Reading, Span


class Making:
    """One sentence with its clauses and scopes, ready to make readings of it."""

    def __init__(self, words: EnglishWords, tokens: Sequence[Token], *, question: bool) -> None:
        self.tokens = tokens
        self.clauses = Clauses(tokens, groups(tokens), words.lists)
        self.context = Context(self.clauses, words, question=question)
        self.words = words

    def make(
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
        limit = self.right_limit(group) if group is not None else len(tokens)
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
        if (token_not := self._not_this(theme)) is not None:
            reading.hedges.append(self.context.none(token_not))
        if group is not None:
            reading.background = (
                background
                or (group.tense in (Tense.PARTICIPLE, Tense.GERUND) and self._reduced(group))
                or self._relative(group)
            )
            if act == "submit":
                reading.targets = self.targets(group)
        if agent is not None:
            self._set_actor(reading, agent)
        if not reading.actor_country:
            reading.actor_country = self._where(theme) or (self._for_country(group) if act == "enter_force" else "")
        reading.country = self._country_of(theme, reading.actor_country)
        if reading.anaphora:
            reading.flags.add(Flag.ANAPHORA)
        if theme and tokens[theme - 1].low in self.words.lists["pretended"]:
            reading.flags.add(Flag.OTHER_OBJECT)
        if nominal:
            reading.flags.add(Flag.NOMINAL)
        return reading

    def _not_this(self, theme: int) -> Token | None:
        """The "not" of "the budget, not the X, was adopted"."""
        index = theme - 1
        while index > 0 and (self.tokens[index].kind is Kind.DETERMINER or self.tokens[index].draft):
            index -= 1
        token = self.tokens[index] if index >= 0 else None
        return token if token is not None and token.low == "not" and self.clauses.group_at(index) is None else None

    def _reduced(self, group: Group) -> bool:
        return not self.clauses.object(group).themes and any(
            other.finite and other is not group for other in self.clauses.groups
        )

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
            if country is not None and (
                agent.body is not None
                or agent.proper
                or not agent.other
                or agent.other
                in (
                    "government",
                    "parliament",
                    "cabinet",
                    "legislature",
                    "congress",
                    "authorities",
                    "regulators",
                    "lawmakers",
                )
            ):
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
            if token.kind not in (
                Kind.WORD,
                Kind.DETERMINER,
                Kind.COUNTRY,
                Kind.TRANSPARENT,
                Kind.NUMBER,
                Kind.POSSESSIVE,
            ) and token.low not in ("of", '"'):
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
            if token.kind not in (
                Kind.WORD,
                Kind.TRANSPARENT,
                Kind.NUMBER,
                Kind.POSSESSIVE,
                Kind.ADVERB,
                Kind.DETERMINER,
            ) or token.low in ("the", "a", "an"):
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

    def _for_country(self, group: Group | None) -> str:
        """The country of "X entered into force for Cambodia", "For Cambodia X entered into force"."""
        tokens = self.tokens
        places = [0] if group is None else [0, group.end, group.end + 1]
        for index in places:
            if index + 1 < len(tokens) and tokens[index].low in ("for", "in respect of", "in relation to"):
                name = tokens[index + 1].name
                if tokens[index + 1].kind is Kind.COUNTRY and name is not None:
                    return name.ids[0]
        return ""

    def _owner(self, index: int) -> str:
        for position in range(index - 1, -1, -1):
            token = self.tokens[position]
            if token.kind is Kind.COUNTRY and token.name is not None:
                return token.name.ids[0]
            if token.kind is Kind.BODY:
                return ""
        return ""

    def targets(self, group: Group) -> tuple[str, ...]:
        tokens = self.tokens
        limit = next((other.start for other in self.clauses.groups[group.index + 1 :] if other.finite), len(tokens))
        for index in range(group.end, limit):
            if tokens[index].low in (";", "|"):
                break
            if tokens[index].low in ("to", "before", "with", "in", "at", "into", "on") and tokens[index].kind in (
                Kind.PREPOSITION,
                Kind.SUBORDINATOR,
            ):
                for position in range(index + 1, min(index + 8, len(tokens))):
                    name = tokens[position].name
                    if tokens[position].kind is Kind.BODY and name is not None:
                        return name.ids
                    if (
                        tokens[position].kind in (Kind.PREPOSITION, Kind.VERB, Kind.INSTRUMENT)
                        and tokens[position].low != "of"
                    ):
                        break
        return ()

    def right_limit(self, group: Group) -> int:
        """Where the clause of `group` ends on the right: the next finite group, a strong mark, a contrast."""
        tokens = self.tokens
        for index in range(group.end, len(tokens)):
            token = tokens[index]
            other = self.clauses.group_at(index)
            if (
                token.low in (";", "|")
                or token.kind in (Kind.CONTRAST, Kind.RELATIVE)
                or (token.kind is Kind.SUBORDINATOR and token.value)
            ):
                return index
            if other is not None and other.finite and other is not group:
                return index
            if token.kind is Kind.COORDINATOR and self.clauses.group_at(index + 1) is not None:
                return index
        return len(tokens)
