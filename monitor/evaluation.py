"""How well the rules read labelled statements: precision, recall and what went wrong.

A statement is labelled with the (instrument, stage) pairs it asserts, and with those a careful reader might accept as
well, which count neither for nor against. Intervals are Wilson's, 95 % (Wilson 1927, "Probable inference, the law of
succession, and statistical inference").
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.errors import UsageError
from monitor.model import Claim, Passage, Stage
from monitor.status.passages import passages_of_text

Pair = tuple[str, str]
STRONG = frozenset({Stage.ADOPTED, Stage.PROMULGATED, Stage.IN_FORCE, Stage.WITHDRAWN})
"""Stages that nobody may be told by mistake."""
_Z = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A statement and what it asserts. `kind` names its difficulty."""

    id: str
    text: str
    asserted: frozenset[Pair]
    accepted: frozenset[Pair] = frozenset()
    language: str = "en"
    kind: str = ""
    heading: str = ""
    jurisdiction: str = ""


@dataclass(slots=True, kw_only=True)
class Score:
    """Counts of pairs: right, wrongly asserted, missed; and of statements that assert nothing, wrongly read or not."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    silent: int = 0
    false_assertions: int = 0

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def as_json(self) -> dict[str, Any]:
        """All figures, with intervals."""
        return {
            "precision": round(self.precision, 4),
            "precision_interval": wilson(self.right, self.right + self.wrong),
            "recall": round(self.recall, 4),
            "recall_interval": wilson(self.right, self.right + self.missed),
            "f1": round(self.f1, 4),
            "pairs": self.right + self.missed,
            "asserting_nothing": self.silent,
            "false_assertions": self.false_assertions,
            "false_assertion_rate": round(_share(self.false_assertions, self.silent, empty=0.0), 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A statement that was read otherwise than it is labelled; `rules` are those of the wrong claims."""

    statement: Labelled
    wrong: frozenset[Pair]
    missed: frozenset[Pair]
    rules: tuple[str, ...]

    @property
    def gravity(self) -> int:
        """3: a strong stage asserted by mistake; 2: another stage; 1: something missed."""
        if any(stage in STRONG for _, stage in self.wrong):
            return 3
        return 2 if self.wrong else 1


@dataclass(slots=True, kw_only=True)
class Evaluation:
    """The whole score, and the same by language, kind and stage; `confusion` counts (labelled, read) stages of one
    instrument in one statement."""

    total: Score = field(default_factory=Score)
    by_language: dict[str, Score] = field(default_factory=dict)
    by_kind: dict[str, Score] = field(default_factory=dict)
    by_stage: dict[str, Score] = field(default_factory=dict)
    confusion: Counter[Pair] = field(default_factory=Counter)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def false_strong(self) -> int:
        """Statements by which a strong stage was asserted by mistake."""
        return sum(mistake.gravity == 3 for mistake in self.mistakes)

    def as_json(self) -> dict[str, Any]:
        """The document `monitor evaluate --json` prints."""
        return {
            **self.total.as_json(),
            "false_strong": self.false_strong,
            "by_language": {name: score.as_json() for name, score in sorted(self.by_language.items())},
            "by_kind": {name: score.as_json() for name, score in sorted(self.by_kind.items())},
            "by_stage": {name: score.as_json() for name, score in sorted(self.by_stage.items())},
            "confusion": [
                {"labelled": labelled, "read": read, "count": count}
                for (labelled, read), count in self.confusion.most_common()
            ],
            "mistakes": [
                {
                    "id": mistake.statement.id,
                    "text": mistake.statement.text,
                    "wrong": sorted(map(list, mistake.wrong)),
                    "missed": sorted(map(list, mistake.missed)),
                    "rules": list(mistake.rules),
                }
                for mistake in self.mistakes
            ],
        }


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not of:
        return (0.0, 1.0)
    share, square = right / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * ((share * (1 - share) + square / (4 * of)) / of) ** 0.5 / (1 + square / of)
    return (round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4))


def read_labelled(file: Path, instruments: Mapping[str, object]) -> tuple[Labelled, ...]:
    """The statements of a JSON Lines file. Raises UsageError naming the first line that is not one."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    return tuple(
        _labelled(line, f"{file}:{number}", instruments) for number, line in enumerate(lines, start=1) if line.strip()
    )


def _labelled(line: str, where: str, instruments: Mapping[str, object]) -> Labelled:
    try:
        entry = json.loads(line)
        pairs = {
            name: frozenset((pair["instrument"], str(Stage(pair["stage"]))) for pair in entry.get(name, ()))
            for name in ("asserted", "also_accepted")
        }
        text = entry["text"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{where}: not a labelled statement: {error}") from None
    unknown = sorted({name for name, _ in pairs["asserted"] | pairs["also_accepted"]} - set(instruments))
    if unknown:
        raise UsageError(f"{where}: there is no instrument {', '.join(unknown)}")
    return Labelled(
        id=str(entry.get("id", where)),
        text=text,
        asserted=pairs["asserted"],
        accepted=pairs["also_accepted"],
        language=entry.get("lang", "en"),
        kind=entry.get("kind") or entry.get("difficulty") or "plain",
        heading=entry.get("heading") or "",
        jurisdiction=entry.get("jurisdiction") or "",
    )


def passages(statement: Labelled) -> Iterator[Passage]:
    """The lines of a statement as the blocks of a page, under its heading."""
    return passages_of_text(statement.text, heading=statement.heading, jurisdiction=statement.jurisdiction)


def evaluate(statements: Iterable[Labelled], read: Callable[[Labelled], Sequence[Claim]]) -> Evaluation:
    """Score what `read` finds in each statement against its labels."""
    result = Evaluation()
    for statement in statements:
        claims = [claim for claim in read(statement) if claim.asserted and claim.stage is not None]
        found = frozenset((claim.instrument, str(claim.stage)) for claim in claims)
        right, missed = found & statement.asserted, statement.asserted - found
        wrong = found - statement.asserted - statement.accepted
        for score in (
            result.total,
            result.by_language.setdefault(statement.language, Score()),
            result.by_kind.setdefault(statement.kind, Score()),
        ):
            _count(score, statement, right, wrong, missed)
        _count_stages(result, right, wrong, missed)
        if wrong or missed:
            rules = sorted(
                {rule for claim in claims if (claim.instrument, claim.stage) in wrong for rule in claim.rules}
            )
            result.mistakes.append(Mistake(statement=statement, wrong=wrong, missed=missed, rules=tuple(rules)))
    result.mistakes.sort(key=lambda mistake: -mistake.gravity)
    return result


def _count(
    score: Score, statement: Labelled, right: frozenset[Pair], wrong: frozenset[Pair], missed: frozenset[Pair]
) -> None:
    score.right += len(right)
    score.wrong += len(wrong)
    score.missed += len(missed)
    if not statement.asserted:
        score.silent += 1
        score.false_assertions += bool(wrong)


def _count_stages(result: Evaluation, right: frozenset[Pair], wrong: frozenset[Pair], missed: frozenset[Pair]) -> None:
    for pairs, name in ((right, "right"), (wrong, "wrong"), (missed, "missed")):
        for _, stage in pairs:
            score = result.by_stage.setdefault(stage, Score())
            setattr(score, name, getattr(score, name) + 1)
    for instrument, labelled in missed:
        for other, read in wrong:
            if other == instrument:
                result.confusion[labelled, read] += 1


def _share(part: int, whole: int, *, empty: float = 1.0) -> float:
    return part / whole if whole else empty
