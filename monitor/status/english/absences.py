"""What does not exist: "has no X", "there being no X", "in the absence of an X", "not a party to X", "X: none"."""

from monitor.status.english.groups import Group
from monitor.status.english.part import Part
from monitor.status.english.tokens import Kind, Token
from monitor.status.reading import Reading

_DO = frozenset(("do", "does", "did", "don't", "doesn't", "didn't"))
_HAVE = frozenset(("has", "have", "had", "having"))
_INDEFINITE = frozenset(("a", "an", "any", "its", "such", "dedicated", "no"))


class Absences(Part):
    """Reads what a sentence says is not there."""

    def readings(self) -> list[Reading]:
        """All readings of absence."""
        found: list[Reading] = []
        for group in self._clauses.groups:
            if group.head is None and not group.parted:
                found += self._have_no(group)
            if group.head is None or group.has("remain"):
                found += self._no_party(group)
        found += self._without()
        found += self._none_in_cell()
        return found

    def _have_no(self, group: Group) -> list[Reading]:
        """ "Cambodia has no X", "there is no X", "does not yet have X", "there being no X"."""
        tokens = self._tokens
        lows = {tokens[index].low for index in range(group.start, group.end)}
        have = bool(lows & _HAVE)
        there = any(tokens[index].low == "there" for index in range(max(0, group.start - 2), group.start))
        if not have and not there:
            return []
        if have and group.negators and not lows & _DO:
            return []
        themes, negated = self._missing(group.end, negated=bool(group.negators))
        if not themes or not negated:
            return []
        hedges = [hedge for hedge in self._context.of(group) if not hedge.negative]
        subject = self._clauses.subject(group)
        cue = self._cue(group.start, group.end)
        return [self._make("absent", theme, cue, hedges, group=group, agent=subject) for theme in themes]

    def _missing(self, position: int, *, negated: bool) -> tuple[list[int], bool]:
        """The instruments named as missing from `position` on, and whether a negation stands before them."""
        tokens = self._tokens
        themes: list[int] = []
        while position < len(tokens):
            token = tokens[position]
            if token.kind is Kind.INSTRUMENT:
                themes.append(position)
            elif token.kind in (Kind.DETERMINER, Kind.NEGATOR) and not (
                token.kind is Kind.NEGATOR and themes and token.low != "nor"
            ):
                negated = negated or token.kind is Kind.NEGATOR or token.value == "no"
            elif token.low == "," or token.kind is Kind.COORDINATOR:
                if themes and not self._goes_on(position):
                    break
            elif not self._adjective(token):
                break
            position += 1
        following = tokens[themes[-1] + 1] if themes and themes[-1] + 1 < len(tokens) else None
        if following is not None and following.kind in (
            Kind.OTHER_OBJECT,
            Kind.NOMINAL,
            Kind.WORD,
            Kind.POSSESSIVE,
        ):
            return [], negated
        drafts = [theme for theme in themes if tokens[theme].draft or tokens[theme].low.startswith("draft")]
        return [theme for theme in themes if theme not in drafts], negated

    def _goes_on(self, comma: int) -> bool:
        """Whether behind ", " or "or" a further missing instrument follows, not the main clause."""
        tokens = self._tokens
        if tokens[comma].low in ("or", "nor"):
            return True
        for number in range(comma + 1, len(tokens)):
            if tokens[number].kind is Kind.INSTRUMENT:
                before = tokens[comma + 1 : number]
                if any(token.low == "the" for token in before):
                    return False
                rest = next(
                    (index for index in range(number + 1, len(tokens)) if tokens[index].kind is not Kind.ADVERB),
                    len(tokens),
                )
                group = self._clauses.group_at(rest)
                return group is None or not group.finite
            if tokens[number].kind not in (Kind.DETERMINER, Kind.COORDINATOR) and not self._adjective(tokens[number]):
                return False
        return False

    def _adjective(self, token: Token) -> bool:
        """Whether `token` may stand between "no" and the name ("no comprehensive, dedicated X")."""
        known = token.low in self._words.lists["bare_adjectives"] or token.low in ("yet", "as", "at", "present")
        if known or token.kind in (Kind.COUNTRY, Kind.POSSESSIVE, Kind.ADVERB):
            return True
        return token.kind is Kind.WORD and token.low.endswith(("ive", "ed", "al"))

    def _no_party(self, group: Group) -> list[Reading]:
        """ "Is not a party to X", "is neither a signatory of nor a party to X"."""
        tokens = self._tokens
        words = {token.low for token in tokens[group.end : group.end + 4]}
        if group.end < len(tokens) and tokens[group.end].low == "outside" and not group.negators:
            outside = self._clauses.object_from(group.end + 1)
            hedges = self._context.of(group)
            cue = self._cue(group.start, group.end + 1)
            return [self._make("absent", theme, cue, hedges, group=group) for theme in outside.themes]
        if not words & self._words.lists["parties"] or not (
            group.negators
            or any(
                token.kind is Kind.NEGATOR or token.value == "no" or token.low == "neither"
                for token in tokens[group.end : group.end + 2]
            )
        ):
            return []
        start = next(
            (index for index in range(group.end, len(tokens)) if tokens[index].low in self._words.lists["parties"]), 0
        )
        behind = self._clauses.object_from(start + 2)
        if tokens[start + 1 : start + 2] and tokens[start + 1].low not in ("to", "of"):
            return []
        hedges = [hedge for hedge in self._context.of(group) if not hedge.negative]
        subject = self._clauses.subject(group)
        cue = self._cue(group.start, start + 1)
        return [self._make("absent", theme, cue, hedges, group=group, agent=subject) for theme in behind.themes]

    def _without(self) -> list[Reading]:
        """ "In the absence of an X", "without a dedicated X", "absent any X", "with no X in place"."""
        tokens = self._tokens
        found: list[Reading] = []
        for index, token in enumerate(tokens[:-1]):
            if token.low not in self._words.lists["lacking"]:
                continue
            following = tokens[index + 1]
            if following.low not in _INDEFINITE or (token.low == "with" and following.value != "no"):
                continue
            if token.low == "absent" and index:
                continue
            themes, _ = self._missing(index + 1, negated=True)
            hedges = self._context.around(index)
            found += [self._make("absent", theme, self._cue(index, index + 1), hedges) for theme in themes]
        return found

    def _none_in_cell(self) -> list[Reading]:
        """ "X: none", "X | does not exist"."""
        tokens = self._tokens
        for index, token in enumerate(tokens):
            if token.kind is not Kind.INSTRUMENT or index + 2 >= len(tokens) or token.draft:
                continue
            label = all(item.kind in (Kind.DETERMINER, Kind.COUNTRY) or item.low == "-" for item in tokens[:index])
            if not label or tokens[index + 1].low not in (":", "|", "-"):
                continue
            rest = " ".join(item.low for item in tokens[index + 2 :]).strip(" .|")
            if rest in self._words.lists["none"]:
                return [self._make("absent", index, self._cue(index + 2, len(tokens)), [])]
        return []
