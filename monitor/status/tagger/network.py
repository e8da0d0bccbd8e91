"""The network itself: pieces in, probabilities of the stages out. Loaded when first asked."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.model import Stage
from monitor.status.tagger.wordpiece import WordPieces

if TYPE_CHECKING:
    import onnxruntime

Probabilities = Mapping[Stage | None, float]
"""How probable it is that a passage states each stage of the target as reached; under None, that it states none."""

STAGES: tuple[Stage | None, ...] = (
    None,
    Stage.ABSENT,
    Stage.ADOPTED,
    Stage.AMENDED,
    Stage.ANNOUNCED,
    Stage.APPROVED,
    Stage.CONSULTATION,
    Stage.DRAFTING,
    Stage.IN_FORCE,
    Stage.PROMULGATED,
    Stage.SUBMITTED,
    Stage.WITHDRAWN,
)
"""The network's outputs, in order."""
LONGEST = 110
"""Pieces the network reads at most; it was trained on no longer passages."""
TARGET = "target"
"""The piece that marks the instrument asked about."""
_DATA = Path(__file__).parent / "data"


class Network:
    """The trained network of this package. One thread: runs beside others on small machines."""

    def __init__(self, data: Path = _DATA) -> None:
        self._data = data

    def read(self, texts: Sequence[str]) -> list[Probabilities]:
        """Probabilities for each masked text of `texts`."""
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Probabilities:
        import numpy

        ids = self._pieces.ids(text, limit=LONGEST)
        mark = self._pieces[TARGET]
        row = numpy.array([ids], dtype=numpy.int64)
        inputs = {"ids": row, "mask": numpy.ones_like(row), "target": (row == mark).astype(numpy.int64)}
        (found,) = self._session.run(None, inputs)
        return {stage: float(value) for stage, value in zip(STAGES, found[0], strict=True)}

    @cached_property
    def _pieces(self) -> WordPieces:
        return WordPieces((self._data / "vocabulary.txt").read_text(encoding="utf-8").splitlines())

    @cached_property
    def _session(self) -> "onnxruntime.InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._data / "model.onnx"), options, providers=["CPUExecutionProvider"])
