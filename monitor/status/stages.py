"""The (type, act, body) → stage table, asked for one reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Body, Instrument, Packs, Stage, StageRule

COUNTRY = "country"
NOBODY = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the table says: stage, the body handed to, a finer milestone, and the row that said so."""

    stage: Stage | None
    target: str = ""
    milestone: str = ""
    rule: str = ""


class StageTable:
    """The rows of every jurisdiction, indexed by act."""

    def __init__(self, packs: Packs) -> None:
        self._bodies: Mapping[str, Body] = packs.bodies
        self._rows: dict[str, dict[str, list[StageRule]]] = {}
        for jurisdiction, rows in packs.stage_rules.items():
            by_act = self._rows.setdefault(jurisdiction, {})
            for row in rows:
                for act in row.acts:
                    by_act.setdefault(act, []).append(row)
        self._default = next(iter(packs.stage_rules), "")

    def step(self, instrument: Instrument, act: str, bodies: Sequence[str]) -> Step:
        """The first row that fits; `bodies` are ids (the actor's, or the receiver's of a submission), `-` for none.

        A jurisdiction without a table of its own uses that of the first pack.
        """
        rows = self._rows.get(instrument.jurisdiction) or self._rows.get(self._default, {})
        for row in rows.get(act, ()):
            if row.types and instrument.type not in row.types:
                continue
            if row.bodies and not any(self._is(body, row.bodies) for body in bodies):
                continue
            return Step(stage=row.stage, target=row.target, milestone=row.milestone, rule=f"stage.{row.id}")
        return Step(stage=None)

    def _is(self, body: str, wanted: Sequence[str]) -> bool:
        known = self._bodies.get(body)
        return body in wanted or (known is not None and known.role in wanted)
