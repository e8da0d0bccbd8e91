"""Vocabulary by language: the words of `lang/*.toml` as frozen values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from monitor.packs.schema import Identifier, Table


class Act(Table):
    """One `[[act]]`: the words for something that can be done to an instrument.

    English: `verbs` as lemmas (also phrasal), `intransitive` where the instrument is the subject, `transitive` where it
    stands between verb and particle, `nouns` as nominal forms. Khmer: `cues` before the instrument's name or after it.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    verbs: list[str] = Field(default=[])
    nouns: list[str] = Field(default=[])
    intransitive: list[str] = Field(default=[])
    transitive: list[str] = Field(default=[])
    cues: list[str] = Field(default=[])


class StatePhrases(Table):
    """One `[[state]]`: predicates that need no verb of their own ("in force", "under review")."""

    act: str
    phrases: list[str]


class Guard(Table):
    """One `[[guard]]`: words that keep a statement from counting; `why` is told to readers."""

    id: Identifier
    kind: str
    why: str
    words: list[str]


class _LanguageTable(Table):
    id: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class _LanguageFile(Table):
    language: _LanguageTable
    act: list[Act] = Field(default=[])
    state: list[StatePhrases] = Field(default=[])
    guard: list[Guard] = Field(default=[])
    words: dict[str, list[str]] = Field(default={})
    verbs: dict[str, list[str]] = Field(default={})
    irregular: dict[str, Annotated[list[str], Field(min_length=4, max_length=4)]] = Field(default={})
    derive: dict[str, list[str]] = Field(default={})
    countries: dict[str, list[str]] = Field(default={})
    abroad: dict[str, list[str]] = Field(default={})
    roles: dict[str, list[str]] = Field(default={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The vocabulary of one language.

    `words` maps a word class to its words, `verbs` a verb class to its lemmas, `irregular` a lemma to its third
    person, past, participle and -ing form; `derive` says how a title of a type may be varied (`{x}` is its subject);
    `countries` maps an ISO 3166 code (or `EU`) to names and adjectives, `abroad` to houses, palaces and leaders only
    that country has (`XX`: some country other than the watched one, for words several share); `roles` maps the role
    of a body to what any body of that role is called ("this house").
    """

    id: str
    acts: tuple[Act, ...]
    states: tuple[StatePhrases, ...]
    guards: tuple[Guard, ...]
    words: Mapping[str, tuple[str, ...]]
    verbs: Mapping[str, tuple[str, ...]]
    irregular: Mapping[str, tuple[str, ...]]
    derive: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, tuple[str, ...]]
    abroad: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, tuple[str, ...]]


@cache
def languages() -> Mapping[str, Language]:
    """Every shipped language by id. Raises pydantic's ValidationError if a shipped file is damaged."""
    found = {}
    for item in sorted(files(__package__).joinpath("lang").iterdir(), key=lambda entry: entry.name):
        if item.name.endswith(".toml"):
            language = _language(_LanguageFile.model_validate(tomllib.loads(item.read_text(encoding="utf-8"))))
            found[language.id] = language
    return found


def _language(file: _LanguageFile) -> Language:
    return Language(
        id=file.language.id,
        acts=tuple(file.act),
        states=tuple(file.state),
        guards=tuple(file.guard),
        words=_frozen(file.words),
        verbs=_frozen(file.verbs),
        irregular=_frozen(file.irregular),
        derive=_frozen(file.derive),
        countries=_frozen(file.countries),
        abroad=_frozen(file.abroad),
        roles=_frozen(file.roles),
    )


def _frozen(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in table.items()}
