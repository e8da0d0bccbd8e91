"""What stands without a verb of its own: "in force", "still a draft", "(under review)", "X | draft"."""

from collections.abc import Sequence

from monitor.model import Modality
from monitor.status.english.groups import Group, Tense
from monitor.status.english.part import Part
from monitor.status.english.tokens import Kind, Token
from monitor.status.reading import Hedge, Reading, Span

_KEYS = frozenset(("status", "stage", "state", "current status", "phase", "progress"))


class States(Part):
    """Reads the states of one sentence."""

    def readings(self) -> list[Reading]:
        """All readings of states: after a copula, after punctuation, in cells."""
        found: list[Reading] = []
        for group in self._clauses.groups:
            if group.head is None or group.has("remain"):
                found += self._predicate(group)
        found += self._beside()
        found += self._cells()
        return found

    # ------------------------------------------------------------ copula

    def _predicate(self, group: Group) -> list[Reading]:
        """ "X is in force", "X remains a draft", "describe X as draft"."""
        subject = self._clauses.subject(group)
        themes = subject.themes
        position = group.end
        extra: list[Hedge] = []
        if (
            group.head is not None
            and group.verb is not None
            and group.verb.lemma in ("describe", "list", "refer to", "classify", "treat", "keep")
        ):
            behind = self._clauses.object(group)
            themes = themes if group.passive else behind.themes
            anchor = group.end if group.passive or not themes else themes[-1] + 1
            if anchor >= len(self._tokens) or self._tokens[anchor].low not in ("as", "in", "among"):
                return []
            position = anchor + 1 if self._tokens[anchor].low == "as" else anchor
        first = position
        position, marks = self._adverbs(position)
        extra += marks
        matched = self._match(position)
        if not matched and position > first:
            matched = self._match(first)
            position = first if matched else position
        if not themes:
            return []
        if matched is None:
            return self._ready(group, position, themes) or self._lies_with(group, position, themes, extra)
        act, end = matched
        if self._tokens[group.start].low in ("would", "could") or group.tense is Tense.GERUND:
            return []
        hedges = [*self._context.of(group), *extra]
        if act == "enter_force" and any(token.low in ("until", "pending") for token in self._tokens[end : end + 2]):
            return []
        cue = self._cue(position, end)
        return [self._make(act, theme, cue, hedges, group=group, draft=subject.draft) for theme in themes]

    def _ready(self, group: Group, position: int, themes: Sequence[int]) -> list[Reading]:
        """ "X will be complete by the end of 2026": work to be done by a target date, never a fact."""
        tokens = self._tokens
        if not group.modals or position >= len(tokens) or tokens[position].low not in self._words.lists["ready"]:
            return []
        hedges = self._context.of(group)
        cue = self._cue(position, position + 1)
        return [self._make("draft", theme, cue, hedges, group=group) for theme in themes] if hedges else []

    def _lies_with(self, group: Group, position: int, themes: Sequence[int], extra: Sequence[Hedge]) -> list[Reading]:
        """ "X is before the Assembly", "X is with the Council of Ministers"."""
        tokens = self._tokens
        words = " ".join(token.low for token in tokens[position : position + 4])
        lies = words.startswith(("with ", "before ", "in the hands of", "on the agenda of", "on the desk of"))
        if position >= len(tokens) or not lies or (group.verb is not None and not group.has("remain")):
            return []
        body = next(
            (index for index in range(position + 1, min(position + 8, len(tokens))) if tokens[index].kind is Kind.BODY),
            None,
        )
        if body is None:
            return []
        name = tokens[body].name
        hedges = [*self._context.of(group), *extra]
        found = []
        for theme in themes:
            reading = self._make("submit", theme, self._cue(position, body + 1), hedges, group=group)
            reading.targets = name.ids if name is not None else ()
            found.append(reading)
        return found

    def _adverbs(self, position: int) -> tuple[int, list[Hedge]]:
        tokens = self._tokens
        hedges = []
        while position < len(tokens) and (
            tokens[position].kind in (Kind.ADVERB, Kind.NEGATOR)
            or tokens[position].low in self._words.lists["still"]
            or tokens[position].low in ("both", "all")
        ):
            if tokens[position].kind is Kind.NEGATOR:
                token = tokens[position]
                hedges.append(
                    Hedge(
                        Span(token.start, token.end, "en.guard.negation"),
                        Modality.ASSERTED,
                        f"the text says it is not so (“{token.low}”)",
                        True,
                    )
                )
            position += 1
        return position, hedges

    def _match(self, position: int) -> tuple[str, int] | None:
        """The act of the longest state phrase at `position` and where it ends; None if another noun follows."""
        if position >= len(self._tokens):
            return None
        first = self._tokens[position].low
        if (first if " " not in first else first.split()[0]) not in self._words.state_starts:
            return None
        words: list[str] = []
        ends: list[int] = []
        for index in range(position, min(position + 8, len(self._tokens))):
            for word in self._tokens[index].low.split():
                words.append(word)
                ends.append(index + 1)
        for size in range(len(words), 0, -1):
            act = self._words.states.get(tuple(words[:size]))
            if act is not None and (size == len(ends) or ends[size - 1] != ends[size]):
                end = ends[size - 1]
                following = self._tokens[end] if end < len(self._tokens) else None
                if following is not None and following.kind in (
                    Kind.INSTRUMENT,
                    Kind.WORD,
                    Kind.TRANSPARENT,
                    Kind.NOMINAL,
                    Kind.OTHER_OBJECT,
                    Kind.POSSESSIVE,
                    Kind.BODY,
                ):
                    return None
                if following is not None and following.low == "of" and words[size - 1] in ("draft", "drafts"):
                    return None
                return act, end
        return None

    # ------------------------------------------------------------ beside the name

    def _beside(self) -> list[Reading]:
        """ "X, in force since 2020,", "X (still in discussion)", "X as a draft"."""
        tokens = self._tokens
        found: list[Reading] = []
        for index, token in enumerate(tokens):
            bare = token.kind is Kind.INSTRUMENT and not self._told_before(index)
            opening = token.low in (",", "(", "-", ":") or token.low == "as" or token.low == "|" or bare
            if not opening or index + 1 >= len(tokens):
                continue
            position, marks = self._adverbs(index + 1)
            matched = self._match(position)
            if matched is None:
                continue
            act, end = matched
            if token.low == "as" and not self._described(index):
                continue
            after = tokens[end].low if end < len(tokens) else "."
            if token.low == "(" and after not in (
                ")",
                ",",
                ";",
                "since",
                "until",
                "as",
                "from",
                ".",
                "and",
                "for",
                "at",
                "with",
                "by",
                "in",
            ):
                continue
            theme = index if bare else self._theme_before(index)
            if theme is None:
                theme = self._theme_after(index, end) if token.low in (":", "-", "|") else None
            if theme is None or token.low == "|":
                continue
            themes: tuple[int, ...] = (theme,)
            if tokens[index + 1].low in ("both", "all", "each") and token.low == ",":
                themes = tuple(self._clauses.listed_before(index).themes)
            if token.low in ("-", ":") and after not in (".", ";", "|", ",", "since", "(", "-", "as"):
                continue
            hedges = (
                [*self._context.around(index + 1 if token.low == "(" else position), *marks]
                if token.low != "as"
                else list(marks)
            )
            found += [
                self._make(act, theme, self._cue(position, end), hedges, background=token.low == ",")
                for theme in themes
            ]
        return found

    def _told_before(self, index: int) -> bool:
        """Whether a verb tells something already, so that a state beside the name is no headline."""
        return any(
            group.finite or (group.start < index and group.verb is not None and "d" in group.verb.forms)
            for group in self._clauses.groups
        )

    def _described(self, index: int) -> bool:
        for group in reversed(self._clauses.groups):
            if group.start < index:
                return (group.has("remain") and not self._context.of(group) and not group.passive) or bool(
                    group.verb and group.verb.lemma in ("continue", "describe", "list") and not self._context.of(group)
                )
        return False

    def _theme_before(self, index: int) -> int | None:
        """The instrument right before `index`, its year, its own brackets and its verbless attributes aside."""
        tokens = self._tokens
        position = index - 1
        steps = 0
        while position >= 0 and steps < 12:
            token = tokens[position]
            if token.kind is Kind.INSTRUMENT:
                return position
            if tokens[index].low == "(" and token.low not in (";", ":", "|", "."):
                position -= 1
                steps += 1
                continue
            if token.kind is Kind.NUMBER or token.low in (")", '"', "of", "'") or token.draft:
                position -= 1
                steps += 1
                continue
            return None
        return None

    def _theme_after(self, index: int, end: int) -> int | None:
        """In "Status: Draft - X", the one instrument of the line."""
        before = " ".join(token.low for token in self._tokens[:index])
        themes = [number for number, token in enumerate(self._tokens) if token.kind is Kind.INSTRUMENT]
        return themes[0] if before in _KEYS and len(themes) == 1 and themes[0] >= end else None

    # ------------------------------------------------------------ cells and cards

    def _cells(self) -> list[Reading]:
        """Table rows ("X | Draft | 2025") and cards ("Enacted: 2 April 2026", "Status: adopted")."""
        tokens = self._tokens
        themes = [index for index, token in enumerate(tokens) if token.kind is Kind.INSTRUMENT]
        told = any(group.finite and group.head is not None for group in self._clauses.groups)
        if told or len({tokens[index].ids for index in themes}) != 1:
            return []
        theme = themes[0]
        found: list[Reading] = []
        start = 0
        parts: list[tuple[int, int]] = []
        for index, token in enumerate([*tokens, None]):
            if token is None or token.low in ("|", ":", "-"):
                if index > start:
                    parts.append((start, index))
                start = index + 1
        for number, (first, last) in enumerate(parts):
            if first <= theme < last or any(tokens[index].kind is Kind.INSTRUMENT for index in range(first, last)):
                continue
            found += self._cell(first, last, parts[number + 1] if number + 1 < len(parts) else None, theme)
        return found

    def _cell(self, first: int, last: int, following: tuple[int, int] | None, theme: int) -> list[Reading]:
        tokens = self._tokens
        mark = tokens[first - 1].low if first else ""
        position, marks = self._adverbs(first)
        matched = self._match(position)
        if matched is not None and matched[1] <= last and (mark in ("|", ":", "-") or first == 0):
            rest = [
                token
                for token in tokens[matched[1] : self._comma(matched[1], last)]
                if token.kind not in (Kind.NUMBER, Kind.PREPOSITION, Kind.POINT, Kind.WORD, Kind.BODY, Kind.DETERMINER)
            ]
            if not rest:
                return [
                    self._make(
                        matched[0], theme, self._cue(position, matched[1]), [*marks, *self._context.around(first)]
                    )
                ]
        if mark in ("|", ":") and position < last and tokens[position].low in ("before", "with", "at"):
            bodies = [
                token.name for token in tokens[position:last] if token.kind is Kind.BODY and token.name is not None
            ]
            if bodies and self._clauses.group_at(position + 1) is None:
                reading = self._make("submit", theme, self._cue(position, last), list(marks))
                reading.targets = bodies[0].ids
                return [reading]
        verb = tokens[position].verb if position < last else None
        if verb is not None and "n" in verb.forms and verb.act:
            token = tokens[position]
            closing = tokens[last].low if last < len(tokens) else ""
            if closing == ":" and last - position == 1:
                return [self._make(verb.act, theme, token, [*marks, *self._value(following, last, token)])]
            if (first > 0 and mark == "|") or (first > 0 and mark in (":", "-") and tokens[first - 2].low in _KEYS):
                group = self._clauses.group_at(position)
                if group is not None and theme not in self._clauses.subject(group).themes:
                    return [self._make(verb.act, theme, token, marks)]
                return []
        return []

    def _comma(self, start: int, end: int) -> int:
        """The first comma of a cell ("draft, third version"), or its end."""
        return next((index for index in range(start, end) if self._tokens[index].low == ","), end)

    def _value(self, following: tuple[int, int] | None, colon: int, key: Token) -> list[Hedge]:
        """A card's date field counts when its value is a date that is not marked as open."""
        tokens = self._tokens
        value = tokens[following[0] : following[1]] if following is not None and following[0] == colon + 1 else []
        dated = any(token.kind is Kind.NUMBER for token in value)
        if dated and not any(token.low in self._words.lists["empty"] or token.kind is Kind.HEDGE for token in value):
            return []
        return [
            Hedge(Span(key.start, key.end, "en.guard.empty_field"), Modality.ASSERTED, "the field has no date", True)
        ]
