"""How many cases a fault test runs: few inside the ordinary suite, many in the long form (`make faults`)."""

import os

LONG = os.environ.get("MONITOR_FAULTS") == "long"


def cases(short: int, long: int) -> int:
    """`short` in the ordinary suite, `long` in the long form."""
    return long if LONG else short
