"""How many cases a fault test runs: few inside the ordinary suite, many in the long form (`make faults`)."""

import os
from typing import TypeVar

LONG = os.environ.get("MONITOR_FAULTS") == "long"
T = TypeVar("T")


def cases(short: T, long: T) -> T:
    """`short` in the ordinary suite, `long` in the long form: numbers of cases, or the cases themselves."""
    return long if LONG else short
