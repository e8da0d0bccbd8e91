"""How long judging a sentence takes, in English and Khmer, and that it does not grow with the number of names.

Run as `python -m benchmarks.judging`. Figures are medians over rounds of processor time, in milliseconds a sentence,
so that a busy machine does not show in them.
"""

import json
import statistics
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from monitor.model import Instrument, InstrumentType, Packs, Passage, Stage
from monitor.packs import available, load
from monitor.status.claims import ClaimFinder
from monitor.status.tagger.network import Network

_SENTENCES = Path(__file__).parent.parent / "tests" / "data" / "sentences" / "tuning.jsonl"
_ROUNDS = 5
_PLAIN = "The weather in the provinces stayed dry, and farmers brought their rice to the market in time."


def passages(language: str) -> list[Passage]:
    """The tuning sentences of `language` as passages."""
    rows = [json.loads(line) for line in _SENTENCES.read_text(encoding="utf-8").splitlines()]
    return [Passage(text=row["text"], language=language) for row in rows if row["lang"] == language][:1500]


def milliseconds(finder: ClaimFinder, sentences: Sequence[Passage]) -> float:
    """Median time a sentence, over several rounds."""
    finder.find(sentences[0])
    times = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        for passage in sentences:
            finder.find(passage)
        times.append((time.process_time() - start) * 1000 / len(sentences))
    return statistics.median(times)


def with_aliases(count: int) -> Packs:
    """The shipped packs with as many further aliases as make `count` in all."""
    packs, _ = load(["kh", "asean", "coe"])
    extra = {
        f"made-{number}": Instrument(
            id=f"made-{number}",
            title=f"Regulation on subject {number} of series {number % 97}",
            type=InstrumentType.NOTICE,
            jurisdiction="KH",
            stage=Stage.DRAFTING,
            as_of=date(2026, 6, 8),
        )
        for number in range(count)
    }
    return Packs(instruments={**packs.instruments, **extra}, bodies=packs.bodies, stage_rules=packs.stage_rules)


def main() -> None:
    """Print the figures."""
    english, khmer = passages("en"), passages("km")
    base = ClaimFinder(with_aliases(0))
    few = milliseconds(base, english)
    print(f"English, naming an instrument  {few:.3f} ms a sentence (bar 0.3)")
    both = milliseconds(ClaimFinder(with_aliases(0), trained=Network()), english[:400])
    print(f"the same with the trained reader  {both:.2f} ms a sentence, {both / few:.1f} times (asked for news only)")
    print(f"Khmer, naming an instrument    {milliseconds(base, khmer):.3f} ms a sentence (bar 1.0)")
    print(f"English, naming none           {milliseconds(base, [Passage(text=_PLAIN)] * 200):.4f} ms a sentence")
    value = milliseconds(ClaimFinder(load(available())[0]), english)
    print(f"all {len(available())} packs                   {value:.3f} ms, {value / few:.2f} times the three (bar 1.5)")
    for count in (10, 1000, 10_000):
        finder = ClaimFinder(with_aliases(count))
        value = milliseconds(finder, english)
        print(
            f"{count:>6} further aliases           {value:.3f} ms, {value / few:.2f} times the shipped packs (bar 1.5)"
        )


if __name__ == "__main__":
    main()
