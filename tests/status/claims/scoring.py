"""Scores a claim finder on labelled sentences: asserted (instrument, stage) pairs against those that were labelled."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.model import Passage
from monitor.status.claims import ClaimFinder

SENTENCES = Path(__file__).parents[2] / "data" / "sentences"
STRONG = frozenset(("adopted", "promulgated", "in_force", "withdrawn"))


@dataclass(slots=True)
class Score:
    """Counts of pairs. `false_texts` assert nothing yet were given a claim; `strong` are false strong claims."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    silent: int = 0
    false_texts: int = 0
    strong: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def rows(name: str) -> list[Mapping[str, object]]:
    """The labelled sentences of part `name`."""
    return [json.loads(line) for line in (SENTENCES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def score(finder: ClaimFinder, labelled: Iterable[Mapping[str, object]]) -> Score:
    """Score `finder`; pairs under `also_accepted` count neither for nor against."""
    total = Score()
    for row in labelled:
        path = (str(row["heading"]),) if row.get("heading") else ()
        passage = Passage(text=str(row["text"]), language=str(row["lang"]), path=path)
        found = {(claim.instrument, str(claim.stage)) for claim in finder.find(passage) if claim.asserted}
        wanted, accepted = _pairs(row["asserted"]), _pairs(row["also_accepted"])
        wrong = found - wanted - accepted
        total.right += len(found & wanted)
        total.wrong += len(wrong)
        total.missed += len(wanted - found)
        total.strong += sum(stage in STRONG for _, stage in wrong)
        if not wanted:
            total.silent += 1
            total.false_texts += bool(wrong)
        if wrong or wanted - found:
            total.errors.append(f"{row['id']}: wrong {sorted(wrong)}, missed {sorted(wanted - found)}: {row['text']}")
    return total


def _pairs(items: object) -> set[tuple[str, str]]:
    assert isinstance(items, list)
    return {(str(item["instrument"]), str(item["stage"])) for item in items}
