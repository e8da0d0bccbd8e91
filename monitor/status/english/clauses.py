"""What stands left and right of a verb group: subject, object, agent, antecedent, and what governs it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.status.english.groups import Group, Tense
from monitor.status.english.words import Kind, Token

_STRONG = frozenset((";", ":", "|", "(", "-", "?"))
_OPENERS = frozenset((Kind.SUBORDINATOR, Kind.THAT, Kind.CONTRAST))
_BODY_HEADS = frozenset(
    "meeting session plenary members majority officials official spokesman spokesperson spokeswoman chair chairman president head representatives "
    "deputies sitting chamber leadership lawmakers delegates team experts leaders ministers minister secretary director plenum leadership all most".split()
)
_COMPOUND_HEADS = frozenset("meeting meetings workshop workshops process processes period session sessions forum forums ceremony round rounds event events phase stage exercise exercises".split())
_OTHER_ORGANISATIONS = frozenset("university universities chamber association company bank ngo ngos federation union club school institute firm court group groups network students experts lawyers press embassy party coalition alliance".split())
_LIST_ENDS = frozenset((Kind.INSTRUMENT, Kind.STEM))
_NP = frozenset((Kind.DETERMINER, Kind.WORD, Kind.TRANSPARENT, Kind.NUMBER, Kind.COUNTRY, Kind.POSSESSIVE, Kind.ADVERB, Kind.BODY, Kind.STEM))


@dataclass(slots=True)
class Phrase:
    """A noun phrase read for its head.

    `themes` are indices of instruments that are its head (or stand behind "the draft of"), `body` and `country` who it
    is if it is an actor, `nominal` the index of an act noun that is its head, `other` the words of another head.
    `negative` is the token of "no", "none", "neither".
    """

    themes: list[int] = field(default_factory=list)
    body: int | None = None
    country: int | None = None
    nominal: int | None = None
    other: str = ""
    draft: bool = False
    negative: Token | None = None
    amends: bool = False
    start: int = -1
    proper: bool = False


class Clauses:
    """Navigation in one sentence."""

    def __init__(self, tokens: Sequence[Token], groups: Sequence[Group]) -> None:
        self.tokens = tokens
        self.groups = groups
        self._group_at: dict[int, Group] = {}
        for group in groups:
            for index in range(group.start, group.end):
                self._group_at[index] = group
        self._subjects: dict[int, Phrase] = {}

    def group_at(self, index: int) -> Group | None:
        """The verb group token `index` belongs to."""
        return self._group_at.get(index)

    # ------------------------------------------------------------ subject

    def subject(self, group: Group) -> Phrase:
        """The subject of `group`, its antecedent in a relative clause, or the noun a participle belongs to."""
        known = self._subjects.get(group.index)
        if known is None:
            self._subjects[group.index] = Phrase()
            known = self._find_subject(group)
            if not known.themes and known.other in ("law", "bill", "draft", "strategy", "policy", "text", "draft law"):
                known.themes = self._named_in_passing(group, known.start)
            self._subjects[group.index] = known
        return known

    def _named_in_passing(self, group: Group, start: int) -> list[int]:
        """X of "the law, known as X, was adopted"."""
        for index in range(max(start, 0), group.start - 2):
            if self.tokens[index].low in ("as", "called", "titled", "entitled", "namely") and index + 1 < group.start:
                found = [number for number in range(index + 1, min(index + 4, group.start)) if self.tokens[number].kind is Kind.INSTRUMENT]
                if found:
                    return found[:1]
        return []

    def _find_subject(self, group: Group) -> Phrase:
        tokens, position = self.tokens, group.start
        while position and tokens[position - 1].kind is Kind.ADVERB:
            position -= 1
        before = tokens[position - 1] if position else None
        if before is not None and before.low in ("(", ":", "-") and group.tense is Tense.PARTICIPLE:
            titled = self.antecedent(position - 1)
            if titled.themes:
                return titled
        if before is not None and before.kind is Kind.CONTRAST and group.index and group.tense is not Tense.PRESENT and (group.passive or group.tense is Tense.PARTICIPLE):
            shared = self.subject(self.groups[group.index - 1])
            if shared.themes:
                return shared
        if before is None or before.kind in _OPENERS or before.low in _STRONG or before.low == '"' and position < 2:
            if group.tense in (Tense.PARTICIPLE, Tense.GERUND) or before is not None and before.kind in _OPENERS:
                return self._after_comma(group)
            return Phrase()
        if before.kind is Kind.RELATIVE:
            return self.antecedent(position - 1)
        if before.low == "," and group.tense is Tense.PARTICIPLE:
            found = self.antecedent(position)
            if found.themes or found.body is not None or found.other:
                return found
            outer = self.phrase(self._region(position, antecedent=False))
            if outer.themes or outer.body is not None or outer.other:
                return outer
            return self._after_comma(group)
        if before.kind is Kind.COORDINATOR or (before.low == "," and position > 1 and self._group_at.get(position - 2) is not None):
            previous = self._previous(group)
            if previous is not None:
                return self.subject(previous)
        if before.low == ",":
            previous = self._previous(group)
            if previous is not None and previous.tense is Tense.PARTICIPLE and previous.end <= position - 1:
                earlier = self.phrase(self._region(previous.start, antecedent=True))
                if earlier.themes or earlier.body is not None:
                    return earlier
        if group.tense is Tense.INFINITIVE and not group.chain and not group.hedges:
            previous = self._previous(group)
            region = self._region(position, antecedent=False)
            return self.phrase(region) if region or previous is None else self.subject(previous)
        return self.phrase(self._region(position, antecedent=False))

    def antecedent(self, position: int) -> Phrase:
        """The noun phrase that ends right before `position` (a comma aside)."""
        found = self.phrase(self._region(position, antecedent=True))
        if found.themes or found.nominal is not None or found.other:
            return found
        index = position - 1
        while index > 0 and self.tokens[index].low in (",", '"'):
            index -= 1
        if self.tokens[index].kind is Kind.INSTRUMENT:
            return Phrase(themes=[index], start=index, draft=self.tokens[index].draft)
        return found

    def _previous(self, group: Group) -> Group | None:
        """The group whose subject `group` shares: the nearest one on the left in the same stretch."""
        for candidate in reversed(self.groups[: group.index]):
            between = self.tokens[candidate.end : group.start]
            if any(token.low in (";", ":", "|", "(", ")") or token.kind is Kind.CONTRAST for token in between):
                return None
            return candidate
        return None

    def _after_comma(self, group: Group) -> Phrase:
        """The subject of the main clause that follows "Adopted in 2019, …" or "If adopted, …"."""
        tokens = self.tokens
        index = group.end
        while index < len(tokens) and tokens[index].low not in (",", ";"):
            index += 1
        start = index + 1
        end = start
        while end < len(tokens) and self._group_at.get(end) is None and tokens[end].low not in (",", ";", "("):
            end += 1
        return self.phrase(list(range(start, end)))

    def _region(self, position: int, *, antecedent: bool) -> list[int]:
        """Indices of the words left of `position` that can hold its subject, in order."""
        tokens = self.tokens
        found: list[int] = []
        index = position - 1
        while index >= 0:
            token = tokens[index]
            if token.low == ")":
                index = self._opening(index) - 1
                continue
            if token.low == '"':
                index -= 1
                continue
            if token.low == ",":
                jump = self._comma(index, bool(found), found, antecedent=antecedent)
                if jump is None:
                    break
                if jump == index:
                    found.append(index)
                    index -= 1
                else:
                    index = jump
                continue
            group = self._group_at.get(index)
            if group is not None:
                jump = self._over_modifier(group, found, antecedent=antecedent)
                if jump is None:
                    verb = group.verb
                    if not antecedent and group.finite and verb is not None and verb.acts and not verb.classes & {"report"}:
                        found.clear()
                    break
                found.clear()
                index = jump
                continue
            if token.kind in _OPENERS or token.kind is Kind.RELATIVE or token.low in _STRONG:
                break
            if token.kind is Kind.COORDINATOR and self._joins_clauses(index, found):
                break
            found.append(index)
            index -= 1
        found.reverse()
        return found

    def _comma(self, index: int, occupied: bool, found: Sequence[int], *, antecedent: bool) -> int | None:
        """Where to go on left of a comma: over an insertion, on with a list, or nowhere (None)."""
        tokens = self.tokens
        if occupied:
            list_like = index and tokens[index - 1].kind in _LIST_ENDS and any(tokens[item].kind in _LIST_ENDS for item in found)
            return index if list_like else None
        if antecedent:
            return index - 1
        opening = index - 1
        while opening >= 0 and tokens[opening].low not in (",", ";", ":", "|"):
            opening -= 1
        segment = tokens[opening + 1 : index]
        if opening >= 0 and tokens[opening].low == "," and any(token.kind in _LIST_ENDS for token in segment) and segment[0].kind not in (Kind.RELATIVE, Kind.PREPOSITION, Kind.SUBORDINATOR) and not any(self._group_at.get(number) for number in range(opening + 1, index)):
            return index - 1
        if opening < 0 or tokens[opening].low != ",":
            first = tokens[0]
            if first.kind in (Kind.PREPOSITION, Kind.SUBORDINATOR, Kind.ADVERB, Kind.HEDGE) or self._group_at.get(0) is not None:
                return None
            return index - 1
        return opening - 1

    def _over_modifier(self, group: Group, found: Sequence[int], *, antecedent: bool) -> int | None:
        """Left of a participle ("chaired by X") or a relative clause: the noun they belong to; None at a real clause."""
        tokens = self.tokens
        if group.tense in (Tense.PARTICIPLE, Tense.GERUND, Tense.INFINITIVE) and not group.passive and group.start and not group.chain:
            before = tokens[group.start - 1]
            if before.kind in (Kind.BODY, Kind.INSTRUMENT, Kind.WORD, Kind.NOMINAL, Kind.OTHER_OBJECT, Kind.TRANSPARENT, Kind.COUNTRY):
                following = self.tokens[group.end] if group.end < len(tokens) else None
                object_there = following is not None and following.kind in (Kind.DETERMINER, Kind.INSTRUMENT, Kind.TRANSPARENT)
                if group.tense is not Tense.PARTICIPLE or not object_there:
                    return group.start - 1
        index = group.start - 1
        while index >= 0 and tokens[index].low not in (",", ";", ":", "(") and tokens[index].kind not in _OPENERS:
            if tokens[index].kind is Kind.RELATIVE:
                return index - 1
            if self._group_at.get(index) is not None:
                return None
            index -= 1
        return None

    def _joins_clauses(self, index: int, found: Sequence[int]) -> bool:
        """Whether "and" at `index` starts a clause of its own rather than a further noun."""
        tokens = self.tokens
        if index and tokens[index - 1].low == ",":
            return not (index > 1 and tokens[index - 2].kind in _LIST_ENDS and self._list_only(index - 2))
        back = index - 1
        while back >= 0:
            group = self._group_at.get(back)
            if group is not None:
                return group.finite or group.tense is Tense.PARTICIPLE
            token = tokens[back]
            if token.low in _STRONG or token.low == "," or token.kind in _OPENERS or token.kind is Kind.RELATIVE:
                return False
            back -= 1
        return False

    def _list_only(self, index: int) -> bool:
        """Whether the list ending at `index` is not the object of a verb before it."""
        tokens = self.tokens
        while index >= 0:
            group = self._group_at.get(index)
            if group is not None:
                return False
            if tokens[index].kind in _OPENERS or tokens[index].low in _STRONG:
                return True
            index -= 1
        return True

    def _opening(self, index: int) -> int:
        while index > 0 and self.tokens[index].low != "(":
            index -= 1
        return index

    # ------------------------------------------------------------ noun phrases

    def phrase(self, region: Sequence[int]) -> Phrase:
        """Read the words `region` as a noun phrase, fronted adverbials aside."""
        tokens = self.tokens
        region = self._without_fronted(region)
        result = Phrase(start=region[0] if region else -1)
        if not region:
            return result
        head_end = next((number for number, index in enumerate(region) if tokens[index].kind is Kind.PREPOSITION or self._group_at.get(index)), len(region))
        head = region[:head_end]
        rest = region[head_end:]
        for index in head:
            token = tokens[index]
            if token.kind is Kind.DETERMINER and token.value == "no":
                result.negative = token
            if token.draft:
                result.draft = True
        if not head:
            return result
        instruments = [index for index in head if tokens[index].kind is Kind.INSTRUMENT]
        head = self._before_unknown_verb(head)
        last = next((index for index in reversed(head) if tokens[index].kind not in (Kind.ADVERB, Kind.NUMBER, Kind.POINT, Kind.HEDGE, Kind.POSSESSIVE)), head[-1])
        token = tokens[last]
        joined = next((index for index in instruments if index + 1 in head and tokens[index + 1].kind is Kind.COORDINATOR), None)
        if token.kind is Kind.INSTRUMENT:
            result.themes = instruments
        elif joined is not None:
            result.themes = [index for index in instruments if index <= joined]
        elif token.kind is Kind.NOMINAL:
            result.nominal = last
        elif token.low in _COMPOUND_HEADS and last - 1 in head and tokens[last - 1].kind is Kind.NOMINAL:
            result.nominal = last - 1
        elif token.kind is Kind.BODY:
            result.body = last
        elif token.kind is Kind.COUNTRY:
            result.country = last
        elif token.kind is Kind.PRONOUN:
            pass
        elif token.kind is Kind.TRANSPARENT and instruments and not rest:
            result.themes = instruments
            result.draft = result.draft or token.draft
        elif token.kind is Kind.TRANSPARENT or token.draft:
            result.themes = self._behind(rest)
            result.draft = True
            if not result.themes:
                result.other = token.low
        else:
            bodies = [index for index in head if tokens[index].kind is Kind.BODY]
            result.other = token.low
            result.proper = token.upper and not any(tokens[index].low in _OTHER_ORGANISATIONS for index in head)
            if token.low in _BODY_HEADS:
                bodies += [index for index in rest[:5] if tokens[index].kind is Kind.BODY]
            if bodies and token.kind is not Kind.OTHER_OBJECT:
                result.body = bodies[0] if tokens[bodies[0]].kind is Kind.BODY else None
            elif instruments and tokens[last].kind is Kind.WORD and tokens[last].upper and last == head[-1] and instruments[-1] == last - 1:
                result.themes = instruments
                result.other = ""
            result.country = next((index for index in head if tokens[index].kind is Kind.COUNTRY), None)
        if result.country is None:
            result.country = next((index for index in head if tokens[index].kind is Kind.COUNTRY), None)
        if result.body is not None:
            after = [index for index in rest[:4] if tokens[index].kind is Kind.COUNTRY]
            if rest and tokens[rest[0]].low == "of" and after:
                result.country = after[0]
        return result

    def _before_unknown_verb(self, head: Sequence[int]) -> Sequence[int]:
        """`head` up to a word that can only be a verb the vocabulary lacks ("the law embeds …")."""
        tokens = self.tokens
        for number in range(1, len(head)):
            token, before = tokens[head[number]], tokens[head[number - 1]]
            low = token.low
            if token.kind is Kind.WORD and before.kind is Kind.INSTRUMENT and not token.upper and low.endswith(("s", "ed")) and not low.endswith(("ss", "ions", "ments", "ers", "ors", "ings", "ies", "ists", "ates")):
                return head[:number]
        return head

    def _behind(self, rest: Sequence[int]) -> list[int]:
        """Instruments directly behind "of", "on", "for" ("the draft of the X and the Y")."""
        tokens = self.tokens
        found: list[int] = []
        for number, index in enumerate(rest):
            token = tokens[index]
            if number == 0:
                if token.low not in ("of", "on", "for", "to", "about", "regarding", "concerning", "called"):
                    return []
                continue
            if token.kind is Kind.INSTRUMENT:
                found.append(index)
            elif token.kind not in _NP and token.low not in (",", "and", '"') and not (token.kind is Kind.PREPOSITION and token.low in ("of", "on") and not found):
                break
        return found

    def _without_fronted(self, region: Sequence[int]) -> Sequence[int]:
        """`region` without "In March", "On Friday", "At its meeting" before the subject."""
        tokens = self.tokens
        start = 0
        while start < len(region) and tokens[region[start]].kind in (Kind.ADVERB, Kind.COORDINATOR, Kind.HEDGE, Kind.POSSESSIVE) or (start < len(region) and tokens[region[start]].low == ","):
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
                    if named or (index > start + 1 and tokens[region[index - 1]].kind not in (Kind.DETERMINER, Kind.WORD, Kind.TRANSPARENT, Kind.POSSESSIVE, Kind.COUNTRY, Kind.BODY)):
                        break
                    if index > start + 2 and tokens[region[index - 1]].kind is Kind.WORD and index == len(region) - 1 and token.kind is Kind.BODY:
                        break
                    named = True
                index += 1
            start = index
        return region[start:]

    # ------------------------------------------------------------ object

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
            following = self._group_at.get(index + 1) or (self._group_at.get(index + 2) if index + 2 < size and tokens[index + 1].kind is Kind.ADVERB else None)
            if following is not None:
                return self.object(following)
        head: Token | None = None
        while index < size:
            token = tokens[index]
            group = self._group_at.get(index)
            if group is not None and not (group.tense is Tense.GERUND and token.verb is not None and token.verb.act == "amend"):
                if group.tense in (Tense.PARTICIPLE, Tense.GERUND) and head is None and index + 1 < size and group.end - group.start == 1 and not group.has("report"):
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
                result.nominal = index
                result.other = token.low
                return result
            if token.kind is Kind.PREPOSITION:
                if head is not None and (head.kind is Kind.TRANSPARENT or head.draft) and token.low in ("of", "on", "for", "to", "about", "regarding", "concerning"):
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
            if token.low == '"':
                index += 1
                continue
            break
        return result

    def _object_instruments(self, index: int, result: Phrase, head: Token | None) -> Phrase:
        """The list of instruments that starts at `index`, unless the name only modifies a further noun."""
        tokens = self.tokens
        if head is not None and head.kind is Kind.OTHER_OBJECT and not result.amends:
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
            elif token.kind not in _NP and token.low != '"' and not (token.kind is Kind.PREPOSITION and token.low in ("of", "on") and self._instrument_ahead(position + 1)):
                break
            elif token.kind in (Kind.WORD, Kind.TRANSPARENT, Kind.ADVERB, Kind.NUMBER, Kind.BODY) and position == found[-1] + 1 and not self._instrument_ahead(position):
                break
            position += 1
        following = tokens[found[-1] + 1] if found[-1] + 1 < len(tokens) else None
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
            if token.kind not in _NP and token.low not in (",", "and", '"') and not (token.kind is Kind.PREPOSITION and token.low in ("of", "on")):
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
            elif token.low == "," and index + 1 < size and tokens[index + 1].kind in (Kind.PREPOSITION, Kind.ADVERB, Kind.RELATIVE):
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
