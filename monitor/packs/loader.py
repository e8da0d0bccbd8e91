"""Reads jurisdiction packs and merges a configuration's own `[[instrument]]` tables over them."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from pydantic import ValidationError

from monitor.model import Body, Instrument, Packs, StageRule
from monitor.packs.schema import InstrumentTable, PackFile, StagesFile, StageTable, fault_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTest:
    """A sentence a pack ships to be tested with: what must be asserted, as (instrument, stage) pairs."""

    pack: str
    text: str
    language: str
    expect: frozenset[tuple[str, str]]
    jurisdiction: str = ""
    heading: str = ""


def available() -> tuple[str, ...]:
    """Names of the packs that are shipped."""
    return tuple(sorted(item.name[:-5] for item in files(__package__).iterdir() if item.name.endswith(".toml")))


def load(
    names: Sequence[str], overrides: Sequence[Mapping[str, object]] = (), *, origin: str = "config.toml"
) -> tuple[Packs, tuple[str, ...]]:
    """The packs `names`, in that order, with `overrides` merged in, and one line per fault (empty if all is well).

    `overrides` are the `[[instrument]]` tables of the configuration file `origin`: with the id of an instrument of a
    pack they replace the keys they name (`aliases`, `cased` and `titles` language by language), else they must be
    complete. A fault never raises: what is sound is returned, so that every fault can be reported in one go.
    """
    faults: list[str] = []
    instruments: dict[str, Instrument] = {}
    bodies: dict[str, Body] = {}
    rules: dict[str, tuple[StageRule, ...]] = {}
    for position, name in enumerate(names):
        if name not in available():
            faults.append(
                f"{origin}: packs[{position + 1}]: unknown pack '{name}' (there are: {', '.join(available())})"
            )
            continue
        pack, pack_faults = _read(name)
        faults += pack_faults
        if pack is None:
            continue
        faults += _take(pack, f"packs/{name}.toml", instruments, bodies, rules)
    faults += _merge(overrides, origin, instruments, known=_first_jurisdiction(instruments))
    faults += _duplicate_rows(rules)
    return Packs(instruments=instruments, bodies=bodies, stage_rules=rules), tuple(faults)


def pack_tests(name: str) -> tuple[PackTest, ...]:
    """The test sentences of pack `name`."""
    pack, _ = _read(name)
    if pack is None:
        return ()
    return tuple(
        PackTest(
            pack=name,
            text=test.text,
            language=test.lang,
            expect=frozenset((pair.split("=")[0], pair.split("=")[1]) for pair in test.expect),
            jurisdiction=test.jurisdiction,
            heading=test.heading,
        )
        for test in pack.test
    )


@cache
def _read(name: str) -> tuple[PackFile | None, tuple[str, ...]]:
    origin = f"packs/{name}.toml"
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (f"{origin}: not valid TOML: {error}",)
    try:
        return PackFile.model_validate(data), ()
    except ValidationError as error:
        return None, fault_lines(origin, error, data=data)


def _take(
    pack: PackFile,
    origin: str,
    instruments: dict[str, Instrument],
    bodies: dict[str, Body],
    rules: dict[str, tuple[StageRule, ...]],
) -> list[str]:
    """Add one pack's tables; returns faults for ids that are taken."""
    faults = []
    for table in pack.instrument:
        if table.id in instruments:
            faults.append(f"{origin}: instrument ({table.id}): duplicate id")
            continue
        instruments[table.id] = _instrument(table, pack.pack.jurisdiction)
    for body in pack.body:
        if body.id in bodies:
            faults.append(f"{origin}: body ({body.id}): duplicate id")
            continue
        bodies[body.id] = Body(
            id=body.id,
            title=body.title,
            role=body.role,
            jurisdiction=pack.pack.jurisdiction,
            names={language: tuple(names) for language, names in body.names.items()},
        )
    jurisdiction = pack.pack.jurisdiction
    rows = tuple(_rule(row) for row in pack.stage)
    try:
        rows += tuple(_shared_rows(pack))
    except FileNotFoundError:
        faults.append(f"{origin}: pack.stages: unknown stage table '{pack.pack.stages}'")
    rules[jurisdiction] = (*rules.get(jurisdiction, ()), *rows)
    return faults


def _rule(row: StageTable) -> StageRule:
    return StageRule(
        id=row.id,
        acts=tuple(row.acts),
        stage=row.stage,
        types=tuple(row.types),
        bodies=tuple(row.bodies),
        target=row.target,
        milestone=row.milestone,
    )


def _shared_rows(pack: PackFile) -> Iterator[StageRule]:
    """The rows of the shared table the pack names, each target role made the pack's first body of that role.

    A row is left out if the pack has no such body (a submission to the upper house where there is but one house).
    """
    if pack.pack.stages is None:
        return
    holders = {body.role: body.id for body in reversed(pack.body)}
    for row in _stages(pack.pack.stages):
        if not row.target or row.target in holders:
            yield replace(_rule(row), target=holders.get(row.target, ""))


@cache
def _stages(name: str) -> tuple[StageTable, ...]:
    """The rows of `stages/<name>.toml`. Raises FileNotFoundError or ValidationError if a shipped file is damaged."""
    text = files(__package__).joinpath("stages", f"{name}.toml").read_text(encoding="utf-8")
    return tuple(StagesFile.model_validate(tomllib.loads(text)).stage)


def _merge(
    overrides: Sequence[Mapping[str, object]], origin: str, instruments: dict[str, Instrument], *, known: str
) -> list[str]:
    faults: list[str] = []
    seen: set[object] = set()
    for position, table in enumerate(overrides):
        within = f"instrument[{position + 1}]" + (f" ({table['id']})" if "id" in table else "")
        if table.get("id") in seen:
            faults.append(f"{origin}: {within}: duplicate id")
            continue
        seen.add(table.get("id"))
        base = instruments.get(str(table.get("id", "")))
        try:
            merged = InstrumentTable.model_validate(_over(base, table))
        except ValidationError as error:
            faults += fault_lines(origin, error, within=within)
            continue
        instruments[merged.id] = _instrument(merged, base.jurisdiction if base else known)
    return faults


def _over(base: Instrument | None, table: Mapping[str, object]) -> dict[str, object]:
    """`table` over the pack's instrument: named keys win, mappings by language are merged key by key."""
    if base is None:
        return dict(table)
    merged: dict[str, object] = {
        "id": base.id,
        "title": base.title,
        "type": base.type,
        "stage": base.stage,
        "as_of": base.as_of,
        "jurisdiction": base.jurisdiction,
        "binding": base.binding,
        "lead": base.lead,
        "target": base.target,
        "milestone": base.milestone,
        "stalled": base.stalled,
        "titles": dict(base.titles),
        "aliases": {language: list(names) for language, names in base.aliases.items()},
        "cased": {language: list(names) for language, names in base.cased.items()},
        "confused_with": list(base.confused_with),
        "party": base.party,
        "basis": base.basis,
        "note": base.note,
    }
    for key, value in table.items():
        held = merged.get(key)
        if isinstance(held, dict) and isinstance(value, Mapping):
            merged[key] = {**held, **value}
        else:
            merged[key] = value
    if "stage" in table and "target" not in table:
        merged["target"] = ""
    if "stage" in table and "milestone" not in table:
        merged["milestone"] = ""
    return merged


def _instrument(table: InstrumentTable, jurisdiction: str) -> Instrument:
    return Instrument(
        id=table.id,
        title=table.title,
        type=table.type,
        jurisdiction=jurisdiction if table.jurisdiction == "ZZ" else table.jurisdiction,
        stage=table.stage,
        as_of=table.as_of,
        binding=table.binding,
        lead=table.lead,
        target=table.target,
        milestone=table.milestone,
        titles=dict(table.titles),
        aliases={language: tuple(names) for language, names in table.aliases.items()},
        cased={language: tuple(names) for language, names in table.cased.items()},
        confused_with=tuple(table.confused_with),
        stalled=table.stalled,
        party=table.party,
        basis=table.basis,
        note=table.note,
    )


def _first_jurisdiction(instruments: Mapping[str, Instrument]) -> str:
    """What a configured instrument without a jurisdiction belongs to: that of the first pack."""
    return next((instrument.jurisdiction for instrument in instruments.values()), "ZZ")


def _duplicate_rows(rules: Mapping[str, tuple[StageRule, ...]]) -> list[str]:
    faults = []
    for jurisdiction, rows in rules.items():
        seen: set[str] = set()
        for row in rows:
            if row.id in seen:
                faults.append(f"packs: {jurisdiction}: stage ({row.id}): duplicate id")
            seen.add(row.id)
    return faults
