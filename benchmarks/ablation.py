"""How well labelled statements are read, and what each part of the detection is worth: the same with it switched off.

Run as `python -m benchmarks ablation [FILE…] [--into PAGE]`; without a FILE it reads the validation and the locked part
of the corpus. It prints Markdown tables for each file and never a statement, so that the locked part stays unread;
`--into` writes them between the marks of a page as well. Everything is switched here, around the rules: the product
knows of no switches.

A family is switched off where it decides that a reading does not count. What the grammar does with the same words
before that, such as finding the end of a clause, stays: the table shows what a family adds, not all that it does.
"""

import argparse
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from monitor.evaluation import Evaluation, Labelled, evaluate, passages, read_labelled
from monitor.model import Claim, Flag, Instrument, Modality, Packs, Passage, Stage
from monitor.packs import load
from monitor.packs.language import Language, languages
from monitor.status.claims import ClaimFinder
from monitor.status.places import Places
from monitor.status.reading import Hedge, Reading
from monitor.status.stages import NOBODY, StageTable, Step
from monitor.status.tagger.agreement import Addition
from monitor.status.tagger.asking import ACTS, Line, Question, TrainedReader
from monitor.status.tagger.network import Network, Probabilities

_ROOT = Path(__file__).parent.parent
_CORPUS = _ROOT / "tests" / "data" / "sentences"
_PACKS = ("kh", "asean", "coe")
_BEGIN, _END = "<!-- ablation: begin -->", "<!-- ablation: end -->"


class Part(StrEnum):
    """What can be switched off; the value is its row in the table."""

    NEGATION = "negation"
    AHEAD = "future, modal, target date"
    CONDITION = "condition, time to come"
    PURPOSE = "purpose, aim"
    QUESTION = "question"
    ATTRIBUTION = "hearsay, doubt, call"
    DENIAL = "myth, denial"
    NAMED = "named without being told (nouns, gerunds)"
    OBJECT = "other object"
    COUNTRY = "other country"
    PARTY = "which country joined a treaty"
    TABLE = "(type, act, body) table"
    ANAPHORA = "“the law” of another sentence"
    LATEST = "latest step wins"
    RULES = "rules"
    READER = "trained reader"
    ADDING = "what only the trained reader reads"


_GUARDS = frozenset(Part) - {Part.RULES, Part.READER, Part.ADDING}
_BY_RULE: Mapping[str, Part] = {
    **dict.fromkeys(("nominal", "gerund", "undone", "content", "proposed"), Part.NAMED),
    **dict.fromkeys(("hearsay", "doubt", "unsaid"), Part.ATTRIBUTION),
    "untrue": Part.DENIAL,
    "elsewhere": Part.COUNTRY,
}
_BY_MODALITY: Mapping[Modality, Part] = {
    Modality.ASSERTED: Part.NEGATION,
    Modality.FUTURE: Part.AHEAD,
    Modality.POSSIBLE: Part.AHEAD,
    Modality.CONDITIONAL: Part.CONDITION,
    Modality.PURPOSE: Part.PURPOSE,
    Modality.QUESTION: Part.QUESTION,
    Modality.CALL: Part.ATTRIBUTION,
    Modality.MYTH: Part.DENIAL,
}


def family(hedge: Hedge) -> Part:
    """The family of guards that `hedge` belongs to."""
    before, _, rule = hedge.span.rule.rpartition("guard.")
    if not before and not hedge.span.rule.startswith("guard."):
        return Part.LATEST
    return _BY_RULE.get(rule, _BY_MODALITY[hedge.modality])


class Ablated(ClaimFinder):
    """A claim finder in which the parts of `off` are switched off."""

    def __init__(self, packs: Packs, off: Collection[Part], trained: TrainedReader | None) -> None:
        known = _without_other_objects(languages()) if Part.OBJECT in off else languages()
        super().__init__(packs, known, trained=None if Part.READER in off else trained)
        self._off = frozenset(off)
        if Part.COUNTRY in off:
            self._places = _AnyCountry(packs, known)
        if Part.TABLE in off:
            self._stages = _ActAlone(packs)

    def find(self, passage: Passage, *, quick: bool = False) -> tuple[Claim, ...]:
        found = super().find(passage, quick=quick)
        if Part.LATEST not in self._off:
            return found
        return tuple(replace(claim, asserted=True) if Flag.HISTORICAL in claim.flags else claim for claim in found)

    def _lines(self, passage: Passage) -> list[Line]:
        lines = super()._lines(passage)
        return [replace(line, topic=None) for line in lines] if Part.ANAPHORA in self._off else lines

    def _ruled(self, line: Line, passage: Passage, context: Any) -> Iterator[Claim]:
        return iter(()) if Part.RULES in self._off else super()._ruled(line, passage, context)

    def _added(self, question: Question, addition: Addition, passage: Passage) -> Claim:
        claim = super()._added(question, addition, passage)
        return replace(claim, asserted=False) if Part.ADDING in self._off else claim

    def _is_myth(self, text: str, following: str, passage: Passage) -> str:
        return "" if Part.DENIAL in self._off else super()._is_myth(text, following, passage)

    def _step_bodies(self, reading: Reading, instrument: Instrument, actors: Sequence[str]) -> Sequence[str]:
        return (NOBODY,) if Part.TABLE in self._off else super()._step_bodies(reading, instrument, actors)

    def _why_not(
        self,
        instrument: Instrument,
        reading: Reading,
        stage: Stage | None,
        hedges: Sequence[Hedge],
        foreign: str,
        myth: str,
        actors: Sequence[str],
        flags: set[Flag],
    ) -> str:
        kept = [hedge for hedge in hedges if family(hedge) not in self._off]
        if Part.OBJECT in self._off:
            flags.discard(Flag.OTHER_OBJECT)
        if Part.PARTY in self._off:
            instrument = replace(instrument, party="")
        return super()._why_not(instrument, reading, stage, kept, foreign, myth, actors, flags)


class _AnyCountry(Places):
    """Chooses among instruments of one name, but holds no statement to be about another country."""

    def choose(self, *given: Any) -> list[tuple[Instrument, str]]:
        return [(instrument, "") for instrument, _ in super().choose(*given)]


class _ActAlone(StageTable):
    """Knows the act only: it leads to the stage that bears its name, else to the one most rows of the table give."""

    def __init__(self, packs: Packs) -> None:
        super().__init__(packs)
        given: dict[str, Counter[Stage | None]] = {}
        for rows in packs.stage_rules.values():
            for row in rows:
                for act in row.acts:
                    given.setdefault(act, Counter())[row.stage] += 1
        self._stage_of = {act: stages.most_common(1)[0][0] for act, stages in given.items()}
        self._stage_of |= {act: stage for stage, act in ACTS.items()}

    def step(self, instrument: Instrument, act: str, bodies: Sequence[str]) -> Step:
        return Step(stage=self._stage_of.get(act))


def _without_other_objects(known: Mapping[str, Language]) -> dict[str, Language]:
    return {
        name: replace(
            language,
            words={key: () if key.startswith("other_object") else words for key, words in language.words.items()},
        )
        for name, language in known.items()
    }


class Remembering:
    """The trained reader, asked only once about the same text: most switches leave its questions as they are."""

    def __init__(self, reader: TrainedReader) -> None:
        self._reader = reader
        self._known: dict[str, Probabilities] = {}

    def read(self, texts: Sequence[str]) -> list[Probabilities]:
        """Probabilities for each masked text."""
        for text in texts:
            if text not in self._known:
                self._known[text] = self._reader.read([text])[0]
        return [self._known[text] for text in texts]


# ---------------------------------------------------------------- tables


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what was done, and what came of it."""

    name: str
    result: Evaluation


Try = Callable[[Collection[Part]], Evaluation]


def blocks(attempt: Try) -> Iterator[tuple[str, list[Row]]]:
    """Heading and rows of each block: who reads, then every family switched off in the whole and in the rules alone.

    The first row of a block is what the others are compared with.
    """
    whole, rules = attempt(()), attempt((Part.READER,))
    yield (
        "who reads",
        [
            Row("rules and trained reader", whole),
            Row("rules only", rules),
            Row("trained reader only", attempt((Part.RULES,))),
            Row(f"both, without {Part.ADDING}", attempt((Part.ADDING,))),
        ],
    )
    families = [part for part in Part if part in _GUARDS]
    for heading, full, always in (
        ("rules and trained reader, without …", whole, ()),
        ("rules only, without …", rules, (Part.READER,)),
    ):
        yield (
            heading,
            [
                Row("(nothing switched off)", full),
                *(Row(part, attempt((part, *always))) for part in families),
                Row("all of them", attempt((*families, *always))),
            ],
        )


def table(heading: str, rows: Sequence[Row]) -> str:
    """`rows` in Markdown. Ratios are to the first row; a dash where that has none."""
    lines = [
        f"| {heading} | precision | recall | F1 | ratio | false assertions | ratio | false strong | ratio |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    first = rows[0].result
    for row in rows:
        score = row.result.total
        cells = [
            row.name,
            f"{score.precision:.3f}",
            f"{score.recall:.3f}",
            f"{score.f1:.3f}",
            _ratio(score.f1, first.total.f1),
            str(score.false_assertions),
            _ratio(score.false_assertions, first.total.false_assertions),
            str(row.result.false_strong),
            _ratio(row.result.false_strong, first.false_strong),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _ratio(value: float, of: float) -> str:
    return f"{value / of:.2f}" if of else "–"


def report(name: str, statements: Sequence[Labelled], packs: Packs, trained: TrainedReader) -> str:
    """The tables of one file of statements."""

    def attempt(off: Collection[Part]) -> Evaluation:
        finder = Ablated(packs, off, trained)
        return evaluate(statements, lambda item: [claim for part in passages(item) for claim in finder.find(part)])

    head = f"**{name}**: {len(statements)} statements."
    return "\n\n".join(
        [head, quality(statements, attempt(())), *(table(heading, rows) for heading, rows in blocks(attempt))]
    )


def quality(statements: Sequence[Labelled], result: Evaluation) -> str:
    """The figures of the whole by language, in Markdown."""
    lines = [
        "| language | statements | precision | 95 % | recall | 95 % | F1 | silent | false assertions | strong |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, score in [*sorted(result.by_language.items()), ("all", result.total)]:
        figures = score.as_json()
        strong = sum(item.gravity == 3 and name in ("all", item.statement.language) for item in result.mistakes)
        cells = [
            name,
            str(sum(name in ("all", item.language) for item in statements)),
            f"{score.precision:.3f}",
            "{:.3f}–{:.3f}".format(*figures["precision_interval"]),
            f"{score.recall:.3f}",
            "{:.3f}–{:.3f}".format(*figures["recall_interval"]),
            f"{score.f1:.3f}",
            str(score.silent),
            f"{score.false_assertions} ({figures['false_assertion_rate']:.1%})",
            str(strong),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_into(page: Path, text: str) -> None:
    """Put `text` between the marks of `page`."""
    old = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)
    if not pattern.search(old):
        raise SystemExit(f"{page}: has no {_BEGIN} … {_END}")
    page.write_text(pattern.sub(lambda _: f"{_BEGIN}\n\n{text}\n\n{_END}", old, count=1), encoding="utf-8")


def main(arguments: Iterable[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks ablation", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("file", nargs="*", type=Path, default=[_CORPUS / "validation.jsonl", _CORPUS / "locked.jsonl"])
    parser.add_argument("--into", type=Path, help="page that holds the tables between its marks")
    given = parser.parse_args(list(arguments))
    packs, _ = load(_PACKS)
    trained = Remembering(Network())
    texts = []
    for file in given.file:
        texts.append(report(file.stem, read_labelled(file, packs.instruments), packs, trained))
        print(texts[-1], end="\n\n", flush=True)
    if given.into:
        write_into(given.into, "\n\n".join(texts))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
