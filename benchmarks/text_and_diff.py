"""How fast texts are brought into their keys and documents compared.

Run with `python -m benchmarks.text_and_diff`. Figures drift with the machine and its load; the ratios, taken in one
run, are what to compare. Input is made here, always the same.
"""

import random
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial

from khmerspell.khnormal import khnormal

from monitor.diff import compare, word_diff
from monitor.model import Block, BlockKind
from monitor.text.dates import find_dates
from monitor.text.normal import diff_key, fingerprint, keyed, match_key
from monitor.text.sentences import sentences

KHMER = (
    "រដ្ឋសភាបានអនុម័តសេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យផ្ទាល់ខ្លួន ដោយសំឡេង ១១១ នៅថ្ងៃទី១២ ខែមីនា ឆ្នាំ២០២៦។ "
    "ក្រសួងប្រៃសណីយ៍និងទូរគមនាគមន៍បានរៀបចំកិច្ចប្រជុំពិគ្រោះយោបល់លើគោលនយោបាយរដ្ឋាភិបាលឌីជីថលកម្ពុជា។ "
)
ENGLISH = "The National Assembly adopted the draft Law on Personal Data Protection on 12 March 2026 by 111 votes. "
TYPOGRAPHIC = ENGLISH.replace("the draft", "the Ministry’s “draft”").replace("12 ", "12\u00a0")
CHARACTERS = 200_000
REPEATS = 5


def main() -> None:
    """Print the figures."""
    _keys()
    _reading()
    _documents()
    _words()


def resaved(text: str) -> str:
    """`text` as another editor would have saved it: other spaces, other character order, other spellings."""
    pairs = (("ក្តី", "ក្ដី"), ("ព្រា", "ពា្រ"), ("ប់", "ប់\u200b"), ("ា", "ា\u200b"), ("ី", "ី\u200b"), ("ន្ត", "ន្ដ"))
    for one, other in pairs:
        text = text.replace(one, other)
    return text


def _keys() -> None:
    texts = {
        "Khmer, canonical": _long(KHMER),
        "Khmer, re-saved": _long(resaved(KHMER)),
        "English, ASCII": _long(ENGLISH),
        "English, typographic": _long(TYPOGRAPHIC),
    }
    sample = _long(KHMER)[:10_000]
    oracle = len(sample) / _best(partial(khnormal, sample))
    print(f"{'keys (million characters a second)':<42}{'diff_key':>12}{'match_key':>12}{'of khnormal':>14}")
    for name, text in texts.items():
        rates = [len(text) / _best(partial(function, text)) for function in (diff_key, match_key)]
        print(f"{name:<42}{rates[0] / 1e6:>12.2f}{rates[1] / 1e6:>12.2f}{rates[1] / oracle:>13.0f}x")
    print(f"{'khnormal alone (reorders, folds nothing)':<42}{oracle / 1e6:>12.2f}")
    hit = keyed(_long(resaved(KHMER)))
    seconds = _best(lambda: keyed(hit.text).raw_span(0, 5))
    print(f"{'keyed, with its mapping':<42}{len(hit.text) / seconds / 1e6:>12.2f}\n")


def _reading() -> None:
    print(f"{'one sentence':<42}{'microseconds':>12}")
    for name, text in (("English", ENGLISH), ("Khmer", KHMER)):
        print(f"{'sentences, ' + name:<42}{1e6 * _best(partial(sentences, text), 100):>12.0f}")
        print(f"{'find_dates, ' + name:<42}{1e6 * _best(partial(find_dates, text), 100):>12.0f}")
    print()


def _documents() -> None:
    dice = random.Random(1)
    vocabulary = ENGLISH.split()
    prose = [f"{' '.join(dice.choices(vocabulary, k=24))} {number}." for number in range(3000)]
    edited = list(prose)
    for place in dice.sample(range(3000), k=60):
        edited[place] = edited[place].replace("the", "this", 1) + " And more."
    cases: dict[str, tuple[list[str], list[str]]] = {
        "20 KB, 5 edits": (prose[:120], [*prose[:60], *edited[60:115]]),
        "500 KB, 60 edits": (prose, edited),
        "500 KB, shuffled": (prose, dice.sample(prose, k=3000)),
        "500 KB, rewritten": (prose, [" ".join(dice.choices(vocabulary, k=24)) for _ in range(3000)]),
        "3,000 identical lines, 2,900 of them": (["Same."] * 3000, ["A.", *["Same."] * 2900, "B."]),
        "two lines, 3,000 in any order": (dice.choices(["Yes.", "No."], k=3000), dice.choices(["Yes.", "No."], k=2900)),
        "20,000 short lines, neighbours exchanged": (
            [str(number) for number in range(20_000)],
            [str(number ^ 1) for number in range(20_000)],
        ),
    }
    print(f"{'compare':<42}{'ms':>12}{'edits':>12}{'peak MiB':>14}")
    for name, (before, after) in cases.items():
        old, new = _blocks(before), _blocks(after)
        seconds = _best(partial(compare, old, new))
        tracemalloc.start()
        edits = len(compare(old, new).edits)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{name:<42}{1e3 * seconds:>12.2f}{edits:>12}{peak / (1 << 20):>14.1f}")
    print()


def _words() -> None:
    print(f"{'word_diff':<42}{'ms':>12}")
    changed = KHMER.replace("អនុម័ត", "ពិនិត្យ")
    for name, before, after in (
        ("a Khmer paragraph", KHMER, changed),
        ("50,000 characters, one word a sentence", ENGLISH * 250, ENGLISH.replace("adopted", "passed") * 250),
        ("500,000 characters, all changed", ENGLISH * 5000, ENGLISH.replace("adopted", "passed") * 5000),
        ("50,000 characters of two words", "a " * 12_500, "a b " * 6_250),
    ):
        print(f"{name:<42}{1e3 * _best(partial(word_diff, before, after)):>12.2f}")


def _long(text: str) -> str:
    return text * (CHARACTERS // len(text))


def _blocks(texts: Sequence[str]) -> list[Block]:
    return [
        Block(position=position, kind=BlockKind.PARAGRAPH, text=text, fingerprint=fingerprint(text))
        for position, text in enumerate(texts)
    ]


def _best(action: Callable[[], object], times: int = 1) -> float:
    """Seconds of processor time an action takes: the best of some runs, each of so many `times`."""
    runs: list[float] = []
    for _ in range(REPEATS):
        start = time.process_time()
        for _ in range(times):
            action()
        runs.append((time.process_time() - start) / times)
    return max(min(runs), 1e-9)


if __name__ == "__main__":
    main()
