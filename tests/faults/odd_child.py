"""Run as a program in place of `monitor`: the same command, but some pages are more than its reader can bear.

What is odd about a page stands in its text: `CRASHES` ends the process as a fault in native code does, `HANGS` holds it
in native code for ever, `LINGERS` keeps it busy for a while.
"""

import ctypes
import os
import time
from typing import Any

from monitor.cli import main
from monitor.processing import intake

_LINGERS = 4.0

_read = intake.read


def read(uow: Any, capture: Any, *others: Any) -> Any:
    """The product's own, for pages that are not odd."""
    if b"CRASHES" in capture.body:
        os.abort()
    if b"HANGS" in capture.body:
        ctypes.PyDLL(None).sleep(1000)  # with the interpreter's lock, as native code does that does not return
    if b"LINGERS" in capture.body:
        time.sleep(_LINGERS)
    return _read(uow, capture, *others)


if __name__ == "__main__":
    intake.read = read
    main()
