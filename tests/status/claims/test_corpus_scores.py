"""Regression floors on the labelled sentences. The held-out part is scored; its errors are not read while tuning."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from monitor.packs import load
from monitor.status.claims import ClaimFinder


def _scoring() -> ModuleType:
    spec = importlib.util.spec_from_file_location("claims_scoring", Path(__file__).with_name("scoring.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


scoring = _scoring()


@pytest.fixture(scope="module")
def finder() -> ClaimFinder:
    return ClaimFinder(load(["kh", "asean", "coe"])[0])


def test_tuning_sentences_keep_precision_and_recall(finder: ClaimFinder) -> None:
    result = scoring.score(finder, scoring.rows("tuning"))
    assert result.precision >= 0.985, result.errors
    assert result.recall >= 0.97, result.errors


def test_tuning_sentences_give_no_false_strong_claim(finder: ClaimFinder) -> None:
    result = scoring.score(finder, scoring.rows("tuning"))
    assert result.strong == 0, result.errors


@pytest.mark.parametrize(("language", "precision", "recall"), [("en", 0.89, 0.82), ("km", 0.95, 0.95)])
def test_held_out_sentences_keep_their_floor(
    finder: ClaimFinder, language: str, precision: float, recall: float
) -> None:
    result = scoring.score(finder, [row for row in scoring.rows("heldout") if row["lang"] == language])
    assert result.precision >= precision
    assert result.recall >= recall


@pytest.mark.parametrize("part", ["tuning", "heldout"])
def test_nearly_half_of_each_part_asserts_nothing(part: str) -> None:
    labelled = scoring.rows(part)
    assert sum(not row["asserted"] for row in labelled) >= 0.45 * len(labelled)
