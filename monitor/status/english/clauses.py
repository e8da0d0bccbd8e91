"""What stands left and right of a verb group: subject, object, agent, antecedent, and what governs it."""

from collections.abc import Mapping, Sequence

from monitor.status.english.groups import Group, Tense
from monitor.status.english.phrases import NounPhrases, Phrase
from monitor.status.english.tokens import Kind, Token

_STRONG = frozenset((";", ":", "|", "(", "-", "?"))
_OPENERS = frozenset((Kind.SUBORDINATOR, Kind.THAT, Kind.CONTRAST))
_LIST_ENDS = frozenset((Kind.INSTRUMENT, Kind.STEM))


class Clauses(NounPhrases):
    """Navigation in one sentence."""

    def __init__(self, tokens: Sequence[Token], groups: Sequence[Group], lists: Mapping[str, frozenset[str]]) -> None:
        super().__init__(tokens, groups, lists)
        self._subjects: dict[int, Phrase] = {}

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
                found = [
                    number
                    for number in range(index + 1, min(index + 4, group.start))
                    if self.tokens[number].kind is Kind.INSTRUMENT
                ]
                if found:
                    return found[:1]
        return []

    def _find_subject(self, group: Group) -> Phrase:
        tokens, position = self.tokens, group.start
        while position and tokens[position - 1].kind is Kind.ADVERB:
            position -= 1
        before = tokens[position - 1] if position else None
        if before is not None and self._attributive(group, position, before):
            titled = self.antecedent(position - 1)
            if titled.themes:
                return titled
        if (
            before is not None
            and before.kind is Kind.CONTRAST
            and group.index
            and group.tense is not Tense.PRESENT
            and (group.passive or group.tense is Tense.PARTICIPLE)
        ):
            shared = self.subject(self.groups[group.index - 1])
            if shared.themes:
                return shared
        if before is None or before.kind in _OPENERS or before.low in _STRONG or (before.low == '"' and position < 2):
            if group.tense in (Tense.PARTICIPLE, Tense.GERUND) or (before is not None and before.kind in _OPENERS):
                return self._after_comma(group)
            return Phrase()
        if before.kind is Kind.RELATIVE:
            return self._of_which(position - 1) or self.antecedent(position - 1)
        if before.low == "," and group.tense is Tense.PARTICIPLE:
            found = self.antecedent(position)
            if found.themes or found.body is not None or found.other:
                return found
            outer = self.phrase(self.region(position, antecedent=False))
            if outer.themes or outer.body is not None or outer.other:
                return outer
            return self._after_comma(group)
        if before.kind is Kind.COORDINATOR or (
            before.low == "," and position > 1 and self._group_at.get(position - 2) is not None
        ):
            previous = self._previous(group)
            if previous is not None:
                return self.subject(previous)
        if before.low == "by" and group.tense is Tense.GERUND:
            previous = self._previous(group)
            if previous is not None:
                return self.subject(previous)
        if before.low == ",":
            previous = self._previous(group)
            if previous is not None and previous.tense is Tense.PARTICIPLE and previous.end <= position - 1:
                earlier = self.phrase(self.region(previous.start, antecedent=True))
                if earlier.themes or earlier.body is not None:
                    return earlier
        if group.tense is Tense.INFINITIVE and not group.chain and not group.hedges:
            previous = self._previous(group)
            region = self.region(position, antecedent=False)
            return self.phrase(region) if region or previous is None else self.subject(previous)
        found = self.phrase(self.region(position, antecedent=False))
        opening = found.start - 1
        if found.other in self._lists["parts"] and opening > 0 and self.tokens[opening].low == "whose":
            return self.antecedent(opening)
        return found

    def _of_which(self, position: int) -> Phrase | None:
        """The antecedent of "X and Y, each of which …", "X, none of which …"."""
        tokens = self.tokens
        if position < 3 or tokens[position - 1].low != "of" or tokens[position - 2].kind is not Kind.DETERMINER:
            return None
        found = self.antecedent(position - 2)
        if tokens[position - 2].value == "no":
            found.negative = tokens[position - 2]
        return found

    def listed_before(self, position: int) -> Phrase:
        """The instrument that ends right before `position`, with those it is listed with."""
        tokens = self.tokens
        found: list[int] = []
        index = position - 1
        while index >= 0:
            token = tokens[index]
            if token.kind is Kind.INSTRUMENT:
                found.append(index)
            elif not found or (
                token.low not in (",", "the", '"') and token.kind is not Kind.COORDINATOR and not token.draft
            ):
                break
            index -= 1
        found.reverse()
        return Phrase(themes=found, start=found[0] if found else -1, draft=any(tokens[item].draft for item in found))

    def _attributive(self, group: Group, position: int, before: Token) -> bool:
        """Whether what stands left is a title: "X: adopted", "X (was adopted by …)", "X, as adopted by …"."""
        if before.low == "(" and group.passive and group.finite:
            return True
        if group.tense is not Tense.PARTICIPLE:
            return False
        if before.low == "as":
            return position > 1 and (
                self.tokens[position - 2].low == "," or self.tokens[position - 2].kind is Kind.INSTRUMENT
            )
        return before.low in ("(", ":", "-")

    def antecedent(self, position: int) -> Phrase:
        """The noun phrase that ends right before `position` (a comma aside)."""
        found = self.phrase(self.region(position, antecedent=True))
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
        copula = self._group_at.get(index)
        if copula is not None and copula.head is None and copula.finite:
            return self.object_from(copula.end)
        while index < len(tokens) and tokens[index].low not in (",", ";"):
            index += 1
        start = index + 1
        end = start
        while end < len(tokens) and self._group_at.get(end) is None and tokens[end].low not in (",", ";", "("):
            end += 1
        return self.phrase(list(range(start, end)))

    def region(self, position: int, *, antecedent: bool) -> list[int]:
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
                    if (
                        not antecedent
                        and group.finite
                        and verb is not None
                        and verb.acts
                        and not verb.classes & {"report"}
                    ):
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
            list_like = (
                index
                and tokens[index - 1].kind in _LIST_ENDS
                and any(tokens[item].kind in _LIST_ENDS for item in found)
            )
            return index if list_like else None
        if antecedent:
            return index - 1
        opening = index - 1
        while opening >= 0 and tokens[opening].low not in (",", ";", ":", "|"):
            opening -= 1
        segment = tokens[opening + 1 : index]
        if (
            opening >= 0
            and tokens[opening].low == ","
            and any(token.kind in _LIST_ENDS for token in segment)
            and segment[0].kind not in (Kind.RELATIVE, Kind.PREPOSITION, Kind.SUBORDINATOR)
            and not any(self._group_at.get(number) for number in range(opening + 1, index))
        ):
            return index - 1
        if opening < 0 or tokens[opening].low != ",":
            first = tokens[0]
            if (
                first.kind in (Kind.PREPOSITION, Kind.SUBORDINATOR, Kind.ADVERB, Kind.HEDGE)
                or self._group_at.get(0) is not None
            ):
                return None
            return index - 1
        return opening - 1

    def _over_modifier(self, group: Group, found: Sequence[int], *, antecedent: bool) -> int | None:
        """Left of a participle ("chaired by X") or a relative clause: their noun; None at a real clause."""
        tokens = self.tokens
        if (
            group.tense in (Tense.PARTICIPLE, Tense.GERUND, Tense.INFINITIVE)
            and not group.passive
            and group.start
            and not group.chain
        ):
            before = tokens[group.start - 1]
            if before.kind in (
                Kind.BODY,
                Kind.INSTRUMENT,
                Kind.WORD,
                Kind.NOMINAL,
                Kind.OTHER_OBJECT,
                Kind.TRANSPARENT,
                Kind.COUNTRY,
            ):
                following = self.tokens[group.end] if group.end < len(tokens) else None
                object_there = following is not None and following.kind in (
                    Kind.DETERMINER,
                    Kind.INSTRUMENT,
                    Kind.TRANSPARENT,
                )
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
