"""Configurations that somebody's hand slipped in: refused with a fault that names its place, or good; never a crash."""

import random
import tomllib
from pathlib import Path

import pytest

from monitor.app import checks
from monitor.config import load
from monitor.errors import ConfigError

SEED = 20260608
GOOD = Path(__file__).parents[2] / "config.toml"
SLIPS = ("", '"', "[", "]", "=", "\\", "\n", "0", "-1", "true", "{ a = 1 }", "[[1]]", "1979-05-27", "nan", "\x7f", "ក",
         '"\\u202e"', "'''", "# ", "monitor.", "[monitor]\n", "${", "${HOME}", "\ud800")  # fmt: skip


def slipped(text: str, chance: random.Random) -> str:
    """`text` with a piece lost, doubled, swapped or put in somewhere, or a value of another kind."""
    lines = text.splitlines()
    at = chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            key, equals, _ = lines[at].partition("=")
            lines[at] = f"{key}= {chance.choice(SLIPS)}" if equals else chance.choice(SLIPS)
        case 4:
            where = chance.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:where] + chance.choice(SLIPS) + lines[at][where:]
        case _:
            where = chance.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:where]
    return "\n".join(lines)


@pytest.mark.parametrize("portion", range(4))
def test_a_slip_of_the_hand_is_a_fault_with_its_place_or_no_fault_at_all(tmp_path: Path, portion: int) -> None:
    chance, known, text = random.Random(SEED + portion), checks(), GOOD.read_text(encoding="utf-8")
    config, refused, unplaced = tmp_path / "config.toml", 0, list[str]()
    for _ in range(50):
        broken = text
        for _ in range(chance.choice((1, 1, 1, 3))):
            broken = slipped(broken, chance)
        config.write_bytes(broken.encode("utf-8", "surrogatepass"))
        try:
            load(config, {}, known)
        except ConfigError as error:
            refused += 1
            unplaced += [fault for fault in error.faults if not fault.startswith(("config.toml: ", str(config)))]
        else:
            tomllib.loads(broken)
    assert unplaced == []
    assert refused >= 15
