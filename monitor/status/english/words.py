"""English words with their place in the grammar, and sentences as rows of tokens."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from monitor.packs.language import Language
from monitor.status.english.tokens import Kind, Token, VerbWord
from monitor.status.names import Name, NameKind

_TOKEN = re.compile(r"[^\W_]+(?:[-./](?=[^\W_])[^\W_]+)*(?:'(?!s\b)[a-z]+)?|'s\b|\S")
_POINTS = {
    ",": ",",
    ";": ";",
    ":": ":",
    "(": "(",
    ")": ")",
    "[": "(",
    "]": ")",
    "|": "|",
    "?": "?",
    "-": "-",
    '"': '"',
    "'s": "'s",
}


_Entry = tuple[Kind, str, VerbWord | None, str]


class EnglishWords:
    """The vocabulary of `lang/en.toml`, inflected and indexed by first word."""

    def __init__(self, language: Language) -> None:
        self._irregular = language.irregular
        self.lists = {name: frozenset(words) for name, words in language.words.items()}
        self.guards = {guard.id: guard for guard in language.guards}
        self._single: dict[str, _Entry] = {}
        self._verbs: dict[str, VerbWord] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], _Entry]]] = defaultdict(list)
        self.special: dict[str, tuple[str, ...]] = {}
        for name in language.words["special"]:
            for lemma in language.words[name]:
                self.special[lemma] = (*self.special.get(lemma, ()), name)
        self.split_verbs: dict[tuple[str, str], str] = {}
        self.draft_markers = frozenset(language.words["draft_markers"])
        self.states: dict[tuple[str, ...], str] = {}
        self._add_words(language)
        self._add_verbs(language)
        for state in language.states:
            for pattern in state.phrases:
                for phrase in _expanded(pattern):
                    self.states[tuple(phrase.split())] = state.act
        self.splitting = frozenset(lemma for lemma, _ in self.split_verbs)
        for entries in self._phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._index = {
            word: (self._single.get(word), self._verbs.get(word), tuple(self._phrases.get(word, ())))
            for word in {*self._single, *self._verbs, *self._phrases}
        }
        self.state_starts = frozenset(words[0] for words in self.states)

    def tokens(self, key: str, names: Sequence[Name]) -> list[Token]:
        """`key` as tokens; words inside `names` become one token each (a stem only beside a longer name)."""
        raw = list(self._scan(key, names))
        found: list[Token] = []
        position, size = 0, len(raw)
        while position < size:
            token = raw[position]
            if token.name is not None or token.kind in (Kind.POINT, Kind.POSSESSIVE):
                found.append(token)
                position += 1
                continue
            length = self._phrase(raw, position, token)
            found.append(token)
            position += length
        self._settle(found)
        return found

    def _scan(self, key: str, names: Sequence[Name]) -> Iterator[Token]:
        pending = iter([name for name in names if name.kind is not NameKind.STEM])
        name = next(pending, None)
        position = 0
        opened = False
        for match in _TOKEN.finditer(key):
            start, end = match.span()
            while name is not None and start >= name.end:
                name = next(pending, None)
            if name is not None and start >= name.start:
                if start == name.start:
                    yield Token(
                        _NAME_KIND[name.kind], key[name.start : name.end].lower(), name.start, name.end, name=name
                    )
                continue
            if start < position:
                continue
            text = match.group()
            low = text.lower()
            point = _POINTS.get(low)
            if point == "-" and not (key[start - 1 : start] in " -" or key[end : end + 1] in " -"):
                point = None
            if point == "-" and key[start - 1 : start] == "-":
                continue
            if low == "'":
                inside = key[start - 1 : start].isalnum() and start and end < len(key)
                point = "'s" if inside and not opened else '"'
                opened = point == '"' and not opened
            if point == "'s":
                yield Token(Kind.POSSESSIVE, low, start, end)
            elif point is not None:
                yield Token(Kind.POINT, point, start, end)
            elif low in self.lists["calendar"] and text[0].isupper() and (start or low not in ("may", "march")):
                yield Token(Kind.NUMBER, "May" if low == "may" else low, start, end, upper=True)
            elif low[0].isdigit():
                yield Token(Kind.NUMBER, low, start, end)
            elif low[0].isalpha():
                yield Token(Kind.WORD, low, start, end, upper=text[0].isupper())
            elif low == "&":
                yield Token(Kind.COORDINATOR, low, start, end)
            else:
                yield Token(Kind.POINT, low, start, end)

    def _phrase(self, raw: Sequence[Token], position: int, token: Token) -> int:
        """Give `token` its kind, merging the longest known phrase into it; returns how many tokens it took."""
        known = self._index.get(token.low)
        if known is None:
            return 1
        single, verb, phrases = known
        following = raw[position + 1].low if phrases and position + 1 < len(raw) else ""
        beyond = raw[position + 2].low if phrases and position + 2 < len(raw) else ""
        for words, entry in phrases:
            if words[1] != following and words[1] != beyond:
                continue
            if entry[0] is Kind.VERB and position and self._noun_before(raw[position - 1]):
                continue
            if (
                entry[0] is Kind.VERB
                and single is not None
                and single[0] is Kind.NOMINAL
                and self._opens(raw, position)
            ):
                continue
            end = self._matches(raw, position, words, gap=entry[0] is Kind.VERB)
            if end and entry[0] is Kind.VERB and end < len(raw) and self._no_particle(raw, end):
                continue
            if end:
                self._assign(token, entry)
                token.low = " ".join(words)
                token.end = raw[end - 1].end
                return end - position
        if single is not None:
            self._assign(token, single)
        if verb is not None:
            token.verb = verb
            if token.kind is Kind.WORD:
                token.kind = Kind.VERB
        return 1

    def _no_particle(self, raw: Sequence[Token], end: int) -> bool:
        """Whether the last word of a phrase belongs to what follows: "passed on Thursday", "agreed to place …"."""
        last, following = raw[end - 1].low, raw[end]
        plain = following.kind is Kind.WORD and following.low not in self.lists["determiners"]
        if last == "to" and plain and following.low not in self.draft_markers:
            verb = self._verbs.get(following.low)
            beyond = raw[end + 1] if end + 1 < len(raw) else None
            governs = beyond is not None and (beyond.name is not None or beyond.low in self.lists["determiners"])
            return governs or (verb is not None and "b" in verb.forms)
        return last in ("on", "in", "by", "for") and following.kind is Kind.NUMBER

    def _opens(self, raw: Sequence[Token], position: int) -> bool:
        """Whether the word at `position` opens a sentence or a headline, where "Work on X" is a noun."""
        return (not position or raw[position - 1].low in (":", "-", "|")) and raw[position].low in ("work", "comments")

    def _noun_before(self, token: Token) -> bool:
        """Whether a phrase after `token` can only be a noun ("the …", "call for comments on")."""
        return token.kind in (Kind.DETERMINER, Kind.POSSESSIVE) or token.low.endswith("for") or token.low == "public"

    def _matches(self, raw: Sequence[Token], position: int, words: tuple[str, ...], *, gap: bool) -> int:
        """The index after phrase `words` at `position`, or 0. A verb may hold one adverb ("came officially into")."""
        index = position + 1
        for number, word in enumerate(words[1:], 1):
            if index >= len(raw):
                return 0
            if raw[index].low != word:
                low = raw[index].low
                adverb = gap and number == 1 and index + 1 < len(raw) and raw[index + 1].low == word
                if not adverb or not (low.endswith("ly") or low in self.lists["inserted"]):
                    return 0
                index += 1
            index += 1
        return index

    def _assign(self, token: Token, entry: _Entry) -> None:
        token.kind, token.value, verb, token.guard = entry
        if verb is not None:
            token.verb = verb

    def _settle(self, tokens: list[Token]) -> None:
        """Decide what only the neighbours can tell: noun or verb, "to" before a verb, "that" as relative."""
        size = len(tokens)
        for index, token in enumerate(tokens):
            token.draft = token.low in self.draft_markers
            if token.low == "on" and self._years_on(tokens, index):
                token.kind = Kind.ADVERB
            if token.kind is Kind.WORD and token.low.endswith("ly") and len(token.low) > 4:
                token.kind = Kind.ADVERB
            if token.low == "to" and token.kind is Kind.PREPOSITION and _verb_follows(tokens, index + 1):
                token.kind = Kind.TO
            elif token.low == "since" and index + 1 < size and tokens[index + 1].low in ("it", "they"):
                token.kind = Kind.SUBORDINATOR
            elif token.low == "due to" and _verb_follows(tokens, index + 1):
                token.kind, token.value, token.guard = Kind.HEDGE, "future", "plan"
            elif token.low == "that":
                following = tokens[index + 1] if index + 1 < size else None
                previous = tokens[index - 1] if index else None
                if (
                    previous is not None
                    and previous.kind in _NOMINAL_END
                    and following is not None
                    and following.kind in _PREDICATE_START
                ):
                    token.kind = Kind.RELATIVE
                elif previous is not None and (
                    previous.kind
                    in (Kind.VERB, Kind.WORD, Kind.ADVERB, Kind.NOMINAL, Kind.HEDGE, Kind.OTHER_OBJECT, Kind.INSTRUMENT)
                    or previous.low in (",", "you", "us", "them")
                ):
                    token.kind = Kind.THAT
            elif token.verb is not None and token.kind is not Kind.AUXILIARY:
                token.kind = self._verb_or_noun(tokens, index, token)

    def _years_on(self, tokens: Sequence[Token], index: int) -> bool:
        """ "Five years on, it is still a draft"."""
        if not index or index + 1 >= len(tokens) or tokens[index - 1].low not in self.lists["periods"]:
            return False
        return tokens[index + 1].kind is Kind.PRONOUN or tokens[index + 1].low == ","

    def _verb_or_noun(self, tokens: Sequence[Token], index: int, token: Token) -> Kind:
        """Whether a word that may be a verb is one here."""
        verb = token.verb
        assert verb is not None  # noqa: S101
        forms = verb.forms
        noun = token.kind if token.kind is not Kind.VERB else Kind.WORD
        previous = tokens[index - 1] if index else None
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        nounlike = (
            token.kind is not Kind.VERB
            or forms in ("b", "s", "bd", "bdn", "g", "bn", "bds")
            or token.low in self.lists["noun_or_verb"]
        )
        if " " in token.low:
            return Kind.VERB
        if previous is not None and previous.kind in (Kind.TO, Kind.MODAL, Kind.AUXILIARY, Kind.NEGATOR):
            if (
                token.kind is not Kind.VERB
                and "n" not in forms
                and previous.kind is Kind.AUXILIARY
                and previous.value == "be"
                and "g" not in forms
            ):
                return noun
            return Kind.VERB
        if not nounlike:
            return Kind.VERB
        if "g" in forms:
            if previous is not None and (
                previous.kind in (Kind.DETERMINER, Kind.POSSESSIVE) or previous.low in ("public", "first", "second")
            ):
                return noun
            if token.kind is Kind.NOMINAL and following is not None and following.low in ("of", "on", "process"):
                return noun
            if token.kind is Kind.NOMINAL and previous is not None and previous.kind is Kind.BODY:
                return Kind.VERB if following is not None and following.kind in _OBJECT_START else noun
            return Kind.VERB
        if (
            token.kind is Kind.VERB
            and verb.lemma in self.lists["relies"]
            and following is not None
            and following.low in ("on", "upon")
            and (previous is None or previous.kind is Kind.WORD)
        ):
            return Kind.VERB
        if token.low == "draft" and previous is not None and previous.kind is Kind.VERB:
            return Kind.VERB if previous.verb is not None and "engage" in previous.verb.classes else noun
        if (
            previous is not None
            and previous.low in ("all", "both", "each")
            and token.kind is Kind.VERB
            and index > 1
            and tokens[index - 2].kind in (Kind.INSTRUMENT, Kind.POINT, Kind.PRONOUN)
        ):
            return Kind.VERB
        if (
            previous is not None
            and previous.kind
            in (
                Kind.DETERMINER,
                Kind.PREPOSITION,
                Kind.POSSESSIVE,
                Kind.TRANSPARENT,
                Kind.NUMBER,
            )
            and not (previous.kind is Kind.NUMBER and previous.upper)
        ):
            if (
                previous.low in ("that", "this", "these", "those", "both", "all")
                and "s" in forms
                and following is not None
                and following.kind in _OBJECT_START
            ):
                return Kind.VERB
            return noun
        if previous is None or previous.low in (":", "|", "(", '"'):
            return noun if token.kind is not Kind.VERB else Kind.VERB
        if (
            following is not None
            and following.kind in (Kind.TO, Kind.PREPOSITION)
            and following.low == "to"
            and previous.kind is not Kind.DETERMINER
            and "future" in verb.classes
        ):
            return Kind.VERB
        if previous.kind in (Kind.INSTRUMENT, Kind.BODY, Kind.COUNTRY, Kind.PRONOUN, Kind.RELATIVE, Kind.ADVERB):
            if token.kind is not Kind.VERB and (following is None or following.kind not in _OBJECT_START):
                return noun
            return Kind.VERB
        if following is not None and following.kind in _OBJECT_START and previous.kind is not Kind.WORD:
            return Kind.VERB
        if (
            following is not None
            and following.kind in (Kind.DETERMINER, Kind.INSTRUMENT)
            and (previous.kind is Kind.WORD or previous.kind is Kind.OTHER_OBJECT or previous.kind is Kind.COORDINATOR)
        ):
            return Kind.VERB
        if previous.kind is Kind.COORDINATOR and token.kind is Kind.VERB:
            return Kind.VERB
        return noun

    # ------------------------------------------------------------ building

    def _add_words(self, language: Language) -> None:
        words = language.words
        for kind, names in (
            (Kind.ADVERB, "adverbs"),
            (Kind.OTHER_OBJECT, "other_objects"),
            (Kind.PREPOSITION, "prepositions"),
            (Kind.DETERMINER, "determiners"),
            (Kind.PRONOUN, "pronouns"),
            (Kind.RELATIVE, "relatives"),
            (Kind.COORDINATOR, "coordinators"),
            (Kind.TRANSPARENT, "transparent"),
        ):
            for word in words[names]:
                self._add(word, (kind, "", None, ""))
        for act in language.acts:
            for noun in act.nouns:
                self._add(noun, (Kind.NOMINAL, act.id, None, ""))
        for guard in language.guards:
            kind = Kind.SUBORDINATOR if guard.id in ("condition", "time", "question") else Kind.HEDGE
            if guard.id == "background":
                continue
            for word in guard.words:
                self._add(word, (kind, guard.kind, None, guard.id))
        for value in ("be", "have", "do"):
            for word in words[value]:
                self._add(word, (Kind.AUXILIARY, value, None, ""))
        for value in ("future", "possible", "obligation"):
            for word in words[value]:
                self._add(word, (Kind.MODAL, value, None, ""))
        for word in words["negators"]:
            if word not in words["possible"] and word not in words["future"]:
                kind = Kind.AUXILIARY if word in _NEGATIVE_AUXILIARIES else Kind.NEGATOR
                self._add(word, (kind, _NEGATIVE_AUXILIARIES.get(word, ""), None, ""))
        for word in words["pseudo_negations"]:
            self._add(word, (Kind.ADVERB, "", None, ""))
        for word in ("but", "while", "whereas", "although", "though", "however", "even though", "nevertheless", "yet"):
            self._add(word, (Kind.CONTRAST, "", None, ""))
        self._single["yet"] = (Kind.ADVERB, "", None, "")
        for word in ("because", "as", "given that", "now that"):
            self._add(word, (Kind.SUBORDINATOR, "", None, ""))
        for word in words["negative_subjects"]:
            self._add(word, (Kind.DETERMINER, "no", None, ""))

    def _add(self, phrase: str, entry: _Entry) -> None:
        words = tuple(phrase.split())
        if len(words) == 1:
            self._single[phrase] = entry
        else:
            self._phrases[words[0]].append((words, entry))

    def _add_verbs(self, language: Language) -> None:
        acts: dict[str, list[str]] = defaultdict(list)
        classes: dict[str, set[str]] = defaultdict(set)
        subject: set[str] = set()
        for act in language.acts:
            for lemma in (*act.verbs, *act.intransitive, *act.transitive):
                acts[lemma].append(act.id)
                first, _, particle = lemma.partition(" ")
                if particle in language.words["split_particles"]:
                    self.split_verbs.setdefault((first, particle), act.id)
            subject.update(act.intransitive)
        for name, lemmas in language.verbs.items():
            for lemma in lemmas:
                classes[lemma].add(name)
        forms: dict[str, dict[str, str]] = defaultdict(dict)
        for lemma in {*acts, *classes}:
            for letter, form in zip("bsdng", self._inflect(lemma), strict=True):
                forms[form].setdefault(lemma, "")
                forms[form][lemma] += letter
        for form, letters in forms.items():
            lemma = min(letters, key=lambda name: (name not in acts, name))
            word = VerbWord(
                lemma,
                tuple(acts.get(lemma, ())),
                frozenset(classes.get(lemma, ())),
                letters[lemma],
                "subject" if lemma in subject else "object",
            )
            if " " in form:
                self._add(form, (Kind.VERB, "", word, ""))
            else:
                self._verbs[form] = word

    def _inflect(self, lemma: str) -> tuple[str, str, str, str, str]:
        head, _, tail = lemma.partition(" ")
        if head == "vote" or head not in self._irregular:
            third, past, participle, ing = _regular(head)
        else:
            third, past, participle, ing = self._irregular[head]
        joined = [f"{form} {tail}" if tail else form for form in (head, third, past, participle, ing)]
        return joined[0], joined[1], joined[2], joined[3], joined[4]


def _expanded(pattern: str) -> Iterator[str]:
    """All phrases of a pattern with alternatives: "in (the|its|) pipeline"."""
    choices = [part.split("|") for part in re.split(r"[()]", pattern)]
    for chosen in product(*choices):
        yield " ".join("".join(chosen).split())


def _regular(lemma: str) -> tuple[str, str, str, str]:
    if lemma.endswith("e"):
        return lemma + "s", lemma + "d", lemma + "d", lemma[:-1] + "ing"
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return lemma[:-1] + "ies", lemma[:-1] + "ied", lemma[:-1] + "ied", lemma + "ing"
    third = lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) else "s")
    return third, lemma + "ed", lemma + "ed", lemma + "ing"


def _verb_follows(tokens: Sequence[Token], index: int) -> bool:
    """Whether a base form stands at `index`, adverbs aside."""
    while index < len(tokens) and (
        tokens[index].kind in (Kind.ADVERB, Kind.NEGATOR) or tokens[index].low.endswith("ly")
    ):
        index += 1
    if index >= len(tokens):
        return False
    token = tokens[index]
    if token.low in ("be", "have"):
        return True
    if token.verb is None or "b" not in token.verb.forms:
        return False
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    return not (token.kind is not Kind.VERB and after is not None and after.low in ("of",))


_NAME_KIND: Mapping[NameKind, Kind] = {
    NameKind.INSTRUMENT: Kind.INSTRUMENT,
    NameKind.BODY: Kind.BODY,
    NameKind.COUNTRY: Kind.COUNTRY,
    NameKind.STEM: Kind.STEM,
}
_NEGATIVE_AUXILIARIES = {
    **dict.fromkeys(("isn't", "aren't", "wasn't", "weren't"), "be"),
    **dict.fromkeys(("hasn't", "haven't", "hadn't"), "have"),
    **dict.fromkeys(("doesn't", "don't", "didn't"), "do"),
}
_NOMINAL_END = frozenset((Kind.INSTRUMENT, Kind.TRANSPARENT, Kind.WORD, Kind.BODY, Kind.OTHER_OBJECT, Kind.NOMINAL))
_PREDICATE_START = frozenset((Kind.AUXILIARY, Kind.MODAL, Kind.VERB, Kind.NEGATOR))
_OBJECT_START = frozenset((Kind.DETERMINER, Kind.INSTRUMENT, Kind.TRANSPARENT, Kind.BODY, Kind.COUNTRY))
