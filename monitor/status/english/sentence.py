"""One English sentence: names, tokens, pronouns, readings."""

from collections.abc import Sequence

from monitor.model import InstrumentType, Packs, Stage
from monitor.packs.language import Language
from monitor.status.english.readings import Reader
from monitor.status.english.tokens import Kind, Token
from monitor.status.english.words import EnglishWords
from monitor.status.names import Name, NameKind
from monitor.status.reading import Reading

_ANAPHORS = {
    "law": frozenset((InstrumentType.LAW,)),
    "bill": frozenset((InstrumentType.LAW,)),
    "act": frozenset((InstrumentType.LAW,)),
    "legislation": frozenset((InstrumentType.LAW,)),
    "strategy": frozenset((InstrumentType.STRATEGY,)),
    "policy": frozenset((InstrumentType.POLICY,)),
    "framework": frozenset((InstrumentType.POLICY, InstrumentType.SOFT_LAW)),
    "guide": frozenset((InstrumentType.SOFT_LAW,)),
    "roadmap": frozenset((InstrumentType.SOFT_LAW,)),
    "masterplan": frozenset((InstrumentType.SOFT_LAW,)),
    "agreement": frozenset((InstrumentType.TREATY,)),
    "convention": frozenset((InstrumentType.TREATY,)),
    "treaty": frozenset((InstrumentType.TREATY,)),
    "sub-decree": frozenset((InstrumentType.SUBDECREE,)),
    "notice": frozenset((InstrumentType.NOTICE,)),
}
_EARLY = frozenset((Stage.ABSENT, Stage.ANNOUNCED, Stage.DRAFTING, Stage.CONSULTATION, Stage.SUBMITTED))
_POINTERS = frozenset(("the", "this", "that", "its", "new"))


class English:
    """Reads English sentences with the vocabulary of `lang/en.toml`."""

    def __init__(self, language: Language, packs: Packs) -> None:
        self._words = EnglishWords(language)
        self._instruments = packs.instruments

    def readings(self, key: str, names: Sequence[Name], topic: tuple[str, ...] | None) -> list[Reading]:
        """The readings of the sentence `key`; `topic` is the instrument "the law" may point to."""
        tokens = self._words.tokens(key, names)
        if not tokens:
            return []
        self._spread(tokens, names)
        tokens = self._pronouns(tokens, topic)
        named = [token for token in tokens if token.kind is Kind.INSTRUMENT]
        if not named:
            return []
        for token in named:
            token.transparent = self._unfinished(token)
            token.draft = (
                token.draft or token.low.startswith(("draft ", "bill ")) or token.low.endswith((" bill", " bills"))
            )
        question = tokens[-1].low == "?" or (tokens[-1].low == '"' and len(tokens) > 1 and tokens[-2].low == "?")
        found = Reader(self._words, tokens, question=question).readings()
        front = self._front_country(tokens)
        for reading in found:
            if front and not reading.country and not reading.actor_country:
                reading.country = front
        return found

    def named(self, key: str, names: Sequence[Name]) -> list[Token]:
        """The names of the sentence `key` in reading order, stems beside a plural among them."""
        tokens = self._words.tokens(key, names)
        self._spread(tokens, names)
        return [token for token in tokens if token.name is not None]

    def _unfinished(self, token: Token) -> bool:
        """Whether its baseline is before adoption, so that "reviewed" can only mean its draft."""
        assert token.name is not None  # noqa: S101
        return any(
            self._instruments[identifier].stage in _EARLY
            for identifier in token.name.ids
            if identifier in self._instruments
        )

    def _front_country(self, tokens: Sequence[Token]) -> str:
        """The country of a fronted "In Thailand, …"."""
        if len(tokens) < 3:
            return ""
        position = 1 if tokens[0].low in ("in", "across", "from") else 0
        name = tokens[position].name
        if (
            tokens[position].kind is Kind.COUNTRY
            and name is not None
            and ((position and tokens[2].kind is not Kind.POSSESSIVE) or tokens[1].low in (":", "|", "-"))
        ):
            return name.ids[0]
        return ""

    def _spread(self, tokens: list[Token], names: Sequence[Name]) -> None:
        """Turn the stems beside a plural name into names: "the E-commerce and Consumer Protection Laws"."""
        stems = {name.start: name for name in names if name.kind is NameKind.STEM}
        if not stems or not any(token.name is not None and token.name.plural for token in tokens):
            return
        for index, token in enumerate(tokens):
            name = token.name
            if name is None or not name.plural or token.kind is not Kind.INSTRUMENT:
                continue
            self._spread_from(tokens, index, -1, stems)
            self._spread_from(tokens, index, 1, stems)

    def _spread_from(self, tokens: list[Token], index: int, step: int, stems: dict[int, Name]) -> None:
        position = index + step
        while 0 <= position < len(tokens):
            token = tokens[position]
            if token.low == "," or token.kind is Kind.COORDINATOR or token.low in ("draft", "the"):
                position += step
                continue
            start = position
            if step < 0:
                while (
                    start > 0
                    and tokens[start].start not in stems
                    and tokens[start].kind in (Kind.WORD, Kind.OTHER_OBJECT, Kind.NOMINAL, Kind.TRANSPARENT)
                    and position - start < 6
                ):
                    start -= 1
            stem = stems.get(tokens[start].start)
            if stem is None:
                return
            end = start
            while end + 1 < len(tokens) and tokens[end + 1].start < stem.end:
                end += 1
            if step < 0 and end != position:
                return
            tokens[start] = Token(Kind.INSTRUMENT, "", stem.start, stem.end, name=stem)
            tokens[start].low = " ".join(item.low for item in tokens[start : end + 1]) or "stem"
            del tokens[start + 1 : end + 1]
            position = start + step

    def _pronouns(self, tokens: list[Token], topic: tuple[str, ...] | None) -> list[Token]:
        """Let "it" and "the law" stand for the one instrument they can mean."""
        named = [index for index, token in enumerate(tokens) if token.kind is Kind.INSTRUMENT]
        distinct = {tokens[index].ids for index in named}
        if not named and topic is None:
            return tokens
        found: list[Token] = []
        for index, token in enumerate(tokens):
            ids = None
            across = False
            if token.low == "it" and not self._expletive(tokens, index):
                before = {tokens[number].ids for number in named if number < index}
                if len(before) == 1 and len(distinct) == 1:
                    ids = next(iter(before))
                elif (
                    named
                    and not before
                    and len(distinct) == 1
                    and tokens[0].kind in (Kind.CONTRAST, Kind.SUBORDINATOR, Kind.PREPOSITION)
                ):
                    ids = next(iter(distinct))
                elif not named:
                    ids, across = topic, True
            elif (
                token.low == "own"
                and index
                and tokens[index - 1].low in ("its", "their")
                and len(distinct) == 1
                and (index + 1 == len(tokens) or tokens[index + 1].kind is Kind.POINT)
            ):
                ids = next(iter(distinct))
            elif (
                (not named or (len(distinct) == 1 and named[0] < index))
                and index
                and tokens[index - 1].low in _POINTERS
                and self._points(token, topic if not named else next(iter(distinct)))
                and not self._compound(tokens, index)
            ):
                ids, across = (topic, True) if not named else (next(iter(distinct)), False)
            if ids is not None:
                name = Name(token.start, token.end, NameKind.INSTRUMENT, ids)
                token = Token(
                    Kind.INSTRUMENT,
                    token.low,
                    token.start,
                    token.end,
                    name=name,
                    guard="anaphora" if across else "",
                    draft="draft" in token.low or token.low == "bill",
                )
            found.append(token)
        if not named and topic is not None and not any(token.kind is Kind.INSTRUMENT for token in found):
            return self._card(found, topic)
        return found

    def _points(self, token: Token, ids: tuple[str, ...] | None) -> bool:
        if ids is None:
            return False
        types = {self._instruments[identifier].type for identifier in ids if identifier in self._instruments}
        return (token.low in self._words.lists["any_instrument"] and token.kind is not Kind.PRONOUN) or bool(
            _ANAPHORS.get(token.low, frozenset()) & types
        )

    def _compound(self, tokens: Sequence[Token], index: int) -> bool:
        """ "The law firm", "the draft regulation", "the law on marriage" are not "the law"."""
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following is None:
            return False
        if (
            following.low == "on"
            and index + 2 < len(tokens)
            and (tokens[index + 2].kind is Kind.NUMBER or tokens[index + 2].low in self._words.lists["calendar"])
        ):
            return False
        return (
            following.kind in (Kind.WORD, Kind.OTHER_OBJECT, Kind.TRANSPARENT, Kind.NOMINAL, Kind.INSTRUMENT, Kind.STEM)
            and following.verb is None
        ) or following.low in ("on", "of", "for", "governing")

    def _expletive(self, tokens: Sequence[Token], index: int) -> bool:
        """ "It is hoped that", "it was reported that"."""
        rest = tokens[index + 1 : index + 7]
        return any(token.kind is Kind.THAT or token.low in ("that", "whether") for token in rest) or (
            len(rest) > 1 and rest[0].kind is Kind.AUXILIARY and rest[1].kind is Kind.HEDGE
        )

    def _card(self, tokens: list[Token], topic: tuple[str, ...]) -> list[Token]:
        """A card line ("Status: in force", "Enacted: 2 April 2026") is about the instrument of its heading."""
        if len(tokens) < 2 or len(tokens) > 14:
            return tokens
        key = tokens[0].verb is not None or " ".join(token.low for token in tokens[:2]).startswith(
            ("status", "stage", "current status", "state", "phase")
        )
        colon = any(token.low in (":", "|") for token in tokens[1:3])
        bare = tokens[0].low in ("in", "not", "under", "draft", "adopted", "still") and not any(
            token.kind is Kind.DETERMINER for token in tokens
        )
        if not (key and colon) and not (bare and len(tokens) <= 6):
            return tokens
        end = tokens[-1].end
        name = Name(end - 1, end, NameKind.INSTRUMENT, topic)
        anchor = Token(Kind.INSTRUMENT, "", tokens[0].start, tokens[0].end, name=name, guard="anaphora")
        separator = Token(Kind.POINT, "|", tokens[0].start, tokens[0].end)
        return [anchor, separator, *tokens]
