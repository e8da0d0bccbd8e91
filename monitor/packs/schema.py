"""What a pack file may say: strict pydantic models of its tables, and faults as readable lines."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from monitor.model import InstrumentType, Stage

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$")]
Phrase = Annotated[str, Field(min_length=2)]
Names = dict[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], list[Phrase]]


class Table(BaseModel):
    """Base of every table: unknown keys and wrong types are faults."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PackTable(Table):
    """The `[pack]` table: whose rules these are.

    `stages` names a shared stage table (`stages/*.toml`), whose rows come after the pack's own.
    """

    id: Identifier
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")]
    title: str
    stages: Identifier | None = None


class InstrumentTable(Table):
    """One `[[instrument]]`; `jurisdiction` defaults to the pack's."""

    id: Identifier
    title: Annotated[str, Field(min_length=1)]
    type: Annotated[InstrumentType, Field(strict=False)]
    stage: Annotated[Stage, Field(strict=False)]
    as_of: date
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")] = "ZZ"
    binding: bool | None = None
    lead: str = ""
    target: str = ""
    milestone: str = ""
    stalled: bool = False
    titles: dict[str, str] = {}
    aliases: Names = {}
    cased: Names = {}
    confused_with: list[str] = []
    party: str = ""
    basis: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _coherent(self) -> "InstrumentTable":
        if self.stage is Stage.SUBMITTED and not self.target:
            raise ValueError("stage 'submitted' needs a target (the body that decides)")
        if self.type is InstrumentType.SOFT_LAW:
            if self.binding:
                raise ValueError("soft law is never binding")
            if self.stage in (Stage.PROMULGATED, Stage.IN_FORCE):
                raise ValueError(f"soft law is never '{self.stage}'")
        return self


class BodyTable(Table):
    """One `[[body]]`."""

    id: Identifier
    title: str
    role: Identifier | Annotated[str, Field(pattern=r"^[a-z_]+$")]
    names: Names = {}


class StageTable(Table):
    """One `[[stage]]` row; a row without `stage` means: recognised, but no stage follows."""

    id: Identifier | Annotated[str, Field(pattern=r"^[a-z0-9._-]+$")]
    acts: Annotated[list[str], Field(min_length=1)]
    types: list[Annotated[InstrumentType, Field(strict=False)]] = []
    bodies: list[str] = []
    stage: Annotated[Stage | None, Field(strict=False)] = None
    target: str = ""
    milestone: str = ""


class StagesFile(Table):
    """A shared stage table: rows that speak of roles only, in `bodies` and in `target`."""

    stage: list[StageTable]


class TestTable(Table):
    """One `[[test]]` sentence of a pack: `expect` lists `instrument=stage` pairs."""

    text: str
    lang: str
    expect: list[Annotated[str, Field(pattern=r"^[a-z0-9.-]+=[a-z_]+$")]]
    jurisdiction: str = ""
    heading: str = ""


class PackFile(Table):
    """A whole pack file."""

    pack: PackTable
    instrument: list[InstrumentTable] = []
    body: list[BodyTable] = []
    stage: list[StageTable] = []
    test: list[TestTable] = []


def fault_lines(origin: str, error: ValidationError, *, within: str = "", data: object = None) -> tuple[str, ...]:
    """One line per fault: file, key (with the table's id where it has one), and what is wrong."""
    lines = []
    for fault in error.errors():
        message = fault["msg"].removeprefix("Value error, ")
        lines.append(f"{origin}: {_where(within, fault['loc'], data)}: {message}")
    return tuple(lines)


def _where(within: str, location: tuple[int | str, ...], data: object) -> str:
    """The key's path; a list index is followed by the id found there, so that a person can find the table."""
    path = within
    for part in location:
        if isinstance(part, int):
            path += f"[{part + 1}]"
            data = data[part] if isinstance(data, list) and part < len(data) else None
            if isinstance(data, Mapping) and "id" in data:
                path += f" ({data['id']})"
        else:
            path += f".{part}" if path else part
            data = data.get(part) if isinstance(data, Mapping) else None
    return path or "(file)"
