"""Finds every name in one pass: instruments, bodies, countries, in all languages, by one Aho-Corasick automaton.

The cost of a search depends on the length of the text and the number of hits, not on how many names are known.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import ahocorasick

from monitor.model import Instrument, InstrumentType, Packs
from monitor.packs.language import Language
from monitor.text.normal import has_khmer, match_key

_FOLD = {"-": " ", "–": " ", "—": " ", "\u2011": " ", "\u2010": " ", "’": "'", "‘": "'", "\u00a0": " "}
_FOLDED = re.compile(f"[{''.join(_FOLD)}]")
_SEPARATOR_KM = "«»"
_NOMINAL_KM = ("ការ", "កិច្ច")
"""What makes a noun of a verb: ការការពារ, កិច្ចការពារ are both "protection"."""


class NameKind(StrEnum):
    """What a name names."""

    INSTRUMENT = "instrument"
    STEM = "stem"
    BODY = "body"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Name:
    """A name found: `start` and `end` in the searched key, and the ids it may stand for.

    `plural` is set for "laws on X", "X Laws", which may share their noun with a neighbour.
    """

    start: int
    end: int
    kind: NameKind
    ids: tuple[str, ...]
    plural: bool = False


@dataclass(slots=True)
class _Entry:
    ids: list[str]
    cased: str
    latin: bool
    plural: bool


def folded(key: str) -> str:
    """`key` in lower case with dashes as spaces and straight quotes; the same length, so offsets stay valid."""
    lowered = key.lower()
    if len(lowered) != len(key):
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in key)
    return _FOLDED.sub(lambda found: _FOLD[found[0]], lowered)


class Names:
    """All names of the packs, ready to be searched."""

    def __init__(self, packs: Packs, languages: Mapping[str, Language]) -> None:
        self._entries: dict[tuple[str, NameKind], _Entry] = {}
        for instrument in packs.instruments.values():
            self._add_instrument(instrument, languages)
        for body in packs.bodies.values():
            for names in (*body.names.values(), *(known.roles.get(body.role, ()) for known in languages.values())):
                for name in names:
                    self._add(name, NameKind.BODY, body.id)
        for language in languages.values():
            for code, names in (*language.countries.items(), *language.abroad.items()):
                for name in names:
                    self._add(name, NameKind.COUNTRY, code, cased=name if name.isascii() else "")
        self._automaton, self._instruments = ahocorasick.Automaton(), ahocorasick.Automaton()
        grouped: dict[str, list[tuple[NameKind, _Entry]]] = defaultdict(list)
        for (pattern, kind), entry in self._entries.items():
            grouped[pattern].append((kind, entry))
        for pattern, entries in grouped.items():
            self._automaton.add_word(pattern, (len(pattern), tuple(entries)))
            if any(kind is NameKind.INSTRUMENT for kind, _ in entries):
                self._instruments.add_word(pattern, True)
        self._automaton.make_automaton()
        self._instruments.make_automaton()

    def may_name_instrument(self, low: str) -> bool:
        """Quick test whether `find` can come upon an instrument in `low`; never wrong when it says no."""
        return len(self._instruments) > 0 and next(self._instruments.iter(low), None) is not None

    def find(self, key: str, low: str) -> list[Name]:
        """The names in `key` (a match key; `low` is `folded(key)`), leftmost longest first, none overlapping.

        Stems are returned too; they may lie beside but never inside a longer name.
        """
        hits = list(self._hits(key, low))
        if len(hits) < 2:
            return hits
        hits.sort(key=lambda name: (name.start - name.end, _PRIORITY[name.kind]))
        taken: list[Name] = []
        covered = bytearray(len(low) + 1)
        for name in hits:
            if covered.find(1, name.start, name.end) < 0:
                taken.append(name)
                covered[name.start : name.end] = b"\x01" * (name.end - name.start)
        return sorted(taken, key=lambda name: name.start)

    def _hits(self, key: str, low: str) -> Iterator[Name]:
        size = len(low)
        for last, (length, entries) in self._automaton.iter(low):
            start, end = last - length + 1, last + 1
            for kind, entry in entries:
                plural = entry.plural
                stop = end
                if entry.latin:
                    if start and low[start - 1].isalnum():
                        continue
                    if stop < size and low[stop] == "s" and kind is NameKind.INSTRUMENT:
                        stop, plural = stop + 1, True
                    if stop < size and low[stop].isalnum():
                        continue
                if entry.cased and not _capitalised_alike(key[start:end], entry.cased):
                    continue
                yield Name(start, stop, kind, tuple(entry.ids), plural)

    def _add_instrument(self, instrument: Instrument, languages: Mapping[str, Language]) -> None:
        titles = [instrument.title, *instrument.titles.values()]
        for names in instrument.aliases.values():
            titles += names
        cased = {name for names in instrument.cased.values() for name in names}
        for title in titles:
            if title not in cased:
                self._add(title, NameKind.INSTRUMENT, instrument.id, cased=_acronym(title))
        for title in cased:
            self._add(title, NameKind.INSTRUMENT, instrument.id, cased=title)
        for language in languages.values():
            self._add_derived(instrument, titles, language)

    def _add_derived(self, instrument: Instrument, titles: Iterable[str], language: Language) -> None:
        """Other ways to say the same title: "Law on X" also as "X Bill"; X alone as a stem for "the X and Y Laws"."""
        forms = language.derive.get(str(instrument.type), ())
        if not forms:
            return
        if has_khmer(forms[0]):
            self._add_derived_khmer(instrument, titles, [match_key(form) for form in forms])
            return
        stems = {stem for title in titles if (stem := _stem(folded(title), forms))}
        for stem in stems:
            self._add(stem, NameKind.STEM, instrument.id, cased="AI" if stem == "ai" else "")
            if instrument.type is InstrumentType.LAW:
                for form in forms:
                    plural = "laws" in form or "bills" in form
                    self._add(form.format(x=stem), NameKind.INSTRUMENT, instrument.id, plural=plural)

    def _add_derived_khmer(self, instrument: Instrument, titles: Iterable[str], forms: Sequence[str]) -> None:
        """The same for Khmer, whose subject alone is too common a word to be kept as a stem."""
        for subject in {subject for title in titles if (subject := _subject(match_key(title), forms))}:
            bare = next((subject.removeprefix(word) for word in _NOMINAL_KM if subject.startswith(word)), "")
            for form in forms:
                self._add(form.format(x=subject), NameKind.INSTRUMENT, instrument.id)
                if bare and "ស្តី" in form:
                    for word in _NOMINAL_KM:
                        self._add(form.format(x=word + bare), NameKind.INSTRUMENT, instrument.id)
                elif bare:
                    self._add(form.format(x=bare), NameKind.INSTRUMENT, instrument.id)

    def _add(self, name: str, kind: NameKind, identifier: str, *, cased: str = "", plural: bool = False) -> None:
        latin = not has_khmer(name)
        key = match_key(name)
        if not latin:
            key = "".join(letter for letter in key if letter not in _SEPARATOR_KM)
        pattern = folded(key)
        if len(pattern) < 2:
            return
        if kind is NameKind.BODY:
            cased = _acronym(name)
        entry = self._entries.setdefault((pattern, kind), _Entry([], cased, latin, plural))
        if identifier not in entry.ids:
            entry.ids.append(identifier)
        if not cased:
            entry.cased = ""


_PRIORITY = {NameKind.INSTRUMENT: 0, NameKind.BODY: 1, NameKind.COUNTRY: 2, NameKind.STEM: 3}


def _acronym(name: str) -> str:
    """`name` if it is an acronym, which counts only in its own capitals; else an empty string."""
    letters = [letter for letter in name if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return (
        name
        if letters and " " not in name and name.isascii() and capitals >= 2 and capitals * 2 >= len(letters)
        else ""
    )


def _capitalised_alike(found: str, cased: str) -> bool:
    """Whether every capital of `cased` is a capital in `found` too (all capitals are fine)."""
    return all(there.isupper() for here, there in zip(cased, found, strict=False) if here.isupper())


def _subject(title: str, forms: Iterable[str]) -> str:
    """X of "the law on X", by the longest form that fits."""
    for form in sorted(forms, key=len, reverse=True):
        before, _, after = form.partition("{x}")
        if title.startswith(before) and title.endswith(after) and len(title) > len(before) + len(after) + 3:
            return title[len(before) : len(title) - len(after)]
    return ""


def _stem(title: str, forms: Iterable[str]) -> str:
    """X of "law on X" or "X law"; empty if no form fits."""
    for form in forms:
        before, _, after = form.partition("{x}")
        if title.startswith(before) and title.endswith(after) and len(title) > len(before) + len(after) + 1:
            stem = title[len(before) : len(title) - len(after) if after else None]
            stem = stem.removeprefix("the ").strip()
            if stem and not stem.startswith(("national", "draft")):
                return stem
    return ""
