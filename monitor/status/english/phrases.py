"""Noun phrases: what their head is, and which instruments, bodies and countries they name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.status.english.groups import Group, Tense
from monitor.status.english.tokens import Kind, Token

_NP = frozenset(
    (
        Kind.DETERMINER,
        Kind.WORD,
        Kind.TRANSPARENT,
        Kind.NUMBER,
        Kind.COUNTRY,
        Kind.POSSESSIVE,
        Kind.ADVERB,
        Kind.BODY,
        Kind.STEM,
    )
)


_FLOATING = frozenset(("both", "all", "each", "alike"))


@dataclass(slots=True)
class Phrase:
    """A noun phrase read for its head.

    `themes` are indices of instruments that are its head (or stand behind "the draft of"), `body` and `country` who it
    is if it is an actor, `nominal` the index of an act noun that is its head, `other` the words of another head.
    `negative` is the token of "no", "none", "neither"; `part` tells that only a chapter or the wording is meant.
    """

    themes: list[int] = field(default_factory=list)
    body: int | None = None
    country: int | None = None
    nominal: int | None = None
    other: str = ""
    draft: bool = False
    negative: Token | None = None
    amends: bool = False
    part: bool = False
    start: int = -1
    proper: bool = False


class NounPhrases:
    """Reads noun phrases of one sentence."""

    def __init__(self, tokens: Sequence[Token], groups: Sequence[Group], lists: Mapping[str, frozenset[str]]) -> None:
        self.tokens = tokens
        self._lists = lists
        self.groups = groups
        self._group_at: dict[int, Group] = {}
        for group in groups:
            for index in range(group.start, group.end):
                self._group_at[index] = group

    def group_at(self, index: int) -> Group | None:
        """The verb group token `index` belongs to."""
        return self._group_at.get(index)

    def phrase(self, region: Sequence[int]) -> Phrase:
        """Read the words `region` as a noun phrase, fronted adverbials aside."""
        region = self._without_fronted(region)
        result = Phrase(start=region[0] if region else -1)
        if not region:
            return result
        end = self._head_end(region)
        if end and end < len(region) and self._counts(region[:end], self.tokens[region[end]]):
            return self.phrase(region[end + 1 :])
        head, rest = region[:end], region[end:]
        for token in (self.tokens[index] for index in head):
            if token.kind is Kind.DETERMINER and token.value == "no":
                result.negative = token
            if token.draft:
                result.draft = True
        if not head:
            return result
        instruments = [index for index in head if self.tokens[index].kind is Kind.INSTRUMENT]
        head = self._before_unknown_verb(head)
        self._name(result, head, rest, instruments)
        if result.country is None:
            result.country = self._first_of(head, Kind.COUNTRY)
        if result.body is not None:
            after = [index for index in rest[:4] if self.tokens[index].kind is Kind.COUNTRY]
            if rest and self.tokens[rest[0]].low == "of" and after:
                result.country = after[0]
        return result

    def _head_end(self, region: Sequence[int]) -> int:
        """How many words of `region` stand before its first preposition or verb."""
        return next(
            (
                number
                for number, index in enumerate(region)
                if self.tokens[index].kind is Kind.PREPOSITION or self._group_at.get(index)
            ),
            len(region),
        )

    def _first_of(self, indices: Sequence[int], kind: Kind) -> int | None:
        return next((index for index in indices if self.tokens[index].kind is kind), None)

    def _name(self, result: Phrase, head: Sequence[int], rest: Sequence[int], instruments: list[int]) -> None:
        """Fill in what the words `head` before the first preposition name, by the last of them that is a noun."""
        tokens = self.tokens
        last = self._last_noun(head)
        token = tokens[last]
        joined = next(
            (index for index in instruments if index + 1 in head and tokens[index + 1].kind is Kind.COORDINATOR), None
        )
        paired = self._paired_actor(head)
        if token.kind is Kind.INSTRUMENT:
            result.themes = instruments
        elif paired is not None and token.kind not in (Kind.BODY, Kind.COUNTRY):
            if tokens[paired].kind is Kind.BODY:
                result.body = paired
            else:
                result.country = paired
        elif joined is not None:
            result.themes = [index for index in instruments if index <= joined]
        elif token.kind is Kind.NOMINAL:
            result.nominal = last
        elif token.low in self._lists["parts"] and rest and (found := self._behind(rest)):
            result.themes, result.part = found, True
        elif token.low in self._lists["compound_heads"] and last - 1 in head and tokens[last - 1].kind is Kind.NOMINAL:
            result.nominal = last - 1
        elif token.kind is Kind.BODY:
            result.body = last
        elif token.kind is Kind.COUNTRY:
            result.country = last
        elif token.kind is Kind.TRANSPARENT and instruments and not rest:
            result.themes = instruments
            result.draft = result.draft or token.draft
        elif token.kind is Kind.TRANSPARENT or token.draft:
            result.themes = self._behind(rest)
            result.draft = True
            result.other = "" if result.themes else token.low
        elif token.kind is not Kind.PRONOUN:
            self._name_other(result, head, rest, last, instruments)

    def _last_noun(self, head: Sequence[int]) -> int:
        """The last word of `head` that can be its noun."""
        beside = (Kind.ADVERB, Kind.NUMBER, Kind.POINT, Kind.HEDGE, Kind.POSSESSIVE)
        return next(
            (
                index
                for index in reversed(head)
                if self.tokens[index].kind not in beside
                and not (self.tokens[index].low in _FLOATING and index != head[0])
            ),
            head[-1],
        )

    def _paired_actor(self, head: Sequence[int]) -> int | None:
        """The body or country in `head` that is joined to something else: "the ministry and its partners"."""
        return next(
            (
                index
                for index in head
                if self.tokens[index].kind in (Kind.BODY, Kind.COUNTRY)
                and index + 1 in head
                and self.tokens[index + 1].kind is Kind.COORDINATOR
            ),
            None,
        )

    def _name_other(
        self, result: Phrase, head: Sequence[int], rest: Sequence[int], last: int, instruments: Sequence[int]
    ) -> None:
        """Fill in a phrase whose noun is none of the words known: its own word, and the body it may belong to."""
        tokens = self.tokens
        token = tokens[last]
        bodies = [index for index in head if tokens[index].kind is Kind.BODY]
        result.other = token.low
        result.proper = token.upper and not any(
            tokens[index].low in self._lists["other_organisations"] for index in head
        )
        if token.low in self._lists["body_heads"]:
            bodies += [index for index in rest[:5] if tokens[index].kind is Kind.BODY]
        if bodies and token.kind is not Kind.OTHER_OBJECT:
            result.body = bodies[0]
        elif (
            instruments and token.kind is Kind.WORD and token.upper and last == head[-1] and instruments[-1] == last - 1
        ):
            result.themes = list(instruments)
            result.other = ""
        result.country = self._first_of(head, Kind.COUNTRY)

    def _counts(self, head: Sequence[int], following: Token) -> bool:
        """ "A majority of", "117 of": the noun that follows is the head. ("Article 5 of" is an article.)"""
        if self.tokens[head[-1]].low in self._lists["quantities"]:
            return True
        return following.low == "of" and all(
            self.tokens[index].kind in (Kind.NUMBER, Kind.DETERMINER) for index in head
        )

    def _before_unknown_verb(self, head: Sequence[int]) -> Sequence[int]:
        """`head` up to a word that can only be a verb the vocabulary lacks ("the law embeds …")."""
        tokens = self.tokens
        for number in range(1, len(head)):
            token, before = tokens[head[number]], tokens[head[number - 1]]
            low = token.low
            if (
                token.kind is Kind.WORD
                and before.kind is Kind.INSTRUMENT
                and not token.upper
                and low.endswith(("s", "ed"))
                and not low.endswith(("ss", "ions", "ments", "ers", "ors", "ings", "ies", "ists", "ates"))
            ):
                return head[:number]
        return head

    def _behind(self, rest: Sequence[int]) -> list[int]:
        """Instruments directly behind "of", "on", "for" ("the draft of the X and the Y")."""
        tokens = self.tokens
        found: list[int] = []
        for number, index in enumerate(rest):
            token = tokens[index]
            if number == 0:
                known = token.low in ("of", "on", "for", "to", "about", "regarding", "concerning", "called")
                if not known or self._group_at.get(index) is not None:
                    return []
                continue
            if token.kind is Kind.INSTRUMENT:
                owned = index + 1 < len(tokens) and tokens[index + 1].kind is Kind.POSSESSIVE
                if owned:
                    break
                found.append(index)
            elif (
                token.kind not in _NP
                and token.low not in (",", "and", '"')
                and not (token.kind is Kind.PREPOSITION and token.low in ("of", "on") and not found)
            ):
                break
        return found

    def _without_fronted(self, region: Sequence[int]) -> Sequence[int]:
        """`region` without "In March", "On Friday", "At its meeting" before the subject."""
        tokens = self.tokens
        start = 0
        while (
            start < len(region)
            and tokens[region[start]].kind in (Kind.ADVERB, Kind.COORDINATOR, Kind.HEDGE, Kind.POSSESSIVE)
        ) or (start < len(region) and tokens[region[start]].low == ","):
            start += 1
        while start < len(region) and tokens[region[start]].kind is Kind.PREPOSITION:
            index = start + 1
            named = False
            while index < len(region):
                token = tokens[region[index]]
                if token.kind is Kind.PREPOSITION and index > start + 1:
                    break
                if token.kind in (Kind.DETERMINER, Kind.PRONOUN) and index > start + 1:
                    break
                if token.kind in (Kind.BODY, Kind.INSTRUMENT, Kind.COUNTRY):
                    if named or (
                        index > start + 1
                        and tokens[region[index - 1]].kind
                        not in (Kind.DETERMINER, Kind.WORD, Kind.TRANSPARENT, Kind.POSSESSIVE, Kind.COUNTRY, Kind.BODY)
                    ):
                        break
                    if (
                        index > start + 2
                        and tokens[region[index - 1]].kind is Kind.WORD
                        and index == len(region) - 1
                        and token.kind is Kind.BODY
                    ):
                        break
                    named = True
                index += 1
            start = index
        return region[start:]

    def object(self, group: Group) -> Phrase:
        """What stands behind `group` as its object."""
        return self.object_from(group.end)

    def object_from(self, index: int) -> Phrase:
        """The noun phrase that starts at `index` (adverbs and inserted phrases aside)."""
        tokens = self.tokens
        size = len(tokens)
        result = Phrase(start=index)
        index = self._skip_inserted(index)
        if index < size and tokens[index].kind is Kind.COORDINATOR:
            following = self._group_at.get(index + 1) or (
                self._group_at.get(index + 2) if index + 2 < size and tokens[index + 1].kind is Kind.ADVERB else None
            )
            if following is not None:
                return self.object(following)
        head: Token | None = None
        while index < size:
            token = tokens[index]
            group = self._group_at.get(index)
            if group is not None and not (
                group.tense is Tense.GERUND and token.verb is not None and token.verb.act == "amend"
            ):
                if head is not None and (head.kind is Kind.TRANSPARENT or head.draft) and not group.finite:
                    behind = self._law_about(index, result)
                    if behind is not None:
                        return behind
                if (
                    group.tense in (Tense.PARTICIPLE, Tense.GERUND)
                    and head is None
                    and index + 1 < size
                    and group.end - group.start == 1
                    and not group.has("report")
                ):
                    index += 1
                    continue
                break
            if group is not None:
                result.amends = True
            if token.kind is Kind.INSTRUMENT:
                return self._object_instruments(index, result, head)
            if token.kind is Kind.DETERMINER and token.value == "no":
                result.negative = token
            if token.kind is Kind.NOMINAL:
                if head is not None and (head.kind is Kind.TRANSPARENT or head.draft):
                    behind = self._law_about(index, result)
                    if behind is not None:
                        return behind
                result.nominal = index
                result.other = token.low
                return result
            if token.kind is Kind.PREPOSITION:
                if (
                    head is not None
                    and (head.kind is Kind.TRANSPARENT or head.draft)
                    and token.low in ("of", "on", "for", "to", "about", "regarding", "concerning")
                ):
                    index += 1
                    continue
                if head is not None and head.low in self._lists["parts"] and token.low in ("of", "in", "to", "from"):
                    result.part = True
                    index += 1
                    continue
                break
            if token.kind is Kind.OTHER_OBJECT:
                result.other = token.low
                head = token
                index += 1
                continue
            if token.kind in _NP:
                if token.kind in (Kind.WORD, Kind.TRANSPARENT):
                    head = token
                    result.other = token.low
                if token.kind is Kind.BODY and result.body is None:
                    result.body = index
                result.draft = result.draft or token.draft
                index += 1
                continue
            if token.low == '"' or (token.low in (",", ":") and head is not None and self._announces_list(head, index)):
                index += 1
                continue
            break
        return result

    def _law_about(self, index: int, result: Phrase) -> Phrase | None:
        """The treaty of "the law approving the ratification of X", the law of "the bill on the amendment of X"."""
        tokens = self.tokens
        about = ""
        for position in range(index, min(index + 12, len(tokens))):
            token = tokens[position]
            act = token.value if token.kind is Kind.NOMINAL else token.verb.act if token.verb is not None else ""
            if token.kind is Kind.INSTRUMENT:
                if not about:
                    return None
                result.themes, result.amends, result.other = [position], about == "amend", ""
                return result
            if act in ("ratify", "accede", "amend"):
                about = about or act
            elif act not in ("", "approve", "sign") or not self._links(token, bool(about)):
                return None
        return None

    def _links(self, token: Token, about: bool) -> bool:
        """Whether `token` may stand between "law" and its treaty; behind the act only "of" and articles."""
        if token.kind in (Kind.DETERMINER, Kind.NUMBER, Kind.COORDINATOR) or token.low in self._lists["parts"]:
            return True
        if token.kind is Kind.PREPOSITION:
            return token.low in ("of", "to", "on") or not about
        return not about and token.kind in (Kind.VERB, Kind.TO)

    def _announces_list(self, head: Token, index: int) -> bool:
        """Whether "two laws," or "three texts:" is followed by their names."""
        return head.low in ("laws", "bills", "texts", "drafts", "documents", "policies") and self._instrument_ahead(
            index + 1
        )

    def _object_instruments(self, index: int, result: Phrase, head: Token | None) -> Phrase:
        """The list of instruments that starts at `index`, unless the name only modifies a further noun."""
        tokens = self.tokens
        if head is not None and head.kind is Kind.OTHER_OBJECT and not (result.amends or result.part):
            return result
        result.draft = result.draft or tokens[index].draft
        found = [index]
        position = index + 1
        while position < len(tokens):
            token = tokens[position]
            if token.kind is Kind.INSTRUMENT:
                found.append(position)
            elif token.low == "," or token.kind is Kind.COORDINATOR:
                if not self._instrument_ahead(position + 1):
                    break
            elif (
                token.kind not in _NP
                and token.low != '"'
                and not (
                    token.kind is Kind.PREPOSITION
                    and token.low in ("of", "on")
                    and self._instrument_ahead(position + 1)
                )
            ) or (
                token.kind in (Kind.WORD, Kind.TRANSPARENT, Kind.ADVERB, Kind.NUMBER, Kind.BODY)
                and position == found[-1] + 1
                and not self._instrument_ahead(position)
            ):
                break
            position += 1
        following = tokens[found[-1] + 1] if found[-1] + 1 < len(tokens) else None
        if following is not None and following.low in self._lists["particles"]:
            following = None
        if following is not None and following.kind is Kind.POSSESSIVE:
            owned = tokens[found[-1] + 2] if found[-1] + 2 < len(tokens) else None
            if owned is not None and owned.low in self._lists["parts"]:
                result.part = True
            elif owned is not None and owned.kind is not Kind.TRANSPARENT:
                result.other = owned.low
                return result
        if following is not None and following.kind in (Kind.OTHER_OBJECT, Kind.NOMINAL):
            result.other = following.low
            if following.kind is Kind.NOMINAL:
                result.nominal = found[-1] + 1
            return result
        if following is not None and following.kind is Kind.WORD and not following.upper and following.low.isalpha():
            result.other = following.low
            if not following.low.endswith(("ed", "ing")):
                return result
        result.other = ""
        result.themes = found
        return result

    def _instrument_ahead(self, index: int) -> bool:
        """Whether a further instrument follows as a list member, with nothing but its own words between."""
        tokens = self.tokens
        for position in range(index, min(index + 9, len(tokens))):
            token = tokens[position]
            if token.kind is Kind.INSTRUMENT:
                return True
            if self._group_at.get(position) is not None:
                return False
            if (
                token.kind not in _NP
                and token.low not in (",", "and", '"')
                and not (token.kind is Kind.PREPOSITION and token.low in ("of", "on"))
            ):
                return False
        return False

    def _skip_inserted(self, index: int) -> int:
        """Past adverbs, quotes and a phrase between commas."""
        tokens = self.tokens
        size = len(tokens)
        while index < size:
            token = tokens[index]
            if token.kind is Kind.ADVERB or token.low == '"':
                index += 1
            elif (
                token.low == ","
                and index + 1 < size
                and tokens[index + 1].kind in (Kind.PREPOSITION, Kind.ADVERB, Kind.RELATIVE)
            ):
                closing = next((position for position in range(index + 1, size) if tokens[position].low == ","), None)
                if closing is None:
                    return index
                index = closing + 1
            elif token.low == "(":
                closing = next((position for position in range(index + 1, size) if tokens[position].low == ")"), None)
                if closing is None:
                    return index
                index = closing + 1
            else:
                return index
        return index
